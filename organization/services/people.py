"""People: where they serve from which day, how to reach them, when they leave. Every change is a dated row."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from organization import outbox
from organization.changes import facts_changed
from organization.constraints import check_period, save_checked
from organization.day_facts import days_changed
from organization.enums import ChangeCause, EntryReason
from organization.guards import ONE_DAY, end_after, lock_employee, require, require_hr_of_units
from organization.models import Delegation, Employee, Placement, Position, RoleGrant, Site, Unit, UnitVersion, User
from organization.services.accounts import require_account_manager, turn_off
from organization.services.roles import refuse_last_admin

DEPARTURE_TOPIC = "organization.departure"


@dataclass(frozen=True)
class PlacementData:
    """A placement as HR enters it; dates inclusive, no end = until further notice."""

    unit: Unit
    position: Position
    supervisor: Employee | None
    site: Site | None
    entry_reason: str
    is_head: bool
    service_body: str
    valid_from: date
    valid_to: date | None = None


@transaction.atomic
def place_employee(*, by: User, employee_id: int, data: PlacementData) -> Placement:
    """Give the employee a new placement; the one that holds on its first day ends the day before.

    Raises PermissionDenied, and ValidationError when the dates, the unit or the supervisor do not fit.
    """
    employee = lock_employee(employee_id)
    require(by, "organization.manage_people", employee)
    _refuse_own_post(by, employee)
    require_hr_of_units(by, data.unit)
    before = _placement_before(employee, data.valid_from)
    placement = Placement(employee=employee, **data.__dict__)
    check_period(placement)
    _check_placement(placement, before)
    if before and (before.valid_to is None or before.valid_to >= data.valid_from):
        end_after(before, data.valid_from - ONE_DAY)
    save_checked(placement)
    if employee.left_on and employee.left_on < data.valid_from:
        employee.left_on = None
        employee.save(update_fields=["left_on"])
    _placement_changed(employee.pk, data.valid_from, f"placement:{placement.pk}")
    return placement


def _refuse_own_post(by: User, employee: Employee) -> None:
    """A placement can make somebody head of a unit, and nobody gives power to themself."""
    if employee.user_id == by.pk:
        raise PermissionDenied(_("Somebody else in HR records your own placement."))


def _placement_before(employee: Employee, start: date) -> Placement | None:
    """The last placement that began before `start`. One that begins on that very day is refused."""
    rows = employee.placements.select_for_update().order_by("-valid_from")
    if rows.filter(valid_from=start).exists():
        raise ValidationError({"valid_from": _("Another placement begins on this day. Choose a later day.")})
    later = rows.filter(valid_from__gt=start).last()
    if later is not None:
        day = date_format(later.valid_from, "DATE_FORMAT")
        raise ValidationError({"valid_from": _("A later placement begins on %(day)s already.") % {"day": day}})
    return rows.filter(valid_from__lt=start).first()


def _check_placement(placement: Placement, before: Placement | None) -> None:
    start = placement.valid_from
    errors: dict[str, str] = {}
    if not UnitVersion.objects.active_on(start).filter(unit=placement.unit).exists():
        errors["unit"] = _("The unit does not exist on that day.")
    supervisor = placement.supervisor
    if supervisor == placement.employee:
        errors["supervisor"] = _("Nobody is their own supervisor.")
    elif supervisor and not Placement.objects.active_on(start).filter(employee=supervisor).exists():
        errors["supervisor"] = _("This supervisor has no placement on that day.")
    same_post = before and (before.unit_id, before.position_id) == (placement.unit_id, placement.position_id)
    if placement.entry_reason == EntryReason.ADMINISTRATIVE and not same_post:
        errors["entry_reason"] = _("Unit or position change, so this is more than a change of supervisor or office.")
    if errors:
        raise ValidationError(errors)


@transaction.atomic
def end_placement(*, by: User, placement_id: int, last_day: date) -> Placement:
    """Let a placement end without a new one, for example at the start of unpaid leave."""
    placement = Placement.objects.select_for_update(of=("self",)).select_related("employee").get(pk=placement_id)
    require(by, "organization.manage_people", placement.employee)
    _refuse_own_post(by, placement.employee)
    placement.valid_to = last_day
    save_checked(placement, update_fields=["valid_to"])
    _placement_changed(placement.employee_id, last_day + ONE_DAY, f"placement:{placement.pk}")
    return placement


def _placement_changed(employee_id: int, on: date, key: str) -> None:
    facts_changed(cause=ChangeCause.PLACEMENT, employee_ids=[employee_id], on=on, key=key)
    days_changed(start=on, end=None, employee_ids=[employee_id], key=key)


@transaction.atomic
def record_departure(*, by: User, employee_id: int, left_on: date) -> Employee:
    """The employee leaves the agency: placement, roles and delegations end with `left_on`, then the account."""
    employee = lock_employee(employee_id)
    require(by, "organization.manage_people", employee)
    if employee.user_id == by.pk:
        raise ValidationError(_("Somebody else in HR records your own departure."))
    if not employee.placements.filter(valid_from__lte=left_on).exists():
        raise ValidationError({"left_on": _("The employee was not placed here before that day.")})
    for placement in employee.placements.overlapping(left_on + ONE_DAY, None):
        end_after(placement, left_on)
    employee.left_on = left_on
    employee.save(update_fields=["left_on"])
    if employee.user:
        _end_powers(employee.user, left_on)
        _schedule_switch_off(employee, left_on)
    _placement_changed(employee.pk, left_on + ONE_DAY, f"departure:{employee.pk}")
    return employee


def _end_powers(account: User, left_on: date) -> None:
    refuse_last_admin(account, left_on + ONE_DAY)
    for row in RoleGrant.objects.overlapping(left_on + ONE_DAY, None).filter(user=account):
        end_after(row, left_on)
    for delegation in Delegation.objects.overlapping(left_on + ONE_DAY, None).filter(delegate=account):
        end_after(delegation, left_on)


def _schedule_switch_off(employee: Employee, left_on: date) -> None:
    day_after = timezone.make_aware(datetime.combine(left_on + ONE_DAY, time.min))
    delay = day_after - timezone.now()
    if delay.total_seconds() <= 0 and employee.user:
        turn_off(employee.user)
        return
    outbox.add(DEPARTURE_TOPIC, {"employee": employee.pk}, key=f"departure:{employee.pk}:{left_on}", delay=delay)


@transaction.atomic
def switch_off_departed(*, employee_id: int) -> bool:
    """Switch the account off once the last day is over; returns whether it did. A changed departure is left alone."""
    employee = lock_employee(employee_id)
    if employee.user is None or employee.left_on is None or employee.left_on >= timezone.localdate():
        return False
    turn_off(employee.user)
    return True


@transaction.atomic
def change_contact(*, by: User, employee_id: int, email: str, phone: str) -> Employee:
    """Correct how to reach an employee; the account follows, since mail goes to its address."""
    employee = lock_employee(employee_id)
    require(by, "organization.manage_people", employee)
    if employee.user and employee.user.email != email.strip():
        # Whoever reads the mail of an account can set its password.
        require_account_manager(by, employee.user)
    employee.email, employee.phone = email.strip(), phone.strip()
    save_checked(employee, update_fields=["email", "phone"])
    if employee.user:
        employee.user.email = employee.email
        save_checked(employee.user, update_fields=["email"])
    return employee
