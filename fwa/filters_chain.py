"""Filters of approval chains by REST."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from eligibility.enums import PolicyCode
from fwa.models import ChainStage
from organization.filters import PlainFilterForm
from organization.querysets import active_on_q


class ChainFilter(django_filters.FilterSet):
    policy = django_filters.ChoiceFilter(field_name="policy__code", label=_("Policy"), choices=PolicyCode.choices)
    on = django_filters.DateFilter(label=_("In force on"), method="filter_on")

    class Meta:
        model = ChainStage
        fields: list[str] = []
        form = PlainFilterForm

    def filter_on(self, queryset: QuerySet[Any], name: str, value: Any) -> QuerySet[Any]:
        return queryset.filter(active_on_q(value))
