"""Running figures: every worked case, every rule that concerns one series, and true series drawn at random."""

from __future__ import annotations

import random
from collections.abc import Iterable
from datetime import date, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tracker.analysis import running
from tracker.analysis.running import Restatement, Row, Series, effects, timeline
from tracker.analysis.values import LACKING, NOT_REPORTED, WITHHELD, Entry, Value
from tracker.dates import Period, month_end, parse_period

TODAY = date(2024, 7, 5)
SIGNS = {"≈": "about", "~": "nearly", ">": "over", "≤": "at_most"}


def days(text: str) -> Period:
    """A period; `first..last` runs from the first day of the one to the last day of the other."""
    first, _, last = text.partition("..")
    begin, end = parse_period(first, today=TODAY), parse_period(last or first, today=TODAY)
    return Period.of(begin.first, end.last)


def entry(number: int, change: int, text: str) -> Entry:
    """An entry from "ytd 2023-08 17500", "period 2023Q1 unknown", "cumulative 2023-06 ≈500 estimated"."""
    basis, period, amount, *availability = text.split()
    on = days(period)
    if amount in ("unknown", "withheld"):
        return Entry(number, basis, on.first, on.last, None, "exact", amount, change, on.last)
    qualifier = SIGNS.get(amount[0], "exact")
    minor = int(amount.lstrip("".join(SIGNS)))
    told = availability[0] if availability else "reported"
    return Entry(number, basis, on.first, on.last, minor, qualifier, told, change, on.last)


def entries(text: str) -> list[Entry]:
    """Entries of one change each, separated by ";", or by "&" within a change; numbered in this order."""
    changes = [change.split("&") for change in text.split(";")] if text else []
    said = [(number, one) for number, change in enumerate(changes, start=1) for one in change]
    return [entry(place, number, one) for place, (number, one) in enumerate(said, start=1)]


def series(text: str, begun: str = "") -> Series:
    """The series of these entries."""
    return Series(entries(text), date.fromisoformat(begun) if begun else None)


def ask(one: Series, question: str) -> Value:
    """The answer to "year 2023-09", "cumulative 2023-06", "month 2023-10" or "span 2023-02..2023-03"."""
    what, period = question.split()
    on = days(period)
    if what == "span":
        return one.span(on.first, on.last)
    return {"year": one.year, "cumulative": one.cumulative, "month": one.month}[what](on.last)


def shown(value: Value) -> str:
    """A value in short: "3000", "≥400 (2023-02)", "100 to 2023-01", "–", "not reported"."""
    if value.state == "not_reported":
        return "not reported"
    if value.minor is None:
        return "–" if value.state == "lacking" else value.state
    assert value.to is not None
    if value.state in ("lacking", "withheld"):
        word = "" if value.state == "lacking" else "withheld, "
        to = f"{value.to:%Y-%m}" if value.to == month_end(value.to) else value.to.isoformat()
        return f"{word}{value.minor} to {to}"
    if value.state == "partial":
        return f"≥{value.minor} ({', '.join(map(str, value.missing))})"
    sign = next((sign for sign, word in SIGNS.items() if word == value.qualifier), "")
    return f"{sign}{value.minor}"


def restated(one: Series) -> list[str]:
    """Restatements in short, "2023-10 by 500"."""
    return [f"{found.first or ''}..{found.last} by {found.by:+}" for found in one.disagreements()]


# --- the worked cases of the specification --------------------------------------------------------------------------

