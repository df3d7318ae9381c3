"""National and emergency periods by REST: everybody reads them, HR enters, changes and ends them."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.exceptions import PermissionDenied
from rest_framework.permissions import BasePermission, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from config.viewsets import ReadViewSet, needs
from organization.access import access_for
from organization.api.base import PersonSerializer, RefSerializer, actor
from organization.enums import PositionKind
from organization.enums_periods import NationalPeriodKind, PeriodState
from organization.filters_periods import NationalPeriodFilter
from organization.models import Employee, NationalPeriod, Unit
from organization.national_periods import counting_day, covered_by_unit, covered_employees
from organization.services import national_periods as services


class NationalPeriodSerializer(serializers.ModelSerializer):
    """A period. No `units` is the whole agency, no `weekdays` every working day, no `share_pct` what heads decide."""

    units = RefSerializer(many=True)
    weekdays = serializers.ListField(child=serializers.IntegerField(min_value=1, max_value=7))
    excluded_kinds = serializers.ListField(child=serializers.ChoiceField(choices=PositionKind.choices))
    entered_by = PersonSerializer()
    state = serializers.SerializerMethodField()
    runs_to = serializers.DateField(allow_null=True, help_text="Last day, an early end counted in.")

    class Meta:
        model = NationalPeriod
        fields = [
            "id",
            "kind",
            "name",
            "instrument_no",
            "decree_no",
            "valid_from",
            "valid_to",
            "runs_to",
            "state",
            "weekdays",
            "share_pct",
            "counts_toward_cap",
            "units",
            "excluded_kinds",
            "excludes_direct_service",
            "excludes_24x7",
            "reason",
            "entered_by",
            "entered_at",
            "ended_on",
            "ended_reason",
        ]
        read_only_fields = fields

    @extend_schema_field(serializers.ChoiceField(choices=PeriodState.choices))
    def get_state(self, period: NationalPeriod) -> str:
        return period.state_on(timezone.localdate())


class NationalPeriodWriteSerializer(serializers.Serializer):
    """A period as HR enters it; `units` are ids."""

    kind = serializers.ChoiceField(choices=NationalPeriodKind.choices)
    name = serializers.CharField(max_length=200)
    valid_from = serializers.DateField()
    valid_to = serializers.DateField(allow_null=True, default=None)
    instrument_no = serializers.CharField(max_length=120, allow_blank=True, default="")
    decree_no = serializers.CharField(max_length=120, allow_blank=True, default="")
    weekdays = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=7), max_length=7, default=list
    )
    share_pct = serializers.IntegerField(min_value=1, max_value=100, allow_null=True, default=None)
    excluded_kinds = serializers.ListField(
        child=serializers.ChoiceField(choices=PositionKind.choices), max_length=20, default=list
    )
    excludes_direct_service = serializers.BooleanField(default=True)
    excludes_24x7 = serializers.BooleanField(default=True)
    counts_toward_cap = serializers.BooleanField(default=False)
    reason = serializers.CharField(max_length=300, allow_blank=True, default="")
    units = serializers.PrimaryKeyRelatedField(queryset=Unit.objects.all(), many=True, default=list)

    def data_for_service(self) -> services.PeriodData:
        values = dict(self.validated_data)
        for name in ("weekdays", "excluded_kinds", "units"):
            values[name] = tuple(values[name])
        return services.PeriodData(**values)


class EndPeriodSerializer(serializers.Serializer):
    """An early end; `last_day` is not looked at where the period has not begun."""

    last_day = serializers.DateField()
    reason = serializers.CharField(max_length=300)


class AffectedUnitSerializer(serializers.Serializer):
    """A unit with the number of its own people whom the period affects."""

    id = serializers.IntegerField(source="unit_id")
    name = serializers.CharField()
    people = serializers.IntegerField()


class NationalPeriodViewSet(ReadViewSet):
    """Periods of circulars and emergencies, newest first."""

    queryset = NationalPeriod.objects.all()
    serializer_class = NationalPeriodSerializer
    filterset_class = NationalPeriodFilter

    def get_permissions(self) -> list[BasePermission]:
        if self.action in ("create", "update", "end"):
            return [needs(services.MANAGE)()]
        if self.action == "people":
            return [needs("organization.view_affected_people")()]
        return [IsAuthenticated()]

    def get_queryset(self) -> QuerySet[NationalPeriod]:
        return NationalPeriod.objects.for_list()

    def _answer(self, period: NationalPeriod, code: int = status.HTTP_200_OK) -> Response:
        return Response(NationalPeriodSerializer(self.get_queryset().get(pk=period.pk)).data, status=code)

    @extend_schema(request=NationalPeriodWriteSerializer, responses={201: NationalPeriodSerializer})
    def create(self, request: Request) -> Response:
        """Enter a period; one that begins today is switched on with it."""
        form = NationalPeriodWriteSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        saved = services.enter_period(by=actor(request), data=form.data_for_service())
        return self._answer(saved, status.HTTP_201_CREATED)

    @extend_schema(request=NationalPeriodWriteSerializer, responses=NationalPeriodSerializer)
    def update(self, request: Request, pk: str) -> Response:
        """Change a period that has not begun (409 afterwards)."""
        period = self._managed(request)
        form = NationalPeriodWriteSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        data = form.data_for_service()
        return self._answer(services.change_period(by=actor(request), period_id=period.pk, data=data))

    @extend_schema(request=EndPeriodSerializer, responses=NationalPeriodSerializer)
    @action(detail=True, methods=["post"])
    def end(self, request: Request, pk: str) -> Response:
        """End a running period early, or withdraw a planned one (409 where it is over)."""
        period = self._managed(request)
        form = EndPeriodSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        return self._answer(services.end_period(by=actor(request), period_id=period.pk, **form.validated_data))

    def _managed(self, request: Request) -> NationalPeriod:
        period: NationalPeriod = self.get_object()
        if not actor(request).has_perm(services.MANAGE, period):
            raise PermissionDenied
        return period

    @extend_schema(responses=AffectedUnitSerializer(many=True), filters=False)
    @action(detail=True, filterset_class=None)
    def units(self, request: Request, pk: str) -> Response:
        """Units with the number of people affected, in tree order."""
        period = self.get_object()
        page = self.paginate_queryset(covered_by_unit(period, counting_day(period, timezone.localdate())))
        return self.get_paginated_response(AffectedUnitSerializer(page, many=True).data)

    @extend_schema(responses=RefSerializer(many=True), filters=False)
    @action(detail=True, filterset_class=None)
    def people(self, request: Request, pk: str) -> Response:
        """People affected in the units that the account looks after."""
        period = self.get_object()
        rows: QuerySet[Employee] = covered_employees(period, counting_day(period, timezone.localdate()))
        page = self.paginate_queryset(rows.filter(access_for(actor(request)).employees_q()).order_by("name", "pk"))
        return self.get_paginated_response(RefSerializer(page, many=True).data)
