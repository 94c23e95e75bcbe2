"""What `tracker export` writes, as tables of texts: the records of one kind, of all of them, or the log."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum, auto
from typing import Any

from tracker.database import Reader
from tracker.dates import moment_text
from tracker.errors import UsageError
from tracker.i18n import _
from tracker.money import Money, plain
from tracker.queries import history
from tracker.queries.asked import Asked, Filters
from tracker.queries.history import ChangeRow, WrittenRow
from tracker.records import serialize, snapshot
from tracker.records.schema import KINDS, Field, Type
from tracker.reports.portfolio import portfolio
from tracker.text import did_you_mean, shorten


class Holds(Enum):
    """What the texts of a column are."""

    TEXT = auto()  # anything somebody typed
    WORD = auto()  # a code
    COUNT = auto()  # a whole number
    NUMBER = auto()  # a decimal
    AMOUNT = auto()  # a decimal with the digits of its currency
    DAY = auto()  # a day, or a longer period


@dataclass(frozen=True, slots=True)
class Table:
    """`rows` can be gone through once; `name` is that of its file or sheet, `kind` a code of KINDS or "change"."""

    kind: str
    name: str
    columns: tuple[str, ...]
    holds: tuple[Holds, ...]
    rows: Iterable[tuple[str, ...]]

    def without(self, column: str) -> Table:
        """The table without one of its columns."""
        place = self.columns.index(column)
        rest = slice(None, place), slice(place + 1, None)
        before, after = rest
        return Table(
            self.kind,
            self.name,
            (*self.columns[before], *self.columns[after]),
            (*self.holds[before], *self.holds[after]),
            ((*row[before], *row[after]) for row in self.rows),
        )


def table_of(kind: str, rows: Iterable[tuple[str, ...]]) -> Table:
    """The table of a kind of records, whose rows stand under `serialize.columns(kind)`."""
    holds = tuple(held for field in KINDS[kind].fields for held in _holds(field))
    return Table(kind, KINDS[kind].plural, serialize.columns(kind), holds, rows)


def _holds(field: Field) -> tuple[Holds, ...]:
    if field.type is Type.FIGURE:
        return (Holds.AMOUNT, Holds.WORD, Holds.WORD, Holds.WORD)
    if field.type is Type.QUANTITY:
        return (Holds.AMOUNT, Holds.WORD, Holds.TEXT, Holds.WORD, Holds.WORD, Holds.WORD)
    return (_SINGLE[field.type],)


_SINGLE = {
    Type.TEXT: Holds.TEXT,
    Type.NAMES: Holds.TEXT,
    Type.WORD: Holds.WORD,
    Type.COUNTRY: Holds.WORD,
    Type.COUNT: Holds.COUNT,
    Type.LAND: Holds.NUMBER,
    Type.PERCENT: Holds.NUMBER,
    Type.RATE: Holds.NUMBER,
    Type.PERIOD: Holds.DAY,
    Type.DAY: Holds.DAY,
}


# --- what is exported ------------------------------------------------------------------------------------------------

ALL, CHANGES = "all", "changes"
WHATS = (*(kind.plural for kind in KINDS.values()), CHANGES, ALL)
_OF_NO_PROJECT = ("fields", "rates", "month_closes", CHANGES)
# What a project has; the others are there with or without one.
_OF_PROJECTS = ("project", "relation", "stage", "condition", "milestone", "capital", "baseline", "review", "follow_up")


@dataclass(frozen=True, slots=True)
class Wanted:
    """`what` is one of WHATS; `as_of` None asks for everything recorded, plans for later years included."""

    what: str
    filters: Filters = field(default_factory=Filters)
    as_of: date | None = None
    known_on: date | None = None

    def check(self) -> None:
        """Raise UsageError for what there is not, and for filters of what belongs to no project."""
        if self.what not in WHATS:
            raise UsageError(
                _("there is no “{what}” to export{hint} Known: {known}").format(
                    what=shorten(self.what), hint=did_you_mean(self.what, WHATS) or _("."), known=", ".join(WHATS)
                )
            )
        if self.what in _OF_NO_PROJECT and self.filters != Filters():
            raise UsageError(_("{what} belong to no project: leave the filters out").format(what=self.what))
        if self.what == CHANGES and self.as_of:
            raise UsageError(_("changes are recorded on a day and not of one: use --known-on instead of --as-of"))


def tables(reader: Reader, asked: Asked, wanted: Wanted) -> list[Table]:
    """The tables in the order of KINDS, their rows still to be read.

    `asked.as_of` is the day wanted, else `snapshot.EVERY_DAY`. An export of all leaves out the numbers of capital
    entries, which mean nothing in another ledger, and the log: an import writes what holds, not how it came about.
    """
    if wanted.what == CHANGES:
        return [changes_table(reader, asked)]
    kinds = [kind.code for kind in KINDS.values() if wanted.what in (ALL, kind.plural)]
    filtered = wanted.filters != Filters()
    projects = {one.row.project_id for one in portfolio(reader, asked, wanted.filters).standings}
    found = []
    for kind in kinds:
        chosen = projects if filtered or (wanted.as_of and kind in _OF_PROJECTS) else None
        found.append(table_of(kind, snapshot.rows(reader, asked, kind, chosen)))
    if wanted.what == ALL:
        return [table.without("entry") if table.kind == "capital" else table for table in found]
    return found


# --- the log ---------------------------------------------------------------------------------------------------------

_COLUMNS = {
    "change": Holds.COUNT,
    "recorded_at": Holds.WORD,
    "actor": Holds.TEXT,
    "command": Holds.TEXT,
    "origin": Holds.WORD,
    "reason": Holds.TEXT,
    "undoes": Holds.COUNT,
    "subject": Holds.TEXT,
    "table": Holds.WORD,
    "id": Holds.COUNT,
    "event": Holds.WORD,
    "field": Holds.WORD,
    "was": Holds.TEXT,
    "now": Holds.TEXT,
}
_REFERS = {
    "project_id": "project",
    "target_id": "project",
    "parent_id": "project",
    "company_id": "company",
    "milestone_id": "milestone",
}
_SHIFTED = {"land": 3, "physical": 2, "growth": 2}
_NAMED = {"minor": "amount"}
# Changes read at a time.
_BATCH = 500

Names = Mapping[tuple[str, int], str]


def changes_table(reader: Reader, asked: Asked) -> Table:
    """Everything recorded, up to the state of the ledger asked about."""
    return Table("change", "changes", tuple(_COLUMNS), tuple(_COLUMNS.values()), _rows(reader, asked))


def _rows(reader: Reader, asked: Asked) -> Iterator[tuple[str, ...]]:
    names = history.names(reader)
    found = history.changes(reader, asked)[::-1]
    for begin in range(0, len(found), _BATCH):
        batch = found[begin : begin + _BATCH]
        written: dict[int, list[WrittenRow]] = {}
        for row in history.written(reader, batch[0].id, batch[-1].id):
            written.setdefault(row.change, []).append(row)
        for change in batch:
            for row in written.get(change.id, ()):
                yield from _values(change, row, names)


def _values(change: ChangeRow, row: WrittenRow, names: Names) -> Iterator[tuple[str, ...]]:
    event = "added" if row.was is None else "removed" if row.now is None else "changed"
    head = (
        str(change.id),
        moment_text(change.recorded_at),
        change.actor,
        change.command,
        change.origin,
        change.reason or "",
        str(change.undoes or ""),
        _subject(row, names),
        row.table,
        str(row.id),
        event,
    )
    for column in row.values:
        was = _text(row.was, column, names) if row.was else ""
        now = _text(row.now, column, names) if row.now else ""
        if was != now:
            yield (*head, _NAMED.get(column, column.removesuffix("_id")), was, now)


def _subject(row: WrittenRow, names: Names) -> str:
    if row.table in ("project", "company"):
        return names.get((row.table, row.id), "")
    for column in ("project_id", "company_id"):
        if row.values.get(column):
            return names.get((_REFERS[column], row.values[column]), "")
    return row.values.get("subject") or ""


def _text(values: Mapping[str, Any], column: str, names: Names) -> str:
    value = values[column]
    if value is None:
        return ""
    if column in _REFERS:
        return names.get((_REFERS[column], value), str(value))
    if column == "minor" or (column == "value" and values.get("measure") == "money"):
        return plain(Money(value, values["currency"]))
    if column == "value" and values.get("measure") == "percent":
        return serialize.decimal_of(value, 2)
    if column in _SHIFTED:
        return serialize.decimal_of(value, _SHIFTED[column])
    if isinstance(value, datetime):
        return moment_text(value)
    return value.isoformat() if isinstance(value, date) else str(value)
