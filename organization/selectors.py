"""Reads of the organisation that end in figures, dates or people; days are passed in."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING, TypedDict

from django.db.models import (
    BooleanField,
    Case,
    CharField,
    Count,
    Exists,
    ExpressionWrapper,
    F,
    FilteredRelation,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce
from django.utils import timezone

from organization.access import WHOLE_AGENCY, access_for
from organization.enums import Role
from organization.models import (
    AccountToken,
    Delegation,
    Employee,
    Holiday,
    Placement,
    RamadanPeriod,
    TaskType,
    Unit,
    User,
)
from organization.querysets import active_on_q, under_paths_q

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations


def holidays_between(start: date, end: date) -> dict[date, str]:
    """Days off (public holidays and joint leave) from start to end, both inclusive, with their names."""
    return dict(Holiday.objects.filter(day__range=(start, end)).values_list("day", "name"))


def ramadan_on(day: date) -> bool:
    """Whether the shorter hours of Ramadan apply on a day (Perpres 21/2023 Art 4(2) [Q])."""
    return RamadanPeriod.objects.active_on(day).exists()


def unit_head_on(unit: Unit, day: date) -> Placement | None:
    """Who heads the unit itself on a day; a vacant post answers nothing, look one level up."""
    heads = Placement.objects.active_on(day).heads().filter(unit=unit)
    return heads.select_related("employee__user", "position").first()


def delegate_of(user: User, day: date) -> Delegation | None:
    """The delegation by which somebody stands in for `user` on a day."""
    return Delegation.objects.active_on(day).filter(principal=user).select_related("delegate").first()


def active_staff_by_unit(day: date, unit_ids: Iterable[int] | None = None) -> dict[int, int]:
    """Active staff per unit on a day, without the units below: one query for the whole agency."""
    placed = Placement.objects.active_on(day)
    if unit_ids is not None:
        placed = placed.filter(unit_id__in=list(unit_ids))
    return dict(placed.order_by().values_list("unit_id").annotate(staff=Count("employee_id")))


def active_staff_under(units: Iterable[Unit], day: date) -> dict[int, int]:
    """Active staff per unit including all units below it, for any number of units: one query.

    Units in path order stand right before those below them, so one pass over the sorted paths adds them up.
    """
    listed = list(units)
    paths = _topmost(unit.path for unit in listed)
    placed = Placement.objects.active_on(day).filter(under_paths_q(paths, "unit__"))
    counts = placed.order_by().values_list("unit__path").annotate(staff=Count("employee_id"))
    totals: dict[str, int] = {}
    for path, staff in counts:
        for prefix in _prefixes(path):
            totals[prefix] = totals.get(prefix, 0) + staff
    return {unit.pk: totals.get(unit.path, 0) for unit in listed}


def staff_under(unit: Unit, day: date) -> int:
    """Active staff of one unit including all units below it: one query that brings one number."""
    return Placement.objects.active_on(day).in_subtree(unit).count()


def _topmost(paths: Iterable[str]) -> list[str]:
    """The paths that lie under no other one: what is under the rest is under these."""
    top: list[str] = []
    for path in sorted(paths):
        if not top or not path.startswith(top[-1]):
            top.append(path)
    return top


def _prefixes(path: str) -> list[str]:
    """ "1/5/9/" -> "1/", "1/5/", "1/5/9/"."""
    ends = [index + 1 for index, sign in enumerate(path) if sign == "/"]
    return [path[:end] for _start, end in pairwise([0, *ends])]


def overseen_employees(user: User, *roles: Role) -> QuerySet[Employee]:
    """Employees in the subtrees where the user holds one of the roles; narrower than `visible_to`."""
    access = access_for(user)
    paths = [path for role in roles for path in access.paths_of_role(role)]
    if WHOLE_AGENCY in paths:
        return Employee.objects.all()
    placed = Placement.objects.active_on(access.on).filter(under_paths_q(paths, "unit__"))
    return Employee.objects.filter(Exists(placed.filter(employee=OuterRef("pk"))))


ACCOUNT_STATES = ("active", "invited", "waiting", "off")


class AccountState(TypedDict):
    """What `accounts_for` adds to an account; `state` is off, active, invited or waiting."""

    has_token: bool
    unit_name: str | None
    has_employee: bool
    state: str


def accounts_for(user: User) -> QuerySet[WithAnnotations[User, AccountState]]:
    """Accounts that HR looks after, with `state` and `unit_name`; one join and two subqueries for any number."""
    today = timezone.localdate()
    rows = User.objects.filter(is_service=False)
    if WHOLE_AGENCY not in access_for(user).paths_of_role(Role.HR_ADMIN):
        rows = rows.filter(employee__in=overseen_employees(user, Role.HR_ADMIN))
    token = AccountToken.objects.filter(user=OuterRef("pk"), used_at__isnull=True, expires_at__gt=timezone.now())
    unit = Placement.objects.active_on(today).filter(employee__user=OuterRef("pk")).values("unit__name")[:1]
    return rows.annotate(
        has_token=Exists(token),
        unit_name=Subquery(unit),
        has_employee=Case(When(employee__isnull=False, then=True), default=False, output_field=BooleanField()),
        state=Case(
            When(deactivated_at__isnull=False, then=Value("off")),
            When(is_active=True, then=Value("active")),
            When(has_token=True, then=Value("invited")),
            default=Value("waiting"),
            output_field=CharField(),
        ),
    ).order_by("name", "pk")


def people_for_list(user: User) -> QuerySet[Employee]:
    """Employees in the user's reach with unit, position, supervisor and state of the account."""
    return (
        Employee.objects.visible_to(user)
        .for_list(timezone.localdate())
        .annotate(
            is_head=F("current__is_head"),
            account_active=F("user__is_active"),
            account_activated=F("user__activated_at"),
        )
    )


