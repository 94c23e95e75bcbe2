"""Sheets on their side: fields run down the page and the projects across.

Told by the words: more headings are known in a column than in any row, and what stands beside each of them is of one
sort. Turning a sheet needs all of it in memory, which bounds its size.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from tracker.errors import InputRejected
from tracker.i18n import _
from tracker.importer.readers import words
from tracker.importer.readers.headers import Knows
from tracker.importer.readers.shapes import filled, shape, text_of
from tracker.importer.readers.table import Cells, LeftOut, Progress, Value
from tracker.text import shorten

MOST_CELLS = 1_000_000
# Headings stand in one of the first columns; further to the right nothing new is seen in a row.
_COLUMNS = 2
_LOOKED_AT = 100


@dataclass(frozen=True, slots=True)
class Turned:
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


def is_transposed(head: Sequence[Cells], knows: Knows) -> bool:
    """Whether a sheet that begins with these records has its headings in a column."""
    in_rows = max((_known(cells[:_LOOKED_AT], knows) for cells in head), default=0)
    for column in range(_COLUMNS):
        texts = [cells[column] for cells in head if column < len(cells)]
        known = _known(texts, knows)
        if known >= 2 and known > in_rows and _is_sparse(head, column):
            beside = [cells[column + 1 :] for cells in head]
            width = max(map(len, beside), default=0)
            down = [[cells[place] for cells in beside if place < len(cells)] for place in range(min(width, _LOOKED_AT))]
            return _evenness(beside) >= _evenness(down)
    return False


def turn(records: Iterable[Cells], knows: Knows, name: str) -> Turned:
    """Turn a sheet. Raises InputRejected where it has more than a million cells."""
    kept: list[tuple[int, Cells]] = []
    size = 0
    for number, cells in enumerate(records, 1):
        size += len(cells)
        if size > MOST_CELLS:
            raise InputRejected(
                _("{name} has more than a million cells, too many to be read with fields down the page").format(
                    name=name
                )
            )
        if filled(cells):
            kept.append((number, cells))
    first = next((place for place, (_number, cells) in enumerate(kept) if _is_field(cells, knows)), len(kept))
    title = tuple(" ".join(text_of(cells[place]) for place in filled(cells)) for _number, cells in kept[:first])
    fields: list[tuple[int, Cells]] = []
    left_out: list[LeftOut] = []
    for number, cells in kept[first:]:
        if _is_field(cells, knows):
            fields.append((number, cells))
        else:
            left_out.append(_left_out(number, text_of(cells[filled(cells)[0]])))
    width = max((filled(cells)[-1] + 1 for _number, cells in fields), default=0)
    columns = tuple(tuple(_cell(cells, place) for _number, cells in fields) for place in range(width))
    return Turned(columns, tuple(number for number, _cells in fields), title, tuple(left_out))


def _is_field(cells: Cells, knows: Knows) -> bool:
    """A row with a heading and something beside it, or with a heading that is known."""
    places = filled(cells)
    texts = [text_of(cells[place]) for place in places]
    return not words.is_note(texts[0]) and (len(places) > 1 or knows(texts[0]))


def _left_out(number: int, text: str) -> LeftOut:
    why = _("a footnote") if words.is_note(text) or words.is_sentence(text) else _("the heading of a section")
    return LeftOut(number, shorten(text[:500]), why)


def _cell(cells: Cells, place: int) -> Value:
    return cells[place] if place < len(cells) else None


def _known(cells: Sequence[Value], knows: Knows) -> int:
    texts = {text_of(value) for value in cells if isinstance(value, str)}
    return sum(knows(text) for text in texts if text)


def _is_sparse(head: Sequence[Cells], before: int) -> bool:
    """Whether what stands left of a column are numbers or the titles of groups, not something in every row."""
    left = [shape(cells[0]) for cells in head if cells and before]
    return 2 * sum(found not in ("blank", "number") for found in left) <= len(left)


def _evenness(lines: Sequence[Cells]) -> float:
    """The share of cells whose shape is the commonest of their line."""
    even = total = 0
    for cells in lines:
        shapes = Counter(found for value in cells[:_LOOKED_AT] if (found := shape(value)) != "blank")
        total += shapes.total()
        even += max(shapes.values(), default=0)
    return even / total if total else 0.0
