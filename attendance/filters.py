"""Filters over arrangements and their days."""

from __future__ import annotations

import django_filters
from django.utils.translation import gettext_lazy as _

from attendance.enums import AssignmentStatus, DayStatus, Facet
from attendance.models import Assignment, AssignmentDay
from organization.filters import PlainFilterForm, UnitFilter, search_filter


class AssignmentFilter(django_filters.FilterSet):
    name = search_filter(_("Name"), field_name="employee__name")
    unit = UnitFilter(path="unit__path")
    status = django_filters.ChoiceFilter(label=_("State"), choices=AssignmentStatus.choices)

    class Meta:
        model = Assignment
        fields: list[str] = []
        form = PlainFilterForm


class AssignmentDayFilter(django_filters.FilterSet):
    start = django_filters.DateFilter(label=_("From"), field_name="day", lookup_expr="gte")
    end = django_filters.DateFilter(label=_("Until"), field_name="day", lookup_expr="lte")
    name = search_filter(_("Name"), field_name="employee__name")
    unit = UnitFilter(path="unit__path")
    facet = django_filters.ChoiceFilter(label=_("Facet"), choices=Facet.choices)
    status = django_filters.ChoiceFilter(label=_("State"), choices=DayStatus.choices)

    class Meta:
        model = AssignmentDay
        fields: list[str] = []
        form = PlainFilterForm
