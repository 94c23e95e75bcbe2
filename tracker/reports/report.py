"""The one shape of every answer: typed columns and cells, with totals, coverage and the definitions used.

Annotations here are objects and not text: a named tuple compiles every text at every start.
"""

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from fractions import Fraction
from types import MappingProxyType
from typing import NamedTuple, Self

from tracker.dates import Period
from tracker.money import Figure
from tracker.vocabulary import Term

# A name takes no more lines than this.
NAME_LINES = 2


class Kind(StrEnum):
    """What the cells of a column are; decides alignment, rounding and how a file carries them."""

    TEXT = "text"  # str, Term, or a tuple of them
    COUNT = "count"  # int
    AMOUNT = "amount"  # Amounts
    RATIO = "ratio"  # Fraction, 1 = 100 %
    POINTS = "points"  # Fraction, percentage points
    NUMBER = "number"  # Fraction, a plain number: an index, months
    DAYS = "days"  # int, signed
    DATE = "date"  # Period or date
    MOMENT = "moment"  # aware datetime
    ANY = "any"  # a mixed column: each cell by its own type


class Amounts(NamedTuple):
    """Money of one cell: one figure a currency, never added across currencies.

    `known` of `of` things have a figure behind it (None where the cell is one entry and not a sum). An empty tuple
    means there is no entry at all; an entry that is unknown or withheld is a figure without money.
    `state` of a derived figure is known, partial (at least that), lacking, withheld or not_reported; a lacking one has
    its last known figure in `last`, and `to` is the last day that the figures reach.
    """

    figures: tuple[Figure, ...] = ()
    known: int | None = None
    of: int | None = None
    state: str | None = None
    to: date | None = None
    last: Figure | None = None

    def led_by(self, currency: str) -> Self:
        """The same sums with that of `currency` first: beside it stands the share done together."""
        in_order = sorted(self.figures, key=lambda one: one.money is None or one.money.currency != currency)
        return self._replace(figures=tuple(in_order))


class Fallback(str):
    """A text read where the ledger has none, such as a Chinese name for a missing English one: none in data files."""

    __slots__ = ()


class Bar(NamedTuple):
    """A share (1 = full) drawn as a bar, `target` a mark on it: on a terminal, and beside the share on pages."""

    share: Fraction | None
    target: Fraction | None = None


class Spark(NamedTuple):
    """Values in the order of time, None where one is not known, drawn as small columns on terminals and pages.

    Each line has its own scale, from nothing to its highest value. For `drawn` columns alone.
    """

    values: tuple[Fraction | None, ...]


class Strip(NamedTuple):
    """One milestone on the axis of its column: three words about its day, and the days it is late, shaded.

    For `drawn` columns with an `axis` alone.
    """

    baseline: Period | None = None
    forecast: Period | None = None
    actual: Period | None = None
    shaded: Period | None = None


class Axis(NamedTuple):
    """The months a column of strips runs over, the day of the line through it, and the steps its head is marked in.

    `span` begins with a month and ends with one.
    `step` is "month", "quarter" or "year", None for the finest that the width has room for.
    """

    span: Period
    today: date | None = None
    step: str | None = None


Drawing = Bar | Spark | Strip
Cell = str | int | bool | Term | Amounts | Fraction | Period | date | datetime | Drawing | tuple[str | Term, ...] | None
Row = tuple[Cell, ...]


class Column(NamedTuple):
    """One column: `key` is stable for scripts, `title` is read by people.

    `priority` 1 stays on the narrowest screen, higher numbers leave first; 0 was asked for by name and stays even
    where it is empty. A `hidden` column is in files and in `--columns`, and not in a table that did not ask for it; a
    `drawn` one (a bar) is only on a terminal, and one that says the same `in_words` is not where the drawing is. Under
    an `axis` every cell is a Strip. One `beside` the column to its left stays in one table with it, and is blank where
    it has nothing to say. A longer text ends in an ellipsis after `most_lines` on a narrow screen; a column
    of NAME_LINES is one of names: other columns leave so that names have room.
    """

    key: str
    title: str
    kind: Kind = Kind.TEXT
    priority: int = 5
    hidden: bool = False
    drawn: bool = False
    in_words: bool = False
    axis: Axis | None = None
    beside: bool = False
    # A text of two hundred characters in a narrow column would push every other row off the screen.
    most_lines: int = 6


class Curve(NamedTuple):
    """One line of a chart: its name, the mark it is drawn with, its height (1 = full) at each step, None for none."""

    name: str
    mark: str
    heights: tuple[Fraction | None, ...]


class Chart(NamedTuple):
    """Curves over the same steps of time, the first uppermost; `steps` name the steps below, `top` the height 1.

    The `band` lies between the heights of two curves, on pages alone.
    """

    curves: tuple[Curve, ...]
    steps: tuple[str, ...]
    top: Amounts
    band: tuple[Curve, Curve] | None = None


class Due(NamedTuple):
    """Something expected on a day, for a calendar: `uid` is the same each time, `late` the days behind its baseline."""

    uid: str
    title: str
    on: Period
    late: int | None = None


class Report(NamedTuple):
    """A titled table with its totals, its coverage and the definitions behind its numbers.

    `totals` is one row of cells under the columns (None: no total row); `elsewhere` is what it leaves out of the rows,
    because a parent holds for its parts or a part is in another row: rows + elsewhere = totals. In a table for people
    the last `fold` rows are one, the row `folded`, and the `lead` is a sentence above the rows. `every` says that every
    column was asked for: a workbook is then as wide as the csv. `state` is the state of the ledger that a page or a
    document names in its head; `details` are what a page unfolds below a cell, by the number of its row and the key of
    its column. `remarks` stand below in full, a line each,
    `coverage` says what the figures cover and leave out, the weightiest first, `notes` how
    they are defined: a table for people prints two lines of the first. With `grouped`, the first column is a heading
    over the rows that share it; on a narrow screen the columns behind the first `repeated` are in several tables, one
    below the other; with `exact`, amounts keep every digit in a table too. The `chart` is drawn below the
    rows on a terminal and on a page and left out everywhere else. Where only the first rows were asked for, `found`
    says how many there are. `due` is what a calendar holds, None where the report has no due days.
    """

    name: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    as_of: date
    known_on: date | None = None
    currency: str | None = None
    totals: Row | None = None
    elsewhere: Row | None = None
    fold: int = 0
    folded: Row | None = None
    lead: str = ""
    found: int | None = None
    remarks: tuple[str, ...] = ()
    coverage: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    grouped: bool = False
    repeated: int = 0
    brief: int = 0
    exact: bool = False
    chart: Chart | None = None
    due: tuple[Due, ...] | None = None
    every: bool = False
    state: str = ""
    details: Mapping[tuple[int, str], tuple[str, ...]] = MappingProxyType({})
    empty: str = ""
