"""Roster proposals by REST: ask for one, read how far it is and what came of it, take it back. Shortfalls of a unit."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.exceptions import PermissionDenied
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request as ApiRequest
from rest_framework.response import Response

from attendance.models import Roster, RosterProposal
from attendance.services.proposals import ask_proposal, progress_of, take_back_proposal
from attendance.shortfalls import shortfalls
from config.viewsets import ReadViewSet
from organization.access import access_for
from organization.api.base import PersonSerializer, actor
from organization.enums import Role
from organization.models import Unit
from organization.querysets import under_paths_q

LONGEST_DAYS = 92


class SpreadSerializer(serializers.Serializer):
    """Least, most and mean over people who are compared; `group` empty: everybody else. Hours are minutes."""

    group = serializers.CharField(allow_blank=True)
    people = serializers.IntegerField()
    least = serializers.IntegerField()
    most = serializers.IntegerField()
    mean = serializers.FloatField()


class UnmetSerializer(serializers.Serializer):
    """A minimum that cannot be met with the people who may work then."""

    day = serializers.DateField()
    shift = serializers.CharField(allow_blank=True)
    group = serializers.CharField(allow_blank=True)
    count = serializers.IntegerField()
    minimum = serializers.IntegerField()


class ProposalResultSerializer(serializers.Serializer):
    """Empty while it is calculated; `error` names why nothing came of it."""

    error = serializers.CharField(required=False)
    open = serializers.IntegerField(required=False)
    unmet = UnmetSerializer(many=True, required=False)
    nights = SpreadSerializer(many=True, required=False)
    weekends = SpreadSerializer(many=True, required=False)
    hours = SpreadSerializer(many=True, required=False)
    seconds = serializers.FloatField(required=False)


class RosterProposalSerializer(serializers.ModelSerializer):
    """A calculation of a draft's open cells; `percent` moves while the worker is at it."""

    asked_by = PersonSerializer()
    percent = serializers.SerializerMethodField()
    result = ProposalResultSerializer()

    class Meta:
        model = RosterProposal
        fields = ["id", "roster", "status", "percent", "asked_by", "asked_at", "finished_at", "result"]

    def get_percent(self, proposal: RosterProposal) -> int:
        return proposal.percent if proposal.finished_at else progress_of(proposal.pk)


class NewProposalSerializer(serializers.Serializer):
    roster = serializers.IntegerField(min_value=1)


class TakenBackSerializer(serializers.Serializer):
    cells = serializers.IntegerField(help_text="cells that are open again")


class RosterProposalViewSet(ReadViewSet):
    """Proposals for rosters that the account makes."""

    queryset = RosterProposal.objects.all()
    serializer_class = RosterProposalSerializer
    filterset_fields = ["roster", "status"]
    lookup_value_regex = "[0-9]{1,18}"

    def get_queryset(self) -> QuerySet[RosterProposal]:
        access = access_for(actor(self.request))
        paths = (*access.headed_paths, *access.paths_of_role(Role.HR_ADMIN))
        rows = RosterProposal.objects.filter(under_paths_q(paths, "roster__unit__"))
        return rows.select_related("asked_by").order_by("-asked_at", "-pk")

    @extend_schema(request=NewProposalSerializer, responses={201: RosterProposalSerializer})
    def create(self, request: ApiRequest) -> Response:
        """Have the open cells of a draft filled by the worker."""
        form = NewProposalSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        roster = get_object_or_404(Roster.objects.visible_to(actor(request)), pk=form.validated_data["roster"])
        made = ask_proposal(by=actor(request), roster_id=roster.pk)
        return Response(RosterProposalSerializer(made).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=None, responses=TakenBackSerializer)
    @action(detail=True, methods=["post"], url_path="take-back")
    def take_back(self, request: ApiRequest, pk: str) -> Response:
        """Empty the cells it filled that nobody has touched since."""
        count = take_back_proposal(by=actor(request), proposal_id=self.get_object().pk)
        return Response({"cells": count})


class ShortSerializer(serializers.Serializer):
    """Fewer people than a minimum: of the unit on a day, or of one of its shifts."""

    day = serializers.DateField()
    shift = serializers.CharField(allow_blank=True, help_text="code; empty: on site in the unit")
    group = serializers.CharField(allow_blank=True)
    there = serializers.IntegerField()
    minimum = serializers.IntegerField()
    missing = serializers.IntegerField()


class UnitShortfallsView(GenericAPIView):
    """Days on which a unit has fewer people than its own minimums, on site and per shift."""

    queryset = Unit.objects.all()
    serializer_class = ShortSerializer
    pagination_class = None

    @extend_schema(
        parameters=[
            OpenApiParameter("start", OpenApiTypes.DATE, description="today without it"),
            OpenApiParameter("end", OpenApiTypes.DATE, description="four weeks later without it"),
        ],
        responses=ShortSerializer(many=True),
    )
    def get(self, request: ApiRequest, pk: int, **kwargs: Any) -> Response:
        """At most 92 days."""
        unit = get_object_or_404(Unit, pk=pk)
        if not actor(request).has_perm("attendance.view_shortfall", unit):
            get_object_or_404(Unit.objects.visible_to(actor(request)), pk=pk)
            raise PermissionDenied
        dates = _Period(data=request.query_params)
        dates.is_valid(raise_exception=True)
        start = dates.validated_data.get("start") or timezone.localdate()
        end = dates.validated_data.get("end") or start + timedelta(days=27)
        if not timedelta(0) <= end - start < timedelta(days=LONGEST_DAYS):
            raise serializers.ValidationError({"end": str(LONGEST_DAYS)})
        return Response(ShortSerializer(shortfalls(unit, start, end), many=True).data)


class _Period(serializers.Serializer):
    start = serializers.DateField(required=False)
    end = serializers.DateField(required=False)
