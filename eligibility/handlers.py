"""Outbox handlers of eligibility."""

from __future__ import annotations

from typing import Any

from eligibility.services import perform_run, perform_simulation
from eligibility.services.screenings import RUN_TOPIC
from eligibility.services.simulations import SIMULATE_TOPIC
from organization import outbox


@outbox.handler(RUN_TOPIC)
def screen_people(payload: dict[str, Any]) -> None:
    """{"run": id}: screen everybody of a run and store the verdicts."""
    perform_run(payload["run"])


@outbox.handler(SIMULATE_TOPIC)
def simulate(payload: dict[str, Any]) -> None:
    """{"simulation": id}: judge everybody by a draft and by the version in force, and store both verdicts."""
    perform_simulation(payload["simulation"])
