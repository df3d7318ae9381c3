"""What is asked for, and the facts that days rest on: calendar, placements, hours of units, absences, rosters."""

from __future__ import annotations

from organization.national_periods import affected_sql

# Fields of the terms that the statement reads; what no row says comes from the defaults of the model.
TERMS = (
    "early_entry_min", "late_entry_min", "missing_in_min", "missing_out_min", "dynamic_earliest_start",
    "dynamic_latest_start", "dynamic_earliest_end", "dynamic_latest_end", "dynamic_daily_min", "judged_from",
)  # fmt: skip

# `wanted` is written; the day before and after it is looked at too, since an entry belongs to the nearest part of work.
_ASKED = """
asked AS MATERIALIZED (
    SELECT employee_id, first, last
      FROM unnest(%(employees)s::bigint[], %(firsts)s::date[], %(lasts)s::date[]) AS a(employee_id, first, last)
), wanted AS MATERIALIZED (
    SELECT employee_id, lower(days) AS first, upper(days) - 1 AS last
      FROM (SELECT employee_id, unnest(range_agg(daterange(first, last, '[]'))) AS days FROM asked GROUP BY 1) m
), around AS MATERIALIZED (
    SELECT employee_id, lower(days) AS first, upper(days) - 1 AS last
      FROM (SELECT employee_id, unnest(range_agg(daterange(first - 1, last + 1, '[]'))) AS days
              FROM asked GROUP BY 1) m
)
"""

_CALENDAR = f"""
calendar AS MATERIALIZED (
    SELECT g::date AS day, extract(isodow FROM g)::int AS weekday, h.kind AS holiday,
           EXISTS (SELECT FROM organization_ramadanperiod r
                    WHERE r.valid_from <= g::date AND (r.valid_to IS NULL OR r.valid_to >= g::date)) AS in_ramadan,
           {", ".join(f"COALESCE(t.{name}, %({name})s) AS {name}" for name in TERMS)}
      FROM generate_series(%(start)s::date, %(end)s::date, interval '1 day') AS g
      LEFT JOIN organization_holiday h ON h.day = g::date
      LEFT JOIN attendance_attendanceterms t ON t.valid_from <= g::date
       AND (t.valid_to IS NULL OR t.valid_to >= g::date)
)
"""  # noqa: S608  (only names of fields are put in)

# `span`: the unit and those above it, by the versions of the days themselves; today's tree says nothing of the past.
_PLACED = """
placed AS MATERIALIZED (
    SELECT p.employee_id, p.unit_id, p.site_id, GREATEST(p.valid_from, a.first) AS first,
           LEAST(p.valid_to, a.last) AS last
      FROM around a
      JOIN organization_placement p ON p.employee_id = a.employee_id AND p.valid_from <= a.last
       AND (p.valid_to IS NULL OR p.valid_to >= a.first)
     WHERE p.service_body = 'agency'
), unit_used AS MATERIALIZED (
    SELECT unit_id, min(first) AS first, max(last) AS last FROM placed GROUP BY 1
), span AS (
    SELECT unit_id, unit_id AS above, 0 AS depth, first, last FROM unit_used
     UNION ALL
    SELECT s.unit_id, v.parent_id, s.depth + 1, GREATEST(s.first, v.valid_from), LEAST(s.last, v.valid_to)
      FROM span s
      JOIN organization_unitversion v ON v.unit_id = s.above AND v.parent_id IS NOT NULL AND v.valid_from <= s.last
       AND (v.valid_to IS NULL OR v.valid_to >= s.first)
     WHERE s.depth < 30
)
"""

