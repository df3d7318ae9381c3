"""Forms of the terms, of a week's hours and of the pattern of a unit."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BoundField
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from attendance.enums import PatternKind
from attendance.forms.shifts import TimeField
from attendance.models import AttendanceTerms, PatternHours, WorkPattern
from attendance.services.schedules import HoursRow
from organization.forms.base import DateField, DateInput, PlainForm, PlainModelForm, UnitChoiceField

# What belongs together on the pages of the terms.
GROUPS: tuple[tuple[str | Promise, tuple[str, ...]], ...] = (
    (
        gettext_lazy("Entries and what is missing"),
        (
            "judged_from", "missing_in_min", "missing_out_min", "early_entry_min", "late_entry_min", "double_press_min",
            "minutes_per_day", "late_sync_days",
        ),
    ),
    (
        gettext_lazy("Dynamic hours"),
        (
            "dynamic_earliest_start", "dynamic_latest_start", "dynamic_core_from", "dynamic_core_to",
            "dynamic_earliest_end", "dynamic_latest_end", "dynamic_daily_min", "carry_over_max_min",
        ),
    ),
    (gettext_lazy("Rosters"), ("rest_hours", "averaging_weeks", "night_from", "night_to")),
    (
        gettext_lazy("Place, selfie and confirmation"),
        (
            "geotag", "selfie", "radius_m", "max_accuracy_m", "location_retention_days", "selfie_retention_days",
            "prompts_per_day", "prompt_minutes",
        ),
    ),
    (
        gettext_lazy("Signals"),
        (
            "clock_skew_min", "max_speed_kmh", "same_point_entries", "shared_point_people", "shared_point_m",
            "shared_point_days", "shared_device_people", "poor_accuracy_entries", "flag_answer_days", "outage_gap_min",
        ),
    ),
    (gettext_lazy("Contact"), ("response_minutes", "missed_contacts")),
)  # fmt: skip
LATER = gettext_lazy("Other figures")
_KNOWN = {name for _title, names in GROUPS for name in names}
_APART = {"id", "valid_from", "valid_to", "decree_no"}


def term_groups() -> list[tuple[str | Promise, tuple[str, ...]]]:
    """The groups, and at the end whatever figure stands in none of them."""
    names = [field.name for field in AttendanceTerms._meta.concrete_fields]
    rest = tuple(name for name in names if name not in _KNOWN | _APART)
    return [*GROUPS, (LATER, rest)] if rest else list(GROUPS)


class TermsForm(PlainModelForm):
    """All figures at once, since a version is whole; it begins with those in force."""

    valid_from = DateField(label=gettext_lazy("From"))

    class Meta:
        model = AttendanceTerms
        exclude = ["valid_to"]
        field_classes = {
            field.name: TimeField
            for field in AttendanceTerms._meta.concrete_fields
            if field.get_internal_type() == "TimeField"
        } | {"judged_from": DateField}
        widgets = {"judged_from": DateInput()}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.update(valid_from=timezone.localdate(), decree_no="")
        for field in self.fields.values():
            if isinstance(field, forms.IntegerField):
                field.widget.attrs["class"] = "short"

    def groups(self) -> Iterator[tuple[str | Promise, list[BoundField]]]:
        for title, names in term_groups():
            yield title, [self[name] for name in names]

    def values(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "valid_from"}


SLOTS = (
    ("start", gettext_lazy("Start of work")),
    ("end", gettext_lazy("End of work")),
    ("pause", gettext_lazy("Break from")),
    ("minutes", gettext_lazy("Break, minutes")),
)
MODES = (("usual", False, gettext_lazy("Usual hours")), ("ramadan", True, gettext_lazy("Hours in Ramadan")))


class HoursForm(PlainForm):
    """A week in two tables; a weekday without a start is off. Working minutes follow from the times."""

    valid_from = DateField(label=gettext_lazy("From"))

    def __init__(self, *args: Any, pattern: WorkPattern | None = None, on: date | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["valid_from"].initial = timezone.localdate
        for mode, _in_ramadan, title in MODES:
            for weekday in range(1, 8):
                for slot, label in SLOTS:
                    self.fields[f"{mode}_{weekday}_{slot}"] = _slot_field(
                        slot, f"{title}, {WEEKDAYS[weekday - 1]}: {label}"
                    )
        if pattern and not self.is_bound:
            self._begin_with(pattern, on or timezone.localdate())

    def _begin_with(self, pattern: WorkPattern, on: date) -> None:
        for row in PatternHours.objects.filter(pattern=pattern).active_on(on):
            key = f"{'ramadan' if row.in_ramadan else 'usual'}_{row.weekday}"
            self.initial.update(
                {
                    f"{key}_start": row.starts_at,
                    f"{key}_end": later(row.starts_at, row.work_min + row.break_min),
                    f"{key}_pause": row.break_at,
                    f"{key}_minutes": row.break_min,
                }
            )

    def tables(self) -> Iterator[dict[str, Any]]:
        """For the template: title, headings, and per weekday its fields."""
        for mode, _in_ramadan, title in MODES:
            rows = [
                (WEEKDAYS[weekday - 1], [(label, self[f"{mode}_{weekday}_{slot}"]) for slot, label in SLOTS])
                for weekday in range(1, 8)
            ]
            yield {"mode": mode, "title": title, "headings": [label for _slot, label in SLOTS], "rows": rows}

    def clean(self) -> dict[str, Any]:
        super().clean()
        self.hours = [
            row
            for mode, in_ramadan, _title in MODES
            for weekday in range(1, 8)
            if (row := self._row(f"{mode}_{weekday}", weekday, in_ramadan))
        ]
        return self.cleaned_data

    def _row(self, key: str, weekday: int, in_ramadan: bool) -> HoursRow | None:
        start, end, pause, minutes = (self.cleaned_data.get(f"{key}_{slot}") for slot, _label in SLOTS)
        if start is None and end is None:
            return None
        if start is None or end is None or end <= start:
            self.add_error(f"{key}_end", ValidationError(_("The end must be after the start.")))
            return None
        minutes = minutes or 0
        if minutes and (pause is None or pause < start or later(pause, minutes) > end):
            self.add_error(f"{key}_pause", ValidationError(_("The break must lie within the hours.")))
            return None
        return HoursRow(
            weekday, in_ramadan, start, _minutes_of(end) - _minutes_of(start) - minutes, pause or start, minutes
        )


def _slot_field(slot: str, name: str) -> forms.Field:
    """A cell of the table, named for who hears it instead of seeing its row and column."""
    if slot == "minutes":
        widget = forms.NumberInput(attrs={"class": "short", "aria-label": name})
        return forms.IntegerField(label="", required=False, min_value=0, max_value=240, widget=widget)
    clock = forms.TimeInput(attrs={"type": "time", "class": "short", "aria-label": name}, format="%H:%M")
    return TimeField(label="", required=False, widget=clock)


def _minutes_of(clock: time) -> int:
    return clock.hour * 60 + clock.minute


def later(clock: time, minutes: int) -> time:
    """The time so many minutes later, at most the last minute of the day."""
    moment = datetime.combine(date.min, clock) + timedelta(minutes=minutes)
    return moment.time() if moment.date() == date.min else time(23, 59)


class PatternForm(HoursForm):
    """A new pattern with its hours."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=120)
    code = forms.SlugField(label=gettext_lazy("Code"), max_length=40)
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=PatternKind.choices)
    decree_no = forms.CharField(
        label=gettext_lazy("Decree number"),
        max_length=120,
        required=False,
        help_text=gettext_lazy("Needed for anything but five days (Perpres 21/2023 Art 7)."),
    )
    field_order = ["name", "code", "kind", "decree_no", "valid_from"]

    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.field_order}


class UnitPatternForm(PlainForm):
    unit = UnitChoiceField(label=gettext_lazy("Unit"), empty_label=gettext_lazy("Choose…"))
    pattern = forms.ModelChoiceField(
        label=gettext_lazy("Working hours"), queryset=WorkPattern.objects.all(), empty_label=gettext_lazy("Choose…")
    )
    valid_from = DateField(label=gettext_lazy("From"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["valid_from"].initial = timezone.localdate
