"""Forecasts: those that the portfolio's own past gives, and how those that people made have moved and held."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from tracker.analysis.milestones import Milestone
from tracker.analysis.survival import Curve
from tracker.dates import Period, slip

# With fewer finished cases a quantile is an anecdote.
FEWEST_CASES = 5
P50, P80 = Fraction(1, 2), Fraction(4, 5)


@dataclass(frozen=True, slots=True)
class Expected:
    """The days by which half, and four in five, of comparable cases finish; None where the cases do not say."""

    p50: date | None = None
    p80: date | None = None


def is_enough(curve: Curve) -> bool:
    """Whether there are finished cases enough to forecast from."""
    return curve.finished >= FEWEST_CASES


def expected(curve: Curve, since: date, spent: int) -> Expected:
    """When something begun on `since` and unfinished after `spent` days finishes, given that it has taken so long."""
    if not is_enough(curve):
        return Expected()
    return Expected(*(_day(since, curve.quantile_after(spent, share)) for share in (P50, P80)))


def _day(since: date, days: int | None) -> date | None:
    return None if days is None else since + timedelta(days)


# --- the back-test --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Trial:
    """A forecast made on an earlier day: its P80, when the stage was `reached`, and whether the project `ended`."""

    p80: date
    reached: Period | None = None
    ended: bool = False

    @property
    def unclear(self) -> bool:
        """Whether the P80 lies within the range of days in which the stage was reached."""
        return self.reached is not None and self.reached.first <= self.p80 < self.reached.last

    def held(self, as_of: date) -> bool | None:
        """Whether the stage was reached by the P80 day; None where that is unclear, or that day is still to come."""
        if self.unclear:
            return None
        if self.reached is not None:
            return self.reached.last <= self.p80
        return False if self.p80 <= as_of else None


@dataclass(frozen=True, slots=True)
class Score:
    """How trials ended, without those that are `unclear`.

    Of `finished` ones `finished_held` did so by their P80 day. `due` are all whose P80 has gone by: `held` were reached
    by it, `late` after it, the others are still `open` or have `ended`.
    """

    unclear: int
    finished: int
    finished_held: int
    due: int
    held: int
    late: int
    open: int
    ended: int


def score(trials: Iterable[Trial], as_of: date) -> Score:
    """How the trials ended by `as_of`.

    Judging what finished alone would flatter the forecast: what is slow has not finished yet.
    """
    told = list(trials)
    clear = [one for one in told if not one.unclear]
    finished = [one for one in clear if one.reached]
    due = [one for one in clear if one.p80 <= as_of]
    waiting = [one for one in due if one.reached is None]
    held = sum(1 for one in due if one.held(as_of))
    ended = sum(1 for one in waiting if one.ended)
    return Score(
        unclear=len(told) - len(clear),
        finished=len(finished),
        finished_held=sum(1 for one in finished if one.held(as_of)),
        due=len(due),
        held=held,
        late=len(due) - len(waiting) - held,
        open=len(waiting) - ended,
        ended=ended,
    )


# --- forecasts that people made -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Move:
    """One word about the day of a milestone: the day it was `made` (None for the baseline and for the actual day).

    `slip` is in days against the baseline, `moved` against the word before; None where there is none.
    """

    what: str  # "baseline", "forecast" or "actual"
    made: date | None
    on: Period
    slip: int | None
    moved: int | None


def moves(one: Milestone) -> list[Move]:
    """Everything said about the day of a milestone, in the order said: the rows of a milestone trend analysis."""
    said: list[tuple[str, date | None, Period]] = [("baseline", None, one.baseline)] if one.baseline else []
    said += [("forecast", made, on) for made, on in one.forecasts]
    said += [("actual", None, one.actual)] if one.actual else []
    befores = [None, *(on for _what, _made, on in said)]
    return [
        Move(
            what,
            made,
            on,
            slip(one.baseline, on) if one.baseline and what != "baseline" else None,
            slip(before, on) if before else None,
        )
        for (what, made, on), before in zip(said, befores, strict=False)
    ]


def reforecasts(one: Milestone) -> int:
    """How often a milestone was forecast again after its first expectation."""
    return len(one.forecasts) if one.baseline else max(0, len(one.forecasts) - 1)


def is_due(one: Milestone, as_of: date) -> bool:
    """Whether the baseline has gone by."""
    return one.baseline is not None and one.baseline.last <= as_of


def on_time(one: Milestone) -> bool | None:
    """Whether a milestone was reached by the last day of its baseline; None where its dates do not settle that."""
    if one.baseline is None or (one.passed and one.actual is None):
        return None
    if one.actual is None or one.actual.first > one.baseline.last:
        return False
    return True if one.actual.last <= one.baseline.last else None


def middle(values: Sequence[int]) -> int | None:
    """The median; of an even number of values the lower of the two in the middle, None of none."""
    return sorted(values)[(len(values) - 1) // 2] if values else None
