"""The rules of `tracker check` one by one: what each finds, and what it leaves alone."""

from __future__ import annotations

from datetime import date
from time import process_time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.analysis.capital_values import value_of
from tracker.analysis.findings import (
    Entry,
    Finding,
    Named,
    Subject,
    Sums,
    above_contracted,
    above_total,
    currencies,
    duplicates,
    families,
    in_the_future,
    lacking,
    likeness,
    median,
    member,
    missing,
    negative,
    next_stage,
    out_of_order,
    outside_its_life,
    past_forecasts,
    physical,
    running_figures,
    silent,
    slip_power,
    stage_and_milestone,
    total_of,
    total_slips,
    unit_slips,
)
from tracker.analysis.milestones import Milestone
from tracker.analysis.running import Series
from tracker.analysis.values import Entry as Reported
from tracker.analysis.values import Value
from tracker.dates import Period
from tracker.money import Money
from tracker.settings import Thresholds
from tracker.text import plain_command

DAY = date(2023, 6, 30)
LIMITS = Thresholds()


def subject(**facts: Any) -> Subject:
    """A project that began in 2020, with the figures to date that follow from its entries."""
    own: tuple[Entry, ...] = facts.get("entries", ())
    figures: dict[tuple[str, str], Value] = {}
    series: dict[tuple[str, str], list[Reported]] = {}
    for one in own:
        if one.kind == "total":
            figures[one.kind, one.currency] = value_of(one.reported)
        elif one.kind != "plan":
            series.setdefault((one.kind, one.currency), []).append(one.reported)
    for key, said in series.items():
        figures[key] = Series(said, date(2020, 1, 1)).cumulative(DAY)
    given: dict[str, Any] = {"project_id": 1, "code": "p", "name": "示例", "cumulative": figures}
    return Subject(**given | facts)


def entry(
    number: int,
    kind: str,
    yuan: int | None,
    on: Period | None = None,
    *,
    basis: str = "period",
    qualifier: str = "exact",
    currency: str = "CNY",
    recorded: int | None = None,
) -> Entry:
    """A figure of a kind; a total always holds, another figure is of the first half of 2020 where nothing is said."""
    days = on or Period.of(date(2020, 1, 1), date(2020, 6, 30))
    first, last = (date.min, date.min) if kind == "total" else (days.first, days.last)
    minor = None if yuan is None else yuan * 100
    availability = "unknown" if yuan is None else "reported"
    said = Reported(number, basis, first, last, minor, qualifier, availability, recorded or number, last)
    return Entry(kind, currency, said)


def month(text: str) -> Period:
    year, number = map(int, text.split("-"))
    return Period.month(year, number)


def milestone(code: str, baseline: str | None = None, *, forecast: str = "", actual: str = "") -> Milestone:
    forecasts = ((date(2023, 1, 1), month(forecast)),) if forecast else ()
    return Milestone(code, None, month(baseline) if baseline else None, forecasts, month(actual) if actual else None)


def told(findings: Any) -> list[tuple[str, str, str]]:
    return [(one.severity, one.rule, one.command) for one in findings]


# --- capital --------------------------------------------------------------------------------------------------------

JAN, FEB, MAR = month("2023-01"), month("2023-02"), month("2023-03")


def test_completed_above_the_total() -> None:
    both = (entry(1, "total", 100), entry(2, "completed", 60, JAN, basis="cumulative"), entry(3, "completed", 41, MAR))
    more = (both[0], entry(2, "completed", 101, basis="cumulative"))
    [found] = above_total(subject(entries=more), LIMITS)
    assert found.command == "tracker capital correct 1 --amount … --why …"
    assert "CNY 101" in found.sentence
    for kind in ("registered", "paid", "funds_in_place"):
        figures = (both[0], entry(2, kind, 101, basis="cumulative"))
        assert [one.rule for one in above_total(subject(entries=figures), LIMITS)] == ["above_total"]
    assert told(above_total(subject(entries=(both[0], entry(2, "completed", 100))), LIMITS)) == []
    # Of months that nobody spoke of the sum is at least what was said.
    assert [one.rule for one in above_total(subject(entries=both), LIMITS)] == ["above_total"]


