"""A file becomes a table: where its headings stand, which rows below them are data, and what was left out.

Headings are found by what rows look like and by the words in them, over one to three rows: a row of headings has words
and no numbers, at least half as many cells as most rows, and few cells twice. The first such row is taken, or a later
one with clearly more headings that are known. A row below it belongs to it where it only divides what the row above
leaves open (merged cells), a row above it where its cells stand over several. Headings that run down the page transpose
the sheet on its side.

Totals, footnotes, sections, repeated headings and blank rows are no data. A total row begins with a word for it (合计,
Subtotal) and has no other words in it, or, in Chinese, one remark beside its numbers: a project called Total that has a
place, a stage or a code stays. A footnote begins with its mark (注：, Source:), or is one cell of text after the last
row of data, unless rows like it stand among the data. In a file of our own nothing is left out but blank rows.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain, islice
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, Protocol

from tracker.errors import InputRejected, TrackerError, UsageError
from tracker.i18n import _, ngettext
from tracker.importer.headings import knows, numbering, read_unit
from tracker.importer.readers.source_file import (
    LOOKED_AT,
    NONE,
    REPLACED,
    SAMPLE,
    Cells,
    Delimited,
    Lines,
    Progress,
    Sheet,
    SheetRows,
    Source,
    SourceFile,
    Spans,
    TextLines,
    Unreadable,
    Value,
    check_markup,
    declared,
    delimiter_name,
    filled,
    find_delimiter,
    find_encoding,
    find_format,
    is_json,
    is_object,
    letters,
    read_delimiter,
    read_object,
    read_sheets,
    row_text,
    shape,
    source_file,
    text_of,
    wrong_suffix,
)
from tracker.records.origin import State
from tracker.records.schema import KINDS, RECORD, Problem
from tracker.records.serialize import are_of_many, are_own
from tracker.text import LONGEST, folded, shorten

_LINE_END = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")
# Marks for breaking and joining words, and the direction marks that Windows copies with a day.
_UNSEEN = re.compile("[\xad\u200b\u200e\u200f\u2060\ufeff]|_x000D_")
# Signs of cp1252 that were taken for control characters on the way here: ‘ ’ “ ” – and their like.
_MISREAD = {number: bytes([number]).decode("cp1252", "ignore") for number in range(0x80, 0xA0) if number != 0x85}
# What Word draws with its symbol fonts, mostly the sign before each item of a list.
_SYMBOL = re.compile("[\ue000-\uf8ff]")


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


@dataclass(frozen=True, slots=True)
class Layout:
    """Where things stand: rows count from 0, the headings stand from `top` to `header`, the data begins after
    `bottom`; between the two are units and numbers of columns.

    `label` is the column whose words tell what a row is, `serial` says that a column of numbers stands before it, and
    `counted` that it is called so; `numbers` are the columns of numbers and days; `repeated` holds the texts of heading
    rows and title lines as they come again on a later page. In a `native` file every row is data.
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


# --- where the headings stand ----------------------------------------------------------------------------------------

# So many rows may stand above the headings of a file of ours.
_TITLES = 10
_DEPTH = 3
# A row of at least so many names as programs give them; one of ours may have only two of these.
_LEAST_OURS, _FIELDS, _FIELD = 2, 3, re.compile("[a-z][a-z0-9]*(?:[_.][a-z0-9]+)*")
# A longer text alone in its row is the title of the table and not of some of its columns.
_LONGEST_GROUP = 60
_TITLE = re.compile(r"(?:单位|단위)\s*[:：]|[:：]|截至|截止|编制|填报|as (?:of|at)\b|units?\b", re.IGNORECASE)


def find_layout(
    records: Sequence[Cells],
    spans: Spans,
    row: int | None,
    name: str,
    *,
    rows: Sequence[int] | None = None,
    ragged: bool = False,
) -> Layout:
    """The layout of a table that begins with these records; `row` is that of the headings, from 1, where it is given.

    `rows` are the numbers of the file's rows that the places of a record stand for, where records are columns.
    `ragged` records are as long as they are written: a cell beyond the headings is a mistake, no further column.

    Raises InputRejected where no row can be the headings, UsageError where `row` has no cells.
    """
    page = _Page(records, spans, rows, ragged=ragged)
    if row is None:
        header = page.first_header()
        if header is None:
            sentence = _("{name} has no row of headings in its first rows: give it with --header")
            raise InputRejected(sentence.format(name=name))
    elif not 1 <= row <= len(records) or not filled(records[row - 1]):
        raise UsageError(_("row {row} of {name} holds no headings").format(row=row, name=name))
    else:
        header = row - 1
    return page.layout(header)


