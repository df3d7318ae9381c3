"""A recall on a day of a national or emergency period: the day counts as office, whatever the period says of others."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from attendance.models import Contact, StaleDay, WorkDay
from attendance.services.recalls import recall_to_office, withdraw_recall
from attendance.services.workdays import build_workdays
from fwa.home import own_week
from organization.models import Holiday, NationalPeriod
from tests.organization.cast import Cast, days, make_cast


@pytest.fixture
def cast(db: None) -> Cast:
    Holiday.objects.filter(day__range=(days(0), days(14))).delete()
    return make_cast()


@pytest.fixture
def day() -> date:
    """The next working day."""
    return next(found for found in map(days, range(1, 5)) if found.isoweekday() <= 5)


def period(cast: Cast, day: date, share_pct: int | None) -> None:
    NationalPeriod.objects.create(
        kind="emergency", name="Banjir", reason="Banjir", valid_from=day, valid_to=day, share_pct=share_pct,
        weekdays=[day.isoweekday()], entered_by=cast.users["hr"], entered_at=timezone.now(),
    )  # fmt: skip


def recalled(cast: Cast, day: date) -> Contact:
    return recall_to_office(by=cast.users["sup"], employee_id=cast.employees["emp"].pk, day=day, reason="Posko.")


def built(cast: Cast, day: date, name: str = "emp") -> WorkDay:
    build_workdays(start=day, end=day)
    return WorkDay.objects.get(employee=cast.employees[name], day=day)


@pytest.mark.parametrize("share_pct", [100, 50, None])
def test_the_day_counts_as_office_for_that_person_only(cast: Cast, day: date, share_pct: int | None) -> None:
    period(cast, day, share_pct)
    before = "home" if share_pct == 100 else "office"
    assert built(cast, day).whereabouts == before
    StaleDay.objects.all().delete()

    contact = recalled(cast, day)

    assert StaleDay.objects.filter(employee=cast.employees["emp"]).exists()
    found = built(cast, day)
    assert (found.whereabouts, found.source) == ("office", "unit")
    assert found.expected_min > 0
    assert built(cast, day, "col1").whereabouts == before
    with pytest.raises(ValidationError):
        recalled(cast, day)
    withdraw_recall(by=cast.users["sup"], contact_id=contact.pk)
    assert built(cast, day).whereabouts == before


def test_without_a_period_or_arrangement_there_is_nothing_to_recall_from(cast: Cast, day: date) -> None:
    period(cast, day + timedelta(days=7), 100)
    with pytest.raises(ValidationError):
        recalled(cast, day)


def test_the_own_week_says_so(cast: Cast, day: date) -> None:
    period(cast, day, 100)
    employee_id = cast.employees["emp"].pk
    monday = day - timedelta(days=day.weekday())
    assert own_week(employee_id, day)[day.weekday()].chip == "N"
    recalled(cast, day)
    assert own_week(employee_id, monday)[day.weekday()].chip == "K"


def test_by_the_page(client: Client, cast: Cast, day: date) -> None:
    period(cast, day, 100)
    client.force_login(cast.users["sup"])
    values = {"employee": "emp", "day": day.isoformat(), "message": "Posko."}
    assert client.post(reverse("attendance:recall_create"), values).status_code == 302
    client.force_login(cast.users["emp"])
    assert "Posko." in client.get(reverse("attendance:contact", args=[Contact.objects.get().pk])).content.decode()
