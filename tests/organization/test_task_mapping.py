"""The task mapping: what is unmapped and whom that stops, the same shares for many positions, proposals of heads."""

import io

import openpyxl
import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from organization.enums import ImportKind
from organization.extensions import TaskShareRule
from organization.models import (
    Position,
    PositionTask,
    RoleGrant,
    TaskType,
)
from organization.services.task_mapping import MappingChanged, map_many
from organization.services.task_proposals import (
    propose_mapping,
)
from organization.task_mapping import FACETS, Wanted, fingerprint, preview, unmapped_effect
from tests.organization.cast import body, days, get, make_cast, make_employee, post, said, url
from tests.organization.importing import import_bytes
from tests.organization.mapping_kit import ask, held, make_position, make_proposals, sent

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast():
    return make_cast()


@pytest.fixture
def hr(cast):
    return cast.users["hr"]


@pytest.fixture
def head(cast):
    return cast.users["head"]


@pytest.fixture
def types():
    """`study` meets the criteria of location and dynamic time, `desk` none."""
    return {"study": TaskType.objects.get(), "desk": TaskType.objects.create(code="D", name="Loket")}


@pytest.fixture
def analyst():
    return Position.objects.get()


# The list


def test_what_is_unmapped_is_told_with_whom_it_stops_and_at_which_rules(client, cast, hr):
    idle = make_position("P")
    make_position("N")  # nobody holds it, so it stops nobody
    for name in ("satu", "dua"):
        make_employee(name, cast.health, position=idle)

    found = unmapped_effect(hr, timezone.localdate())

    assert (found.positions, found.people) == (1, 2)
    assert {rule.facet for rule in found.rules} == set(FACETS)
    page = body(get(client, hr, "task_mapping"))
    assert "1 jabatan tanpa tugas" in page
    assert "Pasal 23" in page
    assert "tanpa tugas" not in body(get(client, cast.users["head"], "task_mapping")), "no such position in that unit"


def test_a_head_sees_the_positions_of_the_own_unit_only(client, cast, head, analyst):
    other = make_position("P")
    make_employee("satu", cast.health, position=other)

    page = body(get(client, head, "task_mapping"))

    assert analyst.name in page
    assert other.name not in page
    assert url("position", analyst.pk) not in page, "the page of a position is for HR and auditors"


def test_a_head_who_also_determines_still_proposes_for_the_own_unit(client, cast, head, analyst):
    RoleGrant.objects.create(user=head, role="authority", valid_from=days(-9))
    other = make_position("P")
    make_employee("satu", cast.health, position=other)

    page = body(get(client, head, "task_mapping"))
    client.force_login(head)
    chosen = client.get(url("task_proposal_new"), {"ids": [analyst.pk, other.pk]}).context["positions"]

    assert other.name not in page
    assert chosen == [analyst]


@pytest.mark.parametrize(
    ("state", "found"),
    [("unmapped", {"P"}), ("incomplete", {"AK"}), ("mapped", {"M"}), ("proposed", {"AK"}), ("", {"P", "AK", "M"})],
)
def test_the_list_by_state(client, cast, hr, types, analyst, state, found):
    make_position("P")
    full = make_position("M")
    PositionTask.objects.create(position=full, task_type=types["desk"], share_pct=100, valid_from=days(0))
    propose_mapping(
        by=cast.users["head"], position_ids=[analyst.pk], shares={types["desk"].pk: 100}, valid_from=days(0)
    )

    answer = get(client, hr, "task_mapping", state=state)

    assert {row.code for row in answer.context["page_obj"]} == found


def test_the_list_by_unit_and_name(client, cast, hr, analyst):
    other = make_position("P")
    make_employee("satu", cast.health, position=other)

    by_unit = get(client, hr, "task_mapping", unit=str(cast.law.pk)).context["page_obj"]
    by_name = get(client, hr, "task_mapping", name="jabatan").context["page_obj"]

    assert [row.pk for row in by_unit] == [analyst.pk]
    assert [row.pk for row in by_name] == [other.pk]


def test_people_and_units_are_counted_once(client, cast, hr, analyst):
    row = get(client, hr, "task_mapping").context["entries"][0]["position"]

    assert (row.people, row.units) == (7, 2)
    assert (row.mapped_pct, row.location_pct, row.shift_pct, row.dynamic_pct) == (80, 80, 0, 80)


