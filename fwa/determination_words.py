"""Group determinations as pages and API tell them: patterns, outcomes and reasons in plain words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.dates import WEEKDAYS
from django.utils.formats import date_format
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from eligibility.models import Rule
from eligibility.presentation import RuleRow, rule_row
from eligibility.registry import get_criterion
from eligibility.screening import RuleResult
from fwa.calendar import Grid, GridCell, GridColumn, GridRow, why
from fwa.day_checks import BELOW_MINIMUM, OVER_CAP, UNIT_FULL, DayCheck
from fwa.enums import DateProblem, DeterminationStatus, MemberOutcome, Pattern
from fwa.models import Determination, DeterminationMember
from fwa.rotation import QUOTA
from fwa.unit_names import units_above_namesakes
from organization.models import Employee

TAG_OF_STATUS = {
    DeterminationStatus.DRAFT: "n",
    DeterminationStatus.PREPARED: "info",
    DeterminationStatus.DECIDING: "info",
    DeterminationStatus.DECIDED: "ok",
    DeterminationStatus.FAILED: "stop",
    DeterminationStatus.DISCARDED: "n",
}
TAG_OF_OUTCOME = {
    MemberOutcome.PLANNED: "ok",
    MemberOutcome.NOT_ELIGIBLE: "stop",
    MemberOutcome.NO_DAY: "warn",
    MemberOutcome.NOT_PLACED: "stop",
    MemberOutcome.DECIDES: "n",
    MemberOutcome.EXCLUDED: "n",
    MemberOutcome.ENDS: "info",
}
SHOWN_REASONS, SHOWN_DIFFERENCE = 2, 50
GONE = "ended"


@dataclass(frozen=True)
class MemberLine:
    """One person as a row: tag, days, the rules not met, and the reasons in words."""

    member: DeterminationMember
    kind: str
    word: str
    rules: tuple[RuleRow, ...]
    reasons: tuple[str, ...]
    further: tuple[str, ...] = ()
    dates: str = ""
    state: str = ""


@dataclass(frozen=True)
class DifferenceLine:
    """Something that no longer passed under the lock."""

    name: str
    day: str
    text: str


@dataclass(frozen=True)
class CoverageMonth:
    """One month of the coverage the plan leaves, with the way to the others."""

    grid: Grid
    months: tuple[tuple[str, str], ...]
    month: str
    hidden: int = field(default=0)


def pattern_in_words(determination: Determination) -> str:
    """“Tuesday and Thursday”, or “2 days a week in rotation”."""
    if determination.pattern == Pattern.ROTATION:
        count = determination.days_per_week or 0
        words = ngettext("%(count)s day a week in rotation", "%(count)s days a week in rotation", count)
        return words % {"count": count}
    return get_text_list([str(WEEKDAYS[day - 1]) for day in determination.weekdays], _("and"))


def evenness_of(determination: Determination) -> str:
    """How evenly a rotation shares out, said of those whom nothing but the shared limits keeps from any day."""
    if determination.pattern != Pattern.ROTATION or not determination.summary.get("even_most"):
        return ""
    least, most = determination.summary["even_least"], determination.summary["even_most"]
    figures = str(least) if least == most else f"{least}–{most}"
    return _("Who is free in every week gets %(days)s days; own absences and other arrangements make it fewer.") % {
        "days": figures
    }


def place_of(determination: Determination) -> str:
    words = str(determination.get_place_kind_display()) if determination.place_kind else ""
    where = str(determination.site) if determination.site is not None else determination.place_address
    return f"{words}: {where}" if where else words


def member_lines(members: Sequence[DeterminationMember], *, on: date) -> list[MemberLine]:
    """Rows of the annex; one query for the rules not met."""
    rules = failed_rules(members)
    return [_member_line(member, rules.get(member.pk, ()), on) for member in members]


def _member_line(member: DeterminationMember, rules: Sequence[RuleRow], on: date) -> MemberLine:
    reasons = member_reasons(member)
    outcome = MemberOutcome(member.outcome) if member.outcome else None
    return MemberLine(
        member=member,
        kind=TAG_OF_OUTCOME[outcome] if outcome else "n",
        word=str(outcome.label) if outcome else _("not planned yet"),
        rules=tuple(rules),
        reasons=tuple(reasons[:SHOWN_REASONS]),
        further=tuple(reasons[SHOWN_REASONS:]),
        dates=short_days(member.days),
        state=_arrangement_state(member, on),
    )


def _arrangement_state(member: DeterminationMember, on: date) -> str:
    assignment = member.request.assignment if member.request else None
    if assignment is None:
        return ""
    if assignment.ended_on is not None:
        return _("ended from %(date)s") % {"date": date_format(assignment.ended_on, "DATE_FORMAT")}
    return _("expired") if assignment.runs_to < on else ""


def short_days(days: Iterable[date]) -> str:
    """“1, 3 Dec · 5 Jan”."""
    by_month: dict[tuple[int, int], list[date]] = defaultdict(list)
    for day in days:
        by_month[day.year, day.month].append(day)
    return " · ".join(
        f"{', '.join(date_format(day, 'j') for day in found)} {date_format(found[0], 'M')}"
        for found in by_month.values()
    )


def failed_rules(members: Iterable[DeterminationMember]) -> dict[int, list[RuleRow]]:
    """The rules that each person does not meet, with article and what would change it; one query."""
    items = [(member.pk, item) for member in members for item in member.failed]
    if not items:
        return {}
    rules = Rule.objects.select_related("version").in_bulk({item["rule"] for _pk, item in items})
    found: dict[int, list[RuleRow]] = defaultdict(list)
    for pk, item in items:
        rule = rules.get(item["rule"])
        if rule is None:
            continue
        facts = get_criterion(rule.criterion).facts
        seen = {
            name: None if value is None else facts[name].to_python(value) for name, value in item["observed"].items()
        }
        result = RuleResult(rule=rule, outcome=item["outcome"], seen=seen, on=date.fromisoformat(item["on"]))
        found[pk].append(rule_row(result))
    return found


def member_reasons(member: DeterminationMember) -> list[str]:
    """Why somebody gets fewer days than the pattern means."""
    return [*_problem_words(member.problems), *_shortfall_words(member.reasons)]


def _problem_words(problems: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Dates that do not pass, those with the same reason together."""
    days: dict[str, list[date]] = defaultdict(list)
    for iso, problem in sorted(problems.items()):
        day = date.fromisoformat(iso)
        days[day_problem(day, problem["code"], problem["detail"])].append(day)
    return [f"{short_days(found)}: {words}" for words, found in days.items()]


