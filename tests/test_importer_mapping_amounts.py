"""Amounts and other numbers: units, currencies, styles, words in their place; exact, or refused."""

from __future__ import annotations

import math
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.understood import column, problems, records, table_of, understood
from tracker.importer.mapping.cells import typed_number
from tracker.money import Figure, Money
from tracker.money.amounts import decimal_sign, read_number
from tracker.records.schema import Record


def figure(heading: str, cell: Any, *others: Any, **asked: Any) -> Figure:
    """The total that a cell under a heading gives."""
    kwargs = {key: asked.pop(key) for key in ("title", "form", "delimiter") if key in asked}
    reading = understood(column(heading, [cell, *others], **kwargs), what="project", **asked)
    found: Figure = records(reading, "capital")[0].values["figure"]
    return found


def cny(yuan: str) -> Figure:
    return Figure(Money(int(Decimal(yuan) * 100), "CNY"))


@pytest.mark.parametrize(
    ("heading", "cell", "expected"),
    [
        ("总投资（万元）", "12345.67", cny("123456700")),
        ("总投资（万元）", "12,345.67", cny("123456700")),
        ("总投资（亿元）", "1.234", cny("123400000")),
        ("总投资（万元）", "1.2亿元", cny("120000000")),
        ("总投资（万元）", "1亿零500万", cny("105000000")),
        ("总投资（亿元）", "3亿〇200万元", cny("302000000")),
        ("总投资（元）", "1万零500", cny("10500")),
        ("总投资（亿元）", "5000万", cny("50000000")),
        ("总投资（亿元）", "5000万元", cny("50000000")),
        ("总投资（万元）", "5000元", cny("5000")),
        ("总投资", "25亿元", cny("2500000000")),
        ("总投资", "25亿", cny("2500000000")),
        ("总投资（元）", "1,250,000.50", cny("1250000.50")),
        ("总投资（万元）", "１２００", cny("12000000")),
        ("总投资（万元）", "0", cny("0")),
        ("总投资（亿美元）", "2.88", Figure(Money(28_800_000_000, "USD"))),
        ("总投资（万元）", "2.88亿美元", Figure(Money(28_800_000_000, "USD"))),
        ("总投资（亿元）", "近34", Figure(Money(340_000_000_000, "CNY"), "nearly")),
        ("总投资（万元）", "约5000", Figure(Money(5_000_000_000, "CNY"), "about")),
        ("总投资（万元）", "约5000万", Figure(Money(5_000_000_000, "CNY"), "about")),
        ("总投资（万元）", "14亿元以上", Figure(Money(140_000_000_000, "CNY"), "over")),
        ("总投资（百万元）", "约12.5", Figure(Money(1_250_000_000, "CNY"), "about")),
        ("Total Cost (£m)", "1.25", Figure(Money(125_000_000, "GBP"))),
        ("Total Cost (£m)", "£1.25", Figure(Money(125_000_000, "GBP"))),
        ("Total Cost (£m)", "£1.25bn", Figure(Money(125_000_000_000, "GBP"))),
        ("Total Cost (£m)", "1,425.00", Figure(Money(142_500_000_000, "GBP"))),
        ("Total Cost ($m)", "$14.25", Figure(Money(1_425_000_000, "USD"))),
        ("Total Cost", "$14.25m", Figure(Money(1_425_000_000, "USD"))),
        ("Total Cost", "€ 5", Figure(Money(500, "EUR"))),
        ("Total Cost", "¥5000", Figure(Money(500_000, "CNY"))),
        ("Budget", "1.234,56 €", Figure(Money(123_456, "EUR"))),
        ("Budget (TEUR)", "1.234,5", Figure(Money(123_450_000, "EUR"))),
        ("Budget", "1'234.50 CHF", Figure(Money(123_450, "CHF"))),
        ("Budget", "1 234,50 €", Figure(Money(123_450, "EUR"))),
        ("Total Cost ($m)", 12.3, Figure(Money(1_230_000_000, "USD"))),
        ("Total Cost ($m)", 12, Figure(Money(1_200_000_000, "USD"))),
        ("总投资（万元）", 12345.67, cny("123456700")),
    ],
)
def test_a_figure_is_read_exactly(heading: str, cell: Any, expected: Figure) -> None:
    assert figure(heading, cell) == expected


