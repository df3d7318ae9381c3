"""Every service that changes a fact says so in one message; the worker calls the listeners, big sets in batches."""

import pytest
from django.core.exceptions import ValidationError

from organization import changes
from organization.changes import BATCH, facts_changed, tell_listeners
from organization.enums import ChangeCause
from organization.models import AgencyDecree, OutboxMessage, UnitVersion
from organization.services import agency, discipline, domiciles, people, unit_admin
from organization.services.people import PlacementData
from organization.services.unit_admin import UnitData
from tests.fwa.reviews_kit import case_values
from tests.organization.cast import days, make_unit
from tests.organization.importing import import_rows
from tests.world import make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return make_world()


@pytest.fixture(autouse=True)
def _waiting(monkeypatch):
    """Messages wait, so that a test can read them."""
    monkeypatch.setattr("organization.outbox.wake", lambda: None)


def told(cause: str) -> list[dict]:
    rows = OutboxMessage.objects.filter(topic=changes.TOPIC, payload__cause=cause).order_by("pk")
    return [row.payload for row in rows]


def test_a_case_is_told_when_its_state_changes_and_not_for_its_number(world):
    emp = world.employees["emp"]
    case = discipline.save_case(by=world.users["hr"], employee_id=emp.pk, case_id=None, values=case_values())

    [first] = told(ChangeCause.DISCIPLINE)
    assert first["employees"] == [emp.pk]
    assert first["detail"] == {}, "nothing of the case"

    renamed = case_values(reference="K-8/2026")
    discipline.save_case(by=world.users["hr"], employee_id=emp.pk, case_id=case.pk, values=renamed)
    assert len(told(ChangeCause.DISCIPLINE)) == 1

    closed = case_values(status="closed", decided_on=days(0))
    discipline.save_case(by=world.users["hr"], employee_id=emp.pk, case_id=case.pk, values=closed)
    assert len(told(ChangeCause.DISCIPLINE)) == 2


def test_a_placement_its_end_and_a_departure_are_told_with_their_day(world):
    emp, hr = world.employees["emp"], world.users["hr"]
    before = emp.placements.get()
    data = PlacementData(
        unit=world.law,
        position=before.position,
        supervisor=world.employees["head"],
        site=None,
        entry_reason="rotation",
        is_head=False,
        service_body="agency",
        valid_from=days(10),
    )
    placed = people.place_employee(by=hr, employee_id=emp.pk, data=data)
    people.end_placement(by=hr, placement_id=placed.pk, last_day=days(20))
    people.record_departure(by=hr, employee_id=emp.pk, left_on=days(15))

    found = told(ChangeCause.PLACEMENT)
    assert [item["on"] for item in found] == [str(days(10)), str(days(21)), str(days(16))]
    assert {tuple(item["employees"]) for item in found} == {(emp.pk,)}


def test_a_verified_home_is_told(world):
    emp, hr = world.employees["emp"], world.users["hr"]
    domiciles.record_domicile(by=hr, employee_id=emp.pk, address="Jl. Baru 1", valid_from=days(3))
    waiting = domiciles.request_domicile_change(by=world.users["col1"], address="Jl. Lain 2", valid_from=days(0))
    domiciles.verify_domicile(by=hr, domicile_id=waiting.pk)

    assert [item["employees"] for item in told(ChangeCause.DOMICILE)] == [[emp.pk], [world.employees["col1"].pk]]


def test_duties_of_a_unit_are_told_to_its_people_and_a_new_name_is_not(world):
    hr, version = world.users["hr"], UnitVersion.objects.get(unit=world.law)
    renamed = UnitData.of(version).__dict__ | {"name": "Bagian Hukum"}
    unit_admin.change_unit(by=hr, unit_id=world.law.pk, data=UnitData(**renamed), valid_from=days(0))
    assert told(ChangeCause.UNIT) == []

    serving = renamed | {"is_direct_service": True}
    unit_admin.change_unit(by=hr, unit_id=world.law.pk, data=UnitData(**serving), valid_from=days(5))

    [message] = told(ChangeCause.UNIT)
    assert message["on"] == str(days(5))
    assert set(message["employees"]) == {employee.pk for employee in world.employees.values()}


def test_a_confirmed_declaration_is_told_to_the_unit_and_below(world):
    below = make_unit("HB", "Bantuan Hukum", world.law)
    emp = world.employees["emp"]
    emp.placements.update(unit=below)
    declared = unit_admin.declare_readiness(
        by=world.users["head"], unit_id=world.law.pk, technology=False, supervision=True, note="", valid_from=days(2)
    )
    unit_admin.confirm_readiness(by=world.users["hr"], readiness_id=declared.pk)

    [message] = told(ChangeCause.UNIT)
    assert emp.pk in message["employees"]


def test_the_decree_is_told_to_everybody(world):
    agency.end_decree(by=world.users["hr"], decree_id=AgencyDecree.objects.get().pk, last_day=days(4))

    [message] = told(ChangeCause.DECREE)
    assert (message["employees"], message["on"]) == (None, str(days(5)))


def test_imports_tell_of_the_rows_that_changed(world):
    emp = world.employees["emp"]
    cases = [{"NIP": emp.nip, "NOMOR KASUS": "K-1", "STATUS": "pemeriksaan", "TANGGAL MULAI": "01-06-2026"}]
    import_rows(cases, kind="discipline")
    import_rows(cases, kind="discipline")
    assert [item["employees"] for item in told(ChangeCause.DISCIPLINE)] == [[emp.pk]], "the second said nothing new"

    ratings = [{"NIP": emp.nip, "TAHUN": "2025", "PERIODE": "tahunan", "PREDIKAT": "Kurang"}]
    import_rows(ratings, kind="ratings")
    assert [item["employees"] for item in told(ChangeCause.RATING)] == [[emp.pk]]


def test_nobody_concerned_is_no_message(world):
    facts_changed(cause=ChangeCause.RATING, employee_ids=[], on=days(0), key="none")

    assert told(ChangeCause.RATING) == []


def test_a_big_set_is_split_and_each_part_reaches_the_listeners_once(world, monkeypatch):
    heard = []
    monkeypatch.setattr(changes, "_listeners", [heard.append])
    ids = list(range(1, 2 * BATCH + 2))
    facts_changed(cause=ChangeCause.RATING, employee_ids=ids, on=days(0), key="many")
    tell_listeners(told(ChangeCause.RATING)[0])
    assert heard == []

    for payload in told(ChangeCause.RATING)[1:]:
        tell_listeners(payload)

    assert [len(change.employee_ids) for change in heard] == [BATCH, BATCH, 1]
    assert sorted(pk for change in heard for pk in change.employee_ids) == ids
    assert {change.at for change in heard} == {heard[0].at}, "the moment of the change, not of the batch"


def test_splitting_twice_writes_the_parts_once(world):
    facts_changed(cause=ChangeCause.RATING, employee_ids=range(1, BATCH + 2), on=days(0), key="many")
    whole = told(ChangeCause.RATING)[0]
    tell_listeners(whole)
    tell_listeners(whole)

    assert len(told(ChangeCause.RATING)) == 3


def test_the_message_is_written_with_the_change_or_not_at_all(world):
    emp = world.employees["emp"]
    with pytest.raises(ValidationError):
        discipline.save_case(
            by=world.users["hr"], employee_id=emp.pk, case_id=None, values=case_values(status="sanctioned")
        )

    assert told(ChangeCause.DISCIPLINE) == []
