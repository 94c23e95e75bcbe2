"""From rows to records: every row is read as a whole, or not at all and then with everything that is wrong in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from tracker.errors import ValueRefused
from tracker.i18n import _
from tracker.importer.mapping.cells import text_of
from tracker.importer.mapping.events import Events, events_of
from tracker.importer.mapping.numbers import CellRefused
from tracker.importer.mapping.slots import Cell, Slot
from tracker.importer.readers.table import Row, Table
from tracker.records.schema import KINDS, Problem, Record
from tracker.text import shorten

_REFERENCES = ("code", "name", "ids", "name_en")
_EVENTS = ("stage", "milestone", "condition")
_ORDER = {kind: place for place, kind in enumerate(KINDS)}


@dataclass(frozen=True, slots=True)
class Manner:
    """How rows are read: whether an empty cell clears, and the day up to which undetermined days have come to pass."""

    kind: str
    clears: bool
    horizon: date
    today: date
    key: str = ""


class Rows:
    """The records of a table of anybody's, by the plan of its slots."""

    def __init__(self, table: Table, slots: list[Slot], manner: Manner) -> None:
        """Read `table` by `slots`."""
        self._table = table
        self._manner = manner
        own = [slot for slot in slots if slot.kind == manner.kind]
        self._project = next((slot for slot in own if manner.kind == "project"), None)
        rest = [slot for slot in slots if slot is not self._project]
        self._events = [slot for slot in rest if self._project and slot.kind in _EVENTS]
        self._plain = sorted((slot for slot in rest if slot not in self._events), key=lambda slot: _ORDER[slot.kind])
        self._everything = slots

    def records(self) -> Iterator[Record | Problem]:
        """The records of every row, or its problems."""
        simple = self._simple()
        if simple is not None:
            yield from self._one_each(simple)
            return
        for row in self._table.rows():
            try:
                found = self._row(row)
            except ValueRefused:
                yield from self._problems(row)
            else:
                yield from found

    # --- one record a row: the shape of long files, which may have any number of rows ---------------------------------

    def _simple(self) -> Slot | None:
        """The one slot of a table whose rows are one record each."""
        if self._project or self._events or len(self._plain) != 1 or self._manner.clears:
            return None
        slot = self._plain[0]
        return None if any(cell.joined for cell in slot.cells) or slot.select else slot

    def _one_each(self, slot: Slot) -> Iterator[Record | Problem]:
        kind, constants = slot.kind, slot.constants
        plan = [(cell.key, cell.pick, cell.lookup) for cell in slot.cells]
        for row in self._table.rows():
            number, cells = row
            values = constants.copy()
            try:
                for key, pick, lookup in plan:
                    value = lookup(pick(cells))
                    if value is not None:
                        values[key] = value
            except ValueRefused:
                yield from self._problems(row)
                continue
            yield Record(kind, values, number)

    # --- several records a row ---------------------------------------------------------------------------------------

    def _row(self, row: Row) -> list[Record | Problem]:
        """The records of one row, the project first. Raises ValueRefused where a cell cannot be read."""
        records: list[Record] = []
        reference = None
        if self._project is not None:
            values = self._values(self._project, row.cells)
            reference = self._reference(values)
            if reference is None:
                return self._nameless(row)
            records.append(Record("project", values, row.number))
            events = self._read_events(row)
            found = events_of(events, reference, row.number, horizon=self._manner.horizon, today=self._manner.today)
            if isinstance(found, str):
                return [self._contradiction(row, found)]
            records += found
        for slot in self._plain:
            values = self._values(slot, row.cells)
            if self._says_nothing(slot, values):
                continue
            if reference is not None:
                self._refer(slot, values, reference, records[0])
            if slot.kind == "company" and not values.get("name"):
                continue
            records.append(Record(slot.kind, values, row.number))
        return list(records)

    def _values(self, slot: Slot, cells: tuple[Any, ...]) -> dict[str, Any]:
        values = dict(slot.constants)
        clears = self._manner.clears and slot.kind == self._manner.kind and not slot.select
        for cell in slot.cells:
            value = cell.lookup(cell.pick(cells))
            if value is not None:
                values[cell.key] = _joined(values.get(cell.key), value, cell) if cell.joined else value
            elif clears:
                values.setdefault(cell.key, None)
        return values

    def _says_nothing(self, slot: Slot, values: dict[str, Any]) -> bool:
        """Whether none of the cells that are the slot's own says anything."""
        own = slot.cells[: slot.own]
        return all(values.get(cell.key) is None for cell in own) if own else False

    def _reference(self, values: dict[str, Any]) -> str | None:
        keys = (self._manner.key, *_REFERENCES) if self._manner.key else _REFERENCES
        for key in keys:
            if value := values.get(key):
                return value[0].partition("=")[2] if isinstance(value, tuple) else str(value)
        return None

    def _refer(self, slot: Slot, values: dict[str, Any], reference: str, project: Record) -> None:
        if slot.kind == "company":
            name = project.values.get("company")
            if name:
                values["name"] = name
        elif any(field.key == "project" for field in KINDS[slot.kind].fields):
            values.setdefault("project", reference)

    def _read_events(self, row: Row) -> Events:
        events = Events()
        for slot in self._events:
            values = self._values(slot, row.cells)
            events.take(slot.kind, slot.select, values)
        return events

    # --- problems ----------------------------------------------------------------------------------------------------

    def _problems(self, row: Row) -> Iterator[Problem]:
        """Everything that cannot be read in a row."""
        seen: set[tuple[int, str]] = set()
        for slot in self._everything:
            for cell in slot.cells:
                try:
                    cell.lookup(cell.pick(row.cells))
                except ValueRefused as refused:
                    if (cell.index, str(refused)) not in seen:
                        seen.add((cell.index, str(refused)))
                        yield self._problem(row, cell.index, refused)

    def _problem(self, row: Row, index: int, refused: ValueRefused) -> Problem:
        hint = refused.hint if isinstance(refused, CellRefused) else ""
        value = shorten(text_of(row.cells[index]))
        return Problem(
            row.number,
            self._table.address(row.number, index),
            self._table.headings[index].text,
            value,
            str(refused),
            hint,
        )

    def _nameless(self, row: Row) -> list[Record | Problem]:
        assert self._project is not None
        named = [cell for cell in self._project.cells if cell.key in _REFERENCES]
        index = named[0].index if named else 0
        refused = CellRefused(
            _("the row names no project"), _("fill in its name or code; a cell merged over several rows counts once")
        )
        return [self._problem(row, index, refused)]

    def _contradiction(self, row: Row, sentence: str) -> Problem:
        staged = [cell for slot in self._events for cell in slot.cells if cell.key == "stage"]
        index = staged[0].index if staged else 0
        return self._problem(row, index, CellRefused(sentence, _("correct the stage or the day")))


def _joined(before: Any, value: Any, cell: Cell) -> Any:
    """Two columns of one field together: names side by side, texts one below the other under their headings."""
    if before is None:
        return value
    if isinstance(value, tuple):
        return tuple(dict.fromkeys((*before, *value)))
    return f"{before}\n{cell.label}：{value}" if not cell.label.isascii() else f"{before}\n{cell.label}: {value}"
