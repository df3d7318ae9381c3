"""The expected axis: the highest source decides, a half absence is cut off, and up to two parts of work remain."""

from __future__ import annotations

# Every source that speaks about a person and day, side by side. Most days have none, so those that have one are put
# together first (`special`; a shift is on a roster always). OFFSET 0, here and below: what is named is computed once
# and not again wherever the name stands.
_SOURCES = """
special AS MATERIALIZED (
    SELECT d.employee_id, d.day, b.first_kind, b.second_kind, r.employee_id IS NOT NULL AS is_rostered,
           f.employee_id IS NOT NULL AS is_period, g.place_id, g.place_kind, g.site_id AS granted_site_id, g.hours_id,
           g.is_dynamic, g.starts_at AS granted_from, g.ends_at AS granted_to,
           s1.shift_id AS first_shift_id, s1.starts AS starts_1, s1.ends AS ends_1, s1.break_at AS break_at_1,
           s1.break_min AS break_min_1, s2.shift_id AS second_shift_id, s2.starts AS starts_2, s2.ends AS ends_2,
           s2.break_at AS break_at_2, s2.break_min AS break_min_2
      FROM (SELECT employee_id, day FROM absent UNION SELECT employee_id, day FROM rostered
             UNION SELECT employee_id, day FROM affected UNION SELECT employee_id, day FROM arranged) d
      LEFT JOIN absent b ON b.employee_id = d.employee_id AND b.day = d.day
      LEFT JOIN rostered r ON r.employee_id = d.employee_id AND r.day = d.day
      LEFT JOIN shift_entry s1 ON s1.employee_id = d.employee_id AND s1.day = d.day AND s1.number = 1
      LEFT JOIN shift_entry s2 ON s2.employee_id = d.employee_id AND s2.day = d.day AND s2.number = 2
      LEFT JOIN affected f ON f.employee_id = d.employee_id AND f.day = d.day
      LEFT JOIN arranged g ON g.employee_id = d.employee_id AND g.day = d.day
), sources AS (
    SELECT p.employee_id, u.day, p.unit_id, p.site_id AS own_site_id, u.site_id AS unit_site_id, u.zone, u.begins,
           u.finishes, COALESCE(u.day >= u.judged_from, TRUE) AS is_judged,
           u.early_entry_min, u.late_entry_min, u.missing_in_min, u.missing_out_min, u.dynamic_daily_min,
           u.latest_start, u.earliest_end, x.first_kind, x.second_kind, COALESCE(x.is_rostered, FALSE) AS is_rostered,
           x.is_rostered IS NOT TRUE AND u.holiday IS NOT NULL AS is_holiday, u.holiday,
           COALESCE(x.is_period, FALSE) AS is_period, x.place_id, x.place_kind, x.granted_site_id, x.hours_id,
           x.is_rostered IS NOT TRUE AND u.holiday IS NULL AND u.starts IS NOT NULL AND COALESCE(x.is_dynamic, FALSE)
               AS is_dynamic,
           u.work_min AS norm_min, x.first_shift_id, x.second_shift_id,
           CASE WHEN x.is_rostered THEN x.starts_1
                WHEN u.holiday IS NOT NULL THEN NULL
                WHEN x.granted_from IS NOT NULL THEN (u.day + x.granted_from) AT TIME ZONE u.zone
                WHEN x.is_dynamic AND u.starts IS NOT NULL THEN u.earliest_start
                ELSE u.starts END AS starts_1,
           CASE WHEN x.is_rostered THEN x.ends_1
                WHEN u.holiday IS NOT NULL THEN NULL
                WHEN x.granted_from IS NOT NULL
                THEN (u.day + (x.granted_to <= x.granted_from)::int + x.granted_to) AT TIME ZONE u.zone
                WHEN x.is_dynamic AND u.starts IS NOT NULL THEN u.latest_end
                ELSE u.ends END AS ends_1,
           CASE WHEN x.is_rostered THEN x.break_at_1 ELSE u.break_at END AS break_at_1,
           CASE WHEN x.is_rostered THEN x.break_min_1 ELSE u.break_min END AS break_min_1,
           x.starts_2, x.ends_2, x.break_at_2, x.break_min_2
      FROM placed p
      JOIN unit_day u ON u.unit_id = p.unit_id AND u.day BETWEEN p.first AND p.last
      LEFT JOIN special x ON x.employee_id = p.employee_id AND x.day = u.day
    OFFSET 0
)
"""

# The break as far as it lies within the part; net minutes of each part.
_NET = """
net AS (
    SELECT s.*, b1.minutes AS broken_1, b2.minutes AS broken_2,
           CASE WHEN is_dynamic THEN norm_min
                ELSE (date_part('epoch', ends_1 - starts_1) / 60)::int - b1.minutes END AS net_1,
           (date_part('epoch', ends_2 - starts_2) / 60)::int - b2.minutes AS net_2
      FROM sources s
     CROSS JOIN LATERAL (
           SELECT CASE WHEN break_at_1 IS NULL OR starts_1 IS NULL THEN 0 ELSE GREATEST(0, (date_part('epoch',
                  LEAST(ends_1, break_at_1 + make_interval(mins => break_min_1)) - GREATEST(starts_1, break_at_1))
                  / 60)::int) END AS minutes) b1
     CROSS JOIN LATERAL (
           SELECT CASE WHEN break_at_2 IS NULL OR starts_2 IS NULL THEN 0 ELSE GREATEST(0, (date_part('epoch',
                  LEAST(ends_2, break_at_2 + make_interval(mins => break_min_2)) - GREATEST(starts_2, break_at_2))
                  / 60)::int) END AS minutes) b2
)
"""