@pytest.mark.parametrize(
    ("cell", "minor"),
    [
        ("(5)", -500),
        ("(1,234.56)", -123_456),
        ("£(5)", -500),
        ("-5", -500),
        ("（5）", -500),
        ("−5", -500),
        ("(£5)", -500),
    ],
)
def test_an_accountants_brackets_are_a_minus(cell: str, minor: int) -> None:
    reading = understood(column("2023 Spend (£)", [cell], beside="Project"), what="capital")
    assert records(reading, "capital")[0].values["figure"] == Figure(Money(minor, "GBP"))


@pytest.mark.parametrize(
    ("cell", "availability"),
    [
        ("不公开", "withheld"),
        ("保密", "withheld"),
        ("Exempt under Section 43 of the FOI Act", "withheld"),
        ("EXEMPT UNDER SECTION 43 (2)", "withheld"),
        ("Withheld", "withheld"),
        ("confidential", "withheld"),
        ("commercially sensitive", "withheld"),
        ("#N/A", "unknown"),
        ("N/A", "unknown"),
        ("n/a", "unknown"),
        ("不详", "unknown"),
        ("待定", "unknown"),
        ("TBC", "unknown"),
        ("-", "unknown"),
        ("–", "unknown"),
        ("/", "unknown"),
    ],
)
def test_a_word_in_the_place_of_a_figure_is_never_a_number(cell: str, availability: str) -> None:
    assert figure("总投资（万元）", cell) == Figure(availability=availability)
    # Elsewhere it says nothing; only free text keeps every word.
    reading = understood(table_of([["项目名称", "投资方", "项目阶段", "责任人", "用地面积"], ["a", *[cell] * 4]]))
    assert [one.values for one in records(reading)] == [{"name": "a"}]


@pytest.mark.parametrize(
    ("cell", "availability"),
    [
        ("[redacted]", "withheld"),
        ("Restricted", "withheld"),
        ("Commercial-in-confidence", "withheld"),
        ("Not publicly disclosed", "withheld"),
        ("Section 43 exemption", "withheld"),
        ("暂不公开", "withheld"),
        ("不对外公布", "withheld"),
        ("涉密项目", "withheld"),
        ("非公表", "withheld"),
        ("To be finalised", "unknown"),
        ("not yet determined", "unknown"),
        ("Pending approval", "unknown"),
        ("Under review", "unknown"),
        ("No data", "unknown"),
        ("待批复", "unknown"),
        ("尚未确定", "unknown"),
        ("洽谈中", "unknown"),
        ("面议", "unknown"),
    ],
)
def test_withholding_and_not_knowing_have_many_words(cell: str, availability: str) -> None:
    assert figure("总投资（万元）", cell) == Figure(availability=availability)


@pytest.mark.parametrize("cell", ["5000（不涉密）", "7000万元（涉密部分除外）", "涉密部分未计，其余5000", "非涉密项目"])
def test_an_amount_beside_words_of_withholding_is_not_withheld(cell: str) -> None:
    reading = understood(table_of([["项目名称", "总投资（万元）"], ["a", cell]]))
    assert [problem.cell for problem in problems(reading)] == ["B2"]


@pytest.mark.parametrize("heading", ["总投资（万元、亿元）", "总投资（万元/亿元）", "总投资（万元）（万美元）"])
def test_two_units_in_a_heading_are_asked_about_also_below_a_title_with_one(heading: str) -> None:
    reading = understood(table_of([["项目名称", heading], ["a", "50"]], title=("单位：万元",)))
    assert [problem.cell for problem in problems(reading)] == ["B2"]


