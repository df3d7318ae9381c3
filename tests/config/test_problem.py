"""Every refusal of the API is a problem with a stable code."""

import json

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django_fsm import TransitionNotAllowed
from rest_framework import exceptions, serializers

from config.problem import problem_handler


@pytest.mark.parametrize(
    ("raised", "status", "code"),
    [
        (Http404(), 404, "not_found"),
        (PermissionDenied(), 403, "permission_denied"),
        (TransitionNotAllowed(), 409, "conflict"),
        (exceptions.NotAuthenticated(), 401, "not_authenticated"),
        (exceptions.MethodNotAllowed("PUT"), 405, "method_not_allowed"),
        (exceptions.ParseError(), 400, "parse_error"),
        (ValidationError("Too late", code="late"), 400, "invalid"),
        (serializers.ValidationError({"start": ["Wrong"]}), 400, "invalid"),
    ],
)
def test_exception_becomes_problem(raised, status, code):
    response = problem_handler(raised, {})
    assert response is not None
    assert response.status_code == status
    assert response.content_type == "application/problem+json"
    assert {"type", "title", "status", "detail", "code", "request_id"} <= set(response.data)
    assert (response.data["status"], response.data["code"]) == (status, code)


def test_field_errors_are_listed_with_field_code_and_text():
    raised = ValidationError({"start_on": [ValidationError("Too late", code="late")], "__all__": ["Nothing fits"]})
    response = problem_handler(raised, {})
    assert response is not None
    assert response.data["errors"] == [
        {"field": "start_on", "code": "late", "detail": "Too late"},
        {"field": "non_field_errors", "code": "invalid", "detail": "Nothing fits"},
    ]


def test_nested_errors_name_their_place():
    raised = serializers.ValidationError({"outputs": [{}, {"measure": ["Wrong"]}]})
    response = problem_handler(raised, {})
    assert response is not None
    assert [entry["field"] for entry in response.data["errors"]] == ["outputs.1.measure"]


def test_unknown_exception_is_left_to_the_error_page():
    assert problem_handler(RuntimeError("x"), {}) is None


def test_unknown_api_address_is_a_problem(client):
    response = client.get("/api/v1/no-such-thing")
    assert response.status_code == 404
    assert response["Content-Type"] == "application/problem+json"
    assert json.loads(response.content)["request_id"] == response["X-Request-ID"]
