"""Employees with their units, positions, placements, supervisors and homes, from a personnel list."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from django.db.models.functions import Lower

from organization.enums import ChangeCause, EntryReason, ImportKind
from organization.importing.base import Importer, Options, employees_by_nip, register_importer
from organization.importing.employee_rows import COLUMNS, EmployeeRecord, check_nip, read_employee
from organization.importing.heads import find_heads
from organization.importing.org_names import PositionNames, UnitNames, Unresolved, site_ids
from organization.importing.placing import (
    CannotPlace,
    History,
    PlacementPlan,
    Target,
    headships,
    plan_placement,
)
from organization.importing.rows import Row, given, normal_key
from organization.importing.supervisors import reject_circles
from organization.models import Domicile, Employee, Placement, User
from organization.nip import parse_nip
from organization.services.imported_people import changed_fields, changing_people, save_people


@register_importer
class EmployeeImporter(Importer[EmployeeRecord]):
    """Key: NIP. Nobody is removed: people missing in a file stay as they are."""

    kind = ImportKind.EMPLOYEES
    columns = COLUMNS

    def __init__(self, options: Options) -> None:
        super().__init__(options)
        self.plans: dict[str, PlacementPlan] = {}
        self.histories: dict[str, History] = {}
        self.db_people: dict[str, Employee] = {}

    def read(self, row: Row) -> EmployeeRecord:
        return read_employee(row, self.options)

    # Checks --------------------------------------------------------------------------------------------------------

    def check(self) -> None:
        self._note_missing_columns()
        self._find_people()
        self._reject_same_nips()
        for record in self.records:
            if not record.is_repeat:
                check_nip(record)
        self._find_organisation()
        self._check_supervisors()
        self._load_histories()
        self._reject_left()
        self._follow_rejected_supervisors()
        find_heads(self.accepted, self._current_heads(), self.note)
        self._plan_placements()
        self._reject_second_heads()
        self._follow_rejected_supervisors()
        self._give_addresses()
        self._count()

    @property
    def accepted(self) -> list[EmployeeRecord]:
        return [record for record in self.records if not record.is_rejected]

    def _note_missing_columns(self) -> None:
        row = self.records[0].row
        missing = [
            label
            for label, columns in (("L/P", ("sex",)), ("TGL LAHIR", ("birth_date", "birth")))
            if not any(row.has(column) for column in columns)
        ]
        if missing:
            self.note("columns_missing", columns=", ".join(missing))

    def _find_people(self) -> None:
        nips = {record.nip for record in self.records} | {record.supervisor for record in self.records}
        self.db_people = employees_by_nip(nips - {""}, lock=True)
        for record in self.records:
            record.known = self.db_people.get(record.nip)

    def _reject_same_nips(self) -> None:
        """Of several rows with one NIP the one it fits is kept, else the first; the others are rejected."""
        by_nip: dict[str, list[EmployeeRecord]] = defaultdict(list)
        for record in self.records:
            if record.nip:
                by_nip[record.nip].append(record)
        for same in by_nip.values():
            if len(same) < 2:
                continue
            fitting = [record for record in same if _fits(record)]
            kept = (fitting or same)[0]
            for record in same:
                if record is kept:
                    continue
                record.is_repeat = True
                code = "nip_twice" if _fits(record) or not fitting else "nip_belongs_to_other_row"
                record.row.reject("nip", code, row=kept.row.number)

    def _find_organisation(self) -> None:
        units = UnitNames(self.records, on=self.options.on, create_missing=self.options.create_missing)
        positions = PositionNames(self.records, create_missing=self.options.create_missing)
        sites = site_ids() if any(record.site for record in self.records) else {}
        for record in self.records:
            try:
                if record.unit:
                    record.unit_ref = units.find(record.unit, record.parent, record.unit_code)
            except Unresolved as error:
                record.row.reject(error.column, error.code, **error.params)
            try:
                if record.position:
                    record.position_ref = positions.find(record.position)
            except Unresolved as error:
                record.row.reject(error.column, error.code, **error.params)
            if record.site:
                record.site_id = sites.get(normal_key(record.site))
                if record.site_id is None:
                    record.row.reject("site", "site_unknown", site=record.site)
        self.units, self.positions = units, positions

    def _check_supervisors(self) -> None:
        in_file = {record.nip for record in self.records if record.nip}
        for record in self.records:
            nip = record.supervisor
            if not nip:
                continue
            known = self.db_people.get(nip)
            if nip == record.nip:
                record.row.reject("supervisor", "supervisor_is_self")
            elif nip not in in_file and known is None:
                record.row.reject("supervisor", "supervisor_unknown")
            elif nip not in in_file and known and known.left_on and known.left_on <= self.options.on:
                record.row.reject("supervisor", "supervisor_left", left_date=known.left_on.isoformat())
        reject_circles(self.records, self.options.on)

    def _load_histories(self) -> None:
        """Placements of the people in the file, and of the heads of their units."""
        ids = [record.known.pk for record in self.records if record.known]
        units = {record.unit_ref.pk for record in self.records if record.unit_ref and record.unit_ref.pk}
        rows = list(Placement.objects.filter(employee_id__in=ids).order_by("employee_id", "valid_from"))
        self.heads = list(
            Placement.objects.heads().filter(unit_id__in=units).select_related("employee").order_by("valid_from")
        )
        people = {row.supervisor_id for row in rows if row.supervisor_id} | {row.employee_id for row in self.heads}
        self.nip_of = {employee.pk: nip for nip, employee in self.db_people.items()}
        unknown = people - set(self.nip_of)
        self.nip_of.update(Employee.objects.filter(pk__in=unknown).values_list("pk", "nip"))
        by_employee: dict[int, list[Placement]] = defaultdict(list)
        for row in rows:
            by_employee[row.employee_id].append(row)
        on = self.options.on
        self.histories = {
            record.nip: History(by_employee[record.known.pk] if record.known else [], on, self.nip_of)
            for record in self.records
            if record.nip
        }
        seen = {row.pk for row in self.heads}
        self.heads += [row for row in rows if row.is_head and row.pk not in seen]

    def _reject_left(self) -> None:
        for record in self.accepted:
            left = record.known.left_on if record.known else None
            if left and record.start and record.start <= left:
                record.row.reject("nip", "employee_left", left_date=left.isoformat())

    def _follow_rejected_supervisors(self) -> None:
        """Rows whose supervisor would only have come with a row that is rejected are rejected too."""
        rejected = {record.nip: record for record in self.records if record.nip and record.is_rejected}
        for record in self.accepted:
            rejected.pop(record.nip, None)  # the kept one of two rows
        reports: dict[str, list[EmployeeRecord]] = defaultdict(list)
        for record in self.accepted:
            reports[record.supervisor].append(record)
        waiting = [nip for nip in rejected if nip not in self.db_people]
        while waiting:
            nip = waiting.pop()
            for record in reports.pop(nip, []):
                record.row.reject("supervisor", "supervisor_rejected", row=rejected[nip].row.number)
                rejected[record.nip] = record
                if record.nip not in self.db_people:
                    waiting.append(record.nip)

    def _current_heads(self) -> dict[int, Placement]:
        on = self.options.on
        return {
            row.unit_id: row
            for row in self.heads
            if row.valid_from <= on and (row.valid_to is None or row.valid_to >= on)
        }

    # Plans ---------------------------------------------------------------------------------------------------------

    def _plan_placements(self) -> None:
        for record in self.accepted:
            try:
                plan = plan_placement(record.nip, self._target(record), self.histories[record.nip])
            except CannotPlace as error:
                record.row.reject("start", error.code, **error.dates)
                continue
            if plan.corrects_post and record.start:
                record.row.warn("start", "placement_corrected", start_date=record.start.isoformat())
            self.plans[record.nip] = plan

    def _target(self, record: EmployeeRecord) -> Target:
        unit, position = given(record.unit_ref), given(record.position_ref)
        unit.is_used = position.is_used = True
        return Target(
            unit=unit,
            position=position,
            start=given(record.start),
            reason=record.entry_reason or EntryReason.TRANSFER,
            supervisor_nip=record.supervisor if record.row.has("supervisor") else None,
            site_id=record.site_id,
            service_body=record.service_body or None,
            heads=record.heads,
        )

    def _reject_second_heads(self) -> None:
        """One head a day: a head named by hand is rejected, one found by us gives way, where another heads the unit."""
        by_nip = {record.nip: record for record in self.accepted}
        for holders in headships(self.heads, self.plans, self.nip_of).values():
            named = {holder.nip for holder in holders if holder.nip in by_nip and by_nip[holder.nip].heads}
            taken = [holder for holder in holders if holder.nip not in named]
            for holder in (holder for holder in holders if holder.nip in named):
                record = by_nip[holder.nip]
                other = next((one for one in taken if one.nip != holder.nip and one.meets(holder)), None)
                if other is None:
                    taken.append(holder)
                elif record.is_head and not record.is_rejected:
                    record.row.reject("is_head", "head_taken", name=self._name(other.nip))
                    self.plans.pop(record.nip, None)
                elif not record.is_rejected:
                    self._give_way(record, self._name(other.nip))

    def _give_way(self, record: EmployeeRecord, other: str) -> None:
        record.heads = None
        self.plans[record.nip] = plan_placement(record.nip, self._target(record), self.histories[record.nip])
        self.note("head_kept", unit=record.unit, name=other, other=record.name)

    def _name(self, nip: str) -> str:
        in_file = next((record.name for record in self.records if record.nip == nip and record.name), "")
        known = self.db_people.get(nip)
        return (
            in_file
            or (known.name if known else "")
            or Employee.objects.filter(nip=nip).values_list("name", flat=True)[0]
        )

    def _give_addresses(self) -> None:
        """Decide who gets an e-mail address for their account: each address once, an owner's own choice stays."""
        wanted = {record.email.lower() for record in self.accepted if record.email}
        addresses = User.objects.annotate(address=Lower("email"))
        holders = dict(addresses.filter(address__in=wanted).values_list("address", "pk"))
        users = [record.known.user_id for record in self.accepted if record.known and record.known.user_id]
        present = dict(User.objects.filter(pk__in=users).values_list("pk", "email"))
        given: set[str] = set()
        for record in self.accepted:
            address = record.email.lower()
            user_id = record.known.user_id if record.known else None
            old = present.get(user_id, "") if user_id else ""
            if not address or old.lower() == address or (record.known and old and old != record.known.email):
                continue
            if address in given or holders.get(address, user_id) != user_id:
                record.row.warn("email", "email_taken")
                continue
            given.add(address)
            record.account_email = record.email

    def _count(self) -> None:
        homes = current_homes((record.known for record in self.accepted), self.options.on)
        for record in self.accepted:
            home = homes.get(record.known.pk) if record.known else None
            record.home_changes = bool(record.address) and (
                home is None or not same_address(home.address, record.address)
            )
            if record.known is None:
                self.counts.created += 1
            elif changed_fields(record) or record.home_changes or not self.plans[record.nip].is_empty:
                self.counts.updated += 1
            else:
                self.counts.unchanged += 1
        changing = set().union(*changing_people(self, self.accepted))
        if changing:
            self.counts.affected = {str(ChangeCause.PLACEMENT): sorted(changing)}
        self.counts.new_units = [ref.name for ref in self.units.new_units()]
        self.counts.new_positions = [ref.name for ref in self.positions.new_positions()]

    def save(self) -> None:
        save_people(self)


def _fits(record: EmployeeRecord) -> bool:
    """Whether the NIP fits what the row says of birth and sex; what it does not say fits."""
    parts = parse_nip(record.nip)
    return record.birth_date in (None, parts.birth_date) and record.sex in ("", parts.sex)


def same_address(one: str, other: str) -> bool:
    return normal_key(one) == normal_key(other)


def current_homes(people: Iterable[Employee | None], on: date) -> dict[int, Domicile]:
    """The verified address of each person on a day."""
    ids = [employee.pk for employee in people if employee]
    rows = Domicile.objects.active_on(on).filter(employee_id__in=ids, verified_at__isnull=False)
    return {row.employee_id: row for row in rows}
