"""Capital: booked, planned, corrected; flows worked out of running figures; sums that stay right."""

from __future__ import annotations

from datetime import date

import pytest

from tests.ledgers import Act, Ledger, booking, correcting, opening, undoing, yuan
from tests.test_ledger_projects import refused
from tests.test_ledger_stages import at
from tracker.database import locate
from tracker.errors import UsageError
from tracker.ledger import capital, projects
from tracker.ledger.capital import Correction, NewEntry
from tracker.ledger.cite import Cite
from tracker.money import LIMIT, Figure

NO_FIGURE = Figure(None, "exact", "unknown")


@pytest.fixture
def ledger(ledger_url: str) -> Ledger:
    ledger = Ledger(locate(ledger_url))
    ledger.do(opening("p"))
    return ledger


def done(minor: int, on: str, measure: str = "flow", **more: str) -> Act:
    """Completed investment in whole yuan."""
    return booking("completed", yuan(minor * 100, **more), at(on), measure)


def live(ledger: Ledger) -> dict[object, tuple[object, ...]]:
    sql = (
        "SELECT entry_id, minor, CAST(first_day AS text), CAST(last_day AS text) FROM known_capital"
        " WHERE known_to = 9223372036854775807 ORDER BY entry_id"
    )
    return {entry: tuple(facts) for entry, *facts in ledger.tuples(sql)}


def raw_sum(ledger: Ledger) -> int:
    return int(ledger.tuples("SELECT CAST(COALESCE(SUM(minor), 0) AS BIGINT) FROM capital_ledger")[0][0])


# --- booking --------------------------------------------------------------------------------------------------------


def test_a_figure_is_booked_as_its_source_gives_it(ledger: Ledger) -> None:
    ledger.do(booking("paid", yuan(0), at("2023-01")))
    ledger.do(booking("paid", NO_FIGURE, at("2023-02")))
    ledger.do(booking("paid", Figure(None, "exact", "withheld"), at("2023-02")))
    number, lines = ledger.do(booking("paid", yuan(288_000_000_00, "USD", "nearly"), at("2022")))
    assert lines == ("entry 4: p paid nearly USD 288m, 2022",)
    rows = ledger.tuples("SELECT minor, currency, qualifier, availability FROM known_capital ORDER BY entry_id")
    assert rows == [
        (0, "CNY", "exact", "reported"),
        (None, "CNY", "exact", "unknown"),
        (None, "CNY", "exact", "withheld"),
        (28_800_000_000, "USD", "nearly", "reported"),
    ]
    assert number == 5


def test_a_figure_speaks_of_a_period_that_has_begun(ledger: Ledger) -> None:
    refused(ledger, booking("paid", yuan(1), None), "which period", UsageError)
    refused(ledger, booking("plan", yuan(1), None), "which period", UsageError)
    refused(ledger, done(1, "2023-04"), "lies in the future")
    ledger.do(done(1, "2023-03"))
    ledger.do(booking("plan", yuan(1), at("2024")))
    refused(ledger, booking("plan", yuan(1), at("2025Q1")), "made for a year", UsageError)


def test_a_second_total_or_plan_is_a_correction(ledger: Ledger) -> None:
    ledger.do(booking("total", yuan(5_00), None))
    refused(ledger, booking("total", yuan(6_00), at("2023")), r"has a total .* \(CNY 5\).*capital correct 1 --amount")
    ledger.do(booking("plan", yuan(5_00), at("2023")))
    refused(ledger, booking("plan", yuan(5_00), at("2023")), "capital correct 2")
    ledger.do(booking("plan", yuan(7_00), at("2024")))
    refused(ledger, correcting(3, on=at("2023")), "capital correct 2")
    ledger.do(correcting(1, figure=yuan(6_00)))
    ledger.do(correcting(2, withdraw=True))
    ledger.do(correcting(3, on=at("2023")))


def test_no_second_total_comes_back_by_undo(ledger: Ledger) -> None:
    ledger.do(booking("total", yuan(5), None))
    ledger.do(correcting(1, withdraw=True))
    ledger.do(booking("total", yuan(6), None))
    refused(ledger, undoing(3), "already a capital entry")


def test_amounts_that_cannot_be_are_refused(ledger: Ledger) -> None:
    for kind in ("paid", "plan"):
        ledger.do(booking(kind, yuan(LIMIT), at("2022")))
        refused(ledger, booking(kind, yuan(LIMIT + 1), at("2021")), "beyond the largest amount")
        refused(ledger, booking(kind, yuan(10**19), at("2021")), "beyond the largest amount")
    ledger.do(booking("paid", yuan(-LIMIT), at("2022")))
    for kind in ("total", "plan"):
        refused(ledger, booking(kind, yuan(-1), at("2021")), "cannot be negative")
    refused(ledger, booking("paid", yuan(1, "XXX"), at("2022")), "XXX", UsageError)


