"""Create, upgrade and find the version of a ledger's schema; knows where db/ is.

Views and triggers are code, not history: an upgrade drops all of them, migrates, and creates all of them again, in one
transaction, after a verified copy of the file.
"""

from __future__ import annotations

import os
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
from tracker.models.fields import PLAIN, Type, project_column
from tracker.text import command_line

if TYPE_CHECKING:
    import sqlalchemy as sa
    from alembic.config import Config

# Writes rows inside the transaction that makes the schema.
Fill = Callable[["sa.Connection"], None]
# The revisions of the first version, whose tables no revision of this one knows; it had no table `ledger`.
_FIRST_VERSION = ("0001", "0002", "0003")
_SQLITE_LEDGER = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'ledger'"
_POSTGRES_LEDGER = "SELECT 1 WHERE to_regclass('ledger') IS NOT NULL"

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
    return max(one.partition("_")[0] for one in os.listdir(folder("migrations") / "versions") if one[0].isdigit())


def present_revision(reader: Reader) -> str:
    """The revision the database is at, "" where it does not say."""
    found = reader.tuples("SELECT version_num FROM alembic_version")
    return str(found[0][0]) if found else ""


def require_current(database: Database, reader: Reader) -> None:
    """Raise Refused where the database is of the first version, or older or newer than this program."""
    require_not_newer(database, reader)
    present = present_revision(reader)
    if present < expected_revision():
        raise Refused(
            _("{place} has the older schema {present}; run: {command}").format(
                place=database, present=present, command=command_line("database upgrade")
            )
        )


def require_not_newer(database: Database, reader: Reader) -> None:
    """Raise Refused where the database is of the first version, or was written by a later one of this program."""
    refuse_first_version(database, reader)
    present = present_revision(reader)
    if present > expected_revision():
        raise _newer(str(database), present)


def refuse_first_version(database: Database, reader: Reader) -> None:
    """Raise Refused, with the way to bring its content over, where the database is of the first version."""
    tables = _POSTGRES_LEDGER if database.engine == "postgres" else _SQLITE_LEDGER
    if present_revision(reader) in _FIRST_VERSION and not reader.tuples(tables):
        raise _of_first_version(str(database))


def _of_first_version(place: str) -> Refused:
    return Refused(
        _(
            "{place} is of the first version of tracker, which kept its records in another way, and it is left as it "
            "is: bring its content over with `tracker export all -o FOLDER` of the program that wrote it, then here "
            "`tracker init` and `tracker import FOLDER` with another --db; its log, what was known on earlier days, "
            "schedules and withdrawn entries do not come along"
        ).format(place=place)
    )


def _newer(place: str, present: str) -> Refused:
    return Refused(
        _(
            "{place} was written by a newer tracker (schema {present}, this one knows {expected}): install a newer "
            "tracker"
        ).format(place=place, present=present, expected=expected_revision())
    )


def create(database: Database, fill: Fill, *, rows: Fill | None = None) -> None:
    """Create a new ledger, with the rows that `fill` writes in the same transaction.

    `rows` writes rows of another ledger as they are, before the triggers that would refuse them.

    Raises Refused where anything is there already; leaves nothing behind when it fails.
    """
    if database.engine == "postgres":
        with database.reading() as reader:
            if reader.tuples("SELECT 1 FROM information_schema.tables WHERE table_schema = current_schema()"):
                raise Refused(_("{place} already holds tables; nothing was changed").format(place=database))
        _migrate(database, fill, rows)
        return
    sqlite_file.create_folder(database.path)
    with database.translated(), sqlite_file.draft(database.path) as path:
        _stamp(path)
        _migrate(Database("sqlite", str(path)), fill, rows)


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


def upgrade(database: Database, moment: datetime, fill: Fill) -> Path | None:
    """Bring the schema to this program's revision; the path of the copy made before, None where nothing was to do.

    `fill` computes the derived tables anew in the same transaction, also where the schema is current.
    Raises Refused where the database is newer. PostgreSQL gets no copy: pg_dump is its operator's tool.
    """
    with database.reading() as reader:
        require_not_newer(database, reader)
        present = present_revision(reader)
    if present == expected_revision():
        from tracker.engine import make_engine

        with database.translated(), make_engine(database).begin() as connection:
            fill(connection)
        return None
    copy: Path | None = None
    if database.engine == "sqlite":
        from tracker.backup import back_up

        stamp = moment.strftime("%Y%m%dT%H%M%SZ")
        copy = back_up(database, database.path.with_name(f"{database.path.name}.{present}.{stamp}.bak"))
    _migrate(database, fill)
    return copy


