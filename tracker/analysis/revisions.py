"""How figures were revised after they were first known, and the summary statistics of these revisions.

A revision is the later estimate L less the first one P. The mean revision, Σ(L − P) ÷ n, shows whether first figures
lean to one side; the mean absolute revision, Σ|L − P| ÷ n, how far they are off. So McKenzie and Gamba, "Interpreting
the results of revision analyses: recommended summary statistics" (OECD, 2008), and the IMF's "Quarterly National
Accounts Manual" (2017), chapter 12, define them.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import NamedTuple

from tracker.analysis.running import NOT_REPORTED, Entry, Series, Value

# The months after the end of a period at which its figure is looked at again.
AFTER = (1, 3, 12)


class Version(NamedTuple):
    """An entry as it was known from the change `since` until the change `until` ended it."""

    entry: Entry
    since: int
    until: int


class Begun(NamedTuple):
    """A dated stage from signed on, known from the change `since` until the change `until` ended it."""

    day: date
    since: int
    until: int


class Vintages:
    """What one series came to at different states of knowledge."""

    def __init__(self, versions: Iterable[Version], begun: Iterable[Begun]) -> None:
        self._versions, self._begun = tuple(versions), tuple(begun)
        changes = {number for version in self._versions for number in (version.since, version.until)}
        changes |= {number for stage in self._begun for number in (stage.since, stage.until)}
        # Between two of these changes the same is known.
        self._changes = sorted(changes)
        self._known: dict[tuple[int, date], Value] = {}

    def month(self, first: date, last: date, change: int) -> Value:
        """The figure of a month as of its end, as it was known after a change."""
        state = bisect_right(self._changes, change)
        value = self._known.get((state, last))
        if value is None:
            entries = [
                one.entry
                for one in self._versions
                if one.since <= change < one.until and one.entry.effective_from <= last
            ]
            days = [one.day for one in self._begun if one.since <= change < one.until]
            value = Series(entries, min(days, default=None)).span(first, last) if entries else NOT_REPORTED
            self._known[state, last] = value
        return value

    def first_known(self, first: date, last: date) -> tuple[int, Value] | None:
        """The first change after which the figure of a month was known, and the figure."""
        for change in self._changes:
            value = self.month(first, last, change)
            if is_figure(value):
                return change, value
        return None


def is_figure(value: Value) -> bool:
    """Whether somebody reported it: what follows from a project's not having begun is no figure."""
    return value.state == "known" and bool(value.entries)


@dataclass(frozen=True, slots=True)
class Revised:
    """The figure of a month of a project: the first one, and what was known later, None where it was not.

    `later` has one for each of AFTER and, last, for now. `at_close` says that the first one is that of the close.
    """

    project_id: int
    currency: str
    last_day: date
    at_close: bool
    first: Value
    later: tuple[Value | None, ...]

    def revision(self, place: int) -> Fraction | None:
        """The later figure less the first one, in minor units."""
        later = self.later[place]
        if later is None or later.minor is None or self.first.minor is None:
            return None
        return Fraction(later.minor - self.first.minor)


def revised(
    vintages: Vintages,
    month: tuple[date, date],
    closed_by: int | None,
    knowledge: Sequence[int | None],
    place: Callable[[bool, Value, tuple[Value | None, ...]], Revised],
) -> Revised | None:
    """The figure of a month at the changes of `knowledge` (None: not yet); None where there never was one.

    The first one is that known at the close, else at the first change after which there is one.
    """
    first, last = month
    start: tuple[int, Value] | None = None
    if closed_by is not None and is_figure(value := vintages.month(first, last, closed_by)):
        start = closed_by, value
    at_close = start is not None
    start = start or vintages.first_known(first, last)
    if start is None:
        return None
    since, value = start
    later: list[Value | None] = []
    for change in knowledge:
        found = vintages.month(first, last, change) if change is not None and change >= since else None
        later.append(found if found is not None and found.state == "known" else None)
    return place(at_close, value, tuple(later))


@dataclass(frozen=True, slots=True)
class Summary:
    """The revisions of `counted` figures, and how many more have no later figure."""

    mean: Fraction | None
    mean_absolute: Fraction | None
    counted: int
    lacking: int


def summary(found: Iterable[Fraction | None]) -> Summary:
    """Mean revision and mean absolute revision; a lacking one is counted and not averaged."""
    every = list(found)
    revisions = [one for one in every if one is not None]
    count = len(revisions)
    if not count:
        return Summary(None, None, 0, len(every))
    absolute: Fraction = sum((abs(one) for one in revisions), Fraction(0)) / count
    return Summary(sum(revisions, Fraction(0)) / count, absolute, count, len(every) - count)
