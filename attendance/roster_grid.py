"""A roster as pages show it: the grid of people and days, one day, one person. Cells are text, never links: 200 people
by 31 days stay a calm and light page."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from attendance import roster_checks as checks
from attendance.roster_checks import Cell, Finding
from attendance.roster_facts import OnRoster, RosterFacts
from attendance.roster_words import TAGS, level_word, sentence, short_day

OPEN, OFF = "·", "–"
RANK = {checks.STOP: 0, checks.HEAD: 1, checks.NOTE: 2}
SHOWN_FINDINGS = 100
SHADES = (0, 1, 2, 3)  # classes s0 to s3 of the style sheet, by the order of shifts in the day


@dataclass(frozen=True)
class Column:
    """A day at the head of the grid."""

    day: date
    weekday: str
    number: int
    is_today: bool
    is_rest: bool
    holiday: str


@dataclass(frozen=True)
class PersonRow:
    """One person: `cells` are ready table cells."""

    person: OnRoster
    cells: SafeString
    hours: str


@dataclass(frozen=True)
class NeedRow:
    """How many are on a shift, per day, against its minimum."""

    label: str
    cells: list[tuple[str, str]]


@dataclass(frozen=True)
class FindingRow:
    """A finding as a list shows it."""

    kind: str
    level: str
    day: date
    day_word: str
    name: str
    employee_id: int | None
    text: str


@dataclass
class Grid:
    columns: list[Column]
    people: list[PersonRow]
    needs: list[NeedRow]
    findings: list[FindingRow] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    more: int = 0


def grid_of(facts: RosterFacts, *, today: date, with_findings: bool) -> Grid:
    """Everything the grid page shows. Without findings: what a colleague may see."""
    found = facts.findings() if with_findings else []
    grid = Grid(columns_of(facts, today), _person_rows(facts, found), _need_rows(facts))
    grid.counts = {level: len(checks.of_level(found, level)) for level in RANK}
    rows = sorted(found, key=lambda row: (RANK[row.level], row.day))
    grid.findings = finding_rows(rows[:SHOWN_FINDINGS], facts)
    grid.more = max(len(rows) - SHOWN_FINDINGS, 0)
    return grid


def columns_of(facts: RosterFacts, today: date) -> list[Column]:
    return [
        Column(
            day=day,
            weekday=date_format(day, "D"),
            number=day.day,
            is_today=day == today,
            is_rest=day.isoweekday() > 5 or day in facts.holidays,
            holiday=facts.holidays.get(day, ""),
        )
        for day in facts.sheet.days()
    ]


def cells_by_person(facts: RosterFacts) -> dict[int, dict[date, list[Cell]]]:
    rows: dict[int, dict[date, list[Cell]]] = defaultdict(lambda: defaultdict(list))
    for cell in facts.sheet.cells:
        rows[cell.employee_id][cell.day].append(cell)
    return rows


def cell_text(facts: RosterFacts, cells: Iterable[Cell]) -> str:
    """Codes of a day, "–" for a day off, "·" for an open cell, nothing where the person is not on the roster."""
    cells = list(cells)
    codes = [facts.shifts[cell.shift_id].code for cell in cells if cell.shift_id in facts.shifts]
    if codes:
        return "+".join(codes)
    if not cells:
        return ""
    first = cells[0]
    is_draft = facts.roster.status == "draft"
    is_open = is_draft and (first.employee_id, first.day, first.slot) not in facts.fixed
    return OPEN if is_open else OFF


def _person_rows(facts: RosterFacts, found: list[Finding]) -> list[PersonRow]:
    worst: dict[tuple[int, date], str] = {}
    for finding in sorted(found, key=lambda row: -RANK[row.level]):
        if finding.employee_id is not None and not finding.code.startswith("hours"):
            worst[finding.employee_id, finding.day] = finding.level
    signs = {level: escape(level_word(level)) for level in RANK}
    by_person = cells_by_person(facts)
    days = list(facts.sheet.days())
    shifts = sorted(facts.shifts.values(), key=lambda shift: (shift.starts_at, shift.code))
    order = {shift.pk: SHADES[min(number, len(SHADES) - 1)] for number, shift in enumerate(shifts)}
    rows = []
    for person in facts.people:
        parts, minutes = [], 0
        mine = by_person[person.id]
        for day in days:
            cells = mine.get(day, [])
            minutes += sum(shift.work_min for cell in cells if (shift := facts.sheet.shifts.get(cell.shift_id or 0)))
            level = worst.get((person.id, day), "")
            parts.append(_td(escape(cell_text(facts, cells)), _kind(cells, order), level, signs))
        html = mark_safe("".join(parts))  # noqa: S308  (every part is escaped)
        rows.append(PersonRow(person, html, f"{minutes // 60}:{minutes % 60:02d}"))
    return rows


def _kind(cells: list[Cell], order: dict[int, int]) -> str:
    """The shade of a cell, by the order of shifts in the day."""
    shift_id = cells[0].shift_id if cells else None
    return "off" if shift_id is None else f"s{order.get(shift_id, SHADES[-1])}"


def _td(text: str, kind: str, level: str, signs: Mapping[str, str]) -> str:
    """A cell that breaks a rule has a sign, and a word for who does not see it."""
    if not level:
        return f'<td class="{kind}">{text}</td>'
    sign = "*" if level == checks.NOTE else "!"
    word = f'<span class="visually-hidden">, {signs[level]}</span>'
    return f'<td class="{kind} f-{level}">{text}<b aria-hidden="true">{sign}</b>{word}</td>'


def _need_rows(facts: RosterFacts) -> list[NeedRow]:
    """One row per shift, unit and group with a minimum; shifts without one are counted, too."""
    sheet = facts.sheet
    groups: dict[tuple[int, int | None, str], list[checks.Minimum]] = defaultdict(list)
    for row in sheet.minimums:
        groups[row.shift_id, row.unit_id, row.group].append(row)
    bare = {shift.pk for shift in facts.assignable()} - {key[0] for key in groups}
    for shift_id in bare:
        groups[shift_id, None, ""].append(checks.Minimum(shift_id, 0))
    rows = []
    order = {pk: (shift.starts_at, shift.code) for pk, shift in facts.shifts.items()}
    known = [item for item in groups.items() if item[0][0] in order]
    for (shift_id, _unit, group), minimums in sorted(known, key=lambda item: (*order[item[0][0]], item[0][2])):
        shift = facts.shifts[shift_id]
        count = checks.on_shift(sheet, minimums[0])
        cells = []
        for day in sheet.days():
            needed = max((row.count for row in minimums if row.applies(day)), default=0)
            cells.append(_need_cell(count.get(day, 0), needed))
        rows.append(NeedRow(f"{shift.code} {group}".strip(), cells))
    return rows


def _need_cell(count: int, needed: int) -> tuple[str, str]:
    if not needed:
        return str(count), ""
    return f"{count}/{needed}", "stop" if count < needed else "ok"


def finding_rows(found: Iterable[Finding], facts: RosterFacts) -> list[FindingRow]:
    names = facts.names
    return [
        FindingRow(
            kind=TAGS[row.level],
            level=level_word(row.level),
            day=row.day,
            day_word=short_day(row.day),
            name=names.get(row.employee_id or 0, ""),
            employee_id=row.employee_id,
            text=sentence(row, facts.shifts),
        )
        for row in found
    ]


def legend(facts: RosterFacts) -> list[dict[str, Any]]:
    """Shifts with their times, in words."""
    return [
        {"code": shift.code, "name": shift.name, "times": shift_times(shift)}
        for shift in sorted(facts.assignable(), key=lambda shift: (shift.starts_at, shift.code))
    ]


def shift_times(shift: Any) -> str:
    """07.30–14.30 as the reader's language writes it."""
    start = shift.starts_at.hour * 60 + shift.starts_at.minute
    end = (start + shift.duration_min) % (24 * 60)
    dot = _("%(hour)s.%(minute)s")
    clock = [dot % {"hour": f"{at // 60:02d}", "minute": f"{at % 60:02d}"} for at in (start, end)]
    return "–".join(clock)
