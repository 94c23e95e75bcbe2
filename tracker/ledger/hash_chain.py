"""The hash of a change: over its rows, the versions it ended and the hash before, so that tampering and bit rot show.

A chain of hashes: sha256(previous hash, the change, its texts in their order). A text is a row without `recorded_to`,
or names the version that the change ended. Cells are hashed as SQLite keeps them, on both engines, so that even a cell
of a wrong type is found and not stumbled over. NULLs are left out: a column added later does not change an old hash.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
import weakref
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from heapq import merge
from itertools import chain, islice
from json.encoder import encode_basestring
from typing import IO, Any

import sqlalchemy as sa

from tracker.database import Database, Reader
from tracker.engine import fetched, insert_rows
from tracker.errors import Refused
from tracker.i18n import _
from tracker.models import versioned_tables
from tracker.models.base import OPEN
from tracker.models.ledger import Change
from tracker.text import command_line

# The texts held at a time, of about 400 bytes each.
_HELD = 25_000
_HASHED_TOGETHER = 1_000
_REMEMBERED = 1_000
CHANGE_COLUMNS = tuple(Change.model_fields)


class Texts:
    """The texts of one change, in order when asked for; what is too much to hold goes to files."""

    def __init__(self, held: int = _HELD) -> None:
        """Hold at most about `held` texts in memory."""
        self._most = held
        self._held: list[str] = []
        self._files: list[IO[str]] = []
        weakref.finalize(self, lambda files: [file.close() for file in files], self._files)

    def extend(self, texts: Iterable[str]) -> None:
        """Add texts without line breaks."""
        self._held += texts
        if len(self._held) >= self._most:
            self._held.sort()
            file = tempfile.TemporaryFile("w+", encoding="utf-8", errors="surrogateescape", newline="\n")  # noqa: SIM115
            file.writelines(f"{line}\n" for line in self._held)
            self._files.append(file)
            self._held = []

    def __iter__(self) -> Iterator[str]:
        for file in self._files:
            file.seek(0)
        stored = ((line[:-1] for line in file) for file in self._files)
        return merge(*stored, sorted(self._held))


def text_of(table: str, facts: Iterable[tuple[str, Any]]) -> str:
    """The text of a row: its table and its columns in the order of their names, without NULLs and `recorded_to`."""
    kept = {name: plain(value) for name, value in facts if value is not None and name != "recorded_to"}
    return json.dumps([table, kept], default=repr, ensure_ascii=False, sort_keys=True)


def ended(table: str, number: int) -> str:
    """The text of a version that a change ended."""
    return json.dumps(["ended", table, number], ensure_ascii=False)


def text_writer(table: str, columns: Sequence[str]) -> Callable[[Sequence[Any]], str]:
    """What makes the text of a row of its cells under `columns`, in the order of their names: texts, numbers, None."""
    parts = [_Part(f'"{name}": ') for name in columns]
    begin = f'["{table}", {{'

    def text(cells: Sequence[Any]) -> str:
        kept = [part[cell] for part, cell in zip(parts, cells, strict=True) if cell is not None]
        return f"{begin}{', '.join(kept)}}}]"

    return text


class _Part(dict[Any, str]):
    """What the cells of a column come to in the text of a row; words and days repeat, and the first ones are kept."""

    def __init__(self, head: str) -> None:
        super().__init__()
        self._head = head

    def __missing__(self, cell: Any) -> str:
        found = self._head + (encode_basestring(cell) if type(cell) is str else str(cell))
        if len(self) < _REMEMBERED:
            self[cell] = found
        return found


def seal(connection: sa.Connection, change: Change, texts: Iterable[str]) -> str:
    """Write the hash of `change`, whose texts in their order are `texts`; the hash."""
    newest = fetched(connection, "SELECT digest FROM seal ORDER BY change_id DESC LIMIT 1")
    previous = newest[0][0] if newest else ""
    digest = _digest(previous, text_of("change", ((name, getattr(change, name)) for name in CHANGE_COLUMNS)), texts)
    insert_rows(connection, "seal", ("change_id", "digest"), [(change.id, digest)])
    return digest


def hashes(reader: Reader) -> Iterator[tuple[int, str, str]]:
    """Every change with the hash it has and the one that its rows give: they differ where something was altered.

    A number without a change is one that rows name all the same. The texts of the whole ledger pass through files.
    """
    changes = {number: cells for number, *cells in reader.tuples(f"SELECT id, {', '.join(CHANGE_COLUMNS)} FROM change")}
    seals = dict(reader.tuples("SELECT change_id, digest FROM seal"))
    texts = _texts_by_change(reader)
    pending = next(texts, None)
    previous = ""
    numbers = sorted(number for number in {*changes, *seals} if isinstance(number, int))
    for number in numbers:
        own: list[str] = []
        while pending is not None and pending[0] <= number:
            if pending[0] < number:
                yield pending[0], "", "rows of a change that is not there"
            else:
                own.append(pending[1])
            pending = next(texts, None)
        change = text_of("change", zip(CHANGE_COLUMNS, changes[number], strict=True)) if number in changes else ""
        found = seals.get(number, "")
        yield number, found, _digest(previous, change, own)
        previous = found
    while pending is not None:
        yield pending[0], "", "rows of a change that is not there"
        pending = next(texts, None)


def require_unaltered(reader: Reader, place: Database) -> tuple[int, str]:
    """The number and hash of the last change. Raises Refused, naming `place`, where rows are not what was recorded."""
    last = (0, "")
    for number, digest, computed in hashes(reader):
        if digest != computed:
            raise Refused(
                _("change {number} of {place} is not what was recorded: see {command}").format(
                    number=number, place=place, command=command_line("database check")
                )
            )
        last = number, digest
    return last


def _texts_by_change(reader: Reader) -> Iterator[tuple[int, str]]:
    """The texts of all changes, in the order of change and text, through sorted files."""
    sorted_texts = Texts()
    for model in versioned_tables():
        table = str(model.__tablename__)
        # An older schema lacks columns that came later: they are in no hash.
        columns = reader.columns(table)
        names = [name for name in model.model_fields if name in columns]
        if not names:
            continue
        begin, end = names.index("recorded_from"), names.index("recorded_to")
        identity = names.index("id")
        lines: list[str] = []
        for row in reader.stream(f"SELECT {', '.join(names)} FROM {table}", damaged=True):
            lines.append(_keyed(row[begin], text_of(table, zip(names, row, strict=True))))
            if row[end] != OPEN:
                lines.append(_keyed(row[end], ended(table, row[identity])))
            if len(lines) >= _HASHED_TOGETHER:
                sorted_texts.extend(lines)
                lines = []
        sorted_texts.extend(lines)
    for line in sorted_texts:
        number, _space, text = line.partition(" ")
        yield int(number), text


def _keyed(number: Any, text: str) -> str:
    # A number of a wrong type belongs to no change: 0 opened the ledger, and -1 does not exist.
    return f"{number if isinstance(number, int) and number >= 0 else -1:020} {text}"


def _digest(previous: str, change: str, texts: Iterable[str]) -> str:
    """The hash of the texts, a line each, in the order given."""
    found = hashlib.sha256(previous.encode("utf-8", "surrogateescape"))
    lines = chain((change,), texts)
    while some := list(islice(lines, _HASHED_TOGETHER)):
        found.update("".join(f"\n{line}" for line in some).encode("utf-8", "surrogateescape"))
    return found.hexdigest()


def plain(value: Any) -> Any:
    """A cell as SQLite keeps it."""
    if value is None or value.__class__ in (str, int):
        return value
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
    return value.isoformat() if isinstance(value, date) else value
