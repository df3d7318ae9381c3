"""Before a change is saved: the form comes back once with what it will hit, and is sent again to confirm."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse

from organization.changes import Impact, Planned, impact_of
from organization.models import User
from organization.views.pages import FormPage, Text, handle_form, render_form

CONFIRMED = "confirmed"


def handle_form_with_impact(
    request: HttpRequest,
    form: forms.BaseForm,
    page: FormPage,
    command: Callable[[], Any],
    *,
    planned: Callable[[], Planned],
    done: Text,
    done_url: str | Callable[[Any], str],
) -> HttpResponse:
    """As `handle_form`; where the change hits something it is said first, and asked again when that moves meanwhile."""
    if request.method == "POST" and form.is_valid():
        user: User = request.user  # type: ignore[assignment]
        impact = impact_of(user, planned())
        if impact and request.POST.get(CONFIRMED) != figure(impact):
            asked = replace(page, context={**page.context, "impact": impact, "confirmed": figure(impact)})
            return render_form(request, form, asked)
    return handle_form(request, form, page, command, done=done, done_url=done_url)


def figure(impact: Impact) -> str:
    """What is confirmed: so many arrangements of so many people."""
    return f"{impact.things}-{impact.people}"
