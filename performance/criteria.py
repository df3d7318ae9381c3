"""Criteria over performance, registered with eligibility when the app is ready."""

from __future__ import annotations

from datetime import date
from typing import Any

from dateutil.relativedelta import relativedelta
from django import forms
from django.db import models
from django.db.models import Count, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.db.models.lookups import GreaterThanOrEqual
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from eligibility.criteria.base import Ask, Criterion, Explanation, Seen
from eligibility.registry import register
from performance.enums import PREDICATE_RANK, Predicate
from performance.models import OfficialPredicate, Output


def at_least(minimum: str) -> list[str]:
    """The predicates that are as good as `minimum` or better."""
    return [str(predicate) for predicate, rank in PREDICATE_RANK.items() if rank >= PREDICATE_RANK[minimum]]


class MinPredicateParams(forms.Form):
    minimum = forms.ChoiceField(label=gettext_lazy("lowest predicate"), choices=Predicate.choices)


@register
class MinimumPredicate(Criterion):
    """The last official predicate is at least so good.

    Source: not in Art 25; agencies add it under Art 26 [Q] after coordination with the Minister (mark P).
    """

    code = "min_predicate"
    label = gettext_lazy("The last official performance predicate is good enough")
    facts = {"predicate": models.CharField(), "year": models.IntegerField()}
    params_form = MinPredicateParams
    needs_coordination = True

    def observed(self, *, on: date, ask: Ask, params: dict[str, Any]) -> dict[str, Any]:
        last = OfficialPredicate.objects.filter(employee=OuterRef("pk"), period_end__lte=on).order_by(
            "-period_end", "quarter"
        )
        return {
            "predicate": Subquery(last.values("predicate")[:1]),
            "year": Subquery(last.values("year")[:1], output_field=models.IntegerField()),
        }

    def passed(self, seen: dict[str, str], params: dict[str, Any], *, on: date) -> Q:
        return Q(**{f"{seen['predicate']}__in": at_least(params["minimum"])})

    def explain(self, seen: Seen, params: dict[str, Any], *, on: date) -> Explanation:
        required = _("at least %(predicate)s") % {"predicate": Predicate(params["minimum"]).label}
        if seen["predicate"] is None:
            return Explanation(
                observed=_("no official predicate on record"),
                required=required,
                remedy=_("HR imports the predicates from e-Kinerja."),
            )
        return Explanation(
            observed=_("%(predicate)s, %(year)d")
            % {"predicate": Predicate(seen["predicate"]).label, "year": seen["year"]},
            required=required,
            remedy=""
            if seen["predicate"] in at_least(params["minimum"])
            else _("Met again with the next period's predicate."),
        )

    def phrase(self, params: dict[str, Any]) -> str:
        return _("Last official predicate at least %(minimum)s")


class OutputsParams(forms.Form):
    min_pct = forms.IntegerField(
        label=gettext_lazy("share delivered, percent"),
        min_value=1,
        max_value=100,
        widget=forms.NumberInput(attrs={"class": "short"}),
    )
    months = forms.IntegerField(
        label=gettext_lazy("months looked back"),
        min_value=1,
        max_value=60,
        widget=forms.NumberInput(attrs={"class": "short"}),
    )


@register
class OutputsDelivered(Criterion):
    """Of the outputs promised in earlier arrangements and due before the day, enough were delivered.

    No history passes. What is due on the day itself can still be delivered that day, so it does not count yet.

    Source: flexible work is judged by outputs, regulation 1.8 [S]; the share is DESIGN (mark P, Art 26).
    """

    code = "outputs_delivered"
    label = gettext_lazy("Promised outputs were delivered")
    facts = {"due": models.IntegerField(), "delivered": models.IntegerField()}
    params_form = OutputsParams
    needs_coordination = True

    def observed(self, *, on: date, ask: Ask, params: dict[str, Any]) -> dict[str, Any]:
        since = on - relativedelta(months=params["months"])
        due = (
            Output.objects.due()
            .filter(contract__employee=OuterRef("pk"), due_on__lt=on, due_on__gte=since)
            .order_by()
            .values("contract__employee")
        )
        done = Q(delivered__gte=F("target"), delivered_on__lte=on)
        return {
            "due": self._count(due),
            "delivered": self._count(due, done),
        }

    @staticmethod
    def _count(rows: models.QuerySet[Output, Any], condition: Q | None = None) -> Coalesce:
        counted = rows.annotate(n=Count("pk", filter=condition)).values("n")
        return Coalesce(Subquery(counted, output_field=models.IntegerField()), 0)

    def passed(self, seen: dict[str, str], params: dict[str, Any], *, on: date) -> Q:
        # Nothing due passes by itself: 0 >= 0.
        return Q(GreaterThanOrEqual(F(seen["delivered"]) * 100, F(seen["due"]) * params["min_pct"]))

    def explain(self, seen: Seen, params: dict[str, Any], *, on: date) -> Explanation:
        required = _("at least %(share)d %%") % {"share": params["min_pct"]}
        if not seen["due"]:
            return Explanation(observed=_("no promised outputs due yet"), required=required)
        met = seen["delivered"] * 100 >= seen["due"] * params["min_pct"]
        return Explanation(
            observed=_("%(delivered)d of %(due)d outputs on record") % seen,
            required=required,
            remedy="" if met else _("Deliver what is due; your supervisor records it."),
        )

    def phrase(self, params: dict[str, Any]) -> str:
        return _("At least %(min_pct)s %% of the outputs promised in the last %(months)s months delivered")
