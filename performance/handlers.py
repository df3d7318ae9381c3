"""Outbox handlers of performance; one file per area registers its own."""
