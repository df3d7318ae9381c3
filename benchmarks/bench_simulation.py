"""Simulate a draft for a large agency: the stored statement, the figures, and publishing.

    python -m benchmarks.bench_simulation --employees 50000 [--explain]

The agency is that of `bench_screening`, made inside a transaction that is rolled back, so nothing stays.
Bar (design 8): 50,000 employees x 12 rules in 3 s, one query, on 2 cores.
"""

from __future__ import annotations

import argparse
import os
import time
from typing import Any

from benchmarks.bench_screening import ON, make_agency

# Every fifth employee works flexibly.
_ARRANGEMENTS = """
INSERT INTO attendance_assignment (employee_id, unit_id, reference, kind, place_kind, place_label, weekdays, status,
                                   granted_at, valid_from, valid_to, end_reason)
SELECT p.employee_id, p.unit_id, 'b' || p.employee_id, 'location', 'home', '', '{2,4}', 'in_force', now(),
       DATE '2026-10-01', DATE '2026-12-31', ''
  FROM organization_placement p WHERE p.valid_to IS NULL AND p.employee_id % 5 = 0
"""


def _draft() -> Any:
    """Version 2 of the location policy: 12 months in the post instead of 6."""
    from eligibility.models import PolicyVersion, Rule

    before = PolicyVersion.objects.get(policy__code="location", number=1)
    draft = PolicyVersion.objects.create(policy=before.policy, number=2, valid_from=ON, base=before)
    for rule in before.rules.all():
        params = {**rule.params, "months": 12} if rule.criterion == "not_new_in_post" else rule.params
        kept = {name: getattr(rule, name) for name in ("order", "criterion", "severity", "mark", "legal_basis")}
        Rule.objects.create(version=draft, params=params, coordination_no=rule.coordination_no, **kept)
    return draft


def measure(*, explain: bool) -> None:
    """Print the figures of one simulation, part by part, and of a second one."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from eligibility.models import Simulation
    from eligibility.services import perform_simulation
    from eligibility.simulation import base_of, rules_digest, simulated_people, store_rows, tally

    with connection.cursor() as cursor:
        cursor.execute(_ARRANGEMENTS)
        cursor.execute("ANALYZE attendance_assignment")
    draft = _draft()
    base = base_of(draft, ON)
    for attempt in ("first", "second"):
        made = Simulation.objects.create(version=draft, base=base, as_of=ON, rules_digest=rules_digest(draft))
        started = time.perf_counter()
        with CaptureQueriesContext(connection) as queries:
            store_rows(made)
        took = time.perf_counter() - started
        figures = tally(made)
        counted = time.perf_counter() - started - took
        print(
            f"{attempt}: {figures.counts} x {draft.rules.count()} rules: {took:.2f} s to judge and store in"
            f" {len([q for q in queries.captured_queries if 'INSERT' in q['sql']])} statement, {counted:.2f} s to count"
        )
        started = time.perf_counter()
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        print(f"    keys checked at the end: {time.perf_counter() - started:.2f} s, digest {figures.rows_digest[:12]}")
    if explain:
        sql = next(q["sql"] for q in queries.captured_queries if "INSERT" in q["sql"])
        statement = sql.replace("INSERT INTO", "/* */ INSERT INTO", 1)
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM eligibility_simulationrow WHERE simulation_id = {made.pk}")
            cursor.execute(f"EXPLAIN (ANALYZE, COSTS OFF) {statement}")
            print("\n".join(line for (line,) in cursor.fetchall()))
    started = time.perf_counter()
    count = sum(1 for _person in simulated_people(draft, base, ON))
    print(f"the command, nothing stored: {count} people in {time.perf_counter() - started:.2f} s")
    made = Simulation.objects.create(version=draft, base=base, as_of=ON, rules_digest="")
    started = time.perf_counter()
    perform_simulation(made.pk)
    print(f"the worker's whole message: {time.perf_counter() - started:.2f} s")


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
