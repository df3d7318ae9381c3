"""What a criterion is: one `observed` and one `passed` expression, for one person and for all (design 3)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.db import models
from django.db.models import Q
from django.db.models.expressions import Combinable
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from eligibility.enums import FlexKind

Seen = dict[str, Any]
Text = str | Promise


@dataclass(frozen=True)
class Ask:
    """What is asked for, as far as criteria need it; empty values stand for "in general"."""

    kind: str = FlexKind.LOCATION
    place_kind: str = ""
    domicile_id: int | None = None


@dataclass(frozen=True)
class Explanation:
    """Words for one outcome: what was observed, what is required, and what would change it."""

    observed: Text
    required: Text = ""
    remedy: Text = ""


def not_placed(required: Text = "") -> Explanation:
    """Words for somebody who serves nowhere on the day."""
    return Explanation(
        observed=_("no placement on that day"), required=required, remedy=_("HR records the placement of that day.")
    )


class NoParams(forms.Form):
    """A criterion without parameters."""


class Criterion:
    """Base of all criteria.

    `facts` names the observed values and their types. `observed` reads them from the tables for any set of employees
    (the queryset carries the relation `current`: the placement of the day). `passed` looks at the observed values,
    the parameters and the day only, so a stored verdict replays identically.
    """

    code: ClassVar[str]
    label: ClassVar[Text]
    facts: ClassVar[dict[str, models.Field]]
    params_form: ClassVar[type[forms.Form]] = NoParams
    # Added by the agency, so it may only block with the Minister's coordination letter (Art 26 [Q]).
    needs_coordination: ClassVar[bool] = False

    def observed(self, *, on: date, ask: Ask, params: dict[str, Any]) -> dict[str, Combinable]:
        raise NotImplementedError(self.code)

    def passed(self, seen: dict[str, str], params: dict[str, Any], *, on: date) -> Q:
        """Condition over the annotation names in `seen`; unknown (null) counts as not passed."""
        raise NotImplementedError(self.code)

    def explain(self, seen: Seen, params: dict[str, Any], *, on: date) -> Explanation:
        raise NotImplementedError(self.code)

    def sentence(self, params: dict[str, Any]) -> Text:
        """The rule as a sentence, with its parameters in words."""
        return self.label

    def falls_below_law(self, params: dict[str, Any]) -> bool:
        """Whether the agency's own values would take away what the article itself says (marks: regulation 8)."""
        return False

    def clean_params(self, raw: dict[str, Any]) -> dict[str, Any]:
        """Validated, JSON-able parameters. Raises forms.ValidationError naming the field."""
        form = self.params_form(data=raw)
        if not form.is_valid():
            raise forms.ValidationError({name: list(errors) for name, errors in form.errors.items()})
        return dict(form.cleaned_data)
