"""Group determinations: the list, one with its annex, and what to give whom."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from fwa.collisions import collisions_of
from fwa.determination_words import (
    TAG_OF_STATUS,
    coverage_month,
    difference_lines,
    evenness_of,
    member_lines,
    pattern_in_words,
    place_of,
)
from fwa.enums import DeterminationStatus, MemberOutcome
from fwa.filters_determinations import DeterminationFilter, MemberFilter
from fwa.forms.determinations import WhatForms
from fwa.models import Determination
from fwa.services.determination_decision import officer_of, progress_of
from fwa.services.determination_plan import prepare_determination
from fwa.services.determinations import discard_determination, leave_out_decider, save_determination
from organization.forms.base import PlainForm
from organization.http import UserRequest
from organization.views.pages import (
    UNPROCESSABLE,
    Crumbs,
    FormPage,
    do,
    handle_form,
    paginate,
    render_list,
    require_permission,
)

LIST = "fwa:determination_list"
DETAIL = "fwa:determination_detail"
PEOPLE_A_PAGE = 50
SHOWN_COLLISIONS = 20


@require_safe
def determination_list(request: UserRequest) -> HttpResponse:
    require_permission(request, "fwa.list_determinations")
    rows = Determination.objects.visible_to(request.user).for_list()
    found = DeterminationFilter(request.GET, queryset=rows, request=request)
    page = paginate(request, found.qs)
    context = {
        "filter": found,
        "page_obj": page,
        "rows": [(row, TAG_OF_STATUS[row.status], pattern_in_words(row)) for row in page],
        "may_prepare": request.user.has_perm("fwa.prepare_determination"),
    }
    return render_list(request, "fwa/determinations/list.html", "fwa/determinations/partials/table.html", context)


def visible_determination(request: UserRequest, public_id: UUID) -> Determination:
    """The determination in scope; 404 for everybody else."""
    rows = Determination.objects.visible_to(request.user).for_detail()
    return get_object_or_404(rows, public_id=public_id)


def crumbs_of(determination: Determination, *tail: str) -> Crumbs:
    at = reverse(DETAIL, args=[determination.public_id]) if tail else ""
    return [(_("Group determinations"), reverse(LIST)), (determination.title, at), *((word, "") for word in tail)]


@require_http_methods(["GET", "HEAD", "POST"])
def determination_new(request: UserRequest) -> HttpResponse:
    """First step: what the decree gives."""
    require_permission(request, "fwa.prepare_determination")
    return _what(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
def determination_edit(request: UserRequest, public_id: UUID) -> HttpResponse:
    found = visible_determination(request, public_id)
    require_permission(request, "fwa.prepare_determination", found)
    if not found.is_open and request.method != "POST":
        messages.info(request, _("This determination is decided or discarded; its annex is changed by an amendment."))
        return redirect(DETAIL, public_id)
    return _what(request, found)


def _what(request: UserRequest, found: Determination | None) -> HttpResponse:
    forms = WhatForms(by=request.user, determination=found, typed=request.POST if request.method == "POST" else None)
    if request.method == "POST" and forms.is_valid():
        try:
            kept = save_determination(by=request.user, data=forms.data(), determination_id=found.pk if found else None)
        except ValidationError as error:
            forms.add_errors(error)
        else:
            if found is None:
                messages.success(request, _("Kept. Now choose the people."))
                return redirect("fwa:determination_people", kept.public_id)
            messages.success(request, _("Kept. Compute the plan again."))
            return redirect(DETAIL, kept.public_id)
    crumbs = crumbs_of(found, _("Change")) if found else [(_("Group determinations"), reverse(LIST)), (_("New"), "")]
    bad = request.method == "POST"
    context = {"forms": forms, "determination": found, "crumbs": crumbs}
    return render(request, "fwa/determinations/what.html", context, status=UNPROCESSABLE if bad else 200)


@require_safe
@never_cache
def determination_detail(request: UserRequest, public_id: UUID) -> HttpResponse:
    """What it gives, the plan for everybody, and what came of it; filters and pages swap the annex alone."""
    found = visible_determination(request, public_id)
    today = timezone.localdate()
    rows = found.members.for_list()
    filterset = MemberFilter(request.GET, queryset=rows, request=request)
    page = paginate(request, filterset.qs, PEOPLE_A_PAGE)
    may = _may(request, found)
    context: dict[str, Any] = {
        "determination": found,
        "filter": filterset,
        "page_obj": page,
        "lines": member_lines(list(page), on=today),
        "may": may,
    }
    if not request.htmx:
        context |= _around(found) | {"crumbs": crumbs_of(found)}
    template = "fwa/determinations/detail.html"
    return render_list(request, template, "fwa/determinations/partials/members.html", context)


def _may(request: UserRequest, found: Determination) -> dict[str, bool]:
    """The buttons: what the user may do with it in its present state."""
    user, status = request.user, found.status
    prepares = user.has_perm("fwa.prepare_determination", found)
    looks = user.has_perm("fwa.view_determination_plan", found)
    is_authority = user.has_perm("fwa.determine_authority", found)
    waits = status in (DeterminationStatus.PREPARED, DeterminationStatus.FAILED)
    decides = waits and is_authority and user.has_perm("fwa.determine_group", found)
    return {
        "edit": prepares and found.is_open,
        "plan": looks and found.is_open,
        "decide": decides,
        "own": waits and is_authority and not decides,
        "amend": prepares and status == DeterminationStatus.DECIDED and found.amends_id is None,
        "bundle": looks and status == DeterminationStatus.DECIDED,
        "sign": prepares and status == DeterminationStatus.DECIDED,
    }


def _around(found: Determination) -> dict[str, Any]:
    """Everything of the page but the annex."""
    decided = found.status == DeterminationStatus.DECIDED
    counts = dict(found.members.order_by().values_list("outcome").annotate(number=Count("pk")))
    amendments = list(found.amendments.select_related("decree").order_by("amendment_no", "pk"))
    collisions = collisions_of(found, on=timezone.localdate()) if decided else []
    return {
        "tag": TAG_OF_STATUS[found.status],
        "pattern": pattern_in_words(found),
        "place": place_of(found),
        "evenness": evenness_of(found),
        "outputs": list(found.outputs.all()),
        "stats": _stats(found, counts),
        "people": sum(counts.values()),
        "difference": difference_lines(found) if found.difference else [],
        "more_difference": max(len(found.difference) - 50, 0),
        "progress": progress_panel(found) if found.status == DeterminationStatus.DECIDING else None,
        "decree": getattr(found, "decree", None),
        "bundle": getattr(found, "bundle", None),
        "amendments": [(row, TAG_OF_STATUS[row.status]) for row in amendments],
        "collisions": collisions[:SHOWN_COLLISIONS],
        "more_collisions": max(len(collisions) - SHOWN_COLLISIONS, 0),
    }


def _stats(found: Determination, counts: dict[str, int]) -> list[dict[str, Any]]:
    """Figures of the plan that lead to their rows."""
    base = reverse(DETAIL, args=[found.public_id])
    outcomes = [
        (MemberOutcome.PLANNED, "ok"),
        (MemberOutcome.ENDS, ""),
        (MemberOutcome.NO_DAY, "warn"),
        (MemberOutcome.NOT_ELIGIBLE, "stop"),
        (MemberOutcome.NOT_PLACED, "stop"),
        (MemberOutcome.EXCLUDED, ""),
        (MemberOutcome.DECIDES, ""),
    ]
    stats = [
        {"value": counts[code], "label": code.label, "kind": kind, "url": f"{base}?outcome={code.value}#annex"}
        for code, kind in outcomes
        if counts.get(code)
    ]
    if found.planned_at is not None and found.summary.get("people"):
        least, most = found.summary["least"], found.summary["most"]
        spread = str(least) if least == most else f"{least}–{most}"
        stats.append({"value": spread, "label": _("days for each person"), "kind": "", "url": ""})
        stats.append({"value": found.summary["days"], "label": _("days in all"), "kind": "", "url": ""})
    return stats


def progress_panel(found: Determination) -> dict[str, Any]:
    """What the bar of a decision on its way shows."""
    labels = {
        "waiting": _("Waiting for the worker"),
        "checking": _("Checking every day again"),
        "granting": _("Putting the arrangements into force"),
        "recording": _("Recording requests, outputs and dates"),
        "letters": _("Preparing decree and excerpts"),
    }
    now = progress_of(found.pk)
    return {
        "label": labels.get(str(now["phase"]), ""),
        "value": now["done"],
        "max": now["total"],
        "poll_url": reverse("fwa:determination_state", args=[found.public_id]),
    }


@require_safe
@never_cache
def determination_state(request: UserRequest, public_id: UUID) -> HttpResponse:
    """The fragment that a waiting page asks for; once it is over the page loads anew."""
    found = visible_determination(request, public_id)
    if found.status != DeterminationStatus.DECIDING:
        response = render(request, "fwa/determinations/partials/progress.html", {"progress": None})
        response["HX-Refresh"] = "true"
        return response
    return render(request, "fwa/determinations/partials/progress.html", {"progress": progress_panel(found)})


@require_POST
def determination_plan(request: UserRequest, public_id: UUID) -> HttpResponse:
    """Compute the plan (again)."""
    found = visible_determination(request, public_id)
    require_permission(request, "fwa.view_determination_plan", found)
    return do(
        request,
        lambda: prepare_determination(by=request.user, determination_id=found.pk),
        done=_("The plan is computed. Nothing is granted yet."),
        back=reverse(DETAIL, args=[public_id]),
    )


@require_safe
def determination_coverage(request: UserRequest, public_id: UUID) -> HttpResponse:
    """Coverage that the plan leaves, unit by unit and day by day."""
    rows = Determination.objects.visible_to(request.user).select_related("unit")
    found = get_object_or_404(rows, public_id=public_id)
    context = {
        "determination": found,
        "coverage": coverage_month(found, request.GET.get("month", "")) if found.planned_at else None,
        "crumbs": crumbs_of(found, _("Coverage")),
    }
    return render(request, "fwa/determinations/coverage.html", context)


@require_POST
def determination_leave_out(request: UserRequest, public_id: UUID) -> HttpResponse:
    """The authority takes themself off the annex; the plan of the others is computed again at once."""
    found = visible_determination(request, public_id)
    require_permission(request, "fwa.determine_authority", found)

    def leave_out() -> None:
        leave_out_decider(by=request.user, determination_id=found.pk)
        prepare_determination(by=request.user, determination_id=found.pk)

    return do(
        request,
        leave_out,
        done=_("You are left out, and the plan is computed again."),
        back=reverse(DETAIL, args=[public_id]),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def determination_discard(request: UserRequest, public_id: UUID) -> HttpResponse:
    """Give up a determination that is not decided."""
    found = visible_determination(request, public_id)
    require_permission(request, "fwa.prepare_determination", found)
    page = FormPage(
        title=_("Discard “%(title)s”?") % {"title": found.title},
        submit=_("Discard it"),
        intro=_("Nobody was told yet, and nothing is granted. It stays in the list as discarded."),
        cancel_url=reverse(DETAIL, args=[public_id]),
        crumbs=crumbs_of(found, _("Discard")),
        danger=True,
    )
    return handle_form(
        request,
        PlainForm(request.POST if request.method == "POST" else None),
        page,
        lambda: discard_determination(by=request.user, determination_id=found.pk),
        done=_("The determination is discarded."),
        done_url=reverse(LIST),
    )


def acting_words(request: UserRequest, found: Determination) -> str:
    officer = officer_of(request.user, found)
    return officer.name if officer else ""
