"""The projects of a question for sums: simple ones added up as they are read, the others one by one.

A project is simple where it has no parent and no parts, each kind in one currency, and nothing to be converted. Of
these only the sums of a group count, so that they are never all in memory.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from functools import cache
from typing import Any, NamedTuple

from tracker.analysis.values import Value
from tracker.database import Reader
from tracker.queries.as_of import FOREVER, AsOf, Filters
from tracker.queries.capital import FigureRow
from tracker.queries.counted import Counted, Funds, Sum, counted
from tracker.reports.portfolio import ProjectState, portfolio, states_of
from tracker.reports.tally import NOTHING, Alike, Tally, tally_of


@dataclass(frozen=True, eq=False, slots=True)
class Class:
    """What figures have in common that are added up; `exact` is None for those reported exactly. Made by `class_of`."""

    kind: str
    currency: str
    state: str
    exact: str | None
    known: bool

    def tally(self, minor: int) -> Tally:
        """The tally of a sum of such figures."""
        if self.state == "not_reported":
            return NOTHING
        qualifier, _space, availability = (self.exact or "exact reported").partition(" ")
        value = Value(self.state, minor if self.known else None, qualifier, availability)
        return tally_of((FigureRow(0, self.kind, self.currency, value),))


@cache
def class_of(kind: str, currency: str, state: str, exact: str | None = None) -> Class:
    """The one class of such figures; `known` where there is an amount that takes part in sums."""
    return Class(kind, currency, state, exact, state in ("known", "partial"))


NO_FIGURE = class_of("", "", "not_reported")


def of_year(figure: Sum | None) -> Class:
    """The class of the figure of the year."""
    return class_of(figure.kind, figure.currency, figure.year_state, figure.year_exact) if figure else NO_FIGURE


def of_month(figure: Sum | None) -> Class:
    """The class of the figure of the month."""
    return class_of(figure.kind, figure.currency, figure.month_state, figure.month_exact) if figure else NO_FIGURE


def of_all(figure: Sum | Funds | None) -> Class:
    """The class of all there is."""
    return class_of(figure.kind, figure.currency, figure.ever_state, figure.ever_exact) if figure else NO_FIGURE


def completion_of_plan(done: Class, completed: int | None, plan: Class, planned: int | None) -> Fraction | None:
    """Completed ÷ plan of a simple project, where both are known, in one currency."""
    if plan.known and done.known and plan.currency == done.currency and planned and planned > 0:
        return Fraction(completed or 0, planned)
    return None


@dataclass(slots=True)
class Sums:
    """The simple projects of one group: counts, sums and pairs of sums by name and class.

    Each sum is how many projects it is of, the minor units, and the number of the first project; each pair has two.
    """

    counts: Counter[Any] = field(default_factory=Counter)
    sums: dict[tuple[str, Class], list[int]] = field(default_factory=dict)
    pairs: dict[tuple[str, Class, Class], list[int]] = field(default_factory=dict)

    def add(self, name: str, of: Class, minor: int | None, project: int) -> None:
        """Add the figure of one more project, where there is one."""
        if of.state == "not_reported":
            return
        found = self.sums.get((name, of))
        if found is None:
            found = self.sums[name, of] = [0, 0, project]
        found[0] += 1
        found[1] += minor or 0

    def pair(self, name: str, part: Class, done: int | None, whole: Class, all_of_it: int | None, project: int) -> None:
        """Add what was done of which whole by one more project."""
        found = self.pairs.get((name, part, whole))
        if found is None:
            found = self.pairs[name, part, whole] = [0, 0, 0, project]
        found[0] += 1
        found[1] += done or 0
        found[2] += all_of_it or 0

    def join(self, other: Sums) -> None:
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
        return [Alike(of.tally(minor), count, first) for of, (count, minor, first) in own]

    def of_wholes(self, name: str) -> list[tuple[Tally, Tally, int]]:
        """What was done of which wholes, by how many projects."""
        own = ((part, whole, numbers) for (one, part, whole), numbers in self.pairs.items() if one == name)
        return [(part.tally(done), whole.tally(every), count) for part, whole, (count, done, every, _first) in own]


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
    add: Callable[[Sums, Counted], None],
    *,
    earlier: date | None = None,
    stages: Collection[str] = (),
) -> Added:
    """The projects that exist on the day asked about and match; None for `labels` looks at each of them.

    `add` counts one more simple project in the sums of its group; `kinds`, `earlier` and `stages` as in `counted`.
    As known earlier, all are looked at one by one.
    """
    if as_of.known < FOREVER or labels is None:
        return Added(portfolio(reader, as_of, filters).states, {})
    target = as_of.converter.target if as_of.converter else None
    simple: dict[tuple[Any, ...], Sums] = {}
    others: list[int] = []
    for one in counted(reader, as_of, filters, kinds, labels, earlier, stages):
        if not one.is_simple or (target and any(figure.currency != target for figure in one.sums)):
            others.append(one.project_id)
            continue
        group = simple.get(one.labels)
        if group is None:
            group = simple[one.labels] = Sums()
        add(group, one)
    return Added(states_of(reader, as_of, others), simple)
