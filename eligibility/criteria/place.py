"""Criteria over the place asked for (PermenPANRB 4/2025 Art 12)."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.db import models
from django.db.models import OuterRef, Q, Subquery, Value
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from eligibility.criteria.base import Ask, Criterion, Explanation, Seen
from eligibility.enums import PlaceKind, PolicyCode
from eligibility.registry import register
from organization.models import Domicile


class PlaceParams(forms.Form):
    kinds = forms.MultipleChoiceField(
        label=gettext_lazy("places that are allowed"), choices=PlaceKind.choices, widget=forms.CheckboxSelectMultiple
    )


@register
class PlaceAllowed(Criterion):
    """The kind of place is among those the authority determined. Source: Art 12 [Q], mark P."""

    code = "place_allowed"
    label = gettext_lazy("The place is allowed")
    facts = {"place_kind": models.CharField()}
    params_form = PlaceParams
    only_for = (PolicyCode.LOCATION,)

    def observed(self, *, on: date, ask: Ask, params: dict[str, Any]) -> dict[str, Any]:
        return {"place_kind": Value(ask.place_kind, output_field=models.CharField())}

    def passed(self, seen: dict[str, str], params: dict[str, Any], *, on: date) -> Q:
        return Q(**{f"{seen['place_kind']}__in": ["", *params["kinds"]]})

    def explain(self, seen: Seen, params: dict[str, Any], *, on: date) -> Explanation:
        allowed = ", ".join(str(PlaceKind(kind).label) for kind in params["kinds"])
        if not seen["place_kind"]:
            return Explanation(observed=_("no place chosen yet"), required=allowed)
        place = PlaceKind(seen["place_kind"])
        remedy = "" if place in params["kinds"] else _("Choose a place that is allowed.")
        return Explanation(observed=place.label, required=allowed, remedy=remedy)

    def phrase(self, params: dict[str, Any]) -> str:
        return _("Places: %(kinds)s")


@register
class HomeIsRegistered(Criterion):
    """Home is the domicile in the personnel record. Source: PermenPANRB 4/2025 Art 12(3) [Q], mark L."""

    code = "home_registered"
    label = gettext_lazy("Home is the registered domicile")
    facts = {
        "place_kind": models.CharField(),
        "asked_domicile": models.IntegerField(),
        "registered_domicile": models.IntegerField(),
    }
    only_for = (PolicyCode.LOCATION,)

    def observed(self, *, on: date, ask: Ask, params: dict[str, Any]) -> dict[str, Any]:
        verified = Domicile.objects.active_on(on).filter(employee=OuterRef("pk"), verified_at__isnull=False)
        return {
            "place_kind": Value(ask.place_kind, output_field=models.CharField()),
            "asked_domicile": ask.each_domicile or Value(ask.domicile_id, output_field=models.IntegerField()),
            "registered_domicile": Subquery(
                verified.order_by("-valid_from").values("pk")[:1], output_field=models.IntegerField()
            ),
        }

    def passed(self, seen: dict[str, str], params: dict[str, Any], *, on: date) -> Q:
        other_place = ~Q(**{f"{seen['place_kind']}__in": ["", PlaceKind.HOME]})
        registered = Q(**{f"{seen['registered_domicile']}__isnull": False})
        same = Q(**{f"{seen['asked_domicile']}__isnull": True}) | Q(
            **{seen["asked_domicile"]: models.F(seen["registered_domicile"])}
        )
        return other_place | (registered & same)

    def explain(self, seen: Seen, params: dict[str, Any], *, on: date) -> Explanation:
        if seen["place_kind"] not in ("", PlaceKind.HOME):
            return Explanation(observed=_("another place is asked for"))
        required = _("address on record")
        if seen["registered_domicile"] is None:
            return Explanation(
                observed=_("no verified address on record"),
                required=required,
                remedy=_("Report your address on your profile; HR verifies it."),
            )
        if seen["asked_domicile"] not in (None, seen["registered_domicile"]):
            return Explanation(
                observed=_("the address on record has changed since"),
                required=required,
                remedy=_("Choose the place again."),
            )
        return Explanation(observed=required, required=required)
