"""People: who sees whom, placements that follow each other, addresses, departures and discipline cases."""

import pytest
from django.utils import timezone

from organization import outbox
from organization.models import (
    Delegation,
    DisciplineCase,
    Domicile,
    Notice,
    OutboxMessage,
    Placement,
    Position,
    RoleGrant,
    User,
)
from organization.nip import display_nip
from tests.organization.cast import body, days, get, make_cast, make_employee, post, said, url

pytestmark = pytest.mark.django_db
CASE = {"reference": "K-1", "status": "examination", "opened_on": days(-5)}
SANCTION = {
    "status": "sanctioned",
    "level": "medium",
    "opened_on": days(-30),
    "decided_on": days(-10),
    "sanction_from": days(-9),
    "sanction_to": days(90),
}


@pytest.fixture
def cast():
    return make_cast()


@pytest.fixture
def hr(cast):
    return cast.users["hr"]


@pytest.fixture
def emp(cast):
    return cast.employees["emp"]


def errors(answer):
    assert answer.status_code == 422
    return answer.context["form"].errors


def place(client, by, employee, **change):
    position = Position.objects.get(code="AK")
    values = {
        "valid_from": days(10),
        "unit": Placement.objects.filter(employee=employee).first().unit_id,
        "position": position.pk,
        "entry_reason": "administrative",
        "supervisor": "head",
        "service_body": "agency",
    }
    return post(client, by, "placement_create", employee.pk, **(values | change))


# Who sees whom


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("hr", 200),
        ("lawhr", 200),
        ("audit", 200),
        ("head", 200),
        ("boss", 403),
        ("sup", 403),
        ("emp", 403),
        ("ohead", 404),
        ("seal", 403),
        ("out", 403),
    ],
)
def test_the_page_of_a_person_is_for_who_looks_after_them(client, cast, emp, name, status):
    assert get(client, cast.users[name], "person", emp.pk).status_code == status


def test_the_list_holds_those_in_reach(client, cast):
    def names(user):
        return {row.name for row in get(client, cast.users[user], "person_list").context["page_obj"]}

    law = {"head", "sup", "emp", "col1", "col2"}
    assert names("head") == names("lawhr") == law
    assert names("hr") == names("audit") == law | {"Ohead", "Out"}
    assert names("ohead") == {"Ohead", "Out"}


@pytest.mark.parametrize(("name", "sees"), [("hr", True), ("lawhr", True), ("audit", True), ("head", False)])
def test_number_address_and_cases_are_for_hr_and_auditors(client, cast, emp, name, sees):
    DisciplineCase.objects.create(employee=emp, **CASE)

    page = body(get(client, cast.users[name], "person", emp.pk))

    assert (display_nip(emp.nip) in page) == ("Mulawarman" in page) == ("K-1" in page) == sees


def test_an_nip_is_looked_up_by_post_and_leads_to_an_address_without_it(client, cast, emp):
    answer = post(client, cast.users["head"], "person_find", nip=f" {display_nip(emp.nip)} ")

    assert answer.url == url("person", emp.pk)
    assert emp.nip not in answer.url


@pytest.mark.parametrize("nip", ["123", "", "19900101201001100x", "198505052010012007"])
def test_a_number_that_is_wrong_or_out_of_reach_says_so(client, cast, nip):
    assert "notice" in said(client, post(client, cast.users["head"], "person_find", nip=nip))


@pytest.mark.parametrize(("state", "expected"), [("left", {"col1"}), ("unplaced", {"col2"}), ("inactive", {"sup"})])
def test_the_list_filters_by_state(client, cast, hr, state, expected):
    User.objects.exclude(username="sup").update(activated_at=timezone.now())
    for name in ("col1", "col2"):
        Placement.objects.filter(employee=cast.employees[name]).update(valid_to=days(-2))
    cast.employees["col1"].left_on = days(-2)
    cast.employees["col1"].save()

    assert {row.name for row in get(client, hr, "person_list", state=state).context["page_obj"]} == expected


