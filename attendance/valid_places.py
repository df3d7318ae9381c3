"""The valid places of a person on the days of their entries, read in two queries whatever the number of days."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.conf import settings

from attendance import evidence
from attendance.enums import MatchedPlace, Whereabouts
from attendance.models import AttendanceTerms
from attendance.places import Place, ValidPlaces
from config.prepared import ask, select
from eligibility.enums import PlaceKind
from organization.models import Employee
from organization.sealing import SealBroken

ONE_DAY = timedelta(days=1)
_IN_WORDS = (PlaceKind.OTHER, PlaceKind.FIELD)
_AT_HOME = {PlaceKind.HOME.value, Whereabouts.HOME.value}
_GRANTED_IN_WORDS = {kind.value for kind in _IN_WORDS} | {Whereabouts.OTHER.value, Whereabouts.FIELD.value}

# One row per fact with the days on which it holds. Sites come with their points; an office without one fits nothing.
# `place`: the office of placement (or of the unit that day) with the unit's zone; `office`: open to everybody;
# `grant` and `expected`: where the person may or should be on one day; `home`: a point set by the person.
_FACTS = """
SELECT 'place' AS what, v.zone AS word, GREATEST(p.valid_from, v.valid_from), LEAST(p.valid_to, v.valid_to),
       s.id, s.latitude, s.longitude, NULL::bytea, FALSE
  FROM organization_placement p
  JOIN organization_unitversion v ON v.unit_id = p.unit_id AND v.valid_from <= %(to)s
       AND (v.valid_to IS NULL OR v.valid_to >= %(from)s)
  LEFT JOIN organization_site s ON s.id = COALESCE(p.site_id, v.site_id)
 WHERE p.employee_id = %(employee)s AND p.valid_from <= %(to)s AND (p.valid_to IS NULL OR p.valid_to >= %(from)s)
 UNION ALL
SELECT 'office', '', NULL, NULL, s.id, s.latitude, s.longitude, NULL, FALSE
  FROM organization_site s WHERE s.is_active AND s.open_to_others AND s.latitude IS NOT NULL
 UNION ALL
SELECT 'grant', a.place_kind, d.day, d.day, s.id, s.latitude, s.longitude, NULL, FALSE
  FROM attendance_assignmentday d
  JOIN attendance_assignment a ON a.id = d.assignment_id
  LEFT JOIN organization_site s ON s.id = a.site_id
 WHERE d.employee_id = %(employee)s AND d.day BETWEEN %(from)s AND %(to)s AND d.is_away AND d.status = 'in_force'
 UNION ALL
SELECT 'expected', w.whereabouts, w.day, w.day, NULL, NULL, NULL, NULL, FALSE
  FROM attendance_workday w
 WHERE w.employee_id = %(employee)s AND w.day BETWEEN %(from)s AND %(to)s
 UNION ALL
SELECT 'home', '', h.valid_from, h.valid_to, NULL, NULL, NULL, h.position, h.confirmed_at IS NOT NULL
  FROM attendance_homepoint h
 WHERE h.employee_id = %(employee)s AND h.refused_at IS NULL AND h.position IS NOT NULL
   AND h.valid_from <= %(to)s AND (h.valid_to IS NULL OR h.valid_to >= %(from)s)
 UNION ALL
SELECT 'notice', '', NULL, NULL, NULL, NULL, NULL, NULL, EXISTS (
       SELECT FROM attendance_privacyacknowledgement k WHERE k.notice_id = n.id AND k.user_id = %(user)s)
  FROM (SELECT id FROM attendance_privacynotice ORDER BY version DESC LIMIT 1) n
"""

_TERMS_BETWEEN = "valid_from <= %s AND (valid_to IS NULL OR valid_to >= %s) ORDER BY valid_from DESC, id"


class _Fact(NamedTuple):
    what: str
    word: str
    first: date | None
    last: date | None
    site_id: int | None
    latitude: Any
    longitude: Any
    sealed: bytes | None
    flag: bool

    def holds_on(self, day: date) -> bool:
        return (self.first is None or self.first <= day) and (self.last is None or self.last >= day)

    def place(self, kind: str) -> Place | None:
        if self.latitude is None:
            return None
        return Place(kind, float(self.latitude), float(self.longitude), self.site_id)


@dataclass(frozen=True)
class PersonDays:
    """What an entry is compared with, day by day."""

    employee_id: int
    facts: tuple[_Fact, ...]
    terms: tuple[AttendanceTerms, ...]
    nowhere: ValidPlaces = field(default_factory=ValidPlaces)

    @property
    def has_acknowledged(self) -> bool:
        """Whether the person has read the newest privacy notice; without any notice nobody has."""
        return any(fact.flag for fact in self.facts if fact.what == "notice")

    @property
    def all_terms(self) -> tuple[AttendanceTerms, ...]:
        """Every terms that hold on one of the days; the defaults where there are none."""
        return self.terms or (AttendanceTerms(),)

    def terms_on(self, day: date) -> AttendanceTerms:
        fitting = (row for row in self.terms if row.valid_from <= day and (row.valid_to is None or row.valid_to >= day))
        return next(fitting, None) or AttendanceTerms(valid_from=day)

    def zone_on(self, at: datetime) -> str:
        """The zone of the unit where the person serves at that moment."""
        day = at.astimezone(ZoneInfo(settings.TIME_ZONE)).date()
        zones = (fact.word for fact in self.facts if fact.what == "place" and fact.holds_on(day))
        return next(zones, settings.TIME_ZONE)

    def places_on(self, day: date) -> ValidPlaces:
        held = [fact for fact in self.facts if fact.holds_on(day)]
        words = {fact.word for fact in held if fact.what in ("grant", "expected")}
        has_home_point = any(fact.what == "home" for fact in held)
        return ValidPlaces(
            places=tuple(self._points(held)),
            home_without_point=bool(words & _AT_HOME) and not has_home_point,
            granted_in_words=bool(words & _GRANTED_IN_WORDS),
        )

    def _points(self, facts: list[_Fact]) -> Iterator[Place]:
        own = {fact.site_id for fact in facts if fact.what == "place"}
        for fact in facts:
            if fact.what == "home":
                yield from self._home(fact)
            elif fact.what in ("place", "office", "grant") and not (fact.what == "office" and fact.site_id in own):
                kind = MatchedPlace.PLACEMENT if fact.what == "place" else MatchedPlace.OTHER_OFFICE
                place = fact.place(kind)
                if place is not None:
                    yield place

    def _home(self, fact: _Fact) -> Iterator[Place]:
        """The point of the home, in the clear in memory only."""
        try:
            point = evidence.open_position(fact.sealed or b"", owner=evidence.home_owner(self.employee_id))
        except SealBroken:
            return  # the entry is accepted all the same; the page of the home shows that its point is unreadable
        kind = MatchedPlace.HOME if fact.flag else MatchedPlace.HOME_UNCONFIRMED
        yield Place(kind, point.latitude, point.longitude)


def read_person_days(employee: Employee, *, entries_from: datetime, to: datetime) -> PersonDays:
    """The facts around the entries of a time: two queries."""
    first, last = entries_from.date() - ONE_DAY, to.date() + ONE_DAY
    values = {"employee": employee.pk, "user": employee.user_id, "from": first, "to": last}
    facts = tuple(map(_Fact._make, ask(_FACTS, values)))
    return PersonDays(employee.pk, facts, tuple(select(AttendanceTerms, _TERMS_BETWEEN, [last, first])))
