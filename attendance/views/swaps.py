"""One's own shifts on a phone, and swaps between two people."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from attendance.enums import SwapStatus
from attendance.filters_rosters import SwapFilter
from attendance.forms.swaps import SwapForm, SwapReasonForm
from attendance.models import RosterEntry, ShiftSwap
from attendance.roster_grid import shift_times
from attendance.services.swaps import answer_swap, ask_swap, decide_swap, withdraw_swap
from organization.access import access_for
from organization.http import UserRequest
from organization.models import Employee
from organization.views.pages import FormPage, add_errors, do, handle_form, paginate, render_list, require_permission

UNPROCESSABLE = 422
SHOWN_DAYS = 42
TAGS = {
    SwapStatus.ASKED: "info",
    SwapStatus.AGREED: "warn",
    SwapStatus.APPROVED: "ok",
    SwapStatus.REFUSED: "stop",
    SwapStatus.WITHDRAWN: "n",
}


def tag_of(swap: ShiftSwap) -> tuple[str, str]:
    status = SwapStatus(swap.status)
    return TAGS[status], str(status.label)


def _own_entries(employee_id: int | None, start: date, days: int = SHOWN_DAYS) -> list[RosterEntry]:
    last = start + timedelta(days=days)
    rows = RosterEntry.objects.filter(employee_id=employee_id or 0, is_published=True, day__gte=start, day__lte=last)
    return list(rows.select_related("shift", "roster__unit").order_by("day", "slot"))


@require_safe
@never_cache
def my_roster(request: UserRequest) -> HttpResponse:
    """The next six weeks of one's own shifts, week by week, and swaps that wait."""
    employee_id = access_for(request.user).own_employee_id
    today = timezone.localdate()
    start = today - timedelta(days=today.weekday())
    entries = _own_entries(employee_id, start)
    weeks: dict[date, list[dict[str, Any]]] = defaultdict(list)
    for entry in entries:
        weeks[entry.day - timedelta(days=entry.day.weekday())].append(
            {
                "entry": entry,
                "times": shift_times(entry.shift) if entry.shift else "",
                "is_today": entry.day == today,
                "may_swap": entry.shift is not None and entry.day >= today,
            }
        )
    swaps = ShiftSwap.objects.open().filter(Q(applicant_id=employee_id) | Q(colleague_id=employee_id))
    following = next((row for row in entries if row.shift and row.day >= today), None)
    context = {
        "weeks": sorted(weeks.items()),
        "next_entry": following,
        "next_times": shift_times(following.shift) if following and following.shift else "",
        "swaps": [(swap, tag_of(swap)) for swap in swaps.select_related("applicant", "colleague")],
        "own_id": employee_id,
    }
    return render(request, "attendance/my_roster.html", context)


