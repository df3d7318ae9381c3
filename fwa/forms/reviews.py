"""Forms of a review: the answer, the decision, and lifting a suspension."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from fwa.enums_reviews import ReviewOutcome, RevocationGround
from fwa.forms.decisions import NOTE_LENGTH
from fwa.services.reviews import ReviewDecision
from organization.forms.base import DateField, PlainForm

ANSWER_LENGTH = 4000


class AnswerForm(PlainForm):
    response = forms.CharField(
        label=gettext_lazy("Your answer"),
        help_text=gettext_lazy("Those who decide, HR and auditors read it. You can answer once."),
        max_length=ANSWER_LENGTH,
        widget=forms.Textarea(attrs={"rows": 6}),
    )


class ReviewDecisionForm(PlainForm):
    """Ground and days only where the arrangement is suspended or ended; the service says what is missing."""

    outcome = forms.ChoiceField(label=gettext_lazy("The arrangement"), widget=forms.RadioSelect)
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        help_text=gettext_lazy("The employee reads it."),
        max_length=NOTE_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    ground = forms.ChoiceField(
        label=gettext_lazy("Ground, if it is suspended or ended"),
        choices=[("", gettext_lazy("Choose…")), *RevocationGround.choices],
        required=False,
    )
    effective_from = DateField(
        label=gettext_lazy("From"),
        help_text=gettext_lazy("First day without the arrangement."),
        required=False,
    )
    effective_to = DateField(
        label=gettext_lazy("Suspended until"),
        help_text=gettext_lazy("Last day. Empty: until it is lifted."),
        required=False,
    )

    def __init__(self, *args: Any, may_break: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["outcome"]
        field.choices = [
            (ReviewOutcome.CONTINUED.value, gettext_lazy("Goes on")),
            (ReviewOutcome.SUSPENDED.value, gettext_lazy("Is suspended")),
            (ReviewOutcome.ENDED.value, gettext_lazy("Ends")),
        ][: None if may_break else 1]
        if not may_break:
            for name in ("ground", "effective_from", "effective_to"):
                del self.fields[name]

    def decision(self) -> ReviewDecision:
        values = self.cleaned_data
        return ReviewDecision(
            outcome=values["outcome"],
            reason=values["reason"],
            ground=values.get("ground", ""),
            first=values.get("effective_from"),
            last=values.get("effective_to"),
        )


class LiftForm(PlainForm):
    first = DateField(label=gettext_lazy("Goes on from"))
    note = forms.CharField(
        label=gettext_lazy("Note"), max_length=NOTE_LENGTH, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
