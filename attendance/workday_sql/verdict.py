"""The verdict: minutes late, early, short and worked, what is missing, and what an outage excuses."""

from __future__ import annotations

# Every column that is compared and written, in one order.
COLUMNS = (
    "unit_id", "site_id", "zone", "source", "whereabouts", "assignment_id", "absence", "absence_part", "is_dynamic",
    "first_shift_id", "first_start", "first_end", "first_break_at", "first_break_min", "second_shift_id",
    "second_start", "second_end", "second_break_at", "second_break_min", "expected_min", "first_in", "first_out",
    "second_in", "second_out", "place", "is_corrected", "worked_min", "state", "late_min", "early_min", "short_min",
    "missing_in", "missing_out", "is_unexcused", "is_excused",
)  # fmt: skip

# A check-out that is not after the check-in says nothing. Two parts that follow without a gap are one stretch: nobody
# has to leave and come again between them.
_CAME = """
came AS MATERIALIZED (
    SELECT w.*, x.came, x.went, t.place, (c.came IS NOT NULL OR c.went IS NOT NULL) AS is_corrected, o.late_excused,
           o.early_excused
      FROM windowed w
      LEFT JOIN taken t ON t.employee_id = w.employee_id AND t.day = w.day AND t.number = w.number
      LEFT JOIN corrected c ON c.employee_id = w.employee_id AND c.day = w.day AND c.number = w.number
     CROSS JOIN LATERAL (
           SELECT COALESCE(c.came, t.came) AS came,
                  CASE WHEN COALESCE(c.went, t.went) > COALESCE(c.came, t.came)
                         OR COALESCE(c.came, t.came) IS NULL THEN COALESCE(c.went, t.went) END AS went) x
     CROSS JOIN LATERAL (
           SELECT COALESCE(bool_or(o.starts_at < COALESCE(x.came, w.ends)
                                   AND o.ends_at > w.starts - interval '60 minutes'), FALSE) AS late_excused,
                  COALESCE(bool_or(o.starts_at < w.ends + interval '60 minutes'
                                   AND o.ends_at > COALESCE(x.went, w.starts)), FALSE) AS early_excused
             FROM outage o
            WHERE o.cause = 'system' OR o.site_id = w.site_id OR o.site_id = ANY(t.sites)
               OR o.terminal_id = ANY(t.terminals)) o
), joined AS (
    SELECT c.*,
           c.went IS NULL AND c.came IS NOT NULL AND o.starts = c.ends AND o.came IS NULL AND o.went IS NOT NULL
               AS goes_on,
           c.came IS NULL AND c.went IS NOT NULL AND o.ends = c.starts AND o.went IS NULL AND o.came IS NOT NULL
               AS comes_on,
           %(at)s >= c.closes OR COALESCE(
               c.came IS NOT NULL AND c.went >= COALESCE(c.early_until, c.starts), FALSE) AS is_over,
           c.came IS NOT NULL OR c.went IS NOT NULL OR o.came IS NOT NULL OR o.went IS NOT NULL AS is_there
      FROM came c
      LEFT JOIN came o ON o.employee_id = c.employee_id AND o.day = c.day AND o.number = 3 - c.number
)
"""

# What is missing counts the minutes of the terms; what is excused counts as if it had been on time.
_JUDGED = """
judged AS (
    SELECT j.*,
           CASE WHEN is_judged AND came IS NOT NULL AND late_from IS NOT NULL
                THEN GREATEST(0, (date_part('epoch', LEAST(came, ends) - late_from) / 60)::int) ELSE 0 END AS late,
           CASE WHEN is_judged AND is_over AND went IS NOT NULL AND early_until IS NOT NULL
                THEN GREATEST(0, (date_part('epoch', early_until - GREATEST(went, starts)) / 60)::int)
                ELSE 0 END AS early,
           is_over AND is_judged AND came IS NULL AND NOT comes_on AS no_in,
           is_over AND is_judged AND went IS NULL AND NOT goes_on AS no_out
      FROM joined j
    OFFSET 0
), excused AS (
    SELECT j.*, late_excused AND (late > 0 OR no_in) AS in_excused,
           early_excused AND (early > 0 OR no_out) AS out_excused
      FROM judged j
    OFFSET 0
), reckoned AS (
    SELECT e.*,
           CASE WHEN in_excused THEN LEAST(came, COALESCE(late_from, starts)) WHEN comes_on THEN starts
                WHEN came IS NOT NULL THEN came
                WHEN no_in THEN COALESCE(late_from, starts) + make_interval(mins => missing_in_min) END AS begun,
           CASE WHEN out_excused THEN GREATEST(went, COALESCE(early_until, ends)) WHEN goes_on THEN ends
                WHEN went IS NOT NULL THEN went
                WHEN no_out THEN COALESCE(early_until, ends) - make_interval(mins => missing_out_min) END AS done,
           is_there OR in_excused OR out_excused AS counts
      FROM excused e
    OFFSET 0
), worked AS (
    SELECT r.*,
           CASE WHEN counts AND begun IS NOT NULL AND done IS NOT NULL THEN GREATEST(0,
                (date_part('epoch', LEAST(done, ends) - GREATEST(begun, starts)) / 60)::int
                - CASE WHEN break_min = 0 THEN 0 ELSE GREATEST(0, (date_part('epoch',
                      LEAST(done, ends, break_at + make_interval(mins => break_min))
                      - GREATEST(begun, starts, break_at)) / 60)::int) END) ELSE 0 END AS minutes
      FROM reckoned r
    OFFSET 0
), summed AS (
    SELECT employee_id, day, bool_and(is_over) AS is_over, bool_or(is_there) AS is_there, min(starts) AS starts,
           max(came) FILTER (WHERE number = 1) AS first_in, max(went) FILTER (WHERE number = 1) AS first_out,
           max(came) FILTER (WHERE number = 2) AS second_in, max(went) FILTER (WHERE number = 2) AS second_out,
           COALESCE(max(place) FILTER (WHERE number = 1), max(place) FILTER (WHERE number = 2), '') AS place,
           bool_or(is_corrected) AS is_corrected, bool_or(in_excused OR out_excused) AS is_excused,
           bool_or((no_in AND in_excused) OR (no_out AND out_excused)) AS fills, sum(minutes)::int AS minutes,
           sum(CASE WHEN in_excused THEN 0 WHEN no_in THEN missing_in_min ELSE late END)::int AS late,
           sum(CASE WHEN out_excused THEN 0 WHEN no_out THEN missing_out_min ELSE early END)::int AS early,
           sum((no_in AND NOT in_excused)::int) AS missing_in, sum((no_out AND NOT out_excused)::int) AS missing_out
      FROM worked
     GROUP BY 1, 2
)
"""

