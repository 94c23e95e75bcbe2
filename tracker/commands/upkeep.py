"""What there is to know about a database itself: its size and counts, and whether it is whole."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from tracker.database import Database, Reader
from tracker.i18n import _
from tracker.queries import upkeep
from tracker.queries.asked import Asked
from tracker.reports.report import Cell, Column, Kind, Report
from tracker.schema import expected_revision, present_revision
from tracker.text import show


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
    engine = upkeep.Engine(database.engine, reader)
    yield "engine", engine.version()
    yield "schema", present_revision(reader)
    yield "expected_schema", expected_revision()
    size = engine.size()
    yield "bytes", database.path.stat().st_size if size is None else size
    for table, count in upkeep.row_counts(reader).items():
        yield f"{table}_rows", count
    last = upkeep.last_change(reader)
    if last:
        yield "last_change", last.number
        yield "last_change_at", last.at
        yield "last_change_by", last.actor


def findings(database: Database, reader: Reader, _asked: Asked) -> list[str]:
    """What is wrong with the database, one sentence each; nothing where it is whole."""
    engine = upkeep.Engine(database.engine, reader)
    found = [_("page check: {finding}").format(finding=show(finding)) for finding in engine.damage()]
    return found + [
        _("{table}, row {row}: refers to a row of {target} that is not there").format(
            table=table, row=row, target=target
        )
        for table, row, target in engine.broken_references()
    ]


def broken_changes(database: Database) -> list[str]:
    """The changes whose rows do not match their hash, one sentence each."""
    from tracker.ledger.hash_chain import hashes

    with database.reading() as reader:
        return [
            _("change {number}: its rows are not what was recorded; see tracker log").format(number=number)
            for number, stored, computed in hashes(reader)
            if stored != computed
        ]


def newest_seal(reader: Reader) -> str:
    """The seal of the last change: written down elsewhere, it shows whether later changes were cut off."""
    return upkeep.last_seal(reader) or "–"
