"""Capital entries of a file: as they were said, matched with those of the ledger, corrected where they differ."""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from functools import cached_property, lru_cache
from itertools import pairwise
from typing import Any, NamedTuple

import sqlalchemy as sa

from tracker.analysis.running import Fall, Overlap, Restatement, Series
from tracker.analysis.values import Entry
from tracker.dates import ALWAYS, Period, month_end
from tracker.errors import Refused, TrackerError, ValueRefused
from tracker.i18n import _, language
from tracker.importer.matching import (
    Difference,
    Effect,
    FieldDiff,
    Matcher,
    amount,
    effective_from,
    figure_columns,
    merged,
    parts_of,
)
from tracker.ledger import capital
from tracker.ledger.capital import NewEntry, entry_of, figure_of, first_signed, in_force
from tracker.ledger.citation import Citation, long_text
from tracker.ledger.store import Store, table_of
from tracker.models.base import OPEN
from tracker.models.capital import BASES, Baseline, CapitalEntry
from tracker.models.project import Project
from tracker.money import Figure, Money
from tracker.records.schema import Record
from tracker.reports.report import Cell
from tracker.text import not_one_of
from tracker.vocabulary import CAPITAL_KINDS, VALID_FROM

# --- the entries the ledger has --------------------------------------------------------------------------------------

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


_HELD = [table_of(CapitalEntry).c[field.name] for field in fields(Held) if field.name != "taken"]


class Entries:
    """The open entries of the projects that a file names, loaded project by project."""

    def __init__(self, store: Store) -> None:
        """Begin with none."""
        self._store = store
        # Those that another file of this change opened may have entries of it.
        self._opened_before = frozenset(store.opened)
        self._of: dict[int, dict[Key, list[Held]]] = {}
        self._numbers: dict[int, tuple[int, Held]] = {}

    def of(self, project: int) -> dict[Key, list[Held]]:
        """The entries of a project by key, those of one key in the order recorded."""
        if project not in self._of:
            self.load([project])
        return self._of[project]

    def load(self, projects: Sequence[int]) -> None:
        """Read the entries of some projects at once."""
        wanted = [project for project in projects if project not in self._of]
        self._of.update({project: {} for project in wanted})
        wanted = [one for one in wanted if one not in self._store.opened or one in self._opened_before]
        columns = table_of(CapitalEntry).c
        for begin in range(0, len(wanted), 500):
            some = wanted[begin : begin + 500]
            query = sa.select(columns.project_id, *_HELD).order_by(columns.id)
            of_these = columns.project_id.in_(some), columns.recorded_to == OPEN
            for project, *cells in self._store.connection.execute(query.where(*of_these)):
                held = Held(*cells)
                self._of[project].setdefault(key_of(held.kind, held.basis, held.on), []).append(held)
                self._numbers[held.id] = (project, held)

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


# --- what a record says ----------------------------------------------------------------------------------------------

CITED = ("note", "quote", "source")
_CODES = frozenset(CAPITAL_KINDS.codes)
# Words repeat down a column; more are not remembered.
_REMEMBERED = 10_000


class CapitalValues(NamedTuple):
    """What a record says, checked; `cited` holds note, quotation and source as far as the file gives them.

    `given_from` is the day from which it counts where the file says it, `effective_from` that day or the usual one;
    `key` that under which it is met, `cells` and `days` its kind and span as columns and ordinals.
    """

    figure: Figure
    cited: dict[str, str | None]
    kind: str
    basis: str
    on: Period | None
    given_from: date | None
    effective_from: date
    key: Key
    cells: tuple[str | None, ...]
    days: tuple[int, ...]


