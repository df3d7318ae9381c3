"""Group determinations by REST: from a draft to the decision, and what is refused."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from fwa.models import Determination
from fwa.services.determination_decision import perform_decision
from tests.fwa.determinations_kit import drafted, make_bureau
from tests.world import make_world, next_monday

pytestmark = pytest.mark.django_db
AT = "/api/v1/determinations/"


@pytest.fixture
def world():
    return make_world()


@pytest.fixture
def bureau(world):
    return make_bureau(world, 5, quota_pct=40)


def body(unit, **changes):
    monday = next_monday()
    values = {
        "title": "Kerja dari rumah", "unit_id": unit.pk, "kind": "location", "place_kind": "home",
        "valid_from": monday.isoformat(), "valid_to": (monday + timedelta(days=27)).isoformat(),
        "pattern": "rotation", "days_per_week": 1, "reason": "Efisiensi.", "work_plan": "Menyusun dokumen.",
        "outputs": [{"title": "Dokumen", "measure": "dokumen", "target": "4",
                     "due_on": (monday + timedelta(days=20)).isoformat()}],
    }  # fmt: skip
    return values | changes


class Api:
    def __init__(self, client, user):
        self._client = client
        client.force_login(user)

    def get(self, path="", **query):
        return self._client.get(f"{AT}{path}", query)

    def send(self, method, path="", data=None):
        return getattr(self._client, method)(f"{AT}{path}", data or {}, content_type="application/json")


def test_a_system_of_hr_prepares_and_the_authority_determines(client, world, bureau):
    hr = Api(client, world.users["hr"])
    made = hr.send("post", data=body(bureau)).json()
    pk = made["id"]
    added = hr.send("post", f"{pk}/members/", {"names": ["Pegawai 1001", "Pegawai 1002", "Siapa"]}).json()
    assert (added["added"], [item["row"] for item in added["rejects"]]) == (2, [3])
    assert hr.send("post", f"{pk}/members/", {"unit_id": bureau.pk}).json() == {"added": 3, "known": 2, "rejects": []}

    planned = hr.send("post", f"{pk}/plan/").json()
    assert (planned["status"], planned["people"], planned["outcomes"]) == ("prepared", 5, {"planned": 5})
    members = hr.get(f"{pk}/members/", outcome="planned").json()
    assert members["count"] == 5
    assert len(members["results"][0]["days"]) == 4
    assert {row["kind"] for row in hr.get(f"{pk}/coverage/").json()} == {"quota"}
    assert hr.send("post", f"{pk}/decide/", {"plan": planned["plan"]}).status_code == 403

    boss = Api(client, world.users["boss"])
    assert boss.send("post", f"{pk}/decide/", {"plan": "0"}).status_code == 409
    answer = boss.send("post", f"{pk}/decide/", {"plan": planned["plan"], "number": "800/1/2026"})
    assert (answer.status_code, answer.json()["status"]) == (202, "deciding")
    asked = Determination.objects.get(public_id=pk)
    perform_decision(asked.pk, asked.asked_at.isoformat())
    assert boss.get(f"{pk}/progress/").json()["status"] == "decided"
    assert boss.get(f"{pk}/").json()["decree"]["number"] == "800/1/2026"

    hr = Api(client, world.users["hr"])
    monday = next_monday() + timedelta(weeks=1)
    amended = hr.send("post", f"{pk}/amendments/", {"valid_from": monday.isoformat(), "reason": "Mutasi."})
    assert (amended.status_code, amended.json()["amends"]) == (201, pk)
    ids = [row["id"] for row in hr.get(f"{pk}/members/").json()["results"]][:1]
    changed = hr.send("post", f"{amended.json()['id']}/members/change/", {"ids": ids, "action": "remove"})
    assert changed.json() == {"changed": 1}


def test_what_cannot_be_is_said_by_field(client, world, bureau):
    hr = Api(client, world.users["hr"])
    yesterday = (next_monday() - timedelta(days=30)).isoformat()

    answer = hr.send("post", data=body(bureau, valid_from=yesterday, days_per_week=None))

    assert answer.status_code == 400
    fields = {item["field"] for item in answer.json()["errors"]}
    assert {"valid_from", "days_per_week"} <= fields
    assert hr.send("post", data=body(bureau, kind="nothing")).status_code == 400


def test_a_draft_is_replaced_and_discarded(client, world, bureau):
    hr = Api(client, world.users["hr"])
    made = drafted(world, bureau)
    assert hr.send("put", f"{made.public_id}/", body(bureau, title="Lain")).json()["title"] == "Lain"
    assert hr.send("delete", f"{made.public_id}/").status_code == 204
    assert hr.send("post", f"{made.public_id}/plan/").status_code == 409
    assert hr.get(status="discarded").json()["count"] == 1


def test_strangers_find_nothing(client, world, bureau):
    made = drafted(world, bureau)
    stranger = Api(client, world.users["emp"])
    assert stranger.get().status_code == 403
    assert stranger.get(f"{made.public_id}/").status_code == 403
    head = Api(client, world.users["head"])
    assert head.get().json()["count"] == 0
    assert head.get(f"{made.public_id}/").status_code == 404


def test_queries_of_the_list_do_not_grow(client, world, bureau):
    hr = Api(client, world.users["hr"])
    counts = []
    for _more in range(2):
        drafted(world, bureau)
        hr.get()
        with CaptureQueriesContext(connection) as queries:
            assert hr.get().status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 15
