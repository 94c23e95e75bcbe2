"""One cell as the value a program reads: stable codes, exact decimals, ISO dates."""

from __future__ import annotations

from datetime import date, datetime
from fractions import Fraction

from tracker.dates import Period, moment_text
from tracker.render.decimals import decimal_text
from tracker.reports.report import Amounts, Bar, Cell, Kind, Spark, Strip
from tracker.vocabulary import Term

RATIO_PLACES = 6
POINTS_PLACES = 4


def plain_value(cell: Cell, kind: Kind) -> str | int | tuple[str, ...] | None:
    """`cell` of a column of `kind`: a Term as its code, a ratio as `0.4`, a period as `2022Q3`, a moment in UTC.

    Ratios have up to six decimals and percentage points up to four, rounded half-even. Raises TypeError for amounts,
    which every format spells in its own way.
    """
    match cell:
        case Amounts():
            raise TypeError("amounts are no single value")
        case Bar():
            return None if cell.share is None else decimal_text(cell.share, RATIO_PLACES, trim=True)
        case Spark() | Strip():
            return None
        case Term():
            return cell.code
        case Fraction():
            return decimal_text(cell, POINTS_PLACES if kind is Kind.POINTS else RATIO_PLACES, trim=True)
        case datetime():
            return moment_text(cell)
        case date():
            return cell.isoformat()
        case Period():
            return str(cell)
        case _:
            return cell
