"""Capital entries by the hundred thousand: checked cells written in one go, sealed like any other row."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tracker.ledger.book import Book
from tracker.ledger.seal import line_writer
from tracker.models import CapitalEntry

# What a new entry is made of, in the order of the alphabet; days are ISO texts, `void` is 0 or 1.
COLUMNS = (
    *("availability", "change_id", "counts_from", "currency", "first_day", "id", "kind", "last_day", "measure"),
    *("minor", "note", "project_id", "qualifier", "quote", "reported_minor", "source", "void"),
)
_TOGETHER = 5_000
_line = line_writer(CapitalEntry, COLUMNS)


class NewEntries:
    """New capital entries on their way into the ledger; nothing is kept before `flush`.

    Whoever adds one has checked it: the database refuses what cannot be, but with its own words.
    """

    def __init__(self, book: Book) -> None:
        """Write into the change of `book`."""
        self._book = book
        self._change = book.begin()
        self._waiting: list[Sequence[Any]] = []
        postgres = book.session.get_bind().dialect.name == "postgresql"
        # PostgreSQL casts a text to a day, but no number to a truth.
        marks = ["CAST(%s AS integer) <> 0" if name == "void" else "%s" for name in COLUMNS]
        listed = ", ".join(marks) if postgres else ", ".join("?" * len(COLUMNS))
        self._insert = f"INSERT INTO capital_entry ({', '.join(COLUMNS)}) VALUES ({listed})"

    def add(
        self,
        project: int,
        kind: str,
        figure: tuple[int | None, str, str, str],
        days: tuple[str | None, str | None, str],
        measure: tuple[str, int | None],
        cited: tuple[str | None, str | None, str | None],
    ) -> None:
        """Add an entry of a project.

        `figure` is minor units, currency, qualifier and availability; `days` first, last and that from which it counts;
        `measure` the measure and the minor units reported; `cited` note, quotation and source.
        """
        minor, currency, qualifier, availability = figure
        first, last, counts_from = days
        note, quote, source = cited
        number = self._book.next_id(CapitalEntry)
        self._waiting.append((
            availability, self._change, counts_from, currency, first, number, kind, last, measure[0],
            minor, note, project, qualifier, quote, measure[1], source, 0,
        ))  # fmt: skip
        if len(self._waiting) >= _TOGETHER:
            self.flush()

    def flush(self) -> None:
        """Write what waits."""
        if not self._waiting:
            return
        # What the entries refer to comes first.
        self._book.session.flush()
        self._book.session.connection().exec_driver_sql(self._insert, self._waiting)
        self._book.lines.extend(map(_line, self._waiting))
        self._waiting = []
