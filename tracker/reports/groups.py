"""The groups that are compared with each other: owner, site, grid and chain, by figures in one currency."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from tracker.reports.progress import Line, group_completion
from tracker.reports.tally import Tally

GROUPS = ("owner", "grid", "site", "chain")


def completion_in(lines: Iterable[Line], currency: str) -> Fraction | None:
    """Completed ÷ plan over the projects planned in `currency`, what was completed counted in it alone."""
    return group_completion([line for line in lines if line.plan.known and all_in(currency, line.plan, line.completed)])


def all_in(currency: str, *tallies: Tally) -> bool:
    """Whether every known figure is in `currency`."""
    return all(figure.money.currency == currency for one in tallies for figure in one.figures if figure.money)
