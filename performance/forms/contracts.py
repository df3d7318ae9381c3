"""Forms of a contract: proposing a change in a table of its outputs, and answering one."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.forms import formset_factory
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from organization.forms.base import DateField, PlainForm
from performance.enums import OutputChangeKind
from performance.models import Output
from performance.services.amendments import MOST_OUTPUTS, REASON_LENGTH, ChangeData


class ReasonForm(PlainForm):
    """`after`: number of the last change when the page was shown."""

    reason = forms.CharField(
        label=_("Why it should change"),
        max_length=REASON_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The other side reads it."),
        error_messages={"required": _("Say why; the other side reads it.")},
    )
    after = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)


class ChangedOutputForm(PlainForm):
    """An output as it should stand. `output` is empty for a new one."""

    output = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1)
    title = forms.CharField(label=_("Output"), max_length=200)
    target = forms.DecimalField(
        label=_("Target"),
        max_digits=10,
        decimal_places=2,
        min_value=Decimal("0.01"),
        localize=True,
        widget=forms.TextInput(attrs={"class": "short", "inputmode": "decimal"}),
    )
    measure = forms.CharField(label=_("Measure"), max_length=60, widget=forms.TextInput(attrs={"class": "short"}))
    due_on = DateField(label=_("Due on"))
    drop = forms.BooleanField(label=_("No longer due"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.empty_permitted:
            del self.fields["drop"]


ChangedOutputs = formset_factory(ChangedOutputForm, extra=2, max_num=MOST_OUTPUTS, absolute_max=60)


class AmendmentForms:
    """The reason, the outputs that can still change, and rows for new ones."""

    def __init__(self, outputs: Sequence[Output], *, after: int, typed: QueryDict | None = None) -> None:
        self.known = {row.pk: row for row in outputs}
        self.reason = ReasonForm(typed, initial={"after": after})
        self.outputs = ChangedOutputs(
            typed,
            prefix="outputs",
            initial=[_shown(row) for row in outputs],
            form_kwargs={"use_required_attribute": False},
        )

    def is_valid(self) -> bool:
        return all([self.reason.is_valid(), self.outputs.is_valid()])

    def changes(self) -> list[ChangeData]:
        """What differs from the contract as it stands now; rows left as they are change nothing."""
        found = []
        for form in self.outputs.forms:
            row = form.cleaned_data
            if not row:
                continue
            values: dict[str, Any] = {name: row.get(name) for name in ("title", "measure", "target", "due_on")}
            key = row.get("output")
            if key is None:
                found.append(ChangeData(OutputChangeKind.ADD, None, **values))
            elif row.get("drop"):
                found.append(ChangeData(OutputChangeKind.DROP, key))
            elif key not in self.known or _differs(self.known[key], values):
                found.append(ChangeData(OutputChangeKind.CHANGE, key, **values))
        return found


def _shown(output: Output) -> dict[str, Any]:
    whole = output.target.to_integral_value()
    return {
        "output": output.pk,
        "title": output.title,
        "target": whole if output.target == whole else output.target,
        "measure": output.measure,
        "due_on": output.due_on,
    }


def _differs(output: Output, values: dict[str, Any]) -> bool:
    return any(getattr(output, name) != value for name, value in values.items())


class AnswerForm(PlainForm):
    """Agree needs no words, declining does; the button says which."""

    answer = forms.CharField(
        label=_("Your answer"),
        max_length=REASON_LENGTH,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Needed when you decline; the other side reads it."),
    )
