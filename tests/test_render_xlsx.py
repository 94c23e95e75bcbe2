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
from tracker.analysis.completion import Ratio
from tracker.dates import Period
from tracker.errors import Refused
from tracker.money import ONE, Figure, Money
from tracker.money.amounts import WAN
from tracker.render import Options
from tracker.render.xlsx import Number, Value, Workbook, write_xlsx
from tracker.reports.report import Amounts, Bar, Cell, Column, Kind, Report, Row
from tracker.vocabulary import LIGHTS, STAGES

DAY = date(2023, 2, 28)
ZONE = timezone(timedelta(hours=8))


def sheet(data: bytes) -> Any:
    return openpyxl.load_workbook(BytesIO(data)).active


def one(kind: Kind, cell: Cell, options: Options | None = None) -> Any:
    """The cell read back."""
    found = Report("r", "T", (Column("x", "X", kind),), ((cell,),), DAY, every=True)
    return sheet(write_xlsx(found, options or Options(zone=ZONE)))["A2"]


def book(*rows: tuple[Value, ...], headings: tuple[str, ...] = ("a",)) -> Any:
    file = BytesIO()
    with Workbook(file, DAY) as made:
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
    found = sheet(
        write_xlsx(
            Report("r", "T", columns, rows, DAY, totals=("all", total, None), notes=("n",), every=True), Options()
        )
    )
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
    assert one(Kind.TEXT, STAGES["signed"], Options(lang="zh")).value == "签约"


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
    columns = (Column("x", "=X"), Column("bar", "=B", Kind.RATIO), Column("bar", "", drawn=True))
    rows: tuple[Row, ...] = tuple((text, Fraction(1, 2), None) for text in ("=1+1", "http://e.vil", "<r><f>1</f></r>"))
    hostile = Report("r", "=A!$A$1", columns, rows, DAY, notes=("=1+1", "<r><f>1</f></r>"), state="=2")
    for found in (hostile, hostile._replace(every=True)):
        with zipfile.ZipFile(BytesIO(write_xlsx(found, Options(zone_name="=1+1")))) as parts:
            told = {name: parts.read(name).decode() for name in parts.namelist()}
        assert all("<f>" not in told[name] for name in told if name.startswith("xl/worksheets/"))
        assert not any("hyperlink" in text for text in told.values())
        titles = [text for name, text in told.items() if name.startswith("xl/charts/chart")]
        assert all("<c:tx><c:strRef><c:f>&#x27;" not in text and "<c:tx><c:rich>" in text for text in titles)


def page(*rows: Row, options: Options | None = None, **more: Any) -> Any:
    columns = (
        Column("code", "Code"),
        Column("name", "Name"),
        Column("plan", "Plan", Kind.AMOUNT),
        Column("completed", "Completed", Kind.AMOUNT),
        Column("done", "Done", Kind.RATIO),
        Column("bar", "", drawn=True),
        Column("light", "Light"),
        Column("hidden", "Hidden", hidden=True),
    )
    found = Report("r", "T", columns, rows, DAY, **more)
    return openpyxl.load_workbook(BytesIO(write_xlsx(found, options or Options())))


def yuan(minor: int, qualifier: str = "exact", **more: Any) -> Amounts:
    return Amounts((Figure(Money(minor, "CNY"), qualifier),), **more)


