"""A ledger as tests use it: one call is one change, and everything that is open can be looked at."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path
from types import FunctionType
from typing import Any

import pytest
import sqlalchemy as sa

from tests.conftest import TODAY
from tracker.database import Database
from tracker.dates import Period
from tracker.engine import make_engine
from tracker.ledger import capital, projects, transaction
from tracker.ledger.citation import Citation
from tracker.ledger.hash_chain import hashes
from tracker.ledger.labels import LabelEdits
from tracker.ledger.store import Store
from tracker.ledger.transaction import Writer, write
from tracker.ledger.undo import undo
from tracker.models import versioned_tables
from tracker.models.ledger import Change
from tracker.models.reference import Currency
from tracker.models.reference import Ledger as LedgerRow
from tracker.money import Figure, Money

Act = Callable[[Store], Any]
State = dict[tuple[str, int], dict[str, Any]]

NO_LABELS = LabelEdits()
NO_CITE = Citation()


def writer(today: date = TODAY, command: str = "test") -> Writer:
    """Somebody who writes at noon."""
    return Writer("tester", command, datetime.combine(today, time(12), UTC), today)


def create(database: Database) -> None:
    """Create a ledger as `tracker init` does."""
    transaction.create(database, writer(command="init"))


def yuan(minor: int, currency: str = "CNY", qualifier: str = "exact") -> Figure:
    """A figure of `minor` minor units."""
    return Figure(Money(minor, currency), qualifier)


def opening(code: str, **facts: Any) -> Act:
    """Open a project."""
    return lambda store: projects.add(store, {"code": code, **facts}, projects.Opening(), NO_LABELS, NO_CITE)


def booking(
    kind: str,
    figure: Figure,
    on: Period | None,
    basis: str = "period",
    code: str = "p",
    again: str = "ask",
    **more: Any,
) -> Act:
    """Record a capital figure."""
    entry = capital.NewEntry(kind, figure, on, basis, **more)
    return lambda store: capital.record(store, store.project(code), entry, again=again)


def correcting(number: int, cite: Citation = NO_CITE, **what: Any) -> Act:
    """Correct or withdraw an entry."""
    return lambda store: capital.correct(store, number, capital.Correction(**{"why": "typo"} | what), cite)


def undoing(number: int | None = None) -> Act:
    """Undo a change."""
    return lambda store: undo(store, number)


_made: dict[tuple[object, ...], bytes] = {}


def once(place: str | Path, make: FunctionType | Callable[[], object], *key: object) -> None:
    """Make a ledger at `place`, or copy what the same function made before in this process.

    `key` is what its result depends on. What is in PostgreSQL is made every time.
    """
    assert isinstance(make, FunctionType)
    if str(place).startswith("postgresql"):
        make()
        return
    # At rest a ledger is this one file.
    path, known = Path(str(place).removeprefix("sqlite:///")), (make.__code__, make.__module__, *key)
    if known not in _made:
        make()
        _made[known] = path.read_bytes()
    path.touch(mode=0o600)
    path.write_bytes(_made[known])


def shared(folders: pytest.TempPathFactory, name: str, make: Callable[[Path], object]) -> Path:
    """The file `name` that tests only read, made once for all test processes."""
    folder = folders.getbasetemp()
    path = (folder.parent if "PYTEST_XDIST_WORKER" in os.environ else folder) / name
    with path.with_name(f"{name}.lock").open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        if not path.exists():
            draft = path.with_name(f"draft-{name}")
            make(draft)
            draft.rename(path)
    return path


@dataclass(frozen=True, slots=True)
class Ledger:
    """A database and short ways to change it and look at it."""

    database: Database

    def do(self, act: Act, *, today: date = TODAY, dry_run: bool = False) -> tuple[int | None, Any]:
        """Make one change: its number and what it returned."""
        return write(self.database, writer(today), act, dry_run=dry_run)

    def tuples(self, sql: str) -> list[tuple[Any, ...]]:
        """The rows of a query."""
        with self.database.reading() as reader:
            return [tuple(row) for row in reader.tuples(sql)]

    def count(self, table: str) -> int:
        """How many rows a table has."""
        return int(self.tuples(f"SELECT COUNT(*) FROM {table}")[0][0])

    def changes(self) -> int:
        """How many changes there are after the one that opened the ledger."""
        return self.count("change WHERE id > 0")

    def state(self) -> State:
        """Everything that is open."""
        with self.connection() as connection:
            return open_state(connection)

    def broken(self) -> list[int]:
        """The changes whose rows do not match their hash."""
        with self.database.reading() as reader:
            return [number for number, stored, computed in hashes(reader) if stored != computed]

    @contextmanager
    def connection(self) -> Iterator[sa.Connection]:
        """An open connection to the ledger, whose changes are lost."""
        with self.database.translated(), make_engine(self.database).connect() as connection:
            yield connection

    def run_raw(self, *statements: str) -> None:
        """Execute SQL past the program, in the program's own connection; the transaction is committed."""
        with self.database.translated(), make_engine(self.database).connect() as connection, connection.begin():
            for statement in statements:
                connection.exec_driver_sql(statement)


def open_state(connection: sa.Connection) -> State:
    """Everything that is open, by table and id; without the ledger's own id and its currencies."""
    change = Change(id=-1, recorded_at=datetime.now(UTC), recorded_on=TODAY, actor="", command="")
    store = Store(connection, change, TODAY)
    return {
        (str(model.__tablename__), row.id): row.facts()
        for model in versioned_tables()
        if model not in (Currency, LedgerRow)
        for row in store.find(model)
    }
