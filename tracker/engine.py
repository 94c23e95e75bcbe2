"""The SQLAlchemy engine over our own connections: every transaction takes its lock when it begins."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache, partial
from itertools import chain, islice
from typing import Any

import sqlalchemy as sa
from sqlalchemy.pool import NullPool

from tracker.database import BUSY_SECONDS, Database

# Rows in one INSERT. For each statement on a table with triggers SQLite begins a journal of its own, and for each it
# makes the lists anew that the checks of the table look in: together these cost more than the row does.
_ROWS = 100


# It holds no connection, but every statement it has compiled.
@lru_cache(maxsize=4)
def make_engine(database: Database, *, reading: bool = False, locking: bool = True) -> sa.Engine:
    """An engine whose BEGIN already holds the write lock, so that read, change, commit never loses an update.

    With `reading` its transactions are snapshots that cannot write; without `locking` they are snapshots that can.
    """
    url = "sqlite://" if database.engine == "sqlite" else "postgresql+psycopg://"
    creator = partial(database.connect, reading=reading)
    engine = sa.create_engine(url, creator=creator, poolclass=NullPool, hide_parameters=True)
    begin = _begin_sqlite if database.engine == "sqlite" else _begin_postgres
    if reading or not locking:
        begin = _begin_snapshot
    sa.event.listen(engine, "begin", begin)
    return engine


def _begin_sqlite(connection: sa.Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _begin_snapshot(connection: sa.Connection) -> None:
    postgres = connection.dialect.name == "postgresql"
    connection.exec_driver_sql("BEGIN ISOLATION LEVEL REPEATABLE READ" if postgres else "BEGIN")


def _begin_postgres(connection: sa.Connection) -> None:
    # Asked outside the transaction: its first query takes the snapshot, and that must not be older than the lock.
    present = connection.exec_driver_sql("SELECT to_regclass('change')").scalar()
    connection.exec_driver_sql("BEGIN ISOLATION LEVEL SERIALIZABLE")
    connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{BUSY_SECONDS}s'")
    if present:
        # Writers queue here, so that serialization failures are the rare exception.
        connection.exec_driver_sql("LOCK TABLE change IN SHARE ROW EXCLUSIVE MODE")


def insert_rows(connection: sa.Connection, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Insert rows with cells as the driver takes them (days as ISO texts), many in a statement."""
    mark = "%s" if connection.dialect.name == "postgresql" else "?"
    one = f"({', '.join([mark] * len(columns))})"
    begin = f"INSERT INTO {table} ({', '.join(columns)}) VALUES "
    waiting = iter(rows)
    while some := tuple(islice(waiting, _ROWS)):
        connection.exec_driver_sql(begin + ", ".join([one] * len(some)), tuple(chain.from_iterable(some)))
