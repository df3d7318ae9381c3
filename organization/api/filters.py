"""Filters of lists that have no page of their own."""

import django_filters
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field

from organization.enums import HolidayKind
from organization.filters import PlainFilterForm, UnitFilter, search_filter
from organization.models import Holiday, Notice, Site

# Its choices depend on who asks, so the schema names the id only.
extend_schema_field(OpenApiTypes.INT)(UnitFilter)


class SiteFilter(django_filters.FilterSet):
    name = search_filter(_("Name"))
    open_to_others = django_filters.BooleanFilter(label=_("open to employees of other offices"))

    class Meta:
        model = Site
        fields: list[str] = []
        form = PlainFilterForm


class HolidayFilter(django_filters.FilterSet):
    start = django_filters.DateFilter(label=_("From"), field_name="day", lookup_expr="gte")
    end = django_filters.DateFilter(label=_("Until"), field_name="day", lookup_expr="lte")
    kind = django_filters.ChoiceFilter(label=_("Kind"), choices=HolidayKind.choices)

    class Meta:
        model = Holiday
        fields: list[str] = []
        form = PlainFilterForm


class NoticeFilter(django_filters.FilterSet):
    unread = django_filters.BooleanFilter(label=_("Unread"), field_name="read_at", lookup_expr="isnull")

    class Meta:
        model = Notice
        fields: list[str] = []
        form = PlainFilterForm
