"""One cell as the value a program reads: stable codes, exact decimals, ISO dates."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from fractions import Fraction
from typing import Any, NoReturn

from tracker.dates import Period, moment_text
from tracker.render.decimals import decimal_text
from tracker.reports.report import Amounts, Bar, Cell, Kind, Spark, Strip
from tracker.vocabulary import Term

# The types of which a column often holds equal cells, none of which equals one of another type as 1 and True do.
REPEATED = frozenset({type(None), str, int, Term, Period, date, datetime, tuple})
RATIO_PLACES = 6
POINTS_PLACES = 4


def plain_value(cell: Cell, kind: Kind) -> str | int | tuple[str, ...] | None:
    """`cell` of a column of `kind`: a Term as its code, a ratio as `0.4`, a period as `2022Q3`, a moment in UTC.

    Ratios have up to six decimals and percentage points up to four, rounded half-even. Raises TypeError for amounts,
    which every format spells in its own way.
    """
    return (_VALUES.get(type(cell)) or _value_of_base(cell))(cell, kind)


def _itself(cell: str | int | tuple[str, ...] | None, _kind: Kind) -> str | int | tuple[str, ...] | None:
    return cell


def _code(cell: Term, _kind: Kind) -> str:
    return cell.code


def _decimal(cell: Fraction, kind: Kind) -> str:
    return decimal_text(cell, POINTS_PLACES if kind is Kind.POINTS else RATIO_PLACES, trim=True)


def _moment(cell: datetime, _kind: Kind) -> str:
    return moment_text(cell)


def _day(cell: date, _kind: Kind) -> str:
    return cell.isoformat()


def _period(cell: Period, _kind: Kind) -> str:
    return str(cell)


def _share(cell: Bar, _kind: Kind) -> str | None:
    return None if cell.share is None else decimal_text(cell.share, RATIO_PLACES, trim=True)


def _picture(_cell: Spark | Strip, _kind: Kind) -> None:
    return None


def _refuse(_cell: Amounts, _kind: Kind) -> NoReturn:
    raise TypeError("amounts are no single value")


_VALUES: dict[type, Callable[[Any, Kind], str | int | tuple[str, ...] | None]] = {
    type(None): _itself,
    str: _itself,
    int: _itself,
    bool: _itself,
    tuple: _itself,
    Term: _code,
    Fraction: _decimal,
    datetime: _moment,
    date: _day,
    Period: _period,
    Bar: _share,
    Spark: _picture,
    Strip: _picture,
    Amounts: _refuse,
}


def _value_of_base(cell: Cell) -> Callable[[Any, Kind], str | int | tuple[str, ...] | None]:
    _VALUES[type(cell)] = found = next(value for kind, value in _VALUES.items() if isinstance(cell, kind))
    return found
