"""How full a unit is: states, the 12 weeks, who is where, and what a new limit means for granted days."""

import re
from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from attendance.models import Absence, Assignment, AssignmentDay
from fwa.capacity import BELOW, FREE, FULL, OFF, TIGHT, CapacityDay, DayLimit
from fwa.capacity_reads import unit_capacity
from organization.extensions import NewLimit, over_limit
from organization.models import Holiday, Position, StaffingMinimum, UnitVersion
from organization.national_periods import affects
from organization.services.national_periods import PeriodData
from organization.services.national_periods import enter_period as enter
from organization.services.unit_admin import UnitData, change_unit
from organization.services.unit_limits import set_minimum, set_quota
from tests.attendance.rosters_kit import make_shifts, need
from tests.organization.cast import body, days, make_cast, make_employee, make_unit
from tests.world import next_monday

pytestmark = pytest.mark.django_db
MONDAY = next_monday()


@pytest.fixture
def cast():
    return make_cast()


def send_away(employee, *on, unit=None):
    unit = unit or employee.placements.get().unit
    row = Assignment.objects.create(
        employee=employee,
        unit=unit,
        reference=f"R-{Assignment.objects.count()}",
        kind="location",
        place_kind="home",
        status="in_force",
        granted_at=timezone.now(),
        valid_from=min(on),
        valid_to=max(on),
    )
    AssignmentDay.objects.bulk_create(
        AssignmentDay(
            assignment=row, employee=employee, unit=unit, day=day, facet="location", status="in_force", is_away=True
        )
        for day in on
    )


def of_day(unit, day):
    return unit_capacity(unit, day, day).days[0]


def ask(client, user, name, *args, **query):
    client.force_login(user)
    return client.get(reverse(f"fwa:{name}", args=args), query)


# States


def quota(figure, limit, *, own=True):
    return DayLimit("Unit", own, True, figure, limit)


def minimum(figure, limit, *, own=True):
    return DayLimit("Unit", own, False, figure, limit)


@pytest.mark.parametrize(
    ("limits", "state"),
    [
        ((), FREE),
        ((quota(0, 2),), FREE),
        ((quota(1, 2),), TIGHT),
        ((quota(2, 2),), FULL),
        ((quota(3, 2),), BELOW),
        ((minimum(4, 2),), FREE),
        ((minimum(3, 2),), TIGHT),
        ((minimum(2, 2),), FULL),
        ((minimum(1, 2),), BELOW),
        ((quota(0, 9), minimum(2, 2)), FULL),
        ((quota(0, 9), quota(5, 5, own=False)), FULL),
        ((quota(0, 0),), FULL),
    ],
)
def test_the_least_room_tells_the_state(limits, state):
    assert CapacityDay(MONDAY, staff=9, limits=limits).state == state
    assert CapacityDay(MONDAY, limits=limits, is_off=True).state == OFF


# The days of a unit


def test_away_absent_and_on_site_are_counted_against_both_limits(cast):
    StaffingMinimum.objects.create(unit=cast.law, count=3, valid_from=days(-9))
    send_away(cast.employees["emp"], MONDAY)
    Absence.objects.create(
        employee=cast.employees["col1"], kind="sick", reference="S", valid_from=MONDAY, valid_to=MONDAY
    )

    day = of_day(cast.law, MONDAY)

    assert (day.staff, day.away, day.absent, day.on_site) == (5, 1, 1, 3)
    assert (day.quota.figure, day.quota.limit, day.minimum.figure, day.minimum.limit) == (1, 1, 3, 3)
    assert day.state == FULL
    assert of_day(cast.law, MONDAY + timedelta(days=1)).state == TIGHT


def test_a_limit_of_the_unit_above_binds_and_is_named(cast):
    StaffingMinimum.objects.create(unit=cast.law.parent, count=6, valid_from=days(-9))
    for name in ("ohead",):
        send_away(cast.employees[name], MONDAY)

    day = of_day(cast.law, MONDAY)

    assert (day.state, day.binding.unit, day.binding.own) == (FULL, "Kota", False)


def test_a_minimum_of_a_group_binds_where_the_unit_has_the_group(cast):
    nurse = Position.objects.create(code="PR", name="Perawat", kind="fungsional", group="Perawat")
    make_employee("satu", cast.health, position=nurse)
    StaffingMinimum.objects.create(unit=cast.law.parent, count=1, position_group="Perawat", valid_from=days(-9))

    assert "Perawat" in {limit.group for limit in of_day(cast.health, MONDAY).limits}
    assert "Perawat" not in {limit.group for limit in of_day(cast.law, MONDAY).limits}


