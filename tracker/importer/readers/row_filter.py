"""Which rows of a table are data: totals, footnotes, sections, repeated headings and blank rows are not.

A total row begins with a word for it (合计, Subtotal) and has no other words in it, or, in Chinese, one remark beside
its numbers: a project called Total that has a place, a stage or a code stays. A footnote begins with its mark (注：,
Source:), or is one cell of text after the last row of data, unless rows like it stand among the data. In a file of our
own nothing is left out but blank rows.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from itertools import islice

from tracker.errors import InputRejected
from tracker.i18n import _
from tracker.importer.readers.table import (
    Cells,
    Layout,
    LeftOut,
    Row,
    Value,
    filled,
    folded,
    letters,
    row_text,
    shape,
    text_of,
)
from tracker.records.schema import Problem
from tracker.text import shorten

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
_OF_ALL = re.compile(r"单位\s*[:：]|截至|截止|\bas (?:of|at)\b|\bunits?\b", re.IGNORECASE)


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
        if not self._is_usual(cells, places) and (why := self._why_not(number, cells, places, previous)):
            self._leave_out(number, cells, why)
            self._ended = number
            return
        if places[-1] >= self._width:
            self._report(number, cells, places[-1])
            return
        row = Row(number, (*cells[: self._width], *([None] * (self._width - len(cells)))))
        if self._may_be_lone(cells, places) and len(self._lone) < _MOST_LONE:
            self._lone.append((row, self._ended > last > 0))
            return
        yield from self._lone_among_data(last)
        yield row

    def _is_usual(self, cells: Cells, places: list[int]) -> bool:
        """Whether a row is data at first sight."""
        if self._layout.native:
            return True
        return len(places) > 1 and places[0] == self._layout.label and self._is_plain(cells[places[0]])

    def _may_be_lone(self, cells: Cells, places: list[int]) -> bool:
        """Whether a row is one cell of words, which what comes after it has to explain."""
        return len(places) == 1 < self._width and not self._layout.native and shape(cells[places[0]]) == "text"

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
        if len(places) == 1 and (is_section(first[1]) or number in self._banners):
            return _("the heading of a section")
        return None

    def _heads_section(self, text: str, cells: Cells, places: list[int]) -> bool:
        """Whether words in the column of serial numbers head a section: 一, or 二、产业 with sums and no name."""
        if is_chinese_number(text):
            return True
        rest = {shape(cells[place]) for place in places[1:]}
        return self._layout.counted and self._layout.label not in places and rest <= {"number", "period"}

    def _begins_table(self, number: int, cells: Cells, places: list[int]) -> bool:
        """Whether a row below a blank one has nothing but words, also where numbers stood, and one is a heading."""
        if self._blank != number - 1 or len(places) < 2 or self._layout.numbers.isdisjoint(places):
            return False
        texts = [text_of(cells[place]) for place in places if shape(cells[place]) == "text"]
        return len(texts) == len(places) and any(map(self._layout.knows, texts))

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
            raise InputRejected(
                _("{name} has more than {count} rows that are not data").format(name=self._name, count=MOST_LEFT_OUT)
            )
        self.left_out.append(LeftOut(number, row_text(cells), why))

    def _report(self, number: int, cells: Cells, place: int) -> None:
        if len(self.problems) >= MOST_PROBLEMS:
            raise InputRejected(
                _("{name} has more than {count} rows with too many cells: check --delimiter and quotes").format(
                    name=self._name, count=MOST_PROBLEMS
                )
            )
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


def check_columns(cells: Cells, number: int, name: str) -> None:
    """Raise InputRejected where a record has more cells than any spreadsheet has columns."""
    if len(cells) > MOST_COLUMNS:
        raise InputRejected(
            _("{name} has {cells} cells in row {row}, the most is {most}: check --delimiter").format(
                name=name, cells=len(cells), row=number, most=MOST_COLUMNS
            )
        )


def _is_total(first: tuple[int, str], cells: Cells, places: list[int], previous: Cells) -> bool:
    """Whether a row whose first words are `first`, a place and a text, sums up those before it."""
    place, text = first
    above = text_of(previous[place]) if place < len(previous) else ""
    if not is_total_word(text) and (not above or subtotal_of(text) != above):
        return False
    others = [shape(cells[other]) for other in places if other != place and not _is_count(cells[other])]
    return others.count("text") <= (not text.isascii() and "number" in others)


def _is_count(value: Value) -> bool:
    return isinstance(value, str) and _COUNT.fullmatch(value.strip()) is not None


# --- row markers ------------------------------------------------------------------------------------------------------


_CHINESE_TOTAL = "合计|总计|小计|共计|总和"
_OTHER_TOTAL = "(?:grand|sub)?-?totals?|sum|summe|gesamt|gesamtsumme|zwischensumme|insgesamt"
_CHINESE_DIGIT = "[一二三四五六七八九十]"
# Alone, or with a count or a remark: "合计：", "合计（12个）", "Total (12 projects)", "Total:".
_TOTAL = re.compile(
    rf"(?:[一-鿿]{{0,12}}(?:{_CHINESE_TOTAL})|{_OTHER_TOTAL}|平均值?|均值|average|mean|median)[:：]?"
    r"(?:[(（].*[)）]|共?[0-9]+[个项家户].*)?|其中[:：].*|ofwhich[:：].*"
)
# "Total of all projects", "Total for 2023"; not "Total Energies", which is a name.
_TOTAL_OF = re.compile(
    r"(?:(?:grand|sub)[ -]?)?totals? +(?:of|for|all|number|amount|cost|projects|[12][0-9]{3})\b.*", re.IGNORECASE
)
# Excel's own subtotals: "North Total" under rows called North.
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
    r"|note|source|remark|nb|n\.b|quelle|anmerkung|hinweis|.*(?:计|和|[:：)）\s]|total)$",
    re.IGNORECASE | re.DOTALL,
)


def is_suspect(text: str) -> bool:
    """Whether a label may be that of a total or a note, by how it begins or ends; others surely are not."""
    return _SUSPECT.match(text) is not None


def is_total_word(text: str) -> bool:
    """Whether a text is the label of a total row, as far as it can tell by itself."""
    plain = text.strip()
    return _TOTAL.fullmatch(folded(plain)) is not None or _TOTAL_OF.fullmatch(plain) is not None


def subtotal_of(text: str) -> str | None:
    """The name before "Total", as Excel writes subtotals."""
    match = _TOTAL_AFTER.fullmatch(text.strip())
    return match[1] if match else None


def is_note(text: str) -> bool:
    """Whether a text begins like a footnote or like the signature under a table."""
    return _NOTE.match(text.strip()) is not None


def is_section(text: str) -> bool:
    """Whether a text begins with the number of a section: "一、", "（二）", "II. "."""
    return _SECTION.match(text.strip()) is not None


def is_chinese_number(text: str) -> bool:
    """Whether a text is a Chinese number and nothing else, as sections have it in the column of serial numbers."""
    return _CHINESE_NUMBER.fullmatch(text.strip()) is not None


def is_sentence(text: str) -> bool:
    """Whether a text is one of prose rather than a name."""
    return _SENTENCE.search(text.strip()) is not None
