"""The groups that are compared with each other: owner, site, grid and chain, by figures in one currency."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from tracker.reports.progress import Line, Measured, measured
from tracker.reports.tally import Tally

GROUPS = ("owner", "grid", "site", "chain")


def measured_in(lines: Iterable[Line], currency: str) -> Measured | None:
    """The projects planned in `currency`, together, what was completed counted in it alone."""
    return measured([line for line in lines if line.plan.known and all_in(currency, line.plan, line.completed)])


def completion_in(lines: Iterable[Line], currency: str) -> Fraction | None:
    """Completed ÷ plan over the projects planned in `currency`."""
    found = measured_in(lines, currency)
    return found.completion if found else None


def all_in(currency: str, *tallies: Tally) -> bool:
    """Whether every known figure is in `currency`."""
    return all(figure.money.currency == currency for one in tallies for figure in one.figures if figure.money)
