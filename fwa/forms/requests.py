"""The request form: one form, the single dates and the promised outputs, read together as `DraftData`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.forms import BaseFormSet, formset_factory
from django.http import QueryDict
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from eligibility.enums import FlexKind, PlaceKind
from fwa.data import DraftData, OutputData
from fwa.enums import Basis
from organization.forms.base import DateField, PlainForm
from organization.models import Site

ROUND_THE_CLOCK, OFFICE_WEEK = 7, 5
MAX_SINGLE_DATES, MAX_OUTPUTS = 60, 20
TEXT_LENGTH = 4000


class TimeField(forms.TimeField):
    widget = forms.TimeInput(attrs={"type": "time", "class": "short"}, format="%H:%M")


class RequestForm(PlainForm):
    """Nothing is required here: a draft may be incomplete, and sending says what is missing."""

    kind = forms.ChoiceField(
        label=gettext_lazy("Kind of flexibility"), choices=FlexKind.choices, widget=forms.RadioSelect
    )
    basis = forms.ChoiceField(label=gettext_lazy("Basis"), choices=Basis.choices, widget=forms.RadioSelect)
    valid_from = DateField(label=gettext_lazy("From"), required=False)
    valid_to = DateField(label=gettext_lazy("Until"), required=False)
    weekdays = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Days of the week"), coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )
    left_out = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Dates you left out"),
        help_text=gettext_lazy("Untick a date to ask for it again."),
        coerce=date.fromisoformat,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    place_kind = forms.ChoiceField(
        label=gettext_lazy("Place"), choices=PlaceKind.choices, required=False, widget=forms.RadioSelect
    )
    site = forms.ModelChoiceField(
        label=gettext_lazy("Office"), queryset=Site.objects.none(), required=False, empty_label=gettext_lazy("Choose…")
    )
    place_address = forms.CharField(label=gettext_lazy("Address"), max_length=300, required=False)
    starts_at = TimeField(label=gettext_lazy("Start of work"), required=False)
    ends_at = TimeField(label=gettext_lazy("End of work"), required=False)
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=TEXT_LENGTH,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    work_plan = forms.CharField(
        label=gettext_lazy("Work plan"),
        help_text=gettext_lazy("What you will work on, in a few lines."),
        max_length=TEXT_LENGTH,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, days_a_week: int, left_out: Iterable[date], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["weekdays"].choices = [(day, WEEKDAYS_ABBR[day - 1]) for day in range(1, days_a_week + 1)]  # type: ignore[attr-defined]
        self.fields["left_out"].choices = [(day.isoformat(), date_format(day, "D j M")) for day in left_out]  # type: ignore[attr-defined]
        self.fields["site"].queryset = Site.objects.filter(is_active=True).order_by("name")  # type: ignore[attr-defined]


class SingleDateForm(PlainForm):
    day = DateField(label=gettext_lazy("Date"), required=False)


class OutputForm(PlainForm):
    """`results`: (key, words) of the work results that the output may serve; without any there is nothing to choose."""

    title = forms.CharField(label=gettext_lazy("Output"), max_length=200)
    target = forms.DecimalField(
        label=gettext_lazy("Target"),
        max_digits=10,
        decimal_places=2,
        localize=True,
        validators=[MinValueValidator(0.01)],
        widget=forms.TextInput(attrs={"class": "short", "inputmode": "decimal"}),
    )
    measure = forms.CharField(
        label=gettext_lazy("Measure"), max_length=60, widget=forms.TextInput(attrs={"class": "short"})
    )
    due_on = DateField(label=gettext_lazy("Due on"))
    work_result_id = forms.TypedChoiceField(
        label=gettext_lazy("Serves the work result"), coerce=int, empty_value=None, required=False
    )

    def __init__(self, *args: Any, results: Sequence[tuple[int, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if results:
            self.fields["work_result_id"].choices = [("", _("no work result")), *results]  # type: ignore[attr-defined]
        else:
            del self.fields["work_result_id"]


SingleDates = formset_factory(SingleDateForm, extra=3, can_delete=True, max_num=MAX_SINGLE_DATES, absolute_max=200)
Outputs = formset_factory(OutputForm, extra=3, can_delete=True, max_num=MAX_OUTPUTS, absolute_max=100)

# Service fields that stand elsewhere on the page than under their own name.
FIELD_OF = {"site_id": "site"}


class RequestForms:
    """The three parts of the page as one. Unbound it shows `draft`; bound it reads what was typed."""

    def __init__(
        self,
        draft: DraftData,
        *,
        typed: QueryDict | None = None,
        days_a_week: int = OFFICE_WEEK,
        results: Sequence[tuple[int, str]] = (),
    ) -> None:
        kept_out = _iso_dates(typed.getlist("left_out")) if typed is not None else ()
        self.form = RequestForm(
            typed,
            initial=_initial(draft),
            days_a_week=days_a_week,
            left_out=sorted({*draft.left_out, *kept_out}),
        )
        # A bound row without change would count as empty, so typed rows are read without what was stored.
        dates = [{"day": day} for day in draft.single_dates] if typed is None else None
        self.dates = SingleDates(typed, prefix="dates", initial=dates, form_kwargs={"use_required_attribute": False})
        outputs = [_shown(output) for output in draft.outputs] if typed is None else None
        options = {"use_required_attribute": False, "results": results}
        self.outputs = Outputs(typed, prefix="outputs", initial=outputs, form_kwargs=options)
        self.draft = draft

    def is_valid(self) -> bool:
        return all([self.form.is_valid(), self.dates.is_valid(), self.outputs.is_valid()])

    def data(self) -> DraftData:
        """What was typed; a part that cannot be read counts as empty, so that a preview works while typing."""
        self.is_valid()
        clean = self.form.cleaned_data
        site = clean.get("site")
        return DraftData(
            kind=clean.get("kind") or self.draft.kind,
            basis=clean.get("basis") or self.draft.basis,
            valid_from=clean.get("valid_from"),
            valid_to=clean.get("valid_to"),
            weekdays=tuple(clean.get("weekdays") or ()),
            single_dates=tuple(sorted({row["day"] for row in _rows(self.dates) if row.get("day")})),
            left_out=tuple(clean.get("left_out") or ()),
            place_kind=clean.get("place_kind") or "",
            site_id=site.pk if site else None,
            place_address=clean.get("place_address") or "",
            starts_at=clean.get("starts_at"),
            ends_at=clean.get("ends_at"),
            reason=clean.get("reason") or "",
            work_plan=clean.get("work_plan") or "",
            renews_id=self.draft.renews_id,
            outputs=tuple(
                OutputData(row["title"], row["measure"], row["target"], row["due_on"], row.get("work_result_id"))
                for row in _rows(self.outputs)
                if {"title", "measure", "target", "due_on"} <= row.keys()
            ),
        )

    def add_errors(self, error: ValidationError) -> None:
        """Put what a service refused beside its field; what has no field here stands above the form."""
        if not hasattr(error, "error_dict"):
            self.form.add_error(None, error)
            return
        for name, problems in error.error_dict.items():
            field = FIELD_OF.get(name, name)
            self.form.add_error(field if field in self.form.fields else None, problems)


def _rows(formset: BaseFormSet) -> Iterable[dict[str, Any]]:
    """Rows that hold something and are not marked for removal."""
    for form in formset.forms:
        clean = getattr(form, "cleaned_data", None)
        if clean and not clean.get("DELETE"):
            yield clean


def _shown(output: OutputData) -> dict[str, Any]:
    """An output as its row shows it: “4”, not “4.00”."""
    target = output.target
    whole = target.to_integral_value()
    return {**vars(output), "target": whole if target == whole else target}


def _iso_dates(values: Iterable[str]) -> tuple[date, ...]:
    found = []
    for value in values:
        try:
            found.append(date.fromisoformat(value))
        except ValueError:
            continue
    return tuple(found)


def _initial(draft: DraftData) -> dict[str, Any]:
    names = [
        "kind", "basis", "valid_from", "valid_to", "place_kind", "place_address",
        "starts_at", "ends_at", "reason", "work_plan",
    ]  # fmt: skip
    values = {name: getattr(draft, name) for name in names}
    values["weekdays"] = list(draft.weekdays)
    values["left_out"] = [day.isoformat() for day in draft.left_out]
    values["site"] = draft.site_id
    return values


def without(draft: DraftData, days: Iterable[date]) -> DraftData:
    """The draft without some dates: out of the single dates, or left out of the weekly pattern."""
    gone = set(days)
    pattern = {day for day in gone if day.isoweekday() in draft.weekdays}
    return replace(
        draft,
        single_dates=tuple(day for day in draft.single_dates if day not in gone),
        left_out=tuple(sorted({*draft.left_out, *pattern})),
    )


def swapped(draft: DraftData, old: date, new: date) -> DraftData:
    """The draft with `new` in the place of `old`."""
    changed = without(draft, [old])
    if new in changed.left_out:
        return replace(changed, left_out=tuple(day for day in changed.left_out if day != new))
    return replace(changed, single_dates=tuple(sorted({*changed.single_dates, new})))


class WithdrawForm(PlainForm):
    note = forms.CharField(
        label=gettext_lazy("Note"),
        help_text=gettext_lazy("May stay empty. The people who were to decide can read it."),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class EndForm(PlainForm):
    ended_on = DateField(
        label=gettext_lazy("First day without it"), help_text=gettext_lazy("Days before it stay as they are.")
    )
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))
