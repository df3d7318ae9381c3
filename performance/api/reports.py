"""Daily plans, reports, their lines and evidence by REST; by the services of the pages. And the terms."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

import django_filters
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Q, QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.parsers import JSONParser, MultiPartParser
from rest_framework.permissions import BasePermission
from rest_framework.request import Request as ApiRequest
from rest_framework.response import Response

from config.viewsets import ReadViewSet, needs
from organization.api.base import RefSerializer, actor
from organization.filters import PlainFilterForm
from organization.models import Employee
from performance.enums import LineStatus
from performance.filters_reports import ReportFilter
from performance.models import DailyReport, LineEvidence, Output, PerformanceTerms, ReportLine, WorkResult
from performance.report_lines import DONE_LENGTH, NOTE_LENGTH, PLAN_LENGTH
from performance.review_page import with_lines
from performance.services.evidence import attach_file, attach_link, open_evidence, remove_evidence
from performance.services.reports import LineInput, copy_day, save_plan, save_report, unfinished_before
from performance.services.terms import PERMISSION as MANAGE_TERMS
from performance.services.terms import new_terms
from performance.views.evidence import download

PUBLIC_ID = "[0-9a-f-]{36}"
DAY = OpenApiParameter("day", OpenApiTypes.DATE, OpenApiParameter.PATH)


class WorkEvidenceSerializer(serializers.ModelSerializer):
    """A link, or a file by its name; its bytes are at `evidence/{id}/` of the report."""

    id = serializers.UUIDField(source="public_id")

    class Meta:
        model = LineEvidence
        fields = ["id", "link", "name", "content_type", "size", "sha256", "uploaded_at"]


class ReportLineSerializer(serializers.ModelSerializer):
    """`output` and `work_result` by public id; `amount` in the measure of the output."""

    output = serializers.UUIDField(source="output.public_id", allow_null=True, default=None)
    work_result = serializers.UUIDField(source="work_result.public_id", allow_null=True, default=None)
    evidence = WorkEvidenceSerializer(many=True)

    class Meta:
        model = ReportLine
        fields = ["client_id", "plan", "done", "status", "output", "work_result", "amount", "evidence"]


class DailyReportSerializer(serializers.ModelSerializer):
    """A day. `version` is what the next save names; one that names an older version is answered with 409."""

    id = serializers.UUIDField(source="public_id")
    employee = RefSerializer()
    lines = ReportLineSerializer(many=True)

    class Meta:
        model = DailyReport
        fields = [
            "id", "employee", "day", "status", "is_extra", "plan_due_at", "planned_at", "is_plan_late",
            "report_due_at", "reported_at", "is_report_late", "note", "review_due_on", "rating", "reviewed_at",
            "version", "lines",
        ]  # fmt: skip


class UnfinishedLineSerializer(serializers.ModelSerializer):
    """A line left open on an earlier day; `carried_from` of a new line names its `id`."""

    day = serializers.DateField(source="report.day")

    class Meta:
        model = ReportLine
        fields = ["id", "day", "plan", "done", "status"]


class WrittenLineSerializer(serializers.Serializer):
    """A line as it is written. The caller makes up `client_id` once, so that a line sent twice is one."""

    client_id = serializers.UUIDField(default=uuid.uuid4)
    plan = serializers.CharField(max_length=PLAN_LENGTH, allow_blank=True, default="")
    done = serializers.CharField(max_length=DONE_LENGTH, allow_blank=True, default="")
    status = serializers.ChoiceField(choices=LineStatus.choices, default=LineStatus.OPEN)
    output = serializers.SlugRelatedField("public_id", queryset=Output.objects.none(), allow_null=True, default=None)
    work_result = serializers.SlugRelatedField(
        "public_id", queryset=WorkResult.objects.none(), allow_null=True, default=None
    )
    amount = serializers.DecimalField(max_digits=10, decimal_places=2, min_value=0, allow_null=True, default=None)
    carried_from = serializers.IntegerField(min_value=1, allow_null=True, default=None)

    def get_fields(self) -> dict[str, Any]:
        """Only what is the employee's own can be named."""
        fields = super().get_fields()
        employee: Employee | None = self.context.get("employee")
        if employee is not None:
            fields["output"].queryset = Output.objects.filter(contract__employee=employee)  # type: ignore[attr-defined]
            fields["work_result"].queryset = WorkResult.objects.filter(employee=employee)  # type: ignore[attr-defined]
        return fields


