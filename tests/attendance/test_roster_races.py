"""Two at once: two approve swaps of one shift, two publish rosters with one person. Exactly one succeeds."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError

from attendance.errors import StateChanged
from attendance.models import RosterEntry
from attendance.services import rosters
from attendance.services.roster_publish import publish_roster
from attendance.services.swaps import SwapSpec, answer_swap, ask_swap, decide_swap
from organization.models import User
from tests.attendance.roster_kit import Ward, make_ward
from tests.fwa.racing import pair

pytestmark = pytest.mark.django_db(transaction=True)


def fresh(ward: Ward, name: str) -> User:
    return User.objects.get(pk=ward.cast.users[name].pk)


def at_once(first: Any, second: Any) -> list[Any]:
    with pair() as racers:
        return racers.run(first, second)


def test_two_swaps_of_one_shift_at_once() -> None:
    ward = make_ward()
    ward.published(ward.cell("emp", 0, "P"), ward.cell("col1", 2, "S"), ward.cell("col2", 2, "P"))
    ids = []
    for name, colleague in (("emp", "col1"), ("col2", "col1")):
        own, other = (0, 2) if name == "emp" else (2, 2)
        spec = SwapSpec(ward.day(own), ward.person(colleague).pk, ward.day(other), "Keluarga.")
        swap = ask_swap(by=ward.cast.users[name], spec=spec)
        ids.append(answer_swap(by=ward.cast.users[colleague], swap_id=swap.pk, agrees=True).pk)

    def decide(pk: int) -> Any:
        return lambda: decide_swap(by=fresh(ward, "sup"), swap_id=pk, approve=True)

    results = at_once(decide(ids[0]), decide(ids[1]))

    assert sorted(isinstance(result, StateChanged) for result in results) == [False, True]


def test_two_rosters_with_one_person_at_once() -> None:
    ward = make_ward()
    here = ward.draft(ward.cell("emp", 0, "P"), names=("emp",))
    above = rosters.create_roster(
        by=ward.hr, unit_id=ward.unit.path_ids[0], starts_on=ward.monday, ends_on=ward.day(6),
        employee_ids=[ward.person("emp").pk],
    )  # fmt: skip

    def publish(pk: int) -> Any:
        return lambda: publish_roster(by=fresh(ward, "hr"), roster_id=pk)

    results = at_once(publish(here.pk), publish(above.pk))

    assert sorted(isinstance(result, ValidationError) for result in results) == [False, True]
    assert RosterEntry.objects.filter(is_published=True, day=ward.monday).count() == 1
