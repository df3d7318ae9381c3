"""Shapes that pages repeat: a list with filters and pages, a form that calls one service, a question before an act."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Page
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.cache import patch_vary_headers
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from config.paging import BoundedPaginator

PAGE_SIZE = 25
UNPROCESSABLE = 422

Text = str | Promise
Crumbs = list[tuple[Text, str]]


@dataclass(frozen=True)
class FormPage:
    """The frame of a form page. `cancel_url` leads back; `danger` marks an act that cannot be undone."""

    title: Text
    submit: Text
    cancel_url: str
    crumbs: Crumbs = field(default_factory=list)
    intro: Text = ""
    danger: bool = False
    template: str = "organization/form.html"
    context: dict[str, Any] = field(default_factory=dict)


def require_permission(request: HttpRequest, permission: str, obj: Any = None) -> None:
    """403 unless the user holds the permission."""
    if not request.user.has_perm(permission, obj):
        raise PermissionDenied(_("Your role does not allow this."))


def paginate(request: HttpRequest, rows: QuerySet[Any], size: int = PAGE_SIZE) -> Page[Any]:
    """The asked-for page; a number that does not exist is the nearest one that does."""
    return BoundedPaginator(rows, size).get_page(request.GET.get("page"))


def render_list(request: HttpRequest, template: str, partial: str, context: dict[str, Any]) -> HttpResponse:
    """One address, one view: htmx gets the list alone, everybody else the page around it."""
    is_part = getattr(request, "htmx", False)  # set by HtmxMiddleware
    response = render(request, partial if is_part else template, context)
    patch_vary_headers(response, ["HX-Request"])
    return response


def render_form(request: HttpRequest, form: forms.BaseForm, page: FormPage) -> HttpResponse:
    status = UNPROCESSABLE if form.is_bound and form.errors else 200
    return render(request, page.template, {"form": form, "page": page, **page.context}, status=status)


def handle_form(
    request: HttpRequest,
    form: forms.BaseForm,
    page: FormPage,
    command: Callable[[], Any],
    *,
    done: Text,
    done_url: str | Callable[[Any], str],
) -> HttpResponse:
    """Show the form; once it is valid call the command, say `done` and go to `done_url`.

    What the command refuses stands beside its field, or above the form.
    """
    if request.method == "POST" and form.is_valid():
        try:
            result = command()
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, str(done))
            return redirect(done_url(result) if callable(done_url) else done_url)
    return render_form(request, form, page)


def add_errors(form: forms.BaseForm, error: ValidationError) -> None:
    """Put a service's refusal into the form; fields that the form does not have become points of the whole form."""
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)
        return
    for name, problems in error.error_dict.items():
        form.add_error(name if name in form.fields else None, problems)


def do(request: HttpRequest, command: Callable[[], Any], *, done: Text, back: str) -> HttpResponseRedirect:
    """A button without fields: call the command, say what came of it, go back."""
    try:
        command()
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, str(done))
    return redirect(back)
