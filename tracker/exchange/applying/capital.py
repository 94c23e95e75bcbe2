"""Capital entries: new ones by the hundred thousand, changed ones as corrections, running figures by their rules.

An entry is met by its number where the file has one of ours, else by project, kind, period and measure; of several
under one key first the equal ones. What the file no longer has stays: a figure is withdrawn by a person.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from tracker.dates import Period
from tracker.errors import Refused, TrackerError, ValueRefused
from tracker.exchange.applying.desk import Desk, Total
from tracker.exchange.applying.entries import Entries, Held, Key
from tracker.exchange.applying.parts import amount, figure_columns
from tracker.exchange.applying.result import Difference
from tracker.exchange.records import Record
from tracker.i18n import _, language
from tracker.ledger.bulk import NewEntries
from tracker.ledger.cite import Cite
from tracker.ledger.entries import SINGLE, NewEntry
from tracker.ledger.running import record_running
from tracker.models import CapitalEntry
from tracker.money import Figure, Money
from tracker.reports.report import Cell
from tracker.vocabulary import CAPITAL_KINDS


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
        self._running.sort(key=_by_end)
        self._all(self._running, self._settle_running)

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
            what = self._what(project, said)
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
            self._desk.add(record, self._what(project, said), amount(said.figure))
        else:
            # Words for what is not shown would be most of the work.
            outcome.counts["capital", "new"] += 1
            outcome.more += 1

    def _day(self, day: date) -> str:
        text = self._iso.get(day)
        if text is None:
            text = self._iso[day] = day.isoformat()
        return text

    def _what(self, project: int, said: Said) -> str:
        code, kind = self._desk.projects.rows[project].code, CAPITAL_KINDS[said.kind].name(language())
        return f"{code} {kind} {said.on}" if said.on else f"{code} {kind}"

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
        desk, what = self._desk, self._what(project, said)
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
            self._correct(old, {field for field, _was, _new in differing}, said)

    def _correct(self, old: CapitalEntry, fields: set[str], said: Said) -> CapitalEntry:
        """Take an entry back and book the right one, so that a report as of an earlier day shows it too."""
        columns = old.facts() | {"corrects": old.thing}
        if "figure" in fields:
            columns |= figure_columns(said.figure, old.currency) | {"measure": "flow", "reported_minor": None}
        if "on" in fields:
            first, last = (said.on.first, said.on.last) if said.on else (None, None)
            columns |= {"first_day": first, "last_day": last, "counts_from": said.counts_from}
        if "counts_from" in fields:
            columns["counts_from"] = said.counts_from
        if said.reported is not None or "measure" in fields:
            columns |= {"measure": said.measure, "reported_minor": said.reported}
        columns |= {name: said.cited[name] for name in CITED if name in fields}
        self._desk.book.void(old, note=_("the imported file says otherwise"))
        return self._desk.book.append(CapitalEntry.model_validate(columns))

    # --- running figures -----------------------------------------------------------------------------------------

    def _settle_running(self, record: Record) -> None:
        """Book the flow behind a year-to-date or cumulative figure; a restated one corrects the flow it made."""
        desk, project, said = self._desk, self._project(record), read(self._desk, record)
        if said.on is None or said.figure.money is None:
            self._leave(record, said)
            return
        held = self._entries.running(project, said.kind, said.measure, said.on.last)
        if held is not None:
            self._restate(record, project, held, said)
            return
        desk.at = "figure"
        before, row = len(desk.book.written), desk.projects.rows[project]
        entry = NewEntry(said.kind, said.figure, said.on, said.measure, desk.rules.currency)
        record_running(desk.book, row, entry, Cite(said.cited.get("source"), said.cited.get("note")))
        written = desk.book.written[before]
        assert isinstance(written, CapitalEntry)
        self._entries.put(project, _held(written))
        desk.add(record, self._what(project, said), amount(said.figure))

    def _leave(self, record: Record, said: Said) -> None:
        """A running figure that is unknown or withheld says nothing of the months it runs over."""
        if said.on is None:
            self._desk.at = "on"
            raise ValueRefused(_("say to the end of which period the figure runs, such as 2023-06"))
        self._desk.outcome.remarks.append(
            _("row {row}: a running figure that is {availability} is left out").format(
                row=record.row, availability=said.figure.availability
            )
        )
        self._desk.change(record, ())

    def _restate(self, record: Record, project: int, held: Held, said: Said) -> None:
        money = said.figure.money
        assert money is not None
        if held.taken:
            self._desk.at = "figure"
            raise Refused(_("the file gives this running figure twice"))
        held.taken = True
        desk, what, old = self._desk, self._what(project, said), Money(held.reported or 0, held.currency)
        if old == money:
            desk.change(record, ())
            return
        if held.minor is None or old.currency != money.currency:
            desk.at = "figure"
            raise Refused(
                _("entry {id} was worked out of a figure in {currency}").format(id=held.thing, currency=old.currency)
            )
        entry = desk.book.last(CapitalEntry, held.thing)
        change = Difference(record.row, "changed", "capital", what, "figure", amount(Figure(old)), amount(said.figure))
        kept = Difference(record.row, "kept", "capital", what, "figure", amount(Figure(old)), amount(said.figure))
        if desk.past.edited_entry(entry) and desk.keep(kept):
            desk.change(record, ())
            return
        flow = Figure(Money(held.minor + money.minor - old.minor, money.currency), said.figure.qualifier)
        worked = Said(said.kind, flow, None, said.measure, money.minor, said.counts_from, said.cited)
        corrected = self._correct(entry, {"figure"}, worked)
        self._entries.drop(project, held)
        self._entries.put(project, _held(corrected))
        desk.change(record, [change])


def _held(row: CapitalEntry) -> Held:
    return Held(
        *(row.thing, row.kind, row.minor, row.currency, row.qualifier, row.availability, row.first_day, row.last_day),
        *(row.measure, row.reported_minor, row.counts_from, row.note, row.source, row.quote),
        taken=True,
    )


def _by_end(record: Record) -> date:
    on: Period | None = record.values.get("on")
    return on.last if on else date.max
