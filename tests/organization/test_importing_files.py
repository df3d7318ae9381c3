"""Files as people really bring them: encodings, delimiters, title rows, and things that are no list at all."""

from __future__ import annotations

import io
import zipfile

import openpyxl
import pytest

from organization.importing import files
from organization.importing.base import importer_for, registered_kinds
from organization.importing.files import Formula, check_size, open_source
from organization.importing.layout import Column, find_layout, guess_header, header_key, match_headers
from organization.importing.reasons import ImportFileError
from organization.importing.reports import safe_cell, template_csv, template_xlsx
from organization.models import ColumnMapping
from tests.organization.importing import csv_bytes, import_bytes, staff, table, xlsx_bytes

COLUMNS = (Column("nip", "NIP", ("NIP BARU",), required=True), Column("name", "NAMA", ("NAMA PEGAWAI",), required=True))


def rows_of(content: bytes) -> list[list[str]]:
    source = open_source(io.BytesIO(content))
    layout = find_layout(source, COLUMNS)
    assert layout is not None
    rows = source.rows(layout.sheet)
    return [
        [row[1][layout.columns["nip"]], row[1][layout.columns["name"]]] for row in rows if row[0] > layout.header_row
    ]


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_delimiter_and_encoding_are_found(delimiter, encoding):
    text = delimiter.join(["NIP", "NAMA", "KOTA"]) + "\r\n" + delimiter.join(["1", '"Réné; Jr, S.H."', "x"]) + "\r\n"

    assert rows_of(text.encode(encoding)) == [["1", "Réné; Jr, S.H."]]


@pytest.mark.parametrize("rows_above", [0, 1, 4, 9])
def test_header_may_stand_in_any_of_the_first_ten_rows(rows_above):
    titles = "".join(f"Judul {number};;;\n" for number in range(rows_above))

    assert rows_of(f"{titles}No;NIP;Nama Pegawai\n1;7;Ani\n".encode()) == [["7", "Ani"]]


def test_line_that_names_the_delimiter_is_understood():
    assert rows_of(b"sep=,\nNIP,NAMA\n1,Ani;Budi\n") == [["1", "Ani;Budi"]]


def test_header_in_the_eleventh_row_is_not_found():
    source = open_source(io.BytesIO(b"x;y\n" * 10 + b"NIP;NAMA\n1;Ani\n"))

    assert find_layout(source, COLUMNS) is None


def test_table_is_found_on_another_sheet():
    book = openpyxl.Workbook()
    book.active.append(["Petunjuk", "NIP"])
    book.create_sheet("DUK").append(["NIP BARU", "NAMA PEGAWAI"])
    stream = io.BytesIO()
    book.save(stream)

    layout = find_layout(open_source(stream), COLUMNS)

    assert (layout.sheet, layout.header_row, layout.columns) == ("DUK", 1, {"nip": 0, "name": 1})


def test_formulas_stay_text():
    source = open_source(io.BytesIO(xlsx_bytes([["NIP", "NAMA"], ["1", "=1+1"]])))

    value = source.rows(source.sheets()[0])[1][1][1]

    assert isinstance(value, Formula)
    assert value == "=1+1"


def test_formatting_far_below_the_list_is_not_read():
    book = openpyxl.Workbook()
    book.active.append(["NIP", "NAMA"])
    book.active.append(["1", "Ani"])
    book.active.cell(90_000, 1).font = openpyxl.styles.Font(bold=True)
    stream = io.BytesIO()
    book.save(stream)

    assert len(rows_of(stream.getvalue())) <= files.MAX_EMPTY_ROWS + 1


def test_usual_heading_beats_synonyms():
    columns = importer_for("employees").columns

    assert match_headers(["OPD", "UNIT KERJA"], columns) == {"parent": 0, "unit": 1}
    assert match_headers(["OPD"], columns) == {"unit": 0}
    assert match_headers(["Tgl. Lahir (dd-mm-yyyy)", "nip\natasan  langsung"], columns) == {
        "birth_date": 0,
        "supervisor": 1,
    }


def zipped(**members: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "/"), content)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty_file"),
        (b"  \r\n ", "empty_file"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1rest", "old_excel"),
        (b"%PDF-1.7 ...", "not_a_list"),
        (b"\x7fELF\x02\x01\x00\x00", "not_a_list"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "not_a_list"),
        (b"<html><table><tr><td>NIP</td></tr></table></html>", "web_page"),
        (b"PK\x03\x04 broken", "broken_workbook"),
        (zipped(**{"a.txt": b"x"}), "not_a_list"),
        (zipped(**{"word__document.xml": b"x", "[Content_Types].xml": b"x"}), "other_office"),
        (zipped(mimetype=b"application/vnd.oasis.opendocument.spreadsheet"), "other_office"),
        (zipped(**{"xl__workbook.xml": b"<x/>", "[Content_Types].xml": b"<x/>"}), "broken_workbook"),
    ],
)
def test_what_is_no_list_is_refused_with_what_to_do(content, code):
    with pytest.raises(ImportFileError) as caught:
        open_source(io.BytesIO(content))

    assert caught.value.code == code
    assert str(caught.value)


