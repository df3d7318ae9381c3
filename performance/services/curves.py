"""Commands of HR: how a unit achieved, and the agency's own expected shares. Neither changes anybody's predicate."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from organization.constraints import save_checked
from organization.guards import ONE_DAY, end_after, refuse_past, require
from organization.models import Unit, User
from performance.curves import WHOLE
from performance.enums import Achievement, Predicate
from performance.models import ExpectedShare, UnitAchievement
from performance.periods import dates_of

ACHIEVEMENTS, SHARES = "performance.manage_achievements", "performance.manage_terms"


@transaction.atomic
def set_achievement(
    *, by: User, unit: Unit, year: int, quarter: int, achievement: str, source_document: str
) -> UnitAchievement:
    """Put on record how a unit achieved in a year (quarter 0) or quarter; a later entry corrects the earlier one.

    Raises PermissionDenied (not HR of the unit), ValidationError (period not over, no source).
    """
    require(by, ACHIEVEMENTS, unit)
    _start, end = dates_of(year, quarter)
    if end >= timezone.localdate():
        raise ValidationError({"year": _("This period is not over yet.")})
    if not source_document.strip():
        raise ValidationError({"source_document": _("Name the document that says so.")})
    Unit.objects.select_for_update(of=("self",), no_key=True).get(pk=unit.pk)
    rows = UnitAchievement.objects.select_for_update(of=("self",))
    row = rows.filter(unit=unit, year=year, quarter=quarter).first() or UnitAchievement(
        unit=unit, year=year, quarter=quarter
    )
    row.achievement, row.source_document = achievement, source_document.strip()
    row.recorded_by, row.recorded_at = by, timezone.now()
    return save_checked(row)


@transaction.atomic
def set_shares(*, by: User, achievement: str, shares: Mapping[str, int], valid_from: date) -> list[ExpectedShare]:
    """Expected percent by predicate for one achievement from a day on, in place of what was to hold then.

    Raises PermissionDenied, ValidationError (a day in the past, a sum other than 100).
    """
    require(by, SHARES)
    if achievement not in Achievement.values or set(shares) != set(Predicate.values):
        raise ValidationError(_("Give a share for each of the five predicates."))
    refuse_past(valid_from)
    total = sum(shares.values())
    if total != WHOLE:
        raise ValidationError(_("The shares must add up to 100 %%; they are %(total)d %%.") % {"total": total})
    _one_at_a_time(achievement)
    for row in ExpectedShare.objects.filter(achievement=achievement).overlapping(valid_from, None):
        end_after(row, valid_from - ONE_DAY)
    return [
        save_checked(ExpectedShare(achievement=achievement, predicate=code, pct=shares[code], valid_from=valid_from))
        for code in Predicate.values
    ]


def _one_at_a_time(achievement: str) -> None:
    """Two who set the same curve wait for each other: no row stands for it that could be locked."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"expected-shares:{achievement}"])
