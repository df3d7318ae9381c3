"""Policies to read, one's own verdict, stored verdicts with their replay, and HR's runs."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from config.viewsets import ListViewSet, ReadViewSet, needs
from eligibility.api import serializers
from eligibility.api.filters import CircumstanceKindFilter, PolicyFilter
from eligibility.api.serializers_drafts import SaveKindSerializer, SetTermsSerializer
from eligibility.filters import RunFilter, ScreeningFilter
from eligibility.models import CircumstanceKind, Policy, PolicyVersion, Screening, ScreeningRun
from eligibility.screening import judge_replay, replay, rules_of
from eligibility.selectors import PolicyState, own_verdicts, policy_states, terms_on
from eligibility.services import run_screening
from eligibility.services.terms import EDIT as TERMS_EDIT
from eligibility.services.terms import save_kind, set_terms
from organization.access import access_for
from organization.api.base import actor
from organization.guards import require
from organization.models import Employee, Unit, User


class PolicyViewSet(ReadViewSet):
    """Policies and their published versions; everybody may read by what they are judged."""

    queryset = Policy.objects.order_by("pk")
    serializer_class = serializers.PolicySerializer
    filterset_class = PolicyFilter
    lookup_field = "code"

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        wanted = set(self.filter_queryset(self.get_queryset()).values_list("pk", flat=True))
        states = [state for state in policy_states(timezone.localdate()) if state.policy.pk in wanted]
        return self.get_paginated_response(self.get_serializer(self.paginate_queryset(states), many=True).data)

    @extend_schema(responses=serializers.PolicyDetailSerializer)
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        state = self._state(kwargs["code"])
        versions = PolicyVersion.objects.published().filter(policy=state.policy).select_related("policy")
        data = {"policy": state.policy, "version": state.version, "versions": versions}
        return Response(serializers.PolicyDetailSerializer(data).data)

    def _state(self, code: str) -> PolicyState:
        for state in policy_states(timezone.localdate()):
            if state.policy.code == code:
                return state
        raise Http404

    @extend_schema(
        operation_id="policies_version",
        responses=serializers.VersionDetailSerializer,
        parameters=[OpenApiParameter("number", int, OpenApiParameter.PATH)],
    )
    @action(detail=True, url_path=r"versions/(?P<number>[0-9]{1,5})")
    def version(self, request: Request, code: str, number: str) -> Response:
        """One published version with its rules."""
        rows = PolicyVersion.objects.published().with_rules()
        version = get_object_or_404(rows, policy__code=code, number=number)
        words = serializers.VersionSerializer(version).data
        return Response({**words, "rules": serializers.RuleSerializer(rules_of(version), many=True).data})


class TermsView(APIView):
    """General terms."""

    @extend_schema(operation_id="terms", responses=serializers.TermsSerializer)
    def get(self, request: Request) -> Response:
        """The general terms in force today; 404 where there are none yet."""
        terms = terms_on(timezone.localdate())
        if terms is None:
            raise Http404
        return Response(serializers.TermsSerializer(terms).data)

    @extend_schema(operation_id="terms_set", request=SetTermsSerializer, responses={201: serializers.TermsSerializer})
    def post(self, request: Request) -> Response:
        """Set general terms from a day on; the running ones end the day before. The cap of Art 13(1) only goes down."""
        require(actor(request), TERMS_EDIT)
        form = SetTermsSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        values = dict(form.validated_data)
        start, decree_no = values.pop("valid_from"), values.pop("decree_no")
        made = set_terms(by=actor(request), valid_from=start, decree_no=decree_no, values=values)
        return Response(serializers.TermsSerializer(made).data, status=status.HTTP_201_CREATED)


class CircumstanceKindViewSet(ListViewSet):
    """Kinds of special circumstance in use (Art 30)."""

    queryset = CircumstanceKind.objects.filter(is_active=True).order_by("name", "pk")
    serializer_class = serializers.CircumstanceKindSerializer
    filterset_class = CircumstanceKindFilter
    lookup_field = "code"

    @extend_schema(request=SaveKindSerializer, responses={201: SaveKindSerializer})
    def create(self, request: Request) -> Response:
        """Add a kind. It waives no rule before a version of a policy says so."""
        require(actor(request), TERMS_EDIT)
        form = SaveKindSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        made = save_kind(by=actor(request), code=None, values=form.validated_data)
        return Response(SaveKindSerializer(made).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=SaveKindSerializer, responses=SaveKindSerializer)
    def partial_update(self, request: Request, code: str) -> Response:
        """Change a kind, or switch it off; none is ever deleted."""
        require(actor(request), TERMS_EDIT)
        kind = get_object_or_404(CircumstanceKind, code=code)
        form = SaveKindSerializer(kind, data=request.data, partial=True)
        form.is_valid(raise_exception=True)
        saved = save_kind(by=actor(request), code=kind.code, values=form.validated_data)
        return Response(SaveKindSerializer(saved).data)


class OwnVerdictsView(APIView):
    """ "Am I eligible?" """

    permission_classes = [needs("eligibility.screen_oneself")]

    @extend_schema(
        operation_id="screenings_me",
        parameters=[serializers.OwnVerdictsQuery],
        responses=serializers.OwnVerdictsSerializer,
    )
    def get(self, request: Request) -> Response:
        """One's own verdict by every policy in force today. Nothing is stored."""
        query = serializers.OwnVerdictsQuery(data=request.query_params)
        query.is_valid(raise_exception=True)
        asked = query.validated_data
        employee = get_object_or_404(Employee, pk=access_for(actor(request)).own_employee_id)
        results = own_verdicts(employee, on=timezone.localdate(), place_kind=asked["place_kind"])
        wanted = [item for item in results if asked.get("policy", item.version.policy.code) == item.version.policy.code]
        verdicts = [serializers.verdict_in_words(item) for item in wanted]
        data = {"place_kind": asked["place_kind"], "verdicts": verdicts}
        return Response(serializers.OwnVerdictsSerializer(data).data)


