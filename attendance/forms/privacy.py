"""The privacy notice in both languages."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from organization.forms.base import PlainForm


class NoticeForm(PlainForm):
    """Two texts of one version."""

    text_id = forms.CharField(
        label=_("Text, Indonesian"), max_length=5000, widget=forms.Textarea(attrs={"rows": 14, "lang": "id"})
    )
    text_en = forms.CharField(
        label=_("Text, English"), max_length=5000, widget=forms.Textarea(attrs={"rows": 14, "lang": "en"})
    )
