"""Arrangements and their days of the people in reach."""

from __future__ import annotations

from django.db.models import QuerySet

from attendance.api import serializers
from attendance.filters import AssignmentDayFilter, AssignmentFilter
from attendance.models import Assignment, AssignmentDay
from config.viewsets import ListViewSet, ReadViewSet
from organization.access import access_for
from organization.api.base import actor


class AssignmentViewSet(ReadViewSet):
    """Granted and held arrangements."""

    queryset = Assignment.objects.all()
    serializer_class = serializers.AssignmentSerializer
    filterset_class = AssignmentFilter

    def get_queryset(self) -> QuerySet[Assignment]:
        rows = Assignment.objects.visible_to(actor(self.request)).select_related("employee", "unit", "site")
        return rows.order_by("-valid_from", "pk")


class AssignmentDayViewSet(ListViewSet):
    """The calendar: who works elsewhere or at other hours on which day."""

    queryset = AssignmentDay.objects.all()
    serializer_class = serializers.AssignmentDaySerializer
    filterset_class = AssignmentDayFilter

    def get_queryset(self) -> QuerySet[AssignmentDay]:
        in_reach = access_for(actor(self.request)).employees_q("employee__")
        rows = AssignmentDay.objects.filter(in_reach).select_related("employee", "unit", "assignment")
        return rows.order_by("day", "pk")
