"""Offices, positions and their tasks, task types."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from organization.filters import PositionFilter, TaskTypeFilter
from organization.forms.agency import (
    PositionForm,
    ShareFormSet,
    SiteForm,
    TaskTypeForm,
    ValidFromForm,
)
from organization.http import UserRequest
from organization.models import Placement, Position, PositionTask, Site, TaskType
from organization.selectors import task_types_with_verdicts
from organization.services import posts
from organization.task_mapping import task_type_use
from organization.views.pages import (
    UNPROCESSABLE,
    FormPage,
    add_errors,
    do,
    handle_form,
    paginate,
    render_list,
    require_permission,
)


@require_safe
def site_list(request: UserRequest) -> HttpResponse:
    require_permission(request, "organization.view_agency")
    context = {
        "page_obj": paginate(request, Site.objects.order_by("name", "pk")),
        "may_edit": request.user.has_perm("organization.manage_posts"),
    }
    return render(request, "organization/site_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def site_edit(request: UserRequest, pk: int | None = None) -> HttpResponse:
    require_permission(request, "organization.manage_posts")
    site = get_object_or_404(Site, pk=pk) if pk else None
    form = SiteForm(request.POST or None, instance=site)
    back = reverse("organization:site_list")
    page = FormPage(
        title=site.name if site else _("New office"),
        submit=_("Save the office"),
        cancel_url=back,
        crumbs=[(_("Offices"), back), (site.name if site else _("New"), "")],
    )
    return handle_form(
        request,
        form,
        page,
        lambda: posts.save_site(by=request.user, site_id=pk, values=form.cleaned_data),
        done=_("The office is saved."),
        done_url=back,
    )


@require_safe
def position_list(request: UserRequest) -> HttpResponse:
    """Positions with the share of time that is mapped to task types."""
    require_permission(request, "organization.view_agency")
    rows = Position.objects.with_mapped_share_on(timezone.localdate()).order_by("name", "pk")
    filterset = PositionFilter(request.GET, queryset=rows, request=request)
    context = {
        "filter": filterset,
        "page_obj": paginate(request, filterset.qs),
        "may_edit": request.user.has_perm("organization.manage_posts"),
    }
    return render_list(request, "organization/position_list.html", "organization/partials/position_table.html", context)


@require_safe
def position(request: UserRequest, pk: int) -> HttpResponse:
    """One position: its tasks now and before, and how many people hold it."""
    require_permission(request, "organization.view_agency")
    shown = get_object_or_404(Position, pk=pk)
    today = timezone.localdate()
    tasks = list(
        PositionTask.objects.filter(position=shown).select_related("task_type").order_by("-valid_from", "-share_pct")
    )
    current = [row for row in tasks if row.valid_from <= today and (not row.valid_to or row.valid_to >= today)]
    context = {
        "position": shown,
        "current": current,
        "total": sum(row.share_pct for row in current),
        "others": [row for row in tasks if row not in current],
        "holders": Placement.objects.active_on(today).filter(position=shown).count(),
        "may_edit": request.user.has_perm("organization.manage_posts"),
    }
    return render(request, "organization/position.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def position_edit(request: UserRequest, pk: int | None = None) -> HttpResponse:
    require_permission(request, "organization.manage_posts")
    shown = get_object_or_404(Position, pk=pk) if pk else None
    form = PositionForm(request.POST or None, instance=shown)
    back = reverse("organization:position_list")
    page = FormPage(
        title=shown.name if shown else _("New position"),
        submit=_("Save the position"),
        cancel_url=reverse("organization:position", args=[pk]) if pk else back,
        crumbs=[(_("Positions"), back), (shown.name if shown else _("New"), "")],
    )
    return handle_form(
        request,
        form,
        page,
        lambda: posts.save_position(by=request.user, position_id=pk, values=form.cleaned_data),
        done=_("The position is saved."),
        done_url=lambda row: reverse("organization:position", args=[row.pk]),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def position_tasks(request: UserRequest, pk: int) -> HttpResponse:
    """The shares of a position from a day on."""
    require_permission(request, "organization.manage_posts")
    shown = get_object_or_404(Position, pk=pk)
    rows = PositionTask.objects.active_on(timezone.localdate()).filter(position=shown).order_by("-share_pct", "pk")
    initial: list[dict[str, Any]] = [{"task_type": row.task_type_id, "share_pct": row.share_pct} for row in rows]
    form = ValidFromForm(request.POST or None)
    # Read once for all rows of the formset.
    choices = list(TaskType.objects.order_by("name", "pk").values_list("pk", "name"))
    formset = ShareFormSet(request.POST or None, initial=initial, prefix="tasks", form_kwargs={"task_types": choices})
    if request.method == "POST" and form.is_valid() and formset.is_valid():
        try:
            posts.map_tasks(
                by=request.user,
                position_id=pk,
                shares=formset.shares(),  # type: ignore[attr-defined]  # formset_factory forgets the class it was given
                valid_from=form.cleaned_data["valid_from"],
            )
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("The tasks are saved."))
            return redirect("organization:position", pk=pk)
    bad = form.is_bound and (form.errors or formset.total_error_count())
    context = {"position": shown, "form": form, "formset": formset, "has_types": bool(choices)}
    return render(request, "organization/position_tasks.html", context, status=UNPROCESSABLE if bad else 200)


@require_safe
def task_type_list(request: UserRequest) -> HttpResponse:
    """Task types and whether they meet the criteria of location, shift and dynamic time."""
    require_permission(request, "organization.view_agency")
    rows = task_types_with_verdicts()
    filterset = TaskTypeFilter(request.GET, queryset=rows.order_by("name", "pk"), request=request)
    context = {
        "filter": filterset,
        "page_obj": paginate(request, filterset.qs),
        "may_edit": request.user.has_perm("organization.manage_posts"),
    }
    return render_list(
        request, "organization/task_type_list.html", "organization/partials/task_type_table.html", context
    )


@require_http_methods(["GET", "HEAD", "POST"])
def task_type_edit(request: UserRequest, pk: int | None = None) -> HttpResponse:
    """The criteria of a task type as questions, with what a changed answer touches."""
    require_permission(request, "organization.manage_posts")
    shown = get_object_or_404(TaskType, pk=pk) if pk else None
    form = TaskTypeForm(request.POST or None, instance=shown)
    back = reverse("organization:task_type_list")
    page = FormPage(
        title=shown.name if shown else _("New task type"),
        intro=_("The criteria count for every position with this task, from today on."),
        submit=_("Save the task type"),
        cancel_url=back,
        crumbs=[(_("Task types"), back), (shown.name if shown else _("New"), "")],
        template="organization/task_type.html",
        context={"use": task_type_use(shown, timezone.localdate()) if shown else None, "task_type_id": pk},
    )
    return handle_form(
        request,
        form,
        page,
        lambda: posts.save_task_type(by=request.user, task_type_id=pk, values=form.cleaned_data),
        done=_("The task type is saved."),
        done_url=back,
    )


@require_POST
def task_type_delete(request: UserRequest, pk: int) -> HttpResponse:
    """Remove a task type that was never used."""
    require_permission(request, "organization.manage_posts")
    get_object_or_404(TaskType, pk=pk)
    return do(
        request,
        lambda: posts.delete_task_type(by=request.user, task_type_id=pk),
        done=_("The task type is removed."),
        back=reverse("organization:task_type_list"),
    )
