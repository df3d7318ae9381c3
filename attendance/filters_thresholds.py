"""Filters over flags of the ladder, for page and API alike."""

from __future__ import annotations

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from attendance.models import ThresholdFlag
from organization.filters import PlainFilterForm, search_filter


class ThresholdFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(
        label=_("State"),
        method="filter_state",
        empty_label=_("All"),
        choices=[("open", _("not acknowledged")), ("noted", _("acknowledged")), ("lifted", _("lifted"))],
    )
    year = django_filters.NumberFilter(label=_("Year"), field_name="year", min_value=2000, max_value=2199)
    name = search_filter(_("Name"), field_name="employee__name")

    class Meta:
        model = ThresholdFlag
        fields: list[str] = []
        form = PlainFilterForm

    def filter_state(self, rows: QuerySet[ThresholdFlag], name: str, value: str) -> QuerySet[ThresholdFlag]:
        if value == "lifted":
            return rows.filter(lifted_at__isnull=False)
        return rows.filter(lifted_at__isnull=True, acknowledged_at__isnull=value == "open")
