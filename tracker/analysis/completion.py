"""Completion against plan, time and total: shares as exact fractions, rounded by whoever prints them."""

from __future__ import annotations

from fractions import Fraction

from tracker.money import Figure, Money

# What a bound on a divisor says of the quotient, and what two qualifiers say together.
_TURNED = {"over": "at_most", "at_most": "over", "nearly": "about"}


class Ratio(Fraction):
    """A share that is only as exact as what it was divided from: `qualifier` is one of QUALIFIERS."""

    qualifier: str = "exact"

    @classmethod
    def of(cls, value: Fraction, qualifier: str) -> Ratio:
        """`value`, qualified."""
        made = cls(value)
        made.qualifier = qualifier
        return made

    __slots__ = ("__dict__",)


def turned(qualifier: str) -> str:
    """The qualifier of what is taken off or divided by: its bound the other way round."""
    return _TURNED.get(qualifier, qualifier)


def divided(part: Figure | None, whole: Figure | None) -> Ratio | None:
    """part ÷ whole of two figures in one currency, qualified as both are (opposite bounds give about).

    None where either has no amount, the whole is not positive, or the currencies differ.
    """
    if part is None or whole is None:
        return None
    value = share(part.money, whole.money)
    if value is None:
        return None
    both = {part.qualifier, turned(whole.qualifier)} - {"exact"}
    return Ratio.of(value, "exact" if not both else both.pop() if len(both) == 1 else "about")


def share(part: Money | None, whole: Money | None) -> Fraction | None:
    """part ÷ whole; None where either is missing, the whole is not positive, or the currencies differ."""
    if part is None or whole is None or part.currency != whole.currency or whole.minor <= 0:
        return None
    return Fraction(part.minor, whole.minor)


def gap_points(completion: Fraction | None, elapsed: Fraction) -> Fraction | None:
    """Gap to time progress 超/欠时进度 in percentage points: 100 × completion − 100 × elapsed, unrounded."""
    return None if completion is None else 100 * (Fraction(completion) - elapsed)


def rate(part: int, cohort: int) -> Fraction | None:
    """The share of a cohort; None for an empty one."""
    return Fraction(part, cohort) if cohort else None
