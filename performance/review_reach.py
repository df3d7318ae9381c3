"""Whose work somebody reviews: the set behind the permission `performance.review_work`, and whose turn it is first.

Like the permission: never one's own, and that of an officer in whose place one acts only in one's own right. A
connected system reviews nothing.
"""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, QuerySet

from organization.access import WHOLE_AGENCY, access_for
from organization.models import Employee, Placement, User
from organization.querysets import in_path, under_paths_q
from performance.enums import ReportStatus
from performance.models import DailyReport, Output


def placements_led(user: User) -> QuerySet[Placement]:
    """Today's placements of everybody whose work the user may review."""
    access = access_for(user)
    placed = Placement.objects.active_on(access.on).exclude(employee__user_id=user.pk)
    if user.is_service or not (access.has_reports or access.headed_paths):
        return placed.none()
    officers = [officer.user_id for officer in access.acting_for]
    led = Q(supervisor__user_id__in=access.identity_ids) | under_paths_q(access.headed_paths, "unit__")
    if not officers:
        return placed.filter(led)
    own = Q(supervisor__user_id=user.pk) | under_paths_q(access.own_headed_paths, "unit__")
    stood_in = Q(employee__user_id__in=officers)
    others = Q(employee__user_id__isnull=True) | ~stood_in
    return placed.filter(led & others | own & stood_in)


def placements_direct(user: User) -> QuerySet[Placement]:
    """Of those, the people whose turn it is the user's: their supervisor, else the nearest head above them."""
    access = access_for(user)
    placed = placements_led(user)
    if not access.headed_paths:
        return placed
    # By id where it is known, so that an index finds the few among everybody below.
    officers = [officer.user_id for officer in access.acting_for]
    mine = Q(supervisor_id=access.own_employee_id or 0)
    if officers:
        mine |= Q(supervisor_id__in=Employee.objects.filter(user_id__in=officers).values("pk"))
    nearer = (
        Placement.objects.active_on(access.on)
        .heads()
        .filter(under_paths_q(access.headed_paths, "unit__"), employee__user__is_active=True)
        .exclude(employee__user_id__in=access.identity_ids)
        .exclude(employee=OuterRef("employee"))
        .filter(in_path("unit_id", OuterRef("unit__path")))
    )
    return placed.filter(mine | Q(supervisor__isnull=True) & ~Exists(nearer))


def reports_led(user: User) -> QuerySet[DailyReport]:
    """Every report the user may review, in whatever state."""
    placed = placements_led(user)
    if _leads_most(user):
        return DailyReport.objects.filter(Exists(placed.filter(employee=OuterRef("employee"))))
    return DailyReport.objects.filter(employee__in=placed.order_by().values("employee_id"))


def reports_waiting(user: User) -> QuerySet[DailyReport]:
    """What waits for the user first: reports of the people directly theirs, and those passed on by the next below."""
    direct = placements_direct(user).order_by().values("employee_id")
    below = placements_led(user).filter(supervisor_id__in=direct).order_by().values("employee_id")
    turn = Q(employee_id__in=direct) | Q(escalated_at__isnull=False)
    return DailyReport.objects.filter(turn, status=ReportStatus.REPORTED, employee_id__in=direct.union(below))


def outputs_led(user: User) -> QuerySet[Output]:
    """Outputs still promised by everybody whose work the user reviews."""
    return Output.objects.due().filter(contract__employee__in=placements_led(user).order_by().values("employee_id"))


def _leads_most(user: User) -> bool:
    """Whether the user heads the agency: then asking row by row finds a page at once."""
    paths = access_for(user).headed_paths
    return WHOLE_AGENCY in paths or any(path.count("/") <= 1 for path in paths)


def officers_of(user: User, employee_ids: list[int]) -> dict[int, int]:
    """Account of the officer in whose place the user reviews each of these people; without those of the own right.

    Two queries at most; like `organization.leading.acting_officer` for one.
    """
    access = access_for(user)
    if not access.acting_for:
        return {}
    rows = Placement.objects.active_on(access.on).filter(employee_id__in=employee_ids)
    officers = [officer.user_id for officer in access.acting_for]
    heads = list(
        Placement.objects.active_on(access.on)
        .heads()
        .filter(employee__user_id__in=officers)
        .order_by("-unit__depth")
        .values_list("unit__path", "employee__user_id")
    )
    found: dict[int, int] = {}
    for employee_id, own, supervisor, path in rows.values_list(
        "employee_id", "employee__user_id", "supervisor__user_id", "unit__path"
    ):
        if supervisor == user.pk or any(path.startswith(headed) for headed in access.own_headed_paths):
            continue
        above = [officer for headed, officer in heads if path.startswith(headed) and officer != own]
        if supervisor in officers and supervisor != own:
            found[employee_id] = supervisor
        elif above:
            found[employee_id] = above[0]
    return found
