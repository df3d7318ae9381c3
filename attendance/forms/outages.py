"""An outage as HR enters it: local times of the zone that is chosen with them."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from attendance.enums import OutageCause
from attendance.models import Terminal
from attendance.services.outages import OutageData
from organization.forms.base import PlainForm
from organization.models import Site
from organization.models.units import ZONES

LOCAL = "%Y-%m-%dT%H:%M"


class MomentField(forms.CharField):
    """Date and time of a wall clock, without a zone."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local", "class": "short"}, format=LOCAL)
    FORMATS = (LOCAL, "%Y-%m-%d %H:%M", "%d-%m-%Y %H:%M", "%d/%m/%Y %H:%M", "%Y-%m-%dT%H:%M:%S")

    def to_python(self, value: Any) -> Any:
        text = str(value or "").strip().replace(".", ":")
        if not text:
            return None
        for pattern in self.FORMATS:
            try:
                return datetime.strptime(text, pattern)  # noqa: DTZ007  (the form knows the zone)
            except ValueError:
                continue
        raise forms.ValidationError(_("Write date and time as yyyy-mm-dd hh:mm."), code="invalid")

    def validate(self, value: Any) -> None:
        if value is None:
            raise forms.ValidationError(self.error_messages["required"], code="required")

    def run_validators(self, value: Any) -> None:
        """Those of text do not fit a time."""


class OutageForm(PlainForm):
    cause = forms.ChoiceField(
        label=_("What failed"), choices=OutageCause.choices, widget=forms.RadioSelect, initial=OutageCause.SITE
    )
    site = forms.ModelChoiceField(
        label=_("Office"), queryset=Site.objects.none(), required=False, help_text=_("Where an office failed.")
    )
    terminal = forms.ModelChoiceField(
        label=_("Terminal"), queryset=Terminal.objects.none(), required=False, help_text=_("Where a terminal failed.")
    )
    starts_at = MomentField(label=_("From"))
    ends_at = MomentField(label=_("Until"))
    zone = forms.ChoiceField(label=_("Time zone"), choices=ZONES)
    reason = forms.CharField(
        label=_("Reason"), max_length=300, help_text=_("For example: no electricity. Everybody can read it.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["site"].queryset = Site.objects.order_by("name", "pk")  # type: ignore[attr-defined]
        self.fields["terminal"].queryset = Terminal.objects.order_by("name", "pk")  # type: ignore[attr-defined]
        self.fields["zone"].initial = settings.TIME_ZONE

    def data_of(self) -> OutageData:
        given = self.cleaned_data
        zone = ZoneInfo(given["zone"])
        return OutageData(
            cause=given["cause"],
            starts_at=given["starts_at"].replace(tzinfo=zone),
            ends_at=given["ends_at"].replace(tzinfo=zone),
            reason=given["reason"],
            site=given["site"],
            terminal=given["terminal"],
        )
