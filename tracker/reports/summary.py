"""`tracker summary`: projects, capital per kind, and rates, grouped."""

from __future__ import annotations

from collections.abc import Sequence

from tracker.analysis.completion import rate
from tracker.analysis.durations import same_year
from tracker.database import Reader
from tracker.i18n import _, ngettext
from tracker.queries.asked import Asked, Filters
from tracker.reports.grouping import group_title, groups
from tracker.reports.portfolio import Standing, family, portfolio
from tracker.reports.progress import group_completion, lines
from tracker.reports.report import Amounts, Cell, Column, Kind, Report
from tracker.reports.tally import Tally, group_amounts, tallied
from tracker.reports.words import heading
from tracker.vocabulary import CAPITAL_KINDS


def summary(reader: Reader, asked: Asked, filters: Filters, by: str) -> Report:
    """One row a group; `by` is one of GROUPINGS. Raises UsageError for another word."""
    found = portfolio(reader, asked, filters).standings
    sums = _Sums(reader, asked, found)
    rows = [(label, *sums.cells(group)) for label, group in groups(found, by)]
    count = ngettext("{count} project", "{count} projects", len(found)).format(count=len(found))
    return Report(
        "summary",
        _("Summary by {by}").format(by=group_title(by)),
        (Column("group", group_title(by), priority=1), *_columns(asked.as_of.year)),
        tuple(rows),
        asked.as_of,
        asked.known_on,
        totals=(_("all"), *sums.cells(found)) if found else None,
        coverage=(_("{count}; (a/b): the figure is known for a of b projects").format(count=count),) if found else (),
        notes=_notes(by) if found else (),
        empty=_("no project matches"),
    )


# The kinds that a summary shows as they are; plan and completed belong to the year.
_EVER = tuple(kind.code for kind in CAPITAL_KINDS if kind.code != "plan")


def _columns(year: int) -> tuple[Column, ...]:
    ever = {code: heading(CAPITAL_KINDS[code]) for code in _EVER}
    return (
        Column("projects", _("Projects"), Kind.COUNT, priority=1),
        Column("total", ever.pop("total"), Kind.AMOUNT, priority=1),
        Column("plan_year", _("Plan {year}").format(year=year), Kind.AMOUNT, priority=3),
        Column("completed_year", _("Completed {year}").format(year=year), Kind.AMOUNT, priority=2),
        Column("completion", _("Done"), Kind.RATIO, priority=2),
        *(Column(code, name, Kind.AMOUNT, priority=5 + place) for place, (code, name) in enumerate(ever.items())),
        Column("signed", _("Signed"), Kind.COUNT, priority=4),
        Column("started", _("Started"), Kind.COUNT, priority=6),
        Column("start_rate", _("Started of signed"), Kind.RATIO, priority=3),
        Column("same_year", _("Same-year start"), Kind.RATIO, priority=4),
    )


class _Sums:
    """The sums of one question, asked once and added for every group."""

    def __init__(self, reader: Reader, asked: Asked, found: Sequence[Standing]) -> None:
        self._asked = asked
        self._lines = {line.project_id: line for line in lines(reader, asked, found, "points")}
        ids = {one.row.project_id for one in found}
        self._ever = tallied(reader, asked, kinds=_EVER, projects=ids)

    def cells(self, group: Sequence[Standing]) -> tuple[Cell, ...]:
        """The cells of a group after its label."""
        tree = family(group)
        ever = {kind: group_amounts(tree, _of_kind(self._ever, kind)) for kind in _EVER}
        own = [self._lines[one.row.project_id] for one in group]
        signed = [one for one in group if one.has_reached("signed")]
        started = [one for one in signed if one.has_reached("under_construction")]
        return (
            len(group),
            _shown(ever.pop("total")),
            _shown(group_amounts(tree, {one.project_id: one.plan for one in own})),
            _shown(group_amounts(tree, {one.project_id: one.completed for one in own})),
            group_completion([self._lines[one.row.project_id] for one in group], self._asked),
            *(_shown(amounts) for amounts in ever.values()),
            len(signed),
            len(started),
            rate(len(started), len(signed)),
            rate(sum(1 for one in signed if same_year(one.reached("signed"), one.started)), len(signed)),
        )


def _of_kind(found: dict[tuple[int, str], Tally], kind: str) -> dict[int, Tally]:
    return {project: tally for (project, one), tally in found.items() if one == kind}


def _shown(amounts: Amounts) -> Cell:
    return amounts if amounts.figures else None


def _notes(by: str) -> tuple[str, ...]:
    notes = [
        _("started of signed: of the projects signed by the day, those started by it; ended projects stay in it"),
        _("same-year start: signed and started in the same year, of all signed"),
    ]
    if by == "year":
        notes.append(_("a project belongs to the year it was first signed in"))
    return tuple(notes)
