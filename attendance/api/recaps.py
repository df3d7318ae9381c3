"""The monthly recap by REST: figures as they are now, what HR locked, and locking; by the services of the pages."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request as ApiRequest
from rest_framework.response import Response

from attendance.forms.recaps import RecapFilterForm
from attendance.models import AttendanceRecap, RecapMonth
from attendance.recap import COLUMNS, people_of_month, recap_figures
from attendance.services.recaps import lock_recap
from config.viewsets import ListViewSet, ReadViewSet, needs
from organization.api.base import PersonSerializer, RefSerializer, actor
from organization.models import Employee, Unit

FIGURE_NAMES = COLUMNS[1:]


class RecapSerializer(serializers.ModelSerializer):
    """One employee's month. Minutes are whole minutes; days of absence may be halves."""

    employee = RefSerializer()
    unit = RefSerializer()

    class Meta:
        model = AttendanceRecap
        fields = ["employee", "unit", *FIGURE_NAMES]


class RecapViewSet(ListViewSet):
    """The figures of a month as they are now, for people in reach with a day in it."""

    queryset = AttendanceRecap.objects.none()
    serializer_class = RecapSerializer
    permission_classes = [needs("attendance.view_recaps")]
    filter_backends: list[Any] = []

    @extend_schema(
        parameters=[
            OpenApiParameter("month", OpenApiTypes.STR, description="YYYY-MM, at most 13 months back; this month"),
            OpenApiParameter("unit", OpenApiTypes.INT, description="the unit with all below it"),
            OpenApiParameter("name", OpenApiTypes.STR),
        ]
    )
    def list(self, request: ApiRequest, *args: Any, **kwargs: Any) -> Response:
        """Pages of people by name."""
        user = actor(request)
        form = RecapFilterForm(request.query_params, user=user)
        if not form.is_valid():
            wrong = {name: [str(error) for error in errors] for name, errors in form.errors.items()}
            raise serializers.ValidationError(wrong)
        given = form.cleaned_data
        people = people_of_month(user, given["month"], unit=given["unit"], name=given["name"])
        page = self.paginate_queryset(people) or []
        return self.get_paginated_response(self.get_serializer(_as_rows(page, given["month"]), many=True).data)


def _as_rows(people: list[Employee], month: date) -> list[AttendanceRecap]:
    """The figures as unsaved rows; two queries."""
    figures = recap_figures(month, on=timezone.localdate(), employee_ids=[person.pk for person in people])
    units = Unit.objects.in_bulk({row.unit_id for row in figures.values()})
    rows = []
    for person in people:
        if person.pk in figures:
            row = AttendanceRecap(employee=person, **figures[person.pk]._asdict())
            row.unit = units[row.unit_id]
            rows.append(row)
    return rows


class RecapMonthSerializer(serializers.ModelSerializer):
    """A locked edition: 1 is the recap, later ones are supplements. `digest` is the SHA-256 over its rows."""

    locked_by = PersonSerializer(read_only=True)

    class Meta:
        model = RecapMonth
        fields = ["id", "month", "edition", "people", "digest", "locked_by", "locked_at"]


class LockSerializer(serializers.Serializer):
    month = serializers.DateField(help_text="any day of the month")


class RecapMonthViewSet(ReadViewSet):
    """Months that HR has locked, the newest first."""

    queryset = RecapMonth.objects.all()
    serializer_class = RecapMonthSerializer
    permission_classes = [needs("attendance.view_recaps")]
    filterset_fields = ["month", "edition"]
    lookup_value_regex = "[0-9]{1,18}"

    def get_queryset(self) -> QuerySet[RecapMonth]:
        return RecapMonth.objects.select_related("locked_by").order_by("-month", "-edition")

    @extend_schema(request=LockSerializer, responses={201: RecapMonthSerializer})
    def create(self, request: ApiRequest) -> Response:
        """Lock a month that is over; the second time only what changed since."""
        if not actor(request).has_perm("attendance.lock_recap"):
            raise PermissionDenied
        form = LockSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        made = lock_recap(by=actor(request), month=form.validated_data["month"])
        return Response(self.get_serializer(made).data, status=status.HTTP_201_CREATED)

    @extend_schema(responses=RecapSerializer(many=True))
    @action(detail=True)
    def rows(self, request: ApiRequest, pk: str) -> Response:
        """The locked figures of people in reach."""
        recap = self.get_object()
        rows = AttendanceRecap.objects.visible_to(actor(request)).filter(recap=recap)
        page = self.paginate_queryset(rows.select_related("employee", "unit").order_by("employee"))
        return self.get_paginated_response(RecapSerializer(page or [], many=True).data)
