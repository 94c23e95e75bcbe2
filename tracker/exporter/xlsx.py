"""Tables as a workbook, one sheet each: amounts and numbers as numbers, days as days, everything else as text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import BinaryIO

from tracker.exporter.table import Holds, Table
from tracker.render.workbook import Book, Number, Value

_DAY = len("2023-04-05")
_FIRST_DAY = "1900-03-01"


def write_xlsx(tables: Iterable[Table], file: BinaryIO, day: date) -> list[int]:
    """Write the workbook, which says it was created on `day`; how many rows each sheet has.

    A number of more digits than a spreadsheet keeps is written as text. Raises Refused where XlsxWriter is not
    installed, and for what no sheet can hold.
    """
    with Book(file, day) as book:
        return [_add(book, table) for table in tables]


def _add(book: Book, table: Table) -> int:
    sheet = book.sheet(table.name, table.columns)
    for row in table.rows:
        sheet.row(_values(table, row))
    count = sheet.count
    sheet.close(filtered=count)
    return count


def _values(table: Table, row: tuple[str, ...]) -> Iterator[Value]:
    for text, holds in zip(row, table.holds, strict=True):
        if not text or holds in (Holds.TEXT, Holds.WORD):
            yield text
        elif holds is Holds.DAY:
            # A longer period is a text of another length; a sheet knows no day before 1900.
            yield date.fromisoformat(text) if len(text) == _DAY and text >= _FIRST_DAY else text
        else:
            yield Number(Decimal(text), _shown(text, holds))


def _shown(text: str, holds: Holds) -> str:
    if holds is not Holds.AMOUNT:
        return "General"
    decimals = len(text.partition(".")[2])
    return "#,##0" + ("." + "0" * decimals if decimals else "")
