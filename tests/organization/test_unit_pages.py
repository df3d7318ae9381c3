"""Units: their versions over time, and the limits a head may only tighten: quota, minimum on site, readiness."""

import pytest

from organization.models import OutboxMessage, RoleGrant, StaffingMinimum, Unit, UnitReadiness, UnitVersion
from tests.organization.cast import body, days, get, make_cast, make_employee, make_unit, post, said, url

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast():
    return make_cast()


@pytest.fixture
def hr(cast):
    return cast.users["hr"]


def errors(answer):
    assert answer.status_code == 422
    return answer.context["form"].errors


def unit_values(cast, **change):
    values = {
        "code": "H1",
        "valid_from": days(0),
        "name": "Subbagian Bantuan Hukum",
        "parent": cast.law.pk,
        "zone": "Asia/Makassar",
    }
    return values | change


@pytest.mark.parametrize("day", ["9999-12-31", "0202-01-01"])
def test_a_year_nobody_meant_is_told(client, cast, hr, day):
    assert "2199" in str(errors(post(client, hr, "unit_create", **unit_values(cast, valid_from=day)))["valid_from"])


# The tree over time


def test_a_unit_is_founded_below_another_and_is_in_the_tree_at_once(client, cast, hr):
    answer = post(client, hr, "unit_create", **unit_values(cast))

    founded = Unit.objects.get(code="H1")
    assert answer.url == url("unit", founded.pk)
    assert founded.path.startswith(cast.law.path)
    assert founded.versions.get().valid_from == days(0)


def test_a_unit_of_next_month_can_be_prepared(client, cast, hr):
    said(client, post(client, hr, "unit_create", **unit_values(cast, valid_from=days(40))))

    assert OutboxMessage.objects.get(topic="organization.rebuild_unit_index").available_at.date() >= days(39)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"code": "K"}, "code"),
        ({"code": ""}, "code"),
        ({"name": ""}, "name"),
        ({"parent": ""}, "parent"),
        ({"zone": "Mars/Phobos"}, "zone"),
        ({"quota_pct": 101}, "quota_pct"),
        ({"valid_from": "2010-01-01"}, "parent"),
        ({"valid_from": "x"}, "valid_from"),
    ],
)
def test_a_bad_unit_is_told_beside_its_field(client, cast, hr, change, field):
    assert list(errors(post(client, hr, "unit_create", **unit_values(cast, **change)))) == [field]
    assert Unit.objects.count() == 3


def test_a_renamed_unit_keeps_its_old_name_for_the_past(client, cast, hr):
    values = unit_values(cast, name="Bagian Hukum dan HAM", parent=cast.law.parent_id, code=None, quota_pct=20)

    said(client, post(client, hr, "unit_change", cast.law.pk, **values))

    before, after = cast.law.versions.order_by("valid_from")
    assert (before.name, before.valid_to, before.quota_pct) == ("Hukum", days(-1), 30)
    assert (after.name, after.valid_from, after.quota_pct) == ("Bagian Hukum dan HAM", days(0), 20)
    assert Unit.objects.get(pk=cast.law.pk).name == "Bagian Hukum dan HAM"


def test_a_change_of_next_month_leaves_today_alone(client, cast, hr):
    values = unit_values(cast, name="Nanti", parent=cast.law.parent_id, code=None, valid_from=days(40))

    said(client, post(client, hr, "unit_change", cast.law.pk, **values))

    assert Unit.objects.get(pk=cast.law.pk).name == "Hukum"
    assert UnitVersion.objects.active_on(days(40)).get(unit=cast.law).name == "Nanti"


def test_a_unit_that_moves_takes_those_below_it_along(client, cast, hr):
    below = make_unit("H1", "Bantuan Hukum", parent=cast.law)

    said(client, post(client, hr, "unit_change", cast.law.pk, **unit_values(cast, code=None, parent=cast.health.pk)))

    below.refresh_from_db()
    cast.law.refresh_from_db()
    assert cast.law.path.startswith(cast.health.path)
    assert below.path.startswith(cast.law.path)


