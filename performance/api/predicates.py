"""What HR compares, by REST: ours and official predicates, achievements of units, expected shares and distributions."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request as ApiRequest
from rest_framework.response import Response

from config.viewsets import ListViewSet, ReadViewSet, needs
from organization.api.base import PersonSerializer, RefSerializer, actor
from performance.curves import curves_on
from performance.distribution import picture_of, units_looked_at
from performance.enums import Achievement, Predicate
from performance.filters_predicates import AchievementFilter, ComparisonFilter, compared_by
from performance.forms.results import FIRST_YEAR, LAST_YEAR
from performance.models import Evaluation, UnitAchievement
from performance.services.curves import set_achievement, set_shares


class ComparisonSerializer(serializers.ModelSerializer):
    """`predicate` is Fleksibel's and advisory, `official` e-Kinerja's for the same year or quarter."""

    employee = RefSerializer()
    official = serializers.ChoiceField(choices=Predicate.choices, allow_null=True)

    class Meta:
        model = Evaluation
        fields = ["public_id", "employee", "kind", "starts_on", "ends_on", "predicate", "official"]


class ComparisonViewSet(ListViewSet):
    """Closed evaluations whose predicate differs from the official one; `show` asks for others."""

    queryset = Evaluation.objects.none()
    serializer_class = ComparisonSerializer
    filterset_class = ComparisonFilter
    permission_classes = [needs("performance.compare_predicates")]

    def get_queryset(self) -> QuerySet[Evaluation]:
        return compared_by(actor(self.request)).select_related("employee").order_by("-ends_on", "employee__name", "pk")


class AchievementSerializer(serializers.ModelSerializer):
    """`quarter` 0 stands for the whole year."""

    unit = RefSerializer()
    recorded_by = PersonSerializer()

    class Meta:
        model = UnitAchievement
        fields = ["id", "unit", "year", "quarter", "achievement", "source_document", "recorded_by", "recorded_at"]


class NewAchievementSerializer(serializers.Serializer):
    unit = serializers.IntegerField(min_value=1)
    year = serializers.IntegerField(min_value=FIRST_YEAR, max_value=LAST_YEAR)
    quarter = serializers.IntegerField(min_value=0, max_value=4, default=0)
    achievement = serializers.ChoiceField(choices=Achievement.choices)
    source_document = serializers.CharField(max_length=200)


class AchievementViewSet(ReadViewSet):
    """How units achieved, for HR and auditors. A second entry of a period corrects the first."""

    queryset = UnitAchievement.objects.none()
    serializer_class = AchievementSerializer
    filterset_class = AchievementFilter
    permission_classes = [needs("performance.view_achievements")]
    lookup_value_regex = "[0-9]{1,18}"

    def get_queryset(self) -> QuerySet[UnitAchievement]:
        rows = UnitAchievement.objects.filter(unit__in=units_looked_at(actor(self.request)))
        return rows.select_related("unit", "recorded_by").order_by("-year", "-quarter", "pk")

    @extend_schema(request=NewAchievementSerializer, responses={201: AchievementSerializer})
    def create(self, request: ApiRequest) -> Response:
        """Put on record, or correct, how a unit achieved."""
        user = actor(request)
        if not user.has_perm("performance.manage_achievements"):
            raise PermissionDenied
        form = NewAchievementSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        values: dict[str, Any] = dict(form.validated_data)
        unit = get_object_or_404(units_looked_at(user), pk=values.pop("unit"))
        made = set_achievement(by=user, unit=unit, **values)
        return Response(AchievementSerializer(self.get_queryset().get(pk=made.pk)).data, status=status.HTTP_201_CREATED)


class CurveSerializer(serializers.Serializer):
    """Expected percent by predicate. `valid_from` is empty for the figures that come with Fleksibel."""

    achievement = serializers.ChoiceField(choices=Achievement.choices)
    shares = serializers.DictField(child=serializers.IntegerField(min_value=0, max_value=100))
    valid_from = serializers.DateField(allow_null=True)


class NewCurveSerializer(serializers.Serializer):
    """One share for each of the five predicates; together 100."""

    achievement = serializers.ChoiceField(choices=Achievement.choices)
    shares = serializers.DictField(child=serializers.IntegerField(min_value=0, max_value=100))
    valid_from = serializers.DateField()


class ExpectedShareView(GenericAPIView):
    """The curves in force today. Information only."""

    serializer_class = CurveSerializer
    permission_classes = [needs("performance.view_achievements")]
    pagination_class = None
    filter_backends: list[Any] = []

    @extend_schema(responses=CurveSerializer(many=True))
    def get(self, request: ApiRequest) -> Response:
        """One curve for each achievement."""
        return Response(CurveSerializer(curves_on(timezone.localdate()), many=True).data)

    @extend_schema(request=NewCurveSerializer, responses=CurveSerializer(many=True))
    def post(self, request: ApiRequest) -> Response:
        """Put the agency's own shares in the place of those in force from a day on."""
        user = actor(request)
        if not user.has_perm("performance.manage_terms"):
            raise PermissionDenied
        form = NewCurveSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        set_shares(by=user, **form.validated_data)
        return Response(CurveSerializer(curves_on(form.validated_data["valid_from"]), many=True).data)


class PredicateCountSerializer(serializers.Serializer):
    """People by predicate. Null where fewer than five have one; `expected_pct` is null without an achievement."""

    predicate = serializers.ChoiceField(choices=Predicate.choices)
    expected_pct = serializers.IntegerField(allow_null=True)
    official = serializers.IntegerField(allow_null=True)
    ours = serializers.IntegerField(allow_null=True)


class DistributionView(GenericAPIView):
    """The predicates of a unit's people in a year (`quarter` 0) or quarter, beside the curve. Information only."""

    serializer_class = PredicateCountSerializer
    permission_classes = [needs("performance.view_distribution")]
    pagination_class = None
    filter_backends: list[Any] = []

    @extend_schema(
        parameters=[
            OpenApiParameter("year", OpenApiTypes.INT, required=True),
            OpenApiParameter("quarter", OpenApiTypes.INT, description="1 to 4; 0 for the whole year, as without it"),
        ],
        responses=PredicateCountSerializer(many=True),
    )
    def get(self, request: ApiRequest, pk: int) -> Response:
        """The unit with all below it."""
        unit = get_object_or_404(units_looked_at(actor(request)), pk=pk)
        form = _PeriodSerializer(data=request.query_params)
        form.is_valid(raise_exception=True)
        picture = picture_of(unit, **form.validated_data)
        rows = [
            {
                "predicate": code,
                "expected_pct": picture.curve.shares[code] if picture.curve else None,
                "official": picture.official.counts.get(code, 0) if picture.official.is_shown else None,
                "ours": picture.ours.counts.get(code, 0) if picture.ours.is_shown else None,
            }
            for code in Predicate.values
        ]
        return Response(PredicateCountSerializer(rows, many=True).data)


class _PeriodSerializer(serializers.Serializer):
    year = serializers.IntegerField(min_value=FIRST_YEAR, max_value=LAST_YEAR)
    quarter = serializers.IntegerField(min_value=0, max_value=4, default=0)