class WrittenDaySerializer(serializers.Serializer):
    """The whole page. `version`: 0 for a day that is not there yet. `is_extra`: one worked on a day off."""

    version = serializers.IntegerField(min_value=0)
    lines = WrittenLineSerializer(many=True)
    note = serializers.CharField(max_length=NOTE_LENGTH, allow_blank=True, default="")
    is_extra = serializers.BooleanField(default=False)


class CopyDaySerializer(serializers.Serializer):
    """`from_day`: left out, the last earlier day with lines."""

    from_day = serializers.DateField(allow_null=True, default=None)
    version = serializers.IntegerField(min_value=0, allow_null=True, default=None)
    is_extra = serializers.BooleanField(default=False)


class NewEvidenceSerializer(serializers.Serializer):
    """A file (PDF, JPG, PNG) or a link for the line with this `client_id`."""

    client_id = serializers.UUIDField()
    file = serializers.FileField(required=False)
    link = serializers.CharField(max_length=500, required=False, allow_blank=True)


class DailyReportViewSet(ReadViewSet):
    """Days in reach of the account: its own, and those of people it oversees."""

    queryset = DailyReport.objects.all()
    serializer_class = DailyReportSerializer
    filterset_class = ReportFilter
    lookup_field = "public_id"
    lookup_value_regex = PUBLIC_ID

    def get_queryset(self) -> QuerySet[DailyReport]:
        return with_lines(DailyReport.objects.visible_to(actor(self.request))).order_by("-day", "-pk")

    def get_object(self) -> DailyReport:
        found: DailyReport = super().get_object()
        if not actor(self.request).has_perm("performance.view_work", found.employee):
            raise PermissionDenied
        return found

    def _detail(self, pk: int, code: int = status.HTTP_200_OK) -> Response:
        return Response(DailyReportSerializer(self.get_queryset().get(pk=pk)).data, status=code)

    def _employee(self) -> Employee:
        employee: Employee | None = getattr(actor(self.request), "employee", None)
        if employee is None or actor(self.request).is_service:
            raise PermissionDenied(_("Your account has no employee record, so it has no days to report."))
        return employee

    def _written(self, employee: Employee) -> dict[str, Any]:
        form = WrittenDaySerializer(data=self.request.data, context={"employee": employee})
        form.is_valid(raise_exception=True)
        return {**form.validated_data, "lines": [_line(row) for row in form.validated_data["lines"]]}

    @extend_schema(request=WrittenDaySerializer, responses=DailyReportSerializer, parameters=[DAY])
    @action(detail=False, methods=["put"], url_path="days/(?P<day>[0-9-]{10})/plan")
    def plan(self, request: ApiRequest, day: str) -> Response:
        """Keep the plan of one of the own days."""
        employee = self._employee()
        written = self._written(employee)
        return self._detail(save_plan(employee=employee, day=_day(day), by=actor(request), **written).pk)

    @extend_schema(request=WrittenDaySerializer, responses=DailyReportSerializer, parameters=[DAY])
    @action(detail=False, methods=["put"], url_path="days/(?P<day>[0-9-]{10})/report")
    def send(self, request: ApiRequest, day: str) -> Response:
        """Send the report of one of the own days, also after it was returned."""
        employee = self._employee()
        written = self._written(employee)
        return self._detail(save_report(employee=employee, day=_day(day), by=actor(request), **written).pk)

    @extend_schema(request=CopyDaySerializer, responses=DailyReportSerializer, parameters=[DAY])
    @action(detail=False, methods=["post"], url_path="days/(?P<day>[0-9-]{10})/copy")
    def copy(self, request: ApiRequest, day: str) -> Response:
        """Plan a routine day with the lines of an earlier one."""
        employee = self._employee()
        form = CopyDaySerializer(data=request.data)
        form.is_valid(raise_exception=True)
        return self._detail(copy_day(employee=employee, day=_day(day), by=actor(request), **form.validated_data).pk)

    @extend_schema(responses=UnfinishedLineSerializer(many=True), parameters=[DAY], filters=False)
    @action(
        detail=False,
        methods=["get"],
        url_path="days/(?P<day>[0-9-]{10})/unfinished",
        pagination_class=None,
        filterset_class=None,
    )
    def unfinished(self, request: ApiRequest, day: str) -> Response:
        """Own lines of the two weeks before that are not done and not taken over yet."""
        return Response(UnfinishedLineSerializer(unfinished_before(self._employee(), _day(day)), many=True).data)

    @extend_schema(
        request={"multipart/form-data": NewEvidenceSerializer, "application/json": NewEvidenceSerializer},
        responses={201: DailyReportSerializer},
    )
    @action(detail=True, methods=["post"], parser_classes=[MultiPartParser, JSONParser], url_path="evidence")
    def evidence(self, request: ApiRequest, public_id: str) -> Response:
        """Attach a file or a link to a line of one of the own days."""
        report = self.get_object()
        if not actor(request).has_perm("performance.write_report", report.employee):
            raise PermissionDenied
        form = NewEvidenceSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        lines = ReportLine.objects.filter(report=report).select_related("report__employee")
        line = lines.filter(client_id=form.validated_data["client_id"]).first()
        if line is None:
            raise ValidationError({"client_id": _("This day has no such line.")})
        upload: UploadedFile | None = form.validated_data.get("file")
        if link := form.validated_data.get("link"):
            attach_link(by=actor(request), line=line, link=link)
        if upload is not None or not link:
            attach_file(by=actor(request), line=line, upload=upload)
        return self._detail(report.pk, status.HTTP_201_CREATED)

    @extend_schema(
        methods=["get"],
        responses={(200, "application/octet-stream"): OpenApiTypes.BINARY},
        parameters=[OpenApiParameter("evidence_id", OpenApiTypes.UUID, OpenApiParameter.PATH)],
    )
    @extend_schema(
        methods=["delete"],
        responses={204: None},
        parameters=[OpenApiParameter("evidence_id", OpenApiTypes.UUID, OpenApiParameter.PATH)],
    )
    @action(detail=True, methods=["get", "delete"], url_path=f"evidence/(?P<evidence_id>{PUBLIC_ID})")
    def evidence_file(self, request: ApiRequest, public_id: str, evidence_id: str) -> Any:
        """The file as a download, for whoever may see the work; or take evidence of an own day away."""
        report = self.get_object()
        rows = LineEvidence.objects.filter(line__report=report).select_related("line__report__employee")
        if request.method == "DELETE":
            if not actor(request).has_perm("performance.write_report", report.employee):
                raise PermissionDenied
            found = get_object_or_404(rows, public_id=evidence_id)
            remove_evidence(by=actor(request), report=report, public_ids=[found.public_id])
            return Response(status=status.HTTP_204_NO_CONTENT)
        file = get_object_or_404(rows, public_id=evidence_id, link="")
        return download(open_evidence(by=actor(request), evidence=file))


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ValidationError({"day": _("Enter a valid date.")}) from error