WORKED = {
    "ytd Aug 17,500; ytd Sep 20,500": (
        "ytd 2023-08 17500; ytd 2023-09 20500",
        {"month 2023-09": "3000", "year 2023-09": "20500"},
    ),
    "… then ytd Oct 24,500 and month Oct 4,000": (
        "ytd 2023-08 17500; ytd 2023-09 20500; ytd 2023-10 24500 & period 2023-10 4000",
        {"month 2023-10": "4000", "year 2023-10": "24500", "restated": ""},
    ),
    "… then, later, ytd Sep again, 20,000": (
        "ytd 2023-08 17500; ytd 2023-10 24500 & period 2023-10 4000; ytd 2023-09 20000",
        {
            "month 2023-09": "2500",
            "month 2023-10": "4500",
            "year 2023-10": "24500",
            "restated": "2023-10-01..2023-10-31 by +500",
        },
    ),
    "ytd Sep 20,500; then one file: ytd Oct 24,500, month Oct 5,000": (
        "ytd 2023-09 20500; ytd 2023-10 24500 & period 2023-10 5000",
        {"month 2023-10": "5000", "year 2023-10": "24500", "restated": "2023-01-01..2023-09-30 by -1000"},
    ),
    "month Jan 100, Feb unknown, ytd Mar 450": (
        "period 2023-01 100; period 2023-02 unknown; ytd 2023-03 450",
        {
            "year 2023-03": "450",
            "year 2023-02": "100 to 2023-01",
            "month 2023-03": "–",
            "span 2023-02..2023-03": "350",
        },
    ),
    "month Jan 100, month Mar 300": (
        "period 2023-01 100; period 2023-03 300",
        {"year 2023-03": "≥400 (2023-02)", "span 2023Q1": "–", "month 2023-02": "not reported"},
    ),
    "cumulative Jun 50,000 (begun 2021), nothing else": (
        "cumulative 2023-06 50000",
        {"cumulative 2023-06": "50000", "year 2023-06": "–", "month 2023-06": "–"},
    ),
    "… and cumulative Dec 2022 42,000": (
        "cumulative 2023-06 50000; cumulative 2022-12 42000",
        {"year 2023-06": "8000", "cumulative 2023-06": "50000"},
    ),
    "month Dec 2022 100; cumulative Jun 50,000": (
        "period 2022-12 100; cumulative 2023-06 50000",
        {"year 2023-06": "–", "cumulative 2023-06": "50000"},
    ),
    "ytd May 700 and cumulative May 4,700; cumulative Jun 5,000": (
        "ytd 2023-05 700 & cumulative 2023-05 4700; cumulative 2023-06 5000",
        {"year 2023-06": "1000", "month 2023-06": "300"},
    ),
    "cumulative Jun 50,000; months Jul 300, Aug 200": (
        "cumulative 2023-06 50000; period 2023-07 300; period 2023-08 200",
        {
            "cumulative 2023-08": "50500",
            "month 2023-07": "300",
            "month 2023-08": "200",
            "span 2023-07..2023-08": "500",
            "year 2023-08": "–",
        },
    ),
    "cumulative Jun 50,000; ytd Sep 9,000": (
        "cumulative 2023-06 50000; ytd 2023-09 9000",
        {"year 2023-09": "9000", "cumulative 2023-09": "50000 to 2023-06"},
    ),
    "… and ytd Jun 5,000": (
        "cumulative 2023-06 50000; ytd 2023-09 9000; ytd 2023-06 5000",
        {"cumulative 2023-09": "54000"},
    ),
    "cumulative Jun 50,000, ytd Jun 5,000; ytd Jun 2024 3,000": (
        "cumulative 2023-06 50000 & ytd 2023-06 5000; ytd 2024-06 3000",
        {"cumulative 2024-06": "50000 to 2023-06", "year 2024-06": "3000"},
    ),
    "Q1 3亿; Feb 1亿; year 10亿": (
        "period 2023Q1 30000; period 2023-02 10000; period 2023 100000",
        {"year 2023-12": "100000", "span 2023Q1": "30000", "month 2023-02": "10000", "restated": ""},
    ),
    "ytd Jul 15,000; `1-8月` 16,000": (
        "ytd 2023-07 15000; period 2023-01..2023-08 16000",
        {"year 2023-08": "16000", "month 2023-08": "1000"},
    ),
    "Q2 unknown; Apr 100, May 100, Jun 150; ytd Mar 0": (
        "period 2023Q2 unknown; period 2023-04 100; period 2023-05 100; period 2023-06 150; ytd 2023-03 0",
        {"year 2023-06": "350"},
    ),
    "ytd May 700; ytd Jun 70": (
        "ytd 2023-05 700; ytd 2023-06 70",
        {"year 2023-06": "70", "month 2023-06": "-630", "fell": "2023-06 by -630"},
    ),
    "paid: 3 May 100, 20 May 200": (
        "period 2023-05-03 100; period 2023-05-20 200",
        {"month 2023-05": "300"},
    ),
}


@pytest.mark.parametrize(("said", "derived"), WORKED.values(), ids=WORKED)
def test_the_worked_cases_come_out_as_they_are_written(said: str, derived: dict[str, str]) -> None:
    one = series(said)
    for question, expected in derived.items():
        if question == "restated":
            assert ", ".join(restated(one)) == expected
        elif question == "fell":
            [fall] = one.falls()
            assert f"{Period.of(fall.first, fall.last)} by {fall.minor}" == expected
        else:
            assert (question, shown(ask(one, question))) == (question, expected)


def test_two_instalments_are_two_entries() -> None:
    assert series("period 2023-05-03 100; period 2023-05-20 200").month(date(2023, 5, 31)).entries == (1, 2)


def test_february_a_second_time_is_to_be_asked_about() -> None:
    old = entries("period 2023Q1 30000; period 2023-02 10000; period 2023 100000")
    [repeat] = effects(old, entry(4, 4, "period 2023-02 12000")).repeats
    assert (repeat.id, repeat.same, repeat.by) == (2, False, 2000)


# --- rule 1: entries are edges ---------------------------------------------------------------------------------------


def test_nothing_was_completed_before_the_project_began() -> None:
    months = "period 2023-03 50; period 2023-04 70"
    assert shown(ask(series(months, "2023-03-10"), "year 2023-04")) == "120"
    assert shown(ask(series(months, "2023-03-10"), "cumulative 2023-04")) == "120"
    assert shown(ask(series(months), "year 2023-04")) == "≥120 (2023-01, 2023-02)"
    assert shown(ask(series(months), "cumulative 2023-04")) == "–"


