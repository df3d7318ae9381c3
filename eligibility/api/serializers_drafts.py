"""Drafts of policies as the REST API reads them out, and what it takes to change them."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from eligibility.api.serializers import RuleSerializer
from eligibility.enums import PlaceKind, PolicyCode, QuotaBasis, Rounding, Severity
from eligibility.forms_policies import NOTE_LENGTH
from eligibility.models import ArrangementTerms, CircumstanceKind, PolicyVersion
from eligibility.rule_changes import RuleChanged
from eligibility.services.drafts import DOWN, UP, RuleChange
from eligibility.services.policies import to_replace
from organization.api.base import PersonSerializer

MOST = 2**31 - 1
CODES = 100


class PointSerializer(serializers.Serializer):
    """One thing of a rule, in words before and after."""

    label = serializers.CharField()  # type: ignore[assignment]  # a field, no attribute
    before = serializers.CharField()
    after = serializers.CharField()


class RuleChangedSerializer(serializers.Serializer):
    """How a rule differs from the version the draft started from."""

    criterion = serializers.CharField()
    change = serializers.ChoiceField(choices=["new", "removed", "changed", "same"], source="kind")
    moved_from = serializers.IntegerField(allow_null=True, help_text="its order before, where it was moved")
    points = PointSerializer(many=True)


class DraftSerializer(serializers.ModelSerializer):
    """A draft in short. `revision` goes back with every change, so that nobody overwrites a newer one (409)."""

    policy = serializers.ChoiceField(source="policy.code", choices=PolicyCode.choices)
    base = serializers.IntegerField(source="base.number", allow_null=True, default=None)
    edited_by = PersonSerializer(allow_null=True)
    submitted_by = PersonSerializer(allow_null=True)

    class Meta:
        model = PolicyVersion
        fields = [
            "id", "policy", "number", "revision", "valid_from", "note", "base", "edited_by", "submitted_by",
            "submitted_at", "decree_no", "decree_date",
        ]  # fmt: skip


class DraftDetailSerializer(DraftSerializer):
    """A draft with its rules and what they change."""

    rules = RuleSerializer(many=True)
    changes = RuleChangedSerializer(many=True)
    replaces = serializers.ListField(
        child=serializers.IntegerField(),
        help_text="numbers of published versions that have not begun and never will when this one is published",
    )

    class Meta(DraftSerializer.Meta):
        fields = [*DraftSerializer.Meta.fields, "rules", "changes", "replaces"]


def draft_in_words(draft: PolicyVersion, rules: list[Any], changes: list[RuleChanged]) -> dict[str, Any]:
    """The members of a `DraftDetailSerializer`."""
    return {
        **DraftSerializer(draft).data,
        "rules": RuleSerializer(rules, many=True).data,
        "changes": RuleChangedSerializer(changes, many=True).data,
        "replaces": [version.number for version in to_replace(draft)],
    }


class StartDraftSerializer(serializers.Serializer):
    """A new draft, from the latest published version or the one with the number `base`."""

    policy = serializers.ChoiceField(choices=PolicyCode.choices)
    valid_from = serializers.DateField()
    base = serializers.IntegerField(min_value=1, max_value=32767, required=False)
    note = serializers.CharField(max_length=NOTE_LENGTH, required=False, allow_blank=True, default="")


class RevisionSerializer(serializers.Serializer):
    revision = serializers.IntegerField(min_value=1, max_value=MOST, help_text="of the draft, as it was read")


class PeriodSerializer(RevisionSerializer):
    valid_from = serializers.DateField(required=False)
    note = serializers.CharField(max_length=NOTE_LENGTH, required=False, allow_blank=True)


class ChangeRuleSerializer(RevisionSerializer):
    """What is left out stays as it stands. `params` are replaced as a whole; `waivable_by` are codes of kinds."""

    params = serializers.DictField(required=False)
    severity = serializers.ChoiceField(choices=Severity.choices, required=False)
    legal_basis = serializers.CharField(max_length=120, required=False)
    coordination_no = serializers.CharField(max_length=120, required=False, allow_blank=True)
    waivable_by = serializers.ListField(child=serializers.SlugField(max_length=40), required=False, max_length=CODES)

    def change(self) -> RuleChange:
        sent = self.validated_data
        waivers = tuple(sent["waivable_by"]) if "waivable_by" in sent else None
        names = ("params", "severity", "legal_basis", "coordination_no")
        return RuleChange(waivers=waivers, **{name: sent.get(name) for name in names})


class AddRuleSerializer(ChangeRuleSerializer):
    criterion = serializers.CharField(max_length=40)


class MoveRuleSerializer(RevisionSerializer):
    direction = serializers.ChoiceField(choices=[UP, DOWN])


class PublicationSerializer(RevisionSerializer):
    """The decree under which a second person is to publish."""

    decree_no = serializers.CharField(max_length=120)
    decree_date = serializers.DateField()


class SetTermsSerializer(serializers.ModelSerializer):
    """General terms from a day on; what is left out stays as in the terms before."""

    valid_from = serializers.DateField()
    decree_no = serializers.CharField(max_length=120)
    max_days_per_week = serializers.IntegerField(min_value=0, max_value=7, required=False)
    quota_pct = serializers.IntegerField(min_value=1, max_value=100, required=False)
    quota_basis = serializers.ChoiceField(choices=QuotaBasis.choices, required=False)
    quota_rounding = serializers.ChoiceField(choices=Rounding.choices, required=False)
    place_kinds = serializers.ListField(
        child=serializers.ChoiceField(choices=PlaceKind.choices), required=False, max_length=len(PlaceKind.values)
    )
    max_months = serializers.IntegerField(min_value=1, max_value=60, required=False)
    hold_days = serializers.IntegerField(min_value=1, max_value=90, required=False)
    response_days = serializers.IntegerField(min_value=1, max_value=90, required=False)

    class Meta:
        model = ArrangementTerms
        fields = [
            "valid_from", "decree_no", "max_days_per_week", "quota_pct", "quota_basis", "quota_rounding",
            "home_counts", "other_office_counts", "other_place_counts", "place_kinds", "max_months", "hold_days",
            "response_days",
        ]  # fmt: skip
        extra_kwargs = {
            name: {"required": False} for name in ("home_counts", "other_office_counts", "other_place_counts")
        }

    def get_validators(self) -> list[Any]:
        """The service judges the whole row under its lock."""
        return []


class SaveKindSerializer(serializers.ModelSerializer):
    """A kind of special circumstance; the code is made from the name."""

    class Meta:
        model = CircumstanceKind
        fields = ["code", "name", "name_en", "lifts_weekly_cap", "max_days", "evidence_hint", "is_active"]
        read_only_fields = ["code"]
        extra_kwargs = {"max_days": {"min_value": 1, "max_value": 32767}}
