"""One change: its lock, its transaction, its derived rows and its hash, and the second try where the database asks."""

from __future__ import annotations

import contextlib
import random
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import NamedTuple, TypeVar
from uuid import uuid4

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from tracker import schema
from tracker.currencies import CODES, minor_digits
from tracker.database import Database, Reader
from tracker.engine import fetched, make_engine
from tracker.errors import Refused
from tracker.i18n import _
from tracker.ledger import derived
from tracker.ledger.hash_chain import require_unaltered
from tracker.ledger.store import Store
from tracker.models import all_tables
from tracker.models.ledger import Change
from tracker.schema import require_current_for_writing

T = TypeVar("T")

# What a database answers when only another try is needed; the patience is longer than the busy timeout.
RETRY = {"SQLITE_BUSY", "SQLITE_BUSY_SNAPSHOT", "SQLITE_BUSY_RECOVERY", "40001", "40P01", "55P03"}
PATIENCE_SECONDS = 60.0


class Writer(NamedTuple):
    """Who writes, with which words, at which moment (UTC) and on which day; where the values come from, and why.

    Fiscal years begin with month `fiscal_year_start`.
    """

    actor: str
    command: str
    now: datetime
    today: date
    origin: str = "typed"
    reason: str | None = None
    fiscal_year_start: int = 1


# Copied in a blink.
_LIGHT = 64 * 2**20


def is_light(database: Database) -> bool:
    """Whether a rehearsal costs no time that anybody would notice."""
    if database.engine == "sqlite":
        return Path(database.target).stat().st_size <= _LIGHT
    with database.translated(), make_engine(database, reading=True).connect() as connection:
        size: int = connection.exec_driver_sql("SELECT pg_database_size(current_database())").scalar_one()
        return size <= _LIGHT


def rehearse(database: Database, writer: Writer, act: Callable[[Store], T]) -> T:
    """What `act` returns, run where it keeps nobody from writing and nothing of it is kept.

    That is a copy of the ledger: on SQLite in a file, on PostgreSQL in temporary tables of a snapshot.
    """
    if database.engine != "sqlite":
        return write(database, writer, act, dry_run=True, copied=True)[1]
    with tempfile.TemporaryDirectory(prefix="tracker-") as folder:
        copy = Database("sqlite", str(Path(folder) / "copy.db"))
        with (
            database.translated(),
            contextlib.closing(database.connect(reading=True)) as source,
            contextlib.closing(sqlite3.connect(copy.target)) as target,
        ):
            source.backup(target)
        return write(copy, writer, act, dry_run=True)[1]


def write(
    database: Database, writer: Writer, act: Callable[[Store], T], *, dry_run: bool = False, copied: bool = False
) -> tuple[int | None, T]:
    """Run `act` in one transaction that takes its lock first; the number of the change and what `act` returned.

    `act` may run more than once and must have no effect outside the store. Nothing is kept on `dry_run`, or where `act`
    wrote no row (the number is None then). A dry run may write into `copied` tables, which takes no lock. Raises
    Refused where the database cannot take it.
    """
    engine = make_engine(database, locking=not copied)
    deadline = time.monotonic() + PATIENCE_SECONDS
    tries = 0
    with database.translated():
        while True:
            try:
                with engine.connect() as connection, connection.begin() as transaction:
                    require_current_for_writing(connection)
                    derived.require_formula(connection)
                    if copied:
                        _copy_tables(connection)
                    with recorded(connection, writer) as store:
                        result = act(store)
                    # Also on a dry run: a rule of the database refuses now what it would refuse then.
                    if dry_run or not store.has_written:
                        transaction.rollback()
                        return None, result
                return store.change.id, result
            except DBAPIError as error:
                tries += 1
                code = getattr(error.orig, "sqlite_errorname", None) or getattr(error.orig, "sqlstate", None)
                if code not in RETRY or time.monotonic() > deadline:
                    raise
                time.sleep(random.uniform(0, min(1.0, 0.01 * 2**tries)))