# Placements


def test_a_new_placement_ends_the_one_before_and_keeps_the_past(client, cast, hr, emp):
    said(client, place(client, hr, emp, unit=cast.health.pk, entry_reason="transfer", supervisor="Ohead"))

    before, after = emp.placements.order_by("valid_from")
    assert (before.unit, before.valid_to) == (cast.law, days(9))
    assert (after.unit, after.valid_from, after.supervisor) == (cast.health, days(10), cast.employees["ohead"])


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"supervisor": "emp"}, "supervisor"),
        ({"supervisor": "tak ada"}, "supervisor"),
        ({"supervisor": "col"}, "supervisor"),
        ({"valid_to": days(5)}, "valid_to"),
        ({"valid_from": "besok"}, "valid_from"),
        ({"unit": ""}, "unit"),
        ({"unit": 10**9}, "unit"),
        ({"entry_reason": "nepotisme"}, "entry_reason"),
        ({"is_head": "on"}, "__all__"),
    ],
)
def test_a_bad_placement_is_told_beside_its_field_and_saves_nothing(client, cast, hr, emp, change, field):
    assert list(errors(place(client, hr, emp, **change))) == [field]
    assert emp.placements.get().valid_to is None


def test_a_change_of_post_is_no_mere_change_of_supervisor(client, cast, hr, emp):
    assert errors(place(client, hr, emp, unit=cast.health.pk))["entry_reason"]


def test_placements_do_not_overlap(client, hr, emp):
    said(client, place(client, hr, emp, valid_from=days(30)))

    assert errors(place(client, hr, emp, valid_from=days(20)))["valid_from"]
    assert errors(place(client, hr, emp, valid_from=days(30)))["valid_from"]
    assert emp.placements.count() == 2


def test_a_supervisor_who_left_is_refused(client, cast, hr, emp):
    Placement.objects.filter(employee=cast.employees["head"]).update(valid_to=days(-1))

    assert errors(place(client, hr, emp))["supervisor"]


def test_a_unit_that_closed_is_refused(client, cast, hr, emp):
    cast.health.versions.update(valid_to=days(5))

    assert "unit" in errors(place(client, hr, emp, unit=cast.health.pk, entry_reason="transfer"))


def test_hr_of_a_part_places_within_it_only(client, cast, emp):
    lawhr = cast.users["lawhr"]

    assert errors(place(client, lawhr, emp, unit=cast.health.pk, entry_reason="transfer"))["unit"]
    assert place(client, lawhr, cast.employees["out"]).status_code == 404
    assert place(client, lawhr, emp).status_code == 302


def test_nobody_places_themself(client, cast, emp):
    """A placement can make somebody head of a unit."""
    RoleGrant.objects.create(user=emp.user, role="hr_admin", valid_from=days(-1))

    assert place(client, emp.user, emp).status_code == 403
    assert post(client, emp.user, "placement_end", emp.pk, emp.placements.get().pk, last_day=days(1)).status_code == 403
    assert emp.placements.get().valid_to is None


def test_a_placement_ends_without_another(client, hr, emp):
    placement = emp.placements.get()

    assert errors(post(client, hr, "placement_end", emp.pk, placement.pk, last_day="1990-01-01"))
    said(client, post(client, hr, "placement_end", emp.pk, placement.pk, last_day=days(3)))

    placement.refresh_from_db()
    assert placement.valid_to == days(3)
    assert post(client, hr, "placement_end", emp.pk, 10**9, last_day=days(3)).status_code == 404


# Departure


