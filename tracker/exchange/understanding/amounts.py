"""Readers of cells that hold numbers: figures, land, percentages, counts, rates and the values of indicators.

A reader is made once a column; it gives None for a cell that says nothing and raises ValueRefused for one that cannot
be read.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from fractions import Fraction
from typing import Any

from tracker.currencies import minor_digits
from tracker.errors import ValueRefused
from tracker.exchange.understanding import words
from tracker.exchange.understanding.numbers import (
    POINT,
    CellRefused,
    is_plain,
    is_range,
    plain_numbers,
    typed_number,
)
from tracker.exchange.understanding.units import COUNT, LAND, MONEY, PERCENT, Unit, read_unit, shared_symbol
from tracker.i18n import _
from tracker.money import Figure, Money, parse_figure
from tracker.money.amounts import scaled, unreadable
from tracker.text import shorten

Reader = Callable[[Any], Any]

# A number with a unit of its own keeps it; a currency alone before it (£1.2) leaves that of the column.
_OWN_UNIT = re.compile(
    r"[0-9] ?(?:[十百千万亿多余]|元|[^\W\d_]{1,3}元|人民币|"
    r"(?:k|m|mn|mln|mio|b|bn|bln|tn|million|thousand|billion|trillion)\b)|元|英镑|万|亿",
    re.IGNORECASE,
)
_DIGITS = re.compile("[0-9](?:[0-9.]*[0-9])?")
_MOST_SIGNIFICANT = 40
_UNSIGNED = re.compile("([0-9]+)(?:[.]([0-9]+))?")
# An amount of fewer digits in minor units is below the largest that is kept.
_SURELY_KEPT = 18


@dataclass(frozen=True, slots=True)
class Numbers:
    """How a column writes its numbers: their style, unit and currency (None: nowhere said)."""

    style: str = POINT
    unit: Unit | None = None
    currency: str | None = None

    @property
    def power(self) -> int:
        """The power of ten that a number without a unit of its own counts in."""
        return self.unit.power if self.unit and self.unit.measure == MONEY else 0


def number_text(cell: Any, what: str) -> str:
    """A cell of a number column as text; typed numbers are written out. Raises CellRefused for a date or yes and no."""
    if isinstance(cell, str):
        return cell.strip()
    if cell is None:
        return ""
    if isinstance(cell, bool | date | time | timedelta):
        raise CellRefused(
            _("the cell holds {value}, not {what}").format(value=shorten(str(cell)), what=what),
            _("format the cell as a number in the spreadsheet, or skip the column in a map"),
        )
    return typed_number(cell)


def _absent(text: str) -> str | None:
    """The meaning of a text that is no value. Raises CellRefused for a broken formula."""
    said = words.meaning(text)
    if said == words.BROKEN:
        raise CellRefused(
            _("the formula of the cell failed: {text}").format(text=shorten(text)), _("repair it, or empty the cell")
        )
    return said


def figure_reader(numbers: Numbers) -> Reader:
    """A reader of money.Figure; a currency or unit in the cell goes before that of the column."""
    power, currency, pointed = numbers.power, numbers.currency, numbers.style == POINT
    digits = power + minor_digits(currency) if currency else 0

    def read(cell: Any) -> Figure | None:
        # Nearly all cells of nearly all files are plain digits.
        if currency and cell.__class__ is str and (found := _UNSIGNED.fullmatch(cell)):
            whole, decimals = found.groups()
            short = digits - len(decimals or "")
            if short >= 0 and (pointed or decimals is None) and len(cell) < _SURELY_KEPT - short:
                return Figure(Money(int(whole + (decimals or "")) * 10**short, currency))
        text = number_text(cell, _("an amount"))
        if currency and is_plain(text) and (pointed or "." not in text):
            return Figure(_plain_amount(text, power, currency))
        said = _absent(text)
        if said is not None:
            return None if said == words.BLANK else Figure(availability=said)
        return _written(text, numbers)

    return read


def _plain_amount(text: str, power: int, currency: str) -> Any:
    whole, _point, decimals = text.partition(".")
    if len(text) > _MOST_SIGNIFICANT:
        raise CellRefused(_("“{text}” has too many digits").format(text=shorten(text)), "")
    try:
        return scaled(int(whole + decimals), power - len(decimals), currency)
    except ValueRefused as reason:
        raise unreadable(text, str(reason)) from None


def _written(text: str, numbers: Numbers) -> Figure:
    """A figure with words around its number."""
    if is_range(text):
        raise CellRefused(
            _("“{text}” is a range, not a figure").format(text=shorten(text)),
            _("write one figure, with 约, 至多 or “up to” where it is not exact"),
        )
    plain = plain_numbers(text, numbers.style)
    symbol = shared_symbol(plain)
    currency = currency_for(symbol, numbers.currency)
    if _OWN_UNIT.search(plain):
        plain = _own_english(plain)
    elif numbers.power:
        plain = _with_unit(plain, numbers.power)
    if currency is None and not symbol:
        return _named(plain, text)
    try:
        return parse_figure(plain, currency=currency)
    except ValueRefused as reason:
        raise CellRefused(str(reason), _("write it like 1234.56, 1.2亿元 or £3m, or leave the cell empty")) from None


def _named(plain: str, text: str) -> Figure:
    try:
        return parse_figure(plain, currency=None)
    except ValueRefused as reason:
        raise CellRefused(
            str(reason), _("name the currency in the heading, with --currency, or in a map: currency = …")
        ) from None


def currency_for(symbol: str, column: str | None) -> str | None:
    """The currency a cell with this sign is in: that of the column where it has the sign, else USD for $, CNY for ¥."""
    if symbol == "$":
        dollars = "AUD CAD HKD NZD SGD TWD USD MXN BRL"
        return column if column and column in dollars else "USD"
    if symbol == "¥":
        return column if column in ("CNY", "JPY") else "CNY"
    return column


def _own_english(plain: str) -> str:
    """`5mio` as the reader of amounts knows it: `5m`."""
    return re.sub(r"(?<=[0-9]) ?(?:mio|mill)\b\.?", "m", plain, flags=re.IGNORECASE)


def _with_unit(plain: str, power: int) -> str:
    """The text with its one number counted in the currency's own unit, so that it is read in one exact step."""
    if len(_DIGITS.findall(plain)) != 1:
        return plain
    return _DIGITS.sub(lambda found: _shifted(found[0], power), plain)


