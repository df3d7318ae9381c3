"""How a notice reaches somebody by mail: at once, with the mail of the day, or not at all."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction

from organization import outbox
from organization.mail_groups import ALWAYS_AT_ONCE, MailDelivery, NoticeGroup, group_of
from organization.models import DigestItem, MailPreference, OutboxMessage, User

TOPIC = "organization.digest"


def delivery_for(user: User, code: str) -> MailDelivery:
    """What the user chose for notices like this one; what concerns rights and decisions comes at once. One query."""
    if code in ALWAYS_AT_ONCE:
        return MailDelivery.NOW
    chosen = MailPreference.objects.filter(user=user, group=group_of(code)).values_list("delivery", flat=True).first()
    return MailDelivery(chosen) if chosen else MailDelivery.NOW


def keep_for_digest(user: User, code: str, context: dict[str, Any], url: str) -> None:
    """Let it wait for the mail of the day."""
    DigestItem.objects.create(user=user, code=code, context=context, url=url)


@transaction.atomic
def set_mail_preferences(*, by: User, choices: Mapping[str, str]) -> None:
    """Save one's own choices by group; what is not named stays as it is. ValueError for a word that is none."""
    rows = [
        MailPreference(user=by, group=NoticeGroup(group).value, delivery=MailDelivery(delivery).value)
        for group, delivery in choices.items()
    ]
    MailPreference.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["user", "group"], update_fields=["delivery"]
    )


def preferences_of(user: User) -> dict[str, str]:
    """The choice for every group. One query."""
    chosen = dict(MailPreference.objects.filter(user=user).values_list("group", "delivery"))
    return {group: chosen.get(group, MailDelivery.NOW.value) for group in NoticeGroup.values}


@transaction.atomic
def queue_digests(*, on: date) -> int:
    """One message per person with something waiting; running it again on the day adds nothing. How many people."""
    users = list(DigestItem.objects.order_by("user_id").values_list("user_id", flat=True).distinct())
    outbox.add_many(
        OutboxMessage(topic=TOPIC, payload={"user": user_id}, key=f"digest:{on.isoformat()}:{user_id}")
        for user_id in users
    )
    return len(users)


def take_waiting(user: User) -> list[DigestItem]:
    """What waits for the user, taken out; call it in the transaction that sends the mail."""
    items = list(DigestItem.objects.select_for_update().filter(user=user))
    DigestItem.objects.filter(pk__in=[item.pk for item in items]).delete()
    return items
