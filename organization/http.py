"""The request as views behind the login see it."""

from __future__ import annotations

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from organization.models import User


class UserRequest(HttpRequest):
    """For annotations only: LoginRequiredMiddleware and HtmxMiddleware have run, so both attributes are there.

    Views with `@login_not_required` take a plain HttpRequest.
    """

    user: User
    htmx: HtmxDetails
