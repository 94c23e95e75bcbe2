"""The sums over all projects before and after some changes: of total in force, of the other kinds in the year.

Projects of which nothing was recorded have the figures they had: their sum is taken in SQL, and those of the touched
families are worked out on both sides.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace

from tracker.database import Reader
from tracker.dates import Period
from tracker.money import Figure, Money, at_least
from tracker.queries import changes as questions
from tracker.queries import projects as project_queries
from tracker.queries.asked import FOREVER, Asked
from tracker.queries.changes import Rest
from tracker.queries.matching import existing
from tracker.reports.portfolio import Portfolio
from tracker.reports.report import Amounts
from tracker.reports.tally import Tally, group_amounts, sums, tallied
from tracker.vocabulary import CAPITAL_KINDS

Tallies = dict[tuple[int, str], Tally]
# Of more touched projects every project is looked at.
_MOST_TOUCHED = 5_000
_FLOWS = tuple(kind.code for kind in CAPITAL_KINDS if kind.code != "total")


@dataclass(frozen=True, slots=True)
class Total:
    """The sum of one kind of capital before and after."""

    kind: str
    was: Amounts
    now: Amounts


def totals_of(
    reader: Reader, before: Asked, after: Asked, touched: Collection[int], was: Portfolio, now: Portfolio
) -> Iterator[Total]:
    """The sums over the projects of `was` and `now` that are not what they were."""
    ids = {one.row.project_id for one in now.standings}
    figures = _tallies(reader, after, ids)
    earlier = {key: tally for key, tally in figures.items() if key[0] not in touched}
    earlier |= _tallies(reader, before, {one.row.project_id for one in was.standings} & set(touched))
    for kind in CAPITAL_KINDS:
        sums = (_of_kind(side.tree(), tallies, kind.code) for side, tallies in ((was, earlier), (now, figures)))
        yield from _moved(kind.code, *sums)


def totals_of_all(reader: Reader, before: Asked, after: Asked, touched: Collection[int]) -> Iterator[Total] | None:
    """The sums over all projects that are not what they were; None where every project must be looked at for them."""
    if after.known < FOREVER or after.converter is not None:
        return None
    family = set(touched)
    for side in (before, after):
        family |= _families(reader, side, family)
    if len(family) > _MOST_TOUCHED:
        return None
    rest = questions.rest(reader, after, family)
    return _with_rest(reader, before, after, family, rest)


def _with_rest(reader: Reader, before: Asked, after: Asked, family: Collection[int], rest: Rest) -> Iterator[Total]:
    sides = []
    for side in (before, after):
        there = existing(reader, side, family)
        tree = [
            (row.project_id, row.parent_id)
            for row in project_queries.projects(reader, side, there)
            if row.project_id in there
        ]
        sides.append((tree, _tallies(reader, side, there)))
    for kind in CAPITAL_KINDS:
        sums = (_added(_of_kind(tree, tallies, kind.code), rest, kind.code) for tree, tallies in sides)
        yield from _moved(kind.code, *sums)


def _families(reader: Reader, asked: Asked, projects: Collection[int]) -> set[int]:
    """The projects with all above them, and everything below those."""
    found = set(projects)
    above = set(projects)
    while above:
        rows = project_queries.projects(reader, asked, above)
        above = {row.parent_id for row in rows if row.project_id in above and row.parent_id is not None} - found
        found |= above
    return found | {part for part, _parent in project_queries.parts_of(reader, asked, found)}


def _tallies(reader: Reader, asked: Asked, projects: Collection[int]) -> Tallies:
    """The total in force of each project, and what it has of the other kinds in the year of the day asked about."""
    if not projects:
        return {}
    year = tallied(reader, asked, Period.year(asked.as_of.year), kinds=_FLOWS, projects=projects)
    return year | tallied(reader, asked, kinds=("total",), projects=projects)


def _of_kind(tree: list[tuple[int, int | None]], tallies: Tallies, kind: str) -> Amounts:
    return group_amounts(tree, {project: tally for (project, one), tally in tallies.items() if one == kind})


def _added(amounts: Amounts, rest: Rest, kind: str) -> Amounts:
    """What some families come to, and the rest of the projects with them."""
    others = (
        Figure(
            Money(row.minor, row.currency),
            at_least(row.qualifier) if row.state == "partial" else row.qualifier,
            row.availability,
        )
        for row in rest.sums
        if row.kind == kind
    )
    known = (amounts.known or 0) + rest.known.get(kind, 0)
    return replace(
        amounts, figures=sums((*amounts.figures, *others)), known=known, of=(amounts.of or 0) + rest.projects
    )


def _moved(kind: str, was: Amounts, now: Amounts) -> Iterator[Total]:
    before, after = (replace(side, figures=tuple(sorted(side.figures, key=_currency))) for side in (was, now))
    if before.figures != after.figures:
        yield Total(kind, before, after)


def _currency(figure: Figure) -> str:
    return figure.money.currency if figure.money else ""
