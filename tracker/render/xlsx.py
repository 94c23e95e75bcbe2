"""A report as a workbook: one sheet that can be sent as it is, and a chart of it; or every column, as in the CSV.

The sheet to be sent has the columns of the table, at most MOST_COLUMNS, and amounts as numbers of one unit. What is
not exact is so in the number's format (≥400), and stays a number. With every column asked for, the columns are those of
the CSV under the titles people read, the words of the vocabulary in their language.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from fractions import Fraction
from io import BytesIO
from tempfile import TemporaryDirectory
from typing import Any, BinaryIO, TypeVar
from xml.sax.saxutils import escape

from tracker.analysis.completion import Ratio
from tracker.currencies import minor_digits
from tracker.dates import Period, Precision
from tracker.errors import Refused
from tracker.i18n import _
from tracker.money import ESTIMATED, MARKS, Figure, Money, plain, printed_unit
from tracker.render import Options
from tracker.render.cells import amounts_text, unit_text
from tracker.render.data import Field, amounts_in_words, fields, plain_value, qualifier, ratio_qualifier
from tracker.render.layout import barred, days_line, shown_places
from tracker.reports.report import Amounts, Bar, Cell, Fallback, Kind, Report, Row, Spark, Strip
from tracker.text import show, width
from tracker.vocabulary import AVAILABILITY, LIGHTS, QUALIFIERS, Term

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
            properties = {"num_format": shown, "valign": "top"}
            for word in style.split():
                properties |= _STYLES[word]
            found = self._formats[shown, style] = self._book.add_format(properties)
        return found

    def chart(
        self, name: str, title: str, shown: str, sheet: Sheet, rows: int, categories: int, series: Sequence[int]
    ) -> None:
        """A sheet with a chart of some columns of the first `rows` of a sheet: lines or, `shown` as such numbers, bars.

        The format of the cells has a sign where the first is only known to be more or less.
        """
        chart = self._book.add_chart({"type": "bar" if shown else "line"})
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
        if shown:
            chart.set_y_axis({"reverse": True})
            grid = {"visible": True, "line": {"color": "#D9D9D9"}}
            chart.set_x_axis({"major_gridlines": grid, "num_format": shown, "num_format_linked": False})
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


T = TypeVar("T")
_SHOWN = {Kind.RATIO: "0.0%", Kind.POINTS: "+0.0;-0.0;0.0", Kind.NUMBER: "0.00", Kind.DAYS: "+0;-0;0"}


def write_xlsx(report: Report, options: Options) -> bytes:
    """The workbook. Raises Refused where XlsxWriter is not installed, or what no sheet can hold."""
    return write_workbook((report,), report.as_of, options)


def write_workbook(reports: Iterable[Report], day: date, options: Options) -> bytes:
    """The workbook of several reports, dated `day`."""
    file = BytesIO()
    with Workbook(file, day) as book:
        for report in reports:
            # Add the sheet of a report, and the sheet of its chart, to a workbook of several.
            if report.every:
                _add_data(book, report, options)
            else:
                _add_page(book, report, options)
    return file.getvalue()


# --- every column, as in the csv -----------------------------------------------------------------------------------


def _add_data(book: Workbook, report: Report, options: Options) -> None:
    columns = fields(report, (*report.rows, *_totals(report)))
    sheet = book.sheet(report.title, [title for field in columns for title in _titles(field)])
    for row in report.rows:
        sheet.row(_cells(columns, row, options))
    if report.elsewhere is not None and report.rows:
        sheet.row(_cells(columns, report.elsewhere, options))
    for row in _totals(report):
        sheet.row(_cells(columns, row, options), bold=True)
    empty = () if report.rows else (report.empty or _("nothing found"),)
    sheet.row(())
    sheet.note(f"{report.title} · {days_line(report, options)}")
    for sentence in (*empty, *report.remarks, *report.coverage, *report.notes):
        sheet.note(sentence)
    sheet.close(filtered=len(report.rows))


def _totals(report: Report) -> tuple[Row, ...]:
    return () if report.totals is None or not report.rows else (report.totals,)


def _titles(field: Field) -> Iterator[str]:
    title = field.column.title
    if not field.amounts:
        yield title
    for number in range(1, field.amounts + 1):
        name = title if number == 1 else f"{title} {number}"
        yield from (name, _("{title}, currency").format(title=name), _("{title}, qualifier").format(title=name))
    if field.covered:
        yield from (_("{title}, known").format(title=title), _("{title}, of all").format(title=title))
    if field.derived:
        yield from (_("{title}, state").format(title=title), _("{title}, figures to").format(title=title))
    if field.qualified:
        yield _("{title}, qualifier").format(title=title)


def _cells(columns: Iterable[Field], row: Row, options: Options) -> Iterator[Value]:
    for field in columns:
        cell = row[field.place]
        if not field.amounts:
            yield None if isinstance(cell, Fallback) else _value(cell, field.column.kind, options)
            if field.qualified:
                words = ratio_qualifier(cell)
                yield words and _words(words, options)
            continue
        for [figure] in field.figures([cell]):
            yield from _figure(figure, options) if figure else (None, None, None)
        yield from (None if count is None else Number(Decimal(count)) for [count] in field.counts([cell]))
        yield from (word for [word] in field.states([cell]))


def _figure(figure: Figure, options: Options) -> tuple[Value, Value, Value]:
    words = _words(qualifier(figure), options)
    if figure.money is None:
        return (None, None, words)
    return (amount(figure.money), figure.money.currency, words)


def amount(money: Money) -> Number:
    """An amount as a cell, shown with the decimals of its currency."""
    digits = minor_digits(money.currency)
    return Number(Decimal(plain(money)), "#,##0" + ("." + "0" * digits if digits else ""))


def _words(codes: str, options: Options) -> str:
    terms = ((code, QUALIFIERS.get(code) or AVAILABILITY.get(code)) for code in codes.split())
    return " ".join(term.name(options.lang) if term else code for code, term in terms)


def _value(cell: Cell, kind: Kind, options: Options) -> Value:
    match cell:
        case Amounts():
            return amounts_in_words(cell)
        case bool():
            return _("yes") if cell else _("no")
        case int():
            return Number(Decimal(cell), _SHOWN.get(kind, "General"))
        case Fraction():
            return Number(Decimal(str(plain_value(cell, kind))), _SHOWN.get(kind, "0.0%"))
        case datetime():
            return cell.astimezone(options.zone).replace(tzinfo=None)
        case date():
            return cell
        case Period():
            return cell.first if cell.precision is Precision.DAY else cell.iso()
        case Term():
            return cell.name(options.lang)
        case str():
            return cell
        case None | Bar() | Spark() | Strip():
            return None
        case _:
            return ", ".join(one.name(options.lang) if isinstance(one, Term) else one for one in cell)


# --- a page to be sent ---------------------------------------------------------------------------------------------

MOST_COLUMNS = 14
_DECIMALS = 2


def _add_page(book: Workbook, report: Report, options: Options) -> None:
    page = _Page(report, options._replace(unit=printed_unit(options.unit, options.lang), width=None, ascii=False))
    sheet = book.sheet(report.title, page.titles, above=(show(report.title), page.caption))
    for row in report.rows:
        page.write(sheet, row)
    last = sheet.count
    if report.elsewhere is not None and report.rows:
        page.write(sheet, report.elsewhere)
    for row in _totals(report):
        page.write(sheet, row, bold=True)
    empty = () if report.rows else (report.empty or _("nothing found"),)
    for sentence in (*empty, *report.remarks, *report.coverage, *report.notes):
        sheet.note(show(sentence))
    sheet.close(filtered=last, bars=page.bars if report.rows else ())
    if found := page.chart():
        categories, series, shown = found
        several = _("{title}, the first {count} rows").format(title=report.title, count=MOST_CHARTED)
        title = several if last > MOST_CHARTED and shown else report.title
        book.chart(_("Chart {title}").format(title=report.title), title, shown, sheet, last, categories, series)


class _Page:
    """What the sheet to be sent shows of a report: which columns, in which unit and currency, with which decimals."""

    def __init__(self, report: Report, options: Options) -> None:
        self._report, self._options = report, options
        rows = (*report.rows, *((report.elsewhere,) if report.elsewhere else ()), *_totals(report))
        most = MOST_COLUMNS - (1 if len(_currencies(report, rows, range(len(report.columns)))) > 1 else 0)
        # Periods side by side are as many as were asked for.
        shown = shown_places(report, drawing=False, most=None if report.repeated else most)
        self._places = ([0] if report.grouped and 0 not in shown else []) + shown
        self._places = self._places[:most] if report.grouped else self._places
        found = _currencies(report, rows, self._places)
        self._currency = found[0] if len(found) == 1 else None
        self._mixed = len(found) > 1
        self._amounts = [at for at in self._places if report.columns[at].kind is Kind.AMOUNT]
        self._shown = {at: self._number_format(rows, at) for at in self._amounts}
        # The column of the currency stands before the first amount.
        self._before = self._places.index(self._amounts[0]) if self._mixed else None

    @property
    def titles(self) -> list[str]:
        """The headings of the sheet."""
        return self._with_currency([show(self._report.columns[at].title) for at in self._places], _("Currency"))

    @property
    def caption(self) -> str:
        """Who and which day, the unit, and the state of the ledger."""
        options, unit = self._options, self._options.unit
        parts = [show(options.zone_name), days_line(self._report, options)]
        if self._currency:
            parts.append(_("unit: {unit}").format(unit=unit_text(unit, self._currency, options.lang)))
        elif self._mixed:
            parts.append(_("unit: {unit} of the currency in its column").format(unit=unit.suffix or "1"))
        return " · ".join(part for part in (*parts, self._report.state) if part)

    @property
    def bars(self) -> list[int]:
        """The columns of the sheet whose shares are drawn."""
        return [self._column(at) for at in barred(self._report) if at in self._places and self._is_share(at)]

    def write(self, sheet: Sheet, row: Row, *, bold: bool = False) -> None:
        """Write a row of the report: a line for each currency it has amounts in, texts on the first of them alone."""
        for number, currency in enumerate(_currencies(self._report, (row,), self._places) or [None]):
            values = [self._cell(row, at, currency, first=not number) for at in self._places]
            sheet.row(self._with_currency(values, currency), bold=bold)

    def chart(self) -> tuple[int, list[int], str] | None:
        """The columns that name the rows and those drawn, and the format of bars; None where nothing compares rows."""
        keys = {self._report.columns[at].key: at for at in self._places}
        if len(self._report.rows) < 2:
            return None
        if self._report.chart is not None and {"day", "pv", "ev"} <= keys.keys():
            return self._column(keys["day"]), [self._column(keys[key]) for key in ("pv", "ev")], ""
        names = [keys[key] for key in ("name", "name_en", "group") if key in keys] or self._places[:1]
        done = next((keys[key] for key in ("year_to_date", "completed") if key in keys), None)
        series = [keys["plan"], done] if "plan" in keys and done is not None and not self._mixed else []
        shown = "#,##0" if series else "0%"
        if not series:
            series = [at for at in sorted(barred(self._report)) if at in self._places and not self._is_mixed_amount(at)]
        return (self._column(names[0]), [self._column(at) for at in series], shown) if series else None

    def _column(self, at: int) -> int:
        place = self._places.index(at)
        return place + (1 if self._before is not None and place >= self._before else 0)

    def _with_currency(self, values: Sequence[T], currency: T) -> list[T]:
        found = list(values)
        if self._before is not None:
            found.insert(self._before, currency)
        return found

    def _is_mixed_amount(self, at: int) -> bool:
        return self._mixed and at in self._amounts

    def _is_share(self, at: int) -> bool:
        return self._report.columns[at].kind is Kind.RATIO

    def _cell(self, row: Row, at: int, currency: str | None, *, first: bool) -> Value:
        cell, kind = row[at], self._report.columns[at].kind
        if isinstance(cell, Amounts) and kind is Kind.AMOUNT:
            return self._amount(cell, at, currency, first=first)
        if not first:
            return None
        if isinstance(cell, Amounts):
            # Amounts of a column that holds other things too: one is a number that names its unit, more are words.
            money = [figure.money for figure in cell.figures]
            if len(money) != 1 or money[0] is None:
                return amounts_text(cell, self._options._replace(decimals=None)) if cell.figures else None
            mark, behind = _words_around(cell, cell.figures[0], self._options.lang)
            unit = unit_text(self._options.unit, money[0].currency, self._options.lang)
            return Number(_in_unit(money[0], self._options), _marked(mark, self._digits(money), f" {unit}{behind}"))
        if isinstance(cell, Term) and LIGHTS.get(cell.code) == cell and cell.code != "grey":
            return LightCell(cell.name(self._options.lang), cell.code)
        if isinstance(cell, Ratio) and (cell.mark or cell.availability == "estimated"):
            estimated = ESTIMATED[self._options.lang] if cell.availability == "estimated" else ""
            plain_ratio = _value(Fraction(cell), kind, self._options)
            assert isinstance(plain_ratio, Number)
            return Number(plain_ratio.value, _marked(cell.mark, plain_ratio.shown, estimated))
        return _value(cell, kind, self._options)

    def _amount(self, cell: Amounts, at: int, currency: str | None, *, first: bool) -> Value:
        """The figure in one currency as a number of the unit; anything else is written in words."""
        options = self._options
        if cell.state == "lacking" and cell.last and cell.last.money and cell.last.money.currency == currency:
            return amounts_text(cell._replace(known=None), options._replace(decimals=None))
        figure = next((one for one in cell.figures if (one.money and one.money.currency) == currency), None)
        if figure is None or figure.money is None:
            words = next((one for one in cell.figures if one.money is None), None)
            return amounts_text(cell._replace(figures=(words,)), options) if words and first else None
        mark, behind = _words_around(cell, figure, options.lang)
        return Number(_in_unit(figure.money, options), _marked(mark, self._shown[at], behind))

    def _number_format(self, rows: Sequence[Row], at: int) -> str:
        cells = [row[at] for row in rows]
        return self._digits([one.money for cell in cells if isinstance(cell, Amounts) for one in cell.figures])

    def _digits(self, money: Iterable[Money | None]) -> str:
        """Whole numbers where all are, else two decimals; a report of exact figures shows every digit."""
        digits = max((_places(_in_unit(one, self._options)) for one in money if one), default=0)
        most = min(digits, digits if self._report.exact or self._options.decimals is None else _DECIMALS)
        return "#,##0" + ("." + "0" * most if most else "")


def _currencies(report: Report, rows: Iterable[Row], places: Iterable[int]) -> list[str]:
    """The currencies of the amounts in some columns, in the order in which they come."""
    amounts = [at for at in places if report.columns[at].kind is Kind.AMOUNT]
    cells = [row[at] for row in rows for at in amounts]
    figures = [one for cell in cells if isinstance(cell, Amounts) for one in (*cell.figures, cell.last) if one]
    return list(dict.fromkeys(one.money.currency for one in figures if one.money))


def _words_around(cell: Amounts, figure: Figure, lang: str) -> tuple[str, str]:
    """What stands before and behind a figure of a cell: its qualifier, whether it is estimated, and its coverage."""
    mark = "≥" if cell.state == "partial" and figure.qualifier == "over" else MARKS[lang][figure.qualifier]
    covered = f" ({cell.known}/{cell.of})" if cell.known is not None and cell.of and cell.known < cell.of else ""
    return mark, (ESTIMATED[lang] if figure.availability == "estimated" else "") + covered


def _in_unit(money: Money, options: Options) -> Decimal:
    return Decimal(money.minor).scaleb(-options.unit.power - minor_digits(money.currency))


def _places(value: Decimal) -> int:
    exponent = value.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _marked(before: str, shown: str, behind: str) -> str:
    """A number format with words around the number."""
    parts = [f'"{before}"' if before else "", f'"{behind}"' if behind else ""]
    # Of one format for all numbers, a spreadsheet would write the sign before the words.
    shown = f"{shown};-{shown}" if before and ";" not in shown else shown
    return ";".join(f"{parts[0]}{part}{parts[1]}" for part in shown.split(";"))
