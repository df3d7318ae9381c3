"""An absence that leaves a unit below a minimum is told to those who can see to it. It cancels nobody's arrangement."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, timedelta

from django.urls import reverse
from django.utils import timezone

from attendance.models import Absence
from attendance.shortfalls import Short, missed_on, shortfalls, units_concerned
from organization import outbox
from organization.leading import leaders_of
from organization.models import Delegation, Placement, Unit
from organization.services.notices import notify

TOPIC = "attendance.absences_entered"
# Only days near enough that somebody plans them: as far ahead as days are kept built.
DAYS_AHEAD = 92
AT_ONCE = 500


def absences_entered(absence_ids: Collection[int]) -> None:
    """Have the worker look whether these absences break a minimum; with the caller's transaction."""
    ids = sorted(absence_ids)
    for start in range(0, len(ids), AT_ONCE):
        part = ids[start : start + AT_ONCE]
        key = f"{TOPIC}:{part[0]}:{part[-1]}:{timezone.now().isoformat()}"
        outbox.add(TOPIC, {"absences": part}, key=key)


def look_at_absences(absence_ids: Collection[int]) -> int:
    """Tell the head of each unit that is short because of these absences, and who leads the absent; returns how many
    units. The same shortfall is told once."""
    today = timezone.localdate()
    until = today + timedelta(days=DAYS_AHEAD)
    absences = list(Absence.objects.filter(pk__in=absence_ids, valid_to__gte=today, valid_from__lte=until))
    if not absences:
        return 0
    concerned = units_concerned(absences, today, until)
    units = {unit.pk: unit for unit in Unit.objects.filter(pk__in=concerned)}
    leaders = leaders_of({row.employee_id for row in absences}, on=today)
    told = 0
    for unit_id, (first, last) in concerned.items():
        unit = units[unit_id]
        short = missed_on(unit, absences, shortfalls(unit, first, last))
        if short:
            _tell(unit, short, heads_of(unit, today) | _leaders_in(unit, absences, leaders, today))
            told += 1
    return told


def _leaders_in(unit: Unit, absences: Iterable[Absence], leaders: dict[int, set[int]], today: date) -> set[int]:
    """Who leads those of the absent that serve in the unit."""
    ids = {row.employee_id for row in absences}
    inside = Placement.objects.active_on(today).filter(employee_id__in=ids, unit__path__startswith=unit.path)
    return {user for pk in inside.values_list("employee_id", flat=True) for user in leaders.get(pk, ())}


def heads_of(unit: Unit, on: date) -> set[int]:
    """The head of the unit, or the nearest one above, with whoever stands in for them; two queries."""
    heads = Placement.objects.active_on(on).heads().filter(
        unit_id__in=unit.path_ids, employee__user__is_active=True
    )  # fmt: skip
    rows = list(heads.order_by("-unit__depth", "pk").values_list("unit_id", "employee__user_id"))
    nearest = {user for unit_id, user in rows if unit_id == rows[0][0]}
    stand_ins = Delegation.objects.active_on(on).filter(principal_id__in=nearest)
    return nearest | set(stand_ins.values_list("delegate_id", flat=True))


def _tell(unit: Unit, short: list[Short], users: set[int]) -> None:
    """One message per unit: its first day, and on how many days. It names nobody."""
    days = sorted({row.day for row in short})
    what = ",".join(f"{row.day:%y%m%d}{row.shift}{row.group[:6]}{row.missing}" for row in short[:8])
    notify(
        user_ids=users,
        code="attendance.short",
        context={"unit": unit.name, "day_on": days[0].isoformat(), "days": len(days)},
        url=reverse("attendance:shortfall", args=[unit.pk, days[0].isoformat()]),
        key=f"short:{unit.pk}:{len(short)}:{what}"[:150],
    )
