"""What the REST views of all apps are made of. Not in ``config.api``: REST framework's settings load that one."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from rest_framework import mixins, negotiation, permissions, viewsets
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

from config.problem import Conflict

__all__ = ["AnyForm", "Conflict", "DetailViewSet", "ListViewSet", "ReadViewSet", "needs"]


def needs(permission: str) -> type[permissions.BasePermission]:
    """Return a permission class: 401 for nobody, 403 for those who do not hold ``permission`` in general."""

    class Needs(permissions.IsAuthenticated):
        def has_permission(self, request: Request, view: Any) -> bool:
            return super().has_permission(request, view) and request.user.has_perm(permission)

    return Needs


class AnyForm(negotiation.DefaultContentNegotiation):
    """For files: whatever the client says it accepts, it gets the file (or the problem)."""

    def select_renderer(
        self, request: Request | HttpRequest, renderers: Any, format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        """Return the first renderer, which is asked for problems only."""
        return renderers[0], renderers[0].media_type


class ListViewSet(mixins.ListModelMixin, viewsets.GenericViewSet):
    """A list in pages. ``queryset`` names the model; ``get_queryset`` gives what the user may see."""


class DetailViewSet(mixins.RetrieveModelMixin, viewsets.GenericViewSet):
    """One row by its address; what the user may not see is not there (404)."""


class ReadViewSet(mixins.RetrieveModelMixin, ListViewSet):
    """A list and its rows."""
