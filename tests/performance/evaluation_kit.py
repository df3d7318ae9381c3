"""Evaluations for the access table: one the person may answer, one whose objection waits for a second look."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from performance.enums import Behaviour, PeriodKind
from performance.periods import last_closed_period
from performance.services.evaluations import Judgement, object_to, open_evaluations, share
from tests.organization.cast import Cast

WHOLE = Judgement(results_rating="meets", behaviours=dict.fromkeys(Behaviour.values, ("meets", "")))


def stage_evaluations(cast: Cast) -> dict[str, tuple[Any, ...]]:
    """Places `evaluation` (shared with emp) and `evaluation objected`, both by sup."""
    sup, emp = cast.users["sup"], cast.users["emp"]
    places: dict[str, tuple[Any, ...]] = {}
    for name, kind in (("evaluation", PeriodKind.QUARTER), ("evaluation objected", PeriodKind.MONTH)):
        start, end = last_closed_period(kind, timezone.localdate())
        (row,) = open_evaluations(by=sup, employee_ids=[cast.employees["emp"].pk], kind=kind, start=start, end=end)
        share(by=sup, public_id=row.public_id, judgement=WHOLE)
        places[name] = (row.public_id,)
    object_to(by=emp, public_id=places["evaluation objected"][0], reason="Keluaran kedua tertunda.")
    return places
