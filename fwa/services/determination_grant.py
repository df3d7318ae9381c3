"""Writing what a decree grants, set-based: for each person of the annex the rows that a single request would have."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.utils import timezone

from attendance.enums import Facet
from attendance.models import Assignment
from attendance.services import AssignmentSpec, DaySpec, end_assignment, grant_assignments
from eligibility.enums import PlaceKind
from eligibility.screening import ScreeningResult
from eligibility.services import store_screenings
from fwa import ledger
from fwa.enums import Basis, DateStatus, DecisionKind, MemberOutcome, Pattern, RequestStatus
from fwa.group_facts import GroupFacts
from fwa.models import Decision, Determination, DeterminationMember, Letter, Request, RequestOutput
from fwa.notifications import tell_ended
from fwa.notifications_determinations import tell_determined
from fwa.services.decrees import issue_decree, issue_excerpts
from fwa.webhooks import announce_determination
from organization.models import User
from organization.services.numbers import next_numbers
from performance.services import Agreement, ContractSpec, OutputSpec, create_output_contracts

BATCH = 1000
SOURCE_FIELDS = ("line", "request")

_REQUEST_DATES = """
INSERT INTO fwa_requestdate (request_id, employee_id, day, facet, status, problem, detail, alternatives, is_live)
SELECT m.request_id, m.employee_id, d.day, f.facet, %(granted)s, '', '{}'::jsonb, '{}'::date[], false
  FROM fwa_determinationmember m
 CROSS JOIN LATERAL unnest(m.days) AS d(day)
 CROSS JOIN unnest(%(facets)s::text[]) AS f(facet)
 WHERE m.id = ANY(%(members)s)
UNION ALL
SELECT m.request_id, m.employee_id, p.key::date, f.facet, %(refused)s, p.value->>'code', p.value->'detail',
       '{}'::date[], false
  FROM fwa_determinationmember m
 CROSS JOIN LATERAL jsonb_each(m.problems) AS p
 CROSS JOIN unnest(%(facets)s::text[]) AS f(facet)
 WHERE m.id = ANY(%(members)s)
"""


@dataclass
class Line:
    """One person who gets days: the request made for them and what it rests on."""

    member: DeterminationMember
    request: Request
    screened: Sequence[ScreeningResult]
    assignment: Assignment | None = None
    letter: Letter | None = None
    screening_ids: tuple[int, ...] = ()


def grant(
    *,
    determination: Determination,
    members: Sequence[DeterminationMember],
    facts: GroupFacts,
    screened: Mapping[int, Sequence[ScreeningResult]],
    by: User,
    acting_for: User | None,
    progress: Callable[[str], None],
) -> None:
    """Put the plan into force under the caller's locks: arrangements that end, new ones, decree, excerpts, ledger."""
    now = timezone.now()
    progress("granting")
    ordered = sorted(members, key=lambda one: (one.unit.path if one.unit else "", one.employee.name, one.pk))
    for line_no, member in enumerate(ordered, start=1):
        member.line = line_no
    ended = _end_arrangements(determination, ordered, by=by, acting_for=acting_for, at=now)
    lines = _requests(determination, ordered, facts, screened, now)
    _grant_days(determination, lines, facts, now)
    _save_requests(determination, lines, by=by, acting_for=acting_for, at=now)
    progress("recording")
    DeterminationMember.objects.bulk_update(ordered, SOURCE_FIELDS, batch_size=BATCH)
    _save_dates(determination, lines)
    _save_contracts(determination, lines, Agreement(by.pk, now))
    determination.decided_by, determination.acting_for = by, acting_for
    determination.decide(at=now)
    if determination.amends_id is not None:
        determination.amendment_no = _next_amendment(determination.amends_id)
    progress("letters")
    decree = issue_decree(determination=determination, members=ordered, by=by, acting_for=acting_for)
    letters = issue_excerpts(
        determination=determination, decree=decree, requests=[line.request for line in lines], members=ordered,
        by=by, acting_for=acting_for,
    )  # fmt: skip
    for line in lines:
        line.letter = letters.get(line.request.pk)
    determination.save()
    tell_determined([line.request for line in lines])
    announce_determination(determination, members=len(lines))
    for fwa_request in ended:
        tell_ended(fwa_request, by)
    _record(determination, lines, ended, decree_id=decree.pk, by=by, acting_for=acting_for, at=now)


