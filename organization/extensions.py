"""Places on this app's pages that apps above fill: panels on a person's page, links on the agency's page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.utils.functional import Promise

if TYPE_CHECKING:
    from organization.models import Employee, User


@dataclass(frozen=True)
class PersonPanel:
    """A card on a person's page, drawn from `template` with `context`."""

    template: str
    context: dict[str, Any] = field(default_factory=dict)
    order: int = 50


@dataclass(frozen=True)
class PageLink:
    """A button at the head of a page."""

    label: str | Promise
    url_name: str
    icon: str


PanelProvider = Callable[["User", "Employee"], PersonPanel | None]
_panels: list[PanelProvider] = []
_links: dict[str, list[PageLink]] = {}


def register_person_panel(provider: PanelProvider) -> PanelProvider:
    """Decorator: a function (user, employee) -> panel, or nothing for a user who may not see it."""
    _panels.append(provider)
    return provider


def person_panels(user: User, employee: Employee) -> list[PersonPanel]:
    found = [panel for provider in _panels if (panel := provider(user, employee))]
    return sorted(found, key=lambda panel: panel.order)


def register_page_link(page: str, link: PageLink) -> None:
    """Pages: "agency" (its profile and letterhead)."""
    _links.setdefault(page, []).append(link)


def page_links(page: str) -> list[PageLink]:
    return list(_links.get(page, ()))
