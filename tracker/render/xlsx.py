"""A report as a workbook of one sheet: typed cells under a frozen header, the total row, coverage and notes below.

Its columns are those of the CSV under the titles people read, the words of the vocabulary in their language.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from io import BytesIO

from tracker.currencies import minor_digits
from tracker.dates import Period, Precision
from tracker.i18n import _
from tracker.money import Figure, Money, plain
from tracker.render.csv import amounts_in_words
from tracker.render.data import plain_value
from tracker.render.look import Look
from tracker.render.side_by_side import Field, fields, qualifier, ratio_qualifier
from tracker.render.workbook import Book, Number, Sheet, Value
from tracker.render.written import days_line
from tracker.reports.report import Amounts, Cell, Kind, Report, Row
from tracker.vocabulary import AVAILABILITY, QUALIFIERS, Term

_SHOWN = {Kind.RATIO: "0.0%", Kind.POINTS: "+0.0;-0.0;0.0", Kind.NUMBER: "0.00", Kind.DAYS: "+0;-0;0"}


def write_xlsx(report: Report, look: Look) -> bytes:
    """The workbook. Raises Refused where XlsxWriter is not installed, or what no sheet can hold."""
    file = BytesIO()
    with Book(file, report.as_of) as book:
        add_sheet(book, report, look)
    return file.getvalue()


def add_sheet(book: Book, report: Report, look: Look) -> None:
    """Add the sheet of a report to a workbook of several."""
    columns = fields(report, (*report.rows, *_totals(report)))
    sheet = book.sheet(report.title, [title for field in columns for title in _titles(field)])
    for row in report.rows:
        sheet.row(_cells(columns, row, look))
    if report.elsewhere is not None and report.rows:
        sheet.row(_cells(columns, report.elsewhere, look))
    for row in _totals(report):
        sheet.row(_cells(columns, row, look), bold=True)
    _write_below(sheet, report, look)
    sheet.close(filtered=len(report.rows))


def _totals(report: Report) -> tuple[Row, ...]:
    return () if report.totals is None or not report.rows else (report.totals,)


def _write_below(sheet: Sheet, report: Report, look: Look) -> None:
    empty = () if report.rows else (report.empty or _("nothing found"),)
    sheet.row(())
    sheet.note(f"{report.title} · {days_line(report, look)}")
    for sentence in (*empty, *report.coverage, *report.notes):
        sheet.note(sentence)


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


def _cells(columns: Iterable[Field], row: Row, look: Look) -> Iterator[Value]:
    for field in columns:
        cell = row[field.place]
        if not field.amounts:
            yield _value(cell, field.column.kind, look)
            if field.qualified:
                words = ratio_qualifier(cell)
                yield words and _words(words, look)
            continue
        for figure in field.figures(cell):
            yield from _figure(figure, look) if figure else (None, None, None)
        yield from (None if count is None else Number(Decimal(count)) for count in field.coverage(cell))
        if field.derived:
            yield from (word or None for word in field.state(cell))


def _figure(figure: Figure, look: Look) -> tuple[Value, Value, Value]:
    words = _words(qualifier(figure), look)
    if figure.money is None:
        return (None, None, words)
    return (amount(figure.money), figure.money.currency, words)


def amount(money: Money) -> Number:
    """An amount as a cell, shown with the decimals of its currency."""
    digits = minor_digits(money.currency)
    return Number(Decimal(plain(money)), "#,##0" + ("." + "0" * digits if digits else ""))


def _words(codes: str, look: Look) -> str:
    terms = ((code, QUALIFIERS.get(code) or AVAILABILITY.get(code)) for code in codes.split())
    return " ".join(term.name(look.lang) if term else code for code, term in terms)


def _value(cell: Cell, kind: Kind, look: Look) -> Value:
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
            return cell.astimezone(look.zone).replace(tzinfo=None)
        case date():
            return cell
        case Period():
            return cell.first if cell.precision is Precision.DAY else cell.iso()
        case Term():
            return cell.name(look.lang)
        case tuple():
            return ", ".join(cell)
        case str():
            return cell
        case _:
            return None
