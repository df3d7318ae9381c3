"""Letterhead, decree, offices, positions with their tasks, and the calendar: HR's pages about the agency."""

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from organization.models import (
    AgencyDecree,
    AgencyProfile,
    Holiday,
    Position,
    PositionTask,
    RamadanPeriod,
    Site,
    TaskType,
)
from organization.services.calendar import seed_holidays
from tests.organization.cast import body, days, get, make_cast, post, said, url

pytestmark = pytest.mark.django_db
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 40
PROFILE = {
    "name": "Kota Uji",
    "letterhead_1": "PEMERINTAH KOTA UJI",
    "address": "Jl. Balai 1",
    "city": "Uji",
    "number_pattern": "800/{seq}/{month}/{year}",
    "letter_title": "PENETAPAN",
    "considering": "bahwa;",
    "recalling": "UU 20/2023;",
    "obligations": "hadir;",
}


@pytest.fixture
def cast():
    return make_cast()


@pytest.fixture
def hr(cast):
    return cast.users["hr"]


def errors(answer):
    assert answer.status_code == 422
    return answer.context["form"].errors


# Profile and letterhead


def test_the_profile_is_saved_with_its_coat_of_arms(client, cast, hr):
    logo = SimpleUploadedFile("lambang.PNG", PNG, "image/png")

    said(client, post(client, hr, "agency", logo=logo, **PROFILE))

    profile = AgencyProfile.objects.get()
    assert (profile.name, profile.logo.name.endswith(".png")) == ("Kota Uji", True)
    picture = get(client, cast.users["emp"], "agency_logo")
    assert (picture.status_code, picture["Content-Type"]) == (200, "image/png")
    assert b"".join(picture.streaming_content) == PNG


def test_without_a_coat_of_arms_there_is_none(client, cast):
    assert get(client, cast.users["emp"], "agency_logo").status_code == 404


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": ""}, "name"),
        ({"number_pattern": "800/FWA"}, "number_pattern"),
        ({"number_pattern": "{seq}/{day}"}, "number_pattern"),
        ({"number_pattern": "{seq.real}"}, "number_pattern"),
        ({"number_pattern": "{seq"}, "number_pattern"),
        ({"logo": SimpleUploadedFile("x.png", b"<svg onload=alert(1)>", "image/png")}, "logo"),
        ({"logo": SimpleUploadedFile("x.png", PNG + b"0" * 600_000, "image/png")}, "logo"),
        ({"city": "x" * 101}, "city"),
    ],
)
def test_a_bad_profile_is_told_beside_its_field(client, hr, change, field):
    before = AgencyProfile.objects.values().get()

    found = errors(post(client, hr, "agency", **(PROFILE | change)))

    assert list(found) == [field]
    assert AgencyProfile.objects.values().get() == before


# Decree


def test_a_decree_is_recorded_corrected_and_ended(client, hr):
    values = {"number": "7/2026", "decided_on": days(-1), "valid_from": days(0), "title": "Kerja fleksibel"}
    said(client, post(client, hr, "decree_create", **values))
    decree = AgencyDecree.objects.get(number="7/2026")
    said(client, post(client, hr, "decree_edit", decree.pk, **(values | {"number": "8/2026"})))
    decree.refresh_from_db()
    assert decree.number == "8/2026"

    said(client, post(client, hr, "decree_end", decree.pk, last_day=days(10)))
    decree.refresh_from_db()
    assert decree.valid_to == days(10)
    assert "8/2026" in body(get(client, hr, "decree_list"))


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"number": ""}, "number"),
        ({"valid_from": days(-30)}, "valid_from"),
        ({"valid_to": days(-1)}, "valid_to"),
        ({"decided_on": "kemarin"}, "decided_on"),
    ],
)
def test_a_bad_decree_is_told_beside_its_field(client, hr, change, field):
    values = {"number": "7/2026", "decided_on": days(-1), "valid_from": days(0)} | change

    assert list(errors(post(client, hr, "decree_create", **values))) == [field]
    assert AgencyDecree.objects.count() == 1


def test_a_decree_does_not_end_in_the_past(client, hr):
    decree = AgencyDecree.objects.get()

    assert errors(post(client, hr, "decree_end", decree.pk, last_day=days(-30)))["last_day"]
    assert AgencyDecree.objects.get().valid_to is None


# Offices


def test_an_office_is_added_and_changed(client, hr):
    said(client, post(client, hr, "site_create", code="BK", name="Balai Kota", is_active="on", open_to_others="on"))
    site = Site.objects.get(code="BK")
    said(client, post(client, hr, "site_edit", site.pk, code="BK", name="Balai Kota Lama"))
    site.refresh_from_db()

    assert (site.name, site.is_active, site.open_to_others) == ("Balai Kota Lama", False, False)


@pytest.mark.parametrize(("change", "field"), [({"name": ""}, "name"), ({"code": "BK"}, "code")])
def test_a_bad_office_is_told_beside_its_field(client, hr, change, field):
    Site.objects.create(code="BK", name="Balai Kota")

    assert list(errors(post(client, hr, "site_create", **({"code": "X", "name": "Y"} | change)))) == [field]
    assert Site.objects.count() == 1


