"""Every rule of `tracker check`: a case that it finds, and one that it leaves alone."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.analysis.findings import (
    Entry,
    Finding,
    Subject,
    above_contracted,
    above_total,
    command,
    in_the_future,
    out_of_order,
    stage_and_milestone,
    stale,
)
from tracker.analysis.milestones import Milestone
from tracker.analysis.missing import missing, next_stage
from tracker.analysis.siblings import dominant, duplicates, likeness, median, slip_power, unit_slips
from tracker.dates import Period
from tracker.money import Money

DAY = date(2023, 6, 30)


def subject(**facts: Any) -> Subject:
    given: dict[str, Any] = {"project_id": 1, "code": "p", "name": "示例"}
    return Subject(**given | facts)


def entry(number: int, kind: str, yuan: int, qualifier: str = "exact", currency: str = "CNY") -> Entry:
    return Entry(number, kind, Money(yuan * 100, currency), qualifier)


def month(text: str) -> Period:
    year, number = map(int, text.split("-"))
    return Period.month(year, number)


def milestone(code: str, baseline: str | None = None, *, forecast: str = "", actual: str = "") -> Milestone:
    forecasts = ((date(2023, 1, 1), month(forecast)),) if forecast else ()
    return Milestone(code, None, 1, month(baseline) if baseline else None, forecasts, month(actual) if actual else None)


def told(findings: Any) -> list[tuple[str, str, str]]:
    return [(one.severity, one.rule, one.command) for one in findings]


# --- capital --------------------------------------------------------------------------------------------------------


def test_completed_above_the_total() -> None:
    both = (entry(1, "total", 100), entry(2, "completed", 60), entry(3, "completed", 41))
    [found] = above_total(subject(entries=both))
    assert found.command == "tracker capital correct 1 --amount … --why …"
    assert "CNY 101" in found.sentence
    assert told(above_total(subject(entries=both[:2]))) == []
    assert told(above_total(subject(entries=(entry(1, "total", 100), entry(2, "completed", 100))))) == []


def test_a_total_that_is_over_its_figure_contradicts_nothing() -> None:
    entries = (entry(1, "total", 100, "over"), entry(2, "completed", 101), entry(3, "plan", 102))
    assert told(above_total(subject(entries=entries))) == []


def test_two_currencies_are_not_compared() -> None:
    entries = (entry(1, "total", 100, currency="USD"), entry(2, "completed", 700), entry(3, "plan", 700))
    assert told(above_total(subject(entries=entries))) == []


def test_the_plan_of_one_year_above_the_total() -> None:
    entries = (entry(1, "total", 100), entry(2, "plan", 101), entry(3, "plan", 100))
    assert told(above_total(subject(entries=entries))) == [
        ("warning", "above_total", "tracker capital correct 2 --amount … --why …")
    ]


def test_utilised_above_contracted() -> None:
    entries = (entry(1, "contracted_foreign", 60), entry(2, "contracted_foreign", 40))
    more = (*entries, entry(3, "utilised_foreign", 101))
    assert told(above_contracted(subject(entries=more))) == [
        ("warning", "above_contracted", "tracker capital list p --kind contracted_foreign")
    ]
    assert told(above_contracted(subject(entries=(*entries, entry(3, "utilised_foreign", 100))))) == []


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
    assert told(stage_and_milestone(subject(stages=stages, milestones=reached, ended=True))) == []


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
    vague = Milestone("completed", None, 1, Period.year(2023), (), None)
    assert told(out_of_order(subject(milestones=(vague, milestone("in_production", "2023-04"))))) == []
    assert (
        told(out_of_order(subject(milestones=(milestone("own", "2023-09"), milestone("completed", "2023-01"))))) == []
    )


@pytest.mark.parametrize(("last", "found"), [(date(2023, 5, 1), 1), (date(2023, 5, 2), 0)])
def test_a_project_is_stale_after_sixty_days(last: date, found: int) -> None:
    assert len(list(stale(subject(last_entry=last), DAY))) == found
    for facts in ({"ended": True}, {"resting": True}, {"stages": (("at_capacity", Period.day(last)),)}):
        assert list(stale(subject(last_entry=last, **facts), DAY)) == []


def test_the_days_until_stale_can_be_chosen() -> None:
    [found] = stale(subject(last_entry=date(2023, 6, 20)), DAY, 10)
    assert found.command == "tracker project review p --text …"
    assert "10 days" in found.sentence


# --- what is missing ------------------------------------------------------------------------------------------------


def test_what_the_next_stage_needs() -> None:
    signed = subject(stages=(("signed", month("2023-01")),), known=frozenset(("company",)))
    assert told(missing(signed, DAY)) == [
        ("note", "missing", "tracker project edit p --chain … --site …"),
        ("note", "missing", "tracker capital record p total …"),
    ]
    assert (
        told(missing(subject(stages=signed.stages, known=frozenset(("company", "chain", "site", "total"))), DAY)) == []
    )


def test_a_building_needs_its_plan_and_the_day_of_its_next_milestone() -> None:
    known = frozenset(("company", "chain", "site", "total", "land", "owner"))
    one = subject(stages=(("under_construction", month("2023-01")),), known=known)
    assert told(missing(one, DAY)) == [
        ("note", "missing", "tracker capital plan p … --year 2023"),
        ("note", "missing", "tracker milestone plan p topped_out …"),
    ]
    assert told(missing(subject(stages=one.stages, known=known | {"plan", "milestone"}), DAY)) == []


def test_leased_space_needs_no_land_and_what_has_ended_needs_nothing() -> None:
    leased = subject(kind="lease", stages=(("filed", month("2023-01")),))
    upcoming = next_stage(leased)
    assert upcoming is not None
    assert upcoming.code == "in_production"
    assert not any("--land" in one.command or "plan p …" in one.command for one in missing(leased, DAY))
    assert list(missing(subject(ended=True), DAY)) == []
    assert list(missing(subject(stages=(("at_capacity", month("2023-01")),)), DAY)) == []


# --- beside others --------------------------------------------------------------------------------------------------


def series(*yuan: int, kind: str = "completed") -> tuple[Entry, ...]:
    return tuple(entry(number, kind, one) for number, one in enumerate(yuan, start=1))


def test_yuan_among_ten_thousands() -> None:
    # 万元 (10,000 yuan) is the unit of Chinese investment reports; the fourth figure was typed in yuan.
    one = subject(entries=series(12_000_000, 11_000_000, 13_000_000, 1_250, 12_500_000))
    [found] = unit_slips([one])
    assert found.command == "tracker capital correct 4 --amount 'CNY 12.5m' --why 'slip of the unit'"
    assert list(unit_slips([subject(entries=series(12_000_000, 4_000_000, 39_000_000, 50_000, 12_500_000))])) == []


def test_totals_are_compared_with_those_of_other_projects() -> None:
    usual = [subject(project_id=n, code=f"p{n}", entries=(entry(n, "total", n * 10**8),)) for n in range(1, 6)]
    wrong = subject(project_id=9, code="w", entries=(entry(9, "total", 2 * 10**12),))
    assert [(one.code, one.severity) for one in unit_slips([*usual, wrong])] == [("w", "warning")]
    assert list(unit_slips(usual)) == []
    assert list(unit_slips([*usual[:3], wrong])) == [], "three siblings do not say what is usual"


@pytest.mark.parametrize(
    ("minor", "power"),
    [(316, 0), (317, 3), (3162, 3), (3163, 4), (31_622, 4), (31_623, 0), (10**8, 8), (0, 0), (1, 0)],
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


def test_one_entry_that_is_most_of_a_sum() -> None:
    def five(largest: int) -> list[Subject]:
        yuan = (10, 10, 10, 10, largest)
        return [
            subject(project_id=n, code=f"p{n}", entries=(entry(n, "paid", one),)) for n, one in enumerate(yuan, start=1)
        ]

    assert told(dominant(five(41))) == [("note", "dominant", "tracker capital list p5 --kind paid")]
    assert list(dominant(five(40))) == []
    assert list(dominant(five(41)[1:])) == [], "of four somebody is easily the greatest"


def test_a_project_opened_twice() -> None:
    one = subject(code="a", name="德马吉森精机平湖项目", company="德马吉", site="中德园")
    twin = subject(project_id=2, code="b", name="德马吉森精机（平湖）项目", company="德马吉", site="中德园")
    [found] = duplicates([one, twin])
    assert found == Finding("note", "duplicate", "b", found.sentence, "tracker project remove b")
    elsewhere = subject(project_id=2, code="b", name=twin.name, company="德马吉", site="中日园")
    other = subject(project_id=2, code="b", name="博格隆二厂", company="德马吉", site="中德园")
    nobody = [subject(project_id=n, code=f"n{n}", name="甲项目") for n in (1, 2)]
    assert [*duplicates([one, elsewhere]), *duplicates([one, other]), *duplicates(nobody)] == []


def test_parts_have_names_alike_on_purpose() -> None:
    parent = subject(project_id=1, code="a", name="甲项目", company="甲")
    parts = [subject(project_id=n, code=f"p{n}", name=f"甲项目第{n}期", company="甲", parent_id=1) for n in (2, 3)]
    assert list(duplicates([parent, *parts])) == []


def test_likeness_as_ratcliff_and_obershelp_defined_it() -> None:
    # The example of their article in Dr. Dobb's Journal, July 1988: Pennsylvania and Pencilvaneya.
    assert likeness("Pennsylvania", "Pencilvaneya") == pytest.approx(16 / 24)
    assert likeness("", "") == 1
    assert likeness("ＡＢＣ", "abc") == 1


# --- commands -------------------------------------------------------------------------------------------------------


def test_a_command_is_quoted_for_a_shell_and_keeps_what_is_open() -> None:
    assert command("capital", "correct", "4", "--amount", "CNY 1m", "--why", "…") == (
        "tracker capital correct 4 --amount 'CNY 1m' --why …"
    )
    assert command("project", "edit", "a;b", "--site", "…") == "tracker project edit 'a;b' --site …"
