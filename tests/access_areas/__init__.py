"""Rows of the access table by area; ``tests/access_table.py`` puts them together."""

from __future__ import annotations

from tests.access_areas import (
    attendance_board,
    attendance_corrections,
    attendance_devices,
    attendance_presence,
    attendance_proposals,
    attendance_rosters,
    attendance_schedules,
    capacity,
    connections,
    determinations,
    national_periods,
    performance_contracts,
    performance_evaluations,
    performance_figures,
    performance_reports,
    performance_results,
    performance_reviews,
    policies,
    reconciliation,
    reviews,
    simulations,
    task_mapping,
)
from tests.access_words import Row

_AREAS = (
    attendance_board,
    attendance_corrections,
    attendance_devices,
    attendance_presence,
    attendance_proposals,
    attendance_rosters,
    attendance_schedules,
    capacity,
    connections,
    determinations,
    national_periods,
    performance_contracts,
    performance_evaluations,
    performance_figures,
    performance_reports,
    performance_results,
    performance_reviews,
    policies,
    reconciliation,
    reviews,
    simulations,
    task_mapping,
)
AREAS: dict[str, Row] = {name: row for area in _AREAS for name, row in area.ROWS.items()}
