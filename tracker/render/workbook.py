"""Workbooks of typed cells, through XlsxWriter: numbers, days and texts of which none is ever a formula.

Rows are written as they come and not held; equal content gives equal bytes.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from tempfile import TemporaryDirectory
from typing import Any, BinaryIO
from xml.sax.saxutils import escape

from tracker.errors import Refused
from tracker.i18n import _
from tracker.text import show, width

MOST_ROWS = 1_048_576
# More bars than that cannot be read on one page.
MOST_CHARTED = 20
_QUOTED = re.compile('"([^"]*)"')
_EXACT_DIGITS = 15  # a spreadsheet keeps numbers as doubles
_FIRST_DAY = date(1900, 3, 1)  # before it, spreadsheets disagree about what a serial number means
_NARROWEST, _WIDEST, _MEASURED, _HEADING = 6, 60, 1000, 14
# On a page to be sent, where texts wrap: of texts, and of words in a column of amounts.
_WIDEST_SENT = 30
_NOT_IN_NAMES = str.maketrans(dict.fromkeys("[]:*?/\\", " "))
_LONGEST_NAME = 31


@dataclass(frozen=True, slots=True)
class Number:
    """An exact number, and how it is shown, in the language of number formats: "#,##0.00"."""

    value: Decimal
    shown: str = "General"

    @property
    def text(self) -> str:
        """About as it is shown, to measure it."""
        first, _semicolon, _rest = self.shown.partition(";")
        words = "".join(_QUOTED.findall(first))
        number, _point, digits = _QUOTED.sub("", first).partition(".")
        share = 100 if first.endswith("%") else 1
        places = len(digits.rstrip("%")) if number.strip("+") in ("0", "#,##0") else 6
        return f"{words}{round(self.value * share, places):,}"

    @property
    def exact(self) -> bool:
        """Whether a spreadsheet can hold it without losing a digit."""
        return len(self.value.normalize().as_tuple().digits) <= _EXACT_DIGITS


@dataclass(frozen=True, slots=True)
class LightCell:
    """The word for a traffic light in a cell of its colour: green, yellow or red."""

    word: str
    colour: str


# A style is some of these words.
_STYLES: dict[str, dict[str, Any]] = {
    "bold": {"bold": True},
    "title": {"bold": True, "font_size": 16, "align": "center"},
    "caption": {"align": "right"},
    "lined": {"border": 1, "border_color": "#A6A6A6", "valign": "vcenter", "text_wrap": True},
    "heading": {"bold": True, "align": "center", "bg_color": "#E8EDF3"},
    "note": {"text_wrap": True, "font_color": "#555555"},
    "green": {"bg_color": "#C6E7CE", "font_color": "#0B5A2A", "align": "center"},
    "yellow": {"bg_color": "#FFE699", "font_color": "#6B4E00", "align": "center"},
    "red": {"bg_color": "#F8B9B3", "font_color": "#8C1D18", "align": "center"},
}
_A4 = 9
_BAR = "#9DBDE3"
# A line of text, in points, and how many of them a row shows.
_LINE, _MOST_LINES = 15, 12

Value = str | Number | LightCell | date | datetime | None


class Workbook:
    """A workbook that is written into `file` when its block ends well; `day` is the one it says it was created on.

    Raises Refused where XlsxWriter is not installed.
    """

    def __init__(self, file: BinaryIO, day: date) -> None:
        try:
            from xlsxwriter import Workbook  # type: ignore[import-untyped]  # it carries no types
        except ImportError:
            raise Refused(_("xlsx needs the extra: pip install 'investment-tracker[xlsx]'")) from None
        self._folder = TemporaryDirectory(prefix="tracker-")
        self._book = Workbook(file, {"constant_memory": True, "tmpdir": self._folder.name})
        self._book.set_properties({"created": datetime.combine(max(date(1900, 1, 1), day), time.min)})
        self._formats: dict[tuple[str, str], Any] = {}
        self._names: set[str] = set()

    def __enter__(self) -> Workbook:
        return self

    def __exit__(self, kind: type[BaseException] | None, _error: object, _traceback: object) -> None:
        try:
            if kind is None:
                self._book.close()
        finally:
            for sheet in self._book.worksheets():
                sheet.row_data_fh.close()
            self._folder.cleanup()

    def sheet(self, name: str, headings: Sequence[str], *, above: Sequence[str] = ()) -> Sheet:
        """A further sheet with its frozen header line; names are made fit and different from each other.

        With lines `above` the headings it is a page to be sent: a title, lines around its cells, headings that wrap.
        """
        free = self._free(name)
        return Sheet(self, self._book.add_worksheet(free), headings, above, free)

    def hidden(self, name: str, rows: Iterable[tuple[str, str]]) -> None:
        """A sheet that no user sees."""
        sheet = self._book.add_worksheet(self._free(name))
        for number, row in enumerate(rows):
            for place, text in enumerate(row):
                sheet.write_string(number, place, text)
        sheet.very_hidden()

    def format(self, shown: str, style: str = "") -> Any:
        """The format of cells in one of the styles, made once."""
        found = self._formats.get((shown, style))
        if found is None:
            told = {"num_format": shown, "valign": "top"}
            for word in style.split():
                told |= _STYLES[word]
            found = self._formats[shown, style] = self._book.add_format(told)
        return found

    def chart(
        self, name: str, title: str, kind: str, sheet: Sheet, rows: int, categories: int, series: Sequence[int]
    ) -> None:
        """A sheet with a chart of some columns of the first `rows` of a sheet, "bar" for rows and "line" for days."""
        chart = self._book.add_chart({"type": kind})
        first, last = sheet.charted(rows)
        for place in series:
            chart.add_series(
                {
                    "name": [sheet.name, first - 1, place],
                    "categories": [sheet.name, first, categories, last, categories],
                    "values": [sheet.name, first, place, last, place],
                }
            )
        # XlsxWriter takes a text such as A!B1 for a reference.
        chart.set_title({"name": show(title).replace("!", "！"), "name_font": {"size": 14}})
        chart.set_legend({"position": "bottom"})
        if kind == "bar":
            chart.set_y_axis({"reverse": True})
            chart.set_x_axis({"major_gridlines": {"visible": True, "line": {"color": "#D9D9D9"}}})
        chart.show_blanks_as("gap")
        page = self._book.add_chartsheet(self._free(name))
        page.set_chart(chart)
        page.set_landscape()
        page.set_paper(_A4)

    def _free(self, name: str) -> str:
        fit = " ".join(show(name).translate(_NOT_IN_NAMES).split()).strip("'") or "1"
        number, found = 1, fit[:_LONGEST_NAME].strip(" '")
        while found.casefold() in self._names or found.casefold() == "history":
            number += 1
            found = f"{fit[: _LONGEST_NAME - len(str(number)) - 1]} {number}"
        self._names.add(found.casefold())
        return found


class Sheet:
    """One sheet of a Book: rows from above to below."""

    def __init__(
        self, book: Workbook, sheet: Any, headings: Sequence[str], above: Sequence[str] = (), name: str = ""
    ) -> None:
        self._book, self._sheet, self.name = book, sheet, name
        self._row, self._header = 0, len(above)
        self._lined = "lined " if above else ""
        self._widths = [_NARROWEST] * len(headings)
        for line, style in zip(above, ("title", *("caption",) * len(above)), strict=False):
            self._merged(line, style)
        if above:
            sheet.set_row(0, 28)
        sheet.freeze_panes(self._header + 1, 2 if above else 0)
        sheet.set_landscape()
        sheet.set_paper(_A4)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(self._header)
        self._cells(headings, "lined heading" if above else "bold")
        if above:
            self._widths = [min(cells, _HEADING) for cells in self._widths]

    def charted(self, rows: int) -> tuple[int, int]:
        """The first and the last row that a chart of so many rows shows."""
        return self._header + 1, self._header + min(rows, MOST_CHARTED)

    def _merged(self, text: str, style: str) -> None:
        """A line of text over all columns."""
        if len(self._widths) > 1:
            self._sheet.merge_range(self._row, 0, self._row, len(self._widths) - 1, "", self._book.format("@", style))
        self._sheet.write_string(self._row, 0, _plain(text), self._book.format("@", style))
        self._row += 1

    def row(self, values: Iterable[Value], *, bold: bool = False) -> None:
        """Write the next row. Raises Refused where the sheet is full or a text too long for a cell."""
        self._cells(values, (self._lined + ("bold" if bold else "")).strip())

    def _cells(self, values: Iterable[Value], style: str) -> None:
        if self._row >= MOST_ROWS:
            raise Refused(
                _("a sheet has at most {count} rows: export fewer, or as csv or jsonl").format(count=MOST_ROWS)
            )
        if self._lined:
            values = list(values)
            # A column is as wide as its texts, up to a width at which they wrap; no program fits the heights of rows.
            longest = max((width(str(value)) for value in values if isinstance(value, str)), default=0)
            lines = max(1, -(-longest // (_WIDEST_SENT - 3))) if self._row > self._header else 2
            self._sheet.set_row(self._row, _LINE * min(lines, _MOST_LINES) + 2)
        for place, value in enumerate(values):
            if value is not None and value != "":
                self._cell(place, value, style)
            elif self._lined and style:
                self._sheet.write_blank(self._row, place, None, self._book.format("General", style))
        self._row += 1

    @property
    def count(self) -> int:
        """How many rows were written below the header."""
        return self._row - 1 - self._header

    def note(self, sentence: str) -> None:
        """Write a sentence below the table, which makes no column wider; over all columns of a page to be sent."""
        kept = list(self._widths)
        if self._lined:
            room = max(sum(self._widths) - 2, 20)
            self._sheet.set_row(self._row, _LINE * -(-max(width(sentence), 1) // room))
            self._merged(sentence, "note")
            return
        self._cells((sentence,), "")
        self._widths = kept

    def _cell(self, place: int, value: Value, style: str) -> None:
        if isinstance(value, Number) and value.exact:
            self._sheet.write_number(self._row, place, float(value.value), self._book.format(value.shown, style))
            self._measure(place, value.text + "  ")
        elif isinstance(value, date) and date(value.year, value.month, value.day) >= _FIRST_DAY:
            moment = isinstance(value, datetime)
            shown = "yyyy-mm-dd hh:mm" if moment else "yyyy-mm-dd"
            self._sheet.write_datetime(self._row, place, value, self._book.format(shown, style))
            self._measure(place, shown)
        else:
            text = value.isoformat() if isinstance(value, date) else value
            if isinstance(text, LightCell):
                self._text(place, text.word, f"{style} {text.colour}".strip())
                return
            self._text(place, f"{text.value:f}" if isinstance(text, Number) else str(text), style)

    def _text(self, place: int, text: str, style: str) -> None:
        shown = show(text, lines=True)
        if self._sheet.write_string(self._row, place, _plain(shown), self._book.format("@", style)) == -2:
            raise Refused(
                _("a cell of a workbook has at most 32,767 characters, and row {row} has more: export as csv").format(
                    row=self._row + 1
                )
            )
        self._measure(place, shown)

    def _measure(self, place: int, text: str) -> None:
        if self._row < _MEASURED and place < len(self._widths):
            most = _WIDEST_SENT if self._lined else _WIDEST
            widest = max(map(width, text[: _WIDEST * 4].split("\n")), default=0)
            self._widths[place] = max(self._widths[place], min(widest + 2, most))

    def close(self, *, filtered: int, bars: Collection[int] = ()) -> None:
        """Set the widths of the columns, and a filter over the first `filtered` rows below the header.

        The shares in the columns `bars` get a bar in their cells, full at 1.
        """
        for place, cells in enumerate(self._widths):
            self._sheet.set_column(place, place, cells)
        for place in bars:
            ends = {"min_type": "num", "min_value": 0, "max_type": "num", "max_value": 1}
            bar = {"type": "data_bar", "data_bar_2010": True, "bar_solid": True, "bar_color": _BAR, **ends}
            self._sheet.conditional_format(self._header + 1, place, self._header + filtered, place, bar)
        if self._widths:
            self._sheet.autofilter(self._header, 0, self._header + max(filtered, 1), len(self._widths) - 1)


def _plain(text: str) -> str:
    """`text` as XlsxWriter takes it; one between these two tags it would take for XML that it wrote itself."""
    rich = text.startswith("<r>") and text.endswith("</r>")
    return f'<r><t xml:space="preserve">{escape(text)}</t></r>' if rich else text
