"""The page where one checks in and out, made for a phone; it works without JavaScript, then without a position."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from attendance.enums import Direction
from attendance.evidence import queue_key
from attendance.models import PresenceEvent
from attendance.presentation_presence import today_of
from attendance.services.presence import record_event
from attendance.services.privacy import acknowledge_notice, newest_notice
from attendance.services.prompts import answer_prompt, open_prompts, see_prompt
from attendance.terms import attendance_terms_on
from organization.http import UserRequest
from organization.models import Employee
from organization.views.pages import do, render_list

# The page itself may ask for position and camera; every other page of the product may not.
PERMISSIONS_POLICY = "camera=(self), geolocation=(self), microphone=(), payment=(), usb=()"


def own_employee(request: HttpRequest) -> Employee:
    """The record of whoever asks; an account without one has nothing to enter."""
    employee: Employee | None = getattr(request.user, "employee", None)
    if employee is None:
        raise PermissionDenied(_("This account belongs to no employee."))
    return employee


@require_safe
@never_cache
def presence(request: UserRequest) -> HttpResponse:
    """Today's expectation, one large button, what was entered, and what is recorded and why."""
    employee = own_employee(request)
    now = timezone.now()
    notice = newest_notice()
    terms = attendance_terms_on(timezone.localdate(now))
    has_read = notice is not None and notice.acknowledgements.filter(user=request.user).exists()
    context: dict[str, Any] = {
        "today": today_of(employee, now),
        "now": now,
        "prompt": open_prompts(employee.pk, now).order_by("asked_at").first(),
        "in_id": uuid4(),
        "out_id": uuid4(),
        "terms": terms,
        "notice": notice,
        "notice_text": notice_text(notice) if notice else "",
        "has_read": has_read,
        "asks_position": terms.geotag and has_read,
        "asks_selfie": terms.selfie and has_read,
        "queue_key": queue_key(request.user.pk),
        "language": translation.get_language(),
    }
    response = render_list(request, "attendance/presence.html", "attendance/partials/presence_today.html", context)
    response["Permissions-Policy"] = PERMISSIONS_POLICY
    return response


def notice_text(notice: Any) -> str:
    """The notice in the language of the page."""
    text: str = notice.text_en if (translation.get_language() or "").startswith("en") else notice.text_id
    return text


@require_POST
def presence_check(request: UserRequest) -> HttpResponse:
    """Record what the pressed button says. Without JavaScript: at the server's time, without a position."""
    employee = own_employee(request)
    direction = request.POST.get("direction", "")
    if direction not in (Direction.IN, Direction.OUT):
        messages.error(request, _("Press one of the two buttons."))
        return redirect("attendance:presence")
    event = _recorded(employee, direction, _uuid(request.POST.get(f"{direction}_id", "")))
    label = _("Check-in recorded.") if event.direction == Direction.IN else _("Check-out recorded.")
    messages.success(request, _("This was recorded already.") if event.is_repeat else label)
    return redirect("attendance:presence")


def _recorded(employee: Employee, direction: str, client_id: UUID) -> PresenceEvent:
    """A page that was left open keeps its id: what is sent from it long afterwards is another entry."""
    now = timezone.now()
    event = record_event(employee=employee, direction=direction, client_id=client_id, now=now)
    minutes = (now - event.occurred_at).total_seconds() / 60
    if event.is_repeat and minutes > attendance_terms_on(timezone.localdate(now)).double_press_min:
        return record_event(employee=employee, direction=direction, client_id=uuid4(), now=now)
    return event


def _uuid(text: str) -> UUID:
    """The id of the page; a page that lost it gets a new one, since an entry is never refused."""
    try:
        return UUID(text)
    except ValueError:
        return uuid4()


@require_POST
def notice_acknowledge(request: UserRequest) -> HttpResponse:
    """Note that the notice was read; from then on entries ask for the position."""
    own_employee(request)
    version = request.POST.get("version", "")
    return do(
        request,
        lambda: acknowledge_notice(by=request.user, version=int(version) if version.isdecimal() else 0),
        done=_("Noted. Entries now ask for your position."),
        back="attendance:presence",
    )


@require_safe
@never_cache
def presence_session(request: UserRequest) -> JsonResponse:
    """Whose entries may be sent now, with the token for it; asked by the page before it sends what waited."""
    own_employee(request)
    return JsonResponse({"owner": queue_key(request.user.pk), "token": get_token(request)})


@require_POST
def prompt_seen(request: UserRequest, pk: int) -> HttpResponse:
    """The page says that the question is on the screen; from now on its minutes run."""
    see_prompt(by=request.user, prompt_id=pk)
    return HttpResponse(status=204)


@require_POST
def prompt_answer(request: UserRequest, pk: int) -> HttpResponse:
    """Confirm to be at work."""
    return do(
        request,
        lambda: answer_prompt(by=request.user, prompt_id=pk),
        done=_("Confirmed. Thank you."),
        back="attendance:presence",
    )
