"""The log as a table: one row a value that a change gave, altered or took away, oldest first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from tracker.database import Reader
from tracker.dates import moment_text
from tracker.exporter.table import Holds, Table
from tracker.money import Money, plain
from tracker.queries import history
from tracker.queries.asked import Asked
from tracker.queries.history import ChangeRow, WrittenRow
from tracker.records.fields import decimal_of

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
        return decimal_of(value, 2)
    if column in _SHIFTED:
        return decimal_of(value, _SHIFTED[column])
    if isinstance(value, datetime):
        return moment_text(value)
    return value.isoformat() if isinstance(value, date) else str(value)