@pytest.mark.parametrize("name", ["task_mapping", "task_proposal_list"])
def test_lists_ask_the_same_number_of_questions_for_any_size(client, cast, hr, head, types, name):
    def questions():
        with CaptureQueriesContext(connection) as captured:
            assert client.get(url(name)).status_code == 200
        return len(captured)

    client.force_login(hr)
    make_proposals(cast, head, types, 1)
    few = questions()
    make_proposals(cast, head, types, 3)

    assert questions() == few <= 15


def test_the_fragment_is_the_list_of_the_page(client, cast, hr):
    page = body(get(client, hr, "task_mapping"))
    client.force_login(hr)
    fragment = body(client.get(url("task_mapping"), HTTP_HX_REQUEST="true"))

    assert fragment.strip() in page


# Many at once


def test_many_positions_are_looked_at_first_and_mapped_in_one_go(client, hr, types, analyst):
    other = make_position("P")
    query = f"ids={analyst.pk}&ids={other.pk}"
    rows = [(types["study"], 60), (types["desk"], 40)]

    looked = ask(client, hr, "task_mapping_edit", query, **sent(rows))

    assert looked.status_code == 200
    assert held(other, days(0)) == {}, "a preview changes nothing"
    before_after = {change.position.pk: change for change in looked.context["changes"]}
    assert [(facet.before, facet.after) for facet in before_after[other.pk].facets] == [(0, 60), (0, 0), (0, 60)]
    assert [(facet.before, facet.after) for facet in before_after[analyst.pk].facets] == [(80, 60), (0, 0), (80, 60)]

    done = ask(client, hr, "task_mapping_edit", query, **sent(rows, action="apply", seen=looked.context["seen"]))

    assert "2 jabatan" in said(client, done)
    assert held(analyst, days(0)) == held(other, days(0)) == {"T": 60, "D": 40}
    assert held(analyst, days(-1)) == {"T": 80}, "days before keep what was true then"


def test_all_of_the_filter_are_chosen_at_once(client, hr, types, analyst):
    others = [make_position(f"P{number}") for number in range(30)]
    rows = [(types["desk"], 100)]

    looked = ask(client, hr, "task_mapping_edit", "all=1&state=unmapped", **sent(rows))
    assert len(looked.context["positions"]) == 30
    done = ask(
        client,
        hr,
        "task_mapping_edit",
        "all=1&state=unmapped",
        **sent(rows, action="apply", seen=looked.context["seen"]),
    )

    assert done.url == f"{url('task_mapping')}?state=unmapped"
    assert PositionTask.objects.filter(position__in=others, share_pct=100).count() == 30
    assert held(analyst, days(0)) == {"T": 80}


def test_the_form_begins_with_the_shares_that_the_chosen_have_in_common(client, hr, types, analyst):
    twin, other = make_position("P"), make_position("O")
    PositionTask.objects.create(position=twin, task_type=types["study"], share_pct=80, valid_from=days(-5))

    def initial(*positions):
        client.force_login(hr)
        answer = client.get(url("task_mapping_edit"), {"ids": [row.pk for row in positions]})
        return answer.context["formset"].initial

    assert initial(analyst, twin) == [{"task_type": types["study"].pk, "share_pct": 80}]
    assert initial(analyst, other) == []


def test_more_rows_come_without_javascript_and_keep_what_was_typed(client, hr, types, analyst):
    answer = ask(client, hr, "task_mapping_edit", f"ids={analyst.pk}", **sent([(types["desk"], 30)], action="more"))

    assert answer.context["formset"].total_form_count() == 6
    assert 'value="30"' in body(answer)


@pytest.mark.parametrize("total", [0, 99, 101, 200])
def test_shares_that_are_not_100_are_told(client, hr, types, analyst, total):
    rows = [(types["study"], min(total, 100)), (types["desk"], max(total - 100, 0))]

    answer = ask(client, hr, "task_mapping_edit", f"ids={analyst.pk}", **sent(rows, action="apply"))

    assert answer.status_code == 422
    assert held(analyst, days(0)) == {"T": 80}
    with pytest.raises(ValidationError):
        map_many(
            by=hr,
            position_ids=[analyst.pk],
            shares={row.pk: share for row, share in rows},
            valid_from=days(0),
        )


def test_nothing_is_applied_unseen(client, hr, types, analyst):
    rows = [(types["desk"], 100)]
    for seen in ("", "x"):
        answer = ask(client, hr, "task_mapping_edit", f"ids={analyst.pk}", **sent(rows, action="apply", seen=seen))
        assert answer.status_code == 422
        assert answer.context["changes"], "and the preview is shown again"
    assert held(analyst, days(0)) == {"T": 80}


