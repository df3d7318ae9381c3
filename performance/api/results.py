"""Work results by REST: read, add, change, take out of the plan; by the services of the pages."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request as ApiRequest
from rest_framework.response import Response

from config.viewsets import ReadViewSet
from organization.api.base import PersonSerializer, RefSerializer, actor
from organization.models import Employee
from performance.enums import Approach, Perspective, ResultKind
from performance.filters_results import WorkResultFilter, results_read_by
from performance.forms.results import FIRST_YEAR, LAST_YEAR
from performance.models import WorkResult
from performance.periods import dates_of
from performance.services.results import PERMISSION, ResultData, add_result, change_result, withdraw_result


class WorkResultSerializer(serializers.ModelSerializer):
    """A result of somebody's plan. `supports`: public id of the superior's result that it serves."""

    employee = RefSerializer()
    supports = serializers.UUIDField(source="supports.public_id", allow_null=True, default=None)
    recorded_by = PersonSerializer(allow_null=True)

    class Meta:
        model = WorkResult
        fields = [
            "public_id", "employee", "starts_on", "ends_on", "number", "kind", "title", "indicator", "approach",
            "target", "unit_of_measure", "target_text", "perspective", "supports", "source", "reference", "recorded_by",
            "recorded_at", "withdrawn_at",
        ]  # fmt: skip


class WorkResultDataSerializer(serializers.Serializer):
    """What a result says. Quantitative: `target` and `unit_of_measure`; qualitative: `target_text`.

    `seen`: `recorded_at` as it was read, so that nobody overwrites what they have not seen; only for a change.
    """

    title = serializers.CharField(max_length=300)
    indicator = serializers.CharField(max_length=300)
    kind = serializers.ChoiceField(choices=ResultKind.choices, default=ResultKind.MAIN)
    approach = serializers.ChoiceField(choices=Approach.choices, default=Approach.QUANTITATIVE)
    target = serializers.DecimalField(
        max_digits=12, decimal_places=2, min_value=0, required=False, allow_null=True, default=None
    )
    unit_of_measure = serializers.CharField(max_length=60, required=False, allow_blank=True, default="")
    target_text = serializers.CharField(max_length=300, required=False, allow_blank=True, default="")
    perspective = serializers.ChoiceField(choices=Perspective.choices, required=False, allow_blank=True, default="")
    supports = serializers.UUIDField(required=False, allow_null=True, default=None)
    seen = serializers.DateTimeField(required=False, allow_null=True, default=None)

    def validate_supports(self, value: UUID | None) -> WorkResult | None:
        """The service says whether it may be served; here only that it is there."""
        if value is None:
            return None
        found: WorkResult | None = WorkResult.objects.filter(public_id=value).first()
        if found is None:
            raise serializers.ValidationError(
                _("Choose a result of your superior or of a head above, whose period overlaps.")
            )
        return found

    def data_of(self) -> ResultData:
        return ResultData(**{name: self.validated_data[name] for name in ResultData.__dataclass_fields__})


class NewWorkResultSerializer(WorkResultDataSerializer):
    """A new result of `employee` for a year (`quarter` 0) or one of its quarters."""

    employee = serializers.IntegerField(min_value=1)
    year = serializers.IntegerField(min_value=FIRST_YEAR, max_value=LAST_YEAR)
    quarter = serializers.IntegerField(min_value=0, max_value=4, default=0)


class WorkResultViewSet(ReadViewSet):
    """The own plan, and the plans of people whose work the account reads; in the plan unless `state` asks for more."""

    queryset = WorkResult.objects.none()
    serializer_class = WorkResultSerializer
    filterset_class = WorkResultFilter
    lookup_field = "public_id"
    lookup_value_converter = "uuid"

    def get_queryset(self) -> QuerySet[WorkResult]:
        rows = results_read_by(actor(self.request)).select_related("employee", "supports", "recorded_by")
        return rows.order_by("employee_id", "-starts_on", "number", "pk")

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """The filters are the list's: one that was withdrawn keeps its address."""
        return super().filter_queryset(queryset) if self.action == "list" else queryset

    def _shown(self, public_id: Any, code: int = status.HTTP_200_OK) -> Response:
        return Response(WorkResultSerializer(self.get_queryset().get(public_id=public_id)).data, status=code)

    def _managed(self) -> WorkResult:
        row: WorkResult = self.get_object()
        if not actor(self.request).has_perm(PERMISSION, row.employee):
            raise PermissionDenied
        return row

    @extend_schema(request=NewWorkResultSerializer, responses={201: WorkResultSerializer})
    def create(self, request: ApiRequest) -> Response:
        """Put a result into a plan; it gets the next number of the period."""
        user = actor(request)
        form = NewWorkResultSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        employee = get_object_or_404(Employee.objects.visible_to(user), pk=form.validated_data["employee"])
        start, end = dates_of(form.validated_data["year"], form.validated_data["quarter"])
        made = add_result(by=user, employee=employee, starts_on=start, ends_on=end, data=form.data_of())
        return self._shown(made.public_id, status.HTTP_201_CREATED)

    @extend_schema(request=WorkResultDataSerializer, responses=WorkResultSerializer)
    def update(self, request: ApiRequest, public_id: Any) -> Response:
        """Change what it says; period and number stay. 409 where it changed since `seen`."""
        row = self._managed()
        form = WorkResultDataSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        change_result(by=actor(request), public_id=row.public_id, data=form.data_of(), seen=form.validated_data["seen"])
        return self._shown(public_id)

    @extend_schema(request=None, responses=WorkResultSerializer)
    @action(detail=True, methods=["post"])
    def withdraw(self, request: ApiRequest, public_id: Any) -> Response:
        """Take it out of the plan; what points to it keeps it."""
        row = self._managed()
        withdraw_result(by=actor(request), public_id=row.public_id)
        return self._shown(public_id)
