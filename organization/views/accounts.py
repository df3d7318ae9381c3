"""HR's list of accounts: hand them out, reset, switch off and on."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from organization.filters import AccountFilter
from organization.forms.accounts import AccountForm
from organization.forms.base import UnitChoiceField
from organization.http import UserRequest
from organization.models import Employee, Unit, User
from organization.selectors import accounts_for
from organization.services import accounts
from organization.views.pages import FormPage, do, handle_form, paginate, render_list, require_permission

STATE_KINDS = {"active": "ok", "invited": "info", "waiting": "warn", "off": "n"}
SLIPS_AT_ONCE = 500


@require_safe
def account_list(request: UserRequest) -> HttpResponse:
    """Who can log in, who waits, and the buttons that hand accounts out."""
    require_permission(request, "organization.manage_people")
    rows = accounts_for(request.user)
    filterset = AccountFilter(request.GET, queryset=rows.select_related("employee"), request=request)
    counts = dict(rows.order_by().values_list("state").annotate(number=Count("pk")))
    context = {
        "filter": filterset,
        "page_obj": paginate(request, filterset.qs),
        "counts": counts,
        "unit_field": _unit_field(request).widget.render("unit", None, {"id": "slip-unit"}),  # type: ignore[arg-type]
        "may_create": request.user.has_perm("organization.grant_roles"),
    }
    return render_list(request, "organization/account_list.html", "organization/partials/account_table.html", context)


def _unit_field(request: UserRequest) -> UnitChoiceField:
    return UnitChoiceField(queryset=Unit.objects.visible_to(request.user), empty_label=None)


def _unit_named(request: UserRequest) -> Unit | None:
    """The chosen unit. 404 for one out of reach; nothing where what was typed is no unit or several."""
    typed = request.POST.get("unit", "")
    if typed.isdecimal():
        return get_object_or_404(Unit.objects.visible_to(request.user), pk=typed)
    try:
        unit: Unit | None = _unit_field(request).clean(typed)
    except ValidationError:
        return None
    return unit


def _chosen(request: UserRequest) -> list[int]:
    """Ticked accounts, or with `unit` all of that unit (and below) that were never activated."""
    rows = accounts_for(request.user)
    if request.POST.get("scope") == "unit":
        unit = _unit_named(request)
        if unit is None:
            return []
        staff = Employee.objects.in_subtree_on(unit, timezone.localdate())
        people = rows.filter(activated_at__isnull=True, deactivated_at__isnull=True, employee__in=staff)
        return list(people.values_list("pk", flat=True)[: SLIPS_AT_ONCE + 1])
    ids = [int(value) for value in request.POST.getlist("ids") if value.isdigit()]
    return list(rows.filter(pk__in=ids).values_list("pk", flat=True))


@require_POST
@never_cache
def account_hand_out(request: UserRequest) -> HttpResponse:
    """Send activation links, or show slips to print. The codes are shown this once and kept nowhere."""
    require_permission(request, "organization.manage_people")
    ids = _chosen(request)
    back = redirect("organization:account_list")
    if not ids:
        messages.warning(request, _("Nobody was chosen, or everybody there is active already."))
        return back
    if len(ids) > SLIPS_AT_ONCE:
        messages.warning(request, _("More than %(count)s people: choose a smaller unit.") % {"count": SLIPS_AT_ONCE})
        return back
    if request.POST.get("action") == "mail":
        return _send(request, ids)
    try:
        slips = accounts.print_slips(by=request.user, account_ids=ids)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return back
    return render(
        request,
        "organization/slips.html",
        {"slips": slips, "url": request.build_absolute_uri(reverse("organization:activate"))},
    )


def _send(request: UserRequest, ids: list[int]) -> HttpResponse:
    queued, without = accounts.send_activation_mails(by=request.user, account_ids=ids)
    if queued:
        text = ngettext("%(count)s link is on its way.", "%(count)s links are on their way.", queued)
        messages.success(request, text % {"count": queued})
    if without:
        text = ngettext(
            "%(count)s person has no e-mail address: print a slip.",
            "%(count)s people have no e-mail address: print slips.",
            without,
        )
        messages.warning(request, text % {"count": without})
    if not queued and not without:
        messages.warning(request, _("Nobody was chosen, or everybody there is active already."))
    return redirect("organization:account_list")


def _account(request: UserRequest, pk: int) -> User:
    require_permission(request, "organization.manage_people")
    return get_object_or_404(accounts_for(request.user), pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
def account_create(request: UserRequest) -> HttpResponse:
    """An account for somebody without employee record, such as the mayor."""
    require_permission(request, "organization.grant_roles")
    form = AccountForm(request.POST or None)
    back = reverse("organization:account_list")
    page = FormPage(
        title=_("Account without employee record"),
        intro=_(
            "For the authority and others who are not employees here. Give the role afterwards, then print a slip."
        ),
        submit=_("Make the account"),
        cancel_url=back,
        crumbs=[(_("Accounts"), back), (_("New"), "")],
    )
    return handle_form(
        request,
        form,
        page,
        lambda: accounts.create_account(by=request.user, **form.cleaned_data),
        done=_("The account waits for activation. Give it its role, then print a slip."),
        done_url=f"{back}?kind=other",
    )


@require_http_methods(["GET", "HEAD", "POST"])
def account_edit(request: UserRequest, pk: int) -> HttpResponse:
    require_permission(request, "organization.grant_roles")
    account = _account(request, pk)
    form = AccountForm(request.POST or None, instance=account)
    del form.fields["username"]
    back = reverse("organization:account_list")
    page = FormPage(
        title=account.username,
        submit=_("Save the account"),
        cancel_url=back,
        crumbs=[(_("Accounts"), back), (account.username, "")],
    )
    return handle_form(
        request,
        form,
        page,
        lambda: accounts.change_account(by=request.user, account_id=pk, **form.cleaned_data),
        done=_("Saved."),
        done_url=back,
    )


@require_POST
def account_off(request: UserRequest, pk: int) -> HttpResponse:
    _account(request, pk)
    return do(
        request,
        lambda: accounts.switch_off(by=request.user, account_id=pk),
        done=_("The account is switched off."),
        back=reverse("organization:account_list"),
    )


@require_POST
def account_on(request: UserRequest, pk: int) -> HttpResponse:
    _account(request, pk)
    return do(
        request,
        lambda: accounts.switch_on(by=request.user, account_id=pk),
        done=_("The account is switched on."),
        back=reverse("organization:account_list"),
    )
