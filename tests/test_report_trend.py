"""`report trend` 环比同比: periods side by side, against figures added by hand."""

from __future__ import annotations

import json
import re
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Run
from tests.ledgers import once
from tests.test_reported_figures import Office
from tracker.text import width

# Completed by month in 万元.
BIO = {"2022-07": 100, "2022-08": 300, "2022-09": 200, "2023-07": 200, "2023-08": 450, "2023-09": 300}
CHIP = {"2023-08": 50, "2023-09": 70}


@pytest.fixture
def office(run: Run, tmp_path: Path) -> Office:
    """One project of two years, one that began in 2023; a plan of the year, and one of a quarter."""
    office = Office(run, tmp_path / "office.db")

    def make() -> None:
        office.do("project", "add", "bio", "--stage", "under_construction", "--on", "2022-07", "--owner", "Wang")
        office.do("project", "add", "chip", "--stage", "signed", "--on", "2023-08")
        for code, months in (("bio", BIO), ("chip", CHIP)):
            for month, amount in months.items():
                office.do("capital", "record", code, "completed", f"{amount}万元", "--on", month)
        office.do("capital", "plan", "bio", "2000万元", "--year", "2023")

    once(tmp_path / "office.db", make)
    return office


def trend(office: Office, *words: str, today: str = "2023-10-05") -> dict[str, dict[str, Any]]:
    """The cells by measure, with the currency where it is not CNY, and period: amounts in 万元, growth as a number."""
    rows = json.loads(office.do("report", "trend", *words, "-f", "json", today=today).out)["rows"]

    def plain(cell: Any) -> Any:
        if isinstance(cell, dict):
            amounts = [float(one["amount"]) / 10_000 for one in cell["amounts"]]
            return amounts[0] if amounts else cell["state"]
        return None if cell is None else float(cell)

    return {
        row["measure"] if row["currency"] == "CNY" else f"{row['measure']} {row['currency']}": {
            key: plain(cell)
            for key, cell in row.items()
            if key not in ("measure", "currency") and not key.endswith("_qualifier")
        }
        for row in rows
    }


def ratio(part: int, whole: int) -> float:
    return round(float(Fraction(part, whole) - 1), 6)


def test_months_beside_the_year_before(office: Office) -> None:
    found = trend(office, "--last", "3")
    assert found["completed"] == {
        "2023-07": 200,
        "2022-07": 100,
        "2023-08": 500,
        "2022-08": 300,
        "2023-09": 370,
        "2022-09": 200,
    }
    # Before chip was signed nothing was completed: its base is nothing, and it counts.
    months = ("2023-07", "2023-08", "2023-09")
    assert [found["on_year"][month] for month in months] == [1, ratio(500, 300), ratio(370, 200)]
    assert [found["on_period"][month] for month in months] == [None, ratio(500, 200), ratio(370, 500)]
    assert found["on_year"]["2022-09"] is None
    assert "plan" not in found


def test_quarters_and_years(office: Office) -> None:
    found = trend(office, "--by", "quarter", "--last", "5")
    assert (found["completed"]["2023Q3"], found["completed"]["2022Q3"]) == (1070, 600)
    assert list(found["completed"]).count("2022Q3") == 1
    assert found["on_year"]["2023Q3"] == ratio(1070, 600)
    # Nobody spoke of the first half: no growth, and no zero.
    assert found["completed"]["2023Q2"] == "not_reported"
    assert "on_period" not in found
    found = trend(office, "--by", "year", "--last", "2")
    # Nobody spoke of the last quarter of 2022: the year is at least what was said of it. What 2022 is compared with is
    # in no other column.
    assert list(found["completed"]) == ["2022", "2021", "2023-01..2023-09", "2022-01..2022-09"]
    assert list(found["completed"].values()) == [600, "not_reported", 1070, 600]
    assert "≥CNY 6m" in office.do("report", "trend", "--by", "year", "--last", "2", today="2023-10-05").out
    # The year is a part of its own: its plan is that of the whole, nothing is compared with the year before as a whole.
    assert found["plan"]["2023-01..2023-09"] == 2000
    assert found["plan"]["2022"] == found["plan"]["2022-01..2022-09"] == "not_reported"
    assert found["completion"]["2023-01..2023-09"] == 0.475
    assert "on_period" not in found


def test_what_nobody_knows_is_no_zero(office: Office) -> None:
    office.do("capital", "record", "bio", "completed", "--unknown", "--on", "2023-10", today="2023-11-03")
    found = trend(office, "--last", "2", "--text", "bio", today="2023-11-03")
    assert found["completed"]["2023-09"] == 300
    assert found["completed"]["2023-10"] == "lacking"
    assert found["on_period"]["2023-09"] == ratio(300, 450)
    assert found["on_period"]["2023-10"] is None
    office.do("capital", "record", "bio", "completed", "约500万元", "--on", "2023-11", today="2023-12-03")
    report = json.loads(office.do("report", "trend", "--last", "1", "-f", "json", today="2023-12-03").out)
    assert report["rows"][0]["2023-11"]["amounts"][0]["qualifier"] == "about"
    assert report["rows"][0]["2023-11"]["known"] == 1


