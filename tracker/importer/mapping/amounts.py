"""Readers of cells that hold amounts of money.

A reader is made once a column; it gives None for a cell that says nothing and raises ValueRefused for one that cannot
be read.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Any

from tracker.currencies import minor_digits
from tracker.errors import ValueRefused
from tracker.i18n import _
from tracker.importer.mapping import words
from tracker.importer.mapping.numbers import (
    POINT,
    CellRefused,
    is_plain,
    is_range,
    plain_numbers,
    plain_width,
    typed_number,
)
from tracker.importer.mapping.units import MONEY, Unit, shared_symbol
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
MOST_SIGNIFICANT = 40
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
        return cell.strip() if cell.isascii() else plain_width(cell).strip()
    if cell is None:
        return ""
    if isinstance(cell, bool | date | time | timedelta):
        raise CellRefused(
            _("the cell holds {value}, not {what}").format(value=shorten(str(cell)), what=what),
            _("format the cell as a number in the spreadsheet, or skip the column in a map"),
        )
    return typed_number(cell)


def absent_word(text: str) -> str | None:
    """The meaning of a text that is no value. Raises CellRefused for a formula, whole or broken."""
    if text.startswith("="):
        raise CellRefused(
            _("the cell holds the formula {text}").format(text=shorten(text)), _("save the file with values instead")
        )
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
        said = absent_word(text)
        if said is not None:
            return None if said == words.BLANK else Figure(availability=said)
        return written_figure(text, numbers)

    return read


def _plain_amount(text: str, power: int, currency: str) -> Any:
    whole, _point, decimals = text.partition(".")
    if len(text) > MOST_SIGNIFICANT:
        raise CellRefused(_("“{text}” has too many digits").format(text=shorten(text)), "")
    try:
        return scaled(int(whole + decimals), power - len(decimals), currency)
    except ValueRefused as reason:
        raise unreadable(text, str(reason)) from None


def written_figure(text: str, numbers: Numbers) -> Figure:
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
        raise CellRefused(
            _("“{text}” does not say whether it is in the unit of its column").format(text=shorten(plain)),
            _("write the number in digits, or its unit behind it"),
        )
    return _DIGITS.sub(lambda found: _shifted(found[0], power), plain)


def _shifted(number: str, places: int) -> str:
    """A plain number × 10**places (places ≥ 0)."""
    whole, _point, decimals = number.partition(".")
    return whole + decimals[:places].ljust(places, "0") + (f".{decimals[places:]}" if decimals[places:] else "")
