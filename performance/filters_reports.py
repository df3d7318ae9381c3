"""Filters over days, for page and API alike."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from organization.filters import PlainFilterForm, search_filter
from organization.forms.base import DateInput
from performance.enums import ReportStatus
from performance.models import DailyReport


class ReportFilter(django_filters.FilterSet):
    """`show`: the user's own days, or everybody's in reach."""

    show = django_filters.ChoiceFilter(
        label=_("Show"),
        method="filter_show",
        empty_label=None,
        choices=[("own", _("my own")), ("all", _("all in my reach"))],
    )
    status = django_filters.ChoiceFilter(label=_("State"), choices=ReportStatus.choices, empty_label=_("All"))
    name = search_filter(_("Name"), field_name="employee__name")
    start = django_filters.DateFilter(label=_("From"), field_name="day", lookup_expr="gte", widget=DateInput)
    end = django_filters.DateFilter(label=_("Until"), field_name="day", lookup_expr="lte", widget=DateInput)

    class Meta:
        model = DailyReport
        fields: list[str] = []
        form = PlainFilterForm

    def filter_show(self, rows: QuerySet[DailyReport], name: str, value: str) -> QuerySet[DailyReport]:
        user: Any = self.request.user
        return rows.filter(employee__user=user) if value == "own" else rows
