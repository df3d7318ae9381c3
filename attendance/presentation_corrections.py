"""Corrections as pages show them: state, times beside what was recorded, and the way of the decision."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from attendance.enums import CorrectionStatus
from attendance.models import Correction, WorkDay
from organization.models.units import ZONES

TAG_OF_STATUS = {
    CorrectionStatus.SUBMITTED: "info",
    CorrectionStatus.APPROVED: "ok",
    CorrectionStatus.REFUSED: "stop",
    CorrectionStatus.WITHDRAWN: "n",
}
ZONE_WORDS = {code: str(word) for code, word in ZONES}


@dataclass(frozen=True)
class TimeLine:
    """One time: as expected, as the entries say, and as asked for; empty where there is none."""

    label: str
    expected: str
    recorded: str
    asked: str


@dataclass(frozen=True)
class WayLine:
    """A line of the timeline partial."""

    state: str
    label: str
    detail: str = ""
    note: str = ""


def tag_of(correction: Correction) -> tuple[str, str]:
    """Colour and word of the state."""
    return TAG_OF_STATUS[CorrectionStatus(correction.status)], str(correction.get_status_display())


def zone_word(zone: str) -> str:
    """WIB, WITA or WIT, without the rest of the label."""
    return ZONE_WORDS.get(zone, zone).split(" ")[0]


def clock(instant: datetime | None, zone: str, day: date) -> str:
    """A time in the unit's zone; with the date where it is not `day`."""
    if instant is None:
        return ""
    local = instant.astimezone(ZoneInfo(zone))
    text = date_format(local, "H.i")
    return text if local.date() == day else f"{text} ({date_format(local, 'j M')})"


def time_lines(
    day: date, zone: str, built: WorkDay | None, correction: Correction | None = None, *, part: int = 1
) -> list[TimeLine]:
    """Check-in and check-out of a part of a day: expected, recorded, asked for."""
    name = "second" if (correction.part if correction else part) == 2 else "first"

    def recorded(field: str) -> str:
        return clock(getattr(built, f"{name}_{field}"), zone, day) if built else ""

    asked_in = clock(correction.check_in, zone, day) if correction else ""
    asked_out = clock(correction.check_out, zone, day) if correction else ""
    return [
        TimeLine(_("Check-in"), recorded("start"), recorded("in"), asked_in),
        TimeLine(_("Check-out"), recorded("end"), recorded("out"), asked_out),
    ]


def way_of(correction: Correction) -> list[WayLine]:
    """Asked, and decided, withdrawn or still open; with who and when."""
    lines = [
        WayLine("done", _("Asked for"), _who_when(str(correction.submitted_by), correction.submitted_at)),
    ]
    if correction.status == CorrectionStatus.SUBMITTED:
        return [*lines, WayLine("now", _("Waits for the supervisor"))]
    word = str(correction.get_status_display()).capitalize()
    state = "done" if correction.status == CorrectionStatus.APPROVED else "stop"
    by = str(correction.decided_by)
    if correction.acting_for:
        by = _("%(name)s in the place of %(officer)s") % {"name": by, "officer": correction.acting_for}
    detail = _who_when(by, correction.decided_at) if correction.decided_at else by
    return [*lines, WayLine(state, word, detail, correction.decision_reason)]


def _who_when(name: str, at: datetime) -> str:
    return f"{name} · {date_format(at.astimezone(), 'DATETIME_FORMAT')}"
