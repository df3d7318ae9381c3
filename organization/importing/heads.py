"""Who heads a unit, found from who supervises whom."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence

from organization.importing.employee_rows import EmployeeRecord
from organization.importing.rows import given
from organization.models import Placement


def find_heads(records: Sequence[EmployeeRecord], current: dict[int, Placement], note: Callable[..., None]) -> None:
    """Set `heads` on each record: True, False, or None for "as it is".

    The head supervises others of the unit and has a supervisor outside it, or none. The column KEPALA UNIT wins;
    a head on record stays unless the file moves them away.
    """
    members: dict[object, list[EmployeeRecord]] = defaultdict(list)
    for record in records:
        unit = given(record.unit_ref)
        members[unit.pk or unit].append(record)
    unit_of = {record.nip: key for key, people in members.items() for record in people}
    stays = {record.known.pk for record in records if record.known}
    for key, people in members.items():
        for record in people:
            record.heads = record.is_head
        if any(record.is_head for record in people):
            continue
        candidates = _candidates(people, key, unit_of)
        on_record = current.get(key) if isinstance(key, int) else None
        if on_record and (on_record.employee_id not in stays or _is_among(on_record, people)):
            _note_other_head(on_record, candidates, people, note)
        elif len(candidates) == 1:
            candidates[0].heads = True
        elif candidates:
            note("head_several", unit=people[0].unit, names=", ".join(record.name for record in candidates[:5]))
        elif not on_record or on_record.employee_id in stays:
            note("head_missing", unit=people[0].unit)


def _candidates(people: list[EmployeeRecord], key: object, unit_of: dict[str, object]) -> list[EmployeeRecord]:
    """Those with reports in the unit and a supervisor outside it; where there are several, those with most reports."""
    reports = Counter(record.supervisor for record in people if record.supervisor)
    from_outside = [
        record for record in people if record.is_head is not False and unit_of.get(record.supervisor) != key
    ]
    inside = [record for record in from_outside if reports[record.nip]]
    if len(inside) > 1:
        most = max(reports[record.nip] for record in inside)
        inside = [record for record in inside if reports[record.nip] == most]
    return inside


def _is_among(row: Placement, people: list[EmployeeRecord]) -> bool:
    return any(record.known and record.known.pk == row.employee_id and record.is_head is not False for record in people)


def _note_other_head(
    row: Placement, candidates: list[EmployeeRecord], people: list[EmployeeRecord], note: Callable[..., None]
) -> None:
    if len(candidates) == 1 and not (candidates[0].known and candidates[0].known.pk == row.employee_id):
        known = next((record.name for record in people if record.known and record.known.pk == row.employee_id), "")
        note("head_kept", unit=people[0].unit, name=known or row.employee.name, other=candidates[0].name)
