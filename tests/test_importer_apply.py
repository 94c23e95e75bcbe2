"""Records compared with the ledger and written: matching, idempotence, corrections, conflicts, all rows or none."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from tests import made_up
from tests.conftest import TODAY
from tests.importing import Given, bring_in, bring_in_files, everything, exported
from tests.ledgers import Ledger, booking, correcting, opening, undoing, yuan
from tracker.analysis.running import Fall, Overlap, Restatement
from tracker.database import locate
from tracker.dates import Period
from tracker.importer.apply import Result
from tracker.importer.matching import amount
from tracker.ledger import milestones, projects, stages
from tracker.ledger.citation import Citation
from tracker.ledger.labels import LabelEdits
from tracker.money import Figure, Money
from tracker.records.schema import Problem

MAY = date(2023, 5, 31)


@pytest.fixture
def engine(request: pytest.FixtureRequest) -> str:
    """SQLite, where a test does not ask for both."""
    return str(getattr(request, "param", "sqlite"))


both_engines = pytest.mark.parametrize("engine", ["sqlite", "postgres"], indirect=True)


@pytest.fixture
def ledger(ledger_url: str) -> Ledger:
    return Ledger(locate(ledger_url))


def month(number: int) -> Period:
    return Period.month(2023, number)


def project(code: str | None = "p", name: str = "甲厂", **more: Any) -> tuple[str, dict[str, Any]]:
    return "project", ({"code": code} if code else {}) | {"name": name} | more


def entry(minor: int, on: Period | None = None, kind: str = "completed", **more: Any) -> tuple[str, dict[str, Any]]:
    return "capital", {"project": "p", "kind": kind, "figure": yuan(minor), "on": on or month(1)} | more


def total(minor: int) -> tuple[str, dict[str, Any]]:
    return "capital", {"project": "p", "kind": "total", "figure": yuan(minor)}


def counts(result: Result) -> dict[str, dict[str, int]]:
    return dict(result.outcome.by_kind())


def how(result: Result) -> list[tuple[str, str, str]]:
    return [(one.how, one.what, one.field) for one in result.outcome.differences]


def amounts(ledger: Ledger) -> list[int | None]:
    sql = "SELECT minor FROM capital_entry WHERE recorded_to = 9223372036854775807 ORDER BY last_day, minor"
    return [minor for (minor,) in ledger.tuples(sql)]


def said(ledger: Ledger) -> list[tuple[str, str, int]]:
    """The basis, last day and amount of every open flow."""
    sql = """
        SELECT basis, CAST(last_day AS text), minor
        FROM capital_entry
        WHERE recorded_to = 9223372036854775807 AND kind NOT IN ('total', 'plan')
        ORDER BY last_day, basis, minor
    """
    return ledger.tuples(sql)


# --- one change, all rows or none ----------------------------------------------------------------------------------


@both_engines
def test_a_file_is_one_change_that_the_same_file_does_not_repeat_and_one_undo_takes_back(ledger: Ledger) -> None:
    rows = [
        ("company", {"name": "晨星公司", "aliases": ("晨星",)}),
        project(company="晨星", chain="新能源", ids=("备案代码=330482",), tags=("重点",), jobs=120),
        ("stage", {"project": "甲厂", "stage": "signed", "on": Period.day(date(2022, 9, 15))}),
        ("stage", {"project": "330482", "stage": "under_construction", "on": month(2)}),
        ("milestone", {"project": "p", "milestone": "completed", "what": "baseline", "on": Period.year(2024)}),
        total(2_500_00),
        entry(700_00),
        entry(700_00),
        ("review", {"project": "p", "on": month(2), "physical": 2500, "text": "打桩"}),
        ("request", {"project": "p", "title": "用电增容", "raised": date(2023, 2, 1)}),
        ("rate", {"base": "USD", "counter": "CNY", "on": date(2022, 12, 30), "rate": "6.9646"}),
    ]
    first = bring_in(ledger, *rows, answers={"same-month": "further"})
    assert first.number == 1
    assert first.outcome.problems == []
    assert counts(first)["capital"] == {"new": 3}
    again = bring_in(ledger, *rows, today=MAY)
    assert again.number is None
    assert {how for found in counts(again).values() for how in found} == {"same"}
    assert ledger.broken() == []
    ledger.do(undoing())
    assert ledger.state() == {}
    assert ledger.broken() == []


def test_a_preview_writes_nothing_and_counts_what_the_import_then_writes(ledger: Ledger) -> None:
    rows = [project(), entry(1_00)]
    seen = bring_in(ledger, *rows, dry_run=True)
    assert seen.number is None
    assert ledger.state() == {}
    assert counts(seen) == counts(bring_in(ledger, *rows))


def test_every_problem_is_told_at_once_and_nothing_is_written(ledger: Ledger) -> None:
    result = bring_in(
        ledger,
        project(),
        entry(1_00, project="nowhere"),
        entry(1_00, on=month(12)),
        Problem(5, "F5", "总投资", "abc", "cannot be read"),
        entry(-5_00, kind="plan", on=Period.year(2023)),
        ("stage", {"project": "p", "stage": "signed", "on": Period.year(2031)}),
    )
    assert result.number is None
    assert ledger.state() == {}
    found = [(one.row, one.cell, one.column) for one in result.outcome.problems]
    assert sorted(found) == [
        (3, "X3", "project"),
        (4, "X4", "on"),
        (5, "F5", "总投资"),
        (6, "X6", "figure"),
        (7, "X7", "on"),
    ]


def test_bad_cells_are_left_out_and_a_row_only_where_it_is_known_by_the_cell(ledger: Ledger) -> None:
    rows = [
        project("a", "A", _row=2),
        entry(1_00, project="a", _row=2),
        project("b", "B", jobs=-5, owner="王", _row=3),
        entry(2_00, project="b", _row=3),
        project("&&&", "C", _row=4),
        entry(3_00, project="&&&", _row=4),
        project("d", "D", _row=5),
        entry(4_00, project="d", on=month(9), _row=5),
        entry(5_00, project="a", on=month(2), _row=6),
    ]
    result = bring_in(ledger, *rows, skip_bad=True)
    assert result.number == 1
    assert sorted({(one.row, one.column) for one in result.left_out}) == [(3, "jobs"), (4, "code"), (5, "on")]
    found = everything(ledger.database)["project"]
    assert [(row["code"], row["jobs"], row["owner"]) for row in found] == [
        ("a", None, None),
        ("b", None, "王"),
        ("d", None, None),
    ]
    assert amounts(ledger) == [1_00, 2_00, 5_00]


def test_what_is_wrong_with_a_whole_column_cannot_be_left_out(ledger: Ledger) -> None:
    result = bring_in(ledger, project(), Problem(0, "", "Date", "4/5/2023", "day or month first?"), skip_bad=True)
    assert result.number is None
    assert not result.accepted
    assert ledger.state() == {}


def test_one_file_cannot_say_two_things_of_one_project(ledger: Ledger) -> None:
    same = bring_in(ledger, project(None), project(None), dry_run=True)
    assert [(one.row, one.hint) for one in same.outcome.problems] == [
        (3, "--answer same-name=one | --answer same-name=each")
    ]
    assert bring_in(ledger, project(None), project(None), dry_run=True, answers={"same-name": "one"}).accepted
    two = project(None, owner="王"), project(None, owner="李")
    result = bring_in(ledger, *two, answers={"same-name": "one"})
    assert [(one.row, one.column) for one in result.outcome.problems] == [(3, "owner")]


def test_each_row_of_one_name_can_be_a_project_of_its_own(ledger: Ledger) -> None:
    rows = [
        record for row, (company, minor) in enumerate([("甲", 1_00), ("乙", 2_00), ("甲", 3_00)], start=2)
        for record in (project(None, company=company, _row=row), entry(minor, project="甲厂", _row=row))
    ]  # fmt: skip
    each = {"same-name": "each"}
    assert bring_in(ledger, *rows, answers=each).number == 1
    found = everything(ledger.database)["project"]
    assert [(row["code"], row["company"]) for row in found] == [("P-1", "甲"), ("P-2", "乙"), ("P-3", "甲")]
    assert amounts(ledger) == [1_00, 2_00, 3_00]
    assert not bring_in(ledger, *rows, answers=each).outcome.writes
    again = bring_in(ledger, *rows, dry_run=True)
    assert {one.hint for one in again.outcome.problems} == {"--answer same-name=each; else give each a code"}


# --- who is meant --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"ids": ("备案代码=2303-330482-04",)}, "2303-330482-04"),
        ({"name_en": "Morning Star Battery Works Phase II"}, "morning-star-battery"),
        ({"name": "Harbour Link"}, "harbour-link"),
        ({}, "P-1"),
    ],
)
def test_a_new_project_without_a_code_gets_one_and_is_found_again(
    ledger: Ledger, facts: dict[str, Any], code: str
) -> None:
    bring_in(ledger, project(None, **facts))
    assert [row["code"] for row in everything(ledger.database)["project"]] == [code]
    again = bring_in(ledger, project(None, **facts, owner="王"))
    assert how(again) == [("changed", f"{code} {facts.get('name', '甲厂')}", "owner")]


def test_names_that_are_one_code_get_numbers(ledger: Ledger) -> None:
    bring_in(
        ledger, project(None, "North Hall"), project(None, "North-Hall!"), project(None, "乙厂"), project(None, "丙厂")
    )
    assert [row["code"] for row in everything(ledger.database)["project"]] == [
        "P-1",
        "P-2",
        "north-hall",
        "north-hall-2",
    ]


def test_a_name_of_two_projects_is_refused_and_another_id_is_another_project(ledger: Ledger) -> None:
    bring_in(ledger, project("a", "同名", ids=("备案代码=1",)), project("b", "同名", ids=("备案代码=2",)))
    refused = bring_in(ledger, project(None, "同名", owner="王"))
    assert "names 2 projects (a, b)" in refused.outcome.problems[0].problem
    bring_in(ledger, project(None, "同名", ids=("备案代码=2",), owner="王"))
    bring_in(ledger, project(None, "同名", ids=("备案代码=3",)))
    owners = {row["code"]: row["owner"] for row in everything(ledger.database)["project"]}
    assert owners == {"a": None, "b": "王", "3": None}


def test_a_parent_may_come_after_its_part_and_no_circle_is_closed(ledger: Ledger) -> None:
    bring_in(ledger, project("part", "一期", parent="whole"), project("whole", "总"))
    assert [row["parent"] for row in everything(ledger.database)["project"]] == [None, "whole"]
    result = bring_in(ledger, project("whole", "总", parent="part"))
    assert [one.column for one in result.outcome.problems] == ["parent"]


def test_files_of_others_add_labels_and_ours_say_all_there_are(ledger: Ledger) -> None:
    bring_in(ledger, project(tags=("a", "b"), ids=("x=1",)))
    bring_in(ledger, project(tags=("c",), ids=("y=2",)))
    assert everything(ledger.database)["project"][0]["tags"] == ("a", "b", "c")
    bring_in(ledger, project(tags=("c",), ids=None), ours=True)
    row = everything(ledger.database)["project"][0]
    assert (row["tags"], row["ids"]) == (("c",), None)


# --- capital -------------------------------------------------------------------------------------------------------


@both_engines
def test_a_changed_amount_is_a_correction_under_its_number_from_the_same_day_on(ledger: Ledger) -> None:
    bring_in(ledger, project(), entry(700_00, source="月报", quote="700元"), entry(50_00, month(2)))
    result = bring_in(ledger, entry(900_00), entry(50_00, month(2)), today=MAY)
    assert how(result) == [("changed", "p completed investment 2023-01", "figure")]
    assert amounts(ledger) == [900_00, 50_00]
    sql = "SELECT id, CAST(effective_from AS text), source, quote FROM capital_entry WHERE minor = 90000"
    assert ledger.tuples(sql) == [(1, "2023-01-31", "月报", None)]
    assert ledger.broken() == []


def test_equal_payments_are_met_one_by_one_and_the_one_that_differs_is_corrected(ledger: Ledger) -> None:
    further = {"same-month": "further"}
    bring_in(ledger, project(), entry(5_00), entry(7_00), entry(5_00), answers=further)
    result = bring_in(ledger, entry(8_00), entry(5_00), entry(5_00), entry(1_00), answers=further)
    assert counts(result)["capital"] == {"changed": 1, "same": 2, "new": 1}
    assert amounts(ledger) == [1_00, 5_00, 5_00, 8_00]


def test_two_figures_of_one_project_and_month_are_asked_for_with_the_rows(ledger: Ledger) -> None:
    asked = bring_in(ledger, project(), entry(5_00), entry(7_00))
    assert [(one.row, one.hint) for one in asked.outcome.problems] == [
        (4, "--answer same-month=further | --answer same-month=out")
    ]
    assert "row 3 has a figure of the same days" in asked.outcome.problems[0].problem
    bring_in(ledger, project(), entry(5_00), entry(7_00), answers={"X4": "out"})
    assert amounts(ledger) == [5_00]


def test_what_may_be_known_under_another_code_or_name_is_a_guess_until_it_is_answered(ledger: Ledger) -> None:
    bring_in(ledger, project("0012", company="青禾阀业有限公司"), entry(9_00, kind="total", project="0012", on=None))
    rows = [
        project("12", company="青禾阀业"),
        entry(9_00, kind="total", project="12", on=None),
        project("13", "乙厂", company="青云阀业"),
    ]
    seen = bring_in(ledger, *rows, guess=False)
    assert seen.number is None
    assert [one.sentence for one in seen.outcome.guesses.values()] == [
        "the company “青禾阀业” is new; is it not “青禾阀业有限公司”?",
        "12: 甲厂 exists as 0012 (same name, same total): the same?",
    ]
    same = bring_in(ledger, *rows, guess=False, answers={"same-project": "yes", "same-company": "yes"})
    assert same.outcome.guesses == {}
    assert [row["code"] for row in everything(ledger.database)["project"]] == ["0012", "13"]
    again = bring_in(ledger, *rows, guess=False)
    assert (again.number, again.outcome.guesses) == (None, {})


def test_the_number_of_an_entry_moves_it_to_another_month(ledger: Ledger) -> None:
    bring_in(ledger, project(), project("q", "乙厂"), entry(5_00), entry(7_00, month(2)))
    result = bring_in(ledger, entry(5_00, month(3), entry=1), entry(7_00, month(2), entry=2), ours=True)
    assert how(result) == [("changed", "p completed investment 2023-03", "on")]
    elsewhere = bring_in(ledger, entry(5_00, month(3), entry=1, project="q"))
    assert counts(elsewhere)["capital"] == {"new": 1}


def test_another_total_or_plan_holds_from_the_day_of_the_sheet(ledger: Ledger) -> None:
    plan = entry(3_00, Period.year(2023), "plan")
    bring_in(ledger, project(), total(9_00), plan, plan)
    result = bring_in(ledger, total(10_00), entry(4_00, Period.year(2023), "plan"), day=date(2023, 2, 28))
    assert how(result) == [
        ("changed", "p total investment, from 2023-02-28", "figure"),
        ("changed", "p annual plan 2023, from 2023-02-28", "figure"),
    ]
    sql = "SELECT minor, CAST(effective_from AS text) FROM capital_entry ORDER BY id"
    held = ledger.tuples(sql)
    assert held == [
        *[(9_00, "0001-01-01"), (3_00, "2023-01-01")],
        *[(10_00, "2023-02-28"), (4_00, "2023-02-28")],
    ]
    assert bring_in(ledger, total(10_00), day=date(2023, 3, 31)).number is None
    assert bring_in(ledger, total(9_00), day=date(2023, 1, 31)).number is None
    twice = bring_in(ledger, entry(4_00, Period.year(2023), "plan"), entry(5_00, Period.year(2023), "plan"))
    assert "row 2 of this file contradicts it" in twice.outcome.problems[0].problem


def test_a_total_that_a_person_agreed_on_stays_where_a_sheet_says_the_old_one(ledger: Ledger) -> None:
    bring_in(ledger, project(), total(9_00))
    ledger.do(booking("total", yuan(10_00), None))
    kept = bring_in(ledger, total(9_00))
    assert [(one.what, one.old, one.new) for one in kept.outcome.conflicts] == [
        ("p total investment, from 2023-03-31", amount(yuan(10_00)), amount(yuan(9_00)))
    ]
    assert kept.number is None
    assert counts(bring_in(ledger, total(11_00)))["capital"] == {"changed": 1}


def test_a_plan_of_next_year_is_corrected_and_holds_from_its_first_day(ledger: Ledger) -> None:
    plan = entry(3_00, Period.year(2024), "plan")
    bring_in(ledger, project(), plan)
    bring_in(ledger, entry(4_00, Period.year(2024), "plan"))
    open_rows = "SELECT minor, CAST(effective_from AS text) FROM capital_entry WHERE recorded_to = 9223372036854775807"
    assert ledger.tuples(open_rows) == [(4_00, "2024-01-01")]


def test_withheld_figures_are_recorded_and_stay_the_same(ledger: Ledger) -> None:
    rows = [project(), entry(0, figure=Figure(None, "exact", "withheld"))]
    bring_in(ledger, *rows)
    assert amounts(ledger) == [None]
    assert bring_in(ledger, *rows).number is None


@both_engines
def test_running_figures_are_kept_as_they_were_said(ledger: Ledger) -> None:
    bring_in(ledger, project(), entry(10_00, month(1), basis="ytd"))
    rows = [entry(30_00, month(3), basis="ytd"), entry(18_00, month(3)), entry(90_00, month(3), basis="cumulative")]
    bring_in(ledger, *rows)
    assert said(ledger) == [
        ("ytd", "2023-01-31", 10_00),
        ("cumulative", "2023-03-31", 90_00),
        ("period", "2023-03-31", 18_00),
        ("ytd", "2023-03-31", 30_00),
    ]
    assert bring_in(ledger, *rows).number is None
    restated = bring_in(ledger, entry(34_00, month(3), basis="ytd"))
    assert how(restated) == [("changed", "p completed investment 2023Q1, year to date", "figure")]
    assert [minor for basis, _day, minor in said(ledger) if basis == "ytd"] == [10_00, 34_00]
    assert bring_in(ledger, entry(34_00, month(3), basis="ytd")).number is None


def test_a_running_figure_twice_in_a_file_is_one(ledger: Ledger) -> None:
    same = [entry(10_00, month(1), basis="ytd"), entry(10_00, month(1), basis="ytd")]
    assert counts(bring_in(ledger, project(), *same))["capital"] == {"new": 1, "same": 1}
    result = bring_in(ledger, entry(30_00, month(3), basis="ytd"), entry(31_00, month(3), basis="ytd"))
    assert [(one.row, one.column) for one in result.outcome.problems] == [(3, "figure")]


def test_a_restated_month_and_a_falling_figure_are_named(ledger: Ledger) -> None:
    bring_in(ledger, project(), entry(20_500_00, month(1), basis="ytd"))
    result = bring_in(ledger, entry(24_500_00, month(2), basis="ytd"), entry(5_000_00, month(2)))
    [effect] = result.outcome.effects
    assert isinstance(effect.found, Restatement)
    assert (effect.found.last, effect.found.by) == (date(2023, 1, 31), -1_000_00)
    fallen = bring_in(ledger, entry(70_00, month(3), basis="ytd"))
    assert [type(one.found) for one in fallen.outcome.effects] == [Fall]


@both_engines
def test_periods_that_overlap_in_part_are_refused_by_row_or_left_out(ledger: Ledger) -> None:
    bring_in(ledger, project(), entry(3_00, Period.quarter(2022, 1)))
    detail, crossing = entry(1_00, Period.month(2022, 2)), entry(2_00, Period.months(2022, 2, 4))
    result = bring_in(ledger, detail, crossing)
    assert [(one.row, one.cell, one.column) for one in result.outcome.problems] == [(3, "X3", "on")]
    assert "overlaps 2022Q1 (entry 1)" in result.outcome.problems[0].problem
    assert bring_in(ledger, detail, crossing, skip_bad=True).number == 2
    within = bring_in(ledger, entry(1_00, Period.months(2021, 1, 3)), entry(1_00, Period.months(2021, 2, 4)))
    assert "(row 2)" in within.outcome.problems[0].problem
    ours = bring_in(ledger, crossing, ours=True)
    assert ours.number == 3
    assert [type(one.found) for one in ours.outcome.effects] == [Overlap]


def test_a_running_figure_in_another_currency_is_refused(ledger: Ledger) -> None:
    bring_in(ledger, project(), entry(10_00, month(1), basis="ytd"))
    rows = [entry(0, month(2), basis="ytd", figure=yuan(10_00, "USD")), entry(0, month(3), figure=yuan(1_00, "USD"))]
    result = bring_in(ledger, *rows)
    assert [(one.row, one.column) for one in result.outcome.problems] == [(2, "figure")]


def test_a_figure_of_the_running_year_is_one_to_the_day_of_the_file(ledger: Ledger) -> None:
    result = bring_in(ledger, project(), entry(10_00, Period.year(2023)), day=date(2023, 2, 28))
    assert said(ledger) == [("ytd", "2023-02-28", 10_00)]
    assert result.outcome.remarks == ["a figure of the year 2023 is read as the year to date, to 2023-02-28"]
    assert not bring_in(ledger, entry(10_00, Period.quarter(2023, 2))).accepted


def test_an_unknown_figure_is_in_the_currency_of_the_others(ledger: Ledger) -> None:
    bring_in(ledger, project(), entry(0, month(1), figure=yuan(5_00, "USD")))
    bring_in(ledger, entry(0, month(2), figure=Figure(None, "exact", "unknown")))
    assert ledger.tuples("SELECT currency FROM capital_entry") == [("USD",), ("USD",)]


# --- stages and milestones -----------------------------------------------------------------------------------------


def stage(code: str, on: Period | None, **more: Any) -> tuple[str, dict[str, Any]]:
    return "stage", {"project": "p", "stage": code} | ({"on": on} if on else {}) | more


def test_stages_are_appended_in_the_order_of_their_days_and_mark_their_milestones(ledger: Ledger) -> None:
    baseline = ("milestone", {"project": "p", "milestone": "开工", "what": "baseline", "on": month(1)})
    result = bring_in(ledger, project(), baseline, stage("under_construction", month(3)), stage("signed", month(1)))
    assert result.accepted
    found = everything(ledger.database)
    assert [row["stage"] for row in found["stage"]] == ["signed", "under_construction"]
    assert [(row["what"], row["on"]) for row in found["milestone"]] == [("baseline", month(1)), ("actual", month(3))]


def test_a_stage_known_more_exactly_and_one_without_a_day_are_the_same(ledger: Ledger) -> None:
    bring_in(ledger, project(), stage("signed", Period.day(date(2023, 1, 9))))
    result = bring_in(ledger, stage("signed", month(1)), stage("signed", None), today=MAY)
    assert counts(result)["stage"] == {"same": 2}


def test_a_stage_that_a_person_took_further_is_not_taken_back(ledger: Ledger) -> None:
    bring_in(ledger, project(), stage("signed", None))
    ledger.do(lambda store: stages.stage(store, "p", "filed", Period.day(TODAY), None, Citation()))
    result = bring_in(ledger, stage("signed", None))
    assert [(one.old, one.new) for one in result.outcome.conflicts] == [("filed", "signed")]
    assert result.number is None


def test_a_stage_without_a_day_was_reached_by_the_day_of_the_sheet_and_is_no_milestone(ledger: Ledger) -> None:
    planned = ("milestone", {"project": "p", "milestone": "completed", "what": "baseline", "on": Period.year(2019)})
    bring_in(ledger, project(), planned, stage("completed", None), day=date(2023, 2, 28))
    [row] = everything(ledger.database)["stage"]
    assert (row["stage"], row["on"], row["effective_from"]) == ("completed", None, date(2023, 2, 28))
    assert [row["what"] for row in everything(ledger.database)["milestone"]] == ["baseline"]
    assert bring_in(ledger, stage("completed", None), today=MAY).number is None
    result = bring_in(ledger, stage("completed", month(1)), today=MAY)
    assert how(result) == [("changed", "p completed", "on")]
    assert [row["on"] for row in everything(ledger.database)["stage"]] == [month(1)]
    assert [row["what"] for row in everything(ledger.database)["milestone"]] == ["baseline", "actual"]


def milestone_day(what: str, on: Period, **more: Any) -> tuple[str, dict[str, Any]]:
    return "milestone", {"project": "p", "milestone": "completed", "what": what, "on": on} | more


def test_a_planned_day_that_moved_is_a_forecast_of_the_day_of_the_sheet(ledger: Ledger) -> None:
    bring_in(ledger, project(), milestone_day("baseline", Period.year(2024)))
    moved = bring_in(ledger, milestone_day("baseline", Period.year(2025)), day=date(2023, 2, 28))
    assert how(moved) == [("changed", "p completed", "forecast")]
    assert "made on 2023-02-28" in moved.outcome.remarks[0]
    assert bring_in(ledger, milestone_day("baseline", Period.year(2025)), today=MAY).number is None
    back = bring_in(ledger, milestone_day("baseline", Period.year(2024)), today=MAY)
    assert how(back) == [("changed", "p completed", "forecast")]
    rows = [(row["what"], row["on"], row["made"]) for row in everything(ledger.database)["milestone"]]
    assert rows == [
        ("baseline", Period.year(2024), None),
        ("forecast", Period.year(2025), date(2023, 2, 28)),
        ("forecast", Period.year(2024), MAY),
    ]


def test_a_forecast_that_a_person_made_stays_where_a_sheet_says_the_old_plan(ledger: Ledger) -> None:
    bring_in(ledger, project(), milestone_day("baseline", Period.year(2024)))
    ledger.do(lambda store: milestones.forecast(store, "p", "completed", Period.year(2026), None, Citation()))
    kept = bring_in(ledger, milestone_day("baseline", Period.year(2024)))
    assert [(one.old, one.new) for one in kept.outcome.conflicts] == [(Period.year(2026), Period.year(2024))]
    assert kept.number is None
    assert bring_in(ledger, milestone_day("baseline", Period.year(2025))).number is not None


def test_another_forecast_is_appended_and_another_actual_day_is_asked_for(ledger: Ledger) -> None:
    bring_in(
        ledger, project(), milestone_day("baseline", Period.year(2024)), milestone_day("forecast", Period.year(2025))
    )
    assert bring_in(ledger, milestone_day("forecast", Period.year(2025)), today=MAY).number is None
    assert counts(bring_in(ledger, milestone_day("forecast", Period.year(2026)), today=MAY))["milestone"] == {
        "changed": 1
    }
    reached = bring_in(ledger, milestone_day("actual", month(4)), today=MAY)
    assert counts(reached)["milestone"] == {"new": 1}
    asked = bring_in(ledger, milestone_day("actual", month(5)), today=MAY)
    assert asked.outcome.problems[0].hint == "--answer actual=correct | --answer actual=keep"
    assert bring_in(ledger, milestone_day("actual", month(5)), today=MAY, answers={"X2": "keep"}).number is None
    corrected = bring_in(ledger, milestone_day("actual", month(5)), today=MAY, answers={"actual": "correct"})
    assert how(corrected) == [("changed", "p completed reached", "on")]


def test_a_stage_going_back_and_another_day_of_a_stage_are_questions(ledger: Ledger) -> None:
    baseline = ("milestone", {"project": "p", "milestone": "开工", "what": "baseline", "on": month(1)})
    bring_in(ledger, project(), baseline, stage("under_construction", month(2)))
    back = bring_in(ledger, stage("signed", None))
    assert back.outcome.problems[0].hint == "--answer back=keep | --answer back=REASON"
    assert bring_in(ledger, stage("signed", None), answers={"back": "keep"}).number is None
    day = bring_in(ledger, stage("under_construction", month(3)))
    assert "is that a correction?" in day.outcome.problems[0].problem
    bring_in(ledger, stage("under_construction", month(3)), answers={"actual": "correct"})
    found = everything(ledger.database)
    assert [row["on"] for row in found["stage"]] == [month(3)]
    assert [row["on"] for row in found["milestone"]] == [month(1), month(3)]
    bring_in(ledger, stage("signed", None), answers={"back": "资金未到位"})
    assert everything(ledger.database)["stage"][-1]["reason"] == "资金未到位"
    assert [row["what"] for row in everything(ledger.database)["milestone"]] == ["baseline"]


def test_an_earlier_stage_learnt_late_takes_its_place_before_the_later_ones(ledger: Ledger) -> None:
    bring_in(ledger, project(), stage("under_construction", month(2)), stage("completed", month(3)))
    bring_in(ledger, stage("signed", Period.year(2022)), stage("filed", Period.year(2022)))
    found = [(row["stage"], row["on"]) for row in everything(ledger.database)["stage"]]
    assert found == [
        ("signed", Period.year(2022)),
        ("filed", Period.year(2022)),
        ("under_construction", month(2)),
        ("completed", month(3)),
    ]
    assert bring_in(ledger, stage("signed", Period.year(2022)), stage("completed", month(3))).number is None
    bring_in(ledger, stage("site_secured", month(1)))
    ledger.do(undoing())
    assert [(row["stage"], row["on"]) for row in everything(ledger.database)["stage"]] == found


# --- conflicts -----------------------------------------------------------------------------------------------------


def editing(**facts: Any) -> Any:
    return lambda store: projects.edit(store, "p", facts, LabelEdits(), Citation())


@both_engines
def test_what_a_person_changed_stays_unless_the_file_is_to_win(ledger: Ledger) -> None:
    rows = [project(owner="王", site="东区"), entry(5_00)]
    bring_in(ledger, *rows)
    ledger.do(editing(owner="李"))
    ledger.do(correcting(1, figure=yuan(6_00)))
    kept = bring_in(ledger, project(owner="王", site="西区"), entry(5_00))
    assert [(one.what, one.field) for one in kept.outcome.conflicts] == [
        ("p 甲厂", "owner"),
        ("p completed investment 2023-01", "figure"),
    ]
    assert how(kept) == [("kept", "p 甲厂", "owner"), ("changed", "p 甲厂", "site"), ("kept", *how(kept)[2][1:])]
    assert everything(ledger.database)["project"][0]["owner"] == "李"
    one = bring_in(ledger, *rows, take=frozenset({("project", "p 甲厂", "owner")}), dry_run=True)
    assert ("changed", "p 甲厂", "owner") in how(one)
    assert len(one.outcome.conflicts) == 1
    bring_in(ledger, *rows, take_all=True)
    assert everything(ledger.database)["project"][0]["owner"] == "王"
    assert amounts(ledger) == [5_00]
    assert ledger.broken() == []


def test_what_a_person_never_touched_or_entered_alone_is_no_conflict(ledger: Ledger) -> None:
    ledger.do(opening("p", name="甲厂", owner="王"))
    assert how(bring_in(ledger, project(owner="李"))) == [("changed", "p 甲厂", "owner")]
    assert how(bring_in(ledger, project(owner="张"))) == [("changed", "p 甲厂", "owner")]


def test_what_a_person_removed_is_not_brought_back(ledger: Ledger) -> None:
    milestone = ("milestone", {"project": "p", "milestone": "completed", "what": "baseline", "on": Period.year(2024)})
    rows = [project(tags=("重点",)), entry(5_00), milestone]
    bring_in(ledger, *rows)
    ledger.do(correcting(1, withdraw=True))
    ledger.do(lambda store: milestones.remove(store, "p", "completed"))
    ledger.do(lambda store: projects.edit(store, "p", {}, LabelEdits(untags=("重点",)), Citation()))
    result = bring_in(ledger, *rows)
    assert result.number is None
    assert [one.kind for one in result.outcome.conflicts] == ["project", "capital", "milestone"]
    assert counts(bring_in(ledger, *rows, take_all=True))["capital"] == {"new": 1}


def test_an_import_that_was_undone_can_be_repeated(ledger: Ledger) -> None:
    bring_in(ledger, project(owner="王"), entry(5_00))
    bring_in(ledger, project(owner="李"), entry(6_00))
    ledger.do(undoing())
    assert everything(ledger.database)["project"][0]["owner"] == "王"
    again = bring_in(ledger, project(owner="李"), entry(6_00))
    assert again.outcome.conflicts == []
    assert amounts(ledger) == [6_00]


# --- sanity --------------------------------------------------------------------------------------------------------


@both_engines
def test_the_findings_an_import_causes_are_told_and_old_ones_are_not(ledger: Ledger) -> None:
    bring_in(ledger, project(), total(9_00), entry(10_00))
    ledger.do(opening("q", name="乙厂"))
    ledger.do(booking("total", yuan(1_00), None, code="q"))
    result = bring_in(ledger, entry(3_00, project="q"), check=True, dry_run=True)
    assert result.outcome.findings == ["q: completed investment CNY 3 is more than the total investment CNY 1"]


def test_a_unit_slip_is_found_before_it_is_written(ledger: Ledger) -> None:
    rows = [entry(1_000_00, Period.month(2022, number)) for number in range(1, 8)]
    result = bring_in(ledger, project(), *rows, entry(10_000_000_00, month(1)), check=True, dry_run=True)
    assert any("slip of the unit" in finding for finding in result.outcome.findings)


# --- round trips ---------------------------------------------------------------------------------------------------


def test_the_synthetic_portfolio_goes_round(tmp_path_factory: pytest.TempPathFactory, ledger: Ledger) -> None:
    origin = locate(str(made_up.ledger(tmp_path_factory, *made_up.SMALL)))
    late = date(2026, 12, 31)
    result = bring_in_files(ledger, exported(origin), today=late)
    assert result.outcome.problems == []
    assert everything(ledger.database) == everything(origin)
    assert bring_in_files(ledger, exported(origin), today=late).number is None
    assert ledger.broken() == []


@both_engines
def test_versions_of_baselines_go_round_with_the_totals_of_their_day(ledger: Ledger) -> None:
    def version(number: int, total: int | None, **more: Any) -> tuple[str, dict[str, Any]]:
        figure = None if total is None else yuan(total)
        return "baseline", {"project": "p", "version": number, "total": figure, "approved": None, "reason": "x"} | more

    files = [
        Given([project()], True, "projects.csv"),
        Given([total(30_00)], True, "capital.csv"),
        Given(
            [
                version(1, 10_00),
                version(2, 20_00, approved=date(2022, 5, 1)),
                version(3, 20_00, approved=date(2022, 6, 1)),
                version(4, 30_00, approved=date(2022, 7, 1)),
            ],
            True,
            "baselines.csv",
        ),
    ]
    assert bring_in_files(ledger, files).accepted
    totals = [row["total"].money.minor for row in everything(ledger.database)["baseline"]]
    assert totals == [10_00, 20_00, 20_00, 30_00]
    sql = "SELECT minor, CAST(effective_from AS text) FROM capital_entry ORDER BY id"
    assert ledger.tuples(sql) == [(10_00, "0001-01-01"), (20_00, "2022-05-01"), (30_00, "2022-07-01")]
    assert bring_in_files(ledger, files).number is None


# --- many entries --------------------------------------------------------------------------------------------------


@both_engines
def test_thousands_of_entries_are_sealed_like_any_other(ledger: Ledger) -> None:
    # More than are compared, inserted and hashed together; on PostgreSQL as many as show it.
    many = 6_000 if ledger.database.engine == "sqlite" else 1_200
    notes = [None, '引号 " 和 \\ 与\n换行', "ascii", "'=1+1"]
    rows = [
        entry(number, Period.month(2010 + number % 12, number % 12 + 1), note=notes[number % 4], source="来源 / a")
        for number in range(many)
    ]
    result = bring_in(ledger, project(), *rows, listed=3, answers={"same-month": "further"})
    assert counts(result)["capital"] == {"new": many}
    assert len(result.outcome.fresh) == 3
    assert result.outcome.more == many - 2
    assert ledger.broken() == []
    assert ledger.count("capital_entry") == many
    assert bring_in(ledger, *rows).number is None


def test_money_of_any_currency_is_booked_as_it_is(ledger: Ledger) -> None:
    bring_in(ledger, project(), entry(0, figure=Figure(Money(1_234, "JPY"), "about", "estimated")))
    assert ledger.tuples("SELECT minor, currency, qualifier, availability FROM capital_entry") == [
        (1_234, "JPY", "about", "estimated")
    ]


def test_a_sheet_of_known_projects_asks_the_ledger_as_often_for_many_as_for_few(ledger: Ledger) -> None:
    def sheet(projects: int) -> list[tuple[str, dict[str, Any]]]:
        codes = [f"p{number}" for number in range(projects)]
        totals = [("capital", {"project": code, "kind": "total", "figure": yuan(5)}) for code in codes]
        plans = [("capital", {"project": code, "kind": "plan", "figure": yuan(1), "on": month(1)}) for code in codes]
        return [*(project(code, f"{code}厂") for code in codes), *totals, *plans]

    def asked(projects: int) -> int:
        found: list[str] = []

        def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
            found.append(statement)

        sa.event.listen(sa.Engine, "before_cursor_execute", note)
        try:
            assert bring_in(ledger, *sheet(projects)).outcome.count("same") == 3 * projects
        finally:
            sa.event.remove(sa.Engine, "before_cursor_execute", note)
        return len(found)

    assert bring_in(ledger, *sheet(60)).accepted
    assert asked(60) == asked(20)
