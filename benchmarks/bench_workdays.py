"""Build one month of work days of a large agency, then build it again when nothing and when a little has changed.

    python -m benchmarks.bench_workdays --employees 50000

The agency is made by set-based SQL inside a transaction that is rolled back, so nothing stays: offices of five days in
three zones, every 25th unit on a published roster of three shifts, one in ten at home twice a week, one in fifty on
dynamic hours, leave and travel, half days, two entries a day, corrections, and an outage of an hour.
Bar (design 8): one month for 50,000 employees in 30 s, on 2 cores.
"""

from __future__ import annotations

import argparse
import os
import time
from datetime import UTC, date, datetime

START, END = date(2026, 10, 1), date(2026, 10, 31)
AT = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
# The agency itself is that of the screening; what attendance adds lies in the month and the days beside it.
_DATA = """
UPDATE organization_unitversion
   SET zone = CASE unit_id %% 3 WHEN 0 THEN 'Asia/Jakarta' WHEN 1 THEN 'Asia/Makassar' ELSE 'Asia/Jayapura' END;
INSERT INTO organization_holiday (day, name, kind, source, is_estimate)
VALUES ('2026-10-14', 'Holiday', 'public', '', false), ('2026-10-15', 'Joint leave', 'joint_leave', '', false)
    ON CONFLICT DO NOTHING;
INSERT INTO attendance_shift (id, unit_id, code, name, starts_at, duration_min, break_min, break_after_min, is_active)
SELECT 10 + n, 1, code, code, starts_at, minutes, 30, 240, true
  FROM (VALUES (0, 'P', TIME '07:00', 420), (1, 'S', TIME '14:00', 420), (2, 'M', TIME '21:00', 600))
       AS s(n, code, starts_at, minutes);
INSERT INTO attendance_roster (id, unit_id, starts_on, ends_on, status, created_by_id, created_at, published_by_id,
                               published_at, below_reason)
SELECT id, id, '2026-09-28', '2026-11-08', 'published', 1, now(), 1, now(), ''
  FROM organization_unit WHERE id %% 25 = 0;
INSERT INTO attendance_rosterentry (roster_id, employee_id, day, slot, shift_id, is_published, is_fixed)
SELECT p.unit_id, p.employee_id, d::date, 1, 10 + (p.employee_id + extract(day FROM d)::int) %% 5, true, false
  FROM organization_placement p, generate_series('2026-09-28'::date, '2026-11-08'::date, interval '1 day') d
 WHERE p.valid_to IS NULL AND p.unit_id %% 25 = 0 AND (p.employee_id + extract(day FROM d)::int) %% 5 < 3;
INSERT INTO attendance_assignment (id, employee_id, unit_id, reference, kind, valid_from, valid_to, place_kind,
                                   place_label, weekdays, status, granted_at, end_reason)
SELECT employee_id, employee_id, unit_id, 'r' || employee_id,
       CASE WHEN employee_id %% 50 = 0 THEN 'location_time' ELSE 'location' END, '2026-09-01', '2026-11-30', 'home', '',
       '{2,4}', 'in_force', now(), ''
  FROM organization_placement WHERE valid_to IS NULL AND employee_id %% 10 = 0;
INSERT INTO attendance_assignmentday (assignment_id, employee_id, unit_id, day, facet, status, is_away,
                                      counts_toward_cap)
SELECT a.id, a.employee_id, a.unit_id, d::date, f.facet, 'in_force', true, true
  FROM attendance_assignment a
 CROSS JOIN generate_series('2026-09-28'::date, '2026-11-08'::date, interval '1 day') d
  JOIN (VALUES ('location'), ('time')) AS f(facet) ON f.facet = 'location' OR a.kind = 'location_time'
 WHERE extract(isodow FROM d) IN (2, 4);
INSERT INTO attendance_absence (employee_id, kind, part, reference, valid_from, valid_to)
SELECT id, CASE id %% 3 WHEN 0 THEN 'leave' WHEN 1 THEN 'sick' ELSE 'travel' END,
       CASE WHEN id %% 8 = 0 THEN 'first' ELSE 'whole' END, 'a' || id, DATE '2026-10-01' + id %% 25,
       DATE '2026-10-03' + id %% 25
  FROM generate_series(1, %(employees)s, 4) AS g(id);
INSERT INTO attendance_presenceevent (client_id, employee_id, direction, channel, occurred_at, received_at,
                                      is_late_sync, place, band, confidence, device)
SELECT gen_random_uuid(), e.id, w.direction, 'app',
       (d::date + w.at) AT TIME ZONE 'Asia/Makassar'
       + ((e.id * 7 + extract(day FROM d)::int) %% 40) * interval '1 minute',
       now(), false, 'placement', 'inside', 'high', ''
  FROM organization_employee e
 CROSS JOIN generate_series('2026-09-28'::date, '2026-11-06'::date, interval '1 day') d
 CROSS JOIN (VALUES ('in', TIME '07:05'), ('out', TIME '15:50')) AS w(direction, at)
 WHERE extract(isodow FROM d) < 6 AND (e.id + extract(day FROM d)::int) %% 60 > 0;
INSERT INTO attendance_correction (employee_id, day, part, check_in, reason, explanation, evidence_link, status,
                                   submitted_at, submitted_by_id, decided_by_id, decided_at, decision_reason)
SELECT id, '2026-10-06', 1, '2026-10-05 23:30:00+00', 'forgotten', '', '', 'approved', now(), 1, 1, now(), ''
  FROM generate_series(1, %(employees)s, 200) AS g(id);
INSERT INTO attendance_outagewindow (cause, starts_at, ends_at, reason, entered_at)
VALUES ('system', '2026-10-07 23:00:00+00', '2026-10-08 00:00:00+00', 'outage', now());
"""


def make_month(employees: int) -> None:
    """The agency of the screening with a month of attendance; must run inside a transaction on an empty database."""
    from django.db import connection

    from benchmarks.bench_screening import make_agency

    make_agency(employees)
    with connection.cursor() as cursor:
        cursor.execute(_DATA, {"employees": employees})
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; ANALYZE")


def measure() -> None:
    """Print seconds of the first build, of one that changes nothing, and of one after an unforeseen holiday."""
    from attendance.services.workdays import build_workdays
    from organization.models import Employee, Holiday

    def timed(label: str, **options: object) -> None:
        started = time.perf_counter()
        built = build_workdays(start=START, end=END, at=AT, **options)  # type: ignore[arg-type]
        print(
            f"{label}: {built.inserted + built.updated + built.deleted} rows in {time.perf_counter() - started:.2f} s"
        )

    timed("month")
    timed("again")
    Holiday.objects.create(day=date(2026, 10, 20), name="Holiday", kind="public")
    timed("holiday")
    timed("one person", employee_ids=[Employee.objects.values_list("pk", flat=True).first()])


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--employees", type=int, default=50_000)
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")
    import django

    django.setup()
    from django.db import transaction

    with transaction.atomic():
        make_month(options.employees)
        measure()
        transaction.set_rollback(True)


if __name__ == "__main__":
    main()
