"""Addresses of performance. A person is addressed by row number, never by NIP. One file per area is included here."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver

from performance.urls_contracts import contract_urls
from performance.urls_evaluations import evaluation_urls
from performance.urls_figures import figure_urls
from performance.urls_reports import report_urls
from performance.urls_results import result_urls
from performance.urls_reviews import review_urls

app_name = "performance"

urlpatterns: list[URLPattern | URLResolver] = [
    *contract_urls,
    *evaluation_urls,
    *figure_urls,
    *report_urls,
    *result_urls,
    *review_urls,
]
