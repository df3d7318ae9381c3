"""Who leads an employee: the direct supervisor, else the head above, else HR; and stand-ins.

Nobody leads themselves, and nobody leads the officer in whose place they act.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date

from django.db.models import Q, QuerySet

from organization.access import WHOLE_AGENCY, ActingFor, access_for
from organization.enums import Role
from organization.models import Delegation, Employee, Placement, RoleGrant, User
from organization.querysets import under_paths_q


def leaders_of(employee_ids: Collection[int], *, on: date) -> dict[int, set[int]]:
    """Accounts to tell about each of the employees, with whoever stands in for them; five queries at most."""
    rows, found, open_rows = _first_level(employee_ids, on)
    told = _with_stand_ins(found, {row[0]: row[1] for row in rows}, on)
    left = [(employee_id, own, path) for employee_id, own, path in open_rows if employee_id not in told]
    unplaced = set(employee_ids) - {row[0] for row in rows}
    return told | _hr_of([*left, *((employee_id, None, "") for employee_id in unplaced)], on)


Row = tuple[int, int | None, str]


def _first_level(employee_ids: Collection[int], on: date) -> tuple[list[Row], dict[int, int], list[Row]]:
    """Placements of the day, accounts of who leads, and those without a supervisor of their own; three queries."""
    placed = Placement.objects.active_on(on).filter(employee_id__in=employee_ids)
    rows: list[Row] = []
    found: dict[int, int] = {}
    open_rows: list[Row] = []
    for employee_id, own, path, supervisor, is_active in placed.values_list(
        "employee_id", "employee__user_id", "unit__path", "supervisor__user_id", "supervisor__user__is_active"
    ):
        rows.append((employee_id, own, path))
        if supervisor and is_active and supervisor != own:
            found[employee_id] = supervisor
        else:
            open_rows.append((employee_id, own, path))
    return rows, found | _heads_above(open_rows, on), open_rows


def next_level_of(employee_ids: Collection[int], *, on: date) -> dict[int, tuple[int, set[int]]]:
    """By employee: the account of whoever leads them, and the accounts to tell above that one.

    Employees whom nobody leads but HR are left out. A fixed number of queries.
    """
    _rows, found, _open = _first_level(employee_ids, on)
    people = dict(Employee.objects.filter(user_id__in=set(found.values())).values_list("user_id", "pk"))
    above = leaders_of(people.values(), on=on)
    return {
        employee_id: (leader, above.get(people[leader], set()) - {leader})
        for employee_id, leader in found.items()
        if leader in people
    }


def _heads_above(rows: Iterable[tuple[int, int | None, str]], on: date) -> dict[int, int]:
    rows = list(rows)
    if not rows:
        return {}
    unit_ids = {int(part) for _employee, _own, path in rows for part in path.split("/") if part}
    heads: dict[str, list[int]] = defaultdict(list)
    placed = Placement.objects.active_on(on).heads().filter(unit_id__in=unit_ids, employee__user__is_active=True)
    for path, user_id in placed.values_list("unit__path", "employee__user_id"):
        heads[path].append(user_id)
    found = {}
    for employee_id, own, path in rows:
        above = sorted((head for head in heads if path.startswith(head)), key=len, reverse=True)
        users = [user_id for head in above for user_id in heads[head] if user_id != own]
        if users:
            found[employee_id] = users[0]
    return found


def _with_stand_ins(found: dict[int, int], own: dict[int, int | None], on: date) -> dict[int, set[int]]:
    stand_ins: dict[int, set[int]] = defaultdict(set)
    if found:
        rows = Delegation.objects.active_on(on).filter(principal_id__in=set(found.values()))
        for principal, delegate in rows.values_list("principal_id", "delegate_id"):
            stand_ins[principal].add(delegate)
    return {
        employee_id: {leader, *stand_ins[leader]} - {own.get(employee_id) or 0} for employee_id, leader in found.items()
    }


def _hr_of(rows: list[tuple[int, int | None, str]], on: date) -> dict[int, set[int]]:
    if not rows:
        return {}
    grants = list(RoleGrant.objects.active_on(on).filter(role=Role.HR_ADMIN).values_list("user_id", "unit__path"))
    return {
        employee_id: {user for user, granted in grants if user != own and path.startswith(granted or WHOLE_AGENCY)}
        for employee_id, own, path in rows
    }


def place_of(employee: Employee, on: date) -> tuple[str, int | None] | None:
    """Path of the unit and account of the direct supervisor on a day."""
    row = Placement.objects.active_on(on).filter(employee=employee).values_list("unit__path", "supervisor__user_id")
    return row.first()


def acting_officer(by: User, employee: Employee) -> ActingFor | None:
    """The officer in whose place `by` decides about the employee; none when it is in their own right."""
    access = access_for(by)
    if not access.acting_for:
        return None
    path, supervisor = place_of(employee, access.on) or ("", None)
    if supervisor == by.pk or any(path.startswith(own) for own in access.own_headed_paths):
        return None
    officers = {officer.user_id: officer for officer in access.acting_for if officer.user_id != employee.user_id}
    if supervisor in officers:
        return officers[supervisor]
    heads = Placement.objects.active_on(access.on).heads().filter(employee__user_id__in=officers)
    for unit_path, user_id in heads.order_by("-unit__depth").values_list("unit__path", "employee__user_id"):
        if path.startswith(unit_path):
            return officers[user_id]
    return access.officer_with_role(Role.HR_ADMIN, path, but=employee.user_id)


def led_by(user: User, *, with_hr: bool = True) -> QuerySet[Employee]:
    """Employees the user leads, or looks after as HR: in the own right or for an officer; never themselves, nor those
    in whose place they act."""
    access = access_for(user)
    paths = (*access.headed_paths, *(access.paths_of_role(Role.HR_ADMIN) if with_hr else ()))
    people = Employee.objects.exclude(user_id__in=access.identity_ids)
    if WHOLE_AGENCY in paths:
        return people
    placed = Placement.objects.active_on(access.on).filter(
        Q(supervisor__user_id__in=access.identity_ids) | under_paths_q(paths, "unit__")
    )
    return people.filter(pk__in=placed.order_by().values("employee_id"))
