"""Request ids, the client's address, and faults that have an answer."""

import ipaddress

import pytest
from django.db import OperationalError
from django.http import HttpResponse
from django.test import RequestFactory
from django_fsm import TransitionNotAllowed

from config import errors
from config.middleware import ClientAddressMiddleware, FaultMiddleware


def address_seen(**meta):
    request = RequestFactory().get("/", **meta)
    ClientAddressMiddleware(lambda _request: HttpResponse())(request)
    return request.META


@pytest.mark.parametrize(
    ("forwarded", "seen"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("198.51.100.1, 203.0.113.9", "203.0.113.9"),  # the first entry is the client's own claim
        ("203.0.113.9, 10.0.0.7", "203.0.113.9"),  # two proxies of ours
        ("nonsense", "10.0.0.5"),
    ],
)
def test_trusted_proxy_tells_the_client(settings, forwarded, seen):
    settings.TRUSTED_PROXIES = [ipaddress.ip_network("10.0.0.0/8")]
    assert address_seen(REMOTE_ADDR="10.0.0.5", HTTP_X_FORWARDED_FOR=forwarded)["REMOTE_ADDR"] == seen


def test_claims_of_anybody_else_are_dropped(settings):
    settings.TRUSTED_PROXIES = [ipaddress.ip_network("10.0.0.0/8")]
    meta = address_seen(REMOTE_ADDR="203.0.113.1", HTTP_X_FORWARDED_FOR="198.51.100.1", HTTP_X_FORWARDED_PROTO="https")
    assert meta["REMOTE_ADDR"] == "203.0.113.1"
    assert "HTTP_X_FORWARDED_PROTO" not in meta


def test_every_answer_carries_its_request_id(client):
    first, second = client.get("/healthz"), client.get("/healthz")
    assert len(first["X-Request-ID"]) == 32
    assert first["X-Request-ID"] != second["X-Request-ID"]


def test_policy_of_contents_is_strict(client):
    policy = client.get("/healthz")["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "script-src 'self'" in policy


@pytest.mark.parametrize(
    ("raised", "status"), [(TransitionNotAllowed(), 409), (OperationalError("gone"), 503), (KeyError(), None)]
)
def test_fault_has_its_page(raised, status):
    request = RequestFactory().get("/")
    answer = FaultMiddleware(lambda _request: HttpResponse()).process_exception(request, raised)
    assert (answer.status_code if answer else None) == status


def test_500_page_needs_no_database_and_no_context(django_db_blocker):
    request = RequestFactory().get("/")
    request.request_id = "0123456789abcdef"
    response = errors.server_error(request)
    assert response.status_code == 500
    assert b"0123456789abcdef" in response.content


def test_500_page_uses_the_files_that_are_served(monkeypatch):
    """Only hashed copies exist in production."""
    monkeypatch.setattr(errors, "static", lambda path: f"/static/hashed/{path}")
    assert b'href="/static/hashed/css/app.css"' in errors.server_error(RequestFactory().get("/")).content


def test_500_page_comes_also_when_a_file_is_not_collected(monkeypatch):
    def missing(path):
        raise ValueError(path)

    monkeypatch.setattr(errors, "static", missing)
    assert b"css/app.css" in errors.server_error(RequestFactory().get("/")).content


def test_500_becomes_503_when_the_database_is_away():
    request = RequestFactory().get("/")
    try:
        raise OperationalError("the database system is starting up")
    except OperationalError:
        response = errors.server_error(request)
    assert response.status_code == 503
    assert response["Retry-After"] == "5"


def test_error_page_survives_a_broken_template(monkeypatch):
    def broken(*_args, **_kwargs):
        raise RuntimeError

    monkeypatch.setattr(errors.loader, "select_template", broken)
    request = RequestFactory().get("/")
    request.request_id = "<id>"
    response = errors.not_found(request)
    assert response.status_code == 404
    assert b"&lt;id&gt;" in response.content
