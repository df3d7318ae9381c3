"""Filters over reports under review and over outputs, for page and API alike."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from organization.filters import PlainFilterForm, search_filter
from organization.forms.base import DateInput
from performance.enums import ReportStatus
from performance.models import DailyReport, Output
from performance.review_reach import reports_led, reports_waiting

# The oldest review first; of one day those that came late. An index keeps this order (daily_report_oldest_waiting).
OLDEST_FIRST = ("review_due_on", "-is_report_late", "day", "pk")


class WaitingReportFilter(django_filters.FilterSet):
    """Without `show`: what waits for the user first; `all`: everything that waits of everybody they lead."""

    show = django_filters.ChoiceFilter(
        label=_("Show"),
        method="filter_show",
        empty_label=_("waiting for me"),
        choices=[("all", _("waiting, of everybody I lead")), ("judged", _("reviewed already"))],
    )
    risk = django_filters.ChoiceFilter(
        label=_("Risk"),
        method="filter_risk",
        empty_label=_("All"),
        choices=[("overdue", _("review overdue")), ("late", _("reported late")), ("passed_on", _("passed on"))],
    )
    name = search_filter(_("Name"), field_name="employee__name")
    day = django_filters.DateFilter(label=_("Date"), field_name="day", widget=DateInput)

    class Meta:
        model = DailyReport
        fields: list[str] = []
        form = PlainFilterForm

    def filter_queryset(self, queryset: QuerySet[DailyReport]) -> QuerySet[DailyReport]:
        if not self.form.cleaned_data.get("show"):
            queryset = reports_waiting(self._user).order_by(*OLDEST_FIRST)
        return super().filter_queryset(queryset)

    @property
    def _user(self) -> Any:
        return self.request.user

    def filter_show(self, rows: QuerySet[DailyReport], name: str, value: str) -> QuerySet[DailyReport]:
        led = reports_led(self._user)
        if value == "all":
            return led.filter(status=ReportStatus.REPORTED).order_by(*OLDEST_FIRST)
        return led.filter(status__in=[ReportStatus.ACCEPTED, ReportStatus.RETURNED]).order_by("-day", "-pk")

    def filter_risk(self, rows: QuerySet[DailyReport], name: str, value: str) -> QuerySet[DailyReport]:
        return rows.filter(risk_q(value))


def risk_q(risk: str) -> Q:
    """Condition of one risk: a review past its day, a report that came late, one passed on to the next level."""
    return {
        "overdue": Q(status=ReportStatus.REPORTED, review_due_on__lt=timezone.localdate()),
        "late": Q(is_report_late=True),
        "passed_on": Q(escalated_at__isnull=False),
    }[risk]


class OutputReviewFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(
        label=_("State"),
        method="filter_state",
        empty_label=_("All"),
        choices=[("missing", _("due and not delivered")), ("unrated", _("not rated yet")), ("rated", _("rated"))],
    )
    name = search_filter(_("Name"), field_name="contract__employee__name")

    class Meta:
        model = Output
        fields: list[str] = []
        form = PlainFilterForm

    def filter_state(self, rows: QuerySet[Output], name: str, value: str) -> QuerySet[Output]:
        return rows.filter(output_q(value))


def output_q(state: str) -> Q:
    """Condition of one state of a promised output, as of today."""
    over = Q(due_on__lt=timezone.localdate())
    delivered = Q(delivered__gte=F("target"))
    return {
        "missing": over & ~delivered,
        "unrated": Q(rating="") & (over | delivered),
        "rated": ~Q(rating=""),
    }[state]
