"""A unit is chosen from a list, and named by name or code where the list would be too long."""

from typing import cast

import pytest
from django.core.exceptions import ValidationError
from django.forms import Widget

from organization.forms import base
from organization.forms.base import UnitChoiceField
from organization.models import Unit

pytestmark = pytest.mark.django_db


@pytest.fixture
def units() -> list[Unit]:
    made = [Unit(code=code, name=name, path=f"{number}/") for number, (code, name) in enumerate(NAMES)]
    return Unit.objects.bulk_create(made)


NAMES = [("DIN-1", "Dinas Sosial"), ("DIN-2", "Dinas Pasar"), ("U-1", "Bagian Umum"), ("U-2", "Bagian Umum")]


def markup() -> str:
    return drawn(UnitChoiceField(empty_label="all"), "")


def drawn(field: UnitChoiceField, value: str) -> str:
    return str(cast(Widget, field.widget).render("unit", value, {"id": "u"}))


def test_few_units_are_a_list(units: list[Unit]) -> None:
    assert markup().count("<option") == len(units) + 1


def test_many_units_are_a_text_field_that_says_what_to_type(units: list[Unit], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(base, "MOST_TO_CHOOSE_FROM", 3)
    assert "<option" not in markup()
    assert 'type="text"' in markup()
    chosen = drawn(UnitChoiceField(), str(units[1].pk))
    assert 'value="Dinas Pasar (DIN-2)"' in chosen


@pytest.mark.parametrize("typed", ["DIN-2", "Dinas Pasar (DIN-2)", "dinas pasar", "PASAR", " Dinas Pasar "])
def test_a_unit_is_found_by_code_and_name(units: list[Unit], typed: str) -> None:
    assert UnitChoiceField().clean(typed) == units[1]


@pytest.mark.parametrize(
    ("typed", "code"),
    [("Bagian Umum", "several"), ("dinas", "several"), ("Kecamatan", "invalid_choice"), ("\x00", "invalid_choice")],
)
def test_what_is_not_clear_is_refused(units: list[Unit], typed: str, code: str) -> None:
    with pytest.raises(ValidationError) as refused:
        UnitChoiceField().clean(typed)
    assert refused.value.code == code


def test_out_of_reach_is_not_found(units: list[Unit]) -> None:
    field = UnitChoiceField(queryset=Unit.objects.exclude(pk=units[0].pk))
    for typed in (str(units[0].pk), "DIN-1", "Dinas Sosial"):
        with pytest.raises(ValidationError):
            field.clean(typed)


def test_a_number_is_the_id_and_a_code_only_where_one_can_type_it(
    units: list[Unit], monkeypatch: pytest.MonkeyPatch
) -> None:
    other = Unit.objects.create(code=str(units[0].pk), name="Balai", path="9/")
    assert UnitChoiceField().clean(str(units[0].pk)) == units[0]
    monkeypatch.setattr(base, "MOST_TO_CHOOSE_FROM", 3)
    with pytest.raises(ValidationError, match=str(units[0].pk)):
        UnitChoiceField().clean(str(units[0].pk))
    assert UnitChoiceField().clean(f"Balai ({units[0].pk})") == other
