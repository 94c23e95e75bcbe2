"""Tables as files: CSV in any encoding that can hold them, JSON lines, and workbooks of one sheet a table."""

from __future__ import annotations

import codecs
import csv
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from io import TextIOWrapper
from typing import BinaryIO

from tracker.errors import Refused, UsageError
from tracker.exporter.tables import Holds, Table
from tracker.i18n import _
from tracker.records.schema import RECORD
from tracker.render.data import guarded, protected
from tracker.render.json import JsonValue, dump
from tracker.render.workbook import Book, Number, Value
from tracker.text import did_you_mean, shorten, show

# --- csv -------------------------------------------------------------------------------------------------------------

ENCODINGS = ("utf-8", "gb18030", "utf-16", "gbk", "big5", "shift_jis", "euc-kr", "cp1252")
# Python's own ways to spell texts, which no other program reads.
_NOTATIONS = ("idna", "punycode", "unicode-escape", "raw-unicode-escape", "unicode_escape", "raw_unicode_escape")
_PROBE = "a,1\r\n"
# Texts repeat down a column (sources above all): each is looked at once.
_REMEMBERED = 20_000


def write_csv(
    table: Table,
    file: BinaryIO,
    *,
    encoding: str,
    newline: str,
    protecting: bool = False,
    above: Iterable[str] = (),
    below: Iterable[str] = (),
) -> int:
    """Write the header and the rows; how many rows. Lines `above` and `below` the table have one cell each.

    Free text is guarded against spreadsheets that run formulas, with `protecting` also against those that take a code
    for a number or a date. Raises Refused, with its cell, for the first character
    that the encoding does not have; nothing is replaced.
    """
    text = TextIOWrapper(file, encoding=encoding, newline="")
    rows = _Rows(table, protected if protecting else guarded)
    try:
        writer = csv.writer(text, lineterminator=newline)
        writer.writerows((guarded(line),) for line in above)
        writer.writerow(table.columns)
        writer.writerows(rows)
        writer.writerows((guarded(line),) for line in below)
        text.flush()
    except UnicodeEncodeError as error:
        raise Refused(rows.refusal(encoding)) from error
    finally:
        text.detach()
    return rows.count


class _Rows:
    """The guarded rows of a table; it knows the last one given and its number."""

    def __init__(self, table: Table, guard: Callable[[str], str]) -> None:
        self.count = 0
        self._guard = guard
        self._table = table
        self._last: tuple[str, ...] = ()

    def __iter__(self) -> Iterator[tuple[str, ...]]:
        places = [place for place, holds in enumerate(self._table.holds) if holds is Holds.TEXT]
        safe: dict[str, str] = {"": ""}
        for row in self._table.rows:
            for place in places:
                text = row[place]
                guarded_text = safe.get(text)
                if guarded_text is None:
                    if len(safe) > _REMEMBERED:
                        safe = {"": ""}
                    guarded_text = safe[text] = self._guard(show(text, lines=True))
                if guarded_text is not text:
                    row = (*row[:place], guarded_text, *row[place + 1 :])
            self._last = row
            self.count += 1
            yield row

    def refusal(self, encoding: str) -> str:
        """The sentence for the row that could not be written."""
        for place, text in enumerate(self._last):
            for character in text:
                if not _has(encoding, character):
                    return _(
                        "{encoding} has no “{character}” (U+{code}), which is in cell {cell} ({column}): "
                        "choose another encoding, such as utf-8"
                    ).format(
                        encoding=encoding,
                        character=show(character),
                        code=f"{ord(character):04X}",
                        cell=f"{_letter(place)}{self.count + 1}",
                        column=self._table.columns[place],
                    )
        return _("{encoding} cannot hold this table: choose another encoding, such as utf-8").format(encoding=encoding)


def _has(encoding: str, character: str) -> bool:
    try:
        character.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


def _letter(place: int) -> str:
    """The letters of a column in a spreadsheet: A, Z, AA."""
    before, letter = divmod(place, 26)
    return (_letter(before - 1) if before else "") + chr(ord("A") + letter)


def encoding_of(name: str) -> str:
    """The encoding of this name. Raises UsageError for one that is not known, or not of texts."""
    try:
        found = codecs.lookup(name).name
        wide = found.startswith(("utf-16", "utf-32"))
        usable = found not in _NOTATIONS and (wide or _PROBE.encode(found) == _PROBE.encode())
    except (LookupError, ValueError, TypeError):
        usable = False
    if not usable:
        raise UsageError(
            _("there is no encoding “{name}”{hint} Known: {known} and others").format(
                name=shorten(name), hint=did_you_mean(name, ENCODINGS) or _("."), known=", ".join(ENCODINGS)
            )
        )
    return found


# --- JSON lines ------------------------------------------------------------------------------------------------------


def write_json_lines(table: Table, file: BinaryIO, *, named: bool) -> int:
    """Write the rows; how many. Counts are numbers, everything else text; `named` begins each with its `record`."""
    counts = [holds is Holds.COUNT for holds in table.holds]
    written = 0
    for row in table.rows:
        values: dict[str, JsonValue] = {RECORD: table.kind} if named else {}
        for name, text, counted in zip(table.columns, row, counts, strict=True):
            values[name] = None if text == "" else int(text) if counted else text
        file.write((dump(values) + "\n").encode())
        written += 1
    return written


# --- workbooks -------------------------------------------------------------------------------------------------------

_DAY = len("2023-04-05")
_FIRST_DAY = "1900-03-01"
# The hidden sheet of a workbook that says which ledger it was made from, and which state of it.
STATE = "tracker"


@dataclass(frozen=True, slots=True)
class State:
    """Where a file comes from: what it holds, of which ledger, as which change (number and hash) left it, as of when.

    The last three are those of the ledger sheet.
    """

    what: str
    ledger: str
    change: int
    hash: str = ""
    as_of: date | None = None
    lang: str = ""
    unit: str = ""
    currency: str = ""

    def rows(self) -> list[tuple[str, str]]:
        """The rows of the hidden sheet."""
        return [(name, str(value)) for name, value in asdict(self).items() if value]


def read_state(rows: Iterable[Sequence[object]]) -> State | None:
    """The state that a hidden sheet says; None where it is none of ours."""
    values = {str(row[0]): str(row[1]) for row in rows if len(row) > 1}
    try:
        day = values.get("as_of")
        change = int(float(values["change"]))
        as_of = date.fromisoformat(day) if day else None
        texts = {name: values.get(name, "") for name in ("what", "ledger", "hash", "lang", "unit", "currency")}
        return State(change=change, as_of=as_of, **texts) if texts["what"] and texts["ledger"] else None
    except (KeyError, ValueError):
        return None


def write_xlsx(tables: Iterable[Table], file: BinaryIO, day: date, state: State) -> list[int]:
    """Write the workbook, which says it was created on `day` and carries its `state`; how many rows each sheet has.

    A number of more digits than a spreadsheet keeps is written as text. Raises Refused where XlsxWriter is not
    installed, and for what no sheet can hold.
    """
    with Book(file, day) as book:
        counts = [_add(book, table) for table in tables]
        book.hidden(STATE, state.rows())
    return counts


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
