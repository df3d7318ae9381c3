"""Contracts of outputs by REST: read in scope, propose a change, answer or withdraw it; by the services of pages."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request as ApiRequest
from rest_framework.response import Response

from config.viewsets import ReadViewSet
from organization.api.base import PersonSerializer, RefSerializer, actor
from performance.contract_page import figures_of
from performance.enums import OutputChangeKind
from performance.filters_contracts import ContractFilter, contracts_read_by
from performance.models import Output, OutputAmendment, OutputChange, OutputContract
from performance.services.amendments import MOST_OUTPUTS, REASON_LENGTH, ChangeData, answer, propose, withdraw

PUBLIC_ID = "[0-9a-f-]{36}"


class ContractOutputSerializer(serializers.ModelSerializer):
    """`dropped_at`: no longer due since, by an agreed change. `work_result`: public id of the result it serves."""

    id = serializers.UUIDField(source="public_id")
    work_result = serializers.UUIDField(source="work_result.public_id", allow_null=True, default=None)

    class Meta:
        model = Output
        fields = [
            "id", "title", "measure", "target", "due_on", "work_result", "delivered", "delivered_on", "rating",
            "dropped_at",
        ]  # fmt: skip


class OutputChangeSerializer(serializers.ModelSerializer):
    """`old`: title, measure, target and due date when it was proposed; empty for a new output."""

    output = serializers.UUIDField(source="output.public_id", allow_null=True, default=None)
    old = serializers.DictField(child=serializers.CharField())

    class Meta:
        model = OutputChange
        fields = ["kind", "output", "title", "measure", "target", "due_on", "old"]


class AmendmentSerializer(serializers.ModelSerializer):
    id = serializers.UUIDField(source="public_id")
    proposed_by = PersonSerializer()
    answered_by = PersonSerializer(allow_null=True)
    acting_for = PersonSerializer(allow_null=True)
    changes = OutputChangeSerializer(many=True)

    class Meta:
        model = OutputAmendment
        fields = [
            "id", "number", "status", "reason", "by_employee", "proposed_by", "proposed_at", "answer_by_on",
            "answered_by", "acting_for", "answered_at", "answer", "changes",
        ]  # fmt: skip


class FiguresSerializer(serializers.Serializer):
    """Outputs promised, due by now, and of these on time, late and missing; `delivered` counts early ones too."""

    promised = serializers.IntegerField()
    due = serializers.IntegerField()
    on_time = serializers.IntegerField()
    late = serializers.IntegerField()
    missing = serializers.IntegerField()
    delivered = serializers.IntegerField()


class ContractSerializer(serializers.ModelSerializer):
    """`reference` is the number of the request."""

    id = serializers.UUIDField(source="public_id")
    employee = RefSerializer()
    agreed_by = PersonSerializer(allow_null=True)
    figures = serializers.SerializerMethodField()

    class Meta:
        model = OutputContract
        fields = ["id", "reference", "employee", "valid_from", "valid_to", "agreed_by", "agreed_at", "figures"]

    @extend_schema_field(FiguresSerializer)
    def get_figures(self, contract: OutputContract) -> dict[str, Any]:
        return FiguresSerializer(figures_of(contract.outputs.all(), on=timezone.localdate())).data


class ContractDetailSerializer(ContractSerializer):
    outputs = ContractOutputSerializer(many=True)
    amendments = AmendmentSerializer(many=True)

    class Meta(ContractSerializer.Meta):
        fields = [*ContractSerializer.Meta.fields, "outputs", "amendments"]


class ProposedChangeSerializer(serializers.Serializer):
    """`add` names no output; `change` and `drop` name one of the contract; all but `drop` say everything."""

    kind = serializers.ChoiceField(choices=OutputChangeKind.choices)
    output = serializers.UUIDField(required=False, allow_null=True, default=None)
    title = serializers.CharField(max_length=200, required=False, allow_blank=True, default="")
    measure = serializers.CharField(max_length=60, required=False, allow_blank=True, default="")
    target = serializers.DecimalField(
        max_digits=10, decimal_places=2, min_value=Decimal("0.01"), required=False, allow_null=True, default=None
    )
    due_on = serializers.DateField(required=False, allow_null=True, default=None)


class ProposalSerializer(serializers.Serializer):
    """`after`: number of the last change that was read; 409 where there is a newer one."""

    reason = serializers.CharField(max_length=REASON_LENGTH)
    changes = serializers.ListField(child=ProposedChangeSerializer(), min_length=1, max_length=2 * MOST_OUTPUTS)
    after = serializers.IntegerField(min_value=0, required=False, allow_null=True, default=None)


class AnswerAmendmentSerializer(serializers.Serializer):
    """`answer` is needed to decline."""

    agree = serializers.BooleanField()
    answer = serializers.CharField(max_length=REASON_LENGTH, required=False, allow_blank=True, default="")


class OutputContractViewSet(ReadViewSet):
    """Own contracts, and those of the people the account leads, looks after as HR, or audits."""

    queryset = OutputContract.objects.none()
    serializer_class = ContractSerializer
    filterset_class = ContractFilter
    lookup_field = "public_id"
    lookup_value_regex = PUBLIC_ID

    def get_queryset(self) -> QuerySet[OutputContract]:
        user = actor(self.request)
        rows = contracts_read_by(user) if self.action == "list" else OutputContract.objects.visible_to(user)
        outputs = Output.objects.select_related("work_result")
        return rows.select_related("employee__user", "agreed_by").prefetch_related(Prefetch("outputs", outputs))

    def get_object(self) -> OutputContract:
        """Whoever sees the person is told (403) that the work is not theirs to see."""
        contract: OutputContract = super().get_object()
        if not actor(self.request).has_perm("performance.view_work", contract.employee):
            raise PermissionDenied
        return contract

    @extend_schema(responses=ContractDetailSerializer)
    def retrieve(self, request: ApiRequest, *args: Any, **kwargs: Any) -> Response:
        """With its outputs, deliveries and changes."""
        return self._whole(self.get_object())

    def _whole(self, contract: OutputContract, code: int = status.HTTP_200_OK) -> Response:
        amendments = OutputAmendment.objects.select_related("proposed_by", "answered_by", "acting_for")
        amendments = amendments.prefetch_related(Prefetch("changes", OutputChange.objects.select_related("output")))
        rows = self.get_queryset().prefetch_related(Prefetch("amendments", amendments))
        return Response(ContractDetailSerializer(rows.get(pk=contract.pk)).data, status=code)

    def _checked(self, kind: type[serializers.Serializer]) -> dict[str, Any]:
        form = kind(data=self.request.data)
        form.is_valid(raise_exception=True)
        values: dict[str, Any] = form.validated_data
        return values

    @extend_schema(request=ProposalSerializer, responses={201: ContractDetailSerializer})
    @action(detail=True, methods=["post"], url_path="changes")
    def propose(self, request: ApiRequest, public_id: Any) -> Response:
        """Propose a change; it counts once the other side agrees."""
        contract = self.get_object()
        if not actor(request).has_perm("performance.propose_amendment", contract.employee):
            raise PermissionDenied
        values = self._checked(ProposalSerializer)
        known = {row.public_id: row.pk for row in contract.outputs.all()}
        changes = [_change(row, known) for row in values["changes"]]
        propose(
            by=actor(request), contract_id=contract.pk, reason=values["reason"], changes=changes, after=values["after"]
        )
        return self._whole(contract, status.HTTP_201_CREATED)

    def _amendment(self, change_id: Any, permission: str) -> OutputAmendment:
        rows = OutputAmendment.objects.filter(contract=self.get_object()).select_related("contract__employee__user")
        amendment: OutputAmendment = get_object_or_404(rows, public_id=change_id)
        if not actor(self.request).has_perm(permission, amendment):
            raise PermissionDenied
        return amendment

    @extend_schema(request=AnswerAmendmentSerializer, responses=ContractDetailSerializer)
    @action(detail=True, methods=["post"], url_path=f"changes/(?P<change_id>{PUBLIC_ID})/answer")
    def answer(self, request: ApiRequest, public_id: Any, change_id: Any) -> Response:
        """Agree or decline as the side that did not propose it."""
        amendment = self._amendment(change_id, "performance.answer_amendment")
        values = self._checked(AnswerAmendmentSerializer)
        answer(by=actor(request), public_id=amendment.public_id, agree=values["agree"], text=values["answer"])
        return self._whole(amendment.contract)

    @extend_schema(request=None, responses=ContractDetailSerializer)
    @action(detail=True, methods=["post"], url_path=f"changes/(?P<change_id>{PUBLIC_ID})/withdraw")
    def withdraw(self, request: ApiRequest, public_id: Any, change_id: Any) -> Response:
        """Take a proposed change back."""
        amendment = self._amendment(change_id, "performance.withdraw_amendment")
        withdraw(by=actor(request), public_id=amendment.public_id)
        return self._whole(amendment.contract)


def _change(row: dict[str, Any], known: dict[Any, int]) -> ChangeData:
    named = row["output"]
    if named is not None and named not in known:
        raise serializers.ValidationError({"changes": _("An output is named twice, or is not due in this contract.")})
    return ChangeData(
        kind=row["kind"],
        output_id=known[named] if named is not None else None,
        title=row["title"],
        measure=row["measure"],
        target=row["target"],
        due_on=row["due_on"],
    )
