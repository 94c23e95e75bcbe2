"""What a file of rows is handed on as: headings, data rows of raw cells, and what was left out of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import NamedTuple, Protocol, TypeAlias

from tracker.records.schema import Problem

# Formats of text give str alone, as it stands in the file; None is a cell that is not there.
Value: TypeAlias = str | int | float | bool | date | datetime | time | timedelta | None
Cells: TypeAlias = Sequence[Value]
Progress: TypeAlias = Callable[[float], None]


@dataclass(frozen=True, slots=True)
class Heading:
    """One column: its place in a row's cells, its letter in the file, its text, the group title above it.

    Texts are unique under one group title: the second of a name ends in " (2)", a blank one is "column F". Where fields
    run down the page, `letter` is the number of the file's row.
    """

    index: int
    letter: str
    text: str
    above: str = ""


class Row(NamedTuple):
    """One data row: its number as a spreadsheet shows it, and as many cells as there are headings.

    Where fields run down the page, the number is that of the file's column.
    """

    number: int
    cells: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A row that is no data: its number, the beginning of its text, and why.

    Where fields run down the page, that is a column of the file, or a row without a field.
    """

    row: int
    text: str
    why: str


class Source(Protocol):
    """Where records come from; one after another, the first of the file first, again at each call."""

    def records(self, progress: Progress | None) -> Iterator[Cells]:
        """Every record of the file. Raises InputRejected where it cannot be read."""


class Sifting(Protocol):
    """What tells the data rows among the records of a source."""

    left_out: list[LeftOut]
    problems: list[Problem]

    def rows(self, records: Iterator[Cells]) -> Iterator[Row]:
        """The data rows of `records`."""


@dataclass(slots=True)
class Table:
    """A file that was opened: what it is, its headings, and its rows as often as they are asked for.

    `title` holds the texts above the headings, `statements` what was understood, in sentences. `progress` is called
    with the share of the file that was read, 0 to 1.
    """

    name: str
    format: str
    encoding: str
    delimiter: str
    sheet: str
    sheets: tuple[str, ...]
    headings: tuple[Heading, ...]
    header_row: int
    transposed: bool
    title: tuple[str, ...]
    statements: tuple[str, ...]
    source: Source
    sift: Callable[[], Sifting]
    progress: Progress | None = None
    left_out: list[LeftOut] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def rows(self) -> Iterator[Row]:
        """The data rows, one after another; `left_out` and `problems` are those of the last run, complete at its end.

        Raises InputRejected where the file cannot be read on.
        """
        sifting = self.sift()
        self.left_out, self.problems = sifting.left_out, sifting.problems
        return sifting.rows(self.source.records(self.progress))

    def address(self, row: int, index: int) -> str:
        """The cell of a data row under the heading at `index`, as a spreadsheet calls it: "F12".

        In JSON lines, which have no columns, the line and the key: "12:amount".
        """
        heading = self.headings[index]
        if self.format == "jsonl":
            return f"{row}:{heading.text}"
        return f"{letters(row - 1)}{heading.letter}" if self.transposed else f"{heading.letter}{row}"


def letters(index: int) -> str:
    """The name a spreadsheet gives the column at `index`, from 0: A, B, … Z, AA."""
    name = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        name = chr(65 + rest) + name
    return name
