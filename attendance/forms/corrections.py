"""Forms of a correction: asking for it, and deciding it."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from attendance.enums import CorrectionReason
from attendance.services.corrections import REASON_LENGTH, CorrectionData
from organization.forms.base import DateField, PlainForm

EXPLANATION_LENGTH = 2000
PARTS = [(1, gettext_lazy("first shift")), (2, gettext_lazy("second shift"))]


class TimeField(forms.TimeField):
    """A clock time of the unit's zone."""

    widget = forms.TimeInput(attrs={"type": "time", "class": "short"}, format="%H:%M")


class CorrectionDayForm(PlainForm):
    """Which day it is about, before anything else."""

    day = DateField(label=gettext_lazy("Date"), help_text=gettext_lazy("A shift belongs to the date it starts."))

    def clean_day(self) -> date:
        day: date = self.cleaned_data["day"]
        if day > timezone.localdate():
            raise ValidationError(_("That day is still to come."))
        return day


class CorrectionForm(PlainForm):
    """The times as they should be, and why. `two_parts`: the day has two shifts."""

    day = DateField(widget=forms.HiddenInput)
    part = forms.TypedChoiceField(
        label=gettext_lazy("Shift"), choices=PARTS, coerce=int, initial=1, widget=forms.RadioSelect
    )
    check_in = TimeField(
        label=gettext_lazy("Check-in"),
        required=False,
        help_text=gettext_lazy("Time in your unit's zone. Empty: stays as it is."),
    )
    check_out = TimeField(
        label=gettext_lazy("Check-out"), required=False, help_text=gettext_lazy("Empty: stays as it is.")
    )
    reason = forms.ChoiceField(
        label=gettext_lazy("Reason"),
        choices=CorrectionReason.choices,
        widget=forms.RadioSelect(attrs={"class": "column"}),
    )
    explanation = forms.CharField(
        label=gettext_lazy("What happened"),
        help_text=gettext_lazy("Your supervisor, HR and auditors read it. Write nothing about health."),
        max_length=EXPLANATION_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    evidence_link = forms.URLField(
        label=gettext_lazy("Link to evidence"),
        required=False,
        assume_scheme="https",
        help_text=gettext_lazy("For example the letter of assignment in the agency's document store."),
    )

    def __init__(self, *args: Any, two_parts: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not two_parts:
            del self.fields["part"]

    def correction(self) -> CorrectionData:
        return CorrectionData(**self.cleaned_data)


class CorrectionDecisionForm(PlainForm):
    """Approve, or refuse with a reason."""

    approve = forms.TypedChoiceField(
        label=gettext_lazy("Decision"),
        choices=[("yes", gettext_lazy("Approve")), ("no", gettext_lazy("Refuse"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        help_text=gettext_lazy("Needed to refuse. The employee reads it."),
        max_length=REASON_LENGTH,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class BulkForm(PlainForm):
    reason = forms.CharField(label=gettext_lazy("Note for all"), max_length=REASON_LENGTH, required=False)
