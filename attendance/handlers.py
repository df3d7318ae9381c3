"""Outbox handlers of attendance; one file per area registers its own."""

from __future__ import annotations

from attendance import handlers_workdays  # noqa: F401  (importing registers what it handles)
