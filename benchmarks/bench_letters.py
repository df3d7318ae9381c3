"""All excerpts of a decree for 1,000 people as one PDF: make the letters, put them together, as the worker does it.

    python -m benchmarks.bench_letters --people 1000

The agency is that of bench_screening and the decree that of bench_determination, inside a transaction that is rolled
back; the files lie in a folder of their own that is removed. Bars (DESIGN): 5 minutes and 500 MB of memory, on 2 cores.
"""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
from datetime import date

from benchmarks.bench_determination import count_on, draft_of_people  # first: it sets Django up

from django.db import transaction  # isort: skip
from django.test.utils import override_settings  # isort: skip

from benchmarks.bench_screening import make_agency
from eligibility.enums import RunStatus
from eligibility.services import seed_terms
from fwa.models import LetterBundle
from fwa.services.determination_decision import ask_decision, perform_decision
from fwa.services.determination_plan import prepare_determination
from fwa.services.letter_bundles import ask_bundle, build_bundle
from organization.models import RoleGrant, Unit, User

# People beside those determined, so that enough of them are eligible.
AGENCY = 10_000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=1000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, override_settings(MEDIA_ROOT=folder), transaction.atomic():
        by, determination_id = _decree(options.people)
        _measure(by, determination_id)
        transaction.set_rollback(True)


def _decree(people: int) -> tuple[User, int]:
    """A decree that is decided; its excerpts are frozen and not yet files."""
    make_agency(AGENCY)
    by = User.objects.get(pk=1)
    for role in ("hr_admin", "authority"):
        RoleGrant.objects.create(user=by, role=role, valid_from=date(2020, 1, 1))
    seed_terms(quota_pct=60, valid_from=date(2026, 1, 1))
    count_on()
    made = draft_of_people(by, Unit.objects.filter(depth=1).get(), "fixed", people)
    made = prepare_determination(by=by, determination_id=made.pk)
    asked = ask_decision(by=by, determination_id=made.pk, digest=made.plan_digest)
    perform_decision(asked.pk, asked.asked_at.isoformat() if asked.asked_at else "")
    return by, made.pk


def _measure(by: User, determination_id: int) -> None:
    """Go by go like the outbox; the last go puts the letters together."""
    bundle = ask_bundle(by=by, determination_id=determination_id)
    print(f"{bundle.total} excerpts; {_memory():.0f} MB before", flush=True)
    start = last = time.perf_counter()
    before = after = _memory()
    while bundle.status in (RunStatus.QUEUED, RunStatus.RUNNING):
        last, before = time.perf_counter(), _memory()
        build_bundle(bundle.pk, bundle.attempt, bundle.done)
        bundle.refresh_from_db()
        after = _memory()
    end = time.perf_counter()
    if bundle.status != RunStatus.DONE:
        raise SystemExit(f"{bundle.status}: {bundle.message}")
    each = (last - start) / bundle.total * 1000
    print(f"letters: {last - start:.1f} s, {each:.0f} ms each, peak {before:.0f} MB")
    print(f"together: {end - last:.1f} s, peak {after:.0f} MB, {_megabytes(bundle):.1f} MB file")
    print(f"all: {end - start:.1f} s")


def _memory() -> float:
    """The most that the process has held so far, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _megabytes(bundle: LetterBundle) -> float:
    size: int = bundle.file.size
    return size / 2**20


if __name__ == "__main__":
    main()
