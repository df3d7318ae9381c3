"""Drafts of rosters, publishing and changing them: states, roles, what is refused, what is told."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from attendance.enums import RosterStatus
from attendance.errors import StateChanged
from attendance.models import Absence, Roster, RosterChange, RosterEntry, StaleDay, TeamMember
from attendance.roster_facts import facts_of, open_cells
from attendance.services import rosters
from attendance.services.roster_publish import RosterRefused, change_cells, publish_roster
from attendance.services.shifts import (
    RotationSpec,
    ShiftSpec,
    create_rotation,
    create_shift,
    end_membership,
    put_in_team,
    retire_rotation,
    retire_shift,
    set_shift_minimum,
)
from organization.models import Notice
from tests.attendance.roster_kit import Ward, make_ward

pytestmark = pytest.mark.django_db


@pytest.fixture
def ward(db: None) -> Ward:
    return make_ward()


def absent(ward: Ward, name: str, offset: int, part: str = "whole") -> None:
    day = ward.day(offset)
    Absence.objects.create(
        employee=ward.person(name), kind="sick", part=part, reference=f"{name}-{offset}", valid_from=day, valid_to=day
    )


def rotation_of(ward: Ward, *names: str) -> Any:
    """P S M off in four days; everybody in a team of their own, one day apart."""
    p, s, m = (ward.shifts[code].pk for code in "PSM")
    spec = RotationSpec("Empat hari", ward.monday, [[p], [s], [m], []], [(f"Tim {n}", n) for n in range(4)])
    rotation = create_rotation(by=ward.head, unit_id=ward.unit.pk, spec=spec)
    for team, name in zip(rotation.teams.order_by("offset"), names, strict=False):
        put_in_team(
            by=ward.head, team_id=team.pk, employee_id=ward.person(name).pk, valid_from=ward.monday - timedelta(days=3)
        )
    return rotation


# Drafts ----------------------------------------------------------------------------------------------------------


def test_rotation_fills_the_cells_and_its_days_off_are_decided(ward: Ward) -> None:
    rotation = rotation_of(ward, "emp", "col1")
    absent(ward, "col1", 0)
    roster = rosters.create_roster(
        by=ward.head, unit_id=ward.unit.pk, starts_on=ward.monday, ends_on=ward.day(7), rotation_id=rotation.pk,
        employee_ids=[ward.person("col2").pk],
    )  # fmt: skip
    facts = facts_of(roster)

    def row(name: str) -> list[str]:
        cells = {cell.day: cell for cell in facts.sheet.cells if cell.employee_id == ward.person(name).pk}
        return [facts.shifts[c.shift_id].code if (c := cells[ward.day(n)]).shift_id else "-" for n in range(8)]

    assert row("emp") == ["P", "S", "M", "-", "P", "S", "M", "-"]
    assert row("col1") == ["-", "M", "-", "P", "S", "M", "-", "P"], "one day ahead, and off while absent"
    assert {pk for pk, _day in open_cells(facts)} == {ward.person("col2").pk, ward.person("col1").pk}
    assert len(open_cells(facts)) == 8 + 1, "the absent day is not decided"


def test_copy_forward_keeps_weekdays_and_leaves_out_who_left(ward: Ward) -> None:
    ward.published(ward.cell("emp", 0, "P"), ward.cell("emp", 5, "S"), ward.cell("col1", 1, "M"))
    placement = ward.person("col1").placements.get()
    placement.valid_to = ward.day(8)
    placement.save()
    copy = rosters.create_roster(
        by=ward.head, unit_id=ward.unit.pk, starts_on=ward.day(7), ends_on=ward.day(20), copy_last=True
    )
    found = {
        (entry.employee.name, (entry.day - ward.day(7)).days, entry.shift.code)
        for entry in copy.entries.filter(shift__isnull=False).select_related("employee", "shift")
    }
    assert found == {("emp", 0, "P"), ("emp", 5, "S"), ("emp", 7, "P"), ("emp", 12, "S"), ("col1", 1, "M")}
    assert not copy.entries.filter(employee=ward.person("col1"), day__gt=ward.day(8)).exists()


def test_period_and_source_are_checked(ward: Ward) -> None:
    def make(**values: Any) -> Roster:
        period = {"starts_on": ward.monday, "ends_on": ward.day(6)} | values
        return rosters.create_roster(by=ward.head, unit_id=ward.unit.pk, **period)

    for wrong, field in (
        ({"ends_on": ward.day(-1)}, "ends_on"),
        ({"ends_on": ward.day(100)}, "ends_on"),
        ({"rotation_id": 999}, "source"),
        ({"copy_last": True}, "source"),
    ):
        with pytest.raises(ValidationError) as error:
            make(**wrong)
        assert list(error.value.message_dict) == [field]
    make()
    with pytest.raises(ValidationError, match=r"roster|jadwal"):
        make(starts_on=ward.day(6), ends_on=ward.day(9))


@pytest.mark.parametrize("name", ["emp", "sup", "out", "ohead", "audit", "boss", "seal"])
def test_only_head_and_hr_make_rosters(ward: Ward, name: str) -> None:
    with pytest.raises(PermissionDenied):
        rosters.create_roster(
            by=ward.cast.users[name], unit_id=ward.unit.pk, starts_on=ward.monday, ends_on=ward.day(6)
        )


def test_cells_are_set_opened_and_doubled(ward: Ward) -> None:
    roster = ward.draft()
    cell = ward.cell("emp", 0, "P")
    assert rosters.set_cells(by=ward.hr, roster_id=roster.pk, cells=[cell]) == 1
    assert rosters.set_cells(by=ward.hr, roster_id=roster.pk, cells=[cell]) == 0, "twice is once"
    assert rosters.set_cells(by=ward.hr, roster_id=roster.pk, cells=[ward.cell("emp", 0, "M", slot=2)]) == 1
    assert rosters.set_cells(by=ward.hr, roster_id=roster.pk, cells=[ward.cell("emp", 0, None, slot=2)]) == 1
    assert not roster.entries.filter(slot=2).exists()
    opened = rosters.CellSpec(cell.employee_id, cell.day, None, 1, is_open=True)
    rosters.set_cells(by=ward.hr, roster_id=roster.pk, cells=[opened])
    assert (cell.employee_id, cell.day) in open_cells(facts_of(roster))


def test_cells_that_cannot_be_are_refused(ward: Ward) -> None:
    roster = ward.draft()
    foreign = create_shift(
        by=ward.hr, unit_id=ward.cast.health.pk, spec=ShiftSpec("X", "Lain", ward.shifts["P"].starts_at, 420, 0)
    )
    for wrong in (
        ward.cell("emp", 9, "P"),
        ward.cell("sup", 0, "P"),
        rosters.CellSpec(ward.person("emp").pk, ward.monday, foreign.pk),
        ward.cell("emp", 0, "P", slot=3),
    ):
        with pytest.raises(ValidationError):
            rosters.set_cells(by=ward.head, roster_id=roster.pk, cells=[wrong])


def test_people_come_onto_a_draft_and_leave_it(ward: Ward) -> None:
    roster = ward.draft()
    assert ward.person("sup") in rosters.people_to_add(roster)
    assert rosters.add_person(by=ward.head, roster_id=roster.pk, employee_id=ward.person("sup").pk) == 7
    for name in ("sup", "out"):  # there already; serves elsewhere
        with pytest.raises(ValidationError):
            rosters.add_person(by=ward.head, roster_id=roster.pk, employee_id=ward.person(name).pk)
    rosters.remove_person(by=ward.head, roster_id=roster.pk, employee_id=ward.person("sup").pk)
    assert not roster.entries.filter(employee=ward.person("sup")).exists()


def test_delete_a_draft_only(ward: Ward) -> None:
    roster = ward.draft()
    rosters.delete_draft(by=ward.head, roster_id=roster.pk)
    assert not Roster.objects.exists()
    published = ward.published()
    with pytest.raises(StateChanged):
        rosters.delete_draft(by=ward.head, roster_id=published.pk)


# Publishing ------------------------------------------------------------------------------------------------------


def test_publishing_tells_everybody_and_has_the_days_built_again(ward: Ward) -> None:
    roster = ward.published(ward.cell("emp", 0, "P"))
    assert roster.status == RosterStatus.PUBLISHED
    assert set(roster.entries.values_list("is_published", flat=True)) == {True}
    told = Notice.objects.filter(code="attendance.roster_published").values_list("user__username", flat=True)
    assert set(told) == {"emp", "col1", "col2"}
    assert StaleDay.objects.filter(employee=ward.person("emp")).exists()
    with pytest.raises(StateChanged):
        publish_roster(by=ward.head, roster_id=roster.pk)


def test_an_empty_roster_is_not_published(ward: Ward) -> None:
    roster = ward.draft(names=())
    with pytest.raises(ValidationError):
        publish_roster(by=ward.head, roster_id=roster.pk)


def test_below_the_minimum_only_the_head_with_a_reason_that_hr_reads(ward: Ward) -> None:
    ward.minimum("P", 2)
    roster = ward.draft(*[ward.cell("emp", offset, "P") for offset in range(5)])
    with pytest.raises(PermissionDenied):
        publish_roster(by=ward.hr, roster_id=roster.pk, reason="Kurang orang.")
    with pytest.raises(ValidationError) as error:
        publish_roster(by=ward.head, roster_id=roster.pk, reason="  ")
    assert list(error.value.message_dict) == ["reason"]
    done = publish_roster(by=ward.head, roster_id=roster.pk, reason="Kurang orang.")
    assert done.below_reason == "Kurang orang."
    assert Notice.objects.filter(code="attendance.roster_below", user__username="hr").exists()


def test_a_reason_is_not_kept_where_nothing_is_missed(ward: Ward) -> None:
    roster = ward.draft()
    assert publish_roster(by=ward.hr, roster_id=roster.pk, reason="Tidak perlu.").below_reason == ""


def test_absent_people_and_two_rosters_stop_publishing(ward: Ward) -> None:
    absent(ward, "emp", 0)
    roster = ward.draft(ward.cell("emp", 0, "P"))
    with pytest.raises(RosterRefused) as error:
        publish_roster(by=ward.head, roster_id=roster.pk, reason="Tetap.")
    assert [finding.code for finding in error.value.findings] == ["absent"]
    assert ward.person("emp").name in error.value.messages[0]
    assert Roster.objects.get().status == RosterStatus.DRAFT


def test_two_published_rosters_of_one_person(ward: Ward) -> None:
    ward.published(ward.cell("emp", 0, "P"))
    above = rosters.create_roster(
        by=ward.hr, unit_id=ward.unit.path_ids[0], starts_on=ward.monday, ends_on=ward.day(6),
        employee_ids=[ward.person("emp").pk],
    )  # fmt: skip
    with pytest.raises(RosterRefused) as error:
        publish_roster(by=ward.hr, roster_id=above.pk)
    assert {finding.code for finding in error.value.findings} == {"elsewhere"}


def test_minimum_of_a_unit_above_counts_other_rosters(ward: Ward) -> None:
    root = ward.unit.parent
    shift = create_shift(by=ward.hr, unit_id=root.pk, spec=ShiftSpec("U", "Umum", ward.shifts["P"].starts_at, 420))
    set_shift_minimum(
        by=ward.hr, unit_id=root.pk, shift_id=shift.pk, weekday=1, position_group="", count=2, valid_from=ward.monday
    )
    here = ward.draft()
    rosters.set_cells(
        by=ward.head, roster_id=here.pk, cells=[rosters.CellSpec(ward.person("emp").pk, ward.monday, shift.pk)]
    )
    assert [row.params["count"] for row in facts_of(here).findings() if row.code == "below_minimum"] == [1]
    there = rosters.create_roster(
        by=ward.hr, unit_id=ward.cast.health.pk, starts_on=ward.monday, ends_on=ward.day(6),
        employee_ids=[ward.cast.employees["out"].pk],
    )  # fmt: skip
    other = rosters.CellSpec(ward.cast.employees["out"].pk, ward.monday, shift.pk)
    rosters.set_cells(by=ward.hr, roster_id=there.pk, cells=[other])
    assert [row for row in facts_of(here).findings() if row.code == "below_minimum"] == []


# Changes ---------------------------------------------------------------------------------------------------------


def test_a_change_is_kept_with_its_reason_and_told(ward: Ward) -> None:
    roster = ward.published(ward.cell("emp", 0, "P"))
    StaleDay.objects.all().delete()
    changes = change_cells(by=ward.hr, roster_id=roster.pk, cells=[ward.cell("emp", 0, "S")], reason="Tukar tugas.")
    assert [(row.before.code, row.after.code, row.reason, row.is_below) for row in changes] == [
        ("P", "S", "Tukar tugas.", False)
    ]
    assert ward.shift_of("emp", 0) == "S"
    notice = Notice.objects.get(code="attendance.roster_changed")
    assert notice.user.username == "emp"
    assert StaleDay.objects.filter(employee=ward.person("emp")).exists()
    assert change_cells(by=ward.hr, roster_id=roster.pk, cells=[ward.cell("emp", 0, "S")], reason="Lagi.") == []
    with pytest.raises(ValidationError):
        change_cells(by=ward.hr, roster_id=roster.pk, cells=[ward.cell("emp", 0, "P")], reason=" ")


def test_a_change_below_the_minimum_is_the_heads(ward: Ward) -> None:
    ward.minimum("P", 1, weekday=1)
    roster = ward.published(ward.cell("emp", 0, "P"))
    cells = [ward.cell("emp", 0, None)]
    with pytest.raises(PermissionDenied):
        change_cells(by=ward.hr, roster_id=roster.pk, cells=cells, reason="Sakit.")
    changes = change_cells(by=ward.head, roster_id=roster.pk, cells=cells, reason="Sakit.")
    assert [row.is_below for row in changes] == [True]
    assert Notice.objects.filter(code="attendance.roster_below").exists()


def test_a_change_may_not_bring_what_stops_a_roster_but_old_faults_do_not_hold_it_up(ward: Ward) -> None:
    roster = ward.published(ward.cell("emp", 0, "P"))
    absent(ward, "emp", 0)
    absent(ward, "col1", 1)
    with pytest.raises(RosterRefused):
        change_cells(by=ward.head, roster_id=roster.pk, cells=[ward.cell("col1", 1, "P")], reason="Ganti.")
    change_cells(by=ward.head, roster_id=roster.pk, cells=[ward.cell("col2", 0, "P")], reason="Menggantikan.")
    assert ward.shift_of("col2", 0) == "P"


def test_days_long_past_stay(ward: Ward) -> None:
    roster = ward.published()
    Roster.objects.update(starts_on=ward.monday - timedelta(days=60))
    old = rosters.CellSpec(ward.person("emp").pk, ward.monday - timedelta(days=50), ward.shifts["P"].pk)
    with pytest.raises(ValidationError):
        change_cells(by=ward.head, roster_id=roster.pk, cells=[old], reason="Terlambat.")
    assert not RosterChange.objects.exists()


def test_a_draft_is_not_changed_with_reasons_and_a_published_one_not_without(ward: Ward) -> None:
    draft = ward.draft()
    with pytest.raises(StateChanged):
        change_cells(by=ward.head, roster_id=draft.pk, cells=[ward.cell("emp", 0, "P")], reason="Ganti.")
    publish_roster(by=ward.head, roster_id=draft.pk)
    with pytest.raises(StateChanged):
        rosters.set_cells(by=ward.head, roster_id=draft.pk, cells=[ward.cell("emp", 0, "P")])


# Shifts and rotations --------------------------------------------------------------------------------------------


def test_a_shift_is_retired_not_changed(ward: Ward) -> None:
    roster = ward.published(ward.cell("emp", 0, "P"))
    with pytest.raises(ValidationError):
        create_shift(by=ward.hr, unit_id=ward.unit.pk, spec=ShiftSpec("p", "Lagi", ward.shifts["P"].starts_at, 400))
    retire_shift(by=ward.hr, shift_id=ward.shifts["P"].pk)
    with pytest.raises(StateChanged):
        retire_shift(by=ward.hr, shift_id=ward.shifts["P"].pk)
    assert [row.code for row in facts_of(roster).findings() if row.code == "shift_unknown"] == []
    with pytest.raises(ValidationError):
        change_cells(by=ward.head, roster_id=roster.pk, cells=[ward.cell("emp", 1, "P")], reason="Ganti.")


def test_a_shift_of_a_running_rotation_stays_in_use(ward: Ward) -> None:
    rotation = rotation_of(ward)
    with pytest.raises(ValidationError):
        retire_shift(by=ward.hr, shift_id=ward.shifts["P"].pk)
    retire_rotation(by=ward.hr, rotation_id=rotation.pk)
    retire_shift(by=ward.hr, shift_id=ward.shifts["P"].pk)


def test_a_head_only_tightens_a_shift_minimum(ward: Ward) -> None:
    rule: dict[str, Any] = {
        "unit_id": ward.unit.pk,
        "shift_id": ward.shifts["P"].pk,
        "weekday": None,
        "position_group": "",
    }
    set_shift_minimum(by=ward.hr, **rule, count=2, valid_from=ward.monday)
    with pytest.raises(PermissionDenied):
        set_shift_minimum(by=ward.head, **rule, count=1, valid_from=ward.monday)
    tight = set_shift_minimum(by=ward.head, **rule, count=3, valid_from=ward.monday)
    assert tight is not None
    assert tight.set_at == ward.unit
    assert set_shift_minimum(by=ward.head, **rule, count=2, valid_from=ward.monday) is None, "back to HR's"
    needed = [row.count for row in facts_of(ward.draft()).sheet.minimums]
    assert needed == [2]


def test_one_team_a_day(ward: Ward) -> None:
    rotation = rotation_of(ward, "emp")
    second = rotation.teams.order_by("offset")[1]
    put_in_team(by=ward.head, team_id=second.pk, employee_id=ward.person("emp").pk, valid_from=ward.day(3))
    rows = list(TeamMember.objects.order_by("valid_from").values_list("team__offset", "valid_to"))
    assert rows == [(0, ward.day(2)), (1, None)]
    member = TeamMember.objects.get(team=second)
    assert end_membership(by=ward.head, member_id=member.pk, last_day=ward.day(5)).valid_to == ward.day(5)
    with pytest.raises(ValidationError):
        put_in_team(by=ward.head, team_id=second.pk, employee_id=ward.person("out").pk, valid_from=ward.monday)


def test_facts_are_read_with_a_fixed_number_of_queries(ward: Ward, django_assert_num_queries: Any) -> None:
    ward.minimum("P", 1)
    for names in (("emp",), ("emp", "col1", "col2", "sup")):
        Roster.objects.all().delete()
        roster = ward.draft(names=names)
        roster = Roster.objects.select_related("unit", "rotation").get(pk=roster.pk)
        with django_assert_num_queries(8):
            facts_of(roster)
    assert RosterEntry.objects.count() == 28
