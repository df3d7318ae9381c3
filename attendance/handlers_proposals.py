"""Outbox handlers of roster proposals."""

from __future__ import annotations

from typing import Any

from attendance import notifications_proposals  # noqa: F401  (importing registers its texts)
from attendance.services.proposals import TOPIC, perform_proposal
from organization import outbox


@outbox.handler(TOPIC)
def propose_roster(payload: dict[str, Any]) -> None:
    """Fill the open cells of one draft: {"proposal": id}."""
    perform_proposal(payload["proposal"])
