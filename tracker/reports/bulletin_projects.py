"""The projects and groups a bulletin names, and which of them are ahead and which behind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from tracker.analysis.completion import competition_ranks, gap_points
from tracker.database import Reader
from tracker.i18n import language
from tracker.reports.bulletin_values import Amount, Gap, Number, Spelling
from tracker.reports.month import Item, Month, Part, parts
from tracker.reports.monthly import money_cells
from tracker.reports.portfolio import Standing
from tracker.reports.words import name_of, term
from tracker.vocabulary import LIGHTS, STAGES, Term

# How many places from the top and from the bottom are named, where there are at least twice as many.
PLACES = 3


@dataclass(frozen=True, slots=True)
class Project:
    """A project as the month's table has it; printed, it is its name. `light` is green, yellow, red or None.

    `rank` is that among the projects that have a completion; of one that has ended the amounts are not told.
    """

    code: str
    name: str
    company: str | None
    owner: str | None
    site: str | None
    grid: str | None
    chain: str | None
    stage: str | None
    total: Amount | None
    plan: Amount | None
    this_month: Amount | None
    year_to_date: Amount | None
    completion: Number | None
    gap: Gap | None
    light: str | None
    light_name: str | None
    rank: int | None

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class Group:
    """The projects of an owner, site, chain or grid together; printed, it is its name, None for those without one."""

    name: str | None
    projects: int
    plan: Amount | None
    this_month: Amount | None
    year_to_date: Amount | None
    completion: Number | None
    gap: Gap | None
    red: int
    yellow: int
    rank: int | None

    def __str__(self) -> str:
        return self.name or ""


@dataclass(frozen=True, slots=True)
class Ranking:
    """Who competes by completion of the year, the best first; equals share a rank.

    `best` and `worst` are up to three places from the top and from the bottom, and more where some are equal; `equal`
    says that all are. `unranked` more have no completion, or no name.
    """

    every: tuple[Group | Project, ...]
    best: tuple[Group | Project, ...]
    worst: tuple[Group | Project, ...]
    equal: bool
    unranked: int


@dataclass(frozen=True)
class Projects:
    """The projects of a month as a bulletin names them, each made once."""

    facts: Month
    spelling: Spelling

    def of(self, one: Standing) -> Project:
        """The project of a standing."""
        item = self._items.get(one.row.project_id)
        return self._shown[one.row.project_id] if item else self._project(one, None)

    def place(self, one: Standing) -> int:
        """Where the project stands in the month's table, worst first; last what is not in it."""
        return self._places.get(one.row.project_id, len(self._places))

    @cached_property
    def _items(self) -> dict[int, Item]:
        return {item.line.project_id: item for item in self.facts.items}

    @cached_property
    def _places(self) -> dict[int, int]:
        return {project: place for place, project in enumerate(self._items)}

    @cached_property
    def _ranks(self) -> dict[int, int | None]:
        return competition_ranks({project: item.line.completion for project, item in self._items.items()})

    @cached_property
    def _shown(self) -> dict[int, Project]:
        return {project: self._project(item.line.standing, item) for project, item in self._items.items()}

    def _project(self, one: Standing, item: Item | None) -> Project:
        row, said, line = one.row, self.spelling, item.line if item else None
        light = term(LIGHTS, line.light.colour) if line and line.light.colour != "grey" else None
        stage = term(STAGES, one.stage.code) if one.stage else None
        return Project(
            code=said.words(row.code),
            name=said.words(name_of(row.name, row.name_en)),
            company=said.label(name_of(row.company, row.company_en) if row.company else None),
            owner=said.label(row.owner),
            site=said.label(row.site),
            grid=said.label(row.grid),
            chain=said.label(row.chain),
            stage=_name(stage),
            total=said.amount(line.total.cell()) if line else None,
            plan=said.amount(line.plan.cell()) if line else None,
            this_month=said.amount(item.month.cell()) if item else None,
            year_to_date=said.amount(line.completed.cell()) if line else None,
            completion=said.told(line.completion) if line else None,
            gap=said.gap(gap_points(line.completion, self.facts.elapsed)) if line else None,
            light=light.code if light else None,
            light_name=_name(light),
            rank=self._ranks.get(row.project_id),
        )


def ranked_projects(facts: Month, projects: Projects) -> Ranking:
    """The projects by completion of the year."""
    found = [(item.line.completion, projects.of(item.line.standing)) for item in facts.items]
    return _ranking([(value, one) for value, one in found if value is not None], len(found))


def ranked_groups(reader: Reader, facts: Month, by: str, spelling: Spelling) -> Ranking:
    """The groups by completion of the year; projects without a group compete with nobody."""
    found = parts(reader, facts, by)
    completions = {place: part.month.completion if part.label is not None else None for place, part in enumerate(found)}
    ranks = competition_ranks(completions)
    groups = [(completions[place], _group(part, ranks[place], spelling)) for place, part in enumerate(found)]
    return _ranking([(value, one) for value, one in groups if value is not None], len(groups))


def _group(part: Part, rank: int | None, said: Spelling) -> Group:
    cells, completion = money_cells(part.month), part.month.completion
    label = part.label.name(language()) if isinstance(part.label, Term) else part.label
    return Group(
        name=said.label(label),
        projects=len(part.month.items),
        plan=said.amount(cells["plan"]),
        this_month=said.amount(cells["month"]),
        year_to_date=said.amount(cells["year_to_date"]),
        completion=said.told(completion),
        gap=said.gap(gap_points(completion, part.month.elapsed)),
        red=part.month.lit("red"),
        yellow=part.month.lit("yellow"),
        rank=rank,
    )


def _ranking(valued: Sequence[tuple[Fraction, Group | Project]], of: int) -> Ranking:
    every = sorted(valued, key=lambda pair: -pair[0])
    values = [value for value, _one in every]
    best, worst = ends(values)
    return Ranking(
        tuple(one for _value, one in every),
        tuple(one for value, one in every if value in best),
        tuple(one for value, one in reversed(every) if value in worst),
        len(values) > 1 and values[0] == values[-1],
        of - len(every),
    )


def ends(values: Sequence[Fraction]) -> tuple[set[Fraction], set[Fraction]]:
    """The values of the best and of the worst places, given highest first.

    A value that is at both ends belongs to neither, unless it is the highest or the lowest of all.
    """
    count = min(PLACES, len(values) // 2)
    if not count or values[0] == values[-1]:
        return set(), set()
    top, bottom = values[count - 1], values[-count]
    best = {value for value in values if value >= top and (value > bottom or value == values[0])}
    worst = {value for value in values if value <= bottom and (value < top or value == values[-1])}
    return best, worst


def _name(word: Term | None) -> str | None:
    return word.name(language()) if word else None
