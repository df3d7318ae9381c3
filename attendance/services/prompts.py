"""Random confirmations of people who work away from the office, where the terms ask for them (regulation 5.3, DESIGN).

The moments cannot be guessed, but are the same however often they are worked out. Only a prompt that was seen can be
missed; a missed one is a flag for a person to judge, with the right to answer, and marks no day by itself.
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from attendance import notifications_presence as notifications_presence  # registers its texts
from attendance.enums import Direction, FlagKind
from attendance.models import PresencePrompt
from attendance.services.presence import record_event
from attendance.terms import attendance_terms_on
from organization.models import Employee, User
from organization.services.notices import notify

EVERY = timedelta(minutes=5)
# A prompt that nobody saw goes with its day.
SHOWN_FOR = timedelta(hours=12)

# Moments of a day lie between its start and an hour before its end, drawn from a keyed digest.
_ASK = """
INSERT INTO attendance_presenceprompt (employee_id, day, asked_at)
SELECT employee_id, day, asked_at
  FROM (
        SELECT w.employee_id, w.day, w.first_start + make_interval(mins => (
                   ('x' || substr(md5(%(secret)s || w.employee_id || ':' || w.day || ':' || n), 1, 7))::bit(28)::int
                   %% GREATEST(1, (EXTRACT(EPOCH FROM w.first_end - w.first_start) / 60)::int - 60))) AS asked_at
          FROM attendance_workday w CROSS JOIN generate_series(1, %(number)s) n
         WHERE w.day BETWEEN %(day)s::date - 1 AND %(day)s::date + 1
           AND w.whereabouts IN ('home', 'other', 'field') AND w.first_start IS NOT NULL
       ) drawn
 WHERE asked_at > %(since)s AND asked_at <= %(at)s
ON CONFLICT (employee_id, asked_at) DO NOTHING
RETURNING id, employee_id
"""


def _secret() -> str:
    return hmac.new(settings.EVIDENCE_KEY.encode(), b"presence-prompts", hashlib.sha256).hexdigest()


@transaction.atomic
def ask_prompts(*, at: datetime) -> int:
    """Ask whoever is due since the last time; each is told once. Returns how many were asked."""
    day = timezone.localdate(at)
    terms = attendance_terms_on(day)
    if not terms.prompts_per_day:
        return 0
    values: dict[str, Any] = {
        "secret": _secret(),
        "number": terms.prompts_per_day,
        "day": day,
        "at": at,
        "since": at - 2 * EVERY,
    }
    with connection.cursor() as cursor:
        cursor.execute(_ASK, values)
        asked = dict(cursor.fetchall())
    users = dict(Employee.objects.filter(pk__in=asked.values(), user__isnull=False).values_list("pk", "user_id"))
    if users:
        notify(
            user_ids=list(users.values()),
            code="presence.prompt",
            context={},
            url=reverse("attendance:presence"),
            key=f"presence.prompt:{at.isoformat(timespec='minutes')}",
        )
    return len(asked)


def open_prompts(employee_id: int, at: datetime) -> QuerySet[PresencePrompt]:
    """What somebody may still confirm: not answered, and not past its time."""
    rows = PresencePrompt.objects.filter(employee_id=employee_id, event__isnull=True)
    return rows.filter(asked_at__gt=at - SHOWN_FOR, asked_at__lte=at).filter(Q(due_at__isnull=True) | Q(due_at__gt=at))


def _own(by: User, prompt_id: int) -> PresencePrompt:
    rows = PresencePrompt.objects.select_for_update(of=("self",)).select_related("employee")
    prompt = rows.filter(pk=prompt_id).first()
    if prompt is None or prompt.employee.user_id != by.pk:
        raise PermissionDenied(_("This confirmation is not asked of you."))
    return prompt


@transaction.atomic
def see_prompt(*, by: User, prompt_id: int, at: datetime | None = None) -> PresencePrompt:
    """Note that the person has it before them; from now on the minutes to confirm run. Seen twice is once."""
    prompt = _own(by, prompt_id)
    if prompt.seen_at is None:
        prompt.seen_at = at or timezone.now()
        minutes = attendance_terms_on(prompt.day).prompt_minutes
        prompt.due_at = prompt.seen_at + timedelta(minutes=minutes)
        prompt.save(update_fields=["seen_at", "due_at"])
    return prompt


@transaction.atomic
def answer_prompt(*, by: User, prompt_id: int, at: datetime | None = None) -> PresencePrompt:
    """Confirm; it counts as seen too. Raises ValidationError once its time is over."""
    now = at or timezone.now()
    prompt = _own(by, prompt_id)
    if prompt.event_id is not None:
        return prompt
    if prompt.due_at is not None and prompt.due_at < now:
        raise ValidationError(_("The time to confirm is over. You can answer the flag that says so."), "late")
    prompt.event = record_event(employee=prompt.employee, direction=Direction.CONFIRM, client_id=uuid4(), now=now)
    prompt.seen_at, prompt.due_at = prompt.seen_at or now, prompt.due_at or now
    prompt.save(update_fields=["event", "seen_at", "due_at"])
    return prompt


def flag_missed_prompts(*, at: datetime) -> int:
    """Raise a flag for every seen prompt whose time ran out; one flag a day and person. May run twice."""
    from attendance.services.flags import raise_flag  # the worker alone needs it, not the page

    rows = PresencePrompt.objects.filter(event__isnull=True, seen_at__isnull=False, due_at__lt=at)
    missed = list(rows.filter(day__gte=timezone.localdate(at) - timedelta(days=2)).order_by("pk"))
    for prompt in missed:
        detail = {"asked_at": prompt.asked_at.isoformat(), "due_at": prompt.due_at.isoformat() if prompt.due_at else ""}
        raise_flag(employee_id=prompt.employee_id, day=prompt.day, kind=FlagKind.PROMPT_MISSED, detail=detail)
    return len(missed)