def test_a_total_that_is_over_its_figure_contradicts_nothing() -> None:
    entries = (
        entry(1, "total", 100, qualifier="over"),
        entry(2, "completed", 101),
        entry(3, "plan", 102, Period.year(2023)),
    )
    assert told(above_total(subject(entries=entries), LIMITS)) == []
    at_most = (entry(1, "total", 100), entry(2, "completed", 101, qualifier="at_most"))
    assert told(above_total(subject(entries=at_most), LIMITS)) == []
    rounded = (entry(1, "total", 268_200_000), entry(2, "completed", 268_200_168))
    assert told(above_total(subject(entries=rounded), LIMITS)) == []


def test_two_currencies_are_not_compared() -> None:
    entries = (
        entry(1, "total", 100, currency="USD"),
        entry(2, "completed", 700),
        entry(3, "plan", 700, Period.year(2023)),
    )
    assert told(above_total(subject(entries=entries), LIMITS)) == []


def test_the_plan_of_one_year_above_the_total() -> None:
    entries = (entry(1, "total", 100), entry(2, "plan", 101, Period.year(2022)), entry(3, "plan", 9, Period.year(2023)))
    assert told(above_total(subject(entries=entries), LIMITS)) == [
        ("warning", "plans", "tracker capital correct 2 --amount … --why …")
    ]


def test_yearly_plans_are_added_and_their_quarters_are_not() -> None:
    years = tuple(entry(year, "plan", 50, Period.year(year)) for year in (2022, 2023))
    quarter = entry(5, "plan", 40, Period.quarter(2023, 1))
    total = entry(1, "total", 100)
    assert told(above_total(subject(entries=(total, *years, quarter)), LIMITS)) == []
    third = entry(2024, "plan", 1, Period.year(2024))
    [found] = above_total(subject(entries=(total, *years, quarter, third)), LIMITS)
    assert (found.rule, found.command) == ("plans", "tracker capital correct 1 --amount … --why …")
    assert "2022–2024 come to CNY 101" in found.sentence


def test_utilised_above_contracted() -> None:
    entries = (entry(1, "contracted_foreign", 60), entry(2, "contracted_foreign", 40, JAN))
    more = (*entries, entry(3, "utilised_foreign", 101))
    assert told(above_contracted(subject(entries=more[:1] + more[2:]), LIMITS)) == [
        ("warning", "above_contracted", "tracker capital correct 1 --amount … --why …")
    ]
    # What was contracted in months that nobody spoke of may be more.
    assert told(above_contracted(subject(entries=more), LIMITS)) == []


def test_figures_of_one_basis_in_order_have_nothing_to_say() -> None:
    months = tuple(entry(n, "completed", n, Period.month(2022, n)) for n in range(1, 13))
    to_date = tuple(entry(n, "completed", n, Period.month(2022, n), basis="ytd") for n in range(1, 13))
    unknown = (*to_date, entry(20, "completed", None, JAN, basis="ytd"), entry(21, "completed", 0, FEB, basis="ytd"))
    for entries in (months, to_date, unknown):
        assert told(running_figures(subject(entries=entries), LIMITS)) == []


