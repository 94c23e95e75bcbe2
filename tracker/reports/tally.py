"""Sums of capital that stay honest: one a kind and currency, with qualifier, state, coverage and what is left out."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import NamedTuple

from tracker.database import Reader
from tracker.dates import Period
from tracker.money import Figure, Money, added_up, at_least, exactness
from tracker.queries import capital
from tracker.queries.as_of import AsOf
from tracker.queries.capital import FigureRow
from tracker.reports.report import Amounts
from tracker.vocabulary import VALID_FROM

# The worst first: what a cell of several currencies is as a whole.
_STATES = ("withheld", "lacking", "partial", "known", "not_reported")


class Tally(NamedTuple):
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


NOTHING = Tally()


class Alike(NamedTuple):
    """The sum of so many projects that stand alone and have figures of one state, currency and exactness.

    `first` is the number of the first of them.
    """

    tally: Tally
    projects: int
    first: int


def tally_of(rows: Sequence[FigureRow]) -> Tally:
    """What the rows of one project and kind, one a currency, come to."""
    if not rows:
        return NOTHING
    if len(rows) == 1 and rows[0].value.state == "known":
        # By far the most.
        value = rows[0].value
        return Tally((_figure(rows[0]),), "known", value.to, None, value.entries, value.missing)
    state = next((state for state in _STATES if any(row.value.state == state for row in rows)), "not_reported")
    figures = tuple(_figure(row) for row in rows if row.value.state in ("known", "partial"))
    if figures and state in ("lacking", "withheld"):
        # The sum of some currencies is right for these currencies; the others take part in nothing.
        state = "partial"
    last = next((_figure(row) for row in rows if row.value.state == "lacking" and row.value.minor is not None), None)
    if not figures:
        # A total or a plan was said to be unknown; a running figure may lack what nobody spoke of.
        said = state == "withheld" or rows[0].kind in VALID_FROM
        empty = (Figure(None, "exact", "withheld" if state == "withheld" else "unknown"),) if said else ()
        figures = empty
    to = max((row.value.to for row in rows if row.value.to), default=None)
    entries = tuple(sorted({entry for row in rows for entry in row.value.entries}))
    return Tally(figures, state, to, last, entries, tuple(month for row in rows for month in row.value.missing))


def _figure(row: FigureRow) -> Figure:
    value = row.value
    assert value.minor is not None
    qualifier = at_least(value.qualifier) if value.state == "partial" else value.qualifier
    availability = value.availability if value.availability in ("reported", "estimated") else "reported"
    return Figure(Money(value.minor, row.currency), qualifier, availability)


def tallies(rows: Iterable[FigureRow]) -> dict[tuple[int, str], Tally]:
    """For each project and kind, its tally."""
    grouped: dict[tuple[int, str], list[FigureRow]] = {}
    for row in rows:
        grouped.setdefault((row.project_id, row.kind), []).append(row)
    return {key: tally_of(found) for key, found in grouped.items()}


def tallied(
    reader: Reader,
    as_of: AsOf,
    within: Period | None = None,
    *,
    kinds: Collection[str] = (),
    projects: Collection[int] | None = None,
) -> dict[tuple[int, str], Tally]:
    """The tally of each project and kind: all there is by the day asked about, or what is `within` a period.

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
    return converted(tallies(rows), as_of)


def converted(found: Mapping[tuple[int, str], Tally], as_of: AsOf) -> dict[tuple[int, str], Tally]:
    """The tallies in the currency the question asks for: every figure of a project at the rate of the day asked about.

    A converted figure is rounded once, half to even, to the minor unit.
    """
    if as_of.converter is None:
        return dict(found)
    return {key: convert(tally, as_of) for key, tally in found.items()}


def convert(tally: Tally, as_of: AsOf) -> Tally:
    """A tally in the currency the question asks for."""
    if as_of.converter is None:
        return tally
    figures = [in_currency(figure, as_of) for figure in tally.figures]
    known = [figure for figure in figures if figure.money]
    added = (added_up(known),) if known else tuple(figures[:1])
    return tally._replace(figures=added, last=in_currency(tally.last, as_of) if tally.last else None)


