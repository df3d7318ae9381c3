"""HR's pages of webhooks: what a connection is told, and what became of each message."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from organization.forms.connections import WebhookForm
from organization.http import UserRequest
from organization.models import ApiClient, Webhook, WebhookDelivery
from organization.services import webhooks
from organization.services.connections import PERMISSION
from organization.views.pages import (
    Crumbs,
    FormPage,
    add_errors,
    do,
    handle_form,
    paginate,
    render_form,
    render_list,
    require_permission,
)
from organization.webhooks import EVENTS


def _found(request: UserRequest, pk: int) -> Webhook:
    require_permission(request, PERMISSION)
    hook: Webhook = get_object_or_404(Webhook.objects.select_related("client"), pk=pk)
    return hook


def _at(pk: int) -> str:
    return reverse("organization:webhook", args=[pk])


def _crumbs(client: ApiClient, *more: tuple[str, str]) -> Crumbs:
    """From the list of connections down."""
    above: Crumbs = [
        (_("Connections"), reverse("organization:connection_list")),
        (str(client), reverse("organization:connection", args=[client.pk])),
    ]
    return above + list(more)


@require_safe
def webhook(request: UserRequest, pk: int) -> HttpResponse:
    """One webhook with its messages, the newest first."""
    hook = _found(request, pk)
    context = {
        "hook": hook,
        "events": [(code, EVENTS[code]) for code in hook.events if code in EVENTS],
        "page_obj": paginate(request, WebhookDelivery.objects.filter(webhook=hook).order_by("-created_at", "-pk")),
        "crumbs": _crumbs(hook.client, (str(hook), "")),
    }
    return render_list(
        request, "organization/connections/webhook.html", "organization/connections/deliveries.html", context
    )


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def webhook_create(request: UserRequest, pk: int) -> HttpResponse:
    """A new webhook of a connection; the answer shows its secret."""
    require_permission(request, PERMISSION)
    client: ApiClient = get_object_or_404(ApiClient, pk=pk)
    form = WebhookForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            hook, secret = webhooks.create_webhook(by=request.user, client_id=pk, **form.cleaned_data)
        except ValidationError as error:
            add_errors(form, error)
        else:
            return _secret_page(request, hook, secret)
    page = FormPage(
        title=_("Tell %(name)s of decisions") % {"name": client},
        intro=_("It hears of the units that it may see: ids, numbers and dates, no names and no reasons."),
        submit=_("Add the webhook"),
        cancel_url=reverse("organization:connection", args=[pk]),
        crumbs=_crumbs(client, (_("New webhook"), "")),
    )
    return render_form(request, form, page)


@require_http_methods(["GET", "HEAD", "POST"])
def webhook_change(request: UserRequest, pk: int) -> HttpResponse:
    hook = _found(request, pk)
    form = WebhookForm(request.POST or None, initial={"name": hook.name, "url": hook.url, "events": hook.events})
    page = FormPage(
        title=_("Change %(name)s") % {"name": hook},
        submit=_("Save"),
        cancel_url=_at(pk),
        crumbs=_crumbs(hook.client, (str(hook), _at(pk)), (_("Change"), "")),
    )
    return handle_form(
        request,
        form,
        page,
        lambda: webhooks.change_webhook(by=request.user, webhook_id=pk, **form.cleaned_data),
        done=_("The webhook is changed."),
        done_url=_at(pk),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def webhook_secret(request: UserRequest, pk: int) -> HttpResponse:
    """Ask first, then show the new secret."""
    hook = _found(request, pk)
    if request.method == "POST":
        return _secret_page(request, *webhooks.rotate_webhook_secret(by=request.user, webhook_id=pk))
    context = {
        "title": _("New secret for %(name)s") % {"name": hook},
        "text": _("Messages are signed with the new secret at once. The receiver refuses them until it has it."),
        "back": _at(pk),
        "crumbs": _crumbs(hook.client, (str(hook), _at(pk)), (_("Secret"), "")),
    }
    return render(request, "organization/connections/rotate.html", context)


@require_POST
def webhook_off(request: UserRequest, pk: int) -> HttpResponse:
    _found(request, pk)
    return do(
        request,
        lambda: webhooks.switch_webhook(by=request.user, webhook_id=pk, on=False),
        done=_("The webhook is switched off."),
        back=_at(pk),
    )


@require_POST
def webhook_on(request: UserRequest, pk: int) -> HttpResponse:
    _found(request, pk)
    return do(
        request,
        lambda: webhooks.switch_webhook(by=request.user, webhook_id=pk, on=True),
        done=_("The webhook is switched on."),
        back=_at(pk),
    )


@require_POST
def send_again(request: UserRequest, pk: int, delivery_pk: int) -> HttpResponse:
    """Send one message once more."""
    hook = _found(request, pk)
    delivery = get_object_or_404(WebhookDelivery, pk=delivery_pk, webhook=hook)
    return do(
        request,
        lambda: webhooks.send_again(by=request.user, delivery_id=delivery.pk),
        done=_("The message is on its way again."),
        back=_at(pk),
    )


def _secret_page(request: UserRequest, hook: Webhook, secret: str) -> HttpResponse:
    context = {
        "title": _("Secret of %(name)s") % {"name": hook},
        "text": _("Copy it into the receiving system now; it checks the signatures with it. It is not shown again."),
        "back": _at(hook.pk),
        "secret": secret,
    }
    return render(request, "organization/connections/secret.html", context)
