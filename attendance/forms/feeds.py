"""What a new calendar address is for."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from attendance.enums import FeedScope
from organization.forms.base import PlainForm


class FeedForm(PlainForm):
    scope = forms.ChoiceField(label=_("Calendar"), choices=FeedScope.choices, widget=forms.RadioSelect)

    def __init__(self, *args: Any, scopes: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["scope"]
        field.choices = [choice for choice in FeedScope.choices if choice[0] in scopes]
        field.initial = scopes[0] if scopes else None
