"""Addresses of performance under /api/v1/."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver
from rest_framework.routers import SimpleRouter

from performance.api.reviews import OutputReviewViewSet, ReportReviewViewSet, ReviewHistoryViewSet

router = SimpleRouter()
router.register("report-reviews", ReportReviewViewSet, "report-review")
router.register("output-reviews", OutputReviewViewSet, "output-review")
router.register("work-reviews", ReviewHistoryViewSet, "work-review")

urlpatterns: list[URLPattern | URLResolver] = [*router.urls]
