"""A simulation as pages show it: figures that lead to names, and lines by unit, post, kind, sex and rule."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from eligibility.criteria.base import Text
from eligibility.enums import RunStatus, Verdict, VersionStatus
from eligibility.filters_simulations import ABLE, HIDDEN, MOVED, SimulationRowFilter
from eligibility.models import PolicyVersion, SentBack, Simulation, SimulationRow
from eligibility.presentation import TAG_OF_VERDICT
from eligibility.registry import get_criterion
from eligibility.services.simulations import default_day
from eligibility.simulation import LINE, rules_digest
from organization.enums import EmployeeKind, Sex
from organization.models import Position, Unit, User

PANEL_UNITS = 6
TAG_OF_CHANGE = {"lost": "stop", "gained": "ok", "shifted": "warn", "same": "n"}
GROUPS = ("unit", "position", "kind", "sex", "rule")


@dataclass(frozen=True)
class Figure:
    """A number and the address of its names; no address where there are none."""

    value: int
    url: str = ""


@dataclass(frozen=True)
class Line:
    """One line of a breakdown. For a rule `now` and `then` count those who do not meet it."""

    label: Text
    url: str
    now: Figure
    then: Figure
    gained: Figure
    lost: Figure
    running: Figure
    moved: Figure


def group_titles() -> dict[str, str]:
    return {
        "unit": _("Unit"),
        "position": _("Position"),
        "kind": _("Kind of employee"),
        "sex": _("Sex"),
        "rule": _("Rule"),
    }


def people_url(simulation: Simulation, **filters: Any) -> str:
    address = reverse("eligibility:simulation_people", args=[simulation.pk])
    return f"{address}?{urlencode(filters)}" if filters else address


def _figure(simulation: Simulation, value: int, **filters: Any) -> Figure:
    return Figure(value, people_url(simulation, **filters) if value else "")


def _line(simulation: Simulation, label: Text, numbers: list[int], url: str = "", **filters: Any) -> Line:
    now, then, gained, lost, running = numbers
    return Line(
        label=label,
        url=url,
        now=_figure(simulation, now, **filters, now=ABLE),
        then=_figure(simulation, then, **filters, then=ABLE),
        gained=_figure(simulation, gained, **filters, change="gained"),
        lost=_figure(simulation, lost, **filters, change="lost"),
        running=_figure(simulation, running, **filters, change="lost", running="yes"),
        moved=_figure(simulation, gained + lost, **filters, change=MOVED),
    )


def _rule_line(simulation: Simulation, code: str, numbers: list[int]) -> Line:
    now, then, gained, lost, running = numbers
    return Line(
        label=get_criterion(code).label,
        url="",
        now=_figure(simulation, now, failed_now=code),
        then=_figure(simulation, then, failed_then=code),
        gained=_figure(simulation, gained, failed_now=code, change="gained"),
        lost=_figure(simulation, lost, failed_then=code, change="lost"),
        running=_figure(simulation, running, failed_then=code, change="lost", running="yes"),
        moved=Figure(gained + lost),
    )


def whole_agency(simulation: Simulation) -> Line:
    return _line(simulation, _("Whole agency"), [simulation.counts[name] for name in LINE])


def stats(simulation: Simulation) -> list[dict[str, Any]]:
    """The four figures for `partials/stat.html`."""
    line = whole_agency(simulation)
    words = [
        (line.now, _("eligible now"), "", ""),
        (line.then, _("eligible then"), "", ""),
        (line.lost, _("lose"), "stop", "−"),
        (line.gained, _("gain"), "ok", "+"),
    ]
    return [
        {
            "value": f"{sign}{figure.value}" if figure.value else "0",
            "label": label,
            "kind": kind if figure.value else "",
            "url": figure.url,
        }
        for figure, label, kind, sign in words
    ]


def running_words(simulation: Simulation) -> str:
    """Whose arrangement the version would touch, and that nothing ends by itself."""
    count = simulation.counts["running"]
    if not simulation.counts["lost"]:
        return ""
    if not count:
        return _("Nobody of those who lose works flexibly on that day.")
    return ngettext(
        "%(count)d of those who lose works flexibly. They get a notice naming the article and a right to respond;"
        " nothing ends by itself.",
        "%(count)d of those who lose work flexibly. Each gets a notice naming the article and a right to respond;"
        " nothing ends by itself.",
        count,
    ) % {"count": count}


def unit_lines(simulation: Simulation, under: Unit | None) -> list[Line]:
    """The units right below `under` (None: the agency's top), those that change most first. One query.

    A last line holds the people of `under` itself, without the units below it.
    """
    rows = Unit.objects.filter(depth__lte=2) if under is None else Unit.objects.filter(parent=under)
    found = simulation.breakdown["unit"]
    units = [unit for unit in rows if str(unit.pk) in found]
    tops = [unit for unit in units if unit.depth == 1]
    if under is None:
        under = tops[0] if len(tops) == 1 else None
        units = [unit for unit in units if unit.depth == 2] if under else tops
    lines = [line_of_unit(simulation, unit) for unit in units]
    lines.sort(key=lambda line: (-line.moved.value, str(line.label)))
    own = simulation.breakdown["unit_itself"].get(str(under.pk)) if under else None
    if under and own:
        label = _("%(unit)s itself, without the units below it") % {"unit": under}
        lines.append(_line(simulation, label, own, unit=under.pk, own="yes"))
    return lines


def line_of_unit(simulation: Simulation, unit: Unit) -> Line:
    """A unit with all units below it."""
    url = reverse("eligibility:simulation", args=[simulation.pk]) + f"?under={unit.pk}"
    return _line(simulation, str(unit), simulation.breakdown["unit"][str(unit.pk)], url, unit=unit.pk)


def group_lines(simulation: Simulation, group: str) -> list[Line]:
    """The lines of a breakdown other than by unit: at most one query."""
    found: Mapping[str, list[int]] = simulation.breakdown[group]
    if group == "rule":
        lines = [_rule_line(simulation, code, numbers) for code, numbers in found.items()]
    else:
        labels = _labels(group, found)
        lines = [_line(simulation, labels[key], numbers, **{group: key}) for key, numbers in found.items()]
    return sorted(lines, key=lambda line: (-line.moved.value, -line.now.value, str(line.label)))


def _labels(group: str, keys: Iterable[str]) -> dict[str, Text]:
    if group == "position":
        names = Position.objects.filter(pk__in=[int(key) for key in keys]).values_list("pk", "name")
        return {str(pk): name for pk, name in names}
    words = EmployeeKind if group == "kind" else Sex
    return {key: words(key).label for key in keys}


@dataclass(frozen=True)
class PersonLine:
    """One person of a simulation."""

    row: SimulationRow
    tag: str
    tag_before: str
    tag_after: str
    failed_before: str
    failed_after: str


def person_line(row: SimulationRow) -> PersonLine:
    return PersonLine(
        row=row,
        tag=TAG_OF_CHANGE[row.change],
        tag_before=TAG_OF_VERDICT[Verdict(row.verdict_before)],
        tag_after=TAG_OF_VERDICT[Verdict(row.verdict_after)],
        failed_before=rule_words(row.failed_before),
        failed_after=rule_words(row.failed_after),
    )


def rule_words(codes: Iterable[str]) -> str:
    return "; ".join(str(get_criterion(code).label) for code in codes)


def is_stale(simulation: Simulation, version: PolicyVersion) -> bool:
    """Whether the rules were edited since: one query where the version does not bring them along."""
    return version.status == VersionStatus.DRAFT and simulation.rules_digest != rules_digest(version)


def latest_simulation(version: PolicyVersion) -> Simulation | None:
    """The last one somebody asked for."""
    asked = Simulation.objects.filter(version=version, at_publication=False)
    return asked.select_related("base", "created_by").order_by("-created_at", "-pk").first()


def simulation_context(version: PolicyVersion, user: User) -> dict[str, Any]:
    """For `partials/draft_simulation.html`: the latest simulation of a version, or the button that makes one.

    Three queries.
    """
    simulation = latest_simulation(version)
    is_done = simulation is not None and simulation.status == RunStatus.DONE
    context: dict[str, Any] = {
        "version": version,
        "simulation": simulation,
        "is_done": is_done,
        "may_simulate": user.has_perm("eligibility.simulate"),
        "day": simulation.as_of if simulation else default_day(version),
    }
    if simulation is None or not is_done:
        return context
    lines = unit_lines(simulation, None)
    changed = [line for line in lines if line.moved.value]
    return context | {
        "is_stale": is_stale(simulation, version),
        "is_other_day": simulation.as_of != version.valid_from,
        "stats": stats(simulation),
        "lines": (changed or lines)[:PANEL_UNITS],
        "more": max(0, len(changed) - PANEL_UNITS),
        "running_words": running_words(simulation),
        "running_url": whole_agency(simulation).running.url,
    }


def publication_context(version: PolicyVersion, user: User) -> dict[str, Any]:
    """For `partials/draft_publication.html`: what came back, and the way to publishing. One query."""
    last = SentBack.objects.filter(version=version).select_related("sent_by").first()
    may = user.has_perm("eligibility.publish_policy")
    return {
        "version": version,
        "sent_back": last if version.submitted_at is None else None,
        "may_publish": may and version.edited_by_id != user.pk,
        "is_editor": may and version.edited_by_id == user.pk,
    }


def filter_words(filterset: SimulationRowFilter) -> list[Text]:
    """What the links to names set without a field to look at, in words: at most one query."""
    form = filterset.form
    if not form.is_valid():
        return []
    chosen = {name: form.cleaned_data.get(name) for name in HIDDEN}
    words: list[Text] = []
    if chosen["position"]:
        names = Position.objects.filter(pk=int(chosen["position"])).values_list("name", flat=True)
        words.append(_("Post: %(name)s") % {"name": names.first() or "–"})
    if chosen["kind"]:
        words.append(EmployeeKind(chosen["kind"]).label)
    if chosen["sex"]:
        words.append(Sex(chosen["sex"]).label)
    if chosen["failed_now"]:
        words.append(_("not met now: %(rule)s") % {"rule": get_criterion(chosen["failed_now"]).label})
    if chosen["failed_then"]:
        words.append(_("not met then: %(rule)s") % {"rule": get_criterion(chosen["failed_then"]).label})
    if chosen["running"]:
        words.append(_("with a running arrangement"))
    if chosen["own"]:
        words.append(_("without the units below"))
    return words
