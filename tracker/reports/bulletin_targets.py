"""The targets of the year in a bulletin: what is attained of each, and what is needed a month."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

from tracker.database import Reader
from tracker.dates import Period
from tracker.i18n import language
from tracker.money.quantities import Quantity, format_quantity
from tracker.queries.asked import Asked, Filters
from tracker.queries.indicators import IndicatorRow
from tracker.reports.achieved import Line, groups, lines_of
from tracker.reports.bulletin_values import QUALIFIERS, Day, Number, Spelling, day
from tracker.reports.four_rates import is_rate_target
from tracker.reports.indicators import chosen, indicator_term, quantity_of, subject_name
from tracker.reports.report import Amounts, Cell
from tracker.reports.targets import against


@dataclass(frozen=True, slots=True)
class Target:
    """What one subject is to reach in a period: `target` at least or at most, or `stretch`, or both.

    `actual` is what is recorded so far, up to `actual_of` where that is a part of the period; `needed` and
    `needed_stretch` are what each month left has to bring, None where they are reached.
    """

    subject: str
    indicator: str
    period: Day
    at_most: bool
    target: str | None
    stretch: str | None
    actual: str | None
    actual_of: Day | None
    attained: Number | None
    attained_stretch: Number | None
    needed: str | None
    needed_stretch: str | None


def targets(reader: Reader, asked: Asked, filters: Filters, said: Spelling) -> Iterator[Target]:
    """The targets inside the year of the day asked about, as the report on targets has them.

    Those of the four rates are left out: they stand beside the rates.
    """
    rows = chosen(reader, asked, filters)
    for line in _lines(rows, asked):
        if not any(is_rate_target(row) for row in line.targets):
            yield _target(line, asked, said)


def rate_goals(reader: Reader, asked: Asked, filters: Filters, said: Spelling) -> Iterator[Target]:
    """The targets of the year that are set for one of the four rates."""
    for line in _lines(chosen(reader, asked, filters), asked):
        if any(is_rate_target(row) for row in line.targets):
            yield _target(line, asked, said)


def _lines(rows: list[IndicatorRow], asked: Asked) -> Iterator[Line]:
    for group in groups(rows):
        for line in lines_of(group, Period.year(asked.as_of.year)):
            if line.targets:
                yield line


def _target(line: Line, asked: Asked, said: Spelling) -> Target:
    first, actual = line.rows[0], line.actual
    attained, _gap, needed = against(line, line.floor, asked.as_of)
    attained_stretch, _gap, needed_stretch = against(line, line.stretch, asked.as_of)
    indicator = indicator_term(first.indicator)
    return Target(
        subject=said.words(subject_name(first)),
        indicator=said.words(indicator.name(language()) if indicator else first.indicator),
        period=day(line.on),
        at_most=line.targets[0].direction == "at_most",
        target=_of_row(line.floor, said),
        stretch=_of_row(line.stretch, said),
        actual=_quantity(actual.quantity, said) if actual else None,
        actual_of=day(actual.on) if actual and actual.on != line.on else None,
        attained=said.told(attained),
        attained_stretch=said.told(attained_stretch),
        needed=_cell(needed, said),
        needed_stretch=_cell(needed_stretch, said),
    )


def _of_row(row: IndicatorRow | None, said: Spelling) -> str | None:
    return _quantity(quantity_of(row), said) if row else None


def _quantity(quantity: Quantity, said: Spelling) -> str | None:
    """The value in words with what it is counted in; None where it is unknown or withheld."""
    if quantity.value is None:
        return None
    lang = language()
    text = format_quantity(replace(quantity, qualifier="exact"), unit=said.unit, lang=lang, decimals=said.decimals)
    counted = said.words(quantity.unit) if quantity.unit and quantity.measure == "count" else ""
    return QUALIFIERS[lang][quantity.qualifier] + text + (f" {counted}" if counted and lang == "en" else counted)


def _cell(cell: Cell, said: Spelling) -> str | None:
    """What is needed a month: an amount, or a number of things that is text already; None where nothing is."""
    if isinstance(cell, Amounts):
        missing = any(figure.money and figure.money.minor for figure in cell.figures)
        amount = said.amount(cell) if missing else None
        return amount.bare if amount else None
    return cell if isinstance(cell, str) and Fraction(cell) else None
