"""Accumulated minutes and flags of the ladder by REST; by the selectors and services of the pages."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.generics import GenericAPIView, get_object_or_404
from rest_framework.request import Request as ApiRequest
from rest_framework.response import Response

from attendance.filters_thresholds import ThresholdFilter
from attendance.models import ThresholdFlag
from attendance.services.thresholds import NOTE_LENGTH, acknowledge_threshold
from attendance.year_figures import FIRST_YEAR, year_figures
from config.viewsets import ReadViewSet
from organization.api.base import PersonSerializer, RefSerializer, actor
from organization.models import Employee


class ThresholdSerializer(serializers.ModelSerializer):
    """A step reached. `days` is the step; `absent_days` and `minutes` are the figures when it was raised."""

    employee = RefSerializer()
    acknowledged_by = PersonSerializer(allow_null=True)

    class Meta:
        model = ThresholdFlag
        fields = [
            "id", "employee", "year", "days", "is_consecutive", "label", "absent_days", "minutes", "raised_at",
            "acknowledged_by", "acknowledged_at", "note", "lifted_at",
        ]  # fmt: skip


class NoteSerializer(serializers.Serializer):
    note = serializers.CharField(max_length=NOTE_LENGTH)


class ThresholdViewSet(ReadViewSet):
    """Steps of the ladder reached by the account's own employee and by people it oversees."""

    queryset = ThresholdFlag.objects.all()
    serializer_class = ThresholdSerializer
    filterset_class = ThresholdFilter
    lookup_value_regex = "[0-9]{1,18}"

    def get_queryset(self) -> QuerySet[ThresholdFlag]:
        rows = ThresholdFlag.objects.visible_to(actor(self.request)).select_related("employee", "acknowledged_by")
        return rows.order_by("-raised_at", "-pk")

    @extend_schema(request=NoteSerializer, responses=ThresholdSerializer)
    @action(detail=True, methods=["post"])
    def acknowledge(self, request: ApiRequest, pk: str) -> Response:
        """Note what was done."""
        flag = self.get_object()
        if not actor(request).has_perm("attendance.acknowledge_threshold", flag):
            raise PermissionDenied
        form = NoteSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        acknowledge_threshold(by=actor(request), flag_id=flag.pk, note=form.validated_data["note"])
        return Response(self.get_serializer(self.get_object()).data)


class MonthSumSerializer(serializers.Serializer):
    """One month. `converted_min`: of the minutes late and early, those for missing entries."""

    month = serializers.DateField()
    absent_days = serializers.IntegerField()
    late_min = serializers.IntegerField()
    early_min = serializers.IntegerField()
    missing_in = serializers.IntegerField()
    missing_out = serializers.IntegerField()
    converted_min = serializers.IntegerField()


class AccumulatedSerializer(serializers.Serializer):
    """A year. `days` count toward the ladder: days without a reason, and one for every `per_day` minutes."""

    year = serializers.IntegerField()
    days = serializers.IntegerField()
    absent_days = serializers.IntegerField(source="tally.absent_days")
    minutes = serializers.IntegerField(source="tally.minutes")
    run_days = serializers.IntegerField(source="tally.run_days")
    rest = serializers.IntegerField()
    per_day = serializers.IntegerField()
    months = MonthSumSerializer(many=True)


class AccumulatedView(GenericAPIView):
    """Minutes and days without a reason that one employee accumulated in a year."""

    queryset = Employee.objects.all()
    serializer_class = AccumulatedSerializer

    @extend_schema(parameters=[OpenApiParameter("year", OpenApiTypes.INT, description="this year without it")])
    def get(self, request: ApiRequest, pk: int, **kwargs: Any) -> Response:
        """The year up to today."""
        employee = get_object_or_404(Employee.objects.visible_to(actor(request)), pk=pk)
        today, asked = timezone.localdate(), request.query_params.get("year", "")
        year = int(asked) if asked.isdecimal() and len(asked) == len("2026") else today.year
        if not FIRST_YEAR <= year <= today.year or (asked and str(year) != asked):
            raise serializers.ValidationError({"year": str(today.year)})
        return Response(AccumulatedSerializer(year_figures(employee, year, on=today)).data)
