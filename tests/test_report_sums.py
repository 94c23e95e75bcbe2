"""Sums over simple projects, added up as they are read, are the sums over each of them by itself."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests import made_up
from tests.conftest import Run
from tracker.analysis.completion import Cohort
from tracker.analysis.project_state import BIT
from tracker.analysis.rag_status import RULES
from tracker.database import Database, Reader, locate
from tracker.dates import Period
from tracker.queries.as_of import AsOf, Filters
from tracker.queries.projects import Reached
from tracker.reports import capital_sums as module
from tracker.reports.conversion import converting
from tracker.reports.four_rates import Cohorts
from tracker.reports.grouping import GROUPINGS
from tracker.reports.monthly import monthly
from tracker.reports.report import Report
from tracker.reports.summary import summary

DAYS = (date(2023, 6, 30), date(2022, 12, 31), date(2021, 3, 15))
FILTERS = (Filters(), Filters(condition=("active",)), Filters(stage=("under_construction", "completed"), text=("a",)))


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Database:
    return locate(str(made_up.ledger(tmp_path_factory)))


@pytest.fixture
def one_by_one(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Called with `undo` later: every project is looked at by itself."""
    real = module.added

    def each(reader: Reader, as_of: AsOf, filters: Filters, _labels: object, *others: Any, **more: Any) -> module.Added:
        return real(reader, as_of, filters, None, *others, **more)

    monkeypatch.setattr("tracker.reports.summary.added", each)
    monkeypatch.setattr("tracker.reports.month.added", each)
    return monkeypatch


def _monthly(reader: Reader, as_of: AsOf, filters: Filters, by: str) -> Report:
    """The report by the rules that suit the day: those by share judge nothing on the first day of a year."""
    rules = RULES["share" if as_of.day.month == 6 else "points"]
    return monthly(reader, as_of, filters, by, rules, "CNY")


def _summary(reader: Reader, as_of: AsOf, filters: Filters, by: str) -> Report:
    return summary(reader, as_of, filters, by, "CNY")


@pytest.mark.parametrize("build", [_summary, _monthly])
@pytest.mark.parametrize("currency", [None, "CNY"])
def test_a_report_is_the_same(
    ledger: Database, one_by_one: pytest.MonkeyPatch, currency: str | None, build: Callable[..., Report]
) -> None:
    cases = [(day, filters, by) for day in DAYS for filters in FILTERS for by in ("chain", "year")]
    cases += [(DAYS[0], Filters(), by) for by in GROUPINGS if by != "tag"]

    def built() -> list[Report]:
        found: list[Report] = []
        with ledger.reading() as reader:
            for day, filters, by in cases:
                as_of = AsOf(day) if currency is None else converting(reader, AsOf(day), currency, None)
                found.append(build(reader, as_of, filters, by))
        return found

    slow = built()
    one_by_one.undo()
    for case, quick, each in zip(cases, built(), slow, strict=True):
        assert quick == each, case


def test_most_projects_are_simple(ledger: Database) -> None:
    with ledger.reading() as reader:
        found = module.added(
            reader, AsOf(DAYS[0]), Filters(), ("chain",), ("total",), lambda group, _one: group.counts.update("p")
        )
        assert found.states
        assert sum(one.counts["p"] for one in found.simple.values()) > 10


def test_what_was_reached_on_a_day_not_known_is_in_no_cohort() -> None:
    march, vague = Period.month(2023, 3), Period.year(2023)
    cohorts, counts = Cohorts(date(2023, 6, 30)), Counter[Any]()
    bit = BIT["under_construction"]
    for number, (on, reached, undated) in enumerate(
        [(march, bit, 0), (march, 0, 0), (march, bit, bit), (vague, bit, 0), (None, bit, 0)]
    ):
        stage = "under_construction" if reached else None
        far = Reached(stage, "active", reached, undated, None, None, None, None)
        cohorts.count(counts, number, "", far, {"under_construction": on} if on else {})
    assert cohorts.rates(counts, None).started.so_far == Cohort(2, 1, unclear=1, undated=1)


def test_a_project_without_a_stage_has_not_done_what_was_planned(run: Run, tmp_path: Path) -> None:
    db, day = ("--db", tmp_path / "a.db"), DAYS[0]
    run(*db, "init")
    run(*db, "project", "add", "a", "--name", "A", "--chain", "C", today=day)
    run(*db, "milestone", "plan", "a", "under_construction", "2023-05", today=day)
    [row] = json.loads(run(*db, "report", "monthly", "--by", "chain", "-f", "json", today=day).out)["rows"]
    assert (row["started_of_planned_done"], row["started_of_planned_cohort"]) == (0, 1)


def test_amounts_too_large_for_a_sum_of_the_database_are_added_up(run: Run, tmp_path: Path) -> None:
    db, day = ("--db", tmp_path / "a.db"), DAYS[0]
    run(*db, "init")
    for number in range(11):
        run(*db, "project", "add", f"a{number}", "--name", "A", "--chain", "C", "--total", "90000000亿", today=day)
    assert "99000000000000000.00" in run(*db, "summary", "--by", "chain", "-f", "csv", today=day).out
