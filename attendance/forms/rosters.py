"""Forms of rosters: a new one, cells of a day or a person, publishing, and files."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from attendance.enums import RosterStatus
from attendance.models import Roster, RotationPattern, Shift
from attendance.roster_facts import RosterFacts
from attendance.services.rosters import CellSpec
from organization.forms.base import DateField, PlainForm, UnitChoiceField
from organization.models import Employee, Unit

REASON_LENGTH = 300
OPEN, OFF = "", "off"
COPY, BLANK = "copy", "blank"


class UnitForRosterForm(PlainForm):
    """The first step of a new roster: whose."""

    def __init__(self, *args: Any, units: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"] = UnitChoiceField(label=_("Unit"), queryset=units, empty_label=_("Choose…"))


class NewRosterForm(PlainForm):
    """Period and source. People are chosen for open cells only; a rotation brings its own."""

    starts_on = DateField(label=gettext_lazy("First day"))
    ends_on = DateField(label=gettext_lazy("Last day"))
    source = forms.ChoiceField(label=gettext_lazy("Begin with"), widget=forms.RadioSelect(attrs={"class": "column"}))
    employees = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Further people, with open cells"),
        queryset=Employee.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, unit: Unit, rotations: Iterable[RotationPattern], has_last: bool, **kwargs: Any):
        super().__init__(*args, **kwargs)
        choices = [(str(rotation.pk), _("Rotation %(name)s") % {"name": rotation.name}) for rotation in rotations]
        if has_last:
            choices.append((COPY, _("the last roster, copied forward")))
        choices.append((BLANK, _("open cells")))
        source: Any = self.fields["source"]
        source.choices = choices
        source.initial = choices[0][0]
        people: Any = self.fields["employees"]
        people.queryset = (
            Employee.objects.filter(placements__unit__path__startswith=unit.path, placements__valid_to__isnull=True)
            .order_by("name", "pk")
            .distinct()
        )

    def values(self) -> dict[str, Any]:
        """What the service takes."""
        data = self.cleaned_data
        source = data["source"]
        return {
            "starts_on": data["starts_on"],
            "ends_on": data["ends_on"],
            "rotation_id": int(source) if source.isdecimal() else None,
            "copy_last": source == COPY,
            "employee_ids": [person.pk for person in data["employees"]],
        }


@dataclass(frozen=True)
class CellKey:
    """A cell that a form shows."""

    employee_id: int
    day: date

    def name(self, slot: int) -> str:
        return f"c{self.employee_id}_{self.day.isoformat()}_{slot}"


class CellsForm(forms.Form):
    """A choice for each of some cells, and of their second shift; for a published roster also the reason."""

    def __init__(self, data: Any = None, *, facts: RosterFacts, keys: Sequence[CellKey], labels: Sequence[str]) -> None:
        super().__init__(data, label_suffix="")
        self.facts, self.keys = facts, keys
        self.is_draft = facts.roster.status == RosterStatus.DRAFT
        now = {(cell.employee_id, cell.day, cell.slot): cell.shift_id for cell in facts.sheet.cells}
        shifts = sorted(facts.assignable(), key=lambda shift: (shift.starts_at, shift.code))
        for key, label in zip(keys, labels, strict=True):
            for slot in (1, 2):
                place = (key.employee_id, key.day, slot)
                value = now.get(place)
                words = label if slot == 1 else _("%(label)s, second shift") % {"label": label}
                self.fields[key.name(slot)] = forms.ChoiceField(
                    label=words,
                    required=False,
                    choices=self._choices(shifts, value, slot),
                    initial=str(value) if value else self._empty(place, slot),
                    widget=forms.Select(attrs={"aria-label": words, "class": "short"}),
                )
        if not self.is_draft:
            self.fields["reason"] = forms.CharField(
                label=_("Reason of the change"), max_length=REASON_LENGTH, required=True,
                help_text=_("Whoever is concerned reads it."), widget=forms.Textarea(attrs={"rows": 2}),
            )  # fmt: skip

    def _choices(self, shifts: list[Shift], value: int | None, slot: int) -> list[tuple[str, str]]:
        first = [(OPEN, "–")] if slot == 2 else [(OFF, _("day off"))]
        if slot == 1 and self.is_draft:
            first.insert(0, (OPEN, _("open")))
        retired = [] if value is None or value in {shift.pk for shift in shifts} else [self.facts.shifts[value]]
        return first + [(str(shift.pk), shift.code) for shift in (*shifts, *retired)]

    def _empty(self, place: tuple[int, date, int], slot: int) -> str:
        is_open = slot == 2 or (self.is_draft and place not in self.facts.fixed)
        return OPEN if is_open else OFF

    def rows(self) -> list[tuple[CellKey, Any, Any]]:
        """Each cell with its two fields, to draw."""
        return [(key, self[key.name(1)], self[key.name(2)]) for key in self.keys]

    def cells(self) -> list[CellSpec]:
        """What was chosen differently from what stands there."""
        chosen = []
        for key in self.keys:
            for slot in (1, 2):
                name = key.name(slot)
                value = self.cleaned_data.get(name, "")
                if name not in self.data or value == self.fields[name].initial:
                    continue
                shift_id = int(value) if value.isdecimal() else None
                chosen.append(CellSpec(key.employee_id, key.day, shift_id, slot, is_open=value == OPEN and slot == 1))
        return chosen


class PublishForm(PlainForm):
    """The reason is asked where a minimum or rest is missed, and only of the unit head."""

    reason = forms.CharField(
        label=gettext_lazy("Why it is published all the same"),
        help_text=gettext_lazy("HR is told, and it stays with the roster."),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class PersonToAddForm(PlainForm):
    """Somebody of the unit who is not on the roster."""

    def __init__(self, *args: Any, people: Iterable[Employee], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", _("Choose…")), *((str(person.pk), person.name) for person in people)]
        self.fields["employee"] = forms.ChoiceField(label=_("Person"), choices=choices)


class MembershipForm(PlainForm):
    """From when somebody is on a published roster or off it, and why."""

    from_on = DateField(label=gettext_lazy("From"))
    reason = forms.CharField(
        label=gettext_lazy("Reason of the change"),
        help_text=gettext_lazy("Whoever is concerned reads it."),
        max_length=REASON_LENGTH,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, roster: Roster, checking: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        limits = {"min": roster.starts_on.isoformat(), "max": roster.ends_on.isoformat()}
        self.fields["from_on"].widget.attrs.update(limits)
        self.fields["reason"].required = not checking


class RosterFileForm(PlainForm):
    """An edited grid; checked first where that is asked."""

    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy("XLSX in the shape of the download."),
        widget=forms.FileInput(attrs={"accept": ".xlsx"}),
    )
    reason = forms.CharField(label=gettext_lazy("Reason of the change"), max_length=REASON_LENGTH, required=False)

    def __init__(self, *args: Any, is_draft: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_draft:
            del self.fields["reason"]

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if not file.name.lower().endswith(".xlsx"):
            raise ValidationError(_("Choose an XLSX file."))
        return file


def last_roster_exists(unit: Unit) -> bool:
    return Roster.objects.filter(unit=unit).exists()
