"""Criterion over the agency: without a decree in force there is no flexible work."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import models
from django.db.models import Q, Subquery
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from eligibility.criteria.base import Ask, Criterion, Explanation, Seen
from eligibility.registry import register
from organization.models import AgencyDecree


@register
class AgencyDecreeActive(Criterion):
    """The appointing authority (PPK) has decided that flexible work happens.

    Source: flexible work is optional for the agency, regulation 1.1 [S]; Perpres 21/2023 Art 8(3) [Q].
    """

    code = "agency_decree"
    label = gettext_lazy("The agency's decree on flexible work is in force")
    facts = {"decree_no": models.CharField()}

    def observed(self, *, on: date, ask: Ask, params: dict[str, Any]) -> dict[str, Any]:
        return {"decree_no": Subquery(AgencyDecree.objects.active_on(on).order_by("-valid_from").values("number")[:1])}

    def passed(self, seen: dict[str, str], params: dict[str, Any], *, on: date) -> Q:
        return Q(**{f"{seen['decree_no']}__isnull": False})

    def explain(self, seen: Seen, params: dict[str, Any], *, on: date) -> Explanation:
        required = _("a decree in force")
        if seen["decree_no"]:
            return Explanation(observed=_("Decree %(number)s") % {"number": seen["decree_no"]}, required=required)
        return Explanation(
            observed=_("no decree in force on that day"),
            required=required,
            remedy=_("HR records the decree of the appointing authority."),
        )