def span(matcher: Matcher, kind: str, basis: str, on: Period | None, given: date | None) -> tuple[Any, ...]:
    """What figures of a kind and span have in common. Raises Refused and ValueRefused for what cannot be recorded."""
    matcher.at = "basis"
    if basis not in BASES:
        raise ValueRefused(not_one_of(basis, BASES))
    capital.require_basis(kind, basis)
    matcher.at = "on"
    capital.require_period(kind, on, basis)
    today = matcher.rules.today
    usual = ALWAYS
    if kind == "plan" and on is not None:
        usual = on.first
    elif kind not in VALID_FROM and on is not None:
        if basis == "period" and on.first == date(today.year, 1, 1) and on.last > month_end(today):
            # A figure that adds up, of the running year, is one of the year to the day of the file.
            basis, on = "ytd", Period.of(on.first, max(matcher.day, on.first))
            sentence = _("a figure of the year {year} is read as the year to date, to {day}")
            matcher.remark(sentence.format(year=today.year, day=Period.day(on.last)))
        capital.require_recordable(on, today)
        if basis == "ytd":
            on = Period.of(date(on.last.year, 1, 1), on.last)
        usual = min(on.last, today)
    if given is not None and given > max(usual, today):
        given = None
    since = usual if given is None else given
    texts = (on.first.isoformat(), on.last.isoformat(), on.text) if on else (None, None, None)
    days = (on.first.toordinal(), on.last.toordinal()) if on else ()
    cells = (kind, basis, *texts, since.isoformat())
    return (kind, basis, on, given, since, key_of(kind, basis, on), cells, days)


def _cited(matcher: Matcher, values: dict[str, Any]) -> dict[str, str | None]:
    cited = {}
    for name in CITED:
        if name in values:
            matcher.at = name
            cited[name] = _cited_text(values[name])
    return cited


@lru_cache(_REMEMBERED)
def _cited_text(text: str | None) -> str | None:
    return long_text(text, _("text"))


def what_of(matcher: Matcher, project: int, said: CapitalValues) -> str:
    """What a record is called where it is listed."""
    words = [matcher.project_of(project).code, CAPITAL_KINDS[said.kind].name(language())]
    if said.on:
        words.append(f"{said.on}")
    basis = {"ytd": _("year to date"), "cumulative": _("cumulative")}.get(said.basis)
    return _(", ").join(filter(None, (" ".join(words), basis)))


# --- series as a whole -----------------------------------------------------------------------------------------------

# Projects looked at together.
_BATCH = 200
# Restatements that are kept to be listed.
_MOST = 1_000


@dataclass(frozen=True, slots=True)
class _Series:
    """The rows of a project, kind and currency before and after this change."""

    project: int
    kind: str
    currency: str
    before: list[Any]
    after: list[Any]