def test_a_unit_does_not_stand_below_itself(client, cast, hr):
    below = make_unit("H1", "Bantuan Hukum", parent=cast.law)

    found = errors(post(client, hr, "unit_change", cast.law.pk, **unit_values(cast, code=None, parent=below.pk)))

    assert found["parent"]
    assert cast.law.versions.get().parent_id == cast.law.parent_id


def test_the_agency_itself_has_no_parent_and_stays_open(client, cast, hr):
    root = cast.law.parent
    assert "parent" not in get(client, hr, "unit_change", root.pk).context["form"].fields

    assert errors(post(client, hr, "unit_close", root.pk, last_day=days(0)))["__all__"]


def test_a_unit_with_people_or_units_is_not_closed(client, cast, hr):
    make_unit("H1", "Bantuan Hukum", parent=cast.law)

    found = errors(post(client, hr, "unit_close", cast.law.pk, last_day=days(0)))

    assert len(found["__all__"]) == 2
    assert cast.law.versions.get().valid_to is None


def test_an_empty_unit_closes_with_its_day(client, cast, hr):
    empty = make_unit("H1", "Bantuan Hukum", parent=cast.law)

    said(client, post(client, hr, "unit_close", empty.pk, last_day=days(0)))

    assert empty.versions.get().valid_to == days(0)
    assert errors(post(client, hr, "unit_close", empty.pk, last_day=days(5)))["last_day"]


def test_hr_of_a_part_works_below_its_unit_only(client, cast):
    lawhr = cast.users["lawhr"]

    assert errors(post(client, lawhr, "unit_create", **unit_values(cast, parent=cast.health.pk)))["parent"]
    assert post(client, lawhr, "unit_create", **unit_values(cast)).status_code == 302
    assert get(client, lawhr, "unit_change", cast.health.pk).status_code == 404
    root = unit_values(cast, code=None, parent=cast.law.parent_id)
    assert errors(post(client, lawhr, "unit_change", cast.law.pk, **root))["parent"], "not above its own reach"


# Quota


def test_a_head_lowers_the_quota_and_hr_raises_it(client, cast, hr):
    head = cast.users["head"]

    said(client, post(client, head, "quota_edit", cast.law.pk, quota_pct=10, valid_from=days(0)))
    assert UnitVersion.objects.active_on(days(0)).get(unit=cast.law).quota_pct == 10
    assert post(client, head, "quota_edit", cast.law.pk, quota_pct=31, valid_from=days(1)).status_code == 403
    assert post(client, head, "quota_edit", cast.law.pk, quota_pct="", valid_from=days(1)).status_code == 403
    said(client, post(client, hr, "quota_edit", cast.law.pk, quota_pct="", valid_from=days(1)))
    assert UnitVersion.objects.active_on(days(1)).get(unit=cast.law).quota_pct is None
    assert UnitVersion.objects.active_on(days(0)).get(unit=cast.law).quota_pct == 10


@pytest.mark.parametrize(
    ("change", "field"),
    [({"quota_pct": 101}, "quota_pct"), ({"quota_pct": -1}, "quota_pct"), ({"valid_from": days(-1)}, "valid_from")],
)
def test_a_bad_quota_is_told_beside_its_field(client, cast, change, field):
    values = {"quota_pct": 10, "valid_from": days(0)} | change

    assert list(errors(post(client, cast.users["head"], "quota_edit", cast.law.pk, **values))) == [field]
    assert cast.law.versions.get().quota_pct == 30


# Minimum on site


def minimum(client, by, unit, **change):
    values = {"weekday": "", "position_group": "", "count": 2, "valid_from": days(0)} | change
    return post(client, by, "minimum_edit", unit.pk, **values)


