"""What an absence is: the letter says whose, which kind, from when to when."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from attendance.enums import AbsenceKind, DayPart
from attendance.services.absences import AbsenceData
from organization.forms.base import DateField, EmployeeField, PlainForm
from organization.models import Employee


class AbsenceForm(PlainForm):
    """`employee` is asked only for a new one."""

    employee = EmployeeField(label=_("Employee"))
    kind = forms.ChoiceField(label=_("Kind"), choices=AbsenceKind.choices)
    reference = forms.CharField(label=_("Letter number"), max_length=80)
    valid_from = DateField(label=_("From"))
    valid_to = DateField(label=_("Until"))
    part = forms.ChoiceField(
        label=_("Part of the day"),
        choices=DayPart.choices,
        initial=DayPart.WHOLE,
        help_text=_("Half a day is the same half on every day of the period."),
    )

    def __init__(self, *args: Any, people: QuerySet[Employee] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if people is None:
            del self.fields["employee"]
        else:
            self.fields["employee"].queryset = people  # type: ignore[attr-defined]

    def data_entered(self) -> AbsenceData:
        return AbsenceData(**{name: value for name, value in self.cleaned_data.items() if name != "employee"})
