"""Shifts, rotations, rosters, their entries and swaps by REST; by the services of the pages."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch, QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request as ApiRequest
from rest_framework.response import Response

from attendance.filters_rosters import RosterEntryFilter, RosterFilter, SwapFilter
from attendance.models import Roster, RosterEntry, RotationPattern, RotationStep, Shift, ShiftSwap
from attendance.roster_facts import facts_of
from attendance.roster_words import sentence
from attendance.services.roster_people import join_roster, leave_roster
from attendance.services.roster_publish import change_cells, publish_roster
from attendance.services.rosters import (
    CellSpec,
    add_person,
    create_roster,
    delete_draft,
    remove_person,
    set_cells,
)
from attendance.services.swaps import SwapSpec, answer_swap, ask_swap, decide_swap, withdraw_swap
from config.viewsets import ListViewSet, ReadViewSet
from organization.access import access_for
from organization.api.base import PersonSerializer, RefSerializer, actor
from organization.querysets import under_paths_q

ID = "[0-9]{1,18}"
REASON_LENGTH = 300
MOST_CELLS = 4000


class ShiftSerializer(serializers.ModelSerializer):
    """A shift; local time of the unit, minutes with the break."""

    unit = RefSerializer()

    class Meta:
        model = Shift
        fields = [
            "id", "unit", "code", "name", "starts_at", "duration_min", "break_min", "break_after_min", "is_active",
        ]  # fmt: skip


class RotationStepSerializer(serializers.ModelSerializer):
    """The shift of a day of the cycle, counted from 0."""

    shift = serializers.CharField(source="shift.code")

    class Meta:
        model = RotationStep
        fields = ["position", "slot", "shift"]


class RotationTeamSerializer(serializers.Serializer):
    id = serializers.IntegerField(source="pk")
    name = serializers.CharField()
    offset = serializers.IntegerField(help_text="days ahead of the cycle's first day")


class RotationSerializer(serializers.ModelSerializer):
    """A cycle of shifts with its teams; days without a step are off."""

    unit = RefSerializer()
    steps = RotationStepSerializer(many=True)
    teams = RotationTeamSerializer(many=True)

    class Meta:
        model = RotationPattern
        fields = ["id", "unit", "name", "starts_on", "cycle_days", "is_active", "steps", "teams"]


class RosterSerializer(serializers.ModelSerializer):
    """A roster. Its cells are under roster-entries."""

    unit = RefSerializer()

    class Meta:
        model = Roster
        fields = ["id", "unit", "starts_on", "ends_on", "status", "rotation", "published_at"]


class NewRosterSerializer(serializers.Serializer):
    """A draft: by a rotation, by the last roster, or with open cells."""

    unit_id = serializers.IntegerField(min_value=1)
    starts_on = serializers.DateField()
    ends_on = serializers.DateField()
    rotation_id = serializers.IntegerField(min_value=1, required=False, allow_null=True, default=None)
    copy_last = serializers.BooleanField(required=False, default=False)
    employee_ids = serializers.ListField(child=serializers.IntegerField(min_value=1), max_length=1000, required=False)


class RosterPublishSerializer(serializers.Serializer):
    reason = serializers.CharField(max_length=500, required=False, allow_blank=True, default="")


class RosterCellSerializer(serializers.Serializer):
    """What a cell shall hold; no shift is a day off, `is_open` leaves it to a proposal (drafts)."""

    employee_id = serializers.IntegerField(min_value=1)
    day = serializers.DateField()
    slot = serializers.IntegerField(min_value=1, max_value=2, required=False, default=1)
    shift_id = serializers.IntegerField(min_value=1, required=False, allow_null=True, default=None)
    is_open = serializers.BooleanField(required=False, default=False)


class RosterCellsSerializer(serializers.Serializer):
    """Cells to set; a published roster wants the reason."""

    cells = serializers.ListField(child=RosterCellSerializer(), min_length=1, max_length=MOST_CELLS)
    reason = serializers.CharField(max_length=REASON_LENGTH, required=False, allow_blank=True, default="")


class RosterCellsChangedSerializer(serializers.Serializer):
    changed = serializers.IntegerField()


class RosterPersonSerializer(serializers.Serializer):
    """Somebody to put on a roster or to take off. A published one wants from when, and the reason."""

    employee_id = serializers.IntegerField(min_value=1)
    from_on = serializers.DateField(required=False, help_text="of a published roster; else its first day")
    reason = serializers.CharField(max_length=REASON_LENGTH, required=False, allow_blank=True, default="")


class RosterFindingSerializer(serializers.Serializer):
    """Something wrong with the roster: stop, head (only the unit head with a reason) or note."""

    code = serializers.CharField()
    level = serializers.CharField()
    day = serializers.DateField()
    employee_id = serializers.IntegerField(allow_null=True)
    shift_id = serializers.IntegerField(allow_null=True)
    text = serializers.CharField()


class RosterEntrySerializer(serializers.ModelSerializer):
    """A cell: somebody's shift on a day, or a day off."""

    employee = RefSerializer()
    shift = serializers.SerializerMethodField()

    class Meta:
        model = RosterEntry
        fields = ["id", "roster", "employee", "day", "slot", "shift", "is_published"]

    @extend_schema_field(serializers.CharField(allow_null=True))
    def get_shift(self, entry: RosterEntry) -> str | None:
        return entry.shift.code if entry.shift else None


