"""A version of the terms of performance: all figures at once, since a version is whole."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from organization.forms.base import DateField, PlainModelForm
from performance.models import PerformanceTerms

# What belongs together on the pages of the terms.
GROUPS: tuple[tuple[str | Promise, tuple[str, ...]], ...] = (
    (
        gettext_lazy("Plan and report"),
        (
            "plan_required", "plan_working_days_before", "plan_until", "report_working_days_after", "report_until",
            "report_open_days", "evidence_max_mb",
        ),
    ),
    (gettext_lazy("Reviews"), ("review_working_days", "escalate_working_days")),
    (gettext_lazy("Contracts"), ("amendment_working_days",)),
    (
        gettext_lazy("Evaluations"),
        (
            "evaluation_kind", "first_evaluation_months", "objection_working_days", "above_from_pct", "meets_from_pct",
        ),
    ),
)  # fmt: skip
LATER = gettext_lazy("Other figures")
_KNOWN = {name for _title, names in GROUPS for name in names}
_APART = {"id", "valid_from", "valid_to", "decree_no"}


def term_groups() -> list[tuple[str | Promise, tuple[str, ...]]]:
    """The groups, and at the end whatever figure stands in none of them."""
    names = [field.name for field in PerformanceTerms._meta.concrete_fields]
    rest = tuple(name for name in names if name not in _KNOWN | _APART)
    return [*GROUPS, (LATER, rest)] if rest else list(GROUPS)


class TimeField(forms.TimeField):
    widget = forms.TimeInput(attrs={"type": "time", "class": "short"}, format="%H:%M")


class TermsForm(PlainModelForm):
    """It begins with the figures in force."""

    valid_from = DateField(label=gettext_lazy("From"))

    class Meta:
        model = PerformanceTerms
        exclude = ["valid_to"]
        field_classes = {"plan_until": TimeField, "report_until": TimeField}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.update(valid_from=timezone.localdate(), decree_no="")
        for field in self.fields.values():
            if isinstance(field, forms.IntegerField):
                field.widget.attrs["class"] = "short"

    def groups(self) -> Iterator[tuple[str | Promise, list[BoundField]]]:
        for title, names in term_groups():
            yield title, [self[name] for name in names]

    def values(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "valid_from"}
