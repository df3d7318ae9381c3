"""Simulations, their people, and the orders to simulate, publish and send back."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from eligibility.enums import Change, PolicyCode, RunStatus, Verdict
from eligibility.models import Simulation, SimulationRow
from eligibility.presentation_simulation import is_stale
from organization.api.base import PersonSerializer, RefSerializer
from organization.enums import EmployeeKind, Sex


class SimulationCountsSerializer(serializers.Serializer):
    """Empty until the simulation is done. `running`: who loses and has an arrangement that runs on its day."""

    people = serializers.IntegerField(required=False)
    now = serializers.IntegerField(required=False, help_text="eligible by the version in force")
    then = serializers.IntegerField(required=False, help_text="eligible by the simulated version")
    gained = serializers.IntegerField(required=False)
    lost = serializers.IntegerField(required=False)
    shifted = serializers.IntegerField(required=False)
    running = serializers.IntegerField(required=False)


class SimulationSerializer(serializers.ModelSerializer):
    """A version beside the one it would replace, for everybody who serves on `as_of`."""

    policy = serializers.ChoiceField(source="version.policy.code", choices=PolicyCode.choices)
    version = serializers.IntegerField(source="version.number")
    base_version = serializers.IntegerField(source="base.number", allow_null=True, default=None)
    status = serializers.ChoiceField(choices=RunStatus.choices)
    counts = SimulationCountsSerializer()
    created_by = PersonSerializer(allow_null=True)

    class Meta:
        model = Simulation
        fields = [
            "id", "policy", "version", "base_version", "as_of", "status", "at_publication", "cut_off_at", "counts",
            "rows_digest", "created_by", "created_at", "finished_at",
        ]  # fmt: skip


class SimulationDetailSerializer(SimulationSerializer):
    """With its breakdowns: per unit (with those below), position, kind, sex and rule the figures
    [eligible now, eligible then, gained, lost, lost with an arrangement]; for a rule those who do not meet it."""

    is_stale = serializers.SerializerMethodField(help_text="the rules of the draft were changed since")
    breakdown = serializers.DictField(
        child=serializers.DictField(child=serializers.ListField(child=serializers.IntegerField()))
    )

    class Meta(SimulationSerializer.Meta):
        fields = [*SimulationSerializer.Meta.fields, "is_stale", "breakdown"]

    def get_is_stale(self, simulation: Simulation) -> bool:
        return is_stale(simulation, simulation.version)


class SimulationRowSerializer(serializers.ModelSerializer):
    """One person: both verdicts, the codes of the rules not met, and how many arrangements run on the day."""

    employee = RefSerializer()
    unit = RefSerializer()
    position = RefSerializer()
    kind = serializers.ChoiceField(choices=EmployeeKind.choices)
    sex = serializers.ChoiceField(choices=Sex.choices)
    change = serializers.ChoiceField(choices=Change.choices)
    verdict_before = serializers.ChoiceField(choices=Verdict.choices)
    verdict_after = serializers.ChoiceField(choices=Verdict.choices)

    class Meta:
        model = SimulationRow
        fields = [
            "employee", "unit", "position", "kind", "sex", "change", "verdict_before", "verdict_after",
            "failed_before", "failed_after", "running",
        ]  # fmt: skip


class SimulationOrderSerializer(serializers.Serializer):
    """Simulate a version of a policy, drafted or published."""

    policy = serializers.ChoiceField(choices=PolicyCode.choices)
    version = serializers.IntegerField(min_value=1, max_value=32767)
    as_of = serializers.DateField(required=False, help_text="the first day of the version without it")


class PublishSerializer(serializers.Serializer):
    """Publish a draft as the second person. Without number and date, those of the request for publication count."""

    decree_no = serializers.CharField(max_length=120, required=False)
    decree_date = serializers.DateField(required=False)
    revision = serializers.IntegerField(
        min_value=1, max_value=2**31 - 1, required=False, help_text="the edit that was looked at"
    )
    confirm = serializers.CharField(
        max_length=64, required=False, help_text="the `confirm` of a problem `facts_moved`, to publish all the same"
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        version = self.context["version"]
        return {"decree_no": version.decree_no, "decree_date": version.decree_date} | attrs


class SendBackSerializer(serializers.Serializer):
    note = serializers.CharField(max_length=2000, help_text="what has to be looked at again")


class SentBackSerializer(serializers.Serializer):
    """The draft went back to its editor."""

    note = serializers.CharField()
    sent_by = PersonSerializer()
    sent_at = serializers.DateTimeField()
