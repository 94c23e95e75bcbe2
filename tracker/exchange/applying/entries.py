"""The capital entries that the ledger has, by project and key, each to be met by one record of a file at most."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlmodel import col

from tracker.exchange.applying.past import Past
from tracker.ledger.book import Book, is_live, thing_of
from tracker.models import CapitalEntry
from tracker.money import Figure, Money

# Kind, first and last day, measure; a total is one whatever its day.
Key = tuple[str, date | None, date | None, str]


@dataclass(slots=True)
class Held:
    """What a live entry says; `taken` once a record met it."""

    thing: int
    kind: str
    minor: int | None
    currency: str
    qualifier: str
    availability: str
    first: date | None
    last: date | None
    measure: str
    reported: int | None
    counts_from: date
    note: str | None
    source: str | None
    quote: str | None
    taken: bool = False

    @property
    def key(self) -> Key:
        """What a record must have to mean this entry."""
        return key_of(self.kind, self.first, self.last, self.measure)

    def says(self, figure: Figure) -> bool:
        """Whether its figure is this one."""
        if (self.qualifier, self.availability) != (figure.qualifier, figure.availability):
            return False
        money = figure.money
        return self.minor is None if money is None else (self.minor, self.currency) == (money.minor, money.currency)

    @property
    def figure(self) -> Figure:
        """Its figure."""
        return Figure(
            None if self.minor is None else Money(self.minor, self.currency), self.qualifier, self.availability
        )


def key_of(kind: str, first: date | None, last: date | None, measure: str) -> Key:
    """The key under which a record and an entry meet."""
    if kind == "total":
        return (kind, None, None, "flow")
    return (kind, first, last, measure)


_COLUMNS: list[Any] = [
    *(thing_of(CapitalEntry), CapitalEntry.kind, CapitalEntry.minor, CapitalEntry.currency, CapitalEntry.qualifier),
    *(CapitalEntry.availability, CapitalEntry.first_day, CapitalEntry.last_day, CapitalEntry.measure),
    *(
        CapitalEntry.reported_minor,
        CapitalEntry.counts_from,
        CapitalEntry.note,
        CapitalEntry.source,
        CapitalEntry.quote,
    ),
]


class Entries:
    """The live entries of the projects a file speaks of, loaded project by project."""

    def __init__(self, book: Book, past: Past) -> None:
        """Begin with none."""
        self._book = book
        self._past = past
        self._of: dict[int, dict[Key, list[Held]]] = {}
        self._numbers: dict[int, tuple[int, Held]] = {}

    def of(self, project: int) -> dict[Key, list[Held]]:
        """The entries of a project by key, those of one key in the order booked."""
        if project not in self._of:
            self._of[project] = self._load(project)
        return self._of[project]

    def _load(self, project: int) -> dict[Key, list[Held]]:
        found: dict[Key, list[Held]] = defaultdict(list)
        query = select(*_COLUMNS).where(is_live(CapitalEntry), col(CapitalEntry.project_id) == project)
        for row in self._book.session.connection().execute(query.order_by(thing_of(CapitalEntry))):
            held = Held(*tuple(row))
            found[held.key].append(held)
            self._numbers[held.thing] = (project, held)
        return dict(found)

    def numbered(self, project: int, number: int) -> Held | None:
        """The entry of a project with this number."""
        self.of(project)
        owner, held = self._numbers.get(number, (0, None))
        return held if owner == project else None

    def open(self, project: int, key: Key) -> Sequence[Held]:
        """The entries under a key that no record has met."""
        return [held for held in self.of(project).get(key, ()) if not held.taken]

    def put(self, project: int, held: Held) -> None:
        """Remember an entry that was written."""
        self.of(project).setdefault(held.key, []).append(held)
        self._numbers[held.thing] = (project, held)

    def drop(self, project: int, held: Held) -> None:
        """Forget an entry that was taken back."""
        self.of(project)[held.key].remove(held)

    def running(self, project: int, kind: str, measure: str, last: date) -> Held | None:
        """The entry worked out of the running figure to the end of this day."""
        for (one, _first, end, how), entries in self.of(project).items():
            if (one, end, how) == (kind, last, measure):
                return next((held for held in entries if held.reported is not None), None)
        return None

    def withdrawn(self, project: int, key: Key, figure: Figure) -> bool:
        """Whether an import booked just this entry, and a person took it back for good."""
        for row in self._past.gone(CapitalEntry):
            assert isinstance(row, CapitalEntry)
            if row.project_id == project and key_of(row.kind, row.first_day, row.last_day, row.measure) == key:
                money = None if row.minor is None else Money(row.minor, row.currency)
                if Figure(money, row.qualifier, row.availability) == figure:
                    return True
        return False
