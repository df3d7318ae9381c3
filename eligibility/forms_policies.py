"""Input of the policy editor: a rule as a sentence, the period, the request for publication."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from eligibility.enums import Severity
from eligibility.marks import Freedom, RuleValues, freedom_of
from eligibility.models import CircumstanceKind, PolicyVersion
from eligibility.registry import get_criterion
from eligibility.rule_changes import phrase_pieces
from eligibility.services.drafts import RuleChange
from organization.forms.base import DateField, PlainForm

NOTE_LENGTH = 2000


class RevisionForm(PlainForm):
    """Carries the edit that the user looked at, so that nobody overwrites a newer one."""

    revision = forms.IntegerField(min_value=1, max_value=2**31 - 1, widget=forms.HiddenInput)


@dataclass(frozen=True)
class Piece:
    """A piece of the sentence: plain text, or the field that stands there."""

    text: str = ""
    field: BoundField | None = None


class RuleForm(RevisionForm):
    """One rule: the fields of its criterion inside the sentence, then what failing means and on what it stands.

    Parts that the law fixes are shown with their value and cannot be used; whoever sends another value all the same
    is refused by the service, in words.
    """

    severity = forms.ChoiceField(label=gettext_lazy("Effect"), choices=Severity.choices, widget=forms.RadioSelect)
    waivers = forms.MultipleChoiceField(
        label=gettext_lazy("Waived for"), required=False, widget=forms.CheckboxSelectMultiple
    )
    legal_basis = forms.CharField(label=gettext_lazy("Legal basis"), max_length=120)
    coordination_no = forms.CharField(
        label=gettext_lazy("Number of the coordination letter (Art 26)"), max_length=120, required=False
    )

    def __init__(self, *args: Any, policy_code: str, values: RuleValues, **kwargs: Any) -> None:
        self.criterion = get_criterion(values.criterion)
        self.freedom: Freedom = freedom_of(policy_code, values.criterion)
        self.values = values
        kwargs["initial"] = _initial(values) | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        self.params = list(self.criterion.params_form.base_fields)
        for name in self.params:
            self.fields[name] = deepcopy(self.criterion.params_form.base_fields[name])
        self.fields["waivers"].choices = _kinds(values.waivers)  # type: ignore[attr-defined]
        if not self.freedom.needs_letter:
            del self.fields["coordination_no"]
        self.locked = {name for name in self._fixed_names() if name in self.fields}
        for name in self.locked:
            self.fields[name].required = False
            self.fields[name].widget.attrs["disabled"] = True

    def _fixed_names(self) -> tuple[str, ...]:
        return ("severity", "waivers", "legal_basis", *self.freedom.fixed_params) if self.freedom.is_fixed else ()

    def _clean_fields(self) -> None:
        """A part that cannot be used is not sent; then what stands there stays."""
        super()._clean_fields()  # type: ignore[misc]  # Django's own, which its types do not know
        for name in self.locked:
            if self.add_prefix(name) not in self.data and name not in self._errors:  # type: ignore[attr-defined]
                self.cleaned_data[name] = self.initial[name]

    @property
    def pieces(self) -> list[Piece]:
        """The sentence with its short fields in place; long choices follow below it."""
        return list(self._pieces())

    def _pieces(self) -> Iterator[Piece]:
        for text, name in phrase_pieces(self.criterion.phrase(_shown(self.criterion.params_form, self.values.params))):
            if not name:
                yield Piece(text)
            elif not self._is_long(name):
                yield Piece(field=self[name])

    @property
    def long_fields(self) -> list[BoundField]:
        return [self[name] for name in self.params if self._is_long(name)]

    def _is_long(self, name: str) -> bool:
        return isinstance(self.fields[name], forms.MultipleChoiceField)

    def change(self) -> RuleChange:
        """What was entered, for the service."""
        cleaned = self.cleaned_data
        return RuleChange(
            params={name: cleaned[name] for name in self.params},
            severity=cleaned["severity"],
            legal_basis=cleaned["legal_basis"],
            coordination_no=cleaned.get("coordination_no", ""),
            waivers=tuple(cleaned["waivers"]),
        )


def _shown(params_form: type[forms.Form], params: dict[str, Any]) -> dict[str, Any]:
    """Parameters for the wording of the phrase, also of a rule that has none yet: many rather than one."""
    return {name: params.get(name, 2) for name in params_form.base_fields}


def _initial(values: RuleValues) -> dict[str, Any]:
    return {
        **values.params,
        "severity": values.severity,
        "waivers": list(values.waivers),
        "legal_basis": values.legal_basis,
        "coordination_no": values.coordination_no,
    }


def _kinds(chosen: tuple[str, ...]) -> list[tuple[str, str]]:
    """Kinds in use, and those that waive the rule already."""
    kinds = CircumstanceKind.objects.all()
    return [(kind.code, kind.label) for kind in kinds if kind.is_active or kind.code in chosen]


class PeriodForm(RevisionForm):
    valid_from = DateField(label=gettext_lazy("Valid from"))
    note = forms.CharField(
        label=gettext_lazy("What changes and why"),
        max_length=NOTE_LENGTH,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("Everybody reads it with the version."),
    )


class StartDraftForm(PlainForm):
    """A new draft: from which version, from which day, and why."""

    base = forms.TypedChoiceField(label=gettext_lazy("Start from"), coerce=int)
    valid_from = DateField(label=gettext_lazy("Valid from"))
    note = forms.CharField(
        label=gettext_lazy("What changes and why"),
        max_length=NOTE_LENGTH,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("Everybody reads it with the version."),
    )

    def __init__(self, *args: Any, versions: list[PolicyVersion], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["base"].choices = [  # type: ignore[attr-defined]
            (version.number, _("Version %(number)d") % {"number": version.number}) for version in versions
        ]


class PublicationForm(RevisionForm):
    """The decree under which a second person is to publish."""

    decree_no = forms.CharField(label=gettext_lazy("Decree number"), max_length=120)
    decree_date = DateField(label=gettext_lazy("Date of the decree"))


class CompareForm(PlainForm):
    """Two versions of a policy, by number."""

    b = forms.TypedChoiceField(label=gettext_lazy("Version"), coerce=int)
    a = forms.TypedChoiceField(label=gettext_lazy("compared with"), coerce=int)

    def __init__(self, *args: Any, versions: list[PolicyVersion], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(version.number, _("Version %(number)d") % {"number": version.number}) for version in versions]
        for name in ("a", "b"):
            self.fields[name].choices = choices  # type: ignore[attr-defined]
