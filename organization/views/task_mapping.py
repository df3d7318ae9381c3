"""The task mapping: every position with its shares, and the same shares for many positions at once."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from organization.access import access_for
from organization.filters_mapping import TaskMappingFilter
from organization.forms.task_mapping import BaseFullShareFormSet, MappingForm, share_formset, with_more_rows
from organization.http import UserRequest
from organization.importing.task_export import mapping_xlsx
from organization.models import Position, TaskMappingProposal, TaskType
from organization.services.task_mapping import MappingChanged, map_many
from organization.services.task_proposals import propose_mapping
from organization.task_mapping import (
    Wanted,
    effects,
    fingerprint,
    positions_held_under,
    positions_in_reach,
    preview,
    state_of,
    tasks_of,
    unmapped_effect,
    with_mapping,
)
from organization.views.pages import UNPROCESSABLE, add_errors, paginate, render_list, require_permission

XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SHOWN_CHANGES = 50
MOST_AT_ONCE = 5000


def _filtered(request: UserRequest) -> TaskMappingFilter:
    today = timezone.localdate()
    rows = with_mapping(positions_in_reach(request.user, today), today).order_by("name", "pk")
    return TaskMappingFilter(request.GET, queryset=rows, request=request)


@require_safe
def task_mapping(request: UserRequest) -> HttpResponse:
    """Positions with people, units and shares; at the head what is unmapped, with whom that stops."""
    require_permission(request, "organization.view_task_mapping")
    today = timezone.localdate()
    filterset = _filtered(request)
    page_obj = paginate(request, filterset.qs)
    tasks = tasks_of(page_obj.object_list, today)
    context = {
        "filter": filterset,
        "page_obj": page_obj,
        "entries": [
            {"position": row, "tasks": tasks[row.pk], "state": state_of(row.mapped_pct)} for row in page_obj.object_list
        ],
        "kept": [(name, value) for name, value in request.GET.items() if name in filterset.filters and value],
        "may_edit": request.user.has_perm("organization.manage_posts"),
        "may_propose": request.user.has_perm("organization.propose_tasks"),
        "may_import": request.user.has_perm("organization.import_files"),
        "sees_posts": request.user.has_perm("organization.view_agency"),
    }
    if not request.htmx:
        context["unmapped"] = unmapped_effect(request.user, today)
        context["waiting"] = TaskMappingProposal.objects.waiting().visible_to(request.user).count()
    return render_list(
        request, "organization/task_mapping.html", "organization/partials/task_mapping_table.html", context
    )


@require_safe
def task_mapping_export(request: UserRequest) -> HttpResponse:
    """The mapping of the filtered list as a workbook of the import."""
    require_permission(request, "organization.view_task_mapping")
    rows = Position.objects.filter(pk__in=_filtered(request).qs.order_by().values("pk"))
    response = HttpResponse(mapping_xlsx(rows, timezone.localdate()), content_type=XLSX_TYPE)
    response["Content-Disposition"] = f'attachment; filename="pemetaan-tugas-{timezone.localdate().isoformat()}.xlsx"'
    return response


@dataclass
class MappingPage:
    """The form for the chosen positions: HR applies it, a unit head proposes it.

    The choice stands in the address: `ids`, or `all` with the filters of the list.
    """

    request: UserRequest
    is_proposal: bool
    changes: list[Any] = field(default_factory=list)
    seen: str = ""

    @cached_property
    def positions(self) -> list[Position]:
        """The chosen positions in reach, by name; at most MOST_AT_ONCE."""
        today = timezone.localdate()
        rows: QuerySet[Position]
        if self.request.GET.get("all"):
            rows = _filtered(self.request).qs
        else:
            ids = [int(text) for text in self.request.GET.getlist("ids") if text.isdecimal() and len(text) < 19]
            rows = positions_in_reach(self.request.user, today).filter(pk__in=ids)
        if self.is_proposal:
            headed = positions_held_under(access_for(self.request.user).headed_paths, today)
            rows = rows.filter(pk__in=headed.order_by().values("pk"))
        return list(rows.order_by("name", "pk")[:MOST_AT_ONCE])

    @cached_property
    def data(self) -> QueryDict | None:
        if self.request.method != "POST":
            return None
        more = self.request.POST.get("action") == "more"
        found: QueryDict = with_more_rows(self.request.POST) if more else self.request.POST
        return found

    @cached_property
    def form(self) -> MappingForm:
        return MappingForm(self.data, with_note=self.is_proposal)

    @cached_property
    def formset(self) -> BaseFullShareFormSet:
        types = list(TaskType.objects.order_by("name", "pk").values_list("pk", "name"))
        return share_formset(self.data, task_types=types, initial=self._initial())

    def _initial(self) -> list[dict[str, Any]]:
        """The shares that all chosen positions have in common, where they are the same."""
        if self.data is not None:
            return []
        tasks = tasks_of(self.positions, timezone.localdate())
        found = {tuple((row.task_type_id, row.share_pct) for row in tasks[position.pk]) for position in self.positions}
        if len(found) != 1:
            return []
        return [{"task_type": task_type, "share_pct": share} for task_type, share in found.pop()]

    def is_valid(self) -> bool:
        return self.form.is_valid() and self.formset.is_valid()

    def look(self) -> None:
        """Compute the preview of what was entered."""
        day, shares = self.form.cleaned_data["valid_from"], self.formset.shares()
        self.changes = preview(Wanted(row, shares, day) for row in self.positions)
        self.seen = fingerprint([row.pk for row in self.positions], shares, day)

    def save(self) -> int:
        """Apply or propose; returns for how many positions."""
        values = self.form.cleaned_data
        ids, shares = [row.pk for row in self.positions], self.formset.shares()
        if self.is_proposal:
            if values["seen"] != fingerprint(ids, shares, values["valid_from"]):
                raise MappingChanged
            made = propose_mapping(
                by=self.request.user,
                position_ids=ids,
                shares=shares,
                valid_from=values["valid_from"],
                note=values["note"],
            )
            return len(made)
        return map_many(
            by=self.request.user,
            position_ids=ids,
            shares=shares,
            valid_from=values["valid_from"],
            seen=values["seen"] or "-",
        )

    def render(self) -> HttpResponse:
        bad = self.form.is_bound and (self.form.errors or self.formset.total_error_count())
        back = reverse("organization:task_mapping")
        title = _("Propose tasks") if self.is_proposal else _("Map tasks")
        context = {
            "title": title,
            "crumbs": [(_("Task mapping"), back), (title, "")],
            "is_proposal": self.is_proposal,
            "positions": self.positions,
            "form": self.form,
            "formset": self.formset,
            "changes": self.changes[:SHOWN_CHANGES],
            "hidden_changes": max(len(self.changes) - SHOWN_CHANGES, 0),
            "effects": effects(self.changes),
            "seen": self.seen,
            "action": f"{self.request.path}?{self.request.GET.urlencode()}",
            "back": back,
        }
        return render(
            self.request, "organization/task_mapping_edit.html", context, status=UNPROCESSABLE if bad else 200
        )


@require_http_methods(["GET", "HEAD", "POST"])
def task_mapping_edit(request: UserRequest) -> HttpResponse:
    """HR gives the chosen positions the same shares from a day on: enter, look at the preview, apply."""
    require_permission(request, "organization.manage_posts")
    return _handle(MappingPage(request, is_proposal=False))


@require_http_methods(["GET", "HEAD", "POST"])
def task_proposal_new(request: UserRequest) -> HttpResponse:
    """A unit head proposes the same for positions of the units they head."""
    require_permission(request, "organization.propose_tasks")
    return _handle(MappingPage(request, is_proposal=True))


def _handle(page: MappingPage) -> HttpResponse:
    request, action = page.request, page.request.POST.get("action", "")
    if not page.positions:
        messages.warning(request, _("Choose at least one position of the list."))
        return redirect("organization:task_mapping")
    if request.method != "POST" or action == "more" or not page.is_valid():
        return page.render()
    if action == "apply":
        try:
            count = page.save()
        except ValidationError as error:
            add_errors(page.form, error)
        else:
            return _done(page, count)
    page.look()
    return page.render()


def _done(page: MappingPage, count: int) -> HttpResponse:
    if page.is_proposal:
        text = ngettext(
            "%(count)s proposal was sent to HR. You get a notice when it is decided.",
            "%(count)s proposals were sent to HR. You get a notice when they are decided.",
            count,
        )
        messages.success(page.request, text % {"count": count})
        return redirect("organization:task_proposal_list")
    text = ngettext("The tasks of %(count)s position are saved.", "The tasks of %(count)s positions are saved.", count)
    messages.success(page.request, text % {"count": count})
    kept = {name: value for name, value in page.request.GET.items() if name in TaskMappingFilter.base_filters and value}
    query = f"?{urlencode(kept)}" if kept else ""
    return redirect(f"{reverse('organization:task_mapping')}{query}")
