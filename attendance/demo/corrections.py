"""What people decide about days in the demo: corrections, a question that was answered, a step of the ladder reached,
and last month's recap, locked. Around the team of one supervisor only, whatever the size of the agency."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, datetime, time, timedelta

import pgtrigger
from django.utils import timezone

from attendance.models import PresenceEvent, WorkDay
from attendance.recap import last_day
from attendance.services.contacts import answer_contact, ask_reply
from attendance.services.corrections import CorrectionData, decide_correction, submit_correction
from attendance.services.recaps import lock_recap
from attendance.services.thresholds import check_rebuilt
from attendance.services.workdays import build_workdays, drain_all
from organization.leading import led_by
from organization.models import Employee, User

MISSED_DAYS = 3
FORGOT = "Lupa presensi pulang karena rapat koordinasi sampai sore di ruang rapat Bagian."
FAILED = "Mesin sidik jari di lobi mati sejak pagi; sudah dilaporkan ke bagian umum."
QUESTION = "Mohon kirim rancangan surat keputusan sebelum pukul 14.00."
ANSWER = "Siap, rancangan sudah ada di folder bersama."
OPEN_QUESTION = "Apakah lampiran keputusan sudah final? Mohon dijawab sebelum rapat siang."

At = Callable[[datetime], AbstractContextManager[None]]


def save_corrections(*, as_of: date, at: At, supervisor: User, employee: User, hr: User) -> None:
    """Call it when the days are built. `at` lets a moment be now for what happens inside."""
    person = Employee.objects.get(user=employee)
    days = _worked(person, as_of)
    if len(days) < MISSED_DAYS + 2:
        return
    colleague = led_by(supervisor, with_hr=False).exclude(pk=person.pk).order_by("pk").first()
    if colleague is not None:
        _missed(colleague, as_of)
    with at(_clock(days[1], 17)):
        asked = CorrectionData(
            day=days[2], reason="system_down", explanation=FAILED, check_in=time(7, 28), check_out=time(16, 34)
        )
        first = submit_correction(by=employee, data=asked)
    with at(_clock(days[0], 8)):
        decide_correction(by=supervisor, correction_id=first.pk, approve=True, reason="Sesuai laporan bagian umum.")
        contact = ask_reply(by=supervisor, employee_id=person.pk, message=QUESTION)
    with at(_clock(days[0], 8, 12)):
        answer_contact(by=employee, contact_id=contact.pk, answer=ANSWER)
    with at(_clock(as_of, 7, 40)):
        late = CorrectionData(day=days[0], reason="forgotten", explanation=FORGOT, check_out=time(16, 37))
        submit_correction(by=employee, data=late)
    with at(_clock(as_of, 7, 50)):
        ask_reply(by=supervisor, employee_id=person.pk, message=OPEN_QUESTION)  # waits for an answer
    drain_all()
    _lock_last_month(hr, as_of, at)


def _worked(person: Employee, before: date) -> list[date]:
    """Past days with an entry, the newest first."""
    rows = WorkDay.objects.filter(employee=person, day__lt=before, state__in=["present", "incomplete"])
    return list(rows.order_by("-day").values_list("day", flat=True)[:20])


def _missed(person: Employee, as_of: date) -> None:
    """Three days of the colleague without any entry, and what follows from them."""
    days = [day for day in _worked(person, as_of) if day.year == as_of.year][3 : 3 + MISSED_DAYS]
    if len(days) < MISSED_DAYS:
        return
    windows = [
        (row.first_start - timedelta(hours=4), row.first_end + timedelta(hours=7))
        for row in WorkDay.objects.filter(employee=person, day__in=days, first_start__isnull=False)
        if row.first_start and row.first_end
    ]
    with pgtrigger.ignore("attendance.PresenceEvent:append_only"):
        for start, end in windows:
            PresenceEvent.objects.filter(employee=person, occurred_at__range=(start, end)).delete()
    build_workdays(start=min(days), end=max(days), employee_ids=[person.pk])
    check_rebuilt(employee_ids=[person.pk], days=days, on=as_of)


def _lock_last_month(hr: User, as_of: date, at: At) -> None:
    month = (as_of.replace(day=1) - timedelta(days=1)).replace(day=1)
    if WorkDay.objects.filter(day=last_day(month)).exists():
        with at(_clock(as_of.replace(day=1), 9)):
            lock_recap(by=hr, month=month)


def _clock(day: date, hour: int, minute: int = 0) -> datetime:
    """A moment in the time zone of the installation."""
    return timezone.make_aware(datetime.combine(day, time(hour, minute)))