def test_zip_bomb_is_refused_before_it_is_unpacked(monkeypatch):
    monkeypatch.setattr(files, "MAX_UNPACKED_BYTES", 1_000_000)
    content = zipped(**{"xl__workbook.xml": b"0" * 1_000_001, "[Content_Types].xml": b"x"})
    assert len(content) < 3_000

    with pytest.raises(ImportFileError) as caught:
        open_source(io.BytesIO(content))

    assert caught.value.code == "bomb"


def test_too_many_rows_are_refused(monkeypatch):
    monkeypatch.setattr(files, "MAX_ROWS", 5)

    with pytest.raises(ImportFileError) as caught:
        rows_of(b"NIP;NAMA\n" + b"1;x\n" * 10)

    assert caught.value.code == "too_many_rows"


def test_file_over_the_limit_is_refused():
    check_size(20, 20)
    with pytest.raises(ImportFileError):
        check_size(21, 20)


def test_fullest_row_is_guessed_as_header():
    layout = guess_header(open_source(io.BytesIO(b"Judul;;\nA;B;C\n1;2;3\n")))

    assert (layout.header_row, layout.headers) == (2, ("A", "B", "C"))


def test_header_key_is_the_same_for_the_same_layout():
    assert header_key(["NIP", "Nama "]) == header_key(["nip", "NAMA"]) != header_key(["NAMA", "NIP"])


def test_reject_values_are_no_formulas():
    assert [safe_cell(value) for value in ("=1", "+1", "-1", "@x", "1")] == ["'=1", "'+1", "'-1", "'@x", "1"]


@pytest.mark.django_db
class TestImport:
    def test_repeated_header_column_numbers_and_signature_are_no_data(self):
        rows = table(staff())
        numbers = [str(number) for number in range(1, len(rows[0]) + 1)]
        blank = [""] * len(rows[0])
        signature = [*blank[:8], "Nusa Bakti, 1 November 2026", *blank[9:]]
        text = "\n".join(
            ";".join(row) for row in [rows[0], numbers, rows[1], blank, rows[0], *rows[2:], blank, signature]
        )

        outcome = import_bytes(text.encode())

        assert (outcome.total, outcome.rejects) == (3, [])
        assert [item.params for item in outcome.warnings if item.code == "rows_skipped"] == [{"rows": "9"}]

    def test_file_without_rows_is_refused(self):
        with pytest.raises(ImportFileError) as caught:
            import_bytes(b"NIP;NAMA;STATUS;JABATAN;TMT JABATAN;MASUK JABATAN KARENA;UNIT KERJA\n")
        assert caught.value.code == "no_rows"

    def test_missing_columns_are_named(self):
        with pytest.raises(ImportFileError) as caught:
            import_bytes(b"NIP;NAMA;KOTA\n1;2;3\n")
        assert caught.value.params == {
            "columns": "STATUS, JABATAN, TMT JABATAN, MASUK JABATAN KARENA, UNIT KERJA",
            "found": "NIP, NAMA, KOTA",
        }

    def test_mapping_made_by_hand_is_used_for_the_same_headings(self):
        rows = [
            {{"NIP": "NOMOR", "NAMA": "SIAPA"}.get(name, name): value for name, value in row.items()} for row in staff()
        ]
        headers = list(rows[0])
        ColumnMapping.objects.create(kind="employees", header_key=header_key(headers), mapping={"nip": 0, "name": 1})

        outcome = import_bytes(csv_bytes(rows))

        assert outcome.is_saved

    def test_place_and_date_of_birth_may_share_a_column(self):
        rows = staff()
        for row in rows:
            row["TEMPAT/TGL LAHIR"] = f"{row.pop('TEMPAT LAHIR')}, {row.pop('TGL LAHIR')}"

        assert import_bytes(csv_bytes(rows)).is_saved


@pytest.mark.parametrize("kind", ["employees", "position_tasks", "discipline", "absences", "ratings"])
def test_templates_have_every_column(kind):
    assert kind in registered_kinds()
    importer = importer_for(kind)
    for content in (template_csv(importer), template_xlsx(importer)):
        layout = find_layout(open_source(io.BytesIO(content)), importer.columns)
        assert set(layout.columns) == {column.code for column in importer.columns if not column.stands_for}
