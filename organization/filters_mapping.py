"""Filters of the task mapping and of its proposals; pages and API share them."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from organization.enums import PositionKind, ProposalStatus
from organization.filters import PlainFilterForm, UnitFilter, search_filter
from organization.models import Placement, Position, TaskMappingProposal, Unit
from organization.task_mapping import INCOMPLETE, MAPPED, PROPOSED, UNMAPPED, in_state

STATES = [
    (UNMAPPED, _("not mapped yet")),
    (INCOMPLETE, _("not 100 percent")),
    (MAPPED, _("mapped")),
    (PROPOSED, _("a proposal waits")),
]


class HeldInUnitFilter(UnitFilter):
    """Positions that somebody of the unit (or of one below it) holds today."""

    def filter(self, qs: QuerySet[Any], value: Unit | None) -> QuerySet[Any]:
        if not value:
            return qs
        placed = Placement.objects.active_on(timezone.localdate()).in_subtree(value)
        return qs.filter(Exists(placed.filter(position=OuterRef("pk"))))


class TaskMappingFilter(django_filters.FilterSet):
    name = search_filter(_("Name"))
    unit = HeldInUnitFilter(path="")
    kind = django_filters.ChoiceFilter(label=_("Kind"), choices=PositionKind.choices)
    state = django_filters.ChoiceFilter(label=_("Tasks"), method="filter_state", choices=STATES)

    class Meta:
        model = Position
        fields: list[str] = []
        form = PlainFilterForm

    def filter_state(self, queryset: QuerySet[Position], name: str, value: str) -> QuerySet[Position]:
        return in_state(queryset, value)


class TaskProposalFilter(django_filters.FilterSet):
    name = search_filter(_("Position"), field_name="position__name")
    unit = UnitFilter(path="unit__path")
    status = django_filters.ChoiceFilter(
        label=_("State"), method="filter_status", choices=[*ProposalStatus.choices, ("all", _("all"))],
        empty_label=_("waits for HR"),
    )  # fmt: skip

    class Meta:
        model = TaskMappingProposal
        fields: list[str] = []
        form = PlainFilterForm

    def filter_queryset(self, queryset: QuerySet[TaskMappingProposal]) -> QuerySet[TaskMappingProposal]:
        if not self.form.cleaned_data.get("status"):
            queryset = queryset.filter(status=ProposalStatus.WAITING)
        return super().filter_queryset(queryset)

    def filter_status(
        self, queryset: QuerySet[TaskMappingProposal], name: str, value: str
    ) -> QuerySet[TaskMappingProposal]:
        return queryset if value == "all" else queryset.filter(status=value)
