"""Forms of an evaluation: whom to open it for, what the leader writes, what the person answers."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from organization.forms.base import PlainForm
from performance.enums import Behaviour, PeriodKind, Rating
from performance.models import Evaluation
from performance.services.evaluations import TEXT_LENGTH, Judgement

CALENDAR_KINDS = [
    (PeriodKind.MONTH, PeriodKind.MONTH.label),
    (PeriodKind.QUARTER, PeriodKind.QUARTER.label),
    (PeriodKind.YEAR, PeriodKind.YEAR.label),
]
UNRATED = [("", gettext_lazy("not yet"))]


class OpenForm(PlainForm):
    """The period to evaluate; the people are chosen in the list below it."""

    kind = forms.ChoiceField(label=gettext_lazy("Period"), choices=CALENDAR_KINDS)
    year = forms.IntegerField(
        label=gettext_lazy("Year"),
        min_value=2020,
        max_value=2100,
        widget=forms.NumberInput(attrs={"class": "short"}),
    )
    number = forms.IntegerField(
        label=gettext_lazy("Month or quarter"),
        min_value=1,
        max_value=12,
        required=False,
        help_text=gettext_lazy("1 to 12, or 1 to 4; leave it empty for a year."),
        widget=forms.NumberInput(attrs={"class": "short"}),
    )


class JudgementForm(PlainForm):
    """Rating of the results, of the seven values with a note each, and a summary. Sharing asks for all of it."""

    results_rating = forms.ChoiceField(
        label=gettext_lazy("Results of work"), choices=[*UNRATED, *Rating.choices], required=False,
        widget=forms.RadioSelect,
    )  # fmt: skip
    rating_reason = forms.CharField(
        label=gettext_lazy("Why it differs from the suggestion"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Only needed where it does."),
    )
    summary = forms.CharField(
        label=gettext_lazy("Summary for the employee"),
        max_length=TEXT_LENGTH,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args: Any, evaluation: Evaluation, **kwargs: Any) -> None:
        given = {row.value: row for row in evaluation.behaviours.all()}
        initial = {
            "results_rating": evaluation.results_rating,
            "rating_reason": evaluation.rating_reason,
            "summary": evaluation.summary,
        }
        for value, row in given.items():
            initial |= {f"value_{value}": row.rating, f"note_{value}": row.note}
        super().__init__(*args, initial=initial, **kwargs)
        for value, label in Behaviour.choices:
            self.fields[f"value_{value}"] = forms.ChoiceField(
                label=label, choices=[*UNRATED, *Rating.choices], required=False, widget=forms.RadioSelect
            )
            self.fields[f"note_{value}"] = forms.CharField(label=gettext_lazy("Note"), max_length=300, required=False)

    def values(self) -> list[tuple[Any, Any]]:
        """The fields of each of the seven: rating and note."""
        return [(self[f"value_{value}"], self[f"note_{value}"]) for value in Behaviour.values]

    def judgement(self) -> Judgement:
        data = self.cleaned_data
        return Judgement(
            results_rating=data["results_rating"],
            rating_reason=data["rating_reason"],
            behaviours={
                value: (data[f"value_{value}"], data[f"note_{value}"])
                for value in Behaviour.values
                if data[f"value_{value}"]
            },
            summary=data["summary"],
        )


class ObjectionForm(PlainForm):
    """What the person disagrees with."""

    reason = forms.CharField(
        label=gettext_lazy("What you disagree with"), max_length=TEXT_LENGTH, widget=forms.Textarea(attrs={"rows": 4})
    )


class SettleForm(PlainForm):
    """The second look at an objection."""

    send_back = forms.TypedChoiceField(
        label=gettext_lazy("What follows"),
        coerce=lambda value: value == "yes",
        choices=[
            ("yes", gettext_lazy("Send it back to be written again")),
            ("no", gettext_lazy("Let it stand; it can be closed")),
        ],
        widget=forms.RadioSelect(attrs={"class": "column"}),
    )
    answer = forms.CharField(
        label=gettext_lazy("Answer"),
        max_length=900,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("Both sides read it."),
    )


class NoteForm(PlainForm):
    """A note of the dialogue."""

    text = forms.CharField(label=gettext_lazy("Note"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))
