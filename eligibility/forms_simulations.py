"""Input of simulations and of publishing."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy

from organization.forms.base import DateField, PlainForm


class SimulationForm(PlainForm):
    """As of which day; empty: the first day of the version."""

    as_of = DateField(label=gettext_lazy("As of"), required=False)


class PublishForm(PlainForm):
    """The decree, the edit the publisher looked at, and the difference they agree to."""

    revision = forms.IntegerField(min_value=1, max_value=2**31 - 1, widget=forms.HiddenInput)
    confirm = forms.CharField(max_length=64, required=False, widget=forms.HiddenInput)
    decree_no = forms.CharField(label=gettext_lazy("Decree number"), max_length=120)
    decree_date = DateField(label=gettext_lazy("Date of the decree"))


class SendBackForm(PlainForm):
    note = forms.CharField(
        label=gettext_lazy("What has to be looked at again"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("The editor reads it beside the draft."),
    )
