"""The made-up portfolio in a ledger says what plain Python makes of its steps, as of and as known on any day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import Session

from tests.recount import Recount
from tracker.database import Database, Reader, locate
from tracker.demo import build_synthetic
from tracker.demo.steps import Step, Undo
from tracker.demo.synthetic import generate
from tracker.engine import make_engine
from tracker.ledger.seal import broken_seals
from tracker.queries.asked import Asked
from tracker.queries.capital import sums
from tracker.queries.projects import projects

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


@pytest.fixture(params=[(24, 1), (60, 7)], ids=lambda size: f"{size[0]}-{size[1]}")
def told(request: pytest.FixtureRequest, database_url: str) -> tuple[Database, list[Step]]:
    """A portfolio as its steps, and the ledger they were replayed into."""
    projects, seed = request.param
    database = locate(database_url)
    build_synthetic(database, projects, seed)
    return database, generate(projects, seed)


class Asking:
    """Questions put to the views as known on a day, in plain SQL."""

    def __init__(self, reader: Reader, as_of: date, known_on: date) -> None:
        """Find the last change of that day."""
        self._reader = reader
        [(last,)] = reader.tuples(
            "SELECT COALESCE(MAX(id), 0) FROM change WHERE recorded_on <= :day", {"day": str(known_on)}
        )
        self._given: dict[str, Any] = {"as_of": str(as_of), "known": last}

    def _ask(self, sql: str, **more: object) -> Sequence[tuple[Any, ...]]:
        return self._reader.tuples(sql, self._given | more)

    def _live(self, view: str, columns: str, more: str = "") -> Sequence[tuple[Any, ...]]:
        return self._ask(
            f"SELECT p.code, {columns} FROM {view} AS t JOIN known_project AS p ON p.project_id = t.project_id "
            "AND p.known_from <= :known AND :known < p.known_to "
            "WHERE t.known_from <= :known AND :known < t.known_to AND t.counts_from <= :as_of "
            f"{more}"
        )

    def current(self, view: str, column: str) -> dict[str, str]:
        """The last stage or condition of each project."""
        identity = f"t.{column}_event_id"
        return {code: value for code, value, _id in self._live(view, f"t.{column}, {identity}", f"ORDER BY {identity}")}

    def ledger(self, year: int | None = None) -> dict[tuple[str, str, str], int]:
        """Sums over every line of the capital ledger, reversals included; none that is zero."""
        inside = "AND t.first_day >= :first AND t.last_day <= :last " if year else ""
        bounds = {"first": f"{year}-01-01", "last": f"{year}-12-31"} if year else {}
        rows = self._ask(
            "SELECT p.code, t.kind, t.currency, CAST(SUM(t.minor) AS BIGINT) FROM capital_ledger AS t "
            "JOIN known_project AS p ON p.project_id = t.project_id AND p.known_from <= :known AND :known < p.known_to "
            f"WHERE t.known_from <= :known AND t.counts_from <= :as_of {inside}"
            "GROUP BY p.code, t.kind, t.currency",
            **bounds,
        )
        return {(code, kind, currency): minor for code, kind, currency, minor in rows if minor}

    def entries(self) -> dict[tuple[str, str, str], int]:
        """Sums over the entries that stand, with the total in force: the program's own question."""
        as_of, known = date.fromisoformat(self._given["as_of"]), self._given["known"]
        asked = Asked(as_of, as_of, known)
        codes = {row.project_id: row.code for row in projects(self._reader, asked)}
        found: Counter[tuple[str, str, str]] = Counter()
        for row in sums(self._reader, asked):
            if row.minor is not None:
                found[codes[row.project_id], row.kind, row.currency] += int(row.minor)
        return dict(found)

    def without_amount(self) -> dict[tuple[str, str, str], int]:
        """How many entries have no amount."""
        rows = self._live(
            "known_capital",
            "t.kind, t.availability, COUNT(*)",
            "AND t.minor IS NULL GROUP BY p.code, t.kind, t.availability",
        )
        return {(code, kind, availability): count for code, kind, availability, count in rows}

    def milestones(self) -> dict[tuple[str, str], dict[str, tuple[str, str]]]:
        """Baseline, latest forecast and actual of each milestone."""
        rows = self._live(
            "known_milestone_date",
            "(SELECT MIN(m.code) FROM known_milestone AS m WHERE m.milestone_id = t.milestone_id), "
            "t.what, t.first_day, t.last_day, t.counts_from, t.milestone_date_id",
            "ORDER BY t.counts_from, t.milestone_date_id",
        )
        found: dict[tuple[str, str], dict[str, tuple[str, str]]] = {}
        for code, milestone, what, first, last, _counts, _id in rows:
            found.setdefault((code, milestone), {})[what] = (str(first), str(last))
        return found

    def projects(self, column: str) -> dict[str | None, int]:
        """How many projects there are for each value of a column."""
        return dict(
            self._ask(
                f"SELECT {column}, COUNT(*) FROM known_project "
                f"WHERE known_from <= :known AND :known < known_to AND :as_of <> '' GROUP BY {column}"
            )
        )


