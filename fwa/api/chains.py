"""Approval chains by REST: everybody reads them, HR of the agency sets one from a day on and takes a later one back."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.permissions import BasePermission, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from config.viewsets import ListViewSet, needs
from eligibility.enums import PolicyCode
from fwa.chain import chain_periods
from fwa.enums import StepRole
from fwa.filters_chain import ChainFilter
from fwa.forms.chain import MOST_DAYS
from fwa.models import ChainStage
from fwa.services import chain as services
from organization.api.base import actor

EDIT = "eligibility.edit_policy"


class LevelSerializer(serializers.Serializer):
    """Who decides at a level, and within how many working days."""

    role = serializers.ChoiceField(choices=StepRole.choices)
    due_days = serializers.IntegerField(min_value=1, max_value=MOST_DAYS)


class ChainSerializer(serializers.Serializer):
    """The levels of a policy in a period, the first level first; no `valid_to`: until further notice."""

    policy = serializers.ChoiceField(choices=PolicyCode.choices, source="policy__code")
    valid_from = serializers.DateField()
    valid_to = serializers.DateField(allow_null=True)
    decree_no = serializers.CharField(allow_blank=True)
    levels = LevelSerializer(many=True)


class SetChainSerializer(serializers.Serializer):
    """A chain from a day on; the determining authority is always the last level."""

    policy = serializers.ChoiceField(choices=PolicyCode.choices)
    valid_from = serializers.DateField()
    decree_no = serializers.CharField(max_length=120)
    levels = serializers.ListField(child=LevelSerializer(), max_length=len(StepRole))


class ChainViewSet(ListViewSet):
    """The chains of all policies and periods, of each policy the newest first."""

    queryset = ChainStage.objects.none()
    serializer_class = ChainSerializer
    filterset_class = ChainFilter

    def get_permissions(self) -> list[BasePermission]:
        return [needs(EDIT)() if self.action in ("create", "withdraw") else IsAuthenticated()]

    def get_queryset(self) -> QuerySet[Any, Any]:
        return chain_periods()

    @extend_schema(request=SetChainSerializer, responses={201: ChainSerializer})
    def create(self, request: Request) -> Response:
        """Set another chain. The one before ends the day before; a request under way keeps its steps."""
        form = SetChainSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        sent = form.validated_data
        services.set_chain(
            by=actor(request),
            policy_code=sent["policy"],
            levels=[(level["role"], level["due_days"]) for level in sent["levels"]],
            valid_from=sent["valid_from"],
            decree_no=sent["decree_no"],
        )
        made = chain_periods().get(policy__code=sent["policy"], valid_from=sent["valid_from"])
        return Response(ChainSerializer(made).data, status=status.HTTP_201_CREATED)

    @extend_schema(
        operation_id="approval_chains_withdraw",
        parameters=[
            OpenApiParameter("policy", str, OpenApiParameter.PATH, enum=PolicyCode.values),
            OpenApiParameter("start", date, OpenApiParameter.PATH, description="first day of the chain"),
        ],
        responses={204: None},
    )
    def withdraw(self, request: Request, policy: str, start: str) -> Response:
        """Take back a chain that does not apply yet (409 where it does); the one before it runs on."""
        try:
            services.withdraw_chain(by=actor(request), policy_code=policy, valid_from=date.fromisoformat(start))
        except (ValueError, ChainStage.DoesNotExist) as error:
            raise Http404 from error
        return Response(status=status.HTTP_204_NO_CONTENT)