# Hours of a weekly pattern per day. A pattern without rows for Ramadan keeps its usual ones; 0 is the law's.
# Local times become moments once per zone and pattern (`usual_day`), since many units share them. LEFT JOIN in effect
# joins all: with an inner join of three columns the planner expects one row and compares each day with every other.
_HOURS = """
pattern_day AS MATERIALIZED (
    SELECT h.pattern_id, c.day, h.starts_at, h.work_min, h.break_at, h.break_min
      FROM calendar c
      JOIN attendance_patternhours h ON h.weekday = c.weekday AND h.valid_from <= c.day
       AND (h.valid_to IS NULL OR h.valid_to >= c.day)
       AND h.in_ramadan = (c.in_ramadan AND EXISTS (
           SELECT FROM attendance_patternhours r WHERE r.pattern_id = h.pattern_id AND r.in_ramadan
              AND r.valid_from <= c.day AND (r.valid_to IS NULL OR r.valid_to >= c.day)))
     UNION ALL
    SELECT 0, c.day, l.starts_at, l.work_min, l.break_at, l.break_min
      FROM calendar c
      JOIN unnest(%(law_weekdays)s::int[], %(law_ramadan)s::bool[], %(law_starts)s::time[], %(law_work)s::int[],
                  %(law_break_at)s::time[], %(law_break)s::int[])
           AS l(weekday, in_ramadan, starts_at, work_min, break_at, break_min)
        ON l.weekday = c.weekday AND l.in_ramadan = c.in_ramadan
), unit_pattern AS MATERIALIZED (
    SELECT DISTINCT ON (s.unit_id, c.day) s.unit_id, c.day, u.pattern_id
      FROM span s
      JOIN attendance_unitpattern u ON u.unit_id = s.above AND u.valid_from <= s.last
       AND (u.valid_to IS NULL OR u.valid_to >= s.first)
      JOIN calendar c ON c.day BETWEEN GREATEST(s.first, u.valid_from) AND LEAST(s.last, u.valid_to)
     ORDER BY s.unit_id, c.day, s.depth
), unit_zone AS MATERIALIZED (
    SELECT u.unit_id, c.day, COALESCE(v.zone, %(zone)s) AS zone, v.site_id,
           COALESCE(p.pattern_id, (SELECT w.id FROM attendance_workpattern w WHERE w.is_default), 0) AS pattern_id
      FROM unit_used u
      JOIN calendar c ON c.day BETWEEN u.first AND u.last
      LEFT JOIN organization_unitversion v ON v.unit_id = u.unit_id AND v.valid_from <= c.day
       AND (v.valid_to IS NULL OR v.valid_to >= c.day)
      LEFT JOIN unit_pattern p ON p.unit_id = u.unit_id AND p.day = c.day
), usual_day AS MATERIALIZED (
    SELECT x.zone, x.pattern_id, c.*, h.work_min, h.break_min,
           (c.day + h.starts_at) AT TIME ZONE x.zone AS starts,
           (c.day + h.starts_at + make_interval(mins => h.work_min + h.break_min)) AT TIME ZONE x.zone AS ends,
           (c.day + h.break_at) AT TIME ZONE x.zone AS break_at,
           (c.day + c.dynamic_earliest_start) AT TIME ZONE x.zone AS earliest_start,
           (c.day + c.dynamic_latest_start) AT TIME ZONE x.zone AS latest_start,
           (c.day + c.dynamic_earliest_end) AT TIME ZONE x.zone AS earliest_end,
           (c.day + c.dynamic_latest_end) AT TIME ZONE x.zone AS latest_end,
           c.day::timestamp AT TIME ZONE x.zone AS begins, (c.day + 1)::timestamp AT TIME ZONE x.zone AS finishes
      FROM (SELECT DISTINCT zone, pattern_id, day FROM unit_zone) x
      JOIN calendar c ON c.day = x.day
      LEFT JOIN pattern_day h ON h.day = x.day AND h.pattern_id = x.pattern_id
), unit_day AS MATERIALIZED (
    SELECT x.unit_id, x.site_id, d.*
      FROM unit_zone x
      LEFT JOIN usual_day d ON d.zone = x.zone AND d.pattern_id = x.pattern_id AND d.day = x.day
)
"""

_ABSENT = """
absent AS MATERIALIZED (
    SELECT b.employee_id, c.day, max(b.kind) FILTER (WHERE b.part <> 'second') AS first_kind,
           max(b.kind) FILTER (WHERE b.part <> 'first') AS second_kind
      FROM around a
      JOIN attendance_absence b ON b.employee_id = a.employee_id AND b.valid_from <= a.last AND b.valid_to >= a.first
      JOIN calendar c ON c.day BETWEEN GREATEST(b.valid_from, a.first) AND LEAST(b.valid_to, a.last)
     GROUP BY 1, 2
)
"""