class _Page:
    """The first records of a table."""

    def __init__(self, records: Sequence[Cells], spans: Spans, rows: Sequence[int] | None, *, ragged: bool) -> None:
        self.records, self.spans, self.rows = records, spans, rows
        self.ragged = ragged
        self.places = [filled(cells) for cells in records]
        self.shapes = [[shape(value) for value in cells] for cells in records]

    # --- which row ---

    def first_header(self) -> int | None:
        counts = Counter(len(places) for places in self.places if places)
        if not counts:
            return None
        usual = max(counts, key=lambda count: (counts[count] * min(count, 2), count))
        rows = range(len(self.records))
        # Groups of groups may leave every row of headings half empty.
        candidates = [row for row in rows if self._may_be_header(row, usual)] or [
            row for row in rows if self._may_be_header(row, 2) and self.hits(row) > 1
        ]
        if not candidates:
            return None
        known = {row: self.hits(row) for row in candidates}
        best = max(candidates, key=lambda row: (known[row], -row))
        first = candidates[0]
        return best if known[best] >= 2 and known[best] > 2 * known[first] else first

    def hits(self, row: int) -> int:
        """How many cells of a row are known headings."""
        return _count_known(self.records[row])

    def texts(self, row: int) -> list[str]:
        return [text_of(value) for value in self.records[row]]

    def text(self, row: int, column: int) -> str:
        cells = self.records[row]
        return text_of(cells[column]) if column < len(cells) else ""

    def _may_be_header(self, row: int, usual: int) -> bool:
        places = self.places[row]
        if len(places) < min(2, usual) or 2 * len(places) < usual:
            return False
        if any(self.text(row, place).endswith((":", "：")) for place in places):
            # "Department: Health" is about the file.
            return False
        for place in places:
            # A day may be a heading where numbers stand below it.
            kind = self.shapes[row][place]
            if kind == "number" or (kind == "date" and not self._below(row, place, "number")):
                return False
        texts = {self.text(row, place) for place in places}
        has_word = any(self.shapes[row][place] in ("text", "blank") for place in places)
        return 2 * len(texts) >= len(places) and has_word

    def _below(self, row: int, place: int, *wanted: str, share: int = 2) -> bool:
        """Whether most of what stands below, or one in `share`, has one of these shapes."""
        below = [shapes[place] for shapes in self.shapes[row + 1 :] if place < len(shapes) and shapes[place] != "blank"]
        return share * sum(kind in wanted for kind in below) > len(below)

    # --- which rows belong to it ---

    def layout(self, row: int) -> Layout:
        top = bottom = row
        while bottom - top < _DEPTH - 1 and bottom + 1 < len(self.records) and self._divides(bottom, bottom + 1):
            bottom += 1
        while bottom - top < _DEPTH - 1 and top > 0 and self._stands_over(top - 1, top):
            top -= 1
        units = self._after_units(bottom)
        data = self._after_numbering(units + 1)
        width = self._width(top, bottom, data)
        title = tuple(
            " ".join(self.text(line, place) for place in self.places[line]) for line in range(top) if self.places[line]
        )
        lines = [tuple(text for text in self.texts(line) if text) for line in range(top, data)]
        alone = [(text,) for text in title]
        headings = self._headings(top, bottom, units, width)
        label = self._label(data, headings)
        # Where every row with a name is counted 一, 二, 三, these head no sections.
        counts = [self.text(line, 0) for line in range(data, len(self.records)) if self.text(line, label)]
        serial = label > 0 and not (counts and all(map(is_chinese_number, counts)))
        return Layout(
            top, bottom, data - 1, headings, title, label, serial, frozenset((*lines, *alone)),
            counted=numbering(headings[0].text),
            numbers=frozenset(at for at in range(width) if self._below(data - 1, at, "number", "date", share=4)),
        )  # fmt: skip

    def _divides(self, upper: int, lower: int) -> bool:
        """Whether `lower` only gives finer headings below the merged cells of `upper`."""
        places = self.places[lower]
        if not places or any(self.shapes[lower][place] in ("number", "date") for place in places):
            return False
        above = set(self.places[upper])
        merged = {
            place for first, last in self.spans.get(upper, ()) if last > first for place in range(first, last + 1)
        }
        groups = [
            place
            for place in places
            if place in above and (place in merged or (place + 1 not in above and place + 1 in places))
        ]
        single = above.intersection(places).difference(groups)
        if not groups or not (merged or all(knows(self.text(lower, place)) for place in single)):
            return False
        if merged.intersection(places):
            return True
        telling = any(knows(self.text(lower, place)) for place in places)
        return telling or any(self._below(lower, place, "number", "date", "period") for place in places)

    def _stands_over(self, upper: int, lower: int) -> bool:
        """Whether `upper` holds the titles of groups of the headings in `lower`."""
        places = self.places[upper]
        if not places or any(self.shapes[upper][place] in ("number", "date") for place in places):
            return False
        if any(_TITLE.search(self.text(upper, place)) for place in places):
            return False
        if len(places) == 1 and len(self.text(upper, places[0])) > _LONGEST_GROUP:
            return False
        last = max(self.places[lower])
        wide = [span for span in self.spans.get(upper, ()) if span[1] > span[0]]
        if wide:
            return not any(first == 0 and end >= last for first, end in wide)
        if len(places) == 1:
            return 0 < places[0] < last
        # Cells merged downwards leave the row below them blank.
        fewer = len(places) < len(self.places[lower]) or not set(places) <= set(self.places[lower])
        return fewer and places[-1] <= last

    def _after_units(self, bottom: int) -> int:
        """The last row of headings, counting a row that holds nothing but their units."""
        below = bottom + 1
        places = self.places[below] if below < len(self.records) else []
        # Rows are called something in their first cell, units are not.
        nameless = bool(places) and places[0] > 0
        return below if nameless and all(_is_unit(self.text(below, place)) for place in places) else bottom

    def _after_numbering(self, data: int) -> int:
        """The first row of data, without a row that numbers the columns or has the names of their fields."""
        if data < len(self.records):
            texts = [self.text(data, place) for place in self.places[data]]
            if numbers_columns(texts) or self._names_fields(data, texts):
                return data + 1
        return data

    def _names_fields(self, row: int, texts: list[str]) -> bool:
        """Whether a row below the headings says them again as a program calls them: countryname, total_amt."""
        named = len(texts) >= _FIELDS and len(set(texts)) == len(texts) and all(map(_FIELD.fullmatch, texts))
        above = [self.text(row - 1, place) for place in self.places[row - 1]]
        over_numbers = any(self._below(row, place, "number", "date") for place in self.places[row])
        return named and over_numbers and not all(map(_FIELD.fullmatch, above))

    # --- what they say ---

    def _width(self, top: int, bottom: int, data: int) -> int:
        """How many columns there are: those with a heading, and those after them that some rows fill."""
        width = max(max(self.places[row], default=-1) for row in range(top, bottom + 1)) + 1
        spanned = [last + 1 for row in range(top, bottom + 1) for first, last in self.spans.get(row, ())]
        width = max(width, *spanned) if spanned and bottom > top else width
        body = [places for places in self.places[data:] if places]
        counts = Counter(place for places in body for place in places if place >= width)
        beyond = [place for place, count in counts.items() if count >= 2 and 3 * count >= len(body)]
        widest = max((*beyond, width - 1)) + 1
        return min(widest, max(len(self.records[row]) for row in range(top, bottom + 1))) if self.ragged else widest

    def _label(self, data: int, headings: tuple[Heading, ...]) -> int:
        """The first column of words."""
        body = self.shapes[data:]
        for column, heading in enumerate(headings[:3]):
            if numbering(heading.text) and len(headings) > 1:
                continue
            kinds = [shapes[column] for shapes in body if column < len(shapes) and shapes[column] != "blank"]
            if kinds and 2 * kinds.count("text") > len(kinds):
                return column
        return 0

    def _headings(self, top: int, bottom: int, units: int, width: int) -> tuple[Heading, ...]:
        lowest = [self.text(bottom, column) for column in range(width)]
        uppers: list[list[str]] = []
        finer = lowest
        for row in reversed(range(top, bottom)):
            uppers.insert(0, self._spread(row, finer))
            finer = [text or upper for text, upper in zip(finer, uppers[0], strict=True)]
        below = [self.text(units, column).strip("()（）[] ") if units > bottom else "" for column in range(width)]
        seen: Counter[tuple[str, str]] = Counter()
        return tuple(
            self._heading(column, lowest[column], [upper[column] for upper in uppers], below[column], seen)
            for column in range(width)
        )

    def _spread(self, row: int, below: list[str]) -> list[str]:
        """The texts of a row of group titles, each over all the columns it stands for; `below` has what they divide."""
        texts = [self.text(row, column) for column in range(len(below))]
        if spans := self.spans.get(row):
            for first, last in spans:
                texts[first : last + 1] = [texts[first]] * (min(last + 1, len(texts)) - first)
            return texts
        group = ""
        for column, text in enumerate(texts):
            if text:
                group = text if below[column] else ""
            elif below[column]:
                texts[column] = group
        return texts

    def _heading(self, column: int, text: str, uppers: list[str], unit: str, seen: Counter[tuple[str, str]]) -> Heading:
        groups = list(dict.fromkeys(upper for upper in uppers if upper))
        # A cell merged downwards stands in the upper row, and is the heading itself.
        if not text and groups:
            text = groups.pop()
        letter = letters(column) if self.rows is None else str(self.rows[column])
        text = text or (_("column {letter}") if self.rows is None else _("row {letter}")).format(letter=letter)
        if unit and folded(unit) not in folded(text):
            text = f"{text}（{unit}）"
        above = " ".join(group for group in groups if group != text)
        seen[above, text] += 1
        count = seen[above, text]
        return Heading(column, letter, f"{text} ({count})" if count > 1 else text, above)


