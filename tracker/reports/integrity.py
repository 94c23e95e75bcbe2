"""`tracker database check`: what is wrong with a database, a row a fault."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from tracker.database import Database, Reader
from tracker.i18n import _
from tracker.nouns import noun_of
from tracker.queries import upkeep
from tracker.reports.report import Column, Report
from tracker.text import show


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault; `what` is page, reference, record, schema, change or derived, `where` the object, row or change."""

    what: str
    where: str
    finding: str


def faults(database: Database, reader: Reader) -> Iterator[Fault]:
    """What the pages, the foreign keys and the references between open records say; the ledger knows the rest."""
    engine = upkeep.Engine(database.engine, reader)
    for finding in engine.damage():
        yield Fault("page", str(database), _("page check: {finding}").format(finding=show(finding)))
    for table, row, target in engine.broken_references():
        sentence = _("{table}, row {row}: refers to a row of {target} that is not there")
        yield Fault("reference", f"{table} {row}", sentence.format(table=table, row=row, target=target))
    for one in upkeep.unresolved_references(reader):
        sentence = _("{record} {id} refers to {target} {number}, which has ended")
        said = sentence.format(
            record=noun_of(one.table), id=one.id, target=noun_of(one.target), number=show(str(one.target_id))
        )
        yield Fault("record", f"{one.table} {one.id}", said)


def of_schema(what: str, kind: str, name: str) -> Fault:
    """A table, view, trigger … that is missing, altered or foreign."""
    sentence = {
        "missing": _("{kind} {name} is missing"),
        "altered": _("{kind} {name} is not the one that this program creates"),
        "foreign": _("{kind} {name} is not of this program"),
    }[what]
    shown = show(name)
    return Fault("schema", f"{kind} {shown}", sentence.format(kind=kind, name=shown))


def of_change(number: int) -> Fault:
    """A change whose rows do not match its hash."""
    sentence = _("change {number}: its rows are not what was recorded; see tracker log")
    return Fault("change", str(number), sentence.format(number=number))


def of_derived(table: str, row: str) -> Fault:
    """A derived row that is not what follows from the records."""
    sentence = _("{table}, {row}: not what follows from the records; run: tracker database upgrade")
    return Fault("derived", f"{table} {row}", sentence.format(table=table, row=row))


def integrity(found: Sequence[Fault], today: date) -> Report:
    """The faults as a report; one row says so where the database is whole."""
    whole = ("whole", None, _("pages, schema, references, the hashes of all changes and derived rows are whole"))
    return Report(
        "check",
        _("Check of the database"),
        (
            Column("what", _("What"), priority=2),
            Column("where", _("Where"), priority=2),
            Column("finding", _("Finding"), priority=1),
        ),
        tuple((one.what, one.where, one.finding) for one in found) or (whole,),
        today,
    )
