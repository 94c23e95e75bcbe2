"""Files of our own: every heading is a field by its key, every cell means what it says, an empty one is empty."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

from tracker.errors import ValueRefused
from tracker.i18n import _
from tracker.importer.mapping.cells import text_of
from tracker.importer.mapping.numbers import MOST_DIGITS
from tracker.importer.mapping.readers import Memory
from tracker.importer.readers.table import Table
from tracker.money import Figure, Money
from tracker.money.amounts import LIMIT
from tracker.records import serialize
from tracker.records.schema import KINDS, RECORD, Field, Problem, Record, Type
from tracker.render.guard import unguarded
from tracker.text import shorten

# Only CSV has the apostrophe that keeps a spreadsheet from running a text.
_GUARDED = ("csv", "tsv", "txt")
_WORKBOOKS = ("xlsx", "xls", "xlsb", "ods")
_AMOUNTS = (Type.FIGURE, Type.QUANTITY)


@dataclass(frozen=True, slots=True)
class OwnCell:
    """One field of a record, and how it is had from the cells of a row."""

    key: str
    index: int
    pick: Callable[[tuple[Any, ...]], Any]
    lookup: Callable[[Any], Any]


class OwnRows:
    """The records of a file of our own; of one kind, or of the kind that each row names."""

    def __init__(self, table: Table, kind: str, *, keeps: bool) -> None:
        """Read `table`; with `keeps` an empty cell says nothing."""
        self._table = table
        self._kind = kind
        self._keeps = keeps
        self._places = {serialize.present_name(heading.text): heading.index for heading in table.headings}
        # Written by the first version of the program: `measure` in a file of many kinds is that of indicators too.
        self._former = "reported" in self._places or (kind == "capital" and "measure" in self._places)
        self._plans: dict[str, list[OwnCell]] = {}

    def records(self) -> Iterator[Record | Problem]:
        """The records of every row, or its problems."""
        if self._kind == RECORD:
            yield from self._mixed()
        else:
            yield from self._uniform()

    def index_of(self, kind: str, field: str) -> int | None:
        """The column that a field of a record comes from."""
        return next((cell.index for cell in self._plan(kind) if cell.key == field), None)

    def _uniform(self) -> Iterator[Record | Problem]:
        kind, keeps, former = self._kind, self._keeps, self._former and self._kind == "capital"
        plan = [(cell.key, cell.pick, cell.lookup) for cell in self._plan(kind)]
        for number, cells in self._table.rows():
            try:
                values = {key: lookup(pick(cells)) for key, pick, lookup in plan}
                if former:
                    values = serialize.as_said(values)
            except ValueRefused:
                yield from self._problems(kind, number, cells)
                continue
            if keeps:
                values = {key: value for key, value in values.items() if value is not None}
            yield Record(kind, values, number)

    def _mixed(self) -> Iterator[Record | Problem]:
        place = self._places[RECORD]
        for number, cells in self._table.rows():
            kind = text_of(cells[place])
            if kind not in KINDS:
                yield self._problem(number, place, cells, _("there is no kind of record of this name"))
                continue
            try:
                values = {cell.key: cell.lookup(cell.pick(cells)) for cell in self._plan(kind)}
                if self._former and kind == "capital":
                    values = serialize.as_said(values)
            except ValueRefused:
                yield from self._problems(kind, number, cells)
                continue
            said = {key: value for key, value in values.items() if value is not None} if self._keeps else values
            yield Record(kind, said, number)

    def _plan(self, kind: str) -> list[OwnCell]:
        if kind not in self._plans:
            former = serialize.FORMER_ENTRY if self._former and kind == "capital" else ()
            wanted = (*KINDS[kind].fields, *former)
            self._plans[kind] = [cell for field in wanted if (cell := self._cell(kind, field))]
        return self._plans[kind]

    def _cell(self, kind: str, field: Field) -> OwnCell | None:
        """The plan for a field; None where the file has none of its columns."""
        names = serialize.spread(field)
        places = [self._places.get(name) for name in names]
        present = [place for place in places if place is not None]
        if not present:
            return None
        text = self._text_reader(field)
        guards = serialize.text_columns(kind) if self._table.format in _GUARDED else frozenset()
        guarded = tuple(name in guards for name in names)
        if len(names) == 1:
            read = _single(field, text, guarded=guarded[0])
            return OwnCell(field.key, present[0], itemgetter(present[0]), Memory(read).__getitem__)
        read_many = _several(field, text, tuple(place is not None for place in places), guarded)
        pick = itemgetter(*present) if len(present) > 1 else _only(present[0])
        lookup = read_many if field.type in _AMOUNTS else Memory(read_many).__getitem__
        return OwnCell(field.key, present[0], pick, lookup)

    def _text_reader(self, field: Field) -> Callable[[Any], str]:
        if self._table.format not in _WORKBOOKS:
            return text_of
        return _exact if field.type in (*_AMOUNTS, Type.TEXT, Type.RATE) else text_of

    def _problems(self, kind: str, number: int, cells: tuple[Any, ...]) -> Iterator[Problem]:
        for cell in self._plan(kind):
            try:
                cell.lookup(cell.pick(cells))
            except ValueRefused as refused:
                yield self._problem(number, cell.index, cells, str(refused))

    def _problem(self, number: int, index: int, cells: tuple[Any, ...], sentence: str) -> Problem:
        heading = self._table.headings[index].text
        return Problem(number, self._table.address(number, index), heading, shorten(text_of(cells[index])), sentence)


def _only(place: int) -> Callable[[tuple[Any, ...]], tuple[Any]]:
    return lambda cells: (cells[place],)


def _exact(cell: Any) -> str:
    """A cell of a workbook as text; numbers with more digits than a workbook keeps are refused."""
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        from tracker.importer.mapping.numbers import CellRefused, typed_number

        text = typed_number(cell)
        if len(text.lstrip("-").replace(".", "")) > MOST_DIGITS and not isinstance(cell, float):
            raise CellRefused(
                _("{number} has more digits than a spreadsheet keeps").format(number=text),
                _("format the column as text and enter it again"),
            )
        return text
    return text_of(cell)


def _single(field: Field, text: Callable[[Any], str], *, guarded: bool) -> Callable[[Any], Any]:
    def read(cell: Any) -> Any:
        if cell is None or cell == "":
            return None
        # Text keeps the blanks at its edges and the lines it has: it is ours.
        written = cell if cell.__class__ is str else text(cell)
        return serialize.read(field, (unguarded(written) if guarded else written,))

    return read


def _several(
    field: Field, text: Callable[[Any], str], present: tuple[bool, ...], guarded: tuple[bool, ...]
) -> Callable[[tuple[Any, ...]], Any]:
    """A reader of the cells of one field with several columns, some of which the file may lack."""
    quick = field.type is Type.FIGURE and all(present[:2])
    units: dict[str, int] = {}

    def read(cells: tuple[Any, ...]) -> Any:
        if quick and (figure := _quick_figure(cells, units)) is not None:
            return figure
        given = iter(cells)
        texts = (text(next(given)) if there else "" for there in present)
        return serialize.read(
            field, tuple(unguarded(one) if guard else one for one, guard in zip(texts, guarded, strict=True))
        )

    return read


def _quick_figure(cells: tuple[Any, ...], units: dict[str, int]) -> Figure | None:
    """An exact, reported amount as nearly every row has it, read in one step; None for any other.

    `units` remembers the minor digits of the currencies seen.
    """
    amount, currency, *rest = cells
    if amount.__class__ is not str or any(
        one and one != usual for one, usual in zip(rest, ("exact", "reported"), strict=False)
    ):
        return None
    digits = units.get(currency)
    if digits is None:
        digits = _learn(currency, units)
    whole, _point, decimals = amount.partition(".")
    if digits < 0 or len(decimals) != digits or not (whole + decimals).isdigit() or not amount.isascii():
        return None
    minor = int(whole + decimals)
    return Figure(Money(minor, currency)) if minor <= LIMIT else None


def _learn(currency: Any, units: dict[str, int]) -> int:
    from tracker.currencies import CODES, minor_digits

    units[currency] = minor_digits(currency) if currency in CODES else -1
    return units[currency]
