"""Completion, slip and lights against worked examples."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.analysis.completion import divided, gap_points, rate
from tracker.analysis.milestones import Milestone, next_milestone
from tracker.analysis.rag_status import RULES, Facts, judge
from tracker.analysis.values import Value
from tracker.dates import Period, elapsed_share
from tracker.money import Figure, Money, merged_qualifier
from tracker.queries.capital import FigureRow
from tracker.reports.capital_sums import NOTHING, CapitalSum, capital_sums, counted_elsewhere, group_amounts, with_parts


def money(minor: int, currency: str = "CNY") -> Money:
    return Money(minor, currency)


# Jiangmen's development and reform bureau on its municipal key projects: January to October of one year (629.0 of
# 647.4亿元) and January to March 2021 (313.64 of 1015亿元), with the share of the plan and the gap to time progress.
JIANGMEN = [
    (62_900_000_000_00, 64_740_000_000_00, date(2019, 10, 31), "97.2", "13.8"),
    (31_364_000_000_00, 101_500_000_000_00, date(2021, 3, 31), "30.90", "5.90"),
]


@pytest.mark.parametrize(("completed", "plan", "as_of", "percent", "gap"), JIANGMEN)
def test_completion_and_gap_of_jiangmens_published_reports(
    completed: int, plan: int, as_of: date, percent: str, gap: str
) -> None:
    completion = divided(Figure(money(completed)), Figure(money(plan)))
    assert completion is not None
    places = len(percent.partition(".")[2])
    assert f"{float(100 * completion):.{places}f}" == percent
    points = gap_points(completion, elapsed_share(as_of, as_of.year))
    assert points is not None
    assert f"{float(points):.{places}f}" == gap


def test_time_progress_and_start_rate_of_sichuans_published_report() -> None:
    # Sichuan Daily, June 2023, on 700 provincial key projects, January to May: 56.5 % of the year's plan, 14.8 points
    # ahead of time progress; 177 of 236 projects planned to start had started, 75 %.
    points = gap_points(Fraction("0.565"), elapsed_share(date(2023, 5, 31), 2023))
    assert points is not None
    assert f"{float(points):.1f}" == "14.8"
    assert rate(177, 236) == Fraction(75, 100)


def test_a_share_needs_two_amounts_of_one_currency() -> None:
    assert divided(None, Figure(money(1))) is None
    assert divided(Figure(money(1)), None) is None
    assert divided(Figure(money(1)), Figure(money(0))) is None
    assert divided(Figure(money(1, "USD")), Figure(money(1))) is None
    assert divided(Figure(money(0)), Figure(money(5))) == 0
    assert rate(1, 0) is None
    assert gap_points(None, Fraction(1, 2)) is None


@pytest.mark.parametrize(
    ("completion", "colour"),
    [
        ("1/2", "green"),
        ("2/5", "green"),
        ("399/1000", "yellow"),
        ("1/5", "yellow"),
        ("199/1000", "red"),
        ("3/2", "green"),
    ],
)
def test_points_turn_yellow_beyond_ten_and_red_beyond_thirty(completion: str, colour: str) -> None:
    assert judge("points", Facts(Fraction(completion), Fraction(1, 2))).colour == colour


@pytest.mark.parametrize(("completion", "colour"), [("1/2", "green"), ("1/4", "yellow"), ("24/100", "red")])
def test_share_turns_red_when_more_than_half_of_the_plan_to_date_is_missing(completion: str, colour: str) -> None:
    assert judge("share", Facts(Fraction(completion), Fraction(1, 2))).colour == colour


@pytest.mark.parametrize(("late", "colour"), [(-5, "green"), (0, "green"), (1, "yellow"), (30, "yellow"), (31, "red")])
def test_slip_counts_days_late_on_the_next_milestone(late: int, colour: str) -> None:
    light = judge("slip", Facts(late=late, next_milestone="topped out"))
    assert light.colour == colour
    assert "topped out" in light.reason


@pytest.mark.parametrize("rules", RULES)
def test_a_rule_without_its_facts_does_not_judge(rules: str) -> None:
    light = judge(rules, Facts())
    assert light.colour == "grey"
    assert light.reason


def milestone(code: str, baseline: str | None, *forecasts: str, actual: str | None = None) -> Milestone:
    def period(text: str) -> Period:
        year, month = map(int, text.split("-"))
        return Period.month(year, month)

    made = tuple((date(2023, 1, place + 1), period(text)) for place, text in enumerate(forecasts))
    return Milestone(code, None, period(baseline) if baseline else None, made, period(actual) if actual else None)


def test_the_latest_forecast_says_how_late_a_milestone_is() -> None:
    one = milestone("completed", "2023-06", "2023-08", "2023-09")
    assert one.slip == (date(2023, 9, 30) - date(2023, 6, 30)).days
    assert one.late(date(2023, 7, 15)) == 92
    assert one.overdue(date(2023, 9, 30)) == 0
    assert one.overdue(date(2023, 10, 1)) == 1
    assert one.late(date(2023, 10, 31)) == (date(2023, 10, 31) - date(2023, 6, 30)).days


def test_what_was_reached_is_never_overdue() -> None:
    one = milestone("completed", "2023-06", "2023-08", actual="2023-05")
    assert one.overdue(date(2024, 1, 1)) == 0
    assert one.slip == -30
    assert one.late(date(2024, 1, 1)) == -30


def test_a_milestone_without_a_baseline_cannot_slip() -> None:
    assert milestone("completed", None, "2023-08").slip is None
    assert milestone("completed", None).late(date(2030, 1, 1)) is None


def test_the_next_milestone_is_the_open_one_expected_first() -> None:
    undated, late, early = milestone("c", None), milestone("a", "2023-09"), milestone("b", "2023-12", "2023-07")
    done = milestone("d", "2022-01", actual="2022-02")
    assert next_milestone([undated, late, early, done]) is early
    assert next_milestone([undated, done]) is None


QUALIFIERS = ["exact", "about", "nearly", "over", "at_most"]


@given(st.lists(st.sampled_from(QUALIFIERS), min_size=1))
def test_a_sum_is_as_qualified_as_its_parts(qualifiers: list[str]) -> None:
    merged = merged_qualifier(qualifiers)
    inexact = set(qualifiers) - {"exact"}
    assert merged == ("exact" if not inexact else inexact.pop() if len(inexact) == 1 else "about")


@pytest.mark.parametrize(
    ("part", "whole", "quotient"),
    [
        ("exact", "exact", "exact"),
        ("over", "exact", "over"),
        ("exact", "over", "at_most"),
        ("at_most", "over", "at_most"),
        ("over", "over", "about"),
        ("exact", "nearly", "about"),
    ],
)
def test_a_ratio_is_as_qualified_as_its_parts_and_turns_the_bound_of_its_divisor(
    part: str, whole: str, quotient: str
) -> None:
    found = divided(Figure(money(1), part), Figure(money(2), whole))
    assert found is not None
    assert (found, found.qualifier) == (Fraction(1, 2), quotient)


def row(project: int, minor: int | None, currency: str = "CNY", state: str = "known") -> FigureRow:
    return FigureRow(project, "total", currency, Value(state, minor, "exact", "reported", date(2023, 6, 30)))


def by_project(*rows: FigureRow) -> dict[int, CapitalSum]:
    return {project: capital_sum for own in capital_sums(rows).values() for project, capital_sum in own.items()}


def test_unknown_is_no_zero_and_currencies_stand_apart() -> None:
    found = by_project(row(1, 100), row(2, None, state="lacking"), row(3, 0), row(4, 7, "USD"))
    amounts = group_amounts([(1, None), (2, None), (3, None), (4, None), (5, None)], found)
    assert amounts.figures == (Figure(money(100)), Figure(money(7, "USD")))
    assert (amounts.known, amounts.of) == (3, 5)


def test_a_parent_with_a_figure_stands_for_its_parts() -> None:
    found = by_project(row(1, 100), row(2, 40), row(3, 60), row(5, 9))
    tree = [(1, None), (2, 1), (3, 2), (4, None), (5, 4)]
    assert group_amounts(tree, found).figures == (Figure(money(109)),)
    # Outside the group a parent covers nothing.
    assert group_amounts([(2, 1), (3, 1)], found).figures == (Figure(money(100)),)


def test_a_parent_without_a_figure_has_that_of_its_parts() -> None:
    found = with_parts([(1, None), (2, 1), (3, 1), (4, 1)], by_project(row(2, 40), row(3, 60)))
    assert (found[1].figures, found[1].state) == ((Figure(money(100)),), "known")
    assert found[4] == NOTHING
    unknown = with_parts([(1, None), (2, 1), (3, 1)], by_project(row(2, 40), row(3, None, state="lacking")))
    assert unknown[1].figures == (Figure(money(40), "over"),)


def test_rows_and_what_is_counted_elsewhere_are_the_total() -> None:
    tree = [(1, None), (2, 1)]
    found = by_project(row(1, 100), row(2, 40))
    left = counted_elsewhere((found[1].cell(), found[2].cell()), group_amounts(tree, found))
    assert left is not None
    assert left.figures == (Figure(money(-40)),)
    assert counted_elsewhere((found[1].cell(),), group_amounts([(1, None)], found)) is None


def test_a_project_with_an_unknown_figure_in_one_currency_has_at_least_that_of_the_other() -> None:
    found = by_project(row(1, 100), row(1, None, "USD", "withheld"))
    assert (found[1].figures, found[1].state) == ((Figure(money(100)),), "partial")
