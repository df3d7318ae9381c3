"""Addresses of performance under /api/v1/."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path
from rest_framework.routers import SimpleRouter

from performance.api.contracts import OutputContractViewSet
from performance.api.evaluations import EvaluationViewSet
from performance.api.predicates import AchievementViewSet, ComparisonViewSet, DistributionView, ExpectedShareView
from performance.api.reports import DailyReportViewSet, PerformanceTermsViewSet
from performance.api.results import WorkResultViewSet
from performance.api.reviews import OutputReviewViewSet, ReportReviewViewSet, ReviewHistoryViewSet

router = SimpleRouter()
router.register("daily-reports", DailyReportViewSet, "daily-report")
router.register("performance-terms", PerformanceTermsViewSet, "performance-terms")
router.register("output-contracts", OutputContractViewSet, "output-contract")
router.register("evaluations", EvaluationViewSet, "evaluation")
router.register("work-results", WorkResultViewSet, "work-result")
router.register("predicate-differences", ComparisonViewSet, "predicate-difference")
router.register("unit-achievements", AchievementViewSet, "unit-achievement")
router.register("report-reviews", ReportReviewViewSet, "report-review")
router.register("output-reviews", OutputReviewViewSet, "output-review")
router.register("work-reviews", ReviewHistoryViewSet, "work-review")

urlpatterns: list[URLPattern | URLResolver] = [
    *router.urls,
    path("expected-shares/", ExpectedShareView.as_view(), name="expected-shares"),
    path("units/<int:pk>/predicates/", DistributionView.as_view(), name="unit-predicates"),
]