def test_a_report_is_a_page_that_can_be_sent() -> None:
    red, half = LIGHTS["red"], Fraction(1, 2)
    lacking = Amounts((), state="lacking", to=date(2023, 1, 31), last=Figure(Money(70_000_000, "CNY")))
    book = page(
        ("a", "甲", yuan(100_000_000), yuan(50_000_000, state="known"), half, Bar(half), red, "x"),
        (
            "b",
            "乙",
            yuan(100_000_000),
            yuan(12_345_600, "over", state="partial"),
            Ratio.of(half, "over"),
            None,
            None,
            "x",
        ),
        ("c", "丙", Amounts((Figure(availability="withheld"),)), lacking, None, None, None, "x"),
        totals=("3 个", None, yuan(200_000_000, known=2, of=3), yuan(62_345_600), half, None, None, None),
        notes=("一句话",),
        options=Options(lang="zh", zone_name="平湖经开", unit=WAN),
        state="第5次变更",
    )
    found = book.worksheets[0]
    assert [[cell for cell in row if cell is not None] for row in found.values] == [
        ["T"],
        ["平湖经开 · as of 2023年2月28日 · unit: 万元 · 第5次变更"],
        ["Code", "Name", "Plan", "Completed", "Done", "Light"],
        ["a", "甲", 100, 50, 0.5, "红灯"],
        ["b", "乙", 100, 12.3456, 0.5],
        ["c", "丙", "不公开", "70万元 to 2023年1月"],
        ["3 个", 200, 62.3456, 0.5],
        ["一句话"],
    ]
    assert [found[cell].number_format for cell in ("C4", "D4", "D5", "E5", "C7")] == [
        *("#,##0", "#,##0.00", '"≥"#,##0.00;"≥"-#,##0.00', '"≥"0.0%;"≥"-0.0%', '#,##0" (2/3)"'),
    ]
    assert found["F4"].fill.fgColor.rgb == "FFF8B9B3"
    [(bars, [rule])] = [(str(one.sqref), one.rules) for one in found.conditional_formatting]
    assert (bars, rule.type) == ("E4:E6", "dataBar")
    setup = found.page_setup
    assert (setup.orientation, str(setup.paperSize), found.sheet_properties.pageSetUpPr.fitToPage) == (
        *("landscape", "9", True),
    )
    assert (found.print_title_rows, found.freeze_panes) == ("$3:$3", "C4")
    [chart] = book.chartsheets
    assert [one.val.numRef.f for one in chart._charts[0].series] == ["T!$C$4:$C$6", "T!$D$4:$D$6"]
    axis = chart._charts[0].y_axis.numFmt
    assert (axis.formatCode, axis.sourceLinked) == ("#,##0", False)


def test_currencies_are_in_a_column_only_where_several_are_mixed() -> None:
    both = Amounts((Figure(Money(100, "CNY")), Figure(Money(300, "JPY"))))
    row = ("a", "A", yuan(100), yuan(50), None, None, None, None)
    assert "Currency" not in [cell.value for cell in page(row).worksheets[0][3]]
    found = page(row, ("b", "B", both, None, None, None, None, None), options=Options(unit=ONE)).worksheets[0]
    assert [cells[:5] for cells in found.iter_rows(min_row=3, values_only=True)] == [
        ("Code", "Name", "Currency", "Plan", "Completed"),
        ("a", "A", "CNY", 1, 0.5),
        ("b", "B", "CNY", 1, None),
        (None, None, "JPY", 300, None),
    ]


def test_a_page_has_fourteen_columns_and_all_of_those_that_were_asked_for() -> None:
    columns = tuple(Column(f"c{at}", f"C{at}", Kind.COUNT, priority=at % 9 + 1) for at in range(20))
    found = Report("r", "T", columns, ((1,) * 20,), DAY)
    headings = [cell.value for cell in sheet(write_xlsx(found, Options()))[3]]
    assert len(headings) == 14
    assert headings == sorted(headings, key=lambda title: int(title[1:]))
    assert "C8" not in headings  # the priority that leaves first
    asked = found._replace(columns=tuple(column._replace(priority=0) for column in columns))
    assert len(sheet(write_xlsx(asked, Options()))[3]) == 20


def test_equal_reports_are_equal_bytes() -> None:
    found = Report("r", "T", (Column("x", "X"),), (("a",),), DAY)
    assert write_xlsx(found, Options()) == write_xlsx(found, Options())
    with zipfile.ZipFile(BytesIO(write_xlsx(found, Options()))) as parts:
        assert "2023-02-28T00:00:00Z" in parts.read("docProps/core.xml").decode()


@pytest.mark.parametrize(
    ("name", "fit"),
    [("a/b [x]: *?\\", "a b x"), ("x" * 40, "x" * 31), ("'q'", "q"), ("???", "1"), ("History", "History 2")],
)
def test_a_sheet_gets_a_name_that_spreadsheets_take(name: str, fit: str) -> None:
    assert sheet(write_xlsx(Report("r", name, (Column("x", "X"),), (), DAY), Options())).title == fit


def test_sheets_of_one_name_are_told_apart() -> None:
    file = BytesIO()
    with Workbook(file, DAY) as made:
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
        Workbook(BytesIO(), DAY)


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
