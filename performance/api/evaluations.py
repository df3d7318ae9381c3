"""Evaluations by REST: read, open, write, share, answer, settle, close, notes; by the services of the pages.

What comes out of them is Fleksibel's own and advisory; the official predicate is e-Kinerja's.
"""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request as ApiRequest
from rest_framework.response import Response

from config.viewsets import ReadViewSet
from organization.access import access_for
from organization.api.base import PersonSerializer, RefSerializer, actor
from organization.leading import led_by
from performance.enums import Behaviour, Rating
from performance.filters_evaluations import EvaluationFilter, readable_by
from performance.forms.evaluations import CALENDAR_KINDS
from performance.models import BehaviourRating, DialogueNote, Evaluation, OutputContract
from performance.periods import period_around
from performance.services import evaluations as commands
from performance.services.first_reviews import open_first

MOST_AT_ONCE = 100
WRITE, ANSWER, SETTLE = (
    "performance.write_evaluation",
    "performance.answer_evaluation",
    "performance.settle_objection",
)


class BehaviourSerializer(serializers.ModelSerializer):
    class Meta:
        model = BehaviourRating
        fields = ["value", "rating", "note"]


class EvaluationSerializer(serializers.ModelSerializer):
    """`predicate` follows from results and behaviour by the matrix; `arithmetic`: the sums behind the suggestion."""

    employee = RefSerializer()
    evaluator = PersonSerializer()
    acting_for = PersonSerializer(allow_null=True)
    contract = serializers.CharField(source="contract.reference", allow_null=True, default=None)
    behaviours = BehaviourSerializer(many=True)

    class Meta:
        model = Evaluation
        fields = [
            "public_id", "employee", "kind", "starts_on", "ends_on", "contract", "status", "evaluator", "acting_for",
            "created_at", "suggested_rating", "arithmetic", "results_rating", "rating_reason", "behaviour_rating",
            "behaviours", "predicate", "summary", "shared_at", "answer_by_on", "answered_at", "objection",
            "objection_answer", "closed_at",
        ]  # fmt: skip


class OpenEvaluationsSerializer(serializers.Serializer):
    """`on`: any day of the period. Who has an evaluation of it already keeps theirs."""

    employees = serializers.ListField(
        child=serializers.IntegerField(min_value=1), min_length=1, max_length=MOST_AT_ONCE
    )
    kind = serializers.ChoiceField(choices=CALENDAR_KINDS)
    on = serializers.DateField()


class OpenFirstSerializer(serializers.Serializer):
    """The first review of an arrangement: `contract` is the public id of its contract of outputs."""

    contract = serializers.UUIDField()


class GivenBehaviourSerializer(serializers.Serializer):
    value = serializers.ChoiceField(choices=Behaviour.choices)
    rating = serializers.ChoiceField(choices=Rating.choices)
    note = serializers.CharField(max_length=300, required=False, allow_blank=True, default="")


class JudgementSerializer(serializers.Serializer):
    """What a leader writes; sharing asks for the results and all seven values."""

    results_rating = serializers.ChoiceField(choices=Rating.choices, required=False, allow_blank=True, default="")
    rating_reason = serializers.CharField(max_length=500, required=False, allow_blank=True, default="")
    behaviours = GivenBehaviourSerializer(many=True, required=False, default=list)
    summary = serializers.CharField(max_length=commands.TEXT_LENGTH, required=False, allow_blank=True, default="")

    def judgement(self) -> commands.Judgement:
        given = dict(self.validated_data)
        rows = {row["value"]: (row["rating"], row["note"]) for row in given.pop("behaviours")}
        return commands.Judgement(behaviours=rows, **given)


class ObjectToSerializer(serializers.Serializer):
    reason = serializers.CharField(max_length=commands.TEXT_LENGTH)


class SettleObjectionSerializer(serializers.Serializer):
    """`send_back`: the evaluation goes back to its author; else it stands and can be closed."""

    answer = serializers.CharField(max_length=900)
    send_back = serializers.BooleanField()


class DialogueNoteSerializer(serializers.ModelSerializer):
    author = PersonSerializer()

    class Meta:
        model = DialogueNote
        fields = ["id", "text", "author", "at"]


class NewDialogueNoteSerializer(serializers.Serializer):
    text = serializers.CharField(max_length=2000)


