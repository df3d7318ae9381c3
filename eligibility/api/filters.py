"""Filters of lists that have no page of their own."""

import django_filters
from django.utils.translation import gettext_lazy as _

from eligibility.models import CircumstanceKind, Policy
from organization.filters import PlainFilterForm, search_filter


class PolicyFilter(django_filters.FilterSet):
    code = django_filters.CharFilter(label=_("Policy"))

    class Meta:
        model = Policy
        fields: list[str] = []
        form = PlainFilterForm


class CircumstanceKindFilter(django_filters.FilterSet):
    name = search_filter(_("Name"))

    class Meta:
        model = CircumstanceKind
        fields: list[str] = []
        form = PlainFilterForm
