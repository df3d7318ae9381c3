"""Filters of the list of imports."""

import django_filters
from django.utils.translation import gettext_lazy as _

from organization.enums import ImportKind, ImportStatus
from organization.models import ImportRun


class ImportRunFilter(django_filters.FilterSet):
    kind = django_filters.ChoiceFilter(label=_("Kind"), choices=ImportKind.choices, empty_label=_("All kinds"))
    status = django_filters.ChoiceFilter(label=_("State"), choices=ImportStatus.choices, empty_label=_("All states"))

    class Meta:
        model = ImportRun
        fields = ["kind", "status"]
