"""Messages to who leads people: a first review is due, a period is over without evaluations. Each once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from organization.models import Notice, User
from organization.notices import register_notice
from organization.services.notices import Told, notify_each
from performance.models import OutputContract

register_notice(
    "performance.first_review_due",
    subject=_("The first review of an arrangement is due"),
    body=_("%(name)s, %(reference)s: look at the first months together and write the review."),
    mail_body=_("Open the list of first reviews to write it."),
)
register_notice(
    "performance.evaluations_unwritten",
    subject=_("A period is over: evaluations are still to be written"),
    body=_("Period %(start_on)s to %(end_on)s: %(count)s of the people whom you lead have no evaluation yet."),
)


@dataclass(frozen=True)
class FirstReview:
    """An arrangement whose first review is due, and an account to tell."""

    contract: OutputContract
    user_id: int


def _accounts(user_ids: Iterable[int], keys: Iterable[str]) -> tuple[dict[int, User], set[str]]:
    """Accounts of people, and which of the notices they have already; two queries."""
    users = User.objects.filter(pk__in=set(user_ids), is_service=False).only("pk", "email", "is_active")
    known = set(Notice.objects.filter(key__in=list(keys)).values_list("key", flat=True))
    return {user.pk: user for user in users}, known


def tell_first_reviews(due: Iterable[FirstReview]) -> int:
    """Who leads the person, once an arrangement; returns how many notices are new."""
    rows = [(one, f"first-review:{one.contract.pk}") for one in due]
    users, known = _accounts((one.user_id for one, _key in rows), (f"{key}:{one.user_id}" for one, key in rows))
    told = [
        Told(
            user=users[one.user_id],
            context={"name": one.contract.employee.name, "reference": one.contract.reference},
            url=reverse("performance:first_review_list"),
            key=key,
        )
        for one, key in rows
        if one.user_id in users and f"{key}:{one.user_id}" not in known
    ]
    notify_each("performance.first_review_due", told)
    return len(told)


def tell_unwritten(waiting: Mapping[int, int], *, kind: str, start: date, end: date) -> int:
    """Each leader of so many people without an evaluation of the period, once; returns how many notices are new."""
    key = f"evaluations-unwritten:{kind}:{start}"
    users, known = _accounts(waiting, (f"{key}:{user_id}" for user_id in waiting))
    told = [
        Told(
            user=users[user_id],
            context={"start_on": start.isoformat(), "end_on": end.isoformat(), "count": count},
            url=reverse("performance:evaluation_open"),
            key=key,
        )
        for user_id, count in sorted(waiting.items())
        if user_id in users and f"{key}:{user_id}" not in known
    ]
    notify_each("performance.evaluations_unwritten", told)
    return len(told)
