"""Many PDF files as one: every page with its text and fonts, in order, each file under its bookmark."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import pytest
from pypdf import PdfReader, PdfWriter
from pypdf.errors import PdfReadError
from pypdf.generic import ArrayObject, DecodedStreamObject, Destination, DictionaryObject, NameObject, NumberObject

from fwa.letter_pdf import render_pdf
from fwa.letter_sample import sample_content
from fwa.pdf_joining import join_pdfs
from fwa.services.letters import profile_words
from organization.models import AgencyProfile


def letter(name: str) -> bytes:
    content = sample_content(profile_words(AgencyProfile()), date(2026, 11, 24))
    return render_pdf(content, link=f"https://example.id/check/{name}/", logo=None, decided_on=date(2026, 11, 24))


def joined(*files: tuple[str, bytes]) -> PdfReader:
    out = io.BytesIO()
    assert join_pdfs(files, out) == len(files)
    return PdfReader(io.BytesIO(out.getvalue()), strict=True)


def texts(reader: PdfReader) -> list[str]:
    return [page.extract_text() for page in reader.pages]


def test_letters_keep_their_pages_and_stand_under_their_names() -> None:
    one, two = letter("Rahayu"), letter("Hamzah")
    found = joined(("Rahayu", one), ("Hamzah, S.H.", two))

    first, second = PdfReader(io.BytesIO(one)), PdfReader(io.BytesIO(two))
    assert texts(found) == texts(first) + texts(second)
    lines = [line for line in found.outline if isinstance(line, Destination)]
    assert [line.title for line in lines] == ["Rahayu", "Hamzah, S.H."]
    places = [found.get_destination_page_number(line) for line in lines]
    assert places == [0, len(first.pages)]
    before: Any = first.pages[0]
    after: Any = found.pages[0]
    assert after.mediabox == before.mediabox
    assert set(after["/Resources"]["/Font"]) == set(before["/Resources"]["/Font"])
    assert after.get_contents().get_data() == before.get_contents().get_data()


def test_what_a_page_inherits_comes_along_once_per_page() -> None:
    writer = PdfWriter()
    for number in (1, 2):
        page = writer.add_blank_page(width=100, height=100)
        stream = DecodedStreamObject()
        stream.set_data(b"BT /F1 12 Tf (%d) Tj ET" % number)
        page[NameObject("/Contents")] = writer._add_object(stream)
        del page["/MediaBox"], page["/Resources"]
    font = writer._add_object(
        DictionaryObject({NameObject("/Type"): NameObject("/Font"), NameObject("/BaseFont"): NameObject("/Courier")})
    )
    tree: Any = writer._root_object["/Pages"]
    tree[NameObject("/MediaBox")] = ArrayObject(map(NumberObject, (0, 0, 200, 300)))
    tree[NameObject("/Resources")] = DictionaryObject(
        {NameObject("/Font"): DictionaryObject({NameObject("/F1"): font})}
    )
    raw = io.BytesIO()
    writer.write(raw)

    found = joined(("A", raw.getvalue()), ("B", raw.getvalue()))

    assert [page.mediabox.width for page in found.pages] == [200] * 4
    pages: list[Any] = list(found.pages)
    assert {page["/Resources"]["/Font"]["/F1"]["/BaseFont"] for page in pages} == {"/Courier"}
    assert [page.get_contents().get_data()[-8:] for page in pages] == [b"1) Tj ET", b"2) Tj ET"] * 2


def test_what_is_no_file_of_pages_is_refused() -> None:
    with pytest.raises(PdfReadError):
        join_pdfs([("A", b"not a file")], io.BytesIO())
    empty = io.BytesIO()
    PdfWriter().write(empty)
    with pytest.raises((ValueError, PdfReadError)):
        join_pdfs([("A", empty.getvalue())], io.BytesIO())
