"""Files that tracker wrote, on their way back: what was changed in them since they were made.

A workbook says which change it was made from. What differs from that state is what somebody changed in the file; what
only the ledger changed since stays; what both changed is a conflict. A csv does not say it: a cell that repeats what
the ledger said before is told, and stays as the ledger has it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any

from tracker.dates import Period
from tracker.errors import Undecided
from tracker.i18n import _, ngettext
from tracker.importer.matching import Difference, Outcome, Rules, Source, amount
from tracker.importer.readers.source_file import text_of
from tracker.ledger.store import Store
from tracker.money import Figure
from tracker.queries.as_of import AsOf, ledger_id
from tracker.queries.exports import change_hash, ids_of
from tracker.records.origin import State
from tracker.records.schema import KINDS, Problem, Record
from tracker.reports.report import Cell
from tracker.text import fold, shorten

if TYPE_CHECKING:
    from tracker.importer.ledger_sheet import LedgerRows

# The kind of the rows of a ledger sheet, which become records once they are compared with the ledger.
LEDGER = "ledger"


# --- what was changed -------------------------------------------------------------------------------------------------

# So many earlier states of the ledger are looked at for what a csv repeats.
_EARLIER = 20
# Beyond so many records the ones of the ledger would fill the memory.
_MOST_COMPARED = 50_000
_TABLES = {
    "field": "custom_field",
    "stage": "stage_event",
    "condition": "condition_event",
    "milestone": "milestone_date",
    "capital": "capital_entry",
    "indicator": "indicator_value",
    "rate": "exchange_rate",
    "map": "import_map",
    "month_close": "month_close",
}
# Kinds with values in further tables than their own.
_OF_SEVERAL_TABLES = ("project", "company", "milestone", "baseline")
Values = dict[str, Any]


# What names a project in a record of each kind.
_PROJECTS = {"project": ("code", "parent"), "relation": ("project", "target"), LEDGER: ("code",)}


def answer(ledger: str, rules: Rules) -> str:
    """The reason of an import from another ledger, which keeps the answer for the next one: "ledger UUID: east-"."""
    return f"ledger {ledger}: {rules.prefix}"


# Records whose projects are looked up together.
_TOGETHER = 1_000


class Merge:
    """The records of a file beside the state it was made from and the ledger as it is."""

    def __init__(
        self, store: Store, source: Source, rules: Rules, outcome: Outcome, renamed: dict[str, str] | None = None
    ) -> None:
        """Compare `source` with the ledger before the change of `store`; `renamed` are companies of all sources."""
        self._renamed = {} if renamed is None else renamed
        self.store, self._source, self.given, self.outcome = store, source, rules, outcome
        self.now = store.change.id - 1
        self.state = self._known(source.state)
        self._foreign = source.state is not None and source.state.ledger not in ("", ledger_id(self.store.reader))
        if self._foreign and source.state and not (rules.same or rules.prefix):
            self.given = self._answered(source.state.ledger)
        # The codes of another ledger that exist here, and nobody said what they mean.
        self._shared: set[str] = set()
        # The records in hand; what the ledger said of a kind after a change of the projects in hand so far.
        self._batch: Sequence[Record | Problem] = ()
        self._indexes: dict[tuple[str, int], _Index] = {}
        self._repeating: dict[str, Collection[str] | None] = {}

    @property
    def rules(self) -> Rules:
        """How the records are applied: what a file changes is known where its state is, and then asked for here."""
        return replace(self.given, take_all=True) if self.state else self.given

    @property
    def ours(self) -> bool:
        """Whether the file says all there is: not one of another ledger about projects of this one."""
        return self._source.ours and not (self._foreign and self.given.same)

    def batches(self) -> Iterator[list[Record | Problem]]:
        """The records to apply, in batches of whole rows.

        Raises Undecided at the end of a file from another ledger with codes that exist here.
        """
        batch: list[Record | Problem] = []
        for record in self._source.records():
            if len(batch) >= _TOGETHER and record.row != batch[-1].row:
                yield self._applied(batch)
                batch = []
            batch.append(record)
        if batch:
            yield self._applied(batch)
        if self._shared:
            question = ngettext(
                "{name} comes from another ledger, and its code {codes} exists here: the same project?",
                "{name} comes from another ledger, and {count} codes of it exist here ({codes}): the same projects?",
                len(self._shared),
            )
            codes = shorten(_(", ").join(sorted(self._shared)))
            choices = {"same": "--same-projects", "other": "--prefix east-"}
            raise Undecided(question.format(name=self._source.name, count=len(self._shared), codes=codes), choices)

    def _applied(self, batch: list[Record | Problem]) -> list[Record | Problem]:
        """What of a batch is to be applied."""
        self._batch, applied = batch, list[Record | Problem]()
        for record in batch:
            given = self._from_elsewhere(record) if self._foreign and isinstance(record, Record) else record
            if isinstance(given, Problem) or not (self._source.ours or given.kind == LEDGER):
                applied.append(given)
            elif given.kind == LEDGER:
                applied += self._ledger_rows.records(given)
            elif self._foreign:
                applied.append(given)
            elif (merged := self._merged(given)) is not None:
                applied.append(merged)
        return applied

    @cached_property
    def _ledger_rows(self) -> LedgerRows:
        from tracker.importer.ledger_sheet import LedgerInput, LedgerRows

        assert isinstance(self._source, LedgerInput)
        return LedgerRows(self, self._source)

    def _known(self, state: State | None) -> State | None:
        """The state of a file, where it is one of this very ledger."""
        if state is None or state.ledger != ledger_id(self.store.reader) or state.change > self.now:
            return None
        return state if change_hash(self.store.reader, state.change) == state.hash else None

    # --- files of another ledger -----------------------------------------------------------------------------------

    def _answered(self, ledger: str) -> Rules:
        """The rules with the answer that an earlier import of the other ledger was given."""
        sql = """
            -- the reason of an import, the newest first
            SELECT reason
            FROM change
            WHERE origin = 'import' AND reason LIKE :ledger
              AND NOT EXISTS (SELECT 1 FROM change AS later WHERE later.undoes = change.id)
            ORDER BY id DESC LIMIT 1
        """
        for (reason,) in self.store.reader.tuples(sql, {"ledger": f"{answer(ledger, self.given)}%"}):
            prefix = str(reason).partition(": ")[2]
            remark = (
                _("the codes of the other ledger get the prefix {prefix}, as before").format(prefix=prefix)
                if prefix
                else _("the codes of the other ledger mean the projects here, as before")
            )
            if remark not in self.outcome.remarks:
                self.outcome.remarks.append(remark)
            return replace(self.given, same=not prefix, prefix=prefix)
        return self.given

    @cached_property
    def _codes_here(self) -> set[str]:
        """The folded codes of the ledger; none where it was answered what those of another ledger mean."""
        if not self._foreign or self.given.same or self.given.prefix:
            return set()
        sql = "SELECT code FROM project WHERE recorded_from <= :now AND recorded_to > :now"
        return {fold(str(code)) for (code,) in self.store.reader.tuples(sql, {"now": self.now})}

    def _from_elsewhere(self, record: Record) -> Record | Problem:
        """A record of another ledger with the codes and names used here; what this ledger says otherwise stays.

        A company is the one here that has its id number, else its name; a Problem where these speak of two.
        """
        values = record.values
        values.pop("entry", None)
        for name in _PROJECTS.get(record.kind, ("project",)):
            if values.get(name) and self.given.prefix:
                values[name] = self.given.prefix + str(values[name])
            elif self._codes_here and fold(code := text_of(values.get(name))) in self._codes_here:
                self._shared.add(code)
        if record.kind == "company" and (problem := self._identify(record)) is not None:
            return problem
        if "company" in values:
            values["company"] = self._renamed.get(values["company"], values["company"])
        if record.kind == LEDGER or ("project" in (record.kind, *values) and record.kind != "request"):
            return record
        now = self._one(record, self.now)
        if now is None:
            return record
        for name in _changed(record, now):
            mine, theirs = now.get(name), values[name]
            if isinstance(mine, tuple) and isinstance(theirs, tuple):
                values[name] = (*mine, *(one for one in theirs if one not in mine))
            elif theirs is None or (mine is not None and self.keeps(_difference(record, name, mine))):
                values[name] = mine
        return record

    def _identify(self, record: Record) -> Problem | None:
        """Give a company the name it has here, by its id numbers. A Problem where its name has other ones here."""
        name, ids = record.values["name"], set(record.values.get("ids") or ())
        for values in self._companies:
            own = set(values["ids"] or ())
            if values["name"] != name and ids & own:
                self._renamed[name] = values["name"]
                record.values |= {"name": values["name"], "aliases": (*(record.values.get("aliases") or ()), name)}
            elif values["name"] == name and (other := _contradicting(ids, own)):
                cell, heading = self._source.place(record, "ids")
                sentence = _("the company “{name}” of this ledger has another id, {id}: another company of this name?")
                return Problem(record.row, cell, heading, " | ".join(sorted(ids)), sentence.format(name=name, id=other))
        return None

    @cached_property
    def _companies(self) -> list[Values]:
        return [found.values for found in self._records("company", self.now)]

    # --- records of our own files ----------------------------------------------------------------------------------

    def _merged(self, record: Record) -> Record | None:
        if self.state is None and not self._may_repeat(record):
            return record
        now = self._one(record, self.now)
        if self.state is not None:
            before = self._one(record, self.state.change)
            if before is None or before == now:
                return record
            return self._decided(record, before, now)
        if now is None or not (changed := _changed(record, now)):
            return record
        return self._suspected(record, now, changed)

    def _may_repeat(self, record: Record) -> bool:
        """Whether a record of a csv is looked at for older values: where there were any, and not too many in all."""
        if record.kind not in self._repeating:
            self._repeating[record.kind] = self._projects_with_older(record.kind)
        codes = self._repeating[record.kind]
        return codes is None or record.values.get("project") in codes

    def _projects_with_older(self, kind: str) -> Collection[str] | None:
        """The codes of the projects of which older values of a kind are known; None: any record may repeat one."""
        table, known = _TABLES.get(kind, kind), "recorded_from <= :now AND recorded_to > :now"
        older, of_these = f"FROM {table} WHERE recorded_to <= :now", ""
        if _is_of_project(kind) and kind not in _OF_SEVERAL_TABLES:
            of_these = f" AND project_id IN (SELECT project_id {older})"
        reader, now = self.store.reader, {"now": self.now}
        if reader.tuples(f"SELECT COUNT(*) FROM {table} WHERE {known}{of_these}", now)[0][0] > _MOST_COMPARED:
            return ()
        if of_these:
            sql = f"SELECT code FROM project WHERE {known} AND id IN (SELECT project_id {older})"
            return {code for (code,) in reader.tuples(sql, now)}
        return None if kind in _OF_SEVERAL_TABLES or reader.tuples(f"SELECT 1 {older} LIMIT 1", now) else ()

    def _decided(self, record: Record, before: Values, now: Values | None) -> Record | None:
        """What the file changed since its state, and the ledger did not; None for what the ledger has no longer."""
        changed = _changed(record, before)
        if now is None:
            gone = Difference(record.row, "kept", record.kind, _what(record), old=_("removed"))
            return None if not changed or self.keeps(gone) else record
        taken = {
            name
            for name in changed
            if now.get(name) in (before.get(name), record.values[name])
            or not self.keeps(_difference(record, name, now.get(name)))
        }
        return replace(
            record, values={name: value if name in taken else now.get(name) for name, value in record.values.items()}
        )

    def _suspected(self, record: Record, now: Values, changed: set[str]) -> Record:
        """The record without what only repeats an earlier state of the ledger."""
        values = dict(record.values)
        for change in self.earlier(_TABLES.get(record.kind, record.kind)):
            before = self._one(record, change)
            for name in sorted(changed):
                if before is not None and before.get(name) == record.values[name]:
                    changed.remove(name)
                    if self.repeats(_difference(record, name, now.get(name)), change):
                        values[name] = now.get(name)
        return replace(record, values=values)

    def _one(self, record: Record, change: int) -> Values | None:
        """What the ledger said of a record as a change had left it; of several of one key the nearest one."""
        candidates = self._index(record.kind, change).get(_key(record, self._numbered), [])
        return min(candidates, key=lambda values: len(_changed(record, values)), default=None)

    def _index(self, kind: str, change: int) -> dict[tuple[Any, ...], list[Values]]:
        """What the ledger said of the records of a kind as a change had left it, at least of those in hand."""
        index = self._indexes.setdefault((kind, change), _Index())
        if index.batch is not self._batch:
            projects = None
            if _is_of_project(kind):
                projects = self._projects_in_hand(kind, change) - index.projects
                index.projects |= projects
            if projects or (projects is None and index.batch is None):
                for found in self._records(kind, change, projects):
                    index.records.setdefault(_key(found, self._numbered), []).append(found.values)
            index.batch = self._batch
        return index.records

    def _projects_in_hand(self, kind: str, change: int) -> set[int]:
        """The projects of the records of a kind in hand that are compared, by the codes of then or by their entries."""
        own = [record for record in self._batch if isinstance(record, Record) and record.kind == kind]
        own = [record for record in own if self.state is not None or self._may_repeat(record)]
        as_of, codes = AsOf(date.max, known=change), {record.values.get(KINDS[kind].key[0]) for record in own}
        found = ids_of(self.store.reader, as_of, "project", "code", codes)
        if self._numbered:
            entries = {record.values.get("entry") for record in own}
            found |= ids_of(self.store.reader, as_of, "capital_entry", "id", entries, "project_id")
        return found

    def _records(self, kind: str, change: int, projects: Collection[int] | None = None) -> Iterator[Record]:
        """What the ledger said as a change had left it, as far as the file speaks of it."""
        # Loaded here, because most files are none of ours.
        from tracker.records import snapshot

        day = (self.state and self.state.as_of) or snapshot.EVERY_DAY
        return snapshot.records(self.store.reader, AsOf(day, known=change), kind, projects)

    @property
    def _numbered(self) -> bool:
        """Whether capital entries are known by their numbers, which mean something in this ledger alone."""
        return self.state is not None and self.state.what == "capital"

    def earlier(self, *tables: str) -> list[int]:
        """The changes after which something stood in these tables that stands there no longer, the latest first."""
        ended = " UNION ".join(f"SELECT recorded_to - 1 FROM {table} WHERE recorded_to <= :now" for table in tables)
        begun = " UNION ".join(f"SELECT recorded_from - 1 FROM {table} WHERE recorded_from <= :now" for table in tables)
        rows = self.store.reader.tuples(f"{ended} UNION {begun}", {"now": self.now})
        return sorted((int(row[0]) for row in rows if row[0] >= 0), reverse=True)[:_EARLIER]

    def keeps(self, difference: Difference) -> bool:
        """Whether what the ledger has stays, which is then listed."""
        if self.given.takes(difference):
            return False
        self.outcome.keep(difference)
        return True

    def repeats(self, difference: Difference, change: int) -> bool:
        """Whether a value stays that the file has from before a change, which is then said."""
        if not self.keeps(difference):
            return False
        sentence = _("row {row}, {what}: the file has the value from before change {change}; the present value is kept")
        self.outcome.remarks.append(
            sentence.format(row=difference.row, what=f"{difference.what} {difference.field}", change=change + 1)
        )
        return True


@dataclass
class _Index:
    """The records of a kind as a change had left them, by what tells them apart; of these projects, after a batch."""

    records: dict[tuple[Any, ...], list[Values]] = field(default_factory=dict)
    projects: set[int] = field(default_factory=set)
    batch: Sequence[Record | Problem] | None = None


def _is_of_project(kind: str) -> bool:
    return kind == "project" or (KINDS[kind].key[0] == "project" and kind != "request")


def _key(record: Record, numbered: bool) -> tuple[Any, ...]:
    """What tells a record from the others of its kind."""
    if numbered and record.values.get("entry") is not None:
        return (record.values["entry"],)
    return tuple(record.values.get(name) for name in KINDS[record.kind].key)


def _changed(record: Record, other: Values) -> set[str]:
    return {name for name, value in record.values.items() if name != "entry" and value != other.get(name)}


def _contradicting(ids: set[str], own: set[str]) -> str | None:
    """Which of the ids of a company is another one of the same scheme."""
    schemes = {one.partition("=")[0]: one for one in own}
    return next((schemes[s] for one in ids if (s := one.partition("=")[0]) in schemes and schemes[s] != one), None)


def _what(record: Record) -> str:
    return " ".join(str(value) for name in KINDS[record.kind].key if (value := record.values.get(name)) is not None)


def _difference(record: Record, name: str, now: Any) -> Difference:
    return Difference(record.row, "kept", record.kind, _what(record), name, _cell(now), _cell(record.values[name]))


def _cell(value: Any) -> Cell:
    if isinstance(value, Figure):
        return amount(value)
    return value if value is None or isinstance(value, str | int | Period | date | tuple) else str(value)
