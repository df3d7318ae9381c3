"""Terminals, their PINs and entries, and outages by REST; by the services of the pages."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.permissions import BasePermission, IsAuthenticated
from rest_framework.request import Request as ApiRequest
from rest_framework.response import Response

from attendance.enums import Direction, OutageCause
from attendance.filters_terminals import OutageFilter, TerminalFilter
from attendance.models import OutageWindow, Terminal, TerminalPin
from attendance.selectors_terminals import terminals_for_list
from attendance.services import outages, terminals
from attendance.services.terminal_entries import Fate, Line, record_many
from config.viewsets import ReadViewSet, needs
from organization.api.base import PersonSerializer, RefSerializer, actor
from organization.importing.reasons import reason_text
from organization.models import Employee, Site
from organization.models.units import ZONES

MOST_ENTRIES = 5_000
KEYS = (Direction.IN, Direction.OUT)


class TerminalSerializer(serializers.ModelSerializer):
    """A terminal of an office; its clock runs in `zone`."""

    site = RefSerializer()

    class Meta:
        model = Terminal
        fields = ["id", "code", "name", "site", "zone", "is_active"]


class TerminalWriteSerializer(serializers.Serializer):
    """What HR says of a terminal; `code` and `zone` cannot change once entries came."""

    code = serializers.CharField(max_length=40)
    name = serializers.CharField(max_length=120)
    site = serializers.PrimaryKeyRelatedField(queryset=Site.objects.all())
    zone = serializers.ChoiceField(choices=ZONES)
    is_active = serializers.BooleanField(default=True)


class TerminalPinSerializer(serializers.ModelSerializer):
    """Whom a PIN means in a period."""

    employee = RefSerializer()

    class Meta:
        model = TerminalPin
        fields = ["id", "pin", "employee", "valid_from", "valid_to"]


class PinAssignSerializer(serializers.Serializer):
    pin = serializers.CharField(max_length=20)
    employee = serializers.PrimaryKeyRelatedField(queryset=Employee.objects.all())
    valid_from = serializers.DateField()


class TerminalEntrySerializer(serializers.Serializer):
    """One press. `at` without an offset is by the terminal's clock."""

    pin = serializers.RegexField(r"^[0-9]{1,20}$")
    at = serializers.DateTimeField(default_timezone=None)
    key = serializers.ChoiceField(choices=[(key.value, key.label) for key in KEYS])


