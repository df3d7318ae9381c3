"""What the first page says: where somebody works this week, and what waits for them besides decisions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Window
from django.db.models.functions import RowNumber, StrIndex
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from attendance.enums import AbsenceKind, ContactKind, DayPart, DayStatus
from attendance.halves import AbsentDays, Away, absent_days
from attendance.models import Absence, AssignmentDay, Contact
from attendance.selectors import days_by_employee, text
from eligibility.enums import PlaceKind
from fwa.collisions import collisions_in_units
from fwa.enums import LetterStatus, RequestStatus
from fwa.models import Letter, Request, SpecialCircumstance
from organization.access import access_for
from organization.counting import count_each
from organization.enums import ReadinessStatus, Role
from organization.models import Domicile, Holiday, Unit, UnitReadiness, User
from organization.national_periods import PeriodDay, affects
from organization.selectors import overseen_employees

OFFICE_WEEK, FULL_WEEK = 5, 7
SHOWN = 5
CHIP_OF_PLACE = {PlaceKind.HOME: "R", PlaceKind.OTHER_OFFICE: "KL", PlaceKind.OTHER: "L", PlaceKind.FIELD: "L"}
OFFICE, OFF, AWAY, NATIONAL = "K", "", "C", "N"
HOLIDAY, RECALL = "holiday", "recall"


@dataclass(frozen=True)
class WeekDay:
    """One day of the strip: its letter (empty on a day off) and its words."""

    label: str
    chip: str
    words: str
    is_today: bool


@dataclass(frozen=True)
class Waiting:
    """Something that waits: how many, in words, and where to go."""

    text: str
    detail: str
    url: str
    action: str


def own_week(employee_id: int, today: date) -> list[WeekDay]:
    """Monday to Friday of this week, longer where an arrangement or period lies on the weekend; three queries."""
    monday = today - timedelta(days=today.weekday())
    sunday = monday + timedelta(days=FULL_WEEK - 1)
    granted = days_by_employee(employee_ids=[employee_id], start=monday, end=sunday).get(employee_id, [])
    absent, holidays, recalled = _days_off(employee_id, monday, sunday)
    by_day = {row.day: row for row in granted if row.is_away and row.status == DayStatus.IN_FORCE}
    affected = affects([employee_id], monday, sunday).get(employee_id, {})
    periods = {day: period for day, period in affected.items() if day not in recalled}
    length = FULL_WEEK if any(day.isoweekday() > OFFICE_WEEK for day in (*by_day, *periods)) else OFFICE_WEEK
    days = [monday + timedelta(days=offset) for offset in range(length)]
    return [_week_day(day, by_day.get(day), periods.get(day), absent, holidays, today) for day in days]


def _days_off(employee_id: int, start: date, end: date) -> tuple[AbsentDays, dict[date, str], set[date]]:
    """Days of absence, day -> name of the holiday, days of recall to the office; one query."""
    absences = Absence.objects.overlapping(start, end).filter(employee_id=employee_id).order_by()
    off = Holiday.objects.filter(day__range=(start, end)).order_by()
    recalls = Contact.objects.filter(kind=ContactKind.RECALL, withdrawn_at=None, day__range=(start, end)).order_by()
    recalls = recalls.filter(employee_id=employee_id)
    rows = list(
        absences.values_list("valid_from", "valid_to", "kind", "part").union(
            off.values_list(F("day"), F("day"), "name", text(HOLIDAY)),
            recalls.values_list(F("day"), F("day"), text(""), text(RECALL)),
            all=True,
        )
    )
    absent = absent_days([Away(*row) for row in rows if row[3] not in (HOLIDAY, RECALL)], start, end)
    holidays = {first: name for first, _last, name, what in rows if what == HOLIDAY}
    return absent, holidays, {first for first, _last, _name, what in rows if what == RECALL}


def _week_day(
    day: date,
    granted: AssignmentDay | None,
    period: PeriodDay | None,
    absent: AbsentDays,
    holidays: dict[date, str],
    today: date,
) -> WeekDay:
    """Absence before holiday before national period before arrangement before office (design 4). Half a day's absence
    leaves the other half where it is worked."""
    if day in absent.whole:
        return WeekDay(date_format(day, "D j"), AWAY, str(AbsenceKind(absent.whole[day]).label), day == today)
    found = _at_work(day, granted, period, holidays, today)
    if day not in absent.half or not found.chip:
        return found
    kind, part = absent.half[day]
    values = {"place": found.words, "kind": AbsenceKind(kind).label, "part": DayPart(part).label}
    return replace(found, words=_("%(place)s, %(kind)s (%(part)s)") % values)


def _at_work(
    day: date, granted: AssignmentDay | None, period: PeriodDay | None, holidays: dict[date, str], today: date
) -> WeekDay:
    label, is_today = date_format(day, "D j"), day == today
    if day in holidays:
        return WeekDay(label, OFF, holidays[day], is_today)
    if period is not None:
        return WeekDay(label, NATIONAL, _("per %(name)s") % {"name": period.label}, is_today)
    if granted is not None:
        place = granted.assignment.place_kind
        return WeekDay(label, CHIP_OF_PLACE.get(PlaceKind(place), OFFICE), str(PlaceKind(place).label), is_today)
    if day.isoweekday() > OFFICE_WEEK:
        return WeekDay(label, OFF, _("day off"), is_today)
    return WeekDay(label, OFFICE, _("Your office"), is_today)


@dataclass(frozen=True)
class OwnRequests:
    """The newest of one's own requests, and those that came back for change."""

    newest: Sequence[Request]
    returned: Sequence[Request]


