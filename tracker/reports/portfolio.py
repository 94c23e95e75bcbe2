"""The projects of a question with everything known of each: the value the other reports are made of."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple, TypeVar

from tracker.analysis.milestones import Milestone, next_milestone
from tracker.analysis.project_state import bits, undated
from tracker.database import Reader
from tracker.dates import Period
from tracker.errors import Ambiguous, UsageError
from tracker.i18n import _
from tracker.models.fields import PLAIN
from tracker.queries import lookup
from tracker.queries import milestones as milestone_queries
from tracker.queries import projects as project_queries
from tracker.queries.as_of import FOREVER, AsOf, Filters
from tracker.queries.projects import (
    EventRow,
    LabelRow,
    ProjectRow,
    Projects,
    Reached,
    RelationRow,
    count,
    existing,
    matching,
)
from tracker.reports.words import name_of
from tracker.text import PINYIN_EXTRA, command_line, fold, pick, several_named
from tracker.vocabulary import CONDITIONS, ENDED, STAGES

R = TypeVar("R", EventRow, LabelRow)
# Of so few projects a table of the first rows has the totals of all.
_FEW = 500
RUNNING = tuple(term.code for term in CONDITIONS if term.code not in ENDED)


class _Known:
    """What is known of the projects of a question beside their rows: read for all of them when first asked for."""

    def __init__(self, reader: Reader, as_of: AsOf, ids: Collection[int]) -> None:
        self._question = reader, as_of, ids

    @cached_property
    def stages(self) -> dict[int, list[EventRow]]:
        """The stages of each project so far."""
        return _by_project(project_queries.stages(*self._question))

    @cached_property
    def conditions(self) -> dict[int, list[EventRow]]:
        """The conditions of each project so far."""
        return _by_project(project_queries.conditions(*self._question))

    @cached_property
    def labels(self) -> dict[int, list[LabelRow]]:
        """What hangs on each project."""
        return _by_project(project_queries.labels(*self._question))

    @cached_property
    def milestones(self) -> dict[int, list[Milestone]]:
        """The milestones of each project."""
        return project_milestones(*self._question)

    @cached_property
    def next(self) -> dict[int, list[Milestone]]:
        """The milestone each project is to reach next, or all where an earlier knowledge is asked for."""
        is_now = self._question[1].known >= FOREVER
        return project_milestones(*self._question, next_only=True) if is_now else self.milestones

    @cached_property
    def _reached(self) -> dict[int, Reached]:
        reader, as_of, ids = self._question
        # No derived row reaches beyond the last day of the calendar, up to which an export reads.
        return project_queries.reached(reader, as_of, ids) if as_of.known >= FOREVER else {}

    def far(self, project: int) -> Reached:
        """How far a project has come: the derived row of the day, where there is one, says what its events do."""
        found = self._reached.get(project)
        return found or _far(self.stages.get(project, ()), self.conditions.get(project, ()))


class ProjectState(NamedTuple):
    """One project as of a day: its row, how far it has come, and what else is known of it.

    Its stages, conditions, labels and milestones are read with those of all projects of the question when one is first
    asked for, so that a report of many reads no more than it shows.
    """

    row: ProjectRow
    far: Reached
    known: _Known

    @property
    def stages(self) -> Sequence[EventRow]:
        """The stages of the project so far, in the order recorded."""
        return self.known.stages.get(self.row.project_id, ())

    @property
    def conditions(self) -> Sequence[EventRow]:
        """The conditions of the project so far."""
        return self.known.conditions.get(self.row.project_id, ())

    @property
    def labels(self) -> Sequence[LabelRow]:
        """Its tags, aliases, external ids and custom values."""
        return self.known.labels.get(self.row.project_id, ())

    @property
    def milestones(self) -> tuple[Milestone, ...]:
        """Its milestones, marked where the project has come to the stage of the same name, or is halted."""
        return self._passed(self.known.milestones)

    @property
    def next(self) -> Milestone | None:
        """The milestone it is to reach next."""
        return next_milestone(self._passed(self.known.next))

    def _passed(self, found: Mapping[int, Sequence[Milestone]]) -> tuple[Milestone, ...]:
        stage = self.far.stage
        come_to = STAGES[stage].order if stage and stage in STAGES else 0
        halted = self.far.condition != "active"
        return tuple(
            one._replace(passed=one.code in STAGES and STAGES[one.code].order <= come_to, halted=halted)
            for one in found.get(self.row.project_id, ())
        )

    @property
    def stage(self) -> str | None:
        """The stage the project is at, a code of STAGES or one of a later program."""
        return self.far.stage

    @property
    def stage_on(self) -> Period | None:
        """When it came to that stage, None where the days are not known."""
        return self.stages[-1].period if self.stages else None

    @property
    def condition(self) -> str:
        """The condition the project is in, a code of CONDITIONS."""
        return self.far.condition

    @property
    def started(self) -> Period | None:
        """When work was first seen on the site: the first dated stage from under_construction on."""
        return _started(self.stages)

    def reached(self, stage: str) -> Period | None:
        """When the project first reached a stage, if it did and the days are known."""
        return _reached(self.stages, stage)

    def names(self, category: str) -> tuple[str, ...]:
        """The tags, aliases, … that hang on the project."""
        return tuple(label.name for label in self.labels if label.category == category)


def _far(stages: Sequence[EventRow], conditions: Sequence[EventRow]) -> Reached:
    """How far a project has come by its events, as the derived table has it of what is known now."""
    dated = bits(event for event in stages if event.first_day is not None)
    lacking = bits(event for event in stages if event.first_day is None)
    return Reached(
        stages[-1].code if stages else None,
        conditions[-1].code if conditions else "active",
        dated | lacking,
        undated(dated, lacking),
        _reached(stages, "signed"),
        _started(stages),
        _reached(stages, "completed"),
        _reached(stages, "in_production"),
    )


def _started(stages: Iterable[EventRow]) -> Period | None:
    begun = STAGES["under_construction"].order
    return next((one.period for one in stages if one.code in STAGES and STAGES[one.code].order >= begun), None)


def _reached(stages: Iterable[EventRow], stage: str) -> Period | None:
    return next((one.period for one in stages if one.code == stage), None)


class Portfolio(NamedTuple):
    """The projects that match, in the order they were opened, and every relation there is."""

    states: tuple[ProjectState, ...]
    relations: tuple[RelationRow, ...]

    def tree(self) -> list[tuple[int, int | None]]:
        """(id, parent id) of every project."""
        return family(self.states)


def family(
    states: Iterable[ProjectState], parents: Mapping[int, int | None] | None = None
) -> list[tuple[int, int | None]]:
    """(id, parent id) of each project; with the `parents` of all, the nearest project above that is one of these."""
    found = [(one.row.project_id, one.row.parent_id) for one in states]
    if parents is None:
        return found
    chosen = {project for project, _parent in found}

    def nearest(project: int | None) -> int | None:
        while project is not None and project not in chosen:
            project = parents.get(project)
        return project

    return [(project, nearest(parent)) for project, parent in found]


def portfolio(
    reader: Reader,
    as_of: AsOf,
    filters: Filters | None = None,
    *,
    limit: int | None = None,
) -> Portfolio:
    """The projects that exist on the day asked about and match `filters`, in the order opened; at most `limit`."""
    ids = matching(reader, as_of, filters or Filters(), limit)
    if ids is not None:
        states = states_of(reader, as_of, ids)
    else:
        every = {row.project_id for row in project_queries.projects(reader, as_of)}
        states = states_of(reader, as_of, existing(reader, as_of, every))
        states = [one for one in states if filters is None or matches(one, filters)][:limit]
    relations = project_queries.relations(reader, as_of, ids if ids is not None and limit is not None else None)
    return Portfolio(tuple(states), _between_existing(reader, as_of, relations))


def matching_ids(reader: Reader, as_of: AsOf, filters: Filters) -> set[int]:
    """The projects that exist on the day asked about and match."""
    ids = matching(reader, as_of, filters)
    return {one.row.project_id for one in portfolio(reader, as_of, filters).states} if ids is None else set(ids)


def some(reader: Reader, as_of: AsOf, filters: Filters, ids: Collection[int]) -> list[ProjectState]:
    """Those of some projects that exist on the day asked about and match."""
    return [one for one in states_of(reader, as_of, existing(reader, as_of, ids)) if matches(one, filters)]


def first_only(reader: Reader, as_of: AsOf, filters: Filters, limit: int | None) -> int | None:
    """`limit`; None where so few projects match that all are read, and the total of all stands below the first."""
    return None if limit is None or count_matching(reader, as_of, filters) <= _FEW else limit


def count_matching(reader: Reader, as_of: AsOf, filters: Filters) -> int:
    """How many projects exist on the day asked about and match."""
    if as_of.known >= FOREVER:
        return count(reader, as_of, filters)
    return len(portfolio(reader, as_of, filters).states)


def _between_existing(reader: Reader, as_of: AsOf, relations: Iterable[RelationRow]) -> tuple[RelationRow, ...]:
    """The relations whose both projects exist."""
    found = tuple(relations)
    live = existing(reader, as_of, {project for one in found for project in (one.project_id, one.target_id)})
    return tuple(one for one in found if {one.project_id, one.target_id} <= live)


def project_of(reader: Reader, as_of: AsOf, word: str) -> int:
    """The project with this code, name or alias, else with this in one of them or as its pinyin or initials.

    Raises UsageError with the closest code, or with those that are meant.
    """
    if as_of.known >= FOREVER:
        ids = lookup.named(reader, "project", word) or lookup.by_part(reader, "project", word)
        found = states_of(reader, as_of, existing(reader, as_of, ids)) if ids else []
        if len(found) == 1:
            return found[0].row.project_id
        if found:
            names = [(one.row.code, name_of(one.row.name, one.row.name_en)) for one in found]
            raise several_named(word, names, _("project"))
    # Only a refusal, or an earlier knowledge, needs every name there is.
    try:
        return find(portfolio(reader, as_of), word).row.project_id
    except Ambiguous:
        raise
    except UsageError as error:
        raise UsageError(str(error) + pinyin_hint(reader, (word,))) from None


def pinyin_hint(reader: Reader, words: Iterable[str]) -> str:
    """What to do for words that may be pinyin, where names were written without it; else nothing."""
    if not any(lookup.lacks_pinyin(reader, word) for word in words):
        return ""
    return " " + _("Names are not found by pinyin yet: {install}, then {command}").format(
        install=PINYIN_EXTRA, command=command_line("database upgrade")
    )


def surroundings(reader: Reader, as_of: AsOf, word: str) -> tuple[ProjectState, Portfolio]:
    """A project and what is around it: its parts, what it is a part of, what supports it, what it relates to.

    Raises UsageError, with the closest code, where there is no such project.
    """
    project = project_of(reader, as_of, word)
    around, relations = {project}, list[RelationRow]()
    supporters = {project}
    around |= {part for part, _parent in project_queries.parts_of(reader, as_of, around)}
    while supporters:
        found = project_queries.relations_around(reader, as_of, supporters)
        relations += [one for one in found if one not in relations]
        new = {one.project_id for one in found if one.target_id in supporters and one.relation == "supports"}
        around |= {number for one in found for number in (one.project_id, one.target_id)}
        supporters = new - {one.target_id for one in relations}
    [row] = project_queries.projects(reader, as_of, project)
    if row.parent_id is not None:
        around.add(row.parent_id)
    states = states_of(reader, as_of, existing(reader, as_of, around))
    one = next(state for state in states if state.row.project_id == project)
    return one, Portfolio(tuple(states), _between_existing(reader, as_of, relations))


def states_of(reader: Reader, as_of: AsOf, ids: Collection[int]) -> list[ProjectState]:
    """The projects of these ids, in the order opened."""
    wanted = set(ids)
    known = _Known(reader, as_of, wanted)
    return [
        ProjectState(row, known.far(row.project_id), known)
        for row in project_queries.projects(reader, as_of, wanted)
        if row.project_id in wanted
    ]


def far_of(reader: Reader, as_of: AsOf, ids: Collection[int]) -> dict[int, Reached]:
    """How far the projects of these ids had come."""
    known = _Known(reader, as_of, ids)
    return {project: known.far(project) for project in ids}


def _by_project(rows: Iterable[R]) -> dict[int, list[R]]:
    found: dict[int, list[R]] = {}
    for row in rows:
        if row.project_id is not None:
            found.setdefault(row.project_id, []).append(row)
    return found


def project_milestones(
    reader: Reader, as_of: AsOf, projects: Projects = None, *, next_only: bool = False
) -> dict[int, list[Milestone]]:
    """For each project, its milestones in the order they were added, or as known now the one it is to reach next."""
    days = milestone_queries.days_of_milestones(reader, as_of, projects, next_only=next_only)
    found: dict[int, list[Milestone]] = {}
    for row in milestone_queries.milestones(reader, as_of, projects, next_only=next_only):
        own = days.get(row.milestone_id, {})
        baselines, actual = own.get("baseline", ()), own.get("actual", ())
        found.setdefault(row.project_id, []).append(
            Milestone(
                row.code,
                row.title,
                baselines[-1][1] if baselines else None,
                tuple(own.get("forecast", ())),
                actual[-1][1] if actual else None,
                baselines[0][1] if len(baselines) > 1 else None,
                facts=tuple([getattr(row, one.key) for one in PLAIN["milestone"]]),
            )
        )
    return found


def matches(one: ProjectState, filters: Filters) -> bool:
    """Whether a project matches one value of every list that is not empty."""
    row, signed = one.row, one.far.signed
    exact: tuple[tuple[tuple[str, ...], tuple[str | None, ...]], ...] = (
        (filters.stage, (one.stage,)),
        (filters.condition, (one.condition,)),
        (filters.country, (row.country,)),
        (filters.chain, (row.chain,)),
        (filters.site, (row.site,)),
        (filters.grid, (row.grid,)),
        (filters.owner, (row.owner,)),
        (filters.company, (row.company, row.company_en, row.group_name)),
        (filters.tag, one.names("tag") if filters.tag else ()),
        (tuple(map(str, filters.year)), (str(signed.first.year) if signed else None,)),
    )
    for wanted, values in exact:
        if wanted and not {fold(word) for word in wanted} & {fold(value) for value in values if value}:
            return False
    if not filters.text:
        return True
    words = [fold(word) for word in filters.text]
    texts = (row.code, row.name, row.name_en, row.company, row.company_en, *one.names("alias"))
    return any(word in fold(text) for word in words for text in texts if text)


def find(everything: Portfolio, word: str) -> ProjectState:
    """The project with this code, name or alias. Raises UsageError with the closest code."""
    named = [((one.row.code, one.row.name, one.row.name_en, *one.names("alias")), one) for one in everything.states]
    return pick(word, named, _("project"), part=True)


def cited(source: str | None, quote: str | None, note: str | None = None) -> str | None:
    """Document, quotation and note in one line, or nothing."""
    found = " ".join(part for part in (source or "", f"“{quote}”" if quote else "") if part)
    return f"{found}{_(' ({note})').format(note=note) if note else ''}".strip() or None