def test_a_minimum_of_one_weekday_binds_on_it_only(cast):
    StaffingMinimum.objects.create(unit=cast.law, weekday=1, count=5, valid_from=days(-9))

    assert of_day(cast.law, MONDAY).state == FULL
    assert of_day(cast.law, MONDAY + timedelta(days=1)).minimum is None


def test_days_off_and_round_the_clock(cast):
    saturday = MONDAY + timedelta(days=5)
    Holiday.objects.create(day=MONDAY, name="Hari Jadi", kind="public")
    assert (of_day(cast.law, MONDAY).state, of_day(cast.law, saturday).state) == (OFF, OFF)

    UnitVersion.objects.filter(unit=cast.law).update(is_24x7=True)

    found = unit_capacity(cast.law, MONDAY, saturday)
    assert {day.state for day in found.days} == {TIGHT}
    assert found.all_week
    assert found.days[0].holiday == "Hari Jadi"


# Pages


def test_the_heat_map_says_each_day_in_words_and_leads_to_its_people(client, cast):
    send_away(cast.employees["emp"], MONDAY)

    page = body(ask(client, cast.users["head"], "unit_capacity", cast.law.pk))

    assert page.count('class="heat ') >= 60
    assert reverse("fwa:unit_day", args=[cast.law.pk, MONDAY]) in page
    assert "penuh" in page
    assert "1 tidak di kantor dari 1" in page


def test_minimums_of_shifts_stand_beside_those_on_site(client, cast):
    head = cast.users["head"]
    assert "Batas minimum sif" not in body(ask(client, head, "unit_capacity", cast.law.pk))
    shift = make_shifts(cast.law)["P"]
    minimum = need(cast.law, shift, 2, position_group="Perawat")

    page = body(ask(client, head, "unit_capacity", cast.law.pk))
    asked = body(ask(client, cast.users["boss"], "unit_capacity", cast.law.pk))

    change = f"{reverse('attendance:shift_minimum', args=[cast.law.pk])}?row={minimum.pk}"
    assert "2 orang (Perawat)" in page
    assert change in page
    assert "2 orang (Perawat)" in asked
    assert change not in asked


def test_figures_without_names_for_whoever_determines(client, cast):
    boss = cast.users["boss"]

    page = body(ask(client, boss, "unit_capacity", cast.law.pk))

    assert reverse("fwa:unit_day", args=[cast.law.pk, MONDAY]) not in page
    assert ask(client, boss, "unit_day", cast.law.pk, MONDAY).status_code == 403


@pytest.mark.parametrize("name", ["emp", "col1", "sup", "out", "ohead", "seal"])
def test_colleagues_see_neither(client, cast, name):
    assert ask(client, cast.users[name], "unit_capacity", cast.law.pk).status_code == 404
    assert ask(client, cast.users[name], "unit_day", cast.law.pk, MONDAY).status_code == 404


@pytest.mark.parametrize("name", ["head", "hr", "lawhr", "audit"])
def test_who_is_where_on_a_day_without_the_kind_of_absence(client, cast, name):
    send_away(cast.employees["emp"], MONDAY)
    Absence.objects.create(
        employee=cast.employees["col1"], kind="sick", reference="S", valid_from=MONDAY, valid_to=MONDAY
    )

    answer = ask(client, cast.users[name], "unit_day", cast.law.pk, MONDAY)

    found = {entry["row"].employee.name: entry["row"].presence for entry in answer.context["entries"]}
    assert found == {"head": "on_site", "sup": "on_site", "emp": "away", "col1": "absent", "col2": "on_site"}
    assert "sakit" not in body(answer).lower()
    chosen = ask(client, cast.users[name], "unit_day", cast.law.pk, MONDAY, presence="away")
    assert [entry["row"].employee.name for entry in chosen.context["entries"]] == ["emp"]


@pytest.mark.parametrize("day", ["2026-13-01", "2026-02-30", "heute"])
def test_a_day_that_is_none_is_not_found(client, cast, day):
    client.force_login(cast.users["head"])
    assert client.get(f"/units/{cast.law.pk}/capacity/{day}/").status_code == 404
    assert client.get(f"/api/v1/units/{cast.law.pk}/capacity/{day}/people/").status_code == 404


