"""Filters over determinations and the people of an annex, for page and API alike."""

from __future__ import annotations

import django_filters
from django.utils.translation import gettext_lazy as _

from fwa.enums import DeterminationStatus, MemberOutcome
from fwa.models import Determination, DeterminationMember
from organization.filters import PlainFilterForm, UnitFilter, search_filter


class DeterminationFilter(django_filters.FilterSet):
    """By state, unit and title."""

    status = django_filters.ChoiceFilter(label=_("State"), choices=DeterminationStatus.choices, empty_label=_("All"))
    unit = UnitFilter(path="unit__path")
    title = search_filter(_("Title"), field_name="title")

    class Meta:
        model = Determination
        fields = ["status", "unit", "title"]
        form = PlainFilterForm


class MemberFilter(django_filters.FilterSet):
    """By outcome and name."""

    outcome = django_filters.ChoiceFilter(label=_("Outcome"), choices=MemberOutcome.choices, empty_label=_("All"))
    name = search_filter(_("Name"), field_name="employee__name")

    class Meta:
        model = DeterminationMember
        fields = ["outcome", "name"]
        form = PlainFilterForm
