"""Forms of those who decide, and the claim of a special circumstance."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy

from eligibility.models import CircumstanceKind
from fwa.enums import RefusalGround
from organization.forms.base import DateField, PlainForm

NOTE_LENGTH = 2000


class DecisionForm(PlainForm):
    """The note, the dates not agreed to, and the step that the page was opened for."""

    step = forms.IntegerField(widget=forms.HiddenInput)
    note = forms.CharField(
        label=gettext_lazy("Note"),
        help_text=gettext_lazy("The applicant and the other levels can read it."),
        max_length=NOTE_LENGTH,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    letter_number = forms.CharField(
        label=gettext_lazy("Number of the letter"),
        help_text=gettext_lazy("From your mail register. Empty: the next number of the agency's pattern."),
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    leave_out = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Do not agree to these dates"),
        coerce=date.fromisoformat,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, days: Iterable[date] = (), is_last: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not is_last:
            del self.fields["letter_number"]
        choices = [(day.isoformat(), date_format(day, "D j M")) for day in days]
        if choices:
            self.fields["leave_out"].choices = choices  # type: ignore[attr-defined]
        else:
            del self.fields["leave_out"]


class RejectForm(PlainForm):
    """Ground, reason and alternative: a refusal without one of them does not exist."""

    step = forms.IntegerField(widget=forms.HiddenInput)
    ground = forms.ChoiceField(
        label=gettext_lazy("Ground"), choices=RefusalGround.choices, widget=forms.RadioSelect(attrs={"class": "column"})
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        help_text=gettext_lazy("In words that the applicant can act on."),
        max_length=NOTE_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    alternative = forms.CharField(
        label=gettext_lazy("Possible instead"),
        help_text=gettext_lazy("Other days, another place, a later date, or what is needed first."),
        max_length=NOTE_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class BulkNoteForm(PlainForm):
    note = forms.CharField(label=gettext_lazy("Note for all"), max_length=NOTE_LENGTH, required=False)


class FilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files at once; what each holds is the service's to check."""

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        return [item for item in (data if isinstance(data, (list, tuple)) else [data]) if item]


class CircumstanceForm(PlainForm):
    """A special circumstance and its evidence (Art 30 [Q])."""

    kind = forms.ModelChoiceField(
        label=gettext_lazy("Kind"),
        queryset=CircumstanceKind.objects.none(),
        to_field_name="code",
        empty_label=gettext_lazy("Choose…"),
    )
    valid_from = DateField(label=gettext_lazy("From"))
    valid_to = DateField(label=gettext_lazy("Until"))
    evidence = FilesField(
        label=gettext_lazy("Evidence"),
        help_text=gettext_lazy("PDF, JPG or PNG, five files at most. Kept encrypted."),
        required=False,
        widget=FilesInput(attrs={"accept": ".pdf,.jpg,.jpeg,.png"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].queryset = CircumstanceKind.objects.filter(is_active=True)  # type: ignore[attr-defined]
