"""The one home of amounts: exact money in minor units, what people write for it, and how it is printed.

Nothing here is ever a floating-point number: amounts are integers of the currency's minor unit from end to end.
"""

from tracker.money.amounts import (
    AUTO,
    AVAILABILITIES,
    LIMIT,
    ONE,
    QUALIFIERS,
    UNITS,
    WITHOUT_AMOUNT,
    Figure,
    Money,
    Qualified,
    Unit,
    added_up,
    at_least,
    exactness,
    from_plain,
    merged_qualifier,
    parse_heading_unit,
    parse_unit,
    plain,
    turned,
)
from tracker.money.printing import ESTIMATED, MARKS, format_figure, format_money, printed_unit, rounds
from tracker.money.reading import parse_figure, parse_money

__all__ = [
    "AUTO",
    "AVAILABILITIES",
    "ESTIMATED",
    "LIMIT",
    "MARKS",
    "ONE",
    "QUALIFIERS",
    "UNITS",
    "WITHOUT_AMOUNT",
    "Figure",
    "Money",
    "Qualified",
    "Unit",
    "added_up",
    "at_least",
    "exactness",
    "format_figure",
    "format_money",
    "from_plain",
    "merged_qualifier",
    "parse_figure",
    "parse_heading_unit",
    "parse_money",
    "parse_unit",
    "plain",
    "printed_unit",
    "rounds",
    "turned",
]
