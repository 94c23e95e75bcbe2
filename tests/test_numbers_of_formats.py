"""The numbers of every report in every format are those of its JSON."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pytest

from tests.conftest import Run
from tests.made_up import SMALL, ledger
from tests.test_every_report import REPORTS
from tests.test_render_html import Page

RICH = (
    ("progress",),
    ("report", "monthly", "--month", "2023-05"),
    ("report", "monthly", "--month", "2023-05", "--by", "owner"),
    ("report", "earned-value"),
    ("report", "ranking", "--by", "owner", "--measure", "completed"),
    ("report", "missing", "--month", "2023-05"),
    ("report", "missing", "--month", "2023-05", "--by", "owner"),
    ("report", "trend", "--by", "quarter", "--last", "3"),
    ("report", "revisions", "--last", "2"),
    ("report", "revisions", "--by", "owner"),
)  # fmt: skip
MORE = (
    ("report", "earned-value"),
    ("report", "missing"),
    ("report", "trend"),
    ("report", "revisions"),
    ("request", "list"),
)
_NUMBER = re.compile(r"-?[0-9][0-9,]*(?:\.[0-9]+)?")
# A figure that is lacking names the day of the last one that is known.
_DAY = re.compile(r" to [0-9-]+")


@pytest.fixture(scope="session")
def made_up(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The portfolio of 24 projects."""
    return ledger(tmp_path_factory, *SMALL)


@pytest.mark.parametrize("words", [*REPORTS, *MORE], ids=" ".join)
def test_of_the_demo(run: Run, demo_database: Path, words: tuple[str, ...]) -> None:
    _compare(run, demo_database, words, "2023-02-28")


@pytest.mark.parametrize("words", RICH, ids=" ".join)
def test_of_a_portfolio_with_several_currencies_and_gaps(run: Run, made_up: Path, words: tuple[str, ...]) -> None:
    _compare(run, made_up, words, "2023-06-30")


def _compare(run: Run, db: Path, words: tuple[str, ...], today: str) -> None:
    def told(form: str, *more: str) -> bytes:
        result = run("--db", db, *words, "-f", form, "--unit", "元", *more, today=today)
        assert (result.code, result.err.count("Traceback")) == (0, 0), result.err
        return result.out_bytes

    values = json.loads(told("json"))
    if not values["rows"]:
        return
    rows = [set(_numbers(row)) for row in values["rows"]]
    totals = set(_numbers({key: value for key, value in values.items() if key != "rows"}))
    # CSV: every column, cell by cell.
    for line, row in zip(csv.DictReader(io.StringIO(told("csv").decode())), rows, strict=True):
        for text in line.values():
            assert not re.fullmatch(r"-?[0-9]+\.[0-9]+", text) or Decimal(text) in row, (text, row)
    # Markdown, pages and documents have one table, and its numbers are those of the rows to their last shown digit.
    markdown = _markdown(told("md").decode())
    for (heads, cells), numbers in zip(markdown[1], [*rows, *[totals] * len(markdown[1])], strict=False):
        for is_number, cell in zip(heads, cells, strict=True):
            wanted = numbers if numbers is not totals else numbers | set().union(*rows)
            assert not is_number or all(_is_among(text, cell, wanted) for text in _shown(cell)), (cell, numbers)
    texts = [[_plain(cell) for cell in cells] for _heads, cells in markdown[1]]
    titles, *page = Page(told("html").decode()).rows
    page = [row for row in page if len(titles) == 1 or any(row[1:])]
    places = [place for place, title in enumerate(titles) if title in markdown[0]]
    assert [[_plain(row[place]) for place in places] for row in page] == texts
    bars = re.compile("[█▏▎▍▌▋▊▉]+$")
    tables = docx.Document(io.BytesIO(told("docx"))).tables
    for table in tables:
        names, *lines = [
            [bars.sub("", _plain(cell.text.split("\n█")[0])) for cell in line.cells] for line in table.rows
        ]
        # A heading over a group is one cell over all columns.
        lines = [line for line in lines if len(line) == 1 or (any(line[1:]) and len({*line}) > 1)]
        if len(tables) == 1:
            assert lines == [line for line in texts if len(line) == 1 or len({*line}) > 1]
            continue
        # Where the columns are too many for a page they are in several tables, each without the rows that say nothing.
        places = [[_plain(title) for title in markdown[0]].index(name) for name in names]
        expected = [[line[place] for place in places] for line in texts]
        assert all(line in expected for line in lines)
        numbered = [line for line in expected if any(re.search("[0-9]", cell.split("(")[0]) for cell in line[1:])]
        assert not [line for line in numbered if line not in lines], (names, lines)
    # The workbook to be sent: numbers of the unit asked for.
    every = set().union(totals, *rows)
    for row in openpyxl.load_workbook(io.BytesIO(told("xlsx"))).worksheets[0].iter_rows(min_row=4, values_only=True):
        for cell in row:
            assert not isinstance(cell, int | float) or _near(Decimal(str(cell)), every), (cell, words)
    # The workbook of every column: the numbers of the csv.
    for row in openpyxl.load_workbook(io.BytesIO(told("xlsx", "--columns", "all"))).active.iter_rows(values_only=True):
        for cell in row:
            assert not isinstance(cell, int | float) or _near(Decimal(str(cell)), every), (cell, words)


def _numbers(value: Any) -> Iterator[Decimal]:
    """Every number in a value of JSON."""
    if isinstance(value, dict):
        for one in value.values():
            yield from _numbers(one)
    elif isinstance(value, list):
        for one in value:
            yield from _numbers(one)
    elif isinstance(value, int) or (isinstance(value, str) and re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", value)):
        yield Decimal(value)


def _markdown(text: str) -> tuple[list[str], list[tuple[list[bool], list[str]]]]:
    """The titles of the table, and of each row which columns hold numbers, and its cells."""
    lines = [re.split(r"(?<!\\)\|", line)[1:-1] for line in text.split("\n") if line.startswith("| ")]
    titles, rule, *rows = [[cell.strip() for cell in line] for line in lines]
    # A heading over a group, and a line that is a label alone, say no number.
    rows = [row for row in rows if len(row) == 1 or any(row[1:])]
    return [_plain(title) for title in titles], [([mark == "---:" for mark in rule], row) for row in rows]


def _plain(cell: str) -> str:
    """A cell without marks and line breaks."""
    return (
        re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", cell.replace("**", "").replace("<br>", "\n"))
        .replace("\n", " ")
        .replace("\xa0", " ")
        .strip()
    )


def _shown(cell: str) -> list[str]:
    return [found.replace(",", "") for found in _NUMBER.findall(_DAY.sub("", cell))]


def _is_among(text: str, cell: str, numbers: set[Decimal]) -> bool:
    """Whether a number is one of the numbers as far as it is shown; a share is shown in percent."""
    value, places = Decimal(text), len(text.partition(".")[2])
    half = Decimal(5).scaleb(-places - 1) + Decimal("0.0001")
    exact = "." not in text or re.search("[A-Z]{3} ", cell) is not None
    if any(one == value if exact else abs(one - value) <= half for one in numbers):
        return True
    return "%" in cell and any(abs(one * 100 - value) <= half for one in numbers)


def _near(value: Decimal, numbers: set[Decimal]) -> bool:
    """Whether a cell of a workbook, a double, is one of the numbers."""
    return any(abs(one - value) <= abs(one) * Decimal("1e-12") for one in numbers)
