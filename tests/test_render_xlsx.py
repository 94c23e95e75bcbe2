"""Reports as workbooks, read back with another library: typed cells, no formula, equal bytes."""

from __future__ import annotations

import sys
import tempfile
import zipfile
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from fractions import Fraction
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.conftest import Run
from tracker.dates import Period
from tracker.errors import Refused
from tracker.money import Figure, Money
from tracker.render import Look
from tracker.render.workbook import Book, Number, Value
from tracker.render.xlsx import write_xlsx
from tracker.reports.report import Amounts, Bar, Cell, Column, Kind, Report, Row
from tracker.vocabulary import STAGES

DAY = date(2023, 2, 28)
ZONE = timezone(timedelta(hours=8))


def sheet(data: bytes) -> Any:
    return openpyxl.load_workbook(BytesIO(data)).active


def one(kind: Kind, cell: Cell, look: Look | None = None) -> Any:
    """The cell read back."""
    found = Report("r", "T", (Column("x", "X", kind),), ((cell,),), DAY)
    return sheet(write_xlsx(found, look or Look(zone=ZONE)))["A2"]


def book(*rows: tuple[Value, ...], headings: tuple[str, ...] = ("a",)) -> Any:
    file = BytesIO()
    with Book(file, DAY) as made:
        written = made.sheet("S", headings)
        for row in rows:
            written.row(row)
        written.close(filtered=len(rows))
    return sheet(file.getvalue())


def test_amounts_stand_beside_their_currency_and_qualifier() -> None:
    total = Amounts((Figure(Money(250_000_000_050, "CNY"), "nearly"), Figure(Money(100, "JPY"))), 2, 3)
    columns = (Column("code", "Code"), Column("total", "Total", Kind.AMOUNT), Column("bar", "", drawn=True))
    rows: tuple[Row, ...] = (
        ("a", Amounts((Figure(Money(5, "USD")),), 1, 1), Bar(Fraction(1))),
        ("b", Amounts((Figure(availability="withheld"),), 0, 1), None),
    )
    found = sheet(write_xlsx(Report("r", "T", columns, rows, DAY, totals=("all", total, None), notes=("n",)), Look()))
    assert list(found.values) == [
        (
            *("Code", "Total", "Total, currency", "Total, qualifier"),
            *("Total 2", "Total 2, currency", "Total 2, qualifier", "Total, known", "Total, of all"),
        ),
        ("a", 0.05, "USD", "exact", None, None, None, 1, 1),
        ("b", None, None, "withheld", None, None, None, 0, 1),
        ("all", 2500000000.5, "CNY", "nearly", 100, "JPY", "exact", 2, 3),
        (None,) * 9,
        ("T · as of 2023-02-28", *(None,) * 8),
        ("n", *(None,) * 8),
    ]
    assert found["B4"].number_format == "#,##0.00"
    assert found["E4"].number_format == "#,##0"
    assert found["A4"].font.b
    assert (found.freeze_panes, found.auto_filter.ref) == ("A2", "A1:I3")


@pytest.mark.parametrize(
    ("kind", "cell", "value", "shown"),
    [
        (Kind.RATIO, Fraction(2, 5), 0.4, "0.0%"),
        (Kind.POINTS, Fraction(-10, 3), -3.3333, "+0.0;-0.0;0.0"),
        (Kind.NUMBER, Fraction(1, 3), 0.333333, "0.00"),
        (Kind.COUNT, 7, 7, "General"),
        (Kind.DAYS, -12, -12, "+0;-0;0"),
        (Kind.DATE, DAY, datetime(2023, 2, 28), "yyyy-mm-dd"),
        (Kind.DATE, Period.day(DAY), datetime(2023, 2, 28), "yyyy-mm-dd"),
        (Kind.DATE, Period.month(2023, 2), "2023-02", "@"),
        (Kind.DATE, date(1899, 12, 31), "1899-12-31", "@"),
        (Kind.MOMENT, datetime(2023, 2, 28, 20, 5, tzinfo=UTC), datetime(2023, 3, 1, 4, 5), "yyyy-mm-dd hh:mm"),
        (Kind.TEXT, STAGES["signed"], "signed", "@"),
        (Kind.TEXT, ("a", "b"), "a, b", "@"),
        (Kind.ANY, True, "yes", "@"),
        (Kind.ANY, Amounts((Figure(Money(5, "USD"), "about"),)), "about 0.05 USD", "@"),
        (Kind.AMOUNT, Amounts((Figure(Money(123456789012345678, "CNY")),)), "1234567890123456.78", "@"),
        (Kind.AMOUNT, Amounts((Figure(Money(900000000000000000, "CNY")),)), 9000000000000000, "#,##0.00"),
        (Kind.AMOUNT, Amounts((Figure(Money(-123456789012345, "CNY")),)), -1234567890123.45, "#,##0.00"),
    ],
)
def test_a_cell_has_its_type_and_its_format(kind: Kind, cell: Cell, value: object, shown: str) -> None:
    found = one(kind, cell)
    assert (found.value, found.number_format) == (value, shown)


