"""Roles and delegations: who may do what where, and who stands in for whom."""

from __future__ import annotations

from django.conf import settings
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, resolve_url
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from organization.filters import DelegationFilter, RoleGrantFilter
from organization.forms.agency import DelegationForm, RoleForm
from organization.forms.base import LastDayForm
from organization.http import UserRequest
from organization.models import Delegation, RoleGrant
from organization.services import delegations, roles
from organization.services.delegations import may_delegate_own
from organization.views.pages import FormPage, do, handle_form, paginate, render_list, require_permission


@require_safe
def role_list(request: UserRequest) -> HttpResponse:
    require_permission(request, "organization.view_agency")
    rows = RoleGrant.objects.select_related("user", "unit", "granted_by").order_by("role", "user__name", "pk")
    filterset = RoleGrantFilter(request.GET, queryset=rows, request=request)
    context = {
        "filter": filterset,
        "page_obj": paginate(request, filterset.qs),
        "may_edit": request.user.has_perm("organization.grant_roles"),
        "today": timezone.localdate(),
    }
    return render_list(request, "organization/role_list.html", "organization/partials/role_table.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def role_grant(request: UserRequest) -> HttpResponse:
    require_permission(request, "organization.grant_roles")
    form = RoleForm(request.POST or None, initial={"valid_from": timezone.localdate()})
    back = reverse("organization:role_list")
    page = FormPage(
        title=_("Give a role"),
        intro=_("Unit heads and supervisors need no role: that follows from their placement."),
        submit=_("Give the role"),
        cancel_url=back,
        crumbs=[(_("Roles"), back), (_("New"), "")],
    )
    return handle_form(
        request,
        form,
        page,
        lambda: roles.grant_role(by=request.user, **form.cleaned_data),
        done=_("The role is given."),
        done_url=back,
    )


@require_POST
def role_end(request: UserRequest, pk: int) -> HttpResponse:
    require_permission(request, "organization.grant_roles")
    grant = get_object_or_404(RoleGrant, pk=pk)
    # Whoever gives up their own role may not be allowed to see the list any more.
    is_own = grant.user_id == request.user.pk
    return do(
        request,
        lambda: roles.end_role(by=request.user, grant_id=pk),
        done=_("The role is taken back."),
        back=resolve_url(settings.LOGIN_REDIRECT_URL) if is_own else reverse("organization:role_list"),
    )


def _visible_delegations(request: UserRequest) -> QuerySet[Delegation]:
    """HR of the agency and auditors see all; everybody else those they gave or hold."""
    rows = Delegation.objects.select_related("principal", "delegate")
    if request.user.has_perm("organization.view_agency"):
        return rows
    return rows.filter(Q(principal=request.user) | Q(delegate=request.user))


@require_safe
def delegation_list(request: UserRequest) -> HttpResponse:
    manages = request.user.has_perm("organization.manage_delegations")
    rows = _visible_delegations(request).order_by("-valid_from", "pk")
    filterset = DelegationFilter(request.GET, queryset=rows, request=request)
    context = {
        "filter": filterset,
        "page_obj": paginate(request, filterset.qs),
        "may_create": manages or may_delegate_own(request.user),
        "manages": manages,
        "today": timezone.localdate(),
    }
    return render_list(
        request, "organization/delegation_list.html", "organization/partials/delegation_table.html", context
    )


@require_http_methods(["GET", "HEAD", "POST"])
def delegation_create(request: UserRequest) -> HttpResponse:
    """HR names somebody for any place, an officer for their own."""
    manages = request.user.has_perm("organization.manage_delegations")
    if not manages and not may_delegate_own(request.user):
        require_permission(request, "organization.manage_delegations")
    initial = {"valid_from": timezone.localdate()}
    form = DelegationForm(request.POST or None, own_place_only=not manages, initial=initial)
    back = reverse("organization:delegation_list")
    page = FormPage(
        title=_("Name somebody to stand in") if manages else _("Name somebody to stand in for you"),
        intro=_("They decide everything in that place, except requests of their own. Both are told."),
        submit=_("Name them"),
        cancel_url=back,
        crumbs=[(_("Delegations"), back), (_("New"), "")],
    )
    return handle_form(
        request,
        form,
        page,
        lambda: delegations.delegate(by=request.user, **{"principal": request.user, **form.cleaned_data}),
        done=_("The delegation is recorded."),
        done_url=back,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def delegation_end(request: UserRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(_visible_delegations(request), pk=pk)
    if row.principal_id != request.user.pk:
        require_permission(request, "organization.manage_delegations")
    form = LastDayForm(request.POST or None)
    back = reverse("organization:delegation_list")
    page = FormPage(
        title=_("End the delegation of %(name)s") % {"name": row.principal},
        intro=_("%(name)s decides nothing more in that place after the last day.") % {"name": row.delegate},
        submit=_("End the delegation"),
        cancel_url=back,
        crumbs=[(_("Delegations"), back), (_("End"), "")],
        danger=True,
    )
    return handle_form(
        request,
        form,
        page,
        lambda: delegations.end_delegation(by=request.user, delegation_id=pk, **form.cleaned_data),
        done=_("The delegation ends."),
        done_url=back,
    )
