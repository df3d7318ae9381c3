"""Filters over corrections, for page and API alike."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from attendance.enums import CorrectionReason, CorrectionStatus
from attendance.models import Correction
from organization.filters import PlainFilterForm, search_filter
from organization.forms.base import DateInput
from organization.leading import led_by


class CorrectionFilter(django_filters.FilterSet):
    """`show`: those waiting for the user's decision, or the user's own."""

    show = django_filters.ChoiceFilter(
        label=_("Show"),
        method="filter_show",
        empty_label=_("All"),
        choices=[("to_decide", _("waiting for my decision")), ("own", _("my own"))],
    )
    status = django_filters.ChoiceFilter(label=_("State"), choices=CorrectionStatus.choices, empty_label=_("All"))
    reason = django_filters.ChoiceFilter(label=_("Reason"), choices=CorrectionReason.choices, empty_label=_("All"))
    name = search_filter(_("Name"), field_name="employee__name")
    start = django_filters.DateFilter(label=_("From"), field_name="day", lookup_expr="gte", widget=DateInput)
    end = django_filters.DateFilter(label=_("Until"), field_name="day", lookup_expr="lte", widget=DateInput)

    class Meta:
        model = Correction
        fields: list[str] = []
        form = PlainFilterForm

    def filter_show(self, rows: QuerySet[Correction], name: str, value: str) -> QuerySet[Correction]:
        user: Any = self.request.user
        if value == "own":
            return rows.filter(employee__user=user)
        return rows.filter(status=CorrectionStatus.SUBMITTED, employee__in=led_by(user))
