"""Capital entries of a file: as they were said, met by the entries that the ledger has, corrected where they differ.

A new figure is written past the memory of the change, many at once; `effects` then looks at every series as a whole.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from tracker.dates import Period
from tracker.errors import Refused, TrackerError
from tracker.i18n import _
from tracker.importer.apply.desk import Desk
from tracker.importer.apply.effects import Effects
from tracker.importer.apply.entries import Entries, Held, Key
from tracker.importer.apply.parts import amount, figure_columns
from tracker.importer.apply.result import Difference
from tracker.importer.apply.said import CITED, Said, read, what_of
from tracker.ledger import capital
from tracker.ledger.capital import VALID_FROM, NewEntry
from tracker.ledger.cite import Cite
from tracker.models.capital import CapitalEntry
from tracker.models.project import Project
from tracker.money import Figure
from tracker.records.schema import Record
from tracker.reports.report import Cell

_COLUMNS = (
    *("project_id", "kind", "basis", "minor", "currency", "qualifier", "availability"),
    *("first_day", "last_day", "period_text", "effective_from", *CITED),
)
_FIGURE = ("minor", "currency", "qualifier", "availability")
_TOGETHER = 5_000
# A total, a plan, a running figure: there is one a project and period.
_Single = tuple[int, Key]


class Capital:
    """Records of capital entries. `settle` deals with those that had to wait for the others."""

    def __init__(self, desk: Desk) -> None:
        """Begin at `desk`."""
        self._desk = desk
        self._entries = Entries(desk.store)
        self._effects = Effects(desk)
        self._new: list[tuple[Any, ...]] = []
        self._waiting: list[Record] = []
        self._single: dict[_Single, tuple[int, Figure]] = {}
        # The currency of a kind of a project, for its figures without an amount.
        self._currencies: dict[tuple[int, str], str] = {}
        self._iso: dict[date, str] = {}

    def take(self, record: Record) -> None:
        """Enter one record, or let it wait."""
        project = self._desk.project(record)
        said = read(self._desk, record)
        if self._repeated(record, project, said):
            return
        if said.kind in VALID_FROM and not self._desk.source.ours:
            self._agreed(record, project, said)
            return
        untaken = self._untaken(project, said)
        held = self._meets(record, project, said, untaken)
        if held is not None:
            self._compare(record, project, held, said)
        elif untaken:
            # Another row may equal the open entry; only then it is known which one differs.
            self._waiting.append(record)
        else:
            self._add(record, project, said)

    def settle(self) -> None:
        """Enter what waited, which differs from the ledger; then look at what the file does to its series."""
        self._all(self._waiting, self._settle_one)
        self._flush()
        self._effects.report()

    def _all(self, records: list[Record], enter: Callable[[Record], None]) -> None:
        for record in records:
            self._desk.at = ""
            try:
                enter(record)
            except TrackerError as error:
                self._desk.refuse(record, error)

    # --- meeting -------------------------------------------------------------------------------------------------

    def _repeated(self, record: Record, project: Project, said: Said) -> bool:
        """Whether the file gave this figure before, of which there is one. Raises Refused where it was another."""
        # A file of ours has every total and plan that was agreed, one after the other.
        several = self._desk.source.ours if said.kind in VALID_FROM else said.basis == "period"
        if several:
            return False
        row, figure = self._single.setdefault((project.id, said.key), (record.row, said.figure))
        if figure != said.figure:
            self._desk.at = "figure"
            raise Refused(_("row {row} of this file says something else of it").format(row=row))
        if row == record.row:
            return False
        self._desk.change(record, ())
        return True

    def _untaken(self, project: Project, said: Said) -> Sequence[Held]:
        money = said.figure.money
        return self._entries.untaken(project.id, said.key, money.currency if money else None)

    def _meets(self, record: Record, project: Project, said: Said, untaken: Sequence[Held]) -> Held | None:
        """The entry of the ledger that a record means for certain."""
        number = record.values.get("entry")
        held = self._entries.numbered(project.id, number) if number is not None else None
        if held is not None and held.kind == said.kind:
            if held.taken:
                self._desk.at = "entry"
                raise Refused(_("entry {id} is in this file twice").format(id=number))
            return held
        same = [held for held in untaken if held.figure == said.figure]
        if said.kind in VALID_FROM:
            return next((held for held in same if held.effective_from == said.effective_from), None)
        return next((held for held in same if not self._differing(held, said)), next(iter(same), None))

    def _settle_one(self, record: Record) -> None:
        project = self._desk.project(record)
        said = read(self._desk, record)
        found = list(self._untaken(project, said))
        if said.kind in VALID_FROM:
            # The first version of the program kept the last total alone, and not since when it holds.
            same = [held for held in found if held.figure == said.figure and said.given_from is None]
            found = same or [held for held in found if held.effective_from == said.effective_from]
        if found:
            self._compare(record, project, found[0], said)
        else:
            self._add(record, project, said)

    # --- totals and plans ----------------------------------------------------------------------------------------

    def _agreed(self, record: Record, project: Project, said: Said) -> None:
        """A total or plan of a sheet: another one than the ledger has holds from the day of the sheet."""
        desk, day = self._desk, self._desk.day
        where = {"first_day": said.key[2], "last_day": said.key[3]} if said.kind == "plan" else {}
        before = desk.store.find(CapitalEntry, project_id=project.id, kind=said.kind, **where)
        standing = capital.in_force(before, day) or min(before, key=lambda row: row.effective_from, default=None)
        what = what_of(desk, project.id, said)
        if standing is None:
            if not self._stays_withdrawn(record, project, said, what):
                capital.record(desk.store, project, self._entry(project, said, said.given_from))
                desk.add(record, what, amount(said.figure))
            return
        was = capital.figure_of(standing)
        if was == said.figure:
            self._cite(record, standing, said.cited, what)
            return
        told = _("{what}, from {day}").format(what=what, day=day)
        change = Difference(record.row, "changed", "capital", told, "figure", amount(was), amount(said.figure))
        if self._is_of_a_person(standing, before, said.figure) and desk.keep(replace(change, how="kept")):
            desk.change(record, ())
            return
        if standing.effective_from > day and standing.effective_from == standing.first_day:
            # A plan of a year to come holds from its first day.
            columns = figure_columns(said.figure, standing.currency) | {"quote": None} | said.cited
            desk.store.revise(standing, **columns)
        else:
            capital.record(desk.store, project, self._entry(project, said, day))
        desk.change(record, [change])

    def _entry(self, project: Project, said: Said, from_day: date | None) -> NewEntry:
        cited = said.cited
        source, quote = cited.get("source"), cited.get("quote")
        cite = Cite(f"{source or ''} / {quote}" if quote else source, cited.get("note"))
        currency = self._currency(project.id, said)
        return NewEntry(said.kind, said.figure, said.on, currency=currency, from_day=from_day, cite=cite)

    def _is_of_a_person(self, standing: CapitalEntry, before: Sequence[CapitalEntry], figure: Figure) -> bool:
        """Whether a person put the standing total or plan in the place of what an import says once more."""
        past = self._desk.past
        if past.edited(standing, _FIGURE):
            return True
        return past.by_person(standing) and any(
            capital.figure_of(old) == figure and past.by_import(old) for old in before
        )

    def _cite(self, record: Record, row: CapitalEntry, cited: dict[str, str | None], what: str) -> None:
        desk = self._desk
        given = {name: text for name, text in cited.items() if text is not None and getattr(row, name) != text}
        changes = [Difference(record.row, "changed", "capital", what, n, getattr(row, n), t) for n, t in given.items()]
        if given:
            desk.store.revise(row, **given)
        desk.change(record, changes)

    # --- writing -------------------------------------------------------------------------------------------------

    def _add(self, record: Record, project: Project, said: Said) -> None:
        """Write a new entry, unless a person took the same one back."""
        what = "" if self._is_counted_only() else what_of(self._desk, project.id, said)
        if self._stays_withdrawn(record, project, said, what):
            return
        if said.kind in VALID_FROM:
            # Few of them, and a version of a baseline may put one from another day on.
            self._desk.store.add(CapitalEntry.model_validate(self._columns(project.id, said)))
        else:
            self._new.append(self._cells(project.id, said))
            self._effects.wrote(project.id, record.row)
            if len(self._new) >= _TOGETHER:
                self._flush()
        if what:
            self._desk.add(record, what, amount(said.figure))
        else:
            self._desk.outcome.counts["capital", "new"] += 1
            self._desk.outcome.more += 1

    def _is_counted_only(self) -> bool:
        """Whether enough new records are listed: words for what is not shown would be most of the work."""
        outcome = self._desk.outcome
        return outcome.listed is not None and len(outcome.fresh) >= outcome.listed

    def _stays_withdrawn(self, record: Record, project: Project, said: Said, what: str) -> bool:
        """Whether an import recorded just this entry, a person withdrew it, and that is to stay."""
        desk = self._desk
        for row in desk.past.gone(CapitalEntry):
            key = (row.kind, row.basis, row.last_day, row.project_id)
            same = key == (said.kind, said.basis, said.on and said.on.last, project.id)
            if same and capital.figure_of(row) == said.figure:
                what, new = what or what_of(desk, project.id, said), amount(said.figure)
                return desk.keep(Difference(record.row, "kept", "capital", what, "", _("withdrawn"), new))
        return False

    def _columns(self, project: int, said: Said) -> dict[str, Any]:
        """The columns of its entry."""
        return dict(zip(_COLUMNS, self._cells(project, said), strict=True))

    def _cells(self, project: int, said: Said) -> tuple[Any, ...]:
        """The cells under _COLUMNS, days as texts: a file of a hundred thousand figures spends its time here."""
        figure, on, cited, day = said.figure, said.on, said.cited, self._day
        money = figure.money
        return (
            project,
            said.kind,
            said.basis,
            money.minor if money else None,
            self._currency(project, said),
            figure.qualifier,
            figure.availability,
            day(on.first) if on else None,
            day(on.last) if on else None,
            on.text if on else None,
            day(said.effective_from),
            cited.get("note"),
            cited.get("quote"),
            cited.get("source"),
        )

    def _currency(self, project: int, said: Said) -> str:
        """The currency of a figure; of one without an amount that of the others of its kind."""
        key = (project, said.kind)
        if said.figure.money is not None:
            self._currencies[key] = said.figure.money.currency
            return said.figure.money.currency
        if key not in self._currencies:
            every = [held for found in self._entries.of(project).values() for held in found if held.kind == said.kind]
            self._currencies[key] = every[-1].currency if every else self._desk.rules.currency
        return self._currencies[key]

    def _flush(self) -> None:
        if self._new:
            self._desk.store.insert_many(CapitalEntry, _COLUMNS, self._new)
            self._new = []

    def _day(self, day: date) -> str:
        text = self._iso.get(day)
        if text is None:
            text = self._iso[day] = day.isoformat()
        return text

    def _differing(self, held: Held, said: Said) -> list[tuple[str, Cell, Cell]]:
        """The fields in which a record differs from the entry it means: field, old, new."""
        found: list[tuple[str, Cell, Cell]] = []
        on, ours = said.on, self._desk.source.ours
        if held.figure != said.figure:
            found.append(("figure", amount(held.figure), amount(said.figure)))
        same_days = _days(held.on) == _days(on)
        if not same_days and ours:
            found.append(("on", held.on, on))
        cited = said.cited.items()
        found += [(name, getattr(held, name), text) for name, text in cited if getattr(held, name) != text]
        # Where nobody says since when a total or plan holds, it is met by its figure alone.
        is_told = said.given_from is not None or said.kind not in VALID_FROM
        if ours and same_days and is_told and held.effective_from != said.effective_from:
            found.append(("effective_from", held.effective_from, said.effective_from))
        if ours and held.basis != said.basis:
            found.append(("basis", held.basis, said.basis))
        return found

    def _compare(self, record: Record, project: Project, held: Held, said: Said) -> None:
        """Correct the entry a record means where they differ."""
        held.taken = True
        desk, what = self._desk, what_of(self._desk, project.id, said)
        differing = self._differing(held, said)
        if not differing:
            desk.change(record, ())
            return
        old = capital.open_entry(desk.store, held.id)
        columns = self._columns(project.id, said)
        parts = {"figure": _FIGURE, "on": ("first_day", "last_day", "period_text")}
        wanted = [
            (field, was, new)
            for field, was, new in differing
            if not (
                desk.past.edited(old, parts.get(field, (field,)))
                and desk.keep(Difference(record.row, "kept", "capital", what, field, was, new))
            )
        ]
        desk.change(record, [Difference(record.row, "changed", "capital", what, *one) for one in wanted])
        if not wanted:
            return
        named = {field for field, _was, _new in wanted}
        names = [name for field in named for name in parts.get(field, (field,))]
        if "on" in named:
            names.append("effective_from")
        new = {name: columns[name] for name in names}
        if "figure" in named and said.cited.get("quote") is None:
            # No document may prove another number.
            new["quote"] = None
        desk.store.revise(old, **new)
        if said.kind not in VALID_FROM:
            self._effects.revised(project.id, held.id, record.row)


def _days(on: Period | None) -> tuple[date, date] | None:
    return (on.first, on.last) if on else None
