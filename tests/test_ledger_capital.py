"""Capital: kept as it was said, corrected under its number; what the door asks about, names and refuses."""

from __future__ import annotations

from datetime import date

import pytest

from tests.ledgers import Act, Ledger, booking, correcting, opening, undoing, yuan
from tests.test_ledger_projects import refused
from tests.test_ledger_stages import at, staging
from tracker.database import locate
from tracker.dates import Period
from tracker.errors import Undecided, UsageError
from tracker.ledger import capital, projects
from tracker.ledger.capital import Doubts, NewEntry, Recorded, doubts_about
from tracker.ledger.citation import Citation
from tracker.ledger.store import Store
from tracker.models.base import OPEN
from tracker.money import LIMIT, Figure

UNKNOWN = Figure(None, "exact", "unknown")
LATE = date(2023, 12, 31)


@pytest.fixture
def ledger(ledger_url: str) -> Ledger:
    ledger = Ledger(locate(ledger_url))
    ledger.do(opening("p"))
    return ledger


def done(minor: int, on: str, basis: str = "period", again: str = "ask", **more: str) -> Act:
    """Completed investment in whole yuan."""
    return booking("completed", yuan(minor * 100, **more), at(on), basis, again=again)


def entries(ledger: Ledger) -> dict[object, tuple[object, ...]]:
    """The open entries: yuan, first and last day, basis."""
    sql = (
        "SELECT id, minor, CAST(first_day AS text), CAST(last_day AS text), basis FROM capital_entry"
        f" WHERE recorded_to = {OPEN} ORDER BY id"
    )
    return {number: (minor and minor // 100, *facts) for number, minor, *facts in ledger.tuples(sql)}


# --- recording ------------------------------------------------------------------------------------------------------


def test_a_figure_is_kept_as_its_source_gives_it(ledger: Ledger) -> None:
    ledger.do(booking("paid", yuan(0), at("2023-01")))
    ledger.do(booking("paid", UNKNOWN, at("2023-02")))
    ledger.do(booking("utilised_foreign", Figure(None, "exact", "withheld"), at("2023-02"), currency="USD"))
    number, recorded = ledger.do(booking("paid", yuan(288_000_000_00, "USD", "nearly"), at("2022")))
    assert (recorded.row.id, recorded.outcome, recorded.was) == (4, "new", None)
    rows = ledger.tuples("SELECT minor, currency, qualifier, availability FROM capital_entry ORDER BY id")
    assert rows == [
        (0, "CNY", "exact", "reported"),
        (None, "CNY", "exact", "unknown"),
        (None, "USD", "exact", "withheld"),
        (28_800_000_000, "USD", "nearly", "reported"),
    ]
    assert number == 5


def test_a_running_figure_is_kept_as_such(ledger: Ledger) -> None:
    """It is never turned into the months it adds: domain §3a."""
    ledger.do(done(100, "2023-01"))
    ledger.do(done(450, "2023-03", "ytd"))
    ledger.do(booking("paid", yuan(5_000_00), at("2023-02"), "cumulative"))
    assert list(entries(ledger).values()) == [
        (100, "2023-01-01", "2023-01-31", "period"),
        (450, "2023-01-01", "2023-03-31", "ytd"),
        (5000, "2023-02-01", "2023-02-28", "cumulative"),
    ]


def test_the_period_is_kept_as_typed(ledger: Ledger) -> None:
    fiscal = Period.fiscal_year(2023, start=4)
    ledger.do(booking("plan", yuan(5), fiscal))
    assert ledger.tuples("SELECT period_text, CAST(first_day AS text) FROM capital_entry") == [("FY2023", "2022-04-01")]


def test_a_figure_is_about_a_period_that_ends_no_later_than_this_month(ledger: Ledger) -> None:
    refused(ledger, booking("paid", yuan(1), None), "give the period", UsageError)
    refused(ledger, booking("plan", yuan(1), None), "give the period", UsageError)
    for on in ("2023-04", "2023Q2", "2023", "2023-03..2023-04"):
        refused(ledger, done(1, on), "lies in the future .* record a plan")
    ledger.do(done(1, "2023-03"), today=date(2023, 3, 5))
    ledger.do(booking("plan", yuan(1), at("2024")))
    ledger.do(booking("plan", yuan(1), at("2025Q1")))


def test_an_entry_counts_from_its_last_day_or_its_recording_if_that_came_first(ledger: Ledger) -> None:
    ledger.do(done(1, "2023-03"), today=date(2023, 3, 5))
    ledger.do(done(1, "2022"), today=date(2023, 3, 5))
    ledger.do(booking("plan", yuan(1), at("2023")))
    ledger.do(booking("total", yuan(9), None))
    days = [day for (day,) in ledger.tuples("SELECT CAST(effective_from AS text) FROM capital_entry ORDER BY id")]
    assert days == ["2023-03-05", "2022-12-31", "2023-01-01", "0001-01-01"]


def test_amounts_that_cannot_be_are_refused(ledger: Ledger) -> None:
    for kind in ("paid", "plan"):
        ledger.do(booking(kind, yuan(LIMIT), at("2022")))
        refused(ledger, booking(kind, yuan(LIMIT + 1), at("2021")), "beyond the largest amount")
        refused(ledger, booking(kind, yuan(10**19), at("2021")), "beyond the largest amount")
    ledger.do(booking("paid", yuan(-LIMIT), at("2021")))
    for kind in ("total", "plan"):
        refused(ledger, booking(kind, yuan(-1), at("2021")), "cannot be negative")
        refused(ledger, booking(kind, yuan(1), at("2022"), "ytd"), "neither year-to-date nor cumulative", UsageError)
    refused(ledger, booking("paid", yuan(1, "XXX"), at("2022")), "XXX", UsageError)


# --- said again (rules 6 to 8) --------------------------------------------------------------------------------------


def test_the_same_figure_again_writes_nothing(ledger: Ledger) -> None:
    for basis in ("period", "ytd", "cumulative"):
        ledger.do(done(100, "2023-01", basis))
        number, recorded = ledger.do(done(100, "2023-01", basis))
        assert (number, recorded.outcome) == (None, "same")
    ledger.do(booking("completed", yuan(100_00), at("2023-01"), cite=Citation("月报 / 100元")))
    rows = ledger.tuples(f"SELECT id, source, quote FROM capital_entry WHERE recorded_to = {OPEN} ORDER BY id")
    assert rows[0] == (1, "月报", "100元"), "a source given later is a revision"
    assert len(rows) == 3


def test_another_amount_for_a_period_is_asked_about(ledger: Ledger) -> None:
    ledger.do(done(100, "2023-01"))
    with pytest.raises(Undecided, match=r"entry 1.*further amount.*\(--further / --replace\)") as caught:
        ledger.do(done(50, "2023-01"))
    assert set(caught.value.choices) == {"further", "replace"}
    assert len(entries(ledger)) == 1
    assert ledger.do(done(50, "2023-01", again="further"))[1].row.id == 2
    recorded = ledger.do(done(60, "2023-01", again="replace"))[1]
    assert (recorded.outcome, recorded.row.id, recorded.was) == ("corrected", 2, yuan(50_00))
    assert [facts[0] for facts in entries(ledger).values()] == [100, 60]


def test_another_amount_for_a_running_figure_is_a_correction(ledger: Ledger) -> None:
    ledger.do(booking("completed", yuan(700_00), at("2023-01"), "ytd", cite=Citation("快报 / 700", "n")))
    recorded = ledger.do(done(680, "2023-01", "ytd"))[1]
    assert (recorded.outcome, recorded.row.id, recorded.was) == ("corrected", 1, yuan(700_00))
    sql = f"SELECT minor, source, quote, note FROM capital_entry WHERE recorded_to = {OPEN}"
    assert ledger.tuples(sql) == [(680_00, "快报", None, "n")], "no document proves another number"


def test_payments_of_one_day_add(ledger: Ledger) -> None:
    for _time in range(2):
        ledger.do(booking("paid", yuan(5), at("2023-01-03"), again="further"))
    ledger.do(booking("paid", yuan(7), at("2023-01-03")))
    assert len(entries(ledger)) == 3
    assert ledger.do(booking("paid", yuan(7), at("2023-01-03")))[1].outcome == "same"


def test_a_partial_overlap_is_refused_and_detail_is_not(ledger: Ledger) -> None:
    ledger.do(done(30, "2022Q1"))
    refused(ledger, done(20, "2022-02..2022-04"), r"overlaps 2022Q1 \(entry 1\) in part")
    ledger.do(done(10, "2022-02"))
    ledger.do(done(100, "2022"))
    ledger.do(done(25, "2022-04..2022-06"))
    refused(ledger, correcting(4, on=at("2022-03..2022-06")), "in part")


# --- what is named (rules 4 and 16) ---------------------------------------------------------------------------------


def restatements(recorded: Recorded) -> list[tuple[str, int]]:
    return [(str(Period.of(one.first or one.last, one.last)), one.by // 100) for one in recorded.disagreements]


def test_a_restatement_is_named_by_the_figure_that_makes_it(ledger: Ledger) -> None:
    for minor, on, basis in ((17_500, "2023-08", "ytd"), (20_500, "2023-09", "ytd")):
        assert restatements(ledger.do(done(minor, on, basis), today=LATE)[1]) == []
    assert restatements(ledger.do(done(24_500, "2023-10", "ytd"), today=LATE)[1]) == []
    assert restatements(ledger.do(done(4_000, "2023-10"), today=LATE)[1]) == [], "it agrees with September"
    again = ledger.do(done(20_000, "2023-09", "ytd"), today=LATE)[1]
    assert [abs(by) for _on, by in restatements(again)] == [500]


def test_a_running_figure_that_falls_is_named_and_recorded(ledger: Ledger) -> None:
    ledger.do(done(700, "2023-01", "ytd"))
    [fall] = ledger.do(done(70, "2023-02", "ytd"))[1].falls
    assert (fall.minor, fall.first, fall.last) == (-630_00, date(2023, 2, 1), date(2023, 2, 28))
    assert len(entries(ledger)) == 2
    [earlier] = ledger.do(done(900, "2022-12", "ytd"))[1].falls or [None]
    assert earlier is None, "of another year"


def test_a_fall_names_the_entry_that_was_recorded_last(ledger: Ledger) -> None:
    ledger.do(done(70, "2023-02", "ytd"))
    [fall] = ledger.do(done(700, "2023-01", "ytd"))[1].falls
    assert (fall.entries, fall.before) == ((1,), (2,))


def test_a_running_figure_in_another_currency_must_be_meant(ledger: Ledger) -> None:
    ledger.do(done(700, "2023-01", "ytd"))
    act = booking("completed", yuan(90_00, "USD"), at("2023-02"), "ytd")
    refused(ledger, act, r"the last running figure of p is in CNY \(entry 1\), this one in USD")
    entry = NewEntry("completed", yuan(90_00, "USD"), at("2023-02"), "ytd")
    ledger.do(lambda store: capital.record(store, store.project("p"), entry, other_currency=True))


# --- totals and plans (rule 11) -------------------------------------------------------------------------------------


def in_force(ledger: Ledger, kind: str, day: str) -> int | None:
    sql = (
        f"SELECT minor FROM capital_entry WHERE recorded_to = {OPEN} AND kind = '{kind}'"
        f" AND effective_from <= '{day}' ORDER BY effective_from DESC, id DESC LIMIT 1"
    )
    return next((int(minor) for (minor,) in ledger.tuples(sql)), None)


def test_another_total_is_a_new_value_from_its_day_on(ledger: Ledger) -> None:
    ledger.do(booking("total", yuan(25), None))
    recorded = ledger.do(booking("total", yuan(30), None, from_day=date(2023, 2, 1)))[1]
    assert (recorded.outcome, recorded.row.id, recorded.was) == ("new", 2, yuan(25))
    assert [in_force(ledger, "total", day) for day in ("2023-01-31", "2023-02-01")] == [25, 30]
    ledger.do(booking("total", yuan(31), None))
    assert [in_force(ledger, "total", day) for day in ("2023-03-30", "2023-03-31")] == [30, 31]
    refused(ledger, booking("total", yuan(9), None, from_day=date(2023, 4, 1)), "lies in the future")
    assert ledger.do(booking("total", yuan(31), None))[1].outcome == "same"
    assert ledger.do(booking("total", yuan(32), None))[1].outcome == "corrected", "a second one of the same day"


def test_a_revised_plan_leaves_earlier_days_alone(ledger: Ledger) -> None:
    ledger.do(booking("plan", yuan(100), at("2023")))
    ledger.do(booking("plan", yuan(90), at("2023"), from_day=date(2023, 3, 1)))
    ledger.do(booking("plan", yuan(20), at("2023Q4")))
    assert [in_force(ledger, "plan", day) for day in ("2023-02-28", "2023-03-01")] == [100, 90]


# --- correcting -----------------------------------------------------------------------------------------------------


def test_a_correction_is_a_version_under_the_same_number(ledger: Ledger) -> None:
    ledger.do(done(100, "2023-01"))
    number, corrected = ledger.do(correcting(1, figure=yuan(10_00), why="a zero too many"))
    assert (corrected.was.minor, corrected.row.minor, corrected.row.id) == (10_000, 1_000, 1)
    rows = ledger.tuples("SELECT id, recorded_from, recorded_to, minor FROM capital_entry ORDER BY recorded_from")
    assert rows == [(1, 2, 3, 10_000), (1, number, OPEN, 1_000)]
    assert ledger.tuples(f"SELECT reason FROM change WHERE id = {number}") == [("a zero too many",)]


def test_a_correction_keeps_what_it_does_not_change_but_the_quotation(ledger: Ledger) -> None:
    cite = Citation("报告 / 原文", "seen")
    ledger.do(booking("paid", yuan(5, "USD", "over"), at("2023-01"), cite=cite))
    ledger.do(correcting(1, on=at("2023-02")))
    sql = f"SELECT minor, currency, qualifier, source, quote, note FROM capital_entry WHERE recorded_to = {OPEN}"
    assert ledger.tuples(sql) == [(5, "USD", "over", "报告", None, "seen")]
    ledger.do(correcting(1, cite=Citation("年报 / 五元")))
    assert ledger.tuples(sql) == [(5, "USD", "over", "年报", "五元", "seen")]
    assert entries(ledger)[1][1] == "2023-02-01"


def test_a_report_of_an_earlier_day_shows_the_correct_amount(ledger: Ledger) -> None:
    ledger.do(done(100, "2023-03"), today=date(2023, 3, 10))
    ledger.do(correcting(1, figure=yuan(90_00)), today=date(2023, 6, 30))
    sql = f"SELECT minor, CAST(effective_from AS text) FROM capital_entry WHERE recorded_to = {OPEN}"
    assert ledger.tuples(sql) == [(9_000, "2023-03-10")]
    ledger.do(correcting(1, on=at("2023-02")), today=date(2023, 6, 30))
    assert ledger.tuples(sql) == [(9_000, "2023-02-28")], "another period counts from its own end"


def test_a_figure_turns_out_to_be_a_running_one(ledger: Ledger) -> None:
    ledger.do(done(6_800, "2023-02"))
    ledger.do(correcting(1, figure=yuan(6_800_00), basis="ytd"))
    assert entries(ledger) == {1: (6800, "2023-01-01", "2023-02-28", "ytd")}


def test_a_figure_moves_to_the_right_project(ledger: Ledger) -> None:
    ledger.do(opening("q"))
    ledger.do(done(5, "2023-01"))
    corrected = ledger.do(correcting(1, project="q"))[1]
    assert (corrected.project.code, corrected.was.project_id, corrected.row.project_id) == ("q", 1, 2)
    ledger.do(booking("completed", yuan(7_00), at("2023-01")))
    refused(ledger, correcting(2, project="q"), r"entry 1 is already of 2023-01 of q")


def test_unknown_becomes_known_and_back(ledger: Ledger) -> None:
    ledger.do(booking("paid", UNKNOWN, at("2023-01")))
    ledger.do(correcting(1, figure=yuan(5_00)))
    assert [facts[0] for facts in entries(ledger).values()] == [5]
    ledger.do(correcting(1, figure=UNKNOWN))
    assert [facts[0] for facts in entries(ledger).values()] == [None]


def test_what_is_no_correction_is_refused(ledger: Ledger) -> None:
    ledger.do(done(1, "2023-01"))
    refused(ledger, correcting(1), "already has this figure")
    refused(ledger, correcting(1, figure=yuan(100), on=at("2023-01")), "already has this figure")
    refused(ledger, correcting(1, figure=yuan(2), why=" "), "give a reason", UsageError)
    refused(ledger, correcting(1, on=at("2024")), "lies in the future")
    for number in (0, -1, 2, 10**30):
        refused(ledger, correcting(number, figure=yuan(2)), f"no capital entry {number}", UsageError)
    ledger.do(correcting(1, withdraw=True))
    refused(ledger, correcting(1, figure=yuan(3)), "entry 1 was withdrawn in change 3$")
    ledger.do(done(1, "2023-01"))
    ledger.do(lambda store: projects.remove(store, "p"))
    refused(ledger, correcting(2, figure=yuan(3)), "entry 2 was withdrawn in change 5$")


def test_a_restored_entry_is_corrected_by_its_number(ledger: Ledger) -> None:
    ledger.do(done(1, "2023-01"))
    ledger.do(correcting(1, withdraw=True))
    ledger.do(undoing())
    ledger.do(correcting(1, figure=yuan(7_00)))
    assert entries(ledger) == {1: (7, "2023-01-01", "2023-01-31", "period")}


def test_a_correction_is_undone_while_nothing_came_after_it(ledger: Ledger) -> None:
    ledger.do(done(1, "2023-01"))
    before = ledger.state()
    number, _corrected = ledger.do(correcting(1, figure=yuan(2_00)))
    ledger.do(correcting(1, figure=yuan(3_00)))
    refused(ledger, undoing(number), "change 4 builds on it")
    ledger.do(undoing())
    ledger.do(undoing(number))
    assert ledger.state() == before


# --- what is unlikely -----------------------------------------------------------------------------------------------


def doubting(ledger: Ledger, act: Act) -> Doubts:
    found: Doubts = ledger.do(lambda store: doubts_about(store, act(store)), dry_run=True)[1]
    return found


def test_what_is_unlikely_about_a_figure_is_told(ledger: Ledger) -> None:
    ledger.do(booking("total", yuan(1_000_00), None))
    ledger.do(done(100, "2023-01"))
    assert doubting(ledger, done(200, "2023-02")) == Doubts()
    assert doubting(ledger, booking("completed", yuan(5, "USD"), at("2023-02"))).other_currency == "CNY"
    assert doubting(ledger, done(1_001, "2023-02")).total == yuan(1_000_00)
    assert doubting(ledger, done(100, "2023-01", again="further")).twin == 2
    assert doubting(ledger, done(100, "2023-01")) == Doubts(), "nothing is written"


def test_a_first_cumulative_figure_leaves_the_year_unknown(ledger: Ledger) -> None:
    ledger.do(staging("under_construction", "2021-03"))
    act = booking("completed", yuan(500_00), at("2023-02"), "cumulative")
    assert doubting(ledger, act).lacks_year

    def with_start(store: Store) -> Doubts:
        entry = NewEntry("completed", yuan(500_00), at("2023-02"), "cumulative")
        project = store.project("p")
        capital.record(store, project, capital.at_year_start(entry, yuan(420_00)))
        return doubts_about(store, capital.record(store, project, entry))

    assert ledger.do(with_start)[1] == Doubts()
    assert entries(ledger) == {
        1: (420, "2022-12-31", "2022-12-31", "cumulative"),
        2: (500, "2023-02-01", "2023-02-28", "cumulative"),
    }
    assert ledger.changes() == 3, "both in one change"