def _line(row: dict[str, Any]) -> LineInput:
    output, result, carried_from = row.pop("output"), row.pop("work_result"), row.pop("carried_from")
    return LineInput(
        **row,
        carried_from_id=carried_from,
        output_id=output.pk if output else None,
        work_result_id=result.pk if result else None,
    )


class PerformanceTermsSerializer(serializers.ModelSerializer):
    """A version of the terms: days and percents as the names say. It ends when the next one begins."""

    class Meta:
        model = PerformanceTerms
        fields = "__all__"
        read_only_fields = ["valid_to"]
        validators: list[Any] = []


class TermsVersionFilter(django_filters.FilterSet):
    """`on`: the version of that day."""

    on = django_filters.DateFilter(label="on", method="filter_on")

    class Meta:
        model = PerformanceTerms
        fields: list[str] = []
        form = PlainFilterForm

    def filter_on(self, rows: QuerySet[PerformanceTerms], name: str, value: date) -> QuerySet[PerformanceTerms]:
        return rows.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=value), valid_from__lte=value)


class PerformanceTermsViewSet(ReadViewSet):
    """For HR of the whole agency, and auditors, who only read."""

    queryset = PerformanceTerms.objects.order_by("-valid_from")
    serializer_class = PerformanceTermsSerializer
    filterset_class = TermsVersionFilter
    lookup_value_regex = "[0-9]{1,18}"

    def get_permissions(self) -> list[BasePermission]:
        return [needs(MANAGE_TERMS if self.action == "create" else "performance.view_terms")()]

    @extend_schema(request=PerformanceTermsSerializer, responses={201: PerformanceTermsSerializer})
    def create(self, request: ApiRequest) -> Response:
        """A new version from a day on."""
        form = PerformanceTermsSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        values = dict(form.validated_data)
        made = new_terms(by=actor(request), valid_from=values.pop("valid_from", timezone.localdate()), values=values)
        return Response(PerformanceTermsSerializer(made).data, status=status.HTTP_201_CREATED)
