"""What all forms share: plain labels, date inputs, and fields that find a person without a list of thousands."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.db.models.fields import BLANK_CHOICE_DASH
from django.forms.models import construct_instance
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from organization.models import Employee, Unit, User
from organization.nip import NIP_LENGTH, compact_nip

SHOWN_CANDIDATES = 5
DASHES = BLANK_CHOICE_DASH[0][1]
MOST_TO_CHOOSE_FROM = 200


class DateInput(forms.DateInput):
    """The browser's own date picker; the value travels as ISO date in every language."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs={"class": "short", **(attrs or {})}, format="%Y-%m-%d")


class DateField(forms.DateField):
    """A day of living memory or of the plans we make: a slip such as year 0202 or 20266 is told, not stored."""

    widget = DateInput
    FIRST_YEAR, LAST_YEAR = 1900, 2199

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(input_formats=["%Y-%m-%d", "%d-%m-%Y", "%d/%m/%Y"], **kwargs)

    def validate(self, value: Any) -> None:
        super().validate(value)
        if value is not None and not self.FIRST_YEAR <= value.year <= self.LAST_YEAR:
            years = {"first": self.FIRST_YEAR, "last": self.LAST_YEAR}
            raise ValidationError(_("Choose a year from %(first)s to %(last)s.") % years, code="year")


def say_choose(form: forms.BaseForm) -> None:
    """A list without a choice begins with a word, never with dashes."""
    for field in form.fields.values():
        if isinstance(field, forms.ModelChoiceField) and field.empty_label == DASHES:
            field.empty_label = _("Choose…")


class PlainForm(forms.Form):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        say_choose(self)


class PlainModelForm(forms.ModelForm):
    """Takes labels and choices from the model; saving and constraints are the service's."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        say_choose(self)

    def _post_clean(self) -> None:
        """Check the fields. Constraints are left to the service, which sees the whole row under its lock and says
        beside which field they stand; `ModelForm` would show their bare names above the form."""
        # Both helpers are ModelForm's own, which its types do not know.
        excluded = self._get_validation_exclusions()  # type: ignore[attr-defined]
        self.instance = construct_instance(self, self.instance, self._meta.fields, self._meta.exclude)
        try:
            self.instance.full_clean(exclude=excluded, validate_unique=False, validate_constraints=False)
        except ValidationError as error:
            self._update_errors(error)  # type: ignore[attr-defined]
        self.validate_unique()


class EmployeeField(forms.CharField):
    """An employee by name or NIP; the search field works at any size and without JavaScript.

    `queryset` limits who can be found; an ambiguous name answers with the first candidates and their units.
    """

    default_error_messages = {
        "unknown": gettext_lazy("Nobody with this name or NIP was found."),
        "several": gettext_lazy("Several people have this name: %(names)s. Type the NIP instead."),
    }

    def __init__(self, *, queryset: QuerySet[Employee] | None = None, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", gettext_lazy("Name or NIP."))
        kwargs.setdefault("widget", forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}))
        super().__init__(**kwargs)
        self.queryset = queryset

    def prepare_value(self, value: Any) -> Any:
        return value.name if isinstance(value, Employee) else value

    def to_python(self, value: Any) -> Any:
        typed = super().to_python(value)
        if not typed:
            return None
        people = self.queryset if self.queryset is not None else Employee.objects.all()
        digits = compact_nip(typed)
        if digits.isdigit() and len(digits) == NIP_LENGTH:
            return self._single(people.filter(nip=digits))
        exact = list(people.filter(name__iexact=typed)[:2])
        return exact[0] if len(exact) == 1 else self._single(people.filter(name__icontains=typed))

    def _single(self, matches: QuerySet[Employee]) -> Employee:
        found = list(matches.for_list(timezone.localdate())[: SHOWN_CANDIDATES + 1])  # type: ignore[attr-defined]
        if not found:
            raise ValidationError(self.error_messages["unknown"], code="unknown")
        if len(found) > 1:
            names = "; ".join(f"{person.name} ({person.unit_name or '–'})" for person in found[:SHOWN_CANDIDATES])
            raise ValidationError(self.error_messages["several"], code="several", params={"names": names})
        return found[0]

    def validate(self, value: Any) -> None:
        if value is None and self.required:
            raise ValidationError(self.error_messages["required"], code="required")

    def run_validators(self, value: Any) -> None:
        """Length and control characters are of no matter once a person was found."""

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.prepare_value(initial), data)


class AccountField(EmployeeField):
    """The account of a person, by name, user name, NIP or e-mail, also one without employee record."""

    default_error_messages = {
        "unknown": gettext_lazy("No account with this name, NIP or e-mail was found."),
        "several": gettext_lazy("Several accounts have this name: %(names)s. Type the user name or NIP instead."),
    }

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", gettext_lazy("Name, NIP, user name or e-mail."))
        super().__init__(**kwargs)

    def prepare_value(self, value: Any) -> Any:
        return str(value) if isinstance(value, User) else value

    def to_python(self, value: Any) -> Any:
        typed = forms.CharField.to_python(self, value)
        if not typed:
            return None
        keys = Q(username=typed) | Q(username=compact_nip(typed)) | Q(email__iexact=typed)
        for condition in (keys, Q(name__iexact=typed), Q(name__icontains=typed)):
            found = list(
                User.objects.filter(condition, is_service=False).select_related("employee").order_by("name", "pk")[:6]
            )
            if len(found) == 1:
                return found[0]
            if found:
                names = "; ".join(str(account) for account in found[:SHOWN_CANDIDATES])
                raise ValidationError(self.error_messages["several"], code="several", params={"names": names})
        raise ValidationError(self.error_messages["unknown"], code="unknown")


class UnitSelect(forms.Select):
    """A list to choose from; where there are too many units, a text field for the name or the code."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> Any:
        choices: Any = self.choices
        units = list(choices.queryset[: MOST_TO_CHOOSE_FROM + 1])
        if len(units) > MOST_TO_CHOOSE_FROM:
            typed = {"autocomplete": "off", "placeholder": gettext_lazy("Name or code of the unit"), **self.attrs}
            return forms.TextInput(typed).render(name, self._words(choices.queryset, value), attrs, renderer)
        empty = [] if choices.field.empty_label is None else [("", choices.field.empty_label)]
        few = forms.Select(attrs=self.attrs, choices=[*empty, *map(choices.choice, units)])
        few.is_required = self.is_required
        return few.render(name, value, attrs, renderer)

    def _words(self, units: QuerySet[Unit], value: Any) -> str:
        """The chosen unit, or what was typed."""
        known = units.filter(pk=value).first() if str(value).isdecimal() else None
        return name_and_code(known) if known else str(value or "")