# --- our own files ----------------------------------------------------------------------------------------


def native_layout(head: Sequence[Cells]) -> Layout | None:
    """The layout of a file with the columns of one kind of record, or of all, in one of its first rows; else None."""
    for row, cells in enumerate(head[:_TITLES]):
        texts = [text_of(value) for value in cells]
        names = [text for text in texts if text]
        if sum(_FIELD.fullmatch(name) is not None for name in names) < _LEAST_OURS:
            continue
        unique = frozenset(names)
        ours = are_of_many(unique) if RECORD in unique else any(are_own(kind, unique) for kind in KINDS)
        if ours and len(unique) == len(names):
            headings = tuple(
                Heading(index, letters(index), text or _("column {letter}").format(letter=letters(index)))
                for index, text in enumerate(texts)
            )
            title = tuple(text for above in head[:row] for value in above if (text := text_of(value)))
            return Layout(
                row, row, row, headings, title=title, label=0, serial=False, repeated=frozenset(), native=True
            )
    return None


# --- rows between the headings and the data --------------------------------------------------------------------------

_NUMBERING = re.compile(r"[(（]?(?:([0-9]{1,3})|[甲乙丙丁戊己庚辛壬癸])[)）]?")


def _is_unit(text: str) -> bool:
    """Whether a text is a unit and nothing else: "万元", "(£m)", "亩", "吨"."""
    return read_unit(text) is not None or text.strip("()（）[] ") in ("年", "月", "吨")


def numbers_columns(texts: Sequence[str]) -> bool:
    """Whether the cells of a row number the columns, as forms have it: 甲 乙 1 2 3."""
    matches = [_NUMBERING.fullmatch(text) for text in texts]
    numbers = [int(match[1]) for match in matches if match and match[1]]
    enough = 2 if len(numbers) < len(matches) else 4
    if len(matches) < 3 or not all(matches) or len(numbers) < enough or numbers[0] > 3:
        return False
    return numbers == list(range(numbers[0], numbers[0] + len(numbers)))


# --- fields down the page ---------------------------------------------------------------------------------------------

_MOST_CELLS = 1_000_000
# Told by the words: more headings are known in a column than in any row, and what stands beside each of them is of
# one sort. Headings stand in one of the first columns; further to the right nothing new is seen in a row.
_COLUMNS = 2
_MOST_WIDTH = 100


@dataclass(frozen=True, slots=True)
class Transposed:
    """A sheet turned so that each column of the file is a record.

    `rows` are the numbers of the file's rows that became the places of a record, `title` what stands above them,
    `left_out` the rows that hold no field.
    """

    columns: tuple[Cells, ...]
    rows: tuple[int, ...]
    title: tuple[str, ...]
    left_out: tuple[LeftOut, ...] = field(default=())

    def records(self, progress: Progress | None) -> Iterator[Cells]:
        """The columns of the file, from the first."""
        yield from self.columns
        if progress is not None:
            progress(1.0)


def is_transposed(head: Sequence[Cells]) -> bool:
    """Whether a sheet that begins with these records has its headings in a column."""
    in_rows = max((_count_known(cells[:_MOST_WIDTH]) for cells in head), default=0)
    for column in range(_COLUMNS):
        texts = [cells[column] for cells in head if column < len(cells)]
        known = _count_known(texts)
        # What stands left of it are numbers or the titles of groups, not something in every row.
        left = [shape(cells[0]) for cells in head if cells and column]
        is_sparse = 2 * sum(kind not in ("blank", "number") for kind in left) <= len(left)
        if known >= 2 and known > in_rows and is_sparse:
            beside = [cells[column + 1 :] for cells in head]
            width = max(map(len, beside), default=0)
            down = [
                [cells[place] for cells in beside if place < len(cells)] for place in range(min(width, _MOST_WIDTH))
            ]
            return _evenness(beside) >= _evenness(down)
    return False