def test_only_those_with_a_figure_in_both_periods_are_compared(office: Office) -> None:
    office.do("capital", "record", "bio", "completed", "360万元", "--on", "2023-10", today="2023-11-03")
    found = trend(office, "--last", "1", today="2023-11-03")
    assert found["completed"]["2023-10"] == 360
    assert found["on_period"]["2023-10"] == ratio(360, 300)
    # chip was completed and reports no more: what it had is in the base.
    office.do("project", "stage", "chip", "completed", "--on", "2023-09-30", today="2023-11-03")
    assert trend(office, "--last", "1", today="2023-11-03")["on_period"]["2023-10"] == ratio(360, 370)


def test_currencies_stand_apart_unless_one_is_asked_for(office: Office) -> None:
    office.do("project", "add", "usd", "--stage", "under_construction", "--on", "2023-08")
    for month, amount in (("2023-08", "10"), ("2023-09", "20")):
        office.do("capital", "record", "usd", "completed", f"USD {amount}万", "--on", month)
    office.do("rate", "set", "USD", "CNY", "7", "--on", "2023-09-30")
    found = trend(office, "--last", "1")
    assert (found["completed"]["2023-09"], found["completed USD"]["2023-09"]) == (370, 20)
    assert found["on_period USD"]["2023-09"] == 1
    lines = office.do("report", "trend", "--last", "1", today="2023-10-05").out.splitlines()
    assert [line.split()[:2] for line in lines if line.startswith("completed")] == [
        ["completed", "CNY"],
        ["completed", "USD"],
    ]
    found = trend(office, "--last", "1", "--currency", "CNY")
    assert set(found) == {"completed", "on_period", "on_year"}
    assert found["completed"]["2023-09"] == 370 + 140
    assert found["on_period"]["2023-09"] == ratio(370 + 140, 500 + 70)


def test_as_of_known_on_and_filters(office: Office) -> None:
    assert trend(office, "--last", "1", "--as-of", "2023-08-31")["completed"]["2023-08"] == 500
    assert trend(office, "--last", "1", "--owner", "wang")["completed"]["2023-09"] == 300
    office.do("capital", "correct", "3", "--amount", "999万元", "--why", "x", today="2024-01-05")
    assert trend(office, "--last", "13")["completed"]["2022-09"] == 999
    assert (
        trend(office, "--last", "13", "--known-on", "2024-01-04", today="2024-01-06")["completed"]["2022-12"]
        == "not_reported"
    )
    empty = office("report", "trend", "--text", "nothing", today="2023-10-05")
    assert (empty.code, empty.out, "no project matches" in empty.err) == (0, "", True)
    refused = office("report", "trend", "--by", "week")
    assert (refused.code, "week" in refused.err) == (2, True)


def test_in_chinese_periods_stand_as_they_are_typed(office: Office) -> None:
    told = office.do("--lang", "zh", "report", "trend", "--by", "year", "--last", "2", today="2023-10-05").out
    assert "2023年1—9月" in told
    assert "2022年1—9月" in told
    assert "同比" in told


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_all_periods_are_on_a_narrow_screen_in_tables_one_below_the_other(
    run: Run, tmp_path: Path, office: Office, lang: str
) -> None:
    for month in range(1, 10):
        office.do("capital", "record", "chip", "completed", f"{month}1234.56万元", "--on", f"2022-0{month}")
    words = ("report", "trend", "--last", "9")
    done = run("--db", tmp_path / "office.db", "--lang", lang, *words, today="2022-10-05", env={"COLUMNS": "80"})
    lines = done.out.splitlines()
    assert max(map(width, lines)) <= 80
    titles = [line for line in lines if line.startswith(("Indicator", "指标"))]
    assert len(titles) > 1
    # A month that has one of the year before beside it comes twice.
    found = dict.fromkeys(int(month) for month in re.findall(r"(?<![0-9])0?(\d)(?=月| |$)", " ".join(titles)))
    assert list(found) == list(range(1, 10))
    assert not re.search("left out: 2022|未显示的列", done.out)


def test_a_workbook_has_the_amounts_as_numbers_that_name_their_unit(office: Office, tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    pytest.importorskip("xlsxwriter")
    office.do("report", "trend", "--last", "12", "-o", str(tmp_path / "t.xlsx"), today="2023-10-05")
    sheet = openpyxl.load_workbook(tmp_path / "t.xlsx").active
    rows = {row[0].value: row for row in sheet.iter_rows(min_row=3) if row[0].value}
    assert [cell.value for cell in rows["Indicator"]][-2:] == ["2023-09", "2022-09"]
    newest, before = rows["completed"][-2:]
    assert (newest.value, newest.number_format) == (3.7, '#,##0.0" CNY m"')
    assert (before.value, rows["vs last year"][-2].value) == (2, 0.85)
    # None of the twelve months is left out, nor one of the year before that has anything to say.
    assert len(rows["Indicator"]) == 16


def test_a_document_has_the_periods_in_several_tables(office: Office, tmp_path: Path) -> None:
    docx = pytest.importorskip("docx")
    for month in range(1, 10):
        office.do("capital", "record", "chip", "completed", f"{month}1234.56万元", "--on", f"2022-0{month}")
        office.do("capital", "record", "chip", "completed", f"{month}1234.56万元", "--on", f"2021-0{month}")
    office.do("report", "trend", "--last", "9", "-o", str(tmp_path / "t.docx"), today="2022-10-05")
    tables = docx.Document(tmp_path / "t.docx").tables
    heads = [[cell.text for cell in table.rows[0].cells] for table in tables]
    assert len(tables) > 1
    assert {head[0] for head in heads} == {"Indicator"}
    assert [month for head in heads for month in head[1:]] == [
        f"{year}-0{month}" for month in range(1, 10) for year in (2022, 2021)
    ]
