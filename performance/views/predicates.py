"""What HR looks at: our predicates beside the official ones, distributions, achievements of units, expected shares."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from organization.http import UserRequest
from organization.models import Unit
from organization.views.pages import FormPage, handle_form, paginate, render_list, require_permission
from performance.curves import FEWEST, Curve, curve_of, curves_on
from performance.distribution import chart_of, picture_of, units_looked_at
from performance.enums import Achievement, Predicate
from performance.filters_predicates import AchievementFilter, ComparisonFilter, compared_by
from performance.forms.curves import AchievementForm, DistributionForm, SharesForm, last_quarter
from performance.models import ExpectedShare, UnitAchievement
from performance.periods import dates_of, result_period_words
from performance.presentation_evaluations import period_of
from performance.services import curves as commands

COMPARE, LOOK, READ = (
    "performance.compare_predicates",
    "performance.view_distribution",
    "performance.view_achievements",
)


@require_safe
@never_cache
def predicate_differences(request: UserRequest) -> HttpResponse:
    """Closed evaluations whose predicate is another one than e-Kinerja's for the same period."""
    require_permission(request, COMPARE)
    rows = compared_by(request.user).select_related("employee").order_by("-ends_on", "employee__name", "pk")
    found = ComparisonFilter(request.GET, queryset=rows, request=request)
    page = paginate(request, found.qs)
    words = dict(Predicate.choices)
    context = {
        "filter": found,
        "page_obj": page,
        "rows": [(row, period_of(row), words.get(row.official, "")) for row in page],
        "crumbs": [(_("Evaluations"), reverse("performance:evaluation_list")), (_("Ours and official"), "")],
    }
    return render_list(
        request, "performance/predicate_differences.html", "performance/partials/difference_table.html", context
    )


@require_safe
@never_cache
def distribution(request: UserRequest) -> HttpResponse:
    """The predicates of a unit's people in a period, beside the curve. Information only."""
    require_permission(request, LOOK)
    units = units_looked_at(request.user)
    form = DistributionForm(request.GET if "unit" in request.GET else None, units=units, initial=last_quarter())
    context: dict[str, Any] = {
        "filter_form": form,
        "fewest": FEWEST,
        "crumbs": [(_("Evaluations"), reverse("performance:evaluation_list")), (_("Distribution"), "")],
        "may_manage": request.user.has_perm(READ),
    }
    if form.is_valid():
        given = form.cleaned_data
        picture = picture_of(given["unit"], given["year"], given["quarter"])
        context |= {
            "picture": picture,
            "period": result_period_words(picture.start, picture.end),
            "chart": chart_of(picture),
            "lines": [
                (
                    label,
                    picture.curve.shares[code] if picture.curve else None,
                    picture.official.counts.get(code, 0) if picture.official.is_shown else None,
                    picture.ours.counts.get(code, 0) if picture.ours.is_shown else None,
                )
                for code, label in Predicate.choices
            ],
        }
    return render(request, "performance/distribution.html", context)


# --------------------------------------------------------------- achievements
@require_safe
def achievement_list(request: UserRequest) -> HttpResponse:
    """How units achieved, the latest period first."""
    require_permission(request, READ)
    rows = UnitAchievement.objects.filter(unit__in=units_looked_at(request.user))
    rows = rows.select_related("unit", "recorded_by")
    found = AchievementFilter(request.GET, queryset=rows, request=request)
    page = paginate(request, found.qs)
    context = {
        "filter": found,
        "page_obj": page,
        "rows": [(row, result_period_words(*dates_of(row.year, row.quarter))) for row in page],
        "may_add": request.user.has_perm(commands.ACHIEVEMENTS),
        "crumbs": [(_("Distribution"), reverse("performance:distribution")), (_("Achievement of units"), "")],
    }
    return render_list(
        request, "performance/achievement_list.html", "performance/partials/achievement_table.html", context
    )


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def achievement_set(request: UserRequest) -> HttpResponse:
    """Put on record, or correct, how a unit achieved; `?row=` fills in what is on record."""
    require_permission(request, commands.ACHIEVEMENTS)
    units = Unit.objects.filter(pk__in=units_looked_at(request.user))
    form = AchievementForm(
        request.POST if request.method == "POST" else None, units=units, initial=_on_record(request) or last_quarter()
    )
    url = reverse("performance:achievement_list")
    page = FormPage(
        title=_("Achievement of a unit"),
        submit=_("Save"),
        intro=_("As the leader or SAKIP found it. It chooses the curve shown; nobody's predicate follows from it."),
        cancel_url=url,
        crumbs=[(_("Achievement of units"), url), (_("Enter"), "")],
    )
    return handle_form(
        request,
        form,
        page,
        lambda: commands.set_achievement(by=request.user, **form.cleaned_data),
        done=_("On record."),
        done_url=url,
    )


def _on_record(request: UserRequest) -> dict[str, Any]:
    asked = request.GET.get("row", "")
    if not asked.isdecimal() or len(asked) > 18:
        return {}
    row = get_object_or_404(UnitAchievement.objects.filter(unit__in=units_looked_at(request.user)), pk=asked)
    return {
        "unit": row.unit_id,
        "year": row.year,
        "quarter": row.quarter,
        "achievement": row.achievement,
        "source_document": row.source_document,
    }


# --------------------------------------------------------------------- curves
@require_safe
def expected_shares(request: UserRequest) -> HttpResponse:
    """The curve of each achievement today, and what is entered for later."""
    require_permission(request, READ)
    today = timezone.localdate()
    later = ExpectedShare.objects.filter(valid_from__gt=today).order_by("valid_from", "achievement", "-pct", "pk")
    context = {
        "labels": Predicate.labels,
        "rows": [
            (curve, [(label, curve.shares[code]) for code, label in Predicate.choices]) for curve in curves_on(today)
        ],
        "later": sorted({(row.valid_from, row.get_achievement_display()) for row in later}),
        "may_edit": request.user.has_perm(commands.SHARES),
        "crumbs": [(_("Distribution"), reverse("performance:distribution")), (_("Expected shares"), "")],
    }
    return render(request, "performance/expected_shares.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def expected_shares_set(request: UserRequest, achievement: str) -> HttpResponse:
    """Put the agency's own shares in the place of those in force."""
    require_permission(request, commands.SHARES)
    if achievement not in Achievement.values:
        raise Http404
    curve: Curve = curve_of(achievement, timezone.localdate())
    form = SharesForm(request.POST if request.method == "POST" else None, curve=curve)
    url = reverse("performance:expected_shares")
    page = FormPage(
        title=_("Expected shares: %(achievement)s") % {"achievement": curve.word},
        submit=_("Save"),
        intro=_("Percent of the people of a unit that achieved so. Information only; they add up to 100."),
        cancel_url=url,
        crumbs=[(_("Expected shares"), url), (curve.word, "")],
    )
    return handle_form(
        request,
        form,
        page,
        lambda: commands.set_shares(
            by=request.user, achievement=achievement, shares=form.shares(), valid_from=form.day
        ),
        done=_("Saved. They hold from that day on."),
        done_url=url,
    )
