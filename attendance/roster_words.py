"""Findings of a roster in words."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from attendance import roster_checks as checks
from attendance.enums import AbsenceKind
from attendance.models import Shift
from attendance.roster_checks import Finding
from attendance.roster_facts import RosterFacts

TAGS = {checks.STOP: "stop", checks.HEAD: "warn", checks.NOTE: "info"}


def level_word(level: str) -> str:
    """What a level means for publishing."""
    return {
        checks.STOP: _("must be changed"),
        checks.HEAD: _("only with the unit head's reason"),
        checks.NOTE: _("to know"),
    }[level]


def short_day(day: date) -> str:
    return date_format(day, "D j M")


def _code(shifts: dict[int, Shift], pk: int | None) -> str:
    shift = shifts.get(pk or 0)
    return shift.code if shift else "–"


def _hours(minutes: int) -> str:
    hours, rest = divmod(minutes, 60)
    values = {"hours": number_format(hours), "minutes": rest}
    return (_("%(hours)s h %(minutes)s min") if rest else _("%(hours)s h")) % values


def _below(finding: Finding, shifts: dict[int, Shift]) -> str:
    params = finding.params
    text = ngettext(
        "Shift %(shift)s has %(count)s person of at least %(minimum)s",
        "Shift %(shift)s has %(count)s people of at least %(minimum)s",
        params["count"],
    ) % {"shift": _code(shifts, finding.shift_id), "count": params["count"], "minimum": params["minimum"]}
    return f"{text} ({params['group']})" if params["group"] else text


def _rest(finding: Finding, shifts: dict[int, Shift]) -> str:
    params = finding.params
    return _("%(rest)s between shift %(shift)s and %(other)s on %(day)s; at least %(needed)s are needed") % {
        "rest": _hours(params["rest_min"]),
        "shift": _code(shifts, finding.shift_id),
        "other": _code(shifts, params["other_shift_id"]),
        "day": short_day(params["other_day"]),
        "needed": _hours(params["needed_min"]),
    }


def _overlap(finding: Finding, shifts: dict[int, Shift]) -> str:
    params = finding.params
    return _("Shift %(shift)s overlaps %(other)s on %(day)s") % {
        "shift": _code(shifts, finding.shift_id),
        "other": _code(shifts, params["other_shift_id"]),
        "day": short_day(params["other_day"]),
    }


def _absent(finding: Finding, shifts: dict[int, Shift]) -> str:
    return _("Absent that day: %(kind)s") % {"kind": AbsenceKind(finding.params["kind"]).label}


def _absent_half(finding: Finding, shifts: dict[int, Shift]) -> str:
    return _("Absent for half the day (%(kind)s); does not count for the minimum") % {
        "kind": AbsenceKind(finding.params["kind"]).label
    }


_SENTENCES: dict[str, Callable[[Finding, dict[int, Shift]], str]] = {
    checks.BELOW_MINIMUM: _below,
    checks.REST: _rest,
    checks.OVERLAP: _overlap,
    checks.ABSENT: _absent,
    checks.ABSENT_HALF: _absent_half,
    checks.ELSEWHERE: lambda finding, shifts: _("Stands on another published roster that day"),
    checks.NOT_SERVING: lambda finding, shifts: _("Does not serve in the unit that day"),
    checks.SHIFT_UNKNOWN: lambda finding, shifts: _("This shift is not in use in the unit any more"),
    checks.ARRANGEMENT: lambda finding, shifts: _("Has an arrangement that day; the roster goes first"),
    checks.HOURS_OVER: lambda finding, shifts: _hours_sentence(
        _("%(from)s to %(to)s: %(hours)s, more than the %(norm)s that are asked for"), finding
    ),
    checks.HOURS_UNDER: lambda finding, shifts: _hours_sentence(
        _("%(from)s to %(to)s: %(hours)s of the %(norm)s that are asked for"), finding
    ),
}


def _hours_sentence(text: str, finding: Finding) -> str:
    params: dict[str, Any] = dict(finding.params)
    return text % {
        "from": short_day(params["from"]),
        "to": short_day(params["to"]),
        "hours": _hours(params["minutes"]),
        "norm": _hours(params["norm_min"]),
    }


def sentence(finding: Finding, shifts: dict[int, Shift]) -> str:
    """One finding as a sentence, without the person's name and the day: they stand beside it."""
    return _SENTENCES[finding.code](finding, shifts)


def full_sentence(finding: Finding, facts: RosterFacts) -> str:
    """With day and person, for messages that stand alone."""
    name = facts.names.get(finding.employee_id or 0)
    where = ", ".join(part for part in (short_day(finding.day), name) if part)
    return f"{where}: {sentence(finding, facts.shifts)}"
