"""Places on this app's pages that apps above fill: panels on a person's page, links on the pages of the agency and of
a unit, the rules that a task mapping decides, and what a new limit of a unit would mean for days already granted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from django.utils.functional import Promise

if TYPE_CHECKING:
    from organization.models import Employee, Unit, User


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
    """Pages: "agency" (its profile and letterhead), "policies" (the list of policies)."""
    _links.setdefault(page, []).append(link)


def page_links(page: str) -> list[PageLink]:
    return list(_links.get(page, ()))


@dataclass(frozen=True)
class TaskShareRule:
    """A rule of a policy in force that asks for a share of the working time on tasks meeting the criteria of `facet`
    ("location", "shift" or "dynamic")."""

    policy: str
    article: str
    facet: str
    min_share_pct: int


TaskRulesProvider = Callable[[date], list[TaskShareRule]]
_task_rules: list[TaskRulesProvider] = []


def register_task_share_rules(provider: TaskRulesProvider) -> TaskRulesProvider:
    """Decorator: a function day -> rules in force that day."""
    _task_rules.append(provider)
    return provider


def task_share_rules(day: date) -> list[TaskShareRule]:
    return [rule for provider in _task_rules for rule in provider(day)]


@dataclass(frozen=True)
class UnitLink:
    """A button at the head of a unit's page."""

    label: str | Promise
    url: str
    icon: str


UnitLinkProvider = Callable[["User", "Unit"], UnitLink | None]
_unit_links: list[UnitLinkProvider] = []


def register_unit_link(provider: UnitLinkProvider) -> UnitLinkProvider:
    """Decorator: a function (user, unit) -> link, or nothing for a user who may not open it."""
    _unit_links.append(provider)
    return provider


def unit_links(user: User, unit: Unit) -> list[UnitLink]:
    return [link for provider in _unit_links if (link := provider(user, unit))]


@dataclass(frozen=True)
class NewLimit:
    """A limit somebody is about to set: a quota in percent (`quota_pct`), or a minimum on site (`count`) on `weekday`
    (ISO, none: every working day) among `position_group` (empty: everybody)."""

    unit: Unit
    valid_from: date
    quota_pct: int | None = None
    count: int | None = None
    weekday: int | None = None
    position_group: str = ""


@dataclass(frozen=True)
class OverLimit:
    """A day on which what is granted already goes beyond a new limit. `figure` of `limit`; `who` may be empty."""

    day: date
    figure: int
    limit: int
    who: tuple[str, ...] = ()


LimitEffectProvider = Callable[["User", NewLimit], list[OverLimit]]
_limit_effects: list[LimitEffectProvider] = []


def register_limit_effect(provider: LimitEffectProvider) -> LimitEffectProvider:
    """Decorator: a function (user, new limit) -> granted days beyond it, with the names the user may see."""
    _limit_effects.append(provider)
    return provider


def over_limit(user: User, limit: NewLimit) -> list[OverLimit]:
    return sorted((row for provider in _limit_effects for row in provider(user, limit)), key=lambda row: row.day)
