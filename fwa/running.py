"""Running arrangements asked again by the rules in force: many people, one query per policy and kind of question."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import F, OuterRef, Q, QuerySet, Subquery

from attendance.enums import AssignmentStatus
from eligibility.criteria.base import Ask
from eligibility.enums import POLICIES_OF_KIND, FlexKind, Verdict
from eligibility.models import PolicyVersion
from eligibility.screening import RuleResult, ScreeningResult, screen_many, versions_in_force
from fwa.enums import RequestStatus
from fwa.models import Request
from fwa.services.circumstances import circumstance_code
from organization.models import Employee

GRANTED = (AssignmentStatus.IN_FORCE, AssignmentStatus.ENDED)


@dataclass(frozen=True)
class Answer:
    """The verdicts of one running arrangement, one per policy of its kind."""

    request: Request
    results: tuple[ScreeningResult, ...]

    @property
    def failing(self) -> list[RuleResult]:
        """Blocking rules that are not met; none when the arrangement may go on as it is."""
        return [item for result in self.results for item in result.failed]

    @property
    def is_fine(self) -> bool:
        return all(result.verdict != Verdict.NOT_ELIGIBLE for result in self.results)


def running_requests(on: date) -> QuerySet[Request]:
    """Determined requests whose arrangement covers days from `on`; one that ends early runs to the day before its end.

    Places that are only held are no arrangement yet: every level of their request asks the rules again.
    """
    not_over = Q(assignment__ended_on__isnull=True) | Q(assignment__ended_on__gt=on)
    return Request.objects.filter(
        not_over, status=RequestStatus.APPROVED, assignment__status__in=GRANTED, assignment__valid_to__gte=on
    )


def kinds_of_policy(policy_code: str) -> list[str]:
    """Kinds of flexibility that a policy judges."""
    return [kind for kind, codes in POLICIES_OF_KIND.items() if policy_code in codes]


def running_of(employee_ids: Collection[int] | None, on: date, policy_code: str | None = None) -> QuerySet[Request]:
    """Running requests of some people (None: of everybody), of the kinds that one policy judges where it is named."""
    rows = running_requests(on)
    if employee_ids is not None:
        rows = rows.filter(employee_id__in=employee_ids)
    return rows.filter(kind__in=kinds_of_policy(policy_code)) if policy_code else rows


def ask_again(requests: Iterable[Request], *, on: date) -> list[Answer]:
    """Ask each request's own question (kind, place, home, circumstance granted) by the versions in force on a day.

    A policy without a version in force that day has no say. Queries: one for the versions, and one per policy and
    kind of question, whatever the number of people. `requests` bring `circumstance` along.
    """
    versions = {version.policy.code: version for version in versions_in_force(on)}
    found: dict[int, list[ScreeningResult]] = defaultdict(list)
    asked = list(requests)
    for (kind, place_kind, circumstance, _turn), rows in _by_question(asked).items():
        by_employee = {row.employee_id: row.pk for row in rows}
        ask = Ask(kind=kind, place_kind=place_kind, each_domicile=_domicile(by_employee.values()))
        for version in _versions(kind, versions):
            people = Employee.objects.filter(pk__in=by_employee)
            for result in screen_many(people, version, on=on, ask=ask, circumstance=circumstance):
                found[by_employee[result.employee_id]].append(result)
    return [Answer(row, tuple(found[row.pk])) for row in asked]


def _versions(kind: str, versions: dict[str, PolicyVersion]) -> list[PolicyVersion]:
    return [versions[code] for code in POLICIES_OF_KIND[FlexKind(kind)] if code in versions]


def _by_question(requests: Iterable[Request]) -> dict[tuple[str, str, str | None, int], list[Request]]:
    """Requests with one question; nobody twice in a group, since an answer is found by the person."""
    groups: dict[tuple[str, str, str | None, int], list[Request]] = defaultdict(list)
    turns: Counter[tuple[object, ...]] = Counter()
    for row in requests:
        question = (row.kind, row.place_kind, circumstance_code(row))
        turn = turns[row.employee_id, question]
        turns[row.employee_id, question] += 1
        groups[*question, turn].append(row)
    return groups


def _domicile(request_ids: Iterable[int]) -> Subquery:
    """Everybody's own home asked for, as an expression over the employee."""
    own = Request.objects.filter(pk__in=list(request_ids), employee=OuterRef("pk")).order_by()
    return Subquery(own.values(home=F("domicile_id"))[:1])
