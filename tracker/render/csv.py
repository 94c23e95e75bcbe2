"""A report as CSV: one header line of column keys, one line a row, no total row.

An amount column `k` becomes `k`, `k_currency`, `k_qualifier`, and where a cell holds a second currency also `k_2`,
`k_2_currency`, `k_2_qualifier`, and so on; where the cells are sums with a coverage, `k_known` and `k_of` follow.
Amounts are plain decimals with every digit. The qualifier is `exact`, `about`, `nearly`, `over` or `at_most`, with
`estimated` before it (alone where the estimate is exact); an `unknown` or `withheld` figure has this word and no
amount. In a mixed column an amount is one text: `about 2500000000.00 CNY`.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from io import StringIO

from tracker.money import Figure, plain
from tracker.render.data import plain_value
from tracker.reports.report import Amounts, Cell, Column, Kind, Report
from tracker.text import show
from tracker.vocabulary import Term

_NO_AMOUNT = ("", "", "")
# What a spreadsheet takes for the start of a formula, at the start of any line of a cell.
_FORMULA = re.compile("(?:^|[\n\r])[ \u00a0]*[=+\\-@|\t\r＝＋－＠]")


@dataclass(frozen=True, slots=True)
class _Field:
    """One column of the report at `place` of its rows, and how many amounts side by side a row of it can need."""

    column: Column
    place: int
    amounts: int
    covered: bool

    def names(self) -> Iterator[str]:
        key = self.column.key
        if not self.amounts:
            yield key
        for number in range(1, self.amounts + 1):
            name = key if number == 1 else f"{key}_{number}"
            yield from (name, f"{name}_currency", f"{name}_qualifier")
        if self.covered:
            yield from (f"{key}_known", f"{key}_of")

    def values(self, cell: Cell) -> Iterator[str]:
        if not self.amounts:
            yield _cell(cell, self.column.kind)
            return
        amounts = cell if isinstance(cell, Amounts) else Amounts()
        for number in range(self.amounts):
            yield from _amount(amounts.figures[number]) if number < len(amounts.figures) else _NO_AMOUNT
        if self.covered:
            yield from ("" if count is None else str(count) for count in (amounts.known, amounts.of))


def write_csv(report: Report, *, newline: str = "\n") -> str:
    """The rows of `report` with its hidden columns and without bars; `newline` ends each line."""
    fields = [_field(report, place) for place, column in enumerate(report.columns) if not column.drawn]
    file = StringIO()
    writer = csv.writer(file, lineterminator=newline)
    writer.writerow([guarded(name) for field in fields for name in field.names()])
    for row in report.rows:
        writer.writerow([value for field in fields for value in field.values(row[field.place])])
    return file.getvalue()


def guarded(text: str) -> str:
    """`text` with an apostrophe before it where a spreadsheet would run it, or where it already begins with one.

    Taking away exactly one apostrophe at the beginning gives the text back.
    """
    return "'" + text if text.startswith("'") or _FORMULA.search(text) else text


def _field(report: Report, place: int) -> _Field:
    column = report.columns[place]
    if column.kind is not Kind.AMOUNT:
        return _Field(column, place, amounts=0, covered=False)
    cells = [row[place] for row in report.rows]
    sums = [cell for cell in cells if isinstance(cell, Amounts)]
    most = max((len(cell.figures) for cell in sums), default=0)
    return _Field(column, place, amounts=max(most, 1), covered=any(cell.known is not None for cell in sums))


def _amount(figure: Figure) -> tuple[str, str, str]:
    if figure.money is None:
        return ("", "", figure.availability)
    return (plain(figure.money), figure.money.currency, _qualifier(figure))


def _qualifier(figure: Figure) -> str:
    words = [figure.availability] if figure.availability != "reported" else []
    if figure.qualifier != "exact" or not words:
        words.append(figure.qualifier)
    return " ".join(words)


def _cell(cell: Cell, kind: Kind) -> str:
    if isinstance(cell, Amounts):
        return _amounts_in_words(cell)
    value = plain_value(cell, kind)
    if isinstance(value, bool):
        return "true" if value else "false"
    text = ";".join(value) if isinstance(value, tuple) else "" if value is None else str(value)
    return guarded(show(text, lines=True)) if isinstance(cell, str | tuple | Term) else text


def _amounts_in_words(amounts: Amounts) -> str:
    """`2500000000.00 CNY`, with the words of its qualifier before it, for a column that holds more than amounts."""
    text = ";".join(_figure_in_words(figure) for figure in amounts.figures)
    covered = amounts.known is not None and amounts.of is not None and amounts.known < amounts.of
    return f"{text} ({amounts.known}/{amounts.of})".lstrip() if covered else text


def _figure_in_words(figure: Figure) -> str:
    amount, currency, words = _amount(figure)
    return f"{amount} {currency}" if words == "exact" else f"{words} {amount} {currency}".rstrip()
