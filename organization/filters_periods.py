"""Filters of national and emergency periods; page and API share them."""

from __future__ import annotations

import django_filters
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from organization.enums_periods import NationalPeriodKind, PeriodState
from organization.filters import PlainFilterForm, search_filter
from organization.models import NationalPeriod


class NationalPeriodFilter(django_filters.FilterSet):
    name = search_filter(_("Name or number"), method="filter_name")
    kind = django_filters.ChoiceFilter(label=_("Kind"), choices=NationalPeriodKind.choices)
    state = django_filters.ChoiceFilter(label=_("State"), choices=PeriodState.choices, method="filter_state")

    class Meta:
        model = NationalPeriod
        fields: list[str] = []
        form = PlainFilterForm

    def filter_name(self, queryset: QuerySet[NationalPeriod], name: str, value: str) -> QuerySet[NationalPeriod]:
        return queryset.filter(Q(name__icontains=value) | Q(instrument_no__icontains=value))

    def filter_state(self, queryset: QuerySet[NationalPeriod], name: str, value: str) -> QuerySet[NationalPeriod]:
        """As `NationalPeriod.state_on` today."""
        today = timezone.localdate()
        ended = Q(valid_to__lt=today) | Q(ended_on__lte=today) | Q(ended_on__lte=F("valid_from"))
        if value == PeriodState.ENDED:
            return queryset.filter(ended)
        begun = Q(valid_from__lte=today) if value == PeriodState.ACTIVE else Q(valid_from__gt=today)
        return (
            queryset.filter(begun)
            .exclude(Q(valid_to__isnull=False) & Q(valid_to__lt=today))
            .exclude(Q(ended_on__isnull=False) & (Q(ended_on__lte=today) | Q(ended_on__lte=F("valid_from"))))
        )
