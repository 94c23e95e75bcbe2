"""Workbooks of typed cells, through XlsxWriter: numbers, days and texts of which none is ever a formula.

Rows are written as they come and not held; equal content gives equal bytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
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
_EXACT_DIGITS = 15  # a spreadsheet keeps numbers as doubles
_FIRST_DAY = date(1900, 3, 1)  # before it, spreadsheets disagree about what a serial number means
_NARROWEST, _WIDEST, _MEASURED, _HEADING = 6, 60, 1000, 14
_NOT_IN_NAMES = str.maketrans(dict.fromkeys("[]:*?/\\", " "))
_LONGEST_NAME = 31


@dataclass(frozen=True, slots=True)
class Number:
    """An exact number, and how it is shown, in the language of number formats: "#,##0.00"."""

    value: Decimal
    shown: str = "General"

    @property
    def exact(self) -> bool:
        """Whether a spreadsheet can hold it without losing a digit."""
        return len(self.value.normalize().as_tuple().digits) <= _EXACT_DIGITS


_LINED = {"border": 1, "valign": "vcenter", "text_wrap": True}
_STYLES: dict[str, dict[str, Any]] = {
    "": {},
    "bold": {"bold": True},
    "title": {"bold": True, "font_size": 16, "align": "center"},
    "caption": {"align": "right"},
    "lined": _LINED,
    "lined bold": _LINED | {"bold": True},
    "lined heading": _LINED | {"bold": True, "align": "center"},
}
_A4 = 9

Value = str | Number | date | datetime | None


class Book:
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

    def __enter__(self) -> Book:
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
        return Sheet(self, self._book.add_worksheet(self._free(name)), headings, above)

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
            told = {"num_format": shown, "valign": "top"} | _STYLES[style]
            found = self._formats[shown, style] = self._book.add_format(told)
        return found

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

    def __init__(self, book: Book, sheet: Any, headings: Sequence[str], above: Sequence[str] = ()) -> None:
        self._book, self._sheet = book, sheet
        self._row, self._header = 0, len(above)
        self._lined = "lined " if above else ""
        self._widths = [_NARROWEST] * len(headings)
        for line, style in zip(above, ("title", *("caption",) * len(above)), strict=False):
            sheet.merge_range(self._row, 0, self._row, len(headings) - 1, "", book.format("@", style))
            sheet.write_string(self._row, 0, line, book.format("@", style))
            self._row += 1
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

    def row(self, values: Iterable[Value], *, bold: bool = False) -> None:
        """Write the next row. Raises Refused where the sheet is full or a text too long for a cell."""
        self._cells(values, (self._lined + ("bold" if bold else "")).strip())

    def _cells(self, values: Iterable[Value], style: str) -> None:
        if self._row >= MOST_ROWS:
            raise Refused(
                _("a sheet has at most {count} rows: export fewer, or as csv or jsonl").format(count=MOST_ROWS)
            )
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
        """Write a sentence below the table, which makes no column wider."""
        kept = list(self._widths)
        self._cells((sentence,), "")
        self._widths = kept

    def _cell(self, place: int, value: Value, style: str) -> None:
        if isinstance(value, Number) and value.exact:
            self._sheet.write_number(self._row, place, float(value.value), self._book.format(value.shown, style))
            self._measure(place, f"{value.value:,}  ")
        elif isinstance(value, date) and date(value.year, value.month, value.day) >= _FIRST_DAY:
            moment = isinstance(value, datetime)
            shown = "yyyy-mm-dd hh:mm" if moment else "yyyy-mm-dd"
            self._sheet.write_datetime(self._row, place, value, self._book.format(shown, style))
            self._measure(place, shown)
        else:
            text = value.isoformat() if isinstance(value, date) else value
            self._text(place, f"{text.value:f}" if isinstance(text, Number) else str(text), style)

    def _text(self, place: int, text: str, style: str) -> None:
        shown = show(text, lines=True)
        # XlsxWriter takes a text between these two tags for XML that it wrote itself.
        rich = shown.startswith("<r>") and shown.endswith("</r>")
        cell = f'<r><t xml:space="preserve">{escape(shown)}</t></r>' if rich else shown
        if self._sheet.write_string(self._row, place, cell, self._book.format("@", style)) == -2:
            raise Refused(
                _("a cell of a workbook has at most 32,767 characters, and row {row} has more: export as csv").format(
                    row=self._row + 1
                )
            )
        self._measure(place, shown)

    def _measure(self, place: int, text: str) -> None:
        if self._row < _MEASURED and place < len(self._widths):
            widest = max(map(width, text[: _WIDEST * 4].split("\n")), default=0)
            self._widths[place] = max(self._widths[place], min(widest + 2, _WIDEST))

    def close(self, *, filtered: int) -> None:
        """Set the widths of the columns, and a filter over the first `filtered` rows below the header."""
        for place, cells in enumerate(self._widths):
            self._sheet.set_column(place, place, cells)
        if self._widths:
            self._sheet.autofilter(self._header, 0, self._header + max(filtered, 1), len(self._widths) - 1)
