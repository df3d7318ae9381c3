"""The agency itself: set up empty with one HR admin, then its profile, letterhead and decree."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from organization import setup
from organization.changes import facts_changed
from organization.constraints import save_checked
from organization.enums import ChangeCause, Role
from organization.guards import ONE_DAY, end_after, require
from organization.models import AgencyDecree, AgencyProfile, RoleGrant, Unit, UnitVersion, User
from organization.services.calendar import seed_holidays
from organization.services.units import rebuild_unit_index


class AgencyExists(Exception):
    """There is an agency already; set-up happens once."""


@transaction.atomic
def set_up_agency(
    *, name: str, unit_code: str, admin_username: str, admin_email: str, password: str, zone: str, on: date
) -> User:
    """Make profile, root unit, holidays of two years and the first HR admin, then call what upper apps registered.

    Raises AgencyExists on a second call and ValidationError for a password or name that cannot be used.
    """
    if AgencyProfile.objects.exists():
        raise AgencyExists
    save_checked(AgencyProfile(name=name))
    root = save_checked(Unit(code=unit_code, name=name))
    # The agency is older than its use of this system: earlier dates of an import must fall into it.
    start = date(on.year - 10, 1, 1)
    save_checked(UnitVersion(unit=root, name=name, zone=zone, valid_from=start))
    rebuild_unit_index(on)
    admin = _first_admin(admin_username, admin_email, password, on)
    seed_holidays(years=[on.year, on.year + 1])
    setup.run_seeders(by=admin, on=on)
    return admin


def _first_admin(username: str, email: str, password: str, on: date) -> User:
    admin = User(username=username, name=_("HR administrator"), email=email, is_active=True)
    validate_password(password, admin)
    admin.activated_at = timezone.now()
    admin.set_password(password)
    save_checked(admin)
    RoleGrant.objects.create(user=admin, role=Role.HR_ADMIN, valid_from=on)
    return admin


@transaction.atomic
def change_profile(*, by: User, values: dict[str, Any]) -> AgencyProfile:
    """Change name, letterhead and wording; letters issued before keep theirs."""
    require(by, "organization.set_up_agency")
    profile = AgencyProfile.objects.select_for_update().get()
    if profile.setup_completed_at is None and values.get("name"):
        _rename_root(profile.name, values["name"])
    for field, value in values.items():
        setattr(profile, field, value)
    return save_checked(profile)


def _rename_root(old: str, new: str) -> None:
    """While an agency is set up, its root unit bears its name; afterwards a unit is renamed from a day on."""
    root = Unit.objects.filter(parent=None, name=old).first()
    if root is not None and root.name != new:
        UnitVersion.objects.filter(unit=root, name=old).update(name=new)
        rebuild_unit_index()


@transaction.atomic
def complete_setup(*, by: User) -> None:
    """Note that the checklist is done. Raises ValidationError naming what is still open."""
    require(by, "organization.set_up_agency")
    missing = [str(step.label) for step in setup.checklist(by) if step.required and not step.done]
    if missing:
        raise ValidationError(_("Still to do: %(list)s.") % {"list": ", ".join(missing)})
    AgencyProfile.objects.update(setup_completed_at=timezone.now())


@transaction.atomic
def save_decree(*, by: User, decree_id: int | None, values: dict[str, Any]) -> AgencyDecree:
    """Record or correct the decree that allows flexible work; without one in force nobody is eligible."""
    require(by, "organization.set_up_agency")
    row = AgencyDecree.objects.select_for_update().get(pk=decree_id) if decree_id else AgencyDecree()
    for field, value in values.items():
        setattr(row, field, value)
    if row.valid_from < row.decided_on:
        raise ValidationError({"valid_from": _("A decree does not apply before its own date.")})
    save_checked(row)
    _decree_changed(row, row.valid_from)
    return row


def _decree_changed(row: AgencyDecree, on: date) -> None:
    facts_changed(cause=ChangeCause.DECREE, employee_ids=None, on=on, key=f"decree:{row.pk}")


@transaction.atomic
def end_decree(*, by: User, decree_id: int, last_day: date) -> None:
    """Let a decree end: new requests fail after that day, and running arrangements are reviewed."""
    require(by, "organization.set_up_agency")
    row = AgencyDecree.objects.select_for_update().get(pk=decree_id)
    if last_day < timezone.localdate() - ONE_DAY:
        raise ValidationError({"last_day": _("The date must be today or later.")})
    end_after(row, last_day)
    _decree_changed(row, last_day + ONE_DAY)
