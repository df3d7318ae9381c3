"""Terms of attendance and working hours: dated versions by page and by REST; days follow, past ones stay."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone

from attendance.models import AttendanceTerms, PatternHours, UnitPattern, WorkDay, WorkPattern
from attendance.services import schedules, workdays
from attendance.services.schedules import HoursRow
from attendance.terms import attendance_terms_on
from organization import outbox
from organization.models import Holiday, OutboxMessage
from tests.world import make_world

pytestmark = pytest.mark.django_db
ONE = timedelta(days=1)


@pytest.fixture
def world():
    return make_world()


@pytest.fixture(autouse=True)
def installed():
    """What an agency begins with; tests with transactions of their own empty these tables."""
    AttendanceTerms.objects.get_or_create(valid_from=date(2023, 4, 12))
    default, is_new = WorkPattern.objects.get_or_create(
        is_default=True, defaults={"code": "lima", "name": "Lima", "kind": "five_day"}
    )
    if is_new:
        for row in week():
            PatternHours.objects.create(pattern=default, valid_from=date(2023, 4, 12), **row.__dict__)


@pytest.fixture
def hr(world):
    return world.users["hr"]


@pytest.fixture
def monday() -> date:
    today = timezone.localdate()
    return today + timedelta(days=7 - today.weekday())


def week(days: int = 5, minutes: int = 450, ramadan: int | None = 390, start: time = time(7, 30)) -> list[HoursRow]:
    """So many equal days, in Ramadan too."""
    rows = [HoursRow(day, False, start, minutes, time(12), 60) for day in range(1, days + 1)]
    if ramadan is not None:
        rows += [HoursRow(day, True, time(8), ramadan, time(12), 30) for day in range(1, days + 1)]
    return rows


def build(monday: date) -> None:
    Holiday.objects.all().delete()
    workdays.build_workdays(start=monday - ONE, end=monday + 13 * ONE)


def work_through() -> None:
    for pk in OutboxMessage.objects.filter(topic=workdays.TOPIC, done_at=None).values_list("pk", flat=True):
        assert outbox.deliver(pk)
    workdays.drain_all()


def starts(world, monday: date, days: int = 14) -> list[str]:
    rows = WorkDay.objects.filter(employee=world.employees["emp"]).between(monday, monday + (days - 1) * ONE)
    found = rows.order_by("day").values_list("first_start", flat=True)
    return [f"{timezone.localtime(start):%H:%M}" if start else "" for start in found]


def test_a_new_version_ends_the_one_before_and_keeps_other_figures(hr):
    today = timezone.localdate()
    AttendanceTerms.objects.all().delete()
    AttendanceTerms.objects.create(valid_from=date(2023, 4, 12), rest_hours=9)
    made = schedules.new_terms(by=hr, valid_from=today + 9 * ONE, values={"decree_no": "1", "radius_m": 50})
    assert (made.rest_hours, made.radius_m, made.valid_to) == (9, 50, None)
    assert attendance_terms_on(today + 8 * ONE).radius_m == 200
    between = schedules.new_terms(by=hr, valid_from=today + 4 * ONE, values={"decree_no": "2", "radius_m": 70})
    assert between.valid_to == today + 8 * ONE
    again = schedules.new_terms(by=hr, valid_from=today + 4 * ONE, values={"decree_no": "3", "radius_m": 80})
    assert (again.pk, again.radius_m, again.valid_to) == (between.pk, 80, today + 8 * ONE)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"decree_no": " "}, "decree_no"),
        ({"radius_m": -1}, "radius_m"),
        ({"minutes_per_day": 0}, "minutes_per_day"),
        ({"dynamic_latest_start": time(5)}, "__all__"),
    ],
)
def test_what_a_version_refuses(hr, changes, field):
    with pytest.raises(ValidationError) as caught:
        schedules.new_terms(by=hr, valid_from=timezone.localdate(), values={"decree_no": "1", **changes})
    assert field in (caught.value.error_dict if hasattr(caught.value, "error_dict") else {"__all__": 1})


def test_the_past_is_not_rewritten_and_others_may_not(world, hr):
    yesterday = timezone.localdate() - ONE
    with pytest.raises(ValidationError):
        schedules.new_terms(by=hr, valid_from=yesterday, values={"decree_no": "1"})
    with pytest.raises(ValidationError):
        schedules.give_pattern(by=hr, unit=world.law, pattern=WorkPattern.objects.first(), valid_from=yesterday)
    for command in (
        lambda by: schedules.new_terms(by=by, valid_from=timezone.localdate(), values={"decree_no": "1"}),
        lambda by: schedules.give_pattern(by=by, unit=world.law, pattern=None, valid_from=timezone.localdate()),
        lambda by: schedules.set_hours(by=by, pattern_id=1, valid_from=timezone.localdate(), rows=week()),
    ):
        with pytest.raises(PermissionDenied):
            command(world.users["head"])


@pytest.mark.parametrize("has_terms", [True, False])
def test_entries_are_required_from_the_day_the_agency_begins(world, hr, has_terms):
    """An agency begins with presence on a day of its own: days before are not judged, in earlier versions too."""
    today = timezone.localdate()
    if not has_terms:
        AttendanceTerms.objects.all().delete()
    workdays.build_workdays(start=today - 20 * ONE, end=today)
    assert WorkDay.objects.filter(is_unexcused=True).exists()
    schedules.new_terms(by=hr, valid_from=today, values={"decree_no": "1", "judged_from": today + 30 * ONE})
    work_through()
    assert not WorkDay.objects.filter(is_unexcused=True).exists()


def test_a_unit_gets_its_own_week_and_gives_it_back(world, hr, monday):
    build(monday)
    pattern = schedules.create_pattern(
        by=hr, code="pagi", name="Pagi", kind="five_day", decree_no="", valid_from=monday, rows=week(start=time(6))
    )
    given = schedules.give_pattern(by=hr, unit=world.law, pattern=pattern, valid_from=monday + 2 * ONE)
    work_through()
    assert starts(world, monday, 7) == ["07:30", "07:30", "06:00", "06:00", "06:00", "", ""]
    schedules.end_unit_pattern(by=hr, unit_pattern_id=given.pk, last_day=monday + 2 * ONE)
    work_through()
    assert starts(world, monday, 7) == ["07:30", "07:30", "06:00", "07:30", "07:30", "", ""]


def test_other_hours_of_the_default_reach_everybody(world, hr, monday):
    build(monday)
    default = WorkPattern.objects.get(is_default=True)
    schedules.set_hours(by=hr, pattern_id=default.pk, valid_from=monday + 7 * ONE, rows=week(start=time(8)))
    work_through()
    assert starts(world, monday) == [*["07:30"] * 5, "", "", *["08:00"] * 5, "", ""]


@pytest.mark.parametrize(
    ("kind", "decree", "rows", "words"),
    [
        ("five_day", "", week(minutes=440), "2200"),
        ("five_day", "", week(ramadan=400), "2000"),
        ("five_day", "", week(ramadan=None), "Ramadan"),
        ("five_day", "", week(days=4), "5"),
        ("six_day", "", week(6, 375, 325), ""),
        ("six_day", "1", week(5), "6"),
        ("every_day", "1", [], ""),
    ],
)
def test_the_week_of_the_law_binds(hr, kind, decree, rows, words):
    with pytest.raises(ValidationError) as caught:
        schedules.create_pattern(
            by=hr, code="x", name="x", kind=kind, decree_no=decree, valid_from=date(2026, 1, 1), rows=rows
        )
    assert words in str(caught.value)
    assert not WorkPattern.objects.filter(code="x").exists()


@pytest.mark.parametrize(("kind", "rows"), [("six_day", week(6, 375, 325)), ("every_day", week(7, 600, None))])
def test_other_weeks_by_decree(hr, kind, rows):
    made = schedules.create_pattern(
        by=hr, code="x", name="x", kind=kind, decree_no="1", valid_from=date(2026, 1, 1), rows=rows
    )
    assert made.hours.count() == len(rows)


# Pages ---------------------------------------------------------------------------------------------------------------


def test_terms_by_page(client, hr):
    client.force_login(hr)
    page = client.get(reverse("attendance:terms_create"))
    data = {name: value for name, value in page.context["form"].initial.items() if value is not None}
    data |= {"valid_from": timezone.localdate().isoformat(), "decree_no": "800/1", "rest_hours": 11}
    data = {name: value for name, value in data.items() if value is not False and name not in ("id", "valid_to")}
    answer = client.post(reverse("attendance:terms_create"), data)
    assert answer.status_code == 302, answer.context["form"].errors
    assert attendance_terms_on(timezone.localdate()).rest_hours == 11
    assert "800/1" in client.get(reverse("attendance:terms_list")).content.decode()
    refused = client.post(reverse("attendance:terms_create"), data | {"decree_no": ""})
    assert refused.status_code == 422


def hours_data(page) -> dict[str, str]:
    form = page.context["form"]
    return {name: value for name in form.fields if (value := form[name].value()) not in (None, "")}


def test_hours_by_page(client, hr, world):
    client.force_login(hr)
    default = WorkPattern.objects.get(is_default=True)
    url = reverse("attendance:pattern_hours", args=[default.pk])
    data = hours_data(client.get(url)) | {"valid_from": timezone.localdate().isoformat()}
    wrong = client.post(url, data | {"usual_1_end": "07:00"})
    assert wrong.status_code == 422
    assert client.post(url, data | {"usual_1_pause": "18:00"}).status_code == 422
    assert client.post(url, data | {"usual_1_end": "15:00"}).status_code == 422  # not the week of the law
    moved = data | {"usual_1_start": "07:00", "usual_1_end": "15:30"}
    assert client.post(url, moved).status_code == 302
    row = PatternHours.objects.active_on(timezone.localdate()).get(pattern=default, weekday=1, in_ramadan=False)
    assert (row.starts_at, row.work_min) == (time(7), 450)
    assert "07" in client.get(reverse("attendance:pattern", args=[default.pk])).content.decode()


def test_a_new_week_for_a_unit_by_page(client, hr, world):
    client.force_login(hr)
    url = reverse("attendance:pattern_create")
    data = hours_data(client.get(url)) | {"valid_from": timezone.localdate().isoformat(), "kind": "five_day"}
    answer = client.post(url, data | {"name": "Pagi", "code": "pagi"})
    assert answer.status_code == 302
    made = WorkPattern.objects.get(code="pagi")
    unit = {"unit": world.law.pk, "pattern": made.pk, "valid_from": timezone.localdate().isoformat()}
    assert client.post(reverse("attendance:unit_pattern_create"), unit).status_code == 302
    given = UnitPattern.objects.get()
    assert world.law.name in client.get(reverse("attendance:pattern_list")).content.decode()
    end = {"last_day": timezone.localdate().isoformat()}
    assert client.post(reverse("attendance:unit_pattern_end", args=[given.pk]), end).status_code == 302
    given.refresh_from_db()
    assert given.valid_to == timezone.localdate()


@pytest.mark.parametrize("number", [1, 3])
@pytest.mark.parametrize("name", ["attendance:pattern_list", "attendance:terms_list"])
def test_lists_ask_no_more_with_more_rows(client, hr, world, number, name, django_assert_max_num_queries):
    pattern = WorkPattern.objects.get(is_default=True)
    for n in range(number):
        start = date(2030 + n, 1, 1)
        UnitPattern.objects.create(unit=world.law, pattern=pattern, valid_from=start, valid_to=start)
        AttendanceTerms.objects.create(valid_from=date(2010 + n, 1, 1), valid_to=date(2010 + n, 1, 2))
    client.force_login(hr)
    client.get(reverse(name))
    with django_assert_max_num_queries(15):
        assert client.get(reverse(name)).status_code == 200


# REST ----------------------------------------------------------------------------------------------------------------


def test_schedules_by_rest(client, hr, world):
    client.force_login(hr)
    today = timezone.localdate().isoformat()

    def post(path: str, body: dict, status: int = 201):
        answer = client.post(f"/api/v1/{path}", body, content_type="application/json")
        assert answer.status_code == status, answer.content
        return answer.json() if answer.content else None

    terms = post("attendance-terms/", {"valid_from": today, "decree_no": "1", "rest_hours": 12})
    assert (terms["rest_hours"], terms["missing_in_min"]) == (12, 90)
    assert post("attendance-terms/", {"valid_from": "2020-01-01", "decree_no": "1"}, 400)
    hours = [
        {"weekday": row.weekday, "in_ramadan": row.in_ramadan, "starts_at": "07:00", "work_min": row.work_min,
         "break_at": "12:00", "break_min": 30}
        for row in week()
    ]  # fmt: skip
    made = post("work-patterns/", {"code": "a", "name": "A", "kind": "five_day", "valid_from": today, "hours": hours})
    assert len(made["hours"]) == 10
    later = [row | {"starts_at": "07:15"} for row in hours]
    changed = post(f"work-patterns/{made['id']}/hours/", {"valid_from": today, "hours": later}, 200)
    assert {row["starts_at"] for row in changed["hours"]} == {"07:15:00"}
    assert post(f"work-patterns/{made['id']}/hours/", {"valid_from": today, "hours": hours[:3]}, 400)
    given = post("unit-patterns/", {"unit": world.law.pk, "pattern": made["id"], "valid_from": today})
    assert client.get(f"/api/v1/unit-patterns/?unit={world.law.pk}").json()["count"] == 1
    post(f"unit-patterns/{given['id']}/end/", {"last_day": today}, 204)
    assert UnitPattern.objects.get().valid_to == timezone.localdate()
