"""A report as CSV: one header line of column keys, one line a row, no total row; amounts as in `side_by_side`.

Amounts are plain decimals with every digit. In a mixed column an amount is one text: `about 2500000000.00 CNY`.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from io import StringIO
from itertools import islice, repeat

from tracker.money import Figure, plain
from tracker.render.data import REPEATED, Field, fields, guarded, plain_value, qualifier, ratio_qualifier
from tracker.reports.report import Amounts, Cell, Kind, Report, Row
from tracker.text import show
from tracker.vocabulary import Term

# A text that no spreadsheet takes for a formula and no terminal for a command: by far the most of them.
_PLAIN = re.compile("[0-9A-Za-z\u4e00-\u9fff][ -~\u3001-\u3011\u4e00-\u9fff\uff01-\uff5e]*").fullmatch
# Rows written together, column by column.
_TOGETHER = 512
_NO_AMOUNT = ("", "", "")


def write_csv(report: Report, *, newline: str = "\n") -> str:
    """The rows of `report` with its hidden columns and without bars; `newline` ends each line."""
    columns = fields(report, report.rows)
    file = StringIO()
    writer = csv.writer(file, lineterminator=newline)
    writer.writerow([guarded(name) for field in columns for name in field.names()])
    rows = iter(report.rows)
    while batch := list(islice(rows, _TOGETHER)):
        writer.writerows(zip(*(texts for field in columns for texts in _columns(field, batch)), strict=True))
    return file.getvalue()


def _columns(field: Field, rows: Sequence[Row]) -> Iterator[Iterable[str]]:
    """The columns that `field` becomes, a text for each row."""
    cells = [row[field.place] for row in rows]
    if not field.amounts:
        yield _texts(cells, field.column.kind)
        if field.qualified:
            yield [ratio_qualifier(cell) or "" for cell in cells]
        return
    yield from zip(*map(_amounts, cells, repeat(field)), strict=True)


def _texts(cells: Sequence[Cell], kind: Kind) -> list[str]:
    known: dict[object, str] = {}
    texts = []
    for cell in cells:
        if cell is None:
            texts.append("")
            continue
        of = type(cell)
        if of not in REPEATED:
            texts.append(_cell(cell, kind))
            continue
        # A term is one object, and its hash is that of all its words.
        key = id(cell) if of is Term else cell
        text = known.get(key)
        if text is None:
            text = known[key] = _cell(cell, kind)
        texts.append(text)
    return texts


def _amounts(cell: Cell, field: Field) -> tuple[str, ...]:
    texts: tuple[str, ...] = ()
    for figure in field.figures(cell):
        texts += _NO_AMOUNT if figure is None else _amount(figure)
    if field.covered:
        texts += tuple("" if count is None else str(count) for count in field.coverage(cell))
    if field.derived:
        texts += field.state(cell)
    return texts


def _amount(figure: Figure) -> tuple[str, str, str]:
    if figure.money is None:
        return ("", "", qualifier(figure))
    return (plain(figure.money), figure.money.currency, qualifier(figure))


def _cell(cell: Cell, kind: Kind) -> str:
    if isinstance(cell, Amounts):
        return amounts_in_words(cell)
    if type(cell) is str:
        return cell if _PLAIN(cell) else guarded(show(cell, lines=True))
    value = plain_value(cell, kind)
    if isinstance(value, bool):
        return "true" if value else "false"
    text = ";".join(value) if isinstance(value, tuple) else "" if value is None else str(value)
    return guarded(show(text, lines=True)) if isinstance(cell, str | Term) or isinstance(value, tuple) else text


def amounts_in_words(amounts: Amounts) -> str:
    """`2500000000.00 CNY`, with the words of its qualifier before it, for a column that holds more than amounts."""
    text = ";".join(_figure_in_words(figure) for figure in amounts.figures)
    covered = amounts.known is not None and amounts.of is not None and amounts.known < amounts.of
    return f"{text} ({amounts.known}/{amounts.of})".lstrip() if covered else text


def _figure_in_words(figure: Figure) -> str:
    amount, currency, words = _amount(figure)
    return f"{amount} {currency}" if words == "exact" else f"{words} {amount} {currency}".rstrip()
