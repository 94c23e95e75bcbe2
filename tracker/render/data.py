"""Columns and values as data files hold them: exact decimals, and texts that no spreadsheet takes for a formula.

An amount column `k` becomes `k`, `k_currency`, `k_qualifier`, and where a cell holds a second currency also `k_2`,
`k_2_currency`, `k_2_qualifier`, and so on; where the cells are sums with a coverage, `k_known` and `k_of` follow. The
qualifier is `exact`, `about`, `nearly`, `over` or `at_most`, with `estimated` before it (alone where the estimate is
exact); an `unknown` or `withheld` figure has this word and no amount. Where the cells are derived figures, `k_state`
(known, partial, lacking, not_reported, withheld) and `k_figures_to` follow; where ratios, points or indices are no
exact ones, `k_qualifier`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import Any, NoReturn

from tracker.analysis.completion import Ratio
from tracker.dates import Period, moment_text
from tracker.money import WITHOUT_AMOUNT, Figure, Qualified
from tracker.reports.report import Amounts, Bar, Cell, Column, Kind, Report, Row, Spark, Strip
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
_FORMULA = "(?:^|[\n\r])[ \u00a0]*[=+\\-@|\t\r＝＋－＠]"
_APOSTROPHE = "'"
# What a spreadsheet turns into a number, a date, a time or a truth value, and then writes otherwise: 0012, 1E5,
# 2023-01, 3/4, 12:30, 1.50, 5%, Mar-1, 2023年1月, true, and numbers of more than eleven digits.
_MONTH = "(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
_CHANGED = rf"(?i)[(¥￥$€£ ]*[0-9][-0-9.,:/年月日时分秒 e+%]*\)?|(?:[0-9]+[-/., ]*)?{_MONTH}[-/., ]*[0-9]*|true|false"
_KEPT = "0|[1-9][0-9]{0,10}"


def guarded(text: str) -> str:
    """`text` with an apostrophe before it where a spreadsheet would run it, or where it already begins with one.

    `unguarded` gives the text back.
    """
    return _APOSTROPHE + text if text.startswith(_APOSTROPHE) or re.search(_FORMULA, text) else text


def protected(text: str) -> str:
    """`guarded`, and so too before a text that is written otherwise once a spreadsheet has read and saved it."""
    changed = re.fullmatch(_CHANGED, text) and not re.fullmatch(_KEPT, text)
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
    Term: _code,
    Fraction: _decimal,
    datetime: _moment,
    date: _day,
    Period: _period,
    Bar: _share,
    Spark: _picture,
    Strip: _picture,
    Amounts: _refuse,
    tuple: _itself,
}


def _value_of_base(cell: Cell) -> Callable[[Any, Kind], str | int | tuple[str, ...] | None]:
    _VALUES[type(cell)] = found = next(value for kind, value in _VALUES.items() if isinstance(cell, kind))
    return found


# What may be no exact number.
QUALIFIED = (Kind.RATIO, Kind.POINTS, Kind.NUMBER, Kind.ANY)


@dataclass(frozen=True, slots=True)
class Field:
    """One column of the report at `place` of its rows, and how many amounts side by side a row of it can need."""

    column: Column
    place: int
    amounts: int
    covered: bool
    derived: bool = False
    qualified: bool = False

    def names(self) -> Iterator[str]:
        """The keys of its columns."""
        key = self.column.key
        if not self.amounts:
            yield key
        for number in range(1, self.amounts + 1):
            name = key if number == 1 else f"{key}_{number}"
            yield from (name, f"{name}_currency", f"{name}_qualifier")
        if self.covered:
            yield from (f"{key}_known", f"{key}_of")
        if self.derived:
            yield from (f"{key}_state", f"{key}_figures_to")
        if self.qualified:
            yield f"{key}_qualifier"

    def figures(self, cell: Cell) -> list[Figure | None]:
        """The figures of a cell, None for each place it leaves empty."""
        found: Sequence[Figure] = cell.figures if isinstance(cell, Amounts) else ()
        return [*found, *([None] * (self.amounts - len(found)))]

    def coverage(self, cell: Cell) -> tuple[int | None, ...]:
        """How many are known, of how many, where the column says so."""
        if not self.covered:
            return ()
        amounts = cell if isinstance(cell, Amounts) else Amounts()
        return (amounts.known, amounts.of)

    def state(self, cell: Cell) -> tuple[str, str]:
        """The state of a derived figure and the last day it reaches, as texts."""
        amounts = cell if isinstance(cell, Amounts) else Amounts()
        return (amounts.state or "", amounts.to.isoformat() if amounts.to else "")


def fields(report: Report, rows: Sequence[Row]) -> list[Field]:
    """The columns of `report`, hidden ones too and drawn ones not, with room for what `rows` hold."""
    return [_field(column, place, rows) for place, column in enumerate(report.columns) if not column.drawn]


def _field(column: Column, place: int, rows: Sequence[Row]) -> Field:
    if column.kind in QUALIFIED:
        qualified = any(ratio_qualifier(row[place]) not in (None, "exact") for row in rows)
        return Field(column, place, amounts=0, covered=False, qualified=qualified)
    if column.kind is not Kind.AMOUNT:
        return Field(column, place, amounts=0, covered=False)
    most, covered, derived = 1, False, False
    for row in rows:
        cell = row[place]
        if isinstance(cell, Amounts):
            most = max(most, len(cell.figures))
            covered = covered or cell.known is not None
            derived = derived or cell.state is not None
    return Field(column, place, amounts=most, covered=covered, derived=derived)


def ratio_qualifier(cell: Cell) -> str | None:
    """The word beside a ratio; None where there is none."""
    if isinstance(cell, Ratio):
        return qualifier(cell)
    return "exact" if isinstance(cell, Fraction) else None


def qualifier(figure: Qualified) -> str:
    """The word beside an amount or a ratio."""
    if figure.availability in WITHOUT_AMOUNT:
        return figure.availability
    words = [figure.availability] if figure.availability != "reported" else []
    if figure.qualifier != "exact" or not words:
        words.append(figure.qualifier)
    return " ".join(words)
