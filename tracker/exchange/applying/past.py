"""Who wrote what: whether a person changed a value, or removed a thing, that an import had written.

That is the rule of conflicts: a change made by `tracker import` is the file's, any other is a person's; undoing one is
neither.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlmodel import col, select

from tracker.ledger.book import Book
from tracker.models import CapitalEntry, Chained, Change

_IMPORT = "import"
_FILE, _PERSON, _NOBODY = "file", "person", "nobody"


class Past:
    """The history of rows, asked for only where a file says something else than the ledger."""

    def __init__(self, book: Book) -> None:
        """Look back from the change that is being written."""
        self._book = book
        self._writers: dict[int, str] = {book.change.id or 0: _FILE}
        self._removed: dict[type[Chained], list[Chained]] = {}

    def edited(self, row: Chained, columns: Iterable[str]) -> bool:
        """Whether a person was the last to write what the live `row` says in `columns`, after an import wrote it."""
        names = tuple(columns)
        chain = self._chain(row)
        writers: list[str] = []
        said: object = None
        for one in chain:
            values = tuple(getattr(one, name) for name in names)
            if not writers or values != said:
                writers.append(self._writer(one.change_id))
                said = values
        return bool(writers) and writers[-1] == _PERSON and _FILE in writers

    def by_person(self, row: Chained) -> bool:
        """Whether a person recorded this row."""
        return self._writer(row.change_id) == _PERSON

    def edited_entry(self, entry: CapitalEntry) -> bool:
        """The same of a capital entry, whose corrections are entries of their own."""
        if self._writer(entry.change_id) != _PERSON:
            return False
        while entry.corrects is not None:
            found = self._book.session.get(CapitalEntry, entry.corrects)
            if found is None:
                return False
            entry = found
            if self._writer(entry.change_id) == _FILE:
                return True
        return False

    def removed(self, model: type[Chained], keys: dict[str, Any]) -> bool:
        """Whether an import recorded something with these columns, and a person removed it."""
        return any(all(getattr(row, name) == value for name, value in keys.items()) for row in self.gone(model))

    def gone(self, model: type[Chained]) -> Sequence[Chained]:
        """What imports recorded and people took back: the first row of each; a corrected entry is not gone."""
        if model not in self._removed:
            self._removed[model] = [self._chain(row)[0] for row in self._voids(model) if self._is_gone(row)]
        return self._removed[model]

    def _voids(self, model: type[Chained]) -> list[Chained]:
        """The rows with which people took things back."""
        query = select(model).join(Change, col(model.change_id) == col(Change.id))
        by_people = ~col(Change.command).startswith(_IMPORT) & col(Change.undoes).is_(None)
        return list(self._book.session.exec(query.where(col(model.void), by_people)))

    def _is_gone(self, row: Chained) -> bool:
        if self._book.replacer(row) is not None:
            return False
        if isinstance(row, CapitalEntry) and self._book.live(CapitalEntry, corrects=row.thing):
            return False
        return any(self._writer(one.change_id) == _FILE for one in self._chain(row))

    def _chain(self, row: Chained) -> list[Chained]:
        model = type(row)
        first = row.thing
        query = select(model).where((col(model.id) == first) | (col(model.origin) == first)).order_by(col(model.id))
        return list(self._book.session.exec(query))

    def _writer(self, change: int) -> str:
        if change not in self._writers:
            found = self._book.session.get(Change, change)
            undoes = found is None or found.undoes is not None
            imported = found is not None and found.command.split(maxsplit=1)[:1] == [_IMPORT]
            self._writers[change] = _NOBODY if undoes else _FILE if imported else _PERSON
        return self._writers[change]
