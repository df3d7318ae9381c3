"""How full a unit is: its limits and those above it, the next 12 weeks day by day, and who is where on one day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dates import WEEKDAYS, WEEKDAYS_ABBR
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from attendance.limits import quota_on
from attendance.models import Shift, ShiftMinimum
from fwa.capacity import BELOW, FREE, FULL, OFF, TIGHT, CapacityDay
from fwa.capacity_reads import ABSENT, AWAY, OFF_DUTY, ON_SITE, UnitCapacity, people_on, unit_capacity
from organization.access import access_for
from organization.http import UserRequest
from organization.models import StaffingMinimum, Unit, UnitVersion
from organization.national_periods import UnitPeriod
from organization.views.pages import paginate, render_list, require_permission

WEEKS = 12
WORDS = {
    FREE: gettext_lazy("free"),
    TIGHT: gettext_lazy("one place"),
    FULL: gettext_lazy("full"),
    BELOW: gettext_lazy("beyond a limit"),
    OFF: gettext_lazy("no work"),
}
ICONS = {FREE: "check-lg", TIGHT: "exclamation-lg", FULL: "dash-lg", BELOW: "x-lg"}
PRESENCE = {
    AWAY: gettext_lazy("away on an arrangement"),
    OFF_DUTY: gettext_lazy("off by the roster"),
    ABSENT: gettext_lazy("absent"),
    ON_SITE: gettext_lazy("on site"),
}


@dataclass(frozen=True)
class Cell:
    """One day of the heat map. `day` empty: outside the weeks shown."""

    day: CapacityDay
    word: Any
    icon: str
    is_today: bool
    is_past: bool
    label: str


def _unit(request: UserRequest, pk: int) -> Unit:
    return get_object_or_404(Unit.objects.visible_to(request.user), pk=pk)


@require_safe
def capacity_home(request: UserRequest) -> HttpResponse:
    """The units that the user heads; the only one is opened at once."""
    require_permission(request, "organization.tighten_unit")
    units = list(Unit.objects.filter(path__in=access_for(request.user).headed_paths).order_by("path", "pk"))
    if len(units) == 1:
        return redirect("fwa:unit_capacity", units[0].pk)
    return render(request, "fwa/capacity_home.html", {"units": units})


@require_safe
def unit_capacity_page(request: UserRequest, pk: int) -> HttpResponse:
    """Limits by weekday with their source, and 12 weeks by day."""
    shown = _unit(request, pk)
    today = timezone.localdate()
    start = today - timedelta(days=today.weekday())
    found = unit_capacity(shown, start, start + timedelta(days=7 * WEEKS - 1))
    context = {
        "unit": shown,
        "weeks": _weeks(found, today),
        "weekdays": [WEEKDAYS_ABBR[index] for index in range(7 if found.all_week else 5)],
        "quotas": _quotas(found, today),
        "minimums": _minimums(shown, today),
        "shift_minimums": _shift_minimums(shown, today),
        "has_shifts": Shift.objects.filter(unit_id__in=shown.path_ids, is_active=True).exists(),
        "terms": found.terms,
        "legend": [(state, WORDS[state], ICONS[state]) for state in (FREE, TIGHT, FULL, BELOW)],
        "periods": _periods(found),
        "sees_people": may_see_people(request, shown),
        "may_tighten": request.user.has_perm("organization.tighten_unit", shown),
        "may_manage_roster": request.user.has_perm("attendance.manage_roster", shown),
        "crumbs": [
            (_("Units"), reverse("organization:unit_list")),
            (shown.name, reverse("organization:unit", args=[pk])),
            (_("Capacity"), ""),
        ],
    }
    return render(request, "fwa/capacity.html", context)


def may_see_people(request: UserRequest, unit: Unit) -> bool:
    """Names are for the heads of the unit, its HR and auditors; whoever determines sees figures."""
    return request.user.has_perm("fwa.view_people_of_day", unit)


def _weeks(found: UnitCapacity, today: date) -> list[dict[str, Any]]:
    width = 7 if found.all_week else 5
    weeks = []
    for first in range(0, len(found.days), 7):
        week = found.days[first : first + 7]
        cells = [_cell(day, today) for day in week[:width]]
        weeks.append({"start": week[0].day, "cells": cells, "is_current": week[0].day <= today <= week[-1].day})
    return weeks


def _cell(day: CapacityDay, today: date) -> Cell:
    return Cell(
        day=day,
        word=WORDS[day.state],
        icon=ICONS.get(day.state, ""),
        is_today=day.day == today,
        is_past=day.day < today,
        label=_label(day),
    )


def _label(day: CapacityDay) -> str:
    """The day in words, for screen readers and as a tooltip."""
    when = date_format(day.day, "l, j F")
    periods = [_period_in_words(row) for row in day.periods]
    if day.is_off:
        return ", ".join([f"{when}: {day.holiday or _('no work')}", *periods])
    parts = [f"{when}: {WORDS[day.state]}"]
    if day.quota:
        parts.append(_("%(away)d away of %(quota)d") % {"away": day.quota.figure, "quota": day.quota.limit})
    if day.minimum:
        values = {"on_site": day.minimum.figure, "minimum": day.minimum.limit}
        parts.append(_("%(on_site)d on site, at least %(minimum)d") % values)
    if day.binding and not day.binding.own:
        parts.append(_("%(unit)s leaves the least room") % {"unit": day.binding.unit})
    if day.holiday:
        parts.append(day.holiday)
    return ", ".join([*parts, *periods])


def _period_in_words(row: UnitPeriod) -> str:
    words = _("%(period)s covers 1 person") if row.people == 1 else _("%(period)s covers %(people)d people")
    return words % {"period": row.period.label, "people": row.people}


def _periods(found: UnitCapacity) -> list[dict[str, Any]]:
    """The national and emergency periods of these weeks, an emergency first: their days here and whom they cover."""
    rows: dict[int, dict[str, Any]] = {}
    for day in found.days:
        for row in day.periods:
            entry = rows.setdefault(row.period.period_id, {"period": row.period, "days": 0, "people": 0})
            entry |= {"days": entry["days"] + 1, "people": max(entry["people"], row.people), "last": day.day}
            entry.setdefault("first", day.day)
    return sorted(rows.values(), key=lambda entry: (entry["period"].kind, entry["first"]))


def _quotas(found: UnitCapacity, today: date) -> list[dict[str, Any]]:
    """The percentages that bind, root first, with who set them."""
    rows = UnitVersion.objects.active_on(today).filter(unit__in=[unit.pk for unit in found.units])
    versions = {row.unit_id: row for row in rows.select_related("quota_set_at")}
    quotas = []
    for unit in found.units:
        is_own = unit is found.units[-1]
        pct = quota_on(unit, today, found.terms, is_own=is_own)
        if pct is not None:
            version = versions.get(unit.pk)
            own_pct = version is not None and version.quota_pct is not None and version.quota_pct <= pct
            quotas.append({"unit": unit, "pct": pct, "own": is_own, "version": version if own_pct else None})
    return quotas


def _minimums(unit: Unit, today: date) -> list[dict[str, Any]]:
    """Minimums now and later of the unit and those above it, the unit's own first."""
    rows = StaffingMinimum.objects.filter(unit__in=unit.path_ids).overlapping(today, None)
    found = rows.select_related("unit", "set_at").order_by("-unit__depth", "weekday", "position_group", "valid_from")
    return [
        {
            "row": row,
            "own": row.unit_id == unit.pk,
            "day": _("Every working day") if row.weekday is None else capfirst(WEEKDAYS[row.weekday - 1]),
        }
        for row in found
    ]


