"""Ranks against published examples, and what holds of any ranking."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from tracker.analysis.completion import competition_ranks, places_up

VALUES = st.dictionaries(st.integers(), st.none() | st.fractions() | st.integers(-9, 9), max_size=12)


def test_equals_share_a_rank_and_the_next_is_left_out() -> None:
    # Microsoft's page on RANK.EQ: in 7, 3.5, 3.5, 1, 2, ascending, 7 is fifth and each 3.5 is third; ours falls, so the
    # signs are turned.
    values: dict[str, Fraction | int] = {"a": 7, "b": Fraction(7, 2), "c": Fraction(7, 2), "d": 1, "e": 2}
    ascending = competition_ranks({key: -value for key, value in values.items()})
    assert (ascending["a"], ascending["b"], ascending["c"]) == (5, 3, 3)
    # The name of the method, "1224": A ahead of B and C, which are equal, and both ahead of D.
    assert list(competition_ranks({"A": 9, "B": 5, "C": 5, "D": 1}).values()) == [1, 2, 2, 4]


def test_a_judges_table_with_two_equal_scores() -> None:
    # Scores of a gymnastics meet, as in many explanations of spreadsheet ranks: 8.4, 8.2, 8.2, 8.1, 7.9.
    scores = {place: Fraction(text) for place, text in enumerate(("8.4", "8.2", "8.2", "8.1", "7.9"))}
    assert list(competition_ranks(scores).values()) == [1, 2, 2, 4, 5]


def test_nothing_has_no_rank_and_zero_has() -> None:
    assert competition_ranks({"a": None, "b": 0, "c": None}) == {"a": None, "b": 1, "c": None}
    assert competition_ranks({}) == {}


@given(VALUES)
def test_a_rank_is_one_more_than_the_number_of_those_ahead(values: dict[int, Fraction | int | None]) -> None:
    ranks = competition_ranks(values)
    assert ranks.keys() == values.keys()
    for key, value in values.items():
        ahead = sum(1 for other in values.values() if value is not None and other is not None and other > value)
        assert ranks[key] == (None if value is None else ahead + 1)


def test_a_place_up_is_a_smaller_number() -> None:
    assert places_up(4, 2) == 2
    assert places_up(1, 3) == -2
    assert places_up(2, 2) == 0
    assert places_up(None, 2) is None
    assert places_up(2, None) is None