class EvaluationViewSet(ReadViewSet):
    """The own evaluations once they are shared, and those of people led, looked after as HR, or audited."""

    queryset = Evaluation.objects.none()
    serializer_class = EvaluationSerializer
    filterset_class = EvaluationFilter
    lookup_field = "public_id"
    lookup_value_converter = "uuid"

    def get_queryset(self) -> QuerySet[Evaluation]:
        rows = readable_by(actor(self.request)).select_related("employee", "evaluator", "acting_for", "contract")
        return rows.prefetch_related("behaviours").order_by("-ends_on", "pk")

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return super().filter_queryset(queryset) if self.action == "list" else queryset

    def _shown(self, public_id: Any) -> Response:
        return Response(EvaluationSerializer(self.get_queryset().get(public_id=public_id)).data)

    def _allowed(self, permission: str) -> Evaluation:
        """The evaluation of the address; 403 for whoever reads it but may not do this."""
        row: Evaluation = self.get_object()
        if not actor(self.request).has_perm(permission, row):
            raise PermissionDenied
        return row

    def _given(self, serializer: type[serializers.Serializer]) -> Any:
        form = serializer(data=self.request.data)
        form.is_valid(raise_exception=True)
        return form

    def _many(self, made: list[Evaluation]) -> Response:
        rows = self.get_queryset().filter(pk__in=[row.pk for row in made])
        return Response(EvaluationSerializer(rows, many=True).data)

    @extend_schema(request=OpenEvaluationsSerializer, responses=EvaluationSerializer(many=True), filters=False)
    @action(detail=False, methods=["post"], url_path="open", pagination_class=None, filterset_class=None)
    def open_period(self, request: ApiRequest) -> Response:
        """Open drafts of a calendar period for people the account leads."""
        if not led_by(actor(request), with_hr=False).exists():
            raise PermissionDenied
        values = self._given(OpenEvaluationsSerializer).validated_data
        start, end = period_around(values["kind"], values["on"])
        made = commands.open_evaluations(
            by=actor(request), employee_ids=values["employees"], kind=values["kind"], start=start, end=end
        )
        return self._many(made)

    @extend_schema(request=OpenFirstSerializer, responses=EvaluationSerializer)
    @action(detail=False, methods=["post"], url_path="open-first", pagination_class=None, filterset_class=None)
    def open_first(self, request: ApiRequest) -> Response:
        """Open the first review of an arrangement."""
        user = actor(request)
        public_id = self._given(OpenFirstSerializer).validated_data["contract"]
        reach = access_for(user).employees_q("employee__")
        contract = get_object_or_404(OutputContract.objects.filter(reach), public_id=public_id)
        return self._shown(open_first(by=user, contract=contract).public_id)

    @extend_schema(request=JudgementSerializer, responses=EvaluationSerializer)
    @action(detail=True, methods=["post"])
    def save(self, request: ApiRequest, public_id: Any) -> Response:
        """Keep what is written so far; the person does not see it."""
        row = self._allowed(WRITE)
        judgement = self._given(JudgementSerializer).judgement()
        commands.save_draft(by=actor(request), public_id=row.public_id, judgement=judgement)
        return self._shown(public_id)

    @extend_schema(request=JudgementSerializer, responses=EvaluationSerializer)
    @action(detail=True, methods=["post"])
    def share(self, request: ApiRequest, public_id: Any) -> Response:
        """Show it to the person, with the figures as they stand now."""
        row = self._allowed(WRITE)
        judgement = self._given(JudgementSerializer).judgement()
        commands.share(by=actor(request), public_id=row.public_id, judgement=judgement)
        return self._shown(public_id)

    @extend_schema(request=None, responses=EvaluationSerializer)
    @action(detail=True, methods=["post"])
    def acknowledge(self, request: ApiRequest, public_id: Any) -> Response:
        """The person has read it."""
        commands.acknowledge(by=actor(request), public_id=self._allowed(ANSWER).public_id)
        return self._shown(public_id)

    @extend_schema(request=ObjectToSerializer, responses=EvaluationSerializer)
    @action(detail=True, methods=["post"], url_path="object")
    def object_to(self, request: ApiRequest, public_id: Any) -> Response:
        """The person disagrees; somebody other than the evaluator looks at it."""
        row = self._allowed(ANSWER)
        values = self._given(ObjectToSerializer).validated_data
        commands.object_to(by=actor(request), public_id=row.public_id, **values)
        return self._shown(public_id)

    @extend_schema(request=SettleObjectionSerializer, responses=EvaluationSerializer)
    @action(detail=True, methods=["post"])
    def settle(self, request: ApiRequest, public_id: Any) -> Response:
        """Answer an objection."""
        row = self._allowed(SETTLE)
        values = self._given(SettleObjectionSerializer).validated_data
        commands.settle(by=actor(request), public_id=row.public_id, **values)
        return self._shown(public_id)

    @extend_schema(request=None, responses=EvaluationSerializer)
    @action(detail=True, methods=["post"])
    def close(self, request: ApiRequest, public_id: Any) -> Response:
        """Lock it for good."""
        commands.close(by=actor(request), public_id=self._allowed(WRITE).public_id)
        return self._shown(public_id)

    @extend_schema(responses=DialogueNoteSerializer(many=True), filters=False)
    @action(detail=True, pagination_class=None, filterset_class=None)
    def notes(self, request: ApiRequest, public_id: Any) -> Response:
        """Notes of the dialogue, the oldest first."""
        return Response(DialogueNoteSerializer(self.get_object().notes.select_related("author"), many=True).data)

    @extend_schema(request=NewDialogueNoteSerializer, responses={201: DialogueNoteSerializer})
    @notes.mapping.post
    def add_note(self, request: ApiRequest, public_id: Any) -> Response:
        """Add a note from either side."""
        row = self.get_object()
        user = actor(request)
        if not (user.has_perm(WRITE, row) or user.has_perm(ANSWER, row)):
            raise PermissionDenied
        made = commands.add_note(
            by=user, public_id=row.public_id, text=self._given(NewDialogueNoteSerializer).validated_data["text"]
        )
        return Response(DialogueNoteSerializer(made).data, status=status.HTTP_201_CREATED)