class SwapSerializer(serializers.ModelSerializer):
    """A swap of two people: on each of the two days they exchange what they have."""

    applicant = RefSerializer()
    colleague = RefSerializer()
    decided_by = PersonSerializer(allow_null=True)

    class Meta:
        model = ShiftSwap
        fields = [
            "id", "applicant", "colleague", "own_day", "own_slot", "other_day", "other_slot", "reason", "status",
            "asked_at", "agreed_at", "decided_by", "decided_at", "decision_reason",
        ]  # fmt: skip


class NewSwapSerializer(serializers.Serializer):
    own_day = serializers.DateField()
    own_slot = serializers.IntegerField(min_value=1, max_value=2, required=False, default=1)
    colleague_id = serializers.IntegerField(min_value=1)
    other_day = serializers.DateField()
    other_slot = serializers.IntegerField(min_value=1, max_value=2, required=False, default=1)
    reason = serializers.CharField(max_length=REASON_LENGTH)


class SwapAnswerSerializer(serializers.Serializer):
    agrees = serializers.BooleanField()
    reason = serializers.CharField(max_length=REASON_LENGTH, required=False, allow_blank=True, default="")


class SwapDecisionSerializer(serializers.Serializer):
    approve = serializers.BooleanField()
    reason = serializers.CharField(max_length=REASON_LENGTH, required=False, allow_blank=True, default="")


def _valid(serializer: type[serializers.Serializer], request: ApiRequest) -> dict[str, Any]:
    form = serializer(data=request.data)
    form.is_valid(raise_exception=True)
    return dict(form.validated_data)


def _in_reach(rows: QuerySet[Any], request: ApiRequest) -> QuerySet[Any]:
    """Rows of units in reach."""
    return rows.filter(under_paths_q(access_for(actor(request)).unit_paths, "unit__"))


class ShiftViewSet(ReadViewSet):
    """Shifts of units in reach."""

    queryset = Shift.objects.all()
    serializer_class = ShiftSerializer
    filterset_fields = ["unit", "is_active"]
    lookup_value_regex = ID

    def get_queryset(self) -> QuerySet[Shift]:
        return _in_reach(Shift.objects.select_related("unit"), self.request).order_by("unit__path", "starts_at", "pk")


