"""The SQLAlchemy engine over our own connections: every transaction takes its lock when it begins."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import lru_cache, partial
from itertools import chain, islice
from typing import Any

import sqlalchemy as sa
from sqlalchemy.pool import NullPool

from tracker.database import BUSY_SECONDS, Database
from tracker.models import all_tables, versioned_tables
from tracker.models.base import OPEN

# Rows in one INSERT. For each statement on a table with triggers SQLite begins a journal of its own, and for each it
# makes the lists anew that the checks of the table look in: together these cost more than the row does.
_ROWS = 500


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


def run(connection: sa.Connection, sql: str, cells: Sequence[Any] = ()) -> sa.CursorResult[Any]:
    """The result of a plain statement, with a ? for each of `cells`: the driver's own, which nobody has to compile."""
    if cells and connection.dialect.name == "postgresql":
        sql = sql.replace("?", "%s")
    return connection.exec_driver_sql(sql, tuple(cells))


def fetched(connection: sa.Connection, sql: str, cells: Sequence[Any] = ()) -> list[Any]:
    """The rows of a plain query as the driver gives them, without an object for each."""
    with run(connection, sql, cells) as result:
        return list(result.cursor.fetchall())


def marks(cells: Collection[Any]) -> str:
    """A ? for each of some cells."""
    return ", ".join("?" * len(cells))


