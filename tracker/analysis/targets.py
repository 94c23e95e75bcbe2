"""Indicators against their targets: attainment, gap, what is needed a month, and growth; exact until printed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from fractions import Fraction
from typing import NamedTuple

from tracker.dates import Period, month_end


class Part(NamedTuple):
    """What an indicator was in a period, in the unit it is kept in."""

    on: Period
    value: int


def attainment(actual: int, target: int) -> Fraction | None:
    """Attainment 目标完成率 = actual ÷ target; None where the target is not positive."""
    return Fraction(actual, target) if target > 0 else None


def met(actual: int, target: int, *, at_most: bool) -> bool:
    """Whether the target is reached: at least, or at most, as much."""
    return actual <= target if at_most else actual >= target


def needed_a_month(actual: int, target: int, left: Fraction) -> Fraction:
    """What each of the months `left` has to bring to reach a target of at least: nothing where it is reached."""
    return max(Fraction(0), Fraction(target - actual) / left)


def months_left(period: Period, as_of: date) -> Fraction | None:
    """The months of `period` after `as_of`, the rest of a month begun as its share of days; None where none is left.

    At the end of March nine months of a year are left; on 15 April eight and 15/30.
    """
    day = max(as_of, period.first - timedelta(days=1))
    if day >= period.last:
        return None
    left = Fraction(0)
    while day < period.last:
        end = month_end(day + timedelta(days=1))
        left += Fraction((min(end, period.last) - day).days, end.day)
        day = end
    return left


def growth(actual: int, base: int) -> Fraction | None:
    """Year-on-year change 同比 = actual ÷ base − 1; None where the base is not positive."""
    return Fraction(actual, base) - 1 if base > 0 else None


def implied_base(actual: int, change: Fraction) -> Fraction | None:
    """The base that an actual and its year-on-year change imply: actual ÷ (1 + change); None for a change of −100 %."""
    return actual / (1 + change) if change > -1 else None


def year_before(period: Period) -> Period:
    """The same days one year earlier; the end of February stays the end of February."""
    return Period.of(_year_before(period.first), _year_before(period.last))


def _year_before(day: date) -> date:
    if day == month_end(day):
        return month_end(day.replace(year=day.year - 1, day=1))
    return day.replace(year=day.year - 1)


def added_up(parts: Iterable[Part], span: Period) -> tuple[Part, ...]:
    """The parts whose sum is the value of a flow over `span`, or over as much of it as is known.

    The value of the whole span where there is one; else from its beginning on the longest part, then the longest after
    that, so that a year-to-date figure is followed by single months and nothing counts twice.
    """
    inside = [part for part in parts if span.first <= part.on.first and part.on.last <= span.last]
    found: list[Part] = []
    begin = span.first
    while following := [part for part in inside if part.on.first >= begin]:
        best = min(following, key=lambda part: (part.on.first, -part.on.days))
        found.append(best)
        if best.on.last >= span.last:
            break
        begin = best.on.last + timedelta(days=1)
    return tuple(found)


def latest(parts: Iterable[Part], span: Period) -> Part | None:
    """The part that says how a state stood last within `span`; the shorter of two that end on one day."""
    inside = [part for part in parts if span.first <= part.on.first and part.on.last <= span.last]
    return max(inside, key=lambda part: (part.on.last, -part.on.days), default=None)


def from_beginning(parts: Iterable[Part], span: Period) -> Part | None:
    """The longest part that begins with `span`: what may be said where it is not known whether values add up."""
    inside = [part for part in parts if span.first == part.on.first and part.on.last <= span.last]
    return max(inside, key=lambda part: part.on.days, default=None)


def without_gap(parts: Sequence[Part], span: Period) -> bool:
    """Whether the parts follow one another from the beginning of `span`."""
    begin = span.first
    for part in parts:
        if part.on.first != begin:
            return False
        begin = part.on.last + timedelta(days=1)
    return True


def significant(value: Fraction, figures: int) -> int:
    """A positive value rounded half to even to its first `figures` digits."""
    step: int = 10 ** max(0, len(str(int(value))) - figures)
    return round(value / step) * step
