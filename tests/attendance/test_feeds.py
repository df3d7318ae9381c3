"""Calendar feeds: read back by a calendar, secret, revocable, and silent about reasons."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from icalendar import Calendar

from attendance.models import FeedAddress, Shift
from attendance.services.feeds import TOKEN_BYTES, make_feed, revoke_feed
from organization.models import Placement
from tests.attendance.board_kit import at, work_day
from tests.organization.cast import body, days, make_cast, make_employee

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 25, 4, tzinfo=UTC)
MONDAY = date(2026, 11, 23)


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def cast():
    return make_cast()


def made(cast, name, scope="person", unit=None):
    return make_feed(by=cast.users[name], scope=scope, unit=unit)[1]


def fetch(client, token, **headers):
    return client.get(reverse("attendance:feed", args=[token]), headers=headers)


def events(client, token):
    answer = fetch(client, token)
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/calendar")
    return [(str(event["summary"]), event) for event in Calendar.from_ical(answer.content).walk("VEVENT")]


def test_ones_own_calendar_tells_where_and_when_and_no_reason(client, cast):
    emp = cast.employees["emp"]
    shift = Shift.objects.create(unit=cast.law, code="M", name="Malam", starts_at="21:00", duration_min=600)
    work_day(emp, MONDAY, "home")
    work_day(emp, MONDAY + timedelta(days=1), "sick")
    work_day(emp, MONDAY + timedelta(days=2), absence="sick", absence_part="first")
    night = MONDAY + timedelta(days=3)
    times = {"first_start": at(night, 21), "first_end": at(night + timedelta(days=1), 7)}
    work_day(emp, night, "shift", first_shift=shift, zone="Asia/Jayapura", **times)
    work_day(emp, MONDAY + timedelta(days=5), "off")
    work_day(cast.employees["col1"], MONDAY)
    found = events(client, made(cast, "emp"))

    assert [summary for summary, _event in found] == ["Rumah", "Kantor", "Sif M"]
    assert found[0][1].decoded("dtstart") == datetime(2026, 11, 22, 23, 30, tzinfo=UTC)
    assert found[2][1].decoded("dtend") == at(night + timedelta(days=1), 7).astimezone(UTC)
    text = fetch(client, made(cast, "emp")).content.decode()
    for secret in ("sakit", "Sakit", emp.nip, "FWA-", emp.name):
        assert secret not in text.replace("X-WR-CALNAME", "")


def test_a_teams_calendar_tells_who_is_available_and_leave_looks_like_a_day_off(client, cast):
    people = cast.employees
    for name, kind in {"emp": "home", "col1": "sick", "col2": "off", "sup": "office"}.items():
        work_day(people[name], MONDAY, kind)
    work_day(people["emp"], MONDAY + timedelta(days=1), absence="leave", absence_part="second")
    work_day(people["col1"], MONDAY + timedelta(days=5), "off")
    found = events(client, made(cast, "col2", "team", cast.law))

    assert [summary for summary, _event in found] == ["2 dari 5 tersedia", "1 dari 5 tersedia"]
    assert found[0][1].decoded("dtstart") == MONDAY
    assert str(found[0][1]["description"]).split("\n") == ["emp", "sup"]
    assert str(found[1][1]["description"]) == "emp (tersedia pada paruh pertama)"
    text = fetch(client, made(cast, "col2", "team", cast.law)).content.decode()
    for secret in ("Rumah", "sakit", "cuti", "Cuti", "Kantor"):
        assert secret not in text


def test_the_same_days_are_the_same_bytes_and_not_sent_again(client, cast):
    work_day(cast.employees["emp"], MONDAY)
    token = made(cast, "emp")
    first = fetch(client, token)
    assert fetch(client, token).content == first.content
    assert fetch(client, token, if_none_match=first["ETag"]).status_code == 304
    assert fetch(client, token, if_none_match=f"W/{first['ETag']}").status_code == 304

    cast.employees["emp"].work_days.update(whereabouts="home")
    assert fetch(client, token, if_none_match=first["ETag"]).status_code == 200


def test_an_address_is_secret_kept_as_a_digest_and_shown_once(client, cast):
    client.force_login(cast.users["emp"])
    page = client.post(reverse("attendance:feed_create"), {"scope": "person"})
    url = page.context["url"]
    token = url.rsplit("/", 1)[1].removesuffix(".ics")
    assert TOKEN_BYTES * 8 >= 128
    assert token in body(page)
    listed = body(client.get(reverse("attendance:feeds")))
    assert "kalender sendiri" in listed
    assert token not in listed
    assert token not in str(list(FeedAddress.objects.values()))
    client.logout()
    assert fetch(client, token).status_code == 200
    assert fetch(client, token[:-1]).status_code == 404


def test_revoked_is_not_found(client, cast):
    row, token = make_feed(by=cast.users["emp"], scope="person")
    client.force_login(cast.users["col1"])
    assert client.post(reverse("attendance:feed_revoke", args=[row.pk])).status_code == 404
    assert fetch(client, token).status_code == 200

    client.force_login(cast.users["emp"])
    assert client.post(reverse("attendance:feed_revoke", args=[row.pk])).status_code == 302
    assert fetch(client, token).status_code == 404
    assert revoke_feed(by=cast.users["emp"], feed_id=row.pk).revoked_at


def test_an_address_dies_with_the_account_and_with_the_unit(client, cast):
    own, team = made(cast, "emp"), made(cast, "emp", "team", cast.law)
    Placement.objects.filter(employee=cast.employees["emp"]).update(valid_to=days(-1))
    assert fetch(client, team).status_code == 404
    assert fetch(client, own).status_code == 200
    cast.users["emp"].is_active = False
    cast.users["emp"].save()
    assert fetch(client, own).status_code == 404


def test_who_may_have_which_address(client, cast):
    client.force_login(cast.users["hr"])  # no personnel record
    assert client.post(reverse("attendance:feed_create"), {"scope": "person"}).status_code == 422
    client.force_login(cast.users["out"])
    client.post(reverse("attendance:feed_create"), {"scope": "team"})
    assert FeedAddress.objects.get(user=cast.users["out"]).unit == cast.health


def test_ten_addresses_are_enough(client, cast):
    client.force_login(cast.users["emp"])
    for _number in range(10):
        assert client.post(reverse("attendance:feed_create"), {"scope": "person"}).status_code == 200
    assert client.post(reverse("attendance:feed_create"), {"scope": "person"}).status_code == 422
    assert FeedAddress.objects.count() == 10


def test_fetches_are_limited(client, cast, settings):
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "calendar_feed": "3/1h/key"}
    token = made(cast, "emp")
    assert [fetch(client, token).status_code for _number in range(4)] == [200, 200, 200, 429]
    assert fetch(client, made(cast, "emp")).status_code == 200


def test_one_cost_for_any_team(client, cast):
    token = made(cast, "emp", "team", cast.law)
    counts = []
    for number in (1, 3, 30):
        for each in range(number):
            work_day(make_employee(f"f{number}x{each}", cast.law), MONDAY)
        with CaptureQueriesContext(connection) as queries:
            assert fetch(client, token).status_code == 200
        counts.append(len(queries))
    assert len(set(counts)) == 1
    assert counts[0] <= 15
