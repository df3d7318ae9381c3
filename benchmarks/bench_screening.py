"""Screen a large agency: the query, the verdicts in Python, and a stored run.

    python -m benchmarks.bench_screening --employees 50000 [--explain]

The agency is made by set-based SQL inside a transaction that is rolled back, so nothing stays.
Bar (design 8): 50,000 employees x 12 rules in 3 s, one query, on 2 cores.
"""

from __future__ import annotations

import argparse
import os
import time
from datetime import date

ON = date(2026, 11, 24)

_DATA = """
INSERT INTO organization_unit (id, code, name, parent_id, path, depth)
SELECT g, 'u' || g, 'Unit ' || g, CASE WHEN g = 1 THEN NULL WHEN g <= 40 THEN 1 ELSE 2 + g %% 39 END,
       CASE WHEN g = 1 THEN '1/' WHEN g <= 40 THEN '1/' || g || '/' ELSE '1/' || (2 + g %% 39) || '/' || g || '/' END,
       CASE WHEN g = 1 THEN 1 WHEN g <= 40 THEN 2 ELSE 3 END
  FROM generate_series(1, %(units)s) g;
INSERT INTO organization_unitversion (unit_id, name, parent_id, zone, is_direct_service, is_24x7, quota_set_by,
                                      valid_from)
SELECT id, name, parent_id, 'Asia/Makassar', id %% 10 = 0, id %% 25 = 0, 'P', '2020-01-01' FROM organization_unit;
INSERT INTO organization_user (id, username, password, name, email, is_active, is_staff, is_superuser, date_joined,
                               language, theme, is_service)
VALUES (1, 'bench', '', 'Bench', '', true, false, false, now(), 'id', 'auto', false);
INSERT INTO organization_unitreadiness (unit_id, technology, supervision, note, status, declared_by_id, declared_at,
                                        confirmed_by_id, confirmed_at, valid_from)
SELECT id, true, true, '', 'confirmed', 1, now(), 1, now(), '2026-01-01' FROM organization_unit
 WHERE id %% 5 > 0 AND depth > 1;
INSERT INTO organization_position (id, code, name, kind, echelon, "group")
SELECT g, 'p' || g, 'Position ' || g, 'pelaksana', '', '' FROM generate_series(1, 400) g;
INSERT INTO organization_tasktype (id, code, name, outside_office, no_special_room, with_ict, minimal_face_to_face,
    no_continuous_supervision, is_field_task, over_510_min_a_day, over_5_days_and_2250_min, not_bound_to_office_hours)
SELECT g, 't' || g, 'Task ' || g, g %% 4 > 0, true, true, true, true, false, g %% 9 = 0, false, g %% 3 > 0
  FROM generate_series(1, 40) g;
INSERT INTO organization_positiontask (position_id, task_type_id, share_pct, valid_from)
SELECT p, 1 + (p * 5 + t) %% 40, 20, '2020-01-01' FROM generate_series(1, 400) p, generate_series(0, 4) t;
INSERT INTO organization_employee (id, nip, name, kind, sex, birth_date, birth_place, grade, email, phone,
                                   nip_exception_reason)
SELECT g, lpad(g::text, 18, '0'), 'Employee ' || g, CASE WHEN g %% 20 = 0 THEN 'cpns' ELSE 'pns' END, '1',
       '1990-01-01', '', 'III/a', '', '', ''
  FROM generate_series(1, %(employees)s) g;
INSERT INTO organization_placement (employee_id, unit_id, position_id, entry_reason, is_head, service_body, valid_from,
                                    valid_to)
SELECT g, 1 + g %% %(units)s, 1 + g %% 400, 'recruitment', false, 'agency', DATE '2018-01-01', DATE '2023-12-31'
  FROM generate_series(1, %(employees)s) g
 UNION ALL
SELECT g, 1 + (g * 7) %% %(units)s, 1 + (g * 3) %% 400, CASE WHEN g %% 3 = 0 THEN 'promotion' ELSE 'rotation' END,
       false, 'agency', DATE '2024-01-01' + (g %% 1000), NULL
  FROM generate_series(1, %(employees)s) g;
INSERT INTO organization_domicile (employee_id, address, valid_from, verified_by_id, verified_at)
SELECT g, 'Street ' || g, '2020-01-01', 1, now() FROM generate_series(1, %(employees)s) g WHERE g %% 50 > 0;
INSERT INTO organization_disciplinecase (employee_id, reference, status, level, opened_on, decided_on, sanction_from,
                                         sanction_to, decree_no)
SELECT g, 'c' || g, 'sanctioned', 'light', '2026-01-01', '2026-02-01', '2026-02-01', '2026-02-01'::date + g %% 500, 'x'
  FROM generate_series(1, %(employees)s, 40) g;
INSERT INTO performance_officialpredicate (employee_id, year, quarter, predicate, rank, period_end, reference,
                                           source)
SELECT g, y, q,
       CASE WHEN g %% 15 = 0 THEN 'butuh_perbaikan' ELSE 'baik' END, CASE WHEN g %% 15 = 0 THEN 3 ELSE 4 END,
       CASE q WHEN 0 THEN make_date(y, 12, 31) ELSE make_date(y, q * 3, 28) END, '', 'imported'
  FROM generate_series(1, %(employees)s) g, generate_series(2024, 2026) y, generate_series(0, 3) q
 WHERE y < 2026 OR q BETWEEN 1 AND 3;
INSERT INTO performance_outputcontract (id, employee_id, reference, valid_from, valid_to)
SELECT g, g, 'r' || g, '2026-01-01', '2026-06-30' FROM generate_series(1, %(employees)s, 3) g;
INSERT INTO performance_output (contract_id, title, measure, target, due_on, recorded, delivered, delivered_on, rating)
SELECT c.id, 'Output', 'documents', 2, DATE '2026-01-31' + 30 * t, amount, amount, '2026-06-01', ''
  FROM performance_outputcontract c, generate_series(0, 5) t,
       LATERAL (SELECT CASE WHEN c.id %% 7 = 0 THEN 0 ELSE 2 END AS amount) a;
"""


