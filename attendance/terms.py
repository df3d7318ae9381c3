"""The terms of attendance in force on a day; an agency that has not set any works by the defaults."""

from __future__ import annotations

from datetime import date

from attendance.models import AttendanceTerms


def attendance_terms_on(day: date) -> AttendanceTerms:
    """The terms of that day, or unsaved ones with every default (all DESIGN, regulation 8)."""
    terms: AttendanceTerms | None = AttendanceTerms.objects.active_on(day).first()
    return terms or AttendanceTerms(valid_from=day)