def test_a_departure_ends_placement_powers_and_then_the_account(client, cast, hr):
    head = cast.employees["head"]
    RoleGrant.objects.create(user=head.user, role="auditor", valid_from=days(-9))
    Delegation.objects.create(principal=cast.users["boss"], delegate=head.user, valid_from=days(-9))

    said(client, post(client, hr, "person_leave", head.pk, left_on=days(0)))

    assert head.placements.get().valid_to == days(0)
    assert RoleGrant.objects.get(user=head.user).valid_to == days(0)
    assert Delegation.objects.get().valid_to == days(0)
    assert User.objects.get(pk=head.user_id).is_active, "the last day is not over"
    message = OutboxMessage.objects.get(topic="organization.departure")
    assert timezone.localdate(message.available_at) == days(1)


def test_a_departure_of_yesterday_closes_the_account_at_once(client, hr, emp):
    said(client, post(client, hr, "person_leave", emp.pk, left_on=days(-1)))

    assert not User.objects.get(pk=emp.user_id).is_active


def test_a_departure_that_was_put_off_does_not_close_the_account(client, hr, emp):
    said(client, post(client, hr, "person_leave", emp.pk, left_on=days(0)))
    said(client, post(client, hr, "person_leave", emp.pk, left_on=days(60)))

    for pk in OutboxMessage.objects.filter(topic="organization.departure").values_list("pk", flat=True):
        outbox.deliver(pk)
    assert User.objects.get(pk=emp.user_id).is_active


@pytest.mark.parametrize("left_on", ["1980-01-01", "", "nanti"])
def test_a_bad_departure_is_told_beside_its_field(client, hr, emp, left_on):
    assert errors(post(client, hr, "person_leave", emp.pk, left_on=left_on))["left_on"]
    assert emp.placements.get().valid_to is None


def test_the_last_hr_admin_does_not_leave(client, cast, hr, emp):
    RoleGrant.objects.filter(role="hr_admin").delete()
    RoleGrant.objects.create(user=emp.user, role="hr_admin", valid_from=days(-1))
    Delegation.objects.create(principal=emp.user, delegate=cast.users["col1"], valid_from=days(-1))

    assert errors(post(client, cast.users["col1"], "person_leave", emp.pk, left_on=days(0)))["__all__"]
    emp.refresh_from_db()
    assert (emp.left_on, emp.placements.get().valid_to) == (None, None)


# Contact


def test_mail_and_phone_are_corrected_and_the_account_follows(client, hr, emp):
    said(client, post(client, hr, "contact_edit", emp.pk, email="emp@kota.go.id", phone="0812"))

    emp.refresh_from_db()
    assert (emp.email, emp.phone, User.objects.get(pk=emp.user_id).email) == (
        "emp@kota.go.id",
        "0812",
        "emp@kota.go.id",
    )


@pytest.mark.parametrize("email", ["bukan alamat", "SUP@contoh.go.id"])
def test_a_bad_or_taken_address_changes_nothing(client, hr, emp, email):
    assert errors(post(client, hr, "contact_edit", emp.pk, email=email, phone="0812"))
    emp.refresh_from_db()
    assert (emp.phone, User.objects.get(pk=emp.user_id).email) == ("", "emp@contoh.go.id")


def test_hr_of_a_part_does_not_redirect_the_mail_of_an_account_with_a_role(client, cast, emp):
    """Whoever reads its mail can set its password."""
    RoleGrant.objects.create(user=emp.user, role="hr_admin", valid_from=days(-1))

    answer = post(client, cast.users["lawhr"], "contact_edit", emp.pk, email="saya@kota.go.id", phone="1")

    assert answer.status_code == 403
    assert User.objects.get(pk=emp.user_id).email == "emp@contoh.go.id"


# Addresses


def test_a_reported_address_counts_once_hr_verified_it(client, cast, hr, emp):
    said(client, post(client, emp.user, "domicile_report", address="Jl. Baru 1", valid_from=days(0)))
    assert "Jl. Baru 1" in body(get(client, hr, "domicile_list"))
    row = emp.domiciles.get(verified_at__isnull=True)

    said(client, post(client, hr, "domicile_verify", row.pk))

    old, new = emp.domiciles.order_by("valid_from")
    assert (old.valid_to, new.address, new.verified_by) == (days(-1), "Jl. Baru 1", hr)
    assert Notice.objects.get(user=emp.user).code == "domicile.verified"
    assert "notice" in said(client, post(client, hr, "domicile_verify", row.pk)), "decided already"


