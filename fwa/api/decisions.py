"""The inbox by REST: what waits, what a decision would do, and deciding by the same services as the pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request as ApiRequest
from rest_framework.response import Response

from config.viewsets import ReadViewSet
from fwa.api import commands, serializers
from fwa.filters import StepFilter
from fwa.models import Decision, Request, Step
from fwa.selectors import UnitCoverage, coverage_grid, takes_places
from fwa.services.decisions import approve_many, approve_step, reject_step, return_step
from organization.api.base import actor


class StepViewSet(ReadViewSet):
    """Steps that wait for the account. A step decided meanwhile is still there by its id, and answers 409."""

    queryset = Step.objects.all()
    serializer_class = serializers.InboxStepSerializer
    filterset_class = StepFilter
    lookup_value_regex = "[0-9]+"

    def get_queryset(self) -> QuerySet[Step]:
        return Step.objects.decidable_by(actor(self.request)).for_inbox()

    def _visible(self) -> Step:
        user = actor(self.request)
        rows = Step.objects.filter(request__in=Request.objects.visible_to(user)).for_inbox()
        return get_object_or_404(rows.select_related("request__employee__user"), pk=self.kwargs["pk"])

    @extend_schema(responses=serializers.InboxStepSerializer)
    def retrieve(self, request: ApiRequest, *args: Any, **kwargs: Any) -> Response:
        return Response(self.get_serializer(self._visible()).data)

    @extend_schema(responses=serializers.CoverageSerializer, filters=False)
    @action(detail=True, filterset_class=None, pagination_class=None)
    def coverage(self, request: ApiRequest, pk: str) -> Response:
        """What agreeing would do on each date, for the unit and every one above it with a limit."""
        step = self._visible()
        if not actor(request).has_perm("fwa.decide_step", step):
            raise PermissionDenied
        found = coverage_grid(step.request, on=timezone.localdate())
        data = {
            "takes_places": takes_places(step),
            "days": found.checks,
            "limits": [_limit(row) for row in found.limits],
        }
        return Response(serializers.CoverageSerializer(data).data)

    def _decide(self, kind: type[Any], command: Callable[..., Decision]) -> Response:
        step = self._visible()
        form = kind(data=self.request.data)
        form.is_valid(raise_exception=True)
        decision = command(by=actor(self.request), step_id=step.pk, **form.validated_data)
        made = Decision.objects.select_related("request").get(pk=decision.pk)
        return Response(serializers.DecisionSerializer(made).data)

    @extend_schema(request=commands.ApproveSerializer, responses=serializers.DecisionSerializer)
    @action(detail=True, methods=["post"])
    def approve(self, request: ApiRequest, pk: str) -> Response:
        """Agree, wholly or (at the unit head's level) without some of the dates."""
        return self._decide(commands.ApproveSerializer, approve_step)

    @extend_schema(
        request=commands.ReturnSerializer, responses=serializers.DecisionSerializer, operation_id="steps_return"
    )
    @action(detail=True, methods=["post"], url_path="return", url_name="return")
    def send_back(self, request: ApiRequest, pk: str) -> Response:
        """Return the request for change; held places are given back."""
        return self._decide(commands.ReturnSerializer, return_step)

    @extend_schema(request=commands.RejectSerializer, responses=serializers.DecisionSerializer)
    @action(detail=True, methods=["post"])
    def reject(self, request: ApiRequest, pk: str) -> Response:
        """Reject the request with ground, reason and alternative."""
        return self._decide(commands.RejectSerializer, reject_step)

    @extend_schema(request=commands.ApproveManySerializer, responses=serializers.BulkSerializer)
    @action(detail=False, methods=["post"], url_path="approve-many", filterset_class=None, pagination_class=None)
    def approve_many(self, request: ApiRequest) -> Response:
        """Agree to several, each on its own: every row says what became of it. Steps out of reach have no row."""
        form = commands.ApproveManySerializer(data=request.data)
        form.is_valid(raise_exception=True)
        asked = form.validated_data
        rows = approve_many(by=actor(request), step_ids=asked["ids"], note=asked["note"])
        return Response(serializers.BulkSerializer({"rows": rows}).data)


def _limit(row: UnitCoverage) -> dict[str, Any]:
    values = [{"people": value[0], "limit": value[1]} if value else None for value in row.values]
    return {"unit": row.unit, "group": row.group, "is_quota": row.is_quota, "values": values}
