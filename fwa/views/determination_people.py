"""Who stands in an annex: by criteria, by list, picked one by one; and for amendments, changes of the annex."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from fwa.enums import MemberChange
from fwa.filters_determinations import MemberFilter
from fwa.forms.determinations import AmendForm, CriteriaForm, ListForm
from fwa.models import Determination
from fwa.services.amendments import annex_now, change_annex, start_amendment
from fwa.services.determinations import (
    Added,
    add_by_criteria,
    add_from_list,
    include_members,
    remove_members,
)
from fwa.views.determinations import DETAIL, crumbs_of, visible_determination
from organization.http import UserRequest
from organization.views.pages import UNPROCESSABLE, FormPage, add_errors, handle_form, paginate, require_permission

PEOPLE = "fwa:determination_people"
SHOWN_REJECTS = 200
ID_DIGITS = 18  # every number so long fits the database's; a longer one names nothing


def ids_of(request: UserRequest) -> list[int]:
    return [int(value) for value in request.POST.getlist("ids") if value.isdecimal() and len(value) <= ID_DIGITS]


@require_http_methods(["GET", "HEAD", "POST"])
def determination_people(request: UserRequest, public_id: UUID) -> HttpResponse:
    """Second step: criteria and list; each adds to the annex. Rows that name nobody are listed."""
    found = visible_determination(request, public_id)
    require_permission(request, "fwa.prepare_determination", found)
    if not found.is_open and request.method != "POST":
        messages.info(request, _("This determination is decided or discarded; its annex is changed by an amendment."))
        return redirect(DETAIL, public_id)
    by_list = request.method == "POST" and request.POST.get("action") == "list"
    by_criteria = request.method == "POST" and not by_list
    criteria = CriteriaForm(request.POST if by_criteria else None, determination=found)
    names = ListForm(*((request.POST, request.FILES) if by_list else ()))
    added: Added | None = None
    if by_list and names.is_valid():
        added = _tried(names, lambda: add_from_list(
            by=request.user, determination_id=found.pk, text=names.cleaned_data["names"],
            file=names.cleaned_data["file"],
        ))  # fmt: skip
    elif by_criteria and criteria.is_valid():
        added = _tried(criteria, lambda: add_by_criteria(
            by=request.user, determination_id=found.pk, criteria=criteria.criteria()
        ))  # fmt: skip
    if added is not None and not added.rejects:
        messages.success(request, added_words(added))
        return redirect(PEOPLE, public_id)
    return _people_page(request, found, criteria, names, added)


def _tried(form: Any, command: Any) -> Added | None:
    try:
        result: Added = command()
    except ValidationError as error:
        add_errors(form, error)
        return None
    return result


def added_words(added: Added) -> str:
    words = ngettext("%(count)s person added.", "%(count)s people added.", added.added) % {"count": added.added}
    if added.known:
        known = ngettext("%(count)s stood in the annex already.", "%(count)s stood in the annex already.", added.known)
        words = f"{words} {known % {'count': added.known}}"
    return words


def _people_page(
    request: UserRequest, found: Determination, criteria: CriteriaForm, names: ListForm, added: Added | None
) -> HttpResponse:
    today = timezone.localdate()
    chosen = found.members.select_related("employee").order_by("employee__name", "pk")
    filterset = MemberFilter(request.GET, queryset=chosen, request=request)
    annex = None
    if found.amends is not None:
        rows = annex_now(found.amends, on=max(found.valid_from, today)).exclude(
            employee__in=found.members.order_by().values("employee")
        )
        annex = paginate(request, rows.order_by("employee__name", "pk"), 100)
    rejects = added.rejects if added else ()
    context = {
        "determination": found,
        "criteria": criteria,
        "names": names,
        "added": added_words(added) if added else "",
        "rejects": rejects[:SHOWN_REJECTS],
        "more_rejects": max(len(rejects) - SHOWN_REJECTS, 0),
        "page_obj": paginate(request, filterset.qs, 100),
        "annex": annex,
        "crumbs": crumbs_of(found, _("People")),
    }
    bad = bool(criteria.errors or names.errors or rejects)
    return render(request, "fwa/determinations/people.html", context, status=UNPROCESSABLE if bad else 200)


@require_POST
def determination_members(request: UserRequest, public_id: UUID) -> HttpResponse:
    """Leave the chosen people out or take them in again; for amendments: out of the annex, or other days."""
    found = visible_determination(request, public_id)
    require_permission(request, "fwa.prepare_determination", found)
    back = redirect(PEOPLE if request.POST.get("back") == "people" else DETAIL, public_id)
    ids = ids_of(request)
    if not ids:
        messages.error(request, _("Choose at least one person first."))
        return back
    try:
        changed = _change(request, found, request.POST.get("action", ""), ids)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        words = ngettext("%(count)s person changed.", "%(count)s people changed.", changed) % {"count": changed}
        messages.success(request, f"{words} {_('Compute the plan again.')}")
    return back


def _change(request: UserRequest, found: Determination, action: str, ids: list[int]) -> int:
    if action in (MemberChange.REMOVE, MemberChange.CHANGE):
        return change_annex(by=request.user, determination_id=found.pk, member_ids=ids, change=action)
    if action == "off":
        return remove_members(by=request.user, determination_id=found.pk, member_ids=ids)
    included = action == "include"
    return include_members(by=request.user, determination_id=found.pk, member_ids=ids, included=included)


@require_http_methods(["GET", "HEAD", "POST"])
def determination_amend(request: UserRequest, public_id: UUID) -> HttpResponse:
    """Begin a numbered amendment of the annex."""
    found = visible_determination(request, public_id)
    require_permission(request, "fwa.prepare_determination", found)
    form = AmendForm(request.POST if request.method == "POST" else None)
    page = FormPage(
        title=_("Amend the annex of “%(title)s”") % {"title": found.title},
        submit=_("Begin the amendment"),
        intro=_(
            "It gets a decree and a number of its own. Next you choose who is added, taken out, or gets other days."
        ),
        cancel_url=reverse(DETAIL, args=[public_id]),
        crumbs=crumbs_of(found, _("Amend")),
    )
    return handle_form(
        request,
        form,
        page,
        lambda: start_amendment(by=request.user, determination_id=found.pk, **form.cleaned_data),
        done=_("The amendment is begun. Now choose the people."),
        done_url=lambda made: reverse(PEOPLE, args=[made.public_id]),
    )