def _shifted(number: str, places: int) -> str:
    """A plain number × 10**places (places ≥ 0)."""
    whole, _point, decimals = number.partition(".")
    return whole + decimals[:places].ljust(places, "0") + (f".{decimals[places:]}" if decimals[places:] else "")


# --- other numbers -------------------------------------------------------------------------------------------------


def _number(cell: Any, numbers: Numbers, what: str) -> str | None:
    """The plain number of a cell with what stands around it, None where it says nothing."""
    text = number_text(cell, what)
    if _absent(text) is not None:
        return None
    if is_range(text):
        raise CellRefused(
            _("“{text}” is a range, not {what}").format(text=shorten(text), what=what), _("write one number")
        )
    return plain_numbers(text, numbers.style)


def _decimal(plain: str, text: Any, what: str) -> Fraction:
    if not is_plain(plain) or len(plain) > _MOST_SIGNIFICANT:
        raise CellRefused(
            _("“{text}” is not {what}").format(text=shorten(str(text)), what=what),
            _("write a plain number, or leave the cell empty"),
        )
    return Fraction(plain)


def _split(plain: str) -> tuple[str, str]:
    found = re.fullmatch(r"([+-]?[0-9]+(?:\.[0-9]+)?) ?(.*)", plain.strip(), re.DOTALL)
    return (found[1], found[2].strip()) if found else (plain, "")


