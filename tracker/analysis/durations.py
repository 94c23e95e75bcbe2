"""How long a project takes from stage to stage, and where that cannot be said.

A length is the last day of the stage reached minus the last day of the stage left, both known to the month or better,
and 0 where the two overlap. A stage that was gone back from counts from the day it was reached again.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from tracker.analysis.survival import Case
from tracker.dates import Period
from tracker.vocabulary import STAGES

# As long as the longest month.
CLEAREST = 31


@dataclass(frozen=True, slots=True)
class Leg:
    """The way from the stage `begin` to the stage `end`."""

    code: str
    begin: str
    end: str


LEGS = (
    Leg("signed_started", "signed", "under_construction"),
    Leg("started_completed", "under_construction", "completed"),
    Leg("completed_in_production", "completed", "in_production"),
)


@dataclass(frozen=True, slots=True)
class Life:
    """What happened to a project: its stages in the order recorded, when it ended, and whether it builds at all.

    Who leases or buys a plant need not start, complete or wait for anything.
    """

    stages: tuple[tuple[str, Period], ...]
    ended: Period | None = None
    builds: bool = True


class Outcome(StrEnum):
    """What became of a leg: the first three are cases, the others are left out."""

    FINISHED = "finished"
    RUNNING = "running"
    ENDED = "ended"  # the project ended on the way
    VAGUE = "vague"  # a day is not known to the month
    SKIPPED = "skipped"  # passed without one of its two stages
    AHEAD = "ahead"  # not begun


@dataclass(frozen=True, slots=True)
class Passage:
    """A project on a leg: from `since` until `until`, taking `days` (None where it is no case)."""

    outcome: Outcome
    since: Period | None = None
    until: Period | None = None
    days: int | None = None

    @property
    def case(self) -> Case | None:
        """What the estimate makes of it: running and ended projects are censored."""
        return None if self.days is None else Case(self.days, self.outcome is Outcome.FINISHED)


def standing_stages(stages: Iterable[tuple[str, Period]]) -> dict[str, Period]:
    """When each stage was first reached, of those the project has not gone back from since."""
    standing: list[tuple[str, Period]] = []
    for code, on in stages:
        standing = [one for one in standing if STAGES[one[0]].order <= STAGES[code].order]
        standing.append((code, on))
    first: dict[str, Period] = {}
    for code, on in standing:
        first.setdefault(code, on)
    return first


def passage(leg: Leg, life: Life, as_of: date) -> Passage:
    """What became of a leg by `as_of`, from what is known up to that day."""
    reached = standing_stages(life.stages)
    since, until = reached.get(leg.begin), reached.get(leg.end)
    beyond = any(STAGES[code].order >= STAGES[leg.end].order for code in reached)
    if since is None:
        return Passage(Outcome.SKIPPED if beyond else Outcome.AHEAD)
    if until is None and (beyond or not life.builds):
        return Passage(Outcome.SKIPPED, since)
    outcome, stop = Outcome.FINISHED, until
    if stop is None:
        outcome, stop = (Outcome.ENDED, life.ended) if life.ended else (Outcome.RUNNING, Period.day(as_of))
    if not (is_clear(since) and is_clear(stop)):
        return Passage(Outcome.VAGUE, since, until)
    return Passage(outcome, since, until, max(0, (stop.last - since.last).days))


def is_clear(on: Period) -> bool:
    """Whether a day is known to the month or better."""
    return on.days <= CLEAREST


def same_year(signed: Period | None, started: Period | None) -> bool:
    """Whether both were in one year 当年签约、当年开工; dates that do not settle the year do not count."""
    if signed is None or started is None:
        return False
    return signed.first.year == signed.last.year == started.first.year == started.last.year
