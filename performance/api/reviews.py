"""Reviews by REST: reports and outputs, judging them, feedback and history; by the services of the pages."""

from __future__ import annotations

from typing import Any

import django_filters
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request as ApiRequest
from rest_framework.response import Response

from config.viewsets import ListViewSet, ReadViewSet
from organization.access import access_for
from organization.api.base import PersonSerializer, RefSerializer, actor
from organization.filters import PlainFilterForm
from performance.enums import Rating, ReviewAction
from performance.filters_reviews import OLDEST_FIRST, OutputReviewFilter, WaitingReportFilter
from performance.models import DailyReport, FeedbackComment, LineEvidence, Output, ReportLine, Review
from performance.review_page import with_lines
from performance.review_reach import reports_waiting
from performance.services.feedback import TEXT_LENGTH, comment_on_output, comment_on_report
from performance.services.output_reviews import rate_output, record_delivery
from performance.services.reviews import MOST_AT_ONCE, REASON_LENGTH, accept, reopen, return_report

PUBLIC_ID = "[0-9a-f-]{36}"


class ReviewedEvidenceSerializer(serializers.ModelSerializer):
    """A link, or the name of a file, which is opened on its page."""

    id = serializers.UUIDField(source="public_id")

    class Meta:
        model = LineEvidence
        fields = ["id", "link", "name", "content_type", "size"]


class ReviewedLineSerializer(serializers.ModelSerializer):
    """`output`: public id of the output the line delivers `amount` of."""

    output = serializers.UUIDField(source="output.public_id", allow_null=True, default=None)
    evidence = ReviewedEvidenceSerializer(many=True)

    class Meta:
        model = ReportLine
        fields = ["plan", "done", "status", "output", "amount", "evidence"]


class ReviewedReportSerializer(serializers.ModelSerializer):
    """`version` is what a judgement names, so that nobody judges what they have not seen."""

    id = serializers.UUIDField(source="public_id")
    employee = RefSerializer()
    lines = ReviewedLineSerializer(many=True)
    was_returned = serializers.BooleanField()

    class Meta:
        model = DailyReport
        fields = [
            "id", "employee", "day", "status", "is_extra", "is_plan_late", "is_report_late", "reported_at",
            "review_due_on", "escalated_at", "rating", "reviewed_at", "version", "was_returned", "note", "lines",
        ]  # fmt: skip


class WorkReviewSerializer(serializers.ModelSerializer):
    """One judgement; `report` or `output` by public id."""

    report = serializers.UUIDField(source="report.public_id", allow_null=True, default=None)
    output = serializers.UUIDField(source="output.public_id", allow_null=True, default=None)
    by = PersonSerializer()
    acting_for = PersonSerializer(allow_null=True)

    class Meta:
        model = Review
        fields = ["id", "report", "output", "action", "rating", "reason", "by", "acting_for", "at", "report_version"]


class FeedbackSerializer(serializers.ModelSerializer):
    author = PersonSerializer()

    class Meta:
        model = FeedbackComment
        fields = ["id", "text", "author", "at"]


class ReviewedOutputSerializer(serializers.ModelSerializer):
    """`rating_id`: id of the newest rating, which a new one names in `replaces`; 0 where there is none."""

    id = serializers.UUIDField(source="public_id")
    employee = RefSerializer(source="contract.employee")
    contract = serializers.CharField(source="contract.reference")
    rating_id = serializers.SerializerMethodField()

    class Meta:
        model = Output
        fields = [
            "id", "employee", "contract", "title", "measure", "target", "due_on", "recorded", "recorded_on",
            "delivered", "delivered_on", "rating", "rated_at", "rating_id",
        ]  # fmt: skip

    def get_rating_id(self, output: Output) -> int:
        return max((row.pk for row in output.reviews.all() if row.action == ReviewAction.RATE), default=0)


class AcceptReportsSerializer(serializers.Serializer):
    """`versions`: by id, as they were read; a report that changed meanwhile stays waiting."""

    ids = serializers.ListField(child=serializers.UUIDField(), min_length=1, max_length=MOST_AT_ONCE)
    rating = serializers.ChoiceField(choices=Rating.choices, required=False, allow_blank=True, default="")
    versions = serializers.DictField(child=serializers.IntegerField(min_value=0), required=False, default=dict)


class JudgedReportSerializer(serializers.Serializer):
    """What became of one of many."""

    id = serializers.UUIDField()
    ok = serializers.BooleanField()
    message = serializers.CharField(allow_blank=True)