def make_agency(employees: int) -> None:
    """An agency of the asked size; must run inside a transaction on an empty database."""
    from django.db import connection

    from eligibility.services import seed_default_policies
    from organization.models import AgencyDecree, User

    values = {"employees": employees, "units": max(50, employees // 50)}
    with connection.cursor() as cursor:
        cursor.execute(_DATA, values)
    user = User.objects.get(pk=1)
    AgencyDecree.objects.create(number="1/2026", decided_on=date(2025, 12, 1), valid_from=date(2026, 1, 1))
    seed_default_policies(
        valid_from=date(2026, 1, 1),
        decree_no="1/2026",
        decree_date=date(2025, 12, 1),
        edited_by=user,
        published_by=user,
        min_predicate="baik",
        coordination_no="B/1/2025",
    )
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; ANALYZE")


def measure(*, explain: bool) -> None:
    """Print the figures of one screening and one stored run."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from eligibility.models import ScreeningRun
    from eligibility.screening import ask_of_policy, screen_many, version_in_force
    from eligibility.services import perform_run
    from organization.models import Employee

    for code in ("location", "shift", "dynamic"):
        version = version_in_force(code, ON)
        people = Employee.objects.serving_on(ON)
        started = time.perf_counter()
        with CaptureQueriesContext(
            connection,
        ) as queries:
            verdicts: dict[str, int] = {}
            for result in screen_many(people, version, on=ON, ask=ask_of_policy(code)):
                verdicts[result.verdict] = verdicts.get(result.verdict, 0) + 1
        took = time.perf_counter() - started
        rules = version.rules.count()
        print(f"{code}: {sum(verdicts.values())} people x {rules} rules in {took:.2f} s, {verdicts}")
        longest = max(queries.captured_queries, key=lambda query: len(query["sql"]))["sql"]
        longest = longest[longest.index("SELECT") :]
        started = time.perf_counter()
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT count(*) FROM ({longest}) AS rows")
            cursor.execute(f"EXPLAIN (ANALYZE, COSTS OFF) {longest}")
            plan = [line for (line,) in cursor.fetchall()]
        if explain:
            print("\n".join(plan))
        print(plan[-1])
    run = ScreeningRun.objects.create(version=version_in_force("location", ON), as_of=ON)
    started = time.perf_counter()
    perform_run(run.pk)
    print(f"stored run: {time.perf_counter() - started:.1f} s")


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--employees", type=int, default=50_000)
    parser.add_argument("--explain", action="store_true")
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")
    import django

    django.setup()
    from django.db import transaction

    with transaction.atomic():
        make_agency(options.employees)
        measure(explain=options.explain)
        transaction.set_rollback(True)


if __name__ == "__main__":
    main()
