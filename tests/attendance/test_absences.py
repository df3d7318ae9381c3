"""Absences typed by HR: whole and half days, what they meet, who may, the same by page, REST and import."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from attendance.halves import Away, absent_days
from attendance.models import Absence, StaleDay
from attendance.selectors import own_calendar
from attendance.services import AssignmentSpec, DaySpec, grant_assignment, hold_assignment
from attendance.services.absences import AbsenceData, change_absence, enter_absence, remove_absence
from fwa.collisions import collisions_in_units
from fwa.home import own_week
from tests.api import client_of
from tests.attendance.board_kit import monday_of
from tests.organization.cast import body, days, make_cast, make_employee
from tests.organization.importing import EMPLOYEE, found, import_rows, staff

pytestmark = pytest.mark.django_db
MONDAY = date(2026, 12, 7)


@pytest.fixture
def cast():
    return make_cast()


def data(**changes):
    values = {"kind": "leave", "reference": "CT-1", "valid_from": days(7), "valid_to": days(9)}
    return AbsenceData(**(values | changes))


def enter(cast, by="hr", **changes):
    return enter_absence(by=cast.users[by], employee_id=cast.employees["emp"].pk, data=data(**changes))


def flexible(cast, *numbers, grant=False):
    """Days at home of the employee, so many days from now."""
    spec = AssignmentSpec(
        employee_id=cast.employees["emp"].pk, unit_id=cast.law.pk, reference="FWA-7", kind="location",
        valid_from=days(1), valid_to=days(60), place_kind="home",
    )  # fmt: skip
    wanted = [
        DaySpec(days(number), "location", cast.law.pk, is_away=True, counts_toward_cap=True) for number in numbers
    ]
    assignment = hold_assignment(spec=spec, days=wanted)
    if grant:
        grant_assignment(assignment=assignment, at=timezone.now(), first_day=days(0))
    return assignment


def test_entered_changed_and_removed_and_the_days_are_built_again(cast):
    absence = enter(cast).absence
    emp = cast.employees["emp"].pk
    stale = StaleDay.objects.get(employee_id=emp)
    assert stale.first <= days(7) <= days(9) <= stale.last

    StaleDay.objects.all().delete()
    change_absence(by=cast.users["lawhr"], absence_id=absence.pk, data=data(valid_from=days(20), valid_to=days(20)))
    assert min(StaleDay.objects.values_list("first", flat=True)) <= days(7)
    assert max(StaleDay.objects.values_list("last", flat=True)) >= days(20)

    StaleDay.objects.all().delete()
    remove_absence(by=cast.users["hr"], absence_id=absence.pk)
    assert StaleDay.objects.filter(employee_id=emp).exists()
    assert not Absence.objects.exists()


@pytest.mark.parametrize("name", ["emp", "sup", "head", "col1", "audit", "boss", "seal"])
def test_only_hr_of_the_employee(cast, name):
    absence = enter(cast).absence
    for command in (
        lambda: enter(cast, by=name, reference="CT-2"),
        lambda: change_absence(by=cast.users[name], absence_id=absence.pk, data=data()),
        lambda: remove_absence(by=cast.users[name], absence_id=absence.pk),
    ):
        with pytest.raises(PermissionDenied):
            command()


@pytest.mark.parametrize(
    ("part", "other", "fits"),
    [
        ("first", "second", True),
        ("second", "first", True),
        ("first", "first", False),
        ("whole", "first", False),
        ("second", "whole", False),
    ],
)
def test_two_halves_of_a_day_may_be_two_absences(cast, part, other, fits):
    enter(cast, part=part)
    if fits:
        assert enter(cast, part=other, reference="CT-2", kind="travel").absence.pk
    else:
        with pytest.raises(ValidationError, match=r"mencakup|bertumpang"):
            enter(cast, part=other, reference="CT-2")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"valid_to": days(6)}, "valid_to"),
        ({"valid_to": days(7 + 731)}, "valid_to"),
        ({"kind": "party"}, "kind"),
        ({"part": "third"}, "part"),
        ({"reference": ""}, "reference"),
    ],
)
def test_what_cannot_be(cast, changes, field):
    with pytest.raises(ValidationError) as refused:
        enter(cast, **changes)
    assert field in refused.value.error_dict


def test_a_letter_number_is_one_absence(cast):
    enter(cast)
    with pytest.raises(ValidationError):
        enter(cast, valid_from=days(30), valid_to=days(30))


def test_days_being_decided_come_first_and_half_days_meet_none(cast):
    flexible(cast, 8, 15)
    with pytest.raises(ValidationError, match="FWA-7"):
        enter(cast)
    assert enter(cast, part="first").met == ()


def test_on_granted_days_the_absence_goes_first_and_says_so(cast):
    flexible(cast, 8, 15, grant=True)
    assert [day for day, _reference in enter(cast).met] == [days(8)]
    assert collisions_in_units([cast.law.path], on=days(0)).count() == 1


def test_a_half_day_is_no_collision(cast):
    flexible(cast, 8, grant=True)
    enter(cast, part="second")
    assert collisions_in_units([cast.law.path], on=days(0)).count() == 0


def calendar(cast):
    rows = own_calendar(employee_id=cast.employees["emp"].pk, start=days(0), end=days(30))
    return [(row.what, row.start, row.facet) for row in rows]


def test_half_days_stand_in_no_arrangements_way_but_two_halves_do(cast):
    enter(cast, part="first")
    assert calendar(cast) == []
    enter(cast, part="second", reference="CT-2", valid_from=days(9), valid_to=days(12), kind="sick")
    assert calendar(cast) == [("leave", days(9), "")]
    enter(cast, reference="CT-3", valid_from=days(20), valid_to=days(21))
    assert calendar(cast)[0] == ("leave", days(20), "")


def test_days_that_are_absent_whole_and_in_part():
    found = absent_days(
        [
            Away(MONDAY, MONDAY + timedelta(days=2), "sick", "second"),
            Away(MONDAY + timedelta(days=2), MONDAY + timedelta(days=3), "leave", "first"),
            Away(MONDAY + timedelta(days=4), MONDAY + timedelta(days=90), "travel", "whole"),
        ],
        MONDAY + timedelta(days=1),
        MONDAY + timedelta(days=4),
    )
    assert found.whole == {MONDAY + timedelta(days=2): "leave", MONDAY + timedelta(days=4): "travel"}
    assert found.half == {
        MONDAY + timedelta(days=1): ("sick", "second"),
        MONDAY + timedelta(days=3): ("leave", "first"),
    }


def test_the_first_page_tells_half_a_day(cast):
    monday = monday_of(days(0))
    enter(cast, part="first", valid_from=monday, valid_to=monday)
    enter(cast, reference="CT-2", valid_from=monday + timedelta(days=1), valid_to=monday + timedelta(days=1))
    week = own_week(cast.employees["emp"].pk, days(0))
    assert (week[0].chip, week[0].words) == ("K", "Kantor Anda, cuti (paruh pertama)")
    assert (week[1].chip, week[1].words) == ("C", "cuti")


def test_pages(client, cast):
    client.force_login(cast.users["lawhr"])
    form = {
        "employee": "emp", "kind": "sick", "part": "second", "reference": "S/1", "valid_from": str(days(3)),
        "valid_to": str(days(4)),
    }  # fmt: skip
    assert client.post(reverse("attendance:absence_create"), form | {"valid_to": str(days(2))}).status_code == 422
    assert client.post(reverse("attendance:absence_create"), form | {"employee": "Out"}).status_code == 422
    assert client.post(reverse("attendance:absence_create"), form).status_code == 302
    absence = Absence.objects.get()
    page = body(
        client.get(reverse("attendance:absence_list"), {"kind": "sick", "part": "second", "start": str(days(4))})
    )
    assert "S/1" in page
    assert "paruh kedua" in page
    assert "S/1" not in body(client.get(reverse("attendance:absence_list"), {"start": str(days(5))}))
    assert "S/1" in body(client.get(reverse("attendance:absence_list"), {"unit": str(cast.law.pk)}))

    edit = reverse("attendance:absence_edit", args=[absence.pk])
    assert 'value="S/1"' in body(client.get(edit))
    assert client.post(edit, form | {"part": "whole"}).status_code == 302
    delete = reverse("attendance:absence_delete", args=[absence.pk])
    assert client.get(delete).status_code == 200
    assert Absence.objects.get().part == "whole"
    assert client.post(delete).status_code == 302
    assert not Absence.objects.exists()


def test_the_page_tells_what_granted_days_it_meets(client, cast):
    flexible(cast, 8, grant=True)
    client.force_login(cast.users["hr"])
    form = {"employee": "emp", "kind": "leave", "part": "whole", "reference": "C", "valid_from": str(days(7))}
    answer = client.post(reverse("attendance:absence_create"), form | {"valid_to": str(days(9))}, follow=True)
    assert "FWA-7" in body(answer)


def test_a_list_of_any_length_costs_the_same(client, cast):
    client.force_login(cast.users["hr"])
    counts = []
    for number in (1, 3, 20):
        for each in range(number):
            person = make_employee(f"a{number}x{each}", cast.law)
            Absence.objects.create(
                employee=person, kind="leave", reference="X", valid_from=days(1), valid_to=days(2)
            )  # fmt: skip
        with CaptureQueriesContext(connection) as queries:
            assert client.get(reverse("attendance:absence_list")).status_code == 200
        counts.append(len(queries))
    assert len(set(counts)) == 1
    assert counts[0] <= 15


# Imported halves --------------------------------------------------------------------------------------------------


def leave(**cells):
    defaults = {"NIP": EMPLOYEE, "JENIS": "cuti", "NOMOR SURAT": "CT-1", "MULAI": "07-12-2026", "SAMPAI": "11-12-2026"}
    return {**defaults, **cells}


@pytest.mark.parametrize(
    ("header", "word", "part"),
    [
        ("BAGIAN HARI", "paruh pertama", "first"),
        ("BAGIAN HARI", "Pagi", "first"),
        ("SETENGAH HARI", "PARUH KEDUA", "second"),
        ("PART", "second half", "second"),
        ("BAGIAN HARI", "penuh", "whole"),
        ("BAGIAN HARI", "", "whole"),
        ("BAGIAN HARI", "-", "whole"),
    ],
)
def test_the_part_of_the_day_in_a_file(header, word, part):
    import_rows(staff())
    import_rows([leave(**{header: word})], kind="absences")
    assert Absence.objects.get().part == part


def test_a_file_without_the_column_is_as_before_and_halves_may_stand_beside_each_other():
    import_rows(staff())
    import_rows([leave()], kind="absences")
    assert Absence.objects.get().part == "whole"
    assert import_rows([leave()], kind="absences").counts["unchanged"] == 1
    assert import_rows([leave(**{"BAGIAN HARI": "pagi"})], kind="absences").counts["updated"] == 1

    outcome = import_rows(
        [
            leave(**{"NOMOR SURAT": "CT-2", "BAGIAN HARI": "siang"}),
            leave(**{"NOMOR SURAT": "CT-3", "BAGIAN HARI": "pagi"}),
            leave(**{"NOMOR SURAT": "CT-4", "BAGIAN HARI": "malam"}),
        ],
        kind="absences",
        accept_valid=True,
    )
    assert [(row, code) for row, _column, _value, code in found(outcome)] == [
        (3, "absence_overlaps"),
        (4, "absence_part_wrong"),
    ]
    assert Absence.objects.count() == 2


# REST -------------------------------------------------------------------------------------------------------------


def test_by_rest(cast):
    def of(name):
        return client_of(cast.users[name])

    hr = of("hr")
    emp = cast.employees["emp"]
    sent = {"employee": emp.pk, "kind": "leave", "part": "first", "reference": "R-1",
            "valid_from": str(days(3)), "valid_to": str(days(3))}  # fmt: skip
    made = hr.post("/api/v1/absences/", sent, format="json")
    assert made.status_code == 201, made.content
    url = f"/api/v1/absences/{made.json()['id']}/"
    assert hr.patch(url, {"valid_to": str(days(5))}, format="json").json()["valid_to"] == str(days(5))
    assert hr.put(url, {**sent, "valid_from": str(days(9))}, format="json").status_code == 400
    assert hr.post("/api/v1/absences/", sent, format="json").status_code == 400

    assert of("emp").get("/api/v1/absences/").json()["count"] == 1
    assert of("sup").get("/api/v1/absences/").json()["count"] == 1
    for name in ("col1", "audit", "boss", "out"):
        assert of(name).get("/api/v1/absences/").json()["count"] == 0
        assert of(name).delete(url).status_code == 404
    assert of("emp").delete(url).status_code == 403
    assert of("sup").patch(url, {"kind": "sick"}, format="json").status_code == 403
    assert hr.delete(url).status_code == 204
    assert not Absence.objects.exists()