def _next_amendment(root_id: int) -> int:
    """Amendments of one decree are numbered one after the other, under the lock of the first."""
    root = Determination.objects.select_for_update().only("pk").get(pk=root_id)
    last = root.amendments.exclude(amendment_no=None).order_by("-amendment_no").first()
    return (last.amendment_no or 0) + 1 if last else 1


def _end_arrangements(
    determination: Determination,
    members: Sequence[DeterminationMember],
    *,
    by: User,
    acting_for: User | None,
    at: datetime,
) -> list[Request]:
    """End what the amendment ends, as ending a single arrangement does."""
    ended = []
    for member in members:
        if member.ends_request_id is None or member.ends_on is None:
            continue
        fwa_request = Request.objects.select_related("employee", "assignment", "unit").get(pk=member.ends_request_id)
        if fwa_request.assignment is None:
            continue
        end_assignment(assignment=fwa_request.assignment, ended_on=member.ends_on, reason=determination.reason)
        fwa_request.dates.filter(status=DateStatus.GRANTED, day__gte=member.ends_on).update(status=DateStatus.DROPPED)
        Decision.objects.create(
            request=fwa_request,
            kind=DecisionKind.END_EARLY,
            decided_by=by,
            acting_for=acting_for,
            note=determination.reason[:2000],
            decided_at=at,
        )
        ended.append(fwa_request)
    return ended


def _requests(
    determination: Determination,
    members: Sequence[DeterminationMember],
    facts: GroupFacts,
    screened: Mapping[int, Sequence[ScreeningResult]],
    now: datetime,
) -> list[Line]:
    getting = [member for member in members if member.outcome == MemberOutcome.PLANNED]
    year = timezone.localdate(now).year
    numbers = next_numbers(series="request", year=year, count=len(getting)) if getting else range(0)
    lines = []
    for member, number in zip(getting, numbers, strict=True):
        placement = facts.placement_on(member.employee_id, member.days[0])
        rotates = determination.pattern == Pattern.ROTATION
        fwa_request = Request(
            number=f"FW-{year}-{number:04d}",
            employee=member.employee,
            determination=determination,
            kind=determination.kind,
            basis=Basis.TASK,
            status=RequestStatus.APPROVED,
            valid_from=max(determination.valid_from, timezone.localdate(now)),
            valid_to=determination.valid_to,
            weekdays=list(determination.weekdays),
            single_dates=list(member.days) if rotates else [],
            place_kind=determination.place_kind,
            site=determination.site,
            domicile=facts.domiciles.get(member.employee_id),
            place_address=determination.place_address,
            starts_at=determination.starts_at,
            ends_at=determination.ends_at,
            reason=determination.reason,
            work_plan=determination.work_plan,
            unit=placement.unit if placement else member.unit,
            position=placement.position if placement else member.position,
            supervisor_id=placement.supervisor_id if placement else None,
            submitted_at=now,
            decided_at=now,
        )
        lines.append(Line(member, fwa_request, screened.get(member.employee_id, ())))
    return lines


def _grant_days(determination: Determination, lines: Sequence[Line], facts: GroupFacts, now: datetime) -> None:
    granted = []
    for line in lines:
        fwa_request = line.request
        spec = AssignmentSpec(
            employee_id=fwa_request.employee_id,
            unit_id=fwa_request.sent_unit.pk,
            reference=fwa_request.number or "",
            kind=fwa_request.kind,
            valid_from=fwa_request.valid_from or line.member.days[0],
            valid_to=determination.valid_to,
            place_kind=fwa_request.place_kind,
            place_label=_place_label(determination, line),
            site_id=fwa_request.site_id,
            weekdays=tuple(fwa_request.weekdays),
            starts_at=fwa_request.starts_at,
            ends_at=fwa_request.ends_at,
        )
        granted.append((spec, _day_specs(line, facts)))
    made = grant_assignments(granted, at=now) if granted else []
    for line, assignment in zip(lines, made, strict=True):
        line.assignment = line.request.assignment = assignment


def _place_label(determination: Determination, line: Line) -> str:
    if determination.place_kind == PlaceKind.HOME:
        return line.request.domicile.address if line.request.domicile else ""
    if determination.place_kind == PlaceKind.OTHER_OFFICE:
        return determination.site.name if determination.site else ""
    return determination.place_address


