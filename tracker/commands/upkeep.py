"""What there is to know about a database itself: its size and counts, and whether it is whole."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from tracker.database import Database, Reader
from tracker.i18n import _
from tracker.queries import upkeep
from tracker.reports import integrity
from tracker.reports.integrity import Fault
from tracker.reports.report import Cell, Column, Kind, Report
from tracker.schema import expected_revision, present_revision, refuse_first_version


def describe(database: Database, today: date) -> Report:
    """Where the ledger lies, what it is, and how much is in it; of an older or newer schema too."""
    with database.reading() as reader:
        refuse_first_version(database, reader)
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


def faults(database: Database, reader: Reader) -> list[Fault]:
    """Everything that is wrong with the database, from its pages to what is derived; nothing where it is whole.

    What rests on a fault is not looked at: no hash where the tables are altered, nothing derived where records are.
    """
    from tracker.ledger.schema_check import deviations

    # Of an older schema nothing is known here but what every schema has.
    older = present_revision(reader) != expected_revision()
    found = [*integrity.faults(database, reader, older=older)]
    if not older:
        found += [integrity.of_schema(one.what, one.kind, one.name) for one in deviations(database, reader)]
    if any(fault.what in ("page", "schema") for fault in found):
        return found
    from tracker.ledger.hash_chain import hashes

    found += [integrity.of_change(number) for number, stored, computed in hashes(reader) if stored != computed]
    if found or older:
        return found
    from tracker.engine import make_engine
    from tracker.ledger.derived import differences

    with make_engine(database, reading=True).connect() as connection:
        return [integrity.of_derived(table, str(number)) for table, number in differences(connection)]
