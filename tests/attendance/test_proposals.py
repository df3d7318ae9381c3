"""Proposals from the page to the filled draft: who may ask, what the worker does, what is written and taken back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from attendance.errors import StateChanged
from attendance.models import Absence, RosterEntry, RosterProposal
from attendance.roster_checks import HEAD, STOP, of_level
from attendance.roster_facts import facts_of
from attendance.services import proposals
from attendance.services.proposals import ask_proposal, perform_proposal, take_back_proposal
from attendance.services.roster_publish import publish_roster
from organization.models import Notice, OutboxMessage
from tests.attendance.roster_kit import make_ward

pytestmark = pytest.mark.django_db


@pytest.fixture
def ward():
    made = make_ward()
    made.minimum("P", 1)
    return made


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(proposals, "TIME_LIMIT", 5.0)


def done(ward, roster, by=None):
    asked = ask_proposal(by=by or ward.head, roster_id=roster.pk)
    perform_proposal(asked.pk)
    return RosterProposal.objects.get(pk=asked.pk)


def test_open_cells_are_filled_and_fixed_ones_stay(ward):
    roster = ward.draft(ward.cell("emp", 0, "S"), ward.cell("emp", 1, None))
    found = done(ward, roster)

    assert found.status == "done"
    assert found.result["unmet"] == []
    assert of_level(facts_of(roster).findings(), STOP, HEAD) == []
    kept = roster.entries.filter(employee=ward.person("emp"), day__lte=ward.day(1)).order_by("day")
    assert [(row.shift and row.shift.code, row.is_fixed) for row in kept] == [("S", True), (None, True)]
    written = roster.entries.filter(shift__isnull=False, is_fixed=False).count()
    assert written == len(found.result["cells"]) > 0
    assert Notice.objects.filter(user=ward.head, code="attendance.proposal_done").count() == 1
    published = publish_roster(by=ward.head, roster_id=roster.pk)
    assert published.below_reason == ""


def test_asking_twice_is_one_proposal_and_doing_it_twice_changes_nothing(ward):
    roster = ward.draft()
    one = ask_proposal(by=ward.head, roster_id=roster.pk)
    assert ask_proposal(by=ward.head, roster_id=roster.pk) == one
    assert OutboxMessage.objects.filter(topic=proposals.TOPIC).count() == 1
    perform_proposal(one.pk)
    before = list(roster.entries.order_by("pk").values_list("pk", "shift"))
    perform_proposal(one.pk)
    assert list(roster.entries.order_by("pk").values_list("pk", "shift")) == before


def test_what_cannot_be_met_is_named(ward):
    ward.minimum("M", 2)
    ward.minimum("S", 2)
    found = done(ward, ward.draft())

    assert found.status == "done"
    assert {(row["shift"], row["minimum"]) for row in found.result["unmet"]} <= {("M", 2), ("S", 2), ("P", 1)}
    assert found.result["unmet"]


def test_an_absence_entered_meanwhile_is_respected(ward, monkeypatch):
    roster = ward.draft()
    real, times = proposals.propose, []

    def slow(sheet, **options):
        if not times:
            Absence.objects.create(
                employee=ward.person("emp"), kind="leave", reference="c", valid_from=ward.day(0), valid_to=ward.day(6)
            )
        times.append(sheet)
        return real(sheet, **options)

    monkeypatch.setattr(proposals, "propose", slow)
    found = done(ward, roster)

    assert (found.status, len(times)) == ("done", 2)
    assert not roster.entries.filter(employee=ward.person("emp"), shift__isnull=False).exists()


def test_a_roster_that_keeps_changing_is_told_and_left_alone(ward, monkeypatch):
    roster = ward.draft()
    real = proposals.propose

    def slow(sheet, **options):
        row = roster.entries.filter(is_fixed=False, shift__isnull=True).first()
        RosterEntry.objects.filter(pk=row.pk).update(is_fixed=True)
        return real(sheet, **options)

    monkeypatch.setattr(proposals, "propose", slow)
    found = done(ward, roster)

    assert (found.status, found.result) == ("failed", {"error": "changed"})
    assert not roster.entries.filter(shift__isnull=False).exists()


@pytest.mark.parametrize(("error", "code"), [(proposals.SolverMissing(), "no_solver"), (ZeroDivisionError(), "broken")])
def test_a_failure_is_told(ward, monkeypatch, error, code):
    def fails(sheet, **options):
        raise error

    monkeypatch.setattr(proposals, "propose", fails)
    found = done(ward, ward.draft())
    assert (found.status, found.result) == ("failed", {"error": code})


def test_only_who_makes_rosters_asks_and_only_for_a_draft_with_open_cells(ward):
    roster = ward.draft(*(ward.cell(name, day, "P") for name in ("emp", "col1", "col2") for day in range(7)))
    with pytest.raises(PermissionDenied):
        ask_proposal(by=ward.cast.users["emp"], roster_id=roster.pk)
    with pytest.raises(ValidationError):
        ask_proposal(by=ward.head, roster_id=roster.pk)
    RosterEntry.objects.filter(roster=roster, day=ward.day(6)).update(shift=None, is_fixed=False)
    publish_roster(by=ward.head, roster_id=roster.pk, reason="Cuti bersama.")
    with pytest.raises(StateChanged):
        ask_proposal(by=ward.head, roster_id=roster.pk)


def test_taken_back_except_what_somebody_touched(ward):
    roster = ward.draft()
    found = done(ward, roster)
    touched = roster.entries.filter(shift__isnull=False).first()
    RosterEntry.objects.filter(pk=touched.pk).update(is_fixed=True)

    assert take_back_proposal(by=ward.head, proposal_id=found.pk) == len(found.result["cells"]) - 1
    assert list(roster.entries.filter(shift__isnull=False)) == [touched]


def test_the_pages(ward, client):
    roster = ward.draft()
    client.force_login(ward.head)
    page = client.get(reverse("attendance:roster", args=[roster.pk])).content.decode()
    assert reverse("attendance:proposal_ask", args=[roster.pk]) in page
    answer = client.post(reverse("attendance:proposal_ask", args=[roster.pk]))
    asked = RosterProposal.objects.get()
    assert answer.url == reverse("attendance:proposal", args=[asked.pk])
    proposals.show_progress(asked.pk, 37)
    assert "37 %" in client.get(answer.url).content.decode()
    bar = client.get(reverse("attendance:proposal_progress", args=[asked.pk]), headers={"HX-Request": "true"})
    assert "every 2s" in bar.content.decode()

    perform_proposal(asked.pk)

    bar = client.get(reverse("attendance:proposal_progress", args=[asked.pk]), headers={"HX-Request": "true"})
    assert bar.headers["HX-Refresh"] == "true"
    page = client.get(answer.url).content.decode()
    assert "Semua jumlah minimum terpenuhi setiap hari." in page
    assert client.post(reverse("attendance:proposal_take_back", args=[asked.pk])).status_code == 302
    assert not roster.entries.filter(shift__isnull=False).exists()


@pytest.mark.parametrize("error", ["changed", "no_solver", "published", "broken"])
def test_a_failure_has_words(ward, client, error):
    row = RosterProposal.objects.create(
        roster=ward.draft(), status="failed", asked_by=ward.head, asked_at=ward.cast.users["head"].date_joined,
        result={"error": error},
    )  # fmt: skip
    client.force_login(ward.head)
    assert "Usulan tidak dibuat" in client.get(reverse("attendance:proposal", args=[row.pk])).content.decode()


def test_night_is_what_lies_in_the_night_of_the_terms(ward):
    shifts = {shift.pk: shift for shift in ward.shifts.values()}
    assert proposals.night_shifts(shifts, ward.monday + timedelta(days=1)) == {ward.shifts["M"].pk}


def test_by_rest(ward, client):
    ward.minimum("S", 1)
    roster = ward.draft()
    client.force_login(ward.head)
    address = reverse("api:roster-proposal-list")
    made = client.post(address, {"roster": roster.pk}, content_type="application/json")
    assert (made.status_code, made.json()["status"]) == (201, "waiting")
    perform_proposal(made.json()["id"])

    (row,) = client.get(address).json()["results"]
    assert (row["status"], row["percent"], row["result"]["unmet"]) == ("done", 100, [])
    assert {spread["group"] for spread in row["result"]["nights"]} == {""}
    taken = client.post(reverse("api:roster-proposal-take-back", args=[row["id"]]))
    assert taken.json()["cells"] > 0
    short = client.get(reverse("api:unit-shortfalls", args=[ward.unit.pk]), {"start": ward.day(0), "end": ward.day(0)})
    assert {(one["shift"], one["missing"]) for one in short.json()} == {("P", 1), ("S", 1)}
    assert client.get(reverse("api:unit-shortfalls", args=[ward.unit.pk]), {"end": "2020-01-01"}).status_code == 400


@pytest.mark.parametrize("number", [1, 3])
def test_the_list_asks_the_same_for_any_number(ward, client, number, django_assert_max_num_queries):
    roster = ward.draft()
    for _ in range(number):
        RosterProposal.objects.create(
            roster=roster, status="failed", asked_by=ward.head, asked_at=ward.head.date_joined, result={"error": "x"}
        )
    client.force_login(ward.head)
    with django_assert_max_num_queries(9):
        assert len(client.get(reverse("api:roster-proposal-list")).json()["results"]) == number
