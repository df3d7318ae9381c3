"""Closed evaluations beside the official predicate of the same period; filters of that comparison."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import Case, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import ExtractMonth, ExtractYear
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from organization.filters import PlainFilterForm, search_filter
from organization.forms.base import UnitChoiceField
from organization.models import Placement, Unit, User
from performance.enums import Achievement, EvaluationStatus, PeriodKind, Predicate
from performance.filters_results import people_read_by
from performance.forms.results import PARTS
from performance.models import Evaluation, OfficialPredicate, UnitAchievement

MISSING, EQUAL = "missing", "equal"


def compared_by(user: User) -> QuerySet[Evaluation]:
    """Closed evaluations of years and quarters in the user's reach; `official`: what e-Kinerja says, `official_id`."""
    rows = Evaluation.objects.filter(
        status=EvaluationStatus.CLOSED,
        kind__in=[PeriodKind.YEAR, PeriodKind.QUARTER],
        employee__in=people_read_by(user),
    ).annotate(
        in_year=ExtractYear("ends_on"),
        in_quarter=Case(
            When(kind=PeriodKind.YEAR, then=Value(0)),
            default=ExtractMonth("ends_on") / 3,
            output_field=IntegerField(),
        ),
    )
    theirs = OfficialPredicate.objects.filter(
        employee=OuterRef("employee"), year=OuterRef("in_year"), quarter=OuterRef("in_quarter")
    )
    found: QuerySet[Evaluation] = rows.annotate(official=Subquery(theirs.values("predicate")[:1]))
    return found


class ComparisonFilter(django_filters.FilterSet):
    """`show`: those that differ, unless asked for more."""

    show = django_filters.ChoiceFilter(
        label=_("Show"),
        method="filter_show",
        empty_label=_("those that differ"),
        choices=[(MISSING, _("without an official predicate")), (EQUAL, _("those that agree")), ("all", _("all"))],
    )
    kind = django_filters.ChoiceFilter(
        label=_("Period"),
        empty_label=_("All"),
        choices=[(PeriodKind.QUARTER, _("quarter")), (PeriodKind.YEAR, _("year"))],
    )
    year = django_filters.NumberFilter(label=_("Year"), field_name="in_year", min_value=2010, max_value=2100)
    ours = django_filters.ChoiceFilter(
        label=_("Ours"), field_name="predicate", choices=Predicate.choices, empty_label=_("All")
    )
    official = django_filters.ChoiceFilter(label=_("Official"), choices=Predicate.choices, empty_label=_("All"))
    unit = django_filters.ModelChoiceFilter(
        label=_("Unit"),
        method="filter_unit",
        queryset=lambda request: Unit.objects.visible_to(request.user),
    )
    name = search_filter(_("Name"), field_name="employee__name")

    class Meta:
        model = Evaluation
        fields: list[str] = []
        form = PlainFilterForm

    def filter_queryset(self, queryset: QuerySet[Evaluation]) -> QuerySet[Evaluation]:
        if not self.form.cleaned_data.get("show"):
            queryset = queryset.filter(Q(official__isnull=False) & ~Q(official=F("predicate")))
        return super().filter_queryset(queryset)

    def filter_show(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        if value == MISSING:
            return rows.filter(official__isnull=True)
        return rows.filter(official=F("predicate")) if value == EQUAL else rows

    def filter_unit(self, rows: QuerySet[Evaluation], name: str, value: Unit) -> QuerySet[Evaluation]:
        """By where people serve today."""
        placed = Placement.objects.active_on(timezone.localdate()).in_subtree(value)
        return rows.filter(employee__in=placed.order_by().values("employee_id"))


ComparisonFilter.base_filters["unit"].field_class = UnitChoiceField


class AchievementFilter(django_filters.FilterSet):
    year = django_filters.NumberFilter(label=_("Year"), min_value=2010, max_value=2100)
    quarter = django_filters.ChoiceFilter(label=_("Period"), choices=PARTS, empty_label=_("All"))
    achievement = django_filters.ChoiceFilter(label=_("Achievement"), choices=Achievement.choices, empty_label=_("All"))
    unit_name = search_filter(_("Unit"), field_name="unit__name")

    class Meta:
        model = UnitAchievement
        fields: list[str] = []
        form = PlainFilterForm
