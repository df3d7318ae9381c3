"""Input of the set-up of policies and of a new run."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from eligibility.enums import PlaceKind, PolicyCode
from eligibility.registry import get_criterion
from organization.forms.base import DateField, PlainForm, UnitChoiceField
from organization.models import Unit, User


def _predicate_choices() -> list[tuple[str, Any]]:
    """The predicates belong to an app above, so they are read from the criterion that it registered."""
    minimum = get_criterion("min_predicate").params_form.base_fields["minimum"]
    return [("", gettext_lazy("none: the rule is left out")), *minimum.choices]  # type: ignore[attr-defined]


class FirstPoliciesForm(PlainForm):
    """What the law leaves to the agency, for version 1 of its policies."""

    decree_no = forms.CharField(label=gettext_lazy("Decree number"), max_length=120)
    decree_date = DateField(label=gettext_lazy("Date of the decree"))
    valid_from = DateField(
        label=gettext_lazy("Valid from"), help_text=gettext_lazy("The day from which the policies apply.")
    )
    quota_pct = forms.IntegerField(
        label=gettext_lazy("Quota, percent of active staff"),
        min_value=1,
        max_value=100,
        widget=forms.NumberInput(attrs={"class": "short"}),
        help_text=gettext_lazy(
            "Art 13 asks the authority for a percentage and names none; known examples are 20, 30 and 50."
        ),
    )
    min_predicate = forms.ChoiceField(
        label=gettext_lazy("Lowest performance predicate"),
        choices=_predicate_choices,
        required=False,
        help_text=gettext_lazy(
            "Art 25 names none. An agency may add one after coordination with the Minister (Art 26)."
        ),
    )
    coordination_no = forms.CharField(
        label=gettext_lazy("Number of the coordination letter"),
        max_length=120,
        required=False,
        help_text=gettext_lazy(
            "With it delivered outputs are a condition too; without it they are a note for the person who decides."
        ),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("min_predicate") and not cleaned.get("coordination_no"):
            self.add_error(
                "coordination_no", _("An added criterion needs the number of the coordination letter (Art 26).")
            )
        decided, start = cleaned.get("decree_date"), cleaned.get("valid_from")
        if decided and start and start < decided:
            self.add_error("valid_from", _("A decree does not apply before its own date."))
        return cleaned


class RunForm(PlainForm):
    """Which policy, for whom, as of which day."""

    policy = forms.ChoiceField(label=gettext_lazy("Policy"), choices=PolicyCode.choices)
    unit = UnitChoiceField(label=gettext_lazy("Unit"), required=False, empty_label=gettext_lazy("the whole agency"))
    as_of = DateField(label=gettext_lazy("As of"))

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by = by
        self.fields["unit"].queryset = Unit.objects.visible_to(by)  # type: ignore[attr-defined]
        self.fields["as_of"].initial = timezone.localdate

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors and not self.by.has_perm("eligibility.run_screening", cleaned["unit"]):
            raise ValidationError({"unit": _("Choose a unit that you look after.")})
        return cleaned


class PlaceForm(PlainForm):
    """The place for which somebody looks at their own eligibility."""

    place = forms.ChoiceField(
        label=gettext_lazy("Place"),
        choices=[choice for choice in PlaceKind.choices if choice[0] != PlaceKind.FIELD],
        widget=forms.RadioSelect,
        required=False,
    )
