"""What the records of a file mean in the ledger: which rows they are of, how they differ, who changed these before."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from functools import cache, cached_property, lru_cache
from types import SimpleNamespace
from typing import Any, ClassVar, Generic, NamedTuple, Protocol, TypeVar

import sqlalchemy as sa

from tracker.analysis.rag_status import RULES, RuleSet
from tracker.analysis.running import Fall, Overlap, Restatement
from tracker.database import batches
from tracker.dates import ALWAYS, Period
from tracker.errors import Refused, TrackerError, UsageError, ValueRefused
from tracker.i18n import _
from tracker.ledger.citation import period_columns, value_of
from tracker.ledger.store import Store
from tracker.models.base import OPEN, Versioned
from tracker.models.company import Company
from tracker.models.fields import Field, Type
from tracker.models.label import Label
from tracker.models.project import Project
from tracker.money import Figure, plain
from tracker.records.origin import State
from tracker.records.schema import KINDS, Problem, Record
from tracker.reports.report import Amounts, Cell
from tracker.reports.words import field_cell
from tracker.text import clean, did_you_mean, fold, shorten

# --- what an import is asked to do, and what it found ----------------------------------------------------------------

# What is listed of a file without end; the rest is counted.
MOST_PROBLEMS = 1_000
CONFLICT_RULES = ("keep", "take", "ask")
# The fields that say where a record comes from.
CITED = ("note", "source", "quote")
# The kind of record, what it is called, and its field ("" for the whole record).
Conflicting = tuple[str, str, str]
# A cell to leave out: the source, the row, the kind of record and its field ("" for the whole row), the cell.
Skipped = tuple[str, int, str, str, str]


class Source(Protocol):
    """Records as a file gives them, the same each time they are asked for.

    `ours` says whether this program wrote it: then every cell means what it says, and an empty one is to be empty.
    `day` is the last day of which the file can tell, as its title says, `state` where a file of ours comes from, `kind`
    that of all its records where they are of one.
    """

    name: str
    ours: bool
    kind: str
    day: date | None
    state: State | None

    def records(self) -> Iterator[Record | Problem]:
        """The records, and what is wrong with the rows that give none."""
        ...

    def place(self, record: Record, field: str) -> tuple[str, str]:
        """The cell ("F12") and the heading that a field of a record was read from, "" where that is not known."""
        ...

    def require_unchanged(self) -> None:
        """Raise InputRejected where the file is no longer what it was when it was first read."""
        ...


# The sorts of questions.
QUESTIONS = ("actual", "back", "same-month", "same-name", "same-project", "same-company")


@dataclass(frozen=True, slots=True)
class Rules:
    """How to import.

    `currency` is that of figures that name none; `skip` the cells to leave out; `take_all` lets the file win over what
    a person changed since the last import, `take` does so for some values. At most `listed` new records, and as many
    differences, are kept to be shown; None: all. `answers` are those to questions: by cell ("J2"), or of one sort.
    By `lights` the ledger sheet was judged that a file is compared with. The projects of a file from another ledger are
    the `same` as those of their codes here, or their codes get a `prefix`.
    """

    today: date
    currency: str
    skip: frozenset[Skipped] = frozenset()
    take_all: bool = False
    take: frozenset[Conflicting] = frozenset()
    listed: int | None = None
    answers: Mapping[str, str] = field(default_factory=dict)

    lights: RuleSet = RULES["points"]
    same: bool = False
    prefix: str = ""

    def takes(self, difference: Difference) -> bool:
        """Whether the file wins in a conflict."""
        return self.take_all or difference.conflicting in self.take


@dataclass(frozen=True, slots=True)
class Question:
    """What only a person can decide of one cell: `key` is the sort of question, `free` the name of an answer in words.

    It stands beside a problem, which says the options that answer it.
    """

    cell: str
    key: str
    sentence: str
    choices: tuple[str, ...]
    free: str = ""
    row: int = 0

    @property
    def options(self) -> str:
        """The options that answer it."""
        words = [*self.choices, *([self.free] if self.free else ())]
        return " | ".join(f"--answer {self.key}={word}" for word in words)


@dataclass(frozen=True, slots=True)
class Difference:
    """What the import writes, or a value it leaves as a person changed it; `how` is new, changed or kept.

    `what` names the record within its kind; a new record has no field, and `new` says the most important of it.
    `guessed` says that it rests on the guess what a column is.
    """

    row: int
    how: str
    kind: str
    what: str
    field: str = ""
    old: Cell = None
    new: Cell = None
    guessed: bool = False

    @property
    def conflicting(self) -> Conflicting:
        """What a decision about it is remembered under."""
        return (self.kind, self.what, self.field)


@dataclass(frozen=True, slots=True)
class Effect:
    """What the file does to the figures of a project and kind: `what` names them."""

    what: str
    found: Restatement | Fall | Overlap
    currency: str


@dataclass
class Outcome:
    """What one pass over the records found: counts, the first new records, differences and problems, and remarks."""

    listed: int | None = None
    counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    fresh: list[Difference] = field(default_factory=list)
    differences: list[Difference] = field(default_factory=list)
    more: int = 0
    conflicts: list[Difference] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    more_problems: int = 0
    told: set[tuple[str, int, str, str]] = field(default_factory=set)
    questions: list[Question] = field(default_factory=list)
    # The cells whose answers were asked for.
    answered: set[str] = field(default_factory=set)
    # Questions that the import answered itself, by the line of the preview that rests on it.
    guesses: dict[Conflicting, Question] = field(default_factory=dict)
    # How many lines of the preview rest on the guess what a column is.
    guessed: int = 0
    refused: set[Skipped] = field(default_factory=set)
    rows: int = 0
    remarks: list[str] = field(default_factory=list)
    effects: list[Effect] = field(default_factory=list)
    findings: list[str] = field(default_factory=list)

    def count(self, how: str) -> int:
        """How many records of any kind are "new", "changed", "same" or "kept"."""
        return sum(number for (_kind, one), number in self.counts.items() if one == how)

    @property
    def only_questions(self) -> bool:
        """Whether answers alone would do: every problem is a question."""
        return len(self.questions) == len(self.problems) + self.more_problems

    @property
    def writes(self) -> bool:
        """Whether there is anything to write."""
        return bool(self.count("new") or self.count("changed"))

    def keep(self, difference: Difference) -> None:
        """Count and keep a value that stays as it is in the ledger."""
        self.counts[difference.kind, "kept"] += 1
        self.tell(difference)

    def tell(self, difference: Difference) -> None:
        """Keep a difference, or count it where enough are kept."""
        self.guessed += difference.guessed
        if difference.how == "kept":
            self.conflicts.append(difference)
        held = self.fresh if difference.how == "new" else self.differences
        if self.listed is None or len(held) < self.listed:
            held.append(difference)
        else:
            self.more += 1

    @property
    def bad_rows(self) -> int:
        """How many rows have a problem."""
        return len({(source, row) for source, row, *_cell in self.refused})

    def refuse(self, source: str, problem: Problem, kind: str = "", field: str = "") -> bool:
        """Keep a problem of a source, or count it where enough are kept; `kind` and `field` are those of a record.

        The figures of one row are records of their own: what is wrong with the row is told once. Returns whether it is.
        """
        self.refused.add((source, problem.row, kind, field, problem.cell))
        told = (source, problem.row, problem.cell, problem.problem)
        if told in self.told:
            return False
        self.told.add(told)
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(problem)
        else:
            self.more_problems += 1
        return True

    def by_kind(self) -> list[tuple[str, dict[str, int]]]:
        """The kinds that occur, in their order, with how many records are new, changed, same and kept."""
        found: dict[str, dict[str, int]] = {}
        for (kind, how), number in self.counts.items():
            found.setdefault(kind, {})[how] = number
        return [(kind, found[kind]) for kind in KINDS if kind in found]


# --- lookup index: who is meant --------------------------------------------------------------------------------------

N = TypeVar("N", Project, Company)

# Unknown words for which the closest known one is looked for: that takes its time.
_MOST_HINTS = 20


def labels_of(store: Store, owner: Project | Company, category: str) -> list[Label]:
    """The labels of a project or company of one category, in the order in which they were given."""
    return [label for label in store.find(Label, **{owner_column(owner): owner.id}) if label.category == category]


def owner_column(owner: Project | Company) -> str:
    """The column in which a label names its owner."""
    return f"{owner.__tablename__}_id"


class LookupIndex(Generic[N]):
    """Projects or companies by the words that mean one, as far as a file has named them.

    A word is remembered with its weight, the lower the weightier. What is put in under a new name is still found by the
    one before, so that a file may go on using it.
    """

    model: type[N]
    # The weights of the columns that are names, of aliases, and of external ids.
    columns: ClassVar[dict[str, int]]
    alias: ClassVar[int]
    external: ClassVar[int] = -1

    def __init__(self, store: Store) -> None:
        """Begin with none."""
        self._store = store
        self._kind = str(self.model.__tablename__)
        self._rows: dict[int, N] = {}
        self._words: dict[str, dict[int, set[int]]] = {}
        # Words that were asked for, as they were written and folded.
        self._words_met: set[str] = set()
        self._asked: set[str] = set()

    def prefetch(self, words: Iterable[str]) -> None:
        """Read at once whom words mean; other words are asked for one by one."""
        raw = {word for word in words if word} - self._words_met
        self._words_met |= raw
        wanted = {fold(word): word for word in raw}
        new = [folded for folded in wanted if folded not in self._asked]
        if not new:
            return
        self._asked.update(new)
        numbers = self._store.load_names(self.model, new)
        if self.external >= 0:
            values = {text for folded in new for text in (folded, wanted[folded], wanted[folded].partition("=")[2])}
            numbers |= self._of_ids(sorted(values - {""}))
        fresh = [number for number in sorted(numbers) if number not in self._rows]
        self._store.load(self.model, "id", fresh)
        self._store.load(Label, f"{self._kind}_id", fresh)
        for number in fresh:
            if (row := self._store.get(self.model, number)) is not None:
                self.put(row)

    def _of_ids(self, values: Sequence[str]) -> set[int]:
        """The owners of external ids."""
        label = sa.table("label", *map(sa.column, ("project_id", "category", "value", "recorded_to")))
        found: set[int] = set()
        for some in batches(values, 500):
            query = sa.select(label.c.project_id).where(
                label.c.recorded_to == OPEN,
                label.c.category == "external",
                label.c.project_id.is_not(None),
                label.c.value.in_(some),
            )
            found.update(self._store.connection.execute(query).scalars())
        return found

    def put(self, row: N) -> None:
        """Remember one as it is now."""
        self._rows[row.id] = row
        for column, weight in self.columns.items():
            self._remember(getattr(row, column), weight, row.id)
        for label in self._store.find(Label, **{owner_column(row): row.id}):
            if label.category == "alias":
                self._remember(label.name, self.alias, row.id)
            elif label.category == "external" and self.external >= 0:
                self._remember(f"{label.name}={label.value}", self.external, row.id)
                self._remember(label.value, self.external, row.id)

    def _remember(self, word: str | None, weight: int, number: int) -> None:
        if word:
            self._words.setdefault(fold(word), {}).setdefault(weight, set()).add(number)

    def row(self, number: int | None) -> N | None:
        """The one with this number, as it is now."""
        if number is None:
            return None
        if number not in self._rows and (row := self._store.get(self.model, number)) is not None:
            self._rows[number] = row
        return self._rows.get(number)

    def by_word(self, word: str, weights: Iterable[int] = range(5)) -> list[N]:
        """The matches of a word with the best rank."""
        self.prefetch((word,))
        found = self._words.get(fold(word), {})
        numbers = next((found[weight] for weight in weights if weight in found), set())
        return [self._rows[number] for number in sorted(numbers)]

    def by_name(self, name: str) -> N | None:
        """The record whose best name is this one now; case and width do not count."""
        column = next(iter(self.columns))
        return next((row for row in self.by_word(name, (0,)) if fold(getattr(row, column)) == fold(name)), None)


class ProjectIndex(LookupIndex[Project]):
    """The projects: by code, alias, external id, name, English name, and a code they had before."""

    model = Project
    columns: ClassVar[dict[str, int]] = {"code": 0, "name": 3, "name_en": 4}
    alias = 1
    external = 2

    def __init__(self, store: Store) -> None:
        """Begin with none."""
        super().__init__(store)
        self._exact: dict[str, int] = {}
        self._unknown: dict[str, UsageError] = {}
        # Projects that this file is to open and that were refused: whoever names one of these need not be told twice.
        self.refused: dict[str, int] = {}

    def put(self, row: Project) -> None:
        """Remember a project as it is now."""
        super().put(row)
        self._exact.clear()
        self._unknown.clear()

    @cached_property
    def _former(self) -> dict[str, set[int]]:
        """The projects by the codes they have or had."""
        codes: dict[str, set[int]] = defaultdict(set)
        before = sa.text(f"SELECT DISTINCT id, code FROM project WHERE recorded_to < {OPEN}")
        for number, code in self._store.connection.execute(before):
            codes[fold(code)].add(number)
        return codes

    def by_former_code(self, code: str) -> Project | None:
        """The one project that had this code before."""
        found = [row for number in self._former.get(fold(code), ()) if (row := self.row(number)) is not None]
        return found[0] if len(found) == 1 else None

    def find(self, word: str) -> Project:
        """The project that a word of the file means. Raises UsageError where it means none or several."""
        if word in self._unknown:
            raise self._unknown[word]
        number = self._exact.get(word)
        if number is None:
            try:
                number = self._exact[word] = self._look_up(word).id
            except UsageError as error:
                # A wrong word is repeated down a column, and the search for what is close to it takes its time.
                self._unknown[word] = error
                raise
        return self._rows[number]

    def _look_up(self, word: str) -> Project:
        if row := self.by_name(word):
            return row
        found = self.by_word(word, (1, 2, 3, 4))
        if len(found) == 1:
            return found[0]
        if found:
            raise several(word, found)
        if former := self.by_former_code(word):
            return former
        if row_number := self.refused.get(fold(word)):
            raise UsageError(_("its project is refused, see row {row}").format(row=row_number))
        hint = ""
        if len(self._unknown) < _MOST_HINTS:
            every = [name for names, _row in self._store.every_name(Project, "project") for name in names if name]
            hint = did_you_mean(word, every)
        hint = hint or _(".")
        raise UsageError(_("there is no project “{word}”{hint}").format(word=shorten(word), hint=hint))


def several(word: str, rows: Iterable[Project]) -> UsageError:
    """The refusal of a word that names several projects."""
    codes = sorted(row.code for row in rows)
    return UsageError(
        _("“{word}” names {count} projects ({codes}): give the code").format(
            word=shorten(word), count=len(codes), codes=shorten(_(", ").join(codes))
        )
    )


class CompanyIndex(LookupIndex[Company]):
    """The companies: by name, English name and alias."""

    model = Company
    columns: ClassVar[dict[str, int]] = {"name": 0, "name_en": 1}
    alias = 2

    def find(self, name: str) -> Company | None:
        """The company with this name, English name or alias. Raises UsageError where several have it."""
        found = self.by_word(name)
        if len(found) > 1:
            raise UsageError(_("“{name}” names {count} companies").format(name=shorten(name), count=len(found)))
        return found[0] if found else None

    @cached_property
    def _cores(self) -> dict[str, str]:
        """The names of the companies that were there before this change, by what is particular of them."""
        names = sa.text(
            "SELECT name FROM lookup_name WHERE subject = 'company' AND rank <= 3 ORDER BY rank DESC, subject_id DESC"
        )
        return {core_of(name): name for name in self._store.connection.execute(names).scalars()}

    def near(self, name: str) -> str | None:
        """The name of a company that differs from a new one by no more than what any company is called."""
        return self._cores.get(core) if (core := core_of(name)) else None


# What says of a company only that it is one, at the end of its folded name.
_LEGAL = (
    "co|company|corp|corporation|inc|incorporated|ltd|limited|llc|llp|plc|gmbh|ag|kg|se|sa|sas|sarl|srl|spa|sl|bv|nv"
    "|oy|ab|as|aps|oü|kft|zrt|sro|doo|spzoo|pty|pte|group|holding|holdings|construction|constructions"
)
_GENERIC = re.compile(rf"(?:股份有限公司|有限责任公司|有限公司|控股集团|集团公司|集团|公司|\b(?:{_LEGAL}))$")


def core_of(name: str) -> str:
    """What is particular of a company's name: folded, without punctuation and without its generic end."""
    core = " ".join(re.sub(r"[^\w]+", " ", re.sub(r"[.'’]", "", fold(name))).split())
    while (shorter := _GENERIC.sub("", core).strip()) not in (core, ""):
        core = shorter
    return core.replace(" ", "")


