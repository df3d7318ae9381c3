"""Days without a reason reach a step of the ladder: the supervisor is told and notes what was done. Never a sanction.

Source: PP 94/2021 Arts 26(1), 28 [S]: a supervisor who learns of it must act, so the system tells and keeps the note.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from attendance.errors import StateChanged
from attendance.ladder import LADDER_PNS, LEGAL_KINDS, Rung, Tally, reached
from attendance.models import LadderStep, ThresholdFlag
from attendance.notifications_thresholds import tell_reached
from attendance.sums import year_tallies
from attendance.terms import attendance_terms_on
from organization.models import Employee, User

TOPIC = "attendance.compare_thresholds"
JANUARY = 1
NOTE_LENGTH = 500
BATCH = 1000

Key = tuple[int, int, bool]


def ladder_of(kind: str, *, on: date) -> list[Rung]:
    """The steps for a kind of employee on a day: law for PNS and CPNS, the agency's own for the others."""
    if kind in LEGAL_KINDS:
        return list(LADDER_PNS)
    return [Rung(step.days, step.label) for step in LadderStep.objects.active_on(on).order_by("days", "pk")]


@transaction.atomic
def check_thresholds(*, year: int, on: date, employee_ids: Collection[int] | None = None) -> int:
    """Compare what a year has brought with the ladders; set-based, a second run changes nothing.

    A step newly reached is flagged and told; one that the figures fell below again is lifted. Returns the new ones.
    """
    with connection.cursor() as cursor:
        # Two passes at once would both see a step as new; the second waits.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('attendance-thresholds'))")
    now, per_day = timezone.now(), attendance_terms_on(on).minutes_per_day
    tallies = year_tallies(year, until=on, employee_ids=employee_ids)
    flags = ThresholdFlag.objects.filter(year=year)
    if employee_ids is not None:
        flags = flags.filter(employee_id__in=employee_ids)
    standing = {(flag.employee_id, flag.days, flag.is_consecutive): flag for flag in flags}
    wanted = _wanted(tallies, on=on, per_day=per_day)
    new = _raise(wanted, standing, tallies, year=year, per_day=per_day, at=now)
    _lift(standing, tallies, per_day=per_day, at=now)
    tell_reached(new, on=on)
    return len(new)


def _wanted(tallies: dict[int, Tally], *, on: date, per_day: int) -> dict[Key, Rung]:
    counted = [pk for pk, tally in tallies.items() if tally.days(per_day) or tally.run_days]
    kinds: dict[int, str] = dict(Employee.objects.filter(pk__in=counted).values_list("pk", "kind"))
    ladders = {kind: ladder_of(kind, on=on) for kind in set(kinds.values())}
    return {
        (pk, rung.days, rung.is_consecutive): rung
        for pk, kind in kinds.items()
        for rung in reached(tallies[pk], ladders[kind], minutes_per_day=per_day)
    }


def _raise(
    wanted: dict[Key, Rung],
    standing: dict[Key, ThresholdFlag],
    tallies: dict[int, Tally],
    *,
    year: int,
    per_day: int,
    at: datetime,
) -> list[ThresholdFlag]:
    """New flags, and those that were lifted and are reached again."""
    made, again = [], []
    for key, rung in wanted.items():
        flag = standing.get(key)
        if flag is not None and flag.lifted_at is None:
            continue
        tally = tallies[key[0]]
        if flag is None:
            flag = ThresholdFlag(employee_id=key[0], year=year, days=rung.days, is_consecutive=rung.is_consecutive)
            made.append(flag)
        else:
            again.append(flag)
        flag.label, flag.raised_at, flag.lifted_at = _label(rung), at, None
        flag.absent_days, flag.minutes = tally.days(per_day), tally.rest(per_day)
        flag.acknowledged_by = flag.acknowledged_at = None
        flag.note = ""
    ThresholdFlag.objects.bulk_create(made, batch_size=BATCH)
    names = ["label", "raised_at", "lifted_at", "absent_days", "minutes", "acknowledged_by", "acknowledged_at", "note"]
    ThresholdFlag.objects.bulk_update(again, names, batch_size=BATCH)
    return made + again


def _label(rung: Rung) -> str:
    """As it stands in the record, in the agency's own language whoever reads it."""
    with translation.override("id"):
        return str(rung.label)


def _lift(standing: dict[Key, ThresholdFlag], tallies: dict[int, Tally], *, per_day: int, at: datetime) -> None:
    nothing = Tally(0, 0)
    fallen = []
    for (employee_id, days, is_consecutive), flag in standing.items():
        tally = tallies.get(employee_id, nothing)
        counted = tally.run_days if is_consecutive else tally.days(per_day)
        if counted < days and flag.lifted_at is None:
            flag.lifted_at = at
            fallen.append(flag)
    ThresholdFlag.objects.bulk_update(fallen, ["lifted_at"], batch_size=BATCH)


def check_all_thresholds(*, on: date) -> int:
    """The nightly pass: this year for everybody; in January last year too, and later those flagged in it."""
    new = check_thresholds(year=on.year, on=on)
    before = on.year - 1
    if on.month == JANUARY:
        return new + check_thresholds(year=before, on=on)
    flagged = ThresholdFlag.objects.filter(year=before, lifted_at__isnull=True)
    ids = list(flagged.values_list("employee_id", flat=True).distinct())
    return new + (check_thresholds(year=before, on=on, employee_ids=ids) if ids else 0)


def check_rebuilt(*, employee_ids: Collection[int], days: Iterable[date], on: date) -> None:
    """After days were built again: compare the years they lie in, for these people only."""
    for year in {day.year for day in days if day <= on}:
        check_thresholds(year=year, on=on, employee_ids=employee_ids)


@transaction.atomic
def acknowledge_threshold(*, by: User, flag_id: int, note: str) -> ThresholdFlag:
    """The supervisor notes what was done; every note stays in the history.

    Raises PermissionDenied, StateChanged (lifted meanwhile), ValidationError (nothing noted).
    """
    flag = ThresholdFlag.objects.select_for_update(of=("self",)).select_related("employee").get(pk=flag_id)
    if not by.has_perm("attendance.acknowledge_threshold", flag):
        raise PermissionDenied
    if flag.lifted_at is not None:
        raise StateChanged(_("The figures fell below this step after a correction; nothing is left to note."))
    if not note.strip():
        raise ValidationError({"note": _("Note what was done: the talk, the examination, or why nothing was needed.")})
    flag.note, flag.acknowledged_by, flag.acknowledged_at = note.strip()[:NOTE_LENGTH], by, timezone.now()
    flag.save(update_fields=["note", "acknowledged_by", "acknowledged_at"])
    return flag


def open_flags(rows: QuerySet[ThresholdFlag]) -> QuerySet[ThresholdFlag]:
    """Those that wait for a note."""
    return rows.filter(lifted_at__isnull=True, acknowledged_at__isnull=True)
