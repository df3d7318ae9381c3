"""The axis of what happened: entries by part of work, replaced by approved corrections; outages that may excuse."""

from __future__ import annotations

# `late_from`, `early_until`: from when somebody is late, until when early; none: that end is not judged.
_PARTS = """
part AS MATERIALIZED (
    SELECT employee_id, day, 1 AS number, first_start AS starts, first_end AS ends, first_break_at AS break_at,
           first_break_min AS break_min, is_dynamic, is_judged, site_id, early_entry_min, late_entry_min,
           missing_in_min, missing_out_min,
           CASE WHEN NOT is_dynamic THEN first_start WHEN gap <> 'first' THEN latest_start END AS late_from,
           CASE WHEN NOT is_dynamic THEN first_end WHEN gap <> 'second' THEN earliest_end END AS early_until
      FROM expected WHERE first_start IS NOT NULL
     UNION ALL
    SELECT employee_id, day, 2, second_start, second_end, second_break_at, second_break_min, FALSE, is_judged,
           site_id, early_entry_min, late_entry_min, missing_in_min, missing_out_min, second_start, second_end
      FROM expected WHERE second_start IS NOT NULL
)
"""

# An entry belongs to the part whose start (check-in) or end (check-out) is nearest, within the minutes of the terms.
_WINDOWS = """
bounded AS (
    SELECT p.*, starts - make_interval(mins => early_entry_min) AS opens,
           ends + make_interval(mins => late_entry_min) AS closes
      FROM part p
), beside AS (
    SELECT b.*, lag(starts) OVER w AS starts_before, lag(ends) OVER w AS ends_before,
           lag(closes) OVER w AS closes_before, lead(starts) OVER w AS starts_after, lead(ends) OVER w AS ends_after,
           lead(opens) OVER w AS opens_after
      FROM bounded b
    WINDOW w AS (PARTITION BY employee_id ORDER BY starts, number)
), windowed AS MATERIALIZED (
    SELECT b.*,
           GREATEST(opens, LEAST(starts_before + (starts - starts_before) / 2, closes_before)) AS in_from,
           LEAST(closes, GREATEST(starts + (starts_after - starts) / 2, opens_after)) AS in_to,
           GREATEST(opens, LEAST(ends_before + (ends - ends_before) / 2, closes_before)) AS out_from,
           LEAST(closes, GREATEST(ends + (ends_after - ends) / 2, opens_after)) AS out_to
      FROM beside b
)
"""

# `placed` puts the first check-in before later ones and before check-outs, and holds its place in the last four bits.
# `slot` counts days of UTC: windows and entries meet by person and slot, so that nobody's entries are all compared with
# all of their days. No two windows of a direction overlap, so an entry is taken once at most.
_ENTRIES = """
entry AS MATERIALIZED (
    SELECT employee_id, direction, date_bin('1 minute', occurred_at, 'epoch') AS at, site_id, terminal_id,
           minute / 1440 AS slot,
           (direction = 'out')::int::bigint << 40 | minute << 4
               | array_position(%(places)s::text[], place::text) AS placed
      FROM (SELECT e.*, date_part('epoch', e.occurred_at)::bigint / 60 AS minute
              FROM (SELECT employee_id, min(first) - 2 AS first, max(last) + 3 AS last FROM around GROUP BY 1) a
              JOIN attendance_presenceevent e ON e.employee_id = a.employee_id
               AND e.occurred_at >= a.first::timestamptz AND e.occurred_at < a.last::timestamptz
             WHERE e.direction IN ('in', 'out')
            OFFSET 0) e
), matched AS MATERIALIZED (
    SELECT e.*, w.day, w.number
      FROM entry e
      LEFT JOIN (
           SELECT w.employee_id, w.day, w.number, w.in_from, w.in_to, w.out_from, w.out_to, g.slot
             FROM windowed w
            CROSS JOIN LATERAL generate_series(
                  date_part('epoch', LEAST(w.in_from, w.out_from))::bigint / 86400,
                  date_part('epoch', GREATEST(w.in_to, w.out_to))::bigint / 86400) AS g(slot)) w
        ON w.employee_id = e.employee_id AND w.slot = e.slot
       AND CASE WHEN e.direction = 'in' THEN e.at >= w.in_from AND e.at < w.in_to
                ELSE e.at >= w.out_from AND e.at < w.out_to END
), taken AS MATERIALIZED (
    SELECT employee_id, day, number,
           min(at) FILTER (WHERE direction = 'in') AS came, max(at) FILTER (WHERE direction = 'out') AS went,
           (%(places)s::text[])[min(placed) & 15] AS place,
           array_agg(site_id) FILTER (WHERE site_id IS NOT NULL) AS sites,
           array_agg(terminal_id) FILTER (WHERE terminal_id IS NOT NULL) AS terminals
      FROM matched
     WHERE day IS NOT NULL
     GROUP BY 1, 2, 3
), idle AS MATERIALIZED (
    SELECT x.employee_id, x.day, min(e.at) FILTER (WHERE e.direction = 'in') AS came,
           max(e.at) FILTER (WHERE e.direction = 'out') AS went,
           (%(places)s::text[])[min(e.placed) & 15] AS place
      FROM matched e
      JOIN expected x ON x.employee_id = e.employee_id AND x.first_start IS NULL AND e.at >= x.begins
       AND e.at < x.finishes
     WHERE e.day IS NULL
     GROUP BY 1, 2
), corrected AS MATERIALIZED (
    SELECT c.employee_id, c.day, c.part AS number,
           (array_agg(date_trunc('minute', c.check_in) ORDER BY c.decided_at DESC, c.id DESC)
               FILTER (WHERE c.check_in IS NOT NULL))[1] AS came,
           (array_agg(date_trunc('minute', c.check_out) ORDER BY c.decided_at DESC, c.id DESC)
               FILTER (WHERE c.check_out IS NOT NULL))[1] AS went
      FROM around a
      JOIN attendance_correction c ON c.employee_id = a.employee_id AND c.day BETWEEN a.first AND a.last
       AND c.status = 'approved'
     GROUP BY 1, 2, 3
), outage AS MATERIALIZED (
    SELECT o.cause, COALESCE(o.site_id, t.site_id) AS site_id, o.terminal_id, o.starts_at, o.ends_at
      FROM attendance_outagewindow o
      LEFT JOIN attendance_terminal t ON t.id = o.terminal_id
     WHERE o.withdrawn_at IS NULL AND o.starts_at < %(end)s::date + 3 AND o.ends_at > %(start)s::date - 3
)
"""

HAPPENED = ", ".join((_PARTS, _WINDOWS, _ENTRIES))
