"""Completion against plan and time, the share of a cohort that has done a thing, and ranks that equals share."""

from collections.abc import Mapping
from fractions import Fraction
from typing import NamedTuple, TypeVar

from tracker.dates import Order, Period
from tracker.money import Figure, exactness

# How a share says that it is no exact one.
_MARKS = {"over": "≥", "at_most": "≤", "nearly": "≈", "about": "≈"}


class Ratio(Fraction):
    """A share, or points, that are only as exact as what they were made from.

    `qualifier` is one of QUALIFIERS, `availability` reported or estimated.
    """

    qualifier: str = "exact"
    availability: str = "reported"

    @classmethod
    def of(cls, value: Fraction, qualifier: str, availability: str = "reported") -> "Ratio":
        """`value`, qualified."""
        return cls.over(value.numerator, value.denominator, qualifier, availability)

    @classmethod
    def over(cls, part: int, whole: int, qualifier: str, availability: str = "reported") -> "Ratio":
        """part ÷ whole, qualified."""
        made = cls(part, whole)
        if qualifier != "exact" or availability != "reported":
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
    of, all_of_it = part.money, whole.money
    if of is None or all_of_it is None or of.currency != all_of_it.currency or all_of_it.minor <= 0:
        return None
    return Ratio.over(of.minor, all_of_it.minor, *exactness((part,), (whole,)))


def decimal_text(value: Fraction, places: int, *, trim: bool = False, shift: int = 0) -> str:
    """`value` × 10**`shift` rounded half-even to `places` decimals; `trim` drops the zeros at the end.

    Zero has no sign.
    """
    unit = 10**places
    # In integers: a product of fractions looks for common factors first, which takes ten times as long.
    scaled, rest = divmod(value.numerator * unit * 10**shift, value.denominator)
    half = 2 * rest - value.denominator
    if half > 0 or (half == 0 and scaled % 2):
        scaled += 1
    whole, parts = divmod(abs(scaled), unit)
    digits = f"{parts:0{places}d}" if places else ""
    if trim:
        digits = digits.rstrip("0")
    return ("-" if scaled < 0 else "") + str(whole) + ("." + digits if digits else "")


def points_in_words(gap: Ratio) -> str:
    """Points as sentences have them: with their sign and one decimal; nothing has no sign."""
    text = decimal_text(gap, 1)
    return gap.mark + (text if text.startswith("-") or text == "0.0" else "+" + text)


def gap_points(completion: Fraction | None, elapsed: Fraction) -> Ratio | None:
    """Gap to time progress 超/欠时进度 in percentage points: 100 × completion − 100 × elapsed, unrounded."""
    return points_between(completion, elapsed)


def points_between(now: Fraction | None, before: Fraction | None, *, points: int = 100) -> Ratio | None:
    """By how many percentage points one share is above another, unrounded and as qualified as both.

    A share of 1 is 100 points; with `points` 1 the two are in points already.
    """
    if now is None or before is None:
        return None
    # Over one denominator: of ten thousand projects each has a gap.
    top = points * (now.numerator * before.denominator - before.numerator * now.denominator)
    qualified = ((one,) if isinstance(one, Ratio) else () for one in (now, before))
    return Ratio.over(top, now.denominator * before.denominator, *exactness(*qualified))


def rate(part: int, cohort: int) -> Fraction | None:
    """The share of a cohort; None for an empty one."""
    return Fraction(part, cohort) if cohort else None


class Cohort(NamedTuple):
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


K = TypeVar("K")


def competition_ranks(values: Mapping[K, Fraction | int | None]) -> dict[K, int | None]:
    """The place of each value, the highest first; equals share a place and the next ones are left out: 1, 2, 2, 4.

    This is the standard competition ranking. What has no value has no place.
    """
    known = sorted((value for value in values.values() if value is not None), reverse=True)
    places: dict[Fraction | int, int] = {}
    for place, value in enumerate(known, start=1):
        places.setdefault(value, place)
    return {key: None if value is None else places[value] for key, value in values.items()}


def places_up(before: int | None, now: int | None) -> int | None:
    """By how many places a rank has risen (negative: fallen); None where there is none to compare."""
    return None if before is None or now is None else before - now
