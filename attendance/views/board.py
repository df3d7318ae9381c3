"""Who is where: a team or a unit by day, week, two weeks or month."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.paginator import Page
from django.http import HttpResponse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from attendance.board import Line, Scope, in_state, lines_of, people_of, scope_for
from attendance.forms.board import BoardForm
from attendance.limits import Cover, coverage_of
from attendance.spans import DAY, FORTNIGHT, MONTH, WEEK, Span, span_of
from organization.access import Access, access_for
from organization.http import UserRequest
from organization.models import User
from organization.views.pages import paginate, render_list

PAGE_SIZE = 50
SATURDAY = 5
VIEW_WORDS: dict[str, str | Promise] = {
    DAY: gettext_lazy("Day"),
    WEEK: gettext_lazy("Week"),
    FORTNIGHT: gettext_lazy("2 weeks"),
    MONTH: gettext_lazy("Month"),
}
PRESENCE_WORDS: dict[str, str | Promise] = {
    "on_site": gettext_lazy("on site"),
    "away": gettext_lazy("at another place"),
    "absent": gettext_lazy("absent"),
    "off": gettext_lazy("off"),
}


@dataclass(frozen=True)
class Column:
    """A day of the grid with its figures; no figures for those who may not see them."""

    day: date
    label: str
    is_today: bool
    cover: Cover | None


@require_safe
def whereabouts(request: UserRequest) -> HttpResponse:
    """The board. Without a view that was chosen, phones get the list of today, wider screens two weeks."""
    user, today = request.user, timezone.localdate()
    access = access_for(user)
    form = BoardForm(request.GET, user=user, has_units=bool(access.unit_paths))
    asked = form.read()
    scope = scope_for(user, access, asked.get("unit"), only=bool(asked.get("level")))
    span = span_of(asked["view"] or FORTNIGHT, asked["day"] or today)
    page = _people(request, scope, span, asked, access)
    context: dict[str, Any] = {
        "filter_form": form,
        "scope": scope,
        "span": span,
        "today": today,
        "page_obj": page,
        "presence": PRESENCE_WORDS.get(asked["presence"] or ""),
        "is_day": span.view == DAY,
        "views": [(view, word, view == span.view) for view, word in VIEW_WORDS.items()],
        **_table(page, span, access, today, _cover(scope, span, access)),
    }
    context["sees_shortfall"] = bool(context["short"]) and _opens_shortfall(user, access, scope)
    return render_list(request, "attendance/board.html", "attendance/partials/board_body.html", context)


def _people(request: UserRequest, scope: Scope, span: Span, asked: dict[str, Any], access: Access) -> Page[Any]:
    """People are those placed on the day asked for, or on the first day of the span."""
    rows = people_of(scope, access, on=span.anchor)
    if asked["name"]:
        rows = rows.filter(name__icontains=asked["name"])
    if asked["presence"]:
        rows = in_state(rows, asked["presence"], span.anchor, access)
    return paginate(request, rows, PAGE_SIZE)


def _opens_shortfall(user: User, access: Access, scope: Scope) -> bool:
    """Whether the page that names who could come in is open to the reader."""
    return _in_reach(scope, access) and user.has_perm("attendance.view_shortfall", scope.unit)


def _in_reach(scope: Scope, access: Access) -> bool:
    return scope.unit is not None and any(scope.unit.path.startswith(prefix) for prefix in access.unit_paths)


def sees_figures(scope: Scope, access: Access) -> bool:
    """Whoever has the unit in reach, or leads people of it. To colleagues the figures could tell a place."""
    return _in_reach(scope, access) or (scope.unit is not None and scope.team and access.has_reports)


def _cover(scope: Scope, span: Span, access: Access) -> dict[date, Cover]:
    if scope.unit is None or not sees_figures(scope, access):
        return {}
    return coverage_of(scope.unit, span.start, span.end)


def _table(page: Page[Any], span: Span, access: Access, today: date, cover: dict[date, Cover]) -> dict[str, Any]:
    """Lines and columns. A weekend on which nobody works has no column."""
    days = span.days
    focus = days.index(today) if today in days else days.index(span.anchor)
    lines = lines_of(page.object_list, days, access, today=today, focus=days[focus])
    kept = [number for number, day in enumerate(days) if span.view == DAY or _is_shown(number, day, lines)]
    columns = [
        Column(day, date_format(day, "j" if span.view == MONTH else "D j"), day == today, cover.get(day))
        for day in (days[number] for number in kept)
    ]
    return {
        "columns": columns,
        "lines": [(line, [line.cells[number] for number in kept], line.cells[focus]) for line in lines],
        "focus": days[focus],
        "focus_cover": cover.get(days[focus]),
        "has_cover": bool(cover),
        "short": [row for column in columns if column.cover for row in column.cover.shortfalls],
    }


def _is_shown(number: int, day: date, lines: list[Line]) -> bool:
    if day.weekday() < SATURDAY:
        return True
    cells = (line.cells[number] for line in lines)
    return any(cell is not None and cell.letter for cell in cells)
