"""Forms of swaps: asking, answering, deciding."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from attendance.services.swaps import SwapSpec
from organization.forms.base import DateField, PlainForm

REASON_LENGTH = 300


class SwapForm(PlainForm):
    """Own shift against a colleague's; the same day twice exchanges the two shifts of that day."""

    own = forms.ChoiceField(label=gettext_lazy("Your shift"))
    colleague = forms.TypedChoiceField(label=gettext_lazy("Colleague"), coerce=int)
    other_day = DateField(
        label=gettext_lazy("Day of your colleague's shift"),
        help_text=gettext_lazy("On both days you take what the other one has."),
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=REASON_LENGTH,
        help_text=gettext_lazy("Your colleague and your supervisor read it."), widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip

    def __init__(
        self, *args: Any, own: Iterable[tuple[str, str]], colleagues: Iterable[tuple[int, str]], **kwargs: Any
    ):
        super().__init__(*args, **kwargs)
        shifts: Any = self.fields["own"]
        shifts.choices = [("", _("Choose…")), *own]
        people: Any = self.fields["colleague"]
        people.choices = [("", _("Choose…")), *colleagues]

    def spec(self) -> SwapSpec:
        data = self.cleaned_data
        day, _dash, slot = data["own"].rpartition("/")
        return SwapSpec(
            own_day=forms.DateField(input_formats=["%Y-%m-%d"]).clean(day),
            own_slot=int(slot),
            colleague_id=data["colleague"],
            other_day=data["other_day"],
            reason=data["reason"],
        )


class SwapReasonForm(PlainForm):
    """Needed to decline or refuse; a word along with an approval is welcome."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=REASON_LENGTH, required=False,
        help_text=gettext_lazy("Needed when you refuse; both read it."), widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip
