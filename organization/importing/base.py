"""The contract of an importer, and the registry where every app puts its own.

An importer reads rows into records, checks all of them against each other and the database, and only then saves the
records of rows that were not rejected. It works on whole sets: the number of queries does not grow with the rows.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import IO, Any, ClassVar, Generic, TypeVar

from django.db import connection
from django.utils.functional import Promise

from organization.enums import ImportKind
from organization.importing.files import Source, open_source
from organization.importing.layout import Column, Layout
from organization.importing.rows import Reject, Row
from organization.models import Employee, User

R = TypeVar("R")
Progress = Callable[[str, int, int], None]
PROGRESS_EVERY = 500
BATCH = 2_000


def no_progress(phase: str, done: int, total: int) -> None:
    """For callers that nobody watches."""


@dataclass
class Options:
    """What was asked for. `exceptions` are reasons per row number (as text) for NIPs that do not fit; `parameter` is
    what the file belongs to, such as the code of a terminal."""

    on: date
    by: User | None = None
    parameter: str = ""
    create_missing: bool = False
    accept_valid: bool = False
    exceptions: dict[str, str] = field(default_factory=dict)
    exception_for_all: str = ""
    progress: Progress = no_progress

    def exception(self, row: Row) -> str:
        return self.exceptions.get(str(row.number), "") or self.exception_for_all


@dataclass
class Counts:
    """What a check found or an import did; numbers of rows, except for the lists of new units and positions."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    new_units: list[str] = field(default_factory=list)
    new_positions: list[str] = field(default_factory=list)
    new_task_types: list[str] = field(default_factory=list)
    # Ids of known people whose facts change, by cause; what that hits is said before anything is imported.
    affected: dict[str, list[int]] = field(default_factory=dict)
    # Further numbers of one kind of file; the importer has their words.
    further: dict[str, int] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        return {name: value for name, value in vars(self).items() if value or isinstance(value, int)}


class Importer(ABC, Generic[R]):
    """One kind of file. A new instance serves one run; `notes` are warnings that belong to no single cell.

    `upload_url_name`: the page where files of this kind are uploaded, for kinds that belong to one thing; the general
    page leaves them out. `further_labels`: words of `counts.further`.
    """

    kind: ClassVar[str]
    columns: ClassVar[tuple[Column, ...]]
    upload_url_name: ClassVar[str] = ""
    further_labels: ClassVar[dict[str, Promise]] = {}

    def __init__(self, options: Options) -> None:
        self.options = options
        self.blank_rows = 0
        self.notes: list[Reject] = []
        self.counts = Counts()
        self.records: list[R] = []

    @classmethod
    def open(cls, stream: IO[bytes]) -> Source:
        """The file as sheets of rows; kinds with formats of their own look for these first."""
        return open_source(stream)

    @classmethod
    def bare_layout(cls, source: Source) -> Layout | None:
        """Where the columns lie in a file without headings; None where there must be some."""
        return None

    @abstractmethod
    def read(self, row: Row) -> R:
        """One record of a row; what cannot be read is noted on the row."""

    @abstractmethod
    def check(self) -> None:
        """Check the records against each other and the database: reject rows, and find out what saving would do."""

    @abstractmethod
    def save(self) -> None:
        """Write what `check` found for rows that were not rejected."""

    def note(self, code: str, **params: Any) -> None:
        self.notes.append(Reject(0, "", "", code, params))

    def lock(self) -> None:
        """One import of a kind at a time; the second waits and then checks against what the first wrote."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"import:{self.kind}"])


_registry: dict[str, type[Importer[Any]]] = {}


def register_importer(importer: type[Importer[Any]]) -> type[Importer[Any]]:
    """Class decorator for an app's importers.py."""
    if importer.kind in _registry:
        raise ValueError(f"{importer.kind} has two importers")
    _registry[importer.kind] = importer
    return importer


def importer_for(kind: str) -> type[Importer[Any]]:
    return _registry[kind]


def registered_kinds() -> list[str]:
    return list(_registry)


def general_kinds() -> list[str]:
    """Kinds that the general page takes, in the order of `ImportKind`."""
    return [kind for kind in ImportKind.values if kind in _registry and not _registry[kind].upload_url_name]


def employees_by_nip(nips: Iterable[str], *, lock: bool = False) -> dict[str, Employee]:
    """The employees with these NIPs in one query, locked in the order of their keys where asked.

    The order is the one every command keeps, so that an import and an approval never wait for each other in a ring.
    """
    rows = Employee.objects.filter(nip__in=set(nips)).order_by("pk")
    if lock:
        rows = rows.select_for_update(of=("self",), no_key=True)
    return {employee.nip: employee for employee in rows}


def reject_unknown(rows_by_nip: Iterable[tuple[str, Row]], people: dict[str, Employee]) -> None:
    """Reject rows whose NIP could be read but is nobody's."""
    for nip, row in rows_by_nip:
        if nip and nip not in people:
            row.reject("nip", "employee_unknown")


def reject_repeats(rows_by_key: Iterable[tuple[Any, Row]], column: str, code: str) -> None:
    """Reject every row whose key an earlier row has; keys that could not be read are None."""
    first: dict[Any, Row] = {}
    for key, row in rows_by_key:
        if key is None:
            continue
        earlier = first.setdefault(key, row)
        if earlier is not row:
            row.reject(column, code, row=earlier.number)
