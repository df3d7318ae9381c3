"""Commands over screenings: store one verdict, screen a unit or the agency."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import islice
from typing import Any

from django.core.exceptions import ValidationError
from django.db import InterfaceError, OperationalError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from config import replica
from eligibility.enums import RunStatus, Verdict, VersionStatus
from eligibility.models import PolicyVersion, Screening, ScreeningRun
from eligibility.screening import ScreeningResult, ask_of_policy, screen_many, version_in_force
from organization import outbox
from organization.guards import require
from organization.models import Employee, Unit, User

RUN_TOPIC = "eligibility.run_screening"
BATCH = 2000


def _screening(result: ScreeningResult, *, by: User | None, run: ScreeningRun | None) -> Screening:
    return Screening(
        employee_id=result.employee_id,
        version=result.version,
        as_of=result.on,
        verdict=result.verdict,
        results=[item.as_json() for item in result.results],
        failed=[item.rule.criterion for item in result.failed],
        run=run,
        created_by=by,
    )


def store_screening(*, result: ScreeningResult, by: User | None, run: ScreeningRun | None = None) -> Screening:
    """Store a verdict whole: version, day, observed values and the outcome of every rule."""
    screening = _screening(result, by=by, run=run)
    screening.save()
    return screening


def store_screenings(*, results: Iterable[ScreeningResult], by: User | None = None) -> list[Screening]:
    """Store many verdicts at once, each whole like `store_screening`."""
    return Screening.objects.bulk_create([_screening(item, by=by, run=None) for item in results], batch_size=BATCH)


@transaction.atomic
def run_screening(
    *, by: User, policy_code: str, as_of: date, version: int | None = None, unit: Unit | None = None
) -> ScreeningRun:
    """Screen everybody who serves in `unit` and below (None: the agency) on `as_of`; the worker does it.

    `version`: number of a published version; None takes the one in force on `as_of`.
    Raises PermissionDenied (HR admin of that unit only) and ValidationError (no such version).
    """
    require(by, "eligibility.run_screening", unit)
    run = ScreeningRun.objects.create(
        version=chosen_version(policy_code, version, as_of), unit=unit, as_of=as_of, created_by=by
    )
    outbox.add(RUN_TOPIC, {"run": run.pk}, key=f"{RUN_TOPIC}:{run.pk}")
    return run


def chosen_version(policy_code: str, number: int | None, as_of: date) -> PolicyVersion:
    """The published version with that number, or the one in force. Raises ValidationError where there is none."""
    if number is None:
        found = version_in_force(policy_code, as_of)
    else:
        rows = PolicyVersion.objects.exclude(status=VersionStatus.DRAFT).select_related("policy")
        found = rows.filter(policy__code=policy_code, number=number).first()
    if found is None:
        raise ValidationError(_("No published version of this policy is in force on that day."))
    return found


@transaction.atomic
def perform_run(run_id: int) -> ScreeningRun:
    """Do a queued run: one stored verdict per person and the counts. Doing it twice changes nothing."""
    run = ScreeningRun.objects.select_for_update(of=("self",)).select_related("version__policy", "unit").get(pk=run_id)
    if run.status == RunStatus.DONE:
        return run
    source = replica.source(inside_transaction=True)  # reads people and their facts, none of which it writes
    try:
        run.counts = _screen_all(run, source)
    except (OperationalError, InterfaceError) as error:
        if not source.is_replica:
            raise
        replica.pass_over(type(error).__name__)  # it went away, or cancelled a long read to keep up
        source = replica.primary()
        run.counts = _screen_all(run, source)
    run.facts_at = source.as_of
    run.status, run.finished_at = RunStatus.DONE, timezone.now()
    run.save(update_fields=["counts", "facts_at", "status", "finished_at"])
    return run


@transaction.atomic
def _screen_all(run: ScreeningRun, source: replica.Source) -> dict[str, Any]:
    """Store a verdict per person; return the counts. All or nothing, so that it can be done again."""
    people = Employee.objects.using(source.alias).serving_on(run.as_of)
    if run.unit is not None:
        people = people.in_subtree_on(run.unit, run.as_of)
    results = screen_many(people, run.version, on=run.as_of, ask=ask_of_policy(run.version.policy.code))
    verdicts: Counter[str] = Counter()
    failed: Counter[str] = Counter()
    for batch in _batches(results):
        rows = [_screening(result, by=None, run=run) for result in batch]
        Screening.objects.bulk_create(rows)
        verdicts.update(str(row.verdict) for row in rows)
        failed.update(code for row in rows for code in row.failed)
    return {
        "people": sum(verdicts.values()),
        "verdicts": {verdict: verdicts[verdict] for verdict in Verdict.values},
        "failed": dict(failed),
    }


def _batches(results: Iterator[ScreeningResult]) -> Iterator[list[ScreeningResult]]:
    while batch := list(islice(results, BATCH)):
        yield batch
