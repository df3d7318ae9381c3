"""Plan, presence and output of a day laid side by side, and every gap between them in words. One rule for all askers.

Pure rules over plain values: `reconcile` decides, `fwa/reconciliation_reads.py` reads. Nothing here sanctions anybody:
a gap is a question with a way to answer it (lessons: output is the main control, presence is graded evidence).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from attendance.enums import DayState, MatchedPlace, Source, Whereabouts
from performance.enums import ReportStatus

ABSENT = (Whereabouts.TRAVEL, Whereabouts.TRAINING, Whereabouts.LEAVE, Whereabouts.SICK)
# Where an entry may have been made for each expected place. Field work and "other place" are wherever the task is.
FITTING: dict[str, tuple[str, ...]] = {
    Whereabouts.OFFICE: (MatchedPlace.PLACEMENT, MatchedPlace.OTHER_OFFICE),
    Whereabouts.SHIFT: (MatchedPlace.PLACEMENT, MatchedPlace.OTHER_OFFICE),
    Whereabouts.HOME: (MatchedPlace.HOME, MatchedPlace.PLACEMENT, MatchedPlace.OTHER_OFFICE),
    Whereabouts.OTHER_OFFICE: (MatchedPlace.OTHER_OFFICE, MatchedPlace.GRANTED, MatchedPlace.PLACEMENT),
    Whereabouts.OTHER: (MatchedPlace.GRANTED, MatchedPlace.PLACEMENT, MatchedPlace.OTHER_OFFICE),
}
# Entries that say too little to hold against anybody.
UNSURE = (MatchedPlace.UNKNOWN, MatchedPlace.HOME_UNCONFIRMED, "")


class Weight(StrEnum):
    """How a finding counts: something is missing, missing with a reason, worth knowing, or still to come."""

    GAP = "gap"
    EXPLAINED = "explained"
    NOTE = "note"
    OPEN = "open"


class Finding(TextChoices):
    """What can be found when plan, presence and output of a day are compared."""

    NO_ENTRY = "no_entry", _("No entry of presence, and no reason on record")
    ENTRY_EXCUSED = "entry_excused", _("No entry of presence: an outage on record explains it")
    ENTRY_MISSING = "entry_missing", _("Check-in or check-out is missing")
    ENTRY_STILL_POSSIBLE = "entry_still_possible", _("The day is not over: entries can still come")
    OTHER_PLACE = "other_place", _("The entry was made somewhere else than the place of that day")
    PLACE_UNSURE = "place_unsure", _("The entry does not say where it was made")
    SHORT = "short", _("Fewer hours than expected")
    WORKED_OFF = "worked_off", _("Present although no work was expected")
    NO_PLAN = "no_plan", _("No plan for a flexible day")
    PLAN_LATE = "plan_late", _("The plan came after its deadline")
    PLAN_OPEN = "plan_open", _("The plan can still be written in time")
    NO_REPORT = "no_report", _("No report although its deadline has passed")
    REPORT_LATE = "report_late", _("The report came after its deadline")
    REPORT_OPEN = "report_open", _("The report can still be sent in time")
    RETURNED = "returned", _("The report was returned and waits to be mended")
    WAITING = "waiting", _("The report waits for its review")
    NOTHING_DONE = "nothing_done", _("The report says of no line that it was done")
    DONE_WITHOUT_ENTRY = "done_without_entry", _("Work was reported, but there is no entry of presence")
    REPORT_WHILE_ABSENT = "report_while_absent", _("Work was reported for a day of absence")
    OUTPUT_MISSING = "output_missing", _("An output due that day is not delivered")
    OUTPUT_LATE = "output_late", _("An output due that day was delivered later")


# What whoever reads it can do about a gap.
REMEDY: dict[str, Promise] = {
    Finding.NO_ENTRY: _("Ask for a correction of the entry, or have the absence recorded."),
    Finding.ENTRY_MISSING: _("Ask for a correction of the entry."),
    Finding.OTHER_PLACE: _("Explain it in the report, or ask for a correction."),
    Finding.SHORT: _("Make up the minutes, or ask for a correction."),
    Finding.NO_PLAN: _("Write what was planned together with the report."),
    Finding.NO_REPORT: _("Send the report; late is marked, never refused."),
    Finding.RETURNED: _("Mend it and send it again."),
    Finding.NOTHING_DONE: _("Say how far each line is, or what stood in the way."),
    Finding.DONE_WITHOUT_ENTRY: _("Ask for a correction of the entry."),
    Finding.OUTPUT_MISSING: _("Deliver it, or propose a change of the contract."),
}


@dataclass(frozen=True)
class DayFacts:
    """A day as the three sides know it. `whereabouts` "" where no work day is built; `report` "" where there is none.

    `is_flexible`: away on an arrangement, or with flexible hours; `is_half_absent`: the other half is worked.
    `lines`/`lines_done`: lines of the report, and those done or partly done. Outputs are those due on the day.
    """

    day: date
    is_over: bool
    whereabouts: str = ""
    source: str = ""
    is_half_absent: bool = False
    is_flexible: bool = False
    state: str = ""
    place: str = ""
    short_min: int = 0
    is_excused: bool = False
    plan_required: bool = True
    has_plan: bool = False
    is_plan_late: bool = False
    is_plan_due: bool = True
    report: str = ""
    is_report_late: bool = False
    is_report_due: bool = True
    lines: int = 0
    lines_done: int = 0
    outputs_due: int = 0
    outputs_on_time: int = 0
    outputs_delivered: int = 0


@dataclass(frozen=True)
class Found:
    """One finding with its weight."""

    finding: Finding
    weight: Weight

    @property
    def words(self) -> str:
        return str(self.finding.label)

    @property
    def remedy(self) -> str:
        return str(REMEDY.get(self.finding, "")) if self.weight == Weight.GAP else ""


@dataclass
class _Findings:
    rows: list[Found] = field(default_factory=list)

    def add(self, finding: Finding, weight: Weight) -> None:
        self.rows.append(Found(finding, weight))


def reconcile(facts: DayFacts) -> list[Found]:
    """Every finding of a day, presence first, then plan and report, then outputs; nothing: the three sides agree."""
    found = _Findings()
    is_worked = facts.whereabouts not in (*ABSENT, Whereabouts.OFF, "")
    if is_worked:
        _presence(facts, found)
        _paper(facts, found)
    else:
        _day_without_work(facts, found)
    _outputs(facts, found)
    return found.rows


def _presence(facts: DayFacts, found: _Findings) -> None:
    if facts.state in (DayState.PLANNED, DayState.RUNNING):
        if not facts.is_over:
            found.add(Finding.ENTRY_STILL_POSSIBLE, Weight.OPEN)
        return
    if facts.state == DayState.NO_ENTRY:
        found.add(*((Finding.ENTRY_EXCUSED, Weight.EXPLAINED) if facts.is_excused else (Finding.NO_ENTRY, Weight.GAP)))
        return
    if facts.state == DayState.INCOMPLETE:
        found.add(Finding.ENTRY_MISSING, Weight.EXPLAINED if facts.is_excused else Weight.GAP)
    _place(facts, found)
    if facts.short_min:
        found.add(Finding.SHORT, Weight.GAP)


def _place(facts: DayFacts, found: _Findings) -> None:
    """The office is never a wrong place for somebody who was granted another, and field work has no one place."""
    if facts.whereabouts == Whereabouts.FIELD:
        return
    if facts.place in UNSURE:
        found.add(Finding.PLACE_UNSURE, Weight.NOTE)
    elif facts.source == Source.PERIOD:
        return  # a period leaves the place to the person
    elif facts.place not in FITTING.get(facts.whereabouts, ()):
        found.add(Finding.OTHER_PLACE, Weight.GAP)


def _paper(facts: DayFacts, found: _Findings) -> None:
    asked = facts.is_flexible and facts.plan_required
    if facts.has_plan:
        if facts.is_plan_late:
            found.add(Finding.PLAN_LATE, Weight.NOTE)
    elif asked:
        found.add(*((Finding.NO_PLAN, Weight.GAP) if facts.is_plan_due else (Finding.PLAN_OPEN, Weight.OPEN)))
    if facts.report in ("", ReportStatus.PLANNED):
        if asked:
            found.add(*((Finding.NO_REPORT, Weight.GAP) if facts.is_report_due else (Finding.REPORT_OPEN, Weight.OPEN)))
        return
    _sent_report(facts, found)
    if facts.state == DayState.NO_ENTRY and not facts.is_excused and facts.lines_done:
        found.add(Finding.DONE_WITHOUT_ENTRY, Weight.GAP)


def _sent_report(facts: DayFacts, found: _Findings) -> None:
    if facts.is_report_late:
        found.add(Finding.REPORT_LATE, Weight.NOTE)
    if facts.report == ReportStatus.RETURNED:
        found.add(Finding.RETURNED, Weight.GAP)
    elif facts.report == ReportStatus.REPORTED:
        found.add(Finding.WAITING, Weight.OPEN)
    if not facts.lines_done:
        found.add(Finding.NOTHING_DONE, Weight.GAP)


def _day_without_work(facts: DayFacts, found: _Findings) -> None:
    """Off, absent, or not built: presence and reports are worth knowing, never missing."""
    if facts.state == DayState.WORKED_OFF:
        found.add(Finding.WORKED_OFF, Weight.NOTE)
    if facts.report not in ("", ReportStatus.PLANNED):
        if facts.whereabouts in (Whereabouts.LEAVE, Whereabouts.SICK):
            found.add(Finding.REPORT_WHILE_ABSENT, Weight.NOTE)
        if facts.report == ReportStatus.RETURNED:
            found.add(Finding.RETURNED, Weight.GAP)
        elif facts.report == ReportStatus.REPORTED:
            found.add(Finding.WAITING, Weight.OPEN)


def _outputs(facts: DayFacts, found: _Findings) -> None:
    """What is due on a day can still be delivered until it is over."""
    if not facts.is_over or not facts.outputs_due:
        return
    if facts.outputs_delivered < facts.outputs_due:
        found.add(Finding.OUTPUT_MISSING, Weight.GAP)
    if facts.outputs_on_time < facts.outputs_delivered:
        found.add(Finding.OUTPUT_LATE, Weight.NOTE)


def verdict_of(found: list[Found]) -> Weight | None:
    """The weightiest of the findings; None where everything agrees."""
    order = (Weight.GAP, Weight.OPEN, Weight.EXPLAINED, Weight.NOTE)
    weights = {row.weight for row in found}
    return next((weight for weight in order if weight in weights), None)
