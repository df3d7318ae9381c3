"""Watch for queries in loops where pages are read; commands lock row by row on purpose."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from zeal.middleware import zeal_middleware

# The way back from an identity provider is a GET, and logs in: it loads the session more than once.
LOGIN = "/accounts/oidc/"

GetResponse = Callable[[HttpRequest], HttpResponse]


def zeal_on_reads(get_response: GetResponse) -> GetResponse:
    watched: GetResponse = zeal_middleware(get_response)

    def middleware(request: HttpRequest) -> HttpResponse:
        is_read = request.method in ("GET", "HEAD") and not request.path.startswith(LOGIN)
        return watched(request) if is_read else get_response(request)

    return middleware
