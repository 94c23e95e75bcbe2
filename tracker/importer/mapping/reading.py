"""A table understood: what each column is, what is left out, and the records of its rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from tracker.importer.mapping.columns import Column
from tracker.importer.mapping.maps import Map
from tracker.importer.mapping.targets import SELECTORS, Target
from tracker.importer.readers.table import Heading, Table
from tracker.records.schema import Problem, Record


@dataclass(frozen=True, slots=True)
class Options:
    """What is asked of an import: the day it is, the currency of amounts that name none, what overrides the file."""

    today: date
    currency: str | None = None
    map: Map | None = None
    what: str | None = None
    date_order: str | None = None
    unit: str | None = None
    blank: str | None = None


@dataclass(frozen=True, slots=True)
class Assigned:
    """One column that is read: its heading, target, unit and order of day and month ("" for none), and a remark."""

    heading: Heading
    target: str
    unit: str = ""
    order: str = ""
    note: str = ""


class Records(Protocol):
    """What gives the records, again each time."""

    def records(self) -> Iterator[Record | Problem]:
        """The records of every row, or its problems."""
        ...


@dataclass(frozen=True, slots=True)
class Reading:
    """How a table is read. `kind` is what its rows are; `ours` says that the headings are the keys of our own files.

    `problems` are those of the table as a whole, which `records` gives first; `day` is the last one of which the table
    can tell, as its title says.
    """

    table: Table
    kind: str
    ours: bool
    assigned: tuple[Assigned, ...]
    ignored: tuple[Heading, ...]
    statements: tuple[str, ...]
    problems: tuple[Problem, ...]
    day: date | None
    columns: tuple[Column, ...] = field(repr=False)
    rows: Records = field(repr=False)

    @property
    def name(self) -> str:
        """What the file is called."""
        return self.table.name

    def records(self) -> Iterator[Record | Problem]:
        """The records of the table, row by row; of a row with anything wrong only the problems."""
        yield from self.problems
        yield from self.rows.records()
        yield from self.table.problems

    def address(self, record: Record, key: str) -> str:
        """The cell that a field of a record was read from, "F12"; "" where it was read from none."""
        return self.place(record, key)[0]

    def place(self, record: Record, key: str) -> tuple[str, str]:
        """The cell and the heading that a field of a record was read from, "" where that is none."""
        index = self._index(record, key)
        if index is None or not record.row:
            return "", ""
        return self.table.address(record.row, index), self.table.headings[index].text

    def _index(self, record: Record, key: str) -> int | None:
        if self.ours:
            index_of = getattr(self.rows, "index_of")  # noqa: B009
            found: int | None = index_of(record.kind, key)
            return found
        for near in range(3):
            for column in self.columns:
                if any(_is_from(target, record, key, near) for target in column.targets):
                    return column.index
        return self._identity(record) if key in ("project", "name", "code") else None

    def _identity(self, record: Record) -> int | None:
        """The column that names the project of a row."""
        for name in ("code", "name", "ids", "name_en"):
            for column in self.columns:
                if column.target.kind == "project" and column.target.field == name:
                    return column.index
        return None


def _is_from(target: Target, record: Record, key: str, near: int) -> bool:
    """Whether a column of this target gave the field `key` of the record.

    `near` 1: or the time of the figure was changed on the way; 2: or it gave what is selected by that field.
    """
    kind = "stage" if target.kind == "milestone" and record.kind == "stage" else target.kind
    if kind != record.kind or (not near and target.on is not None and target.on != record.values.get("on")):
        return False
    if (
        target.on is not None
        and kind == "capital"
        and (target.basis or "period") != (record.values.get("basis") or "period")
    ):
        return False
    selected = zip(SELECTORS.get(target.kind, ()), target.select, strict=False)
    wanted = {"milestone": "stage"} if kind != target.kind else {}
    if any(word and str(record.values.get(wanted.get(name, name))) != word for name, word in selected):
        return False
    return target.field == key or (near == 2 and key in target.selected)
