"""Input of the approval chain: which levels, in which order, with how many working days."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from fwa.enums import StepRole
from fwa.models import ChainStage
from organization.forms.base import DateField, PlainForm

MOST_DAYS = 60
# Everybody but the authority, whose level is always the last.
BEFORE_AUTHORITY = tuple(role for role in StepRole if role != StepRole.AUTHORITY)


class ChainForm(PlainForm):
    """Each level has a place (or none) and a clock; the determining authority stands last."""

    valid_from = DateField(label=gettext_lazy("Valid from"))
    decree_no = forms.CharField(label=gettext_lazy("Decree number"), max_length=120)

    def __init__(self, *args: Any, stages: Sequence[ChainStage], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        days = {stage.role: stage.due_days for stage in stages}
        order = {stage.role: stage.order for stage in stages}
        places = [("", gettext_lazy("not in the chain")), *((str(place), str(place)) for place in (1, 2, 3))]
        for role in BEFORE_AUTHORITY:
            self.fields[f"place_{role.value}"] = forms.TypedChoiceField(
                label=gettext_lazy("Place in the chain"),
                choices=places,
                coerce=int,
                empty_value=None,
                required=False,
                initial=order.get(role.value),
            )
        for level in StepRole:
            self.fields[f"days_{level.value}"] = forms.IntegerField(
                label=gettext_lazy("Working days to decide"),
                min_value=1,
                max_value=MOST_DAYS,
                required=level == StepRole.AUTHORITY,
                initial=days.get(level.value, 3),
                widget=forms.NumberInput(attrs={"class": "short"}),
            )

    @property
    def rows(self) -> list[tuple[str, BoundField | None, BoundField]]:
        """Level, its place (None: always the last) and its days."""
        return [
            (
                str(role.label),
                self[f"place_{role.value}"] if role in BEFORE_AUTHORITY else None,
                self[f"days_{role.value}"],
            )
            for role in StepRole
        ]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        taken: dict[int, str] = {}
        for role in BEFORE_AUTHORITY:
            place = cleaned.get(f"place_{role.value}")
            if place is None:
                continue
            if place in taken:
                self.add_error(f"place_{role.value}", _("Another level has this place."))
            taken[place] = role.value
            if cleaned.get(f"days_{role.value}") is None and f"days_{role.value}" not in self.errors:
                self.add_error(f"days_{role.value}", _("Say how many working days this level has."))
        return cleaned

    def levels(self) -> list[tuple[str, int]]:
        """Pairs of level and days, the first level first."""
        cleaned = self.cleaned_data
        placed = [(cleaned[f"place_{role.value}"], role) for role in BEFORE_AUTHORITY if cleaned[f"place_{role.value}"]]
        roles = [role for _place, role in sorted(placed)] + [StepRole.AUTHORITY]
        return [(role.value, cleaned[f"days_{role.value}"]) for role in roles]
