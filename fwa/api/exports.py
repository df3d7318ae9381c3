"""The daily export of who is granted what, by REST: the list, and the two files of a day."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.http import FileResponse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request as ApiRequest

from config.viewsets import AnyForm, ReadViewSet, needs
from fwa.models import GrantExport
from fwa.views.exports import PERMISSION, export_file
from organization.filters import PlainFilterForm


class GrantExportSerializer(serializers.ModelSerializer):
    """An export: arrangement days in force from `day` to `until`; the digests are those of its files."""

    class Meta:
        model = GrantExport
        fields = ["id", "day", "until", "rows", "csv_sha256", "jsonl_sha256", "created_at"]


class GrantExportFilter(django_filters.FilterSet):
    start = django_filters.DateFilter(label=_("From"), field_name="day", lookup_expr="gte")
    end = django_filters.DateFilter(label=_("Until"), field_name="day", lookup_expr="lte")

    class Meta:
        model = GrantExport
        fields: list[str] = []
        form = PlainFilterForm


class GrantExportViewSet(ReadViewSet):
    """Exports, the newest first."""

    queryset = GrantExport.objects.all()
    permission_classes = [needs(PERMISSION)]
    serializer_class = GrantExportSerializer
    filterset_class = GrantExportFilter
    lookup_value_regex = "[0-9]{1,18}"

    def get_queryset(self) -> QuerySet[GrantExport]:
        return GrantExport.objects.order_by("-day")

    def _file(self, pk: Any, form: str) -> FileResponse:
        return export_file(get_object_or_404(self.get_queryset(), pk=pk), form)

    @extend_schema(responses={(200, "text/csv"): OpenApiTypes.STR}, filters=False)
    @method_decorator(never_cache)
    @action(detail=True, filterset_class=None, pagination_class=None, content_negotiation_class=AnyForm)
    def csv(self, request: ApiRequest, pk: str) -> FileResponse:
        """The rows as CSV, with one row of headings."""
        return self._file(pk, "csv")

    @extend_schema(responses={(200, "application/jsonl"): OpenApiTypes.STR}, filters=False)
    @method_decorator(never_cache)
    @action(detail=True, filterset_class=None, pagination_class=None, content_negotiation_class=AnyForm)
    def jsonl(self, request: ApiRequest, pk: str) -> FileResponse:
        """The rows as JSON Lines: one object a line."""
        return self._file(pk, "jsonl")
