"""Forms of national and emergency periods."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.functional import lazy
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from organization.access import WHOLE_AGENCY, access_for
from organization.enums import PositionKind, Role
from organization.enums_periods import NationalPeriodKind
from organization.forms.base import DateField, PlainForm, UnitChoiceField, name_and_code
from organization.models import NationalPeriod, Unit, User
from organization.querysets import under_paths_q
from organization.services.national_periods import PeriodData

MOST_UNITS = 200
NAME_FROM_REASON = 80


def _weekdays() -> list[tuple[str, str]]:
    return [(str(index + 1), capfirst(name)) for index, name in WEEKDAYS.items()]


class UnitLinesField(forms.CharField):
    """Units by name or code, one a line; works at any size and without JavaScript."""

    widget = forms.Textarea(attrs={"rows": 3})

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", gettext_lazy("Units"))
        super().__init__(**kwargs)
        self.choice = UnitChoiceField()

    def to_python(self, value: Any) -> Any:
        lines = [line.strip() for line in (super().to_python(value) or "").splitlines() if line.strip()]
        if len(lines) > MOST_UNITS:
            raise ValidationError(_("At most %(most)s units.") % {"most": MOST_UNITS})
        found: list[Unit] = []
        problems = []
        for line in lines:
            try:
                found.append(self.choice.to_python(line))
            except ValidationError as error:
                problems.append(f"{line}: {' '.join(error.messages)}")
        if problems:
            raise ValidationError(problems)
        return tuple(dict.fromkeys(found))

    def prepare_value(self, value: Any) -> Any:
        return value if isinstance(value, str) or value is None else "\n".join(map(name_and_code, value))


class _ScopeForm(PlainForm):
    """Which units: for HR of some units theirs, and never the whole agency."""

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        reach = access_for(by).paths_of_role(Role.HR_ADMIN)
        field = self.fields["units"]
        field.choice.queryset = Unit.objects.filter(under_paths_q(reach, ""))  # type: ignore[attr-defined]
        if WHOLE_AGENCY not in reach:
            field.required = True
            field.help_text = _("One a line, by name or code; units below are included.")
            field.initial = field.initial or tuple(Unit.objects.filter(path__in=reach))


UNITS_HELP = gettext_lazy("One a line, by name or code; units below are included. Empty: the whole agency.")
SHARE_HELP = gettext_lazy("Empty: the head of each unit decides how many.")


class NationalPeriodForm(_ScopeForm):
    """Everything about a period."""

    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=NationalPeriodKind.choices)
    name = forms.CharField(label=gettext_lazy("Name"), max_length=200)
    instrument_no = forms.CharField(
        label=gettext_lazy("Number of the circular"), max_length=120, required=False,
        help_text=gettext_lazy("Needed for a national period."),
    )  # fmt: skip
    decree_no = forms.CharField(
        label=gettext_lazy("Number of the agency's decree"), max_length=120, required=False,
        help_text=gettext_lazy("Needed for a national period."),
    )  # fmt: skip
    valid_from = DateField(label=gettext_lazy("From"))
    valid_to = DateField(
        label=gettext_lazy("Until"), required=False,
        help_text=gettext_lazy("Empty: until further notice. An emergency needs a last day."),
    )  # fmt: skip
    weekdays = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Days of the week"), choices=lazy(_weekdays, list), coerce=int, required=False,
        widget=forms.CheckboxSelectMultiple, help_text=gettext_lazy("No day chosen: every working day."),
    )  # fmt: skip
    share_pct = forms.IntegerField(
        label=gettext_lazy("Share that works away, percent of active staff"), min_value=1, max_value=100,
        required=False, help_text=SHARE_HELP, widget=forms.NumberInput(attrs={"class": "short"}),
    )  # fmt: skip
    counts_toward_cap = forms.BooleanField(
        label=gettext_lazy("Each of its days takes one of the weekly days of everybody affected"), required=False
    )
    units = UnitLinesField(required=False, help_text=UNITS_HELP)
    excluded_kinds = forms.MultipleChoiceField(
        label=gettext_lazy("Excluded kinds of post"), choices=PositionKind.choices, required=False,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    excludes_direct_service = forms.BooleanField(
        label=gettext_lazy("Leave out units of direct public service"), required=False, initial=True
    )
    excludes_24x7 = forms.BooleanField(
        label=gettext_lazy("Leave out units that work around the clock"), required=False, initial=True
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Needed for an emergency."),
    )  # fmt: skip

    def __init__(self, *args: Any, by: User, period: NationalPeriod | None = None, **kwargs: Any) -> None:
        initial: dict[str, Any] = {"valid_from": timezone.localdate()}
        if period:
            initial = {name: getattr(period, name) for name in PeriodData.__dataclass_fields__ if name != "units"}
            initial["units"] = tuple(period.units.all())
        super().__init__(*args, by=by, initial={**initial, **kwargs.pop("initial", {})}, **kwargs)
        if not by.has_perm("organization.enter_national_periods"):
            self.fields["kind"].choices = [  # type: ignore[attr-defined]
                (NationalPeriodKind.EMERGENCY.value, NationalPeriodKind.EMERGENCY.label)
            ]

    def data_for_service(self) -> PeriodData:
        values = dict(self.cleaned_data)
        for name in ("weekdays", "excluded_kinds", "units"):
            values[name] = tuple(values[name] or ())
        return PeriodData(**values)


class EmergencyForm(_ScopeForm):
    """An emergency that begins today: a reason is enough, the rest is filled in."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("What happened, for example a flood. Everybody reads it."),
    )  # fmt: skip
    last_day = DateField(
        label=gettext_lazy("Last day"), help_text=gettext_lazy("It ends by itself; you can also end it earlier.")
    )
    share_pct = forms.IntegerField(
        label=gettext_lazy("Share that works away, percent of active staff"), min_value=1, max_value=100, initial=100,
        required=False, help_text=SHARE_HELP, widget=forms.NumberInput(attrs={"class": "short"}),
    )  # fmt: skip
    units = UnitLinesField(required=False, help_text=UNITS_HELP)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["last_day"].initial = timezone.localdate

    def data_for_service(self) -> PeriodData:
        values = self.cleaned_data
        return PeriodData(
            kind=NationalPeriodKind.EMERGENCY,
            name=values["reason"].splitlines()[0][:NAME_FROM_REASON],
            valid_from=timezone.localdate(),
            valid_to=values["last_day"],
            share_pct=values["share_pct"],
            reason=values["reason"],
            units=tuple(values["units"] or ()),
        )


class EndPeriodForm(PlainForm):
    """An early end; `last_day` only while the period runs."""

    last_day = DateField(label=gettext_lazy("Last day"))
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, has_begun: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["last_day"].initial = timezone.localdate
        if not has_begun:
            del self.fields["last_day"]
