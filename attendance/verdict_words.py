"""What is to be said of a day that is over: minutes late and early, entries that are missing, what excuses them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from attendance.enums import DayState

HOUR = 60


class Remark(NamedTuple):
    """A tag: its kind (ok, warn, stop, info, n) and its word."""

    kind: str
    word: str


def duration(minutes: int) -> str:
    """Minutes in words: 7 h 30 min."""
    hours, rest = divmod(minutes, HOUR)
    if not hours:
        return _("%(minutes)d min") % {"minutes": rest}
    if not rest:
        return _("%(hours)d h") % {"hours": hours}
    return _("%(hours)d h %(minutes)d min") % {"hours": hours, "minutes": rest}


def remarks_of(row: Mapping[str, Any]) -> tuple[Remark, ...]:
    """For a row of a work day."""
    return tuple(_remarks(row))


def _remarks(row: Mapping[str, Any]) -> Iterator[Remark]:
    if row["is_excused"]:
        yield Remark("ok", _("excused by an outage"))
    if row["is_unexcused"]:
        yield Remark("stop", _("no entry and no reason"))
    if row["late_min"]:
        yield Remark("warn", _("%(time)s late") % {"time": duration(row["late_min"])})
    if row["early_min"]:
        yield Remark("warn", _("%(time)s early") % {"time": duration(row["early_min"])})
    if row["short_min"]:
        yield Remark("warn", _("%(time)s short") % {"time": duration(row["short_min"])})
    if not row["is_unexcused"]:
        if row["missing_in"]:
            yield Remark("warn", ngettext("check-in missing", "%(count)d check-ins missing", row["missing_in"])
                         % {"count": row["missing_in"]})  # fmt: skip
        if row["missing_out"]:
            yield Remark("warn", ngettext("check-out missing", "%(count)d check-outs missing", row["missing_out"])
                         % {"count": row["missing_out"]})  # fmt: skip
    if row["is_corrected"]:
        yield Remark("n", _("corrected"))
    if row["state"] == DayState.WORKED_OFF:
        yield Remark("info", _("worked on a day off"))
