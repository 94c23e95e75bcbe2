"""Readers of cells that hold other numbers than money: land, percentages, counts, rates, values of indicators."""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction
from typing import Any

from tracker.i18n import _
from tracker.importer.mapping import words
from tracker.importer.mapping.amounts import (
    MOST_SIGNIFICANT,
    Numbers,
    Reader,
    absent_word,
    number_text,
    written_figure,
)
from tracker.importer.mapping.numbers import CellRefused, is_plain, is_range, plain_numbers
from tracker.importer.mapping.units import COUNT, LAND, PERCENT, Unit, read_unit
from tracker.text import shorten


def _number(cell: Any, numbers: Numbers, what: str) -> str | None:
    """The plain number of a cell with what stands around it, None where it says nothing."""
    text = number_text(cell, what)
    if absent_word(text) is not None:
        return None
    if is_range(text):
        raise CellRefused(
            _("“{text}” is a range, not {what}").format(text=shorten(text), what=what), _("write one number")
        )
    return plain_numbers(text, numbers.style)


def _decimal(plain: str, text: Any, what: str) -> Fraction:
    if not is_plain(plain) or len(plain) > MOST_SIGNIFICANT:
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
        said = absent_word(text)
        if said is not None:
            return None if said == words.BLANK else Quantity(measure or "count", None, availability=said)
        unit = read_unit(unit_text) if isinstance(unit_text, str) and unit_text.strip() else numbers.unit
        if (measure or (unit.measure if unit else None)) == "money":
            own = replace(numbers, unit=unit or numbers.unit)
            figure = written_figure(text, replace(own, currency=(unit.currency if unit else None) or numbers.currency))
            minor = figure.money.minor if figure.money else None
            code = figure.money.currency if figure.money else None
            return Quantity("money", minor, code, None, figure.qualifier, figure.availability)
        plain = plain_numbers(text, numbers.style)
        bare = is_plain(plain) and unit is not None and unit.measure in (PERCENT, COUNT)
        return parse_quantity(
            f"{plain}{unit.text}" if bare and unit else plain, measure=measure, currency=numbers.currency
        )

    return read
