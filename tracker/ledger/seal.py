"""The seal of a change: a hash over its rows and the seal before it, so that tampering and bit rot show.

A chain of hashes: sha256(previous seal, the change, its rows in the order of their text). Cells are hashed as SQLite
keeps them, on both engines, so that even a cell of a wrong type is found and not stumbled over. The texts of many rows
wait on the disk.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import tempfile
import weakref
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from functools import partial
from heapq import merge
from itertools import chain, islice
from json.encoder import encode_basestring
from typing import IO, Any

from sqlmodel import Session, SQLModel, col, select

from tracker.models import CHAINED, Chained, Change, Seal

# The texts held at a time, of about 400 bytes each.
_HELD = 100_000
_HASHED_TOGETHER = 1_000


class Lines:
    """The texts of rows written past the session, in order when asked for; what is too much to hold goes to files."""

    def __init__(self, held: int = _HELD) -> None:
        """Hold at most about `held` texts in memory."""
        self._most = held
        self._held: list[str] = []
        self._files: list[IO[str]] = []
        weakref.finalize(self, _close, self._files)

    def __bool__(self) -> bool:
        return bool(self._held or self._files)

    def extend(self, lines: Iterable[str]) -> None:
        """Add texts without line breaks."""
        self._held += lines
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


def _close(files: Iterable[IO[str]]) -> None:
    for file in files:
        file.close()


def seal(session: Session, change: Change, rows: Iterable[Chained], lines: Iterable[str] = ()) -> None:
    """Write the seal of `change`, whose rows are `rows` and those whose texts are `lines`, in order."""
    assert change.id is not None
    texts = merge(sorted(map(_line, rows)), lines)
    session.add(Seal(change_id=change.id, digest=_digest(head(session), _line(change), texts)))


def line_writer(model: type[SQLModel], columns: Sequence[str]) -> Callable[[Sequence[Any]], str]:
    """What makes the text of a row of its cells under `columns`, in alphabetical order: texts, numbers, None."""
    heads = [f'"{name}": ' for name in columns]
    begin = f'["{model.__tablename__}", {{'

    def line(cells: Sequence[Any]) -> str:
        kept = [
            head + (encode_basestring(cell) if type(cell) is str else str(cell))
            for head, cell in zip(heads, cells, strict=True)
            if cell is not None
        ]
        return f"{begin}{', '.join(kept)}}}]"

    return line


def head(session: Session) -> str:
    """The newest seal ("" before the first change): whoever wrote it down sees whether later changes were cut off."""
    return session.exec(select(Seal.digest).order_by(col(Seal.change_id).desc()).limit(1)).first() or ""


def broken_seals(session: Session) -> Iterator[int]:
    """The numbers of the changes whose rows are no longer what was sealed, in order; 0 for rows of no change."""
    rows: dict[int, list[str]] = defaultdict(list)
    for model in CHAINED:
        for facts in _stored(session, model):
            number = facts["change_id"]
            rows[number if isinstance(number, int) else 0].append(_canonical(model, facts))
    changes = {facts["id"]: _canonical(Change, facts) for facts in _stored(session, Change)}
    seals = {facts["change_id"]: facts["digest"] for facts in _stored(session, Seal)}
    previous = ""
    for number in sorted(changes.keys() | seals.keys() | rows.keys()):
        found = seals.get(number, "")
        if found != _digest(previous, changes.get(number, ""), sorted(rows[number])):
            yield number
        previous = found


def _digest(previous: str, change: str, rows: Iterable[str]) -> str:
    """The hash of the texts, a line each; `rows` are in order."""
    found = hashlib.sha256(previous.encode("utf-8", "surrogateescape"))
    lines = chain((change,), rows)
    while some := list(islice(lines, _HASHED_TOGETHER)):
        found.update("".join(f"\n{line}" for line in some).encode("utf-8", "surrogateescape"))
    return found.hexdigest()


def _stored(session: Session, model: type[SQLModel]) -> Iterator[dict[str, Any]]:
    """The rows of a table as the driver returns them."""
    connection = session.connection()
    driver = connection.connection.dbapi_connection
    if isinstance(driver, sqlite3.Connection):
        # A flipped bit may have left text that is no UTF-8.
        driver.text_factory = partial(str, encoding="utf-8", errors="surrogateescape")
    names = list(model.model_fields)
    found = connection.exec_driver_sql(f"SELECT {', '.join(names)} FROM {model.__tablename__}")
    for row in found:
        yield dict(zip(names, row, strict=True))


def _line(row: SQLModel) -> str:
    return _canonical(type(row), {name: getattr(row, name) for name in type(row).model_fields})


def _canonical(model: type[SQLModel], facts: dict[str, Any]) -> str:
    # Empty columns are left out, so that a column added by a later version does not change an old seal.
    kept = {name: _plain(value) for name, value in facts.items() if value is not None}
    return json.dumps([model.__tablename__, kept], default=repr, ensure_ascii=False, sort_keys=True)


def _plain(value: Any) -> Any:
    """A cell as SQLite keeps it."""
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
    return value.isoformat() if isinstance(value, date) else value
