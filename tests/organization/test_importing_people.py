"""Importing a personnel list again and again: what changes, from which day, and what never doubles."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from organization.models import Domicile, Employee, Placement, RoleGrant, Site, Unit, UnitVersion, User
from organization.services.units import rebuild_unit_index
from tests.organization.importing import EMPLOYEE, HEAD, ON, SUPERVISOR, found, import_rows, person, staff

pytestmark = pytest.mark.django_db
LATER = date(2026, 12, 10)


def placements(nip: str = EMPLOYEE) -> list[tuple]:
    rows = Placement.objects.filter(employee__nip=nip).order_by("valid_from")
    return [
        (str(row.valid_from), str(row.valid_to or ""), row.unit.name, row.position.name, row.entry_reason)
        for row in rows.select_related("unit", "position")
    ]


def test_import_makes_accounts_that_cannot_log_in():
    import_rows(staff())

    user = Employee.objects.get(nip=EMPLOYEE).user
    assert (user.username, user.is_active, user.has_usable_password()) == (EMPLOYEE, False, False)
    assert user.email == f"p{EMPLOYEE}@contoh.go.id"


def test_existing_account_of_the_nip_is_used():
    account = User.objects.create(username=HEAD, name="Admin", email="admin@contoh.go.id", is_active=True)
    RoleGrant.objects.create(user=account, role="hr_admin", valid_from=date(2026, 1, 1))

    import_rows(staff())

    account.refresh_from_db()
    assert account.employee.nip == HEAD
    assert (account.is_active, account.email) == (True, "admin@contoh.go.id")


def test_email_address_is_given_to_one_account_only():
    rows = staff(EMAIL="Sama@contoh.go.id")
    rows[1]["EMAIL"] = "sama@contoh.go.id"

    outcome = import_rows(rows)

    assert [(item.row, item.code) for item in outcome.warnings if item.row] == [(4, "email_taken")]
    assert Employee.objects.get(nip=EMPLOYEE).user.email == ""
    assert Employee.objects.get(nip=EMPLOYEE).email == "Sama@contoh.go.id"


def test_new_post_ends_the_old_one_the_day_before():
    import_rows(staff())

    outcome = import_rows(
        staff(**{"JABATAN": "Kepala Subbagian", "TMT JABATAN": "01-11-2026", "MASUK JABATAN KARENA": "Promosi"})
    )

    assert outcome.counts["updated"] == 1
    assert placements() == [
        ("2021-03-01", "2026-10-31", "Bagian Hukum", "Analis", "transfer"),
        ("2026-11-01", "", "Bagian Hukum", "Kepala Subbagian", "promotion"),
    ]


def test_only_another_supervisor_is_an_administrative_change_from_today():
    import_rows(staff())

    import_rows(staff(**{"NIP ATASAN LANGSUNG": HEAD}), on=LATER)

    assert placements() == [
        ("2021-03-01", "2026-12-09", "Bagian Hukum", "Analis", "transfer"),
        ("2026-12-10", "", "Bagian Hukum", "Analis", "administrative"),
    ]
    assert import_rows(staff(**{"NIP ATASAN LANGSUNG": HEAD}), on=LATER + timedelta(days=9)).counts["unchanged"] == 3


def test_another_supervisor_twice_on_one_day_is_one_row():
    import_rows(staff())
    import_rows(staff(**{"NIP ATASAN LANGSUNG": HEAD}), on=LATER)

    import_rows(staff(**{"NIP ATASAN LANGSUNG": ""}), on=LATER)

    assert len(placements()) == 2
    assert Placement.objects.get(employee__nip=EMPLOYEE, valid_to=None).supervisor is None


def test_another_unit_with_the_same_start_is_a_correction():
    import_rows(staff())

    outcome = import_rows(staff(**{"UNIT KERJA": "Bagian Umum"}))

    assert placements() == [("2021-03-01", "", "Bagian Umum", "Analis", "transfer")]
    assert "placement_corrected" in {item.code for item in outcome.warnings}


def test_another_reason_with_the_same_start_is_a_correction():
    import_rows(staff())

    import_rows(staff(**{"MASUK JABATAN KARENA": "Pengukuhan"}))

    assert placements() == [("2021-03-01", "", "Bagian Hukum", "Analis", "renaming")]


def test_earlier_start_of_the_same_post_is_a_correction():
    import_rows(staff())

    import_rows(staff(**{"TMT JABATAN": "01-02-2021"}))

    assert placements() == [("2021-02-01", "", "Bagian Hukum", "Analis", "transfer")]


def test_earlier_start_of_another_post_is_rejected():
    import_rows(staff())

    outcome = import_rows(staff(**{"TMT JABATAN": "01-02-2020", "JABATAN": "Lain"}))

    assert found(outcome) == [(4, "TMT JABATAN", "01-02-2020", "placement_newer")]


def test_new_post_before_an_administrative_change_takes_its_row():
    import_rows(staff())
    import_rows(staff(**{"NIP ATASAN LANGSUNG": HEAD}), on=LATER)

    import_rows(staff(**{"JABATAN": "Lain", "TMT JABATAN": "01-12-2026"}), on=LATER + timedelta(days=5))

    assert placements() == [
        ("2021-03-01", "2026-11-30", "Bagian Hukum", "Analis", "transfer"),
        ("2026-12-01", "", "Bagian Hukum", "Lain", "transfer"),
    ]


def test_ended_placement_needs_a_later_start():
    import_rows(staff())
    Placement.objects.filter(employee__nip=EMPLOYEE).update(valid_to=date(2026, 6, 30))

    assert found(import_rows(staff()))[0][3] == "placement_ended"
    assert import_rows(staff(**{"TMT JABATAN": "01-07-2026"})).is_saved
    assert len(placements()) == 2


def test_person_who_left_may_come_back_later_only():
    import_rows(staff())
    Placement.objects.filter(employee__nip=EMPLOYEE).update(valid_to=date(2026, 6, 30))
    Employee.objects.filter(nip=EMPLOYEE).update(left_on=date(2026, 7, 1))

    assert found(import_rows(staff()))[0][3] == "employee_left"
    import_rows(staff(**{"TMT JABATAN": "01-08-2026"}))
    assert Employee.objects.get(nip=EMPLOYEE).left_on is None


def test_planned_placement_stays_and_bounds_the_new_one():
    import_rows(staff())
    current = Placement.objects.get(employee__nip=EMPLOYEE)
    Placement.objects.filter(pk=current.pk).update(valid_to=date(2027, 1, 31))
    Placement.objects.create(
        employee=current.employee, unit=current.unit, position=current.position, entry_reason="rotation",
        valid_from=date(2027, 2, 1),
    )  # fmt: skip

    import_rows(staff(**{"JABATAN": "Lain", "TMT JABATAN": "01-11-2026"}))

    assert [(start, end) for start, end, *_ in placements()] == [
        ("2021-03-01", "2026-10-31"),
        ("2026-11-01", "2027-01-31"),
        ("2027-02-01", ""),
    ]


def test_changed_address_ends_the_old_one_yesterday_and_is_verified():
    import_rows(staff())

    import_rows(staff(**{"ALAMAT DOMISILI": "Jl. Baru 1"}), on=LATER)

    rows = Domicile.objects.filter(employee__nip=EMPLOYEE).order_by("valid_from")
    assert [(row.address, row.valid_from, row.valid_to) for row in rows] == [
        ("Jl. Contoh 003", ON, LATER - timedelta(days=1)),
        ("Jl. Baru 1", LATER, None),
    ]
    assert all(row.verified_at for row in rows)


def test_empty_optional_cells_keep_what_is_known():
    import_rows(staff())

    outcome = import_rows(staff(**{"ALAMAT DOMISILI": "", "EMAIL": "", "GOL/RUANG": "", "TEMPAT LAHIR": ""}))

    assert outcome.counts["unchanged"] == 3


def test_person_missing_in_a_later_list_stays():
    import_rows(staff())

    import_rows(staff()[:2])

    assert Employee.objects.count() == 3
    assert Placement.objects.filter(valid_to=None).count() == 3


def test_changed_facts_of_a_person_are_updated():
    import_rows(staff())

    import_rows(staff(**{"NAMA": "Nama Baru, M.Si.", "GOL/RUANG": "III/c", "EMAIL": "baru@contoh.go.id"}))

    person = Employee.objects.get(nip=EMPLOYEE)
    assert (person.name, person.grade, person.email) == ("Nama Baru, M.Si.", "III/c", "baru@contoh.go.id")
    assert (person.user.name, person.user.email) == ("Nama Baru, M.Si.", "baru@contoh.go.id")


def test_address_chosen_by_the_owner_stays():
    import_rows(staff())
    User.objects.filter(username=EMPLOYEE).update(email="sendiri@contoh.com")

    import_rows(staff(EMAIL="baru@contoh.go.id"))

    assert User.objects.get(username=EMPLOYEE).email == "sendiri@contoh.com"


def test_two_people_may_exchange_their_addresses():
    import_rows(staff())
    rows = staff(EMAIL=f"p{SUPERVISOR}@contoh.go.id")
    rows[1]["EMAIL"] = f"p{EMPLOYEE}@contoh.go.id"

    import_rows(rows)

    assert Employee.objects.get(nip=EMPLOYEE).email == f"p{SUPERVISOR}@contoh.go.id"


def test_dry_run_saves_nothing_and_tells_the_same():
    checked = import_rows(staff(), dry_run=True)

    assert Employee.objects.count() == Unit.objects.count() == User.objects.count() == 0
    assert import_rows(staff()).counts == checked.counts


# Units and heads -----------------------------------------------------------------------------------------------------


def test_topmost_unit_of_the_file_goes_below_the_single_root():
    root = Unit.objects.create(code="KOTA", name="Pemerintah Kota")
    UnitVersion.objects.create(unit=root, name="Pemerintah Kota", valid_from=date(2020, 1, 1))
    rebuild_unit_index()

    import_rows(staff())

    names = list(Unit.objects.order_by("depth").values_list("name", "parent__name", "code"))
    assert names == [
        ("Pemerintah Kota", None, "KOTA"),
        ("Sekretariat", "Pemerintah Kota", "SEKRETARIAT"),
        ("Bagian Hukum", "Sekretariat", "BAGIAN-HUKUM"),
    ]
    assert set(UnitVersion.objects.exclude(unit=root).values_list("valid_from", flat=True)) == {date(2021, 3, 1)}


def test_unit_may_be_written_as_its_code():
    import_rows(staff())

    outcome = import_rows(staff(**{"UNIT KERJA": "bagian-hukum", "UNIT INDUK": ""}), create_missing=False)

    assert (outcome.rejected, outcome.counts["unchanged"]) == (0, 3)


def test_head_moves_on_and_the_next_one_is_found():
    import_rows(staff())
    assert Placement.objects.heads().get().employee.nip == HEAD
    rows = staff(**{"NIP ATASAN LANGSUNG": SUPERVISOR})
    rows[0] |= {"UNIT KERJA": "Bagian Umum", "TMT JABATAN": "01-11-2026", "NIP ATASAN LANGSUNG": ""}
    rows[1] |= {"NIP ATASAN LANGSUNG": "", "JABATAN": "Kepala Bagian", "TMT JABATAN": "01-11-2026"}

    import_rows(rows)

    heads = Placement.objects.heads().active_on(ON).values_list("unit__name", "employee__nip")
    assert list(heads) == [("Bagian Hukum", SUPERVISOR)]


def test_head_set_by_hand_stays():
    import_rows(staff())
    Placement.objects.filter(employee__nip=HEAD).update(is_head=False)
    Placement.objects.filter(employee__nip=SUPERVISOR).update(is_head=True)

    outcome = import_rows(staff())

    assert Placement.objects.heads().get().employee.nip == SUPERVISOR
    assert outcome.counts["unchanged"] == 3
    assert "head_kept" in {item.code for item in outcome.warnings}


def test_explicit_head_column_wins():
    rows = staff()
    for row, value in zip(rows, ("tidak", "ya", ""), strict=True):
        row["KEPALA UNIT"] = value

    import_rows(rows)

    assert Placement.objects.heads().get().employee.nip == SUPERVISOR


def test_heads_may_swap_in_one_file():
    import_rows(staff())
    rows = staff()
    for row, value in zip(rows, ("tidak", "ya", ""), strict=True):
        row["KEPALA UNIT"] = value

    import_rows(rows, on=LATER)

    heads = Placement.objects.heads().order_by("valid_from").values_list("employee__nip", "valid_from", "valid_to")
    assert list(heads) == [
        (HEAD, date(2021, 3, 1), date(2026, 12, 9)),
        (SUPERVISOR, date(2026, 12, 10), None),
    ]


def test_office_is_found_by_name_or_code():
    site = Site.objects.create(code="GD-A", name="Gedung A")

    import_rows(staff(KANTOR="gedung a"))

    assert Placement.objects.get(employee__nip=EMPLOYEE).site == site


def test_columns_the_file_lacks_are_taken_from_the_nip():
    rows = staff()
    for row in rows:
        del row["L/P"], row["TGL LAHIR"]

    outcome = import_rows(rows)

    person = Employee.objects.get(nip=EMPLOYEE)
    assert (person.sex, person.birth_date) == ("2", date(1990, 1, 1))
    assert "columns_missing" in {item.code for item in outcome.warnings}


def test_number_of_queries_does_not_grow(django_assert_max_num_queries):
    people = [person(HEAD, **{"NIP ATASAN LANGSUNG": ""})]
    people += [person(f"19900101201501{2}{number:03}") for number in range(1, 120)]
    with django_assert_max_num_queries(26):
        import_rows(people)
    with django_assert_max_num_queries(15):
        import_rows(people)
