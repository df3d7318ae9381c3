"""Calendar addresses: the page to make and revoke them, and the feed itself, which needs no login but the address."""

from __future__ import annotations

import hashlib

from allauth.core.internal import ratelimit
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.http import parse_etags, quote_etag
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from attendance.calendars import calendar_of
from attendance.enums import FeedScope
from attendance.forms.feeds import FeedForm
from attendance.models import FeedAddress
from attendance.services.feeds import digest_of, feed_of, make_feed, may_read_team, revoke_feed
from organization.access import access_for
from organization.http import UserRequest
from organization.models import Placement, Unit
from organization.views.pages import add_errors, do

UNPROCESSABLE, TOO_MANY = 422, 429
APP, RATE = "allauth.account", "calendar_feed"  # where ACCOUNT_RATE_LIMITS are looked up
PRIVATE = "private, max-age=300"


@require_safe
@never_cache
def feed_list(request: UserRequest) -> HttpResponse:
    """Own addresses, without what is secret of them, and the form for another one."""
    return _page(request)


@require_POST
@never_cache
def feed_create(request: UserRequest) -> HttpResponse:
    """Make an address. The answer is the only place where it is ever shown."""
    unit = own_unit(request)
    form = FeedForm(request.POST, scopes=_scopes(request, unit))
    if form.is_valid():
        try:
            made, token = make_feed(by=request.user, scope=form.cleaned_data["scope"], unit=unit)
        except ValidationError as error:
            add_errors(form, error)
        else:
            url = request.build_absolute_uri(reverse("attendance:feed", args=[token]))
            return _page(request, made=made, url=url)
    return _page(request, form=form)


@require_POST
def feed_revoke(request: UserRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(FeedAddress, pk=pk, user=request.user)
    return do(
        request,
        lambda: revoke_feed(by=request.user, feed_id=row.pk),
        done=_("The address is revoked. Calendars that use it find nothing any more."),
        back=reverse("attendance:feeds"),
    )


def own_unit(request: UserRequest) -> Unit | None:
    access = access_for(request.user)
    if access.own_employee_id is None:
        return None
    placed = Placement.objects.active_on(access.on).filter(employee=access.own_employee_id).select_related("unit")
    row = placed.first()
    return row.unit if row else None


def _scopes(request: UserRequest, unit: Unit | None) -> list[str]:
    scopes = [FeedScope.PERSON.value] if access_for(request.user).own_employee_id else []
    return [*scopes, FeedScope.TEAM.value] if unit else scopes


def _page(
    request: UserRequest, *, form: FeedForm | None = None, made: FeedAddress | None = None, url: str = ""
) -> HttpResponse:
    unit = own_unit(request)
    scopes = _scopes(request, unit)
    rows = FeedAddress.objects.filter(user=request.user, revoked_at__isnull=True).select_related("unit")
    context = {
        "rows": rows,
        "form": form or (FeedForm(scopes=scopes) if scopes else None),
        "unit": unit,
        "made": made,
        "url": url,
    }
    return render(request, "attendance/feeds.html", context, status=UNPROCESSABLE if form and form.errors else 200)


@login_not_required
@require_safe
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """The calendar behind a secret address; 404 when it is not known, revoked, or its owner may not see it any more."""
    if not ratelimit.consume(request, app=APP, action=RATE, key=digest_of(token), limit_get=True):
        return render(request, "429.html", status=TOO_MANY)
    found = feed_of(token)
    if found is None or (found.unit is not None and not may_read_team(found.user, found.unit)):
        raise Http404
    with translation.override(found.user.mail_language):
        content = calendar_of(found, today=timezone.localdate())
    etag = quote_etag(hashlib.sha256(content).hexdigest()[:32])
    known = parse_etags(request.headers.get("If-None-Match", ""))
    if etag in known or f"W/{etag}" in known or known == ["*"]:
        response: HttpResponse = HttpResponseNotModified()
    else:
        response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
        response["Content-Disposition"] = 'inline; filename="fleksibel.ics"'
    response["ETag"] = etag
    response["Cache-Control"] = PRIVATE
    return response
