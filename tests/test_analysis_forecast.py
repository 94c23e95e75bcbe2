"""P50 and P80 from a curve, how trials are scored, and how milestones moved."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.analysis.forecast import (
    FEWEST_CASES,
    Case,
    Expected,
    Move,
    Trial,
    expected,
    is_due,
    is_enough,
    kaplan_meier,
    middle,
    moves,
    on_time,
    reforecasts,
    score,
)
from tracker.analysis.milestones import Milestone
from tracker.dates import Period, parse_period

AS_OF = date(2023, 6, 30)


def on(text: str) -> Period:
    return parse_period(text, today=AS_OF)


def test_a_forecast_takes_the_time_already_spent_into_account() -> None:
    # The placebo arm of Freireich et al. (1963) in weeks as days: of the 8 of 21 that pass 8, half are done by 12 and
    # four in five by 22.
    placebo = (1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23)
    curve = kaplan_meier(Case(days, True) for days in placebo)
    begun = date(2023, 1, 1)
    assert expected(curve, begun, 0) == Expected(date(2023, 1, 9), date(2023, 1, 13))
    assert expected(curve, begun, 8) == Expected(date(2023, 1, 13), date(2023, 1, 23))
    assert expected(curve, begun, 23) == Expected(None, None)


def test_too_few_cases_forecast_nothing() -> None:
    few = [Case(days, True) for days in range(1, FEWEST_CASES)]
    assert not is_enough(kaplan_meier([*few, Case(9, False)]))
    assert expected(kaplan_meier([*few, Case(9, False)]), AS_OF, 0) == Expected()
    assert expected(kaplan_meier([*few, Case(9, True)]), AS_OF, 0).p50 is not None


@given(st.lists(st.integers(0, 500), min_size=FEWEST_CASES), st.integers(0, 500))
def test_half_comes_before_four_in_five_and_both_lie_ahead(lengths: list[int], spent: int) -> None:
    found = expected(kaplan_meier(Case(days, True) for days in lengths), AS_OF, spent)
    if found.p50 and found.p80:
        assert AS_OF + timedelta(spent) < found.p50 <= found.p80


def test_a_forecast_is_judged_once_its_day_has_gone_by() -> None:
    trials = [
        Trial(date(2023, 3, 31), on("2023-03")),  # held, to the day
        Trial(date(2023, 3, 31), on("2023-04-01")),  # late
        Trial(date(2023, 3, 30), on("2023-03")),  # nobody knows
        Trial(date(2023, 3, 31)),  # still open
        Trial(date(2023, 3, 31), ended=True),
        Trial(date(2023, 12, 31), on("2023-05-02")),  # held, but its day is still to come
        Trial(date(2023, 12, 31)),  # to be seen
        Trial(AS_OF, on("2023-02-02"), ended=True),  # reached before it ended
    ]
    assert [one.held(AS_OF) for one in trials] == [True, False, None, False, False, True, None, True]
    told = score(trials, AS_OF)
    assert (told.due, told.held, told.late, told.open, told.ended) == (5, 2, 1, 1, 1)
    assert (told.finished, told.finished_held, told.unclear) == (4, 3, 1)
    assert score([], AS_OF).due == 0


# The opening of Berlin Brandenburg Airport as its chronicles (dpa, 2019 and 2020) list it: planned for 30 October 2011,
# put off in June 2010, May and September 2012 and December 2014, 2017, opened on 31 October 2020.
BER = Milestone(
    "opening",
    "Opening",
    on("2011-10-30"),
    (
        (date(2010, 6, 25), on("2012-06-03")),
        (date(2012, 5, 17), on("2013-03-17")),
        (date(2012, 9, 7), on("2013-10-27")),
        (date(2014, 12, 12), on("2017H2")),
        (date(2017, 12, 15), on("2020-10")),
    ),
    on("2020-10-31"),
)


def test_the_milestone_trend_of_berlin_brandenburg_airport() -> None:
    told = moves(BER)
    assert [move.what for move in told] == ["baseline", *["forecast"] * 5, "actual"]
    assert [move.slip for move in told] == [None, 217, 504, 728, 2254, 3289, 3289]
    # The last word held: 31 October lies in October.
    assert [move.moved for move in told] == [None, 217, 287, 224, 1526, 1035, 0]
    assert (reforecasts(BER), BER.slip, on_time(BER)) == (5, 3289, False)
    assert told[1] == Move("forecast", date(2010, 6, 25), on("2012-06-03"), 217, 217)


def test_without_a_baseline_the_first_forecast_is_the_first_word() -> None:
    one = Milestone("a", None, None, ((date(2023, 1, 1), on("2023-05")), (date(2023, 2, 1), on("2023-06"))), None)
    assert [(move.slip, move.moved) for move in moves(one)] == [(None, None), (None, 30)]
    assert (reforecasts(one), is_due(one, AS_OF), on_time(one)) == (1, False, None)
    assert moves(Milestone("b", None, None, (), None)) == []


@pytest.mark.parametrize(
    ("baseline", "actual", "kept"),
    [
        ("2023-03", "2023-03-31", True),
        ("2023-03", "2023-04-01", False),
        ("2023-03", "2023-03", True),
        ("2023-03-15", "2023-03", None),
        ("2022-10", "2022", None),
        ("2022", "2022-12", True),
        ("2022", "2023", False),
        ("2023-03", None, False),
    ],
)
def test_on_time_is_by_the_last_day_of_the_baseline(baseline: str, actual: str | None, kept: bool | None) -> None:
    one = Milestone("a", None, on(baseline), (), on(actual) if actual else None)
    assert on_time(one) is kept


def test_a_milestone_is_due_when_its_baseline_has_gone_by() -> None:
    one = Milestone("a", None, on("2023-06"), (), None)
    assert not is_due(one, date(2023, 6, 29))
    assert is_due(one, date(2023, 6, 30))


def test_the_middle_is_a_value_that_is_there() -> None:
    assert [middle(values) for values in ([], [7], [1, 9], [3, 1, 2], [4, -1, 3, 2])] == [None, 7, 1, 2, 2]