# --- correcting -----------------------------------------------------------------------------------------------------


def test_a_correction_reverses_and_adds(ledger: Ledger) -> None:
    ledger.do(done(100, "2023-01"))
    number, lines = ledger.do(correcting(1, figure=yuan(10_00), why="a zero too many"))
    assert lines == ("entry 1 (CNY 100) is taken back", "entry 3: p completed investment CNY 10, 2023-01")
    rows = ledger.tuples("SELECT id, change_id, replaces, minor, corrects, note FROM capital_entry ORDER BY id")
    assert rows == [
        (1, 2, None, 10_000, None, None),
        (2, number, 1, -10_000, None, "a zero too many"),
        (3, number, None, 1_000, 1, None),
    ]
    assert raw_sum(ledger) == 1_000


def test_a_correction_keeps_what_it_does_not_change(ledger: Ledger) -> None:
    note = Cite("报告 / 原文", "seen")
    ledger.do(lambda store: capital.record(store, "p", NewEntry("paid", yuan(5, "USD", "over"), at("2023-01")), note))
    ledger.do(correcting(1, on=at("2023-02")))
    ledger.do(lambda store: capital.correct(store, 3, Correction("x"), Cite("年报")))
    rows = ledger.tuples("SELECT minor, currency, qualifier, source, quote, note FROM known_capital WHERE entry_id = 5")
    assert rows == [(5, "USD", "over", "年报", "原文", "seen")]
    assert live(ledger)[5][1] == "2023-02-01"


def test_a_report_of_an_earlier_day_shows_the_correct_amount(ledger: Ledger) -> None:
    ledger.do(done(100, "2023"), today=date(2023, 3, 31))
    ledger.do(correcting(1, figure=yuan(90_00)), today=date(2023, 6, 30))
    assert ledger.tuples("SELECT minor, CAST(effective_from AS text) FROM known_capital WHERE entry_id = 3") == [
        (9_000, "2023-03-31")
    ]


def test_unknown_becomes_known_and_back(ledger: Ledger) -> None:
    ledger.do(booking("paid", NO_FIGURE, at("2023-01")))
    ledger.do(correcting(1, figure=yuan(5)))
    ledger.do(correcting(3, figure=NO_FIGURE))
    assert [facts[0] for facts in live(ledger).values()] == [None]
    assert raw_sum(ledger) == 0


def test_what_is_no_correction_is_refused(ledger: Ledger) -> None:
    ledger.do(done(1, "2023-01"))
    refused(ledger, correcting(1), "says that already")
    refused(ledger, correcting(1, figure=yuan(100), on=at("2023-01")), "says that already")
    refused(ledger, correcting(1, figure=yuan(2), why=" "), "say why", UsageError)
    refused(ledger, correcting(1, on=at("2024")), "lies in the future")
    for number in (0, -1, 2, 10**30):
        refused(ledger, correcting(number, figure=yuan(2)), f"no capital entry {number}", UsageError)
    ledger.do(correcting(1, figure=yuan(2)))
    refused(ledger, correcting(1, figure=yuan(3)), "taken back in change 3; entry 3 stands in its place")
    refused(ledger, correcting(2, figure=yuan(3)), "no capital entry 2", UsageError)
    ledger.do(correcting(3, withdraw=True))
    refused(ledger, correcting(3, figure=yuan(3)), "entry 3 was taken back in change 4$")
    ledger.do(done(1, "2023-01"))
    ledger.do(lambda store: projects.remove(store, "p"))
    refused(ledger, correcting(5, figure=yuan(3)), "project of entry 5 was removed")


def test_a_restored_entry_is_corrected_by_its_number(ledger: Ledger) -> None:
    ledger.do(done(1, "2023-01"))
    ledger.do(correcting(1, withdraw=True))
    ledger.do(undoing())
    ledger.do(correcting(1, figure=yuan(7)))
    assert raw_sum(ledger) == 7


# --- running figures ------------------------------------------------------------------------------------------------


def test_a_year_to_date_figure_books_what_it_adds(ledger: Ledger) -> None:
    ledger.do(done(2, "2022-12"))
    ledger.do(done(3, "2023-01-01..2023-03-31"), today=date(2023, 12, 31))
    ledger.do(done(2, "2023Q2"), today=date(2023, 12, 31))
    _number, lines = ledger.do(done(8, "2023-08", "ytd"), today=date(2023, 12, 31))
    assert lines == (
        "CNY 8 to the end of 2023-08, less CNY 5 already booked, makes CNY 3 for 2023-07-01..2023-08-31",
        "entry 4: p completed investment CNY 3, 2023-07-01..2023-08-31",
    )
    ledger.do(done(9, "2023-09", "ytd"), today=date(2023, 12, 31))
    assert live(ledger)[5] == (100, "2023-09-01", "2023-09-30")
    kept = ledger.tuples("SELECT measure, reported_minor FROM known_capital WHERE entry_id = 5")
    assert kept == [("ytd", 900)]