def insert_rows(connection: sa.Connection, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Insert rows with cells as the driver takes them (days as ISO texts), many in a statement."""
    one = f"({marks(columns)})"
    begin = f"INSERT INTO {table} ({', '.join(columns)}) VALUES "
    waiting = iter(rows)
    while some := tuple(islice(waiting, _ROWS)):
        run(connection, begin + ", ".join([one] * len(some)), tuple(chain.from_iterable(some)))


_SENTENCE = "the ledger keeps what was recorded"
# A function looks its tables up in the schema of the ledger: a session's own temporary table `change` would come first.
_OWN_SCHEMA = "SELECT set_config('search_path', quote_ident(current_schema()) || ', pg_temp', true)"
_TRIGGER = "RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS"
_REFUSE_FUNCTION = f"""CREATE OR REPLACE FUNCTION tracker_refuse() {_TRIGGER}
$$ BEGIN RAISE EXCEPTION '{_SENTENCE}'; END $$"""
# One UPDATE is permitted: of recorded_to, from open to the newest change, as long as that has no hash yet.
_VERSION_FUNCTION = f"""CREATE OR REPLACE FUNCTION tracker_end_version() {_TRIGGER}
$$ BEGIN
IF OLD.recorded_to = {OPEN} AND NEW.recorded_to = (SELECT MAX(id) FROM change)
    AND NOT EXISTS (SELECT 1 FROM seal WHERE change_id = NEW.recorded_to)
    AND to_jsonb(NEW) - 'recorded_to' = to_jsonb(OLD) - 'recorded_to' THEN
    RETURN NEW;
END IF;
RAISE EXCEPTION '{_SENTENCE}'; END $$"""
_SEALED_FUNCTION = f"""CREATE OR REPLACE FUNCTION tracker_unsealed() {_TRIGGER}
$$ BEGIN
IF EXISTS (SELECT 1 FROM seal WHERE change_id = NEW.recorded_from) OR NEW.recorded_to <> {OPEN} THEN
    RAISE EXCEPTION '{_SENTENCE}';
END IF;
RETURN NEW; END $$"""
FUNCTIONS = {
    "tracker_refuse": _REFUSE_FUNCTION,
    "tracker_end_version": _VERSION_FUNCTION,
    "tracker_unsealed": _SEALED_FUNCTION,
}


def guards(engine: str) -> Iterator[str]:
    """The statements that create every trigger."""
    versioned = {str(table.__tablename__) for table in versioned_tables()}
    if engine == "postgres":
        yield _OWN_SCHEMA
        yield from FUNCTIONS.values()
        for table in all_tables():
            yield from _postgres(table.name, versioned)
        return
    for table in all_tables():
        yield from _sqlite(table, versioned)


def _postgres(name: str, versioned: set[str]) -> Iterator[str]:
    refuse = "EXECUTE FUNCTION tracker_refuse()"
    yield f"CREATE TRIGGER guard_{name}_all BEFORE TRUNCATE ON {name} FOR EACH STATEMENT {refuse}"
    if name not in versioned:
        yield f"CREATE TRIGGER guard_{name}_rows BEFORE UPDATE OR DELETE ON {name} FOR EACH ROW {refuse}"
        return
    yield f"CREATE TRIGGER guard_{name}_delete BEFORE DELETE ON {name} FOR EACH ROW {refuse}"
    end = "EXECUTE FUNCTION tracker_end_version()"
    yield f"CREATE TRIGGER guard_{name}_update BEFORE UPDATE ON {name} FOR EACH ROW {end}"
    unsealed = "EXECUTE FUNCTION tracker_unsealed()"
    yield f"CREATE TRIGGER guard_{name}_insert BEFORE INSERT ON {name} FOR EACH ROW {unsealed}"


def _sqlite(table: sa.Table, versioned: set[str]) -> Iterator[str]:
    name = table.name
    refuse = f"BEGIN SELECT RAISE(ABORT, '{_SENTENCE}'); END"
    yield f"CREATE TRIGGER guard_{name}_delete BEFORE DELETE ON {name} {refuse}"
    key = " AND ".join(f"{column.name} = NEW.{column.name}" for column in table.primary_key)
    # INSERT OR REPLACE deletes the row it collides with, and fires no delete trigger for it: look first.
    taken = f"EXISTS (SELECT 1 FROM {name} WHERE {key})"
    if name in versioned:
        same = " AND ".join(
            f"NEW.{column} IS OLD.{column}" for column in (one.name for one in table.c) if column != "recorded_to"
        )
        ends = (
            f"OLD.recorded_to = {OPEN} AND NEW.recorded_to = (SELECT MAX(id) FROM change)"
            " AND NOT EXISTS (SELECT 1 FROM seal WHERE change_id = NEW.recorded_to)"
        )
        yield f"CREATE TRIGGER guard_{name}_update BEFORE UPDATE ON {name} WHEN NOT ({ends} AND {same}) {refuse}"
        taken += (
            f" OR NEW.recorded_to <> {OPEN} OR EXISTS (SELECT 1 FROM {name} WHERE id = NEW.id AND recorded_to = {OPEN})"
            " OR EXISTS (SELECT 1 FROM seal WHERE change_id = NEW.recorded_from)"
        )
    else:
        yield f"CREATE TRIGGER guard_{name}_update BEFORE UPDATE ON {name} {refuse}"
    yield f"CREATE TRIGGER guard_{name}_insert BEFORE INSERT ON {name} WHEN {taken} {refuse}"
    if whole := [column.name for column in table.c if type(column.type) is sa.BigInteger]:
        # SQLite would keep '12abc' in an integer column; the wide ones hold money.
        cases = " ".join(
            f"WHEN typeof(NEW.{one}) NOT IN ('integer', 'null') THEN RAISE(ABORT, '{one} must be a whole number')"
            for one in whole
        )
        yield f"CREATE TRIGGER guard_{name}_whole BEFORE INSERT ON {name} BEGIN SELECT CASE {cases} END; END"


def present(engine: str) -> str:
    """The query for the names (and on PostgreSQL the tables) of the triggers there are."""
    if engine == "postgres":
        return (
            "SELECT tgname, CAST(tgrelid AS regclass) FROM pg_trigger "
            "WHERE NOT tgisinternal AND substr(CAST(tgname AS text), 1, 6) = 'guard_'"
        )
    return "SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger' AND substr(name, 1, 6) = 'guard_'"
