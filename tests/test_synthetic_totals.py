"""The made-up portfolio in a ledger says what plain Python makes of its steps, as of and as known on any day."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests import made_up
from tests.recount import STAGES, Answer, Answers, Recount
from tests.synthetic.generator import generate
from tests.synthetic.replay import build_synthetic
from tests.synthetic.steps import Step, Undo
from tracker.analysis.capital_values import figures
from tracker.analysis.values import Entry, Value
from tracker.database import Database, Reader, locate
from tracker.ledger.hash_chain import hashes
from tracker.vocabulary import VALID_FROM

END = date(2023, 6, 30)
# As of a day, as known on a day: the end, looking back with later knowledge, knowing less, and before it all.
DAYS = (
    (END, END),
    (date(2022, 12, 31), END),
    (date(2022, 12, 31), date(2022, 12, 31)),
    (date(2022, 3, 31), date(2022, 7, 15)),
    # Before the end of a month that some close early.
    (date(2022, 9, 28), END),
    (date(2023, 6, 30), date(2021, 11, 3)),
    (date(2021, 2, 28), date(2021, 2, 28)),
    (date(2019, 12, 31), date(2019, 12, 31)),
)
# A few projects in PostgreSQL; in SQLite two that other tests read too, and the largest where it is asked for.
FEW = (8, 1)
LARGE = [(300, 7)] if os.environ.get("TRACKER_TEST_LARGE") else []
SIZES = [made_up.SMALL, (made_up.PROJECTS, made_up.SEED), *LARGE]
Series = dict[tuple[str, str, str], Answers]


@pytest.fixture(
    params=[("postgres", FEW), *(("sqlite", size) for size in SIZES)], ids=lambda case: f"{case[0]}-{case[1][0]}"
)
def case(request: pytest.FixtureRequest) -> tuple[str, tuple[int, int]]:
    """An engine, and how many projects of which seed are looked at there."""
    found: tuple[str, tuple[int, int]] = request.param
    return found


@pytest.fixture
def engine(case: tuple[str, tuple[int, int]]) -> str:
    """The engine of the case."""
    return case[0]


@pytest.fixture
def told(
    case: tuple[str, tuple[int, int]], database_url: str, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Database, list[Step]]:
    """A portfolio as its steps, and the ledger they were replayed into."""
    engine, (projects, seed) = case
    if engine == "sqlite":
        return locate(str(made_up.ledger(tmp_path_factory, projects, seed))), generate(projects, seed)
    database = locate(database_url)
    build_synthetic(database, projects, seed)
    return database, generate(projects, seed)


class Asking:
    """Questions put to the versions of the records as known on a day, in plain SQL."""

    def __init__(self, reader: Reader, as_of: date, known_on: date) -> None:
        """Find the last change of that day."""
        self._reader, self._as_of = reader, as_of
        [(last,)] = reader.tuples(
            "SELECT COALESCE(MAX(id), 0) FROM change WHERE recorded_on <= :day", {"day": str(known_on)}
        )
        self._given: dict[str, Any] = {"as_of": str(as_of), "known": last}

    def _ask(self, sql: str) -> Sequence[tuple[Any, ...]]:
        return self._reader.tuples(sql, self._given)

    def _known(self, table: str, columns: str, more: str = "") -> Sequence[tuple[Any, ...]]:
        """The versions known of a table, each with the code of its project."""
        return self._ask(
            f"SELECT p.code, {columns} FROM {table} AS t JOIN project AS p ON p.id = t.project_id "
            "AND p.recorded_from <= :known AND p.recorded_to > :known "
            f"WHERE t.recorded_from <= :known AND t.recorded_to > :known {more}"
        )

    def current(self, table: str, column: str) -> dict[str, str]:
        """The last stage or condition of each project."""
        rows = self._known(table, f"t.{column}", "AND t.effective_from <= :as_of ORDER BY t.id")
        return dict(rows)

    def entries(self) -> Counter[tuple[Any, ...]]:
        """Every entry that counts on the day, as it was said."""
        columns = "t.kind, t.basis, t.currency, t.minor, t.availability, t.last_day, t.effective_from, t.recorded_from"
        rows = self._known("capital_entry", columns, "AND t.effective_from <= :as_of")
        return Counter(tuple(None if cell is None else str(cell) for cell in row) for row in rows)

    def in_force(self) -> dict[tuple[str, str, str, str], int | None]:
        """The total, and the plan of each year, that holds on the day."""
        columns = "t.kind, t.currency, t.last_day, t.minor"
        more = "AND t.kind IN ('total', 'plan') AND t.effective_from <= :as_of ORDER BY t.effective_from, t.id"
        found: dict[tuple[str, str, str], tuple[str, int | None]] = {}
        for code, kind, currency, last, minor in self._known("capital_entry", columns, more):
            found[code, kind, "" if last is None else str(last)[:4]] = currency, minor
        return {(code, kind, currency, year): minor for (code, kind, year), (currency, minor) in found.items()}

    def figures(self) -> Series:
        """The program's figures of the entries known then."""
        columns = (
            "t.kind, t.currency, t.id, t.basis, t.first_day, t.last_day, t.minor, t.qualifier, t.availability, "
            "t.recorded_from, t.effective_from"
        )
        signed = self._known("stage_event", "MIN(t.first_day)", f"AND t.stage NOT IN {STAGES[:2]} GROUP BY p.code")
        begun = {code: _day(first) for code, first in signed}
        by_project: dict[str, list[tuple[str, str, Entry]]] = {}
        for code, kind, currency, number, basis, first, last, *cells in self._known("capital_entry", columns):
            if kind not in VALID_FROM:
                minor, qualifier, availability, recorded, effective = cells
                entry = Entry(
                    number, basis, _day(first), _day(last), minor, qualifier, availability, recorded, _day(effective)
                )
                by_project.setdefault(code, []).append((kind, currency, entry))
        found: Series = {}
        for code, entries in by_project.items():
            for row in figures(entries, begun.get(code)):
                if row.from_day <= self._as_of < row.to_day:
                    year, ever, month = _answer(row.year), _answer(row.cumulative), _answer(row.month)
                    found[code, row.kind, row.currency] = _answers(year, ever, month, row.from_day, self._as_of)
        return found

    def derived(self) -> Series:
        """The figures of the derived rows, which know everything."""
        values = ", ".join(f"v.{name}_state, v.{name}_minor, v.{name}_to" for name in ("year", "cumulative"))
        rows = self._ask(
            f"SELECT p.code, v.kind, v.currency, v.from_day, {values}, v.month_state, v.month_minor "
            "FROM capital_value AS v JOIN project AS p ON p.id = v.project_id "
            "AND p.recorded_from <= :known AND p.recorded_to > :known "
            "WHERE v.from_day <= :as_of AND v.to_day > :as_of AND v.kind <> 'total' AND v.kind <> 'plan'"
        )
        found: Series = {}
        for code, kind, currency, from_day, state, minor, to, state_c, minor_c, to_c, *of_month in rows:
            year = Answer(state, minor, to and _day(to))
            ever = Answer(state_c, minor_c, to_c and _day(to_c))
            found[code, kind, currency] = _answers(year, ever, Answer(*of_month), _day(from_day), self._as_of)
        return found

    def exists(self) -> set[str]:
        """The projects that exist on the day, from the derived rows."""
        rows = self._ask(
            "SELECT p.code FROM project_state AS s JOIN project AS p ON p.id = s.project_id "
            "AND p.recorded_from <= :known AND p.recorded_to > :known WHERE s.from_day <= :as_of AND s.to_day > :as_of"
        )
        return {code for (code,) in rows}

    def milestones(self) -> dict[tuple[str, str], dict[str, tuple[str, str]]]:
        """Baseline, latest forecast and actual of each milestone."""
        rows = self._known(
            "milestone_date",
            "(SELECT MIN(m.code) FROM milestone AS m WHERE m.id = t.milestone_id), t.what, t.first_day, t.last_day",
            "AND t.effective_from <= :as_of ORDER BY t.effective_from, t.id",
        )
        found: dict[tuple[str, str], dict[str, tuple[str, str]]] = {}
        for code, milestone, what, first, last in rows:
            found.setdefault((code, milestone), {})[what] = (str(first), str(last))
        return found

    def projects(self, column: str) -> dict[str | None, int]:
        """How many projects there are for each value of a column."""
        return dict(
            self._ask(
                f"SELECT {column}, COUNT(*) FROM project "
                f"WHERE recorded_from <= :known AND recorded_to > :known GROUP BY {column}"
            )
        )


