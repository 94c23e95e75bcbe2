"""Reports as one static page: well formed, in its language, with nothing that runs or loads."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import Run
from tracker.dates import Period
from tracker.money import Figure, Money
from tracker.render import Options
from tracker.render.html import page, write_html
from tracker.reports.report import Amounts, Axis, Bar, Chart, Column, Curve, Kind, Report, Row, Spark, Strip
from tracker.text import show
from tracker.vocabulary import LIGHTS

DAY = date(2023, 2, 28)
_VOID = frozenset({"meta", "br"})
_ALLOWED = frozenset(
    (
        *("html", "head", "meta", "title", "style", "body", "section", "h1", "p", "ul", "li", "br"),
        *("table", "div", "thead", "tbody", "tfoot", "tr", "th", "td", "span"),
        *("svg", "rect", "circle", "path", "line", "polyline", "polygon", "text", "figure", "figcaption"),
    )
)


class Page(HTMLParser):
    """The elements of a page: every one closed in its turn, and the texts of the cells."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: set[str] = set()
        self.attributes: list[tuple[str, str, str | None]] = []
        self.rows: list[list[str]] = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)
        self.attributes += [(tag, name, value) for name, value in attributes]
        if tag == "br":
            self.rows[-1][-1] += "\n"
        if tag not in _VOID:
            self.open.append(tag)
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append("")

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, text: str) -> None:
        if {"td", "th"} & set(self.open) and "svg" not in self.open:
            self.rows[-1][-1] += text


def report(*rows: Row, **more: object) -> Report:
    columns = (
        Column("name", "Name <x>"),
        Column("total", "Total", Kind.AMOUNT),
        Column("light", "Light"),
        Column("bar", "", drawn=True),
    )
    return Report("r", "Title & more", columns, rows, DAY, **more)  # type: ignore[arg-type]


def test_a_report_is_one_table_with_its_words() -> None:
    total = Amounts((Figure(Money(250_000_000_000, "CNY")), Figure(Money(100, "USD"))))
    rows = (("甲", total, LIGHTS["red"], Bar(Fraction(1))),)
    text = write_html(report(*rows, totals=("all", total, None, None), notes=("a <note>",)), Options(lang="zh"))
    found = Page(text)
    assert text.startswith("<!DOCTYPE html>\n")
    assert ("html", "lang", "zh-CN") in found.attributes
    assert ("span", "class", "lamp red") in found.attributes
    assert ("td", "class", "n") in found.attributes
    assert found.rows == [
        ["Name <x>", "Total", "Light"],
        ["甲", "25亿元\n1美元", "红灯"],
        ["all", "25亿元\n1美元", ""],
    ]
    assert "<li>a &lt;note&gt;</li>" in text


@given(st.lists(st.text(min_size=1), max_size=4))
def test_no_name_becomes_an_element(names: list[str]) -> None:
    text = write_html(report(*((name, Amounts(), None, None) for name in names), notes=tuple(names)), Options())
    found = Page(text)
    assert found.seen <= _ALLOWED
    assert [row[0] for row in found.rows[1:]] == [show(name) for name in names]


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", "\"'><img src=x onerror=y>", "javascript:x", "]]>"])
def test_nothing_runs_and_nothing_is_loaded(name: str) -> None:
    found = Page(page(name, [report((name, Amounts(), None, None))] * 2, Options()))
    assert {name for _tag, name, _value in found.attributes} <= {
        *("lang", "charset", "http-equiv", "content", "name", "class", "scope", "colspan", "style"),
    }


def drawn() -> Report:
    span = Period.of(date(2023, 1, 1), date(2023, 12, 31))
    late = Strip(Period.month(2023, 1), Period.day(date(2023, 6, 1)), None, Period.of(date(2023, 2, 1), DAY))
    columns = (
        Column("name", "Name"),
        Column("done", "Done", Kind.RATIO),
        Column("bar", "", drawn=True),
        Column("spark", "Months", drawn=True),
        Column("strip", "", drawn=True, axis=Axis(span, DAY)),
        Column("forecast", "Forecast", Kind.DATE, in_words=True),
    )
    half = Fraction(1, 2)
    spark = Spark((Fraction(1), None, Fraction(4)))
    row: Row = ("<b>x</b>", half, Bar(half, Fraction(1, 4)), spark, late, Period.day(date(2023, 6, 1)))
    curves = (Curve("<i>done", "●", (Fraction(0), half, None)), Curve("plan", "·", (Fraction(0), half, Fraction(1))))
    band = (Curve("low", "○", (None, half, half)), Curve("high", "○", (None, half, Fraction(3, 4))))
    chart = Chart(curves, ("<a>", "b", "c"), Amounts((Figure(Money(100, "CNY")),)), band)
    return Report("r", "T", columns, (row,), DAY, chart=chart, state="change 5")


