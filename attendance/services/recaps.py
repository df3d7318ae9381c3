"""HR locks the recap of a month; what changes later goes into a supplement with only the people it concerns.

Source: monthly recap for payroll, locked by HR (design 4); a locked figure is never rewritten. DESIGN.
"""

from __future__ import annotations

from datetime import date
from typing import Final

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from attendance.models import RecapMonth, StaleDay
from attendance.recap import COLUMNS, FIGURES, last_day, values_of
from organization.guards import require
from organization.models import User

_LIST: Final = ", ".join(COLUMNS)
_OF: Final = ", ".join(f"{{0}}.{name}" for name in COLUMNS)
_ZEROS: Final = ", ".join("l.unit_id" if name == "unit_id" else "0" for name in COLUMNS)

# Everybody in the first edition; later those whose figures differ from the newest that were locked for them, with
# nothing but zeros where no day is left.
_INSERT: Final = f"""
WITH figures AS MATERIALIZED ({FIGURES}), latest AS MATERIALIZED (
    SELECT DISTINCT ON (r.employee_id) r.* FROM attendance_attendancerecap r
      JOIN attendance_recapmonth m ON m.id = r.recap_id AND m.month = %(start)s
     ORDER BY r.employee_id, m.edition DESC
), changed AS (
    SELECT f.* FROM figures f LEFT JOIN latest l ON l.employee_id = f.employee_id
     WHERE l.employee_id IS NULL
        OR ({_OF.format("l")}) IS DISTINCT FROM ({_OF.format("f")})
     UNION ALL
    SELECT l.employee_id, {_ZEROS} FROM latest l
     WHERE NOT EXISTS (SELECT FROM figures f WHERE f.employee_id = l.employee_id)
       AND (l.work_days, l.expected_min, l.worked_min) IS DISTINCT FROM (0, 0, 0)
)
INSERT INTO attendance_attendancerecap (recap_id, employee_id, {_LIST})
SELECT %(recap)s, employee_id, {_LIST} FROM changed
"""  # noqa: S608  (our own text is put in)

_DIGEST: Final = f"""
SELECT count(*), encode(sha256(convert_to(COALESCE(
       string_agg(concat_ws('|', employee_id, {_LIST}), E'\\n' ORDER BY employee_id), ''), 'UTF8')), 'hex')
  FROM attendance_attendancerecap WHERE recap_id = %s
"""  # noqa: S608  (our own text is put in)


@transaction.atomic
def lock_recap(*, by: User, month: date) -> RecapMonth:
    """Lock the month: the recap the first time, afterwards a supplement with those whose figures changed since.

    Raises PermissionDenied, ValidationError (month not over, days still being built, nothing changed).
    """
    require(by, "attendance.lock_recap")
    month, today = month.replace(day=1), timezone.localdate()
    if last_day(month) >= today:
        raise ValidationError(_("The month is not over yet."))
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('attendance-recap'))")
    if StaleDay.objects.filter(first__lte=last_day(month), last__gte=month).exists():
        raise ValidationError(_("Some days of the month are being built again. Try again in a minute."))
    newest = RecapMonth.objects.filter(month=month).aggregate(newest=Max("edition"))["newest"] or 0
    recap = RecapMonth.objects.create(
        month=month, edition=newest + 1, locked_by=by, locked_at=timezone.now(), digest=""
    )
    values = {**values_of(month, on=today, employee_ids=None), "recap": recap.pk}
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, values)
    recap.people, recap.digest = digest_of(recap.pk)
    if not recap.people:
        raise ValidationError(
            _("Nothing changed since the month was locked.") if newest else _("The month has no days yet.")
        )
    recap.save(update_fields=["people", "digest"])
    return recap


def digest_of(recap_id: int) -> tuple[int, str]:
    """Number of rows of an edition and the SHA-256 over them; another digest than the kept one shows a change."""
    with connection.cursor() as cursor:
        cursor.execute(_DIGEST, [recap_id])
        people, digest = cursor.fetchone()
        return people, digest
