"""The groups that projects are reported by: owner, site, grid and chain."""

from __future__ import annotations

from collections.abc import Iterable

from tracker.i18n import _
from tracker.reports.portfolio import Standing
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
