"""Proposals for a draft roster: ask, watch it being calculated, read what came of it, take it back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from attendance.enums import ProposalStatus, RosterStatus
from attendance.models import Roster, RosterProposal
from attendance.services.proposals import (
    BROKEN,
    CHANGED,
    NO_SOLVER,
    PUBLISHED,
    ask_proposal,
    progress_of,
    take_back_proposal,
)
from attendance.views.rosters import MANAGE, crumbs_of, find_roster, period_word
from organization.http import UserRequest
from organization.views.pages import require_permission

SHOWN_UNMET = 60


@dataclass(frozen=True)
class FigureLine:
    """A figure of fairness in words; `people`: who is compared."""

    label: str
    value: str
    people: str


def _proposal(request: UserRequest, pk: int) -> RosterProposal:
    """The proposal, for whoever makes rosters of the unit; for others there is none."""
    rows = RosterProposal.objects.filter(roster__in=Roster.objects.visible_to(request.user))
    found: RosterProposal = get_object_or_404(
        rows.select_related("roster__unit", "roster__rotation", "roster__published_by", "asked_by"), pk=pk
    )
    require_permission(request, MANAGE, found.roster.unit)
    return found


@require_POST
def proposal_ask(request: UserRequest, pk: int) -> HttpResponse:
    """Have the open cells of a draft filled."""
    roster = find_roster(request, pk)
    require_permission(request, MANAGE, roster.unit)
    try:
        found = ask_proposal(by=request.user, roster_id=pk)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("attendance:roster", pk)
    return redirect("attendance:proposal", found.pk)


@require_safe
@never_cache
def proposal(request: UserRequest, pk: int) -> HttpResponse:
    """How far it is, or what came of it in words."""
    found = _proposal(request, pk)
    result = found.result
    context: dict[str, Any] = {
        "proposal": found,
        "roster": found.roster,
        "title": period_word(found.roster),
        "progress": _progress(found),
        "failure": _failure(result.get("error", "")) if found.status == ProposalStatus.FAILED else "",
        "given": len(result.get("cells", [])),
        "figures": _figures(result),
        "unmet": [_unmet(row) for row in result.get("unmet", [])[:SHOWN_UNMET]],
        "more": max(0, len(result.get("unmet", [])) - SHOWN_UNMET),
        "may_take_back": found.status == ProposalStatus.DONE and found.roster.status == RosterStatus.DRAFT,
        "crumbs": crumbs_of(found.roster, last=_("Proposal")),
    }
    return render(request, "attendance/proposal.html", context)


@require_safe
@never_cache
def proposal_progress(request: UserRequest, pk: int) -> HttpResponse:
    """Asked every two seconds by the bar; once the calculation is over the whole page loads again."""
    found = _proposal(request, pk)
    progress = _progress(found)
    if progress is None:
        return HttpResponse(headers={"HX-Refresh": "true"}) if request.htmx else redirect("attendance:proposal", pk)
    return render(request, "partials/progress.html", progress)


@require_POST
def proposal_take_back(request: UserRequest, pk: int) -> HttpResponse:
    """Empty the cells that the proposal filled."""
    found = _proposal(request, pk)
    count = take_back_proposal(by=request.user, proposal_id=found.pk)
    text = ngettext("%(count)s cell is open again.", "%(count)s cells are open again.", count) % {"count": count}
    messages.success(request, text)
    return redirect("attendance:roster", found.roster_id)


def _progress(found: RosterProposal) -> dict[str, Any] | None:
    if found.status not in (ProposalStatus.WAITING, ProposalStatus.RUNNING):
        return None
    percent = progress_of(found.pk)
    return {
        "label": _("Calculating the roster") if percent else _("Waiting for the worker"),
        "value": percent,
        "max": 100,
        "text": _("%(percent)s %%") % {"percent": percent},
        "poll_url": reverse("attendance:proposal_progress", args=[found.pk]),
    }


def _failure(code: str) -> str:
    words = {
        CHANGED: _("The roster, its minimums or absences changed while it was calculated. Ask again."),
        NO_SOLVER: _("The package that calculates rosters is not installed on this server."),
        PUBLISHED: _("The roster was published meanwhile."),
        BROKEN: _("An error of the system; the roster is as it was."),
    }
    return words.get(code, words[BROKEN])


def _unmet(row: dict[str, Any]) -> str:
    """A minimum that cannot be met, with its day."""
    values = {
        "day": date_format(date.fromisoformat(row["day"]), "D j M"),
        "shift": row["shift"],
        "count": row["count"],
        "minimum": row["minimum"],
        "group": row["group"],
    }
    if row["group"]:
        return _("%(day)s, shift %(shift)s: %(count)s of %(minimum)s (%(group)s)") % values
    return _("%(day)s, shift %(shift)s: %(count)s of %(minimum)s") % values


def _figures(result: dict[str, Any]) -> list[FigureLine]:
    lines = []
    for name, label, words in (
        ("nights", _("Nights"), _count_words),
        ("weekends", _("Days at weekends and on holidays"), _count_words),
        ("hours", _("Hours against the norm"), _hour_words),
    ):
        for row in result.get(name, []):
            people = ngettext("%(count)s person", "%(count)s people", row["people"]) % {"count": row["people"]}
            lines.append(FigureLine(label, words(row), f"{row['group']}: {people}" if row["group"] else people))
    return lines


def _count_words(row: dict[str, Any]) -> str:
    if row["least"] == row["most"]:
        return _("%(number)s each") % {"number": row["most"]}
    return _("%(least)s to %(most)s each") % row


def _hour_words(row: dict[str, Any]) -> str:
    def hours(minutes: int) -> str:
        sign = "+" if minutes > 0 else "−" if minutes < 0 else "±"
        return f"{sign}{number_format(abs(minutes) / 60, 1)}"

    return _("%(least)s to %(most)s hours") % {"least": hours(row["least"]), "most": hours(row["most"])}
