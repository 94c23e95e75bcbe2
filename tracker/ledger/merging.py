"""One project that was recorded twice: what is known of the second becomes the first's, in one change.

What both say alike is kept once. Where they differ somebody decides: the first (`a`), the second (`b`), or for figures
of one period their sum. What stands beside each other without being of one period is only taken over where the running
figures of both together contradict nothing (rules 4 and 6).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from tracker.analysis.running import Series
from tracker.dates import ALWAYS, Period
from tracker.errors import Refused
from tracker.i18n import _, language
from tracker.ledger.capital import entries_of, figure_of, first_signed
from tracker.ledger.citation import period_of
from tracker.ledger.labels import LabelEdits, edit_labels
from tracker.ledger.projects import require_no_circle, require_relation
from tracker.ledger.stages import mark_standing
from tracker.ledger.store import Store
from tracker.models import versioned_tables
from tracker.models.base import Versioned
from tracker.models.baseline import Baseline
from tracker.models.capital import CapitalEntry
from tracker.models.company import Company
from tracker.models.condition import ConditionEvent
from tracker.models.fields import CITED, FIELDS, NAMES, Field
from tracker.models.label import Label, Relation
from tracker.models.milestone import Milestone, MilestoneDate
from tracker.models.project import Project
from tracker.models.stage import StageEvent
from tracker.money import Figure, added_up
from tracker.text import command_line, fold
from tracker.vocabulary import CAPITAL_KINDS, CONDITIONS, STAGES, VALID_FROM

# Of one version each, compared one by one; names become aliases, and what a project is cited by stays the first's.
_FIELDS = tuple(field for field in FIELDS["project"] if field.key not in (*NAMES, *CITED))
Answers = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Conflict:
    """What two projects say differently: `subject` is a table, `what` a column, code or kind in it, `on` when.

    `adds`: a sum can stand for both.
    """

    subject: str
    what: str
    on: Period | None
    mine: object
    theirs: object
    adds: bool = False

    @property
    def key(self) -> str:
        """Tells it from the others of a merge."""
        return f"{self.subject} {self.what} {self.on or ''}"


class Unmerged(Refused):
    """Conflicts without a decision."""

    def __init__(self, into: str, gone: str, conflicts: Sequence[Conflict]) -> None:
        """`into` and `gone` are the codes of the two projects."""
        super().__init__(
            _(
                "{into} and {gone} differ, and nothing was changed: choose with --keep A ({into}), "
                "--keep B ({gone}) or, of figures, --keep sum"
            ).format(into=into, gone=gone)
        )
        self.conflicts = tuple(conflicts)


@dataclass(frozen=True, slots=True)
class Merged:
    """A project with what came from the one that is gone: how many records of each table moved.

    `decided` are the conflicts with their answers, `dropped` how many records the project had already,
    `between` how the two were related to each other, which nothing says any more,
    `parts` the codes of the parts that came with it, `covered` those kinds of the project's own figures that stand for
    its parts' from now on.
    """

    project: Project
    gone: Project
    moved: Mapping[str, int]
    dropped: int
    between: tuple[str, ...]
    decided: tuple[tuple[Conflict, str], ...]
    parts: tuple[str, ...]
    covered: tuple[str, ...]


def merge(store: Store, into: str, gone: str, answers: Answers, keep: str | None) -> Merged:
    """Make the records of the project `gone` those of `into`; its code, and its names, find that from now on.

    `answers` say what holds of a conflict ("a", "b" or "sum" by its key), `keep` of every other one. Raises Unmerged
    where something differs that neither decides, Refused where the two are one project or one is a part of the other.
    """
    mine, theirs = store.project(into), store.project(gone)
    if mine.id == theirs.id:
        raise Refused(_("{a} and {b} are the same project").format(a=into, b=gone))
    for part, whole in ((mine, theirs), (theirs, mine)):
        above: Project | None = part
        while above is not None and above.parent_id not in (None, whole.id):
            above = store.get(Project, above.parent_id or 0)
        if above is not None and above.parent_id == whole.id:
            raise Refused(
                _(
                    "{part} is a part of {whole}: merged, its figures would replace those of the whole; first "
                    "give it another parent: {command}"
                ).format(
                    part=part.code,
                    whole=whole.code,
                    command=command_line('project edit {part} --parent ""', part=part.code),
                )
            )
    return _Merge(store, mine, theirs, answers, keep).carry_out()


class _Merge:
    """The two projects while one becomes the other."""

    def __init__(self, store: Store, mine: Project, theirs: Project, answers: Answers, keep: str | None) -> None:
        self._store, self._mine, self._theirs = store, mine, theirs
        self._answers, self._keep = answers, keep
        self._decided: list[tuple[Conflict, str]] = []
        self._open: list[Conflict] = []
        self._moved: Counter[str] = Counter()
        self._dropped = 0
        self._between: list[str] = []
        # The entry that stands for one that is gone, by their numbers.
        self._stands_for: dict[int, int] = {}

    def carry_out(self) -> Merged:
        """Move or end every record of the second project, and end it."""
        store, mine, theirs = self._store, self._mine, self._theirs
        before = Counter(row.kind for row in store.find(CapitalEntry, project_id=mine.id))
        parts = list(store.find(Project, parent_id=theirs.id))
        self._facts()
        for row in parts:
            require_no_circle(store, row, mine.id)
            store.revise(row, parent_id=mine.id)
        self._labels()
        self._relations()
        self._stages()
        self._conditions()
        self._capital()
        self._baselines()
        self._milestones()
        apart = (Project, Label, Relation, StageEvent, ConditionEvent, CapitalEntry, Baseline, Milestone, MilestoneDate)
        for model in versioned_tables():
            if "project_id" in model.model_fields and model not in apart:
                self._take_over(model)
        if self._open:
            raise Unmerged(mine.code, theirs.code, self._open)
        store.end(theirs)
        names = dict.fromkeys(name for name in (theirs.code, theirs.name, theirs.name_en) if name)
        known = {fold(name) for name in (mine.code, mine.name, mine.name_en) if name}
        edit_labels(store, mine, LabelEdits(aliases=tuple(name for name in names if fold(name) not in known)))
        for milestone in store.find(Milestone, project_id=mine.id):
            mark_standing(store, mine, milestone)
        return Merged(
            store.get(Project, mine.id) or mine,
            theirs,
            dict(self._moved),
            self._dropped,
            tuple(self._between),
            tuple(self._decided),
            tuple(row.code for row in parts),
            tuple(before) if parts else (),
        )

    def _decide(self, conflict: Conflict) -> str:
        """What holds: "a", "b" or "sum"; of what cannot be added the first's, which is said."""
        answer = self._answers.get(conflict.key) or self._keep
        if answer is None:
            self._open.append(conflict)
            return "a"
        if answer == "sum" and not conflict.adds:
            if conflict.subject == "capital_entry":
                kind = CAPITAL_KINDS[conflict.what.split()[0]]
                raise Refused(
                    _("{what} of {a} and {b} cannot be added: choose one with --keep A or --keep B").format(
                        what=" ".join(str(one) for one in (kind.name(language()), conflict.on) if one),
                        a=self._mine.code,
                        b=self._theirs.code,
                    )
                )
            answer = "a"
        self._decided.append((conflict, answer))
        return answer

    def _move(self, row: Versioned, **new: Any) -> None:
        self._store.revise(row, project_id=self._mine.id, **new)
        self._moved[str(row.__tablename__)] += 1

    def _drop(self, *rows: Versioned) -> None:
        for row in rows:
            self._store.end(row)

    def _both(self, model: type[Any]) -> tuple[list[Any], list[Any]]:
        """The records of each project."""
        return tuple(self._store.find(model, project_id=one.id) for one in (self._mine, self._theirs))  # type: ignore[return-value]

    # --- the project itself -------------------------------------------------------------------------------------------

    def _facts(self) -> None:
        mine, theirs = self._mine, self._theirs
        new: dict[str, Any] = {}
        for field in _FIELDS:
            ours, other = ([getattr(row, column) for column in field.columns] for row in (mine, theirs))
            if other[0] is None or ours == other:
                continue
            if ours[0] is None or self._decide(self._field(field, ours, other)) == "b":
                new |= dict(zip(field.columns, other, strict=True))
        if mine.name_en is None and theirs.name_en:
            new["name_en"] = theirs.name_en
        if not any(getattr(mine, name) for name in CITED):
            new |= {name: getattr(theirs, name) for name in CITED if getattr(theirs, name)}
        elif theirs.note and theirs.note != mine.note:
            new["note"] = "\n".join(note for note in (mine.note, theirs.note) if note)
        require_no_circle(self._store, mine, new.get("parent_id"))
        if new:
            self._mine = self._store.revise(mine, **new)

    def _field(self, field: Field, ours: list[Any], other: list[Any]) -> Conflict:
        def shown(values: list[Any]) -> object:
            if len(values) > 1:
                return Period.of(*values)
            if field.refers == "company":
                company = self._store.get(Company, values[0])
                return company.name if company else values[0]
            parent = self._store.get(Project, values[0]) if field.refers else None
            return parent.code if parent else values[0]

        return Conflict("project", field.key, None, shown(ours), shown(other))

    def _labels(self) -> None:
        mine, theirs = self._both(Label)
        known = {(row.category, fold(row.name)): row for row in mine}
        for row in theirs:
            same = known.get((row.category, fold(row.name)))
            if same is None:
                self._move(row)
                continue
            self._drop(row)
            if same.value != row.value:
                conflict = Conflict("label", row.name, None, same.value, row.value)
                if self._decide(conflict) == "b":
                    self._store.revise(same, value=row.value)

    def _relations(self) -> None:
        store, mine, theirs = self._store, self._mine, self._theirs
        for column, other in (("project_id", "target_id"), ("target_id", "project_id")):
            for row in store.find(Relation, **{column: theirs.id}):
                far = getattr(row, other)
                wanted = {column: mine.id, other: far, "relation": row.relation}
                # What related the two to each other is within one project now.
                if far == mine.id:
                    self._drop(row)
                    self._between.append(row.relation)
                    continue
                if store.find(Relation, **wanted):
                    self._drop(row)
                    self._dropped += 1
                    continue
                ends = [store.get(Project, wanted[name]) for name in ("project_id", "target_id")]
                if ends[0] and ends[1]:
                    require_relation(store, ends[0], row.relation, ends[1])
                store.revise(row, **{column: mine.id})
                self._moved["relation"] += 1

    # --- how far it has come ------------------------------------------------------------------------------------------

    def _stages(self) -> None:
        mine, theirs = self._both(StageEvent)
        for row in list(theirs):
            same = [one for one in mine if one.stage == row.stage]
            undated = next((one for one in same if one.first_day is None), None)
            alike = any((one.first_day, one.last_day) == (row.first_day, row.last_day) for one in same)
            if alike or (row.first_day is None and same):
                self._said_already(row, theirs)
            elif undated is not None:
                self._drop(undated)
                mine.remove(undated)
        if not theirs:
            return
        every = sorted([*mine, *theirs], key=_stage_place)
        if mine and not _one_history(mine, theirs, every):
            if self._decide(Conflict("stage_event", "stage", None, _way(mine), _way(theirs))) == "a":
                self._drop(*theirs)
                return
            self._drop(*mine)
            every = theirs
        # The order of recording is that of the stages: the events are written in it under the numbers there are.
        numbers = sorted(row.id for row in every)
        facts = {number: row.facts() for number, row in zip(numbers, every, strict=True)}
        for row in every:
            if row.facts() != facts[row.id] | {"project_id": row.project_id} or row in theirs:
                self._store.revise(row, **facts[row.id] | {"project_id": self._mine.id})
        self._moved["stage_event"] += len(theirs)

    def _said_already(self, row: Any, among: list[Any]) -> None:
        self._drop(row)
        among.remove(row)
        self._dropped += 1

    def _conditions(self) -> None:
        mine, theirs = self._both(ConditionEvent)
        facts = [[(row.condition, row.first_day, row.last_day) for row in rows] for rows in (mine, theirs)]
        if not theirs or facts[0] == facts[1]:
            self._drop(*theirs)
            return
        if mine or theirs[-1].condition != "active":
            conflict = Conflict("condition_event", "condition", None, _condition(mine), _condition(theirs))
            if self._decide(conflict) == "a":
                self._drop(*theirs)
                return
        self._drop(*mine)
        for row in theirs:
            self._move(row)

    def _milestones(self) -> None:
        store = self._store
        mine, theirs = self._both(Milestone)
        own = {row.code: row for row in mine}
        for row in theirs:
            days = store.find(MilestoneDate, milestone_id=row.id)
            same = own.get(row.code)
            if same is None:
                self._move(row)
                for day in days:
                    self._move(day)
                continue
            both = {name: getattr(row, name) for name in ("title", "weight")}
            unsaid: dict[str, Any] = {"title": None, "weight": 1}
            new = {
                name: value
                for name, value in both.items()
                if value not in (unsaid[name], getattr(same, name))
                and (
                    getattr(same, name) == unsaid[name]
                    or self._decide(Conflict("milestone", f"{row.code} {name}", None, getattr(same, name), value))
                    == "b"
                )
            }
            if new:
                store.revise(same, **new)
            for what in ("baseline", "forecast", "actual"):
                self._milestone_days(same, what, [day for day in days if day.what == what])
            store.end(row)

    def _milestone_days(self, milestone: Milestone, what: str, theirs: list[MilestoneDate]) -> None:
        """Give a milestone the days of the other's: of a forecast those made on another day, else all or none."""
        mine = self._store.find(MilestoneDate, milestone_id=milestone.id, what=what)

        def place(row: MilestoneDate) -> tuple[object, ...]:
            made = row.effective_from if what != "actual" else None
            return row.first_day, row.last_day, made

        for row in list(theirs):
            if any(place(one) == place(row) for one in mine):
                self._said_already(row, theirs)
        rivals = [one for one in mine if what != "forecast" or one.effective_from in {r.effective_from for r in theirs}]
        against = [
            one for one in theirs if what != "forecast" or one.effective_from in {r.effective_from for r in rivals}
        ]
        if rivals and against:
            ours, other = (_(", ").join(f"{period_of(row)}" for row in rows) for rows in (rivals, against))
            if self._decide(Conflict("milestone_date", f"{milestone.code} {what}", None, ours, other)) == "a":
                self._drop(*against)
                theirs = [row for row in theirs if row not in against]
            else:
                self._drop(*rivals)
        for row in theirs:
            self._move(row, milestone_id=milestone.id)

    def _baselines(self) -> None:
        mine, theirs = self._both(Baseline)
        if mine and theirs:
            latest = [max(rows, key=lambda row: row.version) for rows in (mine, theirs)]
            ours, other = (f"{row.version}, {row.approved or '–'}" for row in latest)
            if self._decide(Conflict("baseline", "version", None, ours, other)) == "a":
                self._drop(*theirs)
                theirs = []
            else:
                self._drop(*mine)
                mine = []
        for row in mine:
            self._store.revise(row, entry_id=self._stands_for.get(row.entry_id or 0, row.entry_id))
        for row in theirs:
            self._move(row, entry_id=self._stands_for.get(row.entry_id or 0, row.entry_id))

    # --- figures ------------------------------------------------------------------------------------------------------

    def _capital(self) -> None:
        mine, theirs = self._both(CapitalEntry)
        for kind in dict.fromkeys(row.kind for row in theirs):
            own, other = ([row for row in rows if row.kind == kind] for rows in (mine, theirs))
            if own:
                (self._valid_from if kind in VALID_FROM else self._flows)(own, other)
            else:
                for row in other:
                    self._move(row)

    def _valid_from(self, mine: list[CapitalEntry], theirs: list[CapitalEntry]) -> None:
        """Totals, and the plans of each period: what holds now decides about all that held before."""
        spans = {row.id: () if row.kind == "total" else (row.first_day, row.last_day) for row in (*mine, *theirs)}
        for span in dict.fromkeys(spans[row.id] for row in theirs):
            own, other = ([row for row in rows if spans[row.id] == span] for rows in (mine, theirs))
            now, then = (max(rows, key=lambda row: (row.effective_from, row.id), default=None) for rows in (own, other))
            assert then is not None
            if now is None:
                for row in other:
                    self._move(row)
                continue
            answer = self._figure(now, then, adds=len(own) == len(other) == 1)
            if answer == "b":
                self._replace(own, other)
            else:
                if answer == "sum":
                    self._add_up(now, then)
                self._replace(other, [])
            gone, winner = (own, then) if answer == "b" else (other, now)
            self._stands_for |= {row.id: winner.id for row in gone}

    def _flows(self, mine: list[CapitalEntry], theirs: list[CapitalEntry]) -> None:
        """Figures of what was done: first those of one period, then whether the rest go together."""
        summed = False
        pairs = _by_period(mine), _by_period(theirs)
        rest = list(theirs)
        for span, other in pairs[1].items():
            own = list(pairs[0].get(span, ()))
            for row in list(other):
                same = next((one for one in own if figure_of(one) == figure_of(row)), None)
                if same is not None:
                    own.remove(same)
                    other.remove(row)
                    rest.remove(row)
                    self._stands_for[row.id] = same.id
                    self._said_already(row, theirs)
            if not own or not other:
                continue
            answer = self._figure(own[-1], other[-1], adds=len(own) == len(other) == 1 or span[0] == "period")
            if answer == "b":
                for row in own:
                    mine.remove(row)
                self._drop(*own)
                continue
            if answer == "sum":
                summed = True
                if span[0] == "period":
                    # Two amounts of one period stand beside each other, each with its source.
                    continue
                self._add_up(own[-1], other[-1])
            for row in other:
                rest.remove(row)
            self._drop(*other)
        if summed:
            self._require_apart(mine, [row for row in rest if (row.basis, *_days(row)) not in pairs[0]])
        elif (conflict := self._contradiction(mine, rest)) is not None:
            if self._decide(conflict) == "b":
                self._drop(*mine)
            else:
                self._drop(*rest)
                rest = []
        for row in rest:
            self._move(row)

    def _figure(self, mine: CapitalEntry, theirs: CapitalEntry, *, adds: bool) -> str:
        """What holds of two entries of one period; what is known takes the place of what nobody knew."""
        ours, other = figure_of(mine), figure_of(theirs)
        if ours == other:
            self._dropped += 1
            return "a"
        if "unknown" in (ours.availability, other.availability) and ours != other:
            return "b" if ours.availability == "unknown" else "a"
        adds = adds and ours.money is not None and other.money is not None and mine.currency == theirs.currency
        on = period_of(mine) if mine.last_day else None
        basis = "" if mine.basis == "period" else f" {mine.basis}"
        return self._decide(Conflict("capital_entry", f"{mine.kind}{basis}", on, ours, other, adds))

    def _replace(self, gone: Sequence[CapitalEntry], by: Sequence[CapitalEntry]) -> None:
        self._drop(*gone)
        for row in by:
            self._move(row)

    def _add_up(self, mine: CapitalEntry, theirs: CapitalEntry) -> None:
        """The sum under the number of the first's, without a quotation: no document says it."""
        total = added_up((figure_of(mine), figure_of(theirs)))
        assert total.money is not None
        sources = dict.fromkeys(row.source for row in (mine, theirs) if row.source)
        self._store.revise(
            mine,
            minor=total.money.minor,
            qualifier=total.qualifier,
            availability=total.availability,
            source="; ".join(sources) or None,
            quote=None,
        )

    def _require_apart(self, mine: Sequence[CapitalEntry], theirs: Sequence[CapitalEntry]) -> None:
        """Raise Refused where a figure of one alone is of days for which the other has figures too: no sum is known."""
        for row in theirs:
            for one in mine:
                if _days(row)[0] <= _days(one)[1] and _days(one)[0] <= _days(row)[1]:
                    raise Refused(
                        _(
                            "entries {a} and {b} are of different periods with days in common: their sum is not "
                            "known; choose one with --keep A or --keep B"
                        ).format(a=one.id, b=row.id)
                    )

    def _contradiction(self, mine: Sequence[CapitalEntry], theirs: Sequence[CapitalEntry]) -> Conflict | None:
        """The first place where the figures of both do not go together, None where they do."""
        numbers = {row.id for row in mine}, {row.id for row in theirs}
        rows = {row.id: row for row in (*mine, *theirs)}
        for row in theirs:
            for one in mine:
                # Of one sum two currencies would be made.
                if one.currency != row.currency and _days(row)[0] <= _days(one)[1] and _days(one)[0] <= _days(row)[1]:
                    return self._apart(one, row)
        begun = first_signed(self._store, self._mine.id)
        for currency in dict.fromkeys(row.currency for row in theirs):
            series = Series(entries_of(row for row in rows.values() if row.currency == currency), begun)
            found = (
                *((one.entries, one.against) for one in series.disagreements()),
                *((one.entries, one.before) for one in series.falls()),
                *(((one.kept,), (one.left_out,)) for one in series.overlaps()),
            )
            for entries, against in found:
                both = {*entries, *against}
                if both & numbers[0] and both & numbers[1]:
                    return self._apart(rows[min(both & numbers[0])], rows[min(both & numbers[1])])
        return None

    def _apart(self, mine: CapitalEntry, theirs: CapitalEntry) -> Conflict:
        def shown(row: CapitalEntry) -> tuple[Figure, Period]:
            return figure_of(row), period_of(row)

        return Conflict("capital_entry", f"{mine.kind} series", None, shown(mine), shown(theirs))

    # --- what is simply taken over ------------------------------------------------------------------------------------

    def _take_over(self, model: type[Any]) -> None:
        mine, theirs = self._both(model)
        known = [row.facts() for row in mine]
        for row in theirs:
            if row.facts() | {"project_id": self._mine.id} in known:
                self._drop(row)
                self._dropped += 1
            else:
                self._move(row)


