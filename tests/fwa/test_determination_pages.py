"""The pages of group determinations: from what and who to the plan, the decision and its papers."""

import io
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pypdf import PdfReader

from fwa import ledger
from fwa.models import Determination, Letter, Request
from fwa.services.decrees import render_decree
from fwa.services.determination_decision import perform_decision
from fwa.services.determination_plan import prepare_determination
from fwa.services.letter_bundles import ask_bundle, build_bundle
from organization.models import Employee, RoleGrant, Unit
from tests.fwa.determinations_kit import add_people, drafted, make_bureau
from tests.world import SINCE, make_world, next_monday

pytestmark = pytest.mark.django_db
EN = {"HTTP_ACCEPT_LANGUAGE": "en"}


@pytest.fixture
def world():
    return make_world()


@pytest.fixture
def bureau(world):
    return make_bureau(world, 10, quota_pct=30)


def url(name, determination):
    return reverse(f"fwa:{name}", args=[determination.public_id])


def typed(unit, **changes):
    monday = next_monday()
    values = {
        "title": "Kerja dari rumah", "unit": unit.pk, "kind": "location", "valid_from": monday.isoformat(),
        "valid_to": (monday + timedelta(days=27)).isoformat(), "pattern": "fixed", "weekdays": ["2", "4"],
        "place_kind": "home", "reason": "Efisiensi.", "work_plan": "Menyusun dokumen.",
        "outputs-TOTAL_FORMS": "1", "outputs-INITIAL_FORMS": "0", "outputs-MIN_NUM_FORMS": "0",
        "outputs-MAX_NUM_FORMS": "20", "outputs-0-title": "Dokumen", "outputs-0-target": "4",
        "outputs-0-measure": "dokumen", "outputs-0-due_on": (monday + timedelta(days=20)).isoformat(),
    }  # fmt: skip
    return values | changes


def as_user(client, world, name):
    client.force_login(world.users[name])
    return client


def test_hr_goes_from_what_and_who_to_the_plan_and_the_authority_decides(client, world, bureau):
    as_user(client, world, "hr")
    client.post(reverse("fwa:determination_new"), typed(bureau))
    made = Determination.objects.get()
    client.post(url("determination_people", made), {"action": "criteria", "unit": bureau.pk, "eligible_only": "on"})
    client.post(url("determination_plan", made))
    page = client.get(url("determination_detail", made), **EN).content.decode()
    assert "unit full 3/3 (Biro Organisasi)" in page
    assert "Determine 3 people" not in page

    as_user(client, world, "boss")
    page = client.get(url("determination_detail", made), **EN).content.decode()
    assert "Determine 3 people" in page
    form = client.get(url("determination_decide", made), **EN)
    digest = form.context["form"].initial["digest"]
    answer = client.post(url("determination_decide", made), {"digest": digest, "number": "800/7/2026"})
    assert answer.status_code == 302

    made.refresh_from_db()
    page = client.get(url("determination_detail", made), **EN).content.decode()
    assert "The decision is being made" in page
    perform_decision(made.pk, made.asked_at.isoformat())
    page = client.get(url("determination_detail", made), **EN).content.decode()
    assert "800/7/2026" in page
    assert Request.objects.filter(determination=made).count() == 3


def test_the_form_says_what_is_missing_or_cannot_be(client, world, bureau):
    as_user(client, world, "hr")
    monday = next_monday()
    wrong = {
        "valid_to": (monday - timedelta(days=1)).isoformat(),
        "weekdays": [],
        "place_kind": "other_office",
        "outputs-0-title": "",
        "outputs-0-target": "",
        "outputs-0-measure": "",
        "outputs-0-due_on": "",
    }

    answer = client.post(reverse("fwa:determination_new"), typed(bureau, **wrong), **EN)

    assert answer.status_code == 422
    page = answer.content.decode()
    for words in (
        "The end date must not be before the start date.",
        "Choose at least one weekday.",
        "Choose the office.",
        "Promise at least one output.",
    ):
        assert words in page
    assert Determination.objects.count() == 0


