"""Outbox handlers of group determinations."""

from __future__ import annotations

from typing import Any

from fwa.services.decrees import RENDER_TOPIC, render_decree
from fwa.services.determination_decision import DECIDE_TOPIC, perform_decision
from fwa.services.letter_bundles import BUNDLE_TOPIC, build_bundle
from organization import outbox


@outbox.handler(DECIDE_TOPIC)
def decide_determination(payload: dict[str, Any]) -> None:
    """Decide for everybody of the annex or for nobody: {"determination": id, "asked": moment}."""
    perform_decision(payload["determination"], payload["asked"])


@outbox.handler(RENDER_TOPIC)
def make_decree(payload: dict[str, Any]) -> None:
    """Make the pages of one decree: {"decree": id, "attempt": number}."""
    render_decree(payload["decree"], payload["attempt"])


@outbox.handler(BUNDLE_TOPIC)
def make_bundle(payload: dict[str, Any]) -> None:
    """Put excerpts together: {"bundle": id, "attempt": number, "done": letters so far}."""
    build_bundle(payload["bundle"], payload["attempt"], payload["done"])
