"""Outbox handlers of flexible work."""

from __future__ import annotations

from typing import Any

from fwa import day_facts, handlers_determinations, impact  # noqa: F401  (importing registers what they handle)
from fwa.services.letters import render_queued
from fwa.services.rescreening import take_up
from organization import outbox
from organization.changes import FactsChange, on_facts_changed


@outbox.handler("fwa.render_letter")
def render_letter(payload: dict[str, Any]) -> None:
    """Make the pages of one letter: {"letter": id, "attempt": number}."""
    render_queued(payload["letter"], payload["attempt"])


@on_facts_changed
def rescreen_running(change: FactsChange) -> None:
    """Whoever works flexibly is asked again by the rules in force."""
    take_up(change)
