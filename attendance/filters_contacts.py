"""Filters over calls for a reply and recalls, for page and API alike."""

from __future__ import annotations

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from attendance.enums import ContactKind
from attendance.models import Contact
from organization.filters import PlainFilterForm, search_filter


class ContactFilter(django_filters.FilterSet):
    kind = django_filters.ChoiceFilter(label=_("Kind"), choices=ContactKind.choices, empty_label=_("All"))
    state = django_filters.ChoiceFilter(
        label=_("State"),
        method="filter_state",
        empty_label=_("All"),
        choices=[("waiting", _("waiting")), ("answered", _("answered")), ("missed", _("missed"))],
    )
    name = search_filter(_("Name"), field_name="employee__name")

    class Meta:
        model = Contact
        fields: list[str] = []
        form = PlainFilterForm

    def filter_state(self, rows: QuerySet[Contact], name: str, value: str) -> QuerySet[Contact]:
        if value == "waiting":
            return rows.filter(answered_at=None, missed_at=None, withdrawn_at=None)
        return rows.filter(**{f"{value}_at__isnull": False})
