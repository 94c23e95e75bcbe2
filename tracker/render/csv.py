"""A report as CSV: one header line of column keys, one line a row, no total row; amounts as in `side_by_side`.

Amounts are plain decimals with every digit. In a mixed column an amount is one text: `about 2500000000.00 CNY`.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from io import StringIO

from tracker.money import Figure, plain
from tracker.render.data import plain_value
from tracker.render.guard import guarded
from tracker.render.side_by_side import Field, fields, qualifier
from tracker.reports.report import Amounts, Cell, Kind, Report
from tracker.text import show
from tracker.vocabulary import Term

_NO_AMOUNT = ("", "", "")


def write_csv(report: Report, *, newline: str = "\n") -> str:
    """The rows of `report` with its hidden columns and without bars; `newline` ends each line."""
    columns = fields(report, report.rows)
    file = StringIO()
    writer = csv.writer(file, lineterminator=newline)
    writer.writerow([guarded(name) for field in columns for name in field.names()])
    for row in report.rows:
        writer.writerow([value for field in columns for value in _values(field, row[field.place])])
    return file.getvalue()


def _values(field: Field, cell: Cell) -> Iterator[str]:
    if not field.amounts:
        yield _cell(cell, field.column.kind)
        return
    for figure in field.figures(cell):
        yield from _amount(figure) if figure else _NO_AMOUNT
    yield from ("" if count is None else str(count) for count in field.coverage(cell))


def _amount(figure: Figure) -> tuple[str, str, str]:
    if figure.money is None:
        return ("", "", qualifier(figure))
    return (plain(figure.money), figure.money.currency, qualifier(figure))


def _cell(cell: Cell, kind: Kind) -> str:
    if isinstance(cell, Amounts):
        return amounts_in_words(cell)
    value = plain_value(cell, kind)
    if isinstance(value, bool):
        return "true" if value else "false"
    text = ";".join(value) if isinstance(value, tuple) else "" if value is None else str(value)
    return guarded(show(text, lines=True)) if isinstance(cell, str | tuple | Term) else text


def amounts_in_words(amounts: Amounts) -> str:
    """`2500000000.00 CNY`, with the words of its qualifier before it, for a column that holds more than amounts."""
    text = ";".join(_figure_in_words(figure) for figure in amounts.figures)
    covered = amounts.known is not None and amounts.of is not None and amounts.known < amounts.of
    return f"{text} ({amounts.known}/{amounts.of})".lstrip() if covered else text


def _figure_in_words(figure: Figure) -> str:
    amount, currency, words = _amount(figure)
    return f"{amount} {currency}" if words == "exact" else f"{words} {amount} {currency}".rstrip()
