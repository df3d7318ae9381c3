"""Filters of posts that a decree leaves out."""

from __future__ import annotations

from datetime import date

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from organization.filters import PlainFilterForm, search_filter
from organization.models import ExcludedPost
from organization.querysets import active_on_q


class ExcludedPostFilter(django_filters.FilterSet):
    name = search_filter(_("Position"), field_name="position__name")
    position = django_filters.NumberFilter(label=_("Position"), field_name="position_id")
    on = django_filters.DateFilter(label=_("In force on"), method="filter_on")

    class Meta:
        model = ExcludedPost
        fields: list[str] = []
        form = PlainFilterForm

    def filter_on(self, queryset: QuerySet[ExcludedPost], name: str, value: date) -> QuerySet[ExcludedPost]:
        return queryset.filter(active_on_q(value))