def test_months_before_the_project_began_are_nothing() -> None:
    begun = series("period 2023-03 50", "2023-03-10")
    assert shown(ask(begun, "month 2023-02")) == "0"
    assert ask(begun, "year 2022-12") == NOT_REPORTED


def test_the_days_of_the_first_month_that_nobody_spoke_of_are_missing() -> None:
    assert shown(ask(series("period 2023-03 50", "2023-02-10"), "year 2023-03")) == "≥50 (2023-02-10..2023-02-28)"


def test_an_amount_of_days_before_the_beginning_says_that_it_was_not_the_beginning() -> None:
    assert shown(ask(series("period 2023-02 20; period 2023-03 50", "2023-03-10"), "cumulative 2023-03")) == "–"
    assert shown(ask(series("period 2023-02 0; period 2023-03 50", "2023-03-10"), "cumulative 2023-03")) == "50"


def test_a_stage_counts_from_its_day() -> None:
    begun = series("period 2023-05 0; period 2023-06 10", "2023-06-10")
    assert shown(begun.as_of(date(2023, 6, 9)).cumulative(date(2023, 6, 9))) == "–"
    assert shown(begun.as_of(date(2023, 6, 30)).cumulative(date(2023, 6, 30))) == "10"


def test_a_year_to_date_and_a_cumulative_figure_of_one_day_give_the_start_of_the_year() -> None:
    one = series("ytd 2023-05 700; cumulative 2023-05 4700; ytd 2023-03 300")
    assert shown(ask(one, "cumulative 2023-03")) == "–"
    assert shown(one.span(date(1, 1, 1), date(2022, 12, 31))) == "4000"
    assert shown(one.span(date(2023, 4, 1), date(2023, 5, 31))) == "400"


def test_a_year_that_was_said_to_its_end_opens_the_next() -> None:
    one = series("ytd 2022-12 300; ytd 2023-02 20; period 2023-03 5", "2022-01-01")
    assert shown(ask(one, "cumulative 2023-03")) == "325"


# --- rule 2: partial -------------------------------------------------------------------------------------------------


def test_the_cumulative_figure_is_partial_where_months_of_this_year_are_missing() -> None:
    one = series("cumulative 2022-12 1000; period 2023-02 10; period 2023-05 20")
    assert shown(ask(one, "cumulative 2023-05")) == "≥1030 (2023-01, 2023-03, 2023-04)"
    assert shown(ask(one, "year 2023-05")) == "≥30 (2023-01, 2023-03, 2023-04)"
    assert shown(ask(one, "span 2023-02..2023-05")) == "–"


def test_a_hole_in_an_earlier_year_makes_the_cumulative_figure_lacking() -> None:
    one = series("cumulative 2022-06 1000; period 2022-08 10; ytd 2023-02 20")
    assert shown(ask(one, "cumulative 2022-08")) == "≥1010 (2022-07)"
    # Nothing was said of the new year: the figure stays what it was.
    assert shown(one.as_of(date(2023, 1, 15)).cumulative(date(2023, 1, 15))) == "≥1010 (2022-07)"
    assert shown(ask(one, "cumulative 2023-02")) == "1000 to 2022-06"


def test_a_partial_value_is_more_than_what_was_said() -> None:
    assert ask(series("period 2023-01 100; period 2023-03 >300"), "year 2023-03").qualifier == "over"
    assert ask(series("period 2023-01 100; period 2023-03 ≤300"), "year 2023-03").qualifier == "about"


def test_a_known_value_reaches_as_far_as_figures_do() -> None:
    value = ask(series("ytd 2023-09 20500"), "year 2023-12")
    assert (value.state, value.to) == ("known", date(2023, 9, 30))


# --- rule 3: lacking -------------------------------------------------------------------------------------------------


def test_a_cumulative_figure_whose_share_of_the_year_is_open_ends_what_is_known_of_it() -> None:
    assert shown(ask(series("ytd 2023-05 700; cumulative 2023-06 5000"), "year 2023-06")) == "700 to 2023-05"


def test_an_unknown_month_after_known_ones_ends_what_is_known() -> None:
    one = series("cumulative 2023-06 50000; period 2023-07 300; period 2023-08 unknown; period 2023-09 10")
    assert shown(ask(one, "cumulative 2023-09")) == "50300 to 2023-07"


def test_a_month_within_an_unknown_span_is_not_one_that_nobody_spoke_of() -> None:
    one = series("period 2023-01 10; period 2023-03 20; period 2023-01..2023-03 unknown")
    assert shown(ask(one, "year 2023-03")) == "10 to 2023-01"


def test_the_start_of_the_year_makes_months_after_a_cumulative_figure_a_year() -> None:
    months = "cumulative 2023-06 50000; period 2023-07 300"
    assert shown(ask(series(months), "year 2023-07")) == "–"
    assert shown(ask(series(f"{months}; cumulative 2022-12 42000"), "year 2023-07")) == "8300"
    assert shown(ask(series(f"{months}; ytd 2023-06 8000"), "year 2023-07")) == "8300"