@pytest.mark.parametrize("cell", ["", None, "  ", "无"])
def test_an_empty_cell_says_nothing(cell: Any) -> None:
    assert records(understood(column("总投资（万元）", [cell, "5"]), what="project"), "capital")[0].row == 3


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("3-5亿", "range"),
        ("3~5亿元", "range"),
        ("3亿至5亿", "range"),
        ("5000—6000", "range"),
        ("$3m to $5m", "range"),
        ("#REF!", "formula"),
        ("#DIV/0!", "formula"),
        ("abc", "number"),
        ("1.2.3", "fit"),
        ("0.001元", "decimals"),
        ("9" * 30, "largest"),
        (date(2023, 1, 1), "amount"),
        (True, "amount"),
        (float("nan"), "number"),
        (1234567890123456.7, "digits"),
        ("=1+1", "formula"),
        ("五百", "digits"),
    ],
)
def test_what_is_no_one_figure_is_a_problem_with_its_cell(cell: Any, said: str) -> None:
    reading = understood(column("总投资（千元）", [cell, "1.5"]), what="project")
    [problem] = problems(reading)
    assert (problem.row, problem.cell, problem.column) == (2, "B2", "总投资（千元）")
    assert said in f"{problem.problem} {problem.hint}"
    rest = [(one.row, one.kind) for one in reading.records() if isinstance(one, Record)]
    assert rest == [(2, "project"), (3, "project"), (3, "capital")]


def test_the_cell_goes_before_the_heading_the_title_and_the_option() -> None:
    assert figure("总投资（万元）", "5亿", title=("单位：百万元",), unit="元") == cny("500000000")
    assert figure("总投资（万元）", "5", title=("单位：百万元",), unit="元") == cny("50000")
    assert figure("总投资", "5", title=("单位：百万元",), unit="元") == cny("5000000")
    assert figure("总投资", "5", unit="万元") == cny("50000")
    assert figure("总投资", "5", unit="£m") == Figure(Money(500_000_000, "GBP"))


def test_a_bare_number_is_in_whole_units_and_that_is_said() -> None:
    reading = understood(column("总投资", ["5"]), what="project")
    assert records(reading, "capital")[0].values["figure"] == cny("5")
    assert any("whole CNY" in sentence for sentence in reading.statements)
    assert not any(
        "whole CNY" in sentence for sentence in understood(column("总投资", ["5元"]), what="project").statements
    )


def test_a_bare_number_without_any_currency_is_asked_about_once() -> None:
    reading = understood(column("Budget", ["5", "6"], beside="Project"), what="project", currency=None)
    found = problems(reading)
    assert [one.cell for one in found if one.row == 1] == ["B1"]
    assert "--currency" in found[0].hint


def test_the_sign_of_several_currencies_is_stated() -> None:
    reading = understood(column("Total Cost", ["¥5000"], beside="Project"), what="project")
    assert any("¥" in sentence and "CNY" in sentence for sentence in reading.statements)
    reading = understood(column("Total Cost", ["¥5000"], beside="Project"), what="project", currency="JPY")
    assert records(reading, "capital")[0].values["figure"] == Figure(Money(5000, "JPY"))


# --- the style of a column -----------------------------------------------------------------------------------------


def test_the_style_of_numbers_is_decided_from_the_whole_column() -> None:
    assert figure("Budget (€)", "1.234", "5,50", delimiter=";") == Figure(Money(123_400, "EUR"))
    assert figure("Budget (€)", "1,234", "5.50", delimiter=";") == Figure(Money(123_400, "EUR"))
    assert figure("Budget (€)", "1.234", "1.234.567", delimiter=";") == Figure(Money(123_400, "EUR"))


def test_a_column_that_does_not_tell_its_style_is_asked_about() -> None:
    table = column("Budget (€)", ["1.234", "5.678"], beside="Projekt")
    reading = understood(table, what="project")
    assert [(one.row, one.cell) for one in reading.problems] == [(1, "B1")]
    assert "numbers" in reading.problems[0].hint
    chosen = (
        '[columns]\n"Budget (€)" = { to = "capital[total].figure", numbers = "1.234,56" }\n"Projekt" = "project.name"'
    )
    assert records(understood(table, map=chosen), "capital")[0].values["figure"] == Figure(Money(123_400, "EUR"))


