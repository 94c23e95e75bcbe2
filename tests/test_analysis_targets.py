"""Targets: attainment, what is needed a month, growth and its base, and values that must not count twice."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.analysis.targets import (
    Part,
    added_up,
    attainment,
    from_beginning,
    growth,
    implied_base,
    latest,
    met,
    months_left,
    needed_a_month,
    significant,
    without_gap,
    year_before,
)
from tracker.dates import Period

YEAR = Period.year(2023)


def percent(share: Fraction | None, places: int = 1) -> str:
    """A share as it is published."""
    assert share is not None
    return f"{float(100 * share):.{places}f}%"


# --- published examples ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("made", "published"), [(10_450_000, "95%"), (6_540_000, "59%")])
def test_urban_jobs_against_the_target_of_the_year(made: int, published: str) -> None:
    # China, new urban jobs, target of each year 11 million: January to September 2021 (blue book on society, Chinese
    # Academy of Social Sciences) and January to June 2022 (Ministry of Human Resources and Social Security).
    assert percent(attainment(made, 11_000_000), 0) == published
    assert not met(made, 11_000_000, at_most=False)


def test_retail_sales_of_2022_on_the_year_before() -> None:
    # National Bureau of Statistics of China, communiqués on 2021 and 2022: 44,082.3 and 43,973.3 billion yuan, −0.2 %.
    assert percent(growth(439_733, 440_823)) == "-0.2%"


def test_the_output_of_the_motor_maker_implies_that_of_the_year_before() -> None:
    # The newspaper report on the Pinghu zone of 2023: nearly 3.4 billion yuan in 2022, 25.74 % more than in 2021.
    base = implied_base(340_000_000_000, Fraction(2574, 10_000))
    assert base is not None
    assert significant(base, 4) == 270_400_000_000
    assert percent(growth(340_000_000_000, round(base)), 2) == "25.74%"


# --- attainment and need --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("actual", "target", "share"), [(0, 5, 0), (34, 20, Fraction(17, 10)), (5, 0, None), (5, -1, None)]
)
def test_attainment_needs_a_positive_target(actual: int, target: int, share: Fraction | None) -> None:
    assert attainment(actual, target) == share


def test_a_target_of_at_most_is_met_from_its_value_down() -> None:
    assert [met(value, 3, at_most=True) for value in (2, 3, 4)] == [True, True, False]
    assert [met(value, 3, at_most=False) for value in (2, 3, 4)] == [False, True, True]


@pytest.mark.parametrize(
    ("as_of", "left"),
    [
        (date(2022, 6, 30), Fraction(12)),
        (date(2022, 12, 31), Fraction(12)),
        (date(2023, 1, 31), Fraction(11)),
        (date(2023, 2, 14), 10 + Fraction(14, 28)),
        (date(2023, 3, 31), Fraction(9)),
        (date(2023, 4, 15), 8 + Fraction(15, 30)),
        (date(2023, 12, 30), Fraction(1, 31)),
        (date(2023, 12, 31), None),
        (date(2024, 5, 1), None),
    ],
)
def test_months_left_of_a_year(as_of: date, left: Fraction | None) -> None:
    assert months_left(YEAR, as_of) == left


def test_months_left_of_a_quarter_and_of_a_span() -> None:
    assert months_left(Period.quarter(2023, 2), date(2023, 4, 30)) == 2
    assert months_left(Period.of(date(2023, 5, 10), date(2023, 6, 15)), date(2023, 1, 1)) == Fraction(
        22, 31
    ) + Fraction(1, 2)


def test_what_is_needed_a_month_reaches_the_target_and_is_never_negative() -> None:
    assert needed_a_month(15, 20, Fraction(10)) == Fraction(1, 2)
    assert needed_a_month(25, 20, Fraction(10)) == 0


@given(st.integers(0, 10**15), st.integers(1, 10**15), st.dates(date(2022, 12, 31), date(2023, 12, 30)))
def test_the_months_left_bring_exactly_what_lacks(actual: int, target: int, as_of: date) -> None:
    left = months_left(YEAR, as_of)
    assert left is not None
    assert 0 < left <= 12
    assert actual + needed_a_month(actual, target, left) * left == max(actual, target)


# --- growth ---------------------------------------------------------------------------------------------------------


def test_growth_needs_a_positive_base() -> None:
    assert growth(5, 0) is None
    assert implied_base(5, Fraction(-1)) is None


@given(st.integers(1, 10**15), st.integers(1, 10**15))
def test_an_implied_base_is_the_base(actual: int, base: int) -> None:
    change = growth(actual, base)
    assert change is not None
    assert implied_base(actual, change) == base


@pytest.mark.parametrize(
    ("value", "kept"),
    [(Fraction(27039923652), 27040000000), (Fraction(123), 123), (Fraction(12345), 12340), (Fraction(1, 3), 0)],
)
def test_four_figures(value: Fraction, kept: int) -> None:
    assert significant(value, 4) == kept


def test_a_year_before_keeps_the_ends_of_months() -> None:
    assert year_before(Period.month(2024, 2)) == Period.month(2023, 2)
    assert year_before(Period.month(2025, 2)) == Period.month(2024, 2)
    assert year_before(YEAR) == Period.year(2022)
    assert year_before(Period.day(date(2023, 3, 5))) == Period.day(date(2022, 3, 5))


# --- values of a period ---------------------------------------------------------------------------------------------


def span(first: int, last: int) -> Period:
    """The months `first` to `last` of 2023."""
    return Period.of(Period.month(2023, first).first, Period.month(2023, last).last)


def test_a_flow_adds_months_after_the_longest_year_to_date() -> None:
    parts = [
        Part(span(1, 1), 10),
        Part(span(1, 3), 30),
        Part(span(1, 5), 50),
        Part(span(4, 6), 99),
        Part(span(6, 6), 7),
    ]
    found = added_up(parts, YEAR)
    assert [part.value for part in found] == [50, 7]
    assert without_gap(found, YEAR)


def test_a_flow_leaves_a_missing_month_missing() -> None:
    found = added_up([Part(span(1, 1), 10), Part(span(3, 3), 30), Part(span(12, 12), 1)], YEAR)
    assert [part.value for part in found] == [10, 30, 1]
    assert not without_gap(found, YEAR)


def test_the_value_of_the_whole_period_stands_for_its_parts() -> None:
    assert [part.value for part in added_up([Part(span(1, 1), 10), Part(YEAR, 120)], YEAR)] == [120]
    assert added_up([Part(Period.year(2022), 1)], YEAR) == ()


def test_a_state_is_the_latest_one() -> None:
    parts = [Part(span(1, 1), 150), Part(span(5, 5), 158), Part(span(1, 5), 999), Part(Period.year(2024), 1)]
    assert latest(parts, YEAR) == parts[1]
    assert latest([], YEAR) is None


def test_what_may_not_be_added_is_the_longest_from_the_beginning() -> None:
    parts = [Part(span(1, 1), 1), Part(span(1, 3), 3), Part(span(2, 6), 5)]
    assert from_beginning(parts, YEAR) == parts[1]
    assert from_beginning(parts[2:], YEAR) is None


MONTHS = st.tuples(st.integers(1, 12), st.integers(1, 12)).map(lambda pair: span(min(pair), max(pair)))


@given(st.lists(MONTHS, max_size=12, unique=True))
def test_no_day_counts_twice(spans: list[Period]) -> None:
    found = added_up([Part(one, 1) for one in spans], YEAR)
    days = [part.on.first + timedelta(offset) for part in found for offset in range(part.on.days)]
    assert len(days) == len(set(days))
    assert bool(found) == bool(spans)
