"""Records written out: one table a kind, as csv, jsonl, xlsx, or a folder with a manifest that an import checks."""

from __future__ import annotations

import codecs
import csv
import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from enum import Enum, auto
from io import TextIOWrapper
from pathlib import Path
from typing import Any, BinaryIO

from tracker.database import Reader, batches
from tracker.dates import moment_text
from tracker.errors import Refused, UsageError
from tracker.i18n import _
from tracker.models.fields import Field, Type
from tracker.money import Money, plain
from tracker.queries import changes
from tracker.queries.as_of import AsOf, Filters, ledger_id
from tracker.queries.changes import ChangeRow, WrittenRow
from tracker.queries.exports import newest_change
from tracker.records import serialize, snapshot
from tracker.records.origin import NAME, STATE, Listed, Manifest, State, read_manifest
from tracker.records.schema import KINDS, RECORD
from tracker.render.data import JsonValue, dump, guarded, protected
from tracker.render.output import atomic_file, make_folder, write_atomically
from tracker.render.xlsx import Number, Value, Workbook
from tracker.reports.portfolio import matching_ids
from tracker.text import show, unknown_word


class Holds(Enum):
    """What the texts of a column are."""

    TEXT = auto()  # anything somebody typed
    WORD = auto()  # a code
    COUNT = auto()  # a whole number
    NUMBER = auto()  # a decimal
    AMOUNT = auto()  # a decimal with the digits of its currency
    DAY = auto()  # a day, or a longer period


@dataclass(frozen=True, slots=True)
class Table:
    """`rows` can be gone through once; `name` is that of its file or sheet, `kind` a code of KINDS or "change"."""

    kind: str
    name: str
    columns: tuple[str, ...]
    holds: tuple[Holds, ...]
    rows: Iterable[tuple[str, ...]]

    def without(self, column: str) -> Table:
        """The table without one of its columns."""
        place = self.columns.index(column)
        rest = slice(None, place), slice(place + 1, None)
        before, after = rest
        return Table(
            self.kind,
            self.name,
            (*self.columns[before], *self.columns[after]),
            (*self.holds[before], *self.holds[after]),
            ((*row[before], *row[after]) for row in self.rows),
        )


def table_of(kind: str, rows: Iterable[tuple[str, ...]]) -> Table:
    """The table of a kind of records, whose rows stand under `serialize.columns(kind)`."""
    holds = tuple(held for field in KINDS[kind].fields for held in _holds(field))
    return Table(kind, KINDS[kind].plural, serialize.columns(kind), holds, rows)


def _holds(field: Field) -> tuple[Holds, ...]:
    if field.type is Type.FIGURE:
        return (Holds.AMOUNT, Holds.WORD, Holds.WORD, Holds.WORD)
    if field.type is Type.QUANTITY:
        return (Holds.AMOUNT, Holds.WORD, Holds.TEXT, Holds.WORD, Holds.WORD, Holds.WORD)
    return (_SINGLE[field.type],)


_SINGLE = {
    Type.TEXT: Holds.TEXT,
    Type.NAMES: Holds.TEXT,
    Type.WORD: Holds.WORD,
    Type.COUNTRY: Holds.WORD,
    Type.COUNT: Holds.COUNT,
    Type.YEAR: Holds.COUNT,
    Type.LAND: Holds.NUMBER,
    Type.PERCENT: Holds.NUMBER,
    Type.RATE: Holds.NUMBER,
    Type.PERIOD: Holds.DAY,
    Type.DAY: Holds.DAY,
}


# --- what is exported ------------------------------------------------------------------------------------------------

ALL, CHANGES = "all", "changes"
WHATS = (*(kind.plural for kind in KINDS.values()), CHANGES, ALL)
_OF_NO_PROJECT = ("fields", "rates", "month_closes", CHANGES)
# What a project has; the others are there with or without one.
_OF_PROJECTS = ("project", "relation", "stage", "condition", "milestone", "capital", "baseline", "review", "follow_up")


