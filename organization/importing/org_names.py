"""From names in a file to units and positions: those on record, and those to be made."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from organization.importing.rows import normal_key
from organization.models import Position, Site, Unit

if TYPE_CHECKING:
    from organization.importing.employee_rows import EmployeeRecord


@dataclass(eq=False)
class UnitRef:
    """A unit on record (`pk`), or one to be made below `parent`."""

    name: str
    pk: int | None = None
    code: str = ""
    parent: UnitRef | None = None
    is_used: bool = False


@dataclass(eq=False)
class PositionRef:
    """A position on record (`pk`), or one to be made."""

    name: str
    pk: int | None = None
    kind: str = ""
    echelon: str = ""
    is_used: bool = False


class Unresolved(Exception):
    """A name that leads to no unit, or to several; says which column is to blame and why."""

    def __init__(self, column: str, code: str, **params: str) -> None:
        super().__init__(code)
        self.column, self.code, self.params = column, code, params


class UnitNames:
    """Finds units by code, by name, and by name below a parent; the same name under different parents is possible.

    A unit whose parent is itself or not given is the topmost of its file: it goes below the agency's single root.
    """

    def __init__(self, records: Iterable[EmployeeRecord], *, on: date, create_missing: bool) -> None:
        self._create = create_missing
        rows = list(Unit.objects.open_on(on).values_list("pk", "code", "name", "parent_id").distinct())
        self._refs = {pk: UnitRef(name, pk, code) for pk, code, name, _ in rows}
        self._by_code = {normal_key(code): self._refs[pk] for pk, code, _, _ in rows}
        self._by_name: dict[str, list[UnitRef]] = {}
        for pk, _, name, parent_id in rows:
            ref = self._refs[pk]
            ref.parent = self._refs.get(parent_id) if parent_id else None
            self._by_name.setdefault(normal_key(name), []).append(ref)
        roots = [ref for ref in self._refs.values() if ref.parent is None]
        self._root = roots[0] if len(roots) == 1 else None
        self._in_file: dict[str, set[str]] = {}
        for record in records:
            if record.unit:
                parents = self._in_file.setdefault(normal_key(record.unit), set())
                parents.add(self._parent_key(record.unit, record.parent))
        self._made: dict[tuple[str, str], UnitRef] = {}
        self._found: dict[tuple[str, str, str], UnitRef | Unresolved] = {}

    def find(self, name: str, parent: str, code: str = "") -> UnitRef:
        """The unit of a row. Raises Unresolved."""
        key = (normal_key(name), self._parent_key(name, parent), normal_key(code))
        if key not in self._found:
            try:
                self._found[key] = self._resolve(name, parent, code)
            except Unresolved as error:
                self._found[key] = error
        found = self._found[key]
        if isinstance(found, Unresolved):
            raise Unresolved(found.column, found.code, **found.params)  # a fresh one: tracebacks would pile up
        return found

    @staticmethod
    def _parent_key(name: str, parent: str) -> str:
        key = normal_key(parent)
        return "" if key == normal_key(name) else key

    def _resolve(self, name: str, parent: str, code: str, trail: tuple[str, ...] = ()) -> UnitRef:
        if code and (by_code := self._by_code.get(normal_key(code))):
            return by_code
        key, parent_key = normal_key(name), self._parent_key(name, parent)
        made = self._made.get((key, parent_key))
        if made:
            return made
        candidates = self._by_name.get(key, [])
        if parent_key:
            # Lists name the unit right above, or the agency's office far above.
            below = [ref for ref in candidates if self._is_below(ref, parent_key)]
            candidates = below or [ref for ref in candidates if self._is_far_below(ref, parent_key)]
        elif len(candidates) > 1:
            candidates = [ref for ref in candidates if ref.parent is None or ref.parent is self._root]
        if len(candidates) == 1:
            return candidates[0]
        if candidates or (not parent_key and len(self._by_name.get(key, [])) > 1):
            raise Unresolved("unit", "unit_ambiguous", unit=name)
        if not parent_key and (by_code := self._by_code.get(key)):
            return by_code
        return self._make(name, parent, code, trail)

    @staticmethod
    def _is_below(ref: UnitRef, parent_key: str) -> bool:
        above = ref.parent
        return above is not None and parent_key in (normal_key(above.name), normal_key(above.code))

    def _is_far_below(self, ref: UnitRef, parent_key: str) -> bool:
        above: UnitRef | None = ref
        while above is not None and not self._is_below(above, parent_key):
            above = above.parent
        return above is not None

    def _make(self, name: str, parent: str, code: str, trail: tuple[str, ...]) -> UnitRef:
        key, parent_key = normal_key(name), self._parent_key(name, parent)
        if not self._create:
            if parent_key and key in self._by_name:
                raise Unresolved("unit", "unit_elsewhere", unit=name, parent=parent)
            raise Unresolved("unit", "unit_unknown", unit=name)
        if key in trail:
            raise Unresolved("parent", "unit_circle")
        above = self._parent(parent, (*trail, key)) if parent_key else self._root
        return self._made.setdefault((key, parent_key), UnitRef(name, None, code, above))

    def _parent(self, name: str, trail: tuple[str, ...]) -> UnitRef:
        key = normal_key(name)
        if by_code := self._by_code.get(key):
            return by_code
        known = self._by_name.get(key, [])
        in_file = self._in_file.get(key, set())
        if len(known) == 1 and (not in_file or self._matches(known[0], in_file)):
            return known[0]
        if len(known) > 1 or len(in_file) > 1:
            raise Unresolved("parent", "parent_ambiguous", parent=name)
        return self._resolve(name, next(iter(in_file), ""), "", trail)

    def _matches(self, ref: UnitRef, parents: set[str]) -> bool:
        return "" in parents or any(self._is_below(ref, parent) for parent in parents)

    def new_units(self) -> list[UnitRef]:
        """Units to be made, parents first: those that rows use, and those above them."""
        ordered: list[UnitRef] = []

        def add(ref: UnitRef | None) -> None:
            if ref and ref.pk is None and ref not in ordered:
                add(ref.parent)
                ordered.append(ref)

        for ref in self._made.values():
            if ref.is_used:
                add(ref)
        return ordered


class PositionNames:
    """Finds positions by name; new ones need their group (JENIS JABATAN) from some row that names them."""

    def __init__(self, records: Iterable[EmployeeRecord], *, create_missing: bool) -> None:
        self._create = create_missing
        rows = Position.objects.values_list("pk", "name", "kind", "code")
        self._known = {normal_key(name): PositionRef(name, pk, kind) for pk, name, kind, _ in rows}
        self._by_code = {normal_key(code): self._known[normal_key(name)] for _, name, _, code in rows}
        self._new: dict[str, PositionRef] = {}
        for record in records:
            key = normal_key(record.position)
            if key and key not in self._known:
                ref = self._new.setdefault(key, PositionRef(record.position))
                ref.kind = ref.kind or record.position_kind
                ref.echelon = ref.echelon or record.echelon

    def find(self, name: str) -> PositionRef:
        """The position of a row. Raises Unresolved."""
        key = normal_key(name)
        ref = self._known.get(key) or self._by_code.get(key)
        if ref:
            return ref
        if not self._create:
            raise Unresolved("position", "position_unknown", position=name)
        if not self._new[key].kind:
            raise Unresolved("position", "position_needs_kind", position=name)
        return self._new[key]

    def new_positions(self) -> list[PositionRef]:
        return [ref for ref in self._new.values() if ref.is_used]


def site_ids() -> dict[str, int]:
    """Offices in use by code and name."""
    found: dict[str, int] = {}
    for pk, code, name in Site.objects.filter(is_active=True).values_list("pk", "code", "name"):
        found.setdefault(normal_key(name), pk)
        found[normal_key(code)] = pk
    return found


def make_codes(names: Iterable[str], taken: set[str], limit: int = 40) -> list[str]:
    """A readable code per name that is in nobody's use: "KELURAHAN-MUARA-INDAH", then "…-2"."""
    used = {code.casefold() for code in taken}
    codes = []
    for name in names:
        plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().upper()
        stem = re.sub(r"[^A-Z0-9]+", "-", plain).strip("-")[: limit - 6].rstrip("-") or "X"
        code, number = stem, 1
        while code.casefold() in used:
            number += 1
            code = f"{stem}-{number}"
        used.add(code.casefold())
        codes.append(code)
    return codes
