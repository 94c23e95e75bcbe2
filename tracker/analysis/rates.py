"""Rates of a named cohort: how many of those who were to do something in a period have done it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from tracker.analysis.completion import rate
from tracker.dates import Order, Period


@dataclass(frozen=True, slots=True)
class Cohort:
    """Of `size` members `done` have done it.

    `unclear` more may or may not belong to the cohort, and `undated` more have done it on a day that nobody knows; both
    are left out.
    """

    size: int
    done: int
    unclear: int = 0
    undated: int = 0

    @property
    def rate(self) -> Fraction | None:
        """The share that has; None for an empty cohort."""
        return rate(self.done, self.size)


def inside(when: Period | None, within: Period) -> bool | None:
    """Whether `when` surely lies in `within`; None where it is known too vaguely to say."""
    if when is None or when.compare(within) in (Order.BEFORE, Order.AFTER):
        return False
    return True if within.contains(when.first) and within.contains(when.last) else None


def cohort(members: Iterable[tuple[Period | None, bool | None]], within: Period) -> Cohort:
    """The cohort of those whose day surely lies in `within`.

    Each member is its day and whether it has done it, None for what was done on a day not known.
    """
    placed = [(inside(when, within), done) for when, done in members]
    return Cohort(
        size=sum(1 for place, done in placed if place and done is not None),
        done=sum(1 for place, done in placed if place and done),
        unclear=sum(1 for place, _done in placed if place is None),
        undated=sum(1 for place, done in placed if place and done is None),
    )
