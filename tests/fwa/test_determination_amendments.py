"""Numbered amendments of an annex, collisions with a later leave, and races over the last place."""

from datetime import timedelta

import pytest
from django.urls import reverse

from attendance.models import Absence, AssignmentDay
from fwa import ledger
from fwa.collisions import collisions_of
from fwa.enums import MemberChange
from fwa.errors import AlreadyDecided
from fwa.models import Decision, Determination, LedgerEntry, Request
from fwa.services.amendments import annex_now, change_annex, start_amendment
from fwa.services.determination_decision import ask_decision, perform_decision
from fwa.services.determination_plan import prepare_determination
from fwa.services.determinations import add_from_list
from organization.models import Notice
from tests.fwa.determinations_kit import drafted, make_bureau
from tests.organization.importing import import_rows
from tests.world import make_world, next_monday

pytestmark = pytest.mark.django_db
EN = {"HTTP_ACCEPT_LANGUAGE": "en"}


@pytest.fixture
def world():
    return make_world()


@pytest.fixture
def first(world):
    """Three of ten people have Tuesdays and Thursdays by decree 800/1/2026."""
    bureau = make_bureau(world, 10, quota_pct=30)
    return decided(world, drafted(world, bureau), number="800/1/2026")


def decided(world, determination, **options):
    made = prepare_determination(by=world.users["hr"], determination_id=determination.pk)
    asked = ask_decision(by=world.users["boss"], determination_id=made.pk, digest=made.plan_digest, **options)
    perform_decision(asked.pk, asked.asked_at.isoformat())
    found = Determination.objects.get(pk=made.pk)
    assert (found.status, found.message) == ("decided", "")
    return found


def amendment(world, first, *, weeks=1):
    return start_amendment(
        by=world.users["hr"],
        determination_id=first.pk,
        valid_from=next_monday() + timedelta(weeks=weeks),
        reason="Mutasi pegawai.",
    )


def of(determination, name):
    return determination.members.get(employee__name=name)


def test_people_are_taken_out_added_and_given_other_days_by_numbered_amendments(world, first):
    second_monday = next_monday() + timedelta(weeks=1)
    made = amendment(world, first)
    out, other = of(first, "Pegawai 1000"), of(first, "Pegawai 1001")
    change_annex(by=world.users["hr"], determination_id=made.pk, member_ids=[out.pk], change=MemberChange.REMOVE)
    change_annex(by=world.users["hr"], determination_id=made.pk, member_ids=[other.pk], change=MemberChange.CHANGE)
    made.weekdays = [3]
    made.save()
    add_from_list(by=world.users["hr"], determination_id=made.pk, text="Pegawai 1005")

    made = decided(world, made, number="800/2/2026")

    assert made.amendment_no == 1
    out.request.refresh_from_db()
    ended = out.request.assignment
    ended.refresh_from_db()
    assert (ended.status, ended.ended_on, ended.end_reason) == ("ended", second_monday, "Mutasi pegawai.")
    assert Decision.objects.get(request=out.request, kind="end_early").note == "Mutasi pegawai."
    assert Notice.objects.filter(user=out.employee.user, code="fwa.ended").count() == 1
    wednesdays = [second_monday + timedelta(days=2, weeks=week) for week in range(3)]
    assert of(made, "Pegawai 1005").days == wednesdays
    days = AssignmentDay.objects.filter(employee=other.employee).order_by("day").values_list("day", flat=True)
    assert list(days) == [next_monday() + timedelta(days=1), next_monday() + timedelta(days=3), *wednesdays]
    annex = annex_now(first, on=second_monday)
    assert sorted(member.employee.name for member in annex) == ["Pegawai 1001", "Pegawai 1002", "Pegawai 1005"]
    assert made.decree.content["title"] == "PERUBAHAN KE-1 ATAS LAMPIRAN KEPUTUSAN NOMOR 800/1/2026"
    notes = {row[1][0]: row[-1] for row in made.decree.content["annex"]["rows"]}
    assert notes == {"Pegawai 1000": "dikeluarkan", "Pegawai 1001": "hari diubah", "Pegawai 1005": "ditambahkan"}
    assert ledger.verify() == []
    codes = LedgerEntry.objects.filter(chain=f"determination:{first.pk}").order_by("seq").values_list("code", flat=True)
    assert list(codes) == ["determination.decided", "determination.amended"]


