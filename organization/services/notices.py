"""Tell people: one row in the app, and an e-mail through the outbox."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils import timezone

from organization import outbox
from organization.models import Notice, User


@transaction.atomic
def notify(
    *, user_ids: Iterable[int], code: str, context: dict[str, Any], url: str, key: str, mail: bool = True
) -> None:
    """Give each user the notice `code` once per `key`; those with an address also get an e-mail."""
    users = list(User.objects.filter(pk__in=set(user_ids)).only("pk", "email", "is_active"))
    notices = [Notice(user=user, code=code, context=context, url=url, key=f"{key}:{user.pk}"[:200]) for user in users]
    Notice.objects.bulk_create(notices, ignore_conflicts=True)
    if not mail:
        return
    for user in users:
        if user.email and user.is_active:
            payload = {"user": user.pk, "code": code, "context": context, "url": url}
            outbox.add("organization.mail", payload, key=f"mail:{key}:{user.pk}"[:200])


def mark_read(*, by: User, notice_ids: Iterable[int] | None = None) -> int:
    """Mark the user's notices read (all, or the given ones); returns how many changed."""
    rows = Notice.objects.filter(user=by, read_at__isnull=True)
    if notice_ids is not None:
        rows = rows.filter(pk__in=notice_ids)
    return rows.update(read_at=timezone.now())
