"""Approval chains and excluded posts by REST."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from fwa.chain import stages_for
from fwa.models import ChainStage
from organization.models import ExcludedPost
from tests.eligibility.drafting import make_drafting_world

pytestmark = pytest.mark.django_db
CHAINS, POSTS = "/api/v1/approval-chains/", "/api/v1/excluded-posts/"
READERS = ["emp", "sup", "boss", "hr"]


@pytest.fixture
def world():
    return make_drafting_world()


def day(number):
    return (timezone.localdate() + timedelta(days=number)).isoformat()


def ask(client, world, name, method, path, data=None):
    client.force_login(world.users[name])
    return getattr(client, method)(path, data, content_type="application/json")


def chain(**changes):
    levels = [{"role": "unit_head", "due_days": 2}, {"role": "authority", "due_days": 4}]
    return {"policy": "location", "valid_from": day(10), "decree_no": "3/2026", "levels": levels} | changes


@pytest.mark.parametrize("name", READERS)
def test_everybody_reads_the_chains(client, world, name):
    rows = ask(client, world, name, "get", CHAINS, {"policy": "location"}).json()["results"]
    assert [row["policy"] for row in rows] == ["location"]
    assert [level["role"] for level in rows[0]["levels"]] == ["supervisor", "unit_head", "hr", "authority"]
    assert rows[0]["valid_to"] is None


def test_a_chain_is_set_from_a_day_on_and_taken_back(client, world):
    made = ask(client, world, "hr", "post", CHAINS, chain())
    assert (made.status_code, made.json()) == (201, chain() | {"valid_to": None})
    of_policy = ask(client, world, "hr", "get", CHAINS, {"policy": "location"}).json()["results"]
    assert [(row["valid_from"] == day(10), row["valid_to"]) for row in of_policy] == [(True, None), (False, day(9))]
    on_day = ask(client, world, "emp", "get", CHAINS, {"policy": "location", "on": day(10)}).json()["results"]
    assert [row["levels"] for row in on_day] == [chain()["levels"]]

    assert ask(client, world, "hr", "delete", f"{CHAINS}location/{day(10)}/").status_code == 204
    assert ask(client, world, "hr", "delete", f"{CHAINS}location/{day(10)}/").status_code == 404
    assert len(stages_for("location", timezone.localdate() + timedelta(days=10))) == 4


def test_a_chain_that_applies_is_not_taken_back(client, world):
    begun = ChainStage.objects.filter(policy__code="location").earliest("valid_from").valid_from
    answer = ask(client, world, "hr", "delete", f"{CHAINS}location/{begun}/")
    assert answer.status_code == 409
    assert len(stages_for("location", timezone.localdate())) == 4


@pytest.mark.parametrize("path", ["location/kemarin/", "nothing/2030-01-01/", "location/2030-01-01/"])
def test_what_is_no_chain_is_not_found(client, world, path):
    assert ask(client, world, "hr", "delete", CHAINS + path).status_code == 404


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"policy": "holiday"}, "policy"),
        ({"valid_from": "2020-01-01"}, "valid_from"),
        ({"decree_no": ""}, "decree_no"),
        ({"levels": []}, ""),
        ({"levels": [{"role": "authority", "due_days": 0}]}, "levels"),
        ({"levels": [{"role": "authority", "due_days": 1}, {"role": "hr", "due_days": 1}]}, ""),
        ({"levels": [{"role": "nobody", "due_days": 1}]}, "levels"),
    ],
)
def test_bad_chains_are_refused_with_words(client, world, wrong, field):
    answer = ask(client, world, "hr", "post", CHAINS, chain(**wrong))
    assert answer.status_code == 400
    assert field in str(answer.json())
    assert not ChainStage.objects.filter(valid_from=day(10)).exists()


@pytest.mark.parametrize("name", ["emp", "sup", "boss"])
def test_others_change_neither(client, world, name):
    post = world.employees["emp"].placements.get().position_id
    exclusion = ExcludedPost.objects.create(position_id=post, valid_from=day(0), decree_no="7/2026")
    sent = {"position": post, "valid_from": day(1), "decree_no": "7/2026"}
    assert ask(client, world, name, "post", CHAINS, chain()).status_code == 403
    assert ask(client, world, name, "delete", f"{CHAINS}location/{day(10)}/").status_code == 403
    assert ask(client, world, name, "post", POSTS, sent).status_code == 403
    end = ask(client, world, name, "post", f"{POSTS}{exclusion.pk}/end/", {"last_day": day(1)})
    assert end.status_code == 403


def test_a_post_is_left_out_and_its_exclusion_ends(client, world):
    post = world.employees["emp"].placements.get().position
    sent = {"position": post.pk, "valid_from": day(1), "decree_no": "7/2026"}
    made = ask(client, world, "hr", "post", POSTS, sent)
    assert made.status_code == 201
    row = made.json()
    assert row["position"] == {"id": post.pk, "name": post.name}
    assert ask(client, world, "hr", "post", POSTS, sent).status_code == 400
    found = ask(client, world, "emp", "get", POSTS, {"on": day(1)}).json()["results"]
    assert found == [row]
    assert ask(client, world, "emp", "get", POSTS, {"on": day(0)}).json()["results"] == []
    assert ask(client, world, "emp", "get", f"{POSTS}{row['id']}/").json() == row

    at = f"{POSTS}{row['id']}/end/"
    assert ask(client, world, "hr", "post", at, {"last_day": day(-2)}).status_code == 400
    assert ask(client, world, "hr", "post", at, {"last_day": day(5)}).status_code == 204
    assert ExcludedPost.objects.get().valid_to.isoformat() == day(5)
    assert ask(client, world, "hr", "post", at, {"last_day": day(0)}).status_code == 204
    assert ask(client, world, "hr", "post", at, {"last_day": day(0)}).status_code == 404


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"position": 0}, "position"), ({"valid_from": "2020-01-01"}, "valid_from"), ({"decree_no": " "}, "decree_no")],
)
def test_bad_exclusions_are_refused_with_words(client, world, wrong, field):
    post = world.employees["emp"].placements.get().position_id
    sent = {"position": post, "valid_from": day(1), "decree_no": "7/2026"} | wrong
    answer = ask(client, world, "hr", "post", POSTS, sent)
    assert answer.status_code == 400
    assert field in str(answer.json())


@pytest.mark.parametrize("path", [CHAINS, POSTS])
def test_the_number_of_questions_does_not_grow(client, world, path):
    def questions():
        with CaptureQueriesContext(connection) as captured:
            assert client.get(path).status_code == 200
        return len(captured)

    client.force_login(world.users["emp"])
    placement = world.employees["emp"].placements.get()
    ExcludedPost.objects.create(position=placement.position, valid_from=day(0), valid_to=day(0), decree_no="7/2026")
    few = questions()
    for number in (1, 2):
        ExcludedPost.objects.create(
            position=placement.position, valid_from=day(number), valid_to=day(number), decree_no="7/2026"
        )
    ask(client, world, "hr", "post", CHAINS, chain())
    client.force_login(world.users["emp"])
    assert questions() == few <= 10