# Months as a spreadsheet writes what it took for a day.
_MONTHS = {
    name: number
    for number, name in enumerate(
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], start=1
    )
}


@lru_cache(1_000)
def codes_of_excel(code: str) -> list[str]:
    """The codes that a spreadsheet may have made this one of: 0012 became 12, 2023-01 became Jan-23."""
    text = fold(code)
    if text.isascii() and text.isdigit() and not text.startswith("0"):
        return [text.zfill(length) for length in range(len(text) + 1, 13)]
    month = re.fullmatch(r"([a-z]{3})-(\d\d)", text)
    dated = re.fullmatch(r"(\d{4})[-/](\d{1,2})[-/]0?1(?: 00:00:00)?", text)
    if month and month[1] in _MONTHS:
        year, number = f"20{month[2]}", _MONTHS[month[1]]
    elif dated:
        year, number = dated[1], int(dated[2])
    else:
        return []
    forms = [f"{year}{mark}{form}" for mark in "-/." for form in (f"{number:02}", f"{number}")]
    return [*forms, f"{number:02}-{year[2:]}", f"{number}-{year[2:]}", f"{number}-{year}", f"{number:02}-{year}"]


# --- provenance: who wrote what the ledger says ----------------------------------------------------------------------

_FILE, _NOBODY = "import", "undo"