def test_amendments_are_numbered_in_the_order_of_their_decisions(world, first):
    early, late = amendment(world, first), amendment(world, first, weeks=2)
    for made, name in ((late, "Pegawai 1000"), (early, "Pegawai 1001")):
        member = of(first, name)
        change_annex(by=world.users["hr"], determination_id=made.pk, member_ids=[member.pk], change="remove")

    assert decided(world, late).amendment_no == 1
    assert decided(world, early).amendment_no == 2
    assert first.amendments.count() == 2


def test_who_cannot_get_other_days_keeps_those_they_have(world, first):
    made = amendment(world, first)
    member = of(first, "Pegawai 1000")
    change_annex(by=world.users["hr"], determination_id=made.pk, member_ids=[member.pk], change="change")
    made.weekdays = [6]  # nobody works on Saturdays
    made.save()

    made = prepare_determination(by=world.users["hr"], determination_id=made.pk)

    assert of(made, "Pegawai 1000").outcome == "no_day"
    member.request.assignment.refresh_from_db()
    assert member.request.assignment.status == "in_force"


def test_an_arrangement_that_ended_meanwhile_stops_the_amendment(world, first):
    made = amendment(world, first)
    member = of(first, "Pegawai 1000")
    change_annex(by=world.users["hr"], determination_id=made.pk, member_ids=[member.pk], change="remove")
    made = prepare_determination(by=world.users["hr"], determination_id=made.pk)
    asked = ask_decision(by=world.users["boss"], determination_id=made.pk, digest=made.plan_digest)
    assignment = member.request.assignment
    assignment.status, assignment.ended_on = "ended", next_monday()
    assignment.save()

    perform_decision(asked.pk, asked.asked_at.isoformat())

    made.refresh_from_db()
    assert made.status == "prepared"
    assert [item["code"] for item in made.difference] == ["ended"]


def test_only_a_decided_determination_is_amended(world):
    made = drafted(world, make_bureau(world, 2))

    with pytest.raises(AlreadyDecided):
        amendment(world, made)


def test_a_later_leave_is_taken_with_a_warning_and_shown_as_a_collision(world, first, client):
    member = of(first, "Pegawai 1001")
    tuesday = next_monday() + timedelta(days=1)
    leave = {
        "NIP": member.employee.nip,
        "JENIS": "cuti",
        "NOMOR SURAT": "CT-9",
        "MULAI": f"{tuesday:%d-%m-%Y}",
        "SAMPAI": f"{tuesday:%d-%m-%Y}",
    }

    outcome = import_rows([leave], kind="absences")

    assert [item.code for item in outcome.warnings] == ["absence_over_arrangement"]
    assert Absence.objects.count() == 1
    found = collisions_of(first, on=tuesday - timedelta(days=1))
    assert [(item.name, item.days) for item in found] == [("Pegawai 1001", (tuesday,))]
    client.force_login(world.users["hr"])
    page = client.get(reverse("fwa:determination_detail", args=[first.public_id]), **EN).content.decode()
    assert "Granted days that meet an absence" in page
    assert "1 person is absent on granted days" in client.get(reverse("fwa:home"), **EN).content.decode()
    assert "Pegawai 1001" in client.get(reverse("fwa:collision_list"), **EN).content.decode()


def test_pages_of_an_amendment(world, first, client):
    client.force_login(world.users["hr"])
    answer = client.post(
        reverse("fwa:determination_amend", args=[first.public_id]),
        {"valid_from": (next_monday() + timedelta(weeks=1)).isoformat(), "reason": "Mutasi."},
    )
    made = Determination.objects.get(amends=first)
    assert answer.url == reverse("fwa:determination_people", args=[made.public_id])
    page = client.get(answer.url, **EN)
    assert "The annex as it is now" in page.content.decode()
    ids = [member.pk for member in page.context["annex"]]
    assert len(ids) == 3
    client.post(
        reverse("fwa:determination_members", args=[made.public_id]),
        {"ids": ids[:1], "action": "remove", "back": "people"},
    )
    made = prepare_determination(by=world.users["hr"], determination_id=made.pk)
    client.force_login(world.users["boss"])
    page = client.get(reverse("fwa:determination_decide", args=[made.public_id]), **EN).content.decode()
    assert "End the arrangement of 1 person" in page


def test_requests_of_an_annex_look_like_any_other(world, first, client):
    fwa_request = Request.objects.filter(determination=first).order_by("number").first()
    client.force_login(fwa_request.employee.user)

    page = client.get(reverse("fwa:request_detail", args=[fwa_request.public_id]), **EN).content.decode()

    assert "Excerpt of the decree 800/1/2026, line 1 of its annex." in page
    assert client.get(reverse("fwa:home")).status_code == 200
