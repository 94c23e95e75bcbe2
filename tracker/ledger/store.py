"""The open ledger inside one change: find what is open, add a record, revise it, end it.

Nothing reaches the database before `flush`: a record that one change touches twice has one new version. What was read
or written is kept, so that the rows of a project are asked for once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from functools import cache, cached_property
from itertools import islice
from operator import itemgetter
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import configure_mappers

from tracker.database import Reader, batches
from tracker.engine import fetched, insert_rows, marks, run
from tracker.errors import Refused, UsageError
from tracker.i18n import _
from tracker.ledger.hash_chain import Texts, ended, plain, seal, text_writer
from tracker.models import IDENTITIES, ORDER
from tracker.models.base import OPEN, Versioned
from tracker.models.ledger import Change
from tracker.models.project import Project
from tracker.text import containing, fold, pick, shorten, show
from tracker.vocabulary import noun_of

if TYPE_CHECKING:
    from tracker.analysis.revisions import Closed
    from tracker.models.company import Company

M = TypeVar("M", bound=Versioned)
_TOGETHER = 5_000
# Where a project or company is found by name: its columns in the order of their weight, aliases after them.
NAMES: dict[str, tuple[str, ...]] = {"project": ("code", "name", "name_en"), "company": ("name", "name_en")}
ALIAS_RANK = 3


class Done(NamedTuple):
    """What a change did, one sentence a line, for the person who asked."""

    lines: tuple[str, ...]


class Store:
    """What one change reads and writes. `today` is the day of recording."""

    def __init__(self, connection: sa.Connection, change: Change, today: date) -> None:
        """Write into `change`, whose transaction `connection` is in."""
        self.connection = connection
        self.change = change
        self.today = today
        # The month that fiscal years begin with, for periods that are read here.
        self.fiscal_year_start = 1
        # Projects whose derived rows are to be computed anew, beyond those of the rows written here.
        self.touched: set[int] = set()
        self.renamed: set[tuple[str, int]] = set()
        # Who was given a folded name by this change.
        self._called: dict[tuple[str, str], set[int]] = defaultdict(set)
        # What the change does to closed months, once it is written.
        self.closed: Sequence[Closed] = ()
        self._rows: dict[type[Versioned], dict[int, Any]] = defaultdict(dict)
        self._index: dict[type[Versioned], dict[tuple[str, Any], set[int]]] = defaultdict(lambda: defaultdict(set))
        self._complete: set[tuple[type[Versioned], str | None, Any]] = set()
        # Who goes by a folded name in the table of names, for the names that were asked for together.
        self._by_name: dict[tuple[str, str], set[tuple[int, int]]] = {}
        # For every record touched, the open version in the database, None for a new one.
        self._before: dict[type[Versioned], dict[int, Any]] = defaultdict(dict)
        self._next_ids: dict[type[Versioned], int] = {}
        # New projects and companies, as columns refer to them, and projects: the database has nothing of theirs.
        self._new: set[tuple[str, Any]] = set()
        self.opened: set[int] = set()
        # Tables with the projects of which this change wrote rows that are not in memory; None: of any.
        self._bulk: set[tuple[type[Versioned], int | None]] = set()
        self._texts = Texts()
        self._begun = False
        self._identified: dict[str, set[int]] = defaultdict(set)

    # --- reading -----------------------------------------------------------------------------------------------------

    @cached_property
    def reader(self) -> Reader:
        """The open transaction as queries read it."""
        engine = "postgres" if self.connection.dialect.name == "postgresql" else "sqlite"
        return Reader(self.connection.connection.dbapi_connection, engine)

    def find(self, model: type[M], **where: Any) -> list[M]:
        """The open rows of `model` whose columns equal `where` (a tuple: one of it), in the order first written."""
        if not (found := self._candidates(model, where)):
            return []
        rows = self._rows[model]
        matching = (rows[number] for number in sorted(found))
        return [row for row in matching if row is not None and all(_is(getattr(row, n), v) for n, v in where.items())]

    def first(self, model: type[M], **where: Any) -> M | None:
        """The first of the rows that `find` gives, None where there is none."""
        return next(iter(self.find(model, **where)), None)

    def get(self, model: type[M], number: int) -> M | None:
        """The open row of a record, None where there is none."""
        if number not in self._rows[model]:
            self._fetch(model, {"id": number})
        row: M | None = self._rows[model].get(number)
        return row

    def load(self, model: type[M], column: str, values: Iterable[int]) -> None:
        """Read the open rows with any of `values` in `column` at once: `find` by one of them asks no more."""
        wanted = [value for value in dict.fromkeys(values) if (model, column, value) not in self._complete]
        for some in batches(wanted, 500):
            self._fetch(model, {column: tuple(some)})
            self._complete.update((model, column, value) for value in some)

    def load_all(self, model: type[M]) -> None:
        """Read every open row: `find` asks no more."""
        if (model, None, None) not in self._complete:
            self._fetch(model, {})
            self._complete.add((model, None, None))

    def _candidates(self, model: type[Versioned], where: dict[str, Any]) -> Iterable[int]:
        rows, index = self._rows[model], self._index[model]
        keys = [
            (name, value) for name, value in where.items() if name in indexed(model) and not isinstance(value, tuple)
        ]
        owner = next((key for key in keys if key in self._new), None)
        if owner is not None and self._bulk.isdisjoint(((model, None), (model, owner[1]))):
            return index.get(owner, ())
        # The rarest value first: none of a column is what most rows have.
        keys.sort(key=lambda key: len(index.get(key, ())))
        if (model, None, None) in self._complete or any((model, *key) in self._complete for key in keys):
            complete = [key for key in keys if (model, *key) in self._complete] or keys
            return index.get(complete[0], ()) if keys else rows.keys()
        fetched = self._fetch(model, where)
        if len(where) == len(keys) == 1:
            self._complete.add((model, *keys[0]))
        if not where:
            self._complete.add((model, None, None))
        # A row that this change wrote may match where its version in the database does not.
        own = index.get(keys[0], ()) if keys else self._before[model].keys()
        return {*fetched, *own}

    def _fetch(self, model: type[Versioned], where: dict[str, Any]) -> list[int]:
        # The attributes of a table that was just imported answer only after this.
        configure_mappers()
        condition, cells = f"recorded_to = {OPEN}", list[Any]()
        for name, value in where.items():
            values = value if isinstance(value, tuple) else (value,)
            condition += f" AND {name} IS NULL" if value is None else f" AND {name} IN ({marks(values) or 'NULL'})"
            cells += () if value is None else map(plain, values)
        found = []
        for facts in self.versions(model, condition, cells):
            number = facts["id"]
            found.append(number)
            if number not in self._rows[model]:
                self._keep(_read(model, facts))
        return found

    def versions(self, model: type[Versioned], condition: str, cells: Sequence[Any]) -> Iterator[dict[str, Any]]:
        """The cells of the versions that a condition, with a ? for each of `cells`, finds in the table of `model`."""
        names, days = tuple(model.model_fields), _days(model)
        for row in fetched(
            self.connection, f"SELECT {', '.join(names)} FROM {model.__tablename__} WHERE {condition}", cells
        ):
            facts = dict(zip(names, row, strict=True))
            for name in days:
                if facts[name].__class__ is str:
                    facts[name] = date.fromisoformat(facts[name])
            yield facts

    def _keep(self, row: Versioned) -> None:
        model = type(row)
        self._rows[model][row.id] = row
        index, facts = self._index[model], vars(row)
        for name in indexed(model):
            index[name, facts[name]].add(row.id)

    def project(self, word: str) -> Project:
        """The open project with this code, name or alias. Raises UsageError with the closest code."""
        return self._named(Project, "project", word, _("project"))

    def company(self, name: str) -> Company:
        """The open company with this name or alias. Raises UsageError with the closest name."""
        from tracker.models.company import Company

        return self._named(Company, "company", name, _("company"))

    def named(self, model: type[M], word: str) -> list[tuple[int, M]]:
        """The open projects or companies with a name, each with the rank of that name, the best rank first."""
        subject, wanted = str(model.__tablename__), fold(word)
        found = self._by_name.get((subject, wanted))
        if found is None:
            query = sa.text("SELECT rank, subject_id FROM lookup_name WHERE subject = :subject AND folded = :folded")
            rows = self.connection.execute(query, {"subject": subject, "folded": wanted})
            found = {(rank, number) for rank, number in rows}
        checked = {(rank, one) for rank, one in found if rank <= ALIAS_RANK and (subject, one) not in self.renamed}
        # Names that this change gave or took away are not in the table yet.
        for number in self._called.get((subject, wanted), set()).union(
            one for _rank, one in found if (subject, one) in self.renamed
        ):
            row = self.get(model, number)
            checked.update(
                (rank, number) for rank, name in (self._names_of(subject, row) if row else ()) if fold(name) == wanted
            )
        standing = ((rank, self.get(model, number)) for rank, number in sorted(checked))
        return [(rank, row) for rank, row in standing if row is not None]

    def load_names(self, model: type[Versioned], folded: Sequence[str]) -> set[int]:
        """Read who goes by any of some folded names at once: `named` asks no more. The numbers found."""
        subject, numbers = str(model.__tablename__), set()
        query = sa.text(
            "SELECT folded, rank, subject_id FROM lookup_name WHERE subject = :subject AND folded IN :folded"
        ).bindparams(sa.bindparam("folded", expanding=True))
        for some in batches(folded, 500):
            self._by_name.update({(subject, name): set() for name in some})
            for name, rank, number in self.connection.execute(query, {"subject": subject, "folded": some}):
                self._by_name[subject, name].add((rank, number))
                numbers.add(number)
        return numbers

    def _names_of(self, subject: str, row: Any) -> Iterator[tuple[int, str]]:
        from tracker.models.label import Label

        for rank, column in enumerate(NAMES[subject]):
            if getattr(row, column):
                yield rank, getattr(row, column)
        for label in self.find(Label, **{f"{subject}_id": row.id, "category": "alias"}):
            yield ALIAS_RANK, label.name

    def _named(self, model: type[M], subject: str, word: str, what: str) -> M:
        found = self.named(model, word)
        first = [row for rank, row in found if rank == found[0][0]]
        if len(first) == 1:
            return first[0]
        if not first and len(near := self._near(subject, word)) == 1:
            # A part of a name, or its pinyin, is enough to look something up, not to write to it.
            raise UsageError(
                _("there is no {what} “{word}”; did you mean “{name}”?").format(
                    what=what, word=shorten(word), name=show(near[0])
                )
            )
        # Only a refusal needs every name there is.
        return pick(word, self.every_name(model, subject), what)

    def _near(self, subject: str, word: str) -> list[str]:
        """The codes (of companies the names) of those with a word in a name, else of those of that pinyin."""
        subjects = f"{subject} AS t ON t.id = l.subject_id AND t.recorded_to = {OPEN}"
        for condition, value in (
            ("l.rank <= 3 AND l.folded LIKE :word ESCAPE '\\'", containing(word)),
            ("l.rank > 3 AND l.folded = :word", fold(word)),
        ):
            query = sa.text(
                f"SELECT DISTINCT t.{NAMES[subject][0]} FROM lookup_name AS l JOIN {subjects}"
                f" WHERE l.subject = :subject AND {condition} LIMIT 2"
            )
            if found := list(self.connection.execute(query, {"subject": subject, "word": value}).scalars()):
                return found
        return []

    def every_name(self, model: type[M], subject: str) -> list[tuple[tuple[str | None, ...], M]]:
        """Every open project or company with all the names it goes by."""
        from tracker.models.label import Label

        self.load_all(model)
        self.load_all(Label)
        aliases: dict[int, list[str]] = defaultdict(list)
        for label in self.find(Label, category="alias"):
            aliases[getattr(label, f"{subject}_id")].append(label.name)
        return [
            ((*(getattr(row, column) for column in NAMES[subject]), *aliases.get(row.id, ())), row)
            for row in self.find(model)
        ]

    # --- writing -----------------------------------------------------------------------------------------------------

    @property
    def has_written(self) -> bool:
        """Whether the change has any row."""
        return self._begun or any(self._changed())

    def add(self, row: M) -> M:
        """Write the first version of a new record. Raises Refused where an open one already has its unique names."""
        self._require_unique(row)
        row.id = self.next_id(type(row))
        self._before[type(row)][row.id] = None
        if str(row.__tablename__) in NAMES:
            self._new.add((f"{row.__tablename__}_id", row.id))
        if isinstance(row, Project):
            self.opened.add(row.id)
        return self._write(row)

    def revise(self, row: M, **new: Any) -> M:
        """Write the next version of the record `row`, with the columns `new` changed."""
        newer = type(row).model_validate(row.facts() | new)
        newer.id = row.id
        self._require_unique(newer, but=row.id)
        renamed = any(getattr(row, name) != getattr(newer, name) for name in NAMES.get(str(row.__tablename__), ()))
        self._remember(row, renamed=renamed)
        return self._write(newer, renamed=renamed)

    def end(self, row: Versioned) -> None:
        """End a record: it has no version after this change. Raises Refused where an open record refers to it."""
        self._remember(row)
        self._rows[type(row)][row.id] = None

    def put_back(self, model: type[M], number: int, facts: dict[str, Any]) -> M:
        """Write a version of a record that has no open one, or has another, with the facts of an earlier version."""
        row = model.model_validate(facts)
        row.id = number
        self._require_unique(row, but=number)
        if number not in self._before[model]:
            self._before[model][number] = self.get(model, number)
        if (present := self.get(model, number)) is not None:
            self._mark(present)
        return self._write(row)

    def insert_many(self, model: type[Versioned], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
        """Write new records whose cells were checked, at once; how many. Their project_id is among the columns.

        `columns` leaves out the versions, and the id unless `next_id` gave it. Days are ISO texts. A record written
        here cannot be revised in the same change.
        """
        table = str(model.__tablename__)
        names = sorted({*columns, "id", "recorded_from"})
        # The cells of a row in the order of the names, from those given, a number and the change.
        given = [*columns, "id", "recorded_from"]
        in_order = itemgetter(*(given.index(name) for name in names))
        identity, owner = names.index("id"), names.index("project_id") if "project_id" in names else None
        text = text_writer(table, names)
        number = 0 if "id" in columns else self.next_id(model)
        change, written = self.change.id, 0
        owners: set[int | None] = set() if owner is not None else {None}
        waiting = iter(rows)
        while some := list(islice(waiting, _TOGETHER)):
            batch = [in_order((*row, place, change)) for place, row in enumerate(some, start=number + written)]
            written += len(some)
            if owner is not None:
                owners.update(cells[owner] for cells in batch)
            self.begin()
            self._write_identities()
            if table in IDENTITIES:
                self._identify(table, [cells[identity] for cells in batch])
            insert_rows(self.connection, table, (*names, "recorded_to"), ((*cells, OPEN) for cells in batch))
            self._texts.extend(map(text, batch))
        if number:
            self._next_ids[model] = number + written
        self.touched.update(owners - {None})  # type: ignore[arg-type]
        self._bulk.update((model, one) for one in owners)
        # What was complete in memory no longer is.
        self._complete = {
            key for key in self._complete if key[0] is not model or (key[1] == "project_id" and key[2] not in owners)
        }
        return written

    def _identify(self, table: str, numbers: list[int]) -> None:
        """Write the numbers of new records whose versions go past the memory of the change."""
        insert_rows(self.connection, IDENTITIES[table], ("id",), ((one,) for one in numbers))
        if table in NAMES:
            self.renamed.update((table, one) for one in numbers)
        if table == "project":
            self.touched.update(numbers)

    def next_id(self, model: type[Versioned]) -> int:
        """The next number of a table: gapless on both engines, because the write lock is held."""
        if model not in self._next_ids:
            [(last,)] = fetched(self.connection, f"SELECT MAX(id) FROM {model.__tablename__}")
            self._next_ids[model] = (last or 0) + 1
        number = self._next_ids[model]
        self._next_ids[model] = number + 1
        return number

    def begin(self) -> int:
        """The number of the change, whose row is written before the first of its rows."""
        if not self._begun:
            # Only now: a change without rows is not recorded.
            names = tuple(Change.model_fields)
            insert_rows(self.connection, "change", names, [[plain(getattr(self.change, name)) for name in names]])
            self._begun = True
        return self.change.id

    def flush(self) -> None:
        """Write what the change has come to: first every ending, then the new versions, a batch a table."""
        changed = list(self._changed())
        if not changed:
            return
        self._new.clear()
        number = self.begin()
        ends: dict[type[Versioned], list[Any]] = defaultdict(list)
        inserts: dict[type[Versioned], list[Any]] = defaultdict(list)
        for model, before, after in changed:
            if before is not None:
                ends[model].append(before)
            if after is not None:
                inserts[model].append(after)
        for model, rows in ends.items():
            table = str(model.__tablename__)
            update = f"UPDATE {table} SET recorded_to = {number} WHERE recorded_to = {OPEN} AND id IN "
            for some in batches(rows, _TOGETHER):
                numbers = ", ".join(str(row.id) for row in some)
                run(self.connection, f"{update}({numbers})")
            self._texts.extend(ended(table, row.id) for row in rows)
        self._write_identities()
        for model in sorted(inserts, key=lambda model: ORDER[model.__name__]):
            self._insert(model, inserts[model], number)
        for model, _before, after in changed:
            self._before[model].clear()
            if after is not None:
                after.recorded_from = number

    def release(self) -> None:
        """Keep no row in memory any more: all are written, and what is asked for is read."""
        for held in (self._rows, self._index, self._before, self._by_name, self._called, self._complete):
            held.clear()

    def seal(self) -> str:
        """Write the hash of the change, last of all; the hash."""
        return seal(self.connection, self.change, self._texts)

    def written(self) -> list[tuple[type[Versioned], Any, Any]]:
        """What the change does to each record: its table, the version before (None: new) and after (None: ended)."""
        return list(self._changed())

    def _write_identities(self) -> None:
        """Write the numbers of new projects, companies and milestones: rows that refer to them may follow."""
        for model, before in self._before.items():
            name = str(model.__tablename__)
            if name not in IDENTITIES:
                continue
            new = [number for number, old in before.items() if old is None and number not in self._identified[name]]
            for some in batches(new, _TOGETHER):
                # An undo brings back what once was, and its number stayed.
                listed = ", ".join(map(str, some)) or "NULL"
                there = fetched(self.connection, f"SELECT id FROM {IDENTITIES[name]} WHERE id IN ({listed})")
                fresh = ((one,) for one in some if (one,) not in {*map(tuple, there)})
                insert_rows(self.connection, IDENTITIES[name], ("id",), fresh)
            self._identified[name].update(new)

    def _insert(self, model: type[Versioned], rows: list[Any], number: int) -> None:
        table = str(model.__tablename__)
        names = sorted(set(model.model_fields) - {"recorded_to"})
        for row in rows:
            row.recorded_from = number
        cells = [[plain(facts[name]) for name in names] for facts in map(vars, rows)]
        insert_rows(self.connection, table, (*names, "recorded_to"), ((*one, OPEN) for one in cells))
        self._texts.extend(map(text_writer(table, names), cells))

    def _changed(self) -> Iterator[tuple[type[Versioned], Any, Any]]:
        for model, rows in self._before.items():
            for number, before in rows.items():
                after = self._rows[model].get(number)
                if before is None and after is None:
                    continue
                if before is None or after is None or before.facts() != after.facts():
                    yield model, before, after

    def _remember(self, row: Versioned, *, renamed: bool = True) -> None:
        before = self._before[type(row)]
        if row.id not in before:
            before[row.id] = row if row.recorded_from != self.change.id else None
        # A record may move from one project to another: both have other figures then.
        self._mark(row, renamed=renamed)

    def _write(self, row: M, *, renamed: bool = True) -> M:
        row.recorded_from, row.recorded_to = self.change.id, OPEN
        self._keep(row)
        self._mark(row, renamed=renamed)
        return row

    def _mark(self, row: Any, *, renamed: bool = True) -> None:
        """Note whose derived rows are to be computed anew, and where names change those that the row gives."""
        subject = str(row.__tablename__)
        if subject in NAMES:
            if renamed:
                self.renamed.add((subject, row.id))
            for column in NAMES[subject] if renamed else ():
                if getattr(row, column):
                    self._called[subject, fold(getattr(row, column))].add(row.id)
            if subject == "project":
                self.touched.add(row.id)
            return
        if subject == "label" and row.category == "alias":
            owner, number = ("project", row.project_id) if row.project_id else ("company", row.company_id)
            self.renamed.add((owner, number))
            self._called[owner, fold(row.name)].add(number)
        project = getattr(row, "project_id", None)
        if project is not None:
            self.touched.add(project)

    def _require_unique(self, row: Versioned, but: int | None = None) -> None:
        """Names that differ by case or width alone are one name."""
        if not row.unique_key():
            return
        *scope, last = row.unique_key()
        wanted = _folded(getattr(row, last))
        rows: list[Any]
        if str(row.__tablename__) in NAMES:
            # The code of a project and the name of a company weigh most.
            rows = [found for rank, found in self.named(type(row), str(wanted)) if rank == 0]
        else:
            rows = self.find(type(row), **{name: getattr(row, name) for name in scope})
        for found in rows:
            if found.id != but and _folded(getattr(found, last)) == wanted:
                raise Refused(
                    _("there is already a {what} “{name}”; nothing was changed").format(
                        what=noun(row), name=show(str(getattr(found, last)))
                    )
                )


@cache
def table_of(model: type[Versioned]) -> sa.Table:
    """The table of a model."""
    table: sa.Table = model.__table__  # type: ignore[attr-defined]
    return table


@cache
def indexed(model: type[Versioned]) -> tuple[str, ...]:
    """The columns by which rows are kept together in memory: what they refer to, and a name of their own."""
    names = [name for name in model.model_fields if name.endswith("_id")]
    if len(model.unique_by) == 1:
        names += model.unique_by
    return tuple(names)


def _read(model: type[M], facts: dict[str, Any]) -> M:
    """A row as it was read: nothing is validated or tracked, because a read row is never changed."""
    row = object.__new__(model)
    for name, value in (("__dict__", facts), ("__pydantic_fields_set__", set(facts)), ("__pydantic_extra__", None)):
        object.__setattr__(row, name, value)
    object.__setattr__(row, "__pydantic_private__", None)
    return row


@cache
def _days(model: type[Versioned]) -> tuple[str, ...]:
    """The columns that hold days, which SQLite keeps as texts."""
    return tuple(name for name, field in model.model_fields.items() if field.annotation in (date, date | None))


def _is(value: Any, wanted: Any) -> bool:
    return value in wanted if isinstance(wanted, tuple) else bool(value == wanted)


def _folded(value: Any) -> Any:
    return fold(value) if isinstance(value, str) else value


def noun(row: Versioned) -> str:
    """What a row is called in a sentence."""
    return noun_of(str(type(row).__tablename__))
