"""An absence that breaks a minimum: who is told, who could come in, and that nobody's day is changed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db.models import Q
from django.urls import reverse

from attendance.models import Absence, AssignmentDay
from attendance.services.absences import AbsenceData, enter_absence
from attendance.services.shortfalls import look_at_absences
from attendance.shortfalls import could_come_in, shortfalls
from organization.models import Notice, OutboxMessage, StaffingMinimum, UnitVersion
from tests.attendance.roster_kit import make_ward
from tests.fwa.test_capacity import send_away
from tests.world import SINCE

pytestmark = pytest.mark.django_db


@pytest.fixture
def ward():
    made = make_ward()
    UnitVersion.objects.filter(unit=made.unit).update(is_24x7=True)
    return made


def staff(ward):
    return ward.unit.placements.count()


def enter(ward, name, day, **changes):
    values = {"kind": "leave", "reference": f"C-{name}-{day}", "valid_from": day, "valid_to": day, **changes}
    saved = enter_absence(by=ward.hr, employee_id=ward.person(name).pk, data=AbsenceData(**values))
    message = OutboxMessage.objects.filter(topic="attendance.absences_entered").latest("pk")
    return look_at_absences(message.payload["absences"]), saved.absence


def told():
    return set(Notice.objects.filter(code="attendance.short").values_list("user__username", flat=True))


def everybody(ward, day):
    short = shortfalls(ward.unit, day, day)
    return [(row.placement.employee.name, row.why, row.shifts) for row in could_come_in(ward.unit, day, short, Q())]


def test_head_and_supervisor_are_told_and_the_arrangement_stays(ward):
    StaffingMinimum.objects.create(unit=ward.unit, count=staff(ward) - 1, valid_from=SINCE)
    send_away(ward.person("col1"), ward.day(0))

    units, _absence = enter(ward, "emp", ward.day(0))

    assert units == 1
    assert told() == {"head", "sup"}
    notice = Notice.objects.filter(code="attendance.short").first()
    assert notice.url == reverse("attendance:shortfall", args=[ward.unit.pk, ward.day(0).isoformat()])
    assert notice.context == {"unit": ward.unit.name, "day_on": ward.day(0).isoformat(), "days": 1}
    assert AssignmentDay.objects.get().is_away
    assert [row[:2] for row in everybody(ward, ward.day(0))] == [(ward.person("col1").name, "away")]


def test_enough_people_left_tells_nobody(ward):
    StaffingMinimum.objects.create(unit=ward.unit, count=staff(ward) - 1, valid_from=SINCE)
    assert enter(ward, "emp", ward.day(0))[0] == 0
    assert told() == set()


def test_half_a_day_counts_and_a_past_one_does_not(ward):
    StaffingMinimum.objects.create(unit=ward.unit, count=staff(ward), valid_from=SINCE)
    assert enter(ward, "emp", ward.day(-30))[0] == 0
    assert enter(ward, "emp", ward.day(0), part="first")[0] == 1


def test_the_same_shortfall_is_told_once(ward):
    StaffingMinimum.objects.create(unit=ward.unit, count=staff(ward), valid_from=SINCE)
    _units, absence = enter(ward, "emp", ward.day(0))
    look_at_absences([absence.pk])
    assert Notice.objects.filter(code="attendance.short", user=ward.head).count() == 1


def test_whoever_was_off_anyway_is_not_the_cause(ward):
    ward.minimum("P", 1, weekday=1)
    ward.published(ward.cell("col1", 0, "P"), ward.cell("emp", 0, None))
    assert enter(ward, "emp", ward.day(0))[0] == 0


def test_a_shift_that_loses_its_people_and_who_is_rested_for_it(ward):
    ward.minimum("P", 1, weekday=2)
    ward.published(
        ward.cell("emp", 1, "P"), ward.cell("col1", 0, "M"), ward.cell("col1", 1, None), ward.cell("col2", 1, None)
    )

    assert enter(ward, "emp", ward.day(1))[0] == 1

    assert [(row.shift, row.there, row.minimum) for row in shortfalls(ward.unit, ward.day(1), ward.day(1))] == [
        ("P", 0, 1)
    ]
    # col1 comes from the night and is not rested
    assert everybody(ward, ward.day(1)) == [(ward.person("col2").name, "off", ("P",))]


def test_a_weekend_of_an_office_has_no_minimum(ward):
    UnitVersion.objects.filter(unit=ward.unit).update(is_24x7=False)
    StaffingMinimum.objects.create(unit=ward.unit, count=staff(ward), valid_from=SINCE)
    assert enter(ward, "emp", ward.day(5))[0] == 0


def test_many_units_and_people_are_looked_at_without_a_query_each(ward, django_assert_max_num_queries):
    StaffingMinimum.objects.create(unit=ward.unit, count=staff(ward), valid_from=SINCE)
    ids = [
        Absence.objects.create(
            employee=ward.person(name), kind="leave", reference=f"x{offset}", valid_from=ward.day(offset),
            valid_to=ward.day(offset),
        ).pk
        for name in ("emp", "col1", "col2")
        for offset in range(5)
    ]  # fmt: skip
    with django_assert_max_num_queries(45):
        assert look_at_absences(ids) == 1


def test_the_page_shows_names_to_the_head_and_nothing_to_a_colleague(ward, client):
    StaffingMinimum.objects.create(unit=ward.unit, count=staff(ward), valid_from=SINCE)
    send_away(ward.person("col1"), ward.day(0))
    url = reverse("attendance:shortfall", args=[ward.unit.pk, ward.day(0).isoformat()])
    client.force_login(ward.head)
    page = client.get(url).content.decode()
    assert ward.person("col1").name in page
    assert "bekerja di tempat lain" in page
    client.force_login(ward.cast.users["emp"])
    assert client.get(url).status_code in (403, 404)
    client.force_login(ward.head)
    assert client.get(url.replace(ward.day(0).isoformat(), "2026-13-40")).status_code == 404


@pytest.mark.parametrize("people", [1, 3])
def test_the_page_asks_the_same_whatever_its_size(ward, client, people, django_assert_max_num_queries):
    StaffingMinimum.objects.create(unit=ward.unit, count=staff(ward), valid_from=SINCE)
    ward.minimum("P", 2)
    for name in ("emp", "col1", "col2")[:people]:
        send_away(ward.person(name), ward.day(0))
    client.force_login(ward.head)
    url = reverse("attendance:shortfall", args=[ward.unit.pk, (ward.monday + timedelta(days=0)).isoformat()])
    with django_assert_max_num_queries(26):
        assert client.get(url).status_code == 200
