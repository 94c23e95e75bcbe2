"""How far a project has come, a row a day from which it holds: stage, condition, first days, next milestone.

Annotations here are objects and not text: a named tuple compiles every text at every start.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import NamedTuple, Protocol

from tracker.dates import UNTIL_FURTHER
from tracker.vocabulary import STAGES

_STARTED = STAGES["under_construction"].order
_ORDER: dict[str | None, int] = {term.code: term.order for term in STAGES}
# The stages whose planned days are kept, and what their columns are called.
PLANNED = {"under_construction": "started", "completed": "completed", "in_production": "in_production"}
# The bit of each stage in the order of the field; a stage of a later program has none.
BIT = {code: 1 << place for place, code in enumerate(STAGES.codes)}


class Coded(Protocol):
    """A stage reached, by the code of the stage."""

    @property
    def code(self) -> str:
        """A code of STAGES, or one of a later program."""
        ...


class Event(NamedTuple):
    """A stage or a condition that a project reached, in the order recorded; without days where none is known.

    With `is_bound` it was reached on the day or before.
    """

    code: str
    first: date | None
    last: date | None
    effective_from: date
    is_bound: bool = False


class Day(NamedTuple):
    """A baseline, forecast or actual (`what`) of a milestone with a code, in the order recorded.

    With `is_bound` it is the day or before.
    """

    milestone_id: int
    code: str
    what: str
    first: date
    last: date
    effective_from: date
    is_bound: bool = False


class State(NamedTuple):
    """What holds from `from_day` until the day before `to_day`.

    `reached` has the bit of every stage reached by then, also of one that was left again; `undated` that of every
    stage reached on no day that is known, and of signing where it is not known once. The days of signing and of what
    follows are None where they are not known; of a stage reached on a day or before, the first is None. So it is with
    the days planned for these stages, by the baselines of their first milestones that have one.
    """

    from_day: date
    to_day: date
    stage: str | None
    stage_first: date | None
    stage_last: date | None
    reached: int
    undated: int
    condition: str
    signed_first: date | None
    signed_last: date | None
    started_first: date | None
    started_last: date | None
    completed_first: date | None
    completed_last: date | None
    in_production_first: date | None
    in_production_last: date | None
    next_milestone_id: int | None
    next_first: date | None
    next_last: date | None
    started_planned_first: date | None
    started_planned_last: date | None
    completed_planned_first: date | None
    completed_planned_last: date | None
    in_production_planned_first: date | None
    in_production_planned_last: date | None


def states(
    exists_from: date, stages: Sequence[Event], conditions: Sequence[Event], days: Sequence[Day]
) -> Iterator[State]:
    """The rows of a project that exists from a day on."""
    changes = {event.effective_from for event in (*stages, *conditions)} | {day.effective_from for day in days}
    ordered = sorted({exists_from, *(day for day in changes if day > exists_from)})
    days = sorted(days, key=lambda one: (one.what, one.effective_from))
    last: tuple[object, ...] | None = None
    since = exists_from
    for day in ordered:
        reached = [event for event in stages if event.effective_from <= day]
        known = [one for one in days if one.effective_from <= day]
        facts = (
            *((reached[-1].code, reached[-1].first, reached[-1].last) if reached else (None, None, None)),
            bits(reached),
            undated(
                bits(event for event in reached if event.first is not None),
                bits(event for event in reached if event.first is None),
            ),
            next((event.code for event in reversed(conditions) if event.effective_from <= day), "active"),
            *_reached(reached),
            *_next(known, reached[-1].code if reached else None),
            *_planned(known),
        )
        if last is not None and facts != last:
            yield State(since, day, *last)  # type: ignore[arg-type]
            since = day
        last = facts
    assert last is not None
    yield State(since, UNTIL_FURTHER, *last)  # type: ignore[arg-type]


def bits(stages: Iterable[Coded]) -> int:
    """The bits of all these stages."""
    found = 0
    for event in stages:
        found |= BIT.get(event.code, 0)
    return found


def undated(dated: int, lacking: int) -> int:
    """The bits of the stages of which no day is known, from those with a day and those where one is lacking.

    A project signed twice is so where a day is missing once.
    """
    return lacking & ~(dated & ~BIT["signed"])


def _reached(stages: Sequence[Event]) -> Iterator[date | None]:
    """First and last possible day of signing, start, completion and production, each the first time it was dated."""
    started = (event for event in stages if _ORDER.get(event.code, 0) >= _STARTED)
    firsts: tuple[Iterable[Event], ...] = (
        (event for event in stages if event.code == "signed"),
        started,
        (event for event in stages if event.code == "completed"),
        (event for event in stages if event.code == "in_production"),
    )
    for events in firsts:
        event = next(iter(events), None)
        yield event.first if event and not event.is_bound else None
        yield event.last if event else None


def _next(days: Sequence[Day], stage: str | None) -> tuple[int | None, date | None, date | None]:
    """The open milestone expected first: by its latest forecast, else its latest baseline, which come before.

    One of a stage that the project has come to is not open.
    """
    come_to = _ORDER.get(stage, 0)
    done = {day.milestone_id for day in days if day.what == "actual" or 0 < _ORDER.get(day.code, 0) <= come_to}
    expected = {day.milestone_id: day for day in days if day.milestone_id not in done}
    found = min(expected.values(), key=lambda one: (one.last, one.milestone_id), default=None)
    return (found.milestone_id, found.first, found.last) if found else (None, None, None)


def _planned(days: Sequence[Day]) -> Iterator[date | None]:
    """First and last day planned for start, completion and production: the last baseline of the first milestone."""
    in_force: dict[str, Day] = {}
    for day in days:
        # A later baseline of the same milestone comes after the earlier one.
        if day.what == "baseline" and day.code in PLANNED:
            other = in_force.get(day.code)
            if other is None or day.milestone_id <= other.milestone_id:
                in_force[day.code] = day
    for stage in PLANNED:
        planned = in_force.get(stage)
        yield planned.first if planned and not planned.is_bound else None
        yield planned.last if planned else None