def _copy_tables(connection: sa.Connection) -> None:
    """Copies of all tables for this transaction alone, found in their place: nobody waits for what is written there."""
    names = (
        "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = "
        "(SELECT relnamespace FROM pg_class WHERE oid = to_regclass('change')) ORDER BY relname"
    )
    for name in connection.exec_driver_sql(names).scalars().all():
        connection.exec_driver_sql(f"CREATE TEMPORARY TABLE copied (LIKE {name} INCLUDING ALL) ON COMMIT DROP")
        connection.exec_driver_sql(f"INSERT INTO copied SELECT * FROM {name}")
        connection.exec_driver_sql(f"ALTER TABLE copied RENAME TO {name}")


@contextmanager
def recorded(connection: sa.Connection, writer: Writer) -> Iterator[Store]:
    """A store for one change in an open transaction; written, derived from and hashed when the block ends."""
    [(last,)] = fetched(connection, "SELECT MAX(id) FROM change")
    change = Change(
        id=0 if last is None else last + 1,
        recorded_at=writer.now,
        recorded_on=writer.today,
        actor=writer.actor,
        command=writer.command,
        origin=writer.origin,
        reason=writer.reason,
    )
    store = Store(connection, change, writer.today)
    store.fiscal_year_start = writer.fiscal_year_start
    yield store
    if store.has_written:
        store.flush()
        derived.refresh(store)
        store.seal()


def create(database: Database, writer: Writer) -> None:
    """Create a ledger where there is none. Raises Refused where anything is there already."""
    from tracker.models.reference import Currency, Ledger

    def fill(connection: sa.Connection) -> None:
        derived.stamp(connection)
        with recorded(connection, writer) as store:
            store.add(Ledger(uuid=str(uuid4())))
            store.insert_many(
                Currency, ("code", "minor_per_unit"), ((code, 10 ** minor_digits(code)) for code in CODES)
            )

    schema.create(database, fill)


_TOGETHER = 2_000


class Copied(NamedTuple):
    """How many rows each table has on both sides, and the number and hash of the last change."""

    rows: dict[str, int]
    change: int
    digest: str


def copy(source: Database, target: Database) -> Copied:
    """Carry the ledger in `source` to the empty `target`, in one transaction.

    The rows are counted and the hashes of all changes computed anew on the other side. Raises Refused where `target`
    holds anything, `source` has another schema, or what arrived is not what was sent; nothing is left behind then.
    """
    if source == target:
        raise Refused(_("{place} is the ledger itself; nothing was changed").format(place=target))
    with source.reading() as reader:
        schema.require_current(source, reader)
    result: list[Copied] = []
    with make_engine(source, reading=True).connect() as origin, origin.begin():

        def fill(connection: sa.Connection) -> None:
            counts = {}
            for table in all_tables():
                query = sa.select(table).order_by(*table.primary_key).execution_options(yield_per=_TOGETHER)
                counts[table.name] = 0
                for some in origin.execute(query).mappings().partitions():
                    rows = [dict(row) for row in some]
                    connection.execute(sa.insert(table), rows)
                    counts[table.name] += len(rows)
            result.append(_verified(source, connection, counts))

        schema.create(target, derived.rebuild, rows=fill)
    return result[0]


def _verified(source: Database, connection: sa.Connection, sent: dict[str, int]) -> Copied:
    """Count what arrived and compute every hash from it."""
    for name, count in sent.items():
        arrived = connection.execute(sa.select(sa.func.count()).select_from(sa.table(name))).scalar_one()
        if arrived != count:
            raise Refused(
                _("{table}: {sent} rows were sent and {arrived} arrived; nothing was changed").format(
                    table=name, sent=count, arrived=arrived
                )
            )
    engine = "postgres" if connection.dialect.name == "postgresql" else "sqlite"
    return Copied(sent, *require_unaltered(Reader(connection.connection.dbapi_connection, engine), source))