def test_a_withheld_amount_is_called_withheld_where_nothing_else_is_in_the_way() -> None:
    assert ask(series("ytd 2023-03 withheld"), "year 2023-03") == WITHHELD
    assert shown(ask(series("ytd 2023-03 5; period 2023-04 withheld"), "year 2023-04")) == "withheld, 5 to 2023-03"
    assert ask(series("period 2023-04 withheld"), "month 2023-04") == WITHHELD
    assert ask(series("period 2023-04 unknown"), "month 2023-04") == LACKING
    mixed = series("ytd 2023-03 5; period 2023-04 withheld; period 2023-05 unknown")
    assert shown(ask(mixed, "year 2023-05")) == "5 to 2023-03"
    with_a_hole = series("period 2023-01 5; period 2023-03 withheld")
    assert shown(ask(with_a_hole, "year 2023-03")) == "5 to 2023-01"


# --- rule 4: two ways that disagree ----------------------------------------------------------------------------------


def test_a_running_figure_beats_its_details_whichever_was_recorded_first() -> None:
    details = "period 2023-01 100; period 2023-02 200"
    for said in (f"ytd 2023-02 450; {details}", f"{details}; ytd 2023-02 450"):
        assert shown(ask(series(said), "year 2023-02")) == "450"
        assert len(series(said).disagreements()) == 1


def test_of_the_same_days_each_figure_goes_by_its_own_basis() -> None:
    one = series("ytd 2023-05 700; cumulative 2022-12 4000; cumulative 2023-05 4800")
    assert shown(ask(one, "year 2023-05")) == "700"
    assert shown(ask(one, "cumulative 2023-05")) == "4800"
    [found] = one.disagreements()
    assert found == Restatement(date(2023, 1, 1), date(2023, 5, 31), 700, 100, "exact", (1,), (2, 3))


def test_of_two_running_figures_of_a_kind_the_later_recorded_holds() -> None:
    assert shown(ask(series("ytd 2023-08 100; period 2023-01..2023-08 120"), "year 2023-08")) == "120"
    assert shown(ask(series("period 2023-01..2023-08 120; ytd 2023-08 100"), "year 2023-08")) == "100"


def test_a_month_holds_unless_a_running_figure_of_its_difference_is_of_a_later_change() -> None:
    month = "period 2023-10 4000"
    assert shown(ask(series(f"ytd 2023-09 200; ytd 2023-10 4100; {month}"), "month 2023-10")) == "4000"
    assert shown(ask(series(f"ytd 2023-09 200; {month}; ytd 2023-10 4100"), "month 2023-10")) == "3900"
    # A running figure that no difference uses does not matter, nor does a later detail.
    assert shown(ask(series(f"{month}; ytd 2023-10 4100; period 2023-11 5"), "month 2023-10")) == "4000"
    details = "period 2023Q1 300; period 2023-01 100; period 2023-02 100; period 2023-03 150"
    assert shown(ask(series(details), "month 2023-02")) == "100"


def test_a_figure_corrected_later_restates_the_month_after_it() -> None:
    old = entries("ytd 2023-08 17500; ytd 2023-09 20500; ytd 2023-10 24500 & period 2023-10 4000")
    told = effects(old, entry(2, 4, "ytd 2023-09 20000")._replace(effective_from=date(2023, 9, 30)))
    assert [(repeat.id, repeat.by) for repeat in told.repeats] == [(2, -500)]
    assert [(found.entries, found.by) for found in told.restatements] == [((4,), 500)]


def test_a_bound_that_the_other_amount_keeps_does_not_disagree() -> None:
    assert not series("period 2023-01 100 & period 2023-02 200; ytd 2023-02 >250").disagreements()
    assert series("period 2023-01 100 & period 2023-02 200; ytd 2023-02 >350").disagreements()
    assert not series("period 2023-01 100 & period 2023-02 ≤200; ytd 2023-02 250").disagreements()
    assert [found.qualifier for found in series("ytd 2023-02 ≈250; period 2023-01..2023-02 300").disagreements()] == [
        "about"
    ]


def test_a_sum_of_parts_that_differs_from_the_whole_is_named() -> None:
    parts = " & ".join(f"period 2023Q{quarter} 30" for quarter in (1, 2, 3, 4))
    one = series(f"period 2023 100; {parts}")
    assert shown(ask(one, "year 2023-12")) == "100"
    assert restated(one) == ["2023-01-01..2023-12-31 by +20"]


def fallen(said: str) -> list[str]:
    """Falls in short, "2023-06-01..2023-06-30 by -630"."""
    return [f"{fall.first}..{fall.last} by {fall.minor}" for fall in series(said).falls()]


def test_a_bound_that_may_not_have_fallen_has_not_fallen() -> None:
    assert not fallen("ytd 2023-05 ≤700; ytd 2023-06 650")
    assert fallen("ytd 2023-05 >700; ytd 2023-06 650")


