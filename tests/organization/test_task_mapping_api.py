"""The task mapping by REST: the same services as the pages."""

import pytest

from organization.models import Position, PositionTask, TaskMappingProposal, TaskType
from tests.organization.cast import days, make_cast

pytestmark = pytest.mark.django_db
API = "/api/v1"


@pytest.fixture
def cast():
    return make_cast()


@pytest.fixture
def desk():
    return TaskType.objects.create(code="D", name="Loket")


def ask(client, user, method, path, **data):
    client.force_login(user)
    return getattr(client, method)(f"{API}/{path}", data, content_type="application/json")


def command(desk, *, share=100, **more):
    position = Position.objects.get(code="AK")
    values = {"positions": [position.pk], "shares": [{"task_type": desk.pk, "share_pct": share}]}
    return values | {"valid_from": str(days(0))} | more


def test_positions_are_read_with_their_shares(client, cast):
    answer = ask(client, cast.users["hr"], "get", "task-mapping/").json()

    (row,) = answer["results"]
    assert (row["state"], row["people"], row["units"], row["location_pct"], row["shift_pct"]) == (
        "incomplete", 7, 2, 80, 0,
    )  # fmt: skip
    assert [(task["task_type"]["name"], task["share_pct"]) for task in row["tasks"]] == [("Kajian", 80)]


def test_a_preview_then_the_shares_for_many(client, cast, desk):
    hr = cast.users["hr"]

    seen = ask(client, hr, "post", "task-mapping/preview/", **command(desk)).json()
    assert seen["changes"][0]["facets"][0] == {"facet": "location", "before": 80, "after": 0}
    done = ask(client, hr, "post", "task-mapping/set/", **command(desk, seen=seen["seen"]))

    assert done.json() == {"count": 1}
    again = ask(client, hr, "post", "task-mapping/set/", **command(desk, seen=seen["seen"]))
    assert (again.status_code, again.json()["code"]) == (409, "conflict")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"shares": []}, "min_length"),
        ({"positions": []}, "min_length"),
        ({"positions": [10**30]}, "max_value"),
        ({"valid_from": str(days(-5))}, "invalid"),
        ({"valid_from": "x"}, "invalid"),
    ],
)
def test_bad_input_is_told(client, cast, desk, change, code):
    answer = ask(client, cast.users["hr"], "post", "task-mapping/set/", **(command(desk) | change))

    assert answer.status_code == 400
    assert code in {error["code"] for error in answer.json()["errors"]}
    assert not PositionTask.objects.filter(task_type=desk).exists()


@pytest.mark.parametrize("share", [99, 60])
def test_shares_are_100(client, cast, desk, share):
    answer = ask(client, cast.users["hr"], "post", "task-mapping/set/", **command(desk, share=share))

    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, "not_100")


def test_a_proposal_from_the_head_to_the_decision(client, cast, desk):
    hr, head = cast.users["hr"], cast.users["head"]
    made = ask(client, head, "post", "task-mapping-proposals/", **command(desk, note="Anjab"))
    assert (made.status_code, made.json()) == (201, {"count": 1})
    proposal = TaskMappingProposal.objects.get()

    (row,) = ask(client, hr, "get", "task-mapping-proposals/").json()["results"]
    assert row["change"]["facets"][0] == {"facet": "location", "before": 80, "after": 0}
    path = f"task-mapping-proposals/{proposal.pk}"
    assert ask(client, hr, "post", f"{path}/decline/", reason="").status_code == 400
    done = ask(client, hr, "post", f"{path}/confirm/").json()

    assert (done["status"], done["change"], done["decided_by"]["id"]) == ("confirmed", None, hr.pk)
    assert ask(client, hr, "post", f"{path}/decline/", reason="Belum").status_code == 409
    assert ask(client, head, "post", f"{path}/withdraw/").status_code == 409


def test_a_task_type_is_added_changed_and_removed_while_unused(client, cast):
    hr = cast.users["hr"]
    made = ask(client, hr, "post", "task-types/", code="L", name="Lapangan", is_field_task=True)
    assert (made.status_code, made.json()["is_field_task"], made.json()["for_location"]) == (201, True, False)
    path = f"task-types/{made.json()['id']}/"

    assert ask(client, hr, "patch", path, not_bound_to_office_hours=True).json()["for_dynamic"] is True
    assert ask(client, hr, "put", path, code="L", name="Lapangan").json()["name"] == "Lapangan"
    assert ask(client, hr, "post", "task-types/", code="L", name="Lain").status_code == 400
    assert ask(client, hr, "delete", path).status_code == 204
    used = TaskType.objects.get(code="T")
    assert ask(client, hr, "delete", f"task-types/{used.pk}/").status_code == 400
