"""Requests as pages show them: states, steps and dates in plain words for the shared partials."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.formats import date_format
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from fwa.enums import DateProblem, DateStatus, RequestStatus, StepRole, StepStatus
from fwa.models import Request, RequestDate, Step
from organization.working_hours import working_days_between

TAG_OF_STATUS = {
    RequestStatus.DRAFT: "n",
    RequestStatus.SUBMITTED: "info",
    RequestStatus.RETURNED: "warn",
    RequestStatus.APPROVED: "ok",
    RequestStatus.REJECTED: "stop",
    RequestStatus.WITHDRAWN: "n",
}
TAG_OF_DATE = {
    DateStatus.REQUESTED: "info",
    DateStatus.HELD: "info",
    DateStatus.GRANTED: "ok",
    DateStatus.REFUSED: "stop",
    DateStatus.SUSPENDED: "warn",
    DateStatus.DROPPED: "n",
}
STATE_OF_STEP = {
    StepStatus.WAITING: "wait",
    StepStatus.CURRENT: "now",
    StepStatus.APPROVED: "done",
    StepStatus.RETURNED: "back",
    StepStatus.REJECTED: "stop",
    StepStatus.SKIPPED: "skipped",
    StepStatus.CANCELLED: "skipped",
}


@dataclass(frozen=True)
class StepLine:
    """One line of the way of a request, for `partials/timeline.html`."""

    state: str
    label: str
    detail: str
    note: str


@dataclass(frozen=True)
class DateLine:
    """One requested date with its fate; `why` and `near` only where it was not granted."""

    day: date
    kind: str
    word: str
    why: str
    near: str


def step_lines(steps: Iterable[Step]) -> list[StepLine]:
    """The steps of all rounds in order; merged levels are named together."""
    return [
        StepLine(
            state=STATE_OF_STEP[StepStatus(step.status)],
            label=" · ".join(str(StepRole(role).label) for role in step.roles),
            detail=_step_detail(step),
            note=step.note,
        )
        for step in steps
    ]


def _step_detail(step: Step) -> str:
    if step.decided_by is not None and step.decided_at is not None:
        words = f"{step.decided_by}, {date_format(timezone.localtime(step.decided_at), 'DATETIME_FORMAT')}"
        return _("%(who)s for %(officer)s") % {"who": words, "officer": step.acting_for} if step.acting_for else words
    parts = [str(step.holder)] if step.holder is not None else []
    if step.status == StepStatus.CURRENT and step.due_on is not None:
        parts.append(_("by %(date)s") % {"date": date_format(step.due_on, "DATE_FORMAT")})
    return ", ".join(parts)


def date_lines(dates: Iterable[RequestDate]) -> list[DateLine]:
    """One line per day; the facets of a day share their fate."""
    lines = {}
    for row in dates:
        lines[row.day] = DateLine(
            day=row.day,
            kind=TAG_OF_DATE[DateStatus(row.status)],
            word=str(DateStatus(row.status).label),
            why=str(DateProblem(row.problem).label) if row.problem else "",
            near=", ".join(date_format(day, "DATE_FORMAT") for day in row.alternatives),
        )
    return list(lines.values())


def place_in_words(fwa_request: Request) -> str:
    """Kind of place and the office where it is one; a home address stays on the profile."""
    words = str(fwa_request.get_place_kind_display()) if fwa_request.place_kind else ""
    return f"{words}: {fwa_request.site}" if fwa_request.site is not None else words


def weekdays_in_words(fwa_request: Request) -> str:
    """“Tuesday and Thursday”, with the number of single dates where there are any."""
    names = [str(WEEKDAYS[day - 1]) for day in fwa_request.weekdays]
    if fwa_request.single_dates:
        count = len(fwa_request.single_dates)
        names.append(ngettext("%(count)s single date", "%(count)s single dates", count) % {"count": count})
    return get_text_list(names, _("and"))


@dataclass(frozen=True)
class TimeLeft:
    """How long a step may still wait: colour and words of its tag."""

    kind: str
    word: str


def working_days_left(due_on: date | None, today: date, holidays: Collection[date] = ()) -> TimeLeft | None:
    """Working days until the clock of a step runs out, holidays left out where they are given; none without a clock."""
    if due_on is None:
        return None
    if due_on < today:
        return TimeLeft("stop", _("late since %(date)s") % {"date": date_format(due_on, "j F")})
    left = working_days_between(today, due_on, holidays)
    if left == 0:
        return TimeLeft("warn", _("due today"))
    words = ngettext("%(count)s working day left", "%(count)s working days left", left) % {"count": left}
    return TimeLeft("warn" if left <= 1 else "n", words)