def test_a_mapping_that_changed_meanwhile_is_looked_at_again(hr, types, analyst):
    shares = {types["desk"].pk: 100}
    seen = fingerprint([analyst.pk], shares, days(0))
    map_many(by=hr, position_ids=[analyst.pk], shares={types["study"].pk: 100}, valid_from=days(0))

    with pytest.raises(MappingChanged):
        map_many(by=hr, position_ids=[analyst.pk], shares=shares, valid_from=days(0), seen=seen)

    assert held(analyst, days(0)) == {"T": 100}


def test_a_change_on_the_same_day_replaces(hr, types, analyst):
    for shares in ({types["study"].pk: 100}, {types["study"].pk: 50, types["desk"].pk: 50}):
        map_many(by=hr, position_ids=[analyst.pk], shares=shares, valid_from=days(0))

    assert held(analyst, days(0)) == {"T": 50, "D": 50}
    assert PositionTask.objects.filter(position=analyst).count() == 3
    assert held(analyst, days(-1)) == {"T": 80}


def test_an_unchanged_share_runs_on(hr, types, analyst):
    PositionTask.objects.create(position=analyst, task_type=types["desk"], share_pct=20, valid_from=days(-30))
    rows = list(PositionTask.objects.order_by("pk").values())

    map_many(
        by=hr,
        position_ids=[analyst.pk],
        shares={types["study"].pk: 80, types["desk"].pk: 20},
        valid_from=days(0),
    )

    assert list(PositionTask.objects.order_by("pk").values()) == rows


def test_the_past_and_a_later_mapping_are_left_alone(client, hr, types, analyst):
    shares = {types["desk"].pk: 100}
    with pytest.raises(ValidationError, match="hari ini"):
        map_many(by=hr, position_ids=[analyst.pk], shares=shares, valid_from=days(-1))
    map_many(by=hr, position_ids=[analyst.pk], shares=shares, valid_from=days(10))

    answer = ask(client, hr, "task_mapping_edit", f"ids={analyst.pk}", **sent([(types["study"], 100)]))

    assert answer.context["changes"][0].later_from == days(10)
    with pytest.raises(ValidationError) as told:
        map_many(by=hr, position_ids=[analyst.pk], shares={types["study"].pk: 100}, valid_from=days(5))
    assert analyst.name in str(told.value)
    assert held(analyst, days(5)) == {"T": 80}


def test_one_that_cannot_change_leaves_all_as_they_were(hr, types, analyst):
    other = make_position("P")
    map_many(by=hr, position_ids=[analyst.pk], shares={types["desk"].pk: 100}, valid_from=days(10))

    with pytest.raises(ValidationError):
        map_many(by=hr, position_ids=[other.pk, analyst.pk], shares={types["desk"].pk: 100}, valid_from=days(5))

    assert not PositionTask.objects.filter(position=other).exists()


def test_many_positions_take_a_fixed_number_of_statements(hr, types):
    def statements(number):
        ids = [make_position(f"Z{Position.objects.count()}").pk for _ in range(number)]
        with CaptureQueriesContext(connection) as captured:
            map_many(by=hr, position_ids=ids, shares={types["desk"].pk: 100}, valid_from=days(0))
        return len(captured)

    statements(1)
    assert statements(1) == statements(40)


@pytest.mark.parametrize("name", ["head", "lawhr", "audit", "emp", "boss"])
def test_only_hr_of_the_agency_maps(cast, types, analyst, name):
    with pytest.raises(PermissionDenied):
        map_many(by=cast.users[name], position_ids=[analyst.pk], shares={types["desk"].pk: 100}, valid_from=days(0))


def test_an_unknown_type_or_position_is_told(hr, analyst, types):
    for ids, shares in (([analyst.pk], {0: 100}), ([0], {types["desk"].pk: 100}), ([], {types["desk"].pk: 100})):
        with pytest.raises(ValidationError):
            map_many(by=hr, position_ids=ids, shares=shares, valid_from=days(0))


