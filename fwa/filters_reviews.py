"""Filters over reviews, for page and API alike."""

from __future__ import annotations

import django_filters
from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from fwa.enums_reviews import ReviewOutcome, ReviewStatus
from fwa.models import ArrangementReview
from fwa.querysets_reviews import ReviewQuerySet
from organization.enums import ChangeCause
from organization.filters import UnitFilter, search_filter


class ReviewFilter(django_filters.FilterSet):
    """By state, cause, decision, unit and name, and late ones only."""

    status = django_filters.ChoiceFilter(label=_("State"), choices=ReviewStatus.choices, empty_label=_("All"))
    cause = django_filters.ChoiceFilter(label=_("Cause"), choices=ChangeCause.choices, empty_label=_("All"))
    outcome = django_filters.ChoiceFilter(label=_("Decision"), choices=ReviewOutcome.choices, empty_label=_("All"))
    unit = UnitFilter(path="unit__path")
    name = search_filter(_("Name"), field_name="employee__name")
    late = django_filters.BooleanFilter(label=_("Late only"), method="only_late", widget=forms.CheckboxInput())

    class Meta:
        model = ArrangementReview
        fields = ["status", "cause", "outcome", "unit", "name", "late"]

    def only_late(self, rows: ReviewQuerySet, name: str, value: bool) -> QuerySet[ArrangementReview]:
        return rows.under_way().filter(respond_by__lt=timezone.localdate()) if value else rows