@dataclass(frozen=True, slots=True)
class Wanted:
    """`what` is one of WHATS; `as_of` None asks for everything recorded, plans for later years included."""

    what: str
    filters: Filters = field(default_factory=Filters)
    as_of: date | None = None
    known_on: date | None = None

    def check(self) -> None:
        """Raise UsageError for what there is not, and for filters of what belongs to no project."""
        if self.what not in WHATS:
            raise UsageError(unknown_word(_("there is no “{word}” to export"), self.what, WHATS))
        if self.what in _OF_NO_PROJECT and self.filters != Filters():
            raise UsageError(_("{what} belong to no project: leave the filters out").format(what=self.what))
        if self.what == CHANGES and self.as_of:
            raise UsageError(_("changes are recorded on a day and not of one: use --known-on instead of --as-of"))


def tables(reader: Reader, as_of: AsOf, wanted: Wanted) -> list[Table]:
    """The tables in the order of KINDS, their rows still to be read.

    `as_of.day` is the day wanted, else `snapshot.EVERY_DAY`. An export of all leaves out the numbers of capital
    entries, which mean nothing in another ledger, and the log: an import writes what holds, not how it came about.
    """
    if wanted.what == CHANGES:
        return [changes_table(reader, as_of)]
    kinds = [kind.code for kind in KINDS.values() if wanted.what in (ALL, kind.plural)]
    filtered = wanted.filters != Filters()
    projects = matching_ids(reader, as_of, wanted.filters)
    found = []
    for kind in kinds:
        chosen = projects if filtered or (wanted.as_of and kind in _OF_PROJECTS) else None
        found.append(table_of(kind, snapshot.rows(reader, as_of, kind, chosen)))
    if wanted.what == ALL:
        return [table.without("entry") if table.kind == "capital" else table for table in found]
    return found


# --- the log ---------------------------------------------------------------------------------------------------------

_COLUMNS = {
    "change": Holds.COUNT,
    "recorded_at": Holds.WORD,
    "actor": Holds.TEXT,
    "command": Holds.TEXT,
    "origin": Holds.WORD,
    "reason": Holds.TEXT,
    "undoes": Holds.COUNT,
    "subject": Holds.TEXT,
    "table": Holds.WORD,
    "id": Holds.COUNT,
    "event": Holds.WORD,
    "field": Holds.WORD,
    "was": Holds.TEXT,
    "now": Holds.TEXT,
}
_REFERS = {
    "project_id": "project",
    "target_id": "project",
    "parent_id": "project",
    "company_id": "company",
    "milestone_id": "milestone",
}
_PLACES = {Type.LAND: 3, Type.PERCENT: 2}
# The columns that hold a decimal as a whole number, and its decimals.
_SHIFTED = {one.key: _PLACES[one.type] for kind in KINDS.values() for one in kind.fields if one.type in _PLACES}
_NAMED = {"minor": "amount"}
# Changes read at a time.
_BATCH = 500

Names = Mapping[tuple[str, int], str]


def changes_table(reader: Reader, as_of: AsOf) -> Table:
    """Everything recorded, up to the state of the ledger asked about."""
    return Table("change", "changes", tuple(_COLUMNS), tuple(_COLUMNS.values()), _rows(reader, as_of))


def _rows(reader: Reader, as_of: AsOf) -> Iterator[tuple[str, ...]]:
    names = changes.names(reader)
    found = changes.changes(reader, as_of)[::-1]
    for batch in batches(found, _BATCH):
        written: dict[int, list[WrittenRow]] = {}
        for row in changes.written(reader, batch[0].id, batch[-1].id):
            written.setdefault(row.change, []).append(row)
        for change in batch:
            for row in written.get(change.id, ()):
                yield from _change_values(change, row, names)


