"""Filters over integrity flags, for page and API alike."""

from __future__ import annotations

import django_filters
from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from attendance.enums import FlagKind, FlagStatus
from attendance.models import IntegrityFlag
from organization.filters import PlainFilterForm, search_filter


class IntegrityFlagFilter(django_filters.FilterSet):
    status = django_filters.ChoiceFilter(label=_("State"), choices=FlagStatus.choices, empty_label=_("All"))
    kind = django_filters.ChoiceFilter(label=_("Signal"), choices=FlagKind.choices, empty_label=_("All"))
    name = search_filter(_("Name"), field_name="employee__name")
    own = django_filters.BooleanFilter(label=_("Own only"), method="only_own", widget=forms.CheckboxInput())

    class Meta:
        model = IntegrityFlag
        fields: list[str] = []
        form = PlainFilterForm

    def only_own(self, rows: QuerySet[IntegrityFlag], name: str, value: bool) -> QuerySet[IntegrityFlag]:
        return rows.filter(employee__user_id=self.request.user.pk) if value else rows