def renew(database: Database, fill: Fill) -> None:
    """Keep the rows of the ledger in a SQLite file that came from elsewhere, make everything else anew, and `fill`.

    Tables are compared with those of its schema, the rest is dropped first: nothing of the file runs. Views, triggers
    and derived rows of an older schema are made when it is upgraded. Raises Refused where a table is another one.
    """
    from tracker.engine import make_engine

    with database.translated(), make_engine(database).begin() as connection:
        present = str(connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar())
        expected = expected_objects(present)
        found = connection.exec_driver_sql(
            "SELECT type, name, sql FROM sqlite_master ORDER BY type = 'table'"
        ).fetchall()
        tables = {name: plain_statement(sql) for kind, name, sql in found if kind == "table"}
        for (kind, name), sql in expected.items():
            if kind == "table" and tables.get(name) != plain_statement(sql):
                raise Refused(
                    _("table {name} of the backup is not the one of its schema; nothing was changed").format(name=name)
                )
        for kind, name, _sql in found:
            if kind in ("table", "index") and name.startswith(("sqlite_autoindex_", "sqlite_stat", "sqlite_sequence")):
                continue
            if kind == "table" and (kind, name) in expected:
                continue
            quoted = name.replace('"', '""')
            connection.exec_driver_sql(f'DROP {kind.upper()} IF EXISTS "{quoted}"')
        for (kind, _name), sql in expected.items():
            if kind == "index":
                connection.exec_driver_sql(sql)
        if present == expected_revision():
            _create_code(connection, database.engine)
            fill(connection)


def _rows(connection: sa.Connection) -> dict[str, int]:
    """How many rows each table of the ledger has, as far as it is there."""
    from sqlalchemy import inspect

    from tracker.models import all_tables

    names = sorted({table.name for table in all_tables()} & set(inspect(connection).get_table_names()))
    return {name: connection.exec_driver_sql(f"SELECT COUNT(*) FROM {name}").scalar_one() for name in names}


def _migrate(database: Database, fill: Fill, rows: Fill | None = None) -> None:
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
            if rows is not None:
                rows(connection)
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
    # Said here and not where an index is made, because SQLAlchemy loads the whole dialect for it: 30 ms a command.
    for index in (one for table in SQLModel.metadata.tables.values() for one in table.indexes):
        index.dialect_options["postgresql"]["where"] = index.dialect_options["sqlite"]["where"]
    config = Config()
    config.set_main_option("script_location", str(folder("migrations")).replace("%", "%%"))
    config.attributes["connection"] = connection
    config.attributes["metadata"] = SQLModel.metadata
    return config


def views() -> list[tuple[str, str]]:
    """Name and statement of every view, in the order they build on each other."""
    files = sorted(folder("derived").glob("*.sql"))
    plain = ", ".join(
        f"p.{one.key} / 1000.0 AS {one.key}_mu" if one.type is Type.LAND else f"{project_column(one.key)} AS {one.key}"
        for one in PLAIN["project"]
    )
    company = ", ".join(f"c.{one.key}" for one in PLAIN["company"])
    texts = ((file.stem, file.read_text(encoding="utf-8")) for file in files)
    return [
        (re.sub(r"^\d+_", "", name), text.replace("{project}", plain).replace("{company}", company))
        for name, text in texts
    ]


def _drop_code(connection: sa.Connection, engine: str) -> None:
    from tracker.engine import present

    for name, table in connection.exec_driver_sql(present(engine)).fetchall():
        suffix = f" ON {table}" if engine == "postgres" else ""
        connection.exec_driver_sql(f"DROP TRIGGER {name}{suffix}")
    for name, _statement in reversed(views()):
        connection.exec_driver_sql(f"DROP VIEW IF EXISTS {name}")


def _create_code(connection: sa.Connection, engine: str) -> None:
    from tracker.engine import guards

    for _name, statement in views():
        connection.exec_driver_sql(statement)
    for statement in guards(engine):
        connection.exec_driver_sql(statement)


def require_current_for_writing(connection: sa.Connection) -> None:
    """Raise Refused, inside the writing transaction, unless the schema is this program's."""
    present = str(connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar())
    expected, place = expected_revision(), _("the database")
    if present in _FIRST_VERSION:
        tables = _SQLITE_LEDGER if connection.dialect.name == "sqlite" else _POSTGRES_LEDGER
        if connection.exec_driver_sql(tables).first() is None:
            raise _of_first_version(place)
    if present > expected:
        raise _newer(place, present)
    if present != expected:
        raise Refused(
            _("the database has schema {present}, this tracker writes {expected}; run: {command}").format(
                present=present, expected=expected, command=command_line("database upgrade")
            )
        )


def expected_objects(revision: str = "head") -> dict[tuple[str, str], str]:
    """Type and name of everything a SQLite ledger of this schema consists of, with the statement that creates it."""
    import sqlalchemy as sa
    from alembic import command

    engine = sa.create_engine("sqlite://")
    with engine.connect() as connection, connection.begin():
        command.upgrade(_alembic(connection), revision)
        _create_code(connection, "sqlite")
        return {(kind, name): sql or "" for kind, name, sql in connection.exec_driver_sql(OBJECTS)}


def plain_statement(sql: str) -> str:
    """A statement without the freedom that SQLite and its versions take: spaces and quoted names."""
    return re.sub(r"\s+", " ", sql.replace('"', "")).strip()


# Indexes that belong to a constraint have no statement of their own.
OBJECTS = "SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL AND substr(name, 1, 7) <> 'sqlite_'"
