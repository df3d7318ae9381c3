"""Filters of lists that have no page of their own."""

import django_filters
from django.utils.translation import gettext_lazy as _

from eligibility.enums import PolicyCode
from eligibility.models import ArrangementTerms, CircumstanceKind, Policy, PolicyVersion
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


class DraftFilter(django_filters.FilterSet):
    policy = django_filters.ChoiceFilter(field_name="policy__code", label=_("Policy"), choices=PolicyCode.choices)

    class Meta:
        model = PolicyVersion
        fields: list[str] = []
        form = PlainFilterForm


class TermsFilter(django_filters.FilterSet):
    decree_no = search_filter(_("Decree number"))

    class Meta:
        model = ArrangementTerms
        fields: list[str] = []
        form = PlainFilterForm