def _day(value: Any) -> date:
    return value if isinstance(value, date) else date.fromisoformat(value)


def _answer(value: Value) -> Answer:
    months = {f"{period.first:%Y-%m}" for period in value.missing}
    return Answer(value.state, value.minor, value.to, tuple(sorted(months)))


def _answers(year: Answer, cumulative: Answer, month: Answer, since: date, as_of: date) -> Answers:
    """What a row says on a later day: a year is one of its year, a month one of its month."""
    none = Answer("not_reported")
    same_year, same_month = since.year == as_of.year, (since.year, since.month) == (as_of.year, as_of.month)
    return Answers(year if same_year else none, cumulative, month if same_month else none)


def _as_kept(found: Series) -> Series:
    """The answers as far as derived rows keep them: they do not name the missing months."""
    return {
        key: Answers(replace(one.year, missing=()), replace(one.cumulative, missing=()), replace(one.month, to=None))
        for key, one in found.items()
    }


def _asked(database: Database) -> Iterator[tuple[date, date, Asking]]:
    with database.reading() as reader:
        for as_of, known_on in DAYS:
            yield as_of, known_on, Asking(reader, as_of, known_on)


def _require_sealed(database: Database, steps: list[Step]) -> None:
    """Every step is one change of its day, undoing what it says, under a hash that holds."""
    with database.reading() as reader:
        changes = reader.tuples("SELECT id, recorded_on, undoes FROM change WHERE id > 0 ORDER BY id")
        found = [(number, stored == computed) for number, stored, computed in hashes(reader)]
    expected = [
        (number, str(step.recorded_on), step.act.change if isinstance(step.act, Undo) else None)
        for number, step in enumerate(steps, start=1)
    ]
    assert [(number, str(day), undoes) for number, day, undoes in changes] == expected
    assert found == [(number, True) for number in range(len(steps) + 1)]


