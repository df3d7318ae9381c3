"""What a group determination tells people: everybody of the annex, and whoever asked for the decision."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from fwa.models import Determination, Request
from fwa.notifications import request_url
from organization.notices import register_notice
from organization.services.notices import Told, notify, notify_each

register_notice(
    "fwa.determined",
    subject=_("Your arrangement %(number)s was determined by a decree"),
    body=_("Open it to see your days. Your excerpt of the decree follows in a moment."),
)
register_notice(
    "fwa.determination_decided",
    subject=_("The determination “%(title)s” is decided"),
    body=_("The arrangements are in force, and everybody is told. Decree and excerpts follow in a moment."),
)
register_notice(
    "fwa.determination_moved",
    subject=_("The determination “%(title)s” was not decided: something changed meanwhile"),
    body=_("Nothing was granted. Open it to see the difference by person and date, then decide again."),
)
register_notice(
    "fwa.determination_failed",
    subject=_("The determination “%(title)s” stopped"),
    body=_("Nothing was granted. Open it to read why, and try again."),
)
register_notice(
    "fwa.bundle_ready",
    subject=_("The excerpts of “%(title)s” are ready as one file"),
    body=_("Open the determination to download it."),
)


def determination_url(determination: Determination) -> str:
    return reverse("fwa:determination_detail", args=[determination.public_id])


def tell_determined(requests: Iterable[Request]) -> None:
    """Everybody of the annex who has an account, once each."""
    notify_each(
        "fwa.determined",
        [
            Told(
                user=fwa_request.employee.user,
                context={"number": fwa_request.number},
                url=request_url(fwa_request),
                key=f"fwa.determined:{fwa_request.pk}",
            )
            for fwa_request in requests
            if fwa_request.employee.user is not None
        ],
    )


def tell_asker(determination: Determination, code: str) -> None:
    """Whoever pressed the button, and who prepared it."""
    asked = determination.asked_at.isoformat() if determination.asked_at else ""
    notify(
        user_ids=[pk for pk in (determination.asked_by_id, determination.created_by_id) if pk],
        code=code,
        context={"title": determination.title},
        url=determination_url(determination),
        key=f"{code}:{determination.pk}:{asked}",
    )


def tell_bundle_ready(determination: Determination, user_id: int, attempt: int) -> None:
    notify(
        user_ids=[user_id],
        code="fwa.bundle_ready",
        context={"title": determination.title},
        url=determination_url(determination),
        key=f"fwa.bundle_ready:{determination.pk}:{attempt}",
    )