def test_a_unit_that_is_closed_by_then_is_refused(client, world, bureau):
    bureau.versions.update(valid_to=next_monday() - timedelta(days=1))

    answer = as_user(client, world, "hr").post(reverse("fwa:determination_new"), typed(bureau), **EN)

    assert answer.status_code == 422
    assert "This unit is not in operation on the first day." in answer.content.decode()


def test_rows_that_name_nobody_are_listed_and_the_others_taken(client, world, bureau):
    as_user(client, world, "hr")
    client.post(reverse("fwa:determination_new"), typed(bureau))
    made = Determination.objects.get()
    listed = "NIP\n198501012010011001\nPegawai 1002\n000000000000000000\nPegawai 1002\nhead"

    answer = client.post(url("determination_people", made), {"action": "list", "names": listed}, **EN)

    assert answer.status_code == 422
    page = answer.content.decode()
    assert "2 people added." in page
    assert [item.row for item in answer.context["rejects"]] == [4, 5, 6]
    assert "The same person stands in row 3." in page
    names = list(made.members.values_list("employee__name", flat=True).order_by("employee__name"))
    assert names == ["Pegawai 1001", "Pegawai 1002"]


def test_a_file_is_read_like_a_pasted_list_and_an_empty_list_is_refused(client, world, bureau):
    as_user(client, world, "hr")
    client.post(reverse("fwa:determination_new"), typed(bureau))
    made = Determination.objects.get()
    file = SimpleUploadedFile("pegawai.csv", b"No;Nama;NIP\n1;Pegawai 1003;198501012010011003\n")

    client.post(url("determination_people", made), {"action": "list", "file": file})
    assert made.members.get().employee.name == "Pegawai 1003"

    answer = client.post(url("determination_people", made), {"action": "list", "names": " \n"}, **EN)
    assert "The list is empty." in answer.content.decode()
    broken = SimpleUploadedFile("pegawai.xlsx", b"PK\x03\x04 nothing")
    answer = client.post(url("determination_people", made), {"action": "list", "file": broken}, **EN)
    assert answer.status_code == 422


def test_people_are_left_out_and_taken_in_again(client, world, bureau):
    made = prepare_determination(by=world.users["hr"], determination_id=drafted(world, bureau).pk)
    first = made.members.get(employee__name="Pegawai 1000")
    as_user(client, world, "hr")

    client.post(url("determination_members", made), {"ids": [first.pk], "action": "exclude"})
    client.post(url("determination_plan", made))
    first.refresh_from_db()
    assert (first.outcome, first.days) == ("excluded", [])
    assert made.members.get(employee__name="Pegawai 1003").outcome == "planned"

    client.post(url("determination_members", made), {"ids": [first.pk], "action": "include"})
    client.post(url("determination_plan", made))
    first.refresh_from_db()
    assert first.outcome == "planned"


def test_nobody_decides_for_themself_nor_for_an_officer_they_stand_in_for(client, world, bureau):
    boss = world.users["boss"]
    member = bureau.placements.get(employee__name="Pegawai 1000").employee
    Employee.objects.filter(pk=member.pk).update(user=boss)
    made = prepare_determination(by=world.users["hr"], determination_id=drafted(world, bureau).pk)
    as_user(client, world, "boss")

    page = client.get(url("determination_detail", made), **EN).content.decode()
    assert "You stand in this annex yourself" in page
    assert client.get(url("determination_decide", made)).status_code == 403
    answer = client.post(url("determination_decide", made), {"digest": made.plan_digest})
    assert answer.status_code == 403

    client.post(url("determination_leave_out", made))
    made = Determination.objects.get()
    assert made.members.get(employee=member).outcome == "decides"
    assert client.get(url("determination_decide", made)).status_code == 200


def test_a_plan_that_changed_on_the_way_answers_409(client, world, bureau):
    made = prepare_determination(by=world.users["hr"], determination_id=drafted(world, bureau).pk)

    answer = as_user(client, world, "boss").post(url("determination_decide", made), {"digest": "0" * 64}, **EN)

    assert answer.status_code == 409
    assert "computed again" in answer.content.decode()


