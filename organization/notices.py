"""What the system tells people: one text per code, shown in the app and sent by e-mail in the reader's language.

Nothing personal beyond need: texts name the number of a request and what to do, never reasons, places or health.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class NoticeText:
    """Subject and sentence, with %(name)s places for the notice's context."""

    subject: Promise
    body: Promise


_texts: dict[str, NoticeText] = {}


def register_notice(code: str, *, subject: Promise, body: Promise) -> None:
    _texts[code] = NoticeText(subject=subject, body=body)


def render_notice(code: str, context: dict[str, Any]) -> tuple[str, str]:
    """Subject and body in the active language."""
    text = _texts[code]
    return str(text.subject) % context, str(text.body) % context


register_notice(
    "account.activation",
    subject=_("Activate your account"),
    body=_("An account was made for you. Set your password with the link below; it works once, for %(days)s days."),
)
register_notice(
    "import.finished",
    subject=_("The import of %(file)s has finished"),
    body=_("%(accepted)s rows accepted, %(rejected)s rejected. Open it to see the result."),
)
register_notice(
    "domicile.verified",
    subject=_("Your address was verified"),
    body=_("HR has verified your registered home address. It counts for working from home from now on."),
)
register_notice(
    "domicile.refused",
    subject=_("Your address was not changed"),
    body=_("HR could not verify the address you reported: %(reason)s"),
)
register_notice(
    "delegation.created",
    subject=_("%(kind)s from %(start)s"),
    body=_("From %(start)s %(delegate)s acts as %(kind)s for %(principal)s."),
)
