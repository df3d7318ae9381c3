"""Criteria over the employee (PermenPANRB 4/2025 Arts 25 and 38)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from dateutil.relativedelta import relativedelta
from django import forms
from django.db import models
from django.db.models import Exists, F, Max, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce
from django.db.models.lookups import LessThanOrEqual
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from eligibility.criteria.base import Ask, Criterion, Explanation, Seen, Text, not_placed
from eligibility.registry import register
from organization.enums import DisciplineStatus, EmployeeKind, EntryReason, PositionKind, ServiceBody
from organization.models import DisciplineCase, ExcludedPost, Placement

# Entries that make an employee new (pengadaan, promosi, mutasi, rotasi: Art 25(1) [Q]).
NEW_BY = (EntryReason.RECRUITMENT, EntryReason.PROMOTION, EntryReason.TRANSFER, EntryReason.ROTATION)


def _names(choices: type[models.TextChoices], codes: list[str]) -> str:
    return ", ".join(str(choices(code).label) for code in codes)


@register
class NotExcludedBody(Criterion):
    """Not assigned in TNI, Polri or a mission abroad. Source: PermenPANRB 4/2025 Art 38 [Q], mark L."""

    code = "excluded_body"
    label = gettext_lazy("Not assigned in TNI, Polri or a mission abroad")
    facts = {"service_body": models.CharField()}

    def observed(self, *, on: date, ask: Ask, params: dict[str, Any]) -> dict[str, Any]:
        return {"service_body": F("current__service_body")}

    def passed(self, seen: dict[str, str], params: dict[str, Any], *, on: date) -> Q:
        return Q(**{seen["service_body"]: ServiceBody.AGENCY})

    def explain(self, seen: Seen, params: dict[str, Any], *, on: date) -> Explanation:
        body, required = seen["service_body"], ServiceBody.AGENCY.label
        if body is None:
            return not_placed(required)
        remedy = "" if body == ServiceBody.AGENCY else _("Met from the day on which the assignment elsewhere is over.")
        return Explanation(observed=ServiceBody(body).label, required=required, remedy=remedy)


class ExcludedPostParams(forms.Form):
    kinds = forms.MultipleChoiceField(
        label=gettext_lazy("kinds of post that are excluded"),
        choices=PositionKind.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )


@register
class NotExcludedPost(Criterion):
    """The post is not among those the agency excludes, by kind or singly. Source: decree, regulation 8 (mark P)."""

    code = "excluded_post"
    label = gettext_lazy("The post is not excluded")
    # `excluded_by`: number of the decree that names this very post; verdicts stored before there were any have none.
    facts = {
        "position_kind": models.CharField(),
        "position_name": models.CharField(),
        "excluded_by": models.CharField(),
    }
    params_form = ExcludedPostParams

    def observed(self, *, on: date, ask: Ask, params: dict[str, Any]) -> dict[str, Any]:
        named = ExcludedPost.objects.active_on(on).filter(position=OuterRef("current__position_id")).order_by()
        return {
            "position_kind": F("current__position__kind"),
            "position_name": F("current__position__name"),
            "excluded_by": Subquery(named.values("decree_no")[:1]),
        }

    def passed(self, seen: dict[str, str], params: dict[str, Any], *, on: date) -> Q:
        kind = seen["position_kind"]
        not_by_kind = Q(**{f"{kind}__isnull": False}) & ~Q(**{f"{kind}__in": params["kinds"]})
        return not_by_kind & Q(**{f"{seen['excluded_by']}__isnull": True})

    def explain(self, seen: Seen, params: dict[str, Any], *, on: date) -> Explanation:
        kinds = params["kinds"]
        required = _("not: %(kinds)s") % {"kinds": _names(PositionKind, kinds)} if kinds else ""
        if seen["position_kind"] is None:
            return not_placed(required)
        kind = PositionKind(seen["position_kind"])
        if seen["excluded_by"]:
            return Explanation(
                observed=_("%(post)s, excluded by %(decree)s")
                % {"post": seen["position_name"], "decree": seen["excluded_by"]},
                required=required,
                remedy=_("Met in another post; the agency's decree lists the excluded ones."),
            )
        return Explanation(
            observed=f"{seen['position_name']} ({kind.label})",
            required=required,
            remedy=_("Met in another post; the agency's decree lists the excluded ones.") if kind in kinds else "",
        )

    def phrase(self, params: dict[str, Any]) -> str:
        return _("Excluded are single posts that a decree names, and these kinds of post: %(kinds)s")

    def words(self, params: dict[str, Any]) -> dict[str, Text]:
        return super().words(params) if params["kinds"] else {"kinds": _("no kind")}


@register
class NotServingSanction(Criterion):
    """Not serving a disciplinary sanction. Source: PermenPANRB 4/2025 Art 25(1) [Q], mark L."""

    code = "not_sanctioned"
    label = gettext_lazy("Not serving a disciplinary sanction")
    facts = {"serving": models.BooleanField(), "until": models.DateField()}

    def observed(self, *, on: date, ask: Ask, params: dict[str, Any]) -> dict[str, Any]:
        serving = DisciplineCase.objects.filter(
            Q(sanction_to__isnull=True) | Q(sanction_to__gte=on),
            employee=OuterRef("pk"),
            status=DisciplineStatus.SANCTIONED,
            sanction_from__lte=on,
        )
        longest = serving.order_by(F("sanction_to").desc(nulls_first=True)).values("sanction_to")[:1]
        return {"serving": Exists(serving), "until": Subquery(longest)}

    def passed(self, seen: dict[str, str], params: dict[str, Any], *, on: date) -> Q:
        return Q(**{seen["serving"]: False})

    def explain(self, seen: Seen, params: dict[str, Any], *, on: date) -> Explanation:
        required = _("no sanction")
        if not seen["serving"]:
            return Explanation(observed=required, required=required)
        if seen["until"] is None:
            return Explanation(
                observed=_("a sanction without an end date"),
                required=required,
                remedy=_("Met once the sanction has ended; HR records its last day."),
            )
        until = date_format(seen["until"], "DATE_FORMAT")
        return Explanation(
            observed=_("a sanction until %(date)s") % {"date": until},
            required=required,
            remedy=_("Met from the day after %(date)s.") % {"date": until},
        )


@register
class NotUnderExamination(Criterion):
    """Not in the process of a disciplinary sanction. Source: PermenPANRB 4/2025 Art 25(1) [Q], mark L.

    The process lasts until the decision, and after it until the sanction begins.
    """

    code = "not_examined"
    label = gettext_lazy("Not under examination for a disciplinary breach")
    facts = {"examined": models.BooleanField()}

    def observed(self, *, on: date, ask: Ask, params: dict[str, Any]) -> dict[str, Any]:
        open_cases = DisciplineCase.objects.filter(
            Q(decided_on__isnull=True) | Q(decided_on__gt=on) | Q(sanction_from__gt=on),
            employee=OuterRef("pk"),
            opened_on__lte=on,
        )
        return {"examined": Exists(open_cases)}

    def passed(self, seen: dict[str, str], params: dict[str, Any], *, on: date) -> Q:
        return Q(**{seen["examined"]: False})

    def explain(self, seen: Seen, params: dict[str, Any], *, on: date) -> Explanation:
        required = _("no pending examination")
        if seen["examined"]:
            return Explanation(
                observed=_("an examination or its decision is pending"),
                required=required,
                remedy=_("Met once the examination is closed without a sanction."),
            )
        return Explanation(observed=required, required=required)


def latest_entry(on: date, months: int) -> date:
    """The last day on which one can have entered a post to have `months` months in it by `on`.

    Months end where adding them to the entry ends: entered on 31 August, six months are over on 28 February.
    """
    limit = on - relativedelta(months=months)
    is_month_end = (on + timedelta(days=1)).day == 1
    return limit + relativedelta(day=31) if is_month_end else limit


class NewInPostParams(forms.Form):
    months = forms.IntegerField(
        label=gettext_lazy("months in the post"),
        min_value=0,
        max_value=60,
        widget=forms.NumberInput(attrs={"class": "short"}),
    )
    triggers = forms.MultipleChoiceField(
        label=gettext_lazy("counted from an entry by"),
        choices=[(reason.value, reason.label) for reason in NEW_BY],
        widget=forms.CheckboxSelectMultiple,
    )


@register
class NotNewInPost(Criterion):
    """Not a new employee: some months since recruitment, promotion, transfer or rotation.

    Source: PermenPANRB 4/2025 Art 25(1) [Q]; the number of months is the agency's (DESIGN, mark P).
    A renaming (pengukuhan) or a change of supervisor does not make anybody new.
    """

    code = "not_new_in_post"
    label = gettext_lazy("Not new in the post")
    facts = {f"{reason.value}_on": models.DateField() for reason in NEW_BY}
    params_form = NewInPostParams
    fixed_params = ("triggers",)

    def observed(self, *, on: date, ask: Ask, params: dict[str, Any]) -> dict[str, Any]:
        def latest(reason: str) -> Subquery:
            rows = Placement.objects.filter(employee=OuterRef("pk"), entry_reason=reason, valid_from__lte=on)
            return Subquery(rows.order_by().values("employee").annotate(latest=Max("valid_from")).values("latest"))

        return {name: latest(name.removesuffix("_on")) for name in self.facts}

    def passed(self, seen: dict[str, str], params: dict[str, Any], *, on: date) -> Q:
        limit = latest_entry(on, params["months"])
        condition = Q()
        for trigger in params["triggers"]:  # no such entry counts as one that is long ago
            entered = Coalesce(F(seen[f"{trigger}_on"]), Value(limit, output_field=models.DateField()))
            condition &= Q(LessThanOrEqual(entered, limit))
        return condition

    def explain(self, seen: Seen, params: dict[str, Any], *, on: date) -> Explanation:
        dates = [(seen[f"{trigger}_on"], trigger) for trigger in params["triggers"] if seen[f"{trigger}_on"]]
        required = ngettext("at least %(n)d month", "at least %(n)d months", params["months"]) % {"n": params["months"]}
        if not dates:
            return Explanation(observed=_("no such entry on record"), required=required)
        entered, trigger = max(dates)
        observed = _("%(reason)s on %(date)s") % {
            "reason": EntryReason(trigger).label,
            "date": date_format(entered, "DATE_FORMAT"),
        }
        met_on = entered + relativedelta(months=params["months"])
        remedy = "" if met_on <= on else _("Met from %(date)s.") % {"date": date_format(met_on, "DATE_FORMAT")}
        return Explanation(observed=observed, required=required, remedy=remedy)

    def below_law(self, params: dict[str, Any]) -> dict[str, Text]:
        # The number of months is the agency's; that there are some, and after which entries, is Art 25(1)'s.
        found: dict[str, Text] = {}
        if params["months"] < 1:
            found["months"] = _("A new employee is left out, so at least one month is needed.")
        if not set(NEW_BY) <= set(params["triggers"]):
            found["triggers"] = _("Recruitment, promotion, transfer and rotation all make an employee new.")
        return found

    def phrase(self, params: dict[str, Any]) -> str:
        return ngettext(
            "At least %(months)s month in the post since: %(triggers)s",
            "At least %(months)s months in the post since: %(triggers)s",
            params["months"],
        )


class EmployeeKindParams(forms.Form):
    kinds = forms.MultipleChoiceField(
        label=gettext_lazy("kinds of employee"), choices=EmployeeKind.choices, widget=forms.CheckboxSelectMultiple
    )


@register
class EmployeeKindAllowed(Criterion):
    """The kind of employee may work flexibly; CPNS on probation may not.

    Source: covers PNS and PPPK [S: Tribun]; probation is out [S: Radar Seluma, Kaltimedia].
    """

    code = "employee_kind"
    label = gettext_lazy("The kind of employee may work flexibly")
    facts = {"employee_kind": models.CharField()}
    params_form = EmployeeKindParams

    def observed(self, *, on: date, ask: Ask, params: dict[str, Any]) -> dict[str, Any]:
        return {"employee_kind": F("kind")}

    def passed(self, seen: dict[str, str], params: dict[str, Any], *, on: date) -> Q:
        return Q(**{f"{seen['employee_kind']}__in": params["kinds"]})

    def explain(self, seen: Seen, params: dict[str, Any], *, on: date) -> Explanation:
        kind = EmployeeKind(seen["employee_kind"])
        return Explanation(
            observed=kind.label,
            required=_names(EmployeeKind, params["kinds"]),
            remedy="" if kind in params["kinds"] else _("Met once HR records another kind, after the appointment."),
        )

    def phrase(self, params: dict[str, Any]) -> str:
        return _("Kinds of employee: %(kinds)s")
