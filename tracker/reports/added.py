"""The projects of a question for sums: those that stand alone added up as they are read, the others one by one.

A project stands alone where it has no parent and no parts, each kind in one currency, and nothing to be converted. Of
these only the sums of a group count, so that they are never all in memory.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tracker.analysis.running import Value
from tracker.database import Reader
from tracker.money import Figure
from tracker.queries.as_of import FOREVER, AsOf, Filters
from tracker.queries.capital import FigureRow
from tracker.queries.counted import Reached, Sum, counted
from tracker.reports.portfolio import ProjectState, portfolio, states_of
from tracker.reports.tally import Alike, Tally, tally_of

# The state and exactness of a figure, of a kind or two of one project, in their currency.
_Class = tuple[str, str, str | None]
_NONE: _Class = ("", "not_reported", None)


@dataclass(slots=True)
class Alone:
    """The projects of one group that stand alone.

    `sums` are by kind, currency, states and exactness, of the year and of all there is; `pairs` by the classes of what
    was completed and planned in the year; `sites` by the class of a total whose land is known. Each ends with the
    number of the first project.
    """

    projects: int = 0
    reached: Counter[Reached] = field(default_factory=Counter)
    sums: dict[tuple[Any, ...], list[int]] = field(default_factory=dict)
    pairs: dict[tuple[_Class, _Class], list[int]] = field(default_factory=dict)
    sites: dict[_Class, list[int]] = field(default_factory=dict)

    def add(self, project: int, far: Reached, land: int | None, sums: Iterable[Sum]) -> None:
        """Count one more project."""
        self.projects += 1
        self.reached[far] += 1
        done, plan = _NONE, _NONE
        completed, planned = 0, 0
        for one in sums:
            kind, currency, year_state, year_exact, ever_state, ever_exact, year, ever = one
            found = self.sums.get(one[:6])
            if found is None:
                found = self.sums[one[:6]] = [0, 0, 0, project]
            found[0] += 1
            found[1] += year or 0
            found[2] += ever or 0
            if kind == "plan":
                plan, planned = (currency, year_state, year_exact), year or 0
            elif kind == "completed":
                done, completed = (currency, year_state, year_exact), year or 0
            elif kind == "total" and land and ever is not None:
                site = self.sites.setdefault((currency, ever_state, ever_exact), [0, 0, 0, project])
                site[0] += 1
                site[1] += ever
                site[2] += land
        if plan[1] != "not_reported":
            pair = self.pairs.get((done, plan))
            if pair is None:
                pair = self.pairs[done, plan] = [0, 0, 0, project]
            pair[0] += 1
            pair[1] += completed
            pair[2] += planned

    def join(self, other: Alone) -> None:
        """Count the projects of another group too."""
        self.projects += other.projects
        self.reached += other.reached
        mine: dict[Any, list[int]]
        theirs: dict[Any, list[int]]
        for mine, theirs in ((self.sums, other.sums), (self.pairs, other.pairs), (self.sites, other.sites)):
            for key, numbers in theirs.items():
                have = mine.get(key)
                if have is None:
                    mine[key] = [*numbers]
                    continue
                first = min(have[-1], numbers[-1])
                mine[key] = [*(one + more for one, more in zip(have[:-1], numbers[:-1], strict=True)), first]

    def tallies(self, kind: str, *, in_year: bool = False) -> list[Alike]:
        """What they have of a kind: in the year, or all there is."""
        found: dict[_Class, list[int]] = {}
        for (one, currency, year_state, year_exact, ever_state, ever_exact), numbers in self.sums.items():
            if one == kind:
                count, year, ever, first = numbers
                key = (currency, year_state, year_exact) if in_year else (currency, ever_state, ever_exact)
                have = found.setdefault(key, [0, 0, first])
                have[0] += count
                have[1] += year if in_year else ever
                have[2] = min(have[2], first)
        return [Alike(_tally(kind, key, minor), count, first) for key, (count, minor, first) in found.items()]

    def of_plan(self) -> list[tuple[Tally, Tally, int]]:
        """What was completed of which plan of the year, by how many projects."""
        return [
            (_tally("completed", done, completed), _tally("plan", plan, planned), count)
            for (done, plan), (count, completed, planned, _first) in self.pairs.items()
        ]

    def of_land(self) -> list[tuple[int, Figure, int, int]]:
        """The known totals of projects whose land is known: number of the first, total, land, how many they are."""
        return [
            (first, figure, land, count)
            for key, (count, minor, land, first) in self.sites.items()
            for figure in _tally("total", key, minor).figures
            if figure.money
        ]


def _tally(kind: str, key: _Class, minor: int) -> Tally:
    currency, state, exact = key
    if state == "not_reported":
        return tally_of(())
    qualifier, _space, availability = (exact or "exact reported").partition(" ")
    amount = minor if state in ("known", "partial") else None
    return tally_of((FigureRow(0, kind, currency, Value(state, amount, qualifier, availability)),))


@dataclass(frozen=True, slots=True)
class Added:
    """The projects of a question: `states` one by one, and those that stand alone by the values of their labels."""

    states: Sequence[ProjectState]
    alone: Mapping[tuple[Any, ...], Alone]

    @property
    def projects(self) -> int:
        """How many projects there are."""
        return len(self.states) + sum(one.projects for one in self.alone.values())


def added(
    reader: Reader, as_of: AsOf, filters: Filters, kinds: Collection[str], labels: Sequence[str] | None = ()
) -> Added:
    """The projects that exist on the day asked about and match; None for `labels` looks at each of them.

    As known earlier, all are looked at one by one.
    """
    if as_of.known < FOREVER or labels is None:
        return Added(portfolio(reader, as_of, filters).states, {})
    target = as_of.converter.target if as_of.converter else None
    alone: dict[tuple[Any, ...], Alone] = {}
    others: list[int] = []
    for project, in_family, key, far, land, sums in counted(reader, as_of, filters, kinds, labels):
        if in_family or len({one[0] for one in sums}) < len(sums) or (target and any(o[1] != target for o in sums)):
            others.append(project)
            continue
        group = alone.get(key)
        if group is None:
            group = alone[key] = Alone()
        group.add(project, far, land, sums)
    return Added(states_of(reader, as_of, others), alone)
