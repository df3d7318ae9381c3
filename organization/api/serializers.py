"""Shapes of the organisation as the REST API reads them out. A NIP is only shown to those who keep the records."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from organization.api.base import PersonSerializer, RefSerializer, ref
from organization.enums import DelegationKind, PositionKind, Role
from organization.models import (
    Delegation,
    Employee,
    Holiday,
    Notice,
    Placement,
    Position,
    PositionTask,
    RoleGrant,
    Site,
    TaskType,
    Unit,
)
from organization.nip import display_nip
from organization.notices import render_notice


class ActingForSerializer(serializers.Serializer):
    """An officer in whose place the account decides today."""

    name = serializers.CharField()
    kind = serializers.ChoiceField(choices=DelegationKind.choices)
    valid_to = serializers.DateField(allow_null=True)


class OwnRoleSerializer(serializers.Serializer):
    """A role in a unit with all units below it; no unit is the whole agency."""

    role = serializers.ChoiceField(choices=Role.choices)
    unit = RefSerializer(allow_null=True)


class OwnPlacementSerializer(serializers.Serializer):
    unit = RefSerializer()
    position = RefSerializer()
    supervisor = RefSerializer(allow_null=True)
    is_head = serializers.BooleanField()


class MeSerializer(serializers.Serializer):
    """The account that asks: who it is, what it may do and where it serves today."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    email = serializers.CharField(allow_blank=True)
    language = serializers.CharField()
    employee = RefSerializer(allow_null=True)
    placement = OwnPlacementSerializer(allow_null=True)
    heads = RefSerializer(many=True)
    has_reports = serializers.BooleanField()
    roles = OwnRoleSerializer(many=True)
    acting_for = ActingForSerializer(many=True)


class UnitSerializer(serializers.ModelSerializer):
    """A unit today. `path` are the ids from the root to the unit itself."""

    parent_id = serializers.IntegerField(allow_null=True, read_only=True)
    path = serializers.ListField(child=serializers.IntegerField(), source="path_ids", read_only=True)
    is_direct_service = serializers.BooleanField(source="direct_service", allow_null=True, read_only=True)
    is_24x7 = serializers.BooleanField(source="round_the_clock", allow_null=True, read_only=True)
    quota_pct = serializers.IntegerField(allow_null=True, read_only=True)
    head_name = serializers.CharField(allow_null=True, read_only=True)

    class Meta:
        model = Unit
        fields = [
            "id", "code", "name", "parent_id", "path", "depth",
            "is_direct_service", "is_24x7", "quota_pct", "head_name",
        ]  # fmt: skip


class UnitDetailSerializer(UnitSerializer):
    """One unit with those above and below it, and the people who serve there and below."""

    staff = serializers.IntegerField(help_text="active staff today, with the units below", read_only=True)
    ancestors = RefSerializer(many=True, read_only=True)
    children = RefSerializer(many=True, read_only=True, source="children_today")

    class Meta(UnitSerializer.Meta):
        fields = [*UnitSerializer.Meta.fields, "staff", "ancestors", "children"]


class EmployeeSerializer(serializers.ModelSerializer):
    """An employee with today's placement; empty where there is none."""

    unit = serializers.SerializerMethodField()
    position = serializers.CharField(source="position_name", allow_null=True, read_only=True)
    supervisor = serializers.CharField(source="supervisor_name", allow_null=True, read_only=True)
    is_head = serializers.BooleanField(allow_null=True, read_only=True)

    class Meta:
        model = Employee
        fields = ["id", "name", "kind", "grade", "unit", "position", "supervisor", "is_head", "left_on"]

    @extend_schema_field(RefSerializer(allow_null=True))
    def get_unit(self, employee: Any) -> dict[str, Any] | None:
        return ref(employee.unit_id, employee.unit_name)


class EmployeeDetailSerializer(EmployeeSerializer):
    """One employee; the NIP is null for everybody who does not keep or audit the personnel record."""

    nip = serializers.SerializerMethodField()

    class Meta(EmployeeSerializer.Meta):
        fields = [*EmployeeSerializer.Meta.fields, "nip"]

    def get_nip(self, employee: Employee) -> str | None:
        user = self.context["request"].user
        keeps = user.has_perm("organization.manage_people", employee)
        return display_nip(employee.nip) if keeps or user.has_perm("organization.view_discipline", employee) else None


class PlacementSerializer(serializers.ModelSerializer):
    unit = RefSerializer()
    position = RefSerializer()
    supervisor = RefSerializer(allow_null=True)
    site = RefSerializer(allow_null=True)

    class Meta:
        model = Placement
        fields = [
            "id", "unit", "position", "supervisor", "site", "is_head", "entry_reason", "service_body",
            "valid_from", "valid_to",
        ]  # fmt: skip


class PositionSerializer(serializers.ModelSerializer):
    kind = serializers.ChoiceField(choices=PositionKind.choices)
    mapped_pct = serializers.IntegerField(
        allow_null=True, read_only=True, help_text="share of time that is mapped to task types today; null: none"
    )

    class Meta:
        model = Position
        fields = ["id", "code", "name", "kind", "echelon", "group", "mapped_pct"]


class PositionTaskSerializer(serializers.ModelSerializer):
    task_type = RefSerializer()

    class Meta:
        model = PositionTask
        fields = ["task_type", "share_pct", "valid_from", "valid_to"]


class PositionDetailSerializer(PositionSerializer):
    tasks = PositionTaskSerializer(many=True, read_only=True)

    class Meta(PositionSerializer.Meta):
        fields = [*PositionSerializer.Meta.fields, "tasks"]


class TaskTypeSerializer(serializers.ModelSerializer):
    """A task type and whether it meets the criteria of each kind of flexibility (Arts 23-24)."""

    for_location = serializers.BooleanField(read_only=True)
    for_shift = serializers.BooleanField(read_only=True)
    for_dynamic = serializers.BooleanField(read_only=True)

    class Meta:
        model = TaskType
        fields = "__all__"


class SiteSerializer(serializers.ModelSerializer):
    class Meta:
        model = Site
        fields = ["id", "code", "name", "address", "latitude", "longitude", "open_to_others", "is_active"]


class HolidaySerializer(serializers.ModelSerializer):
    class Meta:
        model = Holiday
        fields = ["day", "name", "kind", "source", "is_estimate"]


class DelegationSerializer(serializers.ModelSerializer):
    principal = PersonSerializer()
    delegate = PersonSerializer()

    class Meta:
        model = Delegation
        fields = ["id", "principal", "delegate", "kind", "order_no", "valid_from", "valid_to"]


class RoleGrantSerializer(serializers.ModelSerializer):
    user = PersonSerializer()
    unit = RefSerializer(allow_null=True)

    class Meta:
        model = RoleGrant
        fields = ["id", "user", "role", "unit", "valid_from", "valid_to"]


class NoticeSerializer(serializers.ModelSerializer):
    """A notice in the language of the request."""

    subject = serializers.SerializerMethodField()
    body = serializers.SerializerMethodField()

    class Meta:
        model = Notice
        fields = ["id", "code", "subject", "body", "url", "created_at", "read_at"]

    def get_subject(self, notice: Notice) -> str:
        return render_notice(notice.code, notice.context)[0]

    def get_body(self, notice: Notice) -> str:
        return render_notice(notice.code, notice.context)[1]


class NoticesReadSerializer(serializers.Serializer):
    """Which notices; without `ids` all of them."""

    ids = serializers.ListField(child=serializers.IntegerField(min_value=1), max_length=200, required=False)


class CountSerializer(serializers.Serializer):
    count = serializers.IntegerField(help_text="how many rows changed")
