"""The columns of a report as files of data have them: an amount is a number, a currency and a qualifier side by side.

An amount column `k` becomes `k`, `k_currency`, `k_qualifier`, and where a cell holds a second currency also `k_2`,
`k_2_currency`, `k_2_qualifier`, and so on; where the cells are sums with a coverage, `k_known` and `k_of` follow. The
qualifier is `exact`, `about`, `nearly`, `over` or `at_most`, with `estimated` before it (alone where the estimate is
exact); an `unknown` or `withheld` figure has this word and no amount. Where the cells are derived figures, `k_state`
(known, partial, lacking, not_reported, withheld) and `k_figures_to` follow; where ratios, points or indices are no
exact ones, `k_qualifier`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from tracker.analysis.completion import Ratio
from tracker.money import WITHOUT_AMOUNT, Figure, Qualified
from tracker.reports.report import Amounts, Cell, Column, Kind, Report, Row

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
