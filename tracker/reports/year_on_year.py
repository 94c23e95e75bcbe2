"""What projects had completed a year before 同比: both years at the day that this year's figures reach."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence, Set
from datetime import date
from functools import cache
from typing import NamedTuple

from tracker.analysis.completion import Ratio
from tracker.analysis.targets import year_before
from tracker.database import Reader
from tracker.dates import Period
from tracker.i18n import _, ngettext
from tracker.queries import capital
from tracker.queries.as_of import AsOf
from tracker.queries.projects import Reached
from tracker.reports.capital_sums import NOTHING, Alike, CapitalSum, tallied, with_parts
from tracker.reports.portfolio import family
from tracker.reports.progress import Line, quotient
from tracker.vocabulary import ENDED


class YearBefore(NamedTuple):
    """What projects, or their parts, had completed of the year before, in its own currency.

    Each to the day that its figure of this year reaches, one without a figure to `day`, the last of these days.
    `incomparable` are in neither year, as a figure of one of them is not known or not reported to that day. Nothing was
    completed before a project was signed, nor after it was completed or had ended. So many `others` are incomparable
    that stand alone.
    """

    day: date
    bases: Mapping[int, CapitalSum]
    incomparable: Set[int]
    others: int = 0

    def growth(
        self,
        rows: Sequence[Line],
        tree: Sequence[tuple[int, int | None]],
        as_of: AsOf,
        alone: tuple[Sequence[Alike], Sequence[Alike]],
    ) -> Ratio | None:
        """Completed this year ÷ completed the year before − 1; None where the year before is not known.

        `alone` is what more projects completed, in the year and the year before.
        """
        now = {line.project_id: line.year for line in rows if line.project_id not in self.incomparable}
        return less_one(quotient(tree, now, self.bases, as_of, alone))


def less_one(found: Ratio | None) -> Ratio | None:
    """The growth that a quotient of two years is."""
    return Ratio.of(found - 1, found.qualifier) if found is not None else None


def on_year(growth: Ratio, before: YearBefore) -> str:
    """The growth in words, with the days of both years, and how many projects are in neither."""
    words = _("completed to {day}, on the year before to {then}: {growth}").format(
        day=Period.day(before.day), then=Period.day(year_earlier(before.day)), growth=f"{float(100 * growth):+.1f}%"
    )
    count = len(before.incomparable) + before.others
    if not count:
        return words
    return words + ngettext(
        "; {count} project not reported to that day in one of the years is in neither",
        "; {count} projects not reported to that day in one of the years are in neither",
        count,
    ).format(count=count)


@cache
def year_earlier(day: date) -> date:
    """The same day a year earlier; the end of February stays the end of February."""
    return year_before(Period.day(day)).last


def completed_before(reader: Reader, as_of: AsOf, rows: Sequence[Line], others: date | None) -> YearBefore:
    """What these projects had completed a year before; the figures of `others` reach that day."""
    native = as_of._replace(converter=None)
    reached = {line.project_id: line.year.to for line in rows if line.year.known and line.year.to}
    last = max((*reached.values(), *((others,) if others else ())), default=as_of.day)
    by_day: dict[date, set[int]] = {}
    for line in rows:
        by_day.setdefault(reached.get(line.project_id, last), set()).add(line.project_id)
    found: dict[int, CapitalSum] = {}
    for day, projects in by_day.items():
        found |= _years(reader, native._replace(day=year_earlier(day)), projects)
    tree = family(line.state for line in rows)
    bases = with_parts(tree, found)
    # The parts of a project without a base have none either.
    baseless = {project for project, base in bases.items() if not base.known}
    year_end = date(year_earlier(as_of.day).year, 12, 31)
    whole = with_parts(tree, _years(reader, native._replace(day=year_end), baseless) if baseless else {})
    begun = capital.first_signed(reader, native, {project for project in baseless if not whole[project].known})
    silent = set[int]()
    for line in rows:
        project = line.project_id
        is_now = line.year.known or (line.year.state == "not_reported" and has_finished(line.state.far))
        then = year_earlier(reached.get(project, last))
        unbegun = whole[project].state == "not_reported" and project in begun and begun[project] > then
        if not is_now or not (bases[project].known or unbegun):
            silent.add(project)
    parents = dict(tree)
    for project in [*silent]:
        # The sum of parts is comparable where each of them is.
        parent = parents.get(project)
        while parent in parents and not found.get(parent, NOTHING).known:
            silent.add(parent)
            parent = parents[parent]
    return YearBefore(
        last, {one: NOTHING if one in silent else capital_sum for one, capital_sum in bases.items()}, silent
    )


def has_finished(far: Reached) -> bool:
    """Whether a project, by how far it has come, has ended or was completed."""
    return far.condition in ENDED or far.has_come_to("completed")


def _years(reader: Reader, as_of: AsOf, projects: Collection[int]) -> dict[int, CapitalSum]:
    """What projects completed of the year of the day asked about, up to it."""
    return tallied(reader, as_of, Period.year(as_of.day.year), kinds=("completed",), projects=projects)["completed"]
