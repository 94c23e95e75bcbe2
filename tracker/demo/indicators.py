"""The indicators of the made-up zone: each year's values, the next year's targets, and the months of the last one."""

from __future__ import annotations

from datetime import date, timedelta

from tracker.dates import Period
from tracker.demo.chance import Dice
from tracker.demo.lives import END
from tracker.demo.notebook import Notebook, months_between
from tracker.demo.steps import RecordIndicator, SetTarget
from tracker.demo.trades import SOURCE
from tracker.money.quantities import Quantity

_ZONE = "zone:示例经济开发区"
_YEARS = (2020, 2021, 2022)
# Indicator, currency of its amounts (none: a count), the first year's value in units, growth a year in hundredths.
_MEASURES = (
    ("output", "CNY", 42_000_000_000, (104, 114)),
    ("utilised_foreign", "USD", 160_000_000, (92, 118)),
    ("utilised_domestic", "CNY", 900_000_000, (95, 115)),
    ("high_tech_new", None, 21, (90, 130)),
    ("large_projects", None, 4, (80, 140)),
)


def record_indicators(dice: Dice) -> Notebook:
    """Values of 2020 to 2022, each recorded early in the next year with that year's targets, then 2023 by month.

    Targets are a floor, and a stretch a tenth to a quarter above it.
    """
    notebook = Notebook()
    for indicator, currency, value, growth in _MEASURES:
        for year in _YEARS:
            day = dice.later(date(year + 1, 1, 10), 0, 40)
            notebook.write(day, _actual(indicator, _quantity(currency, value), Period.year(year)))
            floor = value * dice.between(*growth) // 100
            stretch = floor * dice.between(110, 125) // 100 + 1
            target = SetTarget(
                subject=_ZONE,
                indicator=indicator,
                on=Period.year(year + 1),
                floor=_quantity(currency, floor),
                stretch=_quantity(currency, stretch),
                source=SOURCE,
            )
            notebook.write(day, target)
            value = floor * dice.between(88, 118) // 100
        for month in months_between(date(2023, 1, 1), END):
            share = value * dice.between(60, 110) // 1200
            notebook.write(
                month.last + timedelta(dice.between(5, 20)), _actual(indicator, _quantity(currency, share), month)
            )
    return notebook


def _actual(indicator: str, value: Quantity, on: Period) -> RecordIndicator:
    return RecordIndicator(subject=_ZONE, indicator=indicator, value=value, on=on, source=SOURCE)


def _quantity(currency: str | None, value: int) -> Quantity:
    """`value` in units; all the currencies here have hundredths."""
    return Quantity("money", value * 100, currency) if currency else Quantity("count", value)