def test_decree_with_annex_and_all_excerpts_can_be_read_back(client, world, bureau, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    made = prepare_determination(by=world.users["hr"], determination_id=drafted(world, bureau).pk)
    as_user(client, world, "boss").post(
        url("determination_decide", made), {"digest": made.plan_digest, "number": "800/7/2026"}
    )
    made.refresh_from_db()
    perform_decision(made.pk, made.asked_at.isoformat())

    render_decree(made.decree.pk, 0)
    answer = client.get(url("decree_download", made))
    decree = "".join(page.extract_text() for page in PdfReader(io.BytesIO(b"".join(answer))).pages)
    assert "800/7/2026" in decree
    assert all(f"Pegawai {number}" in decree for number in (1000, 1001, 1002))
    assert "setiap Selasa dan Kamis" in decree

    bundle = ask_bundle(by=world.users["boss"], determination_id=made.pk)
    for _go in range(3):
        bundle.refresh_from_db()
        build_bundle(bundle.pk, bundle.attempt, bundle.done)
    bundle.refresh_from_db()
    assert (bundle.status, bundle.done, bundle.total, bundle.message) == ("done", 3, 3, "")
    merged = PdfReader(io.BytesIO(b"".join(client.get(url("bundle_download", made)))))
    text = "".join(page.extract_text() for page in merged.pages)
    assert all(f"(petikan {line})" in text for line in (1, 2, 3))
    assert [item.title for item in merged.outline] == ["Pegawai 1000", "Pegawai 1001", "Pegawai 1002"]
    assert Letter.objects.filter(request__determination=made).exclude(sha256="").count() == 3
    assert ledger.verify() == []
    check = client.get(reverse("fwa:check", args=[made.decree.token]), **EN)
    assert check.status_code == 200
    assert "800/7/2026" in check.content.decode()
    assert "Pegawai" not in check.content.decode()


@pytest.mark.parametrize("name", ["sup", "emp", "col1"])
def test_people_without_a_say_see_no_annex(client, world, bureau, name):
    made = drafted(world, bureau)

    assert as_user(client, world, name).get(url("determination_detail", made)).status_code == 404
    assert client.get(reverse("fwa:determination_list")).status_code == 403


def test_a_unit_head_prepares_for_the_unit_and_hr_of_elsewhere_does_not(client, world, bureau):
    as_user(client, world, "head")
    assert client.post(reverse("fwa:determination_new"), typed(world.law)).status_code == 302
    assert client.post(reverse("fwa:determination_new"), typed(bureau)).status_code == 422
    RoleGrant.objects.filter(user=world.users["hr"]).update(unit=bureau)
    as_user(client, world, "hr")
    assert client.get(url("determination_detail", Determination.objects.get())).status_code == 404


@pytest.mark.parametrize("name", ["determination_list", "determination_detail", "determination_people"])
def test_queries_do_not_grow_with_rows(client, world, name):
    counts = []
    for people in (1, 3):
        unit = make_bureau_of(world, people)
        made = prepare_determination(by=world.users["hr"], determination_id=drafted(world, unit).pk)
        as_user(client, world, "hr")
        address = reverse("fwa:determination_list") if name == "determination_list" else url(name, made)
        client.get(address)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get(address).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 15


def make_bureau_of(world, people):
    unit = Unit.objects.filter(code="B").first()
    if unit is None:
        return make_bureau(world, people, quota_pct=100)
    add_people(world, unit, people - unit.placements.count(), start=unit.placements.count())
    return unit


def test_one_plan_takes_as_many_queries_for_many_as_for_few(world):
    counts = []
    for people in (1, 3, 60):
        unit = make_bureau_of(world, people)
        made = drafted(world, unit)
        with CaptureQueriesContext(connection) as queries:
            prepare_determination(by=world.users["hr"], determination_id=made.pk)
        counts.append(len(queries))
    assert len(set(counts)) == 1, counts


def test_roles_of_the_state(world):
    RoleGrant.objects.create(user=world.users["col1"], role="auditor", valid_from=SINCE)
    made = drafted(world, make_bureau(world, 2))
    assert not world.users["col1"].has_perm("fwa.prepare_determination", made)
    assert not world.users["hr"].has_perm("fwa.determine_group", made)
    assert world.users["boss"].has_perm("fwa.determine_group", made)
