"""Where one record is laid beside one row: what differs is written, kept back as a conflict, or refused."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

from tracker.errors import Refused, TrackerError, ValueRefused
from tracker.i18n import _
from tracker.importer.apply.directory import Companies, Labels, Projects
from tracker.importer.apply.past import Past
from tracker.importer.apply.result import Difference, Outcome, Rules, Source
from tracker.ledger.store import Store
from tracker.models.base import Versioned
from tracker.models.company import Company
from tracker.models.project import Project
from tracker.money import plain
from tracker.records.schema import KINDS, Problem, Record
from tracker.reports.report import Cell
from tracker.text import clean, fold, shorten, suggest

M = TypeVar("M", bound=Versioned)
# Looking for companies of nearly the same name compares every new one with every old one.
_MOST_COMPARED = 50_000


@dataclass(frozen=True, slots=True)
class Part:
    """What a record says in one field: the columns it fills, and how to show what a row says there, and the record."""

    field: str
    columns: dict[str, Any]
    new: Cell
    old: Callable[[Any], Cell]

    def differs(self, row: Versioned) -> bool:
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


class Desk:
    """One import at work in the ledger."""

    def __init__(self, store: Store, source: Source, rules: Rules, outcome: Outcome) -> None:
        """Write into the change of `store`, and report to `outcome`."""
        self.store = store
        self.source = source
        self.rules = rules
        self.outcome = outcome
        self.past = Past(store)
        self.labels = Labels(store)
        self.projects = Projects(store, self.labels)
        self.companies = Companies(store, self.labels)
        # The day of which the file speaks: what has no day of its own holds from then on.
        self.day = min(source.day or rules.today, rules.today)
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
            row = self.store.add(draft)
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
            row = self.store.revise(row, **{name: value for p in wanted for name, value in p.columns.items()})
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
        if row.recorded_from != self.store.change.id:
            self.outcome.counts[record.kind, "same"] -= 1
            self.outcome.counts[record.kind, "changed"] += 1
        difference = Difference(record.row, "changed", record.kind, what, part.field, part.old(row), part.new)
        if difference.old is not None or row.recorded_from != self.store.change.id:
            self.outcome.tell(difference)
        return self.store.revise(row, **part.columns)

    def keep(self, difference: Difference) -> bool:
        """Whether what a person changed stays: the rule of conflicts, with what was decided about this one."""
        if self.rules.take_all or difference.conflicting in self.rules.take:
            return False
        self.outcome.counts[difference.kind, "kept"] += 1
        self.outcome.tell(difference)
        return True

    def _keeps(self, record: Record, row: Versioned, part: Part, what: str) -> bool:
        return self.past.edited(row, part.columns) and self.keep(
            Difference(record.row, "kept", record.kind, what, part.field, part.old(row), part.new)
        )

    def _keeps_aside(self, record: Record, aside: Aside, what: str) -> bool:
        return aside.edited() and self.keep(
            Difference(record.row, "kept", record.kind, what, aside.field, aside.old, aside.new)
        )

    def _stays_removed(self, record: Record, model: type[Versioned], keys: dict[str, Any], what: str) -> bool:
        return self.past.removed(model, keys) and self.keep(
            Difference(record.row, "kept", record.kind, what, old=_("removed"))
        )

    # --- one file, one voice -------------------------------------------------------------------------------------

    def _remember(self, row: Versioned, parts: Iterable[Part], number: int) -> None:
        said = self._said.setdefault((str(row.__tablename__), row.id), {})
        for part in parts:
            said.setdefault(part.field, (number, tuple(part.columns.values())))

    def _require_consistent(self, row: Versioned, parts: Iterable[Part]) -> None:
        said = self._said.get((str(row.__tablename__), row.id), {})
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
        row = self.store.add(Company.model_validate({"name": name}))
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

    def remark(self, sentence: str) -> None:
        """Note something of the file as a whole, once."""
        if sentence not in self.outcome.remarks:
            self.outcome.remarks.append(sentence)

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