# A half absence leaves the other half: of two shifts the other shift, of one part the other half of its net minutes
# without a break; of dynamic hours half the minutes within the same window.
_CUT = """
cut AS (
    SELECT n.*,
           first_kind IS NOT NULL AND second_kind IS NOT NULL AS is_absent,
           CASE WHEN first_kind IS NULL AND second_kind IS NULL THEN ''
                WHEN first_kind IS NULL THEN 'second' WHEN second_kind IS NULL THEN 'first' ELSE 'whole' END AS gap,
           CASE WHEN second_kind IS NULL
                  OR array_position(%(order)s::text[], first_kind) <= array_position(%(order)s::text[], second_kind)
                THEN first_kind ELSE second_kind END AS absence_kind,
           (first_kind IS NULL) <> (second_kind IS NULL) AND starts_2 IS NULL AS is_halved,
           (first_kind IS NOT NULL) AND (second_kind IS NULL) AND starts_2 IS NOT NULL AS loses_first,
           (first_kind IS NULL) AND (second_kind IS NOT NULL) AND starts_2 IS NOT NULL AS loses_second
      FROM net n
)
"""

_DAY = """
expected AS MATERIALIZED (
    SELECT employee_id, day, unit_id, zone, begins, finishes, early_entry_min, late_entry_min, missing_in_min,
           missing_out_min, is_judged, gap,
           CASE WHEN is_absent THEN absence_kind WHEN is_rostered THEN 'roster'
                WHEN is_holiday AND holiday = 'joint_leave' THEN 'joint_leave' WHEN is_holiday THEN 'holiday'
                WHEN is_period THEN 'period' WHEN place_id IS NOT NULL OR hours_id IS NOT NULL THEN 'arrangement'
                ELSE 'unit' END AS source,
           CASE WHEN is_absent AND (absence_kind IN ('travel', 'training') OR starts_1 IS NOT NULL) THEN absence_kind
                WHEN starts_1 IS NULL THEN 'off' WHEN is_rostered THEN 'shift' WHEN is_period THEN 'home'
                ELSE COALESCE(place_kind, 'office') END AS whereabouts,
           CASE WHEN is_absent OR starts_1 IS NULL THEN NULL
                WHEN is_rostered THEN COALESCE(own_site_id, unit_site_id)
                WHEN is_period THEN NULL
                WHEN place_kind IS NULL THEN COALESCE(own_site_id, unit_site_id)
                ELSE granted_site_id END AS site_id,
           CASE WHEN is_absent OR is_rostered OR is_holiday THEN NULL WHEN is_period THEN hours_id
                ELSE COALESCE(place_id, hours_id) END AS assignment_id,
           CASE WHEN NOT is_absent THEN COALESCE(absence_kind, '')
                WHEN first_kind = absence_kind THEN second_kind ELSE first_kind END AS absence,
           CASE WHEN gap <> 'whole' OR first_kind = second_kind THEN gap
                WHEN first_kind = absence_kind THEN 'second' ELSE 'first' END AS absence_part,
           is_dynamic AND NOT is_absent AS is_dynamic,
           CASE WHEN is_absent THEN NULL WHEN loses_first THEN second_shift_id
                ELSE first_shift_id END AS first_shift_id,
           CASE WHEN is_absent OR loses_first OR loses_second THEN NULL ELSE second_shift_id END AS second_shift_id,
           CASE WHEN is_absent THEN NULL WHEN loses_first THEN starts_2
                WHEN is_halved AND gap = 'first' AND NOT is_dynamic THEN ends_1 - make_interval(mins => net_1 / 2)
                ELSE starts_1 END AS first_start,
           CASE WHEN is_absent THEN NULL WHEN loses_first THEN ends_2
                WHEN is_halved AND gap = 'second' AND NOT is_dynamic THEN starts_1 + make_interval(mins => net_1 / 2)
                ELSE ends_1 END AS first_end,
           CASE WHEN is_absent OR is_halved THEN NULL
                WHEN loses_first THEN CASE WHEN broken_2 > 0 THEN GREATEST(break_at_2, starts_2) END
                WHEN broken_1 > 0 THEN GREATEST(break_at_1, starts_1) END AS first_break_at,
           CASE WHEN is_absent OR is_halved OR starts_1 IS NULL THEN 0
                WHEN loses_first THEN broken_2 ELSE broken_1 END AS first_break_min,
           CASE WHEN NOT (is_absent OR loses_first OR loses_second) THEN starts_2 END AS second_start,
           CASE WHEN NOT (is_absent OR loses_first OR loses_second) THEN ends_2 END AS second_end,
           CASE WHEN NOT (is_absent OR loses_first OR loses_second) AND broken_2 > 0
                THEN GREATEST(break_at_2, starts_2) END AS second_break_at,
           CASE WHEN is_absent OR loses_first OR loses_second OR starts_2 IS NULL THEN 0
                ELSE broken_2 END AS second_break_min,
           CASE WHEN is_absent OR starts_1 IS NULL THEN 0 WHEN loses_first THEN net_2 WHEN loses_second THEN net_1
                WHEN is_halved THEN net_1 / 2
                ELSE net_1 + COALESCE(net_2, 0) END AS expected_min,
           CASE WHEN is_dynamic AND is_halved THEN dynamic_daily_min / 2
                WHEN is_dynamic THEN dynamic_daily_min END AS daily_min,
           latest_start, earliest_end
      FROM cut
)
"""

EXPECTED = ", ".join((_SOURCES, _NET, _CUT, _DAY))