def transpose(records: Iterable[Cells], name: str) -> Transposed:
    """A sheet with its columns as records, all of it in memory. Raises InputRejected beyond a million cells."""
    kept: list[tuple[int, Cells]] = []
    size = 0
    for number, cells in enumerate(records, 1):
        size += len(cells)
        if size > _MOST_CELLS:
            sentence = _("{name} has more than a million cells, too many to be read with fields down the page")
            raise InputRejected(sentence.format(name=name))
        if filled(cells):
            kept.append((number, cells))
    first = next((place for place, (_number, cells) in enumerate(kept) if _is_field(cells)), len(kept))
    title = tuple(" ".join(text_of(cells[place]) for place in filled(cells)) for _number, cells in kept[:first])
    fields: list[tuple[int, Cells]] = []
    left_out: list[LeftOut] = []
    for number, cells in kept[first:]:
        if _is_field(cells):
            fields.append((number, cells))
        else:
            text = text_of(cells[filled(cells)[0]])
            is_footnote = is_note(text) or is_sentence(text)
            why = _("a footnote") if is_footnote else _("the heading of a section")
            left_out.append(LeftOut(number, shorten(text[:500]), why))
    width = max((filled(cells)[-1] + 1 for _number, cells in fields), default=0)
    columns = tuple(
        tuple(cells[place] if place < len(cells) else None for _number, cells in fields) for place in range(width)
    )
    return Transposed(columns, tuple(number for number, _cells in fields), title, tuple(left_out))


def _is_field(cells: Cells) -> bool:
    """A row with a heading and something beside it, or with a heading that is known."""
    places = filled(cells)
    texts = [text_of(cells[place]) for place in places]
    return not is_note(texts[0]) and (len(places) > 1 or knows(texts[0]))


def _count_known(cells: Sequence[Value]) -> int:
    """How many words among the cells are known headings; a number or a day is none."""
    return sum(map(knows, {text_of(value) for value in cells if isinstance(value, str) and shape(value) == "text"}))


def _evenness(lines: Sequence[Cells]) -> float:
    """The share of cells whose shape is the commonest of their line."""
    even = total = 0
    for cells in lines:
        shapes = Counter(kind for value in cells[:_MOST_WIDTH] if (kind := shape(value)) != "blank")
        total += shapes.total()
        even += max(shapes.values(), default=0)
    return even / total if total else 0.0


# --- which rows are data ----------------------------------------------------------------------------------------------

# A file that has more of these was read by a wrong delimiter, and its rows would fill the memory.
MOST_PROBLEMS = 1000
MOST_COLUMNS = 16_384
MOST_LEFT_OUT = 100_000
# Labels that are kept so that they are looked at once.
_MOST_PLAIN = 50_000
# So many rows of one cell in a row are no footnotes.
_MOST_LONE = 20
_COUNT = re.compile("共?[0-9]+[个项家户].*")
# A line above the headings that is read for the whole table: its unit, its day.
_OF_ALL = re.compile(r"(?:单位|단위)\s*[:：]|截至|截止|\bas (?:of|at)\b|\bunits?\b", re.IGNORECASE)


