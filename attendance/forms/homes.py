"""The point of a home as the browser gives it."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from attendance.places import Position
from organization.forms.base import PlainForm


class HomePointForm(PlainForm):
    """Hidden fields that the browser fills when the button is pressed."""

    latitude = forms.FloatField(min_value=-90, max_value=90, widget=forms.HiddenInput)
    longitude = forms.FloatField(min_value=-180, max_value=180, widget=forms.HiddenInput)
    accuracy_m = forms.IntegerField(min_value=0, max_value=100_000_000, required=False, widget=forms.HiddenInput)

    def position(self) -> Position:
        values = self.cleaned_data
        return Position(values["latitude"], values["longitude"], values["accuracy_m"])

    @property
    def problem(self) -> str:
        return str(_("The device gave no position. Allow it for this page, go near a window and press again."))
