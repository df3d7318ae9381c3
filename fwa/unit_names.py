"""Names of units that stand beside each other: those of one name are told apart by the unit above."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from organization.models import Unit


def units_above_namesakes(names: Mapping[int, str]) -> dict[int, str]:
    """The name of the unit above by unit id, for units of the same name; one query, and none where names differ."""
    times = Counter(names.values())
    namesakes = [pk for pk, name in names.items() if times[name] > 1]
    if not namesakes:
        return {}
    return dict(Unit.objects.filter(pk__in=namesakes, parent__isnull=False).values_list("pk", "parent__name"))
