"""Numbers as they are typed: land, percentages and whole numbers."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.app import App
from tracker.commands.options import land, percent, whole
from tracker.errors import ValueRefused


@pytest.mark.parametrize(
    ("text", "thousandths"),
    [
        ("109.2", 109_200),
        ("109.2亩", 109_200),
        ("109.2 mu", 109_200),
        ("72800 m2", 109_200),
        ("72,800㎡", 109_200),
        ("７２８００平方米", 109_200),
        ("7.28 ha", 109_200),
        ("7.28公顷", 109_200),
        ("7.28万平方米", 109_200),
        ("0", 0),
    ],
)
def test_land_is_read_in_every_unit(text: str, thousandths: int, capsys: pytest.CaptureFixture[str]) -> None:
    assert land(App(), text) == thousandths
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(("text", "thousandths"), [("72801 m2", 109_202), ("72803 m2", 109_204), ("0.0005", 0)])
def test_land_finer_than_a_thousandth_is_rounded_and_said(
    text: str, thousandths: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert land(App(), text) == thousandths
    assert "rounded" in capsys.readouterr().err


@pytest.mark.parametrize("text", ["", "big", "-1", "1,2", "12,00", "1e3", "1 acre", "NaN", "1.", ".5", "9" * 20, "m2"])
def test_what_is_no_area_is_refused(text: str) -> None:
    with pytest.raises(ValueRefused, match="is not an area"):
        land(App(), text)


@given(st.integers(0, 10**9))
def test_square_metres_are_exact_to_half_a_thousandth(metres: int) -> None:
    assert abs(land(App(), f"{metres} m2") - Fraction(metres) * 15 / 10) <= Fraction(1, 2)


@pytest.mark.parametrize(
    ("text", "hundredths"),
    [
        ("45%", 4500),
        ("45", 4500),
        ("45.25 %", 4525),
        ("45.5％", 4550),
        ("0.45%", 45),
        ("0", 0),
        ("100%", 10_000),
        ("1%", 100),
    ],
)
def test_percentages_are_kept_in_hundredths(text: str, hundredths: int) -> None:
    assert percent(App(), text) == hundredths


@pytest.mark.parametrize("text", ["0.45", "1", "0.5", "101", "100.01%", "-1%", "45.255", "half", "", "%"])
def test_a_share_that_may_mean_a_percentage_is_refused(text: str) -> None:
    with pytest.raises(ValueRefused, match="write it like 45%"):
        percent(App(), text)


@pytest.mark.parametrize(
    ("text", "number"), [("2500", 2500), ("2,500", 2500), ("２５００", 2500), ("0", 0), (" 7 ", 7)]
)
def test_whole_numbers_take_grouping_and_width(text: str, number: int) -> None:
    assert whole(0, 10_000)(App(), text) == number


@pytest.mark.parametrize("text", ["", "1.5", "25,00", "-1", "10001", "x", "1_0", "²", "9" * 30])
def test_what_is_no_whole_number_is_refused(text: str) -> None:
    with pytest.raises(ValueRefused, match="from 0 to 10000"):
        whole(0, 10_000)(App(), text)
