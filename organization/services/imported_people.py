"""Writing what a personnel list says, set by set: units, positions, accounts, people, placements, homes.

Called by the import of employees after every row was checked, inside its transaction.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.utils import timezone

from organization.changes import facts_changed
from organization.day_facts import days_changed
from organization.enums import ChangeCause
from organization.importing.base import BATCH
from organization.importing.org_names import UnitRef, make_codes
from organization.importing.placing import Correction, NewPlacement
from organization.importing.rows import given
from organization.models import Domicile, Employee, Placement, Position, Unit, UnitVersion, User
from organization.models.units import ZONES
from organization.services.units import rebuild_unit_index

if TYPE_CHECKING:
    from organization.importing.employee_rows import EmployeeRecord
    from organization.importing.employees import EmployeeImporter

# What a row may change on a person; an empty value says nothing.
_FIELDS = ("name", "kind", "sex", "birth_date", "birth_place", "grade", "grade_since", "email", "phone")
ONE_DAY = timedelta(days=1)
STEPS = 5


def changed_fields(record: EmployeeRecord) -> list[str]:
    """The fields of the known person that the row changes."""
    known = record.known
    if known is None:
        return []
    changed = [name for name in _FIELDS if (value := getattr(record, name)) and value != getattr(known, name)]
    if record.exception != known.nip_exception_reason:
        changed.append("nip_exception_reason")
    if known.left_on is not None:
        changed.append("left_on")  # came back: the check refused a start before they left
    if known.user_id is None:
        changed.append("user")
    return changed


def save_people(importer: EmployeeImporter) -> None:
    """Write the accepted records of an import whose check has run."""
    options, records = importer.options, importer.accepted
    moved, homes = changing_people(importer, records)
    starts = [record.start for record in records if record.start]
    first_day = min([*starts, options.on])
    options.progress("saving", 0, STEPS)
    _make_units(importer.units.new_units(), first_day, options.on)
    _make_positions(importer)
    options.progress("saving", 1, STEPS)
    _save_employees(importer, records)
    options.progress("saving", 2, STEPS)
    ids = {nip: employee.pk for nip, employee in importer.db_people.items()}
    ids.update((nip, pk) for pk, nip in importer.nip_of.items())
    placed, first_placed = _placed(importer, records, ids)
    _save_placements(importer, records, ids)
    options.progress("saving", 4, STEPS)
    days_changed(start=first_placed, end=None, employee_ids=placed, key="import:employees")
    _save_homes(records, ids, options.on, options.by)
    for cause, changed in ((ChangeCause.PLACEMENT, moved), (ChangeCause.DOMICILE, homes)):
        facts_changed(cause=cause, employee_ids=changed, on=options.on, key="import:employees")
    options.progress("saving", STEPS, STEPS)


def changing_people(importer: EmployeeImporter, records: list[EmployeeRecord]) -> tuple[set[int], set[int]]:
    """Ids of known people whose post or kind changes, and of those whose home does; newcomers work nowhere yet."""
    moved: set[int] = set()
    homes: set[int] = set()
    for record in records:
        if record.known is None:
            continue
        if not importer.plans[record.nip].is_empty or {"kind", "left_on"} & set(changed_fields(record)):
            moved.add(record.known.pk)
        if record.home_changes:
            homes.add(record.known.pk)
    return moved, homes


def _make_units(refs: list[UnitRef], first_day: date, on: date) -> None:
    """New units are as old as the oldest placement of the file, so that past days can be rebuilt."""
    if not refs:
        return
    taken = set(Unit.objects.values_list("code", flat=True))
    wanted = [ref.code or ref.name for ref in refs]
    codes = make_codes(wanted, taken)
    for index, ref in enumerate(refs):
        if ref.code and ref.code.casefold() not in {code.casefold() for code in taken}:
            codes[index] = ref.code
    units = [Unit(code=code, name=ref.name) for ref, code in zip(refs, codes, strict=True)]
    Unit.objects.bulk_create(units, batch_size=BATCH)
    for ref, unit in zip(refs, units, strict=True):
        ref.pk = unit.pk
    zone = settings.TIME_ZONE if settings.TIME_ZONE in dict(ZONES) else ZONES[1][0]
    UnitVersion.objects.bulk_create(
        [
            UnitVersion(
                unit_id=given(ref.pk), name=ref.name, parent_id=ref.parent.pk if ref.parent else None, zone=zone,
                valid_from=first_day,
            )
            for ref in refs
        ],
        batch_size=BATCH,
    )  # fmt: skip
    rebuild_unit_index(on)


def _make_positions(importer: EmployeeImporter) -> None:
    refs = importer.positions.new_positions()
    if not refs:
        return
    codes = make_codes([ref.name for ref in refs], set(Position.objects.values_list("code", flat=True)))
    rows = [
        Position(code=code, name=ref.name, kind=ref.kind, echelon=ref.echelon)
        for ref, code in zip(refs, codes, strict=True)
    ]
    Position.objects.bulk_create(rows, batch_size=BATCH)
    for ref, row in zip(refs, rows, strict=True):
        ref.pk = row.pk


# People and accounts ---------------------------------------------------------------------------------------------


def _save_employees(importer: EmployeeImporter, records: list[EmployeeRecord]) -> None:
    accounts = _save_accounts(records)
    made: list[Employee] = []
    changed: list[Employee] = []
    fields: set[str] = set()
    for record in records:
        employee = record.known or Employee(nip=record.nip)
        names = changed_fields(record)
        for name in _FIELDS:
            if value := getattr(record, name):
                setattr(employee, name, value)
        employee.nip_exception_reason = record.exception
        employee.left_on = None
        if employee.user_id is None:
            employee.user = accounts[record.nip]
        if record.known is None:
            made.append(employee)
        elif names:
            changed.append(employee)
            fields.update(names)
    Employee.objects.bulk_create(made, batch_size=BATCH)
    if changed:
        Employee.objects.bulk_update(changed, sorted(fields), batch_size=500)
    importer.db_people.update((employee.nip, employee) for employee in made)


def _save_accounts(records: list[EmployeeRecord]) -> dict[str, User]:
    """An account for everybody who has none; it cannot log in until it is activated. By NIP, for those without one."""
    without = [record.nip for record in records if record.known is None or record.known.user_id is None]
    spare = {user.username: user for user in User.objects.filter(username__in=without, employee__isnull=True)}
    known = User.objects.in_bulk([record.known.user_id for record in records if record.known and record.known.user_id])
    made: list[User] = []
    changed: list[User] = []
    accounts: dict[str, User] = {}
    for record in records:
        user = known.get(record.known.user_id) if record.known and record.known.user_id else spare.get(record.nip)
        if user is None:
            user = User(username=record.nip, password=make_password(None), is_active=False)
            made.append(user)
        elif user.name != record.name or record.account_email:
            changed.append(user)
        user.name = record.name
        if record.nip not in spare or not user.email:  # the address of an account made by hand stays
            user.email = record.account_email or user.email
        accounts[record.nip] = user
    User.objects.bulk_create(made, batch_size=BATCH)
    # Addresses first go away, then come: two people may have exchanged theirs.
    User.objects.filter(pk__in=[user.pk for user in changed if user.email]).update(email="")
    User.objects.bulk_update(changed, ["name", "email"], batch_size=500)
    return accounts


# Placements ------------------------------------------------------------------------------------------------------


def _save_placements(importer: EmployeeImporter, records: list[EmployeeRecord], ids: dict[str, int]) -> None:
    """End, correct, then make: in this order no day ever has two placements of a person or two heads of a unit."""
    plans = [importer.plans[record.nip] for record in records]
    ended: list[Placement] = []
    for plan in plans:
        for row, valid_to in plan.ended:
            row.valid_to = valid_to
            ended.append(row)
    Placement.objects.bulk_update(ended, ["valid_to"], batch_size=500)
    corrections = [item for plan in plans for item in plan.corrected]
    losing = [item.placement.pk for item in corrections if item.placement.is_head and not _keeps_head(item)]
    Placement.objects.filter(pk__in=losing).update(is_head=False)
    fields = ["unit", "position", "supervisor", "site", "service_body", "is_head", "valid_from", "entry_reason"]
    Placement.objects.bulk_update([_corrected(item, ids) for item in corrections], fields, batch_size=500)
    importer.options.progress("saving", 3, STEPS)
    made = [_placement(plan.made, ids) for plan in plans if plan.made]
    Placement.objects.bulk_create(made, batch_size=BATCH)


def _placed(importer: EmployeeImporter, records: list[EmployeeRecord], ids: dict[str, int]) -> tuple[set[int], date]:
    """Whose placements the file changes, newcomers too, and the first day of a change; before anything is written."""
    days = [importer.options.on]
    people = set()
    for record in records:
        plan = importer.plans[record.nip]
        if plan.is_empty:
            continue
        people.add(ids[record.nip])
        days += [last + ONE_DAY for _row, last in plan.ended if last]
        days += [day for item in plan.corrected for day in (item.valid_from, item.placement.valid_from)]
        days += [plan.made.valid_from] if plan.made else []
    return people, min(days)


def _keeps_head(item: Correction) -> bool:
    return item.is_head and item.unit.pk == item.placement.unit_id


def _corrected(item: Correction, ids: dict[str, int]) -> Placement:
    row = item.placement
    row.unit_id, row.position_id = given(item.unit.pk), given(item.position.pk)
    row.supervisor_id = ids[item.supervisor_nip] if item.supervisor_nip else None
    row.site_id, row.service_body, row.is_head = item.site_id, item.service_body, item.is_head
    row.valid_from, row.entry_reason = item.valid_from, item.reason
    return row


def _placement(new: NewPlacement, ids: dict[str, int]) -> Placement:
    return Placement(
        employee_id=ids[new.nip],
        unit_id=given(new.unit.pk),
        position_id=given(new.position.pk),
        supervisor_id=ids[new.supervisor_nip] if new.supervisor_nip else None,
        site_id=new.site_id,
        entry_reason=new.reason,
        is_head=new.is_head,
        service_body=new.service_body,
        valid_from=new.valid_from,
        valid_to=new.valid_to,
    )


# Homes -----------------------------------------------------------------------------------------------------------


def _save_homes(records: Iterable[EmployeeRecord], ids: dict[str, int], on: date, by: User | None) -> None:
    """Addresses of the personnel record are verified; a changed one ends the old one yesterday."""
    moving = {ids[record.nip]: record.address for record in records if record.home_changes}
    verified = Domicile.objects.filter(employee_id__in=moving, verified_at__isnull=False).order_by("valid_from")
    current: dict[int, Domicile] = {}
    next_start: dict[int, date] = {}
    for row in verified:
        if row.valid_from > on:
            next_start.setdefault(row.employee_id, row.valid_from)
        elif row.valid_to is None or row.valid_to >= on:
            current[row.employee_id] = row
    now = timezone.now()
    ended: list[Domicile] = []
    replaced: list[Domicile] = []
    made: list[Domicile] = []
    for employee_id, address in moving.items():
        old = current.get(employee_id)
        if old and old.valid_from == on:
            old.address, old.verified_by, old.verified_at = address, by, now
            replaced.append(old)
            continue
        until = next_start[employee_id] - ONE_DAY if employee_id in next_start else None
        if old:
            until, old.valid_to = old.valid_to, on - ONE_DAY
            ended.append(old)
        made.append(
            Domicile(
                employee_id=employee_id, address=address, valid_from=on, valid_to=until,
                requested_by=by, verified_by=by, verified_at=now,
            )
        )  # fmt: skip
    Domicile.objects.bulk_update(ended, ["valid_to"], batch_size=500)
    Domicile.objects.bulk_update(replaced, ["address", "verified_by", "verified_at"], batch_size=500)
    Domicile.objects.bulk_create(made, batch_size=BATCH)
