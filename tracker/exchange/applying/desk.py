"""Where one record is laid beside one row: what differs is written, kept back as a conflict, or refused."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

from tracker.database import Reader
from tracker.errors import Refused, TrackerError, ValueRefused
from tracker.exchange.applying.directory import Companies, Labels, Projects
from tracker.exchange.applying.past import Past
from tracker.exchange.applying.result import Difference, Outcome, Rules, Source
from tracker.exchange.records import KINDS, Problem, Record
from tracker.i18n import _
from tracker.ledger.book import Book
from tracker.models import Chained, Company, Project
from tracker.money import Figure, plain
from tracker.reports.report import Cell
from tracker.text import clean, fold, shorten, suggest

M = TypeVar("M", bound=Chained)
# Looking for companies of nearly the same name compares every new one with every old one.
_MOST_COMPARED = 50_000


@dataclass(frozen=True, slots=True)
class Part:
    """What a record says in one field: the columns it fills, and how to show what a row says there, and the record."""

    field: str
    columns: dict[str, Any]
    new: Cell
    old: Callable[[Any], Cell]

    def differs(self, row: Chained) -> bool:
        """Whether `row` says something else."""
        return any(getattr(row, name) != value for name, value in self.columns.items())


@dataclass(frozen=True, slots=True)
class Aside:
    """A difference beyond the columns of a row: labels to hang on or take off when `write` is called."""

    field: str
    new: Cell
    old: Cell
    write: Callable[[], None]
    edited: Callable[[], bool]


@dataclass(frozen=True, slots=True)
class Total:
    """A new total investment on its way: the columns of its entry, those of its note and source apart."""

    figure: Figure
    columns: dict[str, Any]
    cited: dict[str, str | None]


class Desk:
    """One import at work in the ledger."""

    def __init__(self, book: Book, source: Source, rules: Rules, outcome: Outcome, totals: dict[int, Total]) -> None:
        """Write into the change of `book`, and tell it to `outcome`.

        `totals` are those of a file of ours, by project: they wait for the baselines, whose totals came before them.
        """
        self.totals = totals
        self.book = book
        self.source = source
        self.rules = rules
        self.outcome = outcome
        self.past = Past(book)
        self.labels = Labels(book)
        self.projects = Projects(book, self.labels)
        self.companies = Companies(book, self.labels)
        # The field that is being read, for the problem it may have.
        self.at = ""
        self._said: dict[tuple[str, int], dict[str, tuple[int, tuple[Any, ...]]]] = {}
        self._compared = 0

    # --- writing -------------------------------------------------------------------------------------------------

    def enter(
        self,
        record: Record,
        row: M | None,
        new: Callable[[], M],
        parts: Iterable[Part],
        what: str,
        *,
        asides: Callable[[M], Iterable[Aside]] = lambda _row: (),
        headline: Cell = None,
        removed: dict[str, Any] | None = None,
    ) -> M | None:
        """Write what a record says and `row` does not; without a row the one that `new` makes.

        `removed` are the columns under which a person may have removed what an import once wrote. Returns the row as it
        is now, None where it stays removed. Raises Refused where the file itself has said something else before.
        """
        parts = list(parts)
        if row is None:
            draft = new()
            if removed and self._stays_removed(record, type(draft), removed, what):
                return None
            row = self.book.append(draft)
            self._remember(row, parts, record.row)
            self._write_asides(asides(row))
            self.add(record, what, headline)
            return row
        differing = [part for part in parts if part.differs(row)]
        self._require_consistent(row, differing)
        self._remember(row, parts, record.row)
        wanted = [part for part in differing if not self._keeps(record, row, part, what)]
        changes = [Difference(record.row, "changed", record.kind, what, p.field, p.old(row), p.new) for p in wanted]
        if wanted:
            row = self.book.revise(row, **{name: value for p in wanted for name, value in p.columns.items()})
        for aside in asides(row):
            if not self._keeps_aside(record, aside, what):
                aside.write()
                changes.append(Difference(record.row, "changed", record.kind, what, aside.field, aside.old, aside.new))
        self.change(record, changes)
        return row

    def _write_asides(self, asides: Iterable[Aside]) -> None:
        for aside in asides:
            aside.write()

    def add(self, record: Record, what: str, headline: Cell = None) -> None:
        """Count a new record, and tell of it."""
        self.outcome.counts[record.kind, "new"] += 1
        self.outcome.tell(Difference(record.row, "new", record.kind, what, new=headline))

    def change(self, record: Record, changes: Iterable[Difference]) -> None:
        """Count a record as changed, and tell how; without changes it is the same."""
        changes = list(changes)
        self.outcome.counts[record.kind, "changed" if changes else "same"] += 1
        for one in changes:
            self.outcome.tell(one)

    def amend(self, record: Record, row: M, part: Part, what: str) -> M:
        """Write one more part of a record that was entered before."""
        if self._keeps(record, row, part, what):
            return row
        if row.change_id != self.book.change.id:
            self.outcome.counts[record.kind, "same"] -= 1
            self.outcome.counts[record.kind, "changed"] += 1
        difference = Difference(record.row, "changed", record.kind, what, part.field, part.old(row), part.new)
        if difference.old is not None or row.change_id != self.book.change.id:
            self.outcome.tell(difference)
        return self.book.revise(row, **part.columns)

    def keep(self, difference: Difference) -> bool:
        """Whether what a person changed stays: the rule of conflicts, with what was decided about this one."""
        if self.rules.take_all or difference.conflicting in self.rules.take:
            return False
        self.outcome.counts[difference.kind, "kept"] += 1
        self.outcome.tell(difference)
        return True

    def _keeps(self, record: Record, row: Chained, part: Part, what: str) -> bool:
        return self.past.edited(row, part.columns) and self.keep(
            Difference(record.row, "kept", record.kind, what, part.field, part.old(row), part.new)
        )

    def _keeps_aside(self, record: Record, aside: Aside, what: str) -> bool:
        return aside.edited() and self.keep(
            Difference(record.row, "kept", record.kind, what, aside.field, aside.old, aside.new)
        )

    def _stays_removed(self, record: Record, model: type[Chained], keys: dict[str, Any], what: str) -> bool:
        return self.past.removed(model, keys) and self.keep(
            Difference(record.row, "kept", record.kind, what, old=_("removed"))
        )

    # --- one file, one voice -------------------------------------------------------------------------------------

    def _remember(self, row: Chained, parts: Iterable[Part], number: int) -> None:
        said = self._said.setdefault((str(row.__tablename__), row.thing), {})
        for part in parts:
            said.setdefault(part.field, (number, tuple(part.columns.values())))

    def _require_consistent(self, row: Chained, parts: Iterable[Part]) -> None:
        said = self._said.get((str(row.__tablename__), row.thing), {})
        for part in parts:
            number, values = said.get(part.field, (0, ()))
            if number and values != tuple(part.columns.values()):
                self.at = part.field
                raise Refused(_("row {row} of this file says something else of it").format(row=number))

    # --- who is meant --------------------------------------------------------------------------------------------

    def project(self, record: Record, field: str = "project") -> Project:
        """The project a field names. Raises UsageError where there is none or the field is empty."""
        self.at = field
        word = record.values.get(field)
        if not word:
            raise ValueRefused(_("no project is named"))
        return self.projects.find(word)

    def company(self, record: Record, field: str = "company") -> Company:
        """The company a field names, opened where it is new."""
        self.at = field
        name = record.values.get(field)
        if not name:
            raise ValueRefused(_("no company is named"))
        found = self.companies.find(name)
        return found if found is not None else self.open_company(record, name)

    def open_company(self, record: Record, name: str) -> Company:
        """A new company that a record names; one whose name is nearly the same is remarked on."""
        name = clean(name, _("company"))
        self._remark_close(record, name)
        row = self.book.append(Company.model_validate({"name": name}))
        self.companies.put(row)
        self.outcome.counts["company", "new"] += 1
        self.outcome.tell(Difference(record.row, "new", "company", name))
        return row

    def _remark_close(self, record: Record, name: str) -> None:
        known = self.companies.known()
        self._compared += len(known)
        if self._compared <= _MOST_COMPARED and (close := suggest(name, known)):
            self.outcome.remarks.append(
                _("row {row}: the company “{name}” is new; is it not “{close}”?").format(
                    row=record.row, name=shorten(name), close=shorten(close)
                )
            )

    # --- problems ------------------------------------------------------------------------------------------------

    def refuse(self, record: Record, error: TrackerError) -> None:
        """Note what is wrong with a record, in the field that was being read."""
        field = self.at or KINDS[record.kind].key[0]
        cell, heading = self.source.place(record, field)
        value = record.values.get(field)
        if record.kind != "project" and self.projects.refused.get(fold(str(value))) == record.row:
            # The row has its problem already.
            return
        self.outcome.refuse(self.source.name, Problem(record.row, cell, heading or field, told(value), str(error)))
        if record.kind == "project":
            for key in ("code", "name", "name_en"):
                if record.values.get(key):
                    self.projects.refused.setdefault(fold(record.values[key]), record.row)


def reader_in(book: Book) -> Reader:
    """What asks questions of the ledger with the change in it."""
    book.session.flush()
    connection = book.session.connection()
    engine = "postgres" if connection.dialect.name == "postgresql" else "sqlite"
    return Reader(connection.connection.dbapi_connection, engine)


def told(value: object) -> str:
    """A value as a problem repeats it."""
    if value is None:
        return ""
    money = getattr(value, "money", None)
    if money is not None:
        return f"{plain(money)} {money.currency}"
    if isinstance(value, tuple):
        return shorten(" | ".join(map(str, value)))
    return shorten(str(value))