class RotationViewSet(ReadViewSet):
    """Rotations of units in reach."""

    queryset = RotationPattern.objects.all()
    serializer_class = RotationSerializer
    filterset_fields = ["unit", "is_active"]
    lookup_value_regex = ID

    def get_queryset(self) -> QuerySet[RotationPattern]:
        steps = Prefetch("steps", RotationStep.objects.select_related("shift"))
        rows = RotationPattern.objects.select_related("unit").prefetch_related(steps, "teams")
        return _in_reach(rows, self.request).order_by("unit__path", "name", "pk")


class RosterViewSet(ReadViewSet):
    """Rosters in reach, and published ones that the account's employee stands on."""

    queryset = Roster.objects.all()
    serializer_class = RosterSerializer
    filterset_class = RosterFilter
    lookup_value_regex = ID

    def get_queryset(self) -> QuerySet[Roster]:
        rows = Roster.objects.visible_to(actor(self.request)).select_related("unit", "rotation")
        return rows.order_by("-starts_on", "pk")

    def _managed(self) -> Roster:
        roster: Roster = self.get_object()
        if not actor(self.request).has_perm("attendance.manage_roster", roster.unit):
            raise PermissionDenied
        return roster

    @extend_schema(request=NewRosterSerializer, responses={201: RosterSerializer})
    def create(self, request: ApiRequest) -> Response:
        """A new draft."""
        if not actor(request).has_perm("attendance.manage_roster"):
            raise PermissionDenied
        values = _valid(NewRosterSerializer, request)
        roster = create_roster(by=actor(request), **values)
        return Response(RosterSerializer(roster).data, status=status.HTTP_201_CREATED)

    @extend_schema(responses={204: None})
    def destroy(self, request: ApiRequest, pk: str) -> Response:
        """Delete a draft."""
        delete_draft(by=actor(request), roster_id=self._managed().pk)
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(responses=RosterFindingSerializer(many=True), filters=False)
    @action(detail=True, methods=["get"], pagination_class=None)
    def findings(self, request: ApiRequest, pk: str) -> Response:
        """What is wrong with it, cell by cell."""
        facts = facts_of(self._managed())
        rows = [
            {
                "code": row.code,
                "level": row.level,
                "day": row.day,
                "employee_id": row.employee_id,
                "shift_id": row.shift_id,
                "text": sentence(row, facts.shifts),
            }
            for row in facts.findings()
        ]
        return Response(RosterFindingSerializer(rows, many=True).data)

    @extend_schema(request=RosterCellsSerializer, responses=RosterCellsChangedSerializer)
    @action(detail=True, methods=["post"])
    def cells(self, request: ApiRequest, pk: str) -> Response:
        """Set cells of a draft, or change days of a published roster with a reason."""
        roster = self._managed()
        values = _valid(RosterCellsSerializer, request)
        cells = [CellSpec(**cell) for cell in values["cells"]]
        if roster.status == "draft":
            changed = set_cells(by=actor(request), roster_id=roster.pk, cells=cells)
        else:
            changed = len(change_cells(by=actor(request), roster_id=roster.pk, cells=cells, reason=values["reason"]))
        return Response({"changed": changed})

    @extend_schema(request=RosterPersonSerializer, responses=RosterCellsChangedSerializer)
    @action(detail=True, methods=["post"])
    def join(self, request: ApiRequest, pk: str) -> Response:
        """Put somebody of the unit on it: on a draft with open cells, on a published one from a day on."""
        roster = self._managed()
        values = _valid(RosterPersonSerializer, request)
        if roster.status == "draft":
            changed = add_person(by=actor(request), roster_id=roster.pk, employee_id=values["employee_id"])
        else:
            values.setdefault("from_on", roster.starts_on)
            changed = len(join_roster(by=actor(request), roster_id=roster.pk, **values))
        return Response({"changed": changed})

    @extend_schema(request=RosterPersonSerializer, responses=RosterCellsChangedSerializer)
    @action(detail=True, methods=["post"])
    def leave(self, request: ApiRequest, pk: str) -> Response:
        """Take somebody off it; off a published one from a day on, with a reason."""
        roster = self._managed()
        values = _valid(RosterPersonSerializer, request)
        if roster.status == "draft":
            changed = remove_person(by=actor(request), roster_id=roster.pk, employee_id=values["employee_id"])
        else:
            values.setdefault("from_on", roster.starts_on)
            changed = len(leave_roster(by=actor(request), roster_id=roster.pk, **values))
        return Response({"changed": changed})

    @extend_schema(request=RosterPublishSerializer, responses=RosterSerializer)
    @action(detail=True, methods=["post"])
    def publish(self, request: ApiRequest, pk: str) -> Response:
        """Publish a draft; below a minimum only as unit head with a reason."""
        roster = self._managed()
        values = _valid(RosterPublishSerializer, request)
        publish_roster(by=actor(request), roster_id=roster.pk, reason=values["reason"])
        return Response(RosterSerializer(self.get_object()).data)


