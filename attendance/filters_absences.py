"""Filters over absences; page and API share them."""

from __future__ import annotations

import django_filters
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from attendance.enums import AbsenceKind, DayPart
from attendance.models import Absence
from organization.filters import PlainFilterForm, UnitFilter, search_filter
from organization.forms.base import DateInput
from organization.querysets import active_on_q


class AbsenceFilter(django_filters.FilterSet):
    """`unit`: where the employee serves today."""

    name = search_filter(_("Name"), field_name="employee__name")
    unit = UnitFilter(path="employee__placements__unit__path")
    kind = django_filters.ChoiceFilter(label=_("Kind"), choices=AbsenceKind.choices)
    part = django_filters.ChoiceFilter(label=_("Part of the day"), choices=DayPart.choices)
    start = django_filters.DateFilter(label=_("From"), field_name="valid_to", lookup_expr="gte", widget=DateInput)
    end = django_filters.DateFilter(label=_("Until"), field_name="valid_from", lookup_expr="lte", widget=DateInput)

    class Meta:
        model = Absence
        fields: list[str] = []
        form = PlainFilterForm

    def filter_queryset(self, queryset: QuerySet[Absence]) -> QuerySet[Absence]:
        unit = self.form.cleaned_data.pop("unit", None)
        if unit:
            placed = active_on_q(timezone.localdate(), "employee__placements__")
            queryset = queryset.filter(placed, employee__placements__unit__path__startswith=unit.path)
        return super().filter_queryset(queryset)
