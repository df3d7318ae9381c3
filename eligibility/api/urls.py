"""Addresses of eligibility under /api/v1/."""

from django.urls import include, path
from rest_framework.routers import SimpleRouter

from eligibility.api import views

router = SimpleRouter()
router.register("policies", views.PolicyViewSet, "policy")
router.register("circumstance-kinds", views.CircumstanceKindViewSet, "circumstance-kind")
router.register("screenings", views.ScreeningViewSet, "screening")
router.register("screening-runs", views.RunViewSet, "screening-run")

urlpatterns = [
    path("terms/", views.TermsView.as_view(), name="terms"),
    path("screenings/me/", views.OwnVerdictsView.as_view(), name="screening-me"),
    path(
        "screening-runs/<int:pk>/results/",
        views.RunResultViewSet.as_view({"get": "list"}),
        name="screening-run-results",
    ),
    path("", include(router.urls)),
]
