"""Filters over work results, for page and API alike."""

from __future__ import annotations

from datetime import date
from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from organization.access import WHOLE_AGENCY, access_for
from organization.enums import Role
from organization.filters import PlainFilterForm, search_filter
from organization.leading import led_by
from organization.models import Employee, Placement, User
from organization.querysets import under_paths_q
from performance.enums import Perspective, ResultKind
from performance.models import WorkResult


def people_read_by(user: User) -> QuerySet[Employee]:
    """People whose work the user reads besides their own: those led, looked after as HR, or audited."""
    access = access_for(user)
    led: QuerySet[Employee] = led_by(user)
    audited = access.paths_of_role(Role.AUDITOR)
    if WHOLE_AGENCY in audited:
        return Employee.objects.all()
    if not audited:
        return led
    placed = Placement.objects.active_on(access.on).filter(under_paths_q(audited, "unit__"))
    people: QuerySet[Employee] = Employee.objects.filter(
        Q(pk__in=led) | Q(pk__in=placed.order_by().values("employee_id"))
    )
    return people


def results_read_by(user: User) -> QuerySet[WorkResult]:
    """The own results, and those of people whose work the user reads; never all colleagues'."""
    rows: QuerySet[WorkResult] = WorkResult.objects.visible_to(user)
    return rows.filter(Q(employee__user=user) | Q(employee__in=people_read_by(user)))


class WorkResultFilter(django_filters.FilterSet):
    """`state`: what is in the plan, unless asked for what was withdrawn."""

    name = search_filter(_("Name"), field_name="employee__name")
    title = search_filter(_("Work result"), field_name="title")
    year = django_filters.NumberFilter(label=_("Year"), method="filter_year", min_value=2010, max_value=2100)
    kind = django_filters.ChoiceFilter(label=_("Kind"), choices=ResultKind.choices, empty_label=_("All"))
    perspective = django_filters.ChoiceFilter(label=_("Perspective"), choices=Perspective.choices, empty_label=_("All"))
    serves = django_filters.ChoiceFilter(
        label=_("Serves a superior's result"),
        method="filter_serves",
        empty_label=_("All"),
        choices=[("yes", _("yes")), ("no", _("not yet"))],
    )
    state = django_filters.ChoiceFilter(
        label=_("State"),
        method="filter_state",
        empty_label=_("in the plan"),
        choices=[("withdrawn", _("withdrawn")), ("all", _("all"))],
    )

    class Meta:
        model = WorkResult
        fields: list[str] = []
        form = PlainFilterForm

    def filter_queryset(self, queryset: QuerySet[WorkResult]) -> QuerySet[WorkResult]:
        if not self.form.cleaned_data.get("state"):
            queryset = queryset.filter(withdrawn_at__isnull=True)
        return super().filter_queryset(queryset)

    def filter_year(self, rows: QuerySet[WorkResult], name: str, value: Any) -> QuerySet[WorkResult]:
        year = int(value)
        return rows.filter(starts_on__lte=date(year, 12, 31), ends_on__gte=date(year, 1, 1))

    def filter_serves(self, rows: QuerySet[WorkResult], name: str, value: str) -> QuerySet[WorkResult]:
        return rows.filter(supports__isnull=value == "no")

    def filter_state(self, rows: QuerySet[WorkResult], name: str, value: str) -> QuerySet[WorkResult]:
        return rows.filter(withdrawn_at__isnull=False) if value == "withdrawn" else rows
