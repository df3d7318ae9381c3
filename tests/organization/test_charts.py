"""Pictures hold shapes and text only, bring their figures as a table, and take the page's colours."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.template.loader import render_to_string

from organization import charts

MONTHS = ["Januari", "Februari", "Maret"]


def picture(**series: list[float | None]) -> charts.Chart:
    return charts.bars(title="Tepat waktu", words="Bagian per bulan", labels=MONTHS, series=series, unit="%", top=100)


def test_a_picture_is_shapes_and_text_only() -> None:
    svg = picture(tim=[80, None, 70.5]).svg
    assert svg.startswith("<svg")
    assert svg.rstrip().endswith("</svg>")
    assert not re.search(r"<script|<style|style=|href=|\son\w+=|<image", svg)
    assert 'aria-hidden="true"' in svg[:300]
    assert " width=" not in svg[: svg.index(">")]


def test_words_in_a_spec_are_text_never_markup() -> None:
    chart = charts.bars(
        title="t", words="w", labels=['<script>alert("x")</script>', "b"], series={"<b>tim</b>": [1, 2], "lain": [2, 3]}
    )
    assert "<script" not in chart.svg
    assert "<b>" not in chart.svg
    html = render_to_string("partials/chart.html", {"chart": chart})
    assert "<script" not in html
    assert "&lt;script&gt;" in html


def test_the_table_holds_every_figure_and_a_dash_where_there_is_none() -> None:
    chart = picture(tim=[80, None, 70.5], unit=[90, 91, 92])
    assert chart.table.rows == [["Januari", 80, 90], ["Februari", None, 91], ["Maret", 70.5, 92]]
    html = render_to_string("partials/chart.html", {"chart": chart})
    assert "–" in html
    assert html.count("<tr>") == 4


def test_stacked_bars_and_lines_are_drawn() -> None:
    stacked = charts.bars(title="t", words="w", labels=MONTHS, series={"a": [1, 2, 3], "b": [3, 2, 1]}, stacked=True)
    line = charts.lines(title="t", words="w", labels=MONTHS, series={"a": [1, None, 3]})
    assert stacked.svg.count('aria-roledescription="bar"') == 6
    assert "<path" in line.svg


def test_every_colour_of_a_picture_has_its_rule_on_the_page() -> None:
    css = Path("static/css/app.css").read_text()
    for colour in (charts.INK, charts.LINE, charts.BRAND, charts.OK, charts.WARN, charts.STOP, charts.INFO):
        assert f'"{colour}"]' in css


def test_what_is_no_picture_is_refused() -> None:
    with pytest.raises(ValueError):
        charts.svg_of({"mark": "nothing"})