def test_a_page_draws_what_a_terminal_draws_with_the_same_numbers_in_words() -> None:
    text = write_html(drawn(), Options(zone_name="Zone <1>"))
    found = Page(text)
    assert found.rows == [["Name", "Done", "Months", "", "Forecast"], ["<b>x</b>", "50.0%", "", "", "2023-06-01"]]
    assert '<rect class="fill" width="50%" height="8"/><rect class="mark" x="25%"' in text
    assert '<polygon class="band" points="50,50 100,25 100,50 50,50"/>' in text
    assert '<polyline class="done" points="0,100 50,50"/>' in text
    # The last day of January on an axis of twelve months that are equally wide.
    assert f'<svg class="baseline" x="{100 * 30 / 31 / 12:.2f}%"' in text
    assert "&lt;i&gt;done" in text
    assert "Zone &lt;1&gt;" in text
    assert found.seen <= _ALLOWED


def test_a_mail_has_its_styles_at_the_elements_and_bars_of_cells() -> None:
    text = page("T", [drawn()], Options(), mail=True)
    assert "<svg" not in text
    assert 'width="30" height="6" bgcolor="#2f6db5"' in text
    assert 'bgcolor="#e3e8ee"' in text
    assert 'class="n"' not in text
    assert "2023-06-01" in text
    # No style sheet can hold what a name says, nor a name leave its place.
    hostile = "x</style></td><script>alert(1)</script><a href='javascript:x'>\"; background:url(http://e.vil)"
    found = Page(
        page(hostile, [report((hostile, Amounts(), None, None), notes=(hostile,)), hostile], Options(), mail=True)
    )
    assert found.seen <= _ALLOWED
    assert not any("url(" in (value or "") for _tag, name, value in found.attributes if name == "style")


def test_a_chinese_title_breaks_before_its_bracket_and_behind_its_year_alone() -> None:
    columns = (Column("gap", "差距（百分点）", Kind.POINTS), Column("plan", "2023年计划投资", Kind.AMOUNT))
    row = (Fraction(1), Amounts((Figure(Money(100, "CNY")),)))
    text = page("T", [Report("r", "T", columns, (row,), DAY)], Options(lang="zh"), mail=True)
    for whole in ("差距", "（百分点）", "2023年", "计划投资"):
        assert f'<span style="white-space:nowrap">{whole}</span>' in text


def test_a_grouped_report_has_a_heading_over_each_group() -> None:
    columns = (Column("group", "Group"), Column("name", "Name"), Column("n", "N", Kind.COUNT))
    rows: tuple[Row, ...] = (("x", "a", 1), ("y", "c", None))
    found = Page(write_html(Report("r", "T", columns, rows, DAY, grouped=True, totals=("all", None, 1)), Options()))
    assert found.rows == [["Name", "N"], ["x"], ["a", "1"], ["y"], ["c", ""], ["all", "1"]]
    assert ("th", "colspan", "2") in found.attributes


def test_an_empty_report_is_a_page_too() -> None:
    text = write_html(report(empty="no project matches"), Options())
    assert "table" not in Page(text).seen
    assert "<li>no project matches</li>" in text


@pytest.mark.parametrize("words", [["list"], ["progress"], ["show", "nidec-flagship"], ["timeline"], ["check"]])
def test_the_reports_are_well_formed(run: Run, demo_database: Path, words: list[str]) -> None:
    result = run("--db", demo_database, "--lang", "zh", *words, "-f", "html", today="2023-02-28")
    assert result.code == 0
    assert Page(result.out).seen <= _ALLOWED