def _said(recount: Recount, as_of: date) -> Counter[tuple[Any, ...]]:
    columns = ("code", "kind", "basis", "currency", "minor", "availability", "last", "counts", "recorded")
    rows = [row for row in recount.table("capital") if row["counts"] <= as_of]
    return Counter(tuple(None if row[name] is None else str(row[name]) for name in columns) for row in rows)


def test_the_ledger_says_what_plain_python_counts(told: tuple[Database, list[Step]]) -> None:
    database, steps = told
    # Here and not apart, because the building takes the time.
    _require_sealed(database, steps)
    for as_of, known_on, asking in _asked(database):
        recount = Recount(steps, known_on)
        assert asking.current("stage_event", "stage") == recount.stages(as_of)
        assert asking.current("condition_event", "condition") == recount.conditions(as_of)
        assert asking.entries() == _said(recount, as_of)
        assert asking.in_force() == {
            (row["code"], row["kind"], row["currency"], str(row["last"].year) if row["last"] else ""): row["minor"]
            for row in recount.counted(as_of)
            if row["kind"] in VALID_FROM
        }
        counted = recount.figures(as_of)
        assert asking.figures() == counted
        if known_on == END:
            assert asking.derived() == _as_kept(counted)
            codes = [row["code"] for row in recount.table("project")]
            assert asking.exists() == {code for code in codes if recount.exists_from(code) <= as_of}
        assert asking.milestones() == {
            key: {what: (str(first), str(last)) for what, (first, last) in days.items()}
            for key, days in recount.milestones(as_of).items()
        }
        for column in ("chain", "site", "grid", "owner"):
            assert asking.projects(column) == recount.projects(column)


def _dump(database: Database) -> list[str]:
    """Every row but the id of the ledger, which is its own, and the hashes that follow from it."""
    connection = database.connect(reading=True)
    lines = [
        line for line in connection.iterdump() if not line.startswith(('INSERT INTO "ledger"', 'INSERT INTO "seal"'))
    ]
    connection.close()
    return lines


def test_two_buildings_are_the_same_to_the_last_cell(tmp_path: Path) -> None:
    databases = [Database("sqlite", str(tmp_path / name)) for name in ("one.db", "two.db")]
    for database in databases:
        build_synthetic(database, 2, 3)
    assert _dump(databases[0]) == _dump(databases[1])
