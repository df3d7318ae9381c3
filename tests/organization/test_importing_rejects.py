"""Every kind of wrong row: named by row, column, value and reason, and nothing is saved."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from django.utils import translation

from organization.importing.reasons import FILE_REASONS, REASONS, WARNINGS
from organization.models import Employee, Placement, Unit
from tests.organization.importing import (
    EMPLOYEE,
    HEAD,
    SUPERVISOR,
    found,
    import_bytes,
    import_rows,
    person,
    staff,
    table,
    xlsx_bytes,
)

pytestmark = pytest.mark.django_db
BAD_ROW = 4

WRONG_CELLS = [
    ("NIP", "19900101201501200", "nip_length"),
    ("NIP", "1990010120150120033", "nip_length"),
    ("NIP", "19900101201501200X", "nip_not_digits"),
    ("NIP", "abc", "nip_not_digits"),
    ("NIP", "1,99001E+17", "nip_is_number"),
    ("NIP", "1.99001012015012E+17", "nip_is_number"),
    ("NIP", "199001012015012000", "nip_truncated"),
    ("NIP", "", "empty"),
    ("NIP", "199013992015012003", "nip_birth_impossible"),
    ("NAMA", "", "empty"),
    ("NAMA", "   ", "empty"),
    ("NAMA", "-", "empty"),
    ("NAMA", "12345", "not_a_name"),
    ("NAMA", "=cmd|' /C calc'!A0", "formula"),
    ("NAMA", "@SUM(A1)", "not_a_name"),
    ("NAMA", "#N/A", "spreadsheet_error"),
    ("NAMA", "x" * 201, "too_long"),
    ("L/P", "X", "sex_wrong"),
    ("L/P", "", "empty"),
    ("L/P", "L", "nip_sex_differs"),
    ("TGL LAHIR", "31-02-1990", "date_impossible"),
    ("TGL LAHIR", "1990", "date_wrong"),
    ("TGL LAHIR", "01-01-90", "date_wrong"),
    ("TGL LAHIR", "01-01-0190", "date_wrong"),
    ("TGL LAHIR", "", "empty"),
    ("TGL LAHIR", "02-01-1990", "nip_birth_differs"),
    ("STATUS", "Honorer", "kind_wrong"),
    ("STATUS", "", "empty"),
    ("GOL/RUANG", "V/z", "grade_pns_wrong"),
    ("GOL/RUANG", "I/e", "grade_pns_wrong"),
    ("GOL/RUANG", "IX", "grade_pns_wrong"),
    ("JABATAN", "", "empty"),
    ("JENIS JABATAN", "Honorer", "position_kind_wrong"),
    ("TMT JABATAN", "01-01-2031", "date_in_future"),
    ("TMT JABATAN", "01-01-1989", "date_before_birth"),
    ("TMT JABATAN", "", "empty"),
    ("MASUK JABATAN KARENA", "Titipan", "entry_reason_wrong"),
    ("UNIT KERJA", "", "empty"),
    ("UNIT KERJA", "=1+1", "formula"),
    ("NIP ATASAN LANGSUNG", EMPLOYEE, "supervisor_is_self"),
    ("NIP ATASAN LANGSUNG", "199901012020011099", "supervisor_unknown"),
    ("NIP ATASAN LANGSUNG", "Endang", "nip_not_digits"),
    ("EMAIL", "bukan-email", "email_wrong"),
    ("ALAMAT DOMISILI", "x" * 301, "too_long"),
]  # fmt: skip


@pytest.mark.parametrize(("column", "value", "code"), WRONG_CELLS)
def test_wrong_cell_is_named_and_nothing_is_saved(column, value, code):
    outcome = import_rows(staff(**{column: value}))

    assert found(outcome) == [(BAD_ROW, column, value[:300], code)]
    assert outcome.rejects[0].reason
    assert not outcome.is_saved
    assert Employee.objects.count() == Unit.objects.count() == 0


@pytest.mark.parametrize(
    ("column", "value", "shown", "code"),
    [
        ("NIP", 199001012015012003.0, "1.9900101201501202e+17", "nip_is_number"),
        ("TGL LAHIR", 32874, "32874", "date_is_number"),
        ("NAMA", '=HYPERLINK("http://x","klik")', '=HYPERLINK("http://x","klik")', "formula"),
        ("TMT JABATAN", "=TODAY()", "=TODAY()", "formula"),
        ("NIP ATASAN LANGSUNG", 198501012010011002.0, "1.9850101201001101e+17", "nip_is_number"),
    ],
)
def test_wrong_workbook_cell_is_named(column, value, shown, code):
    outcome = import_bytes(xlsx_bytes(table(staff(**{column: value}))))

    ((row, name, text, found_code),) = found(outcome)
    assert (row, name, found_code) == (BAD_ROW, column, code)
    assert text.split("e+")[0][:12] == shown.split("e+")[0][:12]


def test_dates_of_a_workbook_may_be_typed():
    rows = staff(**{"TGL LAHIR": datetime(1990, 1, 1), "TMT JABATAN": date(2021, 3, 1)})

    assert import_bytes(xlsx_bytes(table(rows))).is_saved


@pytest.mark.parametrize(
    "cells",
    [
        {"NIP": "19900101 201501 2 003"},
        {"NIP": "'199001012015012003"},
        {"NIP": "1990.0101.2015.012.003"},
        {"NIP": "199001012015012003\u200b "},
        {"STATUS": " pns "},
        {"GOL/RUANG": "Penata Muda Tk. I (III/b)"},
        {"GOL/RUANG": "3b"},
        {"GOL/RUANG": "III.B"},
        {"L/P": "Perempuan"},
        {"TGL LAHIR": "1 Januari 1990"},
        {"TGL LAHIR": "1990-01-01 00:00:00"},
        {"TGL LAHIR": "01/01/1990"},
        {"UNIT KERJA": " bagian   hukum "},
        {"MASUK JABATAN KARENA": "PROMOSI"},
        {"EMAIL": "-"},
        {"NIP ATASAN LANGSUNG": "19850101 201001 1 002"},
        {"STATUS": "PPPK", "GOL/RUANG": "9"},
        {"STATUS": "PPPK Paruh Waktu", "GOL/RUANG": ""},
    ],
)
def test_usual_spellings_are_normalised(cells):
    outcome = import_rows(staff(**cells))

    assert found(outcome) == []
    assert Employee.objects.filter(nip=EMPLOYEE).exists()
    assert Unit.objects.filter(name__iexact="bagian hukum").count() == 1


def test_all_that_is_wrong_with_a_row_is_told():
    outcome = import_rows(staff(NAMA="", STATUS="?", EMAIL="x"))

    assert found(outcome) == [
        (4, "NAMA", "", "empty"),
        (4, "STATUS", "?", "kind_wrong"),
        (4, "EMAIL", "x", "email_wrong"),
    ]


def test_same_nip_twice_keeps_the_row_it_fits():
    rows = [person(HEAD, **{"NIP ATASAN LANGSUNG": ""})]
    rows += [person(EMPLOYEE, **{"TGL LAHIR": "05-05-1991", "NAMA": "Lain"}), person(EMPLOYEE)]

    assert found(import_rows(rows)) == [(3, "NIP", EMPLOYEE, "nip_belongs_to_other_row")]


def test_same_nip_twice_keeps_the_first_of_equal_rows():
    outcome = import_rows([*staff(), person(SUPERVISOR)])

    assert found(outcome) == [(5, "NIP", SUPERVISOR, "nip_twice")]
    assert outcome.rejects[0].params == {"row": 3}


def test_unknown_unit_and_position_are_listed_without_create_missing():
    outcome = import_rows(staff(), create_missing=False)

    assert outcome.rejected == 3
    assert outcome.counts["unknown_units"] == ["Bagian Hukum"]
    assert outcome.counts["unknown_positions"] == ["Kepala Bagian", "Analis"]


def test_new_position_needs_its_group():
    rows = staff(**{"JABATAN": "Jabatan Baru", "JENIS JABATAN": ""})

    assert found(import_rows(rows)) == [(4, "JABATAN", "Jabatan Baru", "position_needs_kind")]


def test_circle_of_supervisors_is_named():
    rows = staff()
    rows[0]["NIP ATASAN LANGSUNG"] = EMPLOYEE

    outcome = import_rows(rows)

    assert [(item.row, item.code) for item in outcome.rejects] == [(row, "supervisor_circle") for row in (2, 3, 4)]
    assert "Pegawai 001" in outcome.rejects[0].reason


def test_circle_through_people_on_record_is_named():
    import_rows(staff())
    rows = [person(HEAD, **{"NIP ATASAN LANGSUNG": EMPLOYEE, "JABATAN": "Kepala Bagian"})]

    assert [item.code for item in import_rows(rows).rejects] == ["supervisor_circle"]


def test_row_whose_supervisor_is_rejected_is_not_saved_either():
    rows = staff()
    rows[1]["NAMA"] = ""

    outcome = import_rows(rows, accept_valid=True)

    assert found(outcome)[-1] == (4, "NIP ATASAN LANGSUNG", SUPERVISOR, "supervisor_rejected")
    assert outcome.is_saved
    assert list(Employee.objects.values_list("nip", flat=True)) == [HEAD]


def test_two_heads_of_a_unit_are_one_too_many():
    rows = staff()
    for row, value in zip(rows, ("ya", "ya", "tidak"), strict=True):
        row["KEPALA UNIT"] = value

    outcome = import_rows(rows)

    assert found(outcome) == [
        (3, "KEPALA UNIT", "ya", "head_taken"),
        (4, "NIP ATASAN LANGSUNG", SUPERVISOR, "supervisor_rejected"),
    ]
    assert outcome.rejects[0].params == {"name": "Pegawai 001"}
    assert Placement.objects.count() == 0


def test_unknown_office_is_named():
    assert found(import_rows(staff(KANTOR="Gedung Z"))) == [(4, "KANTOR", "Gedung Z", "site_unknown")]


def test_units_above_each_other_in_a_circle_are_named():
    rows = staff(**{"UNIT KERJA": "Sekretariat", "UNIT INDUK": "Bagian Hukum"})

    assert "unit_circle" in {item.code for item in import_rows(rows).rejects}


def test_same_unit_name_below_two_parents_is_two_units():
    rows = staff(**{"UNIT KERJA": "Subbagian Umum", "UNIT INDUK": "Dinas A"})
    rows[1] |= {"UNIT KERJA": "Subbagian Umum", "UNIT INDUK": "Dinas B"}

    import_rows(rows)

    parents = Unit.objects.filter(name="Subbagian Umum").values_list("parent__name", flat=True)
    assert sorted(parents) == ["Dinas A", "Dinas B"]
    rows[1]["UNIT INDUK"] = ""
    assert found(import_rows(rows)) == [(3, "UNIT KERJA", "Subbagian Umum", "unit_ambiguous")]


def test_middle_of_a_pns_nip_is_only_a_warning():
    outcome = import_rows(staff(NIP="199001012099992003"))

    assert outcome.is_saved
    assert [item.code for item in outcome.warnings if item.row] == ["nip_middle"]


def test_nip_that_does_not_fit_is_accepted_with_a_reason_and_stays_accepted():
    rows = staff(**{"TGL LAHIR": "01-02-1990"})

    outcome = import_rows(rows, exceptions={"4": "Putusan PN 12/2019"})

    assert outcome.is_saved
    person = Employee.objects.get(nip=EMPLOYEE)
    assert (person.nip_exception_reason, person.birth_date) == ("Putusan PN 12/2019", date(1990, 2, 1))
    again = import_rows(rows)
    assert (again.rejected, again.counts["unchanged"]) == (0, 3)
    other_date = import_rows(staff(**{"TGL LAHIR": "01-03-1990"}))
    assert [item.code for item in other_date.rejects] == ["nip_birth_differs"]


def test_every_reason_can_be_told_in_both_languages():
    class Anything(dict):
        def __missing__(self, key):
            return "2026-11-24" if key.endswith("date") else "x"

    for language in ("id", "en"):
        with translation.override(language):
            for text in (REASONS | WARNINGS | FILE_REASONS).values():
                assert str(text) % Anything()
