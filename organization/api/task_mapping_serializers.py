"""Shapes of the task mapping in the REST API: what is read, and one serializer per command."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from organization.api.base import PersonSerializer, RefSerializer
from organization.enums import ProposalStatus
from organization.models import Position, TaskMappingProposal, TaskMappingProposalLine, TaskType
from organization.task_mapping import FACETS, INCOMPLETE, MAPPED, UNMAPPED, state_of

MOST_POSITIONS = 5000
MOST_SHARES = 60


class TaskTypeWriteSerializer(serializers.ModelSerializer):
    """The criteria of a task type: answers left out are no, or stay as they are."""

    class Meta:
        model = TaskType
        fields = [
            "code", "name",
            *TaskType.LOCATION_FIELDS, "is_field_task", *TaskType.SHIFT_FIELDS, TaskType.DYNAMIC_FIELD,
        ]  # fmt: skip


class MappedTaskSerializer(serializers.Serializer):
    task_type = RefSerializer()
    share_pct = serializers.IntegerField()
    valid_from = serializers.DateField()


class PositionMappingSerializer(serializers.ModelSerializer):
    """A position today: how many hold it in how many units, its shares, and how much of them meets each criteria."""

    people = serializers.IntegerField(read_only=True)
    units = serializers.IntegerField(read_only=True)
    mapped_pct = serializers.IntegerField(read_only=True)
    location_pct = serializers.IntegerField(read_only=True)
    shift_pct = serializers.IntegerField(read_only=True)
    dynamic_pct = serializers.IntegerField(read_only=True)
    proposal_id = serializers.IntegerField(allow_null=True, read_only=True, help_text="the proposal that waits")
    state = serializers.SerializerMethodField()
    tasks = serializers.SerializerMethodField()

    class Meta:
        model = Position
        fields = [
            "id", "code", "name", "kind", "people", "units", "state", "mapped_pct",
            "location_pct", "shift_pct", "dynamic_pct", "proposal_id", "tasks",
        ]  # fmt: skip

    @extend_schema_field(serializers.ChoiceField(choices=[(name, name) for name in (MAPPED, INCOMPLETE, UNMAPPED)]))
    def get_state(self, position: Any) -> str:
        return state_of(position.mapped_pct)

    @extend_schema_field(MappedTaskSerializer(many=True))
    def get_tasks(self, position: Position) -> Any:
        return MappedTaskSerializer(self.context["tasks"][position.pk], many=True).data


class ShareSerializer(serializers.Serializer):
    task_type = serializers.IntegerField(min_value=1, help_text="id of the task type")
    share_pct = serializers.IntegerField(min_value=1, max_value=100)


class MappingCommandSerializer(serializers.Serializer):
    """The same shares for some positions from a day on; the shares together are 100."""

    positions = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=2**63 - 1), min_length=1, max_length=MOST_POSITIONS
    )
    shares = serializers.ListField(child=ShareSerializer(), min_length=1, max_length=MOST_SHARES)
    valid_from = serializers.DateField()

    def validate_shares(self, rows: list[dict[str, int]]) -> dict[int, int]:
        found = {row["task_type"]: row["share_pct"] for row in rows}
        if len(found) != len(rows):
            raise serializers.ValidationError("Each task type can stand here only once.", code="twice")
        return found


class MapManySerializer(MappingCommandSerializer):
    """`seen` is the fingerprint of a preview: where the mapping has changed since then, nothing is saved (409)."""

    seen = serializers.CharField(max_length=64, required=False, allow_blank=True, default="")


class ProposeSerializer(MappingCommandSerializer):
    note = serializers.CharField(max_length=500, required=False, allow_blank=True, default="")


class FacetChangeSerializer(serializers.Serializer):
    facet = serializers.ChoiceField(choices=[(name, name) for name in FACETS])
    before = serializers.IntegerField()
    after = serializers.IntegerField()


class ShareChangeSerializer(serializers.Serializer):
    task_type = RefSerializer()
    before = serializers.IntegerField()
    after = serializers.IntegerField()


class TaskShareRuleSerializer(serializers.Serializer):
    policy = serializers.CharField()
    article = serializers.CharField()
    facet = serializers.ChoiceField(choices=[(name, name) for name in FACETS])
    min_share_pct = serializers.IntegerField()


class RuleChangeSerializer(serializers.Serializer):
    rule = TaskShareRuleSerializer()
    is_met = serializers.BooleanField(help_text="true: begins to be met; false: is met no more")


class MappingChangeSerializer(serializers.Serializer):
    """One position before and after. `later_from`: a mapping from that later day is in the way."""

    position = RefSerializer()
    people = serializers.IntegerField()
    shares = ShareChangeSerializer(many=True)
    facets = FacetChangeSerializer(many=True)
    rules = RuleChangeSerializer(many=True)
    later_from = serializers.DateField(allow_null=True)


class MappingPreviewSerializer(serializers.Serializer):
    changes = MappingChangeSerializer(many=True)
    seen = serializers.CharField()


class ProposalLineSerializer(serializers.ModelSerializer):
    task_type = RefSerializer()

    class Meta:
        model = TaskMappingProposalLine
        fields = ["task_type", "share_pct"]


class ProposalSerializer(serializers.ModelSerializer):
    """A proposal; `change` says what it would do now, while it waits."""

    position = RefSerializer()
    unit = RefSerializer()
    proposed_by = PersonSerializer()
    decided_by = PersonSerializer(allow_null=True)
    status = serializers.ChoiceField(choices=ProposalStatus.choices)
    lines = ProposalLineSerializer(many=True)
    change = serializers.SerializerMethodField()

    class Meta:
        model = TaskMappingProposal
        fields = [
            "id", "position", "unit", "valid_from", "note", "status", "proposed_by", "proposed_at",
            "decided_by", "decided_at", "reason", "lines", "change",
        ]  # fmt: skip

    @extend_schema_field(MappingChangeSerializer(allow_null=True))
    def get_change(self, proposal: TaskMappingProposal) -> Any:
        change = self.context["changes"].get(proposal.pk)
        return MappingChangeSerializer(change).data if change else None


class ProposalReasonSerializer(serializers.Serializer):
    reason = serializers.CharField(max_length=300)
