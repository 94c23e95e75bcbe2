"""One change: its lock, its transaction, its seal, and the second try where the database asks for one."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session, col, select

from tracker.database import Database
from tracker.engine import make_engine
from tracker.ledger.book import Book
from tracker.ledger.seal import seal
from tracker.models import Change
from tracker.schema import require_current_for_writing

T = TypeVar("T")

# What a database answers when only another try is needed; the patience is longer than the busy timeout.
RETRY = {"SQLITE_BUSY", "SQLITE_BUSY_SNAPSHOT", "SQLITE_BUSY_RECOVERY", "40001", "40P01", "55P03"}
PATIENCE_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Writer:
    """Who writes, with which words, at which moment (UTC) and on which day."""

    actor: str
    command: str
    now: datetime
    today: date


def write(
    database: Database, writer: Writer, act: Callable[[Book], T], *, dry_run: bool = False, undoes: int | None = None
) -> tuple[int | None, T]:
    """Run `act` in one transaction that takes its lock first; the number of the change and what `act` returned.

    `act` may run more than once and must have no effect outside the book. Nothing is kept on `dry_run`, or where `act`
    wrote no row (the number is None then). Raises Refused where the database cannot take it.
    """
    engine = make_engine(database)
    deadline = time.monotonic() + PATIENCE_SECONDS
    tries = 0
    with database.translated():
        while True:
            try:
                return _attempt(engine, writer, act, dry_run, undoes)
            except DBAPIError as error:
                tries += 1
                if _code(error) not in RETRY or time.monotonic() > deadline:
                    raise
                time.sleep(random.uniform(0, min(1.0, 0.01 * 2**tries)))


def _code(error: DBAPIError) -> str | None:
    return getattr(error.orig, "sqlite_errorname", None) or getattr(error.orig, "sqlstate", None)


def _attempt(
    engine: sa.Engine, writer: Writer, act: Callable[[Book], T], dry_run: bool, undoes: int | None
) -> tuple[int | None, T]:
    with Session(engine, expire_on_commit=False) as session:
        require_current_for_writing(session.connection())
        with recorded(session, writer, undoes) as book:
            result = act(book)
        # Also on a dry run, so that a rule of the database refuses now what it would refuse then.
        session.flush()
        if dry_run or not book.has_written:
            return None, result
        session.commit()
        return book.change.id, result


@contextmanager
def recorded(session: Session, writer: Writer, undoes: int | None = None) -> Iterator[Book]:
    """A book for one change in an open transaction; sealed when the block ends, if it wrote anything."""
    last = session.exec(select(sa.func.max(col(Change.id)))).one()
    change = Change(
        id=(last or 0) + 1,
        recorded_at=writer.now,
        recorded_on=writer.today,
        actor=writer.actor,
        command=writer.command,
        undoes=undoes,
    )
    book = Book(session, change, writer.today)
    yield book
    if book.has_written:
        seal(session, change, book.written, book.lines)