class ScreeningViewSet(ReadViewSet):
    """Stored verdicts: one's own; HR and auditors read those of the people in their reach."""

    queryset = Screening.objects.all()
    serializer_class = serializers.ScreeningSerializer
    filterset_class = ScreeningFilter

    def get_queryset(self) -> QuerySet[Screening]:
        user = actor(self.request)
        rows = Screening.objects.visible_to(user)
        if not user.has_perm("eligibility.view_runs"):
            rows = rows.filter(employee_id=access_for(user).own_employee_id)
        rows = rows.with_placement(timezone.localdate()).select_related("employee", "version__policy")
        return rows.order_by("-created_at", "-pk")

    @extend_schema(responses=serializers.ScreeningDetailSerializer)
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        found = get_object_or_404(Screening.objects.visible_to(actor(request)).for_detail(), pk=kwargs["pk"])
        if not actor(request).has_perm("eligibility.view_screening", found):
            raise PermissionDenied
        replayed = replay(found)
        data = {
            "id": found.pk,
            "employee": found.employee,
            "created_at": found.created_at,
            "run_id": found.run_id,
            "verdict": serializers.stored_verdict_in_words(found, [result for result, _passed in replayed]),
            "observed": found.results,
            "replays_identically": judge_replay(found, replayed),
        }
        return Response(serializers.ScreeningDetailSerializer(data).data)


class RunViewSet(ReadViewSet):
    """Runs over a unit or the agency; the worker does them, nobody is notified."""

    queryset = ScreeningRun.objects.all()
    permission_classes = [needs("eligibility.view_runs")]
    serializer_class = serializers.RunSerializer
    filterset_class = RunFilter

    def get_queryset(self) -> QuerySet[ScreeningRun]:
        return ScreeningRun.objects.visible_to(actor(self.request)).for_list()

    @extend_schema(request=serializers.RunOrderSerializer, responses={202: serializers.RunSerializer})
    def create(self, request: Request) -> Response:
        """Start a run (HR admin of the unit)."""
        order = serializers.RunOrderSerializer(data=request.data)
        order.is_valid(raise_exception=True)
        asked = order.validated_data
        run = run_screening(
            by=actor(request),
            policy_code=asked["policy"],
            as_of=asked.get("as_of") or timezone.localdate(),
            version=asked.get("version"),
            unit=_unit(actor(request), asked.get("unit_id")),
        )
        made = ScreeningRun.objects.for_list().get(pk=run.pk)
        return Response(self.get_serializer(made).data, status=status.HTTP_202_ACCEPTED)


class RunResultViewSet(ListViewSet):
    """The people of one run, by name, with unit and position of its day."""

    queryset = Screening.objects.all()
    permission_classes = [needs("eligibility.view_runs")]
    serializer_class = serializers.ScreeningSerializer
    filterset_class = ScreeningFilter

    def get_queryset(self) -> QuerySet[Screening]:
        user = actor(self.request)
        run = get_object_or_404(ScreeningRun.objects.visible_to(user), pk=self.kwargs["pk"])
        rows = Screening.objects.filter(run=run).visible_to(user).with_placement(run.as_of)
        return rows.select_related("employee", "version__policy").order_by("employee__name", "pk")


def _unit(user: User, pk: int | None) -> Unit | None:
    if pk is None:
        return None
    unit = Unit.objects.visible_to(user).filter(pk=pk).first()
    if unit is None:
        raise ValidationError({"unit_id": _("Choose a unit that you look after.")})
    return unit
