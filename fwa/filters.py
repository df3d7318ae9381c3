"""Filters over requests, for page and API alike."""

from __future__ import annotations

import django_filters
from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from eligibility.enums import FlexKind
from fwa.enums import RequestStatus, StepRole
from fwa.letter_filters import no_nip
from fwa.models import Request, Step
from organization.filters import search_filter


class RequestFilter(django_filters.FilterSet):
    """By state, kind, number and name."""

    status = django_filters.ChoiceFilter(label=_("State"), choices=RequestStatus.choices, empty_label=_("All"))
    kind = django_filters.ChoiceFilter(label=_("Kind"), choices=FlexKind.choices, empty_label=_("All"))
    number = django_filters.CharFilter(label=_("Number"), lookup_expr="icontains", validators=[no_nip])
    name = search_filter(_("Name"), field_name="employee__name")

    class Meta:
        model = Request
        fields = ["status", "kind", "number", "name"]


class StepFilter(django_filters.FilterSet):
    """Steps that wait: by level, kind, name, and late ones only."""

    role = django_filters.ChoiceFilter(label=_("Level"), choices=StepRole.choices, empty_label=_("All"))
    kind = django_filters.ChoiceFilter(
        label=_("Kind"), field_name="request__kind", choices=FlexKind.choices, empty_label=_("All")
    )
    name = search_filter(_("Name"), field_name="request__employee__name")
    late = django_filters.BooleanFilter(label=_("Late only"), method="only_late", widget=forms.CheckboxInput())

    class Meta:
        model = Step
        fields = ["role", "kind", "name", "late"]

    def only_late(self, rows: QuerySet[Step], name: str, value: bool) -> QuerySet[Step]:
        return rows.filter(due_on__lt=timezone.localdate()) if value else rows
