"""Webhooks: signed, sent once under one id, tried again, given up and told; and never to where they must not go."""

from __future__ import annotations

import base64
import hashlib
import hmac
import ipaddress
import json
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from fwa.services.decisions import end_arrangement, return_step
from fwa.services.requests import submit_request, withdraw_request
from organization import outbox
from organization.models import Notice, OutboxMessage, Webhook, WebhookDelivery
from organization.services import connections, webhooks
from organization.webhook_sender import Blocked, check_url, send, signature
from organization.webhooks import EVENTS, emit
from tests.fwa.letters_kit import rendered, sent
from tests.organization.cast import Cast, body, days, get, make_cast, post
from tests.systems import connect

pytestmark = pytest.mark.django_db


class Receiver:
    """A real HTTP server; `answers` are the statuses to come, then 204."""

    def __init__(self) -> None:
        self.got: list[tuple[dict[str, str], bytes]] = []
        self.answers: list[int] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                content = self.rfile.read(int(self.headers["Content-Length"]))
                outer.got.append(({key.lower(): value for key, value in self.headers.items()}, content))
                self.send_response(outer.answers.pop(0) if outer.answers else 204)
                self.send_header("Location", "/elsewhere")
                self.end_headers()

            def log_message(self, *args: Any) -> None:
                """Say nothing."""

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook?a=1"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def events(self) -> list[str]:
        return [json.loads(content)["type"] for _headers, content in self.got]


@pytest.fixture
def receiver(settings: Any) -> Iterator[Receiver]:
    settings.WEBHOOK_ALLOW_HTTP = True
    settings.WEBHOOK_PRIVATE_NETWORKS = [ipaddress.ip_network("127.0.0.0/8")]
    made = Receiver()
    yield made
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def hook_to(cast: Cast, url: str, **options: Any) -> tuple[Webhook, str]:
    events = options.pop("events", tuple(EVENTS))
    client, _secret = connect(cast.users["hr"], "fwa:read", **options)
    return webhooks.create_webhook(by=cast.users["hr"], client_id=client.pk, name="Kirim", url=url, events=events)


def work() -> None:
    """What the worker does until nothing waits."""
    while ids := outbox.claim():
        for message_id in ids:
            outbox.deliver(message_id)


def test_the_signature_is_that_of_standard_webhooks() -> None:
    secret = base64.b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")

    made = signature(
        secret, message_id="msg_p5jXN8AQM9LWM0D4loKWxJek", timestamp=1614265330, body=b'{"test": 2432232314}'
    )

    assert made == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_a_decision_is_told_once_signed_and_without_anything_personal(cast: Cast, receiver: Receiver) -> None:
    hook, secret = hook_to(cast, receiver.url)
    letter = rendered(cast.world)
    work()
    work()

    assert receiver.events() == ["request.submitted", "request.approved"]
    headers, content = receiver.got[1]
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + content
    mark = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{mark}"
    data = json.loads(content)["data"]
    assert data["id"] == str(letter.request.public_id)
    assert data["letter_number"] == letter.number
    employee = cast.employees["emp"]
    for secret_word in (employee.nip, employee.name + '"', letter.request.reason, "Mulawarman", "basis"):
        assert secret_word not in content.decode()
    assert {row.state for row in hook.deliveries.all()} == {"sent"}


def test_every_event_of_a_request_is_told(cast: Cast, receiver: Receiver) -> None:
    hook_to(cast, receiver.url)
    letter = rendered(cast.world)
    end_arrangement(by=cast.users["hr"], request_id=letter.request.pk, ended_on=days(14), reason="Kebutuhan dinas.")
    other = sent(cast.world, "col1", weekdays=(1,))
    return_step(by=cast.users["sup"], step_id=other.steps.current().get().pk, note="Lengkapi.")
    submit_request(by=cast.users["col1"], request_id=other.pk)
    withdraw_request(by=cast.users["col1"], request_id=other.pk)
    work()

    told = ["request.submitted"] * 3 + [
        "request.approved",
        "request.returned",
        "request.withdrawn",
        "arrangement.ended",
    ]
    assert sorted(receiver.events()) == sorted(told)
    ids = [headers["webhook-id"] for headers, _content in receiver.got]
    assert len(set(ids)) == len(ids)


def test_a_webhook_hears_its_own_units_and_events_only(cast: Cast, receiver: Receiver) -> None:
    hook_to(cast, receiver.url, unit=cast.health, name="Kesehatan")
    law, _secret = hook_to(cast, receiver.url, unit=cast.law, name="Hukum", events=["request.submitted"])
    hook_to(cast, receiver.url, role="", name="Tanpa peran")
    rendered(cast.world)
    work()

    assert list(WebhookDelivery.objects.values_list("webhook", "event")) == [(law.pk, "request.submitted")]


def test_nothing_is_written_while_nobody_listens(cast: Cast) -> None:
    sent(cast.world)

    assert not OutboxMessage.objects.filter(topic="organization.webhook_event").exists()
    with pytest.raises(ValueError, match="unknown event"):
        emit("request.dreamt", path="", data={}, key="x")


def test_a_failure_is_tried_again_with_the_same_id_and_then_forgotten(cast: Cast, receiver: Receiver) -> None:
    hook, _secret = hook_to(cast, receiver.url, events=["request.submitted"])
    receiver.answers = [500, 302]
    sent(cast.world)
    start = timezone.now()
    for minutes in (0, 2, 10):
        with time_machine.travel(start + timedelta(minutes=minutes), tick=False):
            work()

    delivery = hook.deliveries.get()
    assert (delivery.state, delivery.attempts, delivery.response_status) == ("sent", 3, 204)
    assert len({headers["webhook-id"] for headers, _content in receiver.got}) == 1
    assert "/elsewhere" not in str(receiver.got), "a redirect is not followed"


