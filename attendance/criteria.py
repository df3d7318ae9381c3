"""Criteria over attendance, registered with eligibility when the app is ready. All are off until an agency adds them
under Art 26 [Q], after coordination with the Minister (mark P)."""

from __future__ import annotations

from datetime import date
from typing import Any

from dateutil.relativedelta import relativedelta
from django import forms
from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from attendance.enums import FlagStatus
from attendance.models import IntegrityFlag, Roster, WorkDay
from eligibility.criteria.base import Ask, Criterion, Explanation, NoParams, Seen, not_placed
from eligibility.registry import register
from organization.models import Unit, UnitVersion
from organization.querysets import in_path

MOST_MONTHS = 13  # so far back days are kept built


def _short(label: Any, first: int, last: int) -> forms.IntegerField:
    return forms.IntegerField(
        label=label, min_value=first, max_value=last, widget=forms.NumberInput(attrs={"class": "short"})
    )


class AttendanceRecordParams(forms.Form):
    max_days = _short(gettext_lazy("days without a reason at most"), 0, 366)
    max_minutes = _short(gettext_lazy("minutes late or early at most"), 0, 99_999)
    months = _short(gettext_lazy("months looked back"), 1, MOST_MONTHS)


@register
class AttendanceRecord(Criterion):
    """In the months before the day few enough days without a reason, and few enough minutes late or early.

    The day itself is not over and does not count; nobody is judged by days before there were any.

    Source: not in Art 25; agencies add it under Art 26 [Q]; the figures are DESIGN (mark P).
    """

    code = "attendance_record"
    label = gettext_lazy("The attendance record is good enough")
    facts = {"absent_days": models.IntegerField(), "minutes": models.IntegerField()}
    params_form = AttendanceRecordParams
    needs_coordination = True

    def observed(self, *, on: date, ask: Ask, params: dict[str, Any]) -> dict[str, Any]:
        since = on - relativedelta(months=params["months"])
        days = WorkDay.objects.filter(employee=OuterRef("pk"), day__gte=since, day__lt=on).order_by()
        summed = days.values("employee").annotate(
            absent=Count("pk", filter=Q(is_unexcused=True)), late=Sum(F("late_min") + F("early_min"))
        )
        return {
            "absent_days": Coalesce(Subquery(summed.values("absent"), output_field=models.IntegerField()), 0),
            "minutes": Coalesce(Subquery(summed.values("late"), output_field=models.IntegerField()), 0),
        }

    def passed(self, seen: dict[str, str], params: dict[str, Any], *, on: date) -> Q:
        limits = {seen["absent_days"]: params["max_days"], seen["minutes"]: params["max_minutes"]}
        return Q(**{f"{name}__lte": most for name, most in limits.items()})

    def explain(self, seen: Seen, params: dict[str, Any], *, on: date) -> Explanation:
        met = seen["absent_days"] <= params["max_days"] and seen["minutes"] <= params["max_minutes"]
        return Explanation(
            observed=_("%(absent_days)d days without a reason, %(minutes)d minutes late or early") % seen,
            required=_("at most %(max_days)d days and %(max_minutes)d minutes in %(months)d months") % params,
            remedy=""
            if met
            else _("Ask for a correction of a wrong day; else met again as the days lie further back."),
        )

    def phrase(self, params: dict[str, Any]) -> str:
        return _(
            "At most %(max_days)s days without a reason and %(max_minutes)s minutes late or early in the last "
            "%(months)s months"
        )


@register
class RosterCoversService(Criterion):
    """Where the unit serves the public directly or works around the clock, a published roster covers the day.

    It stands in the place of `unit_service` where an agency lets such units work flexibly under a roster.

    Source: `unit.direct_service` blocks unless a roster covers (regulation 8; Perpres 21/2023 Art 7 [Q]); mark P.
    """

    code = "roster_covers"
    label = gettext_lazy("A roster covers the unit's service")
    facts = {"bound": models.BooleanField(), "rostered": models.BooleanField()}
    params_form = NoParams
    needs_coordination = True

    def observed(self, *, on: date, ask: Ask, params: dict[str, Any]) -> dict[str, Any]:
        version = UnitVersion.objects.active_on(on).filter(unit=OuterRef("current__unit_id")).order_by("-valid_from")
        is_bound = models.Case(
            models.When(Q(is_direct_service=True) | Q(is_24x7=True), then=True), default=False,
            output_field=models.BooleanField(),
        )  # fmt: skip
        rosters = Roster.objects.published().filter(starts_on__lte=on, ends_on__gte=on)
        covering = rosters.filter(in_path("unit_id", OuterRef("path")))
        return {
            "bound": Subquery(version.annotate(bound=is_bound).values("bound")[:1]),
            "rostered": Exists(Unit.objects.filter(Exists(covering), pk=OuterRef("current__unit_id"))),
        }

    def passed(self, seen: dict[str, str], params: dict[str, Any], *, on: date) -> Q:
        return Q(**{seen["bound"]: False}) | Q(**{seen["bound"]: True, seen["rostered"]: True})

    def explain(self, seen: Seen, params: dict[str, Any], *, on: date) -> Explanation:
        required = _("a published roster for the day")
        if seen["bound"] is None:
            return not_placed(required)
        if not seen["bound"]:
            return Explanation(observed=_("no direct service, not around the clock"), required=required)
        if seen["rostered"]:
            return Explanation(observed=required, required=required)
        return Explanation(
            observed=_("no published roster for the day"),
            required=required,
            remedy=_("The unit head publishes a roster of that time."),
        )


@register
class NoOpenFlag(Criterion):
    """No signal about the entries waits for the employee's answer.

    An answered one does not block: it waits for others. Source: regulation 5.3, DESIGN (mark P, Art 26).
    """

    code = "no_open_flag"
    label = gettext_lazy("No flag waits for the employee's answer")
    facts = {"open_flags": models.IntegerField()}
    params_form = NoParams
    needs_coordination = True

    def observed(self, *, on: date, ask: Ask, params: dict[str, Any]) -> dict[str, Any]:
        rows = IntegrityFlag.objects.filter(employee=OuterRef("pk"), status=FlagStatus.OPEN, day__lte=on).order_by()
        counted = rows.values("employee").annotate(n=Count("pk")).values("n")
        return {"open_flags": Coalesce(Subquery(counted, output_field=models.IntegerField()), 0)}

    def passed(self, seen: dict[str, str], params: dict[str, Any], *, on: date) -> Q:
        return Q(**{seen["open_flags"]: 0})

    def explain(self, seen: Seen, params: dict[str, Any], *, on: date) -> Explanation:
        count = seen["open_flags"]
        return Explanation(
            observed=_("%(open_flags)d flags not answered") % seen,
            required=_("every flag answered"),
            remedy=_("Answer each flag; your answer is then judged by a person.") if count else "",
        )
