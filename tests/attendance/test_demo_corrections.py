"""The demo shows what is decided about days: nothing of it is empty for the people who log in."""

from datetime import date

import pytest

from attendance.models import Contact, Correction, PresenceEvent, RecapMonth, ThresholdFlag, WorkDay
from fwa.demo.build import Plan, load_demo
from fwa.demo.units import SMALLEST
from organization import outbox
from organization.models import User

pytestmark = pytest.mark.django_db
AS_OF = date(2026, 11, 24)


def test_corrections_contact_step_and_recap(monkeypatch, time_machine):
    monkeypatch.setattr(outbox, "wake", lambda: None)
    time_machine.move_to("2026-11-24 09:00+08:00")
    load_demo(Plan(employees=SMALLEST, months=1, seed=1, as_of=AS_OF))

    boss = User.objects.get(username="atasan")
    states = Correction.objects.filter(employee__user__username="pegawai").values_list("status", flat=True)
    assert sorted(states) == ["approved", "submitted"]
    contacts = Contact.objects.filter(employee__user__username="pegawai").order_by("asked_at")
    assert [bool(contact.answer) for contact in contacts] == [True, False]
    assert contacts.count() == Contact.objects.count()
    nurse = User.objects.get(username="perawat")
    assert nurse.has_usable_password()
    assert WorkDay.objects.filter(employee__user=nurse, first_shift__code="M").count() >= 5
    assert PresenceEvent.objects.filter(employee__user=nurse).exists()
    flag = ThresholdFlag.objects.visible_to(boss).get()
    assert (flag.days, flag.absent_days) == (3, 3)
    recap = RecapMonth.objects.get()
    assert (recap.month, recap.edition) == (date(2026, 10, 1), 1)
    assert recap.people >= 30
