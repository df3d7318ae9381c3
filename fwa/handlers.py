"""Outbox handlers of flexible work."""

from __future__ import annotations

from typing import Any

from fwa.services.letters import render_queued
from organization import outbox


@outbox.handler("fwa.render_letter")
def render_letter(payload: dict[str, Any]) -> None:
    """Make the pages of one letter: {"letter": id, "attempt": number}."""
    render_queued(payload["letter"], payload["attempt"])