class RosterEntryViewSet(ListViewSet):
    """Cells of the rosters in reach, day by day."""

    queryset = RosterEntry.objects.all()
    serializer_class = RosterEntrySerializer
    filterset_class = RosterEntryFilter

    def get_queryset(self) -> QuerySet[RosterEntry]:
        visible = Roster.objects.visible_to(actor(self.request)).order_by()
        rows = RosterEntry.objects.filter(roster__in=visible.values("pk"))
        return rows.select_related("employee", "shift").order_by("day", "employee_id", "slot")


class SwapViewSet(ReadViewSet):
    """Swaps of the account's employee and of people in reach."""

    queryset = ShiftSwap.objects.all()
    serializer_class = SwapSerializer
    filterset_class = SwapFilter
    lookup_value_regex = ID

    def get_queryset(self) -> QuerySet[ShiftSwap]:
        rows = ShiftSwap.objects.visible_to(actor(self.request))
        return rows.select_related("applicant", "colleague", "decided_by").order_by("-asked_at", "-pk")

    def _required(self, permission: str) -> ShiftSwap:
        swap: ShiftSwap = self.get_object()
        if not actor(self.request).has_perm(permission, swap):
            raise PermissionDenied
        return swap

    def _shown(self) -> Response:
        return Response(SwapSerializer(self.get_object()).data)

    @extend_schema(request=NewSwapSerializer, responses={201: SwapSerializer})
    def create(self, request: ApiRequest) -> Response:
        """Ask a colleague."""
        if not actor(request).has_perm("attendance.ask_swap"):
            raise PermissionDenied
        swap = ask_swap(by=actor(request), spec=SwapSpec(**_valid(NewSwapSerializer, request)))
        return Response(SwapSerializer(swap).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=SwapAnswerSerializer, responses=SwapSerializer)
    @action(detail=True, methods=["post"])
    def answer(self, request: ApiRequest, pk: str) -> Response:
        """The colleague agrees or declines."""
        swap = self._required("attendance.answer_swap")
        answer_swap(by=actor(request), swap_id=swap.pk, **_valid(SwapAnswerSerializer, request))
        return self._shown()

    @extend_schema(request=None, responses=SwapSerializer)
    @action(detail=True, methods=["post"])
    def withdraw(self, request: ApiRequest, pk: str) -> Response:
        """The applicant takes it back."""
        withdraw_swap(by=actor(request), swap_id=self._required("attendance.withdraw_swap").pk)
        return self._shown()

    @extend_schema(request=SwapDecisionSerializer, responses=SwapSerializer)
    @action(detail=True, methods=["post"])
    def decide(self, request: ApiRequest, pk: str) -> Response:
        """Whoever leads both approves or refuses; approving judges the roster again."""
        swap = self._required("attendance.decide_swap")
        decide_swap(by=actor(request), swap_id=swap.pk, **_valid(SwapDecisionSerializer, request))
        return self._shown()
