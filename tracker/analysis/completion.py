"""Completion against plan, time and total: shares as exact fractions, rounded by whoever prints them."""

from __future__ import annotations

from fractions import Fraction

from tracker.money import Money


def share(part: Money | None, whole: Money | None) -> Fraction | None:
    """part ÷ whole; None where either is missing, the whole is not positive, or the currencies differ."""
    if part is None or whole is None or part.currency != whole.currency or whole.minor <= 0:
        return None
    return Fraction(part.minor, whole.minor)


def gap_points(completion: Fraction | None, elapsed: Fraction) -> Fraction | None:
    """Gap to time progress 超/欠时进度 in percentage points: 100 × completion − 100 × elapsed, unrounded."""
    return None if completion is None else 100 * (completion - elapsed)


def rate(part: int, cohort: int) -> Fraction | None:
    """The share of a cohort; None for an empty one."""
    return Fraction(part, cohort) if cohort else None
