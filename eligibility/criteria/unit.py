"""Criteria over the unit: service duties and readiness."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from eligibility.criteria.base import Ask, Criterion, Explanation, Seen
from eligibility.registry import register
from organization.enums import ReadinessStatus
from organization.models import Unit, UnitReadiness, UnitVersion
from organization.querysets import in_path


@register
class UnitServiceAllows(Criterion):
    """The unit gives no direct public service and does not work around the clock.

    Source: Perpres 21/2023 Art 7 [Q]; SE MenPANRB 2/2026 [S]; mark P.
    """

    code = "unit_service"
    label = gettext_lazy("The unit is not bound by direct service or round-the-clock duty")
    facts = {
        "direct_service": models.BooleanField(),
        "round_the_clock": models.BooleanField(),
        "unit_name": models.CharField(),
    }

    def observed(self, *, on: date, ask: Ask, params: dict[str, Any]) -> dict[str, Any]:
        version = UnitVersion.objects.active_on(on).filter(unit=OuterRef("current__unit_id")).order_by("-valid_from")
        return {
            "direct_service": Subquery(version.values("is_direct_service")[:1]),
            "round_the_clock": Subquery(version.values("is_24x7")[:1]),
            "unit_name": F("current__unit__name"),
        }

    def passed(self, seen: dict[str, str], params: dict[str, Any], *, on: date) -> Q:
        return Q(**{seen["direct_service"]: False, seen["round_the_clock"]: False})

    def explain(self, seen: Seen, params: dict[str, Any], *, on: date) -> Explanation:
        required = _("no direct service, not around the clock")
        if seen["unit_name"] is None or seen["direct_service"] is None:
            return Explanation(
                observed=_("no unit in operation on that day"),
                required=required,
                remedy=_("HR records the placement of that day."),
            )
        duties = [
            text
            for flag, text in (
                (seen["direct_service"], _("direct public service")),
                (seen["round_the_clock"], _("works around the clock")),
            )
            if flag
        ]
        if not duties:
            return Explanation(observed=seen["unit_name"], required=required)
        return Explanation(
            observed=f"{seen['unit_name']}: {', '.join(duties)}",
            required=required,
            remedy=_("The unit's own service comes first; the agency's decree decides on exceptions."),
        )


@register
class UnitReady(Criterion):
    """Technology and supervision are declared by the unit head and confirmed by HR, for the unit or one above it.

    Source: both named by the Minister as conditions, regulation 1.1 [S]; mark P.
    """

    code = "unit_ready"
    label = gettext_lazy("The unit is ready: technology and supervision")
    facts = {"ready": models.BooleanField()}

    def observed(self, *, on: date, ask: Ask, params: dict[str, Any]) -> dict[str, Any]:
        # Per unit with an equality outside: for one person the database looks up that unit, for many it reads the ready
        # units once.
        confirmed = (
            UnitReadiness.objects.active_on(on)
            .filter(status=ReadinessStatus.CONFIRMED, technology=True, supervision=True)
            .filter(in_path("unit_id", OuterRef("path")))
        )
        ready = Exists(Unit.objects.filter(Exists(confirmed), pk=OuterRef("current__unit_id")))
        return {"ready": ready}

    def passed(self, seen: dict[str, str], params: dict[str, Any], *, on: date) -> Q:
        return Q(**{seen["ready"]: True})

    def explain(self, seen: Seen, params: dict[str, Any], *, on: date) -> Explanation:
        required = _("declared and confirmed")
        if seen["ready"]:
            return Explanation(observed=required, required=required)
        return Explanation(
            observed=_("no confirmed declaration for that day"),
            required=required,
            remedy=_("The unit head fills in the readiness checklist and HR confirms it."),
        )