# Positions, task types, and the share of time


def shares(*rows, valid_from=None, **more):
    values = {"valid_from": valid_from or days(0), "tasks-TOTAL_FORMS": len(rows), "tasks-INITIAL_FORMS": 0, **more}
    for number, (task_type, share) in enumerate(rows):
        values |= {f"tasks-{number}-task_type": task_type, f"tasks-{number}-share_pct": share}
    return values


def test_a_position_is_added_and_corrected(client, hr):
    answer = post(client, hr, "position_create", code="DR", name="Dokter", kind="fungsional", group="medis")
    position = Position.objects.get(code="DR")
    assert answer.url == url("position", position.pk)
    said(client, post(client, hr, "position_edit", position.pk, code="DR", name="Dokter Gigi", kind="fungsional"))
    assert Position.objects.get(code="DR").name == "Dokter Gigi"

    assert "code" in errors(post(client, hr, "position_create", code="DR", name="X", kind="fungsional"))


def test_a_task_type_is_added_and_corrected(client, hr):
    said(client, post(client, hr, "task_type_create", code="L", name="Lapangan", is_field_task="on"))
    task = TaskType.objects.get(code="L")
    said(client, post(client, hr, "task_type_edit", task.pk, code="L", name="Lapangan", with_ict="on"))
    task.refresh_from_db()

    assert (task.is_field_task, task.with_ict) == (False, True)
    assert "code" in errors(post(client, hr, "task_type_create", code="L", name="Lain"))


def test_shares_change_from_a_day_on_and_the_past_stays(client, hr):
    position, first = Position.objects.get(), TaskType.objects.get()
    second = TaskType.objects.create(code="L", name="Lapangan")

    answer = post(client, hr, "position_tasks", position.pk, **shares((first.pk, 60), (second.pk, 40)))

    said(client, answer)
    held = PositionTask.objects.active_on(days(0)).filter(position=position)
    assert dict(held.values_list("task_type", "share_pct")) == {first.pk: 60, second.pk: 40}
    assert PositionTask.objects.active_on(days(-1)).get(position=position).share_pct == 80


@pytest.mark.parametrize(
    ("rows", "place"),
    [
        ([("first", 70), ("second", 40)], "form"),
        ([("first", 50), ("first", 20)], "formset"),
        ([("first", "")], "formset"),
        ([("first", 120)], "formset"),
    ],
)
def test_bad_shares_change_nothing(client, hr, rows, place):
    position = Position.objects.get()
    types = {"first": TaskType.objects.get().pk, "second": TaskType.objects.create(code="L", name="Lapangan").pk}

    answer = post(client, hr, "position_tasks", position.pk, **shares(*((types[name], pct) for name, pct in rows)))

    assert answer.status_code == 422
    form, formset = answer.context["form"], answer.context["formset"]
    assert form.non_field_errors() if place == "form" else formset.total_error_count()
    assert PositionTask.objects.get().share_pct == 80


def test_a_mapping_does_not_slip_before_a_later_one(client, hr):
    position, task = Position.objects.get(), TaskType.objects.get()
    said(client, post(client, hr, "position_tasks", position.pk, **shares((task.pk, 70), valid_from=days(30))))

    answer = post(client, hr, "position_tasks", position.pk, **shares((task.pk, 50)))

    assert errors(answer)["valid_from"]


# Calendar


def test_a_day_off_is_entered_corrected_and_removed(client, hr):
    values = {"day": date(2027, 3, 1), "name": "Hari Jadi Kota", "kind": "public", "source": "SK Wali Kota 3/2027"}
    answer = post(client, hr, "holiday_create", **values)
    assert answer.url.endswith("?year=2027")
    row = Holiday.objects.get()
    said(client, post(client, hr, "holiday_edit", row.pk, **(values | {"kind": "joint_leave"})))
    row.refresh_from_db()
    assert row.kind == "joint_leave"

    said(client, post(client, hr, "holiday_delete", row.pk))
    assert not Holiday.objects.exists()


@pytest.mark.parametrize(
    ("change", "field"), [({"day": "31-02-2027"}, "day"), ({"name": ""}, "name"), ({"day": date(2027, 1, 1)}, "day")]
)
def test_a_bad_day_off_is_told_beside_its_field(client, hr, change, field):
    Holiday.objects.create(day=date(2027, 1, 1), name="Tahun Baru", kind="public")
    values = {"day": date(2027, 3, 1), "name": "Hari Jadi", "kind": "public"} | change

    assert list(errors(post(client, hr, "holiday_create", **values))) == [field]
    assert Holiday.objects.count() == 1


def test_loading_a_year_again_leaves_what_hr_changed(client, hr):
    seed_holidays(years=[2026])
    moved = Holiday.objects.filter(day__year=2026, kind="joint_leave").first()
    said(client, post(client, hr, "holiday_edit", moved.pk, day=moved.day, name="Tetap kerja", kind=moved.kind))
    Holiday.objects.filter(day=date(2026, 1, 1)).update(name="Salah ketik paket")

    said(client, post(client, hr, "holiday_reseed", year="2026"))

    moved.refresh_from_db()
    assert moved.name == "Tetap kerja"
    assert Holiday.objects.get(day=date(2026, 1, 1)).name != "Salah ketik paket"


