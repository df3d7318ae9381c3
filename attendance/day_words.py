"""A work day in words and as a letter, by what the reader may know: everything, the place, or whether one is there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import IntEnum
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.formats import time_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from attendance.enums import AbsenceKind, DayPart, Source, Whereabouts

W = Whereabouts
LETTER = {
    W.OFFICE: "K", W.SHIFT: "S", W.HOME: "R", W.OTHER_OFFICE: "KL", W.OTHER: "L", W.FIELD: "L",
    W.TRAVEL: "C", W.TRAINING: "C", W.LEAVE: "C", W.SICK: "C", W.OFF: "",
}  # fmt: skip
ON_SITE = (W.OFFICE, W.SHIFT)
AWAY = (W.HOME, W.OTHER_OFFICE, W.OTHER, W.FIELD)
ABSENT = (W.TRAVEL, W.TRAINING, W.LEAVE, W.SICK)
AT_WORK = (*ON_SITE, *AWAY)
AVAILABLE, NOT_AVAILABLE = "A", ""
OPEN = "…"
_WORDS: dict[str, str | Promise] = {
    W.OFFICE: gettext_lazy("Office"),
    W.SHIFT: gettext_lazy("Shift"),
    W.HOME: pgettext_lazy("place", "Home"),
    W.OTHER_OFFICE: gettext_lazy("Another office"),
    W.OTHER: gettext_lazy("Another place"),
    W.FIELD: gettext_lazy("In the field"),
    W.TRAVEL: gettext_lazy("Official travel"),
    W.TRAINING: gettext_lazy("Training"),
    W.LEAVE: gettext_lazy("Leave"),
    W.SICK: gettext_lazy("Sick leave"),
    W.OFF: gettext_lazy("Day off"),
}
_ABSENT_PART = {DayPart.FIRST: gettext_lazy("absent in the first half"),
                DayPart.SECOND: gettext_lazy("absent in the second half")}  # fmt: skip
_FREE_PART = {DayPart.FIRST: gettext_lazy("available in the second half"),
              DayPart.SECOND: gettext_lazy("available in the first half")}  # fmt: skip


class Sight(IntEnum):
    """How much of a day a reader sees: whether one is there; the place too; the kind of an absence too."""

    AVAILABILITY = 0
    PLACE = 1
    ALL = 2


@dataclass(frozen=True)
class Cell:
    """A day as a letter with its words. `half`: absent for a part of it."""

    day: date
    letter: str
    word: str
    half: bool = False
    code: str = ""
    is_there: bool = False


COLUMNS = (
    "employee_id", "day", "zone", "source", "whereabouts", "absence", "absence_part", "is_dynamic", "expected_min",
    "worked_min",
    "first_shift__code", "second_shift__code", "first_start", "first_end", "second_start", "second_end",
    "first_in", "first_out", "second_in", "second_out", "state", "built_at",
)  # fmt: skip
Row = dict[str, Any]


def cell_of(row: Row, sight: Sight) -> Cell:
    """The day of a row with `COLUMNS`, no more than `sight` allows."""
    day, there = row["day"], is_available(row)
    if sight == Sight.AVAILABILITY:
        letter = AVAILABLE if there else NOT_AVAILABLE
        return Cell(day, letter, availability(row), is_partly(row), is_there=there)
    place = W(row["whereabouts"])
    code = "+".join(filter(None, (row["first_shift__code"], row["second_shift__code"]))) if place == W.SHIFT else ""
    return Cell(day, LETTER[place], where(row, sight), is_partly(row), code, there)


def is_available(row: Row) -> bool:
    """Whether a colleague can be reached that day, at least for a part of it."""
    return row["whereabouts"] in AT_WORK


def is_partly(row: Row) -> bool:
    return bool(row["absence"]) and row["absence_part"] not in ("", DayPart.WHOLE) and is_available(row)


def availability(row: Row) -> str:
    """All that colleagues are told: no place, no reason."""
    if not is_available(row):
        return _("not available")
    return str(_FREE_PART[DayPart(row["absence_part"])]) if is_partly(row) else _("available")


def where(row: Row, sight: Sight) -> str:
    """The place in words; what kind of absence only for those who see all."""
    place = W(row["whereabouts"])
    if place in ABSENT and sight < Sight.ALL:
        return _("Leave or official travel")
    words = str(_WORDS[place])
    if row["source"] == Source.HOLIDAY:
        words = _("Public holiday")
    elif row["source"] == Source.JOINT_LEAVE:
        words = _("Joint leave")
    if not is_partly(row):
        return words
    part = DayPart(row["absence_part"])
    if sight < Sight.ALL:
        return f"{words}, {_ABSENT_PART[part]}"
    kind = AbsenceKind(row["absence"]).label
    return _("%(place)s, %(kind)s (%(part)s)") % {"place": words, "kind": kind, "part": part.label}


def hours(row: Row) -> str:
    """From when to when work is expected, in local time; dynamic days say the window."""
    parts = [span(row["first_start"], row["first_end"], row["zone"])]
    parts.append(span(row["second_start"], row["second_end"], row["zone"]))
    return ", ".join(filter(None, parts))


def span(start: datetime | None, end: datetime | None, zone: str) -> str:
    """07.30–16.00; what is missing is left open, and nothing at all is empty."""
    if start is None and end is None:
        return ""
    return f"{clock(start, zone) or OPEN}–{clock(end, zone) or OPEN}"


def clock(at: datetime | None, zone: str) -> str:
    """The time of day in a zone."""
    return time_format(at.astimezone(ZoneInfo(zone)), "TIME_FORMAT") if at else ""


def live(row: Row) -> str:
    """What today's entries say so far, in neutral words; empty where none are expected."""
    if row["whereabouts"] not in AT_WORK:
        return ""
    came, left = row["second_in"] or row["first_in"], row["second_out"] or row["first_out"]
    if left and (came is None or left >= came):
        return _("checked out %(time)s") % {"time": clock(left, row["zone"])}
    if came:
        return _("checked in %(time)s") % {"time": clock(came, row["zone"])}
    return _("not checked in yet")
