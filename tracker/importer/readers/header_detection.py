"""Where the headings stand: found by what rows look like and by the words in them, over one to three rows.

A row of headings has words and no numbers, at least half as many cells as most rows, and few cells twice. The first
such row is taken, or a later one with clearly more headings that are known. A row below it belongs to it where it only
divides what the row above leaves open (merged cells), a row above it where its cells stand over several. Headings that
run down the page transpose the sheet on its side.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache

from tracker.errors import InputRejected, UsageError
from tracker.i18n import _
from tracker.importer.readers.row_filter import is_note, is_sentence
from tracker.importer.readers.table import (
    Cells,
    Heading,
    Knows,
    Layout,
    LeftOut,
    Progress,
    Spans,
    Value,
    filled,
    folded,
    letters,
    shape,
    text_of,
)
from tracker.records.schema import KINDS, RECORD
from tracker.records.serialize import are_of_many, are_own
from tracker.text import shorten

# So many records are looked at before anything is decided.
LOOKED_AT = 60
# So many rows may stand above the headings of a file of ours.
_TITLES = 10
_DEPTH = 3
# A row of at least so many names as programs give them.
_FIELDS, _FIELD = 3, re.compile("[a-z][a-z0-9]*(?:[_.][a-z0-9]+)*")
_TITLE = re.compile(r"单位\s*[:：]|[:：]|截至|截止|编制|填报|as (?:of|at)\b|units?\b", re.IGNORECASE)


def find_layout(
    records: Sequence[Cells],
    spans: Spans,
    knows: Knows,
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
    page = _Page(records, spans, knows, rows, ragged=ragged)
    if row is None:
        header = page.first_header()
        if header is None:
            raise InputRejected(
                _("{name} has no row of headings in its first rows: give it with --header").format(name=name)
            )
    elif not 1 <= row <= len(records) or not filled(records[row - 1]):
        raise UsageError(_("row {row} of {name} holds no headings").format(row=row, name=name))
    else:
        header = row - 1
    return page.layout(header)


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
        has_word = any(self.shapes[row][place] in ("text", "blank") for place in places)
        return len(headings) == len(places) and 2 * len(texts) >= len(places) and has_word

    def _is_heading(self, row: int, place: int) -> bool:
        """A day may be a heading where numbers stand below it."""
        kind = self.shapes[row][place]
        return kind not in ("number", "date") or (kind == "date" and self._below(row, place, "number"))

    def _below(self, row: int, place: int, *wanted: str, share: int = 2) -> bool:
        """Whether most of what stands below, or one in `share`, has one of these shapes."""
        below = [shapes[place] for shapes in self.shapes[row + 1 :] if place < len(shapes) and shapes[place] != "blank"]
        return share * sum(kind in wanted for kind in below) > len(below)

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
        return Layout(
            top, bottom, data - 1, headings, title, label, label > 0, frozenset((*lines, *alone)),
            counted=is_serial(headings[0].text),
            numbers=frozenset(at for at in range(width) if self._below(data - 1, at, "number", "date", share=4)),
            knows=self.knows,
        )  # fmt: skip

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
        return below if nameless and all(is_unit(self.text(below, place)) for place in places) else bottom

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
            if is_serial(heading.text) and len(headings) > 1:
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


# --- words of headings ------------------------------------------------------------------------------------------------

_UNITS = re.compile(r"[(\[（【][^()\[\]（）【】]*[)\]）】]|[,，:：/].*|\$m|£m|€m")
# Headings of spreadsheets everywhere; the vocabulary of the field adds its own.
_PLAIN = """
    name project projectname code id no number company owner sector region country status stage phase start end date
    startdate enddate amount currency period kind cost budget forecast total description department notes remarks
    projekt beginn ende
    序号 名称 项目 项目名称 项目编号 编号 代码 单位 投资方 企业 企业名称 业主单位 行业 产业链 地块 园区 网格
    责任人 负责人 阶段 项目阶段 进展 形象进度 状态 日期 时间 开工时间 竣工时间 投产时间 签约时间
    备注 金额 币种 年度计划 用地面积 建设地点 建设内容
