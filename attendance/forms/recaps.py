"""The filters of the monthly recap."""

from __future__ import annotations

from datetime import date
from typing import Any

from dateutil.relativedelta import relativedelta
from django import forms
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy

from organization.filters import NIP_IS_PRIVATE, PlainFilterForm
from organization.forms.base import UnitChoiceField
from organization.models import Unit, User

MONTHS_BACK = 14
MANY_DIGITS = 6


def this_month() -> date:
    return timezone.localdate().replace(day=1)


def month_choices() -> list[tuple[str, str]]:
    """This month and those before it, as far back as days are kept built."""
    months = [this_month() - relativedelta(months=number) for number in range(MONTHS_BACK)]
    return [(f"{month:%Y-%m}", date_format(month, "F Y")) for month in months]


class RecapFilterForm(PlainFilterForm):
    month = forms.ChoiceField(label=gettext_lazy("Month"), required=False)
    unit = UnitChoiceField(label=gettext_lazy("Unit"), required=False, empty_label=gettext_lazy("All"))
    name = forms.CharField(
        label=gettext_lazy("Name"),
        required=False,
        max_length=100,
        widget=forms.TextInput(
            attrs={"type": "search", "pattern": "(?!.*[0-9]{6}).*", "title": NIP_IS_PRIVATE, "autocomplete": "off"}
        ),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["month"].choices = month_choices()  # type: ignore[attr-defined]
        self.fields["unit"].queryset = Unit.objects.visible_to(user)  # type: ignore[attr-defined]

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"].strip()
        if sum(sign.isdigit() for sign in name) >= MANY_DIGITS:
            raise forms.ValidationError(NIP_IS_PRIVATE)
        return name

    def clean_month(self) -> date:
        asked = self.cleaned_data["month"]
        return date.fromisoformat(f"{asked}-01") if asked else this_month()
