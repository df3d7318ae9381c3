"""Forms of work results: the period of a new one, and what it says."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy

from organization.forms.base import PlainForm, PlainModelForm
from performance.enums import Approach
from performance.models import WorkResult
from performance.periods import dates_of
from performance.services.results import ResultData

FIRST_YEAR, LAST_YEAR = 2010, 2100
PARTS = [
    ("0", gettext_lazy("the whole year")),
    ("1", gettext_lazy("quarter 1")),
    ("2", gettext_lazy("quarter 2")),
    ("3", gettext_lazy("quarter 3")),
    ("4", gettext_lazy("quarter 4")),
]


class SupportsField(forms.ModelChoiceField):
    """A superior's result, with whose it is."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.employee.name} · {obj.number}. {obj.title}"


class ResultPeriodForm(PlainForm):
    """For which period the new result is."""

    year = forms.IntegerField(
        label=gettext_lazy("Year"),
        min_value=FIRST_YEAR,
        max_value=LAST_YEAR,
        widget=forms.NumberInput(attrs={"class": "short"}),
    )
    quarter = forms.TypedChoiceField(label=gettext_lazy("Period"), choices=PARTS, coerce=int)

    def dates(self) -> tuple[date, date]:
        return dates_of(self.cleaned_data["year"], self.cleaned_data["quarter"])


class ResultForm(PlainModelForm):
    """What the result says. `seen` tells a page that grew old."""

    supports = SupportsField(
        queryset=WorkResult.objects.none(),
        label=gettext_lazy("Serves this result of a superior"),
        required=False,
        empty_label=gettext_lazy("not one of them"),
    )
    seen = forms.DateTimeField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = WorkResult
        fields = [
            "title", "indicator", "kind", "approach", "target", "unit_of_measure", "target_text", "perspective",
            "supports",
        ]  # fmt: skip
        widgets = {
            "title": forms.Textarea(attrs={"rows": 2}),
            "indicator": forms.Textarea(attrs={"rows": 2}),
            "kind": forms.RadioSelect,
            "approach": forms.RadioSelect,
            "target": forms.NumberInput(attrs={"class": "short", "step": "0.01", "min": "0"}),
            "unit_of_measure": forms.TextInput(attrs={"class": "short"}),
        }
        help_texts = {
            "indicator": gettext_lazy("How one sees that it was reached."),
            "target": gettext_lazy("For a quantitative result."),
            "target_text": gettext_lazy("For a qualitative result."),
        }

    def __init__(self, *args: Any, candidates: QuerySet[WorkResult], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["supports"]
        field.queryset = candidates
        self.fields["approach"].initial = Approach.QUANTITATIVE

    def data_of(self) -> ResultData:
        names = self._meta.fields or []
        return ResultData(**{str(name): self.cleaned_data[name] for name in names})
