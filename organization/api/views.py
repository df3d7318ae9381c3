"""Reads of the organisation, with the scope and the permissions of its pages; and marking notices read."""

from __future__ import annotations

from typing import Any

from django.db.models import F, Q, QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from config.viewsets import ListViewSet, ReadViewSet, needs
from organization.access import access_for
from organization.api import serializers
from organization.api.base import actor
from organization.api.filters import HolidayFilter, NoticeFilter, SiteFilter
from organization.filters import (
    DelegationFilter,
    EmployeeFilter,
    PositionFilter,
    RoleGrantFilter,
    UnitListFilter,
)
from organization.models import (
    Delegation,
    Employee,
    Holiday,
    Notice,
    Placement,
    Position,
    RoleGrant,
    Site,
    Unit,
    User,
)
from organization.selectors import people_for_list, staff_under, units_for_list
from organization.services.notices import mark_read

SeesPeople = needs("organization.view_people")
SeesAgency = needs("organization.view_agency")


class MeView(APIView):
    """Who asks."""

    @extend_schema(operation_id="me", responses=serializers.MeSerializer)
    def get(self, request: Request) -> Response:
        """The account that asks, with its roles and own record."""
        return Response(serializers.MeSerializer(_me(actor(request))).data)


def _me(user: User) -> dict[str, Any]:
    access = access_for(user)
    employee = getattr(user, "employee", None)
    placements = Placement.objects.active_on(access.on).filter(employee=employee)
    grants = RoleGrant.objects.active_on(access.on).filter(user=user).select_related("unit")
    return {
        "id": user.pk,
        "name": str(user),
        "email": user.email,
        "language": user.mail_language,
        "employee": employee,
        "placement": placements.select_related("unit", "position", "supervisor").first(),
        "heads": Unit.objects.filter(path__in=access.own_headed_paths),
        "has_reports": access.has_reports,
        "roles": grants.order_by("role", "pk"),
        "acting_for": access.acting_for,
    }


class UnitViewSet(ReadViewSet):
    """Units in reach, in tree order."""

    queryset = Unit.objects.all()
    permission_classes = [SeesPeople]
    serializer_class = serializers.UnitSerializer
    filterset_class = UnitListFilter

    def get_queryset(self) -> QuerySet[Unit]:
        return units_for_list(actor(self.request), timezone.localdate())

    @extend_schema(responses=serializers.UnitDetailSerializer)
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        unit = get_object_or_404(self.get_queryset(), pk=kwargs["pk"])
        today = timezone.localdate()
        below = Q(parent=unit, pk__in=Unit.objects.open_on(today))
        around = list(Unit.objects.filter(Q(pk__in=unit.path_ids[:-1]) | below))
        unit.ancestors = [row for row in around if row.pk in unit.path_ids[:-1]]  # type: ignore[attr-defined]
        unit.children_today = [row for row in around if row.parent_id == unit.pk]  # type: ignore[attr-defined]
        unit.staff = staff_under(unit, today)  # type: ignore[attr-defined]
        return Response(serializers.UnitDetailSerializer(unit).data)


class EmployeeViewSet(ReadViewSet):
    """Employees in reach. Search by name or unit: a NIP may not stand in an address."""

    queryset = Employee.objects.all()
    permission_classes = [SeesPeople]
    serializer_class = serializers.EmployeeSerializer
    filterset_class = EmployeeFilter

    def get_queryset(self) -> QuerySet[Employee]:
        return people_for_list(actor(self.request)).annotate(unit_id=F("current__unit_id"))

    @extend_schema(responses=serializers.EmployeeDetailSerializer)
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        employee = get_object_or_404(self.get_queryset(), pk=kwargs["pk"])
        return Response(serializers.EmployeeDetailSerializer(employee, context={"request": request}).data)

    @extend_schema(responses=serializers.PlacementSerializer(many=True), filters=False)
    @action(detail=True, filterset_class=None)
    def placements(self, request: Request, pk: str) -> Response:
        """Where the employee served and serves, newest first."""
        employee = get_object_or_404(self.get_queryset(), pk=pk)
        rows = employee.placements.select_related("unit", "position", "supervisor", "site").order_by("-valid_from")
        page = self.paginate_queryset(rows)
        return self.get_paginated_response(serializers.PlacementSerializer(page, many=True).data)


class PositionViewSet(ReadViewSet):
    """The dictionary of positions."""

    queryset = Position.objects.all()
    permission_classes = [SeesAgency]
    serializer_class = serializers.PositionSerializer
    filterset_class = PositionFilter

    def get_queryset(self) -> QuerySet[Position]:
        return Position.objects.with_mapped_share_on(timezone.localdate()).order_by("name", "pk")

    @extend_schema(responses=serializers.PositionDetailSerializer)
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        rows = self.get_queryset().prefetch_related("tasks__task_type")
        return Response(serializers.PositionDetailSerializer(get_object_or_404(rows, pk=kwargs["pk"])).data)


class SiteViewSet(ReadViewSet):
    """Offices in use, as every employee may choose from them."""

    queryset = Site.objects.filter(is_active=True).order_by("name", "pk")
    serializer_class = serializers.SiteSerializer
    filterset_class = SiteFilter


class HolidayViewSet(ListViewSet):
    """Public holidays and joint leave."""

    queryset = Holiday.objects.order_by("day", "pk")
    serializer_class = serializers.HolidaySerializer
    filterset_class = HolidayFilter


class DelegationViewSet(ReadViewSet):
    """HR of the agency and auditors see all delegations; everybody else those they gave or hold."""

    queryset = Delegation.objects.all()
    serializer_class = serializers.DelegationSerializer
    filterset_class = DelegationFilter

    def get_queryset(self) -> QuerySet[Delegation]:
        user = actor(self.request)
        rows = Delegation.objects.select_related("principal", "delegate").order_by("-valid_from", "pk")
        if user.has_perm("organization.view_agency"):
            return rows
        return rows.filter(Q(principal=user) | Q(delegate=user))


class RoleGrantViewSet(ReadViewSet):
    """Granted roles, for HR of the agency and auditors."""

    queryset = RoleGrant.objects.select_related("user", "unit").order_by("role", "user__name", "pk")
    permission_classes = [SeesAgency]
    serializer_class = serializers.RoleGrantSerializer
    filterset_class = RoleGrantFilter


class NoticeViewSet(ListViewSet):
    """What the system told the account, newest first."""

    queryset = Notice.objects.all()
    serializer_class = serializers.NoticeSerializer
    filterset_class = NoticeFilter

    def get_queryset(self) -> QuerySet[Notice]:
        return Notice.objects.filter(user=actor(self.request))

    @extend_schema(request=serializers.NoticesReadSerializer, responses=serializers.CountSerializer, filters=False)
    @action(detail=False, methods=["post"], filterset_class=None, pagination_class=None)
    def read(self, request: Request) -> Response:
        """Mark notices read."""
        form = serializers.NoticesReadSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        count = mark_read(by=actor(request), notice_ids=form.validated_data.get("ids"))
        return Response({"count": count})
