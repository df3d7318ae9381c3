"""Swaps of shifts: who asks, agrees and decides; what the roster refuses; two decisions at once."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from attendance.enums import SwapStatus
from attendance.errors import StateChanged
from attendance.models import Absence, RosterChange, ShiftSwap
from attendance.services.roster_publish import RosterRefused, change_cells
from attendance.services.swaps import SwapSpec, answer_swap, ask_swap, decide_swap, withdraw_swap
from organization.models import Notice
from tests.attendance.roster_kit import Ward, make_ward

pytestmark = pytest.mark.django_db


@pytest.fixture
def ward(db: None) -> Ward:
    made = make_ward()
    made.published(made.cell("emp", 0, "P"), made.cell("col1", 2, "S"), made.cell("col2", 2, "P"))
    return made


def ask(ward: Ward, own: int = 0, other: int = 2, colleague: str = "col1", **values: Any) -> ShiftSwap:
    spec = SwapSpec(ward.day(own), ward.person(colleague).pk, ward.day(other), "Keluarga.", **values)
    return ask_swap(by=ward.cast.users["emp"], spec=spec)


def agreed(ward: Ward) -> ShiftSwap:
    return answer_swap(by=ward.cast.users["col1"], swap_id=ask(ward).pk, agrees=True)


def told(code: str) -> set[str]:
    return set(Notice.objects.filter(code=f"attendance.swap_{code}").values_list("user__username", flat=True))


def test_the_whole_way(ward: Ward) -> None:
    swap = agreed(ward)
    assert told("asked") == {"col1"}
    assert told("waits") == {"sup"}
    assert (ward.shift_of("emp", 0), ward.shift_of("col1", 2)) == ("P", "S"), "nothing moves before the approval"
    swap = decide_swap(by=ward.cast.users["sup"], swap_id=swap.pk, approve=True)
    assert swap.status == SwapStatus.APPROVED
    assert [ward.shift_of(name, day) for name, day in (("emp", 0), ("col1", 0), ("emp", 2), ("col1", 2))] == [
        None, "P", "S", None,
    ]  # fmt: skip
    assert RosterChange.objects.filter(swap=swap).count() == 4
    assert told("approved") == {"emp", "col1"}


@pytest.mark.parametrize("name", ["emp", "col1", "col2", "out", "audit", "seal"])
def test_who_does_not_lead_both_does_not_decide(ward: Ward, name: str) -> None:
    swap = agreed(ward)
    with pytest.raises(PermissionDenied):
        decide_swap(by=ward.cast.users[name], swap_id=swap.pk, approve=True)


@pytest.mark.parametrize("name", ["sup", "head", "hr"])
def test_supervisor_head_and_hr_decide(ward: Ward, name: str) -> None:
    assert decide_swap(by=ward.cast.users[name], swap_id=agreed(ward).pk, approve=True).status == SwapStatus.APPROVED


def test_only_the_colleague_answers_and_only_the_applicant_withdraws(ward: Ward) -> None:
    swap = ask(ward)
    for name in ("emp", "sup", "col2"):
        with pytest.raises(PermissionDenied):
            answer_swap(by=ward.cast.users[name], swap_id=swap.pk, agrees=True)
    with pytest.raises(PermissionDenied):
        withdraw_swap(by=ward.cast.users["col1"], swap_id=swap.pk)
    assert withdraw_swap(by=ward.cast.users["emp"], swap_id=swap.pk).status == SwapStatus.WITHDRAWN
    assert told("withdrawn") == {"col1"}


def test_wrong_state_says_so(ward: Ward) -> None:
    swap = ask(ward)
    with pytest.raises(StateChanged):
        decide_swap(by=ward.cast.users["sup"], swap_id=swap.pk, approve=True)
    answer_swap(by=ward.cast.users["col1"], swap_id=swap.pk, agrees=False, reason="Tidak bisa.")
    for act in (
        lambda: answer_swap(by=ward.cast.users["col1"], swap_id=swap.pk, agrees=True),
        lambda: withdraw_swap(by=ward.cast.users["emp"], swap_id=swap.pk),
        lambda: decide_swap(by=ward.cast.users["sup"], swap_id=swap.pk, approve=True),
    ):
        with pytest.raises(StateChanged):
            act()


def test_a_refusal_needs_a_reason(ward: Ward) -> None:
    swap = agreed(ward)
    with pytest.raises(ValidationError):
        decide_swap(by=ward.cast.users["sup"], swap_id=swap.pk, approve=False)
    decide_swap(by=ward.cast.users["sup"], swap_id=swap.pk, approve=False, reason="Kurang orang.")
    assert told("refused") == {"emp", "col1"}


def test_what_cannot_be_asked(ward: Ward) -> None:
    for wrong in (
        {"own": 1},  # no shift that day
        {"other": 1},  # the colleague has none
        {"colleague": "sup"},  # not on the roster
        {"own": -14},  # over
    ):
        with pytest.raises(ValidationError):
            ask(ward, **wrong)
    ask(ward)
    with pytest.raises(ValidationError):
        ask(ward, colleague="col2")  # the same shift is asked for already


def test_the_roster_is_judged_when_it_is_approved(ward: Ward) -> None:
    swap = agreed(ward)
    Absence.objects.create(
        employee=ward.person("col1"), kind="sick", reference="S-1", valid_from=ward.day(0), valid_to=ward.day(0)
    )
    with pytest.raises(RosterRefused) as error:
        decide_swap(by=ward.cast.users["sup"], swap_id=swap.pk, approve=True)
    assert {finding.code for finding in error.value.findings} == {"absent"}
    assert ShiftSwap.objects.get().status == SwapStatus.AGREED
    assert ward.shift_of("emp", 0) == "P"


def test_too_little_rest_is_refused_at_once(ward: Ward) -> None:
    give_nights(ward)
    with pytest.raises(RosterRefused) as error:
        ask(ward, own=4, other=4)
    assert "rest" in {finding.code for finding in error.value.findings}


def give_nights(ward: Ward) -> None:
    """Night of day 3 for emp's colleague, who would then take emp's morning of day 4."""
    roster = ward.person("emp").roster_entries.first().roster
    cells = [ward.cell("col1", 3, "M"), ward.cell("emp", 4, "P")]
    change_cells(by=ward.head, roster_id=roster.pk, cells=cells, reason="Isi.")


def test_a_change_in_between_asks_again(ward: Ward) -> None:
    swap = agreed(ward)
    roster = ward.person("emp").roster_entries.first().roster
    change_cells(by=ward.head, roster_id=roster.pk, cells=[ward.cell("emp", 0, "S")], reason="Dipindah.")
    with pytest.raises(StateChanged):
        decide_swap(by=ward.cast.users["sup"], swap_id=swap.pk, approve=True)