def name_and_code(unit: Unit) -> str:
    """How a text field names a unit, since many have the same name."""
    return f"{unit.name} ({unit.code})"


class UnitChoiceField(forms.ModelChoiceField):
    """Units in tree order, indented by depth; at any size also by name or code."""

    widget = UnitSelect
    default_error_messages = {
        "invalid_choice": gettext_lazy("Choose a unit that you look after."),
        "several": gettext_lazy("Several units are called %(unit)s. Write the unit's code instead."),
    }

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", gettext_lazy("unit"))
        super().__init__(queryset=kwargs.pop("queryset", Unit.objects.all()), **kwargs)

    def label_from_instance(self, obj: Any) -> str:
        return "\u2003" * max(obj.depth - 1, 0) + obj.name

    def to_python(self, value: Any) -> Any:
        typed = value.strip() if isinstance(value, str) else value
        if typed in self.empty_values or not isinstance(typed, str):
            return super().to_python(typed)
        for found in self._candidates(typed):
            if len(found) == 1:
                return found[0]
            if found:
                raise ValidationError(self.error_messages["several"], code="several", params={"unit": typed})
        raise ValidationError(self.error_messages["invalid_choice"], code="invalid_choice")

    def _candidates(self, typed: str) -> Iterator[list[Unit]]:
        """Units by id or code, then by name, then by a part of the name; two are enough to know it is not clear."""
        units: QuerySet[Unit] = self.queryset  # type: ignore[assignment]  # set by __init__
        if typed.isdecimal():  # the id, as lists and links send it; only a text field may mean a code of digits
            by_id, by_code = list(units.filter(pk=typed)), list(units.filter(code=typed).exclude(pk=typed))
            yield by_id + by_code if units[MOST_TO_CHOOSE_FROM:].exists() else by_id or by_code
        elif typed.isprintable():
            code = typed.removesuffix(")").rpartition(" (")[2] if typed.endswith(")") else typed
            for condition in (Q(code__in=[typed, code]), Q(name__iexact=typed), Q(name__icontains=typed)):
                yield list(units.filter(condition)[:2])


class LastDayForm(PlainForm):
    last_day = DateField(label=gettext_lazy("Last day"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["last_day"].initial = timezone.localdate


class ReasonForm(PlainForm):
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))


class NipLookupForm(PlainForm):
    """Sent by POST, so that the number never stands in an address."""

    nip = forms.CharField(
        label="NIP",
        max_length=30,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "placeholder": "18 digit"}),
    )

    def clean_nip(self) -> str:
        digits = compact_nip(self.cleaned_data["nip"])
        if not digits.isdigit() or len(digits) != NIP_LENGTH:
            raise ValidationError(_("A NIP has 18 digits."))
        return digits
