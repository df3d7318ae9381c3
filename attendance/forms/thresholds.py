"""Forms of the ladder: what was done, and the agency's own steps."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy

from attendance.models import LadderStep
from attendance.services.thresholds import NOTE_LENGTH
from organization.forms.base import DateField, PlainForm, PlainModelForm


class AcknowledgeForm(PlainForm):
    note = forms.CharField(
        label=gettext_lazy("What was done"),
        help_text=gettext_lazy(
            "The talk, the examination, or why nothing was needed. The employee, HR and auditors read it too."
        ),
        max_length=NOTE_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class LadderStepForm(PlainModelForm):
    valid_from = DateField(label=gettext_lazy("From"))

    class Meta:
        model = LadderStep
        fields = ["days", "label", "decree_no", "valid_from"]
        widgets = {"days": forms.NumberInput(attrs={"class": "short"})}
