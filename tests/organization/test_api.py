"""The organisation by REST: who reads what, within a constant number of queries."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from organization.models import Delegation, Employee, Holiday, Placement, Position, RoleGrant, Site, Unit, UnitVersion
from organization.services.notices import notify
from tests.api import client_of, get, problem
from tests.world import SINCE, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return make_world()


def more_people(world, count):
    position = Position.objects.get(code="AK")
    for number in range(count):
        person = Employee.objects.create(
            nip=f"19910101202001100{number}", name=f"new{number}", kind="pns", sex="1", birth_date=date(1991, 1, 1)
        )
        Placement.objects.create(
            employee=person, unit=world.law, position=position, entry_reason="recruitment", valid_from=SINCE
        )


def test_me_tells_roles_and_own_record(world):
    hr, head = get(world.users["hr"], "me/"), get(world.users["head"], "me/")

    assert (hr["employee"], hr["roles"]) == (None, [{"role": "hr_admin", "unit": None}])
    assert (head["employee"]["name"], head["placement"]["unit"]["name"]) == ("head", "Hukum")
    assert [unit["name"] for unit in head["heads"]] == ["Hukum"]
    assert head["has_reports"]


def test_me_names_those_in_whose_place_one_decides(world):
    today = timezone.localdate()
    Delegation.objects.create(principal=world.users["head"], delegate=world.users["sup"], valid_from=today)

    assert get(world.users["sup"], "me/")["acting_for"] == [{"name": "head", "kind": "plh", "valid_to": None}]


@pytest.mark.parametrize(
    ("path", "readers"),
    [
        ("units/", ["head", "hr"]),
        ("employees/", ["head", "hr"]),
        ("positions/", ["hr"]),
        ("task-types/", ["hr"]),
        ("role-grants/", ["hr"]),
        ("sites/", ["emp", "sup", "head", "hr", "boss"]),
        ("holidays/", ["emp", "sup", "head", "hr", "boss"]),
        ("delegations/", ["emp", "sup", "head", "hr", "boss"]),
        ("notices/", ["emp", "sup", "head", "hr", "boss"]),
    ],
)
@pytest.mark.parametrize("name", ["emp", "sup", "head", "hr", "boss"])
def test_lists_are_for_whom_the_pages_are(world, path, readers, name):
    answer = client_of(world.users[name]).get(f"/api/v1/{path}")

    assert answer.status_code == (200 if name in readers else 403)


def test_a_head_sees_the_own_unit_only(world):
    root = Unit.objects.get(code="R")
    client = client_of(world.users["head"])

    assert [row["code"] for row in get(world.users["head"], "units/")["results"]] == ["H"]
    problem(client.get(f"/api/v1/units/{root.pk}/"), 404, "not_found")


def test_a_unit_brings_the_way_from_the_root(world):
    root = Unit.objects.get(code="R")
    unit, top = get(world.users["hr"], f"units/{world.law.pk}/"), get(world.users["hr"], f"units/{root.pk}/")

    assert unit["path"] == [root.pk, world.law.pk]
    assert [row["name"] for row in unit["ancestors"]] == ["Kota"]
    assert [row["name"] for row in top["children"]] == ["Hukum"]
    assert (unit["staff"], unit["head_name"], unit["quota_pct"]) == (5, "head", 30)


@pytest.mark.parametrize(("name", "shown"), [("hr", True), ("head", False)])
def test_the_nip_is_for_those_who_keep_the_record(world, name, shown):
    found = get(world.users[name], f"employees/{world.employees['emp'].pk}/")

    assert bool(found["nip"]) is shown
    assert "nip" not in get(world.users[name], "employees/")["results"][0]


def test_a_nip_may_not_stand_in_the_address(world):
    answer = client_of(world.users["hr"]).get("/api/v1/employees/", {"name": world.employees["emp"].nip})

    assert problem(answer, 400, "invalid")["errors"][0]["field"] == "name"


def test_employees_are_filtered_as_on_the_page(world):
    found = get(world.users["hr"], "employees/", name="col", unit=world.law.pk)

    assert [row["name"] for row in found["results"]] == ["col1", "col2"]


def test_placements_of_a_person(world):
    (row,) = get(world.users["hr"], f"employees/{world.employees['emp'].pk}/placements/")["results"]

    assert (row["unit"]["name"], row["supervisor"]["name"], row["valid_to"]) == ("Hukum", "sup", None)
    answer = client_of(world.users["boss"]).get(f"/api/v1/employees/{world.employees['emp'].pk}/placements/")
    problem(answer, 403, "permission_denied")


@pytest.mark.parametrize("path", ["employees/abc/", "employees/999999/", "employees/99999999999999999999/"])
def test_an_address_of_nobody_is_404(world, path):
    problem(client_of(world.users["hr"]).get(f"/api/v1/{path}"), 404, "not_found")


def test_a_position_lists_its_tasks(world):
    position = Position.objects.get(code="AK")
    found = get(world.users["hr"], f"positions/{position.pk}/")

    assert (found["mapped_pct"], found["tasks"][0]["share_pct"]) == (80, 80)
    (task_type,) = get(world.users["hr"], "task-types/")["results"]
    assert (task_type["for_location"], task_type["for_shift"], task_type["for_dynamic"]) == (True, False, True)


def test_sites_and_holidays(world):
    Site.objects.create(code="S1", name="Kantor Camat")
    Site.objects.create(code="S2", name="Gudang", is_active=False)
    Holiday.objects.create(day=date(2026, 12, 25), name="Natal", kind="public")
    Holiday.objects.create(day=date(2027, 1, 1), name="Tahun Baru", kind="public")

    assert [row["name"] for row in get(world.users["emp"], "sites/")["results"]] == ["Kantor Camat"]
    assert [row["name"] for row in get(world.users["emp"], "holidays/", end="2026-12-31")["results"]] == ["Natal"]


def test_delegations_are_seen_by_both_sides_and_hr(world):
    tomorrow = timezone.localdate() + timedelta(days=1)
    Delegation.objects.create(principal=world.users["head"], delegate=world.users["sup"], valid_from=tomorrow)

    counts = {name: get(world.users[name], "delegations/")["count"] for name in ("head", "sup", "hr", "emp")}

    assert counts == {"head": 1, "sup": 1, "hr": 1, "emp": 0}


def test_notices_are_read_in_words_and_marked(world):
    user = world.users["emp"]
    for number in range(2):
        notify(
            user_ids=[user.pk],
            code="domicile.refused",
            context={"reason": "Tidak jelas"},
            url="/",
            key=f"n{number}",
            mail=False,
        )
    first, second = get(user, "notices/")["results"]
    others = client_of(world.users["sup"]).post("/api/v1/notices/read/", {"ids": [first["id"]]})

    assert "Tidak jelas" in first["body"]
    assert others.json() == {"count": 0}
    assert client_of(user).post("/api/v1/notices/read/", {"ids": [second["id"]]}).json() == {"count": 1}
    assert get(user, "notices/", unread=True)["count"] == 1
    assert client_of(user).post("/api/v1/notices/read/", {}).json() == {"count": 1}


@pytest.mark.parametrize(
    ("name", "path", "queries"),
    [("hr", "employees/", 5), ("head", "employees/", 5), ("hr", "units/", 5), ("hr", "role-grants/", 5)],
)
def test_lists_ask_a_constant_number_of_questions(world, name, path, queries, django_assert_num_queries):
    client = client_of(world.users[name])
    with django_assert_num_queries(queries):
        assert client.get(f"/api/v1/{path}").status_code == 200
    more_people(world, 2)
    for number in range(2):
        RoleGrant.objects.create(user=world.users["sup"], role="auditor", valid_from=SINCE)
        unit = Unit.objects.create(code=f"X{number}", name="X")
        UnitVersion.objects.create(unit=unit, name="X", valid_from=SINCE)
    with django_assert_num_queries(queries):
        assert client.get(f"/api/v1/{path}").status_code == 200


def test_details_ask_few_questions(world, django_assert_num_queries):
    client = client_of(world.users["hr"])
    for path, queries in ((f"units/{world.law.pk}/", 6), (f"employees/{world.employees['emp'].pk}/placements/", 6)):
        with django_assert_num_queries(queries):
            client.get(f"/api/v1/{path}")
