"""Circles of supervisors: nobody may stand above themself, over any number of steps."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from organization.importing.employee_rows import EmployeeRecord
from organization.models import Placement

NAMES_SHOWN = 5


def reject_circles(records: Sequence[EmployeeRecord], on: date) -> None:
    """Reject the rows whose supervisors, with those on record, lead back to the person.

    Rows rejected for other reasons count with what is on record instead, as they would not be saved.
    """
    above = dict(
        Placement.objects.active_on(on).filter(supervisor__isnull=False).values_list("employee__nip", "supervisor__nip")
    )
    by_nip = {record.nip: record for record in records if record.nip and not record.is_rejected}
    for nip, record in by_nip.items():
        if record.row.has("supervisor"):
            above[nip] = record.supervisor
    for circle in _circles(above):
        members = [by_nip[nip] for nip in circle if nip in by_nip]
        names = ", ".join(record.name for record in members[:NAMES_SHOWN])
        for record in members:
            record.row.reject("supervisor", "supervisor_circle", names=names)


def _circles(above: dict[str, str]) -> list[list[str]]:
    """Every circle of a map "person → person above", each found once; linear in its size."""
    done: set[str] = set()
    circles = []
    for start in above:
        trail: dict[str, int] = {}
        nip = start
        while nip and nip not in done and nip not in trail:
            trail[nip] = len(trail)
            nip = above.get(nip, "")
        if nip in trail:
            circles.append(list(trail)[trail[nip] :])
        done.update(trail)
    return circles
