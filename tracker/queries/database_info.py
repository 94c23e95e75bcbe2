"""Questions about a database itself: its engine, size, rows, latest change and seal, and whether it is whole."""

from __future__ import annotations

from datetime import date, datetime
from typing import NamedTuple

from tracker.database import Reader
from tracker.errors import Refused
from tracker.i18n import _
from tracker.queries.as_of import FOREVER
from tracker.queries.changes import REFERS, TABLES
from tracker.text import command_line

_OPEN = f"recorded_to = {FOREVER + 1}"


class LastChange(NamedTuple):
    """The latest change: its number, its moment in UTC, who made it."""

    number: int
    at: datetime
    actor: str


def row_counts(reader: Reader) -> dict[str, int]:
    """How many rows the main tables have: every version of a record is a row."""
    tables = ("project", "company", "capital_entry", "milestone", "change")
    return {table: int(reader.tuples(f"SELECT COUNT(*) FROM {table}")[0][0]) for table in tables}


def last_change(reader: Reader) -> LastChange | None:
    """The latest change, None in an empty ledger."""
    rows = reader.rows(LastChange, "SELECT id, recorded_at, actor FROM change ORDER BY id DESC LIMIT 1")
    return rows[0] if rows else None


class Seal(NamedTuple):
    """What vouches for a ledger up to a change, once it is kept elsewhere: the hash covers every change before."""

    ledger: str
    change: int
    hash: str
    day: date


def seal(reader: Reader, known: int = FOREVER) -> Seal:
    """The seal of the latest change up to the change `known`."""
    sql = f"""
        SELECT l.uuid, c.id, s.digest, c.recorded_on
        FROM seal AS s
        JOIN change AS c ON c.id = s.change_id
        CROSS JOIN ledger AS l
        WHERE l.{_OPEN} AND c.id <= :known
        ORDER BY c.id DESC LIMIT 1
    """
    found = reader.rows(Seal, sql, {"known": known})
    if not found:
        raise Refused(
            _("no change has a hash; look at it with: {command}").format(command=command_line("database check"))
        )
    return found[0]


def hashes(reader: Reader) -> dict[int, str]:
    """The hash that every change has."""
    return {int(number): str(digest) for number, digest in reader.tuples("SELECT change_id, digest FROM seal")}


class Unresolved(NamedTuple):
    """An open record whose column refers to a record of `target` that is not open."""

    table: str
    id: int
    column: str
    target: str
    target_id: int | str


def unresolved_references(reader: Reader) -> list[Unresolved]:
    """The open records that refer to a record that ended or never was; the rules of writing leave none."""
    columns = [
        (table, column, REFERS[column]) for table, names in TABLES.items() for column in names if column in REFERS
    ]
    found = []
    for table, column, target in (*columns, ("baseline", "entry_id", "capital_entry")):
        sql = f"""
            SELECT r.id, r.{column}
            FROM {table} AS r
            WHERE r.{_OPEN} AND r.{column} IS NOT NULL
                AND NOT EXISTS (SELECT 1 FROM {target} AS t WHERE t.id = r.{column} AND t.{_OPEN})
            ORDER BY r.id
        """
        found += [Unresolved(table, number, column, target, other) for number, other in reader.tuples(sql)]
    sql = f"""
        SELECT r.id, r.name
        FROM label AS r
        WHERE r.{_OPEN} AND r.category = 'field'
            AND NOT EXISTS (SELECT 1 FROM custom_field AS t WHERE t.name = r.name AND t.{_OPEN})
        ORDER BY r.id
    """
    found += [Unresolved("label", number, "name", "custom_field", name) for number, name in reader.tuples(sql)]
    return found


class Engine(NamedTuple):
    """What only the engine ("sqlite" or "postgres") itself can say, each in its own words."""

    name: str
    reader: Reader

    def version(self) -> str:
        """The engine with its version."""
        if self.name == "sqlite":
            return f"SQLite {self._one('SELECT sqlite_version()')}"
        return f"PostgreSQL {self._one('SHOW server_version')}"

    def size(self) -> int | None:
        """The bytes of the database, None where they are those of its file."""
        return None if self.name == "sqlite" else int(self._one("SELECT pg_database_size(current_database())"))

    def damage(self) -> list[str]:
        """What the engine's own check of its pages finds."""
        if self.name != "sqlite":
            return []
        return [str(row[0]) for row in self.reader.tuples("PRAGMA integrity_check") if row[0] != "ok"]

    def broken_references(self) -> list[tuple[str, int, str]]:
        """Table and row that refer to a row which is not there, and the table of that one."""
        if self.name != "sqlite":
            return []
        return [(table, row, target) for table, row, target, _key in self.reader.tuples("PRAGMA foreign_key_check")]

    def _one(self, sql: str) -> str:
        return str(self.reader.tuples(sql)[0][0])