def test_an_attempt_that_ran_does_not_run_again(cast: Cast, receiver: Receiver) -> None:
    hook, _secret = hook_to(cast, receiver.url, events=["request.submitted"])
    sent(cast.world)
    work()

    webhooks.attempt(delivery_id=hook.deliveries.get().pk, number=1)

    assert len(receiver.got) == 1


def test_what_is_never_taken_is_given_up_told_once_and_sent_again_by_hand(
    cast: Cast, receiver: Receiver, client: Client
) -> None:
    hook, _secret = hook_to(cast, receiver.url, events=["request.submitted"])
    receiver.answers = [503] * 50
    sent(cast.world)
    start = timezone.now()
    for hours in range(0, 24 * 4, 3):
        with time_machine.travel(start + timedelta(hours=hours), tick=False):
            work()

    delivery = hook.deliveries.get()
    assert (delivery.state, delivery.next_try_at) == ("failed", None)
    assert delivery.attempts < 15
    assert Notice.objects.filter(code="webhook.failed", user=cast.users["hr"]).count() == 1
    page = body(get(client, cast.users["hr"], "webhook", hook.pk))
    assert "503" in page

    receiver.answers = []
    Webhook.objects.update(paused_until=None)
    post(client, cast.users["hr"], "webhook_again", hook.pk, delivery.pk)
    work()
    delivery.refresh_from_db()
    assert delivery.state == "sent"
    assert len({headers["webhook-id"] for headers, _content in receiver.got}) == 1


def test_while_a_receiver_is_away_the_next_messages_wait(cast: Cast, receiver: Receiver) -> None:
    hook_to(cast, receiver.url, events=["request.submitted"])
    receiver.answers = [500]
    sent(cast.world)
    work()
    sent(cast.world, "col1", weekdays=(1,))
    work()

    assert len(receiver.got) == 1
    with time_machine.travel(timezone.now() + timedelta(minutes=6), tick=False):
        work()
    assert len(receiver.got) == 3


def test_a_silent_webhook_and_one_of_a_connection_that_is_off_send_nothing(cast: Cast, receiver: Receiver) -> None:
    hook, _secret = hook_to(cast, receiver.url, events=["request.submitted"])
    sent(cast.world)
    connections.switch_connection(by=cast.users["hr"], client_id=hook.client_id, on=False)
    work()

    assert not receiver.got
    assert not WebhookDelivery.objects.exists()


@pytest.mark.parametrize(
    "url",
    ["https://127.0.0.1/", "https://10.1.2.3/", "https://[::1]/", "https://169.254.169.254/latest", "https://0.0.0.0/",
     "https://[::ffff:10.0.0.1]/", "https://[64:ff9b::a00:1]/", "https://localhost/", "https://192.168.1.9:8443/x"],
)  # fmt: skip
def test_addresses_inside_are_not_called(url: str) -> None:
    assert send(url, body=b"{}", headers={}).error == "private_address"


@pytest.mark.parametrize(
    "url",
    ["http://contoh.go.id/", "ftp://contoh.go.id/", "https://a:b@contoh.go.id/", "https:///x", "https://x:99999/"],
)
def test_addresses_that_are_none_are_refused(cast: Cast, url: str) -> None:
    with pytest.raises(Blocked):
        check_url(url)
    with pytest.raises(ValidationError):
        hook_to(cast, url)


def test_a_name_that_points_inside_is_not_called(monkeypatch: pytest.MonkeyPatch) -> None:
    def resolve(host: str, port: int, **options: Any) -> list[Any]:
        return [(2, 1, 6, "", ("93.184.216.34", port)), (2, 1, 6, "", ("10.0.0.8", port))]

    monkeypatch.setattr("organization.webhook_sender.socket.getaddrinfo", resolve)

    assert send("https://contoh.go.id/", body=b"{}", headers={}).error == "private_address"


def test_hr_adds_a_webhook_and_sees_its_secret_once(client: Client, cast: Cast) -> None:
    made, _secret = connect(cast.users["hr"], "fwa:read")
    hr = cast.users["hr"]
    answer = post(
        client,
        hr,
        "webhook_create",
        made.pk,
        name="Arsip",
        url="https://arsip.kota.go.id/x",
        events=["request.approved"],
    )

    hook = Webhook.objects.get()
    assert answer.context["secret"].startswith("whsec_")
    assert answer.context["secret"].encode() not in bytes(hook.sealed_secret)
    assert "Arsip" in body(get(client, hr, "connection", made.pk))
    post(client, hr, "webhook_change", hook.pk, name="Arsip", url="http://x", events=["request.approved"])
    hook.refresh_from_db()
    assert hook.url == "https://arsip.kota.go.id/x"
    first = bytes(hook.sealed_secret)
    post(client, hr, "webhook_secret", hook.pk)
    post(client, hr, "webhook_off", hook.pk)
    hook.refresh_from_db()
    assert bytes(hook.sealed_secret) != first
    assert not hook.is_active


def test_a_connection_without_the_scope_gets_no_webhook(cast: Cast) -> None:
    client, _secret = connect(cast.users["hr"], "grants:read")
    with pytest.raises(ValidationError):
        webhooks.create_webhook(
            by=cast.users["hr"], client_id=client.pk, name="X", url="https://a.go.id/", events=["request.approved"]
        )
