"""`tracker database copy`: a ledger between SQLite and PostgreSQL, either way, with nothing lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import Run
from tests.ledgers import once
from tests.postgres import PostgresServer
from tracker.database import Database, Reader, locate
from tracker.models import all_tables

STEPS = (
    ("project", "add", "p", "--name", "项目", "--company", "c", "--stage", "signed", "--on", "2023-01"),
    ("capital", "record", "p", "completed", "1亿元", "--on", "2023-01"),
    ("capital", "record", "p", "completed", "2亿元", "--on", "2023-02", "--ytd"),
    ("capital", "correct", "2", "--amount", "1.1亿元", "--why", "typo"),
    ("milestone", "plan", "p", "completed", "2024-06"),
    ("project", "condition", "p", "suspended", "--why", "money"),
    ("undo",),
    ("schedule", "add", "weekly", "--when", "every monday 08:00", "--report", "changes"),
)


@pytest.fixture
def filled(run: Run, tmp_path: Path) -> str:
    """A ledger with corrections, an undo and a schedule."""
    path = str(tmp_path / "filled.db")

    def make() -> None:
        for words in (("init",), *STEPS):
            done = run("--db", path, *words, today="2023-03-31")
            assert done.code == 0, done.err

    once(path, make)
    return path


def _content(database: Database) -> dict[str, list[tuple[str, ...]]]:
    """Every row of every table but the derived ones, as texts."""

    def rows(reader: Reader, name: str, columns: str) -> list[tuple[str, ...]]:
        return sorted(
            tuple(str(cell)[:26].removesuffix(".000000") for cell in row)
            for row in reader.tuples(f"SELECT {columns} FROM {name}")
        )

    with database.reading() as reader:
        return {t.name: rows(reader, t.name, ", ".join(c.name for c in t.c)) for t in all_tables()}


def test_a_ledger_goes_to_postgres_and_back_with_nothing_lost(
    run: Run, filled: str, postgres: PostgresServer, tmp_path: Path
) -> None:
    name = postgres.create()
    try:
        team, back = postgres.url(name), str(tmp_path / "back.db")
        there = run("--db", filled, "database", "copy", "--to", team)
        assert there.code == 0, there.err
        assert "rows, verified" in there.err
        assert run("--db", team, "database", "copy", "--to", back).code == 0
        assert _content(locate(back)) == _content(locate(filled))
        for place in (team, back):
            assert run("--db", place, "database", "check").code == 0
        shown = [run("--db", place, "show", "p", today="2023-03-31").out for place in (filled, team, back)]
        assert shown[0] == shown[1] == shown[2]
        logs = [run("--db", place, "log", today="2023-03-31").out for place in (filled, team, back)]
        assert logs[0] == logs[1] == logs[2]
    finally:
        postgres.drop(name)


def test_only_an_empty_place_takes_a_copy(run: Run, filled: str, tmp_path: Path) -> None:
    other = tmp_path / "other.db"
    assert run("--db", str(other), "init").code == 0
    before = other.read_bytes()
    done = run("--db", filled, "database", "copy", "--to", str(other))
    assert (done.code, done.err.count("\n")) == (1, 1)
    assert other.read_bytes() == before


def test_an_altered_ledger_is_not_carried_on(run: Run, filled: str, tmp_path: Path) -> None:
    import sqlite3

    with sqlite3.connect(filled) as connection:
        connection.execute("DROP TRIGGER guard_capital_entry_update")
        connection.execute("UPDATE capital_entry SET minor = 5 WHERE id = 2")
    connection.close()
    target = tmp_path / "target.db"
    done = run("--db", filled, "database", "copy", "--to", str(target))
    assert done.code == 1
    assert "is not what was recorded" in done.err
    assert not target.exists()
