"""Addresses of somebody's own days: plan, report, evidence; and of the terms."""

from __future__ import annotations

from datetime import date

from django.urls import path, register_converter

from performance.views import evidence, reports, terms


class ReportDay:
    """A date in an address: 2026-11-24. What only looks like one is not found."""

    regex = "2[01][0-9]{2}-[0-9]{2}-[0-9]{2}"

    def to_python(self, value: str) -> date:
        return date.fromisoformat(value)

    def to_url(self, value: date | str) -> str:
        return str(value)


register_converter(ReportDay, "report_day")

report_urls = [
    path("work-log/", reports.day_list, name="day_list"),
    path("work-log/today/", reports.today, name="today"),
    path("work-log/<report_day:day>/", reports.day, name="day"),
    path("work-log/<report_day:day>/copy/", reports.day_copy, name="day_copy"),
    path("work-log/evidence/<uuid:public_id>/", evidence.evidence_file, name="evidence_file"),
    path("performance/terms/", terms.terms_list, name="terms_list"),
    path("performance/terms/new/", terms.terms_create, name="terms_create"),
]
