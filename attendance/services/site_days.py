"""Days that rest on one office: of whoever is placed there, is sent there, or made an entry there."""

from __future__ import annotations

from datetime import date

from django.db import connection, transaction
from django.utils import timezone

from attendance.services.workdays import wake

# Entries come later than what they tell, so that the index of arrival leaves out all older ones.
_MARK_SITE = """
INSERT INTO attendance_staleday (employee_id, first, last, since)
SELECT employee_id, GREATEST(min(first), %(start)s), LEAST(max(last), %(end)s), %(at)s
  FROM (
    SELECT p.employee_id, p.valid_from AS first, COALESCE(p.valid_to, %(end)s) AS last
      FROM organization_placement p
     WHERE p.valid_from <= %(end)s AND (p.valid_to IS NULL OR p.valid_to >= %(start)s)
       AND (p.site_id = %(site)s OR p.site_id IS NULL AND EXISTS (
            SELECT FROM organization_unitversion v
             WHERE v.unit_id = p.unit_id AND v.site_id = %(site)s AND v.valid_from <= %(end)s
               AND (v.valid_to IS NULL OR v.valid_to >= %(start)s)))
     UNION ALL
    SELECT d.employee_id, d.day, d.day
      FROM attendance_assignment s
      JOIN attendance_assignmentday d ON d.assignment_id = s.id AND d.day BETWEEN %(start)s AND %(end)s
     WHERE s.site_id = %(site)s
     UNION ALL
    SELECT e.employee_id, e.occurred_at::date - 1, e.occurred_at::date + 1
      FROM attendance_presenceevent e
     WHERE e.received_at >= %(start)s::timestamptz - interval '2 days'
       AND e.occurred_at >= %(start)s::timestamptz - interval '1 day'
       AND e.occurred_at < %(end)s::timestamptz + interval '2 days'
       AND (e.site_id = %(site)s
            OR e.terminal_id IN (SELECT t.id FROM attendance_terminal t WHERE t.site_id = %(site)s))
  ) touched
 GROUP BY employee_id
HAVING GREATEST(min(first), %(start)s) <= LEAST(max(last), %(end)s)
"""


@transaction.atomic
def mark_site(*, start: date, end: date, site_id: int) -> int:
    """Note the days that an office's outage may excuse as stale; returns how many people."""
    with connection.cursor() as cursor:
        cursor.execute(_MARK_SITE, {"start": start, "end": end, "site": site_id, "at": timezone.now()})
        marked: int = cursor.rowcount
    transaction.on_commit(wake)
    return marked
