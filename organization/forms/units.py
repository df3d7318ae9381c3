"""Forms about units, their limits and readiness."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.functional import lazy
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from organization.access import access_for
from organization.enums import Role
from organization.forms.base import DateField, PlainForm, UnitChoiceField
from organization.models import Position, Site, Unit, UnitVersion, User
from organization.models.units import ZONES
from organization.querysets import under_paths_q
from organization.services.unit_admin import UnitData


class UnitForm(PlainForm):
    """What a unit is from a day on; `code` only when it is founded."""

    code = forms.CharField(label=gettext_lazy("Code"), max_length=40, widget=forms.TextInput(attrs={"class": "short"}))
    valid_from = DateField(label=gettext_lazy("From"))
    name = forms.CharField(label=gettext_lazy("Name"), max_length=200)
    parent = UnitChoiceField(label=gettext_lazy("Parent unit"))
    zone = forms.ChoiceField(label=gettext_lazy("Time zone"), choices=ZONES)
    site = forms.ModelChoiceField(
        label=gettext_lazy("Office"), queryset=Site.objects.filter(is_active=True), required=False
    )
    quota_pct = forms.IntegerField(
        label=gettext_lazy("Own quota, percent of active staff"),
        min_value=0,
        max_value=100,
        required=False,
        help_text=gettext_lazy("Empty: the agency's percentage applies. One above the agency's has no effect."),
        widget=forms.NumberInput(attrs={"class": "short"}),
    )
    is_direct_service = forms.BooleanField(label=gettext_lazy("Direct public service"), required=False)
    is_24x7 = forms.BooleanField(label=gettext_lazy("Works around the clock"), required=False)

    def __init__(self, *args: Any, by: User, version: UnitVersion | None = None, **kwargs: Any) -> None:
        initial = {"valid_from": timezone.localdate(), **kwargs.pop("initial", {})}
        if version:
            initial |= UnitData.of(version).__dict__
        super().__init__(*args, initial=initial, **kwargs)
        reach = access_for(by).paths_of_role(Role.HR_ADMIN)
        self.fields["parent"].queryset = Unit.objects.filter(under_paths_q(reach, ""))  # type: ignore[attr-defined]
        if version:
            del self.fields["code"]
            if version.parent_id is None:
                del self.fields["parent"]

    def data_for_service(self) -> UnitData:
        values = {"parent": None, **self.cleaned_data}
        return UnitData(**{name: values[name] for name in UnitData.__dataclass_fields__})


class QuotaForm(PlainForm):
    quota_pct = forms.IntegerField(
        label=gettext_lazy("Own quota, percent of active staff"),
        min_value=0,
        max_value=100,
        required=False,
        help_text=gettext_lazy("Empty: the agency's percentage applies. One above the agency's has no effect."),
        widget=forms.NumberInput(attrs={"class": "short"}),
    )
    valid_from = DateField(label=gettext_lazy("From"))


def _weekdays() -> list[tuple[str, str]]:
    return [("", _("Every working day")), *((str(index + 1), capfirst(name)) for index, name in WEEKDAYS.items())]


class MinimumForm(PlainForm):
    """How many people must be on site; zero ends the rule."""

    weekday = forms.TypedChoiceField(
        label=gettext_lazy("Day"), choices=lazy(_weekdays, list), coerce=int, empty_value=None, required=False
    )
    position_group = forms.ChoiceField(label=gettext_lazy("Among"), required=False)
    count = forms.IntegerField(
        label=gettext_lazy("People on site"),
        min_value=0,
        max_value=10_000,
        help_text=gettext_lazy("0 ends this minimum."),
        widget=forms.NumberInput(attrs={"class": "short"}),
    )
    valid_from = DateField(label=gettext_lazy("From"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        groups = Position.objects.exclude(group="").order_by("group").values_list("group", flat=True).distinct()
        self.fields["position_group"].choices = [  # type: ignore[attr-defined]
            ("", _("everybody")),
            *((group, group) for group in groups),
        ]


class ReadinessForm(PlainForm):
    """The head's declaration; both conditions were named by the Minister."""

    technology = forms.BooleanField(
        label=gettext_lazy("The work can be done and protected with the information technology at hand"),
        required=False,
    )
    supervision = forms.BooleanField(
        label=gettext_lazy("Supervisors plan outputs with their people and check them while they are away"),
        required=False,
    )
    note = forms.CharField(
        label=gettext_lazy("Note"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    valid_from = DateField(label=gettext_lazy("From"))
    valid_to = DateField(
        label=gettext_lazy("Until"), required=False, help_text=gettext_lazy("Empty: until further notice.")
    )
