"""Reports as Markdown: one table a Markdown reader finds as we meant it, and nothing in it that the data opened."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from tracker.money import Figure, Money
from tracker.render import Options
from tracker.render.markdown import escaped, write_markdown
from tracker.reports.report import Amounts, Bar, Column, Kind, Report, Row
from tracker.text import show

DAY = date(2023, 2, 28)
ONE = Amounts((Figure(Money(100, "CNY")),))
HOSTILE = ("a|b", "`x`", "<script>", "[x](http://e.vil)", "![i](e.png)", "**b** _i_", "a\\|b", "&lt;", "~~x~~", "$x$")


def report(*rows: Row, **more: object) -> Report:
    columns = (Column("name", "Name | x"), Column("total", "Total", Kind.AMOUNT), Column("bar", "", drawn=True))
    return Report("r", "Title *x*", columns, rows, DAY, **more)  # type: ignore[arg-type]


def parsed(text: str) -> list[Token]:
    return MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).parse(text)


def cells(text: str) -> list[list[str]]:
    """The texts of each row of the tables, as a reader sees them."""
    rows: list[list[str]] = []
    for token in parsed(text):
        if token.type == "tr_open":
            rows.append([])
        elif token.type == "inline" and rows and token.level == 4:
            rows[-1].append(seen(token))
    return rows


def seen(token: Token) -> str:
    pieces = {"html_inline": "\n", "softbreak": "\n"}
    return "".join(pieces.get(child.type, child.content) for child in token.children or ())


def kinds(text: str) -> set[str]:
    found = {token.type for token in parsed(text)}
    return found | {child.type for token in parsed(text) for child in token.children or ()}


def test_a_report_is_a_heading_a_table_and_a_list() -> None:
    total = Amounts((Figure(Money(250_000_000_000, "CNY"), "nearly"), Figure(Money(100, "USD"))), 2, 3)
    text = write_markdown(
        report(("甲", total, Bar(Fraction(1))), ("乙", Amounts(), None), totals=("2", total, None), notes=("a note",)),
        Options(),
    )
    assert text.splitlines() == [
        "## Title \\*x\\*",
        "",
        "as of 2023-02-28",
        "",
        "| Name \\| x | Total |",
        "| --- | ---: |",
        "| 甲 | nearly CNY 2.5bn<br>USD 1<br>(2/3) |",
        "| 乙 | – |",
        "| **2** | **nearly CNY 2.5bn<br>USD 1<br>(2/3)** |",
        "",
        "- a note",
    ]
    assert cells(text)[1] == ["甲", "nearly CNY 2.5bn\nUSD 1\n(2/3)"]


@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_is_never_markup(name: str) -> None:
    text = write_markdown(report((name, Amounts(), None), notes=(name,)), Options())
    assert cells(text)[1][0] == name
    assert not {"link_open", "image", "code_inline", "strong_open", "em_open", "s_open"} & kinds(text)
    assert "html_inline" not in kinds(text)


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1), max_size=4))
def test_whatever_a_cell_holds_the_table_stays_a_table(names: list[str]) -> None:
    text = write_markdown(report(*((name, ONE, None) for name in names)), Options())
    found = cells(text)
    assert [len(row) for row in found] == [2] * (len(names) + 1 if names else 0)
    assert [" ".join(row[0].split()) for row in found[1:]] == [" ".join(show(name).split()) for name in names]


@pytest.mark.parametrize("line", ["# a", "- a", "+ a", "= a", "1. a", "2) a", "> a", "```", "---", "<b>"])
def test_a_sentence_opens_nothing(line: str) -> None:
    assert [token.type for token in parsed(escaped(line))] == ["paragraph_open", "inline", "paragraph_close"]
    assert seen(parsed(escaped(line))[1]) == line


def test_a_grouped_report_has_its_groups_between_the_rows() -> None:
    columns = (Column("group", "Group"), Column("name", "Name"), Column("n", "N", Kind.COUNT))
    rows: tuple[Row, ...] = (("x", "a", 1), ("x", "b", 2), ("y", "c", None))
    text = write_markdown(Report("r", "T", columns, rows, DAY, grouped=True, totals=("all", None, 3)), Options())
    assert [line for line in text.splitlines() if line.startswith("|")] == [
        "| Name | N |",
        "| --- | ---: |",
        "| **x** |  |",
        "| a | 1 |",
        "| b | 2 |",
        "| **y** |  |",
        "| c |  |",
        "| **all** | **3** |",
    ]


def test_an_empty_report_says_so() -> None:
    text = write_markdown(report(empty="no project matches"), Options(lang="zh"))
    assert text.endswith("- no project matches\n")
    assert "|" not in text.replace("\\|", "")
