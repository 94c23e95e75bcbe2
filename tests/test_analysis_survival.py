"""Kaplan–Meier against published tables, against plain counting, and at its edges."""

from __future__ import annotations

from fractions import Fraction
from math import sqrt
from statistics import NormalDist

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.analysis.forecast import NORMAL_975, Case, Curve, Limits, kaplan_meier

HALF = Fraction(1, 2)

# Weeks in remission, Freireich et al., Blood 21 (1963), 699-716, as in Gehan (1965) and Kleinbaum and Klein, Survival
# Analysis, chapters 1 and 2; a minus marks a child still in remission (censored). Standard errors are those PROC
# LIFETEST and survfit print, limits those of `sts list` (log-log scale).
MERCAPTOPURINE = (6, 6, 6, -6, 7, -9, 10, -10, -11, 13, 16, -17, -19, -20, 22, 23, -25, -32, -32, -34, -35)
PLACEBO = (1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23)
MERCAPTOPURINE_TABLE = (
    (6, 21, 3, "0.8571", "0.0764", "0.6197", "0.9516"),
    (7, 17, 1, "0.8067", "0.0869", "0.5631", "0.9228"),
    (10, 15, 1, "0.7529", "0.0963", "0.5032", "0.8894"),
    (13, 12, 1, "0.6902", "0.1068", "0.4316", "0.8491"),
    (16, 11, 1, "0.6275", "0.1141", "0.3675", "0.8049"),
    (22, 7, 1, "0.5378", "0.1282", "0.2678", "0.7468"),
    (23, 6, 1, "0.4482", "0.1346", "0.1881", "0.6801"),
)


def curve(*weeks: int) -> Curve:
    return kaplan_meier(Case(abs(week), week > 0) for week in weeks)


def test_the_leukaemia_remissions_of_freireich_with_their_published_table() -> None:
    found = curve(*MERCAPTOPURINE)
    assert (found.cases, found.finished) == (21, 9)
    rows = []
    for step in found.steps:
        variance, limits = found.variance(step.days), found.limits(step.days)
        assert variance is not None
        values = (float(step.remaining), sqrt(variance), limits.low, limits.high)
        rows.append((step.days, step.at_risk, step.finished, *(f"{value:.4f}" for value in values)))
    assert tuple(rows) == MERCAPTOPURINE_TABLE
    assert found.steps[0].remaining == Fraction(18, 21)


def test_the_medians_of_freireichs_arms_and_their_limits() -> None:
    # 6-MP: median 23 weeks, 95 % from 13 to unbounded; placebo: 8 weeks, 4 to 11 (log-log scale).
    treated, control = curve(*MERCAPTOPURINE), curve(*PLACEBO)
    assert (treated.quantile(HALF), treated.quantile_limits(HALF)) == (23, Limits(13, None))
    assert (control.quantile(HALF), control.quantile_limits(HALF)) == (8, Limits(4, 11))
    # Fewer than three quarters of the treated ever relapsed.
    assert (treated.quantile(Fraction(1, 4)), treated.quantile(Fraction(3, 4))) == (13, None)
    assert (control.quantile(Fraction(1, 4)), control.quantile(Fraction(3, 4))) == (4, 12)


def test_without_censoring_greenwood_is_the_binomial_variance() -> None:
    # Collett, Modelling Survival Data in Medical Research, section 2.1: it reduces to S (1 - S) / n.
    found = curve(*PLACEBO)
    for step in found.steps[:-1]:
        assert step.remaining == Fraction(sum(1 for week in PLACEBO if week > step.days), 21)
        assert found.variance(step.days) == step.remaining * (1 - step.remaining) / 21


def test_what_has_taken_long_already_takes_longer() -> None:
    # Placebo arm: 8 of 21 remain after week 8; half of them by week 12, four in five by week 22 (1 of 8 left).
    found = curve(*PLACEBO)
    assert found.quantile_after(0, HALF) == found.quantile(HALF) == 8
    assert found.quantile_after(8, HALF) == 12
    assert found.quantile_after(8, Fraction(4, 5)) == 22
    # Beyond the longest case nothing is known, nor where the curve ends too high.
    assert found.quantile_after(23, HALF) is None
    assert curve(*MERCAPTOPURINE).quantile_after(10, HALF) is None


def test_the_edges() -> None:
    nothing = kaplan_meier(())
    assert (nothing.cases, nothing.finished, nothing.steps) == (0, 0, ())
    assert nothing.remaining(5) == 1
    assert nothing.variance(5) == 0
    assert nothing.limits(5) == Limits(1.0, 1.0)
    assert nothing.quantile(HALF) is None
    assert nothing.quantile_limits(HALF) == Limits(None, None)
    running = curve(-3, -4)
    assert running.remaining(9) == 1
    assert running.quantile(HALF) is None
    assert running.quantile_after(9, HALF) is None
    at_once = kaplan_meier([Case(0, True)] * 3)
    assert at_once.quantile(HALF) == 0
    assert at_once.remaining(0) == 0
    assert at_once.variance(0) is None
    assert at_once.limits(0) == at_once.quantile_limits(HALF) == Limits(None, None)
    with pytest.raises(ValueError, match="nothing takes -1 days"):
        kaplan_meier([Case(-1, True)])
    assert NormalDist().inv_cdf(0.975) == pytest.approx(NORMAL_975, abs=1e-12)


CASES = st.lists(st.builds(Case, st.integers(0, 40), st.booleans()), max_size=40)


@given(CASES, st.integers(-1, 45))
def test_the_curve_is_the_product_of_what_is_left_at_each_length(cases: list[Case], days: int) -> None:
    share = Fraction(1)
    for length in range(days + 1):
        at_risk = sum(1 for case in cases if case.days >= length)
        events = sum(1 for case in cases if case.days == length and case.finished)
        share *= 1 - Fraction(events, at_risk) if at_risk else 1
    assert kaplan_meier(cases).remaining(days) == share


@given(CASES, st.fractions(0, 1), st.integers(0, 40))
def test_a_quantile_is_the_first_day_that_reaches_its_share(cases: list[Case], share: Fraction, spent: int) -> None:
    found = kaplan_meier(cases)
    lengths = sorted({case.days for case in cases if case.finished})
    left = found.remaining(spent)
    assert found.quantile(share) == next((d for d in lengths if found.remaining(d) <= 1 - share), None)
    expected = next((d for d in lengths if found.remaining(d) <= left * (1 - share)), None) if left else None
    assert found.quantile_after(spent, share) == expected
    if share > 0 and expected is not None:
        assert expected > spent


@given(CASES)
def test_limits_enclose_the_estimate(cases: list[Case]) -> None:
    found = kaplan_meier(cases)
    for step in found.steps:
        limits = found.limits(step.days)
        if step.greenwood is not None:
            assert limits.low is not None
            assert limits.high is not None
            assert 0 <= limits.low <= float(step.remaining) <= limits.high <= 1
    median, around = found.quantile(HALF), found.quantile_limits(HALF)
    if median is not None and around.low is not None:
        assert around.low <= median
    if median is not None and around.high is not None:
        assert around.high >= median
