"""Input of what policies share: general terms, kinds of special circumstance, single excluded posts."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from eligibility.enums import PlaceKind, QuotaBasis, Rounding
from eligibility.models import ArrangementTerms, CircumstanceKind
from organization.forms.base import DateField, PlainForm, PlainModelForm
from organization.models import Position

COUNTED = {
    PlaceKind.HOME: "home_counts",
    PlaceKind.OTHER_OFFICE: "other_office_counts",
    PlaceKind.OTHER: "other_place_counts",
}
_SHORT = {"class": "short"}


def _number(label: Any, most: int, **kwargs: Any) -> forms.IntegerField:
    widget = forms.NumberInput(attrs=_SHORT)
    return forms.IntegerField(label=label, min_value=1, max_value=most, widget=widget, **kwargs)


class TermsForm(PlainForm):
    """General terms from a day on. The cap of Art 13(1) [Q] may be lowered; the service says why it is not raised."""

    valid_from = DateField(label=gettext_lazy("Valid from"))
    decree_no = forms.CharField(label=gettext_lazy("Decree number"), max_length=120)
    max_days_per_week = forms.IntegerField(
        label=gettext_lazy("Working days a week at another place"),
        min_value=0,
        max_value=7,
        widget=forms.NumberInput(attrs=_SHORT),
        help_text=gettext_lazy("Fixed by Art 13(1) at two; the agency may only lower it."),
    )
    counted = forms.MultipleChoiceField(
        label=gettext_lazy("Places that count toward these days"),
        choices=[(place.value, place.label) for place in COUNTED],
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("A field task never counts (Art 13)."),
    )
    place_kinds = forms.MultipleChoiceField(
        label=gettext_lazy("Places that may be asked for"),
        choices=PlaceKind.choices,
        widget=forms.CheckboxSelectMultiple,
    )
    quota_pct = _number(gettext_lazy("Quota, percent of active staff"), 100)
    quota_basis = forms.ChoiceField(
        label=gettext_lazy("The quota counts"), choices=QuotaBasis.choices, widget=forms.RadioSelect
    )
    quota_rounding = forms.ChoiceField(
        label=gettext_lazy("The quota is rounded"), choices=Rounding.choices, widget=forms.RadioSelect
    )
    max_months = _number(gettext_lazy("Longest arrangement in months"), 60)
    hold_days = _number(gettext_lazy("Working days a place is held for the next levels"), 90)
    response_days = _number(gettext_lazy("Working days to answer when an arrangement is reviewed"), 90)

    def __init__(self, *args: Any, terms: ArrangementTerms | None, **kwargs: Any) -> None:
        kwargs["initial"] = _of_terms(terms) | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)

    def values(self) -> dict[str, Any]:
        """The fields of ArrangementTerms, without its period and decree."""
        values = {name: self.cleaned_data[name] for name in self.cleaned_data if name in _PLAIN}
        return values | {field: place in self.cleaned_data["counted"] for place, field in COUNTED.items()}


_PLAIN = (
    "max_days_per_week", "place_kinds", "quota_pct", "quota_basis", "quota_rounding", "max_months", "hold_days",
    "response_days",
)  # fmt: skip


def _of_terms(terms: ArrangementTerms | None) -> dict[str, Any]:
    row = terms or ArrangementTerms()
    counted = [str(place) for place, field in COUNTED.items() if getattr(row, field)]
    return {name: getattr(row, name) for name in _PLAIN} | {"counted": counted}


class CircumstanceKindForm(PlainModelForm):
    class Meta:
        model = CircumstanceKind
        fields = ["name", "name_en", "lifts_weekly_cap", "max_days", "evidence_hint", "is_active"]


class PositionField(forms.CharField):
    """A position of the dictionary by name or code."""

    default_error_messages = {
        "unknown": gettext_lazy("No position with this name or code was found."),
        "several": gettext_lazy("Several positions fit: %(names)s. Type the code."),
    }

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", gettext_lazy("Name or code."))
        super().__init__(widget=forms.TextInput(attrs={"autocomplete": "off"}), **kwargs)

    def clean(self, value: Any) -> Any:
        typed = super().clean(value)
        if "\x00" in typed:
            raise ValidationError(self.error_messages["unknown"], code="unknown")
        for lookup in ("code__iexact", "name__iexact", "name__icontains"):
            found = list(Position.objects.filter(**{lookup: typed}).order_by("name", "pk")[:6])
            if len(found) == 1:
                return found[0]
            if found:
                names = "; ".join(f"{position.name} ({position.code})" for position in found)
                raise ValidationError(self.error_messages["several"] % {"names": names}, code="several")
        raise ValidationError(self.error_messages["unknown"], code="unknown")


class ExcludePostForm(PlainForm):
    position = PositionField(label=gettext_lazy("Position"))
    valid_from = DateField(label=gettext_lazy("Valid from"))
    valid_to = DateField(
        label=gettext_lazy("Valid to"), required=False, help_text=gettext_lazy("Empty: until further notice.")
    )
    decree_no = forms.CharField(label=gettext_lazy("Decree number"), max_length=120)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        start, end = cleaned.get("valid_from"), cleaned.get("valid_to")
        if start and end and end < start:
            self.add_error("valid_to", _("The end date must not be before the start date."))
        return cleaned
