"""Filters of runs and of the people of a run; pages and API share them."""

from __future__ import annotations

from typing import Any

import django_filters
from django.utils.translation import gettext_lazy as _

from eligibility.enums import PolicyCode, Verdict
from eligibility.models import Screening, ScreeningRun
from eligibility.registry import all_criteria
from organization.filters import PlainFilterForm, UnitFilter, search_filter


def criterion_choices() -> list[tuple[str, Any]]:
    return [(code, criterion.label) for code, criterion in all_criteria().items()]


class RunFilter(django_filters.FilterSet):
    policy = django_filters.ChoiceFilter(
        label=_("Policy"), field_name="version__policy__code", choices=PolicyCode.choices
    )

    class Meta:
        model = ScreeningRun
        fields: list[str] = []
        form = PlainFilterForm


class ScreeningFilter(django_filters.FilterSet):
    """People of one run; the queryset carries `current`, their placement on the day of the run."""

    name = search_filter(_("Name"), field_name="employee__name")
    verdict = django_filters.ChoiceFilter(label=_("Verdict"), choices=Verdict.choices)
    failed = django_filters.ChoiceFilter(label=_("Rule not met"), choices=criterion_choices, method="filter_failed")
    unit = UnitFilter(path="current__unit__path")

    class Meta:
        model = Screening
        fields: list[str] = []
        form = PlainFilterForm

    def filter_failed(self, queryset: Any, name: str, value: str) -> Any:
        return queryset.filter(failed__contains=[value])
