"""Addresses of the daily export."""

from django.urls import path

from fwa.views import exports

export_urls = [
    path("exports/grants/", exports.grant_exports, name="grant_exports"),
    path("exports/grants/<int:pk>/<str:form>/", exports.grant_export_file, name="grant_export_file"),
]
