"""Completion against plan, time and total: shares as exact fractions, rounded by whoever prints them."""

from __future__ import annotations

from fractions import Fraction

from tracker.money import Figure, Money, exactness

# How a share says that it is no exact one.
_MARKS = {"over": "≥", "at_most": "≤", "nearly": "≈", "about": "≈"}


class Ratio(Fraction):
    """A share, or points, that are only as exact as what they were made from.

    `qualifier` is one of QUALIFIERS, `availability` reported or estimated.
    """

    qualifier: str = "exact"
    availability: str = "reported"

    @classmethod
    def of(cls, value: Fraction, qualifier: str, availability: str = "reported") -> Ratio:
        """`value`, qualified."""
        made = cls(value)
        made.qualifier, made.availability = qualifier, availability
        return made

    @property
    def mark(self) -> str:
        """What stands before it where it is no exact one: ≥, ≤ or ≈."""
        return _MARKS.get(self.qualifier, "")

    __slots__ = ("__dict__",)


def divided(part: Figure | None, whole: Figure | None) -> Ratio | None:
    """part ÷ whole of two figures in one currency, qualified as both are (opposite bounds give about).

    None where either has no amount, the whole is not positive, or the currencies differ.
    """
    if part is None or whole is None:
        return None
    value = share(part.money, whole.money)
    return None if value is None else Ratio.of(value, *exactness([part], [whole]))


def share(part: Money | None, whole: Money | None) -> Fraction | None:
    """part ÷ whole; None where either is missing, the whole is not positive, or the currencies differ."""
    if part is None or whole is None or part.currency != whole.currency or whole.minor <= 0:
        return None
    return Fraction(part.minor, whole.minor)


def gap_points(completion: Fraction | None, elapsed: Fraction) -> Ratio | None:
    """Gap to time progress 超/欠时进度 in percentage points: 100 × completion − 100 × elapsed, unrounded."""
    return points_between(completion, elapsed)


def points_between(now: Fraction | None, before: Fraction | None, *, points: int = 100) -> Ratio | None:
    """By how many percentage points one share is above another, unrounded and as qualified as both.

    A share of 1 is 100 points; with `points` 1 the two are in points already.
    """
    if now is None or before is None:
        return None
    qualified = ([one] if isinstance(one, Ratio) else [] for one in (now, before))
    return Ratio.of(points * (Fraction(now) - Fraction(before)), *exactness(*qualified))


def rate(part: int, cohort: int) -> Fraction | None:
    """The share of a cohort; None for an empty one."""
    return Fraction(part, cohort) if cohort else None