@pytest.mark.parametrize(
    ("said", "falls"),
    [
        ("cumulative 2022-12 700; cumulative 2023-06 70", ["2023-01-01..2023-06-30 by -630"]),
        ("period 2023-01 400; period 2023-02 300; ytd 2023-03 70", ["2023-03-01..2023-03-31 by -630"]),
        ("ytd 2023-05 700; period 2023-06 40; ytd 2023-06 70", ["2023-06-01..2023-06-30 by -630"]),
        ("ytd 2023-05 700; period 2023-06 30; ytd 2023-07 600", ["2023-07-01..2023-07-31 by -130"]),
        ("period 2023Q1 100; period 2023-01 90; period 2023-02 30", ["2023-03-01..2023-03-31 by -20"]),
        ("period 2023-05 -40", []),
        ("ytd 2022-12 700; ytd 2023-01 5", []),
    ],
)
def test_days_that_come_to_less_than_nothing_are_named(said: str, falls: list[str]) -> None:
    assert fallen(said) == falls


def test_a_fall_names_the_figure_and_what_it_is_less_than() -> None:
    [fall] = series("period 2023-01 400; period 2023-02 300; ytd 2023-03 70").falls()
    assert (fall.entries, fall.before) == ((3,), (1, 2))
    [told] = effects(entries("ytd 2023-05 700"), entry(2, 2, "ytd 2023-06 70")).falls
    assert (told.entries, told.before) == ((2,), (1,))


# --- rules 5 and 6: containment, overlaps, crossings -----------------------------------------------------------------


def test_what_a_period_contains_is_its_detail() -> None:
    one = series("ytd 2023-03 10; period 2023Q2 60; period 2023-05 20; period 2023-04..2023-05 45")
    assert shown(ask(one, "year 2023-06")) == "70"
    assert shown(ask(one, "month 2023-04")) == "25"
    assert shown(ask(one, "month 2023-06")) == "15"
    assert not one.overlaps()


def test_of_two_periods_that_overlap_in_part_the_later_recorded_is_left_out() -> None:
    one = series("period 2023Q1 100; period 2023-02..2023-04 200; period 2023-04..2023-05 50")
    [overlap] = one.overlaps()
    assert (overlap.kept, overlap.left_out, overlap.shared) == (1, 2, days("2023-02..2023-03"))
    # The third overlaps only what is left out.
    assert shown(ask(one, "year 2023-05")) == "150"
    assert shown(ask(one, "span 2023-02..2023-04")) == "–"


def test_an_overlap_is_told_at_the_door() -> None:
    old = entries("period 2023Q1 100; ytd 2023-05 300; cumulative 2023-05 900; period 2023Q2 unknown")
    [overlap] = effects(old, entry(5, 5, "period 2023-02..2023-04 200")).overlaps
    assert (overlap.kept, overlap.left_out) == (1, 5)
    assert not effects(old, entry(5, 5, "period 2023-04..2023-06 200")).overlaps


def test_an_entry_across_the_years_end_answers_for_its_days_and_for_the_cumulative_figure() -> None:
    one = series("period 2022-11..2023-02 400; period 2023-03 10; period 2022-11 50; period 2022-12 60", "2022-11-01")
    assert one.crossings() == (1,)
    assert shown(ask(one, "span 2022-11..2023-02")) == "400"
    assert shown(ask(one, "cumulative 2023-03")) == "410"
    assert shown(ask(one, "year 2022-12")) == "110"
    assert shown(ask(one, "year 2023-03")) == "≥10 (2023-01, 2023-02)"
    assert shown(ask(one, "span 2023-01..2023-02")) == "not reported"
    assert not one.overlaps()


def test_a_year_with_nothing_but_an_entry_across_its_beginning_is_not_reported() -> None:
    assert ask(series("period 2022-11..2023-02 400"), "year 2023-02") == NOT_REPORTED


# --- rule 7: instalments ---------------------------------------------------------------------------------------------


def test_instalments_stand_for_their_month_and_reach_the_last_of_them() -> None:
    one = series("period 2023-04 50; period 2023-05-03 100; period 2023-05-20 200; period 2023-06 5", "2023-04-01")
    assert shown(ask(one, "year 2023-06")) == "355"
    value = one.as_of(date(2023, 5, 25)).year(date(2023, 5, 25))
    assert (value.minor, value.to, value.entries) == (350, date(2023, 5, 20), (1, 2, 3))


def test_several_instalments_of_one_day_add() -> None:
    one = series("period 2023-05-03 100; period 2023-05-03 150")
    assert shown(ask(one, "month 2023-05")) == "250"
    assert shown(ask(one, "span 2023-05-03")) == "250"
    assert shown(ask(one, "span 2023-05-01..2023-05-10")) == "250"
    assert shown(ask(one, "span 2023-05-04..2023-05-10")) == "–"


def test_months_without_an_instalment_are_not_nothing() -> None:
    one = series("period 2023-01-05 10; period 2023-03-05 20")
    assert shown(ask(one, "year 2023-03")) == "≥30 (2023-02)"