def _day_specs(line: Line, facts: GroupFacts) -> list[DaySpec]:
    counts = facts.facts[line.member.employee_id].counts_toward_cap
    rows = []
    for day in line.member.days:
        seat = facts.seat_on(line.member.employee_id, day)
        if seat is None:
            continue  # cannot pass the checks without a placement
        for facet in line.request.facets:
            at_place = facet == Facet.LOCATION
            rows.append(DaySpec(day, facet, seat.unit_id, at_place, at_place and counts))
    return rows


def _save_requests(
    determination: Determination, lines: Sequence[Line], *, by: User, acting_for: User | None, at: datetime
) -> None:
    Request.objects.bulk_create([line.request for line in lines], batch_size=BATCH)
    results = [result for line in lines for result in line.screened]
    stored = iter(store_screenings(results=results, by=by))
    through = Request.screenings.through
    links = []
    for line in lines:
        line.member.request = line.request
        line.screening_ids = tuple(next(stored).pk for _result in line.screened)
        links += [through(request_id=line.request.pk, screening_id=pk) for pk in line.screening_ids]
    through.objects.bulk_create(links, batch_size=BATCH)
    outputs = list(determination.outputs.all())
    RequestOutput.objects.bulk_create(
        [
            RequestOutput(
                request=line.request, title=item.title, measure=item.measure, target=item.target, due_on=item.due_on
            )
            for line in lines
            for item in outputs
        ],
        batch_size=BATCH,
    )
    Decision.objects.bulk_create(
        [
            Decision(
                request=line.request,
                kind=DecisionKind.DETERMINE,
                decided_by=by,
                acting_for=acting_for,
                dates_granted=len(line.member.days),
                dates_refused=len(line.member.problems),
                decided_at=at,
            )
            for line in lines
        ],
        batch_size=BATCH,
    )


def _save_dates(determination: Determination, lines: Sequence[Line]) -> None:
    if not lines:
        return
    values: dict[str, Any] = {
        "members": [line.member.pk for line in lines],
        "facets": [str(facet) for facet in lines[0].request.facets],
        "granted": DateStatus.GRANTED,
        "refused": DateStatus.REFUSED,
    }
    with connection.cursor() as cursor:
        cursor.execute(_REQUEST_DATES, values)


def _save_contracts(determination: Determination, lines: Sequence[Line], agreement: Agreement) -> None:
    first: date = max(determination.valid_from, timezone.localdate())
    create_output_contracts(
        contracts=[
            ContractSpec(line.request.employee_id, line.request.number or "", first, determination.valid_to)
            for line in lines
        ],
        outputs=[OutputSpec(o.title, o.measure, o.target, o.due_on) for o in determination.outputs.all()],
        agreement=agreement,
    )


def _record(
    determination: Determination,
    lines: Sequence[Line],
    ended: Sequence[Request],
    *,
    decree_id: int,
    by: User,
    acting_for: User | None,
    at: datetime,
) -> None:
    """The ledger: one chain begun per request, an entry for each arrangement that ends, and the decree's own."""
    ending = determination.members.filter(ends_request__in=[row.pk for row in ended]).select_related("ends_request")
    for member in ending:
        if member.ends_request is None:
            continue
        payload = {"ended_on": member.ends_on, "determination": determination.pk}
        ledger.append(member.ends_request, "arrangement.ended", by=by, acting_for=acting_for, payload=payload, at=at)
    payloads: dict[str, dict[str, Any]] = {}
    for line in lines:
        payloads[ledger.chain_of(line.request)] = {
            "determination": determination.pk,
            "line": line.member.line,
            "assignment": line.assignment.pk if line.assignment else None,
            "days": len(line.member.days),
            "letter": line.letter.pk if line.letter else None,
            "screenings": list(line.screening_ids),
        }
    ledger.open_chains("request.determined", payloads, by=by, acting_for=acting_for, at=at)
    ledger.append_to(
        ledger.chain_of_determination(determination.amends_id or determination.pk),
        "determination.amended" if determination.amends_id else "determination.decided",
        by=by,
        acting_for=acting_for,
        payload={
            "determination": determination.pk,
            "amendment": determination.amendment_no,
            "plan": determination.plan_digest,
            "decree": decree_id,
            "people": len(lines),
            "ended": len(ended),
            "days": sum(len(line.member.days) for line in lines),
        },
        at=at,
    )
