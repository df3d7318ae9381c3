"""Watch for queries in loops where pages are read; commands lock row by row on purpose."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from zeal.middleware import zeal_middleware

GetResponse = Callable[[HttpRequest], HttpResponse]


def zeal_on_reads(get_response: GetResponse) -> GetResponse:
    watched: GetResponse = zeal_middleware(get_response)

    def middleware(request: HttpRequest) -> HttpResponse:
        return watched(request) if request.method in ("GET", "HEAD") else get_response(request)

    return middleware
