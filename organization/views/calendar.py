"""The calendar: holidays and joint leave, Ramadan, working hours."""

from __future__ import annotations

from datetime import date, time, timedelta

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from organization.enums import HolidayKind
from organization.forms.agency import HolidayForm, RamadanForm
from organization.http import UserRequest
from organization.models import Holiday, NationalPeriod, RamadanPeriod
from organization.services import calendar
from organization.views.pages import Crumbs, FormPage, do, handle_form, require_permission
from organization.working_hours import WEEK_MIN, WEEK_MIN_RAMADAN, is_working_day, standard_day

FIRST_YEAR, LAST_YEAR = 2015, 2100
A_MONDAY = date(2026, 1, 5)
MOST_PERIODS = 12


def _year(request: UserRequest) -> int:
    typed = request.GET.get("year", "") or request.POST.get("year", "")
    today = timezone.localdate()
    return int(typed) if typed.isdigit() and FIRST_YEAR <= int(typed) <= LAST_YEAR else today.year


def _url(year: int) -> str:
    return f"{reverse('organization:calendar')}?year={year}"


@require_safe
def calendar_page(request: UserRequest) -> HttpResponse:
    """One year of days off, the periods of Ramadan, and the hours that the law fixes."""
    year = _year(request)
    rows = list(Holiday.objects.filter(day__year=year))
    days_off = {row.day for row in rows}
    context = {
        "year": year,
        "years": [year - 1, year, year + 1],
        "rows": rows,
        "public": sum(row.kind == HolidayKind.PUBLIC for row in rows),
        "joint": sum(row.kind == HolidayKind.JOINT_LEAVE for row in rows),
        "working_days": _working_days(year, days_off),
        "periods": RamadanPeriod.objects.all()[:6],
        "national": NationalPeriod.objects.running_between(date(year, 1, 1), date(year, 12, 31))[:MOST_PERIODS],
        "hours": _hours(),
        "may_edit": request.user.has_perm("organization.manage_calendar"),
    }
    return render(request, "organization/calendar.html", context)


def _working_days(year: int, days_off: set[date]) -> int:
    first = date(year, 1, 1)
    length = (date(year + 1, 1, 1) - first).days
    return sum(is_working_day(first + timedelta(days=offset), days_off) for offset in range(length))


def _clock(value: time) -> str:
    return f"{value:%H.%M}"


def _hours() -> list[dict[str, object]]:
    """The standard day per season: Monday to Thursday, Friday, and the week. Source: Perpres 21/2023 Art 4 [Q]."""
    seasons = ((_("Ordinary weeks"), False, WEEK_MIN, "4(1)"), (_("Ramadan"), True, WEEK_MIN_RAMADAN, "4(2)"))
    rows: list[dict[str, object]] = []
    for label, ramadan, week_min, article in seasons:
        monday = standard_day(A_MONDAY, ramadan=ramadan)
        friday = standard_day(A_MONDAY + timedelta(days=4), ramadan=ramadan)
        rows.append(
            {
                "label": label,
                "article": _("Perpres 21/2023 Art %(article)s") % {"article": article},
                "days": f"{_clock(monday.start)}–{_clock(monday.end)}",
                "friday": f"{_clock(friday.start)}–{_clock(friday.end)}",
                "break": monday.break_min,
                "friday_break": friday.break_min,
                "week": _("%(hours)s h %(minutes)s min") % {"hours": week_min // 60, "minutes": week_min % 60},
            }
        )
    return rows


def _crumbs(year: int, last: str) -> Crumbs:
    return [(_("Calendar"), _url(year)), (last, "")]


@require_http_methods(["GET", "HEAD", "POST"])
def holiday_edit(request: UserRequest, pk: int | None = None) -> HttpResponse:
    require_permission(request, "organization.manage_calendar")
    row = get_object_or_404(Holiday, pk=pk) if pk else None
    year = row.day.year if row else _year(request)
    form = HolidayForm(request.POST or None, instance=row)
    page = FormPage(
        title=row.name if row else _("New day off"),
        intro=_("What you enter here stays, also when the year is loaded again."),
        submit=_("Save the day"),
        cancel_url=_url(year),
        crumbs=_crumbs(year, row.name if row else _("New day off")),
    )
    return handle_form(
        request,
        form,
        page,
        lambda: calendar.save_holiday(by=request.user, holiday_id=pk, **form.cleaned_data),
        done=_("The day is saved."),
        done_url=lambda saved: _url(saved.day.year),
    )


@require_POST
def holiday_delete(request: UserRequest, pk: int) -> HttpResponse:
    require_permission(request, "organization.manage_calendar")
    row = get_object_or_404(Holiday, pk=pk)
    return do(
        request,
        lambda: calendar.delete_holiday(by=request.user, holiday_id=pk),
        done=_("%(name)s is a working day again.") % {"name": row.name},
        back=_url(row.day.year),
    )


@require_POST
def holiday_reseed(request: UserRequest) -> HttpResponse:
    """Load a year again; what HR entered or changed stays."""
    require_permission(request, "organization.manage_calendar")
    year = _year(request)
    return do(
        request,
        lambda: calendar.reseed_holidays(by=request.user, year=year),
        done=_("%(year)s is loaded. Check it against the joint decree (SKB).") % {"year": year},
        back=_url(year),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def ramadan_edit(request: UserRequest, pk: int | None = None) -> HttpResponse:
    require_permission(request, "organization.manage_calendar")
    row = get_object_or_404(RamadanPeriod, pk=pk) if pk else None
    form = RamadanForm(request.POST or None, instance=row)
    year = row.valid_from.year if row else timezone.localdate().year
    title = _("Ramadan %(year)s H") % {"year": row.year_hijri} if row else _("Enter Ramadan")
    page = FormPage(
        title=title,
        intro=_("As announced by sidang isbat; computed calendars can be a day off."),
        submit=_("Save Ramadan"),
        cancel_url=_url(year),
        crumbs=_crumbs(year, title),
    )
    return handle_form(
        request,
        form,
        page,
        lambda: calendar.save_ramadan(by=request.user, period_id=pk, **form.cleaned_data),
        done=_("Saved. The shorter week applies on these days."),
        done_url=lambda saved: _url(saved.valid_from.year),
    )


@require_POST
def ramadan_delete(request: UserRequest, pk: int) -> HttpResponse:
    require_permission(request, "organization.manage_calendar")
    row = get_object_or_404(RamadanPeriod, pk=pk)
    return do(
        request,
        lambda: calendar.delete_ramadan(by=request.user, period_id=pk),
        done=_("Removed."),
        back=_url(row.valid_from.year),
    )
