"""Absences by REST: the agency's leave system enters, changes and removes them by the services of the pages."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from attendance.enums import AbsenceKind, DayPart
from attendance.filters_absences import AbsenceFilter
from attendance.models import Absence
from attendance.services.absences import (
    PERMISSION,
    AbsenceData,
    change_absence,
    enter_absence,
    remove_absence,
)
from config.viewsets import ReadViewSet, needs
from organization.api.base import RefSerializer, actor
from organization.guards import require
from organization.leading import led_by
from organization.models import Employee


class AbsenceSerializer(serializers.ModelSerializer):
    """Whole or half days from `valid_from` to `valid_to`, both inclusive."""

    employee = RefSerializer()

    class Meta:
        model = Absence
        fields = ["id", "employee", "kind", "part", "reference", "valid_from", "valid_to"]


class AbsenceChangeSerializer(serializers.Serializer):
    """What is entered. `part` is the same half on every day of the period."""

    kind = serializers.ChoiceField(choices=AbsenceKind.choices)
    part = serializers.ChoiceField(choices=DayPart.choices, default=DayPart.WHOLE)
    reference = serializers.CharField(max_length=80)
    valid_from = serializers.DateField()
    valid_to = serializers.DateField()


WRITTEN = ("kind", "part", "reference", "valid_from", "valid_to")


class AbsenceWriteSerializer(AbsenceChangeSerializer):
    """A new absence: whose, by the id of the employee."""

    employee = serializers.PrimaryKeyRelatedField(queryset=Employee.objects.none())

    def __init__(self, *args: Any, people: QuerySet[Employee] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if people is not None:
            self.fields["employee"].queryset = people  # type: ignore[attr-defined]  # declared above


class AbsenceViewSet(ReadViewSet):
    """Absences of oneself, of the people one leads, and of those one looks after as HR."""

    queryset = Absence.objects.all()
    serializer_class = AbsenceSerializer
    filterset_class = AbsenceFilter

    def get_permissions(self) -> Any:
        """Entering is for HR; what is done with one absence is asked when it is known whose it is."""
        return [needs(PERMISSION)()] if self.action == "create" else super().get_permissions()

    def get_queryset(self) -> QuerySet[Absence]:
        user = actor(self.request)
        mine = Q(employee__in=led_by(user)) | Q(employee__user=user.pk)
        return Absence.objects.filter(mine).select_related("employee").order_by("-valid_from", "-pk")

    @extend_schema(request=AbsenceWriteSerializer, responses={201: AbsenceSerializer})
    def create(self, request: Request) -> Response:
        """Enter an absence."""
        people = Employee.objects.visible_to(actor(request))
        form = AbsenceWriteSerializer(data=request.data, people=people)
        form.is_valid(raise_exception=True)
        values = dict(form.validated_data)
        employee = values.pop("employee")
        saved = enter_absence(by=actor(request), employee_id=employee.pk, data=AbsenceData(**values))
        return Response(AbsenceSerializer(saved.absence).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=AbsenceChangeSerializer, responses=AbsenceSerializer)
    def update(self, request: Request, pk: str) -> Response:
        """Change an absence."""
        return self._change(request, {})

    @extend_schema(request=AbsenceChangeSerializer, responses=AbsenceSerializer)
    def partial_update(self, request: Request, pk: str) -> Response:
        """Change some of an absence."""
        row = self.get_object()
        return self._change(request, {name: getattr(row, name) for name in WRITTEN})

    def _change(self, request: Request, known: dict[str, Any]) -> Response:
        row = self.get_object()
        require(actor(request), PERMISSION, row.employee)
        form = AbsenceChangeSerializer(data=request.data, partial=bool(known))
        form.is_valid(raise_exception=True)
        data = AbsenceData(**{**known, **form.validated_data})
        saved = change_absence(by=actor(request), absence_id=row.pk, data=data)
        return Response(AbsenceSerializer(saved.absence).data)

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, pk: str) -> Response:
        """Remove an absence that was entered wrongly."""
        remove_absence(by=actor(request), absence_id=self.get_object().pk)
        return Response(status=status.HTTP_204_NO_CONTENT)
