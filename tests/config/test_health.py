"""Addresses for machines."""

import pytest
from django.urls import reverse

from config import health, redis_url


def test_healthz_touches_no_database(client):
    response = client.get(reverse("healthz"))
    assert (response.status_code, response.content) == (200, b"ok\n")


@pytest.mark.django_db
def test_readyz_names_each_check(client):
    response = client.get(reverse("readyz"))
    assert response.status_code == 200
    assert response.json() == {"ready": True, "checks": {"database": "ok", "migrations": "ok", "redis": "ok"}}


@pytest.mark.django_db
def test_readyz_names_the_culprit(client, settings, tmp_path):
    settings.REDIS_URLS = redis_url.derive(f"unix://{tmp_path}/nothing.sock")
    response = client.get(reverse("readyz"))
    assert response.status_code == 503
    assert response.json()["checks"] == {"database": "ok", "migrations": "ok", "redis": "ConnectionError"}


@pytest.mark.django_db
def test_readyz_sees_pending_migrations(client, monkeypatch):
    monkeypatch.setattr(health, "_migrated", False)
    monkeypatch.setattr(health.MigrationExecutor, "migration_plan", lambda *_args: ["pending"])
    response = client.get(reverse("readyz"))
    assert (response.status_code, response.json()["checks"]["migrations"]) == (503, "PendingMigrations")


@pytest.mark.parametrize(
    ("extra", "status"),
    [
        ({"REMOTE_ADDR": "127.0.0.1"}, 200),
        ({"REMOTE_ADDR": "203.0.113.9"}, 404),
        # A proxy on this machine that nobody declared trusted: everybody seems to come from loopback.
        ({"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": "203.0.113.9"}, 404),
        ({"REMOTE_ADDR": "203.0.113.9", "HTTP_AUTHORIZATION": "Bearer let-me-in"}, 200),
        ({"REMOTE_ADDR": "203.0.113.9", "HTTP_AUTHORIZATION": "Bearer wrong"}, 404),
    ],
)
def test_metrics_are_not_public(client, settings, extra, status):
    settings.METRICS_TOKEN = "let-me-in"
    assert client.get(reverse("metrics"), **extra).status_code == status


@pytest.mark.parametrize("name", ["healthz", "readyz", "metrics"])
def test_only_reading_is_allowed(client, name):
    assert client.post(reverse(name)).status_code == 405
