"""Determine 1,000 people by one decree: the plan (preview), and the decision as the worker does it.

    python -m benchmarks.bench_determination --people 1000 --employees 40000

The agency is that of bench_screening, made inside a transaction that is rolled back. Twice: people of one office with
its units, and people of posts all over the agency; each with fixed weekdays and with a rotation, over 26 weeks.
Bars (issue 3): plan 5 s, decision 30 s, on 2 cores. The files of the excerpts are made afterwards and not counted.
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from decimal import Decimal

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")
django.setup()

from django.db import connection, transaction  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.utils import timezone  # noqa: E402

from benchmarks.bench_screening import make_agency  # noqa: E402
from eligibility.enums import Verdict  # noqa: E402
from eligibility.services import seed_terms  # noqa: E402
from fwa import ledger  # noqa: E402
from fwa.data import OutputData  # noqa: E402
from fwa.enums import MemberSource  # noqa: E402
from fwa.group_screening import screen_people  # noqa: E402
from fwa.models import Determination, DeterminationMember, Request  # noqa: E402
from fwa.services import determinations as drafts  # noqa: E402
from fwa.services.determination_decision import ask_decision, perform_decision  # noqa: E402
from fwa.services.determination_plan import prepare_determination  # noqa: E402
from organization.models import Placement, RoleGrant, Unit, User  # noqa: E402

WEEKS = 26


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=1000)
    parser.add_argument("--employees", type=int, default=40_000)
    options = parser.parse_args()
    with transaction.atomic():
        make_agency(options.employees)
        by = User.objects.get(pk=1)
        for role in ("hr_admin", "authority"):
            RoleGrant.objects.create(user=by, role=role, valid_from=date(2020, 1, 1))
        seed_terms(quota_pct=60, valid_from=date(2026, 1, 1))
        count_on()
        print(f"{options.employees} employees, {options.people} people, {WEEKS} weeks, 2 days a week")
        office = Unit.objects.filter(depth=2).order_by("pk").first()
        root = Unit.objects.filter(depth=1).get()
        for words, unit in (("one office", office), ("all over the agency", root)):
            for pattern in ("fixed", "rotation"):
                if unit is not None:
                    _measure(by, unit, pattern, options.people, words)
        transaction.set_rollback(True)


def count_on() -> None:
    """The rows were made with ids of their own: the sequences go on behind them."""
    with connection.cursor() as cursor:
        for table in ("performance_outputcontract", "organization_employee", "organization_unit"):
            cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))")
        cursor.execute("ANALYZE")


def _measure(by: User, unit: Unit, pattern: str, people: int, words: str) -> None:
    """One run inside a savepoint, so that the next finds the agency as it was.

    Printed: units, people, days, seconds of plan and decision (in brackets those of Python alone) with their queries.
    """
    point = transaction.savepoint()
    made = draft_of_people(by, unit, pattern, people)
    with _timed() as plan:
        made = prepare_determination(by=by, determination_id=made.pk)
    asked = ask_decision(by=by, determination_id=made.pk, digest=made.plan_digest)
    with _timed() as decision:
        perform_decision(asked.pk, asked.asked_at.isoformat() if asked.asked_at else "")
    found = Determination.objects.get(pk=made.pk)
    granted = Request.objects.filter(determination=found).count()
    units = found.members.values("unit").distinct().count()
    print(
        f"| {words}, {pattern} | {units} | {granted} | {found.summary['days']} "
        f"| {plan[0]:.1f} ({plan[1]:.1f}) | {plan[2]} "
        f"| {decision[0]:.1f} ({decision[1]:.1f}) | {decision[2]} | {found.status} |",
        flush=True,
    )
    with _timed() as check:
        faults = ledger.verify()
    print(f"  ledger verified in {check[0]:.1f} s, {len(faults)} findings; {found.message}")
    transaction.savepoint_rollback(point)


@contextmanager
def _timed() -> Iterator[list[float]]:
    figures: list[float] = []
    with CaptureQueriesContext(connection) as queries:
        start, own = time.perf_counter(), time.process_time()
        yield figures
        figures += [time.perf_counter() - start, time.process_time() - own]
    figures.append(len(queries))


def draft_of_people(by: User, unit: Unit, pattern: str, people: int) -> Determination:
    """A draft for people of the unit and those below who are eligible, two days a week at home."""
    first = timezone.localdate() + timedelta(days=7 - timezone.localdate().weekday())
    last = first + timedelta(weeks=WEEKS, days=-3)
    made = drafts.save_determination(
        by=by,
        data=drafts.DeterminationData(
            title="Benchmark",
            unit_id=unit.pk,
            kind="location",
            place_kind="home",
            valid_from=first,
            valid_to=last,
            pattern=pattern,
            weekdays=(2, 4),
            days_per_week=2,
            reason="Benchmark",
            work_plan="Benchmark",
            outputs=(OutputData("Output", "documents", Decimal(4), last),),
        ),
    )
    placed = Placement.objects.active_on(first).in_subtree(unit).order_by("employee_id")
    ids = list(placed.values_list("employee_id", flat=True))
    screened = screen_people(ids, drafts.draft_of_determination(made), on=timezone.localdate())
    eligible = [pk for pk in ids if all(one.verdict != Verdict.NOT_ELIGIBLE for one in screened[pk])][:people]
    DeterminationMember.objects.bulk_create(
        DeterminationMember(determination=made, employee_id=pk, source=MemberSource.LIST) for pk in eligible
    )
    return made


if __name__ == "__main__":
    main()