def _stage_place(row: StageEvent) -> tuple[object, int]:
    return row.first_day or row.effective_from, STAGES[row.stage].order if row.stage in STAGES else 0


def _way(rows: Sequence[StageEvent]) -> str:
    """The stages of a project in a line."""
    names = {row.id: STAGES[row.stage].name(language()) if row.stage in STAGES else row.stage for row in rows}
    return _(", ").join(f"{names[row.id]} {period_of(row)}" if row.first_day else names[row.id] for row in rows)


def _condition(rows: Sequence[ConditionEvent]) -> str:
    """The condition of a project and since when."""
    name = CONDITIONS[rows[-1].condition if rows else "active"].name(language())
    return f"{name} {period_of(rows[-1])}" if rows else name


def _one_history(mine: Sequence[StageEvent], theirs: Sequence[StageEvent], every: Sequence[StageEvent]) -> bool:
    """Whether the stages of both, in the order of their days, are the way of one project."""
    if {row.stage for row in mine} & {row.stage for row in theirs}:
        return False
    kept = all([row for row in every if row in rows] == list(rows) for rows in (mine, theirs))
    steps = ((a, b) for a, b in pairwise(every) if a.project_id != b.project_id)
    return kept and all(_stage_place(a)[1] < _stage_place(b)[1] for a, b in steps)


def _days(row: CapitalEntry) -> tuple[Any, Any]:
    """The first and the last day that a figure is of."""
    return (ALWAYS if row.basis == "cumulative" else row.first_day or ALWAYS), row.last_day or ALWAYS


def _by_period(rows: Sequence[CapitalEntry]) -> dict[tuple[Any, ...], list[CapitalEntry]]:
    found: dict[tuple[Any, ...], list[CapitalEntry]] = defaultdict(list)
    for row in rows:
        found[row.basis, *_days(row)].append(row)
    return found
