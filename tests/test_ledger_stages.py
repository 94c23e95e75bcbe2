"""Stages, conditions, reports and milestones, and how they speak for each other."""

from __future__ import annotations

from datetime import date

import pytest

from tests.ledgers import NO_CITE, Act, Ledger, opening, undoing
from tests.test_ledger_projects import refused
from tracker.database import locate
from tracker.dates import Period
from tracker.errors import UsageError, ValueRefused
from tracker.ledger import milestones, stages
from tracker.ledger.citation import Citation, period_of


def at(text: str) -> Period:
    from tracker.dates import parse_period

    return parse_period(text, today=date(2023, 3, 31))


def staging(to: str, on: str, why: str | None = None, code: str = "p") -> Act:
    return lambda store: stages.stage(store, code, to, at(on), why, NO_CITE)


def conditioning(to: str, on: str, why: str | None = "because", code: str = "p") -> Act:
    return lambda store: stages.condition(store, code, to, at(on), why, NO_CITE)


def planning(code: str, on: str, **more: object) -> Act:
    return lambda store: milestones.plan(store, "p", code, at(on), NO_CITE, **more)  # type: ignore[arg-type]


def forecasting(code: str, on: str, made: date | None = None) -> Act:
    return lambda store: milestones.forecast(store, "p", code, at(on), made, NO_CITE)


def reaching(code: str, on: str, why: str | None = None, cite: Citation = NO_CITE) -> Act:
    return lambda store: milestones.reach(store, "p", code, at(on), why, cite)


@pytest.fixture
def ledger(ledger_url: str) -> Ledger:
    ledger = Ledger(locate(ledger_url))
    ledger.do(opening("p"))
    return ledger


def stage_log(ledger: Ledger) -> list[object]:
    return [row["stage"] for (table, _id), row in ledger.state().items() if table == "stage_event"]


def actuals(ledger: Ledger) -> dict[str, tuple[object, object]]:
    sql = "SELECT milestone, first_day, last_day FROM milestones WHERE what = 'actual'"
    return {str(code): (str(first), str(last)) for code, first, last in ledger.tuples(sql)}


# --- stages ---------------------------------------------------------------------------------------------------------


def test_stages_may_be_skipped_forward(ledger: Ledger) -> None:
    reached = ledger.do(staging("lead", "2021"))[1]
    assert (reached.event.stage, period_of(reached.event), reached.marked) == ("lead", at("2021"), ())
    ledger.do(staging("signed", "2022"))
    ledger.do(staging("in_production", "2022-09"))
    assert stage_log(ledger) == ["lead", "signed", "in_production"]


def test_going_back_needs_a_reason_and_keeps_both_entries(ledger: Ledger) -> None:
    ledger.do(staging("under_construction", "2022"))
    for why in (None, "", "  "):
        refused(ledger, staging("signed", "2023-01", why), "give a reason with --why to take p back")
    ledger.do(staging("signed", "2023-01", "the land was given back"))
    assert stage_log(ledger) == ["under_construction", "signed"]
    assert ledger.tuples("SELECT reason FROM stages WHERE stage = 'signed'") == [("the land was given back",)]


def test_the_same_stage_twice_is_refused(ledger: Ledger) -> None:
    ledger.do(staging("signed", "2022"))
    refused(ledger, staging("signed", "2023-01"), "is at “signed” already, since 2022")


ORDERS = (
    ("2022", "2022-06", True),
    ("2022-06", "2022", True),
    ("2022-06-01", "2022-06-01", True),
    ("2022-06", "2021", False),
    ("2022-06", "2022-05-31", False),
    ("2022Q3", "2022-07-01", True),
)


def test_the_log_runs_forward_as_far_as_the_days_are_known(ledger: Ledger) -> None:
    for number, (first, then, allowed) in enumerate(ORDERS):
        code = f"q{number}"
        ledger.do(opening(code))
        ledger.do(staging("signed", first, code=code))
        if allowed:
            ledger.do(staging("filed", then, code=code))
        else:
            refused(ledger, staging("filed", then, code=code), "the log cannot run backwards")


