"""Middleware that belongs to no app: request id, the client's real address, and faults that have an answer."""

from __future__ import annotations

import ipaddress
import uuid
from collections.abc import Callable

import structlog
from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django_fsm import TransitionNotAllowed

from config import errors

GetResponse = Callable[[HttpRequest], HttpResponse]

FORWARDED = ("HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO", "HTTP_X_FORWARDED_HOST", "HTTP_FORWARDED")


class RequestIdMiddleware:
    """Give every request an id that stands in the logs, on error pages and in the answer's ``X-Request-ID``."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.request_id = uuid.uuid4().hex  # type: ignore[attr-defined]
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request.request_id)  # type: ignore[attr-defined]
        response = self.get_response(request)
        response["X-Request-ID"] = request.request_id  # type: ignore[attr-defined]
        response.setdefault("Permissions-Policy", settings.PERMISSIONS_POLICY)
        return response


class ClientAddressMiddleware:
    """Set REMOTE_ADDR to the client's address where a trusted proxy says it; drop such claims of anybody else."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        claimed = any(name in request.META for name in FORWARDED)
        request.is_forwarded = claimed  # type: ignore[attr-defined]
        if claimed:
            if is_in(request.META.get("REMOTE_ADDR", ""), settings.TRUSTED_PROXIES):
                request.META["REMOTE_ADDR"] = client_address(request)
            else:
                for name in FORWARDED:
                    request.META.pop(name, None)
        return self.get_response(request)


def is_in(address: str, networks: list[ipaddress.IPv4Network | ipaddress.IPv6Network]) -> bool:
    """Tell whether an address lies in one of the networks; nonsense lies in none."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return False
    mapped = getattr(parsed, "ipv4_mapped", None)
    return any((mapped or parsed) in network for network in networks)


def client_address(request: HttpRequest) -> str:
    """Return the last address in X-Forwarded-For that is not one of our proxies."""
    peer: str = request.META["REMOTE_ADDR"]
    for hop in reversed(request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")):
        candidate = hop.strip()
        try:
            ipaddress.ip_address(candidate)
        except ValueError:
            return peer
        peer = candidate
        if not is_in(candidate, settings.TRUSTED_PROXIES):
            return candidate
    return peer


class FaultMiddleware:
    """Answer the two faults that are nobody's mistake: somebody was quicker (409), the database is away (503)."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Return the page for a fault raised by a view, or None for everything else."""
        if isinstance(exception, TransitionNotAllowed):
            return errors.conflict(request, exception)
        if isinstance(exception, (OperationalError, InterfaceError)):
            return errors.unavailable(request, exception)
        return None
