"""The capacity of a unit by REST: its days, who is where on one, and the limits a head tightens or HR sets."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.generics import GenericAPIView, get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from fwa.capacity import BELOW, FREE, FULL, OFF, TIGHT
from fwa.capacity_reads import ABSENT, AWAY, OFF_DUTY, ON_SITE, people_on, unit_capacity
from organization.api.base import RefSerializer, actor
from organization.enums_periods import NationalPeriodKind
from organization.extensions import NewLimit, over_limit
from organization.models import Placement, Unit
from organization.services import unit_limits

MOST_WEEKS, WEEKS = 26, 12


class DayLimitSerializer(serializers.Serializer):
    """A limit that binds: a quota (people away at most) or a minimum (people on site at least)."""

    unit = serializers.CharField()
    own = serializers.BooleanField(help_text="of this unit, not of one above it")
    is_quota = serializers.BooleanField()
    group = serializers.CharField(allow_blank=True, help_text="position group; empty: everybody")
    figure = serializers.IntegerField()
    limit = serializers.IntegerField()
    room = serializers.IntegerField(help_text="how many more may be away; below 0: passed already")


class UnitPeriodSerializer(serializers.Serializer):
    """A national or emergency period on that day; see `/national-periods/`."""

    id = serializers.IntegerField(source="period.period_id")
    kind = serializers.ChoiceField(source="period.kind", choices=NationalPeriodKind.choices)
    name = serializers.CharField(source="period.name")
    share_pct = serializers.IntegerField(
        source="period.share_pct", allow_null=True, help_text="of the staff works away; none: the head decides"
    )
    people = serializers.IntegerField(help_text="of the unit and those below whom it covers")


class CapacityDaySerializer(serializers.Serializer):
    day = serializers.DateField()
    state = serializers.ChoiceField(choices=[(name, name) for name in (FREE, TIGHT, FULL, BELOW, OFF)])
    holiday = serializers.CharField(allow_blank=True)
    staff = serializers.IntegerField()
    away = serializers.IntegerField()
    absent = serializers.IntegerField()
    off = serializers.IntegerField(help_text="off by a published roster")
    on_site = serializers.IntegerField()
    limits = DayLimitSerializer(many=True)
    periods = UnitPeriodSerializer(many=True)


class CapacitySerializer(serializers.Serializer):
    days = CapacityDaySerializer(many=True)


class PersonOfDaySerializer(serializers.ModelSerializer):
    """One person of the unit on a day; the kind of an absence is never told."""

    employee = RefSerializer()
    position = RefSerializer()
    unit = RefSerializer()
    presence = serializers.ChoiceField(choices=[(name, name) for name in (AWAY, OFF_DUTY, ABSENT, ON_SITE)])

    class Meta:
        model = Placement
        fields = ["employee", "position", "unit", "presence"]


class OverLimitSerializer(serializers.Serializer):
    """A day on which what is granted already goes beyond the new limit; it stays granted."""

    day = serializers.DateField()
    figure = serializers.IntegerField()
    limit = serializers.IntegerField()
    who = serializers.ListField(child=serializers.CharField())


class LimitAnswerSerializer(serializers.Serializer):
    saved = serializers.BooleanField()
    over = OverLimitSerializer(many=True)


class QuotaSerializer(serializers.Serializer):
    """`dry_run`: say what granted days would go beyond the limit, and save nothing."""

    quota_pct = serializers.IntegerField(min_value=0, max_value=100, allow_null=True)
    valid_from = serializers.DateField()
    dry_run = serializers.BooleanField(required=False, default=False)


class MinimumSerializer(serializers.Serializer):
    """Zero ends the minimum. `weekday` is 1 (Monday) to 7; none: every working day."""

    weekday = serializers.IntegerField(min_value=1, max_value=7, allow_null=True, required=False, default=None)
    position_group = serializers.CharField(max_length=60, allow_blank=True, required=False, default="")
    count = serializers.IntegerField(min_value=0, max_value=10_000)
    valid_from = serializers.DateField()
    dry_run = serializers.BooleanField(required=False, default=False)


class _OfUnit(APIView):
    def unit(self, permission: str = "") -> Unit:
        """The unit of the address: 404 out of reach, 403 without the permission."""
        user = actor(self.request)
        unit = get_object_or_404(Unit.objects.visible_to(user), pk=self.kwargs["pk"])
        if permission and not user.has_perm(permission, unit):
            raise PermissionDenied
        return unit


class UnitCapacityView(_OfUnit):
    """Figures per day."""

    @extend_schema(
        operation_id="units_capacity",
        responses=CapacitySerializer,
        parameters=[OpenApiParameter("weeks", int, description=f"1 to {MOST_WEEKS}, from this Monday on")],
    )
    def get(self, request: Request, pk: int) -> Response:
        """How full the unit is on each day of the next weeks, against its limits and those of the units above."""
        unit = self.unit()
        text = request.query_params.get("weeks", str(WEEKS))
        if not text.isdecimal() or len(text) > 3 or not 1 <= int(text) <= MOST_WEEKS:
            raise serializers.ValidationError({"weeks": f"1-{MOST_WEEKS}"}, code="range")
        today = timezone.localdate()
        monday = today - timedelta(days=today.weekday())
        found = unit_capacity(unit, monday, monday + timedelta(days=7 * int(text) - 1))
        return Response(CapacitySerializer({"days": found.days}).data)


class UnitDayView(_OfUnit, GenericAPIView):
    """Names of one day."""

    serializer_class = PersonOfDaySerializer
    queryset = Placement.objects.none()
    filter_backends: list[Any] = []

    @extend_schema(operation_id="units_day_people", responses=PersonOfDaySerializer(many=True))
    def get(self, request: Request, pk: int, day: str) -> Response:
        """Who of the unit is away, absent and on site on a day; for its heads, HR and auditors."""
        unit = self.unit("fwa.view_people_of_day")
        try:
            asked = date.fromisoformat(day)
        except ValueError as error:
            raise Http404 from error
        page = self.paginate_queryset(people_on(unit, asked))
        return self.get_paginated_response(PersonOfDaySerializer(page, many=True).data)


class _Limit(_OfUnit):
    def save(self, unit: Unit, asked: dict[str, Any], command: Callable[..., Any]) -> Response:
        """Save, or with `dry_run` only try: what the services refuse is refused in both."""
        dry_run = asked.pop("dry_run")
        user = actor(self.request)
        with transaction.atomic():
            command(by=user, unit_id=unit.pk, **asked)
            over = over_limit(user, NewLimit(unit, **asked))
            transaction.set_rollback(dry_run)
        return Response(LimitAnswerSerializer({"saved": not dry_run, "over": over}).data)


class UnitQuotaView(_Limit):
    """The unit's own percentage."""

    @extend_schema(operation_id="units_quota", request=QuotaSerializer, responses=LimitAnswerSerializer)
    def post(self, request: Request, pk: int) -> Response:
        """Set the quota from a day on. Heads tighten it, and undo only what heads tightened."""
        unit = self.unit("organization.tighten_unit")
        form = QuotaSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        return self.save(unit, dict(form.validated_data), unit_limits.set_quota)


class UnitMinimumView(_Limit):
    """The unit's minimum on site."""

    @extend_schema(operation_id="units_minimum", request=MinimumSerializer, responses=LimitAnswerSerializer)
    def post(self, request: Request, pk: int) -> Response:
        """Set a minimum by weekday and position group from a day on. Heads raise it, and undo only their own."""
        unit = self.unit("organization.tighten_unit")
        form = MinimumSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        return self.save(unit, dict(form.validated_data), unit_limits.set_minimum)
