"""First reviews of arrangements and periods without evaluations: leaders are told, nothing opens itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from itertools import islice
from typing import TypeVar

from dateutil.relativedelta import relativedelta
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from organization.leading import leaders_of
from organization.models import Employee, User
from performance.enums import PeriodKind
from performance.models import Evaluation, OutputContract
from performance.notifications_first_reviews import FirstReview, tell_first_reviews, tell_unwritten
from performance.periods import first_period, last_closed_period
from performance.services.evaluations import open_evaluations
from performance.terms import performance_terms_on

# A task that was down for a while catches up; what is longer past is no news (DESIGN).
LOOK_BACK = timedelta(days=14)
CHUNK = 2000
T = TypeVar("T")


def period_of_first(contract: OutputContract, *, on: date) -> tuple[date, date]:
    """The days that the first review of an arrangement is about; a shorter arrangement is reviewed at its end."""
    start, end = first_period(contract.valid_from, performance_terms_on(on).first_evaluation_months)
    return start, min(end, contract.valid_to)


def open_first(*, by: User, contract: OutputContract) -> Evaluation:
    """The draft of an arrangement's first review; who has one already keeps it.

    Raises PermissionDenied for whoever does not lead the person, ValidationError before its last day.
    """
    today = timezone.localdate()
    if not by.has_perm("performance.evaluate", contract.employee):
        raise PermissionDenied(_("Only whoever leads a person evaluates them."))
    start, end = period_of_first(contract, on=today)
    if end > today:
        raise ValidationError(
            _("The first review of this arrangement can be written from %(day)s on.")
            % {"day": date_format(end, "DATE_FORMAT")}
        )
    (made,) = open_evaluations(
        by=by, employee_ids=[contract.employee_id], kind=PeriodKind.FIRST, start=start, end=end, contract=contract
    )
    return made


def tell_leaders(*, on: date | None = None) -> int:
    """Tell who leads people about first reviews that are due and periods that ended; returns how many were due.

    A second run on the same or a later day tells nobody again.
    """
    day = on or timezone.localdate()
    return _tell_first(day) + _tell_period(day)


# --------------------------------------------------------------- first review
def due_contracts(*, on: date) -> QuerySet[OutputContract]:
    """Running arrangements that have reached the months of a first review, and have none."""
    written = Evaluation.objects.filter(
        kind=PeriodKind.FIRST, employee=OuterRef("employee"), starts_on=OuterRef("valid_from")
    )
    reached = on - relativedelta(months=performance_terms_on(on).first_evaluation_months)
    rows: QuerySet[OutputContract] = OutputContract.objects.filter(valid_from__lte=reached, valid_to__gte=on)
    return rows.exclude(Exists(written))


def _tell_first(day: date) -> int:
    months = performance_terms_on(day).first_evaluation_months
    since = day - relativedelta(months=months) - LOOK_BACK
    due = due_contracts(on=day).filter(valid_from__gt=since).select_related("employee").order_by("pk")
    told = 0
    for contracts in _parts(due.iterator(chunk_size=CHUNK)):
        leaders = leaders_of({row.employee_id for row in contracts}, on=day)
        told += tell_first_reviews(
            FirstReview(row, leader) for row in contracts for leader in sorted(leaders.get(row.employee_id, ()))
        )
    return told


# --------------------------------------------------------------------- period
def _tell_period(day: date) -> int:
    kind = performance_terms_on(day).evaluation_kind
    start, end = last_closed_period(kind, day)
    if day - end > LOOK_BACK:
        return 0
    waiting: Counter[int] = Counter()
    for ids in _without(kind, start, end, day):
        for users in leaders_of(ids, on=day).values():
            waiting.update(users)
    return tell_unwritten(waiting, kind=kind, start=start, end=end)


def _without(kind: str, start: date, end: date, day: date) -> Iterator[list[int]]:
    """People who served at the end of the period and serve today, and have no evaluation of it; in parts."""
    written = Evaluation.objects.filter(employee=OuterRef("pk"), kind=kind, starts_on=start)
    people = Employee.objects.serving_on(end).serving_on(day).exclude(Exists(written)).order_by("pk")
    yield from _parts(people.values_list("pk", flat=True).iterator(chunk_size=CHUNK))


def _parts(rows: Iterable[T]) -> Iterator[list[T]]:
    left = iter(rows)
    while part := list(islice(left, CHUNK)):
        yield part
