"""Forms of HR: a unit and a period to look at, how it achieved, and the expected shares."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from organization.filters import PlainFilterForm
from organization.forms.base import DateField, PlainForm, UnitChoiceField
from organization.models import Unit
from performance.curves import WHOLE, Curve
from performance.enums import Achievement, PeriodKind, Predicate
from performance.forms.results import FIRST_YEAR, LAST_YEAR, PARTS
from performance.periods import last_closed_period


def last_quarter() -> dict[str, int]:
    """Year and quarter that ended last."""
    start, _end = last_closed_period(PeriodKind.QUARTER, timezone.localdate())
    return {"year": start.year, "quarter": (start.month + 2) // 3}


class _OfPeriod(forms.Form):
    unit = UnitChoiceField(label=gettext_lazy("Unit"))
    year = forms.IntegerField(
        label=gettext_lazy("Year"),
        min_value=FIRST_YEAR,
        max_value=LAST_YEAR,
        widget=forms.NumberInput(attrs={"class": "short"}),
    )
    quarter = forms.TypedChoiceField(label=gettext_lazy("Period"), choices=PARTS, coerce=int)

    def __init__(self, *args: Any, units: QuerySet[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["unit"]
        field.queryset = units


class DistributionForm(_OfPeriod, PlainFilterForm):
    """Which unit, and which period."""


class AchievementForm(_OfPeriod, PlainForm):
    """How a unit achieved, and where that stands."""

    achievement = forms.ChoiceField(label=gettext_lazy("Achievement of the unit"), choices=Achievement.choices)
    source_document = forms.CharField(
        label=gettext_lazy("Source document"),
        max_length=200,
        help_text=gettext_lazy("Such as the performance report (LKjIP) with its number."),
    )


class SharesForm(PlainForm):
    """Expected percent of each predicate; together 100."""

    valid_from = DateField(label=gettext_lazy("Valid from"))

    def __init__(self, *args: Any, curve: Curve, **kwargs: Any) -> None:
        super().__init__(*args, initial={"valid_from": timezone.localdate()}, **kwargs)
        for code, label in Predicate.choices:
            self.fields[code] = forms.IntegerField(
                label=label,
                min_value=0,
                max_value=WHOLE,
                initial=curve.shares[code],
                widget=forms.NumberInput(attrs={"class": "short"}),
            )

    def shares(self) -> dict[str, int]:
        return {code: self.cleaned_data[code] for code in Predicate.values}

    def clean(self) -> dict[str, Any] | None:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        numbers = [given.get(code) for code in Predicate.values]
        if None not in numbers and sum(numbers) != WHOLE:  # type: ignore[arg-type]
            raise forms.ValidationError(
                _("The shares must add up to 100 %%; they are %(total)d %%.") % {"total": sum(numbers)}  # type: ignore[arg-type]
            )
        return given

    @property
    def day(self) -> date:
        day: date = self.cleaned_data["valid_from"]
        return day