def test_a_second_report_replaces_the_first_and_can_be_taken_back(client, emp):
    for address in ("Jl. Satu", "Jl. Dua"):
        said(client, post(client, emp.user, "domicile_report", address=address, valid_from=days(0)))
    assert emp.domiciles.get(verified_at__isnull=True).address == "Jl. Dua"

    said(client, post(client, emp.user, "domicile_withdraw"))
    assert emp.domiciles.get().verified_at


def test_a_refused_address_tells_why(client, hr, emp):
    post(client, emp.user, "domicile_report", address="Jl. Baru 1", valid_from=days(0))
    row = emp.domiciles.get(verified_at__isnull=True)

    assert errors(post(client, hr, "domicile_refuse", row.pk, reason=" "))["reason"]
    said(client, post(client, hr, "domicile_refuse", row.pk, reason="KTP belum diubah."))

    assert not Domicile.objects.filter(pk=row.pk).exists()
    assert "KTP belum diubah." in body(get(client, emp.user, "notice_list"))


def test_hr_records_an_address_from_the_file(client, hr, emp):
    said(client, post(client, hr, "domicile_create", emp.pk, address="Jl. Arsip 3", valid_from=days(-3)))
    assert errors(post(client, hr, "domicile_create", emp.pk, address="Jl. Lama", valid_from=days(-9)))["__all__"]
    assert errors(post(client, hr, "domicile_create", emp.pk, address="", valid_from=days(0)))["address"]

    assert emp.domiciles.active_on(days(0)).get().address == "Jl. Arsip 3"


def test_nobody_verifies_their_own_address(client, cast, emp):
    RoleGrant.objects.create(user=emp.user, role="hr_admin", valid_from=days(-1))
    post(client, emp.user, "domicile_report", address="Jl. Baru 1", valid_from=days(0))
    row = emp.domiciles.get(verified_at__isnull=True)

    assert post(client, emp.user, "domicile_verify", row.pk).status_code == 403
    assert post(client, emp.user, "domicile_create", emp.pk, address="Jl. X", valid_from=days(0)).status_code == 403


def test_addresses_are_for_hr_in_its_own_part(client, cast):
    out = cast.employees["out"]
    post(client, out.user, "domicile_report", address="Jl. Rahasia 9", valid_from=days(0))
    row = out.domiciles.get(verified_at__isnull=True)

    assert "Rahasia" not in body(get(client, cast.users["lawhr"], "domicile_list"))
    assert post(client, cast.users["lawhr"], "domicile_verify", row.pk).status_code == 404
    for name in ("emp", "head", "audit", "boss"):
        assert get(client, cast.users[name], "domicile_list").status_code == 403
        assert post(client, cast.users[name], "domicile_verify", row.pk).status_code == 403
    assert get(client, cast.users["boss"], "domicile_report").status_code == 404, "no employee record, no address"


# Discipline


def test_a_case_is_opened_and_brought_to_its_end(client, cast, hr, emp):
    said(client, post(client, hr, "case_create", emp.pk, **CASE))
    case = emp.discipline_cases.get()
    said(client, post(client, hr, "case_edit", emp.pk, case.pk, **(CASE | SANCTION)))

    case.refresh_from_db()
    assert (case.status, case.sanction_to) == ("sanctioned", days(90))
    assert "K-1" in body(get(client, cast.users["audit"], "case_list"))


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"reference": ""}, "reference"),
        ({"decided_on": days(-1)}, "decided_on"),
        ({"status": "closed"}, "decided_on"),
        (SANCTION | {"decided_on": days(-40)}, "decided_on"),
        (SANCTION | {"sanction_from": ""}, "sanction_from"),
        (SANCTION | {"level": ""}, "level"),
        (SANCTION | {"sanction_to": days(-20)}, "sanction_to"),
        ({"sanction_from": days(1)}, "sanction_from"),
        ({"opened_on": "kapan-kapan"}, "opened_on"),
    ],
)
def test_a_case_that_cannot_be_is_told_beside_its_field(client, hr, emp, change, field):
    assert field in errors(post(client, hr, "case_create", emp.pk, **(CASE | change)))
    assert not DisciplineCase.objects.exists()


