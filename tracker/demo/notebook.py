"""What is written down about one made-up project, and when: recording lags behind what happens."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta

from tracker.dates import Period
from tracker.demo.chance import Dice
from tracker.demo.lives import END
from tracker.demo.steps import Act, Step


@dataclass
class Notebook:
    """The steps of one project in the order of writing; a correction or undo names its step by its number here."""

    steps: list[Step] = field(default_factory=list)

    def write(self, day: date, act: Act) -> int:
        """Write an act recorded on `day`; its number in this notebook, from 1."""
        self.steps.append(Step(day, act))
        return len(self.steps)


@dataclass
class Clerk:
    """Whoever records one subject of a project, in order: never before what was recorded last."""

    dice: Dice
    last: date

    def hears(self, day: date, low: int, high: int) -> date:
        """The day on which something that happened on `day` is recorded, `low` to `high` days later."""
        self.last = max(self.last, self.dice.later(day, low, high))
        return self.last

    def lag(self, day: date) -> date:
        """The usual lag of up to 45 days, sometimes of months."""
        return self.hears(day, 60, 150) if self.dice.below(0.05) else self.hears(day, 0, 45)


def period(dice: Dice, day: date) -> Period:
    """`day` as exactly as it is known: mostly the day itself, else its month, quarter or year."""
    known = dice.between(1, 100)
    if known <= 72:
        return Period.day(day)
    if known <= 84:
        return Period.month(day.year, day.month)
    if known <= 92:
        return Period.quarter(day.year, (day.month + 2) // 3)
    return Period.year(day.year)


def told(day: date) -> bool:
    """Whether a day still belongs to the story."""
    return day <= END


def months_between(first: date, last: date) -> list[Period]:
    """The calendar months from that of `first` to that of `last`."""
    found = []
    day = first.replace(day=1)
    while day <= last:
        month = Period.month(day.year, day.month)
        found.append(month)
        day = month.last + timedelta(1)
    return found
