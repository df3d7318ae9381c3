"""A published version that has not begun is replaced by another: it is never in force, and stays readable."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import timezone

from eligibility.enums import VersionStatus
from eligibility.models import PolicyVersion
from eligibility.screening import version_in_force
from eligibility.services import publish_version
from eligibility.services.drafts import set_period, start_draft
from tests.eligibility.simulating import DECREE, in_days, make_simulating_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return make_simulating_world()


def publish(world, draft, name="boss2"):
    draft.refresh_from_db()
    return publish_version(version_id=draft.pk, by=world.users[name], **DECREE)


def made(world, start):
    return start_draft(by=world.users["hr"], policy_code="location", valid_from=start)


@pytest.fixture
def later(world):
    """Version 2, published, from day 30 on."""
    return publish(world, made(world, in_days(30)))


def number_on(start):
    return version_in_force("location", start).number


def states():
    rows = PolicyVersion.objects.filter(policy__code="location").order_by("number")
    return [(row.number, row.status, row.valid_to) for row in rows]


def test_from_its_own_first_day(world, later):
    assert later.status == VersionStatus.PUBLISHED
    new = publish(world, made(world, in_days(30)))

    day_before = in_days(29)
    assert states() == [(1, "superseded", day_before), (2, "replaced", None), (3, "published", None)]
    assert (number_on(day_before), number_on(in_days(30)), number_on(in_days(90))) == (1, 3, 3)
    assert new.base_id == later.pk


def test_from_an_earlier_day_the_version_before_ends_earlier(world, later):
    publish(world, made(world, in_days(10)))

    assert states() == [(1, "superseded", in_days(9)), (2, "replaced", None), (3, "published", None)]
    assert (number_on(in_days(9)), number_on(in_days(10)), number_on(in_days(30))) == (1, 3, 3)


def test_from_a_later_day_it_runs_until_then(world, later):
    publish(world, made(world, in_days(60)))

    assert states()[1:] == [(2, "superseded", in_days(59)), (3, "published", None)]
    assert (number_on(in_days(30)), number_on(in_days(60))) == (2, 3)


def test_all_that_would_begin_later_are_replaced(world, later):
    publish(world, made(world, in_days(60)))
    publish(world, made(world, in_days(20)))

    assert [status for _number, status, _end in states()] == ["superseded", "replaced", "replaced", "published"]
    assert number_on(in_days(100)) == 4


def test_until_it_is_published_the_old_one_stands(world, later):
    made(world, in_days(30))
    assert (states()[1], number_on(in_days(30))) == ((2, "published", None), 2)


def test_two_people_still(world, later):
    with pytest.raises(PermissionDenied):
        publish(world, made(world, in_days(30)), name="hr")
    assert states()[1] == (2, "published", None)


def test_one_that_has_begun_is_not_replaced(world, later):
    draft = made(world, in_days(30))
    with time_machine.travel(timezone.now() + timedelta(days=30)):
        with pytest.raises(ValidationError) as caught:
            publish(world, draft)
        assert "valid_from" in caught.value.message_dict
        draft.refresh_from_db()
        values = {"by": world.users["hr"], "version_id": draft.pk, "revision": draft.revision, "note": ""}
        with pytest.raises(ValidationError):
            set_period(**values, valid_from=timezone.localdate())
        set_period(**values, valid_from=timezone.localdate() + timedelta(days=1))
        publish(world, draft)
    assert states()[1:] == [(2, "superseded", in_days(30)), (3, "published", None)]


def test_a_replaced_one_is_no_start_of_a_draft(world, later):
    publish(world, made(world, in_days(30)))
    with pytest.raises(ValidationError):
        start_draft(by=world.users["hr"], policy_code="location", valid_from=in_days(40), base_number=2)


@pytest.mark.parametrize("status", ["published", "superseded", "draft"])
def test_the_database_lets_a_replaced_one_stay_so(world, later, status):
    publish(world, made(world, in_days(30)))
    with pytest.raises(DatabaseError, match="immutable"), transaction.atomic():
        PolicyVersion.objects.filter(pk=later.pk).update(status=status, valid_to=in_days(30))


def test_the_database_lets_nobody_replace_what_has_begun(world):
    with pytest.raises(DatabaseError, match="immutable"), transaction.atomic():
        PolicyVersion.objects.filter(policy__code="location", number=1).update(status="replaced")


def test_pages_say_what_is_replaced_and_by_what(client, world, later):
    client.force_login(world.users["hr"])
    start = client.get(reverse("eligibility:draft_start", args=["location"]), {"from": "2"}).content.decode()
    assert f'value="{in_days(30):%Y-%m-%d}"' in start
    draft = made(world, in_days(30))
    page = client.get(reverse("eligibility:draft", args=["location", draft.number])).content.decode()
    assert page.count('class="notice warn"') == 1
    client.force_login(world.users["boss2"])
    assert (
        'class="notice warn"'
        in client.get(reverse("eligibility:publish", args=["location", draft.number])).content.decode()
    )
    publish(world, draft)

    old = client.get(reverse("eligibility:policy_version", args=["location", 2])).content.decode()
    assert reverse("eligibility:policy_version", args=["location", 3]) in old
    assert "?from=2" not in old
    history = client.get(reverse("eligibility:policy", args=["location"])).content.decode()
    assert any(words in history for words in ("replaced before it began", "diganti sebelum berlaku"))


def test_rest_says_what_is_replaced(client, world, later):
    client.force_login(world.users["hr"])
    sent = {"policy": "location", "valid_from": in_days(30).isoformat()}
    draft = client.post("/api/v1/policy-drafts/", sent, content_type="application/json").json()
    assert (draft["number"], draft["replaces"]) == (3, [2])
    later_day = {"revision": draft["revision"], "valid_from": in_days(31).isoformat()}
    changed = client.patch(f"/api/v1/policy-drafts/{draft['id']}/", later_day, content_type="application/json").json()
    assert changed["replaces"] == []
    client.patch(
        f"/api/v1/policy-drafts/{draft['id']}/", sent | {"revision": changed["revision"]},
        content_type="application/json",
    )  # fmt: skip
    publish(world, PolicyVersion.objects.get(pk=draft["id"]))
    versions = client.get("/api/v1/policies/location/").json()["versions"]
    assert {row["number"]: row["status"] for row in versions} == {1: "superseded", 2: "replaced", 3: "published"}
