"""Terms of attendance and working hours by REST; by the services of the pages."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.permissions import BasePermission
from rest_framework.request import Request as ApiRequest
from rest_framework.response import Response

from attendance.enums import PatternKind
from attendance.models import AttendanceTerms, PatternHours, UnitPattern, WorkPattern
from attendance.services import schedules as services
from config.viewsets import ReadViewSet, needs
from organization.api.base import RefSerializer, actor
from organization.models import Unit

_IDS = "[0-9]{1,18}"


class AttendanceTermsSerializer(serializers.ModelSerializer):
    """A version of the terms: minutes, metres and days as the names say. It ends when the next one begins."""

    class Meta:
        model = AttendanceTerms
        exclude: list[str] = []
        fields = "__all__"
        read_only_fields = ["valid_to"]
        validators: list[Any] = []


class PatternHoursSerializer(serializers.ModelSerializer):
    """Hours of a weekday (ISO 1..7); `work_min` is net of the break."""

    class Meta:
        model = PatternHours
        fields = ["weekday", "in_ramadan", "starts_at", "work_min", "break_at", "break_min", "valid_from", "valid_to"]
        read_only_fields = ["valid_from", "valid_to"]
        validators: list[Any] = []


class WorkPatternSerializer(serializers.ModelSerializer):
    """A week of working hours in local time; a weekday without hours is off."""

    hours = PatternHoursSerializer(many=True)

    class Meta:
        model = WorkPattern
        fields = ["id", "code", "name", "kind", "is_default", "decree_no", "hours"]


class HoursSerializer(serializers.Serializer):
    """The hours of a whole week from a day on."""

    valid_from = serializers.DateField()
    hours = PatternHoursSerializer(many=True, allow_empty=False)

    def rows(self) -> list[services.HoursRow]:
        return [services.HoursRow(**{"in_ramadan": False, **row}) for row in self.validated_data["hours"]]


class PatternCreateSerializer(HoursSerializer):
    code = serializers.SlugField(max_length=40)
    name = serializers.CharField(max_length=120)
    kind = serializers.ChoiceField(choices=PatternKind.choices)
    decree_no = serializers.CharField(max_length=120, allow_blank=True, default="")


class UnitPatternSerializer(serializers.ModelSerializer):
    """By which week a unit works, with those below it that have none of their own."""

    unit = RefSerializer()
    pattern = RefSerializer()

    class Meta:
        model = UnitPattern
        fields = ["id", "unit", "pattern", "valid_from", "valid_to"]


class UnitPatternGiveSerializer(serializers.Serializer):
    unit = serializers.PrimaryKeyRelatedField(queryset=Unit.objects.all())
    pattern = serializers.PrimaryKeyRelatedField(queryset=WorkPattern.objects.all())
    valid_from = serializers.DateField()


class LastDaySerializer(serializers.Serializer):
    last_day = serializers.DateField()


class _SchedulesViewSet(ReadViewSet):
    lookup_value_regex = _IDS

    def get_permissions(self) -> list[BasePermission]:
        reads = self.action in ("list", "retrieve")
        return [needs("attendance.view_terms" if reads else services.PERMISSION)()]


class TermsOfAttendanceViewSet(_SchedulesViewSet):
    """Terms of attendance, the newest version first."""

    queryset = AttendanceTerms.objects.order_by("-valid_from", "pk")
    serializer_class = AttendanceTermsSerializer
    filterset_fields = ["valid_from"]

    @extend_schema(summary="Let other terms apply from a day on")
    def create(self, request: ApiRequest) -> Response:
        given = AttendanceTermsSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        values = dict(given.validated_data)
        terms = services.new_terms(by=actor(request), valid_from=values.pop("valid_from"), values=values)
        return Response(AttendanceTermsSerializer(terms).data, status=status.HTTP_201_CREATED)


class WorkPatternViewSet(_SchedulesViewSet):
    """Weeks of working hours, with all versions of their hours."""

    queryset = WorkPattern.objects.prefetch_related("hours").order_by("name", "pk")
    serializer_class = WorkPatternSerializer
    filterset_fields = ["kind", "is_default"]

    @extend_schema(summary="Add a week of working hours", request=PatternCreateSerializer)
    def create(self, request: ApiRequest) -> Response:
        given = PatternCreateSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        values = {name: given.validated_data[name] for name in ("code", "name", "kind", "decree_no", "valid_from")}
        made = services.create_pattern(by=actor(request), rows=given.rows(), **values)
        return Response(WorkPatternSerializer(made).data, status=status.HTTP_201_CREATED)

    @extend_schema(
        summary="Give a week other hours from a day on", request=HoursSerializer, responses=WorkPatternSerializer
    )
    @action(detail=True, methods=["post"], url_path="hours")
    def hours(self, request: ApiRequest, pk: str) -> Response:
        found = self.get_object()
        given = HoursSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        services.set_hours(
            by=actor(request), pattern_id=found.pk, valid_from=given.validated_data["valid_from"], rows=given.rows()
        )
        return Response(WorkPatternSerializer(self.get_object()).data)


class UnitPatternFilter(django_filters.FilterSet):
    class Meta:
        model = UnitPattern
        fields = ["unit", "pattern"]


class UnitPatternViewSet(_SchedulesViewSet):
    """Units with working hours of their own, past ones too."""

    queryset = UnitPattern.objects.select_related("unit", "pattern").order_by("-valid_from", "pk")
    serializer_class = UnitPatternSerializer
    filterset_class = UnitPatternFilter

    def get_queryset(self) -> QuerySet[UnitPattern]:
        return UnitPattern.objects.select_related("unit", "pattern").order_by("-valid_from", "pk")

    @extend_schema(summary="Let a unit work by a week from a day on", request=UnitPatternGiveSerializer)
    def create(self, request: ApiRequest) -> Response:
        given = UnitPatternGiveSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        row = services.give_pattern(by=actor(request), **given.validated_data)
        return Response(UnitPatternSerializer(row).data, status=status.HTTP_201_CREATED)

    @extend_schema(summary="End working hours of a unit", request=LastDaySerializer, responses={204: None})
    @action(detail=True, methods=["post"], url_path="end")
    def end(self, request: ApiRequest, pk: str) -> Response:
        row = self.get_object()
        given = LastDaySerializer(data=request.data)
        given.is_valid(raise_exception=True)
        services.end_unit_pattern(by=actor(request), unit_pattern_id=row.pk, **given.validated_data)
        return Response(status=status.HTTP_204_NO_CONTENT)