class SendReportBackSerializer(serializers.Serializer):
    reason = serializers.CharField(max_length=REASON_LENGTH)
    version = serializers.IntegerField(min_value=0, required=False, allow_null=True, default=None)


class RateOutputSerializer(serializers.Serializer):
    """`replaces`: id of the rating it takes the place of, 0 for the first."""

    rating = serializers.ChoiceField(choices=Rating.choices)
    reason = serializers.CharField(max_length=REASON_LENGTH)
    replaces = serializers.IntegerField(min_value=0, default=0)


class RecordDeliverySerializer(serializers.Serializer):
    amount = serializers.DecimalField(max_digits=10, decimal_places=2, min_value=0)
    on = serializers.DateField()


class NewFeedbackSerializer(serializers.Serializer):
    text = serializers.CharField(max_length=TEXT_LENGTH)


class WithFeedback(ReadViewSet):
    """What both viewsets share: history and feedback of one thing."""

    lookup_field = "public_id"
    lookup_value_regex = PUBLIC_ID

    def _checked(self, serializer: type[serializers.Serializer]) -> dict[str, Any]:
        form = serializer(data=self.request.data)
        form.is_valid(raise_exception=True)
        values: dict[str, Any] = form.validated_data
        return values


class ReportReviewViewSet(WithFeedback):
    """Reports under review. In the list what waits for the account; `show` says what else."""

    queryset = DailyReport.objects.none()
    serializer_class = ReviewedReportSerializer
    filterset_class = WaitingReportFilter

    def get_queryset(self) -> QuerySet[DailyReport]:
        user = actor(self.request)
        rows = reports_waiting(user) if self.action == "list" else DailyReport.objects.visible_to(user)
        return with_lines(rows).order_by(*OLDEST_FIRST)

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """The filter chooses which reports; what belongs to each is read for the page only."""
        if self.action != "list":
            return queryset
        rows = super().filter_queryset(DailyReport.objects.none())
        return with_lines(rows)

    def get_object(self) -> DailyReport:
        """Whoever sees the person is told (403) that the work is not theirs to see."""
        report: DailyReport = super().get_object()
        if not actor(self.request).has_perm("performance.view_work", report.employee):
            raise PermissionDenied
        return report

    def _shown(self, public_id: Any) -> Response:
        return Response(ReviewedReportSerializer(self.get_queryset().get(public_id=public_id)).data)

    def _led(self) -> DailyReport:
        report = self.get_object()
        if not actor(self.request).has_perm("performance.review_work", report.employee):
            raise PermissionDenied
        return report

    @extend_schema(request=AcceptReportsSerializer, responses=JudgedReportSerializer(many=True), filters=False)
    @action(detail=False, methods=["post"], url_path="accept", pagination_class=None, filterset_class=None)
    def accept_many(self, request: ApiRequest) -> Response:
        """Accept several. Ids that are not in reach are not answered."""
        values, user = self._checked(AcceptReportsSerializer), actor(request)
        seen = DailyReport.objects.visible_to(user).filter(public_id__in=values["ids"])
        ids = dict(seen.order_by().values_list("pk", "public_id"))
        versions = {pk: values["versions"][str(known)] for pk, known in ids.items() if str(known) in values["versions"]}
        done = accept(report_ids=list(ids), by=user, rating=values["rating"], versions=versions)
        rows = [{"id": ids[row.report_id], "ok": row.ok, "message": row.message} for row in done]
        return Response(JudgedReportSerializer(rows, many=True).data)

    @extend_schema(request=SendReportBackSerializer, responses=ReviewedReportSerializer)
    @action(detail=True, methods=["post"], url_path="return")
    def send_back(self, request: ApiRequest, public_id: Any) -> Response:
        """Return a waiting report with a reason."""
        report = self._led()
        return_report(report=report, by=actor(request), **self._checked(SendReportBackSerializer))
        return self._shown(public_id)

    @extend_schema(request=SendReportBackSerializer, responses=ReviewedReportSerializer)
    @action(detail=True, methods=["post"])
    def reopen(self, request: ApiRequest, public_id: Any) -> Response:
        """Open an accepted day again with a reason."""
        report = self._led()
        reopen(report=report, by=actor(request), **self._checked(SendReportBackSerializer))
        return self._shown(public_id)

    @extend_schema(responses=FeedbackSerializer(many=True), filters=False)
    @action(detail=True, pagination_class=None, filterset_class=None)
    def feedback(self, request: ApiRequest, public_id: Any) -> Response:
        """The thread, the oldest first."""
        return Response(FeedbackSerializer(self.get_object().comments.select_related("author"), many=True).data)

    @extend_schema(request=NewFeedbackSerializer, responses={201: FeedbackSerializer})
    @feedback.mapping.post
    def add_feedback(self, request: ApiRequest, public_id: Any) -> Response:
        """Say something."""
        report = self.get_object()
        if not actor(request).has_perm("performance.comment_work", report.employee):
            raise PermissionDenied
        made = comment_on_report(report=report, by=actor(request), **self._checked(NewFeedbackSerializer))
        return Response(FeedbackSerializer(made).data, status=status.HTTP_201_CREATED)


