"""Forms of the task mapping: the same shares for many positions, and HR's answer to a proposal."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from organization.forms.agency import BaseShareFormSet, ShareForm
from organization.forms.base import DateField, PlainForm
from organization.task_mapping import FULL_TIME_PCT

ROWS = 5
MORE_ROWS = 5
MOST_ROWS = 60


class MappingForm(PlainForm):
    """From which day; `note` only where a head proposes. `seen` is the fingerprint of the preview."""

    valid_from = DateField(label=gettext_lazy("From"))
    note = forms.CharField(
        label=gettext_lazy("Note for HR"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    seen = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def __init__(self, *args: Any, with_note: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["valid_from"].initial = timezone.localdate
        if not with_note:
            del self.fields["note"]


class BaseFullShareFormSet(BaseShareFormSet):
    """Shares that together are the whole working time."""

    def clean(self) -> None:
        super().clean()
        if any(self.errors):
            return
        total = sum(self.shares().values())
        if total != FULL_TIME_PCT:
            text = _("The shares add up to %(total)s percent; together they must be exactly 100.")
            raise ValidationError(text % {"total": total}, code="not_100")


def share_formset(
    data: Any, *, task_types: list[tuple[int, str]], initial: list[dict[str, Any]]
) -> BaseFullShareFormSet:
    """Rows for the current shares and a few spare ones; the spare ones are simply there without JavaScript."""
    kind = forms.formset_factory(
        ShareForm,
        formset=BaseFullShareFormSet,
        extra=max(ROWS - len(initial), 2),
        can_delete=True,
        max_num=MOST_ROWS,
        absolute_max=MOST_ROWS,
    )
    # formset_factory forgets the class it was given
    return kind(data, initial=initial, prefix="tasks", form_kwargs={"task_types": task_types})  # type: ignore[return-value]


def with_more_rows(data: Any) -> Any:
    """The sent values with some more empty rows, for browsers without JavaScript."""
    copy = data.copy()
    try:
        rows = int(copy.get("tasks-TOTAL_FORMS", ROWS))
    except ValueError:
        rows = ROWS
    copy["tasks-TOTAL_FORMS"] = str(min(max(rows, 0) + MORE_ROWS, MOST_ROWS))
    return copy


class DeclineForm(PlainForm):
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("The unit head reads it."),
    )


class DecideManyForm(PlainForm):
    """What is chosen in the list of proposals; the reason only for declining."""

    ids = forms.TypedMultipleChoiceField(choices=(), coerce=int, required=False)
    action = forms.ChoiceField(choices=[("confirm", ""), ("decline", "")])
    reason = forms.CharField(max_length=300, required=False)