def test_a_vague_day_between_does_not_let_the_log_run_backwards(ledger: Ledger) -> None:
    ledger.do(staging("signed", "2022-06"))
    ledger.do(staging("filed", "2022"))
    refused(ledger, staging("site_secured", "2022-01"), "2022-01 lies before 2022-06")


def test_nothing_happened_in_the_future(ledger: Ledger) -> None:
    for on in ("2023-04-01", "2023-04", "2024"):
        refused(ledger, staging("signed", on), "lies in the future")
        refused(ledger, conditioning("suspended", on), "lies in the future")


def test_a_period_under_way_effective_from_the_day_it_was_recorded(ledger: Ledger) -> None:
    ledger.do(staging("signed", "2023"))
    assert ledger.tuples("SELECT CAST(effective_from AS text) FROM stage_event") == [("2023-03-31",)]


def test_an_ended_project_reaches_no_stage_until_it_is_active_again(ledger: Ledger) -> None:
    for ended in ("terminated", "lost", "closed"):
        ledger.do(opening(ended))
        ledger.do(conditioning(ended, "2023-01", code=ended))
        refused(ledger, staging("signed", "2023-02", code=ended), "make it active first")
        ledger.do(conditioning("active", "2023-02", None, code=ended))
        ledger.do(staging("signed", "2023-02", code=ended))


def test_a_suspended_project_may_still_reach_a_stage(ledger: Ledger) -> None:
    ledger.do(conditioning("suspended", "2023-01"))
    ledger.do(staging("signed", "2023-02"))


def test_conditions_need_reasons_and_an_order(ledger: Ledger) -> None:
    refused(ledger, conditioning("active", "2023-01"), "is active already")
    refused(ledger, conditioning("suspended", "2023-01", " "), "give a reason")
    ledger.do(conditioning("suspended", "2023-01"))
    refused(ledger, conditioning("suspended", "2023-02"), "already")
    refused(ledger, conditioning("active", "2022-12"), "cannot run backwards")


def test_a_progress_report_says_something_possible(ledger: Ledger) -> None:
    def reporting(physical: int | None, text: str | None = None, light: str | None = None) -> Act:
        return lambda store: stages.review(store, "p", at("2023-02"), physical, text, light, NO_CITE)

    row = ledger.do(reporting(4550, "on time", "green"))[1].row
    assert (row.physical, row.text, row.light, period_of(row)) == (4550, "on time", "green", at("2023-02"))
    assert ledger.do(reporting(None, "a text"))[1].row.text == "a text"
    ledger.do(reporting(0))
    refused(ledger, reporting(None, "  "), "needs at least one of")
    for physical in (-1, 10_001):
        refused(ledger, reporting(physical), "0% to 100%", ValueRefused)


def test_undoing_a_stage_waits_for_what_came_after(ledger: Ledger) -> None:
    ledger.do(staging("signed", "2022"))
    ledger.do(staging("filed", "2022"))
    refused(ledger, undoing(2), "change 3 builds on it")
    ledger.do(undoing(3))
    ledger.do(undoing(2))
    ledger.do(staging("lead", "2022"))
    refused(ledger, undoing(5), "change 6 builds on it")


def test_undoing_a_condition_waits_for_what_came_after(ledger: Ledger) -> None:
    ledger.do(conditioning("suspended", "2022"))
    ledger.do(conditioning("active", "2023"))
    refused(ledger, undoing(2), "change 3 builds on it")


# --- milestones -----------------------------------------------------------------------------------------------------


