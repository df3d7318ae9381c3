"""National and emergency periods: whom they affect, what they change, who may enter them, and what they leave alone."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from attendance.models import Assignment, AssignmentDay
from fwa.home import own_week
from fwa.selectors import preview_request
from organization import outbox
from organization.models import Holiday, NationalPeriod, Notice, OutboxMessage, UnitVersion
from organization.national_periods import affects, covered_by_unit, covered_employees, days_of, touching
from organization.services import national_periods as services
from organization.services.national_periods import PeriodBegun, PeriodData, PeriodOver
from organization.units_above import placements_with_units
from tests.fwa.letters_kit import determined
from tests.organization.cast import body, days, get, make_cast, post, said
from tests.world import draft, next_monday

pytestmark = pytest.mark.django_db
NATIONAL = {"kind": "national", "name": "Jumat WFH", "instrument_no": "SE 3/2026", "decree_no": "12/2026"}


@pytest.fixture
def cast():
    return make_cast()


@pytest.fixture
def monday():
    return next_monday()


def enter(cast, by="hr", **values):
    return services.enter_period(by=cast.users[by], data=PeriodData(**({**NATIONAL, "valid_from": days(0)} | values)))


def emergency(cast, by="hr", **values):
    base = {"kind": "emergency", "name": "Banjir", "reason": "Banjir", "valid_from": days(0), "valid_to": days(20)}
    return services.enter_period(by=cast.users[by], data=PeriodData(**(base | values)))


def names_on(cast, day):
    found = affects(None, day, day)
    return {name for name, one in cast.employees.items() if day in found.get(one.pk, {})}


LAW = {"head", "sup", "emp", "col1", "col2"}
HEALTH = {"ohead", "out"}


# Whom it affects


def test_every_friday_of_the_agency(cast, monday):
    enter(cast, weekdays=(5,))
    found = affects([cast.employees["emp"].pk], monday, monday + timedelta(days=13))[cast.employees["emp"].pk]
    assert sorted(found) == [monday + timedelta(days=4), monday + timedelta(days=11)]
    assert {period.label for period in found.values()} <= {"National period SE 3/2026", "Masa nasional SE 3/2026"}
    assert names_on(cast, monday + timedelta(days=4)) == LAW | HEALTH


def test_without_weekdays_it_is_every_working_day(cast, monday):
    Holiday.objects.create(day=monday + timedelta(days=2), name="Libur", kind="public")
    enter(cast)
    found = affects([cast.employees["emp"].pk], monday, monday + timedelta(days=6))[cast.employees["emp"].pk]
    assert sorted(found) == [monday + timedelta(days=offset) for offset in (0, 1, 3, 4)]


def test_nobody_is_asked_about(cast):
    enter(cast)
    assert affects([], days(0), days(7)) == {}


def test_chosen_units_with_all_below(cast, monday):
    enter(cast, units=(cast.law,))
    assert names_on(cast, monday) == LAW


@pytest.mark.parametrize(("flag", "option"), [("is_direct_service", "direct_service"), ("is_24x7", "24x7")])
def test_units_that_serve_are_left_out_unless_it_says_so(cast, monday, flag, option):
    UnitVersion.objects.filter(unit=cast.health).update(**{flag: True})
    period = enter(cast)
    assert names_on(cast, monday) == LAW
    NationalPeriod.objects.filter(pk=period.pk).update(**{f"excludes_{option}": False})
    assert names_on(cast, monday) == LAW | HEALTH


def test_round_the_clock_units_have_it_on_weekends_and_holidays_too(cast, monday):
    UnitVersion.objects.filter(unit=cast.health).update(is_24x7=True)
    Holiday.objects.create(day=monday, name="Libur", kind="public")
    enter(cast, excludes_24x7=False)
    assert names_on(cast, monday) == HEALTH
    assert names_on(cast, monday + timedelta(days=5)) == HEALTH


def test_excluded_kinds_of_post(cast, monday):
    enter(cast, excluded_kinds=("fungsional",))
    assert names_on(cast, monday) == set()


def test_it_is_over_with_its_last_day_and_after_an_early_end(cast, monday):
    period = enter(cast, valid_to=monday + timedelta(days=3))
    assert names_on(cast, monday + timedelta(days=4)) == set()
    services.end_period(by=cast.users["hr"], period_id=period.pk, last_day=days(0), reason="Selesai")
    assert names_on(cast, monday) == set()


def test_an_emergency_comes_before_a_national_period(cast, monday):
    enter(cast)
    emergency(cast, units=(cast.law,))
    found = affects(None, monday, monday)
    kinds = {name: found[one.pk][monday].kind for name, one in cast.employees.items()}
    assert {name for name, kind in kinds.items() if kind == "emergency"} == LAW
    assert {name for name, kind in kinds.items() if kind == "national"} == HEALTH


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    scope=st.sampled_from(["", "law", "health"]),
    direct=st.booleans(),
    clock=st.booleans(),
    leaves_direct=st.booleans(),
    leaves_clock=st.booleans(),
    kinds=st.sampled_from([(), ("fungsional",), ("pelaksana",)]),
)
def test_all_ways_of_asking_agree(cast, scope, direct, clock, leaves_direct, leaves_clock, kinds):
    UnitVersion.objects.filter(unit=cast.health).update(is_direct_service=direct, is_24x7=clock)
    NationalPeriod.objects.all().delete()
    period = enter(
        cast,
        units=(getattr(cast, scope),) if scope else (),
        excludes_direct_service=leaves_direct,
        excludes_24x7=leaves_clock,
        excluded_kinds=kinds,
    )
    day = next_monday()
    found = affects(None, day - timedelta(days=2), day)
    assert {pk for pk, days in found.items() if day in days} == set(
        covered_employees(period, day).values_list("pk", flat=True)
    )
    for one in cast.employees.values():
        placements, _ = placements_with_units(one.pk, day - timedelta(days=2), day)
        assert days_of(placements) == found.get(one.pk, {})


def test_number_per_unit(cast, monday):
    period = enter(cast)
    assert [(row["name"], row["people"]) for row in covered_by_unit(period, monday)] == [("Hukum", 5), ("Kesehatan", 2)]


def test_one_query_whatever_the_size(cast, monday, django_assert_num_queries):
    enter(cast)
    with django_assert_num_queries(1):
        affects(None, monday, monday + timedelta(days=60))


@pytest.mark.parametrize(
    ("one", "two", "expected"),
    [((), (), True), ((), ("1/2/",), True), (("1/",), ("1/2/",), True), (("1/2/",), ("1/3/",), False)],
)
def test_scopes_that_touch(one, two, expected):
    assert touching(one, two) is touching(two, one) is expected


# What it changes


def asked(cast, **values):
    found = preview_request(employee=cast.employees["emp"], data=draft(**values), on=timezone.localdate())
    return {check.day.isoweekday(): check for check in found.checks[:3]}


def test_days_that_count_take_one_of_the_week(cast):
    enter(cast, weekdays=(5,), counts_toward_cap=True)
    checks = asked(cast, weekdays=(2, 4))
    assert [checks[2].problem, checks[4].problem] == ["", "over_cap"]
    assert "SE 3/2026" in str(checks[4].detail["national"])


def test_asking_for_a_day_that_counts_takes_no_further_one(cast):
    enter(cast, weekdays=(5,), counts_toward_cap=True)
    checks = asked(cast, weekdays=(2, 5))
    assert [checks[2].problem, checks[5].problem] == ["", ""]
    assert "SE 3/2026" in str(checks[5].detail["national"])


def test_days_that_do_not_count_change_nothing(cast):
    before = asked(cast, weekdays=(2, 4))
    enter(cast, weekdays=(5,))
    assert asked(cast, weekdays=(2, 4)) == before


def test_a_day_of_leave_takes_none(cast, monday):
    from attendance.models import Absence

    enter(cast, weekdays=(5,), counts_toward_cap=True)
    friday = monday + timedelta(days=4)
    Absence.objects.create(employee=cast.employees["emp"], kind="leave", valid_from=friday, valid_to=friday)
    checks = asked(cast, weekdays=(2, 4))
    assert [checks[2].problem, checks[4].problem] == ["", ""]


def test_the_week_says_so_after_leave_and_holiday(cast, monday):
    from attendance.models import Absence

    emp = cast.employees["emp"]
    enter(cast)
    Holiday.objects.create(day=monday, name="Libur", kind="public")
    Absence.objects.create(
        employee=emp, kind="leave", valid_from=monday + timedelta(days=1), valid_to=monday + timedelta(days=1)
    )
    week = own_week(emp.pk, monday)
    assert [day.chip for day in week] == ["", "C", "N", "N", "N"]
    assert "SE 3/2026" in week[2].words


def rows_of(model):
    return list(model.objects.order_by("pk").values())


def test_switching_on_and_off_changes_no_arrangement(cast):
    determined(cast.world)
    before = rows_of(Assignment), rows_of(AssignmentDay)
    assert before[1]
    period = emergency(cast)
    assert (rows_of(Assignment), rows_of(AssignmentDay)) == before
    services.end_period(by=cast.users["hr"], period_id=period.pk, last_day=days(0), reason="Air surut")
    while ids := outbox.claim():
        for pk in ids:
            outbox.deliver(pk)
    assert (rows_of(Assignment), rows_of(AssignmentDay)) == before


# Who is told


def deliver(topic):
    for message in OutboxMessage.objects.filter(topic=topic):
        outbox.deliver(message.pk)


def told(code):
    return sorted(Notice.objects.filter(code=code).values_list("user__username", flat=True))


def test_everybody_affected_is_told_once_and_nobody_left_out(cast):
    UnitVersion.objects.filter(unit=cast.health).update(is_direct_service=True)
    period = emergency(cast)
    deliver(services.START_TOPIC)
    services.tell_start(period_id=period.pk, on=period.valid_from)
    assert told("national_period.started") == sorted(LAW)
    services.end_period(by=cast.users["hr"], period_id=period.pk, last_day=days(1), reason="Air surut")
    deliver(services.END_TOPIC)
    services.tell_end(period_id=period.pk)
    assert told("national_period.ended") == sorted(LAW)


def test_a_planned_period_speaks_on_its_first_day_only(cast):
    period = enter(cast, valid_from=days(7))
    message = OutboxMessage.objects.get(topic=services.START_TOPIC)
    assert message.available_at > timezone.now() + timedelta(days=5)
    assert services.tell_start(period_id=period.pk, on=days(7)) == 0
    with time_machine.travel(timezone.now() + timedelta(days=7)):
        assert services.tell_start(period_id=period.pk, on=period.valid_from) == len(LAW | HEALTH)


def test_a_moved_or_withdrawn_period_does_not_speak_on_the_old_day(cast):
    period = enter(cast, valid_from=days(7))
    services.change_period(by=cast.users["hr"], period_id=period.pk, data=PeriodData(**NATIONAL, valid_from=days(9)))
    assert OutboxMessage.objects.filter(topic=services.START_TOPIC).count() == 2
    with time_machine.travel(timezone.now() + timedelta(days=9)):
        assert services.tell_start(period_id=period.pk, on=days(-2)) == 0
    services.end_period(by=cast.users["hr"], period_id=period.pk, last_day=days(0), reason="Dibatalkan")
    with time_machine.travel(timezone.now() + timedelta(days=9)):
        assert services.tell_start(period_id=period.pk, on=days(0)) == 0


# What is refused


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"instrument_no": ""}, "instrument_no"),
        ({"decree_no": ""}, "decree_no"),
        ({"kind": "emergency", "reason": "", "valid_to": date(2099, 1, 1)}, "reason"),
        ({"kind": "emergency", "reason": "Banjir"}, "valid_to"),
        ({"valid_from": date(2020, 1, 1)}, "valid_from"),
        ({"valid_to": date(2020, 1, 1)}, "valid_to"),
        ({"share_pct": 101}, "share_pct"),
        ({"share_pct": 0}, "share_pct"),
        ({"weekdays": (8,)}, "weekdays"),
        ({"excluded_kinds": ("raja",)}, "excluded_kinds"),
        ({"name": ""}, "name"),
    ],
)
def test_bad_input_is_told_beside_its_field(cast, values, field):
    with pytest.raises(ValidationError) as caught:
        enter(cast, **values)
    assert field in caught.value.message_dict
    assert not NationalPeriod.objects.exists()


def test_the_same_kind_on_the_same_days_of_the_same_units_is_refused(cast):
    enter(cast, weekdays=(5,))
    for clash in ({}, {"units": (cast.law,)}, {"weekdays": (4, 5), "valid_from": days(30)}):
        with pytest.raises(ValidationError, match="SE 3/2026"):
            enter(cast, **clash)
    enter(cast, weekdays=(1, 2), name="Nataru")
    emergency(cast, units=(cast.law,))
    emergency(cast, units=(cast.health,))
    with pytest.raises(ValidationError):
        emergency(cast, units=(cast.law.parent,))


def test_a_free_time_after_an_early_end_can_be_used_again(cast):
    period = emergency(cast)
    services.end_period(by=cast.users["hr"], period_id=period.pk, last_day=days(1), reason="Surut")
    emergency(cast, valid_from=days(2))


def test_wrong_state(cast):
    hr = cast.users["hr"]
    period = enter(cast, valid_to=days(9))
    with pytest.raises(PeriodBegun):
        services.change_period(by=hr, period_id=period.pk, data=PeriodData(**NATIONAL, valid_from=days(1)))
    services.end_period(by=hr, period_id=period.pk, last_day=days(1), reason="Evaluasi")
    with pytest.raises(PeriodOver):
        services.end_period(by=hr, period_id=period.pk, last_day=days(0), reason="Evaluasi")


@pytest.mark.parametrize(("last_day", "reason"), [(-1, "x"), (9, "x"), (30, "x"), (1, " ")])
def test_an_early_end_is_early_and_has_a_reason(cast, last_day, reason):
    period = enter(cast, valid_to=days(9))
    with pytest.raises(ValidationError):
        services.end_period(by=cast.users["hr"], period_id=period.pk, last_day=days(last_day), reason=reason)


# Who may


def test_hr_of_a_unit_switches_on_an_emergency_of_that_unit_only(cast):
    emergency(cast, by="lawhr", units=(cast.law,))
    for wrong in ({"units": (cast.health,)}, {"units": (cast.law, cast.health)}):
        with pytest.raises(PermissionDenied):
            emergency(cast, by="lawhr", valid_from=days(30), valid_to=days(31), **wrong)
    for wrong in ({}, {"kind": "national", "instrument_no": "1", "decree_no": "1", "units": (cast.law,)}):
        with pytest.raises(ValidationError):
            emergency(cast, by="lawhr", valid_from=days(30), valid_to=days(31), **wrong)


def test_hr_of_a_unit_ends_its_own_emergency_and_no_other(cast):
    own = emergency(cast, by="lawhr", units=(cast.law,))
    other = emergency(cast, units=(cast.health,))
    services.end_period(by=cast.users["lawhr"], period_id=own.pk, last_day=days(0), reason="Surut")
    for period in (other, enter(cast, units=(cast.law,))):
        with pytest.raises(PermissionDenied):
            services.end_period(by=cast.users["lawhr"], period_id=period.pk, last_day=days(0), reason="Surut")


@pytest.mark.parametrize("name", ["emp", "head", "boss", "audit"])
def test_everybody_else_reads(cast, client, name):
    period = enter(cast)
    with pytest.raises(PermissionDenied):
        emergency(cast, by=name)
    assert "SE 3/2026" in body(get(client, cast.users[name], "national_period_list"))
    assert get(client, cast.users[name], "national_period", period.pk).status_code == 200
    assert get(client, cast.users[name], "national_period_people", period.pk).status_code == 403


# Pages


def test_emergency_in_two_clicks_with_a_reason(cast, client):
    page = get(client, cast.users["lawhr"], "emergency_create")
    assert "Hukum (H)" in body(page)
    answer = post(
        client, cast.users["lawhr"], "emergency_create", reason="Banjir", last_day=days(2), share_pct=100,
        units="Hukum (H)",
    )  # fmt: skip
    assert "Banjir" in said(client, answer)
    period = NationalPeriod.objects.get()
    assert (period.kind, period.valid_from, period.valid_to, period.unit_paths) == (
        "emergency", days(0), days(2), (cast.law.path,),
    )  # fmt: skip


def test_enter_change_and_withdraw_by_page(cast, client):
    hr = cast.users["hr"]
    form = NATIONAL | {"valid_from": days(7), "weekdays": ["5"], "excluded_kinds": ["jpt_pratama"], "units": "H\nK"}
    answer = post(client, hr, "national_period_create", **form)
    assert "Jumat WFH" in said(client, answer)
    period = NationalPeriod.objects.get()
    assert (period.weekdays, period.excluded_kinds, period.excludes_24x7) == ([5], ["jpt_pratama"], False)
    assert "Hukum (H)" in body(get(client, hr, "national_period_edit", period.pk))
    said(client, post(client, hr, "national_period_edit", period.pk, **(form | {"name": "Jumat", "units": ""})))
    period.refresh_from_db()
    assert (period.name, period.units.count()) == ("Jumat", 0)
    said(client, post(client, hr, "national_period_end", period.pk, reason="Batal"))
    assert post(client, hr, "national_period_end", period.pk, reason="Batal").status_code == 409
    assert get(client, hr, "national_period_edit", period.pk).status_code == 409


@pytest.mark.parametrize(
    "wrong", [{"units": "Entah"}, {"valid_to": "2020-01-01"}, {"instrument_no": ""}, {"share_pct": "200"}]
)
def test_a_wrong_form_is_shown_again(cast, client, wrong):
    answer = post(client, cast.users["hr"], "national_period_create", **(NATIONAL | {"valid_from": days(7)} | wrong))
    assert answer.status_code == 422
    assert not NationalPeriod.objects.exists()


def test_names_for_hr_of_the_unit(cast, client):
    period = enter(cast)
    shown = body(get(client, cast.users["lawhr"], "national_period_people", period.pk))
    assert "col1" in shown
    assert "Ohead" not in shown
    lines = b"".join(get(client, cast.users["hr"], "national_period_export", period.pk)).decode("utf-8-sig")
    assert lines.count("\r\n") == 8
    assert '"Hukum";"col1";"Analis Kebijakan"' in lines


def test_other_pages_show_it(cast, client, monday):
    enter(cast, counts_toward_cap=True)
    assert "SE 3/2026" in body(get(client, cast.users["emp"], "calendar"))
    assert "SE 3/2026" in body(get(client, cast.users["hr"], "person", cast.employees["emp"].pk))


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(("name", "most"), [("national_period_list", 12), ("national_period", 15)])
def test_the_number_of_queries_does_not_grow(cast, client, django_assert_max_num_queries, rows, name, most):
    for number in range(rows):
        period = enter(cast, valid_from=days(10 * number), valid_to=days(10 * number + 3))
    client.force_login(cast.users["hr"])
    with django_assert_max_num_queries(most):
        get(client, cast.users["hr"], name, *([period.pk] if name == "national_period" else []))


# REST

API = "/api/v1/national-periods/"


def ask(client, user, method, path, data=None):
    client.force_login(user)
    return getattr(client, method)(API + path, data, content_type="application/json")


def test_the_life_of_a_period_by_rest(cast, client):
    hr = cast.users["hr"]
    sent = NATIONAL | {"valid_from": days(7).isoformat(), "weekdays": [5], "units": [cast.law.pk]}
    made = ask(client, hr, "post", "", sent)
    assert (made.status_code, made.json()["state"]) == (201, "planned")
    at = f"{made.json()['id']}/"
    assert made.json()["units"] == [{"id": cast.law.pk, "name": "Hukum"}]
    assert ask(client, hr, "put", at, sent | {"name": "Jumat"}).json()["name"] == "Jumat"
    assert ask(client, cast.users["emp"], "get", f"{at}units/").json()["results"][0]["people"] == 5
    assert len(ask(client, cast.users["lawhr"], "get", f"{at}people/").json()["results"]) == 5
    assert (
        ask(client, cast.users["lawhr"], "post", f"{at}end/", {"last_day": days(1), "reason": "x"}).status_code == 403
    )
    ended = ask(client, hr, "post", f"{at}end/", {"last_day": days(1), "reason": "Batal"})
    assert (ended.status_code, ended.json()["state"]) == (200, "ended")
    assert ask(client, hr, "post", f"{at}end/", {"last_day": days(1), "reason": "Batal"}).status_code == 409
    assert ask(client, hr, "put", at, sent).status_code == 409


@pytest.mark.parametrize(
    "wrong", [{"kind": "festival"}, {"weekdays": [0]}, {"units": [0]}, {"valid_from": "2020-01-01"}, {"decree_no": ""}]
)
def test_bad_input_by_rest_is_a_problem_with_words(cast, client, wrong):
    answer = ask(client, cast.users["hr"], "post", "", NATIONAL | {"valid_from": days(7).isoformat()} | wrong)
    assert answer.status_code == 400
    assert next(iter(wrong)) in str(answer.json())


@pytest.mark.parametrize(("state", "expected"), [("planned", {"P"}), ("active", {"A"}), ("ended", {"W", "E"})])
def test_the_filter_by_state_agrees_with_the_state(cast, client, state, expected):
    enter(cast, name="A", valid_to=days(3))
    enter(cast, name="P", valid_from=days(10), valid_to=days(12))
    withdrawn = enter(cast, name="W", valid_from=days(20), valid_to=days(22))
    services.end_period(by=cast.users["hr"], period_id=withdrawn.pk, last_day=days(0), reason="Batal")
    row = enter(cast, name="E", valid_from=days(30), valid_to=days(31))
    NationalPeriod.objects.filter(pk=row.pk).update(valid_from=days(-9), valid_to=days(-8))
    found = ask(client, cast.users["emp"], "get", f"?state={state}").json()["results"]
    assert {one["name"] for one in found} == expected
    assert {one["state"] for one in found} == {state}
