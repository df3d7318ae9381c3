"""Home, the list and one request: who sees them, and how many questions they ask the database."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format

from attendance.models import Absence
from fwa.home import own_week
from fwa.models import Request, Step
from fwa.services.decisions import approve_step, end_arrangement, reject_step, return_step
from fwa.services.requests import save_draft, submit_request
from organization.models import Delegation, Domicile, Holiday, UnitReadiness
from organization.notices import render_notice
from tests.fwa.letters_kit import determined, rendered, sent
from tests.world import draft, make_world

pytestmark = pytest.mark.django_db
PEOPLE = ["emp", "sup", "head", "hr", "boss", "col1"]


@pytest.fixture
def world():
    return make_world()


def text(client, user, name, *args):
    client.force_login(user)
    answer = client.get(reverse(f"fwa:{name}", args=args))
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize("name", PEOPLE)
@pytest.mark.parametrize("page", ["home", "request_list"])
def test_everybody_has_a_home_and_a_list(client, world, name, page):
    sent(world)

    assert "<h1>" in text(client, world.users[name], page)


def test_logging_in_leads_home(client, world):
    user = world.users["emp"]
    user.set_password("rahasia-sekali-1")
    user.save()

    answer = client.post("/accounts/login/", {"login": "emp", "password": "rahasia-sekali-1"})

    assert (answer.status_code, answer.url) == (302, "/")


def test_home_names_what_waits_for_the_supervisor_only(client, world):
    fwa_request = sent(world)

    assert fwa_request.number in text(client, world.users["sup"], "home")
    assert fwa_request.number not in text(client, world.users["boss"], "home")


@pytest.mark.parametrize(("name", "status"), [("emp", 200), ("sup", 200), ("hr", 200), ("boss", 200), ("col1", 404)])
def test_a_colleague_does_not_see_a_request(client, world, name, status):
    fwa_request = sent(world)
    client.force_login(world.users[name])

    assert client.get(reverse("fwa:request_detail", args=[fwa_request.public_id])).status_code == status


def test_a_determined_request_shows_its_dates_and_its_letter(client, world, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    letter = rendered(world)
    fwa_request = letter.request

    page = text(client, world.users["emp"], "request_detail", fwa_request.public_id)

    assert letter.number in page
    assert page.count("tag ok") >= fwa_request.dates.count()


def test_a_refusal_shows_ground_reason_and_alternative(client, world):
    fwa_request = sent(world)
    step = fwa_request.steps.current().get()
    reject_step(by=world.users["sup"], step_id=step.pk, ground="task", reason="Tatap muka.", alternative="Satu hari.")

    page = text(client, world.users["emp"], "request_detail", fwa_request.public_id)

    assert "Tatap muka." in page
    assert "Satu hari." in page


def test_the_reason_of_a_special_circumstance_is_for_the_applicant(client, world):
    fwa_request = sent(world)
    Request.objects.filter(pk=fwa_request.pk).update(basis="special_circumstance", reason="Hamil.")

    assert "Hamil." in text(client, world.users["emp"], "request_detail", fwa_request.public_id)
    assert "Hamil." not in text(client, world.users["sup"], "request_detail", fwa_request.public_id)


@pytest.mark.parametrize("names", [("emp",), ("emp", "col1", "col2")], ids=["one", "three"])
@pytest.mark.parametrize(("name", "home", "listed"), [("head", 12, 6), ("emp", 11, 6), ("hr", 7, 6)])
def test_the_number_of_queries_does_not_grow(client, world, name, names, home, listed, django_assert_num_queries):
    for one in names:
        sent(world, one)
    client.force_login(world.users[name])

    with django_assert_num_queries(home):
        client.get(reverse("fwa:home"))
    with django_assert_num_queries(listed):
        client.get(reverse("fwa:request_list"))


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize("name", ["emp", "sup", "head", "hr", "boss", "col1"])
def test_a_request_asks_ten_questions(client, world, name, rows, django_assert_num_queries):
    stand_in = {"principal": world.users["hr"], "delegate": world.users["col1"]}
    Delegation.objects.create(**stand_in, valid_from=timezone.localdate())
    data = draft(kind="location_time", starts_at=time(7), ends_at=time(15), weekdays=(2, 4)[:rows])
    data = replace(data, outputs=data.outputs * rows)
    user = world.users["emp"]
    fwa_request = submit_request(by=user, request_id=save_draft(by=user, data=data).pk)
    client.force_login(world.users[name])

    with django_assert_num_queries(10):
        page = client.get(reverse("fwa:request_detail", args=[fwa_request.public_id]))

    assert page.context["verdict"]
    assert len(fwa_request.outputs.all()) == rows


def test_notices_speak_the_readers_language():
    context = {"number": "FW-1", "due_on": "2026-11-27", "level": "hr"}

    with translation.override("en"):
        assert "27 November 2026" in render_notice("fwa.step_opened", context)[1]
        assert "HR verification" in render_notice("fwa.nobody", context)[1]


def test_home_and_request_tell_an_early_end_and_a_later_beginning(client, world, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    fwa_request = determined(world)
    emp = world.users["emp"]
    assert "belum mulai" in text(client, emp, "home")

    ended_on = fwa_request.valid_from + timedelta(days=7)
    end_arrangement(by=emp, request_id=fwa_request.pk, ended_on=ended_on, reason="Tugas berubah.")

    with translation.override("id"):
        last, first = (date_format(day, "j F Y") for day in (ended_on - timedelta(days=1), ended_on))
    assert f"sampai {last}" in text(client, emp, "home")
    page = client.get(reverse("fwa:request_detail", args=[fwa_request.public_id])).content.decode()
    assert f"Mulai {first}" in page
    with time_machine.travel(datetime.combine(ended_on, time(8), tzinfo=timezone.get_current_timezone()), tick=False):
        assert f"sampai {last}" not in text(client, emp, "home")


def test_home_shows_the_week_with_its_places(client, world, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    fwa_request = determined(world)
    today = fwa_request.dates.first().day

    with time_machine.travel(datetime.combine(today, time(8), tzinfo=timezone.get_current_timezone()), tick=False):
        page = text(client, world.users["emp"], "home")

    assert page.count('class="chip R') == 2
    assert page.count('class="chip K') == 3
    assert 'class="chip R today"' in page


def test_leave_comes_before_an_arrangement_and_a_holiday(world):
    fwa_request = determined(world)
    day = fwa_request.dates.first().day
    employee_id = world.employees["emp"].pk
    Holiday.objects.create(day=day, name="Hari Raya", kind="national")
    assert next(line for line in own_week(employee_id, day) if line.is_today).words == "Hari Raya"

    Absence.objects.create(employee_id=employee_id, kind="leave", valid_from=day, valid_to=day, reference="C-1")

    assert next(line for line in own_week(employee_id, day) if line.is_today).chip == "C"


def test_places_only_held_are_not_the_week_yet(world):
    fwa_request = sent(world)
    for name in ("sup", "head"):
        approve_step(by=world.users[name], step_id=fwa_request.steps.current().get().pk)
    day = fwa_request.dates.first().day

    assert {line.chip for line in own_week(world.employees["emp"].pk, day)} == {"K"}


def test_home_names_a_returned_request_and_what_hr_has_to_look_at(client, world):
    fwa_request = sent(world)
    return_step(by=world.users["sup"], step_id=fwa_request.steps.current().get().pk, note="Tambah keluaran.")
    Domicile.objects.filter(employee=world.employees["col1"]).update(verified_at=None, verified_by=None)

    assert reverse("fwa:request_edit", args=[fwa_request.public_id]) in text(client, world.users["emp"], "home")
    assert reverse("organization:domicile_list") in text(client, world.users["hr"], "home")
    assert reverse("organization:domicile_list") not in text(client, world.users["sup"], "home")


def test_a_head_is_asked_to_declare_the_unit_ready_unless_one_above_it_is(client, world):
    asked = f'btn btn-sm" href="{reverse("organization:unit_list")}"'
    assert asked not in text(client, world.users["head"], "home")

    UnitReadiness.objects.all().delete()

    assert asked in text(client, world.users["head"], "home")
    assert asked not in text(client, world.users["sup"], "home")


def test_the_time_of_a_decision_is_told_in_the_agencys_zone(client, world):
    fwa_request = sent(world)
    with time_machine.travel(datetime(2026, 3, 2, 20, 15, tzinfo=UTC), tick=False):
        Step.objects.filter(request=fwa_request, order=1).update(
            status="approved", decided_by=world.users["sup"], decided_at=timezone.now()
        )

    assert "3 Maret 2026 04.15" in text(client, world.users["emp"], "request_detail", fwa_request.public_id)
