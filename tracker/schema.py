"""Create, upgrade and find the version of a ledger's schema; knows where db/ is.

Views and triggers are code, not history: an upgrade drops all of them, migrates, and creates all of them again, in one
transaction, after a verified copy of the file.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from tracker import sqlite_file
from tracker.database import Database, Reader
from tracker.errors import Refused
from tracker.i18n import _

if TYPE_CHECKING:
    import sqlalchemy as sa
    from alembic.config import Config

_PACKAGED = Path(__file__).parent / "db"
_CHECKOUT = Path(__file__).parent.parent / "db"


@cache
def folder(name: str) -> Path:
    """The folder `name` of db/: inside the installed package, else in the checkout."""
    packaged = _PACKAGED / name
    return packaged if packaged.is_dir() else _CHECKOUT / name


@cache
def expected_revision() -> str:
    """The newest revision this program knows, from the file names alone."""
    return max(file.name.partition("_")[0] for file in (folder("migrations") / "versions").glob("[0-9]*.py"))


def present_revision(reader: Reader) -> str:
    """The revision the database is at, "" where it does not say."""
    found = reader.tuples("SELECT version_num FROM alembic_version")
    return str(found[0][0]) if found else ""


def require_current(database: Database, reader: Reader) -> None:
    """Raise Refused where the database is older or newer than this program."""
    require_not_newer(database, reader)
    present = present_revision(reader)
    if present < expected_revision():
        raise Refused(
            _("{place} has the older schema {present}; run: tracker database upgrade").format(
                place=database, present=present
            )
        )


def require_not_newer(database: Database, reader: Reader) -> None:
    """Raise Refused where the database was written by a later version of this program."""
    present, expected = present_revision(reader), expected_revision()
    if present > expected:
        raise Refused(
            _(
                "{place} was written by a newer tracker (schema {present}, this one knows {expected}): upgrade tracker"
            ).format(place=database, present=present, expected=expected)
        )


def create(database: Database, fill: Callable[[sa.Connection], None]) -> None:
    """Create a new ledger, with the rows that `fill` writes in the same transaction.

    Raises Refused where anything is there already; leaves nothing behind when it fails.
    """
    if database.engine == "postgres":
        _refuse_used(database)
        _migrate(database, fill)
        return
    sqlite_file.create_folder(database.path)
    with sqlite_file.draft(database.path) as path:
        _stamp(path)
        _migrate(Database("sqlite", str(path)), fill)


def _stamp(path: Path) -> None:
    """Make the empty file a SQLite database marked as ours."""
    import sqlite3

    connection = sqlite3.connect(path, isolation_level=None)
    try:
        connection.execute("PRAGMA journal_mode=DELETE")
        connection.execute(f"PRAGMA application_id={sqlite_file.APPLICATION_ID}")
        connection.execute("VACUUM")  # writes the header of a file that has no table yet
    finally:
        connection.close()


def _refuse_used(database: Database) -> None:
    with database.reading() as reader:
        if reader.tuples("SELECT 1 FROM information_schema.tables WHERE table_schema = current_schema()"):
            raise Refused(_("{place} already holds tables; nothing was changed").format(place=database))


def upgrade(database: Database, moment: datetime, fill: Callable[[sa.Connection], None]) -> Path | None:
    """Bring the schema to this program's revision; the path of the copy made before, None where nothing was to do.

    `fill` computes the derived tables anew in the same transaction, also where the schema is current.
    Raises Refused where the database is newer. PostgreSQL gets no copy: pg_dump is its operator's tool.
    """
    with database.reading() as reader:
        require_not_newer(database, reader)
        present = present_revision(reader)
    if present == expected_revision():
        return None
    copy: Path | None = None
    if database.engine == "sqlite":
        from tracker.backup import back_up

        stamp = moment.strftime("%Y%m%dT%H%M%SZ")
        copy = back_up(database, database.path.with_name(f"{database.path.name}.{present}.{stamp}.bak"))
    _migrate(database, fill)
    return copy


def _rows(connection: sa.Connection) -> dict[str, int]:
    """How many rows each table of the ledger has, as far as it is there."""
    from sqlalchemy import inspect

    from tracker.models import all_tables

    names = sorted({str(table.__tablename__) for table in all_tables()} & set(inspect(connection).get_table_names()))
    return {name: connection.exec_driver_sql(f"SELECT COUNT(*) FROM {name}").scalar_one() for name in names}


def _migrate(database: Database, fill: Callable[[sa.Connection], None]) -> None:
    from alembic import command

    from tracker.engine import make_engine

    engine = make_engine(database)
    with database.translated(), engine.connect() as connection:
        if database.engine == "sqlite":
            # A pragma inside a transaction is ignored; foreign keys on would empty child tables in a table rebuild.
            raw = connection.connection.dbapi_connection
            assert raw is not None
            raw.cursor().execute("PRAGMA foreign_keys=OFF")
        with connection.begin():
            before = _rows(connection)
            _drop_code(connection, database.engine)
            command.upgrade(_alembic(connection), "head")
            _create_code(connection, database.engine)
            fill(connection)
            _require_kept(connection, database.engine, before)


def _require_kept(connection: sa.Connection, engine: str, before: dict[str, int]) -> None:
    """Raise Refused where the upgrade lost rows or what they refer to."""
    after = _rows(connection)
    for name, count in before.items():
        if after.get(name, 0) < count:
            raise Refused(_("the upgrade would lose rows of “{table}”; nothing was changed").format(table=name))
    if engine == "sqlite" and connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall():
        raise Refused(_("the upgrade would break references; nothing was changed"))


def _alembic(connection: sa.Connection) -> Config:
    from alembic.config import Config

    from sqlmodel import SQLModel

    from tracker.models import all_tables, derived_tables

    all_tables(), derived_tables()
    config = Config()
    config.set_main_option("script_location", str(folder("migrations")).replace("%", "%%"))
    config.attributes["connection"] = connection
    config.attributes["metadata"] = SQLModel.metadata
    return config


def _views() -> list[tuple[str, str]]:
    """Name and statement of every view, in the order they build on each other."""
    files = sorted(folder("derived").glob("*.sql"))
    return [(re.sub(r"^\d+_", "", file.stem), file.read_text(encoding="utf-8")) for file in files]


def _drop_code(connection: sa.Connection, engine: str) -> None:
    from tracker.guards import present

    for name, table in connection.exec_driver_sql(present(engine)).fetchall():
        suffix = f" ON {table}" if engine == "postgres" else ""
        connection.exec_driver_sql(f"DROP TRIGGER {name}{suffix}")
    for name, _statement in reversed(_views()):
        connection.exec_driver_sql(f"DROP VIEW IF EXISTS {name}")


def _create_code(connection: sa.Connection, engine: str) -> None:
    from tracker.guards import guards

    for _name, statement in _views():
        connection.exec_driver_sql(statement)
    for statement in guards(engine):
        connection.exec_driver_sql(statement)


def require_current_for_writing(connection: sa.Connection) -> None:
    """Raise Refused, inside the writing transaction, unless the schema is this program's."""
    present = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
    if present != expected_revision():
        raise Refused(
            _(
                "the database has schema {present}, this tracker writes {expected}; run: tracker database upgrade"
            ).format(present=present, expected=expected_revision())
        )
