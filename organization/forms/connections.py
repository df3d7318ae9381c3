"""Forms of connections and their webhooks."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy

from config.scopes import SCOPES
from organization.enums import SERVICE_ROLES
from organization.forms.base import PlainForm, UnitChoiceField
from organization.webhooks import EVENTS

ROLE_CHOICES = [(role.value, role.label) for role in SERVICE_ROLES]


class ConnectionChangeForm(PlainForm):
    """Name, purpose and scopes."""

    name = forms.CharField(
        label=gettext_lazy("Name"), max_length=120, help_text=gettext_lazy("The system, as colleagues call it.")
    )
    purpose = forms.CharField(
        label=gettext_lazy("Purpose"), max_length=300, help_text=gettext_lazy("What it reads or writes, and why.")
    )
    scopes = forms.MultipleChoiceField(
        label=gettext_lazy("Scopes"),
        widget=forms.CheckboxSelectMultiple(attrs={"class": "column"}),
        choices=[(code, words) for code, words in SCOPES.items()],
        help_text=gettext_lazy("What its tokens open. Give it no more than its purpose needs."),
    )


class ConnectionForm(ConnectionChangeForm):
    """A new connection with its first role."""

    role = forms.ChoiceField(
        label=gettext_lazy("Role"),
        required=False,
        choices=[("", gettext_lazy("no role: sees no people")), *ROLE_CHOICES],
        help_text=gettext_lazy("Whom it sees. No system decides a request or opens evidence."),
    )
    unit = UnitChoiceField(label=gettext_lazy("In"), required=False, empty_label=gettext_lazy("the whole agency"))


class ConnectionRoleForm(PlainForm):
    """A further role."""

    role = forms.ChoiceField(label=gettext_lazy("Role"), choices=[("", "---------"), *ROLE_CHOICES])
    unit = UnitChoiceField(label=gettext_lazy("In"), required=False, empty_label=gettext_lazy("the whole agency"))


class WebhookForm(PlainForm):
    """Where to, and about what."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=120)
    url = forms.CharField(
        label=gettext_lazy("Address"),
        max_length=500,
        help_text=gettext_lazy("Begins with https:// and takes POST."),
        widget=forms.URLInput(attrs={"autocomplete": "off"}),
    )
    events = forms.MultipleChoiceField(
        label=gettext_lazy("Events"),
        widget=forms.CheckboxSelectMultiple(attrs={"class": "column"}),
        choices=[(code, words) for code, words in EVENTS.items()],
    )