def test_a_head_raises_the_minimum_and_hr_lowers_it(client, cast, hr):
    head = cast.users["head"]
    said(client, minimum(client, hr, cast.law))
    said(client, minimum(client, head, cast.law, count=3, valid_from=days(1)))
    assert minimum(client, head, cast.law, count=1, valid_from=days(2)).status_code == 403

    said(client, minimum(client, hr, cast.law, count=0, valid_from=days(2)))

    rows = StaffingMinimum.objects.order_by("valid_from").values_list("count", "set_by", "valid_from", "valid_to")
    assert list(rows) == [(2, "P", days(0), days(1)), (3, "U", days(1), days(1))]


def test_a_head_does_not_undercut_what_hr_planned_for_later(client, cast, hr):
    said(client, minimum(client, hr, cast.law, count=4, valid_from=days(30)))

    said(client, minimum(client, cast.users["head"], cast.law, count=1))

    assert minimum(client, cast.users["head"], cast.law, count=1, valid_from=days(30)).status_code == 403
    planned = StaffingMinimum.objects.get(set_by="P")
    assert (planned.count, planned.valid_from, planned.valid_to) == (4, days(30), None)


def test_minimums_of_a_weekday_and_of_every_day_stand_beside_each_other(client, cast, hr):
    said(client, minimum(client, hr, cast.law, count=2))
    said(client, minimum(client, hr, cast.law, count=4, weekday="1"))

    assert StaffingMinimum.objects.active_on(days(0)).count() == 2
    page = body(get(client, hr, "unit", cast.law.pk))
    row = StaffingMinimum.objects.get(weekday=1)
    assert f"?row={row.pk}" in page
    assert get(client, hr, "minimum_edit", cast.law.pk, row=str(row.pk)).context["form"].initial["count"] == 4


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"count": -1}, "count"),
        ({"count": ""}, "count"),
        ({"weekday": "9"}, "weekday"),
        ({"position_group": "tak ada"}, "position_group"),
        ({"valid_from": days(-1)}, "valid_from"),
    ],
)
def test_a_bad_minimum_is_told_beside_its_field(client, cast, hr, change, field):
    assert list(errors(minimum(client, hr, cast.law, **change))) == [field]
    assert not StaffingMinimum.objects.exists()


# Readiness


def declare(client, by, unit, **change):
    values = {"technology": "on", "supervision": "on", "valid_from": days(0)} | change
    return post(client, by, "readiness_declare", unit.pk, **values)


def test_the_head_declares_and_hr_confirms(client, cast, hr):
    ohead = cast.users["ohead"]
    said(client, declare(client, ohead, cast.health, note="Laptop cukup"))
    row = UnitReadiness.objects.get(unit=cast.health)
    assert (row.status, row.declared_by) == ("declared", ohead)
    assert "Kesehatan" in body(get(client, hr, "readiness_list"))

    said(client, post(client, hr, "readiness_confirm", cast.health.pk, row.pk))

    row.refresh_from_db()
    assert (row.status, row.confirmed_by) == ("confirmed", hr)
    assert "notice" in said(client, post(client, hr, "readiness_confirm", cast.health.pk, row.pk))


def test_what_is_confirmed_for_a_unit_above_is_shown_below_it(client, cast, hr):
    below = make_unit("SUB", "Subbagian", parent=cast.health)
    UnitReadiness.objects.filter(unit=cast.health).delete()
    assert "tidak ada pegawai unit ini yang layak" in body(get(client, hr, "unit", below.pk))

    declare(client, cast.users["ohead"], cast.health)
    post(client, hr, "readiness_confirm", cast.health.pk, UnitReadiness.objects.get(unit=cast.health).pk)

    page = body(get(client, hr, "unit", below.pk))
    assert "tidak ada pegawai unit ini yang layak" not in page
    assert f"dipastikan untuk {cast.health.name}" in page


