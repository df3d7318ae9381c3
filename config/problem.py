"""Errors of the REST API as problem details (RFC 9457): the code is stable, the text is in the user's language."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django.core.exceptions import ObjectDoesNotExist, PermissionDenied, ValidationError
from django.http import Http404, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django_fsm import TransitionNotAllowed
from rest_framework import exceptions
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response

CONTENT_TYPE = "application/problem+json"

Members = Callable[[Any], dict[str, Any]]


@dataclass(frozen=True)
class _Kind:
    """What an app says about one of its exceptions: the code and the members that only this problem has."""

    code: str
    members: Members


_kinds: dict[type[Exception], _Kind] = {}


def problem_of(exception: type[Exception], *, code: str) -> Callable[[Members], Members]:
    """Decorate what turns an app's own exception into further members of its problem; its text is the detail."""

    def register(members: Members) -> Members:
        _kinds[exception] = _Kind(code, members)
        return members

    return register


def _kind_of(exc: Exception) -> _Kind | None:
    return next((_kinds[cls] for cls in type(exc).__mro__ if cls in _kinds), None)


def problem(
    *, status: int, code: str, request_id: str, detail: str = "", errors: list[dict[str, str]] | None = None
) -> dict[str, Any]:
    """Return the members of one problem. ``errors`` has one entry per field: field, code, detail."""
    body: dict[str, Any] = {
        "type": f"urn:fleksibel:problem:{code}",
        "title": _title(status),
        "status": int(status),
        "detail": detail or _title(status),
        "code": code,
        "request_id": request_id,
    }
    if errors:
        body["errors"] = errors
    return body


def problem_response(*, status: int, code: str, request_id: str) -> HttpResponse:
    """Return a problem from outside a REST view (unknown address, database away, fault)."""
    return JsonResponse(
        problem(status=status, code=code, request_id=request_id), status=status, content_type=CONTENT_TYPE
    )


class ProblemResponse(Response):
    """A problem is JSON, whatever form of answer was agreed on for the thing itself."""

    @property
    def rendered_content(self) -> bytes:  # type: ignore[override]  # REST framework's own answers are bytes too
        self["Content-Type"] = CONTENT_TYPE
        content: bytes = JSONRenderer().render(self.data)
        return content


def problem_handler(exc: Exception, context: dict[str, Any]) -> Response | None:
    """Turn an exception of a REST view into a problem (EXCEPTION_HANDLER); None lets the 500 and 503 pages answer."""
    request = context.get("request")
    request_id = getattr(getattr(request, "_request", request), "request_id", "")
    error = _as_api_exception(exc)
    if error is None:
        return None
    from rest_framework.views import set_rollback  # the views load the settings, which lead back here

    set_rollback()
    errors = _flatten(error.get_full_details()) if isinstance(error, exceptions.ValidationError) else []
    kind = _kind_of(exc)
    if kind is not None:
        own = problem(status=error.status_code, code=kind.code, detail=_text(exc), errors=errors, request_id=request_id)
        body = own | kind.members(exc)
    else:
        body = problem(
            status=error.status_code,
            code="invalid" if errors else _code(error),
            detail=_("Some values are not accepted.") if errors else str(error.detail),
            errors=errors,
            request_id=request_id,
        )
    return ProblemResponse(body, status=error.status_code, headers=_headers(error), content_type=CONTENT_TYPE)


def _text(exc: Exception) -> str:
    return " ".join(exc.messages) if isinstance(exc, ValidationError) else str(exc)


class Conflict(exceptions.APIException):
    """The state does not allow this act any more (409)."""

    status_code = HTTPStatus.CONFLICT
    default_code = "conflict"


def _as_api_exception(exc: Exception) -> exceptions.APIException | None:
    if isinstance(exc, exceptions.APIException):
        return exc
    if isinstance(exc, Http404 | ObjectDoesNotExist):  # also what a body names and nobody has
        return exceptions.NotFound()
    if isinstance(exc, PermissionDenied):
        return exceptions.PermissionDenied()
    if isinstance(exc, TransitionNotAllowed):
        words = str(exc) if getattr(exc, "for_people", False) else ""
        return Conflict(words or _("The state has changed meanwhile. Load it again."))
    if isinstance(exc, ValidationError):
        return _from_django(exc)
    return None


def _from_django(exc: ValidationError) -> exceptions.ValidationError:
    if not hasattr(exc, "error_dict"):
        return exceptions.ValidationError({"non_field_errors": _details(exc)})
    return exceptions.ValidationError(
        {
            ("non_field_errors" if field == "__all__" else field): [
                detail for each in problems for detail in _details(each)
            ]
            for field, problems in exc.error_dict.items()
        }
    )


def _details(exc: ValidationError) -> list[exceptions.ErrorDetail]:
    return [
        exceptions.ErrorDetail(message, code=each.code or "invalid")
        for each in exc.error_list
        for message in each.messages
    ]


def _flatten(details: Any, field: str = "") -> list[dict[str, str]]:
    if isinstance(details, dict):
        if set(details) == {"message", "code"}:
            return [{"field": field or "non_field_errors", "code": details["code"], "detail": str(details["message"])}]
        return [entry for key, value in details.items() for entry in _flatten(value, f"{field}.{key}".strip("."))]
    if isinstance(details, list):
        nested = any(isinstance(value, (dict, list)) and set(value) != {"message", "code"} for value in details)
        return [
            entry
            for index, value in enumerate(details)
            for entry in _flatten(value, f"{field}.{index}".strip(".") if nested else field)
        ]
    return [{"field": field or "non_field_errors", "code": "invalid", "detail": str(details)}]


def _code(error: exceptions.APIException) -> str:
    code = error.get_codes()
    return code if isinstance(code, str) else error.default_code


def _headers(error: exceptions.APIException) -> dict[str, str]:
    headers = {}
    # REST framework's own handler reads these two from whichever exception brings them.
    if auth_header := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = auth_header
    if wait := getattr(error, "wait", None):
        headers["Retry-After"] = str(int(wait))
    return headers


def _title(status: int) -> str:
    titles = {
        HTTPStatus.BAD_REQUEST: _("The request is not valid"),
        HTTPStatus.UNAUTHORIZED: _("Please log in"),
        HTTPStatus.FORBIDDEN: _("You may not do this"),
        HTTPStatus.NOT_FOUND: _("Not found"),
        HTTPStatus.METHOD_NOT_ALLOWED: _("This method is not allowed here"),
        HTTPStatus.NOT_ACCEPTABLE: _("This is not available in the form asked for"),
        HTTPStatus.CONFLICT: _("The state has changed meanwhile"),
        HTTPStatus.UNSUPPORTED_MEDIA_TYPE: _("This kind of content is not read here"),
        HTTPStatus.TOO_MANY_REQUESTS: _("Too many requests"),
        HTTPStatus.SERVICE_UNAVAILABLE: _("The system is not available for a moment"),
    }
    return titles.get(HTTPStatus(status)) or HTTPStatus(status).phrase
