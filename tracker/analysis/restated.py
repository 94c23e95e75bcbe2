"""What the figures of a closed month were at its close and have come to since: the differences, measure by measure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import NamedTuple

from tracker.analysis.running import NOT_REPORTED, Value

# The stage and the condition of a project are figures too: rates and cohorts follow from them.
STATES = ("stage", "condition")


class Series(NamedTuple):
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
    series: Series
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
Figures = Mapping[Series, Held | str]


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
