"""The exchange rates of the made-up portfolio: what a dollar, a euro and a yen were worth at each month's end."""

from __future__ import annotations

from datetime import date

from tracker.demo.chance import Dice
from tracker.demo.lives import END
from tracker.demo.notebook import Notebook, months_between
from tracker.demo.steps import SetRate
from tracker.demo.trades import SOURCE

# Currency, decimals of its rate, and the rate at the beginning in units of the last of them.
_BEGINNINGS = (("USD", 4, 69_000), ("EUR", 4, 76_000), ("JPY", 6, 62_000))
# A rate stays within a tenth of where it began, and moves by at most a fiftieth of that a month.
_MOST, _STEP = 10, 50


def record_rates(dice: Dice) -> Notebook:
    """The rate of each currency in CNY at the end of every month from December 2019 on, recorded within days."""
    notebook = Notebook()
    months = months_between(date(2019, 12, 1), END)
    for currency, decimals, beginning in _BEGINNINGS:
        rate = beginning
        for month in months:
            # The last day of the story hears its own rate; the first one was recorded after it began.
            day = min(max(dice.later(month.last, 0, 3), date(2020, 1, 2)), END)
            text = _decimal(rate, decimals)
            notebook.write(day, SetRate(base=currency, counter="CNY", rate=text, day=month.last, source=SOURCE))
            rate += dice.between(-beginning // _STEP, beginning // _STEP)
            rate = min(max(rate, beginning - beginning // _MOST), beginning + beginning // _MOST)
    return notebook


def _decimal(rate: int, decimals: int) -> str:
    """An exact decimal text without zeros at its end."""
    digits = str(rate).rjust(decimals + 1, "0")
    return f"{digits[:-decimals]}.{digits[-decimals:]}".rstrip("0").rstrip(".")
