"""Addresses under /api/v1/: each app brings its own. First the one with the entries of presence, which are the most."""

from django.urls import include, path

app_name = "api"

urlpatterns = [
    path("", include("attendance.api.urls")),
    path("", include("organization.api.urls")),
    path("", include("eligibility.api.urls")),
    path("", include("performance.api.urls")),
    path("", include("fwa.api.urls")),
]