class TerminalEntriesSerializer(serializers.Serializer):
    entries = TerminalEntrySerializer(many=True, allow_empty=False)

    def validate_entries(self, entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
        if len(entries) > MOST_ENTRIES:
            raise serializers.ValidationError(_("At most %(count)s entries at once.") % {"count": MOST_ENTRIES})
        return entries


class EntryFateSerializer(serializers.Serializer):
    """What became of one press, in the order they were sent. `direction`: what counts; empty where nothing is kept."""

    fate = serializers.ChoiceField(choices=[(fate.value, fate.value) for fate in Fate])
    direction = serializers.CharField(allow_blank=True)
    reason = serializers.CharField(allow_blank=True)


class EntryFatesSerializer(serializers.Serializer):
    """Numbers by fate, and every press for itself."""

    accepted = serializers.IntegerField()
    understood = serializers.IntegerField()
    known = serializers.IntegerField()
    repeated = serializers.IntegerField()
    rejected = serializers.IntegerField()
    entries = EntryFateSerializer(many=True)


class TerminalViewSet(ReadViewSet):
    """Terminals; entries are sent to one of them."""

    queryset = Terminal.objects.all()
    serializer_class = TerminalSerializer
    filterset_class = TerminalFilter
    lookup_value_regex = "[0-9]{1,18}"

    def get_permissions(self) -> list[BasePermission]:
        if self.action in ("create", "update", "assign_pin"):
            return [needs("attendance.manage_terminals")()]
        if self.action == "entries":
            return [needs("attendance.send_terminal_entries")()]
        return [needs("attendance.view_terminals")()]

    def get_queryset(self) -> QuerySet[Terminal]:
        return terminals_for_list()

    @extend_schema(request=TerminalWriteSerializer, responses={201: TerminalSerializer})
    def create(self, request: ApiRequest) -> Response:
        """Add a terminal."""
        return self._save(request, None, status.HTTP_201_CREATED)

    @extend_schema(request=TerminalWriteSerializer, responses=TerminalSerializer)
    def update(self, request: ApiRequest, pk: str) -> Response:
        """Change a terminal."""
        return self._save(request, self.get_object().pk, status.HTTP_200_OK)

    def _save(self, request: ApiRequest, pk: int | None, code: int) -> Response:
        form = TerminalWriteSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        saved = terminals.save_terminal(by=actor(request), terminal_id=pk, values=form.validated_data)
        return Response(TerminalSerializer(saved).data, status=code)

    @extend_schema(responses=TerminalPinSerializer(many=True), filters=False)
    @action(detail=True, filterset_class=None)
    def pins(self, request: ApiRequest, pk: str) -> Response:
        """Whom its PINs mean, and meant."""
        rows = TerminalPin.objects.filter(terminal=self.get_object()).select_related("employee")
        page = self.paginate_queryset(rows.order_by("employee__name", "pk"))
        return self.get_paginated_response(TerminalPinSerializer(page, many=True).data)

    @extend_schema(request=PinAssignSerializer, responses={201: TerminalPinSerializer})
    @pins.mapping.post
    def assign_pin(self, request: ApiRequest, pk: str) -> Response:
        """Say whom a PIN means from a day on."""
        form = PinAssignSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        row = terminals.assign_pin(by=actor(request), terminal_id=self.get_object().pk, **form.validated_data)
        return Response(TerminalPinSerializer(row).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=TerminalEntriesSerializer, responses=EntryFatesSerializer)
    @action(detail=True, methods=["post"])
    def entries(self, request: ApiRequest, pk: str) -> Response:
        """Send up to 5,000 presses; sent again, they change nothing. Rejected ones hinder no other."""
        form = TerminalEntriesSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        terminal = self.get_object()
        zone = ZoneInfo(terminal.zone)
        lines = [_line(number, row, zone) for number, row in enumerate(form.validated_data["entries"], start=1)]
        found = record_many(by=actor(request), terminal=terminal, lines=lines)
        numbers = {fate.value: found[fate] for fate in Fate}
        told = [
            {
                "fate": line.fate.value,
                "direction": line.direction if line.is_stored else "",
                "reason": reason_text(line.code, {}) if line.code else "",
            }
            for line in lines
        ]
        return Response(EntryFatesSerializer({**numbers, "entries": told}).data)


def _line(number: int, row: dict[str, Any], zone: ZoneInfo) -> Line:
    at = row["at"].replace(microsecond=0)
    at = at.astimezone(zone).replace(tzinfo=None) if at.tzinfo is not None else at
    return Line(number, row["pin"].lstrip("0") or "0", at, str(row["key"]))


class OutageSerializer(serializers.ModelSerializer):
    """A time that only excuses. Without `entered_by` the system noted it itself."""

    site = RefSerializer(allow_null=True)
    terminal = RefSerializer(allow_null=True)
    entered_by = PersonSerializer(allow_null=True)

    class Meta:
        model = OutageWindow
        fields = [
            "id", "cause", "site", "terminal", "starts_at", "ends_at", "reason", "entered_by", "entered_at",
            "withdrawn_at",
        ]  # fmt: skip


class OutageWriteSerializer(serializers.Serializer):
    """`site` where an office failed, `terminal` where a terminal did."""

    cause = serializers.ChoiceField(choices=OutageCause.choices)
    site = serializers.PrimaryKeyRelatedField(
        queryset=Site.objects.all(), required=False, allow_null=True, default=None
    )
    terminal = serializers.PrimaryKeyRelatedField(
        queryset=Terminal.objects.all(), required=False, allow_null=True, default=None
    )
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    reason = serializers.CharField(max_length=300)


class OutageViewSet(ReadViewSet):
    """Outages, the newest first."""

    queryset = OutageWindow.objects.all()
    serializer_class = OutageSerializer
    filterset_class = OutageFilter
    lookup_value_regex = "[0-9]{1,18}"

    def get_permissions(self) -> list[BasePermission]:
        if self.action in ("create", "withdraw"):
            return [needs("attendance.manage_outages")()]
        return [IsAuthenticated()]

    def get_queryset(self) -> QuerySet[OutageWindow]:
        return OutageWindow.objects.select_related("site", "terminal", "entered_by").order_by("-starts_at", "-pk")

    @extend_schema(request=OutageWriteSerializer, responses={201: OutageSerializer})
    def create(self, request: ApiRequest) -> Response:
        """Enter an outage that is over; the days it touches are built again."""
        form = OutageWriteSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        window = outages.enter_outage(by=actor(request), data=outages.OutageData(**form.validated_data))
        return Response(OutageSerializer(window).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=None, responses=OutageSerializer)
    @action(detail=True, methods=["post"])
    def withdraw(self, request: ApiRequest, pk: str) -> Response:
        """Take an outage back (409 where that was done)."""
        window = outages.withdraw_outage(by=actor(request), outage_id=self.get_object().pk)
        return Response(OutageSerializer(window).data)
