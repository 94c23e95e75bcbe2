"""What there is to know about a database itself: its size and counts, and whether it is whole."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from tracker.database import Database, Reader
from tracker.i18n import _
from tracker.queries.asked import Asked
from tracker.reports.report import Cell, Column, Kind, Report
from tracker.schema import expected_revision, present_revision
from tracker.text import show

COUNTED = ("project", "company", "capital_entry", "milestone", "change")


@dataclass(frozen=True, slots=True)
class _Last:
    """The latest change: its number, its moment in UTC, who made it."""

    number: int
    at: datetime
    actor: str


def describe(database: Database, today: date) -> Report:
    """Where the ledger lies, what it is, and how much is in it; of an older or newer schema too."""
    with database.reading() as reader:
        facts = dict(_facts(database, reader))
    return Report(
        "database",
        _("Database"),
        (Column("item", _("What"), priority=1), Column("value", _("Value"), Kind.ANY, priority=1)),
        tuple(facts.items()),
        today,
    )


def _facts(database: Database, reader: Reader) -> Iterator[tuple[str, Cell]]:
    yield "place", str(database)
    yield "engine", _engine(database, reader)
    yield "schema", present_revision(reader)
    yield "expected_schema", expected_revision()
    if database.engine == "sqlite":
        yield "bytes", database.path.stat().st_size
    else:
        yield "bytes", int(reader.tuples("SELECT pg_database_size(current_database())")[0][0])
    for table in COUNTED:
        # Rows and not things: a correction is a row of its own.
        yield f"{table}_rows", int(reader.tuples(f"SELECT COUNT(*) FROM {table}")[0][0])
    for last in reader.rows(_Last, "SELECT id, recorded_at, actor FROM change ORDER BY id DESC LIMIT 1"):
        yield "last_change", last.number
        yield "last_change_at", last.at
        yield "last_change_by", last.actor


def _engine(database: Database, reader: Reader) -> str:
    if database.engine == "sqlite":
        return f"SQLite {reader.tuples('SELECT sqlite_version()')[0][0]}"
    return f"PostgreSQL {reader.tuples('SHOW server_version')[0][0]}"


def findings(database: Database, reader: Reader, _asked: Asked) -> list[str]:
    """What is wrong with the database, one sentence each; nothing where it is whole."""
    found: list[str] = []
    if database.engine == "sqlite":
        found += [
            _("page check: {finding}").format(finding=show(str(row[0])))
            for row in reader.tuples("PRAGMA integrity_check")
            if row[0] != "ok"
        ]
        found += [
            _("{table}, row {row}: refers to a row of {target} that is not there").format(
                table=table, row=row, target=target
            )
            for table, row, target, _key in reader.tuples("PRAGMA foreign_key_check")
        ]
    return found


def broken_changes(database: Database) -> list[str]:
    """The changes whose rows are no longer what was sealed, one sentence each."""
    from sqlmodel import Session

    from tracker.engine import make_engine
    from tracker.ledger.seal import broken_seals

    with database.translated(), Session(make_engine(database)) as session:
        return [
            _("change {number}: its rows are not what was recorded; see tracker log").format(number=number)
            for number in broken_seals(session)
        ]


def newest_seal(reader: Reader) -> str:
    """The seal of the last change: written down elsewhere, it shows whether later changes were cut off."""
    rows = reader.tuples("SELECT digest FROM seal ORDER BY change_id DESC LIMIT 1")
    return str(rows[0][0]) if rows else "–"