def units_for_list(user: User, day: date) -> QuerySet[Unit]:
    """Units in the user's reach in tree order, with the relation `version` of that day and the head's name."""
    head = Placement.objects.active_on(day).heads().filter(unit=OuterRef("pk")).values("employee__name")[:1]
    return (
        Unit.objects.visible_to(user)
        .annotate(version=FilteredRelation("versions", condition=active_on_q(day, "versions__")))
        .annotate(
            direct_service=F("version__is_direct_service"),
            round_the_clock=F("version__is_24x7"),
            quota_pct=F("version__quota_pct"),
            open_since=F("version__valid_from"),
            head_name=Subquery(head),
        )
        .order_by("path", "pk")
    )


def task_types_with_verdicts() -> QuerySet[TaskType]:
    """Task types with `for_location`, `for_shift` and `for_dynamic`: whether each meets the criteria of Arts 23-24."""

    def meets(condition: Q) -> ExpressionWrapper:
        return ExpressionWrapper(condition, output_field=BooleanField())

    return TaskType.objects.annotate(
        for_location=meets(TaskType.location_q()),
        for_shift=meets(TaskType.shift_q()),
        for_dynamic=meets(TaskType.dynamic_q()),
    )


def unit_for_page(user: User, day: date) -> QuerySet[Unit]:
    """Units in the user's reach with `head_id` and `head_name` of a day."""
    head = Placement.objects.active_on(day).heads().filter(unit=OuterRef("pk"))
    return Unit.objects.visible_to(user).annotate(
        head_id=Subquery(head.values("employee_id")[:1]),
        head_name=Subquery(head.values("employee__name")[:1]),
    )


def with_report_count(people: QuerySet[Employee], day: date) -> QuerySet[Employee]:
    """Adds `report_count`: how many have the person as direct supervisor on a day."""
    reports = Placement.objects.active_on(day).filter(supervisor=OuterRef("pk")).order_by().values("supervisor")
    return people.annotate(
        report_count=Coalesce(
            Subquery(reports.annotate(number=Count("pk")).values("number"), output_field=IntegerField()), 0
        )
    )
