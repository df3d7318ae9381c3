"""Outbox handlers of attendance; one file per area registers its own."""

from __future__ import annotations

# Importing registers what they handle.
from attendance import handlers_proposals, handlers_recaps, handlers_thresholds, handlers_workdays  # noqa: F401