def test_an_instalment_under_a_longer_entry_is_its_detail() -> None:
    assert shown(ask(series("period 2023-05 500; period 2023-05-03 100"), "month 2023-05")) == "500"
    assert shown(ask(series("ytd 2023-06 500; period 2023-05-03 100"), "month 2023-05")) == "–"
    assert shown(ask(series("ytd 2023-04 500; period 2023-05-03 100"), "year 2023-05")) == "600"
    assert shown(ask(series("ytd 2023-05-10 500; period 2023-05-20 100"), "year 2023-05")) == "600"
    unknown = series("period 2023-01-02 5; period 2023-01-09 unknown")
    assert shown(ask(unknown, "month 2023-01")) == "–"


def test_a_further_entry_of_the_same_days_adds() -> None:
    one = series("period 2023-01 100; period 2023-01 30")
    assert shown(ask(one, "year 2023-01")) == "130"
    assert ask(one, "month 2023-01").entries == (1, 2)


# --- rules 8 and 9: said again, and from when ------------------------------------------------------------------------


def test_the_same_figure_again_is_the_same() -> None:
    old = entries("ytd 2023-08 ≈100; period 2023-08 100; ytd 2023-07 unknown")
    assert [one.same for one in effects(old, entry(9, 9, "ytd 2023-08 ≈100")).repeats] == [True]
    assert [one.same for one in effects(old, entry(9, 9, "ytd 2023-08 100")).repeats] == [False]
    assert [one.by for one in effects(old, entry(9, 9, "ytd 2023-07 100")).repeats] == [None]
    assert not effects(old, entry(9, 9, "cumulative 2023-08 100")).repeats


def test_an_entry_counts_from_its_effective_day_and_its_month_is_shown_whole() -> None:
    june = entry(1, 1, "ytd 2023-06 700")._replace(effective_from=date(2023, 6, 10))
    assert Series([june]).as_of(date(2023, 6, 9)).year(date(2023, 6, 9)) == NOT_REPORTED
    assert shown(Series([june]).as_of(date(2023, 6, 10)).year(date(2023, 6, 10))) == "700"
    assert [row.day for row in timeline([june])] == [date(2023, 6, 10)]


def test_the_year_at_an_inner_day_takes_no_entry_that_ends_later() -> None:
    one = series("period 2023 1200; period 2023-02..2023-12 1100")
    assert ask(one, "year 2023-01") == NOT_REPORTED
    assert shown(ask(one, "month 2023-01")) == "100"


# --- rules 10 and 15: no figure, and how exact -----------------------------------------------------------------------


def test_no_figure_is_not_zero() -> None:
    assert ask(series(""), "year 2023-05") == NOT_REPORTED
    assert ask(series(""), "cumulative 2023-05") == NOT_REPORTED
    assert shown(ask(series("ytd 2023-05 0"), "year 2023-05")) == "0"
    assert ask(series("ytd 2022-05 0", "2022-01-01"), "year 2023-05") == NOT_REPORTED


@pytest.mark.parametrize(
    ("september", "october", "month"),
    [
        ("100", "150", "50"),
        (">100", "150", "≤50"),
        ("≤100", "150", ">50"),
        ("100", ">150", ">50"),
        ("100", "~150", "~50"),
        ("~100", "150", "≈50"),
        (">100", ">150", "≈50"),
        ("≤100", ">150", ">50"),
        ("≈100", "150", "≈50"),
    ],
)
def test_a_difference_is_as_exact_as_both_figures(september: str, october: str, month: str) -> None:
    assert shown(ask(series(f"ytd 2023-09 {september}; ytd 2023-10 {october}"), "month 2023-10")) == month


@pytest.mark.parametrize(
    ("one", "other", "total"),
    [("10", ">10", ">20"), (">10", "≤10", "≈20"), ("~10", "~10", "~20"), ("~10", "≤10", "≈20"), ("≤10", "10", "≤20")],
)
def test_a_sum_is_as_exact_as_its_parts(one: str, other: str, total: str) -> None:
    assert shown(ask(series(f"period 2023-01 {one}; period 2023-02 {other}"), "year 2023-02")) == total


def test_from_an_estimate_comes_an_estimate() -> None:
    one = series("ytd 2023-09 100 estimated; ytd 2023-10 150")
    assert ask(one, "month 2023-10").availability == "estimated"
    assert ask(one, "year 2023-10").availability == "reported"


def test_a_value_names_the_entries_it_comes_from() -> None:
    one = series("ytd 2023-06 5000; ytd 2023-09 9000; cumulative 2023-06 50000; period 2023-09 1")
    assert ask(one, "cumulative 2023-09").entries == (1, 2, 3)


# --- true series -----------------------------------------------------------------------------------------------------

FIRST_YEAR, YEARS, MOST = 2021, 3, 20