def test_a_head_of_one_unit_is_led_to_it(client, cast):
    answer = ask(client, cast.users["head"], "capacity_home")
    assert answer.url == reverse("fwa:unit_capacity", args=[cast.law.pk])
    assert ask(client, cast.users["emp"], "capacity_home").status_code == 403


# National and emergency periods


def enter_period(cast, **values):
    return enter(by=cast.users["hr"], data=PeriodData(**({"valid_from": days(0)} | values)))


def national(cast, **values):
    base = {"kind": "national", "name": "Jumat WFH", "instrument_no": "SE 3/2026", "decree_no": "12/2026"}
    return enter_period(cast, **(base | values))


def emergency(cast, **values):
    base = {"kind": "emergency", "name": "Banjir", "reason": "Banjir", "valid_to": days(30), "share_pct": 100}
    return enter_period(cast, **(base | values))


def periods_on(unit, day):
    return [(row.period.name, row.people) for row in of_day(unit, day).periods]


def test_a_period_stands_on_its_days_with_the_people_it_covers(cast):
    national(cast, weekdays=(5,))
    emergency(cast, units=(cast.law,))
    friday = MONDAY + timedelta(days=4)

    assert periods_on(cast.law, MONDAY) == [("Banjir", 5)]
    assert periods_on(cast.law, friday) == [("Banjir", 5), ("Jumat WFH", 5)]
    assert periods_on(cast.health, MONDAY) == []
    assert periods_on(cast.law.parent, friday) == [("Banjir", 5), ("Jumat WFH", 7)]
    assert periods_on(cast.law, friday + timedelta(days=1)) == []


def test_a_period_covers_whom_it_affects_that_day(cast):
    Holiday.objects.create(day=MONDAY, name="Libur", kind="public")
    UnitVersion.objects.filter(unit=cast.health).update(is_24x7=True)
    national(cast, excludes_24x7=False, excluded_kinds=("fungsional",))
    for offset in range(7):
        day = MONDAY + timedelta(days=offset)
        found = {row.period.period_id: row.people for row in of_day(cast.law.parent, day).periods}
        affected = [period for days_ in affects(None, day, day).values() for period in days_.values()]
        assert sum(found.values()) == len(affected)


def test_the_heat_map_tells_of_a_period_in_words_and_below(client, cast):
    national(cast, weekdays=(5,))
    page = body(ask(client, cast.users["head"], "unit_capacity", cast.law.pk))
    assert page.count("in-period") >= 12
    assert re.search(r"Masa nasional SE 3/2026 (mencakup 5 pegawai|covers 5 people)", page)
    assert "/national-periods/" in page
    of_friday = body(ask(client, cast.users["head"], "unit_day", cast.law.pk, MONDAY + timedelta(days=4)))
    assert "SE 3/2026" in of_friday


def test_capacity_by_rest_tells_of_a_period(client, cast):
    period = emergency(cast, units=(cast.law,))
    client.force_login(cast.users["head"])
    answer = client.get(f"/api/v1/units/{cast.law.pk}/capacity/").json()["days"]
    rows = {row["day"]: row["periods"] for row in answer}[MONDAY.isoformat()]
    assert rows == [{"id": period.pk, "kind": "emergency", "name": "Banjir", "share_pct": 100, "people": 5}]


@pytest.mark.parametrize("page", ["unit_capacity", "unit_day"])
def test_the_number_of_questions_does_not_grow(client, cast, page):
    def questions():
        args = [cast.law.pk] if page == "unit_capacity" else [cast.law.pk, MONDAY]
        with CaptureQueriesContext(connection) as captured:
            assert client.get(reverse(f"fwa:{page}", args=args)).status_code == 200
        return len(captured)

    client.force_login(cast.users["head"])
    StaffingMinimum.objects.create(unit=cast.law, count=1, valid_from=days(-9))
    few = questions()
    national(cast)
    for number in range(3):
        below = make_unit(f"H{number}", f"Bagian {number}", parent=cast.law)
        send_away(make_employee(f"b{number}", below), MONDAY)
        StaffingMinimum.objects.create(unit=cast.law, weekday=number + 1, count=1, valid_from=days(-9))

    assert questions() == few <= 15


# Tighten only


TIGHTEN = [
    # HR's percentage, what the head has set, what the head asks for, allowed
    (30, None, 20, True),
    (30, None, 30, True),
    (30, None, 31, False),
    (30, None, None, False),
    (30, 10, 20, True),
    (30, 10, 30, True),
    (30, 10, 31, False),
    (30, 10, None, False),
    (None, None, 20, True),
    (None, 10, 40, True),
    (None, 10, None, True),
    (0, None, 0, True),
    (0, None, 1, False),
]


