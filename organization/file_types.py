"""What an uploaded file really is: judged by its bytes, never by its name or by what the browser says."""

from __future__ import annotations

import io
import re
import unicodedata
import warnings
from dataclasses import dataclass

from PIL import Image
from pypdf import PdfReader
from pypdf.errors import PyPdfError

NAME_LENGTH = 120
# Names in a PDF that start something by themself when it is opened.
ACTIVE_PARTS = (b"/JavaScript", b"/Launch", b"/EmbeddedFile")


@dataclass(frozen=True)
class FileType:
    """A kind of file that is accepted, with the endings that belong to it."""

    label: str
    content_type: str
    endings: tuple[str, ...]

    def fits(self, name: str) -> bool:
        return name.lower().endswith(self.endings)


PDF = FileType("PDF", "application/pdf", (".pdf",))
JPG = FileType("JPG", "image/jpeg", (".jpg", ".jpeg"))
PNG = FileType("PNG", "image/png", (".png",))


def type_of(content: bytes) -> FileType | None:
    """PDF, JPG or PNG when the bytes begin like one and can be read as one; else None."""
    if content.startswith(b"%PDF-"):
        return PDF if pdf_problem(content) is None else None
    if content.startswith(b"\xff\xd8\xff"):
        return JPG if _is_image(content, "JPEG") else None
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG if _is_image(content, "PNG") else None
    return None


def pdf_problem(content: bytes) -> str | None:
    """Why bytes are no usable PDF: `not_pdf`, `unreadable`, `encrypted` or `active`; None when they are one."""
    if not content.startswith(b"%PDF-"):
        return "not_pdf"
    if any(part in content for part in ACTIVE_PARTS):
        return "active"
    try:
        reader = PdfReader(io.BytesIO(content), strict=False)
        if reader.is_encrypted:
            return "encrypted"
        if not reader.pages:
            return "unreadable"
        reader.pages[0].mediabox  # noqa: B018  reads the first page
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, OSError, RecursionError):
        return "unreadable"
    return None


def names(content: bytes, words: str) -> bool:
    """Whether the text of a PDF holds the words, spaces left out; a scan holds none."""
    try:
        text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(content), strict=False).pages)
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, OSError, RecursionError):
        return False
    return "".join(words.split()) in "".join(text.split())


def _is_image(content: bytes, kind: str) -> bool:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=[kind]) as image:
                image.verify()
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError, Image.DecompressionBombWarning):
        return False
    return True


def safe_name(name: str) -> str:
    """The file's own name without folders and control characters, short enough to show."""
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    cleaned = re.sub(r"[\x00-\x1f\x7f\"<>|:*?]", "_", last).strip(" .") or "file"
    stem, dot, ending = cleaned.rpartition(".")
    return cleaned if len(cleaned) <= NAME_LENGTH else f"{stem[: NAME_LENGTH - len(ending) - 1]}{dot}{ending}"
