"""The answer to an integrity flag, and its judgement."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from attendance.services.flags import ANSWER_LENGTH, REASON_LENGTH
from organization.forms.base import PlainForm

UPHOLD, DISMISS = "uphold", "dismiss"


class FlagAnswerForm(PlainForm):
    answer = forms.CharField(label=_("Your answer"), max_length=ANSWER_LENGTH, widget=forms.Textarea(attrs={"rows": 4}))


class FlagJudgementForm(PlainForm):
    """`may_uphold` False: before the answer, or the end of the time for it, a flag can only be dismissed."""

    verdict = forms.ChoiceField(label=_("Judgement"), choices=[], widget=forms.RadioSelect)
    reason = forms.CharField(label=_("Reason"), max_length=REASON_LENGTH, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, may_uphold: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(DISMISS, _("dismiss: there is a good reason, or nothing behind it"))]
        if may_uphold:
            choices.append((UPHOLD, _("uphold: the entry was not right")))
        self.fields["verdict"].choices = choices  # type: ignore[attr-defined]