def day_problem(day: date | None, code: str, detail: Mapping[str, Any]) -> str:
    """One date's problem, with the unit whose limit it is."""
    words = why(DayCheck(day or date.min, code, detail=dict(detail)))
    return f"{words} ({detail['unit']})" if detail.get("unit") else words


def _shortfall_words(items: Iterable[Mapping[str, Any]]) -> list[str]:
    """Weeks of a rotation in which somebody gets fewer days, those with the same reason together."""
    weeks: dict[tuple[int, str], list[date]] = defaultdict(list)
    for item in items:
        weeks[item["missing"], _shortfall_reason(item)].append(date.fromisoformat(item["week"]))
    lines = []
    for (number, why_fewer), found in weeks.items():
        missing = ngettext("%(count)s day fewer", "%(count)s days fewer", number) % {"count": number}
        words = ngettext(
            "week of %(week)s: %(missing)s – %(why)s", "weeks of %(week)s: %(missing)s – %(why)s", len(found)
        )
        lines.append(words % {"week": short_days(found), "missing": missing, "why": why_fewer})
    return lines


def _shortfall_reason(item: Mapping[str, Any]) -> str:
    detail = item["detail"]
    figures = {"unit": item["unit"], "room": detail.get("room", 0), "sharing": detail.get("sharing", 0)}
    if item["code"] == UNIT_FULL:
        return _("the quota of %(unit)s leaves %(room)s places a day for %(sharing)s people") % figures
    if item["code"] == BELOW_MINIMUM:
        return _("the minimum on site of %(unit)s lets %(room)s of %(sharing)s people go") % figures
    if item["code"] == OVER_CAP:
        return _("the weekly cap is used by other arrangements")
    return str(DateProblem(item["code"]).label) if item["code"] in DateProblem.values else str(item["code"])


def difference_lines(determination: Determination) -> list[DifferenceLine]:
    """What no longer passed, by person and date; one query for the names."""
    shown = determination.difference[:SHOWN_DIFFERENCE]
    names = dict(Employee.objects.filter(pk__in={item["employee"] for item in shown}).values_list("pk", "name"))
    lines = []
    for item in shown:
        day = date.fromisoformat(item["day"]) if item["day"] else None
        words = _moved_words(item, day)
        lines.append(
            DifferenceLine(names.get(item["employee"], ""), date_format(day, "l, j F Y") if day else "", words)
        )
    return lines


def _moved_words(item: Mapping[str, Any], day: date | None) -> str:
    code = item["code"]
    if code in MemberOutcome.values:
        rules = [str(get_criterion(name).label) for name in item["detail"].get("rules", ())]
        words = str(MemberOutcome(code).label)
        return f"{words}: {', '.join(rules)}" if rules else words
    if code == GONE:
        return _("the arrangement to be ended is not in force any more")
    return day_problem(day, code, item["detail"])


def coverage_month(determination: Determination, month: str, *, most: int = 60) -> CoverageMonth | None:
    """One month of the plan's coverage; `month` "2026-12", else the first. None where no limit binds."""
    days = sorted({day for row in determination.coverage for day in row["values"]})
    months = sorted({day[:7] for day in days})
    if not months:
        return None
    chosen = month if month in months else months[0]
    wanted = [day for day in days if day.startswith(chosen)]
    columns = tuple(GridColumn(date_format(date.fromisoformat(day), "j")) for day in wanted)
    above = units_above_namesakes({row["unit_id"]: row["unit"] for row in determination.coverage})
    rows = [_coverage_row(row, wanted, above.get(row["unit_id"], "")) for row in determination.coverage]
    words = _("Service coverage by date")
    return CoverageMonth(
        grid=Grid(words, columns, tuple(rows[:most])),
        months=tuple((code, date_format(date.fromisoformat(f"{code}-01"), "F Y")) for code in months),
        month=chosen,
        hidden=max(len(rows) - most, 0),
    )


def _coverage_row(row: Mapping[str, Any], days: Sequence[str], above: str) -> GridRow:
    is_quota = row["kind"] == QUOTA
    cells = []
    for day in days:
        used, limit = row["values"].get(day, (None, None))
        if used is None:
            cells.append(GridCell("–"))
        elif is_quota:
            cells.append(GridCell(f"{used}/{limit}", "stop" if used > limit else "ok"))
        else:
            state = "stop" if used < limit else "warn" if used == limit else "ok"
            cells.append(GridCell(f"{used}/{limit}", state))
    note = " · ".join(part for part in (row["unit"], above, row["group"]) if part)
    return GridRow(_("Away of quota") if is_quota else _("On site, minimum"), tuple(cells), note=note)
