"""Joins many PDF files into one without holding them: each is written on as it is read, only page numbers are kept.

A general library keeps every object of every file until the end, some 1.5 MB for each of our letters; here the memory
is that of one letter, whatever their number. Made for the letters that this system renders: no forms, no encryption.
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from typing import IO

from pypdf import PdfReader
from pypdf.generic import (
    ArrayObject,
    DictionaryObject,
    IndirectObject,
    NameObject,
    NullObject,
    NumberObject,
    PdfObject,
    StreamObject,
    TextStringObject,
)

_HEADER = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
# What a page may take from the nodes above it in its file; it must bring them along (ISO 32000-1, table 30).
_INHERITED = ("/Resources", "/MediaBox", "/CropBox", "/Rotate")
# Objects that only hold their file together; the structure of one file cannot be that of all.
_LEFT_OUT = frozenset({"/Catalog", "/Pages", "/StructTreeRoot", "/StructElem", "/Metadata", "/XRef", "/ObjStm"})
_CATALOG, _PAGES, _OUTLINES, _FIRST = 1, 2, 3, 4


class _Writer:
    """Objects one after the other, and where each begins."""

    def __init__(self, out: IO[bytes]) -> None:
        self.out, self.offsets, self.next = out, {0: 0}, _FIRST
        self.at = out.write(_HEADER)

    def reserve(self, number: int) -> int:
        """The first of `number` new object numbers."""
        first = self.next
        self.next += number
        return first

    def write(self, number: int, value: PdfObject) -> None:
        body = io.BytesIO()
        value.write_to_stream(body)
        self.offsets[number] = self.at
        self.at += self.out.write(b"%d 0 obj\n%s\nendobj\n" % (number, body.getvalue()))

    def finish(self) -> None:
        """The table of all objects and the trailer; a number that nothing was written for is free."""
        start, size = self.at, self.next
        self.out.write(b"xref\n0 %d\n" % size)
        for number in range(size):
            known = number and number in self.offsets
            line = b"%010d 00000 n \n" % self.offsets[number] if known else b"0000000000 65535 f \n"
            self.out.write(line)
        self.out.write(b"trailer\n<< /Size %d /Root %d 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (size, _CATALOG, start))


def join_pdfs(files: Iterable[tuple[str, bytes]], out: IO[bytes]) -> int:
    """Write the files one after the other, each with its title as a bookmark; returns how many.

    Raises pypdf.errors.PdfReadError for what is no PDF, and ValueError for a file without pages.
    """
    writer = _Writer(out)
    pages: list[int] = []
    bookmarks: list[tuple[str, int]] = []
    for title, content in files:
        own = _File(content, writer).copy()
        if not own:
            raise ValueError(f"{title}: no pages")
        bookmarks.append((title, own[0]))
        pages += own
    kids = ArrayObject(_ref(number) for number in pages)
    writer.write(_PAGES, _dictionary(Type=NameObject("/Pages"), Kids=kids, Count=NumberObject(len(pages))))
    _write_bookmarks(writer, bookmarks)
    root = _dictionary(Type=NameObject("/Catalog"), Pages=_ref(_PAGES), Outlines=_ref(_OUTLINES))
    root[NameObject("/Lang")] = TextStringObject("id")
    writer.write(_CATALOG, root)
    writer.finish()
    return len(bookmarks)


class _File:
    """One file on its way into the new one: which of its objects got which number, and which still wait."""

    def __init__(self, content: bytes, writer: _Writer) -> None:
        self.reader, self.writer = PdfReader(io.BytesIO(content)), writer
        self.numbers: dict[int, int] = {}
        self.waiting: list[IndirectObject] = []

    def copy(self) -> list[int]:
        """Copy every object that a page leads to; returns the new numbers of the pages in their order."""
        pages = [(page, page.indirect_reference) for page in self.reader.pages]
        for _page, reference in pages:
            if reference is not None:
                self.numbers[reference.idnum] = self.writer.reserve(1)
        own = [self.numbers[reference.idnum] for _page, reference in pages if reference is not None]
        for number, (page, _reference) in zip(own, pages, strict=True):
            self.writer.write(number, self._renumbered(_standing_alone(page)))
        while self.waiting:
            reference = self.waiting.pop()
            value = reference.get_object()
            if value is not None:
                self.writer.write(self.numbers[reference.idnum], self._renumbered(value))
        return own

    def _renumbered(self, value: PdfObject) -> PdfObject:
        """The same with the numbers of the new file. A stream keeps its bytes as they are, packed."""
        if isinstance(value, IndirectObject):
            return self._reference(value)
        if isinstance(value, StreamObject):
            for key in list(value):
                dict.__setitem__(value, key, self._renumbered(value.raw_get(key)))
            return value
        if isinstance(value, DictionaryObject):
            return DictionaryObject({key: self._renumbered(value.raw_get(key)) for key in value})
        if isinstance(value, ArrayObject):
            return ArrayObject(self._renumbered(list.__getitem__(value, place)) for place in range(len(value)))
        return value

    def _reference(self, value: IndirectObject) -> PdfObject:
        if value.idnum not in self.numbers:
            if _is_left_out(value.get_object()):
                return NullObject()
            self.numbers[value.idnum] = self.writer.reserve(1)
            self.waiting.append(value)
        return _ref(self.numbers[value.idnum])


def _standing_alone(page: DictionaryObject) -> DictionaryObject:
    """The page under the new root, with what it had from above it and without the structure of its file."""
    alone = DictionaryObject({key: page.raw_get(key) for key in page if key not in ("/Parent", "/StructParents")})
    for key in _INHERITED:
        above: PdfObject | None = page
        while key not in alone and isinstance(above, DictionaryObject):
            if key in above:
                alone[NameObject(key)] = above.raw_get(key)
            above = above.get("/Parent")
    alone[NameObject("/Parent")] = _Fixed(_PAGES)
    return alone


def _is_left_out(value: PdfObject | None) -> bool:
    return isinstance(value, DictionaryObject) and value.get("/Type") in _LEFT_OUT


def _write_bookmarks(writer: _Writer, bookmarks: list[tuple[str, int]]) -> None:
    first = writer.reserve(len(bookmarks))
    last = first + len(bookmarks) - 1
    for number, (title, page) in enumerate(bookmarks, start=first):
        line = _dictionary(
            Title=TextStringObject(title),
            Parent=_ref(_OUTLINES),
            Dest=ArrayObject([_ref(page), NameObject("/Fit")]),
        )
        if number > first:
            line[NameObject("/Prev")] = _ref(number - 1)
        if number < last:
            line[NameObject("/Next")] = _ref(number + 1)
        writer.write(number, line)
    outlines = _dictionary(Type=NameObject("/Outlines"), Count=NumberObject(len(bookmarks)))
    if bookmarks:
        outlines |= _dictionary(First=_ref(first), Last=_ref(last))
    writer.write(_OUTLINES, DictionaryObject(outlines))


def _dictionary(**values: PdfObject) -> DictionaryObject:
    return DictionaryObject({NameObject(f"/{name}"): value for name, value in values.items()})


def _ref(number: int) -> IndirectObject:
    return IndirectObject(number, 0, None)


class _Fixed(NumberObject):
    """A reference that is written as it stands: it is one of the new file already."""

    def write_to_stream(self, stream: IO[bytes], encryption_key: object = None) -> None:
        stream.write(b"%d 0 R" % int(self))
