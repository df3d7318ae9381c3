"""Policies, verdicts and runs as the REST API reads them out, and the order for a run."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from eligibility.enums import Mark, Outcome, PlaceKind, PolicyCode, RunStatus, Severity, Verdict
from eligibility.models import ArrangementTerms, CircumstanceKind, PolicyVersion, Rule, Screening, ScreeningRun
from eligibility.registry import get_criterion
from eligibility.screening import RuleResult, ScreeningResult
from organization.api.base import PersonSerializer, RefSerializer


class CircumstanceKindSerializer(serializers.ModelSerializer):
    name = serializers.CharField(source="label")

    class Meta:
        model = CircumstanceKind
        fields = ["code", "name", "lifts_weekly_cap", "max_days", "evidence_hint"]


class TermsSerializer(serializers.ModelSerializer):
    """General terms of arrangements (Art 13): cap, quota, places and terms of time."""

    class Meta:
        model = ArrangementTerms
        fields = [
            "max_days_per_week", "quota_pct", "quota_basis", "quota_rounding", "home_counts", "other_office_counts",
            "other_place_counts", "place_kinds", "max_months", "hold_days", "response_days", "decree_no",
            "valid_from", "valid_to",
        ]  # fmt: skip


class VersionSerializer(serializers.ModelSerializer):
    """A published version of a policy."""

    policy = serializers.ChoiceField(source="policy.code", choices=PolicyCode.choices)

    class Meta:
        model = PolicyVersion
        fields = ["policy", "number", "status", "valid_from", "valid_to", "decree_no", "decree_date", "published_at"]


class RuleSerializer(serializers.ModelSerializer):
    """One rule: as a sentence, with its parameters, its effect, its article and who may change it."""

    label = serializers.SerializerMethodField()  # type: ignore[assignment]  # a field, no attribute
    sentence = serializers.SerializerMethodField()
    params = serializers.DictField()
    severity = serializers.ChoiceField(choices=Severity.choices)
    mark = serializers.ChoiceField(choices=Mark.choices)
    legal_basis = serializers.CharField(source="article")
    waivable_by: serializers.Field = serializers.SlugRelatedField(slug_field="code", many=True, read_only=True)

    class Meta:
        model = Rule
        fields = [
            "order", "criterion", "label", "sentence", "params", "severity", "mark", "legal_basis",
            "coordination_no", "waivable_by",
        ]  # fmt: skip

    def get_label(self, rule: Rule) -> str:
        return str(get_criterion(rule.criterion).label)

    def get_sentence(self, rule: Rule) -> str:
        return str(get_criterion(rule.criterion).sentence(rule.params))


class VersionDetailSerializer(VersionSerializer):
    rules = RuleSerializer(many=True)

    class Meta(VersionSerializer.Meta):
        fields = [*VersionSerializer.Meta.fields, "rules"]


class PolicySerializer(serializers.Serializer):
    """A policy and its version in force today, if there is one."""

    code = serializers.ChoiceField(choices=PolicyCode.choices, source="policy.code")
    name = serializers.CharField(source="policy.__str__")
    in_force = VersionSerializer(source="version", allow_null=True)


class PolicyDetailSerializer(PolicySerializer):
    versions = VersionSerializer(many=True)


class RuleResultSerializer(serializers.Serializer):
    """Outcome of one rule in words: what was seen, what is required, the article, and what would change it."""

    criterion = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]  # a field, no attribute
    outcome = serializers.ChoiceField(choices=Outcome.choices)
    observed = serializers.CharField(allow_blank=True)
    required = serializers.CharField(allow_blank=True)  # type: ignore[assignment]
    remedy = serializers.CharField(allow_blank=True)
    legal_basis = serializers.CharField()


class VerdictSerializer(serializers.Serializer):
    """A verdict with every rule of its version, met or not."""

    policy = serializers.ChoiceField(choices=PolicyCode.choices)
    version = serializers.IntegerField()
    as_of = serializers.DateField()
    verdict = serializers.ChoiceField(choices=Verdict.choices)
    rules = RuleResultSerializer(many=True)


class OwnVerdictsSerializer(serializers.Serializer):
    place_kind = serializers.ChoiceField(choices=PlaceKind.choices)
    verdicts = VerdictSerializer(many=True)


class OwnVerdictsQuery(serializers.Serializer):
    """What somebody asks about themself."""

    policy = serializers.ChoiceField(choices=PolicyCode.choices, required=False, help_text="all policies without it")
    place_kind = serializers.ChoiceField(
        choices=[choice for choice in PlaceKind.choices if choice[0] != PlaceKind.FIELD], default=PlaceKind.HOME.value
    )


def rule_in_words(result: RuleResult) -> dict[str, Any]:
    """The members of a `RuleResultSerializer`."""
    words = result.explanation
    return {
        "criterion": result.rule.criterion,
        "label": str(result.label),
        "outcome": str(result.outcome),
        "observed": str(words.observed),
        "required": str(words.required),
        "remedy": str(words.remedy),
        "legal_basis": result.rule.article,
    }


def verdict_in_words(result: ScreeningResult) -> dict[str, Any]:
    """A verdict just made, as `VerdictSerializer` reads it out."""
    return {
        "policy": result.version.policy.code,
        "version": result.version.number,
        "as_of": result.on,
        "verdict": str(result.verdict),
        "rules": [rule_in_words(item) for item in result.results],
    }


def stored_verdict_in_words(screening: Screening, results: list[RuleResult]) -> dict[str, Any]:
    """A stored verdict, as `VerdictSerializer` reads it out; needs `version.policy`."""
    return {
        "policy": screening.version.policy.code,
        "version": screening.version.number,
        "as_of": screening.as_of,
        "verdict": screening.verdict,
        "rules": [rule_in_words(item) for item in results],
    }


class ScreeningSerializer(serializers.ModelSerializer):
    """A stored verdict in short; `failed` are the codes of the rules not met."""

    employee = RefSerializer()
    unit = serializers.CharField(source="unit_name", allow_null=True, read_only=True)
    policy = serializers.ChoiceField(source="version.policy.code", choices=PolicyCode.choices)
    version = serializers.IntegerField(source="version.number")
    verdict = serializers.ChoiceField(choices=Verdict.choices)
    run_id = serializers.IntegerField(allow_null=True, read_only=True)

    class Meta:
        model = Screening
        fields = ["id", "employee", "unit", "policy", "version", "as_of", "verdict", "failed", "run_id", "created_at"]


class ScreeningDetailSerializer(serializers.Serializer):
    """A stored verdict whole, with the values it was judged on, and whether a replay comes out the same."""

    id = serializers.IntegerField()
    employee = RefSerializer()
    created_at = serializers.DateTimeField()
    run_id = serializers.IntegerField(allow_null=True)
    verdict = VerdictSerializer()
    observed = serializers.ListField(child=serializers.DictField(), help_text="per rule the values as they were seen")
    replays_identically = serializers.BooleanField()


class RunSerializer(serializers.ModelSerializer):
    """A run over a unit or the agency; `counts` are empty until it is done."""

    policy = serializers.ChoiceField(source="version.policy.code", choices=PolicyCode.choices)
    version = serializers.IntegerField(source="version.number")
    unit = RefSerializer(allow_null=True)
    status = serializers.ChoiceField(choices=RunStatus.choices)
    counts = serializers.DictField()
    created_by = PersonSerializer(allow_null=True)

    class Meta:
        model = ScreeningRun
        fields = [
            "id", "policy", "version", "unit", "as_of", "status", "counts", "message",
            "facts_at", "created_by", "created_at", "finished_at",
        ]  # fmt: skip


class RunOrderSerializer(serializers.Serializer):
    """Screen everybody who serves in a unit and below it (none: the agency) on a day."""

    policy = serializers.ChoiceField(choices=PolicyCode.choices)
    version = serializers.IntegerField(
        min_value=1, max_value=32767, required=False, help_text="without it, the one in force on that day"
    )
    unit_id = serializers.IntegerField(min_value=1, required=False, allow_null=True)
    as_of = serializers.DateField(required=False, help_text="today without it")
