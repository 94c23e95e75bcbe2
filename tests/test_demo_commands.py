"""The log of an example tells the truth: its command lines, typed one by one, build the same ledger."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Run
from tracker.database import Database
from tracker.demo import build_pinghu, build_synthetic
from tracker.models import versioned_tables
from tracker.models.opening import Ledger


def _synthetic(database: Database) -> None:
    build_synthetic(database, 3, 1)


def _ask(database: Database, sql: str) -> list[tuple[Any, ...]]:
    with database.reading() as reader:
        return [tuple(row) for row in reader.tuples(sql)]


@pytest.mark.parametrize("build", [build_pinghu, _synthetic], ids=["pinghu", "synthetic"])
def test_the_log_typed_again_gives_the_same_rows(build: Callable[[Database], None], run: Run, tmp_path: Path) -> None:
    example, typed = (Database("sqlite", str(tmp_path / name)) for name in ("example.db", "typed.db"))
    build(example)
    assert run("--db", typed.path, "init", today="2020-01-01").code == 0
    for number, day, command in _ask(example, "SELECT id, recorded_on, command FROM change WHERE id > 0 ORDER BY id"):
        words = shlex.split(command)
        # It shows what it would do and asks first.
        result = run("--db", typed.path, *words, *(["-y"] if words[0] == "undo" else []), today=day)
        assert result.code == 0, f"change {number}, {command}: {result.err}"
    for model in versioned_tables():
        if model is Ledger:
            # The id of a ledger is its own.
            continue
        everything = f"SELECT * FROM {model.__tablename__} ORDER BY id, recorded_from"
        assert _ask(typed, everything) == _ask(example, everything), model.__tablename__
