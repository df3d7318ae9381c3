"""Checking in from a phone: with a position, without a network, under another account, and without JavaScript."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone

from attendance.models import PresenceEvent, PresenceEvidence
from organization.models import User
from tests.attendance.presence_kit import OFFICE_AT, acknowledge, office_of
from tests.browser.conftest import PASSWORD, PHONE
from tests.world import World, make_world

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PAGE = "/presence/"


@pytest.fixture
def world(settings: Any, tmp_path: Any) -> World:
    settings.MEDIA_ROOT = tmp_path
    made = make_world()
    for user in User.objects.all():
        user.set_password(PASSWORD)
        user.save()
    office_of(made.employees["emp"])
    acknowledge(made.employees["emp"])
    return made


def at_the_office(one: Any) -> None:
    one.context.grant_permissions(["geolocation"], origin=one.base_url)
    one.context.set_geolocation({"latitude": OFFICE_AT[0], "longitude": OFFICE_AT[1], "accuracy": 15})


def ready(page: Any) -> None:
    """The service worker has kept the page and serves it."""
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")


def waits(page: Any) -> None:
    page.wait_for_selector("[data-presence-waiting] .rule")


def test_a_check_in_keeps_the_place_and_shows_it(world: World, visitor: Any) -> None:
    one = visitor(size=PHONE)
    at_the_office(one)
    page = one.log_in("emp")
    one.go(PAGE)

    page.click("form[data-presence] .btn-primary")
    page.wait_for_selector("#presence-today .rule.ok")

    event = PresenceEvent.objects.get()
    assert (event.direction, event.place, event.accuracy_m) == ("in", "placement", 15)
    assert event.device
    assert not event.is_late_sync
    assert PresenceEvidence.objects.filter(event=event, position__isnull=False).exists()
    assert page.get_attribute("form[data-presence] .btn-primary", "value") == "out"
    assert one.fits()
    assert not one.problems


def test_in_airplane_mode_the_entry_waits_and_arrives_once(world: World, visitor: Any) -> None:
    one = visitor(size=PHONE)
    page = one.log_in("emp")
    one.go(PAGE)
    ready(page)
    one.context.set_offline(True)
    pressed_at = timezone.now()

    page.click("form[data-presence] .btn-primary")
    waits(page)
    assert not PresenceEvent.objects.exists()
    page.close()
    one.page = one.context.new_page()
    one.context.set_offline(False)
    page = one.go(PAGE)
    page.wait_for_selector("#presence-today .rule.ok")

    event = PresenceEvent.objects.get()
    assert abs(event.client_at - pressed_at) < timedelta(seconds=15)
    assert abs(event.occurred_at - pressed_at) < timedelta(seconds=90)
    page.reload()
    page.wait_for_timeout(500)
    assert PresenceEvent.objects.count() == 1
    assert page.locator("[data-presence-waiting] .rule").count() == 0


def test_the_page_opens_without_a_network_and_is_marked_as_sent_later(world: World, visitor: Any) -> None:
    one = visitor(size=PHONE)
    page = one.log_in("emp")
    one.go(PAGE)
    ready(page)
    page.close()
    one.context.set_offline(True)
    one.page = page = one.context.new_page()
    one.go(PAGE)
    assert world.employees["emp"].name not in page.inner_text("main").split()
    page.click("form[data-presence] button[value=in]")
    waits(page)
    # The same entry, two hours old by now.
    page.evaluate(
        """async () => {
        const [entry] = await PresenceQueue.all();
        await PresenceQueue.add({...entry, tried: true, client_at: new Date(Date.now() - 7200000).toISOString()});
        }"""
    )
    page.close()
    one.context.set_offline(False)
    one.page = page = one.context.new_page()
    one.go(PAGE)
    page.wait_for_selector("#presence-today .rule.ok")

    event = PresenceEvent.objects.get()
    assert event.is_late_sync
    assert event.client_at == event.occurred_at
    assert timedelta(minutes=119) < event.received_at - event.occurred_at < timedelta(minutes=122)


def test_entries_wait_for_the_login_of_their_own_account(world: World, visitor: Any) -> None:
    one = visitor(size=PHONE)
    page = one.log_in("emp")
    one.go(PAGE)
    ready(page)
    Session.objects.all().delete()
    page.click("form[data-presence] .btn-primary")
    waits(page)
    assert not PresenceEvent.objects.exists(), "an expired session loses nothing and sends nothing"

    page = one.log_in("col1")
    one.go(PAGE)
    page.wait_for_selector("#presence-state:not(:empty)")
    assert not PresenceEvent.objects.exists(), "and nobody else sends it"

    page = one.log_in("emp")
    one.go(PAGE)
    page.wait_for_selector("#presence-today .rule.ok")
    assert PresenceEvent.objects.get().employee == world.employees["emp"]


def test_without_javascript_the_entry_has_no_position(world: World, visitor: Any) -> None:
    one = visitor(size=PHONE, javascript=False)
    page = one.log_in("emp")
    one.go(PAGE)

    page.click("form[data-presence] .btn-primary")
    page.wait_for_selector("#presence-today .rule.ok")

    event = PresenceEvent.objects.get()
    assert (event.place, event.employee) == ("unknown", world.employees["emp"])
