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
_ROW = ", ".join(f"v.{name}" for name in COLUMNS)
_VALUES = f"SELECT v.employee_id, v.day, {_ROW}, %(at)s FROM verdict v"  # noqa: S608  (only names of columns)
# Days that are new are only inserted: the lock of the build keeps others from inserting them, and asking each time
# whether somebody did costs as much as a third index.
_WRITE = f"""
old AS MATERIALIZED (
    SELECT w.* FROM wanted
      JOIN attendance_workday w ON w.employee_id = wanted.employee_id AND w.day BETWEEN wanted.first AND wanted.last
), inserted AS (
    INSERT INTO attendance_workday (employee_id, day, {_LIST}, built_at)
    {_VALUES}
     WHERE NOT EXISTS (SELECT FROM old WHERE old.employee_id = v.employee_id AND old.day = v.day)
    RETURNING 1
), updated AS (
    INSERT INTO attendance_workday AS w (employee_id, day, {_LIST}, built_at)
    {_VALUES}
      JOIN old ON old.employee_id = v.employee_id AND old.day = v.day
     WHERE ({", ".join(f"old.{name}" for name in COLUMNS)})
           IS DISTINCT FROM ({_ROW})
        ON CONFLICT (employee_id, day) DO UPDATE
       SET ({_LIST}, built_at) = ({", ".join(f"EXCLUDED.{name}" for name in COLUMNS)}, EXCLUDED.built_at)
    RETURNING 1
), gone AS (
    DELETE FROM attendance_workday
     WHERE id = ANY (ARRAY(
           SELECT old.id FROM old
             LEFT JOIN verdict v ON v.employee_id = old.employee_id AND v.day = old.day
            WHERE v.day IS NULL))
    RETURNING 1
)
SELECT (SELECT count(*) FROM inserted), (SELECT count(*) FROM updated), (SELECT count(*) FROM gone)
"""  # noqa: S608  (only names of columns are put in)

BUILD = f"WITH RECURSIVE {FACTS}, {EXPECTED}, {HAPPENED}, {VERDICT}, {_WRITE}"
