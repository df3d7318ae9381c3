"""Group determinations as the REST API reads them out and takes them in."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from eligibility.enums import FlexKind, PlaceKind, RunStatus, Verdict
from fwa.api.commands import OutputDataSerializer
from fwa.data import OutputData
from fwa.determination_words import DifferenceLine, member_lines
from fwa.enums import DeterminationStatus, LetterStatus, MemberChange, MemberOutcome, MemberSource, Pattern
from fwa.forms.requests import MAX_OUTPUTS, TEXT_LENGTH
from fwa.models import Determination, DeterminationMember, DeterminationOutput
from fwa.services.determinations import MOST_PEOPLE, DeterminationData
from organization.api.base import PersonSerializer, RefSerializer
from organization.enums import PositionKind

MOST_DAYS, DAYS_A_WEEK = 5, 7


class DecreeRefSerializer(serializers.Serializer):
    number = serializers.CharField()
    decided_on = serializers.DateField()
    status = serializers.ChoiceField(choices=LetterStatus.choices)


class DeterminationSerializer(serializers.ModelSerializer):
    """A determination in short. `people`: who gets days by the plan; `members`: everybody looked at."""

    id = serializers.UUIDField(source="public_id", read_only=True)
    status = serializers.ChoiceField(choices=DeterminationStatus.choices, read_only=True)
    unit = RefSerializer()
    amends = serializers.UUIDField(source="amends.public_id", allow_null=True, default=None, read_only=True)
    decree = DecreeRefSerializer(allow_null=True, default=None, read_only=True)
    people = serializers.SerializerMethodField()
    members = serializers.SerializerMethodField()

    class Meta:
        model = Determination
        fields = [
            "id", "title", "status", "unit", "kind", "pattern", "valid_from", "valid_to", "amends", "amendment_no",
            "decree", "people", "members", "planned_at", "decided_at",
        ]  # fmt: skip

    def get_people(self, row: Determination) -> int | None:
        return row.summary.get("people") if row.planned_at else None

    def get_members(self, row: Determination) -> int:
        count: int = getattr(row, "member_count", 0)
        return count


class DeterminationOutputSerializer(serializers.ModelSerializer):
    class Meta:
        model = DeterminationOutput
        fields = ["title", "measure", "target", "due_on"]


class DifferenceSerializer(serializers.Serializer):
    """What no longer passed when it was decided; `day` and `text` in words."""

    name = serializers.CharField()
    day = serializers.CharField(allow_blank=True)
    text = serializers.CharField()


class CoverageLimitSerializer(serializers.Serializer):
    """A limit with the figures that the plan leaves, by day: away and quota, or on site and minimum."""

    unit = serializers.CharField()
    group = serializers.CharField(allow_blank=True)
    kind = serializers.ChoiceField(choices=["quota", "minimum"])
    values = serializers.DictField(child=serializers.ListField(child=serializers.IntegerField()))


class BundleSerializer(serializers.Serializer):
    """All excerpts as one file: how far it is."""

    status = serializers.ChoiceField(choices=RunStatus.choices)
    done = serializers.IntegerField()
    total = serializers.IntegerField()


class DeterminationDetailSerializer(DeterminationSerializer):
    """One determination whole. `plan` names the plan that a decision is about."""

    plan = serializers.CharField(source="plan_digest")
    outputs = DeterminationOutputSerializer(many=True)
    outcomes = serializers.SerializerMethodField()
    difference = serializers.SerializerMethodField()
    created_by = PersonSerializer(allow_null=True)
    decided_by = PersonSerializer(allow_null=True)
    acting_for = PersonSerializer(allow_null=True)
    site = RefSerializer(allow_null=True)
    bundle = BundleSerializer(allow_null=True, default=None)

    class Meta:
        model = Determination
        fields = [
            *DeterminationSerializer.Meta.fields, "plan", "weekdays", "days_per_week", "place_kind", "site",
            "place_address", "starts_at", "ends_at", "reason", "work_plan", "outputs", "outcomes", "difference",
            "message", "created_by", "decided_by", "acting_for", "bundle",
        ]  # fmt: skip

    def get_members(self, row: Determination) -> int:
        return sum(self._counts(row).values())

    @extend_schema_field(serializers.DictField(child=serializers.IntegerField()))
    def get_outcomes(self, row: Determination) -> dict[str, int]:
        """People by outcome; without a plan all stand under "none"."""
        return {code or "none": number for code, number in self._counts(row).items()}

    def _counts(self, row: Determination) -> dict[str, int]:
        counts: dict[str, int] = self.context["counts"]
        return counts

    @extend_schema_field(DifferenceSerializer(many=True))
    def get_difference(self, row: Determination) -> Any:
        lines: list[DifferenceLine] = self.context["difference"]
        return DifferenceSerializer(lines, many=True).data


class UnmetRuleSerializer(serializers.Serializer):
    label = serializers.CharField()  # type: ignore[assignment]  # a field's own label is another thing
    detail = serializers.CharField(allow_blank=True)
    article = serializers.CharField()
    remedy = serializers.CharField(allow_blank=True)


class MemberListSerializer(serializers.ListSerializer):
    """The rules not met are read for all rows of a page at once."""

    def to_representation(self, data: Any) -> list[Any]:
        lines = {line.member.pk: line for line in member_lines(list(data), on=timezone.localdate())}
        self.context.update({"lines": lines})  # type: ignore[attr-defined]  # the children's too
        return super().to_representation(data)


class DeterminationMemberSerializer(serializers.ModelSerializer):
    """One person of the annex: verdict, days, and why not more, in words."""

    employee = RefSerializer()
    unit = RefSerializer(allow_null=True)
    outcome = serializers.ChoiceField(choices=MemberOutcome.choices, allow_blank=True)
    verdict = serializers.ChoiceField(choices=Verdict.choices, allow_blank=True)
    change = serializers.ChoiceField(choices=MemberChange.choices)
    source = serializers.ChoiceField(choices=MemberSource.choices)  # type: ignore[assignment]
    rules_not_met = serializers.SerializerMethodField()
    reasons = serializers.SerializerMethodField()
    request = serializers.UUIDField(source="request.public_id", allow_null=True, default=None)

    class Meta:
        model = DeterminationMember
        list_serializer_class = MemberListSerializer
        fields = [
            "id", "employee", "unit", "line", "included", "source", "change", "ends_on", "outcome", "verdict", "wanted",
            "days", "rules_not_met", "reasons", "request",
        ]  # fmt: skip

    @extend_schema_field(UnmetRuleSerializer(many=True))
    def get_rules_not_met(self, row: DeterminationMember) -> Any:
        return UnmetRuleSerializer(self.context["lines"][row.pk].rules, many=True).data

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_reasons(self, row: DeterminationMember) -> list[str]:
        return list(self.context["lines"][row.pk].reasons)


class DeterminationDataSerializer(serializers.Serializer):
    """What a decree is to give everybody of its annex."""

    title = serializers.CharField(max_length=200)
    unit_id = serializers.IntegerField(min_value=1, max_value=2**31 - 1)
    kind = serializers.ChoiceField(choices=FlexKind.choices)
    valid_from = serializers.DateField()
    valid_to = serializers.DateField()
    pattern = serializers.ChoiceField(choices=Pattern.choices)
    weekdays = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=DAYS_A_WEEK),
        max_length=DAYS_A_WEEK,
        required=False,
        help_text="fixed weekdays, ISO: 1 is Monday",
    )
    days_per_week = serializers.IntegerField(
        min_value=1, max_value=MOST_DAYS, required=False, allow_null=True, help_text="in rotation"
    )
    place_kind = serializers.ChoiceField(choices=PlaceKind.choices, required=False, allow_blank=True)
    site_id = serializers.IntegerField(min_value=1, max_value=2**31 - 1, required=False, allow_null=True)
    place_address = serializers.CharField(max_length=300, required=False, allow_blank=True)
    starts_at = serializers.TimeField(required=False, allow_null=True)
    ends_at = serializers.TimeField(required=False, allow_null=True)
    reason = serializers.CharField(max_length=TEXT_LENGTH)
    work_plan = serializers.CharField(max_length=TEXT_LENGTH)
    outputs = serializers.ListField(child=OutputDataSerializer(), min_length=1, max_length=MAX_OUTPUTS)

    def data_of(self) -> DeterminationData:
        values = dict(self.validated_data)
        values["weekdays"] = tuple(sorted(set(values.get("weekdays", ()))))
        values["outputs"] = tuple(OutputData(**output) for output in values["outputs"])
        return DeterminationData(**values)


class AddMembersSerializer(serializers.Serializer):
    """People by criteria (`unit_id`, narrowed down), or by `names`: NIPs or names."""

    unit_id = serializers.IntegerField(min_value=1, max_value=2**31 - 1, required=False)
    position_kinds = serializers.MultipleChoiceField(choices=PositionKind.choices, required=False)
    position = serializers.CharField(max_length=100, required=False, allow_blank=True)
    eligible_only = serializers.BooleanField(required=False, default=False)
    names = serializers.ListField(child=serializers.CharField(max_length=200), max_length=MOST_PEOPLE, required=False)


class RejectedNameSerializer(serializers.Serializer):
    row = serializers.IntegerField()
    value = serializers.CharField()
    reason = serializers.CharField()


class AddedSerializer(serializers.Serializer):
    added = serializers.IntegerField()
    known = serializers.IntegerField()
    rejects = RejectedNameSerializer(many=True)


class ChangeMembersSerializer(serializers.Serializer):
    """`exclude` and `include` keep people on the list, `off` takes them from it; `remove` and `change` are for
    amendments, with members of the annex as it is now."""

    ids = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=2**63 - 1), min_length=1, max_length=MOST_PEOPLE
    )
    action = serializers.ChoiceField(choices=["exclude", "include", "off", "remove", "change"])


class ChangedSerializer(serializers.Serializer):
    changed = serializers.IntegerField()


class DecideSerializer(serializers.Serializer):
    """`plan`: the one that was looked at. Number and date are of the mail register, or of the series and today."""

    plan = serializers.CharField(max_length=64)
    number = serializers.CharField(max_length=90, required=False, allow_blank=True, default="")
    decided_on = serializers.DateField(required=False, allow_null=True, default=None)


class ProgressSerializer(serializers.Serializer):
    """How far a decision is: `done` of `total` steps."""

    status = serializers.ChoiceField(choices=DeterminationStatus.choices)
    phase = serializers.CharField()
    done = serializers.IntegerField()
    total = serializers.IntegerField()
    message = serializers.CharField(allow_blank=True)


class AmendSerializer(serializers.Serializer):
    valid_from = serializers.DateField()
    reason = serializers.CharField(max_length=TEXT_LENGTH)
