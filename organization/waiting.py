"""What is asked of the user and will not wait: shown above every page while it is open. Apps above register it here."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import CharField, QuerySet, Value

if TYPE_CHECKING:
    from organization.access import Access
    from organization.models import User

NO_TEXT = Value("", output_field=CharField())


@dataclass(frozen=True)
class WaitingLine:
    """One thing asked: what, until when or how, and where to go."""

    text: str
    detail: str
    url: str
    action: str


@dataclass(frozen=True)
class Asked:
    """Rows that are open for the user. The frame counts those of every kind in one query, together with the badges.

    `text`: an aggregate over the rows, read with the count; `line(count, text)` puts both into words.
    """

    code: str
    rows: QuerySet[Any]
    line: Callable[[int, str], WaitingLine]
    text: Any = NO_TEXT


Provider = Callable[["User", "Access"], Iterable[Asked]]
_providers: list[Provider] = []


def register_waiting(provider: Provider) -> Provider:
    """Decorator: a function (user, access) -> what may be asked of the user."""
    _providers.append(provider)
    return provider


def asked_of(user: User, access: Access) -> list[Asked]:
    return [asked for provider in _providers for asked in provider(user, access)]