def test_a_new_declaration_counts_from_its_day_and_the_old_one_until_then(client, cast, hr):
    head = cast.users["head"]
    said(client, declare(client, head, cast.law, supervision=None, valid_from=days(5)))
    said(client, declare(client, head, cast.law, supervision=None, valid_from=days(10)))
    row = UnitReadiness.objects.get(unit=cast.law, status="declared")

    said(client, post(client, hr, "readiness_confirm", cast.law.pk, row.pk))

    old, new = UnitReadiness.objects.filter(unit=cast.law).order_by("valid_from")
    assert (old.valid_to, new.valid_from, new.supervision) == (days(9), days(10), False)


def test_two_people_are_needed(client, cast):
    head = cast.users["head"]
    RoleGrant.objects.create(user=head, role="hr_admin", valid_from=days(-1))
    said(client, declare(client, head, cast.law))
    row = UnitReadiness.objects.get(status="declared")

    assert post(client, head, "readiness_confirm", cast.law.pk, row.pk).status_code == 403
    row.refresh_from_db()
    assert row.status == "declared"


@pytest.mark.parametrize(
    ("change", "field"),
    [({"valid_to": days(-1)}, "valid_to"), ({"note": "x" * 501}, "note"), ({"valid_from": ""}, "valid_from")],
)
def test_a_bad_declaration_is_told_beside_its_field(client, cast, change, field):
    assert list(errors(declare(client, cast.users["head"], cast.law, **change))) == [field]
    assert UnitReadiness.objects.filter(unit=cast.law).count() == 1


# Who may


LIMITS = ["quota_edit", "minimum_edit"]


@pytest.mark.parametrize(
    ("name", "limits", "manages", "declares"),
    [
        ("hr", 200, 200, 403),
        ("lawhr", 200, 200, 403),
        ("head", 200, 403, 200),
        ("audit", 403, 403, 403),
        ("boss", 403, 403, 403),
        ("ohead", 404, 404, 404),
        ("sup", 404, 404, 404),
        ("emp", 404, 404, 404),
        ("seal", 404, 404, 404),
    ],
)
def test_each_page_of_a_unit_has_its_people(client, cast, name, limits, manages, declares):
    user = cast.users[name]
    assert [get(client, user, page, cast.law.pk).status_code for page in LIMITS] == [limits] * 2
    assert [get(client, user, page, cast.law.pk).status_code for page in ("unit_change", "unit_close")] == [manages] * 2
    assert get(client, user, "readiness_declare", cast.law.pk).status_code == declares


def test_confirming_is_for_hr(client, cast):
    row = UnitReadiness.objects.get(unit=cast.law)
    for name, status in (("head", 403), ("audit", 403), ("emp", 404), ("ohead", 404)):
        assert post(client, cast.users[name], "readiness_confirm", cast.law.pk, row.pk).status_code == status
    for name in ("head", "audit", "emp", "boss"):
        assert get(client, cast.users[name], "readiness_list").status_code == 403
    assert post(client, cast.users["hr"], "readiness_confirm", cast.health.pk, row.pk).status_code == 404


@pytest.mark.parametrize("page", ["unit_list", "readiness_list", "unit"])
def test_the_number_of_queries_does_not_grow(client, cast, hr, page, django_assert_max_num_queries):
    client.force_login(hr)
    args = [cast.law.pk] if page == "unit" else []
    counts = []
    for codes in (["A"], ["B", "C", "D"]):
        for code in codes:
            unit = make_unit(code, f"Unit {code}", parent=cast.law)
            head = make_employee(f"h{code.lower()}", unit, is_head=True)
            values = {"declared_by": head.user, "declared_at": "2026-01-01T00:00Z", "valid_from": days(0)}
            UnitReadiness.objects.create(unit=unit, **values)
            UnitReadiness.objects.create(unit=cast.law, **values)
            StaffingMinimum.objects.create(unit=cast.law, count=1, valid_from=days(0), position_group=code)
        with django_assert_max_num_queries(15) as found:
            assert client.get(url(page, *args)).status_code == 200
        counts.append(len(found.captured_queries))

    assert counts[0] == counts[1]
