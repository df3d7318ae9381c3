"""What the system tells people: one text per code, shown in the app and sent by e-mail in the reader's language.

Nothing personal beyond need: texts name the number of a request and what to do, never reasons, places or health.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from django.apps import apps
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class NoticeText:
    """Subject and sentence, with %(name)s places for the notice's context; `words` turns a code into words.

    `mail_body`: what a mail says instead, where the sentence of the app holds words that do not belong into a mail.
    """

    subject: Promise
    body: Promise
    mail_body: Promise | None = None
    words: Mapping[str, Callable[[str], Any]] = field(default_factory=dict)


_texts: dict[str, NoticeText] = {}


def discover_notices() -> None:
    """Import every `notifications*.py` of the installed apps: the worker that sends a mail may have called nothing of
    the app that wrote it."""
    for config in apps.get_app_configs():
        for module in iter_modules([config.path]):
            if module.name.startswith("notifications"):
                import_module(f"{config.name}.{module.name}")


def register_notice(
    code: str,
    *,
    subject: Promise,
    body: Promise,
    mail_body: Promise | None = None,
    words: Mapping[str, Callable[[str], Any]] | None = None,
) -> None:
    """Make a text known. Context names that end in `_on` hold ISO dates; `words` names how codes are read."""
    _texts[code] = NoticeText(subject=subject, body=body, mail_body=mail_body, words=words or {})


def _in_words(text: NoticeText, name: str, value: Any) -> Any:
    if name.endswith("_on") and value:
        return date_format(date.fromisoformat(value), "DATE_FORMAT")
    return text.words[name](value) if name in text.words else value


def render_notice(code: str, context: dict[str, Any], *, for_mail: bool = False) -> tuple[str, str]:
    """Subject and body in the active language."""
    text = _texts[code]
    body = text.mail_body if for_mail and text.mail_body is not None else text.body
    values = {name: _in_words(text, name, value) for name, value in context.items()}
    return str(text.subject) % values, str(body) % values


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
    "import.checked",
    subject=_("%(file)s is checked; nothing is imported yet"),
    body=_("%(accepted)s rows are right, %(rejected)s rejected. Open it to import them."),
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
    mail_body=_("HR could not verify the address you reported. The reason stands in your notices."),
)
register_notice(
    "delegation.created",
    subject=_("%(kind)s from %(start)s"),
    body=_("From %(start)s %(delegate)s acts as %(kind)s for %(principal)s."),
)
register_notice(
    "task_mapping.proposed",
    subject=_("%(unit)s proposes a task mapping"),
    body=_("Positions: %(count)s. Open the proposals to see the difference, then confirm or decline."),
)
register_notice(
    "task_mapping.confirmed",
    subject=_("Your task mapping is confirmed: %(position)s"),
    body=_("HR confirmed what you proposed. It counts from %(valid_from_on)s."),
)
register_notice(
    "task_mapping.declined",
    subject=_("Your task mapping is not confirmed: %(position)s"),
    body=_("HR declined the proposal: %(reason)s"),
    mail_body=_("HR declined the proposal. The reason stands with it."),
)
register_notice(
    "national_period.started",
    subject=_("%(name)s begins"),
    body=_(
        "%(label)s applies to you from %(start_on)s. Your own arrangements stay as they are and say your place again "
        "afterwards."
    ),
)
register_notice(
    "national_period.ended",
    subject=_("%(name)s ends early"),
    body=_("%(label)s ends with %(end_on)s. From the next day on your own arrangements, or your office, apply again."),
)

register_notice(
    "webhook.failed",
    subject=_("Messages to %(name)s could not be delivered"),
    body=_("The system did not take them for days. Open its page, mend the address, and send them again."),
)
