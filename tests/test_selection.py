"""Columns, order and number of rows as the reader chooses them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.dates import Period
from tracker.errors import UsageError
from tracker.money import Figure, Money
from tracker.reports.report import Amounts, Bar, Cell, Column, Kind, Report
from tracker.reports.selection import select
from tracker.vocabulary import STAGES


def money(minor: int | None, currency: str = "CNY") -> Amounts:
    return Amounts((Figure(availability="unknown") if minor is None else Figure(Money(minor, currency)),))


REPORT = Report(
    name="list",
    title="Projects",
    columns=(
        Column("code", "Code", priority=1),
        Column("stage", "Stage"),
        Column("total", "Total", Kind.AMOUNT),
        Column("land", "Land", Kind.COUNT, hidden=True),
    ),
    rows=(
        ("b", STAGES["signed"], money(200), 3),
        ("A", STAGES["at_capacity"], Amounts(), None),
        ("c", STAGES["lead"], money(1000), 3),
        ("d", None, money(500, "USD"), 1),
    ),
    as_of=date(2023, 2, 28),
    currency="CNY",
    totals=("Total", None, money(1200), None),
    coverage=("3 of 4 projects",),
)


def codes(report: Report) -> str:
    return "".join(str(row[0]) for row in report.rows)


def keys(report: Report) -> list[str]:
    return [column.key for column in report.columns]


def column_of(*cells: Cell, currency: str | None = None) -> Report:
    """A report of one mixed column `v`, each row numbered in a first one."""
    columns = (Column("n", "N"), Column("v", "V", Kind.ANY))
    rows = tuple((str(number), cell) for number, cell in enumerate(cells))
    return Report("any", "Any", columns, rows, date(2023, 2, 28), currency=currency)


def test_without_a_choice_the_report_is_the_same() -> None:
    assert select(REPORT) is REPORT


def test_columns_come_in_the_order_asked_for_and_hidden_ones_too() -> None:
    chosen = select(REPORT, columns="land, code")
    assert keys(chosen) == ["land", "code"]
    assert chosen.rows[0] == (3, "b")
    assert chosen.totals == (None, "Total")
    assert not any(column.hidden for column in chosen.columns)


def test_columns_asked_for_are_the_last_to_leave_a_screen() -> None:
    assert [column.priority for column in select(REPORT, columns="+land").columns] == [1, 5, 5, 0]


def test_plus_adds_to_the_usual_columns() -> None:
    chosen = select(REPORT, columns="+land,+code")
    assert keys(chosen) == ["code", "stage", "total", "land"]
    assert not chosen.columns[3].hidden


def test_plus_puts_what_it_adds_after_the_usual_columns_and_leaves_the_others_hidden() -> None:
    columns = (Column("x", "X", hidden=True), Column("code", "Code"), Column("y", "Y", hidden=True))
    chosen = select(REPORT._replace(columns=columns, rows=(("x", "c", "y"),), totals=None), columns="+y")
    assert [(column.key, column.hidden) for column in chosen.columns] == [("code", False), ("y", False), ("x", True)]
    assert chosen.rows == (("c", "y", "x"),)


def test_all_shows_every_column() -> None:
    chosen = select(REPORT, columns="all")
    assert keys(chosen) == keys(REPORT)
    assert not any(column.hidden for column in chosen.columns)


def test_a_column_named_twice_comes_once_and_names_fold_case_and_width() -> None:
    assert keys(select(REPORT, columns="Code，ｃｏｄｅ,TOTAL")) == ["code", "total"]


@pytest.mark.parametrize(
    ("choice", "said"),
    [
        (
            {"columns": "cod"},
            "--columns: there is no column “cod”; did you mean “code”.*Known: code, stage, total, land",
        ),
        ({"columns": ""}, "has an empty name"),
        ({"columns": "code,,land"}, "has an empty name"),
        ({"columns": "code,+land"}, "mixes columns with and without"),
        ({"sort": "totl"}, "--sort: there is no column “totl”; did you mean “total”"),
        ({"sort": "total:down"}, "write total, -total, total:asc or total:desc"),
        ({"sort": "total:"}, "write total, -total"),
        ({"sort": "-total:asc"}, "is not a sort key"),
        ({"sort": "-"}, "there is no column “”"),
        ({"limit": 0}, "--limit 0 shows nothing"),
        ({"limit": -1}, "--limit -1 shows nothing"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(choice: dict[str, str | int], said: str) -> None:
    with pytest.raises(UsageError, match=said):
        select(REPORT, **choice)  # type: ignore[arg-type]  # one option by name


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ("code", "Abcd"),
        ("-code", "dcbA"),
        ("code:desc", "dcbA"),
        ("code:asc", "Abcd"),
        ("stage", "cbAd"),
        ("-stage", "Abcd"),
        ("total", "bcAd"),
        ("-total", "cbAd"),
        ("land", "dbcA"),
        ("-land", "bcdA"),
        ("land,-total", "dcbA"),
        ("-land,-code", "cbdA"),
    ],
)
def test_rows_sort_by_type_with_what_is_missing_last(sort: str, order: str) -> None:
    assert codes(select(REPORT, sort=sort)) == order


def test_a_column_that_is_not_shown_sorts_too() -> None:
    chosen = select(REPORT, columns="code", sort="-total")
    assert codes(chosen) == "cbAd"
    assert keys(chosen) == ["code"]


def test_without_a_main_currency_the_most_frequent_one_is_compared() -> None:
    report = column_of(money(5, "USD"), money(9, "JPY"), money(3, "USD"), money(None))
    assert codes(select(report, sort="v")) == "2013"


def test_the_main_currency_is_compared_inside_a_cell_of_several() -> None:
    both = Amounts((Figure(Money(9, "USD")), Figure(Money(1, "CNY"))))
    assert codes(select(column_of(money(5), both, currency="CNY"), sort="v")) == "10"


def test_a_mixed_column_sorts_by_kind_and_inside_each() -> None:
    report = column_of(
        "b",
        date(2023, 1, 1),
        Fraction(1, 2),
        None,
        Period.year(2022),
        ("A", "z"),
        2,
        datetime(2023, 1, 1, tzinfo=UTC),
        "",
        (),
        Bar(None),
    )
    assert codes(select(report, sort="v")) == "2641750" + "38910"


def test_the_order_of_text_can_be_given() -> None:
    report = column_of("张", "阿", "李")
    pinyin = {"张": "zhang", "阿": "a", "李": "li"}
    assert codes(select(report, sort="v", collate=pinyin.__getitem__)) == "120"


def test_a_grouped_report_sorts_within_its_groups() -> None:
    rows: tuple[tuple[Cell, ...], ...] = (("2022", "a"), ("2022", "b"), ("2023", "c"), ("2023", "d"))
    columns = (Column("year", "Year"), Column("code", "Code"))
    report = REPORT._replace(columns=columns, rows=rows, totals=None, grouped=True)
    assert [row[1] for row in select(report, sort="-code").rows] == ["b", "a", "d", "c"]
    assert [row[1] for row in select(report, sort="-year,-code").rows] == ["d", "c", "b", "a"]
    assert select(report, columns="+code").grouped
    assert not select(report, columns="code,year").grouped
    assert not select(report, columns="year").grouped


def test_a_limit_keeps_the_totals_of_all_rows_and_says_so() -> None:
    cut = select(REPORT, limit=2)
    assert codes(cut) == "bA"
    assert cut.totals == REPORT.totals
    assert cut.coverage == ("first 2 of 4 rows; totals of all rows", *REPORT.coverage)
    assert select(REPORT._replace(totals=None), limit=3).coverage[0] == "first 3 of 4 rows"


@pytest.mark.parametrize("limit", [4, 5, 10**9])
def test_a_limit_that_cuts_nothing_says_nothing(limit: int) -> None:
    assert select(REPORT, limit=limit).coverage == REPORT.coverage


def test_the_limit_comes_after_the_order() -> None:
    assert codes(select(REPORT, sort="-total", limit=1)) == "c"


CELLS = st.one_of(
    st.none(),
    st.text(max_size=3),
    st.integers(-5, 5),
    st.booleans(),
    st.fractions(-1, 1, max_denominator=5),
    st.dates(),
    st.dates().map(Period.day),
    st.datetimes(timezones=st.just(UTC)),
    st.sampled_from(list(STAGES)),
    st.lists(st.text(max_size=2), max_size=2).map(tuple),
    st.integers(-5, 5).map(money),
    st.just(money(None)),
)


@given(st.lists(CELLS, max_size=8), st.sampled_from(["v", "-v", "v,n", "-v,-n"]))
def test_any_cells_sort_without_losing_a_row(cells: list[Cell], sort: str) -> None:
    report = column_of(*cells)
    arranged = select(report, sort=sort)
    assert sorted(codes(arranged)) == sorted(codes(report))
    assert select(arranged, sort=sort).rows == arranged.rows
