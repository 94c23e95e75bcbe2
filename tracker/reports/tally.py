"""Sums of capital that stay honest: one a kind and currency, with qualifier, coverage and what is unknown."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from tracker.database import Reader
from tracker.dates import Period
from tracker.money import Figure, Money
from tracker.queries import capital
from tracker.queries.asked import Asked, Converts
from tracker.queries.capital import SumRow
from tracker.reports.report import Amounts


@dataclass(frozen=True, slots=True)
class Tally:
    """What one project has of one kind: a figure a currency; a figure without money where all is unknown or withheld.

    `partial` says that unknown or withheld entries stand beside known ones.
    """

    figures: tuple[Figure, ...] = ()
    partial: bool = False

    @property
    def known(self) -> bool:
        """Whether there is a figure with money."""
        return any(figure.money for figure in self.figures)

    @property
    def lacking(self) -> bool:
        """Whether some of it, or all, is unknown or withheld."""
        return self.partial or (bool(self.figures) and not self.known)

    def money(self) -> Money | None:
        """The sum where it is in one currency; None where there is none or they are several."""
        sums = [figure.money for figure in self.figures if figure.money]
        return sums[0] if len(sums) == 1 else None

    def cell(self) -> Amounts:
        """The cell of one project."""
        return Amounts(self.figures)


NOTHING = Tally()


def tallies(rows: Iterable[SumRow]) -> dict[tuple[int, str], Tally]:
    """For each project and kind, its tally."""
    grouped: dict[tuple[int, str], list[SumRow]] = {}
    for row in rows:
        grouped.setdefault((row.project_id, row.kind), []).append(row)
    return {key: _tally(found) for key, found in grouped.items()}


def tallied(
    reader: Reader,
    asked: Asked,
    within: Period | None = None,
    *,
    kinds: Collection[str] = (),
    projects: Collection[int] | None = None,
) -> dict[tuple[int, str], Tally]:
    """The tally of each project and kind (see `capital.sums`), in one currency where the question asks for it.

    Of `kinds` and `projects` alone where they are given: what is not shown is not converted, and names no rate.
    A converted sum is rounded once, half to even, to the minor unit. Raises Refused where a rate is missing.
    """
    converter = asked.converter
    if converter is None:
        return tallies(_of(projects, capital.sums(reader, asked, within, kinds=kinds)))
    rows = _of(projects, capital.sums(reader, asked, within, kinds=kinds, by_day=True))
    return tallies(_converted(row, converter, asked.as_of) for row in rows)


def _of(projects: Collection[int] | None, rows: Iterable[SumRow]) -> Iterable[SumRow]:
    return (row for row in rows if projects is None or row.project_id in projects)


def _converted(row: SumRow, converter: Converts, as_of: date) -> SumRow:
    """A sum of one day in the target currency; what has no day, or one to come, is taken at the day asked about."""
    if row.minor is None:
        return row
    day = min(row.day or as_of, as_of)
    return replace(row, currency=converter.target, minor=converter.convert(int(row.minor), row.currency, day))


def _tally(rows: Sequence[SumRow]) -> Tally:
    known = [row for row in rows if row.minor is not None]
    if not known:
        return Tally((Figure(None, "exact", rows[0].availability),))
    currencies = dict.fromkeys(row.currency for row in known)
    figures = tuple(_figure([row for row in known if row.currency == currency]) for currency in currencies)
    return Tally(figures, partial=len(known) < len(rows))


def _figure(rows: Sequence[SumRow]) -> Figure:
    total = round(sum(row.minor or 0 for row in rows))
    estimated = any(row.availability == "estimated" for row in rows)
    return Figure(
        Money(total, rows[0].currency),
        merged_qualifier(row.qualifier for row in rows),
        "estimated" if estimated else "reported",
    )


def merged_qualifier(qualifiers: Iterable[str]) -> str:
    """The qualifier of a sum: exact parts keep the one direction the others share, else it is about."""
    found = set(qualifiers) - {"exact"}
    if not found:
        return "exact"
    return found.pop() if len(found) == 1 else "about"


def group_amounts(items: Sequence[tuple[int, int | None]], by_project: Mapping[int, Tally]) -> Amounts:
    """The sum over projects, given as (id, parent id): one figure a currency, and how many projects are behind it.

    A parent with a figure stands for its parts, which are then not counted again.
    """
    parents = dict(items)
    counted = [
        by_project[project]
        for project in parents
        if project in by_project and not _covered(project, parents, by_project)
    ]
    known = sum(1 for project in parents if by_project.get(project, NOTHING).known and not by_project[project].partial)
    figures: dict[str, list[Figure]] = {}
    for tally in counted:
        for figure in tally.figures:
            if figure.money:
                figures.setdefault(figure.money.currency, []).append(figure)
    return Amounts(tuple(_added(found) for found in figures.values()), known, len(parents))


def _covered(project: int, parents: Mapping[int, int | None], by_project: Mapping[int, Tally]) -> bool:
    parent = parents.get(project)
    while parent is not None:
        if by_project.get(parent, NOTHING).known and parent in parents:
            return True
        parent = parents.get(parent)
    return False


def _added(figures: Sequence[Figure]) -> Figure:
    money = [figure.money for figure in figures if figure.money]
    estimated = any(figure.availability == "estimated" for figure in figures)
    return Figure(
        Money(sum(one.minor for one in money), money[0].currency),
        merged_qualifier(figure.qualifier for figure in figures),
        "estimated" if estimated else "reported",
    )
