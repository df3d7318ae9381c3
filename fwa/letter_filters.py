"""Filters of the lists of letters and of special circumstances; pages and API share them."""

from __future__ import annotations

import re
from typing import Any

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from fwa.enums import LetterStatus, RequestStatus
from fwa.models import Letter, SpecialCircumstance
from organization.filters import PlainFilterForm, UnitFilter


def no_nip(value: str) -> None:
    """A letter's number has digits, so only a whole NIP is refused: it may not stand in an address."""
    if re.search(r"\d{8}[\s.]?\d{6}", value):
        raise ValidationError(_("Search by name or number. A NIP may not stand in an address."))


def _search(label: Any) -> django_filters.CharFilter:
    widget = forms.TextInput(attrs={"type": "search", "autocomplete": "off"})
    return django_filters.CharFilter(label=label, method="search", validators=[no_nip], widget=widget)


class LetterFilter(django_filters.FilterSet):
    q = _search(_("Name, letter or request"))
    status = django_filters.ChoiceFilter(label=_("State"), choices=LetterStatus.choices, empty_label=_("All"))
    unit = UnitFilter(path="request__unit__path")

    class Meta:
        model = Letter
        fields = ["q", "status", "unit"]
        form = PlainFilterForm

    def search(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return rows.filter(
            Q(number__icontains=value)
            | Q(request__number__icontains=value)
            | Q(request__employee__name__icontains=value)
        )


class CircumstanceFilter(django_filters.FilterSet):
    q = _search(_("Name or request"))
    status = django_filters.ChoiceFilter(
        label=_("State"),
        field_name="request__status",
        choices=[choice for choice in RequestStatus.choices if choice[0] != RequestStatus.DRAFT],
        empty_label=_("All"),
    )

    class Meta:
        model = SpecialCircumstance
        fields = ["q", "status"]
        form = PlainFilterForm

    def search(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return rows.filter(Q(request__number__icontains=value) | Q(request__employee__name__icontains=value))
