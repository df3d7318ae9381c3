"""HR's pages of connections. A secret is shown on the page that answers the command, and never again."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from config.scopes import SCOPES
from organization.forms.connections import ConnectionChangeForm, ConnectionForm, ConnectionRoleForm
from organization.http import UserRequest
from organization.models import ApiClient, RoleGrant
from organization.services import connections
from organization.views.pages import (
    FormPage,
    add_errors,
    do,
    handle_form,
    paginate,
    render_form,
    render_list,
    require_permission,
)


def _found(request: UserRequest, pk: int) -> ApiClient:
    require_permission(request, connections.PERMISSION)
    client: ApiClient = get_object_or_404(ApiClient.objects.select_related("user", "created_by"), pk=pk)
    return client


def _at(pk: int) -> str:
    return reverse("organization:connection", args=[pk])


@require_safe
def connection_list(request: UserRequest) -> HttpResponse:
    """Every system that may ask, and when it last did."""
    require_permission(request, connections.PERMISSION)
    hooks = Count("webhooks", filter=Q(webhooks__is_active=True))
    rows = ApiClient.objects.annotate(hook_count=hooks).order_by("-is_active", "name", "pk")
    return render_list(
        request,
        "organization/connections/list.html",
        "organization/connections/table.html",
        {"page_obj": paginate(request, rows)},
    )


@require_safe
def connection(request: UserRequest, pk: int) -> HttpResponse:
    """One connection: what it may, whom it sees, what it is told."""
    client = _found(request, pk)
    today = timezone.localdate()
    grants = RoleGrant.objects.active_on(today).filter(user=client.user).select_related("unit")
    context = {
        "client": client,
        "scopes": [(code, SCOPES[code]) for code in client.allowed_scopes if code in SCOPES],
        "grants": grants.order_by("role", "pk"),
        "webhooks": client.webhooks.order_by("name", "pk"),
        "token_url": request.build_absolute_uri(reverse("oauth-token")),
        "crumbs": [(_("Connections"), reverse("organization:connection_list")), (str(client), "")],
    }
    return render(request, "organization/connections/detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def connection_create(request: UserRequest) -> HttpResponse:
    """A new connection; the answer shows its secret."""
    require_permission(request, connections.PERMISSION)
    form = ConnectionForm(request.POST or None)
    back = reverse("organization:connection_list")
    if request.method == "POST" and form.is_valid():
        try:
            client, secret = connections.create_connection(by=request.user, **form.cleaned_data)
        except ValidationError as error:
            add_errors(form, error)
        else:
            return _secret_page(request, client, secret)
    page = FormPage(
        title=_("Connect a system"),
        intro=_("The system gets an account of its own. Nobody can log in with it."),
        submit=_("Connect it"),
        cancel_url=back,
        crumbs=[(_("Connections"), back), (_("New"), "")],
    )
    return render_form(request, form, page)


@require_http_methods(["GET", "HEAD", "POST"])
def connection_change(request: UserRequest, pk: int) -> HttpResponse:
    client = _found(request, pk)
    initial = {"name": client.name, "purpose": client.purpose, "scopes": client.allowed_scopes}
    form = ConnectionChangeForm(request.POST or None, initial=initial)
    page = FormPage(
        title=_("Change %(name)s") % {"name": client},
        intro=_("Tokens that were issued end with the change; the system asks for new ones by itself."),
        submit=_("Save"),
        cancel_url=_at(pk),
        crumbs=[(_("Connections"), reverse("organization:connection_list")), (str(client), _at(pk)), (_("Change"), "")],
    )
    return handle_form(
        request,
        form,
        page,
        lambda: connections.change_connection(by=request.user, client_id=pk, **form.cleaned_data),
        done=_("The connection is changed."),
        done_url=_at(pk),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def connection_secret(request: UserRequest, pk: int) -> HttpResponse:
    """Ask first, then show the new secret."""
    client = _found(request, pk)
    if request.method == "POST":
        return _secret_page(request, *connections.rotate_secret(by=request.user, client_id=pk))
    context = {
        "title": _("New secret for %(name)s") % {"name": client},
        "text": _("The old secret and every token end at once. The system stays out until it has the new secret."),
        "back": _at(pk),
        "crumbs": [
            (_("Connections"), reverse("organization:connection_list")),
            (str(client), _at(pk)),
            (_("Secret"), ""),
        ],
    }
    return render(request, "organization/connections/rotate.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def connection_role(request: UserRequest, pk: int) -> HttpResponse:
    """A further role of its service user; roles are taken back in the list of roles."""
    client = _found(request, pk)
    form = ConnectionRoleForm(request.POST or None)
    page = FormPage(
        title=_("Give %(name)s a role") % {"name": client},
        intro=_("Whom it sees. No system decides a request or opens evidence."),
        submit=_("Give the role"),
        cancel_url=_at(pk),
        crumbs=[(_("Connections"), reverse("organization:connection_list")), (str(client), _at(pk)), (_("Role"), "")],
    )
    return handle_form(
        request,
        form,
        page,
        lambda: connections.grant_connection_role(by=request.user, client_id=pk, **form.cleaned_data),
        done=_("The role is given."),
        done_url=_at(pk),
    )


@require_POST
def connection_off(request: UserRequest, pk: int) -> HttpResponse:
    _found(request, pk)
    return do(
        request,
        lambda: connections.switch_connection(by=request.user, client_id=pk, on=False),
        done=_("The connection is switched off."),
        back=_at(pk),
    )


@require_POST
def connection_on(request: UserRequest, pk: int) -> HttpResponse:
    _found(request, pk)
    return do(
        request,
        lambda: connections.switch_connection(by=request.user, client_id=pk, on=True),
        done=_("The connection is switched on."),
        back=_at(pk),
    )


def _secret_page(request: UserRequest, client: ApiClient, secret: str) -> HttpResponse:
    context = {
        "title": _("Secret of %(name)s") % {"name": client},
        "text": _("Copy it into the other system now. It is stored here as a digest only and is never shown again."),
        "back": _at(client.pk),
        "client": client,
        "secret": secret,
        "token_url": request.build_absolute_uri(reverse("oauth-token")),
    }
    return render(request, "organization/connections/secret.html", context)