class SeriesCheck:
    """The entries that a file wrote, and what came of them."""

    def __init__(self, matcher: Matcher) -> None:
        """Begin with none."""
        self._matcher = matcher
        # The projects whose series are to be looked at as a whole.
        self._projects: set[int] = set()
        # The days of the new periods of a project and kind, as ordinals: first, last, first, last …
        self._days: dict[tuple[int, str], array[int]] = {}
        # The rows of the file that new entries came from, in the order written.
        self._new = array("q")
        self._revised: dict[int, int] = {}

    def wrote(self, project: int, row: int, said: CapitalValues) -> None:
        """Note that a row of the file gave a new entry."""
        self._new.append(row)
        if said.basis != "period":
            self._projects.add(project)
        elif project not in self._projects:
            key = (project, said.kind)
            days = self._days.get(key)
            if days is None:
                days = self._days[key] = array("q")
            days.extend(said.days)

    def revised(self, project: int, entry: int, row: int) -> None:
        """Note that a row of the file changed an entry."""
        self._projects.add(project)
        self._revised[entry] = row

    def report(self) -> None:
        """Refuse the rows that overlap others in part or are in another currency; tell of restatements and falls."""
        self._pass_plain()
        for of_kind in self._series():
            if len(of_kind) > 1 and not self._matcher.ours:
                self._require_currency(of_kind)
            for series in of_kind:
                self._compare(series)

    def _pass_plain(self) -> None:
        """Look only at projects with other entries than periods that are of the same days or have none in common."""
        projects = sorted({project for project, _kind in self._days} - self._projects)
        number = self._matcher.store.change.id
        for begin in range(0, len(projects), _BATCH):
            for row in self._rows(projects[begin : begin + _BATCH], before=number):
                if row.basis != "period":
                    self._projects.add(row.project_id)
                elif (days := self._days.get((row.project_id, row.kind))) is not None:
                    days.extend((row.first_day.toordinal(), row.last_day.toordinal()))
        for (project, _kind), days in self._days.items():
            spans = sorted({*zip(days[::2], days[1::2], strict=True)})
            if any(one[1] >= other[0] for one, other in pairwise(spans)):
                self._projects.add(project)
        self._days.clear()

    def _series(self) -> Iterator[list[_Series]]:
        """The series that the file wrote to, those of a project and kind together."""
        written = {
            before.id: after
            for model, before, after in self._matcher.store.written()
            if model is CapitalEntry and before is not None
        }
        number = self._matcher.store.change.id
        projects = sorted(self._projects)
        for begin in range(0, len(projects), _BATCH):
            found: dict[tuple[int, str, str], _Series] = {}
            for row in self._rows(projects[begin : begin + _BATCH]):
                now = written.get(row.id, row)
                if row.recorded_from != number:
                    self._of(found, row).before.append(row)
                if now is not None:
                    self._of(found, now).after.append(now)
            by_kind: dict[tuple[int, str], list[_Series]] = defaultdict(list)
            for (project, kind, _currency), series in found.items():
                by_kind[project, kind].append(series)
            yield from by_kind.values()

    @staticmethod
    def _of(found: dict[tuple[int, str, str], _Series], row: Any) -> _Series:
        key = (row.project_id, row.kind, row.currency)
        if key not in found:
            found[key] = _Series(*key, [], [])
        return found[key]

    def _rows(self, projects: list[int], before: int | None = None) -> Iterable[Any]:
        columns = table_of(CapitalEntry).c
        query = (
            sa.select(table_of(CapitalEntry))
            .where(columns.recorded_to == OPEN, columns.project_id.in_(projects), columns.kind.not_in(VALID_FROM))
            .order_by(columns.id)
        )
        if before is not None:
            query = query.where(columns.recorded_from < before)
        return self._matcher.store.connection.execute(query)

    # --- rules -------------------------------------------------------------------------------------------------------

    def _require_currency(self, of_kind: list[_Series]) -> None:
        """Rule 16: running figures stay in one currency."""
        number = self._matcher.store.change.id
        running = [
            row for series in of_kind for row in series.before if row.basis != "period" and row.minor is not None
        ]
        latest = max(running, key=lambda row: (row.last_day, row.id), default=None)
        for series in of_kind:
            if latest is None or series.currency == latest.currency:
                continue
            new = [row for row in series.after if row.recorded_from == number and row.basis != "period"]
            if not any(row.minor is not None for row in new):
                continue
            sentence = _("the last running figure of {code} is in {other} (entry {id}), this one in {currency}")
            self._refuse(
                new[0],
                "figure",
                sentence.format(code=self._code(series), other=latest.currency, id=latest.id, currency=series.currency),
            )

    def _compare(self, series: _Series) -> None:
        begun = first_signed(self._matcher.store, series.project)
        before, after = Series(_entries(series.before), begun), Series(_entries(series.after), begun)
        what = f"{self._code(series)} {CAPITAL_KINDS[series.kind].name(language())}"
        known = {*before.overlaps(), *before.disagreements(), *before.falls()}
        news: list[Restatement | Fall | Overlap] = [*after.overlaps(), *after.disagreements(), *after.falls()]
        for found in news:
            if found in known:
                continue
            if isinstance(found, Overlap) and not self._matcher.ours:
                self._refuse_overlap(series, found)
            elif len(self._matcher.outcome.effects) < _MOST:
                self._matcher.outcome.effects.append(Effect(what, found, series.currency))

    def _refuse_overlap(self, series: _Series, overlap: Overlap) -> None:
        """Rule 6: a period that contains no other and is contained in none."""
        rows = {row.id: row for row in series.after}
        new, other = rows[overlap.left_out], rows[overlap.kept]
        if self._row_of(new) is None:
            new, other = other, new
        row = self._row_of(other)
        where = _("entry {id}").format(id=other.id) if row is None else _("row {row}").format(row=row)
        self._refuse(
            new,
            "on",
            _("{period} overlaps {other} ({where}) in part: give periods that contain each other or are apart").format(
                period=_period(new), other=_period(other), where=where
            ),
        )

    def _refuse(self, row: Any, field: str, sentence: str) -> None:
        code = self._matcher.project_of(row.project_id).code
        values = {"project": code, "kind": row.kind, "basis": row.basis, "on": _period(row), "figure": figure_of(row)}
        self._matcher.at = field
        self._matcher.refuse(Record("capital", values, self._row_of(row) or 0), Refused(sentence))

    def _row_of(self, row: Any) -> int | None:
        """The row of the file that gave an entry, None for one of the ledger."""
        if row.id in self._revised:
            return self._revised[row.id]
        number = self._matcher.store.change.id
        if row.recorded_from != number:
            return None
        query = sa.text("SELECT COUNT(*) FROM capital_entry WHERE recorded_from = :number AND id < :id")
        place = self._matcher.store.connection.execute(query, {"number": number, "id": row.id}).scalar() or 0
        return self._new[place]

    def _code(self, series: _Series) -> str:
        return self._matcher.project_of(series.project).code