@pytest.mark.parametrize(("by_hr", "by_head", "asked", "allowed"), TIGHTEN)
def test_a_head_tightens_the_quota_and_undoes_only_that(cast, by_hr, by_head, asked, allowed):
    head = cast.users["head"]
    UnitVersion.objects.filter(unit=cast.law).update(quota_pct=by_hr)
    if by_head is not None:
        set_quota(by=head, unit_id=cast.law.pk, quota_pct=by_head, valid_from=days(0))

    if not allowed:
        with pytest.raises(PermissionDenied):
            set_quota(by=head, unit_id=cast.law.pk, quota_pct=asked, valid_from=days(1))
        return
    set_quota(by=head, unit_id=cast.law.pk, quota_pct=asked, valid_from=days(1))
    row = UnitVersion.objects.active_on(days(1)).get(unit=cast.law)
    assert row.quota_pct == asked
    assert row.quota_set_by == ("P" if asked == by_hr else "U")
    assert row.quota_ceiling_pct == (None if asked == by_hr else by_hr)


@pytest.mark.parametrize(
    ("by_hr", "by_head", "asked", "allowed"),
    [(2, None, 3, True), (2, None, 2, True), (2, None, 1, False), (2, 4, 3, True), (2, 4, 2, True), (2, 4, 1, False),
     (2, 4, 0, False), (0, 4, 0, True), (0, None, 1, True)],
)  # fmt: skip
def test_a_head_raises_the_minimum_and_undoes_only_that(cast, by_hr, by_head, asked, allowed):
    def put(by, count, day):
        set_minimum(
            by=cast.users[by], unit_id=cast.law.pk, weekday=2, position_group="", count=count, valid_from=days(day)
        )

    put("hr", by_hr, 0)
    if by_head is not None:
        put("head", by_head, 0)
    if not allowed:
        with pytest.raises(PermissionDenied):
            put("head", asked, 1)
        return
    put("head", asked, 1)
    rows = StaffingMinimum.objects.active_on(days(1)).filter(unit=cast.law)
    assert max((row.count for row in rows), default=0) == max(asked, by_hr)
    assert {row.count for row in rows if row.set_by == "P"} == ({by_hr} if by_hr else set())


def test_a_lower_head_does_not_undo_what_a_higher_one_set(cast):
    below = make_unit("H1", "Bantuan Hukum", parent=cast.law)
    lower = make_employee("kasi", below, is_head=True).user
    set_quota(by=cast.users["head"], unit_id=below.pk, quota_pct=20, valid_from=days(0))
    set_minimum(by=cast.users["head"], unit_id=below.pk, weekday=None, position_group="", count=2, valid_from=days(0))

    with pytest.raises(PermissionDenied):
        set_quota(by=lower, unit_id=below.pk, quota_pct=25, valid_from=days(1))
    with pytest.raises(PermissionDenied):
        set_minimum(by=lower, unit_id=below.pk, weekday=None, position_group="", count=1, valid_from=days(1))
    set_quota(by=lower, unit_id=below.pk, quota_pct=10, valid_from=days(1))
    set_quota(by=lower, unit_id=below.pk, quota_pct=20, valid_from=days(2))
    assert UnitVersion.objects.active_on(days(2)).get(unit=below).quota_pct == 20


def test_tightening_holds_beyond_a_planned_renaming_and_a_renaming_keeps_it(cast):
    hr, head = cast.users["hr"], cast.users["head"]
    data = UnitData.of(UnitVersion.objects.get(unit=cast.law))
    change_unit(by=hr, unit_id=cast.law.pk, data=UnitData(**{**data.__dict__, "name": "Nanti"}), valid_from=days(40))

    set_quota(by=head, unit_id=cast.law.pk, quota_pct=10, valid_from=days(5))

    found = UnitVersion.objects.filter(unit=cast.law).order_by("valid_from")
    assert [(row.quota_pct, row.quota_set_by) for row in found] == [(30, "P"), (10, "U"), (10, "U")]
    now = UnitData.of(UnitVersion.objects.active_on(days(5)).get(unit=cast.law))
    change_unit(by=hr, unit_id=cast.law.pk, data=UnitData(**{**now.__dict__, "name": "Kini"}), valid_from=days(6))
    row = UnitVersion.objects.active_on(days(6)).get(unit=cast.law)
    assert (row.name, row.quota_set_by, row.quota_ceiling_pct) == ("Kini", "U", 30)


