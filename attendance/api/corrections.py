"""Corrections by REST: read, ask, decide, take back; by the services of the pages."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request as ApiRequest
from rest_framework.response import Response

from attendance.enums import CorrectionReason, CorrectionStatus
from attendance.filters_corrections import CorrectionFilter
from attendance.forms.corrections import EXPLANATION_LENGTH
from attendance.models import Correction
from attendance.services.corrections import (
    REASON_LENGTH,
    CorrectionData,
    approve_corrections,
    decide_correction,
    submit_correction,
    withdraw_correction,
)
from config.viewsets import ReadViewSet
from organization.api.base import PersonSerializer, RefSerializer, actor

MOST_AT_ONCE = 100
CORRECTION_ID = "[0-9]{1,18}"


class CorrectionSerializer(serializers.ModelSerializer):
    """A correction. Times are instants; an empty one leaves the entry as it is. `part` 2: the second shift."""

    employee = RefSerializer()
    decided_by = PersonSerializer(allow_null=True)
    acting_for = PersonSerializer(allow_null=True)
    may_decide = serializers.SerializerMethodField()

    class Meta:
        model = Correction
        fields = [
            "id", "employee", "day", "part", "check_in", "check_out", "reason", "explanation", "evidence_link",
            "status", "submitted_at", "decided_by", "acting_for", "decided_at", "decision_reason", "may_decide",
        ]  # fmt: skip

    def get_may_decide(self, correction: Correction) -> bool | None:
        """Null in the list, which does not ask it row by row."""
        if not self.context.get("single"):
            return None
        is_open = correction.status == CorrectionStatus.SUBMITTED
        return is_open and bool(actor(self.context["request"]).has_perm("attendance.decide_correction", correction))


class NewCorrectionSerializer(serializers.Serializer):
    """Clock times in the zone of the unit; a check-out before the check-in is on the next day."""

    day = serializers.DateField()
    part = serializers.IntegerField(min_value=1, max_value=2, default=1)
    check_in = serializers.TimeField(required=False, allow_null=True, default=None)
    check_out = serializers.TimeField(required=False, allow_null=True, default=None)
    reason = serializers.ChoiceField(choices=CorrectionReason.choices)
    explanation = serializers.CharField(max_length=EXPLANATION_LENGTH)
    evidence_link = serializers.URLField(required=False, allow_blank=True, default="", max_length=200)


class CorrectionDecisionSerializer(serializers.Serializer):
    """`reason` is needed to refuse."""

    approve = serializers.BooleanField()
    reason = serializers.CharField(max_length=REASON_LENGTH, required=False, allow_blank=True, default="")


class ApproveCorrectionsSerializer(serializers.Serializer):
    ids = serializers.ListField(child=serializers.IntegerField(min_value=1), min_length=1, max_length=MOST_AT_ONCE)
    reason = serializers.CharField(max_length=REASON_LENGTH, required=False, allow_blank=True, default="")


class DecidedSerializer(serializers.Serializer):
    """What became of one of many."""

    id = serializers.IntegerField(source="correction_id")
    ok = serializers.BooleanField()
    message = serializers.CharField(allow_blank=True)


class CorrectionViewSet(ReadViewSet):
    """Corrections in reach of the account: its own, and those of people it oversees."""

    queryset = Correction.objects.all()
    serializer_class = CorrectionSerializer
    filterset_class = CorrectionFilter
    lookup_value_regex = CORRECTION_ID

    def get_queryset(self) -> QuerySet[Correction]:
        rows = Correction.objects.visible_to(actor(self.request))
        return rows.select_related("employee", "decided_by", "acting_for").order_by("-submitted_at", "-pk")

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), "single": self.action not in ("list", "create")}

    def _detail(self, pk: int, code: int = status.HTTP_200_OK) -> Response:
        context = {**self.get_serializer_context(), "single": True}
        return Response(CorrectionSerializer(self.get_queryset().get(pk=pk), context=context).data, status=code)

    @extend_schema(request=NewCorrectionSerializer, responses={201: CorrectionSerializer})
    def create(self, request: ApiRequest) -> Response:
        """Ask for other times on one of the own days."""
        form = NewCorrectionSerializer(data=request.data)
        if getattr(actor(request), "employee", None) is None:
            raise PermissionDenied
        form.is_valid(raise_exception=True)
        made = submit_correction(by=actor(request), data=CorrectionData(**form.validated_data))
        return self._detail(made.pk, status.HTTP_201_CREATED)

    @extend_schema(request=CorrectionDecisionSerializer, responses=CorrectionSerializer)
    @action(detail=True, methods=["post"])
    def decide(self, request: ApiRequest, pk: str) -> Response:
        """Approve or refuse."""
        correction = self.get_object()
        if not actor(request).has_perm("attendance.decide_correction", correction):
            raise PermissionDenied
        form = CorrectionDecisionSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        decide_correction(by=actor(request), correction_id=correction.pk, **form.validated_data)
        return self._detail(correction.pk)

    @extend_schema(request=None, responses=CorrectionSerializer)
    @action(detail=True, methods=["post"])
    def withdraw(self, request: ApiRequest, pk: str) -> Response:
        """The employee takes back what nobody has decided yet."""
        correction = self.get_object()
        withdraw_correction(by=actor(request), correction_id=correction.pk)
        return self._detail(correction.pk)

    @extend_schema(request=ApproveCorrectionsSerializer, responses=DecidedSerializer(many=True), filters=False)
    @action(detail=False, methods=["post"], url_path="approve", pagination_class=None, filterset_class=None)
    def approve_many(self, request: ApiRequest) -> Response:
        """Approve several; each is decided by itself. Ids that are not in reach are not answered."""
        form = ApproveCorrectionsSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        done = approve_corrections(
            by=actor(request), correction_ids=form.validated_data["ids"], reason=form.validated_data["reason"]
        )
        return Response(DecidedSerializer(done, many=True).data)