def land_reader(numbers: Numbers) -> Reader:
    """A reader of areas in thousandths of a 亩; what is finer is rounded half to even. A bare number is in 亩."""
    column = numbers.unit if numbers.unit and numbers.unit.measure == LAND else None

    def read(cell: Any) -> int | None:
        plain = _number(cell, numbers, _("an area"))
        if plain is None:
            return None
        number, written = _split(plain)
        unit = read_unit(written) if written else column or Unit(LAND, land=Fraction(1000), text="亩")
        if unit is None or unit.land is None:
            raise CellRefused(
                _("“{text}” is not an area").format(text=shorten(str(cell))), _("write it like 109.2亩 or 72800 m2")
            )
        return round(_decimal(number, cell, _("an area")) * unit.land)

    return read


def count_reader(numbers: Numbers) -> Reader:
    """A reader of whole numbers, with or without the word for what is counted."""

    def read(cell: Any) -> int | None:
        plain = _number(cell, numbers, _("a whole number"))
        if plain is None:
            return None
        number, written = _split(plain)
        unit = read_unit(written) if written else Unit(COUNT)
        value = _decimal(number if unit and unit.measure == COUNT else plain, cell, _("a whole number"))
        if value.denominator != 1:
            raise CellRefused(_("“{text}” is not a whole number").format(text=shorten(str(cell))), "")
        return int(value)

    return read


def percent_reader(numbers: Numbers, *, shares: bool) -> Reader:
    """A reader of hundredths of a percent; with `shares`, a number cell of 0.65 is 65 %."""

    def read(cell: Any) -> int | None:
        plain = _number(cell, numbers, _("a percentage"))
        if plain is None:
            return None
        number, written = _split(plain)
        if written not in ("", "%"):
            number = plain
        value = _decimal(number, cell, _("a percentage")) * (100 if written or not shares else 10_000)
        if value.denominator != 1:
            raise CellRefused(
                _("“{text}” has more than two decimals of a percent").format(text=shorten(str(cell))),
                _("round it in the spreadsheet"),
            )
        return int(value)

    return read


def rate_reader(numbers: Numbers) -> Reader:
    """A reader of exact decimals, as text."""

    def read(cell: Any) -> str | None:
        plain = _number(cell, numbers, _("a rate"))
        if plain is None:
            return None
        _decimal(plain, cell, _("a rate"))
        whole, _point, decimals = plain.removeprefix("+").partition(".")
        decimals = decimals.rstrip("0")
        return f"{whole.lstrip('0') or '0'}.{decimals}" if decimals else whole.lstrip("0") or "0"

    return read


def quantity_reader(numbers: Numbers, measure: str | None) -> Reader:
    """A reader of the value of an indicator, of a `measure` or told from the text; a cell may be (value, unit)."""
    from tracker.money.quantities import Quantity, parse_quantity

    def read(cell: Any) -> Quantity | None:
        value, unit_text = cell if isinstance(cell, tuple) else (cell, None)
        text = number_text(value, _("a value"))
        said = _absent(text)
        if said is not None:
            return None if said == words.BLANK else Quantity(measure or "count", None, availability=said)
        unit = read_unit(unit_text) if isinstance(unit_text, str) and unit_text.strip() else numbers.unit
        if (measure or (unit.measure if unit else None)) == "money":
            own = replace(numbers, unit=unit or numbers.unit)
            figure = _written(text, replace(own, currency=(unit.currency if unit else None) or numbers.currency))
            minor = figure.money.minor if figure.money else None
            code = figure.money.currency if figure.money else None
            return Quantity("money", minor, code, None, figure.qualifier, figure.availability)
        plain = plain_numbers(text, numbers.style)
        bare = is_plain(plain) and unit is not None and unit.measure in (PERCENT, COUNT)
        return parse_quantity(
            f"{plain}{unit.text}" if bare and unit else plain, measure=measure, currency=numbers.currency
        )

    return read
