"""Filters of entries of presence, for page and API."""

from __future__ import annotations

import django_filters
from django import forms
from django.utils.translation import gettext_lazy as _

from attendance.enums import Direction
from attendance.models import HomePoint, PresenceEvent
from organization.filters import PlainFilterForm, search_filter


class PresenceFilter(django_filters.FilterSet):
    """Entries by direction and time."""

    direction = django_filters.ChoiceFilter(label=_("Direction"), choices=Direction.choices)
    since = django_filters.IsoDateTimeFilter(label=_("From"), field_name="occurred_at", lookup_expr="gte")
    until = django_filters.IsoDateTimeFilter(label=_("Until"), field_name="occurred_at", lookup_expr="lte")

    class Meta:
        model = PresenceEvent
        fields: tuple[str, ...] = ()


class LocationFilter(django_filters.FilterSet):
    """Entries of a person or a day, for the evidence officer."""

    name = django_filters.CharFilter(label=_("Name"), field_name="employee__name", lookup_expr="icontains")
    day = django_filters.DateFilter(
        label=_("Date"),
        field_name="occurred_at",
        lookup_expr="date",
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )

    class Meta:
        model = PresenceEvent
        fields: tuple[str, ...] = ()


class HomePointFilter(django_filters.FilterSet):
    """Points of homes of a person, for the evidence officer."""

    name = search_filter(_("Name"), field_name="employee__name")

    class Meta:
        model = HomePoint
        fields: tuple[str, ...] = ()
        form = PlainFilterForm