def in_currency(figure: Figure, as_of: AsOf) -> Figure:
    """A figure in the currency the question asks for, at the rate of the day asked about."""
    if as_of.converter is None or figure.money is None:
        return figure
    minor = as_of.converter.convert(figure.money.minor, figure.money.currency, as_of.day)
    return replace(figure, money=Money(round(minor), as_of.converter.target))


# --- parents and their parts -----------------------------------------------------------------------------------------


def with_parts(items: Sequence[tuple[int, int | None]], by_project: Mapping[int, Tally]) -> dict[int, Tally]:
    """The figure of each family, on the parent: its own where it has one, else the sum of its parts.

    `items` are (id, parent id) of the projects that are shown.
    """
    parts = parts_by_parent(items)
    if not parts:
        return {project: by_project.get(project, NOTHING) for project, _parent in items}
    found: dict[int, Tally] = {}

    def family_of(project: int) -> Tally:
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


def _of_parts(own: Tally, parts: Sequence[Tally]) -> Tally:
    known = [part for part in parts if part.known]
    if not known:
        return own if own.state != "not_reported" else next((part for part in parts if part.lacking), own)
    lacking = own.lacking or any(part.lacking or part.partial for part in parts)
    added = sums(figure for part in known for figure in part.figures)
    if lacking:
        added = tuple(replace(figure, qualifier=at_least(figure.qualifier)) for figure in added)
    to = max((part.to for part in known if part.to), default=None)
    return Tally(added, "partial" if lacking else "known", to, None, *_made_of(known))


def _made_of(parts: Sequence[Tally]) -> tuple[tuple[int, ...], tuple[Period, ...]]:
    """The entries of all parts, and the months of which nobody spoke in one of them."""
    entries = {entry for part in parts for entry in part.entries}
    return tuple(sorted(entries)), tuple(dict.fromkeys(month for part in parts for month in part.missing))


def group_amounts(
    items: Sequence[tuple[int, int | None]],
    by_project: Mapping[int, Tally],
    alike: Sequence[Alike] = (),
    alone: int = 0,
) -> Amounts:
    """The sum over projects, given as (id, parent id): one figure a currency, and how many projects are behind it.

    A parent with a figure holds for its parts, which are then not counted again. So many more projects stand `alone`,
    and those of them that have figures are in `alike`.
    """
    parents = dict(items)
    are_apart = not any(parents.values())
    found = [
        (place, by_project[project])
        for place, project in enumerate(parents)
        if project in by_project and (are_apart or not _covered(project, parents, by_project))
    ]
    if alike:
        # Currencies stand in the order of the projects that have them first.
        ids = list(parents)
        found = [(ids[place], tally) for place, tally in found] + [(one.first, one.tally) for one in alike]
        found.sort(key=lambda item: item[0])
    counted = [tally for _place, tally in found]
    known = sum(1 for project in parents if by_project.get(project, NOTHING).known)
    known += sum(one.projects for one in alike if one.tally.known)
    figures = sums(figure for tally in counted for figure in tally.figures)
    state = "partial" if any(tally.partial for tally in counted) else "known"
    said = sum(one.projects for one in alike if one.tally.figures) == alone
    if not figures and said and all(by_project.get(project, NOTHING).figures for project in parents):
        # All of it is said to be unknown, or withheld.
        absent = {figure.availability for tally in counted for figure in tally.figures}
        figures = (Figure(None, "exact", absent.pop()),) if len(absent) == 1 else ()
    return Amounts(figures, known, len(parents) + alone, state)


def sums(figures: Iterable[Figure]) -> tuple[Figure, ...]:
    """The sum of the figures with money in each currency."""
    by_currency: dict[str, list[Figure]] = {}
    for figure in figures:
        if figure.money:
            by_currency.setdefault(figure.money.currency, []).append(figure)
    return tuple(map(added_up, by_currency.values()))


def _covered(project: int, parents: Mapping[int, int | None], by_project: Mapping[int, Tally]) -> bool:
    parent = parents.get(project)
    while parent is not None:
        if by_project.get(parent, NOTHING).known and parent in parents:
            return True
        parent = parents.get(parent)
    return False


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
