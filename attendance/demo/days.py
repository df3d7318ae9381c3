"""The work days of a demo, with entries for whoever has none yet: mostly on time, now and then late or forgotten."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.apps import apps
from django.db import connection

from attendance.services.workdays import build_workdays
from organization.models import Employee

MOST_PEOPLE = 2_000
MONTHS_BACK, WEEKS_AHEAD = 2, 5
COUNTED = ("organization", "attendance")
FEW_BACK, FEW_AHEAD = timedelta(days=7), timedelta(days=13)

# The same person and day give the same minutes. Each part of work has a check-in and a check-out; every 40th check-in
# is late, every 90th check-out was forgotten.
_ENTRIES = """
WITH silent AS (
    SELECT e.id FROM organization_employee e
     WHERE NOT EXISTS (SELECT FROM attendance_presenceevent p WHERE p.employee_id = e.id)
), part AS (
    SELECT d.employee_id, d.day, d.site_id, d.whereabouts, p.number, p.starts, p.ends,
           abs(hashtext(d.employee_id || ':' || d.day || ':' || p.number)::bigint) AS dice
      FROM attendance_workday d
      JOIN silent s ON s.id = d.employee_id
     CROSS JOIN LATERAL (VALUES (1, d.first_start, d.first_end), (2, d.second_start, d.second_end))
           AS p(number, starts, ends)
     WHERE d.day BETWEEN %(start)s AND %(end)s AND p.starts IS NOT NULL
), entry AS (
    SELECT employee_id, day, site_id, whereabouts, number, 'in' AS direction,
           starts + make_interval(mins => CASE WHEN dice %% 40 = 0 THEN 4 + (dice / 40 %% 25)::int
                                               ELSE -3 - (dice %% 22)::int END) AS at
      FROM part
     UNION ALL
    SELECT employee_id, day, site_id, whereabouts, number, 'out', ends + make_interval(mins => (dice / 7 %% 26)::int)
      FROM part WHERE dice %% 90 <> 1
)
INSERT INTO attendance_presenceevent
       (client_id, employee_id, direction, channel, occurred_at, received_at, is_late_sync, place, site_id, band,
        confidence, device)
SELECT md5(employee_id || ':' || day || ':' || number || ':' || direction)::uuid, employee_id, direction, 'app', at, at,
       FALSE,
       CASE whereabouts WHEN 'home' THEN 'home' WHEN 'other_office' THEN 'other_office' WHEN 'other' THEN 'granted'
                        WHEN 'field' THEN 'granted' ELSE 'placement' END,
       CASE WHEN whereabouts IN ('office', 'shift') THEN site_id END, 'inside', 'high', ''
  FROM entry
 WHERE at < %(at)s
 ORDER BY employee_id, at
"""


def save_days(*, as_of: date, at: datetime) -> None:
    """Build the days around `as_of` as they stand at a moment of it; call it when every other fact is there.

    A large agency gets three weeks without entries: it is there to be measured, and `build_workdays` builds the rest.
    """
    _analyze()
    if Employee.objects.count() > MOST_PEOPLE:
        build_workdays(start=as_of - FEW_BACK, end=as_of + FEW_AHEAD, at=at)
        return
    month = as_of.year * 12 + as_of.month - 1 - MONTHS_BACK
    start, end = date(month // 12, month % 12 + 1, 1), as_of + timedelta(weeks=WEEKS_AHEAD)
    build_workdays(start=start, end=end, at=at)
    with connection.cursor() as cursor:
        cursor.execute(_ENTRIES, {"start": start, "end": as_of, "at": at})
    _analyze()
    build_workdays(start=start, end=as_of, at=at)


def _analyze() -> None:
    """Let the database count what this transaction has just written: it would plan the build for empty tables."""
    models = (model for label in COUNTED for model in apps.get_app_config(label).get_models())
    tables = ", ".join(connection.ops.quote_name(model._meta.db_table) for model in models)
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {tables}")
