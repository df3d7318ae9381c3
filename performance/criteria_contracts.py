"""Criteria over contracts: agreed with whoever leads, and delivered on time. Part of no policy until HR adds them."""

from __future__ import annotations

from datetime import date
from typing import Any

from dateutil.relativedelta import relativedelta
from django import forms
from django.db import models
from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.db.models.lookups import GreaterThanOrEqual
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from eligibility.criteria.base import Ask, Criterion, Explanation, Seen
from eligibility.registry import register
from performance.enums import AmendmentStatus
from performance.models import Output, OutputAmendment, OutputContract

SHORT = {"class": "short"}


def counted(rows: QuerySet[Any], per: str, condition: Q | None = None) -> Coalesce:
    """Rows of one employee as a number; `per` leads from a row to the employee."""
    numbers = rows.order_by().values(per).annotate(n=Count("pk", filter=condition)).values("n")
    return Coalesce(Subquery(numbers, output_field=models.IntegerField()), 0)


class OutputsOnTimeParams(forms.Form):
    months = forms.IntegerField(
        label=gettext_lazy("months looked at"),
        min_value=1,
        max_value=36,
        initial=3,
        widget=forms.NumberInput(attrs=SHORT),
    )
    min_pct = forms.IntegerField(
        label=gettext_lazy("share delivered on time, percent"),
        min_value=0,
        max_value=100,
        initial=80,
        widget=forms.NumberInput(attrs=SHORT),
    )


@register
class OutputsOnTime(Criterion):
    """Of the outputs due in the last months, enough were delivered by their day. Nothing due passes.

    Source: not in Art 25; the supervisor's evaluation counts for the next approval at Kemenkeu, regulation 5.1 [S];
    Art 26 [Q] (mark P).
    """

    code = "outputs_on_time"
    label = gettext_lazy("Promised outputs were delivered on time")
    facts = {"due": models.IntegerField(), "on_time": models.IntegerField()}
    params_form = OutputsOnTimeParams
    needs_coordination = True

    def observed(self, *, on: date, ask: Ask, params: dict[str, Any]) -> dict[str, Any]:
        since = on - relativedelta(months=params["months"])
        due = Output.objects.due().filter(contract__employee=OuterRef("pk"), due_on__lt=on, due_on__gte=since)
        done = Q(delivered__gte=F("target"), delivered_on__lte=F("due_on"))
        per = "contract__employee"
        return {"due": counted(due, per), "on_time": counted(due, per, done)}

    def passed(self, seen: dict[str, str], params: dict[str, Any], *, on: date) -> Q:
        return Q(GreaterThanOrEqual(F(seen["on_time"]) * 100, F(seen["due"]) * params["min_pct"]))

    def explain(self, seen: Seen, params: dict[str, Any], *, on: date) -> Explanation:
        required = _("at least %(share)d %%") % {"share": params["min_pct"]}
        if not seen["due"]:
            return Explanation(observed=_("no promised outputs due yet"), required=required)
        met = seen["on_time"] * 100 >= seen["due"] * params["min_pct"]
        return Explanation(
            observed=_("%(on_time)d of %(due)d outputs on time") % seen,
            required=required,
            remedy="" if met else _("Deliver by the due date, or agree on another one before it is over."),
        )

    def phrase(self, params: dict[str, Any]) -> str:
        return _("At least %(min_pct)s %% of the outputs due in the last %(months)s months delivered on time")


class ContractAgreedParams(forms.Form):
    most_waiting = forms.IntegerField(
        label=gettext_lazy("unanswered changes of a contract allowed"),
        min_value=0,
        max_value=100,
        initial=0,
        widget=forms.NumberInput(attrs=SHORT),
    )


@register
class ContractAgreed(Criterion):
    """Every contract of outputs that runs is agreed, and no change of one waits for an answer past its day.

    Who has no contract yet passes: the outputs of a request are agreed when it is approved.
    Source: outputs are agreed before the work begins, Art 30 [Q]; as a rule it is Art 26 [Q] (mark P).
    """

    code = "contract_agreed"
    label = gettext_lazy("The contract of outputs is agreed")
    facts = {"unagreed": models.IntegerField(), "waiting": models.IntegerField()}
    params_form = ContractAgreedParams
    needs_coordination = True

    def observed(self, *, on: date, ask: Ask, params: dict[str, Any]) -> dict[str, Any]:
        running = OutputContract.objects.filter(employee=OuterRef("pk"), valid_from__lte=on, valid_to__gte=on)
        waiting = OutputAmendment.objects.filter(
            contract__employee=OuterRef("pk"),
            contract__valid_from__lte=on,
            contract__valid_to__gte=on,
            status=AmendmentStatus.PROPOSED,
            answer_by_on__lt=on,
        )
        return {
            "unagreed": counted(running, "employee", Q(agreed_at__isnull=True)),
            "waiting": counted(waiting, "contract__employee"),
        }

    def passed(self, seen: dict[str, str], params: dict[str, Any], *, on: date) -> Q:
        return Q(**{seen["unagreed"]: 0, f"{seen['waiting']}__lte": params["most_waiting"]})

    def explain(self, seen: Seen, params: dict[str, Any], *, on: date) -> Explanation:
        required = _("agreed, and no change past its answer day")
        if seen["unagreed"]:
            return Explanation(
                observed=ngettext(
                    "%(count)d contract without agreement", "%(count)d contracts without agreement", seen["unagreed"]
                )
                % {"count": seen["unagreed"]},
                required=required,
                remedy=_("Propose its outputs as a change; it is agreed once the other side answers."),
            )
        waiting = seen["waiting"]
        words = ngettext("%(count)d change waits too long", "%(count)d changes wait too long", waiting)
        return Explanation(
            observed=words % {"count": waiting} if waiting else _("agreed"),
            required=required,
            remedy="" if waiting <= params["most_waiting"] else _("Answer the change on the contract's page."),
        )

    def phrase(self, params: dict[str, Any]) -> str:
        return _("Contract of outputs agreed; at most %(most_waiting)s changes past their answer day")
