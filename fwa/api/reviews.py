"""Reviews of running arrangements by REST: read, answer, decide, lift a suspension; by the services of the pages."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request as ApiRequest
from rest_framework.response import Response

from config.viewsets import ReadViewSet
from eligibility.presentation import RuleRow
from fwa.api.requests import REQUEST_ID
from fwa.enums import DateProblem
from fwa.enums_reviews import ReviewOutcome, RevocationGround
from fwa.filters_reviews import ReviewFilter
from fwa.forms.decisions import NOTE_LENGTH
from fwa.forms.reviews import ANSWER_LENGTH
from fwa.models import ArrangementReview
from fwa.presentation_reviews import compared_rules, reads_texts
from fwa.services.reviews import ReviewDecision, decide, is_lifted_by, lift_suspension, respond
from organization.api.base import PersonSerializer, RefSerializer, actor


class ReviewSerializer(serializers.ModelSerializer):
    """A review in short. `request` is the id of the request behind the arrangement."""

    id = serializers.UUIDField(source="public_id", read_only=True)
    request = serializers.UUIDField(source="request.public_id", read_only=True)
    number = serializers.CharField(source="request.number", read_only=True)
    employee = RefSerializer()
    unit = RefSerializer()
    holder = PersonSerializer(allow_null=True)
    criteria = serializers.ListField(child=serializers.CharField(), read_only=True)
    is_late = serializers.SerializerMethodField()

    class Meta:
        model = ArrangementReview
        fields = [
            "id", "request", "number", "employee", "unit", "holder", "cause", "as_of", "criteria", "status",
            "opened_at", "respond_by", "is_late", "outcome", "ground", "effective_from", "effective_to", "closed_at",
        ]  # fmt: skip

    def get_is_late(self, review: ArrangementReview) -> bool:
        return review.is_late(timezone.localdate())


class ReviewRuleSerializer(serializers.Serializer):
    """A rule as it was observed; of a discipline case only the employee, HR and auditors read more than the outcome."""

    outcome = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]  # the field's own label is not used here
    detail = serializers.CharField()
    article = serializers.CharField()
    remedy = serializers.CharField()


class ComparedRuleSerializer(serializers.Serializer):
    """A rule when the review was opened, and today."""

    then = ReviewRuleSerializer()
    now = ReviewRuleSerializer(allow_null=True)


class ReviewDetailSerializer(ReviewSerializer):
    """One review whole. `response` and `reason` are null for those who only know of it."""

    rules = serializers.SerializerMethodField()
    response = serializers.SerializerMethodField()
    reason = serializers.SerializerMethodField()
    decided_by = PersonSerializer(allow_null=True)
    acting_for = PersonSerializer(allow_null=True)
    may_respond = serializers.SerializerMethodField()
    may_decide = serializers.SerializerMethodField()
    may_lift = serializers.SerializerMethodField()

    class Meta:
        model = ArrangementReview
        fields = [
            *ReviewSerializer.Meta.fields, "rules", "response", "responded_at", "reason", "decided_by", "acting_for",
            "may_respond", "may_decide", "may_lift",
        ]  # fmt: skip

    @property
    def _user(self) -> Any:
        return actor(self.context["request"])

    @extend_schema_field(ComparedRuleSerializer(many=True))
    def get_rules(self, review: ArrangementReview) -> list[dict[str, Any]]:
        return [
            {"then": _words(row.then), "now": _words(row.now) if row.now else None}
            for row in compared_rules(review, self._user)
        ]

    def get_response(self, review: ArrangementReview) -> str | None:
        return review.response if reads_texts(self._user, review) else None

    def get_reason(self, review: ArrangementReview) -> str | None:
        return review.reason if reads_texts(self._user, review) else None

    def get_may_respond(self, review: ArrangementReview) -> bool:
        return review.is_under_way and not review.response and bool(self._user.has_perm("fwa.respond_review", review))

    def get_may_decide(self, review: ArrangementReview) -> bool:
        return review.is_under_way and bool(self._user.has_perm("fwa.decide_review", review))

    def get_may_lift(self, review: ArrangementReview) -> bool:
        may = bool(self._user.has_perm("fwa.decide_review", review))
        return may and is_lifted_by(review, timezone.localdate())


def _words(row: RuleRow) -> dict[str, str]:
    return {name: str(getattr(row, name)) for name in ("outcome", "label", "detail", "article", "remedy")}


class AnswerSerializer(serializers.Serializer):
    response = serializers.CharField(max_length=ANSWER_LENGTH)


class ReviewDecisionSerializer(serializers.Serializer):
    """Ground and first day only where it is suspended or ended; `effective_to` empty: until it is lifted."""

    outcome = serializers.ChoiceField(choices=ReviewOutcome.choices)
    reason = serializers.CharField(max_length=NOTE_LENGTH)
    ground = serializers.ChoiceField(choices=RevocationGround.choices, required=False, allow_blank=True, default="")
    effective_from = serializers.DateField(required=False, allow_null=True, default=None)
    effective_to = serializers.DateField(required=False, allow_null=True, default=None)


class LiftSerializer(serializers.Serializer):
    first = serializers.DateField(help_text="first day on which it goes on")
    note = serializers.CharField(max_length=NOTE_LENGTH, required=False, allow_blank=True, default="")


class GoneDateSerializer(serializers.Serializer):
    """A date whose place could not be taken again."""

    day = serializers.DateField()
    problem = serializers.ChoiceField(choices=DateProblem.choices)
    alternatives = serializers.ListField(child=serializers.DateField())


class LiftedSerializer(serializers.Serializer):
    regained = serializers.ListField(child=serializers.DateField())
    gone = GoneDateSerializer(many=True)


class ReviewViewSet(ReadViewSet):
    """Reviews of running arrangements in reach of the account: its own, and those of people it oversees."""

    queryset = ArrangementReview.objects.all()
    serializer_class = ReviewSerializer
    filterset_class = ReviewFilter
    lookup_field = "public_id"
    lookup_value_regex = REQUEST_ID

    def get_queryset(self) -> QuerySet[ArrangementReview]:
        rows = ArrangementReview.objects.visible_to(actor(self.request))
        return rows.for_list() if self.action == "list" else rows.for_detail()

    def _shown(self) -> ArrangementReview:
        review: ArrangementReview = self.get_object()
        review.request.employee, review.request.assignment = review.employee, review.assignment
        return review

    def _detail(self) -> Response:
        return Response(ReviewDetailSerializer(self._shown(), context=self.get_serializer_context()).data)

    @extend_schema(responses=ReviewDetailSerializer)
    def retrieve(self, request: ApiRequest, *args: Any, **kwargs: Any) -> Response:
        return self._detail()

    @extend_schema(request=AnswerSerializer, responses=ReviewDetailSerializer)
    @action(detail=True, methods=["post"])
    def respond(self, request: ApiRequest, public_id: str) -> Response:
        """The employee answers, once."""
        review = self._shown()
        self._require("fwa.respond_review", review)
        form = AnswerSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        respond(by=actor(request), review_id=review.pk, text=form.validated_data["response"])
        return self._detail()

    @extend_schema(request=ReviewDecisionSerializer, responses=ReviewDetailSerializer)
    @action(detail=True, methods=["post"])
    def decide(self, request: ApiRequest, public_id: str) -> Response:
        """Let the arrangement go on, suspend it or end it; the last two only after the answer or its last day."""
        review = self._shown()
        self._require("fwa.decide_review", review)
        form = ReviewDecisionSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        given = form.validated_data
        decision = ReviewDecision(
            outcome=given["outcome"],
            reason=given["reason"],
            ground=given["ground"],
            first=given["effective_from"],
            last=given["effective_to"],
        )
        decide(by=actor(request), review_id=review.pk, decision=decision)
        return self._detail()

    @extend_schema(request=LiftSerializer, responses=LiftedSerializer)
    @action(detail=True, methods=["post"])
    def lift(self, request: ApiRequest, public_id: str) -> Response:
        """Let a suspended arrangement go on; dates whose place is taken by now are listed."""
        review = self._shown()
        self._require("fwa.decide_review", review)
        form = LiftSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        lifted = lift_suspension(by=actor(request), review_id=review.pk, **form.validated_data)
        return Response(LiftedSerializer(lifted).data)

    def _require(self, permission: str, review: ArrangementReview) -> None:
        if not actor(self.request).has_perm(permission, review):
            raise PermissionDenied