def test_a_milestone_is_planned_forecast_and_reached(ledger: Ledger) -> None:
    planned = ledger.do(planning("竣工", "2022-10", title="Hall 1", weight=3))[1]
    assert (planned.milestone.code, planned.milestone.weight, period_of(planned.row)) == ("completed", 3, at("2022-10"))
    forecast = ledger.do(forecasting("completed", "2022-12", date(2022, 9, 1)))[1]
    assert [period_of(row) for row in (forecast.row, *forecast.baselines)] == [at("2022-12"), at("2022-10")]
    ledger.do(forecasting("hall 1", "2022-11"))
    reached = ledger.do(reaching("completed", "2022-11-30"))[1]
    assert [period_of(row) for row in (reached.row, *reached.baselines)] == [at("2022-11-30"), at("2022-10")]
    days = ledger.tuples("SELECT what, CAST(effective_from AS text) FROM milestone_date ORDER BY what, effective_from")
    assert days == [
        ("actual", "2022-11-30"),
        ("baseline", "0001-01-01"),
        ("forecast", "2022-09-01"),
        ("forecast", "2023-03-31"),
    ]


def test_a_baseline_is_given_once(ledger: Ledger) -> None:
    ledger.do(planning("fitting-out", "2023-10", made=date(2023, 1, 1)))
    refused(ledger, planning("fitting-out", "2023-11"), "tracker milestone forecast")
    refused(ledger, planning("other", "2023-11", made=date(2023, 4, 1)), "lies in the future")
    refused(ledger, planning("a b", "2023-11"), "use letters", ValueRefused)
    refused(ledger, planning("heavy", "2023-11", weight=-1), "weight is a number", ValueRefused)


def test_no_second_baseline_or_actual_comes_back_by_undo(ledger: Ledger) -> None:
    ledger.do(lambda store: milestones.add_standard(store, store.project("p")))
    for act in (planning("completed", "2022-10"), reaching("completed", "2022-11")):
        number, _lines = ledger.do(act)
        undo, _lines = ledger.do(undoing(number))
        ledger.do(act)
        refused(ledger, undoing(undo), r"already a milestone date|builds on it")


def test_a_reached_milestone_is_changed_only_with_a_reason(ledger: Ledger) -> None:
    ledger.do(planning("completed", "2022-10"))
    ledger.do(reaching("completed", "2022-11", cite=Citation("doc")))
    refused(ledger, forecasting("completed", "2023-10"), "is reached already")
    refused(ledger, reaching("completed", "2022-12"), "was reached 2022-11 already; to change that, give a reason")
    ledger.do(reaching("completed", "2022-12", "misread"))
    assert actuals(ledger) == {"completed": ("2022-12-01", "2022-12-31")}
    assert ledger.tuples("SELECT note, source FROM milestones WHERE what = 'actual'") == [("misread", None)]
    refused(ledger, reaching("completed", "2023-12", "misread"), "in the future")


def test_an_unknown_milestone_is_named(ledger: Ledger) -> None:
    ledger.do(planning("roofing", "2022-10"))
    for act in (forecasting("rofing", "2023"), reaching("rofing", "2023-01")):
        refused(ledger, act, "did you mean “roofing”", UsageError)


def test_a_stage_marks_its_milestone_from_the_start_of_construction_on(ledger: Ledger) -> None:
    ledger.do(lambda store: milestones.add_standard(store, store.project("p")))
    ledger.do(staging("signed", "2021"))
    ledger.do(staging("under_construction", "2022-01"))
    assert ledger.do(staging("topped_out", "2022-09"))[1].marked == ("topped_out",)
    assert set(actuals(ledger)) == {"under_construction", "topped_out"}
    assert ledger.do(staging("signed", "2023-01", "contract ended"))[1].unmarked == ("under_construction", "topped_out")
    assert actuals(ledger) == {}
    ledger.do(undoing())
    assert set(actuals(ledger)) == {"under_construction", "topped_out"}


