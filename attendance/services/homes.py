"""The point of a registered home: set once by the employee at home, confirmed by HR, dated with the address.

Until then an entry made there is "place not yet confirmed", never a deviation. HR sees words, not the point.
"""

from __future__ import annotations

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from attendance import evidence
from attendance import notifications_presence as notifications_presence  # registers its texts
from attendance.models import HomePoint
from attendance.places import Position
from attendance.services.privacy import newest_notice
from organization.constraints import save_checked
from organization.guards import ONE_DAY, end_after, lock_employee, require
from organization.models import Domicile, Employee, User
from organization.services.notices import notify


@transaction.atomic
def set_home_point(*, by: User, position: Position) -> HomePoint:
    """Seal the own point for the address of today; the one before it ends. HR confirms every new one.

    Raises PermissionDenied (no record), ValidationError (no verified address, notice not read).
    """
    employee = Employee.objects.filter(user=by).first()
    if employee is None:
        raise PermissionDenied(_("This account belongs to no employee."))
    lock_employee(employee.pk)
    notice = newest_notice()
    if notice is None or not notice.acknowledgements.filter(user=by).exists():
        raise ValidationError(_("Read the privacy notice on the attendance page first."))
    today = timezone.localdate()
    verified = Domicile.objects.active_on(today).filter(employee=employee, verified_at__isnull=False)
    domicile = verified.first()
    if domicile is None:
        raise ValidationError(_("HR has no verified address of yours yet. Report it on your profile first."))
    HomePoint.objects.filter(employee=employee, confirmed_at__isnull=True, refused_at__isnull=True).delete()
    for row in HomePoint.objects.filter(employee=employee, refused_at__isnull=True).overlapping(today, None):
        end_after(row, today - ONE_DAY)
    return save_checked(
        HomePoint(
            employee=employee,
            domicile=domicile,
            position=evidence.seal_position(position, owner=evidence.home_owner(employee.pk)),
            accuracy_m=position.accuracy_m,
            set_at=timezone.now(),
            valid_from=today,
            valid_to=domicile.valid_to,
        )
    )


@transaction.atomic
def confirm_home_point(*, by: User, home_id: int) -> HomePoint:
    """Let entries made at the point count as made at home."""
    home = _waiting(by, home_id)
    home.confirmed_by, home.confirmed_at = by, timezone.now()
    home.save(update_fields=["confirmed_by", "confirmed_at"])
    _tell(home, "presence.home_confirmed", {})
    return home


@transaction.atomic
def refuse_home_point(*, by: User, home_id: int, reason: str) -> HomePoint:
    """Forget the point and tell the employee why; they set it once more."""
    home = _waiting(by, home_id)
    words = " ".join(reason.split())
    if not words:
        raise ValidationError({"reason": _("Say why, so that the employee can put it right.")})
    home.refused_at, home.refused_reason, home.position = timezone.now(), words[:300], None
    home.save(update_fields=["refused_at", "refused_reason", "position"])
    _tell(home, "presence.home_refused", {"reason": words[:300]})
    return home


def _waiting(by: User, home_id: int) -> HomePoint:
    rows = HomePoint.objects.select_for_update(of=("self",)).select_related("employee")
    home = rows.filter(pk=home_id, confirmed_at__isnull=True, refused_at__isnull=True).first()
    if home is None:
        raise ValidationError(_("This point was decided or set anew meanwhile."), "gone")
    require(by, "attendance.confirm_home", home.employee)
    return home


def _tell(home: HomePoint, code: str, context: dict[str, str]) -> None:
    if home.employee.user_id:
        notify(
            user_ids=[home.employee.user_id],
            code=code,
            context=context,
            url=reverse("attendance:my_home"),
            key=f"{code}:{home.pk}",
        )