def test_a_cumulative_figure_reaches_over_the_years(ledger: Ledger) -> None:
    ledger.do(done(2, "2021"))
    ledger.do(done(5, "2022", "cumulative"))
    ledger.do(done(6, "2023-02", "cumulative"))
    assert list(live(ledger).values()) == [
        (200, "2021-01-01", "2021-12-31"),
        (300, "2022-01-01", "2022-12-31"),
        (100, "2023-01-01", "2023-02-28"),
    ]


def test_a_first_running_figure_is_booked_where_it_must_lie(ledger: Ledger) -> None:
    ledger.do(done(5, "2023-02", "ytd"))
    ledger.do(booking("paid", yuan(5), at("2023-02"), "cumulative"))
    assert [facts[1:] for facts in live(ledger).values()] == [
        ("2023-01-01", "2023-02-28"),
        ("2023-02-01", "2023-02-28"),
    ]


def test_a_negative_flow_is_booked_and_said(ledger: Ledger) -> None:
    ledger.do(done(5, "2023-01"))
    _number, lines = ledger.do(done(4, "2023-02", "ytd"))
    assert lines[-1] == "the flow is negative: more was booked already than the figure says"
    assert raw_sum(ledger) == 400


def test_a_vague_figure_makes_a_vague_flow(ledger: Ledger) -> None:
    ledger.do(done(5, "2023-01"))
    ledger.do(done(7, "2023-02", "ytd", qualifier="over"))
    ledger.do(done(9, "2023-03", "ytd"))
    assert ledger.tuples("SELECT qualifier FROM known_capital ORDER BY entry_id") == [("exact",), ("over",), ("about",)]


def test_a_flow_that_cannot_be_told_is_refused(ledger: Ledger) -> None:
    refused(ledger, booking("paid", NO_FIGURE, at("2023-02"), "ytd"), "only a booked amount", UsageError)
    refused(ledger, booking("total", yuan(1), at("2023-02"), "cumulative"), "only a booked amount", UsageError)
    ledger.do(done(1, "2022-12-01..2023-01-31"))
    refused(ledger, done(5, "2023-02", "ytd"), "entry 1 .* runs across")
    ledger.do(correcting(1, on=at("2023-01-01..2023-02-15")))
    refused(ledger, done(5, "2023-01", "ytd"), "entry 3 .* runs across")
    refused(ledger, done(5, "2023-02-15", "ytd"), "entries up to 2023-02-15 are booked already")
    ledger.do(booking("completed", NO_FIGURE, at("2023-02-10")))
    refused(ledger, done(5, "2023-02", "ytd"), "entry 4 of p within this figure is unknown")
    ledger.do(correcting(4, figure=yuan(1, "USD")))
    refused(ledger, done(5, "2023-02", "ytd"), "entry 6 of p within this figure is USD")
    refused(ledger, done(5, "2023-04", "ytd"), "is USD")


def test_what_a_running_figure_counted_is_not_undone_beneath_it(ledger: Ledger) -> None:
    ledger.do(done(9, "2022-12"))
    ledger.do(done(5, "2023-01"))
    ledger.do(done(7, "2023-02", "ytd"))
    refused(ledger, undoing(3), "change 4 builds on it")
    _number, lines = ledger.do(correcting(2, figure=yuan(4_00)))
    assert lines[2:] == ("entry 3 was worked out before this, from CNY 7 to the end of 2023-02-28: does it hold?",)
    assert len(ledger.do(correcting(1, figure=yuan(1)))[1]) == 2, "December lies outside the figure"
    _number, lines = ledger.do(done(1, "2023-01"))
    assert lines[1:] == ("entry 3 was worked out before this, from CNY 7 to the end of 2023-02-28: does it hold?",)
    assert len(ledger.do(done(1, "2023-03"))[1]) == 1
    assert len(ledger.do(lambda store: capital.correct(store, 5, Correction("x"), Cite("doc")))[1]) == 2
    ledger.do(correcting(3, figure=yuan(9_00)))
    assert len(ledger.do(done(1, "2023-01"))[1]) == 1, "a corrected flow no longer says what it was worked out from"


def test_a_withdrawal_made_before_a_running_figure_stands_beneath_it(ledger: Ledger) -> None:
    ledger.do(done(5, "2023-01"))
    ledger.do(correcting(1, withdraw=True))
    ledger.do(done(7, "2023-02", "ytd"))
    refused(ledger, undoing(3), "change 4 builds on it")


def test_a_new_source_keeps_a_running_figure_running(ledger: Ledger) -> None:
    ledger.do(done(7, "2023-02", "ytd"))
    ledger.do(lambda store: capital.correct(store, 1, Correction("x"), Cite("doc")))
    assert ledger.tuples("SELECT measure, reported_minor, source FROM known_capital WHERE entry_id = 3") == [
        ("ytd", 700, "doc")
    ]
