"""Year-to-date and cumulative figures of a file: the flow behind each is booked, a restated one corrects it."""

from __future__ import annotations

from datetime import date

from tracker.dates import Period
from tracker.errors import Refused, ValueRefused
from tracker.exchange.applying.desk import Desk
from tracker.exchange.applying.entries import Entries, Held
from tracker.exchange.applying.parts import amount
from tracker.exchange.applying.result import Difference
from tracker.exchange.applying.said import Said, correct, read, what_of
from tracker.exchange.records import Record
from tracker.i18n import _
from tracker.ledger.cite import Cite
from tracker.ledger.entries import NewEntry
from tracker.ledger.running import record_running
from tracker.models import CapitalEntry
from tracker.money import Figure, Money


class Running:
    """Records of running figures, to be taken in the order of their days and after every flow of the file."""

    def __init__(self, desk: Desk, entries: Entries) -> None:
        """Begin at `desk`; `entries` are those of the ledger."""
        self._desk = desk
        self._entries = entries

    def take(self, record: Record) -> None:
        """Book the flow behind a year-to-date or cumulative figure; a restated one corrects the flow it made."""
        desk, project, said = self._desk, self._desk.project(record).thing, read(self._desk, record)
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
        desk.add(record, what_of(desk, project, said), amount(said.figure))

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
        desk, old = self._desk, Money(held.reported or 0, held.currency)
        what = what_of(desk, project, said)
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
        corrected = correct(desk.book, entry, {"figure"}, worked)
        self._entries.drop(project, held)
        self._entries.put(project, _held(corrected))
        desk.change(record, [change])


def _held(row: CapitalEntry) -> Held:
    return Held(
        *(row.thing, row.kind, row.minor, row.currency, row.qualifier, row.availability, row.first_day, row.last_day),
        *(row.measure, row.reported_minor, row.counts_from, row.note, row.source, row.quote),
        taken=True,
    )


def by_end(record: Record) -> date:
    """The day to which a running figure runs."""
    on: Period | None = record.values.get("on")
    return on.last if on else date.max
