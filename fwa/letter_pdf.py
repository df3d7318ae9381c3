"""The letter's pages from its frozen content: no query, no clock. The same template serves HR's preview."""

from __future__ import annotations

import atexit
import base64
import hashlib
import io
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any

import segno
from django.conf import settings
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.utils.translation import override

if TYPE_CHECKING:
    import weasyprint
    from weasyprint.text.fonts import FontConfiguration

# Tagged for screen readers; the archive of an agency must be able to read it in many years.
PDF_VARIANT = "pdf/ua-1"
STYLE = "css/letter.css"
PNG_START = b"\x89PNG\r\n\x1a\n"


def check_url(token: str) -> str:
    """Address of the letter's public check page, as printed and in its QR code."""
    return f"{settings.BASE_URL}/check/{token}/"


def letter_context(content: dict[str, Any], *, link: str, logo: bytes | None) -> dict[str, Any]:
    """What the letter's template needs; pictures are part of the page, so that nothing is fetched."""
    return {"letter": content, "link": link, "qr": _qr(link), "logo": _png(logo), "signature": content["signature"]}


def render_pdf(content: dict[str, Any], *, link: str, logo: bytes | None, decided_on: date) -> bytes:
    """A4 pages as PDF/UA. The same content gives the same pages; the identifier follows from number and link."""
    context = letter_context(content, link=link, logo=logo) | {"decided_on": decided_on}
    with override("id"):
        html = render_to_string("fwa/letters/letter.html", context)
    # Imported here: pages must be served also where Pango, which this needs, is not installed.
    import weasyprint

    from fwa.letter_fetcher import OwnFilesOnly

    fetcher = OwnFilesOnly()
    document = weasyprint.HTML(string=html, url_fetcher=fetcher, base_url=None)
    sheet, fonts = _style()
    pages: bytes = document.write_pdf(
        stylesheets=[sheet],
        font_config=fonts,
        pdf_variant=PDF_VARIANT,
        pdf_identifier=hashlib.sha256(f"{content['number']}\n{link}".encode()).digest()[:16],
    )
    return pages


@cache
def _style() -> tuple[weasyprint.CSS, FontConfiguration]:
    """The style and its fonts, read once per process: a fifth of the time of a letter."""
    import weasyprint
    from weasyprint.text.fonts import FontConfiguration

    from fwa.letter_fetcher import OwnFilesOnly

    style = finders.find(STYLE)
    if style is None:
        raise FileNotFoundError(STYLE)
    fonts = FontConfiguration()
    atexit.register(_style.cache_clear)  # its end needs modules that are gone later
    return weasyprint.CSS(filename=style, url_fetcher=OwnFilesOnly(), font_config=fonts), fonts


def _qr(link: str) -> str:
    drawing = io.BytesIO()
    segno.make(link, error="m").save(drawing, kind="svg", border=2, xmldecl=False, svgns=True, nl=False)
    return _data("image/svg+xml", drawing.getvalue())


def _png(content: bytes | None) -> str:
    return _data("image/png", content) if content and content.startswith(PNG_START) else ""


def _data(kind: str, content: bytes) -> str:
    return f"data:{kind};base64,{base64.b64encode(content).decode()}"
