"""Filters of entries of presence, for page and API."""

from __future__ import annotations

import django_filters
from django.utils.translation import gettext_lazy as _

from attendance.enums import Direction
from attendance.models import PresenceEvent


class PresenceFilter(django_filters.FilterSet):
    """Entries by direction and time."""

    direction = django_filters.ChoiceFilter(label=_("Direction"), choices=Direction.choices)
    since = django_filters.IsoDateTimeFilter(label=_("From"), field_name="occurred_at", lookup_expr="gte")
    until = django_filters.IsoDateTimeFilter(label=_("Until"), field_name="occurred_at", lookup_expr="lte")

    class Meta:
        model = PresenceEvent
        fields: tuple[str, ...] = ()
