"""Writes one wave of past arrangements set-based, as the services would have written each: request, verdict, steps,
decisions, days in force, outputs with what was delivered, letter and ledger."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from django.db import connection

from attendance.enums import AssignmentStatus
from attendance.models import Assignment
from eligibility.enums import FlexKind, PlaceKind
from eligibility.services import store_screenings
from fwa import letter_text
from fwa.chain import PlannedStep, merged
from fwa.demo.clock import Days, moment
from fwa.demo.history import STORY_PAST, Grant
from fwa.demo.ledger_rows import Fact, LedgerRows
from fwa.demo.staff import BATCH, Agency
from fwa.demo.words import OUTPUTS, REASONS, WORK_PLANS
from fwa.enums import DecisionKind, LetterStatus, RequestStatus, StepRole, StepStatus
from fwa.models import Decision, Letter, Request, RequestOutput, Step
from fwa.services.chain import DEFAULT_CHAIN
from fwa.services.letters import TOKEN_BYTES, profile_words
from organization.models import AgencyProfile, NumberSeries, OutboxMessage, User
from organization.nip import display_nip
from performance.models import Output, OutputContract

# Working days before the first day on which each level decided, at most; `LEAD_DAYS` are there.
DECIDED_BEFORE = (13, 11, 9, 6)
MISSED_SHARE, LATE_SHARE = 0.03, 0.08
LETTERS_FROM, LETTERS_APART = timedelta(seconds=90), timedelta(seconds=2)

_REQUEST_DATES = """
INSERT INTO fwa_requestdate (request_id, employee_id, day, facet, status, problem, detail, alternatives, is_live)
SELECT r.id, r.employee_id, g.day::date, 'location', 'granted', '', '{}'::jsonb, '{}'::date[], false
  FROM fwa_request r
 CROSS JOIN LATERAL generate_series(r.valid_from, r.valid_to, interval '1 day') AS g(day)
 WHERE r.id = ANY(%(requests)s) AND extract(isodow FROM g.day)::int = ANY(r.weekdays)
   AND NOT EXISTS (SELECT 1 FROM organization_holiday h WHERE h.day = g.day::date)
"""
_ASSIGNMENT_DAYS = """
INSERT INTO attendance_assignmentday
       (assignment_id, employee_id, unit_id, day, facet, status, is_away, counts_toward_cap)
SELECT r.assignment_id, d.employee_id, r.unit_id, d.day, d.facet, 'in_force', true, true
  FROM fwa_requestdate d JOIN fwa_request r ON r.id = d.request_id
 WHERE d.request_id = ANY(%(requests)s)
