"""A file of rows as it is handed on: headings, rows of raw cells, what was left out; and what a cell looks like."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Literal, NamedTuple, Protocol, TypeAlias

from tracker.records.origin import State
from tracker.records.schema import Problem
from tracker.text import LONGEST, shorten

_LINE_END = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")
# Marks for breaking and joining words, and the direction marks that Windows copies with a day.
_UNSEEN = re.compile("[\xad\u200b\u200e\u200f\u2060\ufeff]|_x000D_")
# Signs of cp1252 that were taken for control characters on the way here: ‘ ’ “ ” – and their like.
_MISREAD = {number: bytes([number]).decode("cp1252", "ignore") for number in range(0x80, 0xA0) if number != 0x85}
# What Word draws with its symbol fonts, mostly the sign before each item of a list.
_SYMBOL = re.compile("[\ue000-\uf8ff]")

# Formats of text give str alone, as it stands in the file; None is a cell that is not there.
Value: TypeAlias = str | int | float | bool | date | datetime | time | timedelta | None
Cells: TypeAlias = Sequence[Value]
Progress: TypeAlias = Callable[[float], None]


class Formula(str):
    """A cell that holds this formula, whose value nobody has computed."""

    __slots__ = ()


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


class Filter(Protocol):
    """One run through the records of a source, which keeps the data rows and says what it leaves out."""

    left_out: list[LeftOut]
    problems: list[Problem]

    def rows(self, records: Iterator[Cells]) -> Iterator[Row]:
        """The data rows of `records`."""


@dataclass(slots=True)
class Table:
    """A file that was opened: what it is, its headings, and its rows as often as they are asked for.

    `title` holds the texts above the headings, `statements` what was understood, in sentences, `state` where a workbook
    that tracker wrote comes from. `progress` is called with the share of the file that was read, 0 to 1. `count` is the
    number of rows; `plainer` names the cells from which characters no text needs were taken, `unusual` the rows with a
    line break or a text longer than a name.
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
    filter: Callable[[], Filter]
    state: State | None = None
    progress: Progress | None = None
    left_out: list[LeftOut] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    plainer: list[str] = field(default_factory=list)
    unusual: set[int] = field(default_factory=set)
    count: int = 0

    def rows(self) -> Iterator[Row]:
        """The data rows, one after another; what is said of them is that of the last run, complete at its end.

        Raises InputRejected where the file cannot be read on.
        """
        run = self.filter()
        self.left_out, self.problems = run.left_out, run.problems
        self.plainer, self.unusual, self.count = [], set(), 0
        for row in run.rows(self.source.records(self.progress)):
            self.count += 1
            text = "".join([cell for cell in row.cells if isinstance(cell, str)])
            yield row if len(text) <= LONGEST and text.isprintable() else self._plain(row)

    def _plain(self, row: Row) -> Row:
        """A row with line ends as line feeds, tabs as blanks, and without characters that are not seen."""
        cells = list(row.cells)
        for index, cell in enumerate(cells):
            if cell.__class__ is str:
                text = _SYMBOL.sub(
                    "•", _UNSEEN.sub("", _LINE_END.sub("\n", str(cell).translate(_MISREAD))).replace("\t", " ")
                )
                if text.strip() != str(cell).strip():
                    self.plainer.append(self.address(row.number, index))
                if "\n" in text.strip() or len(text) > LONGEST:
                    self.unusual.add(row.number)
                cells[index] = text
        return Row(row.number, tuple(cells))

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


Knows: TypeAlias = Callable[[str], bool]
# The columns of each merged range of a row, first and last: {row: [(first, last), …]}.
Spans: TypeAlias = dict[int, list[tuple[int, int]]]


@dataclass(frozen=True, slots=True)
class Layout:
    """Where things stand: rows count from 0, the headings stand from `top` to `header`, the data begins after
    `bottom`; between the two are units and numbers of columns.

    `label` is the column whose words tell what a row is, `serial` says that a column of numbers stands before it, and
    `counted` that it is called so; `numbers` are the columns of numbers and days; `knows` tells a heading by its words;
    `repeated` holds the texts of heading rows and title lines as they come again on a later page. In a
    `native` file every row is data.
    """

    top: int
    header: int
    bottom: int
    headings: tuple[Heading, ...]
    title: tuple[str, ...]
    label: int
    serial: bool
    repeated: frozenset[tuple[str, ...]]
    native: bool = False
    counted: bool = False
    numbers: frozenset[int] = frozenset()
    knows: Knows = bool


