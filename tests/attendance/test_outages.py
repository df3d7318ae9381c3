"""Outages: entered by HR, noted by the system itself, withdrawn; the days they touch are built again."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django_fsm import TransitionNotAllowed

from attendance.models import (
    Assignment,
    AssignmentDay,
    Heartbeat,
    OutageWindow,
    PresenceEvent,
    StaleDay,
    Terminal,
)
from attendance.services.outages import OutageData, beat, enter_outage, withdraw_outage
from attendance.services.workdays import TOPIC
from organization import outbox
from organization.models import OutboxMessage, Placement, Site, UnitVersion
from tests.attendance.terminal_kit import make_terminal
from tests.organization.cast import make_cast

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def cast():
    return make_cast()


def entered(cast, **changes):
    values = {
        "cause": "terminal",
        "starts_at": NOON,
        "ends_at": NOON + HOUR,
        "reason": "Listrik padam.",
        **changes,
    }
    if values["cause"] == "terminal":
        values.setdefault("terminal", None if "terminal" in changes else make_terminal())
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

    empty = client.get(reverse("attendance:outage_enter")).content.decode()
    answer = client.post(reverse("attendance:outage_enter"), form)

    assert "Pilih…" in empty
    assert "---" not in empty
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


def sent_to(employee, site, day) -> None:
    """An arrangement at another office on that day."""
    unit = employee.placements.get().unit
    assignment = Assignment.objects.create(
        employee=employee, unit=unit, reference="r1", kind="location", place_kind="other_office", site=site,
        valid_from=day, valid_to=day, status="in_force", granted_at=NOON,
    )  # fmt: skip
    AssignmentDay.objects.create(
        assignment=assignment, employee=employee, unit=unit, day=day, facet="location", status="in_force"
    )


def at_work(employee, site) -> None:
    PresenceEvent.objects.create(
        client_id=uuid4(),
        employee=employee,
        direction="in",
        channel="web",
        occurred_at=NOON,
        received_at=NOON,
        site=site,
    )


def marked_by(cast, **changes) -> set[str]:
    """Names of those whose days are built again because of an outage."""
    StaleDay.objects.all().delete()
    entered(cast, **changes)
    for pk in OutboxMessage.objects.filter(topic=TOPIC, done_at=None).values_list("pk", flat=True):
        assert outbox.deliver(pk)
    return set(StaleDay.objects.values_list("employee__name", flat=True))


def test_what_failed_at_one_office_concerns_its_people_alone(cast):
    site, far, gone = (Site.objects.create(code=code, name=code) for code in ("PUSAT", "CABANG", "LAMA"))
    emp, col1, col2, sup = (cast.employees[name] for name in ("emp", "col1", "col2", "sup"))
    day = date(2026, 11, 20)
    Placement.objects.update(site=far)
    Placement.objects.filter(employee=emp).update(site=None)
    UnitVersion.objects.filter(unit__placements__employee=emp).update(site=site)
    Placement.objects.filter(employee=sup).update(site=site, valid_to=day - timedelta(days=9))
    at_work(col1, site)
    sent_to(col2, site, day)
    concerned = {emp.name, col1.name, col2.name}

    assert marked_by(cast, cause="site", site=site) == concerned
    first, last = StaleDay.objects.filter(employee=emp).values_list("first", "last").get()
    assert first < day < last
    assert marked_by(cast, cause="site", site=gone) == set()
    terminal = Terminal.objects.create(code="T2", name="Lobi", site=site, zone="Asia/Makassar")
    assert marked_by(cast, terminal=terminal) == concerned
    assert marked_by(cast, cause="system") > concerned
