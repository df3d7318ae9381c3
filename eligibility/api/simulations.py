"""Simulations of the agency, and what the second person does with a draft."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from config.viewsets import ListViewSet, ReadViewSet, needs
from eligibility.api import problems  # noqa: F401  (registers the members of this app's problems)
from eligibility.api import serializers_simulations as shapes
from eligibility.api.serializers import VersionSerializer
from eligibility.filters_simulations import SimulationFilter, SimulationRowFilter
from eligibility.models import PolicyVersion, Simulation, SimulationRow
from eligibility.services import publish_version, send_back_version, start_simulation
from organization.api.base import actor


class SimulationViewSet(ReadViewSet):
    """Simulations of the whole agency, for its HR admins and auditors; the worker makes them."""

    queryset = Simulation.objects.all()
    permission_classes = [needs("eligibility.view_simulations")]
    serializer_class = shapes.SimulationSerializer
    filterset_class = SimulationFilter

    def get_queryset(self) -> QuerySet[Simulation]:
        return Simulation.objects.visible_to(actor(self.request)).for_list()

    @extend_schema(responses=shapes.SimulationDetailSerializer)
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """One simulation with its breakdowns."""
        rows = Simulation.objects.visible_to(actor(request)).select_related("version__policy", "base", "created_by")
        found = get_object_or_404(rows, pk=kwargs["pk"])
        return Response(shapes.SimulationDetailSerializer(found).data)

    @extend_schema(request=shapes.SimulationOrderSerializer, responses={202: shapes.SimulationSerializer})
    def create(self, request: Request) -> Response:
        """Start a simulation (HR admin of the agency)."""
        order = shapes.SimulationOrderSerializer(data=request.data)
        order.is_valid(raise_exception=True)
        asked = order.validated_data
        made = start_simulation(
            by=actor(request), policy_code=asked["policy"], number=asked["version"], as_of=asked.get("as_of")
        )
        found = Simulation.objects.for_list().get(pk=made.pk)
        return Response(self.get_serializer(found).data, status=status.HTTP_202_ACCEPTED)


class SimulationRowViewSet(ListViewSet):
    """The people of one simulation, by name."""

    queryset = SimulationRow.objects.all()
    permission_classes = [needs("eligibility.view_simulations")]
    serializer_class = shapes.SimulationRowSerializer
    filterset_class = SimulationRowFilter

    def get_queryset(self) -> QuerySet[SimulationRow]:
        user = actor(self.request)
        simulation = get_object_or_404(Simulation.objects.visible_to(user), pk=self.kwargs["pk"])
        return SimulationRow.objects.filter(simulation=simulation).visible_to(user).for_list()


def _version(code: str, number: int) -> PolicyVersion:
    rows = PolicyVersion.objects.select_related("policy")
    return get_object_or_404(rows, policy__code=code, number=number)


class PublishView(APIView):
    """The second person publishes a draft."""

    permission_classes = [needs("eligibility.publish_policy")]

    @extend_schema(
        operation_id="policies_version_publish", request=shapes.PublishSerializer, responses=VersionSerializer
    )
    def post(self, request: Request, code: str, number: int) -> Response:
        """Publish a draft. 409 `facts_moved` names who gains or loses otherwise than simulated, with a `confirm`."""
        version = _version(code, number)
        order = shapes.PublishSerializer(data=request.data, context={"version": version})
        order.is_valid(raise_exception=True)
        published = publish_version(version_id=version.pk, by=actor(request), **order.validated_data)
        return Response(VersionSerializer(published).data)


class SendBackView(APIView):
    """The second person does not publish."""

    permission_classes = [needs("eligibility.publish_policy")]

    @extend_schema(
        operation_id="policies_version_send_back",
        request=shapes.SendBackSerializer,
        responses=shapes.SentBackSerializer,
    )
    def post(self, request: Request, code: str, number: int) -> Response:
        """Send a draft back to its editor with a note; publication has to be asked for again."""
        order = shapes.SendBackSerializer(data=request.data)
        order.is_valid(raise_exception=True)
        version = _version(code, number)
        sent_back = send_back_version(version_id=version.pk, by=actor(request), note=order.validated_data["note"])
        return Response(shapes.SentBackSerializer(sent_back).data)
