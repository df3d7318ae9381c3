"""Filters of simulations and of their people; pages and API share them."""

from __future__ import annotations

from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from eligibility.enums import Change, PolicyCode, Verdict
from eligibility.filters import criterion_choices
from eligibility.models import Simulation, SimulationRow
from organization.enums import EmployeeKind, Sex
from organization.filters import PlainFilterForm, UnitFilter, search_filter

# Either of the two verdicts that let somebody work flexibly; and everybody who gains or loses.
ABLE, MOVED = "able", "moved"
VERDICT_CHOICES = [(ABLE, _("Eligible, with or without a check")), *Verdict.choices]
CHANGE_CHOICES = [(MOVED, _("gains or loses")), *Change.choices]
# Set by links, kept by the form without a field to look at.
HIDDEN = ("position", "kind", "sex", "failed_now", "failed_then", "running", "own")


class SimulationFilter(django_filters.FilterSet):
    policy = django_filters.ChoiceFilter(
        label=_("Policy"), field_name="version__policy__code", choices=PolicyCode.choices
    )
    version = django_filters.NumberFilter(label=_("Version"), field_name="version__number", max_value=32767)

    class Meta:
        model = Simulation
        fields: list[str] = []
        form = PlainFilterForm


def _hidden(kind: type[django_filters.Filter], **options: Any) -> django_filters.Filter:
    """A filter that links set and the form keeps, without a field to look at."""
    return kind(widget=forms.HiddenInput, **options)


class SimulationRowFilter(django_filters.FilterSet):
    """People of one simulation; `rule` is one not met before or after, `own` leaves out the units below."""

    name = search_filter(_("Name"), field_name="employee__name")
    change = django_filters.ChoiceFilter(label=_("Impact"), choices=CHANGE_CHOICES, method="filter_change")
    unit = UnitFilter(path="unit__path")
    now = django_filters.ChoiceFilter(label=_("Now"), choices=VERDICT_CHOICES, method="filter_now")
    then = django_filters.ChoiceFilter(label=_("Then"), choices=VERDICT_CHOICES, method="filter_then")
    rule = django_filters.ChoiceFilter(label=_("Rule not met"), choices=criterion_choices, method="filter_rule")
    failed_now = _hidden(django_filters.ChoiceFilter, choices=criterion_choices, method="filter_failed_now")
    failed_then = _hidden(django_filters.ChoiceFilter, choices=criterion_choices, method="filter_failed_then")
    position = _hidden(django_filters.NumberFilter, field_name="position_id", max_value=2**63 - 1)
    kind = _hidden(django_filters.ChoiceFilter, choices=EmployeeKind.choices)
    sex = _hidden(django_filters.ChoiceFilter, choices=Sex.choices)
    running = _hidden(django_filters.ChoiceFilter, choices=[("yes", _("yes"))], method="filter_running")
    own = _hidden(django_filters.ChoiceFilter, choices=[("yes", _("yes"))], method="filter_own")

    class Meta:
        model = SimulationRow
        fields: list[str] = []
        form = PlainFilterForm

    def filter_change(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        wanted = [Change.LOST, Change.GAINED] if value == MOVED else [value]
        return queryset.filter(change__in=wanted)

    def _verdict(self, queryset: QuerySet[Any], field: str, value: str) -> QuerySet[Any]:
        return queryset.exclude(**{field: Verdict.NOT_ELIGIBLE}) if value == ABLE else queryset.filter(**{field: value})

    def filter_now(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return self._verdict(queryset, "verdict_before", value)

    def filter_then(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return self._verdict(queryset, "verdict_after", value)

    def filter_rule(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return queryset.filter(failed_before__contains=[value]) | queryset.filter(failed_after__contains=[value])

    def filter_failed_now(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return queryset.filter(failed_before__contains=[value])

    def filter_failed_then(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return queryset.filter(failed_after__contains=[value])

    def filter_running(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return queryset.filter(running__gt=0)

    def filter_own(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        unit = self.form.cleaned_data.get("unit")
        return queryset.filter(unit=unit) if unit else queryset
