"""Sums over projects that stand alone, added up as they are read, are the sums over each of them by itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from tests import made_up
from tracker.database import Database, locate
from tracker.queries.as_of import AsOf, Filters
from tracker.reports import added as module
from tracker.reports.conversion import converting
from tracker.reports.grouping import GROUPINGS
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

    def each(reader: object, as_of: object, filters: object, kinds: object, labels: object = ()) -> module.Added:
        return real(reader, as_of, filters, kinds, None)  # type: ignore[arg-type]

    monkeypatch.setattr("tracker.reports.summary.added", each)
    return monkeypatch


@pytest.mark.parametrize("currency", [None, "CNY"])
def test_a_summary_is_the_same(ledger: Database, one_by_one: pytest.MonkeyPatch, currency: str | None) -> None:
    cases = [(day, filters, by) for day in DAYS for filters in FILTERS for by in ("chain", "company", "year")]
    cases += [(DAYS[0], Filters(), by) for by in GROUPINGS if by != "tag"]

    def built() -> list[object]:
        found: list[object] = []
        with ledger.reading() as reader:
            for day, filters, by in cases:
                as_of = AsOf(day) if currency is None else converting(reader, AsOf(day), currency, None)
                report = summary(reader, as_of, filters, by)
                found.append(replace(report, notes=()))
        return found

    slow = built()
    one_by_one.undo()
    for case, quick, each in zip(cases, built(), slow, strict=True):
        assert quick == each, case


def test_most_projects_stand_alone(ledger: Database) -> None:
    with ledger.reading() as reader:
        found = module.added(reader, AsOf(DAYS[0]), Filters(), ("total",), ("chain",))
        assert found.states
        assert sum(one.projects for one in found.alone.values()) > 10
