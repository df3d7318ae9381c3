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
    """What is asked for, as far as criteria need it; empty values stand for "in general".

    `domicile_id`: the home asked for; `each_domicile`: where many people are asked, everybody's own as an expression.
    """

    kind: str = FlexKind.LOCATION
    place_kind: str = ""
    domicile_id: int | None = None
    each_domicile: Combinable | None = None


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


def _in_words(field: forms.Field, value: Any) -> Text:
    """A parameter as people read it: names instead of codes."""
    choices = dict(getattr(field, "choices", ()))
    if isinstance(value, (list, tuple)):
        return ", ".join(str(choices.get(code, code)) for code in value)
    return str(choices.get(value, value))


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
    # Policies whose question it can answer; empty: all of them.
    only_for: ClassVar[tuple[str, ...]] = ()
    # Parameters that are the article's own, so that no agency may change them.
    fixed_params: ClassVar[tuple[str, ...]] = ()

    def observed(self, *, on: date, ask: Ask, params: dict[str, Any]) -> dict[str, Combinable]:
        raise NotImplementedError(self.code)

    def passed(self, seen: dict[str, str], params: dict[str, Any], *, on: date) -> Q:
        """Condition over the annotation names in `seen`; unknown (null) counts as not passed."""
        raise NotImplementedError(self.code)

    def explain(self, seen: Seen, params: dict[str, Any], *, on: date) -> Explanation:
        raise NotImplementedError(self.code)

    def phrase(self, params: dict[str, Any]) -> str:
        """The rule as a sentence with a place for each parameter: "At least %(months)s months in the post"."""
        return str(self.label).replace("%", "%%")

    def words(self, params: dict[str, Any]) -> dict[str, Text]:
        """Each parameter in words, by name; read off its form."""
        fields = self.params_form.base_fields
        return {name: _in_words(fields[name], value) for name, value in params.items() if name in fields}

    def sentence(self, params: dict[str, Any]) -> Text:
        """The rule as a sentence, with its parameters in words."""
        return self.phrase(params) % self.words(params)

    def below_law(self, params: dict[str, Any]) -> dict[str, Text]:
        """Parameters with which less would be asked than the article itself does, and why (marks: regulation 8)."""
        return {}

    def falls_below_law(self, params: dict[str, Any]) -> bool:
        """Whether the agency's own values would take away what the article itself says."""
        return bool(self.below_law(params))

    def clean_params(self, raw: dict[str, Any]) -> dict[str, Any]:
        """Validated, JSON-able parameters. Raises forms.ValidationError naming the field."""
        form = self.params_form(data=raw)
        if not form.is_valid():
            raise forms.ValidationError({name: list(errors) for name, errors in form.errors.items()})
        return dict(form.cleaned_data)