"""


@dataclass
class Wave:
    """The rows of one block while they are made, and what all blocks share."""

    agency: Agency
    days: Days
    chance: Random
    numbers: Counter[tuple[str, int]]
    ledger: LedgerRows
    letters_at: datetime
    profile: AgencyProfile
    last_past: date
    words: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        self.words = profile_words(self.profile)

    def next_number(self, series: str, year: int) -> int:
        self.numbers[series, year] += 1
        return self.numbers[series, year]


@dataclass
class Line:
    """One grant with its rows."""

    grant: Grant
    request: Request
    assignment: Assignment
    sent_at: datetime
    decided_at: datetime
    granted: list[date]
    outputs: list[RequestOutput]
    steps: list[Step] = field(default_factory=list)
    letter: Letter | None = None


def save_wave(wave: Wave, grants: list[Grant]) -> None:
    """Write everything about the grants of one block; the clock stands at the day they asked."""
    lines = [_line(wave, grant) for grant in grants]
    if not lines:
        return
    Assignment.objects.bulk_create([line.assignment for line in lines], batch_size=BATCH)
    Request.objects.bulk_create([line.request for line in lines], batch_size=BATCH)
    screenings = store_screenings(results=[line.grant.verdict for line in lines])
    through = Request.screenings.through
    pairs = zip(lines, screenings, strict=True)
    through.objects.bulk_create(
        [through(request=line.request, screening=screening) for line, screening in pairs], batch_size=BATCH
    )
    RequestOutput.objects.bulk_create([row for line in lines for row in line.outputs], batch_size=BATCH)
    _save_days([line.request.pk for line in lines])
    _save_steps(wave, lines)
    _save_contracts(wave, lines)
    _save_letters(wave, lines)
    for line, screening in zip(lines, screenings, strict=True):
        wave.ledger.add(line.request, _facts(line, screening.pk))


def save_numbers(numbers: Counter[tuple[str, int]]) -> None:
    """Where the services go on counting."""
    NumberSeries.objects.bulk_create(
        NumberSeries(series=series, year=year, last=last) for (series, year), last in numbers.items()
    )


def _line(wave: Wave, grant: Grant) -> Line:
    block, seat, agency = grant.block, wave.agency.seats[grant.key], wave.agency
    employee, home = agency.employees[grant.key], agency.domiciles[grant.key]
    number = f"FW-{block.sent_on.year}-{wave.next_number('request', block.sent_on.year):04d}"
    sent_at = moment(block.sent_on, 9, wave.chance.randrange(60))
    decided_at = moment(wave.days.before(block.start, DECIDED_BEFORE[-1]), 14, wave.chance.randrange(60))
    assignment = Assignment(
        employee=employee,
        unit=agency.units[seat.unit],
        reference=number,
        kind=FlexKind.LOCATION,
        valid_from=block.start,
        valid_to=block.end,
        place_kind=PlaceKind.HOME,
        place_label=home.address,
        weekdays=list(grant.weekdays),
        status=AssignmentStatus.IN_FORCE,
        granted_at=decided_at,
    )
    fwa_request = Request(
        number=number,
        employee=employee,
        kind=FlexKind.LOCATION,
        status=RequestStatus.APPROVED,
        valid_from=block.start,
        valid_to=block.end,
        weekdays=list(grant.weekdays),
        place_kind=PlaceKind.HOME,
        domicile=home,
        reason=wave.chance.choice(REASONS),
        work_plan=wave.chance.choice(WORK_PLANS),
        unit=agency.units[seat.unit],
        position=agency.positions[seat.post],
        supervisor=agency.employees.get(seat.boss),
        assignment=assignment,
        submitted_at=sent_at,
        decided_at=decided_at,
    )
    return Line(
        grant=grant,
        request=fwa_request,
        assignment=assignment,
        sent_at=sent_at,
        decided_at=decided_at,
        granted=wave.days.working(block.start, block.end, grant.weekdays),
        outputs=_outputs(wave, grant, fwa_request),
    )


def _outputs(wave: Wave, grant: Grant, fwa_request: Request) -> list[RequestOutput]:
    """Outputs spread evenly over the period."""
    span = (grant.block.end - grant.block.start).days
    chosen = wave.chance.sample(OUTPUTS, grant.outputs)
    return [
        RequestOutput(
            request=fwa_request,
            title=title,
            measure=measure,
            target=Decimal(target),
            due_on=grant.block.start + timedelta(days=span * place // (grant.outputs + 1)),
        )
        for place, (title, measure, target) in enumerate(chosen, start=1)
    ]


def _save_days(request_ids: list[int]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_REQUEST_DATES, {"requests": request_ids})
        cursor.execute(_ASSIGNMENT_DAYS, {"requests": request_ids})


def levels(agency: Agency, key: str) -> list[tuple[PlannedStep, User]]:
    """The levels of one person as `plan_chain` finds them, each with who decided it."""
    seat = agency.seats[key]
    holders: dict[str, User | None] = {
        StepRole.SUPERVISOR: agency.users[seat.boss],
        StepRole.UNIT_HEAD: agency.users[agency.head_of(seat.unit)],
        StepRole.HR: None,
        StepRole.AUTHORITY: agency.users["pimpinan"],
    }
    planned = [PlannedStep(role, due_days, holders[role], (role,)) for role, due_days in DEFAULT_CHAIN]
    return [(step, step.holder or agency.users["kepegawaian"]) for step in merged(planned)]


def _save_steps(wave: Wave, lines: Iterable[Line]) -> None:
    decisions = []
    for line in lines:
        decisions.append(_decision(line, None, wave.agency.users[line.grant.key], line.sent_at))
        opened = line.sent_at
        chain = levels(wave.agency, line.grant.key)
        for order, (planned, decider) in enumerate(chain, start=1):
            at = line.decided_at
            if order < len(chain):
                day = wave.days.before(line.grant.block.start, DECIDED_BEFORE[order - 1])
                at = moment(day, 10 + order, wave.chance.randrange(60))
            step = _step(line, order, planned, decider, opened, at)
            line.steps.append(step)
            decisions.append(_decision(line, step, decider, at))
            opened = at
    Step.objects.bulk_create([step for line in lines for step in line.steps], batch_size=BATCH)
    Decision.objects.bulk_create(decisions, batch_size=BATCH)


def _step(line: Line, order: int, planned: PlannedStep, decider: User, opened: datetime, at: datetime) -> Step:
    return Step(
        request=line.request,
        order=order,
        role=planned.role,
        roles=[str(role) for role in planned.roles],
        holder=planned.holder,
        status=StepStatus.APPROVED,
        due_days=planned.due_days,
        opened_at=opened,
        due_on=at.date(),
        decided_by=decider,
        decided_at=at,
    )


def _decision(line: Line, step: Step | None, by: User, at: datetime) -> Decision:
    takes = step is not None and step.holds_places
    return Decision(
        request=line.request,
        step=step,
        kind=DecisionKind.APPROVE if step else DecisionKind.SUBMIT,
        decided_by=by,
        dates_granted=len(line.granted) if takes else None,
        dates_refused=0 if takes else None,
        decided_at=at,
    )


def _save_contracts(wave: Wave, lines: list[Line]) -> None:
    contracts = [
        OutputContract(
            employee=line.request.employee,
            reference=line.assignment.reference,
            valid_from=line.grant.block.start,
            valid_to=line.grant.block.end,
            **_agreed(line),
        )
        for line in lines
    ]
    OutputContract.objects.bulk_create(contracts, batch_size=BATCH)
    rows = [
        _delivered(wave, line.grant, contract, place, output)
        for line, contract in zip(lines, contracts, strict=True)
        for place, output in enumerate(line.outputs)
    ]
    Output.objects.bulk_create(rows, batch_size=BATCH)


def _agreed(line: Line) -> dict[str, Any]:
    """Who recommended it agreed to the outputs."""
    step = next((step for step in line.steps if StepRole.SUPERVISOR in step.roles), line.steps[-1])
    return {"agreed_by_id": step.decided_by_id, "agreed_at": step.decided_at}


def _delivered(wave: Wave, grant: Grant, contract: OutputContract, place: int, output: RequestOutput) -> Output:
    """Most are on time, some late, a few missing; what is not due yet is open.

    Of what runs today everything due is there: the rule on outputs must hold for it (`history.choose`).
    """
    row = Output(
        contract=contract, title=output.title, measure=output.measure, target=output.target, due_on=output.due_on
    )
    late = wave.chance.random() < LATE_SHARE
    missed = wave.chance.random() < MISSED_SHARE
    if grant.key in STORY_PAST:  # one late output of Ratna's, none missing
        late, missed = grant.key == "ratna" and place == 1 and grant.block.end == wave.last_past, False
    if grant.block.is_running:
        late = missed = False
    if missed or output.due_on >= wave.days.as_of:
        return row
    delivered_on = output.due_on + timedelta(days=wave.chance.randrange(2, 7) if late else -wave.chance.randrange(3))
    if delivered_on < wave.days.as_of:
        row.recorded = row.delivered = row.target
        row.recorded_on = row.delivered_on = delivered_on
    return row


def _save_letters(wave: Wave, lines: list[Line]) -> None:
    """Frozen as decided; the worker makes the files bit by bit, after those of the story."""
    for line in lines:
        decided_on = line.steps[-1].due_on or line.grant.block.sent_on
        number = letter_text.letter_number(
            wave.profile.number_pattern, seq=wave.next_number("letter", decided_on.year), on=decided_on
        )
        line.letter = Letter(
            request=line.request,
            number=number,
            decided_on=decided_on,
            token=secrets.token_urlsafe(TOKEN_BYTES),
            content=_content(wave, line, number, decided_on),
            status=LetterStatus.QUEUED,
        )
    letters = Letter.objects.bulk_create([line.letter for line in lines if line.letter], batch_size=BATCH)
    messages = []
    for letter in letters:
        messages.append(
            OutboxMessage(
                topic="fwa.render_letter",
                payload={"letter": letter.pk, "attempt": 0},
                key=f"fwa.render_letter:{letter.pk}:0",
                available_at=wave.letters_at,
            )
        )
        wave.letters_at += LETTERS_APART
    OutboxMessage.objects.bulk_create(messages, batch_size=BATCH)


def _content(wave: Wave, line: Line, number: str, on: date) -> dict[str, Any]:
    employee, block = line.request.employee, line.grant.block
    person = letter_text.Person(
        name=employee.name,
        nip=display_nip(employee.nip),
        grade=employee.grade,
        position=wave.agency.positions[wave.agency.seats[line.grant.key].post].name,
        unit=line.request.unit.name if line.request.unit else "",
    )
    granted = letter_text.Granted(
        kind=line.request.kind,
        place_kind=line.request.place_kind,
        place="",
        starts_at=None,
        ends_at=None,
        zone="WITA",
        valid_from=block.start,
        valid_to=block.end,
        weekdays=line.grant.weekdays,
        days=tuple(line.granted),
        refused=(),
        outputs=tuple(letter_text.Output(row.title, row.measure, row.target, row.due_on) for row in line.outputs),
    )
    leader = wave.agency.employees["pimpinan"]
    signatory = letter_text.Signatory(
        name=leader.name, nip=display_nip(leader.nip), position=wave.agency.positions["sekda"].name
    )
    return letter_text.letter_content(
        profile=wave.words, number=number, on=on, person=person, granted=granted, signatory=signatory
    )


def _facts(line: Line, screening_id: int) -> list[Fact]:
    """The ledger of one request, entry by entry as the services write it."""
    applicant = line.request.employee.user_id
    facts = [Fact("request.submitted", line.sent_at, applicant, {"screenings": [screening_id]})]
    for step in line.steps:
        held = len(line.granted) if step.holds_places else None
        payload = {"step": step.pk, "roles": step.roles, "held": held}
        facts.append(Fact("step.approved", step.decided_at or line.decided_at, step.decided_by_id, payload))
    last = line.steps[-1]
    payload = {
        "assignment": line.assignment.pk,
        "days": len(line.granted),
        "letter": line.letter.pk if line.letter else None,
    }
    return [*facts, Fact("request.determined", line.decided_at, last.decided_by_id, payload)]
