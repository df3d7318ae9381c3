"""Filters over terminals, the PINs of one, and outages."""

from __future__ import annotations

import django_filters
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from attendance.enums import OutageCause
from attendance.models import OutageWindow, Terminal, TerminalPin
from organization.filters import PlainFilterForm, search_filter
from organization.models import Site
from organization.querysets import active_on_q


class TerminalFilter(django_filters.FilterSet):
    name = search_filter(_("Name"))
    site = django_filters.ModelChoiceFilter(label=_("Office"), queryset=Site.objects.all())

    class Meta:
        model = Terminal
        fields: list[str] = []
        form = PlainFilterForm


class TerminalPinFilter(django_filters.FilterSet):
    name = search_filter(_("Name"), field_name="employee__name")
    period = django_filters.ChoiceFilter(
        label=_("Period"), method="filter_period", empty_label=_("today"), choices=[("all", _("all"))]
    )

    class Meta:
        model = TerminalPin
        fields: list[str] = []
        form = PlainFilterForm

    def filter_queryset(self, queryset: QuerySet[TerminalPin]) -> QuerySet[TerminalPin]:
        if not self.form.cleaned_data.get("period"):
            queryset = queryset.filter(active_on_q(timezone.localdate()))
        return super().filter_queryset(queryset)

    def filter_period(self, queryset: QuerySet[TerminalPin], name: str, value: str) -> QuerySet[TerminalPin]:
        return queryset


class OutageFilter(django_filters.FilterSet):
    cause = django_filters.ChoiceFilter(label=_("Cause"), choices=OutageCause.choices)
    site = django_filters.ModelChoiceFilter(label=_("Office"), queryset=Site.objects.all())

    class Meta:
        model = OutageWindow
        fields: list[str] = []
        form = PlainFilterForm