def test_words_are_in_the_language() -> None:
    assert one(Kind.TEXT, STAGES["signed"], Look(lang="zh")).value == "签约"


@pytest.mark.parametrize(
    "text",
    [
        *("=1+1", "{=1}", "+1", "@x", "'x", "http://e.vil", "mailto:a@b", "a\nb", "12345678901234567X", "000123"),
        *("<r><t>x</t></r>", "<r>&lt;</r>", "<b>&amp;</b>", " x ", "🏭", "2023-01-01", "TRUE"),
    ],
)
def test_a_text_is_that_text(text: str) -> None:
    found = one(Kind.TEXT, text)
    assert (found.value, found.data_type, found.hyperlink) == (text, "s", None)


def test_nothing_in_the_file_is_a_formula_or_a_link() -> None:
    data = write_xlsx(Report("r", "T", (Column("x", "=X"),), (("=1+1",), ("http://e.vil",)), DAY), Look())
    with zipfile.ZipFile(BytesIO(data)) as parts:
        told = parts.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in told
    assert "hyperlink" not in told


def test_equal_reports_are_equal_bytes() -> None:
    found = Report("r", "T", (Column("x", "X"),), (("a",),), DAY)
    assert write_xlsx(found, Look()) == write_xlsx(found, Look())
    with zipfile.ZipFile(BytesIO(write_xlsx(found, Look()))) as parts:
        assert "2023-02-28T00:00:00Z" in parts.read("docProps/core.xml").decode()


@pytest.mark.parametrize(
    ("name", "fit"),
    [("a/b [x]: *?\\", "a b x"), ("x" * 40, "x" * 31), ("'q'", "q"), ("???", "1"), ("History", "History 2")],
)
def test_a_sheet_gets_a_name_that_spreadsheets_take(name: str, fit: str) -> None:
    assert sheet(write_xlsx(Report("r", name, (Column("x", "X"),), (), DAY), Look())).title == fit


def test_sheets_of_one_name_are_told_apart() -> None:
    file = BytesIO()
    with Book(file, DAY) as made:
        for name in ("Same", "same", "Same"):
            made.sheet(name, ("a",)).close(filtered=0)
    assert openpyxl.load_workbook(BytesIO(file.getvalue())).sheetnames == ["Same", "same 2", "Same 3"]


def test_chinese_takes_two_places_of_the_width() -> None:
    found = book(("项目项目项目项目项目", "x" * 500), headings=("a", "b"))
    assert found.column_dimensions["A"].width == pytest.approx(22, abs=1)
    assert found.column_dimensions["B"].width == pytest.approx(60, abs=1)


def test_a_number_too_long_for_a_spreadsheet_is_text() -> None:
    digits = "0.1234567890123456"
    assert book((Number(Decimal(digits)),))["A2"].value == digits
    assert book((Number(Decimal("-0")),))["A2"].value == 0


def test_a_text_too_long_for_a_cell_is_refused_and_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with pytest.raises(Refused, match=r"at most 32,767 characters, and row 2 has more"):
        book(("x" * 32768,))
    assert list(tmp_path.iterdir()) == []


def test_without_the_library_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "xlsxwriter", None)
    with pytest.raises(Refused, match=r"pip install 'investment-tracker\[xlsx\]'"):
        Book(BytesIO(), DAY)


@pytest.mark.parametrize("words", [["list"], ["progress"], ["summary"], ["show", "nidec-flagship"], ["log"]])
def test_every_kind_of_report_opens(run: Run, demo_database: Path, tmp_path: Path, words: list[str]) -> None:
    target = tmp_path / "报告.xlsx"
    result = run("--db", demo_database, "--lang", "zh", *words, "-o", target, today="2023-02-28")
    assert (result.code, result.out) == (0, "")
    found = openpyxl.load_workbook(target).active
    assert found.max_row > 1
    assert run("--db", demo_database, "--lang", "zh", *words, "-f", "xlsx", today="2023-02-28").out_bytes == (
        target.read_bytes()
    )
