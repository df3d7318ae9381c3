"""Calls for a reply and recalls to the office: the list, asking, one with answer and telephone calls."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from attendance.enums import ContactKind
from attendance.filters_contacts import ContactFilter
from attendance.forms.contacts import AttemptForm, ContactAnswerForm, RecallForm, ReplyForm
from attendance.models import Contact
from attendance.services.contacts import answer_contact, ask_reply, mark_delivered, note_attempt, withdraw_contact
from attendance.services.recalls import recall_to_office, withdraw_recall
from organization.access import access_for
from organization.http import UserRequest
from organization.leading import led_by
from organization.models import Employee
from organization.views.pages import FormPage, add_errors, do, handle_form, paginate, render_list, require_permission

UNPROCESSABLE = 422
ID_DIGITS = 18


def contacts_of(request: UserRequest) -> QuerySet[Contact]:
    """Contacts the user reads: their own, and those of people they lead or oversee."""
    rows: QuerySet[Contact] = Contact.objects.visible_to(request.user).select_related("employee", "asked_by")
    return rows


def tag_of(contact: Contact) -> tuple[str, str]:
    """Colour and word of the state."""
    if contact.withdrawn_at:
        return "n", _("withdrawn")
    if contact.answered_at:
        return "ok", _("answered late") if contact.missed_at else _("answered")
    if contact.missed_at:
        return "stop", _("not answered in time")
    return ("warn", _("seen, not answered yet")) if contact.delivered_at else ("info", _("not seen yet"))


def _leads(request: UserRequest) -> bool:
    access = access_for(request.user)
    return access.has_reports or bool(access.headed_paths)


@require_safe
def contact_list(request: UserRequest) -> HttpResponse:
    """Calls and recalls in reach, the newest first."""
    found = ContactFilter(request.GET, queryset=contacts_of(request), request=request)
    page = paginate(request, found.qs)
    context = {
        "filter": found,
        "page_obj": page,
        "rows": [(row, tag_of(row)) for row in page],
        "may_ask": _leads(request),
    }
    return render_list(request, "attendance/contact_list.html", "attendance/partials/contact_table.html", context)


def _people(request: UserRequest) -> QuerySet[Employee]:
    """Those whom the user leads. Raises PermissionDenied for somebody who leads nobody."""
    if not _leads(request):
        raise PermissionDenied(_("Only who leads people may do this."))
    return led_by(request.user, with_hr=False)


def _initial(request: UserRequest, people: QuerySet[Employee]) -> dict[str, Any]:
    """The person named in the address, if the user leads them."""
    asked = request.GET.get("employee", "")
    person = people.filter(pk=asked).first() if asked.isdecimal() and len(asked) <= ID_DIGITS else None
    return {"employee": person} if person else {}


def _page(title: str, submit: str, intro: str) -> FormPage:
    url = reverse("attendance:contact_list")
    return FormPage(
        title=title, submit=submit, intro=intro, cancel_url=url, crumbs=[(_("Calls and recalls"), url), (title, "")]
    )


def _url(contact: Contact) -> str:
    return reverse("attendance:contact", args=[contact.pk])


@require_http_methods(["GET", "HEAD", "POST"])
def contact_create(request: UserRequest) -> HttpResponse:
    """Ask somebody for a reply."""
    people = _people(request)
    form = ReplyForm(
        request.POST if request.method == "POST" else None, people=people, initial=_initial(request, people)
    )
    intro = _("It is shown in the app. The time to answer begins when the employee has seen it.")
    page = _page(_("Ask for a reply"), _("Ask"), intro)

    def ask() -> Contact:
        given = form.cleaned_data
        return ask_reply(by=request.user, employee_id=given["employee"].pk, message=given["message"])

    return handle_form(request, form, page, ask, done=_("Asked."), done_url=_url)


@require_http_methods(["GET", "HEAD", "POST"])
def recall_create(request: UserRequest) -> HttpResponse:
    """Recall somebody to the office for a day."""
    people = _people(request)
    form = RecallForm(
        request.POST if request.method == "POST" else None, people=people, initial=_initial(request, people)
    )
    intro = _("The place elsewhere is free for others that day, and the day counts as a day in the office.")
    page = _page(_("Recall to the office"), _("Recall"), intro)

    def recall() -> Contact:
        given = form.cleaned_data
        return recall_to_office(
            by=request.user, employee_id=given["employee"].pk, day=given["day"], reason=given["message"]
        )

    return handle_form(request, form, page, recall, done=_("Recalled. The employee is told."), done_url=_url)


def _contact(request: UserRequest, pk: int) -> Contact:
    return get_object_or_404(contacts_of(request), pk=pk)


@require_safe
@never_cache
def contact(request: UserRequest, pk: int) -> HttpResponse:
    """One call or recall: what was asked, the answer, telephone calls."""
    return _show(request, _contact(request, pk))


def _show(
    request: UserRequest,
    shown: Contact,
    *,
    answer_form: ContactAnswerForm | None = None,
    attempt_form: AttemptForm | None = None,
) -> HttpResponse:
    user = request.user
    is_own = shown.employee.user_id == user.pk
    is_live = shown.withdrawn_at is None
    follows = is_live and user.has_perm("attendance.follow_contact", shown)
    context: dict[str, Any] = {
        "contact": shown,
        "tag": tag_of(shown),
        "is_own": is_own,
        "is_recall": shown.kind == ContactKind.RECALL,
        "attempts": shown.attempts.select_related("noted_by").order_by("at", "pk"),
        "follows": follows,
        "may_withdraw": follows and (shown.kind == ContactKind.RECALL or shown.answered_at is None),
        "is_new": is_own and is_live and shown.delivered_at is None,
        "crumbs": [(_("Calls and recalls"), reverse("attendance:contact_list")), (_title(shown), "")],
    }
    if is_own and is_live and shown.answered_at is None:
        context["answer_form"] = answer_form or ContactAnswerForm()
    if follows:
        context["attempt_form"] = attempt_form or AttemptForm(initial={"reached": "no"})
    bound = answer_form or attempt_form
    return render(request, "attendance/contact.html", context, status=UNPROCESSABLE if bound and bound.errors else 200)


def _title(shown: Contact) -> str:
    if shown.kind == ContactKind.RECALL and shown.day:
        return _("Recall for %(date)s") % {"date": date_format(shown.day, "DATE_FORMAT")}
    return _("Call for a reply")


@require_POST
def contact_delivered(request: UserRequest, pk: int) -> HttpResponse:
    """The employee was shown it: sent by the page itself, or by a button without JavaScript."""
    shown = _contact(request, pk)
    require_permission(request, "attendance.answer_contact", shown)
    mark_delivered(by=request.user, contact_ids=[shown.pk])
    return redirect("attendance:contact", pk)


@require_POST
@never_cache
def contact_answer(request: UserRequest, pk: int) -> HttpResponse:
    """The employee answers."""
    shown = _contact(request, pk)
    require_permission(request, "attendance.answer_contact", shown)
    form = ContactAnswerForm(request.POST)
    if form.is_valid():
        try:
            answer_contact(by=request.user, contact_id=shown.pk, answer=form.cleaned_data["answer"])
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("Your answer is with the supervisor."))
            return redirect("attendance:contact", pk)
    return _show(request, shown, answer_form=form)


@require_POST
@never_cache
def contact_attempt(request: UserRequest, pk: int) -> HttpResponse:
    """Note a telephone call."""
    shown = _contact(request, pk)
    require_permission(request, "attendance.follow_contact", shown)
    form = AttemptForm(request.POST)
    if form.is_valid():
        note_attempt(by=request.user, contact_id=shown.pk, **form.cleaned_data)
        messages.success(request, _("The call is noted."))
        return redirect("attendance:contact", pk)
    return _show(request, shown, attempt_form=form)


@require_POST
def contact_withdraw(request: UserRequest, pk: int) -> HttpResponse:
    """Take a question or a recall back."""
    shown = _contact(request, pk)
    require_permission(request, "attendance.follow_contact", shown)
    command = withdraw_recall if shown.kind == ContactKind.RECALL else withdraw_contact
    return do(
        request,
        lambda: command(by=request.user, contact_id=shown.pk),
        done=_("Withdrawn."),
        back=reverse("attendance:contact", args=[pk]),
    )