class RowFilter:
    """One run through the records of a table: what is left out of its rows, and the rows with too many cells."""

    def __init__(self, layout: Layout, name: str, *, empty: Value, banners: Collection[int] = ()) -> None:
        """Start with nothing left out; `name` is the file's, for refusals, `empty` what its blank cells are.

        `banners` are the numbers of rows in which one cell is merged over several columns.
        """
        self.left_out: list[LeftOut] = []
        self.problems: list[Problem] = []
        self._layout = layout
        self._name = name
        self._empty = empty
        self._banners = banners
        self._width = len(layout.headings)
        # Rows of one cell that wait for what comes after them, each with whether a part of the table ended before it.
        self._lone: list[tuple[Row, bool]] = []
        self._lone_data = False
        self._ended = 0
        self._blank = 0
        self._other_table = False
        self._plain: set[Value] = set()

    def rows(self, records: Iterator[Cells]) -> Iterator[Row]:
        """The data rows of `records`, which begin with the first of the file.

        Most rows of a text file are seen through at once: as many cells as headings, harmless words at the place of the
        label, and more than one cell filled.
        """
        width, label, empty, waiting = self._width, self._layout.label, self._empty, self._lone
        skipped, lone, make = self._layout.bottom + 1, self._width - 1, tuple.__new__
        plain, last = self._plain, 0
        previous: Cells = ()
        for number, cells in enumerate(islice(records, self._layout.top), 1):
            if len(filled(cells)) > 1 and not _OF_ALL.search(row_text(cells)):
                self._leave_out(number, cells, _("above the headings"))
        rest = islice(records, skipped - self._layout.top, None)
        for number, cells in enumerate(rest, skipped + 1):
            if (
                len(cells) == width
                and (cells[label] in plain or self._is_plain(cells[label]))
                and (cells[-1] or cells.count(empty) < lone)
                and (not label or str(cells[0]).isdigit())
                and not waiting
                and self._blank != number - 1
                and not self._other_table
            ):
                last, previous = number, cells
                yield make(Row, (number, tuple(cells)))
            else:
                for row in self._judged(number, cells, last, previous):
                    last, previous = row.number, row.cells
                    yield row
        yield from self._at_the_end(last)

    def _is_plain(self, word: Value) -> bool:
        """Whether a label neither begins nor ends like that of a total, a note or a heading; kept if so."""
        if not isinstance(word, str) or not word or word == self._layout.headings[self._layout.label].text:
            return False
        if is_suspect(word):
            return False
        if len(self._plain) < _MOST_PLAIN:
            self._plain.add(word)
        return True

    # --- one row ---

    def _judged(self, number: int, cells: Cells, last: int, previous: Cells) -> Iterator[Row]:
        """The rows that are known to be data now; `last` and `previous` are the number and cells of the last one."""
        check_columns(cells, number, self._name)
        places = filled(cells)
        if not places:
            self._ended = self._blank = number
            return
        if tuple(text_of(cells[place]) for place in places) in self._layout.repeated:
            self._other_table = False
        elif self._other_table or self._begins_table(number, cells, places):
            self._other_table = True
            self._leave_out(number, cells, _("of another table: choose it with --header"))
            return
        native, label = self._layout.native, self._layout.label
        is_usual = native or (len(places) > 1 and places[0] == label and self._is_plain(cells[label]))
        if not is_usual and (why := self._why_not(number, cells, places, previous)):
            self._leave_out(number, cells, why)
            self._ended = number
            return
        if places[-1] >= self._width:
            self._report(number, cells, places[-1])
            return
        row = Row(number, (*cells[: self._width], *([None] * (self._width - len(cells)))))
        # One cell of words is explained by what comes after it.
        is_lone = len(places) == 1 < self._width and not native and shape(cells[places[0]]) == "text"
        if is_lone and len(self._lone) < _MOST_LONE:
            self._lone.append((row, self._ended > last > 0))
            return
        yield from self._lone_among_data(last)
        yield row

    def _why_not(self, number: int, cells: Cells, places: list[int], previous: Cells) -> str | None:
        """Why a row is no data, in words; None where it may be."""
        texts = [(place, text_of(cells[place])) for place in places]
        if tuple(text for _place, text in texts) in self._layout.repeated:
            return _("the headings again")
        first = next(((place, text) for place, text in texts if shape(cells[place]) == "text"), None)
        if first is None:
            return None
        if _is_total(first, cells, places, previous):
            return _("a total")
        if self._is_note(first[1], cells, places):
            return _("a footnote")
        if self._layout.serial and first[0] == 0 and self._heads_section(first[1], cells, places):
            return _("the heading of a section")
        if len(places) == 1 and (_SECTION.match(first[1].strip()) or number in self._banners):
            return _("the heading of a section")
        return None

    def _heads_section(self, text: str, cells: Cells, places: list[int]) -> bool:
        """Whether words in the column of serial numbers head a section: 一, or 二、产业 with sums and no name."""
        if is_chinese_number(text):
            # A project may be counted 三; it has days or several words, a section has not.
            others = [cells[place] for place in places[1:] if place != self._layout.label]
            days = any(shape(one) in ("date", "period") and not text_of(one).isdigit() for one in others)
            return not days and sum(shape(one) == "text" for one in others) < _WORDS_OF_DATA
        rest = {shape(cells[place]) for place in places[1:]}
        return self._layout.counted and self._layout.label not in places and rest <= {"number", "period"}

    def _begins_table(self, number: int, cells: Cells, places: list[int]) -> bool:
        """Whether a row below a blank one is all words, also where numbers stood, and begins with a heading."""
        if self._blank != number - 1 or len(places) < 2 or self._layout.numbers.isdisjoint(places):
            return False
        if any(shape(cells[place]) != "text" for place in places):
            return False
        return any(knows(text_of(cells[place])) for place in places if place <= self._layout.label)

    def _is_note(self, text: str, cells: Cells, places: list[int]) -> bool:
        if not is_note(text):
            return False
        if len(places) == 1:
            return True
        shapes = {shape(cells[place]) for place in places}
        return len(places) <= max(2, self._width // 2) and not shapes & {"number", "date"}

    # --- rows of one cell ---

    def _lone_among_data(self, last: int) -> Iterator[Row]:
        """Rows of one cell that data follows: names without figures, or headings of sections."""
        for row, ended in self._lone:
            if last and (ended or filled(row.cells) != [self._layout.label]):
                self._leave_out(row.number, row.cells, _("the heading of a section"))
            else:
                self._lone_data = True
                yield row
        self._lone.clear()

    def _at_the_end(self, last: int) -> Iterator[Row]:
        for row, ended in self._lone:
            [place] = filled(row.cells)
            is_name = place == self._layout.label and not is_sentence(text_of(row.cells[place]))
            if is_name and not ended and (self._lone_data or not last):
                yield row
            else:
                self._leave_out(row.number, row.cells, _("a footnote"))
        self._lone.clear()

    # --- what is said about it ---

    def _leave_out(self, number: int, cells: Cells, why: str) -> None:
        if len(self.left_out) >= MOST_LEFT_OUT:
            sentence = _("{name} has more than {count} rows that are not data")
            raise InputRejected(sentence.format(name=self._name, count=MOST_LEFT_OUT))
        self.left_out.append(LeftOut(number, row_text(cells), why))

    def _report(self, number: int, cells: Cells, place: int) -> None:
        if len(self.problems) >= MOST_PROBLEMS:
            sentence = _("{name} has more than {count} rows with too many cells: check --delimiter and quotes")
            raise InputRejected(sentence.format(name=self._name, count=MOST_PROBLEMS))
        self.problems.append(
            Problem(
                row=number,
                cell=f"{letters(place)}{number}",
                column="",
                value=shorten(text_of(cells[place])[:200]),
                problem=_("the row has {cells} cells, the headings are {headings}").format(
                    cells=place + 1, headings=self._width
                ),
                hint=_("put a text with the delimiter in it between double quotes, or name the column"),
            )
        )


_WORDS_OF_DATA = 2


def check_columns(cells: Cells, number: int, name: str) -> None:
    """Raise InputRejected where a record has more cells than any spreadsheet has columns."""
    if len(cells) > MOST_COLUMNS:
        sentence = _("{name} has {cells} cells in row {row}, the most is {most}: check --delimiter")
        raise InputRejected(sentence.format(name=name, cells=len(cells), row=number, most=MOST_COLUMNS))


def _is_total(first: tuple[int, str], cells: Cells, places: list[int], previous: Cells) -> bool:
    """Whether a row whose first words are `first`, a place and a text, sums up those before it."""
    place, text = first
    if _OF_WHICH.match(text) and any(shape(cells[before]) in ("number", "period") for before in range(place)):
        # Counted, or with a code of its own: a row like the others.
        return False
    above = text_of(previous[place]) if place < len(previous) else ""
    # Excel's own subtotals: "North Total" under rows called North.
    after = _TOTAL_AFTER.fullmatch(text.strip())
    if not is_total_word(text) and (not above or after is None or after[1] != above):
        return False
    beside = [cells[other] for other in places if other != place]
    others = [shape(value) for value in beside if not (isinstance(value, str) and _COUNT.fullmatch(value.strip()))]
    return others.count("text") <= (not text.isascii() and "number" in others)


# --- row markers ------------------------------------------------------------------------------------------------------


CHINESE_TOTAL = "合计|总计|小计|共计|总和"
OTHER_TOTAL = "(?:grand|sub)?-?totals?|sum|summe|gesamt|gesamtsumme|zwischensumme|insgesamt"
_CHINESE_DIGIT = "[一二三四五六七八九十]"
# Alone, or with a count or a remark: "合计：", "合计（12个）", "Total (12 projects)", "Total:".
_TOTAL = re.compile(
    rf"(?:[一-鿿]{{0,12}}(?:{CHINESE_TOTAL})|{OTHER_TOTAL}|平均值?|均值|average|mean|median)[:：]?"
    r"(?:[(（].*[)）]|共?[0-9]+[个项家户].*)?|共?[0-9]+(?:[个项]?(?:项目|工程)|projects?|schemes?|operations?)|其中[:：].*|ofwhich[:：].*"
)
_OF_WHICH = re.compile("其中|of which", re.IGNORECASE)
# "Total of all projects", "Total for 2023"; not "Total Energies", which is a name.
_TOTAL_OF = re.compile(
    r"(?:(?:grand|sub)[ -]?)?totals? +(?:of|for|all|number|amount|cost|projects|[12][0-9]{3})\b.*", re.IGNORECASE
)
_TOTAL_AFTER = re.compile(r"(.+?) (?:sub)?total", re.IGNORECASE)
_NOTE = re.compile(
    r"[*※†]|[-—\s]*(?:第\s*[0-9]+\s*页|共\s*[0-9]+\s*页|page\s*[0-9]+(?:\s*(?:of|/)\s*[0-9]+)?\s*$)|(?:注|备注|附注|说明|填表说明|来源|资料来源|数据来源|注释)\s*[0-9一二三]?\s*[:：.、]"
    r"|(?:填表人|填报人|填报单位|制表|制表人|审核|审核人|单位负责人|联系人|联系电话|填表日期|填报日期|报送单位)\s*(?:[:：]|$)"
    r"|(?:notes?|sources?|remarks?|nb|n\.b\.|quelle|anmerkung(?:en)?|hinweis)\s*[0-9]?\s*[:.]|(?:notes?|sources?)\s*$",
    re.IGNORECASE,
)
_CHINESE_NUMBER = re.compile(rf"[(（]?{_CHINESE_DIGIT}+[)）]?[、.．]?")
_SECTION = re.compile(
    rf"[(（]{_CHINESE_DIGIT}+[)）]|{_CHINESE_DIGIT}+[、.．]|第{_CHINESE_DIGIT}+[部分类批]|[IVX]+[.、]\s|part\s+\w+[.:]?",
    re.IGNORECASE,
)
_SENTENCE = re.compile("[:：。]|.{40}")

# How all of these begin or end, for a first look at a label.
_SUSPECT = re.compile(
    r"[-—\s]|[*※†]|第|共|合|总计|总和|小计|其中|平均|均值|注|备注|附注|说明|填[表报]|来源|资料来源|数据来源|制表|审核"
    r"|单位负责人|联系|报送|page|average|mean|median|of which|grand|sub-?\s?total|total|sum|zwischen|gesamt|insgesamt"
    r"|note|source|remark|nb|n\.b|quelle|anmerkung|hinweis|[0-9]+ ?(?:个|项|工程|project|scheme|operation)"
    r"|.*(?:计|和|[:：)）\s]|total)$",
    re.IGNORECASE | re.DOTALL,
)


def is_suspect(text: str) -> bool:
    """Whether a label may be that of a total or a note, by how it begins or ends; others surely are not."""
    return _SUSPECT.match(text) is not None


def is_total_word(text: str) -> bool:
    """Whether a text is the label of a total row, as far as it can tell by itself."""
    plain = text.strip()
    return _TOTAL.fullmatch(folded(plain).replace(" ", "")) is not None or _TOTAL_OF.fullmatch(plain) is not None


def is_note(text: str) -> bool:
    """Whether a text begins like a footnote or like the signature under a table."""
    return _NOTE.match(text.strip()) is not None


def is_chinese_number(text: str) -> bool:
    """Whether a text is a Chinese number and nothing else, as sections have it in the column of serial numbers."""
    return _CHINESE_NUMBER.fullmatch(text.strip()) is not None


def is_sentence(text: str) -> bool:
    """Whether a text is one of prose rather than a name."""
    return _SENTENCE.search(text.strip()) is not None


# --- JSON lines ------------------------------------------------------------------------------------------------------

# The keys of so many lines are the headings.
LINES_LOOKED_AT = 1000
MOST_KEYS = 1000
# Names in a list are joined as in our own text files, and a bar of a name is marked.
_ESCAPES = str.maketrans({"\\": "\\\\", "|": "\\|"})


class Objects:
    """One run through the lines: an object becomes a row in the order of the headings."""

    def __init__(self, headings: tuple[Heading, ...], name: str) -> None:
        """Start with nothing left out; `name` is the file's, for refusals."""
        self.left_out: list[LeftOut] = []
        self.problems: list[Problem] = []
        self._places = {heading.text: heading.index for heading in headings}
        self._name = name

    def rows(self, records: Iterator[Cells]) -> Iterator[Row]:
        """The rows of the lines that hold an object whose keys are all headings; the others become problems."""
        for number, (line,) in enumerate(records, 1):
            if not isinstance(line, str) or not line.strip():
                continue
            try:
                yield Row(number, self._cells(read_object(line)))
            except Unreadable as error:
                self._report(number, line, error)

    def _cells(self, value_of: dict[str, Any]) -> tuple[Value, ...]:
        cells: list[Value] = [None] * len(self._places)
        for key, value in value_of.items():
            place = self._places.get(key)
            if place is None:
                sentence = _("no line before line {count} has the key “{key}”")
                raise Unreadable(sentence.format(count=LINES_LOOKED_AT, key=shorten(key)))
            cells[place] = _value(value)
        return tuple(cells)

    def _report(self, number: int, line: str, error: Exception) -> None:
        if len(self.problems) >= MOST_PROBLEMS:
            sentence = _("{name} has more than {count} lines that cannot be read")
            raise InputRejected(sentence.format(name=self._name, count=MOST_PROBLEMS))
        hint = _("write one JSON object a line")
        self.problems.append(Problem(number, str(number), "", shorten(line[:200].strip()), str(error), hint))


def find_headings(lines: Lines) -> tuple[Heading, ...]:
    """The keys of the first objects, in the order in which they appear.

    Raises InputRejected where there are none, or more than a table has columns.
    """
    keys: dict[str, None] = {}
    for line in islice(chain.from_iterable(lines.blocks(None)), LINES_LOOKED_AT):
        try:
            keys.update(dict.fromkeys(read_object(line)) if line.strip() else {})
        except Unreadable:
            continue
    name = lines.file.name
    if not keys:
        raise InputRejected(_("{name} has no JSON object with a key in its first lines").format(name=name))
    if len(keys) > MOST_KEYS:
        raise InputRejected(_("{name} has more than {count} different keys").format(name=name, count=MOST_KEYS))
    return tuple(Heading(index, letters(index), key) for index, key in enumerate(keys))


def _value(value: Any) -> Value:
    """A value as a cell: a list of names joined by bars, any other list or object as JSON."""
    if value is None or isinstance(value, str | int):
        return value
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return " | ".join(item.translate(_ESCAPES) for item in value)
    return json.dumps(value, ensure_ascii=False)


# --- a file is opened ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """What the user says about a file, None where it is to be found out."""

    sheet: str | None
    encoding: str | None
    delimiter: str | None
    transpose: bool | None
    header: int | None


def open_table(
    path: Path | SourceFile | None,
    data: bytes | BinaryIO | None = None,
    *,
    sheet: str | None = None,
    encoding: str | None = None,
    delimiter: str | None = None,
    transpose: bool | None = None,
    header: int | None = None,
) -> Table:
    """Open the file at `path`, or `data`, the bytes of a pipe or the pipe itself, as a table.

    `sheet` is a name or a number from 1; `header` the row of the headings from 1, or their column where they run down;
    `transpose` says whether they do. Raises InputRejected for a file
    that is no table or a damaged one, Refused where there is no such file or nothing here can read it, UsageError for
    an option that does not fit it.
    """
    file = path if isinstance(path, SourceFile) else source_file(path, data)
    options = ReadOptions(sheet, encoding, delimiter, transpose, header)
    form = find_format(file)
    return _open_text(file, options) if form == "text" else _open_workbook(file, form, options)


# --- text ----------------------------------------------------------------------------------------------------------


def _open_text(file: SourceFile, options: ReadOptions) -> Table:
    encoding, sample = find_encoding(file, options.encoding)
    check_markup(sample, file.name)
    if not sample.strip():
        raise InputRejected(_("{name} has nothing but blanks in it").format(name=file.name))
    lines = Lines(file, encoding, declared(sample) is not None)
    if options.delimiter is None and is_json(sample):
        return _open_json(file, lines, options)
    whole = len(sample) < SAMPLE
    delimiter = find_delimiter(sample, whole=whole) if options.delimiter is None else read_delimiter(options.delimiter)
    form = "tsv" if delimiter == "\t" else "csv"
    statements = [_("text in {encoding}").format(encoding=encoding.name)]
    if delimiter != NONE:
        statements = [_("text in {encoding}, cells between {delimiter}").format(
            encoding=encoding.name, delimiter=delimiter_name(delimiter)
        )]  # fmt: skip
    source = Delimited(lines, delimiter)
    statements += _unused(options, "sheet") + _replaced(source, encoding.replaced)
    head: list[Cells] = []
    for number, cells in enumerate(islice(source.records(None), LOOKED_AT), 1):
        check_columns(cells, number, file.name)
        head.append(cells)
    plan = _arrange(source, head, {}, options, file.name, ragged=True)
    table = _table(file, form, plan, statements, empty="")
    return replace(table, encoding=encoding.name, delimiter="" if delimiter == NONE else delimiter)


def _open_json(file: SourceFile, lines: Lines, options: ReadOptions) -> Table:
    first = next((line for line in chain.from_iterable(lines.blocks(None)) if line.strip()), "")
    if file.suffix not in ("jsonl", "ndjson") and not is_object(first):
        sentence = _("{name} is one JSON document, not a table: write one object a line")
        raise InputRejected(sentence.format(name=file.name))
    headings = find_headings(lines)
    statements = [_("JSON lines in {encoding}").format(encoding=lines.encoding.name)]
    statements += _unused(options, "sheet", "header", "transpose")
    if lines.encoding.replaced:
        statements.append(_replaced_at(lines.encoding.replaced, []))
    return Table(
        name=file.name,
        format="jsonl",
        encoding=lines.encoding.name,
        delimiter="",
        sheet="",
        sheets=(),
        headings=headings,
        header_row=0,
        transposed=False,
        title=(),
        statements=_statements(file, "jsonl", statements),
        source=TextLines(lines),
        filter=lambda: Objects(headings, file.name),
    )


def _replaced(source: Source, count: int) -> list[str]:
    """Where characters stand that could not be read."""
    if not count:
        return []
    places = (
        f"{letters(place)}{number}"
        for number, cells in enumerate(source.records(None), 1)
        for place, value in enumerate(cells)
        if REPLACED in str(value)
    )
    return [_replaced_at(count, list(islice(places, 4)))]


def _replaced_at(count: int, cells: Sequence[str]) -> str:
    sentence = ngettext(
        "{count} character could not be read and is � now", "{count} characters could not be read and are � now", count
    ).format(count=count)
    listed = ", ".join(cells[:3]) + (", …" if len(cells) > 3 else "")
    return f"{sentence}: {listed}" if cells else sentence


# --- workbooks -----------------------------------------------------------------------------------------------------


def _open_workbook(file: SourceFile, form: str, options: ReadOptions) -> Table:
    book = read_sheets(file, form, options.sheet)
    plans: list[tuple[Sheet, _Plan]] = []
    refusals: list[TrackerError] = []
    for sheet in sorted(book.sheets, key=lambda sheet: sheet.hidden):
        head = sheet.head()
        if any(map(filled, head)):
            try:
                plan = _arrange(SheetRows(sheet), head, sheet.spans(), options, file.name)
                below = plan if plan.transposed else replace(plan, source=SheetRows(sheet, after=plan.layout.bottom))
                plans.append((sheet, below))
            except TrackerError as error:
                refusals.append(error)
    if not plans:
        raise (
            refusals[0]
            if refusals
            else InputRejected(_("{name} has no cells with anything in them").format(name=file.name))
        )
    # The first sheet may be a list of contents or a page of remarks.
    ranks = [_rank(plan.layout) for _sheet, plan in plans]
    sheet, plan = plans[ranks.index(max(ranks))]
    statements = [_("workbook ({format}), sheet “{sheet}”").format(format=book.format, sheet=shorten(sheet.name))]
    others = [other.name for (other, _plan), rank in zip(plans, ranks, strict=True) if rank and other != sheet]
    if others:
        listed = _(", ").join(f"“{shorten(name)}”" for name in others[:10])
        statements.append(
            _("not read, though they look like tables: {sheets}; choose with --sheet").format(sheets=listed)
        )
    statements += _unused(options, "encoding", "delimiter")
    if isinstance(plan.source, SheetRows) and (tall := plan.source.tall()):
        count = sum(map(len, tall.values()))
        statements.append(
            ngettext(
                "{count} cell merged downwards: its text or day is repeated in its rows, a number only in the first",
                "{count} cells merged downwards: text or day is repeated in their rows, a number only in the first",
                count,
            ).format(count=count)
        )
    return replace(
        _table(file, book.format, plan, statements, empty=None, banners=sheet.banners()),
        sheet=sheet.name,
        sheets=book.names,
        state=book.state,
    )


def _rank(layout: Layout) -> int:
    """2 for a table with headings that are known, 1 for one with several headings, 0 for a single column."""
    known = sum(knows(heading.text) for heading in layout.headings)
    return 2 if known > 1 else int(len(layout.headings) > 1)


# --- where things stand --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Plan:
    """The records to read, where the headings stand among them, and the sheet as it was transposed, if it was."""

    source: Source
    layout: Layout
    transposed: Transposed | None = None


def _arrange(
    source: Source, head: list[Cells], spans: Spans, options: ReadOptions, name: str, *, ragged: bool = False
) -> _Plan:
    # Before anything is guessed: a column of a file of ours may hold the very words that are headings elsewhere.
    if not options.transpose and options.header in (None, 1) and (own := native_layout(head)):
        return _Plan(source, own)
    transposed = is_transposed(head) if options.transpose is None else options.transpose
    if not transposed:
        return _Plan(source, find_layout(head, spans, options.header, name, ragged=ragged))
    sheet = transpose(source.records(None), name)
    layout = find_layout(sheet.columns[:LOOKED_AT], {}, options.header, name, rows=sheet.rows)
    return _Plan(sheet, replace(layout, title=(*sheet.title, *layout.title)), sheet)


def _table(
    file: SourceFile, form: str, plan: _Plan, statements: list[str], *, empty: Value, banners: Collection[int] = ()
) -> Table:
    layout = plan.layout
    return Table(
        name=file.name,
        format=form,
        encoding="",
        delimiter="",
        sheet="",
        sheets=(),
        headings=layout.headings,
        header_row=layout.header + 1,
        transposed=plan.transposed is not None,
        title=layout.title,
        statements=_statements(file, form, [*statements, _where(layout, transposed=plan.transposed is not None)]),
        source=plan.source,
        filter=_filter(plan, file.name, empty, () if plan.transposed else banners),
    )


def _filter(plan: _Plan, name: str, empty: Value, banners: Collection[int]) -> Callable[[], RowFilter]:
    def run() -> RowFilter:
        row_filter = RowFilter(plan.layout, name, empty=empty, banners=banners)
        row_filter.left_out.extend(plan.transposed.left_out if plan.transposed else ())
        return row_filter

    return run


# --- statements -----------------------------------------------------------------------------------------


def _statements(file: SourceFile, form: str, statements: list[str]) -> tuple[str, ...]:
    suffix = wrong_suffix(file, form)
    return (*([suffix] if suffix else []), *statements)


def _where(layout: Layout, *, transposed: bool) -> str:
    if transposed:
        return _("the headings run down column {column}, and every further column is read as a row").format(
            column=letters(layout.header)
        )
    if layout.top == layout.bottom:
        return _("headings in row {row}").format(row=layout.header + 1)
    return _("headings in rows {first} to {last}").format(first=layout.top + 1, last=layout.bottom + 1)


def _unused(options: ReadOptions, *names: str) -> list[str]:
    given = [f"--{name}" for name in names if getattr(options, name) is not None]
    return [_("{options}: no effect on a file of this format").format(options=", ".join(given))] if given else []