class OutputReviewViewSet(WithFeedback):
    """Promised outputs of the people in reach, with what is delivered and how it is rated."""

    queryset = Output.objects.none()
    serializer_class = ReviewedOutputSerializer
    filterset_class = OutputReviewFilter

    def get_queryset(self) -> QuerySet[Output]:
        reach = access_for(actor(self.request)).employees_q("contract__employee__")
        rows = Output.objects.due().filter(reach).select_related("contract__employee").prefetch_related("reviews")
        return rows.order_by("-due_on", "pk")

    def get_object(self) -> Output:
        output: Output = super().get_object()
        if not actor(self.request).has_perm("performance.view_work", output.contract.employee):
            raise PermissionDenied
        return output

    def _led(self) -> Output:
        output = self.get_object()
        if not actor(self.request).has_perm("performance.review_work", output.contract.employee):
            raise PermissionDenied
        return output

    def _shown(self, public_id: Any) -> Response:
        return Response(ReviewedOutputSerializer(self.get_queryset().get(public_id=public_id)).data)

    @extend_schema(request=RateOutputSerializer, responses=ReviewedOutputSerializer)
    @action(detail=True, methods=["post"])
    def rate(self, request: ApiRequest, public_id: Any) -> Response:
        """Rate an output that is delivered or due; 409 where somebody rated it meanwhile."""
        output = self._led()
        rate_output(output=output, by=actor(request), **self._checked(RateOutputSerializer))
        return self._shown(public_id)

    @extend_schema(request=RecordDeliverySerializer, responses=ReviewedOutputSerializer)
    @action(detail=True, methods=["post"])
    def record(self, request: ApiRequest, public_id: Any) -> Response:
        """Put on record what was delivered outside the daily reports; it replaces what was on record by hand."""
        output = self._led()
        record_delivery(output=output, by=actor(request), **self._checked(RecordDeliverySerializer))
        return self._shown(public_id)

    @extend_schema(responses=FeedbackSerializer(many=True), filters=False)
    @action(detail=True, pagination_class=None, filterset_class=None)
    def feedback(self, request: ApiRequest, public_id: Any) -> Response:
        """The thread, the oldest first."""
        return Response(FeedbackSerializer(self.get_object().comments.select_related("author"), many=True).data)

    @extend_schema(request=NewFeedbackSerializer, responses={201: FeedbackSerializer})
    @feedback.mapping.post
    def add_feedback(self, request: ApiRequest, public_id: Any) -> Response:
        """Say something."""
        output = self.get_object()
        if not actor(request).has_perm("performance.comment_work", output.contract.employee):
            raise PermissionDenied
        made = comment_on_output(output=output, by=actor(request), **self._checked(NewFeedbackSerializer))
        return Response(FeedbackSerializer(made).data, status=status.HTTP_201_CREATED)


class ReviewFilter(django_filters.FilterSet):
    """`report`, `output`: public ids."""

    action = django_filters.ChoiceFilter(choices=ReviewAction.choices)
    report = django_filters.UUIDFilter(field_name="report__public_id")
    output = django_filters.UUIDFilter(field_name="output__public_id")
    since = django_filters.IsoDateTimeFilter(field_name="at", lookup_expr="gte")

    class Meta:
        model = Review
        fields: list[str] = []
        form = PlainFilterForm


class ReviewHistoryViewSet(ListViewSet):
    """Every judgement of the work of people in reach, the newest first; nothing in it is ever changed."""

    queryset = Review.objects.none()
    serializer_class = WorkReviewSerializer
    filterset_class = ReviewFilter

    def get_queryset(self) -> QuerySet[Review]:
        access = access_for(actor(self.request))
        reach = access.employees_q("report__employee__") | access.employees_q("output__contract__employee__")
        rows = Review.objects.filter(reach & ~Q(report__isnull=True, output__isnull=True))
        return rows.select_related("report", "output", "by", "acting_for").order_by("-at", "-pk")
