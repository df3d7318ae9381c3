"""The terms of performance in force on a day; an agency that has not set any works by the defaults."""

from __future__ import annotations

from datetime import date

from performance.models import PerformanceTerms


def performance_terms_on(day: date) -> PerformanceTerms:
    """The terms of that day, or unsaved ones with every default (all DESIGN, regulation 8)."""
    terms: PerformanceTerms | None = PerformanceTerms.objects.active_on(day).first()
    return terms or PerformanceTerms(valid_from=day)
