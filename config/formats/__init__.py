"""Dates and times as our readers write them: 24 November 2026, 07.30."""
