"""Sums of capital that stay honest: one a kind and currency, with qualifier, state, coverage and what is left out.

What one project has of a kind is a capital sum; families of parents and parts have one figure; groups add families up.
The projects of a question that have no parts, each kind in one currency and nothing to be converted, are added up as
they are read, so that never all of them are in memory.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from functools import cache
from typing import Any, NamedTuple

from tracker.analysis.values import Value
from tracker.database import Reader
from tracker.dates import Period
from tracker.money import Figure, Money, added_up, at_least, exactness
from tracker.queries import capital
from tracker.queries.as_of import FOREVER, AsOf, Filters
from tracker.queries.capital import FigureRow
from tracker.queries.project_figures import AlikeProjects, Month, Sum, alike_projects
from tracker.reports.portfolio import ProjectState, portfolio, states_of
from tracker.reports.report import Amounts
from tracker.vocabulary import VALID_FROM

# The worst first: what a cell of several currencies is as a whole.
_STATES = ("withheld", "lacking", "partial", "known", "not_reported")


class CapitalSum(NamedTuple):
    """What one project has of one kind.

    `figures` take part in sums, ratios and rankings, one a currency: known values, and partial ones as at least that.
    `state` is known, partial, lacking, withheld or not_reported; a lacking one has its last known figure in `last`,
    and `to` is the last day that the figures reach. `entries` are those it comes from, and `missing` the months nobody
    spoke of, where it was computed from the entries themselves.
    """

    figures: tuple[Figure, ...] = ()
    state: str = "not_reported"
    to: date | None = None
    last: Figure | None = None
    entries: tuple[int, ...] = ()
    missing: tuple[Period, ...] = ()

    @property
    def known(self) -> bool:
        """Whether there is a figure with money that takes part in sums."""
        # Asked many times for every project: no generator.
        for figure in self.figures:  # noqa: SIM110
            if figure.money is not None:
                return True
        return False

    @property
    def partial(self) -> bool:
        """Whether it is at least what it says."""
        return self.state == "partial"

    @property
    def lacking(self) -> bool:
        """Whether some of it, or all, is unknown or withheld, so that it takes part in no sum."""
        return self.state in ("lacking", "withheld")

    def money(self) -> Money | None:
        """The sum where it is in one currency; None where there is none or they are several."""
        sums = [figure.money for figure in self.figures if figure.money]
        return sums[0] if len(sums) == 1 else None

    def cell(self) -> Amounts:
        """The cell of one project."""
        return Amounts(self.figures, state=self.state, to=self.to, last=self.last)


NOTHING = CapitalSum()


class Alike(NamedTuple):
    """The sum of so many projects that stand alone and have figures of one state, currency and exactness.

    `first` is the number of the first of them.
    """

    capital_sum: CapitalSum
    projects: int
    first: int


def capital_sum_of(rows: Sequence[FigureRow]) -> CapitalSum:
    """What the rows of one project and kind, one a currency, come to."""
    if not rows:
        return NOTHING
    if len(rows) == 1 and rows[0].value.state == "known":
        # By far the most.
        value = rows[0].value
        return CapitalSum((_figure(rows[0]),), "known", value.to, None, value.entries, value.missing)
    state = next((state for state in _STATES if any(row.value.state == state for row in rows)), "not_reported")
    figures = tuple(_figure(row) for row in rows if row.value.state in ("known", "partial"))
    if figures and state in ("lacking", "withheld"):
        # The sum of some currencies is right for these currencies; the others take part in nothing.
        state = "partial"
    last = next((_figure(row) for row in rows if row.value.state == "lacking" and row.value.minor is not None), None)
    if not figures:
        # A total or a plan was reported as unknown; a running figure may lack days without a figure.
        said = state == "withheld" or rows[0].kind in VALID_FROM
        empty = (Figure(None, "exact", "withheld" if state == "withheld" else "unknown"),) if said else ()
        figures = empty
    to = max((row.value.to for row in rows if row.value.to), default=None)
    entries = tuple(sorted({entry for row in rows for entry in row.value.entries}))
    return CapitalSum(figures, state, to, last, entries, tuple(month for row in rows for month in row.value.missing))


def _figure(row: FigureRow) -> Figure:
    value = row.value
    assert value.minor is not None
    qualifier = at_least(value.qualifier) if value.state == "partial" else value.qualifier
    availability = value.availability if value.availability in ("reported", "estimated") else "reported"
    return Figure(Money(value.minor, row.currency), qualifier, availability)


# For each kind the capital sum of each project that has figures of it; none for another kind.
ByKind = defaultdict[str, dict[int, CapitalSum]]


def capital_sums(rows: Iterable[FigureRow]) -> ByKind:
    """What rows of any order come to."""
    found: defaultdict[str, dict[int, tuple[FigureRow, ...]]] = defaultdict(dict)
    for row in rows:
        of, project = found[row.kind], row.project_id
        of[project] = (*of[project], row) if project in of else (row,)
    return ByKind(
        dict, {kind: {project: capital_sum_of(own) for project, own in of.items()} for kind, of in found.items()}
    )


def tallied(
    reader: Reader,
    as_of: AsOf,
    within: Period | None = None,
    *,
    kinds: Collection[str] = (),
    projects: Collection[int] | None = None,
) -> ByKind:
    """The capital sums by kind and project: all there is by the day asked about, or what is `within` a period.

    The year of that day is its year to date, and of plan the plan of the year. Of `kinds` and `projects` alone where
    they are given. In the currency the question asks for, at the rate of the day asked about. Raises Refused where a
    rate is missing.
    """
    if within is None:
        rows = capital.cumulative(reader, as_of, kinds, projects)
    elif within == Period.year(as_of.day.year):
        rows = capital.year_to_date(reader, as_of, kinds, projects)
    elif within == Period.month(as_of.day.year, as_of.day.month):
        rows = capital.month(reader, as_of, kinds, projects)
    else:
        rows = iter(capital.in_spans(reader, as_of, [within], kinds, projects)[0])
    return converted(capital_sums(rows), as_of)


def converted(found: ByKind, as_of: AsOf) -> ByKind:
    """The capital sums in the currency the question asks for: every figure at the rate of the day asked about.

    A converted figure is rounded once, half to even, to the minor unit.
    """
    for own in found.values() if as_of.converter is not None else ():
        own |= {project: convert(capital_sum, as_of) for project, capital_sum in own.items()}
    return found


def convert(capital_sum: CapitalSum, as_of: AsOf) -> CapitalSum:
    """A capital sum in the currency the question asks for."""
    if as_of.converter is None:
        return capital_sum
    figures = [in_currency(figure, as_of) for figure in capital_sum.figures]
    known = [figure for figure in figures if figure.money]
    added = (added_up(known),) if known else tuple(figures[:1])
    return capital_sum._replace(figures=added, last=in_currency(capital_sum.last, as_of) if capital_sum.last else None)


def in_currency(figure: Figure, as_of: AsOf) -> Figure:
    """A figure in the currency the question asks for, at the rate of the day asked about."""
    if as_of.converter is None or figure.money is None:
        return figure
    minor = as_of.converter.convert(figure.money.minor, figure.money.currency, as_of.day)
    return replace(figure, money=Money(round(minor), as_of.converter.target))


# --- parents and their parts -----------------------------------------------------------------------------------------


def with_parts(items: Sequence[tuple[int, int | None]], by_project: Mapping[int, CapitalSum]) -> dict[int, CapitalSum]:
    """The figure of each family, on the parent: its own where it has one, else the sum of its parts.

    `items` are (id, parent id) of the projects that are shown.
    """
    parts = parts_by_parent(items)
    if not parts:
        return {project: by_project.get(project, NOTHING) for project, _parent in items}
    found: dict[int, CapitalSum] = {}

    def family_of(project: int) -> CapitalSum:
        if project not in found:
            own = by_project.get(project, NOTHING)
            below = [family_of(part) for part in parts.get(project, ())]
            found[project] = own if own.known or not below else _of_parts(own, below)
        return found[project]

    for project, _parent in items:
        family_of(project)
    return found


def parts_by_parent(items: Iterable[tuple[int, int | None]]) -> dict[int, list[int]]:
    """The parts of each project that has some, of (id, parent id)."""
    found: dict[int, list[int]] = {}
    for project, parent in items:
        if parent is not None:
            found.setdefault(parent, []).append(project)
    return found


def _of_parts(own: CapitalSum, parts: Sequence[CapitalSum]) -> CapitalSum:
    known = [part for part in parts if part.known]
    if not known:
        return own if own.state != "not_reported" else next((part for part in parts if part.lacking), own)
    lacking = own.lacking or any(part.lacking or part.partial for part in parts)
    added = sums(figure for part in known for figure in part.figures)
    if lacking:
        added = tuple(replace(figure, qualifier=at_least(figure.qualifier)) for figure in added)
    to = max((part.to for part in known if part.to), default=None)
    entries = tuple(sorted({entry for part in known for entry in part.entries}))
    missing = tuple(dict.fromkeys(month for part in known for month in part.missing))
    return CapitalSum(added, "partial" if lacking else "known", to, None, entries, missing)


def group_amounts(
    items: Sequence[tuple[int, int | None]],
    by_project: Mapping[int, CapitalSum],
    alike: Sequence[Alike] = (),
    alone: int = 0,
) -> Amounts:
    """The sum over projects, given as (id, parent id): one figure a currency, and how many projects are behind it.

    A parent with a figure holds for its parts, which are then not counted again. So many more projects stand `alone`,
    and those of them that have figures are in `alike`.
    """
    parents = dict(items)
    with_figure = {project for project in parents if project in by_project and by_project[project].known}
    within = parts_by_parent(items)
    found = [
        (place, by_project[project])
        for place, project in enumerate(parents)
        if project in by_project and not (within and is_inside(project, parents, with_figure))
    ]
    if alike:
        # Currencies stand in the order of the projects that have them first.
        ids = list(parents)
        found = [(ids[place], capital_sum) for place, capital_sum in found] + [
            (one.first, one.capital_sum) for one in alike
        ]
        found.sort(key=lambda item: item[0])
    counted = [capital_sum for _place, capital_sum in found]
    known = len(with_figure) + sum(one.projects for one in alike if one.capital_sum.known)
    figures = sums(figure for capital_sum in counted for figure in capital_sum.figures)
    state = "partial" if any(capital_sum.partial for capital_sum in counted) else "known"
    said = sum(one.projects for one in alike if one.capital_sum.figures) == alone
    if not figures and said and all(by_project.get(project, NOTHING).figures for project in parents):
        # All of it is reported as unknown, or withheld.
        absent = {figure.availability for capital_sum in counted for figure in capital_sum.figures}
        figures = (Figure(None, "exact", absent.pop()),) if len(absent) == 1 else ()
    return Amounts(figures, known, len(parents) + alone, state)


def sums(figures: Iterable[Figure]) -> tuple[Figure, ...]:
    """The sum of the figures with money in each currency."""
    by_currency = defaultdict[str, list[Figure]](list)
    for figure in figures:
        if figure.money:
            by_currency[figure.money.currency].append(figure)
    return tuple(map(added_up, by_currency.values()))


def is_inside(project: int, parents: Mapping[int, int | None], chosen: Container[int]) -> bool:
    """Whether a project is a part, at any depth, of one of those chosen."""
    parent = parents.get(project)
    while parent is not None and parent not in chosen:
        parent = parents.get(parent)
    return parent is not None


def counted_elsewhere(rows: Iterable[Amounts | None], total: Amounts) -> Amounts | None:
    """What a total leaves out of its rows, because a parent holds for its parts; None where rows add up to it.

    It is only as exact as the total and the rows are.
    """
    whole = {figure.money.currency: figure for figure in total.figures if figure.money}
    left = []
    for added in sums(figure for amounts in rows for figure in (amounts.figures if amounts else ())):
        assert added.money is not None
        of = whole.get(added.money.currency)
        minor = (of.money.minor if of and of.money else 0) - added.money.minor
        if minor:
            exact = exactness([of] if of else [], [added])
            left.append(Figure(Money(minor, added.money.currency), *exact))
    return Amounts(tuple(left), state=total.state) if left else None


# --- projects that stand alone, added up as they are read -----------------------------------------------------------


@dataclass(frozen=True, eq=False, slots=True)
class Class:
    """What figures have in common that are added up; `exact` is None for those reported exactly. Made by `class_of`."""

    kind: str
    currency: str
    state: str
    exact: str | None
    known: bool

    def capital_sum(self, minor: int) -> CapitalSum:
        """The capital sum of a sum of such figures."""
        if self.state == "not_reported":
            return NOTHING
        qualifier, _space, availability = (self.exact or "exact reported").partition(" ")
        value = Value(self.state, minor if self.known else None, qualifier, availability)
        return capital_sum_of((FigureRow(0, self.kind, self.currency, value),))


@cache
def class_of(kind: str, currency: str, state: str, exact: str | None = None) -> Class:
    """The one class of such figures; `known` where there is an amount that takes part in sums."""
    return Class(kind, currency, state, exact, state in ("known", "partial"))


NO_FIGURE = class_of("", "", "not_reported")


def of_year(figure: Sum | None) -> Class:
    """The class of the figure of the year."""
    return class_of(figure.kind, figure.currency, figure.year_state, figure.year_exact) if figure else NO_FIGURE


def of_all(figure: Sum | None) -> Class:
    """The class of all there is."""
    return class_of(figure.kind, figure.currency, figure.ever_state, figure.ever_exact) if figure else NO_FIGURE


@dataclass(slots=True)
class Sums:
    """The simple projects of one group: counts, sums and pairs of sums by name and class.

    Each sum is how many projects it is of, the minor units, and the number of the first project; each pair has two.
    """

    counts: Counter[Any] = field(default_factory=Counter)
    sums: dict[tuple[str, Class], list[int]] = field(default_factory=dict)
    pairs: dict[tuple[str, Class, Class], list[int]] = field(default_factory=dict)

    def add(self, name: str, of: Class, minor: int | None, alike: AlikeProjects) -> None:
        """Add the figures of more projects, where there are some."""
        if of.state == "not_reported":
            return
        found = self.sums.setdefault((name, of), [0, 0, alike.first])
        found[0] += alike.projects
        found[1] += minor or 0

    def pair(
        self, name: str, part: Class, done: int | None, whole: Class, all_of_it: int | None, alike: AlikeProjects
    ) -> None:
        """Add what was done of which whole by more projects."""
        found = self.pairs.setdefault((name, part, whole), [0, 0, 0, alike.first])
        found[0] += alike.projects
        found[1] += done or 0
        found[2] += all_of_it or 0

    def join(self, other: "Sums") -> None:
        """Count the projects of another group too."""
        self.counts.update(other.counts)
        both: Any = ((self.sums, other.sums), (self.pairs, other.pairs))
        for mine, theirs in both:
            for key, numbers in theirs.items():
                have = mine.setdefault(key, [*[0] * (len(numbers) - 1), numbers[-1]])
                first = min(have[-1], numbers[-1])
                have[:] = [*(one + more for one, more in zip(have[:-1], numbers[:-1], strict=True)), first]

    def alike(self, name: str) -> list[Alike]:
        """The sums of a name."""
        own = ((of, numbers) for (one, of), numbers in self.sums.items() if one == name)
        return [Alike(of.capital_sum(minor), count, first) for of, (count, minor, first) in own]

    def of_wholes(self, name: str) -> list[tuple[CapitalSum, CapitalSum, int]]:
        """What was done of which wholes, by how many projects."""
        own = ((part, whole, numbers) for (one, part, whole), numbers in self.pairs.items() if one == name)
        return [
            (part.capital_sum(done), whole.capital_sum(every), count)
            for part, whole, (count, done, every, _first) in own
        ]


class Added(NamedTuple):
    """The projects of a question: `states` one by one, and the simple ones by the values of their labels."""

    states: Sequence[ProjectState]
    simple: Mapping[tuple[Any, ...], Sums]


def added(
    reader: Reader,
    as_of: AsOf,
    filters: Filters,
    labels: Sequence[str] | None,
    kinds: Collection[str],
    add: Callable[[Sums, AlikeProjects], None],
    *,
    counts: Sequence[str] = (),
    bounds: tuple[Fraction, Fraction] | None = None,
    month: Month | None = None,
) -> Added:
    """The projects that exist on the day asked about and match; None for `labels` looks at each of them.

    `add` counts more simple projects in the sums of their group; `kinds` and what
    follows as in `alike_projects`. As known earlier, all are looked at one by one.
    """
    if as_of.known < FOREVER or labels is None:
        return Added(portfolio(reader, as_of, filters).states, {})
    simple: dict[tuple[Any, ...], Sums] = {}
    others = set[int]()
    for one in alike_projects(reader, as_of, filters, kinds, labels, counts, bounds, month):
        if one.is_simple:
            add(simple.setdefault(one.labels, Sums()), one)
        else:
            others.add(one.first)
    return Added(states_of(reader, as_of, others), simple)
