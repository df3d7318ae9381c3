"""Error pages. Each says what happened and what to do, and carries the request id.

Under ``/api/`` the same errors are problem details. The 500 and 503 pages use neither the database nor a context
processor, and fall back to plain HTML should even the template fail.
"""

from __future__ import annotations

import sys
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

import structlog
from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template import TemplateDoesNotExist, loader
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from config.problem import problem_response

logger = structlog.get_logger(__name__)

#: Seconds after which a browser or a probe should ask again.
RETRY_SECONDS = 5

#: Files of the bare error page, by the names its template uses.
BARE_FILES = {
    "icon": "favicon.svg",
    "bootstrap": "vendor/bootstrap/bootstrap.css",
    "app": "css/app.css",
    "dark": "css/dark.css",
}


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Return the 400 page (handler400)."""
    return _answer(request, HTTPStatus.BAD_REQUEST, code="bad_request")


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Return the 403 page (handler403), with the words of the refusal where it has any."""
    return _answer(request, HTTPStatus.FORBIDDEN, code="permission_denied", detail=_words(exception))


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Return the 403 page for a form whose token is missing or old (CSRF_FAILURE_VIEW)."""
    return _answer(request, HTTPStatus.FORBIDDEN, code="csrf_failed")


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Return the 404 page (handler404)."""
    return _answer(request, HTTPStatus.NOT_FOUND, code="not_found")


def conflict(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Return the 409 page or, for htmx, its fragment: the state changed under the user.

    Only errors made for people (``for_people``) bring words of their own; the state machine's are for developers.
    """
    detail = _words(exception) if getattr(exception, "for_people", False) else ""
    return _answer(request, HTTPStatus.CONFLICT, code="conflict", detail=detail, reload_url=_came_from(request))


def _words(exception: Exception | None) -> str:
    return str(exception) if exception is not None and exception.args else ""


def _came_from(request: HttpRequest) -> str:
    """The page with the form that met a conflict; home where it is not known or met it by itself."""
    referer = request.headers.get("Referer", "")
    is_own = url_has_allowed_host_and_scheme(referer, {request.get_host()}, require_https=request.is_secure())
    return urlsplit(referer).path if request.method == "POST" and is_own else "/"


def unavailable(request: HttpRequest, exception: BaseException) -> HttpResponse:
    """Return the 503 page: the database does not answer."""
    logger.error("database.unavailable", error=type(exception).__name__, detail=str(exception).strip()[:300])
    response = _answer(request, HTTPStatus.SERVICE_UNAVAILABLE, code="unavailable", bare=True)
    response["Retry-After"] = str(RETRY_SECONDS)
    return response


def server_error(request: HttpRequest) -> HttpResponse:
    """Return the 500 page (handler500), or the 503 page when a middleware met a database that is away."""
    exception = sys.exc_info()[1]
    if isinstance(exception, (OperationalError, InterfaceError)):
        return unavailable(request, exception)
    return _answer(request, HTTPStatus.INTERNAL_SERVER_ERROR, code="server_error", bare=True)


def _answer(
    request: HttpRequest, status: HTTPStatus, *, code: str, bare: bool = False, detail: str = "", reload_url: str = ""
) -> HttpResponse:
    request_id = getattr(request, "request_id", "")
    if request.path.startswith("/api/"):
        return problem_response(status=status, code=code, request_id=request_id)
    context = {
        "request_id": request_id,
        "status": int(status),
        "code": code,
        "detail": detail,
        "reload_url": reload_url,
        "files": {name: _file_url(path) for name, path in BARE_FILES.items()} if bare else {},
    }
    names = [f"{int(status)}.html"]
    if request.headers.get("HX-Request") == "true":
        names.insert(0, f"partials/{int(status)}.html")
    content = _render(names, context, None if bare else request)
    return HttpResponse(content or plain_page(status, request_id), status=status)


def _file_url(path: str) -> str:
    """Address of a static file: only the hashed copy is served, but a file that is not collected is no second fault."""
    try:
        return static(path)
    except ValueError:
        return f"{settings.STATIC_URL}{path}"


def _render(names: list[str], context: dict[str, Any], request: HttpRequest | None) -> str | None:
    # Whatever breaks while an error is being told must not hide that error: with the request, then without it.
    for candidate in [request, None] if request is not None else [None]:
        try:
            return loader.select_template(names).render(context, candidate)
        except TemplateDoesNotExist:
            return None
        except Exception:
            logger.exception("error_page.failed", template=names[-1])
    return None


def plain_page(status: HTTPStatus, request_id: str) -> str:
    """Return an error page that needs nothing but this function."""
    title = {
        HTTPStatus.NOT_FOUND: _("Page not found"),
        HTTPStatus.FORBIDDEN: _("You may not open this page"),
        HTTPStatus.CONFLICT: _("Somebody was quicker"),
        HTTPStatus.SERVICE_UNAVAILABLE: _("The system is not available for a moment"),
    }.get(status, _("Something went wrong"))
    advice = {
        HTTPStatus.SERVICE_UNAVAILABLE: _("Nothing is lost. Please try again in a minute."),
        HTTPStatus.CONFLICT: _("Load the page again to see the current state."),
    }.get(status, _("Go back and try again. If it happens again, tell the administrator this number."))
    return format_html(
        '<!doctype html><html lang="{}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        "<title>{}</title></head><body><h1>{}</h1><p>{}</p><p><code>{}</code></p></body></html>",
        get_language() or "id", title, title, advice, request_id,
    )  # fmt: skip
