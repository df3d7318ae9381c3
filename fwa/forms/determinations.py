"""Input of group determinations: what the decree gives, who is meant, and the decision."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils import timezone
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from eligibility.enums import FlexKind, PlaceKind
from fwa.data import OutputData
from fwa.enums import Pattern
from fwa.forms.requests import FIELD_OF, TEXT_LENGTH, Outputs, TimeField, _rows, _shown
from fwa.models import Determination
from fwa.services.determinations import Criteria, DeterminationData
from organization.access import access_for
from organization.enums import PositionKind, Role
from organization.forms.base import DateField, PlainForm, UnitChoiceField
from organization.models import Site, Unit, User
from organization.querysets import under_paths_q

MOST_DAYS = 5


class WhatForm(PlainForm):
    """Everything that holds for the whole annex."""

    title = forms.CharField(
        label=gettext_lazy("Title"),
        max_length=200,
        help_text=gettext_lazy("How the determination is called in lists."),
    )
    unit = UnitChoiceField(
        label=gettext_lazy("Unit"),
        help_text=gettext_lazy("Its people and those of units below."),
        empty_label=gettext_lazy("Choose…"),
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind of flexibility"), choices=FlexKind.choices, widget=forms.RadioSelect
    )
    valid_from = DateField(label=gettext_lazy("From"))
    valid_to = DateField(label=gettext_lazy("Until"))
    pattern = forms.ChoiceField(label=gettext_lazy("Days"), choices=Pattern.choices, widget=forms.RadioSelect)
    weekdays = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Fixed weekdays"),
        coerce=int,
        required=False,
        choices=[(day, WEEKDAYS_ABBR[day - 1]) for day in range(1, 8)],
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("The same for everybody, as far as places last: who had the fewest days comes first."),
    )
    days_per_week = forms.IntegerField(
        label=gettext_lazy("Days a week in rotation"),
        required=False,
        min_value=1,
        max_value=MOST_DAYS,
        widget=forms.NumberInput(attrs={"class": "short"}),
        help_text=gettext_lazy("Shared out evenly, so that minimum and quota hold every day."),
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
        label=gettext_lazy("Reason"), max_length=TEXT_LENGTH, widget=forms.Textarea(attrs={"rows": 3})
    )
    work_plan = forms.CharField(
        label=gettext_lazy("Work plan"),
        help_text=gettext_lazy("What everybody will work on, in a few lines."),
        max_length=TEXT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = preparable_units(by)  # type: ignore[attr-defined]
        self.fields["site"].queryset = Site.objects.filter(is_active=True).order_by("name")  # type: ignore[attr-defined]


def preparable_units(by: User) -> Any:
    """Units for which the account may prepare a determination."""
    access = access_for(by)
    return Unit.objects.filter(under_paths_q((*access.headed_paths, *access.paths_of_role(Role.HR_ADMIN)), ""))


class WhatForms:
    """The form and the promised outputs as one."""

    def __init__(self, *, by: User, determination: Determination | None = None, typed: QueryDict | None = None) -> None:
        self.form = WhatForm(typed, initial=_initial(determination), by=by)
        stored = determination.outputs.all() if determination is not None and typed is None else ()
        shown = [_shown(OutputData(row.title, row.measure, row.target, row.due_on)) for row in stored]
        self.outputs = Outputs(
            typed, prefix="outputs", initial=shown or None, form_kwargs={"use_required_attribute": False}
        )

    def is_valid(self) -> bool:
        return all([self.form.is_valid(), self.outputs.is_valid()])

    def data(self) -> DeterminationData:
        clean = self.form.cleaned_data
        return DeterminationData(
            title=clean["title"],
            unit_id=clean["unit"].pk,
            kind=clean["kind"],
            valid_from=clean["valid_from"],
            valid_to=clean["valid_to"],
            pattern=clean["pattern"],
            weekdays=tuple(clean["weekdays"]),
            days_per_week=clean["days_per_week"],
            place_kind=clean["place_kind"],
            site_id=clean["site"].pk if clean["site"] else None,
            place_address=clean["place_address"],
            starts_at=clean["starts_at"],
            ends_at=clean["ends_at"],
            reason=clean["reason"],
            work_plan=clean["work_plan"],
            outputs=tuple(
                OutputData(title=row["title"], measure=row["measure"], target=row["target"], due_on=row["due_on"])
                for row in _rows(self.outputs)
            ),
        )

    def add_errors(self, error: ValidationError) -> None:
        if not hasattr(error, "error_dict"):
            self.form.add_error(None, error)
            return
        for name, problems in error.error_dict.items():
            field = FIELD_OF.get(name, name)
            self.form.add_error(field if field in self.form.fields else None, problems)


def _initial(determination: Determination | None) -> dict[str, Any]:
    if determination is None:
        return {"kind": FlexKind.LOCATION, "pattern": Pattern.ROTATION, "place_kind": PlaceKind.HOME}
    names = [
        "title", "kind", "valid_from", "valid_to", "pattern", "weekdays", "days_per_week", "place_kind",
        "place_address", "starts_at", "ends_at", "reason", "work_plan",
    ]  # fmt: skip
    values = {name: getattr(determination, name) for name in names}
    return values | {"unit": determination.unit_id, "site": determination.site_id}


class CriteriaForm(PlainForm):
    """Everybody who serves in a unit, narrowed down by post."""

    unit = UnitChoiceField(
        label=gettext_lazy("Unit"), help_text=gettext_lazy("With all units below it."), empty_label=None
    )
    position_kinds = forms.MultipleChoiceField(
        label=gettext_lazy("Kinds of post"),
        choices=PositionKind.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("All, where none is chosen."),
    )
    position = forms.CharField(label=gettext_lazy("Post contains"), max_length=100, required=False)
    eligible_only = forms.BooleanField(
        label=gettext_lazy("Only people who are eligible today"), required=False, initial=True
    )

    def __init__(self, *args: Any, determination: Determination, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = Unit.objects.subtree(determination.unit)  # type: ignore[attr-defined]
        self.fields["unit"].initial = determination.unit_id

    def criteria(self) -> Criteria:
        clean = self.cleaned_data
        return Criteria(
            unit_id=clean["unit"].pk,
            position_kinds=tuple(clean["position_kinds"]),
            position=clean["position"],
            eligible_only=clean["eligible_only"],
        )


class ListForm(PlainForm):
    """People by NIP or name, pasted or as a file."""

    names = forms.CharField(
        label=gettext_lazy("NIPs or names, one in each row"),
        required=False,
        max_length=400_000,
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false", "autocomplete": "off"}),
    )
    file = forms.FileField(
        label=gettext_lazy("Or a file (CSV or XLSX)"),
        required=False,
        allow_empty_file=True,
        max_length=200,
        help_text=gettext_lazy("One person in each row; a column with NIPs or names is enough."),
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.tsv,.xlsx,.xlsm"}),
    )


class DecideForm(PlainForm):
    """The decree: number and date as in the agency's mail register, or the next number of the series and today."""

    digest = forms.CharField(widget=forms.HiddenInput, max_length=64)
    number = forms.CharField(
        label=gettext_lazy("Number of the decree"),
        max_length=90,
        required=False,
        help_text=gettext_lazy("From your mail register; empty takes the next number of the series."),
    )
    decided_on = DateField(
        label=gettext_lazy("Date of the decree"), required=False, help_text=gettext_lazy("Empty means today.")
    )


class AmendForm(PlainForm):
    """The beginning of an amendment; people are chosen on the next page."""

    valid_from = DateField(
        label=gettext_lazy("Effective from"),
        help_text=gettext_lazy("First day of those who are added, first day without it for those who are taken out."),
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=TEXT_LENGTH, widget=forms.Textarea(attrs={"rows": 3})
    )

    def clean_valid_from(self) -> date:
        day: date = self.cleaned_data["valid_from"]
        if day < timezone.localdate():
            raise ValidationError(_("The date must be today or later."))
        return day
