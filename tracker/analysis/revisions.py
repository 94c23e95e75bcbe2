"""How figures were revised: from first known to last, and into months that were closed."""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import NamedTuple

from tracker.analysis.running import Series
from tracker.analysis.values import NOT_REPORTED, Entry, Value

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


class Revised(NamedTuple):
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


class Summary(NamedTuple):
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


# The stage and the condition of a project are figures too: rates and cohorts follow from them.
STATES = ("stage", "condition")


class SeriesKey(NamedTuple):
    """Whose figures they are: a project's, of a kind in a currency; of STATES the kind says which and no currency."""

    project_id: int
    kind: str
    currency: str = ""


class Held(NamedTuple):
    """What a series came to at the end of a month; of a plan the year is the plan, of a total all time the total."""

    month: Value = NOT_REPORTED
    year: Value = NOT_REPORTED
    cumulative: Value = NOT_REPORTED


class Restated(NamedTuple):
    """One figure of the month that ends on `last_day`; `measure` is month, year, cumulative, or one of STATES.

    `changes` are those that made it otherwise, where they are known.
    """

    last_day: date
    series: SeriesKey
    measure: str
    before: Value | str | None
    after: Value | str | None
    changes: tuple[int, ...] = ()


class Closed(NamedTuple):
    """What a change does to a closed month: how many entries it writes or ends there, and the figures it restates.

    `codes` are those of the projects.
    """

    last_day: date
    closed_by: int
    entries: int
    restated: tuple[Restated, ...]
    codes: Mapping[int, str]


# What projects had at the end of a month: amounts, and codes of STATES.
Figures = Mapping[SeriesKey, Held | str]


def held(last_day: date, from_day: date, year: Value, cumulative: Value, month: Value) -> Held:
    """What a row of figures that holds since `from_day` says at the end of the month that ends on `last_day`."""
    return Held(
        month if from_day >= last_day.replace(day=1) else NOT_REPORTED,
        year if from_day >= date(last_day.year, 1, 1) else NOT_REPORTED,
        cumulative,
    )


def restated(last_day: date, before: Figures, after: Figures) -> Iterator[Restated]:
    """The figures that are otherwise, in the order of project, kind and currency."""
    for series in sorted({*before, *after}):
        if series.kind in STATES:
            was, now = before.get(series), after.get(series)
            if was != now:
                yield Restated(last_day, series, series.kind, _code(was), _code(now))
            continue
        then, since = before.get(series, Held()), after.get(series, Held())
        assert isinstance(then, Held)
        assert isinstance(since, Held)
        for measure in Held._fields:
            old, new = getattr(then, measure), getattr(since, measure)
            # State, amount, qualifier and availability; the same figure may come from other entries.
            if old[:4] != new[:4]:
                yield Restated(last_day, series, measure, old, new)


def _code(state: Held | str | None) -> str | None:
    return state if isinstance(state, str) else None


def but_for(found: Iterable[Restated], known: Iterable[Restated]) -> list[Restated]:
    """Those of some restated figures that are not among the ones known before with the same outcome."""
    before = {(one.last_day, one.series, one.measure): _outcome(one) for one in known}
    return [one for one in found if before.get((one.last_day, one.series, one.measure)) != _outcome(one)]


def _outcome(one: Restated) -> object:
    return one.after[:4] if isinstance(one.after, Value) else (one.after,)
