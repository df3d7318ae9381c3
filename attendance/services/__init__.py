"""The only place that writes what this app owns; one file per subject. What apps above call is named here."""

from attendance.services.assignments import (
    AssignmentSpec,
    DaySpec,
    end_assignment,
    grant_assignment,
    grant_assignments,
    hold_assignment,
    recalled_days,
    release_assignment,
    resume_assignment,
    suspend_assignment,
)

__all__ = [
    "AssignmentSpec",
    "DaySpec",
    "end_assignment",
    "grant_assignment",
    "grant_assignments",
    "hold_assignment",
    "recalled_days",
    "release_assignment",
    "resume_assignment",
    "suspend_assignment",
]
