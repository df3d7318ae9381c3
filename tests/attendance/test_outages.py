"""Outages: entered by HR, noted by the system itself, withdrawn; the days they touch are built again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django_fsm import TransitionNotAllowed

from attendance.models import Heartbeat, OutageWindow
from attendance.services.outages import OutageData, beat, enter_outage, withdraw_outage
from organization.models import OutboxMessage
from tests.attendance.terminal_kit import make_terminal
from tests.organization.cast import make_cast

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def cast():
    return make_cast()


def entered(cast, **changes):
    terminal = make_terminal()
    values = {
        "cause": "terminal",
        "terminal": terminal,
        "starts_at": NOON,
        "ends_at": NOON + HOUR,
        "reason": "Listrik padam.",
        **changes,
    }
    return enter_outage(by=cast.users["hr"], data=OutageData(**values))


def built_again() -> list[tuple[str, str]]:
    rows = OutboxMessage.objects.filter(key__startswith="workdays:outage").order_by("pk")
    return [(row.payload["start"], row.payload["end"]) for row in rows]


def test_outage_is_entered_and_withdrawn_and_its_days_are_built_again_each_time(cast):
    window = entered(cast)

    assert (window.cause, window.entered_by) == ("terminal", cast.users["hr"])
    ((first, last),) = built_again()
    assert first <= "2026-11-20" <= last
    withdraw_outage(by=cast.users["hr"], outage_id=window.pk)
    assert len(built_again()) == 2
    with pytest.raises(TransitionNotAllowed):
        withdraw_outage(by=cast.users["hr"], outage_id=window.pk)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"terminal": None}, "terminal"),
        ({"cause": "site"}, "site"),
        ({"ends_at": NOON}, "ends_at"),
        ({"ends_at": NOON + timedelta(days=40)}, "ends_at"),
        ({"ends_at": datetime(2226, 1, 1, tzinfo=UTC)}, "ends_at"),
    ],
)
def test_outage_that_makes_no_sense_is_refused_beside_its_field(cast, changes, field):
    with pytest.raises(ValidationError) as refused:
        entered(cast, **changes)

    assert list(refused.value.message_dict) == [field]
    assert not OutageWindow.objects.exists()


@pytest.mark.parametrize("name", ["emp", "head", "audit", "lawhr"])
def test_only_hr_of_the_agency_enters_outages(cast, name):
    data = OutageData("system", NOON, NOON + HOUR, "Mati.")
    with pytest.raises(PermissionDenied):
        enter_outage(by=cast.users[name], data=data)


@pytest.mark.parametrize(("minutes", "is_outage"), [(1, False), (3, False), (4, True), (600, True)])
def test_gap_in_the_signs_of_life_becomes_an_outage(minutes, is_outage):
    assert beat(now=NOON) is None
    later = NOON + timedelta(minutes=minutes)

    window = beat(now=later)

    assert (window is not None) is is_outage
    assert beat(now=later + timedelta(minutes=1)) is None, "told once"
    assert list(OutageWindow.objects.values_list("cause", "starts_at", "ends_at", "entered_by")) == (
        [("system", NOON, later, None)] if is_outage else []
    )
    assert bool(built_again()) is is_outage


def test_first_sign_of_life_is_no_outage_and_an_old_one_changes_nothing():
    beat(now=NOON)
    beat(now=NOON - HOUR)

    assert Heartbeat.objects.get().at == NOON
    assert not OutageWindow.objects.exists()


def test_page_enters_local_times_of_the_chosen_zone(client, cast):
    client.force_login(cast.users["hr"])
    form = {
        "cause": "system", "starts_at": "2026-11-20T08:00", "ends_at": "2026-11-20T09:30", "zone": "Asia/Jakarta",
        "reason": "Pusat data.",
    }  # fmt: skip

    answer = client.post(reverse("attendance:outage_enter"), form)

    assert answer.status_code == 302
    window = OutageWindow.objects.get()
    assert (window.starts_at, window.ends_at) == (NOON - 3 * HOUR, NOON - 1.5 * HOUR)
    assert "Pusat data." in client.get(reverse("attendance:outage_list")).content.decode()
    assert client.post(reverse("attendance:outage_enter"), form | {"starts_at": "kapan"}).status_code == 422


def test_silent_day_of_a_terminal_fills_the_form(client, cast):
    terminal = make_terminal()
    client.force_login(cast.users["hr"])

    page = client.get(reverse("attendance:outage_enter"), {"terminal": terminal.pk, "day": "2026-11-19"})

    assert "2026-11-19T07:00" in page.content.decode()
    for wrong in ({"terminal": "x", "day": "2026-11-19"}, {"terminal": terminal.pk, "day": "2026-13-45"}):
        assert client.get(reverse("attendance:outage_enter"), wrong).status_code == 200
