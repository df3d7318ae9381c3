"""Forms of reviews: a rating where one is given, a reason where one is needed, a comment."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from organization.forms.base import DateField, PlainForm
from performance.enums import Rating
from performance.services.feedback import TEXT_LENGTH
from performance.services.reviews import REASON_LENGTH

RATINGS = [("", _("no rating")), *((code, code.label) for code in Rating)]


class BulkAcceptForm(PlainForm):
    """Under the list: the same rating for every report that is accepted, or none."""

    rating = forms.ChoiceField(label=_("Rating for all of them"), choices=RATINGS, required=False)


class ReportDecisionForm(PlainForm):
    """Beside one report; the button says whether it is accepted or returned. `version` is what the reader saw."""

    rating = forms.ChoiceField(label=_("Rating, when you accept"), choices=RATINGS, required=False)
    reason = forms.CharField(
        label=_("Reason, when you return it"),
        required=False,
        max_length=REASON_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The employee reads it."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)


class ReasonForm(PlainForm):
    """Why a report is returned or opened again."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=REASON_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The employee reads it."),
        error_messages={"required": _("Say why; the employee reads it.")},
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)


class OutputRatingForm(PlainForm):
    """`replaces`: the rating that stood there when the page was shown, 0 for none."""

    rating = forms.ChoiceField(label=_("Rating"), choices=Rating.choices, widget=forms.RadioSelect)
    reason = forms.CharField(
        label=_("Reason"),
        max_length=REASON_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The employee reads it."),
    )
    replaces = forms.IntegerField(widget=forms.HiddenInput, min_value=0, required=False)


class DeliveryForm(PlainForm):
    """What reached the supervisor outside the daily reports."""

    amount = forms.DecimalField(
        label=_("Amount in all"),
        min_value=0,
        max_digits=10,
        decimal_places=2,
        widget=forms.NumberInput(attrs={"class": "short"}),
        help_text=_("Without what accepted daily reports deliver; that is added by itself."),
    )
    on = DateField(label=_("Delivered on"))


class CommentForm(PlainForm):
    text = forms.CharField(
        label=_("Your comment"),
        max_length=TEXT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Write something first.")},
    )