class Truth:
    """What was really completed: amounts on days, and what came before them."""

    def __init__(self, rng: random.Random) -> None:
        self.flows: dict[date, int] = {}
        for month in range(12 * YEARS):
            for _ in range(rng.randint(0, 2)):
                day = date(FIRST_YEAR + month // 12, month % 12 + 1, rng.randint(1, 28))
                self.flows[day] = self.flows.get(day, 0) + rng.randint(0, 9)
        begins = rng.random() < 0.5
        self.before = 0 if begins else rng.randint(1, 500)
        earliest = min(self.flows, default=date(FIRST_YEAR, 1, 1))
        self.begun = earliest - timedelta(days=rng.randint(0, 40)) if begins else None

    def total(self, first: date | None, last: date) -> int:
        """What the days come to; None: since the beginning."""
        before = self.before if first is None else 0
        return before + sum(flow for day, flow in self.flows.items() if (first or date.min) <= day <= last)

    def told(self, rng: random.Random, most: int, *, overlaps: bool) -> list[Entry]:
        """Some true entries, recorded in any order."""
        spans: set[tuple[str, date | None, date]] = set()
        for _ in range(rng.randint(1, most)):
            month, year = rng.randint(1, 12), FIRST_YEAR + rng.randrange(YEARS)
            last = month_end(date(year, month, 1))
            if rng.random() < 0.1:
                last = last.replace(day=rng.randint(1, 28))
            kind = rng.choice(["ytd", "ytd", "cumulative", "month", "month", "month", "span", "year", "days"])
            if kind in ("ytd", "cumulative"):
                spans.add((kind, None, last))
            elif kind == "days":
                # The payments of a month, all of them.
                spans |= {("period", day, day) for day in self.flows if (day.year, day.month) == (year, month)}
            else:
                months = {"month": 1, "span": rng.randint(2, 14), "year": 12}[kind]
                begin = year * 12 + month - months
                first = date(begin // 12, begin % 12 + 1, 1)
                if kind == "year":
                    first, last = date(year, 1, 1), date(year, 12, 31)
                if first < last and (overlaps or first.year == last.year):
                    spans.add(("period", first, last))
        changes = [rng.randint(1, 9) for _ in spans]
        entries = []
        for number, (span, change) in enumerate(zip(sorted(spans, key=str), changes, strict=True), 1):
            basis, since, last = span
            begins = date(last.year, 1, 1) if basis == "ytd" else since
            availability = rng.choice(["reported"] * 8 + ["unknown", "withheld"]) if since != last else "reported"
            minor = self.total(begins, last) if availability == "reported" else None
            entries.append(Entry(number, basis, begins or last, last, minor, "exact", availability, change, last))
        return entries


def wrong_values(sets: int, seed: int) -> tuple[int, int, list[str]]:
    """How many values were asked for, how many had an amount, and which were wrong, over that many true series."""
    rng = random.Random(seed)
    asked, amounts, wrong = 0, 0, []
    for number in range(sets):
        truth = Truth(rng)
        one = Series(truth.told(rng, MOST, overlaps=True), truth.begun)
        checks: list[tuple[str, Value, date | None]] = []
        for _ in range(8):
            day = month_end(date(FIRST_YEAR + rng.randrange(YEARS), rng.randint(1, 12), 1))
            seen = one.as_of(day)
            checks += [
                ("year", seen.year(day), date(day.year, 1, 1)),
                ("cumulative", seen.cumulative(day), None),
                ("month", seen.month(day), day.replace(day=1)),
            ]
            since = date(FIRST_YEAR + rng.randrange(YEARS), rng.randint(1, 12), 1)
            if since <= day:
                checks.append(("span", one.span(since, day), since))
        for what, value, first in checks:
            asked += 1
            if value.minor is None or value.to is None:
                continue
            amounts += 1
            true = truth.total(first, value.to)
            right = value.minor <= true if value.state == "partial" else value.minor == true
            if not right:
                wrong.append(f"set {number}: {what} {value}, truly {true}")
    return asked, amounts, wrong


def test_no_value_of_a_true_series_is_wrong() -> None:
    asked, amounts, wrong = wrong_values(100, seed=9)
    assert (asked > 2500, amounts > 600) == (True, True)
    assert not wrong


def test_a_true_series_has_nothing_to_restate() -> None:
    rng = random.Random(4)
    for _ in range(100):
        truth = Truth(rng)
        one = Series(truth.told(rng, MOST, overlaps=True), truth.begun)
        assert not one.disagreements()
        assert not one.falls()


@given(st.randoms(use_true_random=False))
def test_the_order_of_recording_does_not_matter_where_all_is_true(rng: random.Random) -> None:
    truth = Truth(rng)
    said = truth.told(rng, MOST, overlaps=True)
    one = Series(said, truth.begun)
    assume(not one.overlaps())
    other = Series([entry._replace(recorded=rng.randint(1, 9)) for entry in rng.sample(said, len(said))], truth.begun)
    for month in rng.sample(range(12 * YEARS), 10):
        day = month_end(date(FIRST_YEAR + month // 12, month % 12 + 1, 1))
        for value, again in zip(one.row(day)[1:], other.row(day)[1:], strict=True):
            assert (value.state, value.minor, value.to, value.missing) == (
                again.state,
                again.minor,
                again.to,
                again.missing,
            )


# --- over time -------------------------------------------------------------------------------------------------------


def anything(rng: random.Random, *, plain: bool) -> list[Entry]:
    """Entries that need not be true, of two years; plain ones are those that a month's report consists of."""
    said = []
    for number in range(1, rng.randint(1, 12)):
        year, month = rng.choice([2022, 2023]), rng.randint(1, 12)
        last = month_end(date(year, month, 1))
        basis = rng.choice(["period", "period", "ytd", "cumulative"])
        first = date(year, max(1, month + 1 - rng.choice([1, 1, 1, 2, 3, 12])), 1)
        effective = last if rng.random() < 0.7 else last.replace(day=rng.randint(1, 28))
        kind = rng.random()
        if kind < 0.2:
            first = last = effective = last.replace(day=rng.randint(1, 28))
        elif kind < 0.35 and not plain:
            last = last.replace(day=rng.randint(1, 28))
            first = min(first, last)
        elif kind < 0.45 and not plain:
            first = date(year - 1, rng.randint(1, 12), 1)
        if not plain and rng.random() < 0.2:
            effective = last - timedelta(days=rng.randint(1, 100))
        availability = rng.choice(["reported"] * 6 + ["estimated", "unknown", "withheld"])
        minor = None if availability in ("unknown", "withheld") else rng.randint(-1, 9) * 100
        qualifier = "exact" if minor is None else rng.choice(["exact"] * 5 + ["about", "nearly", "over", "at_most"])
        said.append(
            Entry(number, basis, first, last, minor, qualifier, availability, rng.randint(1, 8), effective),
        )
    if plain:
        single = [one for one in said if one.first == one.last]
        longer = {(one.basis, one.first if one.basis == "period" else None, one.last): one for one in said}
        left_out = {overlap.left_out for overlap in Series(longer.values()).overlaps()}
        said = [one for one in longer.values() if one not in single and one.id not in left_out] + single
    return said


def held(rows: Iterable[Row], day: date) -> tuple[Value, Value, Value]:
    """What the rows say on a day."""
    before = [row for row in rows if row.day <= day]
    if not before:
        return NOT_REPORTED, NOT_REPORTED, NOT_REPORTED
    row = before[-1]
    same_year = row.day.year == day.year
    same_month = same_year and row.day.month == day.month
    return row.year if same_year else NOT_REPORTED, row.cumulative, row.month if same_month else NOT_REPORTED


BEGINNINGS = st.sampled_from([None, date(2021, 5, 4), date(2022, 1, 1), date(2022, 3, 10), date(2023, 2, 5)])


@given(st.randoms(use_true_random=False), BEGINNINGS, st.booleans())
def test_the_rows_say_at_every_day_what_the_series_says(rng: random.Random, begun: date | None, plain: bool) -> None:
    said = anything(rng, plain=plain)
    one, rows = Series(said, begun), timeline(said, begun)
    interesting = {date(year, month, 1) for year in (2022, 2023, 2024) for month in range(1, 13)}
    for entry in said:
        interesting |= {entry.effective_from, entry.effective_from - timedelta(days=1)}
    for day in sorted(interesting | ({begun} if begun else set())):
        assert held(rows, day) == one.as_of(day).row(day)[1:]
    assert [row.day for row in rows] == sorted({row.day for row in rows})


@given(st.randoms(use_true_random=False), BEGINNINGS)
def test_the_short_way_gives_the_rows_of_the_long_way(rng: random.Random, begun: date | None) -> None:
    said = tuple(anything(rng, plain=True))
    assume(running._is_plain(said, begun))
    short = {row.day: row for row in running._plain_rows(said, begun) if row.day != date.min}
    long = {row.day: row for row in running._all_rows(Series(said, begun))}
    assert {day: row for day, row in long.items() if day in short} == short


def test_a_row_stands_only_where_a_value_changes() -> None:
    said = entries("period 2023-01 100; ytd 2023-01 100; period 2023-02 50; period 2023-04 1")
    rows = timeline(said)
    assert [(row.day.month, shown(row.year), shown(row.month)) for row in rows] == [
        (1, "100", "100"),
        (2, "150", "50"),
        (4, "≥151 (2023-03)", "1"),
    ]
    assert timeline([], date(2023, 1, 1)) == ()


@pytest.mark.parametrize(
    "said",
    [
        [f"period 2023-{month:02} 10" for month in range(1, 13)],
        [f"ytd 2023-{month:02} {month}" for month in range(1, 13)],
        [f"ytd 2023-{month:02} {month} & period 2023-{month:02} 1" for month in range(1, 13)],
        [f"cumulative {year}-{month:02} {year + month}" for year in (2022, 2023) for month in range(1, 13)],
        ["cumulative 2022-12 500", *(f"ytd 2023-{month:02} {month}" for month in range(1, 13))],
        [f"period 2023-{month:02}-07 10" for month in range(1, 13)],
    ],
    ids=["months", "year to date", "monthly reports", "cumulative", "year to date after the start", "instalments"],
)
def test_plain_series_never_need_the_whole_series(said: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_arguments: object) -> Series:
        raise AssertionError("the whole series was evaluated")

    plain = entries("; ".join(said))
    expected = tuple(row for row in running._all_rows(Series(plain, None)))
    monkeypatch.setattr(running.Series, "as_of", refuse)
    assert timeline(plain) == expected