@pytest.mark.parametrize(("before", "after", "met"), [(59, 60, True), (60, 59, False), (60, 100, None), (0, 59, None)])
def test_who_begins_and_who_stops_to_meet_a_rule(hr, types, monkeypatch, cast, before, after, met):
    rule = TaskShareRule(policy="Lokasi", article="Pasal 23", facet="location", min_share_pct=60)
    monkeypatch.setattr("organization.task_mapping.task_share_rules", lambda day: [rule])
    position = make_position("P")
    make_employee("satu", cast.health, position=position)
    if before:
        PositionTask.objects.create(position=position, task_type=types["study"], share_pct=before, valid_from=days(-9))

    (change,) = preview([Wanted(position, {types["study"].pk: after, types["desk"].pk: 100 - after}, days(0))])

    assert change.people == 1
    assert [item.is_met for item in change.rules] == ([] if met is None else [met])


@pytest.mark.parametrize("facet", FACETS)
def test_a_type_meets_a_kind_as_the_database_sees_it(facet):
    condition = {"location": TaskType.location_q, "shift": TaskType.shift_q, "dynamic": TaskType.dynamic_q}[facet]
    fields = [*TaskType.LOCATION_FIELDS, *TaskType.SHIFT_FIELDS, TaskType.DYNAMIC_FIELD]
    rows = [{}, dict.fromkeys(fields, True), *({field: True} for field in fields)]
    rows += [dict.fromkeys([name for name in fields if name != field], True) for field in fields]
    for number, values in enumerate(rows):
        TaskType.objects.create(code=f"X{number}", name="Uji", **values)

    by_database = set(TaskType.objects.filter(condition()).values_list("pk", flat=True))

    assert {row.pk for row in TaskType.objects.all() if row.meets(facet)} == by_database


# Files


def test_the_current_mapping_goes_out_and_comes_back_unchanged(client, hr, types, analyst):
    map_many(by=hr, position_ids=[analyst.pk], shares={types["study"].pk: 70, types["desk"].pk: 30}, valid_from=days(0))
    map_many(by=hr, position_ids=[analyst.pk], shares={types["desk"].pk: 100}, valid_from=days(20))
    make_position("P")
    before = list(PositionTask.objects.order_by("pk").values())

    answer = get(client, hr, "task_mapping_export")

    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    assert [cell.value for cell in book["Belum dipetakan"]["A"]] == ["Jabatan P"]
    outcome = import_bytes(answer.content, kind=ImportKind.POSITION_TASKS)
    assert (outcome.rejects, outcome.is_saved) == ([], True)
    assert (outcome.counts["created"], outcome.counts["updated"], outcome.counts["unchanged"]) == (0, 0, 3)
    assert list(PositionTask.objects.order_by("pk").values()) == before


def test_a_changed_file_changes_the_mapping(client, hr, types, analyst):
    book = openpyxl.load_workbook(io.BytesIO(get(client, hr, "task_mapping_export").content))
    sheet = book["Data"]
    names = [cell.value for cell in sheet[1]]
    sheet.cell(2, names.index("PERSEN") + 1, "65")
    sheet.cell(2, names.index("BERLAKU MULAI") + 1, days(3).strftime("%d-%m-%Y"))
    stream = io.BytesIO()
    book.save(stream)

    outcome = import_bytes(stream.getvalue(), kind=ImportKind.POSITION_TASKS)

    assert outcome.rejects == []
    assert held(analyst, days(2)) == {"T": 80}
    assert held(analyst, days(3)) == {"T": 65}


def test_a_head_takes_out_the_own_positions_only(client, cast, head):
    other = make_position("P")
    make_employee("satu", cast.health, position=other)

    book = openpyxl.load_workbook(io.BytesIO(get(client, head, "task_mapping_export").content))

    assert "Jabatan P" not in [cell.value for cell in book["Belum dipetakan"]["A"]]


# Task types


def test_a_used_type_is_never_removed(client, hr, types):
    said(client, post(client, hr, "task_type_delete", types["study"].pk))
    assert TaskType.objects.filter(pk=types["study"].pk).exists()

    said(client, post(client, hr, "task_type_delete", types["desk"].pk))

    assert not TaskType.objects.filter(pk=types["desk"].pk).exists()


def test_the_page_of_a_type_asks_in_plain_words_and_says_what_an_answer_touches(client, hr, types):
    page = body(get(client, hr, "task_type_edit", types["study"].pk))

    assert "1 jabatan" in page
    assert page.count("?</label>") >= 9
    assert url("task_type_delete", types["study"].pk) not in page
    assert url("task_type_delete", types["desk"].pk) in body(get(client, hr, "task_type_edit", types["desk"].pk))