# --- cell types -------------------------------------------------------------------------------------------------------

Shape: TypeAlias = Literal["blank", "number", "date", "period", "text"]

# Written where nothing is: neither words nor a number.
_DASHES = frozenset("-–—－/／")
_SIGNS = "£$€¥￥"
_UNIT = r"(?:[%％‰]|[十百千万亿]*(?:元|美元|欧元|日元)?|亩|个|k|m|mn|bn|million|billion|thousand|[A-Z]{3})"
_NUMBER = re.compile(
    rf"[(（+\-−]?\s*(?:[A-Z]{{0,3}}[{_SIGNS}])?\s*[+\-−]?[0-9][0-9.,'\s]*\s*[{_SIGNS}]?\s*{_UNIT}\.?\s*[)）]?", re.I
)
_MONTH_NAME = (
    r"(?:jan(?:uary|uar)?|feb(?:ruary|ruar)?|mar(?:ch)?|märz?|apr(?:il)?|ma[yi]|jun[ei]?|jul[yi]?|aug(?:ust)?"
    r"|sept?(?:ember)?|o[ck]t(?:ober)?|nov(?:ember)?|de[cz](?:ember)?)\.?"
)
_TIME = r"(?:[T ]\s*[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?(?:\.[0-9]+)?\s*(?:[AP]M)?(?:Z|[+-][0-9:]{4,6})?)?"
_DAY = re.compile(
    rf"(?:[0-9]{{1,4}}\s*[-/.年]\s*[0-9]{{1,2}}\s*[-/.月]\s*[0-9]{{1,4}}\s*日?"
    rf"|[0-9]{{1,2}}[-\s.]+{_MONTH_NAME}[-\s.,]+[0-9]{{2,4}}|{_MONTH_NAME}\s+[0-9]{{1,2}},?\s+[0-9]{{4}}){_TIME}",
    re.IGNORECASE,
)
# Months, quarters and years stand in cells and, in a wide sheet, as headings.
_PERIOD = re.compile(
    rf"(?:19|20)[0-9]{{2}}年?|(?:19|20)[0-9]{{2}}(?:\s*[-/.年]\s*[0-9]{{1,2}}月?|\s*年?[-\s]?(?:Q[1-4]|[一二三四1-4]季度))"
    rf"|[0-9]{{1,2}}月|[0-9]{{1,2}}[-—~至][0-9]{{1,2}}月|{_MONTH_NAME}(?:[-\s']+[0-9]{{2,4}})?|Q[1-4](?:\s+(?:19|20)[0-9]{{2}})?",
    re.IGNORECASE,
)


def shape(value: Value) -> Shape:
    """The shape of one cell; a "period" is a month, quarter or year, which may also be a heading."""
    if isinstance(value, str):
        return "number" if value.__class__ is Formula else _shape(value.strip()) if value else "blank"
    if value is None:
        return "blank"
    if isinstance(value, date | time | timedelta):
        return "date"
    return "period" if type(value) is int and 1900 <= value <= 2100 else "number"


def is_blank(value: Value) -> bool:
    """Whether a cell holds nothing that can be seen."""
    return value is None or (isinstance(value, str) and not value.strip())


def text_of(value: Value) -> str:
    """A cell as one line of text, for a heading or a message."""
    return "" if value is None else " ".join(str(value).split())


def row_text(cells: Cells) -> str:
    """The beginning of a row in one line, for a message."""
    return shorten(" ".join(text_of(cells[place])[:80] for place in filled(cells)[:8]))


def filled(cells: Cells) -> list[int]:
    """The places of the cells that are not blank."""
    return [place for place, value in enumerate(cells) if not is_blank(value)]


def folded(text: str) -> str:
    """A text as words are compared: width and case folded, without blanks."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


def _shape(text: str) -> Shape:
    if not text or text in _DASHES:
        return "blank"
    # No date and no amount is longer, and patterns are slow on a pasted page.
    if len(text) > 40:
        return "text"
    text = unicodedata.normalize("NFKC", text)
    if _PERIOD.fullmatch(text):
        return "period"
    if _DAY.fullmatch(text):
        return "date"
    return "number" if _NUMBER.fullmatch(text) else "text"
