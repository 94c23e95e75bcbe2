"""A report as JSON: one shape for every answer, one type for every column."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, date, datetime
from fractions import Fraction
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from tracker.dates import Period
from tracker.money import Figure, Money
from tracker.render.data import write_json, write_json_lines
from tracker.reports.report import Amounts, Bar, Cell, Column, Kind, Report
from tracker.text import show
from tracker.vocabulary import STAGES

REPORT = Report(
    name="list",
    title="Projects",
    columns=(
        Column("code", "Code"),
        Column("stage", "Stage"),
        Column("total", "Total", Kind.AMOUNT),
        Column("rate", "Rate", Kind.RATIO),
        Column("land", "Land", Kind.COUNT, hidden=True),
        Column("bar", "", drawn=True),
    ),
    rows=(
        ("a", STAGES["signed"], Amounts((Figure(Money(250_000_000_000, "CNY"), "over"),)), Fraction(1, 3), 5, None),
        ("b", None, None, None, None, Bar(None)),
    ),
    as_of=date(2023, 2, 28),
    known_on=date(2023, 3, 1),
    currency="CNY",
    totals=("Total", None, Amounts((Figure(Money(250_000_000_000, "CNY"), "over"),), 1, 2), None, None, None),
    coverage=("1 of 2 projects",),
    notes=("预计",),
)
OVER = {"amount": "2500000000.00", "currency": "CNY", "qualifier": "over", "availability": "reported"}


def json_text(report: Report) -> str:
    return "".join(write_json(report))


def json_lines_text(report: Report) -> str:
    return "".join(write_json_lines(report))


def test_the_envelope_holds_the_whole_report() -> None:
    assert json.loads(json_text(REPORT)) == {
        "report": "list",
        "title": "Projects",
        "as_of": "2023-02-28",
        "known_on": "2023-03-01",
        "currency": "CNY",
        "coverage": ["1 of 2 projects"],
        "notes": ["预计"],
        "columns": [
            {"key": "code", "title": "Code", "kind": "text"},
            {"key": "stage", "title": "Stage", "kind": "text"},
            {"key": "total", "title": "Total", "kind": "amount"},
            {"key": "rate", "title": "Rate", "kind": "ratio"},
            {"key": "land", "title": "Land", "kind": "count"},
        ],
        "rows": [
            {
                "code": "a",
                "stage": "signed",
                "total": {"amounts": [OVER], "known": None, "of": None},
                "rate": "0.333333",
                "land": 5,
            },
            {
                "code": "b",
                "stage": None,
                "total": {"amounts": [], "known": None, "of": None},
                "rate": None,
                "land": None,
            },
        ],
        "elsewhere": None,
        "totals": {
            "code": "Total",
            "stage": None,
            "total": {"amounts": [OVER], "known": 1, "of": 2},
            "rate": None,
            "land": None,
        },
    }


def test_chinese_is_readable_and_the_text_ends_with_a_line_break() -> None:
    text = json_text(REPORT)
    assert "预计" in text
    assert text.endswith("}\n")
    assert text.splitlines()[1] == '  "report": "list",'


def test_a_report_without_rows_keeps_its_envelope() -> None:
    read = json.loads(json_text(REPORT._replace(rows=(), totals=None, known_on=None)))
    assert (read["rows"], read["totals"], read["known_on"]) == ([], None, None)
    assert len(read["columns"]) == 5
    assert json_lines_text(REPORT._replace(rows=())) == ""


def test_json_lines_are_the_rows() -> None:
    lines = json_lines_text(REPORT).splitlines()
    assert [json.loads(line) for line in lines] == json.loads(json_text(REPORT))["rows"]


def test_unknown_is_null_and_says_so() -> None:
    row: tuple[Cell, ...] = ("a", None, Amounts((Figure(availability="withheld"),)), None, None, None)
    read = json.loads(json_lines_text(REPORT._replace(rows=(row,))))
    assert read["total"]["amounts"] == [
        {"amount": None, "currency": None, "qualifier": "exact", "availability": "withheld"}
    ]


def test_a_mixed_column_keeps_the_type_of_each_cell() -> None:
    cells: tuple[Cell, ...] = (
        Period.quarter(2022, 3),
        date(2022, 9, 1),
        datetime(2023, 2, 28, 4, 0, tzinfo=UTC),
        ("日资", "链主"),
        True,
        7,
        Amounts(),
    )
    report = REPORT._replace(columns=(Column("value", "Value", Kind.ANY),), rows=tuple((cell,) for cell in cells))
    values = [row["value"] for row in json.loads(json_text(report._replace(totals=None)))["rows"]]
    assert values == [
        "2022Q3",
        "2022-09-01",
        "2023-02-28T04:00:00Z",
        ["日资", "链主"],
        True,
        7,
        {"amounts": [], "known": None, "of": None},
    ]


def test_writing_data_loads_no_screen() -> None:
    code = (
        "import sys\n"
        "from datetime import date\n"
        "from tracker.render import Options, render\n"
        "from tracker.reports.report import Column, Report\n"
        "report = Report('list', 'Projects', (Column('code', 'Code'),), (('a',),), date(2023, 2, 28))\n"
        "for format in ('json', 'jsonl', 'csv'):\n"
        "    assert render(report, format, Options(), to_file=False).text\n"
        "assert not any(name.split('.')[0] in ('rich', 'dateutil') for name in sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=Path(__file__).parents[1])


@given(st.text())
def test_any_text_comes_back_and_nothing_in_it_steers_a_terminal(text: str) -> None:
    row: tuple[Cell, ...] = (text, None, None, None, None, None)
    written = json_lines_text(REPORT._replace(rows=(row,)))
    assert json.loads(written)["code"] == text
    assert written.count("\n") == 1
    assert all(character == "\n" or show(character) == character for character in written)
    written.encode()
