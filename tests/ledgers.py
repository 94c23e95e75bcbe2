"""A ledger as tests use it: one call is one change, and its whole live state can be looked at."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

from sqlmodel import Session

from tests.conftest import TODAY
from tracker.database import Database
from tracker.dates import Period
from tracker.engine import make_engine
from tracker.ledger import capital, projects
from tracker.ledger.book import Book, Done
from tracker.ledger.cite import Cite
from tracker.ledger.labels import LabelEdits
from tracker.ledger.seal import broken_seals
from tracker.ledger.undo import undo
from tracker.ledger.writing import Writer, write
from tracker.models import CHAINED
from tracker.money import Figure, Money

Act = Callable[[Book], Done]
State = dict[tuple[str, int], dict[str, Any]]

NO_LABELS = LabelEdits()
NO_CITE = Cite()


def writer(today: date = TODAY, command: str = "test") -> Writer:
    """Somebody who writes at noon."""
    return Writer("tester", command, datetime.combine(today, time(12), UTC), today)


def yuan(minor: int, currency: str = "CNY", qualifier: str = "exact") -> Figure:
    """A figure of `minor` minor units."""
    return Figure(Money(minor, currency), qualifier)


def opening(code: str, **facts: Any) -> Act:
    """Open a project."""
    return lambda book: projects.add(
        book, projects.ProjectFacts(code=code, **facts), projects.Opening(), NO_LABELS, NO_CITE
    )


def booking(kind: str, figure: Figure, on: Period | None, measure: str = "flow", code: str = "p") -> Act:
    """Book a capital figure."""
    return lambda book: capital.record(book, code, capital.NewEntry(kind, figure, on, measure), NO_CITE)


def correcting(number: int, **what: Any) -> Act:
    """Correct or withdraw an entry."""
    return lambda book: capital.correct(book, number, capital.Correction(**{"why": "typo"} | what), NO_CITE)


def undoing(number: int | None = None) -> Act:
    """Undo a change."""
    return lambda book: undo(book, number)


@dataclass(frozen=True, slots=True)
class Ledger:
    """A database and short ways to change it and look at it."""

    database: Database

    def do(self, act: Act, *, today: date = TODAY, dry_run: bool = False) -> tuple[int | None, tuple[str, ...]]:
        """Make one change: its number and what it said."""
        number, done = write(self.database, writer(today), act, dry_run=dry_run)
        return number, done.lines

    def tuples(self, sql: str) -> list[tuple[Any, ...]]:
        """The rows of a query."""
        with self.database.reading() as reader:
            return [tuple(row) for row in reader.tuples(sql)]

    def count(self, table: str) -> int:
        """How many rows a table has."""
        return int(self.tuples(f"SELECT COUNT(*) FROM {table}")[0][0])

    def state(self) -> State:
        """Everything that is live."""
        with self.session() as session:
            return live_state(Book(session, None, TODAY))  # type: ignore[arg-type]  # it only looks

    def broken(self) -> list[int]:
        """The changes whose seal is broken."""
        with self.session() as session:
            return list(broken_seals(session))

    @contextmanager
    def session(self) -> Iterator[Session]:
        """An open session on the ledger, whose changes are lost."""
        with Session(make_engine(self.database)) as session:
            yield session

    def run_raw(self, *statements: str) -> None:
        """Execute SQL past the program, in the program's own connection; the transaction is committed."""
        with self.database.translated(), make_engine(self.database).connect() as connection, connection.begin():
            for statement in statements:
                connection.exec_driver_sql(statement)


def live_state(book: Book) -> State:
    """Everything that is live, by table and thing."""
    return {(str(model.__tablename__), row.thing): row.facts() for model in CHAINED for row in book.live(model)}
