"""Outbox handlers of roster proposals, and of absences that leave a unit short."""

from __future__ import annotations

from typing import Any

from attendance import notifications_proposals  # noqa: F401  (importing registers its texts)
from attendance.services.proposals import TOPIC, perform_proposal
from attendance.services.shortfalls import TOPIC as ABSENCES
from attendance.services.shortfalls import look_at_absences
from organization import outbox


@outbox.handler(TOPIC)
def propose_roster(payload: dict[str, Any]) -> None:
    """Fill the open cells of one draft: {"proposal": id}."""
    perform_proposal(payload["proposal"])


@outbox.handler(ABSENCES)
def look_at_absences_entered(payload: dict[str, Any]) -> None:
    """Tell of units left short by absences: {"absences": [ids]}."""
    look_at_absences(payload["absences"])
