"""Kaplan–Meier: how long something takes where some of it is still going on; exact until a limit is asked for."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fractions import Fraction
from math import exp, log, sqrt

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