def test_one_number_is_one_case_of_a_person(client, hr, emp):
    said(client, post(client, hr, "case_create", emp.pk, **CASE))

    assert errors(post(client, hr, "case_create", emp.pk, **CASE))["__all__"]
    assert DisciplineCase.objects.count() == 1


def test_nobody_keeps_their_own_case(client, emp):
    RoleGrant.objects.create(user=emp.user, role="hr_admin", valid_from=days(-1))

    assert post(client, emp.user, "case_create", emp.pk, **CASE).status_code == 403


def test_cases_stay_in_the_part_of_the_agency_and_with_their_person(client, cast, hr, emp):
    other = DisciplineCase.objects.create(employee=cast.employees["out"], **(CASE | {"reference": "K-9"}))

    assert "K-9" not in body(get(client, cast.users["lawhr"], "case_list"))
    assert get(client, cast.users["lawhr"], "case_edit", cast.employees["out"].pk, other.pk).status_code == 404
    assert get(client, hr, "case_edit", emp.pk, other.pk).status_code == 404
    for name in ("emp", "sup", "head", "boss", "seal"):
        assert get(client, cast.users[name], "case_list").status_code == 403, name
    assert get(client, cast.users["audit"], "case_edit", cast.employees["out"].pk, other.pk).status_code == 403
    assert post(client, cast.users["head"], "case_create", emp.pk, **CASE).status_code == 403


# Who may change people


CHANGES = ["placement_create", "person_leave", "contact_edit", "domicile_create", "case_create"]


@pytest.mark.parametrize("page", CHANGES)
@pytest.mark.parametrize(
    ("name", "status"),
    [("lawhr", 200), ("head", 403), ("audit", 403), ("boss", 403), ("sup", 403), ("emp", 403), ("ohead", 404)],
)
def test_only_hr_changes_people(client, cast, emp, page, name, status):
    assert get(client, cast.users[name], page, emp.pk).status_code == status
    if status != 200:
        assert post(client, cast.users[name], page, emp.pk, left_on=days(0)).status_code == status


@pytest.mark.parametrize("page", CHANGES)
def test_people_who_do_not_exist_are_not_found(client, hr, page):
    assert get(client, hr, page, 10**9).status_code == 404


@pytest.mark.parametrize("page", ["person_list", "domicile_list", "case_list", "person"])
def test_the_number_of_queries_does_not_grow(client, cast, hr, emp, page, django_assert_max_num_queries):
    client.force_login(hr)
    args = [emp.pk] if page == "person" else []
    counts = []
    for names in (["a"], ["b", "c", "d"]):
        for name in names:
            other = make_employee(name, cast.law, supervisor=emp)
            Domicile.objects.create(employee=other, address="Jl. X", valid_from=days(0), requested_by=other.user)
            Domicile.objects.create(employee=emp, address=f"Jl. {name}", valid_from=days(0), requested_by=other.user)
            DisciplineCase.objects.create(employee=other, **CASE)
            DisciplineCase.objects.create(employee=emp, **(CASE | {"reference": name}))
        with django_assert_max_num_queries(15) as found:
            assert client.get(url(page, *args)).status_code == 200
        counts.append(len(found.captured_queries))

    assert counts[0] == counts[1]