def _entries(rows: Iterable[Any]) -> list[Entry]:
    return [entry_of(row) for row in rows]


def _period(row: Any) -> Period:
    first: date = row.first_day
    return Period.of(first, row.last_day, row.period_text)


# --- records of capital ----------------------------------------------------------------------------------------------

_COLUMNS = (
    *("project_id", "minor", "currency", "qualifier", "availability"),
    *("kind", "basis", "first_day", "last_day", "period_text", "effective_from"),
    *("note", "quote", "source"),
)
_FIGURE = ("minor", "currency", "qualifier", "availability")
_TOGETHER = 5_000
# A total, a plan, a running figure: there is one a project and period.
_Single = tuple[int, Key]


class Capital:
    """Records of capital entries. `settle` deals with those that had to wait for the others."""

    def __init__(self, matcher: Matcher) -> None:
        """Begin at `matcher`."""
        self._matcher = matcher
        self._entries = Entries(matcher.store)
        self._effects = SeriesCheck(matcher)
        self._new: list[tuple[Any, ...]] = []
        self._waiting: list[Record] = []
        self._single: dict[_Single, tuple[int, Figure]] = {}
        # The rows that gave the flows of a project and period, of which a file of anybody's has one.
        self._rows: dict[_Single, int] = {}
        # The currency of a kind of a project, for its figures without an amount.
        self._currencies: dict[tuple[int, str], str] = {}
        # What figures have in common, by kind and what a record says of its span; the words for projects that were met.
        self._spans: dict[tuple[str, str, Period | None, date | None], tuple[Any, ...]] = {}
        self._words: set[str] = set()

    def take(self, record: Record) -> None:
        """Enter one record, or let it wait."""
        project = self._matcher.project(record)
        said = self._values(record)
        if said.kind == "total":
            self._matcher.totals.setdefault(project.id, said.figure)
        # A file of ours has every total and plan that was agreed, one after the other.
        agreed = said.kind in VALID_FROM and not self._matcher.ours
        if (agreed or said.basis != "period") and self._repeated(record, project, said):
            return
        if agreed:
            self._agreed(record, project, said)
            return
        untaken = self._untaken(project, said)
        has_met = untaken or record.values.get("entry") is not None
        held = self._meets(record, project, said, untaken) if has_met else None
        if held is not None:
            self._compare(record, project, held, said)
        elif untaken:
            # Another row may equal the open entry; only then it is known which one differs.
            self._waiting.append(record)
        else:
            self._add(record, project, said)
        if not self._matcher.ours:
            self._rows.setdefault((project.id, said.key), record.row)

    def _values(self, record: Record) -> CapitalValues:
        """What a record says. Raises Refused and ValueRefused for what cannot be recorded."""
        matcher, values = self._matcher, record.values
        kind, figure = values.get("kind"), values.get("figure")
        if kind not in _CODES:
            matcher.at = "kind"
            kind = CAPITAL_KINDS.parse(kind or "")
        matcher.at = "figure"
        if figure is None:
            raise ValueRefused(_("the amount is missing: give it, or write unknown or withheld"))
        capital.require_amount(kind, figure, matcher.rules.currency)
        # A file repeats its days row after row.
        said = (kind, values.get("basis") or "period", values.get("on"), values.get("effective_from"))
        found = self._spans.get(said)
        if found is None:
            found = self._spans[said] = span(matcher, *said)
        return CapitalValues(figure, _cited(matcher, values), *found)

    def prefetch(self, records: Iterable[Record]) -> None:
        """Read at once what the ledger has of the projects of some records."""
        words = {record.values.get("project") or "" for record in records} - self._words
        self._words |= words
        self._entries.load(sorted({row.id for word in words for row in self._matcher.projects.by_word(word)}))

    def settle(self) -> None:
        """Enter what waited, which differs from the ledger; then look at what the file does to its series."""
        self._all(self._waiting, self._settle_one)
        self._flush()
        self._effects.report()

    def _all(self, records: list[Record], enter: Callable[[Record], None]) -> None:
        for record in records:
            self._matcher.at = ""
            try:
                enter(record)
            except TrackerError as error:
                self._matcher.refuse(record, error)

    # --- meeting -------------------------------------------------------------------------------------------------

    def _repeated(self, record: Record, project: Project, said: CapitalValues) -> bool:
        """Whether the file gave this figure before, of which there is one. Raises Refused where it was another."""
        row, figure = self._single.setdefault((project.id, said.key), (record.row, said.figure))
        if figure != said.figure:
            self._matcher.at = "figure"
            raise Refused(_("row {row} of this file contradicts it").format(row=row))
        if row == record.row:
            return False
        self._matcher.change(record, ())
        return True

    def _untaken(self, project: Project, said: CapitalValues) -> Sequence[Held]:
        money = said.figure.money
        return self._entries.untaken(project.id, said.key, money.currency if money else None)

    def _meets(self, record: Record, project: Project, said: CapitalValues, untaken: Sequence[Held]) -> Held | None:
        """The entry of the ledger that a record means for certain."""
        number = record.values.get("entry")
        held = self._entries.numbered(project.id, number) if number is not None else None
        if held is not None and held.kind == said.kind:
            if held.taken:
                self._matcher.at = "entry"
                raise Refused(_("entry {id} is in this file twice").format(id=number))
            return held
        same = [held for held in untaken if held.figure == said.figure]
        if said.kind in VALID_FROM:
            return next((held for held in same if held.effective_from == said.effective_from), None)
        return next((held for held in same if not self._differing(held, said)), next(iter(same), None))

    def _settle_one(self, record: Record) -> None:
        project = self._matcher.project(record)
        said = self._values(record)
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

    def _agreed(self, record: Record, project: Project, said: CapitalValues) -> None:
        """A total or plan of a sheet: another one than the ledger has holds from the day of the sheet."""
        matcher, day = self._matcher, self._matcher.day
        where = {"first_day": said.key[2], "last_day": said.key[3]} if said.kind == "plan" else {}
        before = matcher.store.find(CapitalEntry, project_id=project.id, kind=said.kind, **where)
        standing = capital.in_force(before, day) or min(before, key=lambda row: row.effective_from, default=None)
        what = what_of(matcher, project.id, said)
        if standing is None:
            if not self._stays_withdrawn(record, project, said, what):
                capital.record(matcher.store, project, self._entry(project, said, said.given_from))
                matcher.add(record, what, amount(said.figure))
            return
        was = capital.figure_of(standing)
        if was == said.figure:
            self._cite(record, standing, said.cited, what)
            return
        told = _("{what}, from {day}").format(what=what, day=Period.day(day))
        change = Difference(record.row, "changed", "capital", told, "figure", amount(was), amount(said.figure))
        if self._is_of_a_person(standing, before, said.figure) and matcher.keep(replace(change, how="kept")):
            matcher.change(record, ())
            return
        if standing.effective_from > day and standing.effective_from == standing.first_day:
            # A plan of a year to come holds from its first day.
            columns = figure_columns(said.figure, standing.currency) | {"quote": None} | said.cited
            matcher.store.revise(standing, **columns)
        else:
            capital.record(matcher.store, project, self._entry(project, said, day))
        matcher.change(record, [change])

    def _entry(self, project: Project, said: CapitalValues, from_day: date | None) -> NewEntry:
        cited = said.cited
        source, quote = cited.get("source"), cited.get("quote")
        cite = Citation(f"{source or ''} / {quote}" if quote else source, cited.get("note"))
        currency = self._currency(project.id, said)
        return NewEntry(said.kind, said.figure, said.on, currency=currency, from_day=from_day, cite=cite)

    def _is_of_a_person(self, standing: CapitalEntry, before: Sequence[CapitalEntry], figure: Figure) -> bool:
        """Whether a person put the standing total or plan in the place of what an import says once more."""
        past = self._matcher.provenance
        if past.edited(standing, _FIGURE):
            return True
        return past.by_person(standing) and any(
            capital.figure_of(old) == figure and past.by_import(old) for old in before
        )

    def _cite(self, record: Record, row: CapitalEntry, cited: dict[str, str | None], what: str) -> None:
        matcher = self._matcher
        given = {name: text for name, text in cited.items() if text is not None and getattr(row, name) != text}
        changes = [Difference(record.row, "changed", "capital", what, n, getattr(row, n), t) for n, t in given.items()]
        if given:
            matcher.store.revise(row, **given)
        matcher.change(record, changes)

    # --- writing -------------------------------------------------------------------------------------------------

    def _add(self, record: Record, project: Project, said: CapitalValues) -> None:
        """Write a new entry, unless a person took the same one back."""
        what = "" if self._is_counted_only() else what_of(self._matcher, project.id, said)
        row = self._rows.get((project.id, said.key))
        if row is not None and said.basis == "period" and not self._matcher.ours and not _is_instalment(said.on):
            question = _("{what}: row {row} has a figure of the same days: is this a further one, or to be left out?")
            sentence = question.format(what=what_of(self._matcher, project.id, said), row=row)
            if self._matcher.ask(record, "figure", "same-month", sentence, "further", "out") == "out":
                self._matcher.change(record, ())
                return
        if self._stays_withdrawn(record, project, said, what):
            return
        if said.kind in VALID_FROM:
            # Few of them, and a version of a baseline may put one from another day on.
            self._matcher.store.add(CapitalEntry.model_validate(self._columns(project.id, said)))
        else:
            self._new.append(self._cells(project.id, said))
            self._effects.wrote(project.id, record.row, said)
            if len(self._new) >= _TOGETHER:
                self._flush()
        if what:
            self._matcher.add(record, what, amount(said.figure))
        else:
            self._matcher.outcome.counts["capital", "new"] += 1
            self._matcher.outcome.more += 1

    def _is_counted_only(self) -> bool:
        """Whether enough new records are listed: words for what is not shown would be most of the work."""
        outcome = self._matcher.outcome
        return outcome.listed is not None and len(outcome.fresh) >= outcome.listed

    @cached_property
    def _withdrawn(self) -> set[tuple[Any, ...]]:
        """What imports recorded and people withdrew."""
        return {
            (row.kind, row.basis, row.last_day, row.project_id, capital.figure_of(row))
            for row in self._matcher.provenance.gone(CapitalEntry)
        }

    def _stays_withdrawn(self, record: Record, project: Project, said: CapitalValues, what: str) -> bool:
        """Whether an import recorded just this entry, a person withdrew it, and that is to stay."""
        gone = self._withdrawn
        if not gone or (said.kind, said.basis, said.on and said.on.last, project.id, said.figure) not in gone:
            return False
        what = what or what_of(self._matcher, project.id, said)
        new = amount(said.figure)
        return self._matcher.keep(Difference(record.row, "kept", "capital", what, "", _("withdrawn"), new))

    def _columns(self, project: int, said: CapitalValues) -> dict[str, Any]:
        """The columns of its entry."""
        return dict(zip(_COLUMNS, self._cells(project, said), strict=True))

    def _cells(self, project: int, said: CapitalValues) -> tuple[Any, ...]:
        """The cells under _COLUMNS, days as texts: a file of a hundred thousand figures spends its time here."""
        figure, cited = said.figure, said.cited
        return (
            project,
            figure.money.minor if figure.money else None,
            self._currency(project, said),
            figure.qualifier,
            figure.availability,
            *said.cells,
            cited.get("note"),
            cited.get("quote"),
            cited.get("source"),
        )

    def _currency(self, project: int, said: CapitalValues) -> str:
        """The currency of a figure; of one without an amount that of the others of its kind."""
        key = (project, said.kind)
        if said.figure.money is not None:
            self._currencies[key] = said.figure.money.currency
            return said.figure.money.currency
        if key not in self._currencies:
            every = [held for found in self._entries.of(project).values() for held in found if held.kind == said.kind]
            self._currencies[key] = every[-1].currency if every else self._matcher.rules.currency
        return self._currencies[key]

    def _flush(self) -> None:
        if self._new:
            self._matcher.store.insert_many(CapitalEntry, _COLUMNS, self._new)
            self._new = []

    def _differing(self, held: Held, said: CapitalValues) -> list[tuple[str, Cell, Cell]]:
        """The fields in which a record differs from the entry it means: field, old, new."""
        found: list[tuple[str, Cell, Cell]] = []
        on, ours = said.on, self._matcher.ours
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

    def _compare(self, record: Record, project: Project, held: Held, said: CapitalValues) -> None:
        """Correct the entry a record means where they differ."""
        held.taken = True
        matcher, what = self._matcher, what_of(self._matcher, project.id, said)
        differing = self._differing(held, said)
        if not differing:
            matcher.change(record, ())
            return
        old = capital.open_entry(matcher.store, held.id)
        columns = self._columns(project.id, said)
        parts = {"figure": _FIGURE, "on": ("first_day", "last_day", "period_text")}
        wanted = [
            (field, was, new)
            for field, was, new in differing
            if not (
                matcher.provenance.edited(old, parts.get(field, (field,)))
                and matcher.keep(Difference(record.row, "kept", "capital", what, field, was, new))
            )
        ]
        matcher.change(record, [Difference(record.row, "changed", "capital", what, *one) for one in wanted])
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
        matcher.store.revise(old, **new)
        if said.kind not in VALID_FROM:
            self._effects.revised(project.id, held.id, record.row)


