"""The capital entries that the ledger has, by project and key, each to be met by one record of a file at most."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date

import sqlalchemy as sa

from tracker.dates import Period
from tracker.ledger.store import Store, table_of
from tracker.models.base import OPEN
from tracker.models.capital import CapitalEntry
from tracker.money import Figure, Money

# Kind, basis, first and last day: what a record and an entry have in common. A cumulative figure has no first day.
Key = tuple[str, str, date | None, date | None]


@dataclass(slots=True)
class Held:
    """What an open entry says; `taken` once a record met it."""

    id: int
    kind: str
    basis: str
    minor: int | None
    currency: str
    qualifier: str
    availability: str
    first_day: date | None
    last_day: date | None
    period_text: str | None
    effective_from: date
    note: str | None
    source: str | None
    quote: str | None
    taken: bool = False

    @property
    def figure(self) -> Figure:
        """Its figure."""
        money = None if self.minor is None else Money(self.minor, self.currency)
        return Figure(money, self.qualifier, self.availability)

    @property
    def on(self) -> Period | None:
        """Its period."""
        if self.first_day is None or self.last_day is None:
            return None
        return Period.of(self.first_day, self.last_day, self.period_text)


def key_of(kind: str, basis: str, on: Period | None) -> Key:
    """The key under which a record and an entry meet."""
    if kind == "total" or on is None:
        return (kind, basis, None, None)
    return (kind, basis, None if basis == "cumulative" else on.first, on.last)


_COLUMNS = [table_of(CapitalEntry).c[field.name] for field in fields(Held) if field.name != "taken"]


class Entries:
    """The open entries of the projects that a file names, loaded project by project."""

    def __init__(self, store: Store) -> None:
        """Begin with none."""
        self._store = store
        self._of: dict[int, dict[Key, list[Held]]] = {}
        self._numbers: dict[int, tuple[int, Held]] = {}

    def of(self, project: int) -> dict[Key, list[Held]]:
        """The entries of a project by key, those of one key in the order recorded."""
        if project not in self._of:
            self._of[project] = self._load(project)
        return self._of[project]

    def _load(self, project: int) -> dict[Key, list[Held]]:
        found: dict[Key, list[Held]] = {}
        columns = table_of(CapitalEntry).c
        query = sa.select(*_COLUMNS).where(columns.project_id == project, columns.recorded_to == OPEN)
        for row in self._store.connection.execute(query.order_by(columns.id)):
            held = Held(*tuple(row))
            found.setdefault(key_of(held.kind, held.basis, held.on), []).append(held)
            self._numbers[held.id] = (project, held)
        return found

    def numbered(self, project: int, number: int) -> Held | None:
        """The entry of a project with this number."""
        self.of(project)
        owner, held = self._numbers.get(number, (0, None))
        return held if owner == project else None

    def untaken(self, project: int, key: Key, currency: str | None) -> Sequence[Held]:
        """The entries under a key that no record has met, of a currency (None: of any) or without an amount."""
        found = self.of(project).get(key, ())
        return [
            held
            for held in found
            if not held.taken and (currency is None or held.minor is None or held.currency == currency)
        ]
