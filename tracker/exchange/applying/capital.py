"""Capital entries: new ones by the hundred thousand, changed ones as corrections, running figures by their rules.

An entry is met by its number where the file has one of ours, else by project, kind, period and measure; of several
under one key first the equal ones. What the file no longer has stays: a figure is withdrawn by a person.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from tracker.dates import Period
from tracker.errors import Refused, TrackerError
from tracker.exchange.applying.desk import Desk, Total
from tracker.exchange.applying.entries import Entries, Held, Key
from tracker.exchange.applying.parts import amount, figure_columns
from tracker.exchange.applying.result import Difference
from tracker.exchange.applying.running import Running, by_end
from tracker.exchange.applying.said import Said, correct, read, what_of
from tracker.exchange.records import Record
from tracker.i18n import _
from tracker.ledger.bulk import NewEntries
from tracker.ledger.entries import SINGLE
from tracker.models import CapitalEntry
from tracker.money import Figure
from tracker.reports.report import Cell


class Capital:
    """Records of capital entries. `settle` deals with those that had to wait for the others."""

    def __init__(self, desk: Desk) -> None:
        """Begin at `desk`."""
        self._desk = desk
        self._entries = Entries(desk.book, desk.past)
        self._new: NewEntries | None = None
        self._waiting: list[Record] = []
        self._running: list[Record] = []
        # Totals and plans of this file: there is one a project, or one a project and year.
        self._single: dict[tuple[int, Key], tuple[int, Figure]] = {}
        self._iso: dict[date, str] = {}

    def take(self, record: Record) -> None:
        """Enter one record, or let it wait."""
        values = record.values
        measure = values.get("measure") or "flow"
        if measure != "flow" and values.get("reported") is None:
            self._running.append(record)
            return
        project = self._project(record)
        said = read(self._desk, record)
        if said.kind in SINGLE and self._repeated(record, project, said):
            return
        held = self._meets(record, project, said)
        if held is not None:
            self._compare(record, project, held, said)
        elif self._entries.of(project) and self._entries.open(project, said.key):
            # Another row may equal the open entry; only then it is known which one differs.
            self._waiting.append(record)
        else:
            self._book(record, project, said)

    def settle(self) -> None:
        """Enter what waited: what differs from the ledger, then the running figures in the order of their days."""
        self.flush()
        self._all(self._waiting, self._settle_one)
        self.flush()
        self._running.sort(key=by_end)
        self._all(self._running, Running(self._desk, self._entries).take)

    def flush(self) -> None:
        """Write what waits to be written."""
        if self._new is not None:
            self._new.flush()

    def _all(self, records: list[Record], enter: Callable[[Record], None]) -> None:
        for record in records:
            self._desk.at = ""
            try:
                enter(record)
            except TrackerError as error:
                self._desk.refuse(record, error)

    # --- reading -------------------------------------------------------------------------------------------------

    def _project(self, record: Record) -> int:
        return self._desk.project(record).thing

    # --- meeting -------------------------------------------------------------------------------------------------

    def _meets(self, record: Record, project: int, said: Said) -> Held | None:
        """The entry of the ledger that a record means for certain."""
        number = record.values.get("entry")
        held = self._entries.numbered(project, number) if number is not None else None
        if held is not None and held.kind == said.kind:
            if held.taken:
                self._desk.at = "entry"
                raise Refused(_("entry {id} stands in this file twice").format(id=number))
            return held
        nearly: Held | None = None
        for held in self._entries.of(project).get(said.key, ()):
            if not held.taken and held.says(said.figure):
                if not self._differing(held, said):
                    return held
                nearly = nearly or held
        return nearly

    def _repeated(self, record: Record, project: int, said: Said) -> bool:
        """Whether the file gave this total or plan before. Raises Refused where it said something else."""
        row, figure = self._single.setdefault((project, said.key), (record.row, said.figure))
        if figure != said.figure:
            self._desk.at = "figure"
            raise Refused(_("row {row} of this file says something else of it").format(row=row))
        if row == record.row:
            return False
        self._desk.change(record, ())
        return True

    def _settle_one(self, record: Record) -> None:
        project, said = self._project(record), read(self._desk, record)
        open_ones = self._entries.open(project, said.key)
        if open_ones:
            self._compare(record, project, open_ones[0], said)
        else:
            self._book(record, project, said)

    # --- writing -------------------------------------------------------------------------------------------------

    def _book(self, record: Record, project: int, said: Said) -> None:
        """Write a new entry, unless a person took the same one back."""
        desk = self._desk
        if desk.past.gone(CapitalEntry) and self._entries.withdrawn(project, said.key, said.figure):
            what = what_of(desk, project, said)
            if desk.keep(Difference(record.row, "kept", "capital", what, "", _("withdrawn"), amount(said.figure))):
                return
        if said.kind == "total" and desk.source.ours:
            desk.totals[project] = self._total(project, said)
            self._tell(record, project, said)
            return
        if self._new is None:
            self._new = NewEntries(desk.book)
        money, on, cited = said.figure.money, said.on, said.cited
        self._new.add(
            project,
            said.kind,
            (
                money.minor if money else None,
                money.currency if money else desk.rules.currency,
                said.figure.qualifier,
                said.figure.availability,
            ),
            (
                self._day(on.first) if on else None,
                self._day(on.last) if on else None,
                self._day(said.counts_from),
            ),
            (said.measure, said.reported),
            (cited.get("note"), cited.get("quote"), cited.get("source")),
        )
        self._tell(record, project, said)

    def _total(self, project: int, said: Said) -> Total:
        first, last = (said.on.first, said.on.last) if said.on else (None, None)
        columns = {"project_id": project, "kind": said.kind, "first_day": first, "last_day": last}
        columns |= {"counts_from": said.counts_from} | figure_columns(said.figure, self._desk.rules.currency)
        return Total(said.figure, columns, said.cited)

    def _tell(self, record: Record, project: int, said: Said) -> None:
        outcome = self._desk.outcome
        if outcome.listed is None or len(outcome.fresh) < outcome.listed:
            self._desk.add(record, what_of(self._desk, project, said), amount(said.figure))
        else:
            # Words for what is not shown would be most of the work.
            outcome.counts["capital", "new"] += 1
            outcome.more += 1

    def _day(self, day: date) -> str:
        text = self._iso.get(day)
        if text is None:
            text = self._iso[day] = day.isoformat()
        return text

    def _differing(self, held: Held, said: Said) -> list[tuple[str, Cell, Cell]]:
        """The fields in which a record differs from the entry it means: field, old, new."""
        found: list[tuple[str, Cell, Cell]] = []
        if not held.says(said.figure):
            found.append(("figure", amount(held.figure), amount(said.figure)))
        on, ours = said.on, self._desk.source.ours
        same_days = (held.first, held.last) == ((on.first, on.last) if on else (None, None))
        if not same_days and (on is not None or ours):
            found.append(("on", Period(held.first, held.last) if held.first and held.last else None, on))
        found += [(name, getattr(held, name), text) for name, text in said.cited.items() if getattr(held, name) != text]
        if ours and same_days and held.counts_from != said.counts_from:
            found.append(("counts_from", held.counts_from, said.counts_from))
        if ours and (held.measure, held.reported) != (said.measure, said.reported):
            found.append(("measure", held.measure, said.measure))
        return found

    def _compare(self, record: Record, project: int, held: Held, said: Said) -> None:
        """Correct the entry a record means where they differ."""
        held.taken = True
        desk, what = self._desk, what_of(self._desk, project, said)
        differing = self._differing(held, said)
        if not differing:
            desk.change(record, ())
            return
        self.flush()
        old = desk.book.last(CapitalEntry, held.thing)
        if desk.past.edited_entry(old):
            differing = [
                (field, was, new)
                for field, was, new in differing
                if not desk.keep(Difference(record.row, "kept", "capital", what, field, was, new))
            ]
        desk.change(record, [Difference(record.row, "changed", "capital", what, *one) for one in differing])
        if differing:
            correct(desk.book, old, {field for field, _was, _new in differing}, said)
