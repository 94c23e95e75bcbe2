"""Forecasts of the next stages from the durations of the portfolio: survival with censored spells, medians, ranges."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction
from math import exp, log, sqrt

from tracker.analysis.milestones import Milestone
from tracker.dates import Period, slip
from tracker.vocabulary import STAGES

# The 97.5 % point of the standard normal distribution: limits hold in 95 of 100 cases.
NORMAL_975 = 1.959963984540054


@dataclass(frozen=True, slots=True)
class Case:
    """Something that took `days`, or that had not `finished` when it was last seen after `days` (right-censored)."""

    days: int
    finished: bool


@dataclass(frozen=True, slots=True)
class Step:
    """A length at which cases finished: of `at_risk` that had come so far, `finished` did.

    `remaining` is the estimated share S that takes longer; `greenwood` the sum of d ÷ (n (n − d)) up to here, None from
    where nothing remains.
    """

    days: int
    at_risk: int
    finished: int
    remaining: Fraction
    greenwood: Fraction | None


@dataclass(frozen=True, slots=True)
class Limits:
    """The 95 % limits of an estimate; None where there is none."""

    low: float | int | None
    high: float | int | None


@dataclass(frozen=True, slots=True)
class Curve:
    """The estimate from `cases` cases, `finished` of them, as its steps from the shortest length to the longest.

    Kaplan and Meier, J. Amer. Statist. Assoc. 53 (1958), 457–481: S(t) = Π (1 − d ÷ n) over the lengths up to t.
    """

    cases: int
    finished: int
    steps: tuple[Step, ...]

    def remaining(self, days: int) -> Fraction:
        """The share that takes longer than `days`."""
        step = self._step(days)
        return step.remaining if step else Fraction(1)

    def variance(self, days: int) -> Fraction | None:
        """Greenwood's variance of that share, S² Σ d ÷ (n (n − d)); None where nothing remains."""
        step = self._step(days)
        if step is None:
            return Fraction(0)
        return None if step.greenwood is None else step.remaining**2 * step.greenwood

    def limits(self, days: int) -> Limits:
        """The 95 % limits of that share on the log-log scale, S^exp(±z σ ÷ ln S); None where nothing remains."""
        step = self._step(days)
        return _limits(step) if step else Limits(1.0, 1.0)

    def quantile(self, share: Fraction) -> int | None:
        """The shortest length within which `share` (0 to 1) has finished; None where the cases do not reach that far.

        Klein and Moeschberger, Survival Analysis, 2nd ed., section 4.5: the least t with S(t) ≤ 1 − share.
        """
        return self._first(lambda step: step.remaining <= 1 - share)

    def quantile_limits(self, share: Fraction) -> Limits:
        """The 95 % limits of the quantile, after Brookmeyer and Crowley, Biometrics 38 (1982), 29–41.

        They are the lengths at which the limits of S pass 1 − share; None where they do not.
        """
        left = float(1 - share)
        limits = [(step.days, _limits(step)) for step in self.steps]
        low = next((days for days, at in limits if at.low is not None and at.low <= left), None)
        high = next((days for days, at in limits if at.high is not None and at.high <= left), None)
        return Limits(low, high)

    def quantile_after(self, spent: int, share: Fraction) -> int | None:
        """The length within which `share` of what has taken longer than `spent` days finishes; None beyond the cases.

        The least t with S(t) ÷ S(spent) ≤ 1 − share.
        """
        still = self.remaining(spent)
        return self._first(lambda step: step.remaining <= still * (1 - share)) if still else None

    def _step(self, days: int) -> Step | None:
        place = bisect_left(self.steps, True, key=lambda step: step.days > days)
        return self.steps[place - 1] if place else None

    def _first(self, reached: Callable[[Step], bool]) -> int | None:
        """The length of the first step from which on `reached` holds; the remaining share only falls."""
        place = bisect_left(self.steps, True, key=reached)
        return self.steps[place].days if place < len(self.steps) else None


def kaplan_meier(cases: Iterable[Case]) -> Curve:
    """The estimate from `cases`; a case last seen on the day another finished was still at risk on it.

    Raises ValueError for a negative length.
    """
    finished: dict[int, int] = {}
    seen: dict[int, int] = {}
    for case in cases:
        if case.days < 0:
            raise ValueError(f"nothing takes {case.days} days")
        seen[case.days] = seen.get(case.days, 0) + 1
        finished[case.days] = finished.get(case.days, 0) + case.finished
    at_risk, remaining, greenwood = sum(seen.values()), Fraction(1), Fraction(0)
    steps = []
    for days in sorted(seen):
        if events := finished[days]:
            left = at_risk - events
            remaining *= Fraction(left, at_risk)
            greenwood += Fraction(events, at_risk * left) if left else 0
            steps.append(Step(days, at_risk, events, remaining, greenwood if left else None))
        at_risk -= seen[days]
    return Curve(sum(seen.values()), sum(finished.values()), tuple(steps))


def _limits(step: Step) -> Limits:
    if step.greenwood is None:
        return Limits(None, None)
    share = float(step.remaining)
    spread = exp(NORMAL_975 * sqrt(step.greenwood) / -log(share))
    return Limits(share**spread, share ** (1 / spread))


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
    trials = list(trials)
    clear = [one for one in trials if not one.unclear]
    finished = [one for one in clear if one.reached]
    due = [one for one in clear if one.p80 <= as_of]
    waiting = [one for one in due if one.reached is None]
    held = sum(1 for one in due if one.held(as_of))
    ended = sum(1 for one in waiting if one.ended)
    return Score(
        unclear=len(trials) - len(clear),
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
    """Every baseline, forecast and actual of a milestone in their order: the rows of a milestone trend analysis."""
    expected: list[tuple[str, date | None, Period]] = [("baseline", None, one.baseline)] if one.baseline else []
    expected += [("forecast", made, on) for made, on in one.forecasts]
    expected += [("actual", None, one.actual)] if one.actual else []
    befores = [None, *(on for _what, _made, on in expected)]
    return [
        Move(
            what,
            made,
            on,
            slip(one.baseline, on) if one.baseline and what != "baseline" else None,
            slip(before, on) if before else None,
        )
        for (what, made, on), before in zip(expected, befores, strict=False)
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