@require_safe
def swap_list(request: UserRequest) -> HttpResponse:
    """Swaps of the user and of people in reach."""
    rows = ShiftSwap.objects.visible_to(request.user).select_related("applicant", "colleague")
    found = SwapFilter(request.GET, queryset=rows, request=request)
    page = paginate(request, found.qs)
    context = {
        "filter": found,
        "page_obj": page,
        "rows": [(swap, tag_of(swap)) for swap in page],
        "may_ask": request.user.has_perm("attendance.ask_swap"),
    }
    return render_list(request, "attendance/swap_list.html", "attendance/partials/swap_table.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def swap_create(request: UserRequest) -> HttpResponse:
    """Ask a colleague to swap."""
    require_permission(request, "attendance.ask_swap")
    employee_id = access_for(request.user).own_employee_id
    entries = [row for row in _own_entries(employee_id, timezone.localdate()) if row.shift]
    own = [(f"{row.day.isoformat()}/{row.slot}", _shift_word(row)) for row in entries]
    initial = {"own": request.GET.get("own", ""), "other_day": request.GET.get("own", "").rpartition("/")[0]}
    form = SwapForm(request.POST or None, own=own, colleagues=_colleagues(entries, employee_id), initial=initial)
    back = reverse("attendance:my_roster")
    page = FormPage(
        title=_("Swap a shift"),
        submit=_("Ask your colleague"),
        cancel_url=back,
        crumbs=[(_("My shifts"), back), (_("Swap a shift"), "")],
        intro=_("Your colleague agrees first, then your supervisor approves. Until then your roster stays as it is."),
    )
    return handle_form(
        request,
        form,
        page,
        lambda: ask_swap(by=request.user, spec=form.spec()),
        done=_("Your colleague is asked."),
        done_url=lambda swap: reverse("attendance:swap", args=[swap.pk]),
    )


def _shift_word(row: RosterEntry) -> str:
    if row.shift is None:
        return _("day off")
    return f"{date_format(row.day, 'D j M')}: {row.shift.code} {shift_times(row.shift)}"


def _colleagues(entries: list[RosterEntry], employee_id: int | None) -> list[tuple[int, str]]:
    """People on the same published rosters."""
    rosters = {row.roster_id for row in entries}
    ids = RosterEntry.objects.filter(roster_id__in=rosters).exclude(employee_id=employee_id or 0).values("employee_id")
    return list(Employee.objects.filter(pk__in=ids).order_by("name", "pk").values_list("pk", "name"))


def _swap(request: UserRequest, pk: int) -> ShiftSwap:
    rows = ShiftSwap.objects.visible_to(request.user).select_related("applicant__user", "colleague__user", "decided_by")
    swap: ShiftSwap = get_object_or_404(rows, pk=pk)
    return swap


@require_safe
@never_cache
def swap(request: UserRequest, pk: int) -> HttpResponse:
    """One swap: who has what on both days, how far it is, and what the reader can do."""
    return _page(request, _swap(request, pk), SwapReasonForm())


def _page(request: UserRequest, shown: ShiftSwap, form: SwapReasonForm) -> HttpResponse:
    user = request.user
    is_asked, is_agreed = shown.status == SwapStatus.ASKED, shown.status == SwapStatus.AGREED
    context = {
        "swap": shown,
        "tag": tag_of(shown),
        "days": _days_of(shown),
        "form": form,
        "may_answer": is_asked and user.has_perm("attendance.answer_swap", shown),
        "may_withdraw": (is_asked or is_agreed) and user.has_perm("attendance.withdraw_swap", shown),
        "may_decide": is_agreed and user.has_perm("attendance.decide_swap", shown),
        "crumbs": [(_("Swaps"), reverse("attendance:swap_list")), (shown.applicant.name, "")],
    }
    bad = form.is_bound and form.errors
    return render(request, "attendance/swap.html", context, status=UNPROCESSABLE if bad else 200)


def _days_of(shown: ShiftSwap) -> list[tuple[date, str, str]]:
    """What both have now, per day; once it is approved, they have it the other way round."""
    cells = sorted({(shown.own_day, shown.own_slot), (shown.other_day, shown.other_slot)})
    both = (shown.applicant_id, shown.colleague_id)
    rows = RosterEntry.objects.filter(employee_id__in=both, day__in=[day for day, _slot in cells], is_published=True)
    now = {(row.employee_id, row.day, row.slot): row for row in rows.select_related("shift")}

    def word(person: int, day: date, slot: int) -> str:
        row = now.get((person, day, slot))
        return f"{row.shift.code} {shift_times(row.shift)}" if row and row.shift else _("day off")

    return [(day, word(both[0], day, slot), word(both[1], day, slot)) for day, slot in cells]


@require_POST
def swap_answer(request: UserRequest, pk: int) -> HttpResponse:
    """The colleague agrees or declines."""
    shown = _swap(request, pk)
    require_permission(request, "attendance.answer_swap", shown)
    agrees = request.POST.get("action") == "agree"
    reason = request.POST.get("reason", "")[:300]
    return do(
        request,
        lambda: answer_swap(by=request.user, swap_id=pk, agrees=agrees, reason=reason),
        done=_("You agreed. Your supervisor decides now.") if agrees else _("You declined."),
        back=reverse("attendance:swap", args=[pk]),
    )


@require_POST
def swap_withdraw(request: UserRequest, pk: int) -> HttpResponse:
    """The applicant takes it back."""
    shown = _swap(request, pk)
    require_permission(request, "attendance.withdraw_swap", shown)
    return do(
        request,
        lambda: withdraw_swap(by=request.user, swap_id=pk),
        done=_("The swap is withdrawn."),
        back=reverse("attendance:swap", args=[pk]),
    )


@require_POST
@never_cache
def swap_decide(request: UserRequest, pk: int) -> HttpResponse:
    """Whoever leads both approves or refuses; what the roster does not allow is said point by point."""
    shown = _swap(request, pk)
    require_permission(request, "attendance.decide_swap", shown)
    form = SwapReasonForm(request.POST)
    approve = request.POST.get("action") == "approve"
    if form.is_valid():
        try:
            decide_swap(by=request.user, swap_id=pk, approve=approve, reason=form.cleaned_data["reason"])
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("The swap is approved.") if approve else _("The swap is refused."))
            return redirect("attendance:swap", pk)
    return _page(request, shown, form)