class Provenance:
    """The versions of records, asked for only where a file says something else than the ledger."""

    def __init__(self, store: Store) -> None:
        """Look back from the change that is being written."""
        self._store = store
        self._removed: dict[type[Versioned], Sequence[Any]] = {}

    def edited(self, row: Versioned, columns: Iterable[str]) -> bool:
        """Whether a person was the last to write what `row` says in `columns`, after an import wrote it."""
        names = tuple(columns)
        origins: list[str] = []
        before: object = None
        for version, origin in self._versions(type(row), [row.id]):
            values = tuple(getattr(version, name) for name in names)
            if not origins or values != before:
                origins.append(origin)
                before = values
        return bool(origins) and origins[-1] not in (_FILE, _NOBODY) and _FILE in origins

    def by_person(self, row: Versioned) -> bool:
        """Whether a person wrote the present version of a record."""
        return self._origin(row) not in (_FILE, _NOBODY)

    def by_import(self, row: Versioned) -> bool:
        """Whether an import wrote the present version of a record."""
        return self._origin(row) == _FILE

    def removed(self, model: type[Versioned], keys: dict[str, Any]) -> bool:
        """Whether an import recorded something with these columns, and a person removed it."""
        return any(all(getattr(row, name) == value for name, value in keys.items()) for row in self.gone(model))

    def gone(self, model: type[M]) -> Sequence[M]:
        """The versions that imports wrote of the records that people removed."""
        if model not in self._removed:
            table = str(model.__tablename__)
            removed = sa.text(
                f"SELECT v.id FROM {table} AS v JOIN change AS c ON c.id = v.recorded_to "
                f"WHERE v.recorded_to < {OPEN} AND c.origin NOT IN ('{_FILE}', '{_NOBODY}') AND NOT EXISTS "
                f"(SELECT 1 FROM {table} AS later WHERE later.id = v.id AND later.recorded_from >= v.recorded_to)"
            )
            versions = self._versions(model, removed.columns(sa.column("id")))
            self._removed[model] = [version for version, origin in versions if origin == _FILE]
        return self._removed[model]

    def _origin(self, row: Versioned) -> str:
        if row.recorded_from == self._store.change.id:
            return self._store.change.origin
        query = sa.text("SELECT origin FROM change WHERE id = :id")
        return str(self._store.connection.execute(query, {"id": row.recorded_from}).scalar())

    def _versions(self, model: type[M], numbers: Any) -> list[tuple[M, str]]:
        """The versions of records before this change, the first ones first, each with the origin of its change."""
        table: sa.Table = model.__table__  # type: ignore[attr-defined]
        change = sa.table("change", sa.column("id"), sa.column("origin"))
        query = (
            sa.select(table, change.c.origin.label("change_origin"))
            .join(change, change.c.id == table.c.recorded_from)
            .where(table.c.id.in_(numbers))
            .order_by(table.c.id, table.c.recorded_from)
        )
        found = [dict(row) for row in self._store.connection.execute(query).mappings()]
        return [(model(**row), origin) for row in found if (origin := row.pop("change_origin"))]


