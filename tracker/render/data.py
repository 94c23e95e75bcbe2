"""Values as data files hold them: exact decimals, and texts that no spreadsheet takes for a formula."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from fractions import Fraction
from typing import Any, NoReturn

from tracker.dates import Period, moment_text
from tracker.reports.report import Amounts, Bar, Cell, Kind, Spark, Strip
from tracker.vocabulary import Term


def decimal_text(value: Fraction, places: int, *, trim: bool = False) -> str:
    """`value` rounded half-even to `places` decimals; `trim` drops the zeros at the end. Zero has no sign."""
    unit = 10**places
    # In integers: a product of fractions looks for common factors first, which takes ten times as long.
    scaled, rest = divmod(value.numerator * unit, value.denominator)
    half = 2 * rest - value.denominator
    if half > 0 or (half == 0 and scaled % 2):
        scaled += 1
    whole, parts = divmod(abs(scaled), unit)
    digits = f"{parts:0{places}d}" if places else ""
    if trim:
        digits = digits.rstrip("0")
    return ("-" if scaled < 0 else "") + str(whole) + ("." + digits if digits else "")


# What a spreadsheet takes for the start of a formula, at the start of any line of a cell.
_FORMULA = re.compile("(?:^|[\n\r])[ \u00a0]*[=+\\-@|\t\r＝＋－＠]")
_APOSTROPHE = "'"
# What a spreadsheet turns into a number, a date, a time or a truth value, and then writes otherwise: 0012, 1E5,
# 2023-01, 3/4, 12:30, 1.50, 5%, Mar-1, 2023年1月, true, and numbers of more than eleven digits.
_MONTH = "(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
_CHANGED = re.compile(
    rf"[(¥￥$€£ ]*[0-9][-0-9.,:/年月日时分秒 e+%]*\)?|(?:[0-9]+[-/., ]*)?{_MONTH}[-/., ]*[0-9]*|true|false",
    re.IGNORECASE,
)
_KEPT = re.compile("0|[1-9][0-9]{0,10}")


def guarded(text: str) -> str:
    """`text` with an apostrophe before it where a spreadsheet would run it, or where it already begins with one.

    `unguarded` gives the text back.
    """
    return _APOSTROPHE + text if text.startswith(_APOSTROPHE) or _FORMULA.search(text) else text


def protected(text: str) -> str:
    """`guarded`, and so too before a text that is written otherwise once a spreadsheet has read and saved it."""
    changed = _CHANGED.fullmatch(text) and not _KEPT.fullmatch(text)
    return _APOSTROPHE + text if changed else guarded(text)


def unguarded(text: str) -> str:
    """`text` without the one apostrophe it begins with, if it does."""
    return text.removeprefix(_APOSTROPHE)


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
