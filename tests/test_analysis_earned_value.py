"""Earned value and earned schedule against published worked examples."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.dates import month_end
from tracker.reports.earned_value import Curve, Inputs, curve, forecast_months

YEARS = st.lists(st.integers(0, 10**6), min_size=1, max_size=6).map(
    lambda plans: Curve(2020, tuple(map(Fraction, plans)))
)


def test_the_fence_of_mulcahy() -> None:
    # Rita Mulcahy, "PMP Exam Prep", the fence: four sides of $1,000, at the end of day three two are done and half of
    # the third, for $2,800. Published: CV -300, CPI 0.893, SV -500, SPI 0.833, EAC 4,479 (with the CPI rounded; 4,480
    # exactly), ETC 1,679, VAC -479.
    fence = Inputs(bac=Fraction(4000), pv=Fraction(3000), ev=Fraction(2500), ac=Fraction(2800))
    assert [fence.cv, fence.sv] == [-300, -500]
    assert fence.cpi is not None
    assert fence.spi is not None
    assert (round(fence.cpi, 3), round(fence.spi, 3)) == (Fraction("0.893"), Fraction("0.833"))
    assert [fence.eac, fence.etc, fence.vac] == [4480, 1680, -480]
    assert round(4000 / round(fence.cpi, 3)) == 4479
    # Not on the page, by the formula: 1,500 of work with 1,200 of money.
    assert fence.tcpi == Fraction(5, 4)


def test_the_example_of_the_r_package_pra() -> None:
    # PRA's page on spi(): a budget of 100,000, cumulative shares .1 .2 .4 .7 1, after three periods 35 % are done; the
    # page gives SPI 0.875.
    done = Inputs(pv=Fraction(40_000), ev=Fraction(35_000))
    assert done.spi == Fraction("0.875")


def test_earned_schedule_as_lipke_draws_it() -> None:
    # Walt Lipke's drawing of the method ("Schedule is Different", 2003): at the end of July (AT = 7) everything planned
    # to the end of May is earned and a part of June, so ES = 5 + (EV - PV_May) / (PV_June - PV_May). The drawing has no
    # figures; those here are 100 a month, and 540 earned.
    plan = Curve(2003, (Fraction(1200),))
    es = plan.earned_schedule(Fraction(540))
    assert es == 5 + Fraction(540 - 500, 600 - 500)
    july = Inputs(es=es, at=plan.elapsed(date(2003, 7, 31)))
    assert july.at == 7
    assert july.sv_t == Fraction("-1.6")
    assert july.spi_t == Fraction(54, 70)


def test_earned_schedule_of_lipkes_late_project() -> None:
    # The notional project that finishes late in the papers with which Walt Lipke introduced the method (from "Schedule
    # is Different", The Measurable News, 2003): planned and earned by the end of each month, and SV(t) in months. The
    # figures are quoted from memory. One of his months is one of our years here: the method counts periods.
    planned = [0, 105, 200, 515, 845, 1175, 1475, 1805, 2135, 2435, 2665, 2760, 2823]
    earned = [95, 180, 470, 770, 1065, 1315, 1610, 1900, 2150]
    behind = ["-0.095", "-0.211", "-0.143", "-0.227", "-0.333", "-0.533", "-0.591", "-0.712", "-0.950"]
    plan = Curve(2003, tuple(Fraction(b - a) for a, b in pairwise(planned)))
    for period, (value, printed) in enumerate(zip(earned, behind, strict=True), start=1):
        es = plan.earned_schedule(Fraction(value))
        assert es is not None
        inputs = Inputs(es=es / 12, at=Fraction(period))
        assert inputs.sv_t is not None
        assert f"{float(inputs.sv_t):.3f}" == printed


def test_what_is_missing_stays_missing() -> None:
    nothing = Inputs()
    names = ("sv", "cv", "spi", "cpi", "eac", "etc", "vac", "tcpi", "sv_t", "spi_t")
    assert [getattr(nothing, name) for name in names] == [None] * len(names)
    unpaid = Inputs(bac=Fraction(10), pv=Fraction(5), ev=Fraction(4))
    assert (unpaid.cpi, unpaid.eac, unpaid.tcpi) == (None, None, None)
    assert Inputs(ev=Fraction(4), ac=Fraction(0)).cpi is None
    assert Inputs(ev=Fraction(0), pv=Fraction(0)).spi is None
    # Nothing earned: there is no cost to go by. All of the budget spent: no efficiency would do.
    assert Inputs(bac=Fraction(9), ev=Fraction(0), ac=Fraction(3)).eac is None
    assert Inputs(bac=Fraction(9), ev=Fraction(4), ac=Fraction(9)).tcpi is None


def test_planned_value_is_linear_inside_a_year() -> None:
    plan = Curve(2022, (Fraction(1200), Fraction(2400)))
    assert plan.planned(plan.elapsed(date(2022, 6, 30))) == 600
    assert plan.planned(plan.elapsed(date(2022, 7, 10))) == Fraction(1200 * 191, 365)
    assert plan.planned(plan.elapsed(date(2023, 3, 31))) == 1200 + 600
    assert plan.planned(plan.elapsed(date(2025, 3, 31))) == 3600
    assert plan.planned(0) == 0


def test_a_year_of_work_without_a_plan_leaves_no_planned_value() -> None:
    plans = {2020: Fraction(5), 2022: Fraction(7)}
    assert curve(plans, range(2020, 2021)) == Curve(2020, (Fraction(5), Fraction(0), Fraction(7)))
    assert curve(plans, range(2020, 2023)) is None
    assert curve(plans, range(2019, 2021)) is None
    assert curve({}, range(0)) is None


@pytest.mark.parametrize(
    ("earned", "months"),
    [(0, 0), (600, 6), (1200, 24), (1201, Fraction("24.01")), (2400, 36), (2401, None)],
)
def test_an_idle_year_is_no_time_to_earn(earned: int, months: Fraction | None) -> None:
    # Nothing is planned for the second year: what was due by the end of the first is not early before the third.
    plan = Curve(2020, (Fraction(1200), Fraction(0), Fraction(1200)))
    assert plan.earned_schedule(Fraction(earned)) == months


def test_what_is_all_earned_was_due_when_the_plan_reached_its_end() -> None:
    assert Curve(2020, (Fraction(1200), Fraction(0))).earned_schedule(Fraction(1200)) == 12
    assert Curve(2020, (Fraction(0),)).earned_schedule(Fraction(0)) is None


@given(YEARS, st.fractions(0, 72))
def test_earning_as_planned_is_being_on_time(plan: Curve, months: Fraction) -> None:
    planned = plan.planned(months)
    es = plan.earned_schedule(planned)
    if es is not None:
        assert plan.planned(es) == planned


@given(YEARS, st.lists(st.integers(0, 10**7), min_size=2, max_size=2))
def test_who_earned_more_is_further(plan: Curve, amounts: list[int]) -> None:
    low, high = (plan.earned_schedule(Fraction(amount)) for amount in sorted(amounts))
    assert low is None or high is None or low <= high


@given(st.dates(date(2020, 1, 1), date(2029, 12, 31)).map(month_end))
def test_a_day_comes_back_from_its_months_at_a_month_end(day: date) -> None:
    plan = Curve(2020, (Fraction(1),))
    months = plan.elapsed(day)
    assert months.denominator == 1
    assert plan.day(months) == day


def test_a_forecast_is_the_planned_duration_at_the_pace_so_far() -> None:
    # Lipke's IEAC(t) = PD / SPI(t): ten months at half the pace take twenty.
    assert forecast_months(Fraction(10), Fraction(1, 2)) == 20
    assert forecast_months(None, Fraction(1)) is None
    assert forecast_months(Fraction(10), Fraction(0)) is None
    assert forecast_months(Fraction(10), Fraction(1, 1000)) is None