# --- one record beside one row ---------------------------------------------------------------------------------------

M = TypeVar("M", bound=Versioned)


class FieldDiff(NamedTuple):
    """What a record says in one field: the columns it fills, and how to show what a row says there."""

    field: str
    columns: dict[str, Any]
    shown: Callable[[Any], Cell]

    @property
    def new(self) -> Cell:
        """What the record says there."""
        return self.shown(SimpleNamespace(**self.columns))

    def differs(self, row: Versioned) -> bool:
        """Whether `row` says something else."""
        return any(getattr(row, name) != value for name, value in self.columns.items())


@dataclass(frozen=True, slots=True)
class LabelDiff:
    """A difference outside the columns of a row: labels that `write` adds or removes."""

    field: str
    new: Cell
    old: Cell
    write: Callable[[], None]
    edited: Callable[[], bool]


class Open(Refused):
    """A question that has no answer yet."""

    def __init__(self, question: Question, note: str) -> None:
        super().__init__(question.sentence)
        self.question = question
        self.hint = "; ".join(text for text in (question.options, note) if text)


class Matcher:
    """One import at work in the ledger."""

    def __init__(
        self,
        store: Store,
        source: Source,
        rules: Rules,
        outcome: Outcome,
        before: Matcher | None = None,
        *,
        ours: bool,
    ) -> None:
        """Write into the change of `store`, and report to `outcome`; `before` is that of the file before.

        `ours` says whether an empty cell of the file is to be empty, and what it does not name to be taken off.
        """
        self.store = store
        self.source = source
        self.ours = ours
        self.rules = rules
        self.outcome = outcome
        self.provenance = Provenance(store)
        self.projects: ProjectIndex = before.projects if before else ProjectIndex(store)
        self.companies: CompanyIndex = before.companies if before else CompanyIndex(store)
        # The day of which the file speaks: what has no day of its own holds from then on.
        self.day = min(source.day or rules.today, rules.today)
        # The project of each row, None for one that was refused: a name alone may be that of several.
        self.of_row: dict[int, int | None] = {}
        # The totals that the file gives of projects.
        self.totals: dict[int, Figure] = {}
        # The field that is being read, for the problem it may have.
        self.at = ""
        self._said: dict[tuple[str, int], dict[str, tuple[int, tuple[Any, ...]]]] = {}

    # --- writing -------------------------------------------------------------------------------------------------

    def enter(
        self,
        record: Record,
        row: M | None,
        new: Callable[[], M],
        parts: Iterable[FieldDiff],
        what: str,
        *,
        labels: Callable[[M], Iterable[LabelDiff]] = lambda _row: (),
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
            kept = Difference(record.row, "kept", record.kind, what, old=_("removed"))
            if removed and self.provenance.removed(type(draft), removed) and self.keep(kept):
                return None
            row = self.store.add(draft)
            self._remember(row, parts, record.row)
            for label_diff in labels(row):
                label_diff.write()
            self.add(record, what, headline)
            return row
        # A company that a project of this file opened is new, whatever more the file says of it.
        opened = record.kind == "company" and row.recorded_from == self.store.change.id
        differing = [part for part in parts if part.differs(row)]
        said = self._said.get((str(row.__tablename__), row.id), {})
        for part in differing:
            number, values = said.get(part.field, (0, ()))
            if number and values != tuple(part.columns.values()):
                self.at = part.field
                raise Refused(_("row {row} of this file contradicts it").format(row=number))
        self._remember(row, parts, record.row)
        wanted = [part for part in differing if not self._keeps(record, row, part, what)]
        changes = [Difference(record.row, "changed", record.kind, what, p.field, p.shown(row), p.new) for p in wanted]
        if wanted:
            row = self.store.revise(row, **{name: value for p in wanted for name, value in p.columns.items()})
        for one in labels(row):
            difference = Difference(record.row, "changed", record.kind, what, one.field, one.old, one.new)
            if not (one.edited() and self.keep(replace(difference, how="kept"))):
                one.write()
                changes.append(difference)
        if not opened:
            self.change(record, changes)
        return row

    def add(self, record: Record, what: str, headline: Cell = None) -> None:
        """Count a new record, and tell of it."""
        self.outcome.counts[record.kind, "new"] += 1
        self.outcome.tell(Difference(record.row, "new", record.kind, what, new=headline, guessed=bool(record.guessed)))

    def change(self, record: Record, changes: Iterable[Difference]) -> None:
        """Count a record as changed, and tell how; without changes it is the same."""
        changes = list(changes)
        self.outcome.counts[record.kind, "changed" if changes else "same"] += 1
        for one in changes:
            # A forecast and the like are no field of the record: they rest on all of it.
            is_guessed = one.field in record.guessed or (record.guessed and one.field not in record.values)
            self.outcome.tell(replace(one, guessed=True) if is_guessed else one)

    def amend(self, record: Record, row: M, part: FieldDiff, what: str) -> M:
        """Write one more part of a record that was entered before."""
        if self._keeps(record, row, part, what):
            return row
        if row.recorded_from != self.store.change.id:
            self.outcome.counts[record.kind, "same"] -= 1
            self.outcome.counts[record.kind, "changed"] += 1
        difference = Difference(record.row, "changed", record.kind, what, part.field, part.shown(row), part.new)
        if difference.old is not None or row.recorded_from != self.store.change.id:
            self.outcome.tell(difference)
        return self.store.revise(row, **part.columns)

    def keep(self, difference: Difference) -> bool:
        """Whether what a person changed stays: the rule of conflicts, with what was decided about this one."""
        if self.rules.takes(difference):
            return False
        self.outcome.keep(difference)
        return True

    def _keeps(self, record: Record, row: Versioned, part: FieldDiff, what: str) -> bool:
        return self.provenance.edited(row, part.columns) and self.keep(
            Difference(record.row, "kept", record.kind, what, part.field, part.shown(row), part.new)
        )

    def _remember(self, row: Versioned, parts: Iterable[FieldDiff], number: int) -> None:
        said = self._said.setdefault((str(row.__tablename__), row.id), {})
        for part in parts:
            said.setdefault(part.field, (number, tuple(part.columns.values())))

    # --- who is meant --------------------------------------------------------------------------------------------

    def project(self, record: Record, field: str = "project") -> Project:
        """The project a field names. Raises UsageError where there is none or the field is empty."""
        self.at = field
        word = record.values.get(field)
        if not word:
            raise ValueRefused(_("no project is named"))
        if field != "project" or record.row not in self.of_row:
            return self.projects.find(word)
        if (number := self.of_row[record.row]) is None:
            raise UsageError(_("its project is refused, see row {row}").format(row=record.row))
        return self.project_of(number)

    def project_of(self, number: int) -> Project:
        """The project with a number that was met before."""
        row = self.projects.row(number)
        assert row is not None, "it was found by its name"
        return row

    def company(self, record: Record, field: str = "company") -> Company:
        """The company a field names, opened where it is new."""
        self.at = field
        name = record.values.get(field)
        if not name:
            raise ValueRefused(_("no company is named"))
        found = self.companies.find(name)
        return found if found is not None else self.open_company(record, name)

    def open_company(self, record: Record, name: str) -> Company:
        """A new company that a record names; asked about where one of nearly the same name is there."""
        name = clean(name, _("company"))
        if close := self.companies.near(name):
            sentence = _("the company “{name}” is new; is it not “{close}”?")
            sentence = sentence.format(name=shorten(name), close=shorten(close))
            if self.guess(record, "company", "same-company", sentence, ("company", name, "")):
                known = self.companies.find(close)
                assert known is not None, "its name was just read"
                self.companies.put(self.give_alias(record, known, known.name, name))
                return known
        row = self.store.add(Company.model_validate({"name": name}))
        self.companies.put(row)
        self.outcome.counts["company", "new"] += 1
        guessed = not record.guessed.isdisjoint(("company", "name" if record.kind == "company" else "company"))
        self.outcome.tell(Difference(record.row, "new", "company", name, guessed=guessed))
        return row

    def give_alias(self, record: Record, owner: N, what: str, alias: str) -> N:
        """A project or company that is found from now on by another name too."""
        facts = {owner_column(owner): owner.id, "category": "alias", "name": alias}
        self.store.add(Label.model_validate(facts))
        self.outcome.tell(Difference(record.row, "changed", str(owner.__tablename__), what, "aliases", None, alias))
        return owner

    def prefetch(self, records: Iterable[Record]) -> None:
        """Read at once whom some records mean."""
        projects: set[str] = set()
        companies: set[str] = set()
        for record in records:
            values = record.values
            if record.kind == "project":
                projects.update(values.get(key) or "" for key in ("code", "name", "name_en", "parent"))
                projects.update(values.get("ids") or ())
                projects.update(codes_of_excel(values.get("code") or ""))
            elif record.kind == "company":
                companies.add(values.get("name") or "")
            else:
                projects.add(values.get("project") or "")
                projects.add(values.get("target") or "")
            companies.add(values.get("company") or "")
        self.projects.prefetch(projects)
        self.companies.prefetch(companies)

    def remark(self, sentence: str) -> None:
        """Note something of the file as a whole, once."""
        if sentence not in self.outcome.remarks:
            self.outcome.remarks.append(sentence)

    # --- problems ------------------------------------------------------------------------------------------------

    def answer(self, record: Record, field: str, key: str) -> str | None:
        """The answer that was given to a question of a cell, or to all of its sort."""
        cell, _heading = self.source.place(record, field)
        if cell in self.rules.answers:
            self.outcome.answered.add(cell)
        return self.rules.answers.get(cell) or self.rules.answers.get(key)

    def guess(self, record: Record, field: str, key: str, sentence: str, line: Conflicting) -> bool:
        """Whether two things are one: as answered, else no, and the `line` of the preview rests on a guess."""
        answer = self.answer(record, field, key)
        if answer not in ("yes", "no"):
            cell, _heading = self.source.place(record, field)
            self.outcome.guesses.setdefault(line, Question(cell, key, sentence, ("yes", "no"), row=record.row))
        return answer == "yes"

    def ask(
        self, record: Record, field: str, key: str, sentence: str, *choices: str, free: str = "", note: str = ""
    ) -> str:
        """The answer to what only a person can decide. Raises Open where there is none yet."""
        answer = self.answer(record, field, key)
        if answer is not None and (answer in choices or free):
            return answer
        cell, _heading = self.source.place(record, field)
        self.at = field
        raise Open(Question(cell, key, sentence, choices, free), note)

    def refuse(self, record: Record, error: TrackerError) -> None:
        """Note what is wrong with a record, in the field that was being read."""
        field = self.at or KINDS[record.kind].key[0]
        cell, heading = self.source.place(record, field)
        value = record.values.get(field)
        hint = error.hint if isinstance(error, Open) else ""
        if field == "project" and self.of_row.get(record.row, 0) is None:
            # The row has its problem already.
            return
        whole = record.kind == "project" and field in IDENTITY
        problem = Problem(record.row, cell, heading or field, shown_value(value), str(error), hint)
        is_told = self.outcome.refuse(self.source.name, problem, record.kind, "" if whole else field)
        if is_told and isinstance(error, Open):
            self.outcome.questions.append(error.question)
        if record.kind == "project":
            self.of_row[record.row] = None
            for key in IDENTITY:
                if record.values.get(key):
                    self.projects.refused.setdefault(fold(record.values[key]), record.row)


# What a project is known by.
IDENTITY = ("code", "name", "name_en")


def leaves_out(record: Record, field: str) -> bool:
    """Leave a field out of a record; whether there is no record without it."""
    kind = KINDS[record.kind]
    needed = field in (*kind.key, "entry") or kind.field(field).required
    return needed or record.values.pop(field, None) is None


def shown_value(value: object) -> str:
    """A value as a problem repeats it."""
    if value is None:
        return ""
    money = getattr(value, "money", None)
    if money is not None:
        return f"{plain(money)} {money.currency}"
    if isinstance(value, tuple):
        return shorten(" | ".join(map(str, value)))
    return shorten(str(value))


# --- the fields of a record as the columns of a row ------------------------------------------------------------------


def parts_of(matcher: Matcher, record: Record, keys: tuple[str, ...]) -> Iterator[FieldDiff]:
    """The parts of a record for its fields under `keys`, as far as the file gives them.

    Texts, words, numbers, days and periods only. Raises ValueRefused for what may not be kept.
    """
    for one in _fields_of(record.kind, keys):
        if one.key in record.values:
            matcher.at = one.key
            yield part_of(one, record.values[one.key])


@cache
def _fields_of(kind: str, keys: tuple[str, ...]) -> tuple[Field, ...]:
    return tuple(one for one in KINDS[kind].fields if one.key in keys)


def part_of(field: Field, value: Any) -> FieldDiff:
    """The part of one field."""
    key = field.key
    if field.type is Type.PERIOD:
        first, last = ("first_day", "last_day") if key == "on" else (f"{key}_first", f"{key}_last")
        columns = period_columns(value) if key == "on" else {first: value and value.first, last: value and value.last}
        return FieldDiff(key, columns, lambda row: period_in(row, first, last))
    return _plain_part(field, value)


@lru_cache(1_000)
def _plain_part(field: Field, value: Any) -> FieldDiff:
    """The part of a field of one column; a file repeats its words down a column."""
    key = field.key
    return FieldDiff(key, {key: value_of(field, value)}, lambda row: cell(field, getattr(row, key)))


def cell(field: Field, value: Any) -> Cell:
    """A value as a report shows it."""
    if field.type is Type.PERCENT and value is not None:
        return Fraction(value, 10_000)
    shown = field_cell(field, value)
    return shorten(shown, 200) if isinstance(shown, str) else shown


def period_in(row: Any, first: str = "first_day", last: str = "last_day") -> Period | None:
    """The period in two columns of a row."""
    begin, end = getattr(row, first), getattr(row, last)
    return None if begin is None else Period.of(begin, end, row.period_text if first == "first_day" else None)


def amount(figure: Figure | None) -> Amounts | None:
    """A figure as a cell."""
    return None if figure is None else Amounts((figure,))


def merged(parts: Iterable[FieldDiff]) -> dict[str, Any]:
    """The columns of parts together."""
    return {name: value for part in parts for name, value in part.columns.items()}


# --- the day a fact counts from ------------------------------------------------------------------------------------


def effective_from(matcher: Matcher, record: Record, usual: date, field: str = "effective_from") -> date:
    """The day a fact counts from: what the file says, but no day to come unless it is the `usual` one."""
    told: date | None = record.values.get(field)
    return usual if told is None else told if told <= max(usual, matcher.rules.today) else usual


def days_part(matcher: Matcher, record: Record, usual: date, *, field: str = "effective_from") -> FieldDiff:
    """The day a fact counts from as a part, where the file speaks of it."""
    day = effective_from(matcher, record, usual, field)
    return FieldDiff(
        field, {"effective_from": day}, lambda row: None if row.effective_from == ALWAYS else row.effective_from
    )
