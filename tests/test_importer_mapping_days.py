"""Days and periods: every way they are written, and the order of day and month, which a column proves or is asked."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.understood import column, problems, records, table_of, understood
from tracker.dates import Period
from tracker.dates.cells import serial_day
from tracker.errors import ValueRefused
from tracker.importer.mapping.cells import day_reader

HEADING = "计划开工时间"


def starts(cells: list[Any], heading: str = HEADING, **asked: Any) -> list[str]:
    """The planned starts that a column gives."""
    found = records(understood(column(heading, cells), what="project", **asked), "milestone")
    return [one.values["on"].iso() for one in found]


@pytest.mark.parametrize(
    ("cell", "iso"),
    [
        ("2023-04-05", "2023-04-05"),
        ("2023/4/5", "2023-04-05"),
        ("2023.4.5", "2023-04-05"),
        ("2023.04.05", "2023-04-05"),
        ("20230405", "2023-04-05"),
        ("2023年4月5日", "2023-04-05"),
        ("2023年4月", "2023-04"),
        ("2023年", "2023"),
        ("2023", "2023"),
        ("2023.4", "2023-04"),
        ("2023-04", "2023-04"),
        ("202304", "2023-04"),
        ("2023Q1", "2023Q1"),
        ("2023年一季度", "2023Q1"),
        ("2023年上半年", "2023H1"),
        ("2023年底", "2023-12-31"),
        ("11 June 2025", "2025-06-11"),
        ("June 11, 2025", "2025-06-11"),
        ("Jun 2025", "2025-06"),
        ("Jun-25", "2025-06"),
        ("11-Jun-25", "2025-06-11"),
        ("11. Juni 2025", "2025-06-11"),
        ("März 2025", "2025-03"),
        ("2023-04-05 00:00:00", "2023-04-05"),
        ("2023-04-05T09:15:02Z", "2023-04-05"),
        ("31/1/2023 8:00", "2023-01-31"),
        ("1/31/2023 8:00:00 AM", "2023-01-31"),
        ("31.01.2023", "2023-01-31"),
        ("5/5/2023", "2023-05-05"),
        ("45017", "2023-04-01"),
        ("45017.5", "2023-04-01"),
        (45017, "2023-04-01"),
        (45017.25, "2023-04-01"),
        (2023, "2023"),
        (202304, "2023-04"),
        (20230405, "2023-04-05"),
        (2023.4, "2023-04"),
        (2023.12, "2023-12"),
        (date(2023, 4, 5), "2023-04-05"),
        (datetime(2023, 4, 5), "2023-04-05"),
        (datetime(2023, 4, 5, 13, 30), "2023-04-05"),
    ],
)
def test_a_day_or_period_is_read(cell: Any, iso: str) -> None:
    assert starts([cell]) == [iso]


@pytest.mark.parametrize(
    "cell",
    ["", None, "TBC", "待定", "N/A", "1899-12-30", "12/30/1899", "1900/1/0", "00:00:00", 0, time(0, 0), timedelta(0),
     date(1899, 12, 30), datetime(1899, 12, 31)],
)  # fmt: skip
def test_what_holds_no_day_says_nothing(cell: Any) -> None:
    assert starts([cell, "2023-04-05"]) == ["2023-04-05"]


def test_empty_days_and_counted_days_are_stated() -> None:
    reading = understood(column(HEADING, ["1899-12-30", "45017"]), what="project")
    assert sum("1899" in sentence or "45017" in sentence for sentence in reading.statements) == 2


@pytest.mark.parametrize(
    "cell",
    ["soon", "tomorrow", "下周五", "4月", "Jun", "+30d", "2023-02-30", "31/02/2023", "2023-13", "13/13/2023",
     "1823-01-01", "99999999", "60", 60, 123, 2023.1, True, "3月底"],
)  # fmt: skip
def test_what_is_no_day_is_a_problem(cell: Any) -> None:
    [problem] = problems(understood(column(HEADING, [cell, "13/01/2023"]), what="project"))
    assert problem.cell == "B2"
    assert problem.hint


@pytest.mark.parametrize(
    ("heading", "cell"),
    [
        ("竣工时间", "2025年6月预计开工"),
        ("竣工时间", "2025年6月拟开工"),
        ("计划竣工时间", "2023年6月（实际）"),
        ("Planned completion", "2023-06 (actual)"),
    ],
)
def test_a_day_of_something_else_than_its_column_is_a_problem(heading: str, cell: str) -> None:
    assert [one.cell for one in problems(understood(column(heading, [cell, "2025-06"]), what="project"))] == ["B2"]


def test_the_first_day_of_2001_is_a_day() -> None:
    assert starts(["01/01/01", "31/12/2002"]) == ["2001-01-01", "2002-12-31"]


def test_the_phantom_day_of_1900_is_stepped_over() -> None:
    assert serial_day(45017) == Period.day(date(2023, 4, 1))
    assert serial_day(10_000) == Period.day(date(1927, 5, 18))


# --- the order of day and month ------------------------------------------------------------------------------------


def test_one_value_decides_the_whole_column_and_is_named() -> None:
    reading = understood(column(HEADING, ["05/06/2024", "31/01/2024", "07/08/2024"]), what="project")
    assert [one.values["on"].iso() for one in records(reading, "milestone")] == [
        "2024-06-05",
        "2024-01-31",
        "2024-08-07",
    ]
    assert reading.assigned[1].order == "dmy"
    assert any("day first, because of 31/01/2024 in B3" in sentence for sentence in reading.statements)


def test_month_first_is_decided_the_same_way() -> None:
    assert starts(["05/06/2024 9:15:02 AM", "1/31/2024"]) == ["2024-05-06", "2024-01-31"]


def test_a_proof_in_one_column_holds_for_the_others() -> None:
    table = table_of(
        [["Project", "Planned start", "Planned completion"], ["a", "31/01/2024", "05/06/2025"], ["b", "", "07/08/2025"]]
    )
    reading = understood(table)
    assert [one.order for one in reading.assigned] == ["", "dmy", "dmy"]
    assert any("column B, column C: days are written day first" in sentence for sentence in reading.statements)


def test_a_column_that_proves_nothing_is_asked_about_once() -> None:
    reading = understood(column(HEADING, ["05/06/2024", "07/08/2024"]), what="project")
    assert [one.cell for one in reading.problems] == ["B1"]
    assert "--date-order" in reading.problems[0].hint
    assert starts(["05/06/2024"], date_order="mdy") == ["2024-05-06"]


def test_a_column_in_both_orders_is_asked_about() -> None:
    reading = understood(column(HEADING, ["31/01/2024", "01/31/2024"]), what="project")
    assert "B2" in reading.problems[0].problem
    assert "B3" in reading.problems[0].problem


def test_columns_of_different_orders_prove_nothing_for_a_third() -> None:
    table = table_of(
        [
            ["Project", "Planned start", "Planned completion", "Actual completion"],
            ["a", "31/01/2024", "1/31/2025", "05/06/2025"],
        ]
    )
    assert [one.cell for one in understood(table).problems] == ["D1"]


def test_two_formats_in_one_column_are_fine_where_each_is_clear() -> None:
    assert starts(["1/31/2023 8:00:00 AM", "2023-04-05", "2023年6月"]) == ["2023-01-31", "2023-04-05", "2023-06"]


def test_short_years_are_read_where_the_order_is_known_and_that_is_stated() -> None:
    reading = understood(column("Beginn", ["31.12.23", "05.06.69"], beside="Projekt"), what="project")
    assert [one.values["on"].iso() for one in records(reading) if "on" in one.values] == ["2023-12-31", "1969-06-05"]
    assert any("two-digit" in sentence for sentence in reading.statements)


def test_short_years_in_a_chinese_table_may_come_first_and_are_asked_about() -> None:
    assert understood(column(HEADING, ["23.04.05"]), what="project").problems
    assert starts(["23.04.05"], date_order="ymd") == ["2023-04-05"]


def test_a_day_is_needed_where_a_day_is_kept() -> None:
    table = table_of([["诉求", "企业名称", "提出时间"], ["用电", "甲公司", "2023年4月"]])
    [problem] = problems(understood(table, what="request"))
    assert "day" in problem.problem


@given(
    st.dates(date(1930, 1, 1), date(2190, 1, 1)),
    st.sampled_from(["%d/%m/%Y", "%m/%d/%Y", "%Y-%m-%d", "%d.%m.%Y", "%Y年%m月%d日"]),
)
def test_a_day_reads_back_from_every_format(day: date, form: str) -> None:
    read = day_reader("mdy" if form.startswith("%m") else "dmy", only_days=True)
    assert read(day.strftime(form)) == day


@given(st.text(max_size=40))
def test_no_text_makes_the_reader_fail(text: str) -> None:
    read = day_reader("dmy")
    with suppress(ValueRefused):
        assert isinstance(read(text), Period | None)


# --- what is no plain day ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("未开工", None),
        ("尚未开工", None),
        ("Ongoing", None),
        ("No end date", None),
        ("Data Not Provided", None),
        ("2023年6月底前", ("by 2023-06-30", "stage")),
        ("2023年底前", ("by 2023-12-31", "baseline")),
        ("2023年6月上旬", ("2023-06-01..2023-06-10", "stage")),
        ("2023年6月下旬", ("2023-06-21..2023-06-30", "stage")),
        ("预计2023年6月", ("2023-06", "forecast")),
        ("拟2027年3月开工", ("2027-03", "baseline")),
        ("22年9月", ("2022-09", "stage")),
        ("二〇二三年九月", ("2023-09", "stage")),
        ("２０２３年９月", ("2023-09", "stage")),
        ("2023三季度", ("2023Q3", "stage")),
        ("04/2015", ("2015-04", "stage")),
        ("mid 2021", ("2021", "stage")),
        ("10 de março de 2021", ("2021-03-10", "stage")),
        ("手续办理中", None),
        ("0000-00-00", None),
        ("31/12/9999", None),
        ("1900-01-01", None),
        ("2022/9/", ("2022-09", "stage")),
        ("'2022-09", ("2022-09", "stage")),
        ('="2022-09"', ("2022-09", "stage")),
        ("2022年6月1日 星期三", ("2022-06-01", "stage")),
        ("Wednesday, June 1, 2022", ("2022-06-01", "stage")),
        ("2022. 6. 1.", ("2022-06-01", "stage")),
        ("1/Jun/2022", ("2022-06-01", "stage")),
        ("2022年6月初", ("2022-06", "stage")),
        ("2022年春季", ("2022", "stage")),
        ("mid-June 2022", ("2022-06", "stage")),
        ("end 2022", ("2022-12-31", "stage")),
        ("end Q3 2022", ("2022-09-30", "stage")),
        ("2H22", ("2022H2", "stage")),
        ("3Q 2022", ("2022Q3", "stage")),
        ("Q3'22", ("2022Q3", "stage")),
        ("2022 (Q3)", ("2022Q3", "stage")),
        ("Q3/Q4 2022", ("2022H2", "stage")),
        ("second quarter of 2022", ("2022Q2", "stage")),
        ("during 2022", ("2022", "stage")),
        ("Started June 2022", ("2022-06", "stage")),
        ("2022年6月（实际）", ("2022-06", "stage")),
        ("2022年6月（已开工）", ("2022-06", "stage")),
        ("2027年3月（拟开工）", ("2027-03", "baseline")),
        ("2027年3月（预计开工）", ("2027-03", "forecast")),
    ],
)
def test_what_a_cell_says_of_the_day_building_began(cell: str, expected: tuple[str, str] | None) -> None:
    found = [one for one in records(understood(column("开工时间", [cell]))) if one.kind != "project"]
    said = [(one.values["on"].iso(), one.values.get("what", one.kind)) for one in found]
    assert said == ([expected] if expected else [])


@pytest.mark.parametrize(
    ("cell", "said"), [("2023年6月竣工", "“completed”"), ("Completed in June 2021", "“completed”")]
)
def test_a_day_of_another_stage_than_its_columns_is_refused(cell: str, said: str) -> None:
    [problem] = problems(understood(column("开工时间", [cell])))
    assert said in problem.problem


@pytest.mark.parametrize(("unit", "on"), [("£m", "2023Q4"), ("AUD m", "2024Q1"), ("USD m", "2024Q2"), ("元", None)])
def test_a_quarter_of_a_fiscal_year_is_one_where_its_first_month_is_known(unit: str, on: str | None) -> None:
    reading = understood(
        table_of([["Project", f"Cost ({unit})", "Start date"], ["a", "1", "Q3 FY23/24"]]), currency=None
    )
    if on is None:
        assert "quarter of a fiscal year" in problems(reading)[0].problem
    else:
        [found] = [one for one in records(reading) if one.kind in ("stage", "milestone")]
        assert found.values["on"].iso() == on


@pytest.mark.parametrize(
    ("cell", "start", "end"),
    [
        ("2023-2025", "2023", "2025"),
        ("2023.3—2024.12", "2023-03", "2024-12"),
        ("2022年10月至2024年12月", "2022-10", "2024-12"),
        ("2023~2025", "2023", "2025"),
        ("2023.03/2024.12", "2023-03", "2024-12"),
        ("2023年3月-12月", "2023-03", "2023-12"),
        ("2023-01-01至2024-12-31", "2023-01-01", "2024-12-31"),
        ("2024", "2024", "2024"),
    ],
)
def test_a_range_of_years_is_a_planned_start_and_a_planned_end(cell: str, start: str, end: str) -> None:
    found = records(understood(column("建设起止年限", [cell])), "milestone")
    assert [(one.values["milestone"], one.values["what"], one.values["on"].iso()) for one in found] == [
        ("under_construction", "baseline", start),
        ("completed", "baseline", end),
    ]


def test_a_column_of_months_of_work_is_no_range() -> None:
    assert [one.target for one in understood(column("建设周期", ["24个月", "18个月"]), what="project").assigned] == [
        "project.name"
    ]


def test_fiscal_years_of_a_column_begin_where_the_map_or_the_currency_says() -> None:
    cells = ["2025-26", "2011-12"]
    reading = understood(column("Expected completion", cells, beside="Project"), what="project")
    assert [one.values["on"].iso() for one in records(reading, "milestone")] == ["2025..2026", "2011..2012"]
    reading = understood(
        column("Expected completion", cells, beside="Project"), what="project", map="fiscal_year_start = 7"
    )
    assert records(reading, "milestone")[0].values["on"].iso() == "FY2025/26 (2025-07..2026-06)"
