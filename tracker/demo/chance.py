"""Chance that falls the same in every version of Python."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date, timedelta
from typing import TypeVar

T = TypeVar("T")


class Dice:
    """Draws from one seed; of the generator only `random()` is used, whose sequence Python promises to keep."""

    def __init__(self, seed: int, stream: int) -> None:
        """Each `stream` of a `seed` is drawn on its own, so that one project more changes no other."""
        self._random = random.Random(seed * 1_000_003 + stream)

    def below(self, share: float) -> bool:
        """True in `share` (0 to 1) of the draws."""
        return self._random.random() < share

    def between(self, low: int, high: int) -> int:
        """A whole number from `low` to `high`, both included."""
        return low + int(self._random.random() * (high - low + 1))

    def pick(self, options: Sequence[T]) -> T:
        """One of `options`; one that is listed twice is twice as likely."""
        return options[int(self._random.random() * len(options))]

    def skewed(self, middle: int) -> int:
        """A duration around `middle`, now and then twice as long: a product of chances, as delays multiply."""
        hundredths = middle * 100
        for _factor in range(3):
            # Factors whose logarithms balance; whole numbers, because rounding differs between machines.
            hundredths = hundredths * self.between(70, 142) // 100
        return max(1, hundredths // 100)

    def later(self, day: date, low: int, high: int) -> date:
        """A day from `low` to `high` days after `day`."""
        return day + timedelta(self.between(low, high))
