"""Filters over requests, for page and API alike."""

from __future__ import annotations

import django_filters
from django.utils.translation import gettext_lazy as _

from eligibility.enums import FlexKind
from fwa.enums import RequestStatus
from fwa.models import Request


class RequestFilter(django_filters.FilterSet):
    """By state, kind, number and name."""

    status = django_filters.ChoiceFilter(label=_("State"), choices=RequestStatus.choices, empty_label=_("All"))
    kind = django_filters.ChoiceFilter(label=_("Kind"), choices=FlexKind.choices, empty_label=_("All"))
    number = django_filters.CharFilter(label=_("Number"), lookup_expr="icontains")
    name = django_filters.CharFilter(label=_("Name"), field_name="employee__name", lookup_expr="icontains")

    class Meta:
        model = Request
        fields = ["status", "kind", "number", "name"]
