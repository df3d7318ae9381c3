"""A generated client goes from draft to letter: a system enters and sends it, people decide, the system reads it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from rest_framework.test import APIClient

from tests import api_client
from tests.api_client import part
from tests.systems import connect, token_of
from tests.world import World, draft, make_world

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(api_client.GENERATOR is None, reason="the generator is not installed"),
]


@pytest.fixture
def world(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    settings.MEDIA_ROOT = tmp_path / "media"
    world = make_world()
    reader = APIClient()
    reader.force_login(world.users["hr"])
    said = api_client.generate(reader.get("/api/v1/schema/?format=json").json(), tmp_path)
    assert "WARNING" not in said, said
    monkeypatch.syspath_prepend(str(tmp_path))
    return world


class Callers:
    """Clients of the generated package, closed at the end."""

    def __init__(self, url: str, world: World) -> None:
        self.url, self.world = url, world
        self.made: list[Any] = []

    def system(self) -> Any:
        client, secret = connect(self.world.users["hr"], "fwa:read", "fwa:write")
        token = token_of(client, secret)
        return self._kept(
            part("client").AuthenticatedClient(base_url=self.url, token=token, raise_on_unexpected_status=True)
        )

    def person(self, name: str) -> Any:
        browser = Client()
        browser.force_login(self.world.users[name])
        browser.get("/profile/")
        cookies = {key: browser.cookies[key].value for key in ("sessionid", "csrftoken")}
        headers = {"X-CSRFToken": cookies["csrftoken"]}
        return self._kept(
            part("client").Client(base_url=self.url, cookies=cookies, headers=headers, raise_on_unexpected_status=True)
        )

    def _kept(self, client: Any) -> Any:
        self.made.append(client)
        return client


@pytest.fixture
def callers(world: World, live_server: Any) -> Iterator[Callers]:
    callers = Callers(live_server.url, world)
    yield callers
    for client in callers.made:
        client.get_httpx_client().close()


def new_draft(world: World) -> Any:
    models = part("models")
    data = draft()
    outputs = [
        models.OutputDataRequest(title=item.title, measure=item.measure, target=str(item.target), due_on=item.due_on)
        for item in data.outputs
    ]
    return models.NewDraftRequest(
        employee_id=world.employees["emp"].pk,
        kind=models.FlexKindEnum(data.kind),
        valid_from=data.valid_from,
        valid_to=data.valid_to,
        weekdays=list(data.weekdays),
        place_kind=models.PlaceKindEnum(data.place_kind),
        reason=data.reason,
        work_plan=data.work_plan,
        outputs=outputs,
    )


def test_from_draft_to_letter(world: World, callers: Callers) -> None:
    requests, steps, letters = "api.requests.requests_", "api.steps.steps_", "api.letters.letters_"
    system = callers.system()

    made = part(requests + "create").sync(client=system, body=new_draft(world))
    sent = part(requests + "submit_create").sync(client=system, public_id=made.id)
    assert sent.status == "submitted"
    for name in ("sup", "head", "hr", "boss"):
        person = callers.person(name)
        waiting = part(steps + "list").sync(client=person).results
        assert [step.request.id for step in waiting] == [made.id], name
        body = part("models").ApproveRequest(note="Setuju.")
        part(steps + "approve_create").sync(client=person, id=str(waiting[0].id), body=body)
    decided = part(requests + "retrieve").sync(client=system, public_id=made.id)
    letter = part(letters + "retrieve").sync(client=system, public_id=made.id)
    file = part(letters + "file_retrieve").sync(client=system, public_id=made.id)

    assert decided.status == "approved"
    assert letter.number == decided.letter.number
    assert file.payload.read(4) == b"%PDF"


def test_what_is_refused_is_a_problem_of_the_schema(world: World, callers: Callers) -> None:
    system = callers.system()
    broken = new_draft(world)
    broken.employee_id = 10**9

    refused = part("api.requests.requests_create").sync(client=system, body=broken)

    assert isinstance(refused, part("models").Problem)
    assert refused.code == "invalid"
