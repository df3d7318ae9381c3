"""The task mapping by REST: types, positions with shares, the same shares for many, and proposals of unit heads."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.generics import get_object_or_404
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response

from config.viewsets import Conflict, ReadViewSet, needs
from organization.api import serializers as shapes
from organization.api import task_mapping_serializers as serializers
from organization.api.base import actor
from organization.filters import TaskTypeFilter
from organization.filters_mapping import TaskMappingFilter, TaskProposalFilter
from organization.models import Position, TaskMappingProposal, TaskType
from organization.selectors import task_types_with_verdicts
from organization.services import posts, task_proposals
from organization.services.task_mapping import MappingChanged, full_shares, map_many
from organization.task_mapping import Wanted, fingerprint, positions_in_reach, preview, tasks_of, with_mapping
from organization.views.task_proposals import changes_of


class TaskTypeViewSet(ReadViewSet):
    """Task types with their criteria. A type that was ever used cannot be removed."""

    queryset = TaskType.objects.all()
    serializer_class = shapes.TaskTypeSerializer
    filterset_class = TaskTypeFilter

    def get_permissions(self) -> list[BasePermission]:
        reads = self.action in ("list", "retrieve", None)
        return [needs("organization.view_agency" if reads else "organization.manage_posts")()]

    def get_queryset(self) -> QuerySet[TaskType]:
        return task_types_with_verdicts().order_by("name", "pk")

    def _save(self, request: Request, task_type: TaskType | None, *, partial: bool = False) -> TaskType:
        form = serializers.TaskTypeWriteSerializer(task_type, data=request.data, partial=partial)
        form.is_valid(raise_exception=True)
        pk = task_type.pk if task_type else None
        saved = posts.save_task_type(by=actor(request), task_type_id=pk, values=form.validated_data)
        return self.get_queryset().get(pk=saved.pk)

    @extend_schema(request=serializers.TaskTypeWriteSerializer, responses={201: shapes.TaskTypeSerializer})
    def create(self, request: Request) -> Response:
        """Add a task type."""
        return Response(shapes.TaskTypeSerializer(self._save(request, None)).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=serializers.TaskTypeWriteSerializer, responses=shapes.TaskTypeSerializer)
    def update(self, request: Request, pk: str) -> Response:
        """Change a task type; its criteria count for every position that has it, from today on."""
        return Response(shapes.TaskTypeSerializer(self._save(request, self.get_object())).data)

    @extend_schema(request=serializers.TaskTypeWriteSerializer, responses=shapes.TaskTypeSerializer)
    def partial_update(self, request: Request, pk: str) -> Response:
        """Change some answers of a task type."""
        return Response(shapes.TaskTypeSerializer(self._save(request, self.get_object(), partial=True)).data)

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, pk: str) -> Response:
        """Remove a task type that no position ever had."""
        posts.delete_task_type(by=actor(request), task_type_id=self.get_object().pk)
        return Response(status=status.HTTP_204_NO_CONTENT)


class TaskMappingViewSet(ReadViewSet):
    """Positions in reach with their shares; HR and auditors see all, heads and others those of their units."""

    queryset = Position.objects.all()
    serializer_class = serializers.PositionMappingSerializer
    filterset_class = TaskMappingFilter

    def get_permissions(self) -> list[BasePermission]:
        writes = self.action in ("set_shares", "preview")
        return [needs("organization.manage_posts" if writes else "organization.view_task_mapping")()]

    def get_queryset(self) -> QuerySet[Position]:
        today = timezone.localdate()
        return with_mapping(positions_in_reach(actor(self.request), today), today).order_by("name", "pk")

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset())) or []
        context = {"tasks": tasks_of(page, timezone.localdate())}
        return self.get_paginated_response(serializers.PositionMappingSerializer(page, many=True, context=context).data)

    @extend_schema(responses=serializers.PositionMappingSerializer)
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        row = get_object_or_404(self.get_queryset(), pk=kwargs["pk"])
        context = {"tasks": tasks_of([row], timezone.localdate())}
        return Response(serializers.PositionMappingSerializer(row, context=context).data)

    @extend_schema(
        request=serializers.MappingCommandSerializer, responses=serializers.MappingPreviewSerializer, filters=False
    )
    @action(detail=False, methods=["post"], filterset_class=None, pagination_class=None)
    def preview(self, request: Request) -> Response:
        """What the shares would change per position, and the fingerprint to send along when setting them."""
        form = serializers.MappingCommandSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        asked = form.validated_data
        shares = full_shares(asked["shares"])
        positions = list(Position.objects.filter(pk__in=asked["positions"]).order_by("name", "pk"))
        changes = preview(Wanted(row, shares, asked["valid_from"]) for row in positions)
        seen = fingerprint([row.pk for row in positions], shares, asked["valid_from"])
        return Response(serializers.MappingPreviewSerializer({"changes": changes, "seen": seen}).data)

    @extend_schema(request=serializers.MapManySerializer, responses=shapes.CountSerializer, filters=False)
    @action(detail=False, methods=["post"], url_path="set", url_name="set", filterset_class=None, pagination_class=None)
    def set_shares(self, request: Request) -> Response:
        """Give all positions the same shares from a day on: all of them or none."""
        form = serializers.MapManySerializer(data=request.data)
        form.is_valid(raise_exception=True)
        asked = form.validated_data
        try:
            count = map_many(
                by=actor(request),
                position_ids=asked["positions"],
                shares=asked["shares"],
                valid_from=asked["valid_from"],
                seen=asked["seen"],
            )
        except MappingChanged as error:
            raise Conflict(" ".join(error.messages)) from error
        return Response({"count": count})


class TaskProposalViewSet(ReadViewSet):
    """Proposals in reach, newest first; those that wait unless asked for others."""

    queryset = TaskMappingProposal.objects.all()
    serializer_class = serializers.ProposalSerializer
    filterset_class = TaskProposalFilter

    def get_permissions(self) -> list[BasePermission]:
        permissions = {
            "create": "organization.propose_tasks",
            "confirm": "organization.decide_proposals",
            "decline": "organization.decide_proposals",
        }
        return [needs(permissions.get(self.action or "", "organization.view_task_mapping"))()]

    def get_queryset(self) -> QuerySet[TaskMappingProposal]:
        return TaskMappingProposal.objects.visible_to(actor(self.request)).for_list()

    def _answer(self, proposal_id: int, code: int = status.HTTP_200_OK) -> Response:
        row = self.get_queryset().get(pk=proposal_id)
        return Response(serializers.ProposalSerializer(row, context={"changes": changes_of([row])}).data, status=code)

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset())) or []
        context = {"changes": changes_of(list(page))}
        return self.get_paginated_response(serializers.ProposalSerializer(page, many=True, context=context).data)

    @extend_schema(responses=serializers.ProposalSerializer)
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self._answer(get_object_or_404(self.get_queryset(), pk=kwargs["pk"]).pk)

    @extend_schema(request=serializers.ProposeSerializer, responses={201: shapes.CountSerializer})
    def create(self, request: Request) -> Response:
        """Propose the same shares for positions of the units that the account heads; one proposal per position."""
        form = serializers.ProposeSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        asked = form.validated_data
        made = task_proposals.propose_mapping(
            by=actor(request),
            position_ids=asked["positions"],
            shares=asked["shares"],
            valid_from=asked["valid_from"],
            note=asked["note"],
        )
        return Response({"count": len(made)}, status=status.HTTP_201_CREATED)

    @extend_schema(request=None, responses=serializers.ProposalSerializer)
    @action(detail=True, methods=["post"])
    def confirm(self, request: Request, pk: str) -> Response:
        """Confirm: the mapping changes from the proposal's day on."""
        row = get_object_or_404(self.get_queryset(), pk=pk)
        return self._answer(task_proposals.confirm_proposal(by=actor(request), proposal_id=row.pk).pk)

    @extend_schema(request=serializers.ProposalReasonSerializer, responses=serializers.ProposalSerializer)
    @action(detail=True, methods=["post"])
    def decline(self, request: Request, pk: str) -> Response:
        """Decline with a reason, which the unit head reads."""
        row = get_object_or_404(self.get_queryset(), pk=pk)
        form = serializers.ProposalReasonSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        reason = form.validated_data["reason"]
        return self._answer(task_proposals.decline_proposal(by=actor(request), proposal_id=row.pk, reason=reason).pk)

    @extend_schema(request=None, responses=serializers.ProposalSerializer)
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, pk: str) -> Response:
        """Take a proposal back; for who proposed it and for heads of its unit."""
        row = get_object_or_404(self.get_queryset(), pk=pk)
        return self._answer(task_proposals.withdraw_proposal(by=actor(request), proposal_id=row.pk).pk)
