"""Tell people: one row in the app, and an e-mail through the outbox."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone

from organization import outbox
from organization.models import Notice, OutboxMessage, User

BATCH = 1000


@transaction.atomic
def notify(
    *, user_ids: Iterable[int], code: str, context: dict[str, Any], url: str, key: str, mail: bool = True
) -> None:
    """Give each user the notice `code` once per `key`; those with an address also get an e-mail."""
    users = list(User.objects.filter(pk__in=set(user_ids), is_service=False).only("pk", "email", "is_active"))
    notices = [Notice(user=user, code=code, context=context, url=url, key=f"{key}:{user.pk}"[:200]) for user in users]
    Notice.objects.bulk_create(notices, ignore_conflicts=True)
    if not mail:
        return
    for user in users:
        if user.email and user.is_active:
            payload = {"user": user.pk, "code": code, "context": context, "url": url}
            outbox.add("organization.mail", payload, key=f"mail:{key}:{user.pk}"[:200])


@dataclass(frozen=True)
class Told:
    """One person's own version of a message."""

    user: User
    context: dict[str, Any]
    url: str
    key: str


@transaction.atomic
def notify_each(code: str, told: Iterable[Told], *, mail: bool = True) -> None:
    """Give many people the same notice, each with a context of their own; a fixed number of statements."""
    told = list(told)
    notices = [
        Notice(user=one.user, code=code, context=one.context, url=one.url, key=f"{one.key}:{one.user.pk}"[:200])
        for one in told
    ]
    Notice.objects.bulk_create(notices, ignore_conflicts=True, batch_size=BATCH)
    mails = [
        OutboxMessage(
            topic="organization.mail",
            payload={"user": one.user.pk, "code": code, "context": one.context, "url": one.url},
            key=f"mail:{one.key}:{one.user.pk}"[:200],
        )
        for one in told
        if mail and one.user.email and one.user.is_active
    ]
    outbox.add_many(mails)


def mark_read(*, by: User, notice_ids: Iterable[int] | None = None) -> int:
    """Mark the user's notices read (all, or the given ones); returns how many changed."""
    rows = Notice.objects.filter(user=by, read_at__isnull=True)
    if notice_ids is not None:
        rows = rows.filter(pk__in=notice_ids)
    return rows.update(read_at=timezone.now())
