"""The groups that projects are reported by: owner, site, grid and chain."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from tracker.i18n import _
from tracker.reports.portfolio import Standing
from tracker.reports.progress import Line, group_completion
from tracker.reports.tally import Tally
from tracker.text import fold

GROUPS = ("owner", "grid", "site", "chain")


def by_group(standings: Iterable[Standing], by: str) -> dict[str | None, list[Standing]]:
    """The projects of each group in the order of the groups' names, those without one last; `by` is one of GROUPS."""
    groups: dict[str | None, list[Standing]] = {}
    for one in standings:
        groups.setdefault(getattr(one.row, by), []).append(one)
    return {label: groups[label] for label in sorted(groups, key=lambda label: (label is None, fold(label or "")))}


def group_title(by: str) -> str:
    """What a group is called at the head of its column."""
    return {"owner": _("Owner"), "grid": _("Grid"), "site": _("Site"), "chain": _("Chain")}[by]


def completion_in(lines: Iterable[Line], currency: str) -> Fraction | None:
    """Completed ÷ plan over the projects planned in `currency`, what was completed counted in it alone."""
    return group_completion([line for line in lines if line.plan.known and all_in(currency, line.plan, line.completed)])


def all_in(currency: str, *tallies: Tally) -> bool:
    """Whether every known figure is in `currency`."""
    return all(figure.money.currency == currency for one in tallies for figure in one.figures if figure.money)