def own_requests(user: User) -> OwnRequests:
    """At most `SHOWN` of each; one query."""
    rows = Request.objects.of_user(user).for_list()
    number = Window(RowNumber(), order_by=[F("submitted_at").desc(nulls_first=True), F("pk").desc()])
    rows = rows.annotate(place=number).filter(Q(place__lte=SHOWN) | Q(status=RequestStatus.RETURNED))
    found = list(rows)
    returned = [row for row in found if row.status == RequestStatus.RETURNED]
    return OwnRequests(newest=found[:SHOWN], returned=returned[:SHOWN])


def returned_lines(rows: Iterable[Request]) -> list[Waiting]:
    """Own requests that came back for change."""
    return [
        Waiting(
            text=_("%(number)s was returned to you") % {"number": row.number},
            detail=_("Change it and send it again."),
            url=reverse("fwa:request_edit", args=[row.public_id]),
            action=_("Change"),
        )
        for row in rows
    ]


def duty_lines(user: User) -> list[Waiting]:
    """What HR, the evidence officer and unit heads have to look at; one query, none for everybody else."""
    access = access_for(user)
    asked: dict[str, QuerySet | tuple[QuerySet, str]] = {}
    if access.has_role(Role.HR_ADMIN):
        asked["addresses"] = Domicile.objects.filter(
            verified_at__isnull=True, employee__in=overseen_employees(user, Role.HR_ADMIN)
        )
        asked["readiness"] = UnitReadiness.objects.filter(
            status=ReadinessStatus.DECLARED, unit__in=Unit.objects.visible_to(user)
        )
        letters = Letter.objects.managed_by(user)
        asked["failed"] = letters.filter(status=LetterStatus.FAILED)
        asked["unsigned"] = letters.filter(status=LetterStatus.AWAITING_SIGNATURE)
    if access.has_role(Role.EVIDENCE_OFFICER):
        unread = SpecialCircumstance.objects.openable_by(user).filter(accesses=None)
        asked["evidence"] = unread.filter(request__status=RequestStatus.SUBMITTED)
    watched = (*access.own_headed_paths, *access.paths_of_role(Role.HR_ADMIN))
    if watched:
        asked["collisions"] = (collisions_in_units(watched, on=timezone.localdate()), "employee")
    if access.own_headed_paths:
        asked["undeclared"] = undeclared_units(access.own_headed_paths, timezone.localdate())
    counts = count_each(asked)
    return [_duty(name, counts[name]) for name in asked if counts.get(name)]


def undeclared_units(paths: Iterable[str], on: date) -> QuerySet[Unit]:
    """Units at these paths without a declaration of their own, and not covered by a confirmed one above them."""
    current = UnitReadiness.objects.active_on(on)
    own = UnitReadiness.objects.filter(unit=OuterRef("pk")).exclude(valid_to__lt=on)
    above = (
        current.filter(status=ReadinessStatus.CONFIRMED, technology=True, supervision=True)
        .annotate(starts=StrIndex(OuterRef("path"), F("unit__path")))
        .filter(starts=1)
    )
    return Unit.objects.filter(~Exists(own), ~Exists(above), path__in=list(paths))


def _duty(name: str, count: int) -> Waiting:
    text, url, action = {
        "addresses": (
            ngettext("%(count)s reported address to verify", "%(count)s reported addresses to verify", count),
            reverse("organization:domicile_list"),
            _("Verify"),
        ),
        "readiness": (
            ngettext("%(count)s declared readiness to confirm", "%(count)s declared readinesses to confirm", count),
            reverse("organization:readiness_list"),
            _("Confirm"),
        ),
        "undeclared": (
            ngettext(
                "%(count)s unit of yours is not declared ready",
                "%(count)s units of yours are not declared ready",
                count,
            ),
            reverse("organization:unit_list"),
            _("Declare"),
        ),
        "failed": (
            ngettext("%(count)s letter could not be made", "%(count)s letters could not be made", count),
            f"{reverse('fwa:letter_list')}?status={LetterStatus.FAILED}",
            _("Look"),
        ),
        "unsigned": (
            ngettext("%(count)s letter awaits its signature", "%(count)s letters await their signature", count),
            f"{reverse('fwa:letter_list')}?status={LetterStatus.AWAITING_SIGNATURE}",
            _("Look"),
        ),
        "collisions": (
            ngettext(
                "%(count)s person is absent on granted days",
                "%(count)s people are absent on granted days",
                count,
            ),
            reverse("fwa:collision_list"),
            _("Look"),
        ),
        "evidence": (
            ngettext(
                "%(count)s sealed circumstance not looked at", "%(count)s sealed circumstances not looked at", count
            ),
            reverse("fwa:circumstance_list"),
            _("Look"),
        ),
    }[name]
    return Waiting(text=text % {"count": count}, detail="", url=url, action=action)