def test_a_column_in_two_styles_is_asked_about() -> None:
    reading = understood(column("Budget (€)", ["1.234,50", "1,234.50"], beside="Projekt"), what="project")
    assert "B2" in reading.problems[0].problem
    assert "B3" in reading.problems[0].problem
    assert len(problems(reading)) == 1


def test_another_column_of_the_table_may_tell_the_style() -> None:
    table = table_of([["Projekt", "Budget (€)", "2022 Ausgaben (€)"], ["a", "1.234", "5,50"]])
    assert not understood(table, what="project").problems


@given(st.integers(0, 10**15), st.integers(0, 4), st.sampled_from(".,"))
def test_a_number_reads_back_from_either_style(mantissa: int, places: int, sign: str) -> None:
    exact = Decimal(mantissa).scaleb(-places)
    written = f"{exact:,.{places}f}"
    if sign == ",":
        written = written.translate(str.maketrans(",.", ".,"))
    number = read_number(written, decimal=sign)
    assert Decimal(number.mantissa).scaleb(number.power - number.fraction) == exact
    assert decimal_sign(written) in (sign, "?", "")


@given(st.floats(allow_nan=False, allow_infinity=False, min_value=-1e14, max_value=1e14))
def test_a_float_is_written_out_to_fifteen_digits(number: float) -> None:
    assert math.isclose(float(typed_number(number)), number, rel_tol=1e-14)


# --- other numbers -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("heading", "cell", "land"),
    [
        ("用地面积（亩）", "109.2", 109_200),
        ("用地面积", "109.2", 109_200),
        ("用地面积", "72800 m2", 109_200),
        ("用地面积（㎡）", "72,800", 109_200),
        ("用地面积（平方米）", 72800.0, 109_200),
        ("Site area (ha)", "7.28", 109_200),
        ("用地面积（亩）", "1,200㎡", 1_800),
    ],
)
def test_land_is_read_in_its_unit(heading: str, cell: Any, land: int) -> None:
    assert records(understood(column(heading, [cell]), what="project"))[0].values["land"] == land


@pytest.mark.parametrize(("cell", "jobs"), [("120", 120), ("1,200人", 1200), (120.0, 120), ("120 people", 120)])
def test_a_count_is_read_with_or_without_its_word(cell: Any, jobs: int) -> None:
    assert records(understood(column("用工人数", [cell]), what="project"))[0].values["jobs"] == jobs


@pytest.mark.parametrize("cell", ["约120", "1.5", "many", 1.5])
def test_what_is_no_whole_number_is_a_problem(cell: Any) -> None:
    assert problems(understood(column("用工人数", [cell]), what="project"))[0].cell == "B2"


@pytest.mark.parametrize(
    ("heading", "cells", "physical"),
    [
        ("工程进度", ["65%", "100%"], [6500, 10_000]),
        ("形象进度（%）", ["65", "12.5"], [6500, 1250]),
        ("% complete", [0.65, 1], [6500, 10_000]),
        ("% complete", [65, 1], [6500, 100]),
        ("形象进度", ["65%", "80%"], [6500, 8000]),
    ],
)
def test_progress_is_read_in_percent(heading: str, cells: list[Any], physical: list[int]) -> None:
    found = records(understood(column(heading, cells), what="project"), "review")
    assert [one.values["physical"] for one in found] == physical


def test_progress_in_words_is_text() -> None:
    found = records(understood(column("形象进度", ["主体施工", "80%"]), what="project"), "review")
    assert [one.values["text"] for one in found] == ["主体施工", "80%"]


# --- codes ---------------------------------------------------------------------------------------------------------


def test_codes_stay_as_they_are() -> None:
    table = table_of(
        [
            ["项目编号", "项目名称", "备案代码"],
            [12.0, 2024, "330482202300123456"],
            ["007", "x", "2303-330482-04-01-123456"],
        ],
        form="xlsx",
    )
    found = records(understood(table), "project")
    assert [(one.values["code"], one.values["name"], one.values["ids"]) for one in found] == [
        ("12", "2024", ("备案代码=330482202300123456",)),
        ("007", "x", ("备案代码=2303-330482-04-01-123456",)),
    ]


