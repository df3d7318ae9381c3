"""Integrity flags by REST: read, and answer one's own; judged by people on the page."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request as ApiRequest
from rest_framework.response import Response

from attendance.filters_flags import IntegrityFlagFilter
from attendance.models import IntegrityFlag
from attendance.presentation_flags import seen_in_words
from attendance.services.flags import ANSWER_LENGTH, answer_flag
from config.viewsets import ReadViewSet
from organization.api.base import PersonSerializer, RefSerializer, actor


class IntegrityFlagSerializer(serializers.ModelSerializer):
    """A signal about entries of one day. `seen`: what was seen, in words; never a place."""

    employee = RefSerializer()
    judged_by = PersonSerializer(allow_null=True)
    seen = serializers.SerializerMethodField()

    class Meta:
        model = IntegrityFlag
        fields = [
            "id", "employee", "day", "kind", "seen", "status", "raised_at", "answer", "answered_at", "judged_by",
            "judged_at", "judgement",
        ]  # fmt: skip

    def get_seen(self, flag: IntegrityFlag) -> str:
        return seen_in_words(flag)


class FlagAnswerSerializer(serializers.Serializer):
    answer = serializers.CharField(max_length=ANSWER_LENGTH)


class IntegrityFlagViewSet(ReadViewSet):
    """Flags of the account's own employee and of people it oversees."""

    queryset = IntegrityFlag.objects.all()
    serializer_class = IntegrityFlagSerializer
    filterset_class = IntegrityFlagFilter
    lookup_value_regex = "[0-9]{1,18}"

    def get_queryset(self) -> QuerySet[IntegrityFlag]:
        rows = IntegrityFlag.objects.visible_to(actor(self.request)).select_related("employee__user", "judged_by")
        return rows.order_by("-raised_at", "-pk")

    @extend_schema(request=FlagAnswerSerializer, responses=IntegrityFlagSerializer)
    @action(detail=True, methods=["post"])
    def answer(self, request: ApiRequest, pk: str) -> Response:
        """The employee answers, once (409 afterwards)."""
        shown = self.get_object()
        if not actor(request).has_perm("attendance.answer_flag", shown):
            raise PermissionDenied
        form = FlagAnswerSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        answer_flag(by=actor(request), flag_id=shown.pk, text=form.validated_data["answer"])
        return Response(IntegrityFlagSerializer(self.get_object()).data)
