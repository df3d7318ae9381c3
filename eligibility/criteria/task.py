"""Criteria over the tasks of the position (PermenPANRB 4/2025 Arts 23-24)."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.db import models
from django.db.models import F, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from eligibility.criteria.base import Ask, Criterion, Explanation, Seen, Text, not_placed
from eligibility.enums import PolicyCode
from eligibility.registry import register
from organization.models import PositionTask, TaskType


class TaskShareParams(forms.Form):
    min_share_pct = forms.IntegerField(
        label=gettext_lazy("share of working time, percent"),
        min_value=0,
        max_value=100,
        widget=forms.NumberInput(attrs={"class": "short"}),
    )


class TaskShare(Criterion):
    """Share of the position's working time on tasks that meet the regulation's criteria; the threshold is DESIGN, P."""

    facts = {"share_pct": models.IntegerField(), "position_name": models.CharField()}
    params_form = TaskShareParams

    def task_q(self) -> Q:
        raise NotImplementedError(self.code)

    def observed(self, *, on: date, ask: Ask, params: dict[str, Any]) -> dict[str, Any]:
        tasks = PositionTask.objects.active_on(on).filter(self.task_q(), position=OuterRef("current__position_id"))
        share = tasks.order_by().values("position").annotate(total=Sum("share_pct")).values("total")
        return {
            "share_pct": Coalesce(Subquery(share, output_field=models.IntegerField()), 0),
            "position_name": F("current__position__name"),
        }

    def passed(self, seen: dict[str, str], params: dict[str, Any], *, on: date) -> Q:
        return Q(**{f"{seen['share_pct']}__gte": params["min_share_pct"]})

    def explain(self, seen: Seen, params: dict[str, Any], *, on: date) -> Explanation:
        required = _("at least %(share)d %%") % {"share": params["min_share_pct"]}
        if seen["position_name"] is None:
            return not_placed(required)
        return Explanation(
            observed=_("%(position)s: %(share)d %% of the time")
            % {"position": seen["position_name"], "share": seen["share_pct"]},
            required=required,
            remedy=""
            if seen["share_pct"] >= params["min_share_pct"]
            else _("The unit head and HR can correct the task mapping of the position if it is wrong."),
        )

    def below_law(self, params: dict[str, Any]) -> dict[str, Text]:
        # How large the share is, is the agency's; that some of the work meets the criteria is the article's.
        if params["min_share_pct"] < 1:
            return {"min_share_pct": _("Some of the working time must meet the criteria, at least 1 percent.")}
        return {}


@register
class LocationTasks(TaskShare):
    """Tasks meet all five location criteria. Source: PermenPANRB 4/2025 Art 23 [Q], mark L."""

    code = "location_tasks"
    only_for = (PolicyCode.LOCATION,)
    label = gettext_lazy("The tasks can be done outside the office (all five criteria)")

    def task_q(self) -> Q:
        return TaskType.location_q("task_type__")

    def phrase(self, params: dict[str, Any]) -> str:
        return _("At least %(min_share_pct)s %% of the working time on tasks that meet all five location criteria")


@register
class ShiftTasks(TaskShare):
    """Tasks run over 8 h 30 min a day, or over 5 days and 37.5 h a week. Source: Art 24 [S], "or" (unverified)."""

    code = "shift_tasks"
    only_for = (PolicyCode.SHIFT,)
    label = gettext_lazy("The tasks need work in shifts")

    def task_q(self) -> Q:
        return TaskType.shift_q("task_type__")

    def phrase(self, params: dict[str, Any]) -> str:
        return _("At least %(min_share_pct)s %% of the working time on tasks that need shifts")


@register
class DynamicTasks(TaskShare):
    """Tasks are not bound to office hours. Source: PermenPANRB 4/2025 Art 24 [S], mark L."""

    code = "dynamic_tasks"
    only_for = (PolicyCode.DYNAMIC,)
    label = gettext_lazy("The tasks are not bound to office hours")

    def task_q(self) -> Q:
        return TaskType.dynamic_q("task_type__")

    def phrase(self, params: dict[str, Any]) -> str:
        return _("At least %(min_share_pct)s %% of the working time on tasks not bound to office hours")
