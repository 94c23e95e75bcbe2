"""Where the headings stand: found by what rows look like and by the words in them, over one to three rows.

A row of headings has words and no numbers, at least half as many cells as most rows, and few cells twice. The first
such row is taken, or a later one with clearly more headings that are known. A row below it belongs to it where it only
divides what the row above leaves open (merged cells), a row above it where its cells stand over several.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from tracker.errors import InputRejected, UsageError
from tracker.i18n import _
from tracker.importer.readers import words
from tracker.importer.readers.shapes import filled, folded, shape, text_of
from tracker.importer.readers.table import Cells, Heading, letters

# So many records are looked at before anything is decided.
LOOKED_AT = 60
_DEPTH = 3
_TITLE = re.compile(r"单位\s*[:：]|[:：]|截至|截止|编制|填报|as (?:of|at)\b|units?\b", re.IGNORECASE)

Knows: TypeAlias = Callable[[str], bool]
# The columns of each merged range of a row, first and last: {row: [(first, last), …]}.
Spans: TypeAlias = dict[int, list[tuple[int, int]]]


@dataclass(frozen=True, slots=True)
class Layout:
    """Where things stand: rows count from 0, the headings stand from `top` to `header`, the data begins after
    `bottom`; between the two are units and numbers of columns.

    `label` is the column whose words tell what a row is, `serial` says that a column of numbers stands before it;
    `repeated` holds the texts of heading rows and title lines as they come again on a later page. In a file
    of `ours` every row is data.
    """

    top: int
    header: int
    bottom: int
    headings: tuple[Heading, ...]
    title: tuple[str, ...]
    label: int
    serial: bool
    repeated: frozenset[tuple[str, ...]]
    ours: bool = False


def find_layout(
    records: Sequence[Cells],
    spans: Spans,
    knows: Knows,
    asked: int | None,
    name: str,
    *,
    rows: Sequence[int] | None = None,
    ragged: bool = False,
) -> Layout:
    """The layout of a table that begins with these records; `asked` is the row of headings, from 1, where it is told.

    `rows` are the numbers of the file's rows that the places of a record stand for, where records are columns.
    `ragged` records are as long as they are written: a cell beyond the headings is a mistake, no further column.

    Raises InputRejected where no row can be the headings, UsageError where `asked` is no row with cells.
    """
    page = _Page(records, spans, knows, rows, ragged=ragged)
    if asked is None:
        row = page.first_header()
        if row is None:
            raise InputRejected(
                _("{name} has no row of headings in its first rows: say which it is with --header").format(name=name)
            )
    elif not 1 <= asked <= len(records) or not filled(records[asked - 1]):
        raise UsageError(_("row {row} of {name} holds no headings").format(row=asked, name=name))
    else:
        row = asked - 1
    return page.layout(row)


class _Page:
    """The first records of a table."""

    def __init__(
        self, records: Sequence[Cells], spans: Spans, knows: Knows, rows: Sequence[int] | None, *, ragged: bool
    ) -> None:
        self.records, self.spans, self.knows, self.rows = records, spans, knows, rows
        self.ragged = ragged
        self.places = [filled(cells) for cells in records]
        self.shapes = [[shape(value) for value in cells] for cells in records]

    # --- which row ---

    def first_header(self) -> int | None:
        counts = Counter(len(places) for places in self.places if places)
        if not counts:
            return None
        usual = max(counts, key=lambda count: (counts[count] * min(count, 2), count))
        found = [row for row in range(len(self.records)) if self._may_be_header(row, usual)]
        # Groups of groups may leave every row of headings half empty.
        found = found or [row for row in range(len(self.records)) if self._may_be_header(row, 2) and self.hits(row) > 1]
        if not found:
            return None
        known = {row: self.hits(row) for row in found}
        best = max(found, key=lambda row: (known[row], -row))
        first = found[0]
        return best if known[best] >= 2 and known[best] > 2 * known[first] else first

    def hits(self, row: int) -> int:
        """How many cells of a row are known headings."""
        return len({text for text in self.texts(row) if text and self.knows(text)})

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
        headings = [place for place in places if self._is_heading(row, place)]
        texts = {self.text(row, place) for place in places}
        return len(headings) == len(places) and 2 * len(texts) >= len(places) and self._has_word(row, places)

    def _has_word(self, row: int, places: list[int]) -> bool:
        return any(self.shapes[row][place] in ("text", "blank") for place in places)

    def _is_heading(self, row: int, place: int) -> bool:
        """A day may be a heading where numbers stand below it."""
        found = self.shapes[row][place]
        return found not in ("number", "date") or (found == "date" and self._below(row, place, "number"))

    def _below(self, row: int, place: int, *wanted: str) -> bool:
        """Whether most of what stands below has one of these shapes."""
        below = [shapes[place] for shapes in self.shapes[row + 1 :] if place < len(shapes) and shapes[place] != "blank"]
        return 2 * sum(found in wanted for found in below) > len(below)

    # --- which rows belong to it ---

    def layout(self, row: int) -> Layout:
        top, bottom = self._block(row)
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
        return Layout(top, bottom, data - 1, headings, title, label, label > 0, frozenset((*lines, *alone)))

    def _block(self, row: int) -> tuple[int, int]:
        top = bottom = row
        while bottom - top < _DEPTH - 1 and bottom + 1 < len(self.records) and self._divides(bottom, bottom + 1):
            bottom += 1
        while bottom - top < _DEPTH - 1 and top > 0 and self._stands_over(top - 1, top):
            top -= 1
        return top, bottom

    def _divides(self, upper: int, lower: int) -> bool:
        """Whether `lower` only gives finer headings below the merged cells of `upper`."""
        places = self.places[lower]
        if not places or any(self.shapes[lower][place] in ("number", "date") for place in places):
            return False
        above = set(self.places[upper])
        merged = {
            place for first, last in self.spans.get(upper, ()) if last > first for place in range(first, last + 1)
        }
        groups = [place for place in places if place in above and self._opens_group(place, above, places, merged)]
        single = above.intersection(places).difference(groups)
        if not groups or not (merged or all(self.knows(self.text(lower, place)) for place in single)):
            return False
        if merged.intersection(places):
            return True
        telling = any(self.knows(self.text(lower, place)) for place in places)
        return telling or any(self._below(lower, place, "number", "date", "period") for place in places)

    def _opens_group(self, place: int, above: set[int], places: list[int], merged: set[int]) -> bool:
        return place in merged or (place + 1 not in above and place + 1 in places)

    def _stands_over(self, upper: int, lower: int) -> bool:
        """Whether `upper` holds the titles of groups of the headings in `lower`."""
        places = self.places[upper]
        if not places or any(self.shapes[upper][place] in ("number", "date") for place in places):
            return False
        if any(_TITLE.search(self.text(upper, place)) for place in places):
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
        return below if nameless and all(words.is_unit(self.text(below, place)) for place in places) else bottom

    def _after_numbering(self, data: int) -> int:
        """The first row of data, without a row that numbers the columns."""
        if data < len(self.records) and words.numbers_columns([self.text(data, place) for place in self.places[data]]):
            return data + 1
        return data

    # --- what they say ---

    def _width(self, top: int, bottom: int, data: int) -> int:
        """How many columns there are: those with a heading, and those after them that some rows fill."""
        width = max(max(self.places[row], default=-1) for row in range(top, bottom + 1)) + 1
        spanned = [last + 1 for row in range(top, bottom + 1) for first, last in self.spans.get(row, ())]
        width = max(width, *spanned) if spanned and bottom > top else width
        body = [places for places in self.places[data:] if places]
        counts = Counter(place for places in body for place in places if place >= width)
        beyond = [place for place, count in counts.items() if count >= 2 and 3 * count >= len(body)]
        found = max((*beyond, width - 1)) + 1
        return min(found, max(len(self.records[row]) for row in range(top, bottom + 1))) if self.ragged else found

    def _label(self, data: int, headings: tuple[Heading, ...]) -> int:
        """The first column of words."""
        body = self.shapes[data:]
        for column, heading in enumerate(headings[:3]):
            if words.is_serial(heading.text) and len(headings) > 1:
                continue
            found = [shapes[column] for shapes in body if column < len(shapes) and shapes[column] != "blank"]
            if found and 2 * found.count("text") > len(found):
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