def _change_values(change: ChangeRow, row: WrittenRow, names: Names) -> Iterator[tuple[str, ...]]:
    event = "added" if row.was is None else "removed" if row.now is None else "changed"
    head = (
        str(change.id),
        moment_text(change.recorded_at),
        change.actor,
        change.command,
        change.origin,
        change.reason or "",
        str(change.undoes or ""),
        _subject(row, names),
        row.table,
        str(row.id),
        event,
    )
    for column in row.values:
        was = _text(row.was, column, names) if row.was else ""
        now = _text(row.now, column, names) if row.now else ""
        if was != now:
            yield (*head, _NAMED.get(column, column.removesuffix("_id")), was, now)


def _subject(row: WrittenRow, names: Names) -> str:
    if row.table in ("project", "company"):
        return names.get((row.table, row.id), "")
    for column in ("project_id", "company_id"):
        if row.values.get(column):
            return names.get((_REFERS[column], row.values[column]), "")
    return row.values.get("subject") or ""


def _text(values: Mapping[str, Any], column: str, names: Names) -> str:
    value = values[column]
    if value is None:
        return ""
    if column in _REFERS:
        return names.get((_REFERS[column], value), str(value))
    if column == "minor" or (column == "value" and values.get("measure") == "money"):
        return plain(Money(value, values["currency"]))
    if column == "value" and values.get("measure") == "percent":
        return serialize.decimal_of(value, 2)
    if column in _SHIFTED:
        return serialize.decimal_of(value, _SHIFTED[column])
    if isinstance(value, datetime):
        return moment_text(value)
    return value.isoformat() if isinstance(value, date) else str(value)


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
        raise UsageError(unknown_word(_("there is no encoding “{word}”"), name, (*ENCODINGS, "…")))
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


def write_xlsx(tables: Iterable[Table], file: BinaryIO, day: date, state: State) -> list[int]:
    """Write the workbook, which says it was created on `day` and carries its `state`; how many rows each sheet has.

    A number of more digits than a spreadsheet keeps is written as text. Raises Refused where XlsxWriter is not
    installed, and for what no sheet can hold.
    """
    with Workbook(file, day) as book:
        counts = [_add(book, table) for table in tables]
        book.hidden(STATE, state.rows())
    return counts


def _add(book: Workbook, table: Table) -> int:
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


# --- folders ---------------------------------------------------------------------------------------------------------


def state(reader: Reader, as_of: AsOf, wanted: Wanted) -> State:
    """Which state of which ledger is exported."""
    number, digest = newest_change(reader, as_of) or (0, "")
    return State(wanted.what, ledger_id(reader), number, digest, wanted.as_of)


def manifest(reader: Reader, as_of: AsOf, wanted: Wanted, encoding: str) -> Manifest:
    """The manifest of an export, its files still to be listed."""
    number, seal = newest_change(reader, as_of) or (None, None)
    return Manifest((), encoding, wanted.as_of, wanted.known_on, number, seal, ledger_id(reader))


def write_folder(folder: Path, tables: Iterable[Table], manifest: Manifest, encoding: str) -> Manifest:
    """Write each table as a file of `folder`, then the manifest that lists them, which is returned.

    An earlier export is replaced file by file; until its manifest is, an import finds that the files do not fit it.
    Raises Refused where the folder holds anything else, and whatever `atomic_file` raises.
    """
    _require_ours(folder)
    make_folder(folder)
    files = []
    for table in tables:
        name = f"{table.name}.csv"
        with atomic_file(folder / name) as file:
            rows = write_csv(table, file, encoding=encoding, newline="\r\n", protecting=True)
            file.flush()
            file.seek(0)
            digest = hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]  # it was opened to read
        files.append(Listed(name, table.kind, rows, digest))
    written = replace(manifest, files=tuple(files))
    write_atomically(folder / NAME, written.data())
    return written


def _require_ours(folder: Path) -> None:
    if not folder.is_dir():
        return
    manifest = read_manifest(folder)
    own = {NAME, *(one.file for one in manifest.files)} if manifest else set()
    others = sorted(path.name for path in folder.iterdir() if path.name not in own)
    if others:
        raise Refused(
            _("{folder} holds something else already ({file}): name a new folder").format(
                folder=show(str(folder)), file=show(others[0])
            )
        )
