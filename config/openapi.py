"""The OpenAPI document and its page. Loaded by ``config.urls``, since REST framework's settings load ``config.api``."""

import re
from http import HTTPStatus
from typing import Any

from django.urls import Resolver404, resolve, reverse
from drf_spectacular.authentication import SessionScheme
from drf_spectacular.extensions import OpenApiAuthenticationExtension, OpenApiSerializerFieldExtension
from drf_spectacular.views import SpectacularSwaggerSplitView

from config.scopes import SCOPES, scope_for


class SessionAuthenticationScheme(SessionScheme):
    """Description of the session login in the OpenAPI document."""

    target_class = "config.api.SessionAuthentication"


# What fits the converters of a path, to find the address that it belongs to.
SAMPLES = ("1", "00000000-0000-0000-0000-000000000000", "csv")


class TokenAuthenticationScheme(OpenApiAuthenticationExtension):
    """Description of the tokens of systems, with the scope of each operation."""

    target_class = "config.tokens.TokenAuthentication"
    name = "oauth2"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        """Return the flow with its scopes."""
        flow = {
            "tokenUrl": reverse("oauth-token"),
            "scopes": {code: str(words) for code, words in SCOPES.items()},
        }
        return {"type": "oauth2", "flows": {"clientCredentials": flow}}

    def get_security_requirement(self, auto_schema: Any) -> dict[str, list[str]] | None:  # type: ignore[override]
        """Return the scope that the operation asks for; None where systems have no access."""
        name = next((found for sample in SAMPLES if (found := _name_of(auto_schema.path, sample))), "")
        scope = scope_for(name, auto_schema.method)
        return None if scope is None else {self.name: [scope] if scope else []}


def _name_of(path: str, sample: str) -> str:
    try:
        return resolve(re.sub(r"{[^}]*}", sample, path)).view_name
    except Resolver404:
        return ""


class LocalTimeFieldExtension(OpenApiSerializerFieldExtension):
    """A time of the day in the unit's zone; the format `time` of JSON Schema would ask for an offset."""

    target_class = "rest_framework.fields.TimeField"

    def map_serializer_field(self, auto_schema: Any, direction: str) -> dict[str, Any]:
        return {"type": "string", "pattern": r"^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d+)?)?$", "example": "07:30:00"}


class DocsView(SpectacularSwaggerSplitView):
    """Swagger from local files, its script in a file of its own (the CSP allows no inline script or style)."""

    template_name = "api/docs.html"


# What the errors of an operation can be, apart from 401, 403 and 406, which every operation that asks for login has.
ERRORS_OF_WRITES = (
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.CONFLICT,
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
)
PROBLEM: dict[str, Any] = {
    "type": "object",
    "description": "A problem (RFC 9457). `code` is stable, the texts are in the reader's language. Problems of some"
    " codes have further members: `not_eligible` the `verdicts`, `no_date` the `dates`.",
    "required": ["type", "title", "status", "detail", "code", "request_id"],
    "properties": {
        "type": {"type": "string", "format": "uri"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string"},
        "request_id": {"type": "string"},
        "errors": {
            "type": "array",
            "description": "One entry per field that is not accepted.",
            "items": {
                "type": "object",
                "required": ["field", "code", "detail"],
                "properties": {name: {"type": "string"} for name in ("field", "code", "detail")},
            },
        },
    },
}


def add_problems(result: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
    """Add to each operation the problems it can answer with (POSTPROCESSING_HOOKS)."""
    components = result.setdefault("components", {})
    components.setdefault("schemas", {})["Problem"] = PROBLEM
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    for path, operations in result["paths"].items():
        for method, operation in operations.items():
            for status in _errors(path, method, operation):
                answer = {"description": status.phrase, "content": content}
                operation["responses"].setdefault(str(status.value), answer)
    return result


def _errors(path: str, method: str, operation: dict[str, Any]) -> list[HTTPStatus]:
    statuses = [HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_ACCEPTABLE, HTTPStatus.TOO_MANY_REQUESTS]
    where = {parameter["in"] for parameter in operation.get("parameters", ())}
    if "query" in where:
        statuses.append(HTTPStatus.BAD_REQUEST)
    by_body = method != "get" and "requestBody" in operation  # the body may name what nobody in reach has
    if by_body or "{" in path or "page" in {parameter["name"] for parameter in operation.get("parameters", ())}:
        statuses.append(HTTPStatus.NOT_FOUND)
    if method != "get":
        statuses += ERRORS_OF_WRITES
    return statuses
