"""The terms of performance: the figures in force, the versions, and a new one."""

from __future__ import annotations

from datetime import time
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import time_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from organization.http import UserRequest
from organization.views.pages import FormPage, handle_form, paginate, require_permission
from performance.forms.terms import TermsForm, term_groups
from performance.models import PerformanceTerms
from performance.services import terms as services
from performance.terms import performance_terms_on

VIEW, MANAGE = "performance.view_terms", services.PERMISSION


def _value(terms: PerformanceTerms, name: str) -> Any:
    value = getattr(terms, name)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, time):
        return time_format(value)
    shown = getattr(terms, f"get_{name}_display", None)
    return shown() if shown else value


@require_safe
def terms_list(request: UserRequest) -> HttpResponse:
    """The figures in force, and the versions before and after."""
    require_permission(request, VIEW)
    today = timezone.localdate()
    terms = performance_terms_on(today)
    labels = {field.name: field.verbose_name for field in PerformanceTerms._meta.concrete_fields}
    context = {
        "groups": [(title, [(labels[name], _value(terms, name)) for name in names]) for title, names in term_groups()],
        "page_obj": paginate(request, PerformanceTerms.objects.order_by("-valid_from")),
        "today": today,
        "may_manage": request.user.has_perm(MANAGE),
    }
    return render(request, "performance/terms_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def terms_create(request: UserRequest) -> HttpResponse:
    """A new version from a day on, beginning with the figures in force."""
    require_permission(request, MANAGE)
    back = reverse("performance:terms_list")
    current = performance_terms_on(timezone.localdate())
    fields = {field.name: getattr(current, field.name) for field in PerformanceTerms._meta.concrete_fields}
    form = TermsForm(request.POST or None, initial=fields)
    page = FormPage(
        title=_("New version of the terms"),
        submit=_("Save the version"),
        cancel_url=back,
        crumbs=[(_("Terms of performance"), back), (_("New version"), "")],
        intro=_("It applies from its first day on; days before keep the version they had."),
        template="performance/terms_form.html",
    )
    return handle_form(
        request,
        form,
        page,
        lambda: services.new_terms(by=request.user, valid_from=form.cleaned_data["valid_from"], values=form.values()),
        done=_("The version is saved."),
        done_url=back,
    )