def _asked(database: Database) -> Iterator[tuple[date, date, Asking]]:
    with database.reading() as reader:
        for as_of, known_on in DAYS:
            yield as_of, known_on, Asking(reader, as_of, known_on)


def _nonzero(sums: dict[tuple[str, str, str], int]) -> dict[tuple[str, str, str], int]:
    return {key: minor for key, minor in sums.items() if minor}


def _but_totals(found: dict[tuple[str, str, str], int]) -> dict[tuple[str, str, str], int]:
    return {key: minor for key, minor in found.items() if key[1] != "total"}


def _require_sealed(database: Database, steps: list[Step]) -> None:
    """Every step is one change of its day, undoing what it says, under a seal that holds."""
    with database.reading() as reader:
        changes = reader.tuples("SELECT id, recorded_on, undoes FROM change ORDER BY id")
        [(seals,)] = reader.tuples("SELECT COUNT(*) FROM seal")
    expected = [
        (number, str(step.recorded_on), step.act.change if isinstance(step.act, Undo) else None)
        for number, step in enumerate(steps, start=1)
    ]
    assert [(number, str(day), undoes) for number, day, undoes in changes] == expected
    assert seals == len(steps)
    with Session(make_engine(database)) as session:
        assert list(broken_seals(session)) == []


def test_the_views_say_what_plain_python_counts(told: tuple[Database, list[Step]]) -> None:
    database, steps = told
    # Here and not apart, because the building takes the time.
    _require_sealed(database, steps)
    for as_of, known_on, asking in _asked(database):
        recount = Recount(steps, known_on)
        assert asking.current("known_stage", "stage") == recount.stages(as_of)
        assert asking.current("known_condition", "condition") == recount.conditions(as_of)
        assert asking.entries() == recount.capital(as_of)
        # A plain sum holds the newest total alone, whatever was in force on the day.
        assert _but_totals(asking.ledger()) == _but_totals(_nonzero(recount.capital(as_of)))
        for year in (2021, as_of.year):
            assert asking.ledger(year) == _nonzero(recount.capital(as_of, year))
        assert asking.without_amount() == recount.without_amount(as_of)
        assert asking.milestones() == {
            key: {what: (str(first), str(last)) for what, (first, last) in days.items()}
            for key, days in recount.milestones(as_of).items()
        }
        for column in ("chain", "site", "grid", "owner"):
            assert asking.projects(column) == recount.projects(column)


def test_two_buildings_are_the_same_to_the_last_cell(tmp_path: Path) -> None:
    found = []
    for name in ("one.db", "two.db"):
        database = Database("sqlite", str(tmp_path / name))
        build_synthetic(database, 6, 3)
        connection = database.connect(reading=True)
        found.append(list(connection.iterdump()))
        connection.close()
    assert found[0] == found[1]