@pytest.mark.parametrize(
    "values",
    [
        {"quota_set_by": "U"},
        {"quota_ceiling_pct": 30},
        {"quota_set_by": "U", "quota_pct": 40, "quota_ceiling_pct": 30, "with_unit": True},
    ],
)
def test_the_database_refuses_a_head_who_loosens(cast, values):
    if values.pop("with_unit", False):
        values["quota_set_at"] = cast.law
    with pytest.raises(IntegrityError):
        UnitVersion.objects.filter(unit=cast.law).update(**values)


# Granted days beyond a new limit


def test_granted_days_beyond_a_new_quota_are_listed_first_and_stay(client, cast):
    head = cast.users["head"]
    UnitVersion.objects.filter(unit=cast.law).update(quota_pct=30)
    send_away(cast.employees["emp"], MONDAY, MONDAY + timedelta(days=1))
    values = {"quota_pct": 0, "valid_from": MONDAY + timedelta(days=1)}
    path = reverse("organization:quota_edit", args=[cast.law.pk])
    client.force_login(head)

    first = client.post(path, values)

    assert [(row.day, row.figure, row.limit, row.who) for row in first.context["page"].context["over"]] == [
        (MONDAY + timedelta(days=1), 1, 0, ("emp",))
    ]
    assert UnitVersion.objects.get(unit=cast.law).quota_pct == 30, "nothing is saved before it was seen"
    confirmed = first.context["page"].context["confirmed"]
    other = client.post(path, values | {"quota_pct": 1, "confirmed": confirmed, "valid_from": MONDAY})
    assert other.status_code == 302, "one place is enough for one person"
    again = client.post(path, values | {"confirmed": "x"})
    assert again.status_code == 200
    assert client.post(path, values | {"confirmed": confirmed}).status_code == 302
    assert AssignmentDay.objects.count() == 2


def test_a_new_minimum_names_the_days_that_fall_below(cast):
    send_away(cast.employees["emp"], MONDAY, MONDAY + timedelta(days=1))

    found = over_limit(cast.users["head"], NewLimit(cast.law, days(0), count=5, weekday=2))

    assert [(row.day, row.figure, row.limit) for row in found] == [(MONDAY + timedelta(days=1), 4, 5)]
    assert over_limit(cast.users["boss"], NewLimit(cast.law, days(0), count=4)) == []


# REST


def post(client, user, path, **data):
    client.force_login(user)
    return client.post(f"/api/v1/units/{path}/", data, content_type="application/json")


def test_capacity_and_limits_by_rest(client, cast):
    head = cast.users["head"]
    send_away(cast.employees["emp"], MONDAY)
    client.force_login(head)
    found = client.get(f"/api/v1/units/{cast.law.pk}/capacity/", {"weeks": 2}).json()["days"]
    assert len(found) == 14
    day = next(row for row in found if row["day"] == MONDAY.isoformat())
    assert (day["state"], day["away"], day["limits"][-1]["room"]) == ("full", 1, 0)
    people = client.get(f"/api/v1/units/{cast.law.pk}/capacity/{MONDAY}/people/").json()["results"]
    assert {row["presence"] for row in people} == {"away", "on_site"}
    assert client.get(f"/api/v1/units/{cast.law.pk}/capacity/", {"weeks": "99"}).status_code == 400

    tried = post(client, head, f"{cast.law.pk}/quota", quota_pct=0, valid_from=str(days(0)), dry_run=True).json()
    assert (tried["saved"], [row["day"] for row in tried["over"]]) == (False, [MONDAY.isoformat()])
    assert UnitVersion.objects.get(unit=cast.law).quota_pct == 30
    assert post(client, head, f"{cast.law.pk}/quota", quota_pct=40, valid_from=str(days(0))).status_code == 403
    assert post(client, head, f"{cast.law.pk}/quota", quota_pct=0, valid_from=str(days(0))).json()["saved"]
    made = post(client, head, f"{cast.law.pk}/minimum", count=3, valid_from=str(days(0)))
    assert made.json() == {"saved": True, "over": []}
    assert StaffingMinimum.objects.get().set_by == "U"


def test_the_first_day_of_the_weeks_is_a_monday(client, cast):
    client.force_login(cast.users["head"])
    first = client.get(f"/api/v1/units/{cast.law.pk}/capacity/").json()["days"][0]["day"]
    assert date.fromisoformat(first).isoweekday() == 1
