"""Addresses for machines: ``/healthz`` (this process), ``/readyz`` (what it needs), ``/metrics`` (not public)."""

from __future__ import annotations

import hmac
from collections.abc import Callable

import redis
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from django_prometheus.exports import ExportToDjangoView

from config import replica
from config.middleware import is_in

REDIS_SECONDS = 1.0
_migrated = False


@login_not_required
@require_safe
@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """Say that this process answers; touches nothing else."""
    return HttpResponse("ok\n", content_type="text/plain")


@login_not_required
@require_safe
@never_cache
def readyz(request: HttpRequest) -> HttpResponse:
    """Say whether database, Redis and migrations are in order: 200 when all are, else 503 with the culprit.

    Meant for roll-outs and monitoring. Route by ``/healthz``: without Redis the pages work all the same.
    """
    checks: dict[str, Callable[[], None]] = {"database": _database, "migrations": _migrations, "redis": _redis}
    report = {}
    for name, check in checks.items():
        try:
            check()
            report[name] = "ok"
        except (Error, redis.RedisError, OSError) as error:
            report[name] = type(error).__name__
    ready = all(value == "ok" for value in report.values())
    if report["database"] == "ok" and (state := replica.lag()):
        report["replica"] = state  # told, but no reason to take this process out: the primary serves
    return JsonResponse({"ready": ready, "checks": report}, status=200 if ready else 503)


class PendingMigrations(Error):
    """The database is older than the code."""


def _database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def _migrations() -> None:
    global _migrated
    if _migrated:
        return
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise PendingMigrations
    _migrated = True


def _redis() -> None:
    with redis.Redis.from_url(
        settings.REDIS_URLS.client, socket_connect_timeout=REDIS_SECONDS, socket_timeout=REDIS_SECONDS
    ) as client:
        client.ping()


@login_not_required
@require_safe
@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """Return Prometheus figures to TRUSTED_METRICS addresses and to METRICS_TOKEN; 404 for everybody else."""
    if not (_has_token(request) or _is_near(request)):
        raise Http404
    response: HttpResponse = ExportToDjangoView(request)
    return response


def _has_token(request: HttpRequest) -> bool:
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    return bool(settings.METRICS_TOKEN) and hmac.compare_digest(given.encode(), settings.METRICS_TOKEN.encode())


def _is_near(request: HttpRequest) -> bool:
    # Behind a proxy on this machine everybody seems to come from loopback, unless the proxy is a trusted one.
    if getattr(request, "is_forwarded", False) and "HTTP_X_FORWARDED_FOR" not in request.META:
        return False
    return is_in(request.META.get("REMOTE_ADDR", ""), settings.TRUSTED_METRICS)
