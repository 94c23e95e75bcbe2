"""The one shape of every answer: typed columns and cells, with totals, coverage and the definitions used."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from fractions import Fraction

from tracker.dates import Period
from tracker.money import Figure
from tracker.vocabulary import Term


class Kind(StrEnum):
    """What the cells of a column are; decides alignment, rounding and how a file carries them."""

    TEXT = "text"  # str, Term, or a tuple of str
    COUNT = "count"  # int
    AMOUNT = "amount"  # Amounts
    RATIO = "ratio"  # Fraction, 1 = 100 %
    POINTS = "points"  # Fraction, percentage points
    DAYS = "days"  # int, signed
    DATE = "date"  # Period or date
    MOMENT = "moment"  # aware datetime
    ANY = "any"  # a mixed column: each cell by its own type


@dataclass(frozen=True, slots=True)
class Amounts:
    """Money of one cell: one figure a currency, never added across currencies.

    `known` of `of` things have a figure behind it (None where the cell is one entry and not a sum). An empty tuple
    means there is no entry at all; an entry that is unknown or withheld is a figure without money.
    """

    figures: tuple[Figure, ...] = ()
    known: int | None = None
    of: int | None = None


@dataclass(frozen=True, slots=True)
class Bar:
    """A share (1 = full) drawn as a bar on a terminal and left out everywhere else."""

    share: Fraction | None


Cell = str | int | bool | Term | Amounts | Fraction | Period | date | datetime | Bar | tuple[str, ...] | None
Row = tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """One column: `key` is stable for scripts, `title` is read by people.

    `priority` 1 stays on the narrowest screen, higher numbers leave first; 0 was asked for by name and stays even
    where it is empty. A `hidden` column is in files and in `--columns`, and not in a table that did not ask for it; a
    `drawn` one (a bar) is only on a terminal.
    """

    key: str
    title: str
    kind: Kind = Kind.TEXT
    priority: int = 5
    hidden: bool = False
    drawn: bool = False


@dataclass(frozen=True, slots=True)
class Report:
    """A titled table with its totals, its coverage and the definitions behind its numbers.

    `totals` is one row of cells under the columns (None: no total row). `coverage` and `notes` are sentences printed
    below. With `grouped`, the first column is a heading over the rows that share it; with `exact`, amounts keep every
    digit in a table too.
    """

    name: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    as_of: date
    known_on: date | None = None
    currency: str | None = None
    totals: Row | None = None
    coverage: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    grouped: bool = False
    exact: bool = False
    empty: str = field(default="")
