"""Addresses under /api/v1/: each app brings its own, lowest first."""

from django.urls import include, path

app_name = "api"

urlpatterns = [
    path("", include("organization.api.urls")),
    path("", include("eligibility.api.urls")),
    path("", include("attendance.api.urls")),
    path("", include("fwa.api.urls")),
]