# FULL, and without what has no day in COALESCE: a left join in effect. The planner takes both sides for a handful of
# rows and would compare each day with every other; a full join it can only hash.
_VERDICT = """
weighed AS (
    SELECT x.*, s.is_there, s.is_over, s.starts, s.fills, s.late, s.early,
           COALESCE(s.is_over AND NOT s.is_there AND NOT s.is_excused AND x.is_judged, FALSE) AS is_unexcused,
           COALESCE(s.is_excused, FALSE) AS is_excused,
           COALESCE(s.first_in, c.came, i.came) AS first_in,
           CASE WHEN x.first_start IS NOT NULL THEN s.first_out
                WHEN COALESCE(c.went, i.went) > COALESCE(c.came, i.came) OR COALESCE(c.came, i.came) IS NULL
                THEN COALESCE(c.went, i.went) END AS first_out,
           s.second_in, s.second_out, COALESCE(s.place, i.place, '') AS place,
           COALESCE(s.is_corrected, c.employee_id IS NOT NULL) AS is_corrected, s.missing_in AS no_ins,
           s.missing_out AS no_outs,
           CASE WHEN x.is_dynamic AND s.fills THEN GREATEST(s.minutes, x.expected_min) ELSE s.minutes END AS minutes
      FROM expected x
      JOIN wanted w ON w.employee_id = x.employee_id AND x.day BETWEEN w.first AND w.last
      FULL JOIN summed s ON s.employee_id = x.employee_id AND s.day = x.day
      LEFT JOIN corrected c ON c.employee_id = x.employee_id AND c.day = x.day AND c.number = 1
       AND x.first_start IS NULL
      LEFT JOIN idle i ON i.employee_id = x.employee_id AND i.day = x.day
     WHERE COALESCE(x.employee_id, 0) <> 0
), verdict AS MATERIALIZED (
    SELECT employee_id, day, unit_id, site_id, zone, source, whereabouts, assignment_id, absence, absence_part,
           is_dynamic, first_shift_id, first_start, first_end, first_break_at, first_break_min, second_shift_id,
           second_start, second_end, second_break_at, second_break_min, expected_min, first_in, first_out, second_in,
           second_out, place, is_corrected,
           CASE WHEN first_start IS NOT NULL THEN minutes
                ELSE COALESCE((date_part('epoch', first_out - first_in) / 60)::int, 0) END AS worked_min,
           CASE WHEN first_start IS NULL THEN
                     CASE WHEN whereabouts <> 'off' THEN 'away'
                          WHEN first_in IS NOT NULL OR first_out IS NOT NULL THEN 'worked_off' ELSE 'off' END
                WHEN is_over AND NOT is_there AND NOT is_excused THEN 'no_entry'
                WHEN is_over AND no_ins + no_outs > 0 THEN 'incomplete'
                WHEN is_over THEN 'present'
                WHEN is_there OR %(at)s >= starts THEN 'running'
                ELSE 'planned' END AS state,
           CASE WHEN first_start IS NULL OR is_unexcused THEN 0 ELSE late END AS late_min,
           CASE WHEN first_start IS NULL OR is_unexcused THEN 0 ELSE early END AS early_min,
           CASE WHEN first_start IS NULL OR NOT is_over OR NOT is_judged THEN 0
                WHEN is_unexcused THEN expected_min
                WHEN is_dynamic THEN GREATEST(0, LEAST(daily_min, expected_min) - minutes)
                ELSE GREATEST(0, expected_min - minutes) END AS short_min,
           CASE WHEN first_start IS NULL OR is_unexcused THEN 0 ELSE no_ins END AS missing_in,
           CASE WHEN first_start IS NULL OR is_unexcused THEN 0 ELSE no_outs END AS missing_out,
           is_unexcused, is_excused
      FROM weighed
)
"""

VERDICT = ", ".join((_CAME, _JUDGED, _VERDICT))