"""


def is_known(text: str) -> bool:
    """Whether a text is a heading by the words of the field, when its unit and blanks are taken away."""
    plain = folded(_UNITS.sub("", text)).replace("_", "").replace("-", "")
    return bool(plain) and plain in _known()


@cache
def _known() -> frozenset[str]:
    from tracker.records.schema import KINDS
    from tracker.vocabulary import CAPITAL_KINDS, STAGES

    fields = {field.key.replace("_", "") for kind in KINDS.values() for field in kind.fields}
    spelled = {folded(word).replace("_", "") for term in CAPITAL_KINDS for word in term.spellings}
    dated = {
        folded(word) + suffix for term in STAGES for word in term.spellings for suffix in ("时间", "日期", "date", "")
    }
    return frozenset(fields | spelled | dated | set(_PLAIN.split()))


_UNIT = re.compile(
    r"[(（\[]?\s*(?:[十百千万亿]*(?:元|美元|欧元|日元|港元|平方米|人|吨)|亩|个|项|家|%|％|m²|㎡|公顷|年|月"
    r"|(?:(?:CNY|USD|EUR|GBP|JPY|HKD|CHF|RMB)\s*)?[£$€¥￥]?\s*(?:k|m|mn|bn|(?:m|b)illions?|thousands?)?)\s*[)）\]]?",
    re.IGNORECASE,
)
_SERIAL = frozenset(("序号", "序", "行号", "no", "no.", "nr", "nr.", "#"))
_NUMBERING = re.compile(r"[(（]?(?:([0-9]{1,3})|[甲乙丙丁戊己庚辛壬癸])[)）]?")


def is_unit(text: str) -> bool:
    """Whether a text is a unit and nothing else: "万元", "(£m)", "亩"."""
    return _UNIT.fullmatch(text) is not None


def is_serial(heading: str) -> bool:
    """Whether a heading is that of a column which only counts the rows."""
    return folded(heading) in _SERIAL


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


def is_transposed(head: Sequence[Cells], knows: Knows) -> bool:
    """Whether a sheet that begins with these records has its headings in a column."""
    in_rows = max((_count_known(cells[:_MOST_WIDTH], knows) for cells in head), default=0)
    for column in range(_COLUMNS):
        texts = [cells[column] for cells in head if column < len(cells)]
        known = _count_known(texts, knows)
        if known >= 2 and known > in_rows and _is_sparse(head, column):
            beside = [cells[column + 1 :] for cells in head]
            width = max(map(len, beside), default=0)
            down = [
                [cells[place] for cells in beside if place < len(cells)] for place in range(min(width, _MOST_WIDTH))
            ]
            return _evenness(beside) >= _evenness(down)
    return False


def transpose(records: Iterable[Cells], knows: Knows, name: str) -> Transposed:
    """A sheet with its columns as records, all of it in memory. Raises InputRejected beyond a million cells."""
    kept: list[tuple[int, Cells]] = []
    size = 0
    for number, cells in enumerate(records, 1):
        size += len(cells)
        if size > _MOST_CELLS:
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
    return Transposed(columns, tuple(number for number, _cells in fields), title, tuple(left_out))


def _is_field(cells: Cells, knows: Knows) -> bool:
    """A row with a heading and something beside it, or with a heading that is known."""
    places = filled(cells)
    texts = [text_of(cells[place]) for place in places]
    return not is_note(texts[0]) and (len(places) > 1 or knows(texts[0]))


def _left_out(number: int, text: str) -> LeftOut:
    why = _("a footnote") if is_note(text) or is_sentence(text) else _("the heading of a section")
    return LeftOut(number, shorten(text[:500]), why)


def _cell(cells: Cells, place: int) -> Value:
    return cells[place] if place < len(cells) else None


def _count_known(cells: Sequence[Value], knows: Knows) -> int:
    texts = {text_of(value) for value in cells if isinstance(value, str)}
    return sum(knows(text) for text in texts if text)


def _is_sparse(head: Sequence[Cells], before: int) -> bool:
    """Whether what stands left of a column are numbers or the titles of groups, not something in every row."""
    left = [shape(cells[0]) for cells in head if cells and before]
    return 2 * sum(kind not in ("blank", "number") for kind in left) <= len(left)


def _evenness(lines: Sequence[Cells]) -> float:
    """The share of cells whose shape is the commonest of their line."""
    even = total = 0
    for cells in lines:
        shapes = Counter(kind for value in cells[:_MOST_WIDTH] if (kind := shape(value)) != "blank")
        total += shapes.total()
        even += max(shapes.values(), default=0)
    return even / total if total else 0.0
