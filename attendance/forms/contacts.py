"""Forms of calls for a reply, recalls, answers and telephone calls."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy

from attendance.services.contacts import MESSAGE_LENGTH, NOTE_LENGTH
from organization.forms.base import DateField, EmployeeField, PlainForm
from organization.models import Employee


class ReplyForm(PlainForm):
    employee = EmployeeField(label=gettext_lazy("Employee"))
    message = forms.CharField(
        label=gettext_lazy("What it is about"),
        help_text=gettext_lazy("Only the employee and those who lead them read it."),
        max_length=MESSAGE_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, people: QuerySet[Employee], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["employee"].queryset = people  # type: ignore[attr-defined]


class RecallForm(ReplyForm):
    day = DateField(label=gettext_lazy("Day in the office"))
    field_order = ("employee", "day", "message")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["message"].label = gettext_lazy("Reason")


class ContactAnswerForm(PlainForm):
    answer = forms.CharField(
        label=gettext_lazy("Your answer"), max_length=MESSAGE_LENGTH, widget=forms.Textarea(attrs={"rows": 3})
    )


class AttemptForm(PlainForm):
    reached = forms.TypedChoiceField(
        label=gettext_lazy("Reached"),
        choices=[("no", gettext_lazy("No")), ("yes", gettext_lazy("Yes"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    note = forms.CharField(label=gettext_lazy("Note"), max_length=NOTE_LENGTH, required=False)