# Who has an entry on a published roster is on it while placed in its unit or below: their days without a shift are off.
# Who joined or left it after it was published is on it on the days of their entries alone.
# A shift begins in the local time of the roster's unit, also for somebody lent to it.
_ROSTERED = """
roster_used AS MATERIALIZED (
    SELECT id, unit_id, starts_on, ends_on FROM attendance_roster
     WHERE status = 'published' AND starts_on <= %(end)s AND ends_on >= %(start)s
), rostered_person AS MATERIALIZED (
    SELECT DISTINCT e.roster_id, e.employee_id
      FROM (SELECT DISTINCT employee_id FROM around) a
      JOIN attendance_rosterentry e ON e.employee_id = a.employee_id AND e.is_published
      JOIN roster_used r ON r.id = e.roster_id
     WHERE NOT EXISTS (SELECT FROM attendance_rosterchange c WHERE c.roster_id = e.roster_id
                          AND c.employee_id = e.employee_id AND c.kind IN ('joined', 'left'))
), shift_entry AS MATERIALIZED (
    SELECT e.employee_id, e.day, e.shift_id,
           row_number() OVER (PARTITION BY e.employee_id, e.day ORDER BY s.starts_at, e.slot) AS number,
           (e.day + s.starts_at) AT TIME ZONE COALESCE(v.zone, %(zone)s) AS starts,
           (e.day + s.starts_at + make_interval(mins => s.duration_min))
               AT TIME ZONE COALESCE(v.zone, %(zone)s) AS ends,
           (e.day + s.starts_at + make_interval(mins => s.break_after_min))
               AT TIME ZONE COALESCE(v.zone, %(zone)s) AS break_at,
           s.break_min
      FROM around a
      JOIN attendance_rosterentry e ON e.employee_id = a.employee_id AND e.is_published
       AND e.day BETWEEN a.first AND a.last
      JOIN attendance_shift s ON s.id = e.shift_id
      JOIN attendance_roster r ON r.id = e.roster_id
      LEFT JOIN organization_unitversion v ON v.unit_id = r.unit_id AND v.valid_from <= e.day
       AND (v.valid_to IS NULL OR v.valid_to >= e.day)
), rostered AS MATERIALIZED (
    SELECT e.employee_id, e.day
      FROM around a
      JOIN attendance_rosterentry e ON e.employee_id = a.employee_id AND e.is_published
       AND e.day BETWEEN a.first AND a.last
     UNION
    SELECT m.employee_id, c.day
      FROM rostered_person m
      JOIN roster_used r ON r.id = m.roster_id
      JOIN placed p ON p.employee_id = m.employee_id
      JOIN span s ON s.unit_id = p.unit_id AND s.above = r.unit_id
      JOIN calendar c ON c.day BETWEEN GREATEST(r.starts_on, p.first, s.first) AND LEAST(r.ends_on, p.last, s.last)
)
"""

_ARRANGED = """
arranged AS MATERIALIZED (
    SELECT d.employee_id, d.day,
           max(s.id) FILTER (WHERE d.facet = 'location') AS place_id,
           max(s.place_kind) FILTER (WHERE d.facet = 'location' AND s.place_kind <> '') AS place_kind,
           max(s.site_id) FILTER (WHERE d.facet = 'location' AND s.place_kind = 'other_office') AS site_id,
           max(s.id) FILTER (WHERE d.facet = 'time') AS hours_id,
           COALESCE(bool_or(s.kind IN ('dynamic', 'location_time')) FILTER (WHERE d.facet = 'time'), FALSE)
               AS is_dynamic,
           max(s.starts_at) FILTER (WHERE d.facet = 'time' AND s.kind = 'shift' AND s.ends_at IS NOT NULL)
               AS starts_at,
           max(s.ends_at) FILTER (WHERE d.facet = 'time' AND s.kind = 'shift' AND s.starts_at IS NOT NULL)
               AS ends_at
      FROM around a
      JOIN attendance_assignmentday d ON d.employee_id = a.employee_id AND d.day BETWEEN a.first AND a.last
       AND d.status = 'in_force'
      JOIN attendance_assignment s ON s.id = d.assignment_id
     GROUP BY 1, 2
)
"""

# Only a period under which everybody works away says the place, and not of a day for which somebody is recalled.
_PERIOD = f"""
affected AS MATERIALIZED (
    SELECT a.employee_id, a.day FROM ({affected_sql("p.employee_id IN (SELECT employee_id FROM around)")}) a
     WHERE a.share_pct = 100
       AND NOT EXISTS (SELECT FROM attendance_contact k WHERE k.employee_id = a.employee_id AND k.day = a.day
                          AND k.kind = 'recall' AND k.withdrawn_at IS NULL)
)
"""  # noqa: S608  (our own text is put in)

FACTS = ", ".join((_ASKED, _CALENDAR, _PLACED, _HOURS, _ABSENT, _ROSTERED, _ARRANGED, _PERIOD))
