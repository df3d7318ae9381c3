"""Criteria over reviews: whoever leads others reviews in time. Part of no policy until HR adds it."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.db import models
from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from eligibility.criteria.base import Ask, Criterion, Explanation, Seen
from eligibility.registry import register
from organization.models import Placement
from performance.enums import ReportStatus


class OverdueReviewsParams(forms.Form):
    most = forms.IntegerField(
        label=gettext_lazy("overdue reviews allowed"),
        min_value=0,
        max_value=1000,
        initial=0,
        widget=forms.NumberInput(attrs={"class": "short"}),
    )


@register
class NoOverdueReviews(Criterion):
    """No more than so many reports of the people somebody supervises wait past the day their review was due.

    Who supervises nobody passes.

    Source: not in Art 25; active leaders are what agencies ask for, regulation 5.3; Art 26 [Q] (mark P).
    """

    code = "no_overdue_reviews"
    label = gettext_lazy("Reports of the own people are reviewed in time")
    facts = {"overdue": models.IntegerField()}
    params_form = OverdueReviewsParams
    needs_coordination = True

    def observed(self, *, on: date, ask: Ask, params: dict[str, Any]) -> dict[str, Any]:
        reports = Q(
            employee__daily_reports__status=ReportStatus.REPORTED, employee__daily_reports__review_due_on__lt=on
        )
        people = Placement.objects.active_on(on).filter(reports, supervisor=OuterRef("pk"))
        counted = people.order_by().values("supervisor").annotate(n=Count("employee__daily_reports")).values("n")
        return {"overdue": Coalesce(Subquery(counted, output_field=models.IntegerField()), 0)}

    def passed(self, seen: dict[str, str], params: dict[str, Any], *, on: date) -> Q:
        return Q(**{f"{seen['overdue']}__lte": params["most"]})

    def explain(self, seen: Seen, params: dict[str, Any], *, on: date) -> Explanation:
        overdue, most = seen["overdue"], params["most"]
        counted = ngettext("%(count)d review overdue", "%(count)d reviews overdue", overdue) % {"count": overdue}
        return Explanation(
            observed=counted if overdue else _("no review overdue"),
            required=_("at most %(count)d") % {"count": most} if most else _("no review overdue"),
            remedy="" if overdue <= most else _("Review the reports that wait on the page “Report reviews”."),
        )

    def phrase(self, params: dict[str, Any]) -> str:
        return _("At most %(most)s overdue reviews of the own people")
