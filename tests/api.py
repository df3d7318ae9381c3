"""What the tests of the REST API share."""

from __future__ import annotations

from typing import Any

from rest_framework.test import APIClient

from organization.models import User

PROBLEM_MEMBERS = {"type", "title", "status", "detail", "code", "request_id"}


def client_of(user: User | None = None, **options: Any) -> APIClient:
    client = APIClient(**options)
    if user is not None:
        client.force_login(user)
    return client


def get(user: User | None, path: str, **query: Any) -> Any:
    """The JSON of a page that is there."""
    answer = client_of(user).get(f"/api/v1/{path}", query)
    assert answer.status_code == 200, answer.content
    return answer.json()


def problem(answer: Any, status: int, code: str) -> dict[str, Any]:
    """The problem that an answer is, which has to have this status and code."""
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    body: dict[str, Any] = answer.json()
    assert body.keys() >= PROBLEM_MEMBERS
    assert (body["status"], body["code"]) == (status, code)
    return body
