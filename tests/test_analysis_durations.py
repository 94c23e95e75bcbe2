"""How long a leg took, and every reason why that cannot be said."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.analysis.forecast import (
    LEGS,
    Case,
    Leg,
    Life,
    Outcome,
    Passage,
    is_clear,
    passage,
    same_year,
    standing_stages,
)
from tracker.dates import Period, parse_period

AS_OF = date(2023, 6, 30)
STARTING, BUILDING, COMMISSIONING = LEGS


def on(text: str) -> Period:
    return parse_period(text, today=AS_OF)


def life(*stages: str, ended: str | None = None, builds: bool = True) -> Life:
    """A life told like "signed 2022-03-01"."""
    told = tuple((code, on(day)) for code, day in (stage.split() for stage in stages))
    return Life(told, on(ended) if ended else None, builds)


def test_the_days_of_a_well_known_bridge() -> None:
    # Golden Gate Bridge: construction began 5 January 1933, finished 19 April 1937, opened to cars 28 May 1937.
    bridge = life("under_construction 1933-01-05", "completed 1937-04-19", "in_production 1937-05-28")
    assert passage(BUILDING, bridge, AS_OF).days == 1565
    assert passage(COMMISSIONING, bridge, AS_OF).days == 39
    assert passage(STARTING, bridge, AS_OF).outcome is Outcome.SKIPPED


@pytest.mark.parametrize(
    ("told", "leg", "outcome", "days"),
    [
        (life("signed 2022-03-01", "under_construction 2022-03-31"), STARTING, "finished", 30),
        # A month is due by its end on both sides.
        (life("signed 2022-03", "under_construction 2022-05"), STARTING, "finished", 61),
        (life("signed 2022-03", "under_construction 2022-03-10"), STARTING, "finished", 0),
        (life("signed 2023-06-20"), STARTING, "running", 10),
        (life("signed 2023-06", "filed 2023-06"), STARTING, "running", 0),
        (life("signed 2023-01-01", ended="2023-02-01"), STARTING, "ended", 31),
        (life("signed 2023-01-01", "under_construction 2023-01-09", ended="2023-02-01"), STARTING, "finished", 8),
        (life("signed 2022"), STARTING, "vague", None),
        (life("signed 2022-03-01", "under_construction 2022Q3"), STARTING, "vague", None),
        (life("signed 2022-03-01", ended="2023"), STARTING, "vague", None),
        # Leased space: nothing is built.
        (life("signed 2022-03-01", "in_production 2022-09"), STARTING, "skipped", None),
        (life("signed 2022-03-01", "in_production 2022-09"), BUILDING, "skipped", None),
        (life("signed 2022-03-01", builds=False), STARTING, "skipped", None),
        (life("signed 2022-03-01", "under_construction 2022-04-01", builds=False), STARTING, "finished", 31),
        (life("under_construction 2022-03-01", "in_production 2022-09"), BUILDING, "skipped", None),
        (life("lead 2022"), STARTING, "ahead", None),
        (life(), COMMISSIONING, "ahead", None),
    ],
)
def test_what_became_of_a_leg(told: Life, leg: Leg, outcome: str, days: int | None) -> None:
    found = passage(leg, told, AS_OF)
    assert (found.outcome, found.days) == (Outcome(outcome), days)
    assert found.case == (None if days is None else Case(days, outcome == "finished"))


def test_a_stage_gone_back_from_counts_when_it_is_reached_again() -> None:
    first = ("signed 2022-01-01", "under_construction 2022-02-01", "completed 2022-12-01")
    back = life(*first, "under_construction 2023-01-01")
    assert passage(BUILDING, back, AS_OF) == Passage(Outcome.RUNNING, on("2022-02-01"), None, 514)
    assert passage(COMMISSIONING, back, AS_OF).outcome is Outcome.AHEAD
    again = life(*first, "under_construction 2023-01-01", "completed 2023-03-01")
    assert passage(BUILDING, again, AS_OF).days == 393
    assert passage(STARTING, again, AS_OF).days == 31


def test_a_project_sent_back_before_its_start_has_not_started() -> None:
    back = life("signed 2022-01-01", "under_construction 2022-02-01", "site_secured 2022-03-01")
    assert set(standing_stages(back.stages)) == {"signed", "site_secured"}
    assert passage(STARTING, back, date(2022, 3, 31)).days == 89


@pytest.mark.parametrize(
    ("signed", "started", "same"),
    [
        # The flagship of Pinghu: signed and started in 2022, known to the year alone.
        ("2022", "2022", True),
        ("2022-12-31", "2023-01-01", False),
        ("2022-03", "2022Q4", True),
        ("2022-12-01..2023-01-15", "2022", False),
        ("2022", None, False),
        (None, "2022", False),
    ],
)
def test_signed_and_started_in_one_year(signed: str | None, started: str | None, same: bool) -> None:
    assert same_year(on(signed) if signed else None, on(started) if started else None) is same


@pytest.mark.parametrize(
    ("text", "clear"),
    [("2022-02-03", True), ("2022-01", True), ("2022-01-10..2022-02-02", True), ("2022Q1", False), ("2022", False)],
)
def test_known_to_the_month_or_better(text: str, clear: bool) -> None:
    assert is_clear(on(text)) is clear


DAYS = st.dates(date(2020, 1, 1), AS_OF)


@given(DAYS, DAYS)
def test_a_running_project_is_as_old_as_a_finished_one_on_the_same_day(begun: date, seen: date) -> None:
    begun, seen = min(begun, seen), max(begun, seen)
    signed = ("signed", Period.day(begun))
    running = passage(STARTING, Life((signed,)), seen)
    finished = passage(STARTING, Life((signed, ("under_construction", Period.day(seen)))), seen)
    ended = passage(STARTING, Life((signed,), Period.day(seen)), AS_OF)
    assert running.days == finished.days == ended.days == (seen - begun).days
