"""Forms of accounts: the way in, and HR's list."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from organization.forms.base import PlainForm, PlainModelForm
from organization.mail_groups import MailDelivery, NoticeGroup
from organization.models import User
from organization.models.users import THEMES


class NewPasswordForm(PlainForm):
    """A password typed twice."""

    password = forms.CharField(
        label=gettext_lazy("New password"),
        strip=False,
        help_text=gettext_lazy("At least 10 characters, not only digits; no common word, and not your name or NIP."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label=gettext_lazy("The same password again"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("password") and values.get("again") and values["password"] != values["again"]:
            raise ValidationError({"again": _("The two passwords differ.")})
        return values


class SlipForm(NewPasswordForm):
    """User name and the code of a printed slip, and the new password."""

    username = forms.CharField(
        label=gettext_lazy("NIP or user name"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}),
    )
    code = forms.CharField(
        label=gettext_lazy("Code on the slip"),
        max_length=20,
        widget=forms.TextInput(attrs={"class": "short", "autocomplete": "one-time-code", "spellcheck": "false"}),
    )
    field_order = ["username", "code", "password", "again"]


class AccountForm(PlainModelForm):
    """An account for somebody without employee record."""

    class Meta:
        model = User
        fields = ["username", "name", "email"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].help_text = _("A short name to log in with, for example wali.kota.")
        self.fields["name"].required = True


class MailPreferencesForm(PlainForm):
    """How notices of each group come by mail; in the app they are always shown."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for group, label in NoticeGroup.choices:
            self.fields[group] = forms.ChoiceField(label=label, choices=MailDelivery.choices, widget=forms.RadioSelect)


class PreferencesForm(PlainForm):
    """Own language and appearance."""

    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=settings.LANGUAGES, widget=forms.RadioSelect)
    theme = forms.ChoiceField(
        label=gettext_lazy("Appearance"),
        choices=THEMES,
        widget=forms.RadioSelect,
    )
