"""A report as CSV: what a spreadsheet and a script read back."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from datetime import date, datetime, timedelta, timezone
from fractions import Fraction
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.dates import Period
from tracker.money import Figure, Money, plain
from tracker.render.data import guarded, unguarded, write_csv
from tracker.reports.report import Amounts, Bar, Cell, Column, Fallback, Kind, Report
from tracker.vocabulary import STAGES


def report(columns: Sequence[Column], *rows: tuple[Cell, ...], totals: tuple[Cell, ...] | None = None) -> Report:
    return Report(
        name="list",
        title="Projects",
        columns=tuple(columns),
        rows=rows,
        as_of=date(2023, 2, 28),
        totals=totals,
        notes=("a note",),
    )


def amount(minor: int, currency: str = "CNY", qualifier: str = "exact", availability: str = "reported") -> Figure:
    return Figure(Money(minor, currency), qualifier, availability)


def csv_text(report: Report, newline: str = "\n") -> str:
    return "".join(write_csv(report, newline=newline))


def read(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(text), strict=True))


def test_columns_become_fields_by_their_kind() -> None:
    columns = [
        Column("code", "Code"),
        Column("stage", "Stage"),
        Column("total", "Total", Kind.AMOUNT),
        Column("rate", "Rate", Kind.RATIO, hidden=True),
        Column("gap", "Gap", Kind.POINTS),
        Column("slip", "Slip", Kind.DAYS),
        Column("day", "Day", Kind.DATE),
        Column("at", "At", Kind.MOMENT),
        Column("bar", "", drawn=True),
    ]
    moment = datetime(2023, 2, 28, 12, 0, tzinfo=timezone(timedelta(hours=8)))
    row: tuple[Cell, ...] = (
        "nidec",
        STAGES["signed"],
        Amounts((amount(250_000_000_000),)),
        Fraction(2, 5),
        Fraction(10, 3),
        -12,
        Period.month(2022, 9),
        moment,
        Bar(Fraction(1)),
    )
    assert csv_text(report(columns, row, totals=row)) == (
        "code,stage,total,total_currency,total_qualifier,rate,gap,slip,day,at\n"
        "nidec,signed,2500000000.00,CNY,exact,0.4,3.3333,-12,2022-09,2023-02-28T04:00:00Z\n"
    )


def test_nothing_is_an_empty_field_and_zero_is_zero() -> None:
    columns = [
        Column("total", "Total", Kind.AMOUNT),
        Column("rate", "Rate", Kind.RATIO),
        Column("jobs", "Jobs", Kind.COUNT),
        Column("day", "Day", Kind.DATE),
    ]
    text = csv_text(
        report(columns, (Amounts(), None, None, None), (Amounts((amount(0),)), Fraction(0), 0, date(2023, 1, 5)))
    )
    assert text.splitlines()[1:] == [",,,,,", "0.00,CNY,exact,0,0,2023-01-05"]


def test_a_second_currency_and_a_coverage_get_columns_of_their_own() -> None:
    cells = (
        Amounts((amount(100), amount(500, "JPY", "about")), 4, 7),
        Amounts((amount(200, "USD"),), 1, 1),
        Amounts((), 0, 2),
    )
    rows = read(csv_text(report([Column("total", "Total", Kind.AMOUNT)], *((cell,) for cell in cells))))
    assert list(rows[0].items()) == [
        ("total", "1.00"),
        ("total_currency", "CNY"),
        ("total_qualifier", "exact"),
        ("total_2", "500"),
        ("total_2_currency", "JPY"),
        ("total_2_qualifier", "about"),
        ("total_known", "4"),
        ("total_of", "7"),
    ]
    assert list(rows[1].values()) == ["2.00", "USD", "exact", "", "", "", "1", "1"]
    assert list(rows[2].values()) == ["", "", "", "", "", "", "0", "2"]


@pytest.mark.parametrize(
    ("figure", "fields"),
    [
        (amount(5, qualifier="over"), ["0.05", "CNY", "over"]),
        (amount(5, availability="estimated"), ["0.05", "CNY", "estimated"]),
        (amount(5, qualifier="nearly", availability="estimated"), ["0.05", "CNY", "estimated nearly"]),
        (amount(-5), ["-0.05", "CNY", "exact"]),
        (Figure(availability="unknown"), ["", "", "unknown"]),
        (Figure(availability="withheld"), ["", "", "withheld"]),
    ],
)
def test_the_qualifier_says_how_a_figure_is_known(figure: Figure, fields: list[str]) -> None:
    rows = read(csv_text(report([Column("total", "Total", Kind.AMOUNT)], (Amounts((figure,)),))))
    assert list(rows[0].values()) == fields


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (Amounts((amount(250_000_000_000),)), "2500000000.00 CNY"),
        (Amounts((amount(-100, qualifier="about"), amount(3, "JPY"))), "about -1.00 CNY;3 JPY"),
        (Amounts((amount(100),), 4, 7), "1.00 CNY (4/7)"),
        (Amounts((amount(100),), 7, 7), "1.00 CNY"),
        (Amounts((), 0, 7), "(0/7)"),
        (Amounts((Figure(availability="unknown"),)), "unknown"),
        (Amounts(), ""),
        (Fraction(1, 3), "0.333333"),
        (("日资", "链主"), "日资;链主"),
        (True, "true"),
        (None, ""),
        (-3, "-3"),
        ("-3", "'-3"),
        (Period.year(2022), "2022"),
    ],
)
def test_a_mixed_column_spells_each_cell_by_its_own_type(cell: Cell, text: str) -> None:
    rows = read(csv_text(report([Column("value", "Value", Kind.ANY)], (cell,))))
    assert rows == [{"value": text}]


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "|calc",
        "  =1",
        "\u00a0=1",
        "\t=1",
        "\r=1",
        "＝1",
        "＋1",
        "－1",
        "＠x",
        "a\n=1",
        "a\r\n =1",
        "'",
        "'=1",
        "''",
    ],
)
def test_no_text_is_a_formula(text: str) -> None:
    assert guarded(text) == "'" + text


@pytest.mark.parametrize("text", ["", "a=1", "a - b", "1", "项目", "3 @ 4", "a\nb", "“=1"])
def test_ordinary_text_stays_as_it_is(text: str) -> None:
    assert guarded(text) == text


@given(st.text())
def test_taking_one_apostrophe_away_gives_the_text_back(text: str) -> None:
    assert unguarded(guarded(text)) == text


def test_a_note_of_several_lines_is_one_field() -> None:
    text = csv_text(report([Column("note", "Note")], ('one\ntwo, "three"',)))
    assert read(text) == [{"note": 'one\ntwo, "three"'}]


def test_old_rows_cannot_steer_a_terminal() -> None:
    text = csv_text(report([Column("name", "Name")], ("\x1b[31m\x9b\u202e\x00\ud800",)))
    assert read(text) == [{"name": "\\u001b[31m\\u009b\\u202e\\u0000\\ud800"}]


def test_a_report_without_rows_is_its_header() -> None:
    assert csv_text(report([Column("code", "Code"), Column("total", "Total", Kind.AMOUNT)])) == (
        "code,total,total_currency,total_qualifier\n"
    )


def test_lines_end_as_asked_for() -> None:
    assert csv_text(report([Column("a", "A")], ("1",), ("2",)), newline="\r\n") == "a\r\n1\r\n2\r\n"


NAMES = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S")), max_size=30)
FIGURES = st.builds(amount, st.integers(-9 * 10**17, 9 * 10**17), st.sampled_from(["CNY", "JPY", "KWD"]))


@given(st.lists(st.tuples(NAMES, st.lists(FIGURES, max_size=3)), min_size=1, max_size=5))
def test_a_reader_gets_the_names_and_every_digit_of_the_amounts(cells: list[tuple[str, list[Figure]]]) -> None:
    columns = [Column("name", "Name"), Column("total", "Total", Kind.AMOUNT)]
    rows = read(csv_text(report(columns, *((name, Amounts(tuple(figures))) for name, figures in cells))))
    assert len(rows) == len(cells)
    for row, (_name, figures) in zip(rows, cells, strict=True):
        for number, figure in enumerate(figures, start=1):
            assert figure.money is not None
            key = "total" if number == 1 else f"total_{number}"
            assert (row[key], row[f"{key}_currency"]) == (plain(figure.money), figure.money.currency)


def test_a_text_of_another_language_is_no_value_beside_the_same_text() -> None:
    rows = read(csv_text(report([Column("code", "Code"), Column("name", "Name")], ("a", "甲"), ("b", Fallback("甲")))))
    assert [row["name"] for row in rows] == ["甲", ""]


def test_rows_beyond_one_piece_follow_without_a_second_header() -> None:
    lines = csv_text(report([Column("code", "Code")], *((f"p-{number}",) for number in range(1_200)))).splitlines()
    assert lines == ["code", *(f"p-{number}" for number in range(1_200))]