def test_both_kinds_of_days_off_come_from_the_package():
    seeded = seed_holidays(years=[2026])

    assert seeded.added == Holiday.objects.count() > 20
    assert set(Holiday.objects.values_list("kind", flat=True)) == {"public", "joint_leave"}
    assert not Holiday.objects.filter(name__contains="perkiraan").exists()
    assert seed_holidays(years=[2026]).added == 0


def test_ramadan_is_entered_corrected_and_removed(client, cast, hr):
    start = date(2027, 2, 8)
    values = {"year_hijri": 1448, "valid_from": start, "valid_to": start + timedelta(days=29)}
    said(client, post(client, hr, "ramadan_create", **values))
    row = RamadanPeriod.objects.get()
    later = start + timedelta(days=1)
    said(client, post(client, hr, "ramadan_edit", row.pk, **(values | {"valid_from": later})))
    row.refresh_from_db()
    assert row.valid_from == later
    assert "1448" in body(get(client, cast.users["emp"], "calendar", year="2027"))

    said(client, post(client, hr, "ramadan_delete", row.pk))
    assert not RamadanPeriod.objects.exists()


@pytest.mark.parametrize(
    ("change", "field"), [({"valid_to": date(2027, 1, 1)}, "valid_to"), ({"year_hijri": 1447}, "year_hijri")]
)
def test_a_bad_ramadan_is_told_beside_its_field(client, hr, change, field):
    RamadanPeriod.objects.create(year_hijri=1447, valid_from=date(2026, 2, 18), valid_to=date(2026, 3, 19))
    values = {"year_hijri": 1448, "valid_from": date(2027, 2, 8), "valid_to": date(2027, 3, 9)} | change

    assert list(errors(post(client, hr, "ramadan_create", **values))) == [field]
    assert RamadanPeriod.objects.count() == 1


@pytest.mark.parametrize("year", ["", "1999", "9999999", "abc", "-1"])
def test_a_strange_year_is_this_year(client, cast, year):
    page = get(client, cast.users["emp"], "calendar", year=year)

    assert page.context["year"] == days(0).year


# Who may


READ = ["decree_list", "site_list", "position_list", "task_type_list"]
WRITE = ["agency", "decree_create", "site_create", "position_create", "task_type_create", "holiday_create"]


@pytest.mark.parametrize("name", ["emp", "sup", "head", "boss", "seal", "lawhr"])
def test_others_neither_read_nor_change_the_agency(client, cast, name):
    for page in (*READ, *WRITE, "ramadan_create"):
        assert get(client, cast.users[name], page).status_code == 403, page
    for page in (*WRITE, "holiday_reseed"):
        assert post(client, cast.users[name], page, **PROFILE).status_code == 403, page
    assert AgencyProfile.objects.get().name != "Kota Uji"


def test_the_auditor_reads_and_changes_nothing(client, cast):
    audit = cast.users["audit"]
    for page in READ:
        assert get(client, audit, page).status_code == 200, page
    for page in WRITE:
        assert post(client, audit, page, **PROFILE).status_code == 403, page


@pytest.mark.parametrize(
    "page",
    [
        *("decree_edit", "decree_end", "site_edit", "position_edit", "position_tasks", "task_type_edit"),
        *("holiday_edit", "ramadan_edit", "holiday_delete", "ramadan_delete"),
    ],
)
def test_what_does_not_exist_is_not_found(client, hr, page):
    assert post(client, hr, page, 10**9).status_code == 404


def more_rows(number):
    start = number * 3
    for index in range(start, start + (1 if number == 0 else 2)):
        AgencyDecree.objects.create(number=f"{index}", decided_on=days(-9), valid_from=days(-9))
        Site.objects.create(code=f"S{index}", name=f"Kantor {index}")
        task = TaskType.objects.create(code=f"T{index}", name=f"Tugas {index}")
        position = Position.objects.create(code=f"P{index}", name=f"Jabatan {index}", kind="fungsional")
        PositionTask.objects.create(position=position, task_type=task, share_pct=30, valid_from=days(-9))
        PositionTask.objects.create(
            position=Position.objects.get(code="AK"), task_type=task, share_pct=5, valid_from=days(-9)
        )
        Holiday.objects.create(day=days(index), name=f"Libur {index}", kind="public")
        RamadanPeriod.objects.create(year_hijri=1450 + index, valid_from=days(index), valid_to=days(index))


@pytest.mark.parametrize("page", [*READ, "calendar", "position", "position_tasks"])
def test_the_number_of_queries_does_not_grow(client, cast, hr, page, django_assert_max_num_queries):
    client.force_login(hr)
    args = [Position.objects.get(code="AK").pk] if page.startswith("position") and page != "position_list" else []
    counts = []
    for number in (0, 1):
        more_rows(number)
        with django_assert_max_num_queries(15) as found:
            assert client.get(url(page, *args)).status_code == 200
        counts.append(len(found.captured_queries))

    assert counts[0] == counts[1]
