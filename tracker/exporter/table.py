"""A table on its way into a file: named columns, what each holds, and rows of texts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum, auto

from tracker.records import fields
from tracker.records.schema import KINDS, Field, Type


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
    """The table of a kind of records, whose rows stand under `fields.columns(kind)`."""
    holds = tuple(held for field in KINDS[kind].fields for held in _holds(field))
    return Table(kind, KINDS[kind].plural, fields.columns(kind), holds, rows)


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