def test_reaching_the_milestone_of_a_stage_moves_the_project_on(ledger: Ledger) -> None:
    ledger.do(lambda store: milestones.add_standard(store, store.project("p")))
    ledger.do(staging("under_construction", "2022-01"))
    before = ledger.state()
    number, reached = ledger.do(reaching("封顶", "2022-09"))
    assert (reached.stage.stage, period_of(reached.stage)) == ("topped_out", at("2022-09"))
    assert stage_log(ledger) == ["under_construction", "topped_out"]
    refused(ledger, reaching("竣工", "2022-05"), "2022-05 lies before 2022-09, when p reached “topped out”")
    ledger.do(undoing(number))
    assert ledger.state() == before, "one change: the milestone and the stage"


def test_a_project_past_a_stage_or_ended_stays_where_it_is(ledger: Ledger) -> None:
    ledger.do(lambda store: milestones.add_standard(store, store.project("p")))
    ledger.do(staging("completed", "2022-10"))
    assert ledger.do(reaching("topped_out", "2022-05"))[1].stage is None
    ledger.do(conditioning("closed", "2023-01"))
    assert ledger.do(reaching("in_production", "2022-12"))[1].stage is None
    assert stage_log(ledger) == ["completed"]


def test_a_dated_stage_takes_the_place_of_one_whose_day_is_not_known(ledger: Ledger) -> None:
    ledger.do(lambda store: milestones.add_standard(store, store.project("p")))
    ledger.do(lambda store: stages.stage(store, "p", "completed", None, None, NO_CITE))
    assert (stage_log(ledger), actuals(ledger)) == (["completed"], {})
    refused(ledger, lambda store: stages.stage(store, "p", "completed", None, None, NO_CITE), "at “completed” already")
    reached = ledger.do(staging("completed", "2022-11"))[1]
    assert (reached.event.id, period_of(reached.event), reached.marked) == (1, at("2022-11"), ("completed",))
    assert stage_log(ledger) == ["completed"]
    assert ledger.tuples("SELECT CAST(effective_from AS text) FROM stage_event ORDER BY recorded_from") == [
        ("2023-03-31",),
        ("2022-11-30",),
    ]
    ledger.do(staging("in_production", "2023-01"))
    assert actuals(ledger)["completed"] == ("2022-11-01", "2022-11-30")


def test_a_milestone_gives_an_undated_stage_its_day(ledger: Ledger) -> None:
    ledger.do(lambda store: milestones.add_standard(store, store.project("p")))
    ledger.do(lambda store: stages.stage(store, "p", "completed", None, None, NO_CITE))
    assert period_of(ledger.do(reaching("completed", "2022-11"))[1].stage) == at("2022-11")
    assert stage_log(ledger) == ["completed"]


def test_a_milestone_added_late_knows_the_stages_that_still_hold(ledger: Ledger) -> None:
    ledger.do(staging("under_construction", "2022-01"))
    ledger.do(staging("topped_out", "2022-09"))
    ledger.do(staging("under_construction", "2022-10", "the roof came down"))
    ledger.do(planning("topped_out", "2022-08"))
    assert actuals(ledger) == {}
    standard = ledger.do(lambda store: milestones.add_standard(store, store.project("p")))[1]
    assert [event.stage for event in standard.reached] == ["under_construction"]
    assert actuals(ledger) == {"under_construction": ("2022-01-01", "2022-01-31")}


def test_a_removed_milestone_takes_its_days_along_and_brings_them_back(ledger: Ledger) -> None:
    ledger.do(planning("completed", "2022-10"))
    ledger.do(forecasting("completed", "2022-11"))
    before = ledger.state()
    removed = ledger.do(lambda store: milestones.remove(store, "p", "竣工"))[1]
    assert (removed.milestone.code, removed.days) == ("completed", 2)
    assert {table for table, _id in ledger.state()} == {"project"}
    ledger.do(undoing())
    assert ledger.state() == before
    refused(ledger, undoing(2), "change 3 builds on it")
