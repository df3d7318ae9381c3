"""What a board is asked for; everything stands in the address and may be left out."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from attendance.board import PRESENCE
from attendance.spans import VIEWS
from organization.filters import name_field
from organization.forms.base import DateField, PlainForm, UnitChoiceField
from organization.models import Unit, User


class BoardForm(PlainForm):
    """`only`: the unit without those below. `view` and `presence` are chosen by links and kept by the form."""

    view = forms.ChoiceField(required=False, choices=[(view, view) for view in VIEWS], widget=forms.HiddenInput)
    presence = forms.ChoiceField(required=False, choices=[(name, name) for name in PRESENCE], widget=forms.HiddenInput)
    day = DateField(label=_("Date"), required=False)
    name = name_field(_("Name"))
    level = forms.ChoiceField(
        label=_("Level"),
        required=False,
        choices=[("", _("with the units below")), ("only", _("this unit only"))],
    )
    unit = UnitChoiceField(label=_("Unit"), required=False, empty_label=_("My unit"))

    def __init__(self, *args: Any, user: User, has_units: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if has_units:
            self.fields["unit"].queryset = Unit.objects.visible_to(user)  # type: ignore[attr-defined]
        else:
            del self.fields["unit"], self.fields["level"]

    def read(self) -> dict[str, Any]:
        """What was understood; a field that was not stands as if it were empty, and says so itself."""
        self.is_valid()
        return {name: self.cleaned_data.get(name) or None for name in self.fields}
