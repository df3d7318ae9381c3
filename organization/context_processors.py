"""What every page's frame shows: who one is, where one can go, and what waits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from organization.shell import build_shell

if TYPE_CHECKING:
    from django.http import HttpRequest


def shell(request: HttpRequest) -> dict[str, Any]:
    """The frame, built lazily: pages that do not use it (fragments, the 500 page) cost no query."""
    return {"shell": build_shell(request), "request_id": getattr(request, "request_id", "")}
