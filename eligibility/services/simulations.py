"""Commands over simulations: order one, and do it in the worker."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from eligibility.enums import RunStatus
from eligibility.models import PolicyVersion, Simulation
from eligibility.simulation import base_of, rules_digest, store_rows, tally
from organization import outbox
from organization.guards import require
from organization.models import User

SIMULATE_TOPIC = "eligibility.simulate"


def default_day(version: PolicyVersion) -> date:
    """The day to simulate where none is chosen: the version's first day, today where that is over."""
    return max(version.valid_from, timezone.localdate())


@transaction.atomic
def start_simulation(*, by: User, policy_code: str, number: int, as_of: date | None = None) -> Simulation:
    """Simulate a version for everybody who serves on `as_of` (None: its first day); the worker does it.

    Raises PermissionDenied (HR admin of the whole agency only) and ValidationError (no such version).
    """
    require(by, "eligibility.simulate")
    rows = PolicyVersion.objects.select_related("policy")
    version = rows.filter(policy__code=policy_code, number=number).first()
    if version is None:
        raise ValidationError({"version": _("This policy has no version with that number.")})
    day = as_of or default_day(version)
    made = Simulation.objects.create(
        version=version, base=base_of(version, day), as_of=day, rules_digest=rules_digest(version), created_by=by
    )
    outbox.add(SIMULATE_TOPIC, {"simulation": made.pk}, key=f"{SIMULATE_TOPIC}:{made.pk}")
    return made


@transaction.atomic
def perform_simulation(simulation_id: int) -> Simulation | None:
    """Do a queued simulation. Doing it twice changes nothing; one whose draft was discarded is gone (None).

    It judges the rules as they stand when it is done: the version is locked meanwhile, and edits wait.
    """
    rows = Simulation.objects.select_for_update(of=("self",), no_key=True)
    simulation = rows.filter(pk=simulation_id).first()
    if simulation is None or simulation.status == RunStatus.DONE:
        return simulation
    locked = PolicyVersion.objects.select_for_update(of=("self",), no_key=True).select_related("policy")
    return carry_out(simulation, locked.get(pk=simulation.version_id))


def carry_out(simulation: Simulation, version: PolicyVersion) -> Simulation:
    """Judge everybody, store the rows and the figures. `version` is locked by the caller."""
    simulation.version = version
    simulation.base = base_of(version, simulation.as_of)
    simulation.rules_digest = rules_digest(version)
    simulation.cut_off_at = timezone.now()
    store_rows(simulation)
    figures = tally(simulation)
    simulation.counts, simulation.breakdown = figures.counts, figures.breakdown
    simulation.rows_digest = figures.rows_digest
    simulation.status, simulation.finished_at = RunStatus.DONE, timezone.now()
    simulation.save()
    return simulation