def _is_instalment(on: Period | None) -> bool:
    return on is not None and on.first == on.last


def _days(on: Period | None) -> tuple[date, date] | None:
    return (on.first, on.last) if on else None


# --- versions of baselines -------------------------------------------------------------------------------------------

_BASELINE = ("start", "end", "approved", "reason", "note", "source", "quote")


class Baselines:
    """Records of baselines. `settle` writes the new ones, version after version.

    Of a version that stands only dates, reason and source can change. A total of a version is an entry of its project.
    """

    def __init__(self, matcher: Matcher) -> None:
        """Begin with those there are."""
        self._matcher = matcher
        self._rows = {(row.project_id, row.version): row for row in matcher.store.find(Baseline)}
        self._new: dict[int, list[Record]] = defaultdict(list)

    def take(self, record: Record) -> None:
        """Enter one version of a baseline, or let it wait."""
        matcher = self._matcher
        project = matcher.project(record)
        matcher.at = "version"
        version = merged(parts_of(matcher, record, ("version",))).get("version")
        if not version:
            raise ValueRefused(_("a version is a number from 1 on"))
        found = self._rows.get((project.id, version))
        if found is None:
            self._new[project.id].append(record)
            return
        matcher.at = "total"
        if "total" in record.values and record.values["total"] != self._total(found):
            raise Refused(
                _("a version keeps its total: correct the entry, or decide on a new one (tracker project rebaseline)")
            )
        parts = self._parts(record, found)
        row = matcher.enter(record, found, lambda: found, parts, _what(project, version))
        if row is not None:
            self._rows[project.id, version] = row

    def _total(self, row: Baseline) -> Figure | None:
        entry = self._matcher.store.get(CapitalEntry, row.entry_id) if row.entry_id is not None else None
        return figure_of(entry) if entry else None

    def _parts(self, record: Record, found: Baseline | None) -> list[FieldDiff]:
        matcher = self._matcher
        parts = list(parts_of(matcher, record, _BASELINE))
        approved = merged(parts).get("approved", found.approved if found else None)
        if found is None or "effective_from" in record.values:
            matcher.at = "effective_from"
            day = effective_from(matcher, record, approved or ALWAYS)
            parts.append(FieldDiff("effective_from", {"effective_from": day}, day, lambda row: row.effective_from))
        return parts

    def settle(self) -> None:
        """Write the versions of projects that had none."""
        for number, records in self._new.items():
            project = self._matcher.project_of(number)
            records.sort(key=lambda record: int(record.values["version"]))
            self._matcher.at = "version"
            try:
                if any(key[0] == number for key in self._rows):
                    raise Refused(_("a new baseline is decided with: tracker project rebaseline"))
                self._write(project, records)
            except TrackerError as error:
                self._matcher.refuse(records[0], error)

    def _write(self, project: Project, records: list[Record]) -> None:
        matcher = self._matcher
        given = [merged(self._parts(record, None)) for record in records]
        totals = [
            (facts["effective_from"], record.values.get("total")) for facts, record in zip(given, records, strict=True)
        ]
        matcher.at = "total"
        entries = self._entries(project, totals)
        for record, facts, entry in zip(records, given, entries, strict=True):
            version = record.values["version"]
            keys = {"project_id": project.id, "version": version, "entry_id": entry.id if entry else None}
            matcher.enter(
                record,
                None,
                lambda facts=keys | facts: Baseline.model_validate(facts),  # type: ignore[misc]
                (),
                _what(project, version),
                headline=amount(record.values.get("total")),
            )

    def _entries(self, project: Project, totals: list[tuple[date, Figure | None]]) -> list[CapitalEntry | None]:
        """The entry of each version's total: of those with its figure the one that held then, else the last."""
        store = self._matcher.store
        rows = store.find(CapitalEntry, project_id=project.id, kind="total")
        wanted = {figure for _day, figure in totals if figure is not None}
        missing = wanted - {figure_of(row) for row in rows}
        if missing and len(rows) == 1 and rows[0].recorded_from == store.change.id:
            rows = self._one_after_the_other(rows[0], totals)
        elif missing:
            raise Refused(_("the total of a version is not the one recorded of {code}").format(code=project.code))
        found: list[CapitalEntry | None] = []
        for day, figure in totals:
            same = [row for row in rows if figure_of(row) == figure]
            found.append(in_force(same, day) or (same[-1] if same else None))
        return found

    def _one_after_the_other(self, last: CapitalEntry, totals: list[tuple[date, Figure | None]]) -> list[CapitalEntry]:
        """The totals of the versions of a file that has the last total alone, each from the day of its version on.

        The first version of the program wrote such files, and a package of OC4IDS does.
        """
        store, facts = self._matcher.store, last.facts()
        store.end(last)
        rows: list[CapitalEntry] = []
        for day, figure in totals:
            if figure is None or (rows and figure_of(rows[-1]) == figure):
                continue
            cited = {} if figure == figure_of(last) else {"note": None, "source": None, "quote": None}
            columns = facts | figure_columns(figure, last.currency) | cited | {"effective_from": day}
            rows.append(store.add(CapitalEntry.model_validate(columns)))
        if figure_of(rows[-1]) != figure_of(last):
            since = {"effective_from": rows[-1].effective_from}
            rows.append(store.add(CapitalEntry.model_validate(facts | since)))
        return rows


def _what(project: Project, version: int) -> str:
    return f"{project.code} {_('baseline')} {version}"
