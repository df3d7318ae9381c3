"""A change that commits while the worker builds is built afterwards; builds wait for each other."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from attendance.models import Absence, StaleDay, WorkDay
from attendance.services.workdays import build_workdays, drain_all, drain_stale, mark_stale
from tests.world import make_world

SECONDS = 20


@pytest.mark.django_db(transaction=True)
def test_a_change_during_a_build_is_not_lost():
    """The note of an earlier change is in the worker's hands when a second change of the same day commits."""
    employee = make_world().employees["emp"]
    day = timezone.localdate() + timedelta(days=7 - timezone.localdate().weekday())
    build_workdays(start=day, end=day)
    mark_stale(employee_ids=[employee.pk], start=day, end=day)
    noted, built = threading.Event(), threading.Event()

    def take_leave():
        try:
            with transaction.atomic():
                Absence.objects.create(employee=employee, kind="leave", reference="1", valid_from=day, valid_to=day)
                mark_stale(employee_ids=[employee.pk], start=day, end=day)
                noted.set()
                assert built.wait(SECONDS)
        finally:
            connection.close()

    other = threading.Thread(target=take_leave)
    other.start()
    assert noted.wait(SECONDS)
    drain_stale()  # reads the facts before the leave is there, and takes away what it was given
    built.set()
    other.join(SECONDS)
    assert StaleDay.objects.count() == 1
    drain_all()
    assert WorkDay.objects.get(employee=employee, day=day).source == "leave"


@pytest.mark.django_db(transaction=True)
def test_two_builds_of_the_same_days_write_each_row_once():
    make_world()
    day = timezone.localdate()
    written = []

    def build():
        try:
            written.append(build_workdays(start=day, end=day + timedelta(days=60)))
        finally:
            connection.close()

    both = [threading.Thread(target=build) for _ in range(2)]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join(SECONDS)
    assert sorted(one.inserted for one in written) == [0, 5 * 61]
    assert [one.updated for one in written] == [0, 0]
