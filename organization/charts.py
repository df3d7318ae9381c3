"""Pictures drawn on the server: a Vega-Lite spec becomes an SVG without style, script or link, and brings its table.

The same picture serves page and PDF. Its colours are the tokens below; `static/css/app.css` turns them into the page's
own by attribute selectors, so that one cached picture is right in light and dark. The SVG is decoration for the eye:
the caption says what it shows and the table beside it holds every figure (design 8, accessibility).
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.cache import cache
from django.utils.safestring import SafeString, mark_safe

# Placeholders for the page's colours; keep them equal to the selectors in app.css ("Charts").
INK, LINE = "#4a5a70", "#d9e0e8"
BRAND, OK, WARN, STOP, INFO, MUTE = "#0b5f6b", "#14693f", "#b77600", "#a1221a", "#1b4f91", "#9aa7b5"
SERIES = (BRAND, WARN, INFO, MUTE, OK, STOP)
FONT = "Plus Jakarta Sans Variable, Plus Jakarta Sans, sans-serif"
WIDTH, HEIGHT = 640, 220
KEPT_SECONDS = 24 * 60 * 60

Cell = str | int | float | None


@dataclass(frozen=True)
class Table:
    """The figures behind a picture: heads, and rows whose first cell names them."""

    heads: Sequence[str]
    rows: Sequence[Sequence[Cell]]


@dataclass(frozen=True)
class Chart:
    """A picture with its title, what it shows in words, and its table; drawn by `partials/chart.html`."""

    title: str
    words: str
    svg: SafeString
    table: Table
    notes: Sequence[str] = field(default_factory=tuple)


def bars(
    *,
    title: str,
    words: str,
    labels: Sequence[str],
    series: Mapping[str, Sequence[float | None]],
    unit: str = "",
    stacked: bool = False,
    top: float | None = None,
    head: str = "",
) -> Chart:
    """Upright bars, a group (or a stack) per label. `series`: name -> one value a label, None where there is none.

    `unit` is written at the value axis, `top` is where that axis ends at least (100 for percent).
    """
    position: dict[str, Any] = {} if stacked or len(series) == 1 else {"xOffset": {"field": "s", "sort": None}}
    spec = _spec(labels, series, unit, top, stack="zero" if stacked else None)
    spec["mark"] = {"type": "bar", "cornerRadiusEnd": 2}
    spec["encoding"] |= position
    return Chart(title, words, svg_of(spec), _table(labels, series, head))


def lines(
    *,
    title: str,
    words: str,
    labels: Sequence[str],
    series: Mapping[str, Sequence[float | None]],
    unit: str = "",
    top: float | None = None,
    head: str = "",
) -> Chart:
    """A line per series over ordered labels (days, months); a gap where there is no value."""
    spec = _spec(labels, series, unit, top, stack=None)
    spec["mark"] = {
        "type": "line",
        "point": {"filled": True, "size": 40},
        "strokeWidth": 2,
        "invalid": "break-paths-show-domains",
    }
    return Chart(title, words, svg_of(spec), _table(labels, series, head))


def svg_of(spec: dict[str, Any]) -> SafeString:
    """The picture of a Vega-Lite spec, kept by its content for a day. ValueError for a spec that cannot be drawn."""
    text = json.dumps(spec, sort_keys=True, default=str)
    key = f"chart:{hashlib.sha256(text.encode()).hexdigest()}"
    found: str | None = cache.get(key)
    if found is None:
        import vl_convert  # heavy (its own JavaScript engine): only who draws pays for it

        found = _clean(vl_convert.vegalite_to_svg(spec))
        cache.set(key, found, KEPT_SECONDS)
    return mark_safe(found)  # noqa: S308  drawn by us from escaped text, see _clean


def _spec(
    labels: Sequence[str],
    series: Mapping[str, Sequence[float | None]],
    unit: str,
    top: float | None,
    *,
    stack: str | None,
) -> dict[str, Any]:
    values = [
        {"x": label, "s": name, "y": value}
        for name, row in series.items()
        for label, value in zip(labels, row, strict=True)
    ]
    highest = max((value["y"] for value in values if value["y"] is not None), default=0)
    scale = {"domainMin": 0, **({"domainMax": max(top, highest)} if top is not None else {})}
    legend = None if len(series) == 1 else {"orient": "top", "title": None, "labelLimit": 240}
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "width": WIDTH,
        "height": HEIGHT,
        "data": {"values": values},
        "encoding": {
            "x": {
                "field": "x",
                "type": "ordinal",
                "sort": None,
                "axis": {"title": None, "labelAngle": 0 if len(labels) <= 8 else -40, "labelLimit": 120},
            },
            "y": {
                "field": "y",
                "type": "quantitative",
                "stack": stack,
                "scale": scale,
                "axis": {"title": unit or None, "titleAngle": 0, "titleAlign": "left", "titleY": -10, "tickCount": 5},
            },
            "color": {
                "field": "s",
                "type": "nominal",
                "sort": None,
                "scale": {"domain": list(series), "range": [SERIES[n % len(SERIES)] for n in range(len(series))]},
                "legend": legend,
            },
        },
        "config": {
            "background": None,
            "font": FONT,
            "view": {"stroke": None},
            "axis": {
                "labelColor": INK, "titleColor": INK, "domainColor": LINE, "tickColor": LINE, "gridColor": LINE,
                "labelFontSize": 13, "titleFontSize": 13, "titleFontWeight": "normal",
            },
            "legend": {"labelColor": INK, "labelFontSize": 13, "symbolType": "square"},
        },
    }  # fmt: skip


def _table(labels: Sequence[str], series: Mapping[str, Sequence[float | None]], head: str) -> Table:
    rows = [[label, *(row[place] for row in series.values())] for place, label in enumerate(labels)]
    return Table([head, *series], rows)


def _clean(svg: str) -> str:
    """Let the page decide the size, and leave reading to the table: the picture itself is hidden from readers."""
    head, _, rest = svg.partition(">")
    head = re.sub(r'\s(?:width|height|class|xmlns:xlink)="[^"]*"', "", head)
    if re.search(r"<(?:script|style|foreignObject|image|use|a)[\s>]|\son\w+=|\sstyle=|href=", rest):
        raise ValueError("the picture holds more than shapes and text")
    return f'{head} class="chart" aria-hidden="true" focusable="false">{rest}'
