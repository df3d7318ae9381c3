"""Filters over rosters, their entries and swaps, for page and API alike."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from attendance.enums import RosterStatus, SwapStatus
from attendance.models import Roster, RosterEntry, ShiftSwap
from organization.filters import PlainFilterForm, UnitFilter, search_filter
from organization.forms.base import DateInput
from organization.leading import led_by


class RosterFilter(django_filters.FilterSet):
    unit = UnitFilter(path="unit__path")
    status = django_filters.ChoiceFilter(label=_("State"), choices=RosterStatus.choices, empty_label=_("All"))
    on = django_filters.DateFilter(label=_("On"), method="filter_on", widget=DateInput)

    class Meta:
        model = Roster
        fields: list[str] = []
        form = PlainFilterForm

    def filter_on(self, rows: QuerySet[Roster], name: str, value: Any) -> QuerySet[Roster]:
        return rows.filter(starts_on__lte=value, ends_on__gte=value)


class RosterEntryFilter(django_filters.FilterSet):
    start = django_filters.DateFilter(label=_("From"), field_name="day", lookup_expr="gte")
    end = django_filters.DateFilter(label=_("Until"), field_name="day", lookup_expr="lte")
    unit = UnitFilter(path="roster__unit__path")
    roster = django_filters.NumberFilter(label=_("Roster"), field_name="roster_id")
    employee = django_filters.NumberFilter(label=_("Employee"), field_name="employee_id")
    on_shift = django_filters.BooleanFilter(
        label=_("With a shift"), field_name="shift", lookup_expr="isnull", exclude=True
    )

    class Meta:
        model = RosterEntry
        fields: list[str] = []
        form = PlainFilterForm


class SwapFilter(django_filters.FilterSet):
    """`show`: those waiting for the user, or the user's own."""

    show = django_filters.ChoiceFilter(
        label=_("Show"),
        method="filter_show",
        empty_label=_("All"),
        choices=[("to_decide", _("waiting for my decision")), ("own", _("my own"))],
    )
    status = django_filters.ChoiceFilter(label=_("State"), choices=SwapStatus.choices, empty_label=_("All"))
    name = search_filter(_("Name"), field_name="applicant__name")

    class Meta:
        model = ShiftSwap
        fields: list[str] = []
        form = PlainFilterForm

    def filter_show(self, rows: QuerySet[ShiftSwap], name: str, value: str) -> QuerySet[ShiftSwap]:
        user: Any = self.request.user
        if value == "own":
            return rows.filter(applicant__user=user) | rows.filter(colleague__user=user)
        return rows.filter(pk__in=swaps_to_decide(user))


def swaps_to_decide(user: Any) -> QuerySet[ShiftSwap]:
    """Agreed swaps of two people whom the user leads."""
    people = led_by(user)
    return ShiftSwap.objects.filter(status=SwapStatus.AGREED, applicant__in=people, colleague__in=people)
