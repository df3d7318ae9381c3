"""Outbox handlers of eligibility."""

from __future__ import annotations

from typing import Any

from eligibility.services import perform_run
from eligibility.services.screenings import RUN_TOPIC
from organization import outbox


@outbox.handler(RUN_TOPIC)
def screen_people(payload: dict[str, Any]) -> None:
    """{"run": id}: screen everybody of a run and store the verdicts."""
    perform_run(payload["run"])
