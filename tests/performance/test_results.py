"""Work results: who writes them, whose they may serve, what is withdrawn, and the small tree; pages and REST."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from organization.models import Delegation
from performance.alignment import Node, serving, superiors_of, supportable_results, tree_of
from performance.errors import StateChanged
from performance.models import WorkResult
from performance.services.results import add_result, change_result, withdraw_result
from tests.api import client_of, get, problem
from tests.organization.cast import Cast, body, days, make_cast, make_employee
from tests.performance.results_kit import data, make_result, this_year

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def add(cast: Cast, who: str = "emp", of: str = "emp", **changes: Any) -> WorkResult:
    start, end = this_year()
    return add_result(
        by=cast.users[who], employee=cast.employees[of], starts_on=start, ends_on=end, data=data(**changes)
    )


# --------------------------------------------------------------------- write
@pytest.mark.parametrize(
    ("who", "may"),
    [
        ("emp", True), ("sup", True), ("head", True), ("hr", True), ("lawhr", True),
        ("col1", False), ("out", False), ("ohead", False), ("boss", False), ("audit", False), ("seal", False),
    ],
)  # fmt: skip
def test_the_person_who_leads_them_and_hr_write_the_plan(cast: Cast, who: str, may: bool) -> None:
    made = add(cast)
    if may:
        assert add(cast, who).number == 2
        assert change_result(by=cast.users[who], public_id=made.public_id, data=data(title="Lain")).title == "Lain"
        assert withdraw_result(by=cast.users[who], public_id=made.public_id).withdrawn_at
        return
    for act in (
        lambda: add(cast, who),
        lambda: change_result(by=cast.users[who], public_id=made.public_id, data=data()),
        lambda: withdraw_result(by=cast.users[who], public_id=made.public_id),
    ):
        with pytest.raises(PermissionDenied):
            act()


def test_numbers_go_on_also_after_a_withdrawal(cast: Cast) -> None:
    first, second = add(cast), add(cast)
    withdraw_result(by=cast.users["emp"], public_id=second.public_id)
    assert (first.number, second.number, add(cast).number) == (1, 2, 3)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"target": None}, "target"),
        ({"unit_of_measure": " "}, "unit_of_measure"),
        ({"approach": "qualitative"}, "target_text"),
        ({"title": " "}, "title"),
        ({"kind": "samping"}, "kind"),
        ({"target": -1}, "target"),
    ],
)
def test_what_is_missing_is_named_at_its_field(cast: Cast, changes: dict[str, Any], field: str) -> None:
    with pytest.raises(ValidationError) as caught:
        add(cast, **changes)
    assert field in caught.value.message_dict


def test_a_qualitative_result_keeps_no_figure(cast: Cast) -> None:
    made = add(cast, approach="qualitative", target_text="Naskah disetujui pimpinan")
    assert (made.target, made.unit_of_measure, made.target_text) == (None, "", "Naskah disetujui pimpinan")


def test_who_read_an_older_text_does_not_overwrite_the_newer(cast: Cast) -> None:
    made = add(cast)
    seen = made.recorded_at
    change_result(by=cast.users["sup"], public_id=made.public_id, data=data(title="Dari atasan"), seen=seen)
    with pytest.raises(StateChanged):
        change_result(by=cast.users["emp"], public_id=made.public_id, data=data(title="Dari saya"), seen=seen)
    assert WorkResult.objects.get().title == "Dari atasan"


def test_what_is_withdrawn_is_neither_changed_nor_withdrawn_again(cast: Cast) -> None:
    made = add(cast)
    withdraw_result(by=cast.users["emp"], public_id=made.public_id)
    with pytest.raises(StateChanged):
        change_result(by=cast.users["emp"], public_id=made.public_id, data=data())
    with pytest.raises(StateChanged):
        withdraw_result(by=cast.users["emp"], public_id=made.public_id)


# ------------------------------------------------------------------- serving
def test_superiors_are_the_supervisor_and_the_heads_above(cast: Cast) -> None:
    boss = make_employee("walikota", cast.law.parent, is_head=True)
    found = superiors_of(cast.employees["emp"], on=days(0))
    assert set(found) == {cast.employees["sup"], cast.employees["head"], boss}
    assert set(superiors_of(cast.employees["head"], on=days(0))) == {boss}


def test_whose_result_may_be_served(cast: Cast) -> None:
    start, end = this_year()
    people = cast.employees
    fits = {make_result(people[name]).pk for name in ("sup", "head")}
    make_result(people["emp"])
    make_result(people["col1"])
    make_result(people["ohead"])
    make_result(people["sup"], number=2, withdrawn_at=cast.world.users["hr"].date_joined)
    earlier = date(start.year - 1, 1, 1)
    make_result(people["sup"], number=3, starts_on=earlier, ends_on=start - timedelta(days=1))
    touching = make_result(people["sup"], number=4, starts_on=end, ends_on=end + timedelta(days=90))
    rows = supportable_results(people["emp"], start, end, on=days(0))
    assert {row.pk for row in rows} == fits | {touching.pk}


@pytest.mark.parametrize("whose", ["emp", "col1", "ohead"])
def test_nobody_elses_result_is_served(cast: Cast, whose: str) -> None:
    other = make_result(cast.employees[whose], number=9)
    with pytest.raises(ValidationError) as caught:
        add(cast, supports=other)
    assert "supports" in caught.value.message_dict


def test_a_kept_link_outlives_the_superior_but_a_new_one_does_not(cast: Cast) -> None:
    theirs = make_result(cast.employees["sup"])
    made = add(cast, supports=theirs)
    cast.employees["emp"].placements.update(supervisor=cast.employees["head"])
    change_result(by=cast.users["emp"], public_id=made.public_id, data=data(title="Baru", supports=theirs))
    assert WorkResult.objects.get(pk=made.pk).supports == theirs
    with pytest.raises(ValidationError):
        add(cast, supports=theirs)


def test_two_results_never_serve_each_other(cast: Cast) -> None:
    """Who stands above whom may change; the plan does not become a ring by it."""
    theirs = make_result(cast.employees["sup"])
    made = add(cast, supports=theirs)
    cast.employees["sup"].placements.update(supervisor=cast.employees["emp"])
    with pytest.raises(ValidationError) as caught:
        change_result(by=cast.users["hr"], public_id=theirs.public_id, data=data(supports=made))
    assert "supports" in caught.value.message_dict


# ---------------------------------------------------------------------- tree
def shape(nodes: list[Node]) -> list[Any]:
    return [(node.result.pk, node.is_own, shape(node.children)) for node in nodes]


def test_the_tree_of_a_plan(cast: Cast) -> None:
    people = cast.employees
    top = make_result(people["head"])
    middle = make_result(people["sup"], supports=top)
    alone = make_result(people["sup"], number=2)
    below = make_result(people["emp"], supports=middle)
    make_result(people["emp"], number=2, supports=middle, withdrawn_at=top.recorded_at)
    plan = [middle, alone]
    assert shape(tree_of(plan, serving(plan, cast.users["sup"]))) == [
        (top.pk, False, [(middle.pk, True, [(below.pk, False, [])])]),
        (alone.pk, True, []),
    ]


def test_two_results_of_one_plan_hang_under_the_same_result(cast: Cast) -> None:
    theirs = make_result(cast.employees["sup"])
    plan = [make_result(cast.employees["emp"], number=number, supports=theirs) for number in (1, 2)]
    assert shape(tree_of(plan, {})) == [(theirs.pk, False, [(plan[0].pk, True, []), (plan[1].pk, True, [])])]


def test_an_imported_ring_is_drawn_once(cast: Cast) -> None:
    one = make_result(cast.employees["sup"])
    two = make_result(cast.employees["emp"], supports=one)
    one.supports = two
    one.save()
    assert shape(tree_of([two], {})) == [(one.pk, False, [(two.pk, True, [])])]


# --------------------------------------------------------------------- pages
def fields(**changes: str) -> dict[str, str]:
    return {
        "title": "Kajian tarif", "indicator": "Jumlah kajian", "kind": "main", "approach": "quantitative",
        "target": "12", "unit_of_measure": "dokumen", "target_text": "", "perspective": "", "supports": "", **changes,
    }  # fmt: skip


def test_a_result_is_added_and_changed_in_the_browser(cast: Cast, client: Client) -> None:
    theirs = make_result(cast.employees["sup"], title="Peraturan selesai")
    client.force_login(cast.users["emp"])
    url = reverse("performance:result_create", args=[cast.employees["emp"].pk])
    assert "periode yang mana" in body(client.get(url))
    year = this_year()[0].year
    page = client.get(url, {"year": year, "quarter": 0})
    assert "Peraturan selesai" in body(page)
    done = client.post(f"{url}?year={year}&quarter=0", fields(supports=str(theirs.pk)))
    assert done.status_code == 302
    made = WorkResult.objects.get(employee=cast.employees["emp"])
    assert (made.title, made.supports, made.recorded_by) == ("Kajian tarif", theirs, cast.users["emp"])
    plan = body(client.get(done["Location"]))
    assert "Kajian tarif" in plan
    assert "Peraturan selesai" in plan

    edit = reverse("performance:result", args=[made.public_id])
    seen = made.recorded_at.isoformat()
    assert client.post(edit, fields(target="", seen=seen)).status_code == 422
    assert client.post(edit, fields(target="15", seen=seen)).status_code == 302
    stale = client.post(edit, fields(title="Ketikan saya", seen=seen))
    assert stale.status_code == 409
    assert "Ketikan saya" in body(stale)

    take_out = reverse("performance:result_withdraw", args=[made.public_id])
    assert client.get(take_out).status_code == 200
    assert client.post(take_out).status_code == 302
    assert client.post(take_out).status_code == 409
    assert client.get(edit).status_code == 409


@pytest.mark.parametrize("count", [1, 3])
def test_a_plan_costs_the_same_however_long(cast: Cast, client: Client, count: int) -> None:
    people = cast.employees
    top = make_result(people["head"])
    middle = make_result(people["sup"], supports=top)
    for number in range(1, count + 1):
        own = make_result(people["emp"], number=number, supports=middle)
        make_result(people["col1"], number=number, supports=own)
    client.force_login(cast.users["hr"])
    with CaptureQueriesContext(connection) as captured:
        answer = client.get(reverse("performance:person_results", args=[people["emp"].pk]))
    assert answer.status_code == 200
    assert len(captured) == 10


def test_the_list_shows_people_in_reach_only(cast: Cast, client: Client) -> None:
    for name in ("emp", "col1", "out"):
        make_result(cast.employees[name], title=f"Hasil {name}")
    client.force_login(cast.users["sup"])
    text = body(client.get(reverse("performance:result_list")))
    assert "Hasil emp" in text
    assert "Hasil col1" in text
    assert "Hasil out" not in text
    part = client.get(reverse("performance:result_list"), {"name": "emp"}, headers={"HX-Request": "true"})
    assert "Hasil col1" not in body(part)
    assert "<html" not in body(part)


# ---------------------------------------------------------------------- REST
def test_a_plan_by_rest(cast: Cast) -> None:
    theirs = make_result(cast.employees["sup"])
    api = client_of(cast.users["emp"])
    given = {
        "employee": cast.employees["emp"].pk, "year": theirs.starts_on.year, "title": "Kajian", "indicator": "Jumlah",
        "target": "12.5", "unit_of_measure": "dokumen", "supports": str(theirs.public_id),
    }  # fmt: skip
    made = api.post("/api/v1/work-results/", given, format="json")
    assert made.status_code == 201, made.json()
    row = made.json()
    assert (row["number"], row["target"], row["supports"]) == (1, "12.50", str(theirs.public_id))
    url = f"/api/v1/work-results/{row['public_id']}/"
    changed = api.put(url, given | {"title": "Kajian dua", "seen": row["recorded_at"]}, format="json")
    assert changed.json()["title"] == "Kajian dua"
    problem(api.put(url, given | {"seen": row["recorded_at"]}, format="json"), 409, "conflict")
    problem(api.put(url, given | {"supports": str(row["public_id"])}, format="json"), 400, "invalid")
    assert api.post(f"{url}withdraw/").json()["withdrawn_at"]
    problem(api.post(f"{url}withdraw/"), 409, "conflict")
    assert get(cast.users["emp"], "work-results/")["count"] == 0
    assert get(cast.users["emp"], "work-results/", state="all")["count"] == 1


def test_a_colleagues_plan_is_not_there_by_rest(cast: Cast) -> None:
    row = make_result(cast.employees["emp"])
    for name, status in (("emp", 200), ("sup", 200), ("hr", 200), ("audit", 200), ("col1", 404), ("boss", 404)):
        assert client_of(cast.users[name]).get(f"/api/v1/work-results/{row.public_id}/").status_code == status, name


def test_who_stands_in_for_the_supervisor_reads_and_writes(cast: Cast) -> None:
    Delegation.objects.create(
        principal=cast.users["sup"], delegate=cast.users["col1"], kind="plh", valid_from=days(-1), valid_to=days(1)
    )
    assert add(cast, "col1").recorded_by == cast.users["col1"]