@pytest.mark.parametrize("cell", [330482202300123456, 3.30482202300123e17, "3.30482E+17"])
def test_a_code_that_lost_its_digits_is_refused(cell: Any) -> None:
    [problem] = problems(understood(column("备案代码", [cell], form="xlsx")))
    assert "digits" in problem.problem
    assert "text" in problem.hint


def test_yes_is_not_taken_for_one() -> None:
    reading = understood(column("总投资（万元）", [1, True, 1.0], form="xlsx"), what="project")
    assert [one.cell for one in problems(reading)] == ["B3"]


# --- signs beside a number under a unit -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("heading", "cell", "minor", "qualifier"),
    [
        ("总投资（万元）", "5000余", 5000 * 10**6, "over"),
        ("总投资（万元）", "5000多", 5000 * 10**6, "over"),
        ("总投资（万元）", "￥5000余", 5000 * 10**6, "over"),
        ("总投资（亿元）", "3余", 3 * 10**10, "over"),
        ("总投资（万元）", "25亿元人民币", 25 * 10**10, "exact"),
        ("总投资（万元）", "壹亿贰仟万元整", 12 * 10**9, "exact"),
        ("总投资（万元）", "5000萬元", 5000 * 10**6, "exact"),
        ("总投资（万元）", "1.5个亿", 15 * 10**9, "exact"),
        ("总投资（万元）", "小于40万", 40 * 10**6, "at_most"),
        ("总投资（万元）", "5000元", 5000 * 100, "exact"),
        ("Total cost (CNY m)", "6.96E-04", 69600, "exact"),
        ("總投資（萬元）", "5000", 5000 * 10**6, "exact"),
    ],
)
def test_a_sign_is_the_unit_of_its_number_or_leaves_that_of_the_heading(
    heading: str, cell: str, minor: int, qualifier: str
) -> None:
    assert figure(heading, cell) == Figure(Money(minor, "CNY"), qualifier)


@pytest.mark.parametrize(
    ("heading", "cells", "minor"),
    [
        ("总投资（万元）", ["33.3333333333"], 33_333_333),
        ("总投资（亿元）", ["0.3333333333333333"], 3_333_333_333),
        ("总投资（亿元）", [0.3333333333333333], 3_333_333_333),
    ],
)
def test_digits_finer_than_the_currency_are_rounded_and_counted(heading: str, cells: list[Any], minor: int) -> None:
    reading = understood(column(heading, [*cells, *cells, "5"], form="xlsx"), what="project")
    assert records(reading, "capital")[0].values["figure"].money == Money(minor, "CNY")
    assert any("2 amounts" in sentence for sentence in reading.rounded())


def test_a_refusal_names_the_part_that_was_not_understood_as_it_stands_in_the_cell() -> None:
    [refused] = problems(understood(column("总投资（万元）", ["25-30亿元"]), what="project"))
    assert "“25-30亿” is a range" in refused.problem
    assert "250000" not in refused.problem
    [refused] = problems(understood(column("总投资（万元）", ["-7.25abc"]), what="project"))
    assert (refused.value, "-7.25" in refused.problem) == ("-7.25abc", True)


def test_a_file_that_names_no_currency_is_asked_for_one_unless_its_headings_are_chinese() -> None:
    lines = [["Project name", "Budget"], ["a", "1000"]]
    reading = understood(table_of(lines), currency=None, home="CNY")
    assert "currency" in reading.problems[0].problem
    assert not understood(table_of(lines), currency="GBP", home="CNY").problems
    assert not understood(table_of([["项目名称", "总投资"], ["a", "1000"]]), currency=None, home="CNY").problems


def test_shares_in_a_text_column_are_asked_and_answered_by_a_unit() -> None:
    table = table_of([["项目名称", "形象进度"], ["a", "0.35"], ["b", "0.6"], ["c", "1"]])
    assert "35%" in understood(table).problems[0].problem
    for unit, expected in (("1", [3500, 6000, 10000]), ("%", [35, 60, 100])):
        answer = f'[columns]\n"形象进度" = {{ to = "review.physical", unit = "{unit}" }}'
        found = records(understood(table, map=answer), "review")
        assert [one.values["physical"] for one in found] == expected
