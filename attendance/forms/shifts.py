"""Forms of shifts, their minimums, rotations and teams."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from attendance.models import Shift
from attendance.services.shifts import RotationSpec, ShiftSpec
from organization.forms.base import DateField, EmployeeField, PlainForm

MOST_DAYS, MOST_TEAMS = 366, 24
OFF_SIGNS = {"-", "–", "L", "OFF"}


class TimeField(forms.TimeField):
    """A time of the day; 07.30 as Indonesia writes it, or 07:30."""

    widget = forms.TimeInput(attrs={"type": "time", "class": "short"}, format="%H:%M")

    def to_python(self, value: Any) -> Any:
        return super().to_python(value.replace(".", ":") if isinstance(value, str) else value)


class ShiftForm(PlainForm):
    """Start and end; an end at or before the start is on the next day."""

    code = forms.CharField(
        label=gettext_lazy("Code"), max_length=6, help_text=gettext_lazy("Short, as in the grid: P, S, M."),
        widget=forms.TextInput(attrs={"class": "short"}),
    )  # fmt: skip
    name = forms.CharField(label=gettext_lazy("Name"), max_length=80)
    starts_at = TimeField(label=gettext_lazy("Start"))
    ends_at = TimeField(label=gettext_lazy("End"), help_text=gettext_lazy("Not later than the start: the next day."))
    break_min = forms.IntegerField(
        label=gettext_lazy("Break, minutes"), min_value=0, max_value=240, initial=60,
        widget=forms.NumberInput(attrs={"class": "short"}),
    )  # fmt: skip

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"].strip().upper()
        if code in OFF_SIGNS or not code.isalnum():
            raise ValidationError(_("Use letters and digits; L and OFF mean a day off."))
        return code

    def spec(self) -> ShiftSpec:
        data = self.cleaned_data
        base = datetime(2000, 1, 1)  # noqa: DTZ001  (two times of the clock, no instants)
        length = datetime.combine(base, data["ends_at"]) - datetime.combine(base, data["starts_at"])
        minutes = int(length.total_seconds() // 60)
        return ShiftSpec(
            code=data["code"],
            name=data["name"],
            starts_at=data["starts_at"],
            duration_min=minutes if minutes > 0 else minutes + 24 * 60,
            break_min=data["break_min"],
        )


class ShiftMinimumForm(PlainForm):
    """How many on which shift; zero ends the rule."""

    shift_id = forms.TypedChoiceField(label=gettext_lazy("Shift"), coerce=int)
    weekday = forms.TypedChoiceField(label=gettext_lazy("Weekday"), coerce=int, empty_value=None, required=False)
    position_group = forms.CharField(
        label=gettext_lazy("Position group"), max_length=60, required=False,
        help_text=gettext_lazy("As in the positions. Empty: anybody."),
    )  # fmt: skip
    count = forms.IntegerField(
        label=gettext_lazy("People on the shift"), min_value=0, max_value=500,
        help_text=gettext_lazy("0 ends the rule."), widget=forms.NumberInput(attrs={"class": "short"}),
    )  # fmt: skip
    valid_from = DateField(label=gettext_lazy("From"))

    def __init__(self, *args: Any, shifts: Iterable[Shift], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice: Any = self.fields["shift_id"]
        choice.choices = [(shift.pk, str(shift)) for shift in shifts]
        weekday: Any = self.fields["weekday"]
        weekday.choices = [("", _("every day")), *((number + 1, name) for number, name in WEEKDAYS.items())]
        self.fields["valid_from"].initial = timezone.localdate


class RotationForm(PlainForm):
    """A cycle as people write it on the wall: codes in a row, a dash for a day off."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=80)
    starts_on = DateField(label=gettext_lazy("First day of the cycle"))
    cycle = forms.CharField(
        label=gettext_lazy("Cycle"), max_length=4000,
        help_text=gettext_lazy("Codes of the shifts, day by day, with blanks between; - is a day off, P+M two shifts."),
        widget=forms.Textarea(attrs={"rows": 2, "placeholder": "P S M -"}),
    )  # fmt: skip
    teams = forms.CharField(
        label=gettext_lazy("Teams"), max_length=2000,
        help_text=gettext_lazy("One per line: the name, and the days it is ahead. Without a number: spread evenly."),
        widget=forms.Textarea(attrs={"rows": 4, "placeholder": "Tim A 0"}),
    )  # fmt: skip

    def __init__(self, *args: Any, shifts: Iterable[Shift], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by_code = {shift.code: shift.pk for shift in shifts}

    def clean_cycle(self) -> list[list[int]]:
        tokens = self.cleaned_data["cycle"].upper().replace(",", " ").split()
        if not 1 <= len(tokens) <= MOST_DAYS:
            raise ValidationError(_("A cycle has 1 to %(days)s days.") % {"days": MOST_DAYS})
        return [self._day(token) for token in tokens]

    def _day(self, token: str) -> list[int]:
        if token in OFF_SIGNS and token not in self.by_code:
            return []
        codes = token.split("+")
        unknown = [code for code in codes if code not in self.by_code]
        if unknown:
            known = ", ".join(sorted(self.by_code)) or "–"
            raise ValidationError(
                _("No shift has the code %(code)s. Known: %(known)s.") % {"code": unknown[0], "known": known}
            )
        return [self.by_code[code] for code in codes]

    def clean_teams(self) -> list[tuple[str, int | None]]:
        teams: list[tuple[str, int | None]] = []
        for line in filter(None, map(str.strip, self.cleaned_data["teams"].splitlines())):
            name, _blank, last = line.rpartition(" ")
            teams.append((name, int(last)) if name and last.isdecimal() and len(last) < 4 else (line, None))
        if not 1 <= len(teams) <= MOST_TEAMS:
            raise ValidationError(_("A rotation has 1 to %(count)s teams.") % {"count": MOST_TEAMS})
        if any(len(name) > 60 for name, _offset in teams):
            raise ValidationError(_("The name of a team is at most 60 letters long."))
        return teams

    def spec(self) -> RotationSpec:
        data = self.cleaned_data
        cycle, teams = data["cycle"], data["teams"]
        spread = [number * len(cycle) // len(teams) for number in range(len(teams))]
        placed = [(name, spread[number] if offset is None else offset) for number, (name, offset) in enumerate(teams)]
        return RotationSpec(data["name"], data["starts_on"], cycle, placed)


class MemberForm(PlainForm):
    """Somebody into a team, in a period."""

    team_id = forms.TypedChoiceField(label=gettext_lazy("Team"), coerce=int)
    employee = EmployeeField(label=gettext_lazy("Employee"))
    valid_from = DateField(label=gettext_lazy("From"))
    valid_to = DateField(label=gettext_lazy("Until"), required=False)

    def __init__(self, *args: Any, teams: Iterable[Any], people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        team: Any = self.fields["team_id"]
        team.choices = [(row.pk, row.name) for row in teams]
        employee: Any = self.fields["employee"]
        employee.queryset = people
        self.fields["valid_from"].initial = timezone.localdate

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        start, end = data.get("valid_from"), data.get("valid_to")
        if isinstance(start, date) and isinstance(end, date) and end < start:
            self.add_error("valid_to", _("The end date must not be before the start date."))
        return data


def yesterday() -> date:
    return timezone.localdate() - timedelta(days=1)
