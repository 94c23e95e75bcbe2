"""What is on its way into the ledger: a table or a project package, its records, and whether its file is the same."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from tracker.errors import InputRejected
from tracker.i18n import _
from tracker.importer.mapping import Assigned, Reading
from tracker.importer.readers import LeftOut, Table
from tracker.records.schema import Problem, Record
from tracker.text import shorten

if TYPE_CHECKING:
    from tracker.oc4ids import PackageSource

# A small file is hashed beside its size and time: both can stay as they were.
_HASHED = 16 * 2**20


class Incoming(Protocol):
    """One file on its way into the ledger: a source of records, and what can be said of it."""

    name: str

    @property
    def ours(self) -> bool:
        """Whether this program wrote it."""
        ...

    @property
    def day(self) -> date | None:
        """The last day of which the file can tell, where it says so."""
        ...

    def records(self) -> Iterator[Record | Problem]:
        """The records, and what is wrong; a problem of no row but of a whole column has row 0."""
        ...

    def place(self, record: Record, field: str) -> tuple[str, str]:
        """The cell and the heading that a field was read from."""
        ...

    def require_unchanged(self) -> None:
        """Raise InputRejected where the file was written to since it was opened."""
        ...

    def understood(self) -> Iterator[str]:
        """What was understood, in lines."""
        ...

    def left_out(self) -> Sequence[LeftOut]:
        """The rows that are no data, complete once the records were read to their end."""
        ...

    def watch(self, progress: Callable[[float], None] | None) -> None:
        """Call `progress` with the share that was read."""
        ...


class _Stamped:
    """A file that must not change."""

    def __init__(self, name: str, path: Path | None) -> None:
        """`path` is None for a pipe, of which nothing can change."""
        self.name = name
        self._path = path
        self._mark = _mark(path)

    def require_unchanged(self) -> None:
        """Raise InputRejected where the file was written to since it was opened."""
        if _mark(self._path) != self._mark:
            raise InputRejected(_("{name} changed while it was read; nothing was changed").format(name=self.name))


class TableInput(_Stamped):
    """A table, and the records understood in it."""

    def __init__(self, name: str, table: Table, reading: Reading, path: Path | None) -> None:
        """`path` is None for a pipe, of which nothing can change."""
        super().__init__(name, path)
        self.table = table
        self.reading = reading

    @property
    def ours(self) -> bool:
        """Whether this program wrote it."""
        return self.reading.ours

    @property
    def day(self) -> date | None:
        """The last day of which the file can tell, where its title says so."""
        return self.reading.day

    def records(self) -> Iterator[Record | Problem]:
        """The records, and what is wrong; a problem of no row but of a whole column has row 0."""
        found = self.reading.records()
        for problem in islice(found, len(self.reading.problems)):
            yield replace(problem, row=0) if isinstance(problem, Problem) else problem
        yield from found

    def place(self, record: Record, field: str) -> tuple[str, str]:
        """The cell and the heading that a field was read from."""
        return self.reading.place(record, field)

    def understood(self) -> Iterator[str]:
        """What was understood, in lines: how the file is written, and which heading is which field."""
        for sentence in (*self.table.statements, *self.reading.statements):
            yield f"{self.name}: {sentence}"
        if self.ours:
            return
        yield from (f"  {_assigned(column)}" for column in self.reading.assigned)
        if self.reading.ignored:
            names = ", ".join(f"{heading.text} ({heading.letter})" for heading in self.reading.ignored)
            yield _("  not read: {headings}").format(headings=shorten(names, 200))

    def left_out(self) -> Sequence[LeftOut]:
        """The rows that are no data, complete once the records were read to their end."""
        return self.table.left_out

    def watch(self, progress: Callable[[float], None] | None) -> None:
        """Call `progress` with the share that was read."""
        self.table.progress = progress


class PackageInput(_Stamped):
    """An OC4IDS project package."""

    def __init__(self, path: Path, source: PackageSource) -> None:
        """`source` is what the file at `path` said."""
        super().__init__(source.name, path)
        self._source = source

    @property
    def ours(self) -> bool:
        """Whether this program wrote it."""
        return self._source.ours

    @property
    def day(self) -> date | None:
        """A package says nothing of it."""
        return None

    def records(self) -> Iterator[Record | Problem]:
        """The records, and what is wrong with those that are none."""
        return self._source.records()

    def place(self, record: Record, field: str) -> tuple[str, str]:
        """The place that a field was read from, and the field."""
        return self._source.place(record, field)

    def understood(self) -> Iterator[str]:
        """What it is."""
        yield _("{name}: an OC4IDS project package").format(name=self.name)

    def left_out(self) -> Sequence[LeftOut]:
        """Nothing."""
        return ()

    def watch(self, progress: Callable[[float], None] | None) -> None:
        """It is read at once."""


def _assigned(column: Assigned) -> str:
    """A column, and what it is read as."""
    heading = " / ".join(text for text in (column.heading.above, column.heading.text) if text)
    remarks = "; ".join(text for text in (column.unit, column.order, column.note) if text)
    line = f"{column.heading.letter} {shorten(heading, 40)} → {column.target}"
    return f"{line} ({remarks})" if remarks else line


def _mark(path: Path | None) -> tuple[object, ...]:
    """What a file cannot change without showing it."""
    if path is None or not path.is_file():
        return ()
    try:
        found = path.stat()
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest() if found.st_size <= _HASHED else ""
    except OSError:
        return ()
    return (found.st_ino, found.st_size, found.st_mtime_ns, digest)
