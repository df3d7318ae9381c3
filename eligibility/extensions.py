"""Places on this app's pages that other parts fill: panels beside the rules of a draft."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from eligibility.models import PolicyVersion
    from organization.models import User


@dataclass(frozen=True)
class DraftPanel:
    """A card on the page of a draft, drawn from `template` with `context` (as the variable `panel`)."""

    template: str
    context: dict[str, Any] = field(default_factory=dict)
    order: int = 50


PanelProvider = Callable[["User", "PolicyVersion"], DraftPanel | None]
_panels: list[PanelProvider] = []


def register_draft_panel(provider: PanelProvider) -> PanelProvider:
    """Decorator: a function (user, draft) -> panel, or nothing for a user who may not see it."""
    _panels.append(provider)
    return provider


def draft_panels(user: User, version: PolicyVersion) -> list[DraftPanel]:
    found = [panel for provider in _panels if (panel := provider(user, version))]
    return sorted(found, key=lambda panel: panel.order)
