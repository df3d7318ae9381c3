"""The statement that builds work days: expected, happened, verdict, and one write of the rows that differ.

The same text serves one person and day, a list, and everybody. docs/work-days.md says what it computes.
"""

from __future__ import annotations

from attendance.workday_sql.expected import EXPECTED
from attendance.workday_sql.facts import FACTS, TERMS
from attendance.workday_sql.happened import HAPPENED
from attendance.workday_sql.verdict import COLUMNS, VERDICT

__all__ = ["BUILD", "TERMS"]

_LIST = ", ".join(COLUMNS)
_WRITE = f"""
old AS MATERIALIZED (
    SELECT w.* FROM wanted
      JOIN attendance_workday w ON w.employee_id = wanted.employee_id AND w.day BETWEEN wanted.first AND wanted.last
), written AS (
    INSERT INTO attendance_workday AS w (employee_id, day, {_LIST}, built_at)
    SELECT v.employee_id, v.day, {", ".join(f"v.{name}" for name in COLUMNS)}, %(at)s
      FROM verdict v
      LEFT JOIN old ON old.employee_id = v.employee_id AND old.day = v.day
     WHERE old.id IS NULL
        OR ({", ".join(f"old.{name}" for name in COLUMNS)})
           IS DISTINCT FROM ({", ".join(f"v.{name}" for name in COLUMNS)})
        ON CONFLICT (employee_id, day) DO UPDATE
       SET ({_LIST}, built_at) = ({", ".join(f"EXCLUDED.{name}" for name in COLUMNS)}, EXCLUDED.built_at)
    RETURNING (w.xmax = 0) AS is_new
), gone AS (
    DELETE FROM attendance_workday
     WHERE id = ANY (ARRAY(
           SELECT old.id FROM old
             LEFT JOIN verdict v ON v.employee_id = old.employee_id AND v.day = old.day
            WHERE v.day IS NULL))
    RETURNING 1
)
SELECT (SELECT count(*) FROM written WHERE is_new), (SELECT count(*) FROM written WHERE NOT is_new),
       (SELECT count(*) FROM gone)
"""  # noqa: S608  (only names of columns are put in)

BUILD = f"WITH RECURSIVE {FACTS}, {EXPECTED}, {HAPPENED}, {VERDICT}, {_WRITE}"