@given(st.lists(st.tuples(st.sampled_from(("period", "ytd", "cumulative")), st.integers(1, 24), st.integers(-9, 99))))
def test_what_is_passed_over_as_plain_has_no_finding(said: list[tuple[str, int, int]]) -> None:
    entries = tuple(
        entry(n, "completed", yuan, Period.month(2022 + (m - 1) // 12, (m - 1) % 12 + 1), basis=basis)
        for n, (basis, m, yuan) in enumerate(said, start=1)
    )
    series = Series((one.reported for one in entries), None)
    remarks = (*series.overlaps(), *series.disagreements(), *series.falls(), *series.crossings())
    assert bool(list(running_figures(subject(entries=entries), LIMITS))) == bool(remarks)


def test_a_restatement_names_the_latest_figure_and_counts_the_others_by_as_much() -> None:
    to_date = tuple(entry(n, "completed", 100 * n, Period.month(2022, n), basis="ytd") for n in (1, 2, 3))
    months = tuple(entry(10 + n, "completed", 100, Period.month(2022, n), recorded=9) for n in (2, 3))
    later = entry(20, "completed", 110, Period.month(2022, 1))
    [found] = running_figures(subject(entries=(*to_date, *months, later)), LIMITS)
    assert (found.severity, found.rule) == ("warning", "restated")
    assert found.sentence.endswith("; and 2 earlier figures by as much")
    assert list(running_figures(subject(entries=(*to_date, *months, later)), Thresholds(restated_percent=10))) == []


def test_work_is_done_between_the_signing_and_the_end() -> None:
    stages = (("signed", Period.year(2022)),)
    early = entry(1, "completed", 5, month("2021-12"))
    contracted = entry(2, "contracted_foreign", 5, month("2021-12"))
    begun = entry(3, "completed", 5, JAN)
    assert told(outside_its_life(subject(stages=stages, entries=(early, contracted, begun)), LIMITS)) == [
        ("warning", "before_signing", "tracker capital correct 1 --on … --why …")
    ]
    nothing = entry(4, "completed", 0, month("2021-12"))
    assert told(outside_its_life(subject(stages=stages, entries=(nothing, begun)), LIMITS)) == []
    assert told(outside_its_life(subject(stages=stages, entries=(early,)), Thresholds(before_signing_days=1))) == []
    given_up = (("terminated", JAN),)
    late = entry(5, "paid", 5, FEB)
    assert [one.rule for one in outside_its_life(subject(conditions=given_up, entries=(late,)), LIMITS)] == [
        "after_end"
    ]
    for conditions in ((("closed", JAN),), (*given_up, ("active", FEB))):
        assert told(outside_its_life(subject(conditions=conditions, entries=(late,)), LIMITS)) == []


def test_a_running_figure_that_goes_on_after_the_end_without_growing_says_nothing_new() -> None:
    given_up = (("terminated", JAN),)
    to_date = (entry(1, "completed", 5, JAN, basis="ytd"), entry(2, "completed", 5, FEB, basis="ytd"))
    assert told(outside_its_life(subject(conditions=given_up, entries=to_date), LIMITS)) == []
    more = (*to_date, entry(3, "completed", 6, MAR, basis="ytd"))
    assert told(outside_its_life(subject(conditions=given_up, entries=more), LIMITS)) == [
        ("warning", "after_end", "tracker capital correct 3 --on … --why …")
    ]


def test_a_figure_below_zero_is_an_error_of_all_time_and_a_warning_of_the_year() -> None:
    before = entry(1, "utilised_foreign", 100, Period.year(2022), basis="cumulative")
    back = entry(2, "utilised_foreign", -10, month("2023-01"))
    assert [one.severity for one in negative(subject(entries=(before, back)), DAY)] == ["warning"]
    below = entry(2, "utilised_foreign", -10, DAY_PERIOD, basis="cumulative")
    assert [one.severity for one in negative(subject(entries=(below,)), DAY)] == ["error"]
    assert list(negative(subject(entries=(before,)), DAY)) == []


DAY_PERIOD = Period.day(DAY)


def test_the_odd_currency_of_a_kind_is_the_rarer_one() -> None:
    paid = (entry(1, "paid", 1), entry(2, "paid", 1, currency="USD"), entry(3, "paid", 1))
    assert told(currencies(subject(entries=paid))) == [
        ("warning", "currency", "tracker capital correct 2 --amount … --why …")
    ]
    foreign = (entry(1, "total", 9), entry(2, "contracted_foreign", 1, currency="USD"), entry(3, "plan", 1))
    assert list(currencies(subject(entries=foreign))) == []
    total = (entry(1, "total", 9, currency="USD"), entry(2, "plan", 1), entry(3, "completed", 1))
    assert told(currencies(subject(entries=total))) == [
        ("note", "currency", "tracker capital correct 1 --amount … --why …")
    ]


# --- physical progress ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("percent", "completed", "found"), [(100, 60, 1), (100, 70, 0), (100, 69, 1), (20, 90, 0)])
def test_physical_progress_runs_ahead_of_the_money(percent: int, completed: int, found: int) -> None:
    entries = (entry(1, "total", 100), entry(2, "completed", completed, basis="cumulative"))
    one = subject(entries=entries, reviews=((FEB, 100 * percent),))
    assert len(list(physical(one, LIMITS))) == found


def test_physical_progress_that_falls_and_a_report_that_was_written_again() -> None:
    falling = ((JAN, 5000), (MAR, 4000), (FEB, None))
    assert told(physical(subject(reviews=falling), LIMITS)) == [
        ("warning", "physical_fall", "tracker project review p --on 2023-03 --physical …")
    ]
    assert list(physical(subject(reviews=(*falling, (MAR, 6000))), LIMITS)) == []
    assert list(physical(subject(reviews=falling), Thresholds(physical_fall_points=10))) == []


# --- dates ----------------------------------------------------------------------------------------------------------


def test_what_has_happened_cannot_be_in_the_future() -> None:
    ahead = subject(
        milestones=(milestone("completed", actual="2023-07"),), stages=(("signed", Period.day(date(2023, 7, 1))),)
    )
    assert told(in_the_future(ahead, DAY)) == [
        ("error", "future", "tracker milestone reach p completed … --why …"),
        ("error", "future", "tracker log p"),
    ]
    # A year that has begun may be meant by a day gone by.
    begun = subject(milestones=(milestone("completed", actual="2023-06"),), stages=(("signed", Period.year(2023)),))
    assert told(in_the_future(begun, DAY)) == []


def test_a_stage_whose_milestone_stands_open() -> None:
    stages = (("signed", month("2022-01")), ("under_construction", month("2022-10")))
    one = subject(stages=stages, milestones=(milestone("under_construction", "2022-10"), milestone("completed")))
    assert told(stage_and_milestone(one)) == [
        ("warning", "stage", "tracker milestone reach p under_construction 2022-10")
    ]
    reached = milestone("under_construction", "2022-10", actual="2022-10")
    assert told(stage_and_milestone(subject(stages=stages, milestones=(reached, milestone("completed"))))) == []


def test_a_milestone_whose_stage_was_not_entered() -> None:
    stages = (("under_construction", month("2022-10")),)
    reached = (milestone("completed", "2023-05", actual="2023-05"),)
    assert told(stage_and_milestone(subject(stages=stages, milestones=reached))) == [
        ("warning", "stage", "tracker project stage p completed --on 2023-05")
    ]
    assert told(stage_and_milestone(subject(stages=stages, milestones=reached, conditions=(("closed", JAN),)))) == []


def test_a_stage_that_was_left_again_asks_for_no_milestone() -> None:
    back = (("completed", month("2023-01")), ("under_construction", month("2023-02")))
    one = subject(stages=back, milestones=(milestone("completed", "2023-01"),))
    assert told(stage_and_milestone(one)) == []


@pytest.mark.parametrize(
    ("earlier", "later", "expected"),
    [
        (
            milestone("completed", "2023-05"),
            milestone("in_production", "2023-04"),
            ("warning", "order", "tracker milestone forecast p in_production …"),
        ),
        (
            milestone("completed", "2023-04"),
            milestone("in_production", "2023-05", actual="2023-03"),
            ("warning", "order", "tracker milestone reach p completed …"),
        ),
        (
            milestone("completed", actual="2023-05"),
            milestone("in_production", actual="2023-03"),
            ("error", "order", "tracker milestone reach p completed … --why …"),
        ),
    ],
)
def test_dates_out_of_order(earlier: Milestone, later: Milestone, expected: tuple[str, str, str]) -> None:
    assert told(out_of_order(subject(milestones=(later, earlier)))) == [expected]


def test_dates_that_may_be_in_order_are() -> None:
    vague = Milestone("completed", None, Period.year(2023), (), None)
    assert told(out_of_order(subject(milestones=(vague, milestone("in_production", "2023-04"))))) == []
    assert (
        told(out_of_order(subject(milestones=(milestone("own", "2023-09"), milestone("completed", "2023-01"))))) == []
    )


def test_a_forecast_that_was_past_when_it_was_made() -> None:
    one = Milestone("completed", None, None, ((date(2023, 2, 1), month("2022-12")),), None)
    assert told(past_forecasts(subject(milestones=(one,)), LIMITS)) == [
        ("warning", "forecast", "tracker milestone forecast p completed …")
    ]
    anew = Milestone("completed", None, None, (*one.forecasts, (DAY, month("2023-12"))), None)
    reached = Milestone("completed", None, None, one.forecasts, JAN)
    assert list(past_forecasts(subject(milestones=(anew, reached)), LIMITS)) == []
    assert list(past_forecasts(subject(milestones=(one,)), Thresholds(forecast_days=32))) == []


@pytest.mark.parametrize(("last", "found"), [(date(2023, 5, 1), 1), (date(2023, 5, 2), 0)])
def test_a_project_is_stale_after_sixty_days(last: date, found: int) -> None:
    assert [one.rule for one in silent(subject(recorded=last), DAY, LIMITS)] == ["stale"] * found
    for facts in (
        {"conditions": (("closed", None),)},
        {"conditions": (("suspended", None),)},
        {"stages": (("at_capacity", Period.day(last)),)},
    ):
        assert list(silent(subject(recorded=last, **facts), DAY, LIMITS)) == []


def test_a_project_entered_today_has_been_silent_for_as_long_as_its_facts_are_old() -> None:
    signed = (("signed", month("2022-06")),)
    assert told(silent(subject(recorded=DAY, stages=signed), DAY, LIMITS)) == [
        ("warning", "silent", "tracker project review p --text …")
    ]
    reached = milestone("completed", actual="2023-01")
    for facts in (
        {"stages": (("signed", month("2022-07")),)},
        {"entries": (entry(1, "paid", 1, JAN),)},
        {"entries": (entry(1, "plan", 1, Period.year(2023)),)},
        {"milestones": (reached,)},
        {"milestones": (milestone("completed", forecast="2024-01"),)},
        {"reviews": ((JAN, None),)},
        {"conditions": (("active", JAN),)},
        {"stages": (*signed, ("in_production", month("2022-06")))},
    ):
        assert list(silent(subject(recorded=DAY, **{"stages": signed} | facts), DAY, LIMITS)) == [], facts
    assert list(silent(subject(recorded=DAY, stages=signed), DAY, Thresholds(silent_months=13))) == []


# --- what is missing ------------------------------------------------------------------------------------------------


def lacked(one: Subject) -> list[tuple[str, str, str]]:
    return told(missing(one, lacking(one), DAY))


def test_what_the_next_stage_needs() -> None:
    signed = subject(stages=(("signed", month("2023-01")),), known=frozenset(("company",)))
    assert lacked(signed) == [
        ("note", "missing", "tracker project edit p --chain … --site …"),
        ("note", "missing", "tracker capital record p total …"),
    ]
    assert lacked(subject(stages=signed.stages, known=frozenset(("company", "chain", "site", "total")))) == []


def test_a_building_needs_its_plan_and_the_day_of_its_next_milestone() -> None:
    known = frozenset(("company", "chain", "site", "total", "land", "owner"))
    one = subject(stages=(("under_construction", month("2023-01")),), known=known)
    assert lacked(one) == [
        ("note", "missing", "tracker capital plan p … --year 2023"),
        ("note", "missing", "tracker milestone plan p topped_out …"),
    ]
    assert lacked(subject(stages=one.stages, known=known | {"plan", "milestone"})) == []


def test_leased_space_needs_no_land_and_what_has_ended_needs_nothing() -> None:
    leased = subject(kind="lease", stages=(("filed", month("2023-01")),))
    upcoming = next_stage(leased)
    assert upcoming is not None
    assert upcoming.code == "in_production"
    assert {"land", "plan"} & set(lacking(leased)) == set()
    assert lacked(subject(conditions=(("terminated", JAN),))) == []
    assert lacked(subject(stages=(("at_capacity", month("2023-01")),))) == []


# --- beside others --------------------------------------------------------------------------------------------------


def series(*yuan: int, kind: str = "completed") -> tuple[Entry, ...]:
    return tuple(entry(number, kind, one, Period.month(2022, number)) for number, one in enumerate(yuan, start=1))


def test_yuan_among_ten_thousands() -> None:
    # 万元 (10,000 yuan) is the unit of Chinese investment reports; the fourth figure was typed in yuan.
    one = subject(entries=series(12_000_000, 11_000_000, 13_000_000, 1_250, 12_500_000))
    [found] = unit_slips(one, LIMITS)
    assert found.command == "tracker capital correct 4 --amount 'CNY 12.5m' --why 'slip of the unit'"
    assert found.sentence.endswith("(beside CNY 12.5m, entry 5)")
    usual = subject(entries=series(12_000_000, 4_000_000, 39_000_000, 50_000, 12_500_000))
    assert list(unit_slips(usual, LIMITS)) == []


def test_two_figures_with_the_same_digits_name_the_factor() -> None:
    for later, amount in ((98_339_000_000, "CNY 98,339k"), (98_339_000, None), (983_390_000, None)):
        entries = (entry(1, "paid", 98_339_000, JAN), entry(2, "completed", later, FEB))
        findings = list(unit_slips(subject(entries=entries), LIMITS))
        assert [one.command.split("'")[1] for one in findings] == ([amount] if amount else [])
    round_figures = (entry(1, "paid", 100_000, JAN), entry(2, "paid", 100_000_000, FEB))
    assert list(unit_slips(subject(entries=round_figures), LIMITS)) == [], "by chance"


def totals(*yuan: int) -> list[Subject]:
    return [subject(project_id=n, code=f"p{n}", entries=(entry(n, "total", one),)) for n, one in enumerate(yuan, 1)]


def slips(subjects: list[Subject]) -> list[tuple[str | None, str]]:
    return [(one.code, one.command) for one in total_slips(filter(None, map(total_of, subjects)), LIMITS)]


def test_totals_are_compared_with_those_of_other_projects() -> None:
    usual = totals(*(n * 10**8 for n in range(1, 6)))
    wrong = subject(project_id=9, code="w", entries=(entry(9, "total", 2 * 10**12),))
    assert [code for code, _command in slips([*usual, wrong])] == ["w"]
    assert slips(usual) == []
    assert slips([*usual[:3], wrong]) == [], "three siblings do not say what is usual"


def test_the_plan_of_a_project_says_by_which_factor_its_total_is_off() -> None:
    usual = totals(*(n * 10**8 for n in range(1, 6)))
    plan = entry(10, "plan", 31_280_000, Period.year(2022))
    wrong = subject(project_id=9, code="w", entries=(entry(9, "total", 391 * 10**9), plan))
    # By the totals of others it would be CNY 391m.
    assert slips([*usual, wrong]) == [("w", "tracker capital correct 9 --amount 'CNY 39.1m' --why 'slip of the unit'")]


@pytest.mark.parametrize(
    ("minor", "power"),
    [
        *((316, 0), (317, 3), (3162, 3), (3163, 4), (31_622, 4), (31_623, 0)),
        *((316_227, 0), (316_228, 6), (10**6, 6), (10**8, 8), (0, 0), (1, 0)),
    ],
)
def test_the_power_of_a_slip_lies_within_half_an_order_of_magnitude(minor: int, power: int) -> None:
    assert slip_power(minor, [1] * 4) == power


@given(st.integers(1, 10**12), st.lists(st.integers(1, 10**12), min_size=4, max_size=9))
def test_a_slip_up_is_a_slip_down_of_the_others(minor: int, others: list[int]) -> None:
    power = slip_power(minor, sorted(others))
    middle = median(others)
    if middle.denominator == 1:
        assert slip_power(int(middle), [minor] * 4) == -power
    if power:
        assert (minor > middle) == (power > 0)


def test_the_median_of_an_even_count_is_between_the_two_middle_ones() -> None:
    assert median([1, 2, 3, 4, 100]) == 3
    assert median([4, 1, 3, 2]) == median([2, 3]) == 2.5


def test_one_project_that_is_most_of_a_sum() -> None:
    def found(*yuan: int) -> list[tuple[str, str, str]]:
        sums = Sums()
        for number, one in enumerate(yuan, start=1):
            sums.add(subject(project_id=number, code=f"p{number}", entries=(entry(number, "paid", one),)))
        return told(sums.dominant(LIMITS))

    assert found(10, 10, 10, 10, 41) == [("note", "dominant", "tracker capital list p5 --kind paid")]
    assert found(10, 10, 10, 10, 40) == []
    assert found(10, 10, 10, 41) == [], "of four somebody is easily the greatest"


def family(parent: tuple[Entry, ...], *parts: tuple[Entry, ...]) -> list[Finding]:
    members = {0: member(subject(project_id=0, code="p", entries=parent))}
    for number, entries in enumerate(parts, start=1):
        members[number] = member(subject(project_id=number, code=f"p{number}", parent_id=0, entries=entries))
    return list(families(members, LIMITS))


def test_a_part_is_not_more_than_its_parent() -> None:
    parent = (entry(1, "total", 100),)
    assert [(one.code, one.command) for one in family(parent, (entry(2, "total", 101),), (entry(3, "total", 9),))] == [
        ("p1", "tracker capital correct 2 --amount … --why …")
    ]
    assert [(one.code, one.command) for one in family(parent, (entry(2, "total", 60),), (entry(3, "total", 41),))] == [
        ("p", "tracker capital correct 1 --amount … --why …")
    ]
    assert family(parent, (entry(2, "total", 60),), (entry(3, "total", 40),)) == []
    assert family((), (entry(2, "total", 60),)) == []
    year, other = Period.year(2023), Period.year(2022)
    assert family((entry(1, "plan", 10, year),), (entry(2, "plan", 11, other),)) == []
    assert [one.code for one in family((entry(1, "plan", 10, year),), (entry(2, "plan", 11, year),))] == ["p1"]


def test_days_that_are_on_a_part_and_its_parent() -> None:
    parent = (entry(1, "completed", 10, JAN), entry(2, "completed", 10, FEB), entry(3, "paid", 10, JAN))
    part = (entry(4, "completed", 5, JAN), entry(5, "completed", 5, FEB), entry(6, "completed", 1, MAR))
    [found] = family(parent, part)
    assert (found.rule, found.code) == ("both", "p1")
    assert found.command == "tracker capital correct 4 --withdraw --why …"
    assert found.sentence.endswith("; and 1 more period")


def twice(*projects: Named, linked: tuple[tuple[int, int], ...] = ()) -> list[tuple[str, str | None]]:
    return [(one.severity, one.code) for one in duplicates(projects, linked, LIMITS)]


def test_a_project_entered_twice() -> None:
    one = Named(1, "a", "德马吉森精机平湖项目", "德马吉")
    assert twice(one, Named(2, "b", "德马吉森精机（平湖）项目", "另一家")) == [("warning", "b")]
    assert twice(one, Named(2, "b", "德马吉森精机平湖新项目", "德马吉")) == [("note", "b")]
    assert twice(one, Named(2, "b", "德马吉森精机平湖新项目")) == [], "of another company, and nearly the name"
    assert twice(
        Named(1, "a", "甲", "甲", total=Money(5, "CNY")), Named(2, "b", "乙", "甲", total=Money(5, "CNY"))
    ) == [("note", "b")]
    assert twice(one, Named(2, "b", "博格隆二厂", "德马吉")) == []
    assert twice(one, Named(2, "b", one.name), linked=((2, 1),)) == []


def test_names_that_differ_by_a_number_are_phases() -> None:
    for first, second in (("博格隆生物技术一厂", "博格隆生物技术二厂"), ("Nidec plant A", "Nidec plant B")):
        assert twice(Named(1, "a", first, "x"), Named(2, "b", second, "x")) == []


def test_parts_have_names_alike_on_purpose() -> None:
    parent = Named(1, "a", "甲项目", "甲")
    parts = [Named(n, f"p{n}", "甲项目", "甲", parent_id=1) for n in (2, 3)]
    assert twice(parent, *parts) == []


def test_comparing_names_takes_time_in_proportion_to_the_projects() -> None:
    def seconds(count: int) -> float:
        projects = [Named(n, f"p{n}", f"示例{n:x}工厂{n % 97}", "一家大公司") for n in range(count)]
        began = process_time()
        list(duplicates(projects, (), LIMITS))
        return process_time() - began

    assert seconds(8000) < 12 * seconds(2000), "four times as many, and not sixteen times as long"


def test_likeness_as_ratcliff_and_obershelp_defined_it() -> None:
    # The example of their article in Dr. Dobb's Journal, July 1988: Pennsylvania and Pencilvaneya.
    assert likeness("Pennsylvania", "Pencilvaneya") == pytest.approx(16 / 24)
    assert likeness("", "") == 1
    assert likeness("ＡＢＣ", "abc") == 1


# --- commands -------------------------------------------------------------------------------------------------------


def test_a_command_is_quoted_for_a_shell_and_keeps_what_is_open() -> None:
    assert plain_command("capital correct", 4, "--amount", "CNY 1m", "--why", "…") == (
        "tracker capital correct 4 --amount 'CNY 1m' --why …"
    )
    assert plain_command("project edit", "a;b", "--site", "…") == "tracker project edit 'a;b' --site …"