def _shift_minimums(unit: Unit, today: date) -> list[dict[str, Any]]:
    """Minimums per shift now and later of the unit and those above it, by the start of the shift."""
    rows = ShiftMinimum.objects.filter(unit__in=unit.path_ids).overlapping(today, None)
    found = rows.select_related("unit", "set_at", "shift").order_by(
        "shift__starts_at", "shift__code", "weekday", "position_group", "valid_from"
    )
    return [
        {
            "row": row,
            "own": row.unit_id == unit.pk,
            "day": _("every day") if row.weekday is None else WEEKDAYS[row.weekday - 1],
        }
        for row in found
    ]


@require_safe
def unit_day(request: UserRequest, pk: int, day: date) -> HttpResponse:
    """Who of the unit is away, absent and on site on a day; names are never for colleagues."""
    shown = _unit(request, pk)
    if not may_see_people(request, shown):
        raise PermissionDenied(_("Names are shown to the head of the unit, to HR and to auditors only."))
    found = unit_capacity(shown, day, day)
    rows = people_on(shown, day)
    counts = dict(rows.order_by().values_list("presence").annotate(number=Count("pk")))
    state = request.GET.get("presence", "")
    page_obj = paginate(request, rows.filter(presence=state) if state in PRESENCE else rows)
    context = {
        "unit": shown,
        "day": day,
        "capacity": found.days[0],
        "label": _label(found.days[0]),
        "page_obj": page_obj,
        "entries": [{"row": row, "word": PRESENCE[row.presence]} for row in page_obj.object_list],
        "tabs": [(name, PRESENCE[name], counts.get(name, 0), name == state) for name in PRESENCE],
        "previous": day - timedelta(days=1),
        "next": day + timedelta(days=1),
        "crumbs": [
            (shown.name, reverse("organization:unit", args=[pk])),
            (_("Capacity"), reverse("fwa:unit_capacity", args=[pk])),
            (date_format(day, "DATE_FORMAT"), ""),
        ],
    }
    return render_list(request, "fwa/capacity_day.html", "fwa/partials/capacity_people.html", context)
