"""`tracker` alone: what is overdue, what is due soon, what changed lately, and the totals."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import timedelta

from tracker.analysis.milestones import Milestone
from tracker.database import Reader
from tracker.dates import Period
from tracker.i18n import _, language, ngettext
from tracker.queries import history
from tracker.queries.asked import FOREVER, Asked, Filters
from tracker.queries.history import ChangeRow
from tracker.queries.milestones import expected, next_due
from tracker.reports.added import Added, Alone, added
from tracker.reports.follow_ups import due_steps
from tracker.reports.portfolio import ENDED, RUNNING, Standing, family, portfolio, some, standings_of
from tracker.reports.progress import since_beginning
from tracker.reports.report import Cell, Column, Kind, Report
from tracker.reports.requests import Heard, heard
from tracker.reports.tally import convert, group_amounts, tallied, with_parts
from tracker.reports.words import heading, milestone_term, name_of
from tracker.text import shorten
from tracker.vocabulary import CAPITAL_KINDS, STAGES

RECENT_CHANGES = 5
# More rows of one section are in the list it names.
MOST = 20
_STAGES_A_ROW = 3


def overview(reader: Reader, asked: Asked, due_days: int) -> Report:
    """The state of the whole portfolio on one page; milestones due within `due_days` days count as due soon.

    Days late are negative for what is still to come.
    """
    found = added(reader, asked, Filters(), [kind.code for kind in CAPITAL_KINDS], ("condition",))
    rows = [
        *_first(_overdue(reader, asked), "tracker milestone list"),
        *_first(_requests(reader, asked), "tracker request list --overdue"),
        *_first(_follow_ups(reader, asked), "tracker report follow-ups --due"),
        *_first(_due(reader, asked, due_days), "tracker milestone list"),
        *_changes(reader, asked),
        *_totals(reader, asked, found),
    ]
    columns = (
        Column("section", _("Section"), priority=1),
        Column("code", _("Code"), priority=1),
        Column("item", _("What"), priority=1),
        Column("on", _("On"), Kind.ANY, priority=3),
        Column("days", _("Late"), Kind.DAYS, priority=2),
        Column("amount", _("Amount"), Kind.AMOUNT, priority=1),
    )
    return Report(
        "overview",
        _("Overview"),
        columns,
        tuple(rows),
        asked.as_of,
        asked.known_on,
        coverage=tuple(_coverage(found)) if found.projects else (),
        grouped=True,
        empty=_("no project yet; add the first with: tracker project add CODE --name … --total …"),
    )


def _first(rows: list[tuple[Cell, ...]], command: str) -> list[tuple[Cell, ...]]:
    """The first rows of a section, and where the others are."""
    if len(rows) <= MOST:
        return rows
    more = _("and more, see: {command}").format(command=command)
    return [*rows[:MOST], (rows[0][0], None, more, None, None, None)]


def _open(standings: Iterable[Standing]) -> Iterator[tuple[Standing, Milestone, Period]]:
    """The milestones that running projects are still to reach, with the days they are expected on."""
    for one in standings:
        if one.condition not in ENDED:
            for milestone in one.milestones:
                if milestone.is_open and milestone.expected:
                    yield one, milestone, milestone.expected


def _overdue(reader: Reader, asked: Asked) -> list[tuple[Cell, ...]]:
    """The milestones longest overdue, one more than are shown."""
    if asked.known < FOREVER:
        standings: Sequence[Standing] = portfolio(reader, asked).standings
    else:
        # What is overdue longest is the next milestone of its project, or comes after that of the same project.
        standings = standings_of(reader, asked, next_due(reader, asked, RUNNING, MOST + 1))
    late = [(milestone.overdue(asked.as_of), one, milestone) for one, milestone, _on in _open(standings)]
    worst = sorted((item for item in late if item[0]), key=lambda item: -item[0])
    return [
        (_("Overdue"), one.row.code, _item(one, milestone), milestone.expected, days, None)
        for days, one, milestone in worst[: MOST + 1]
    ]


def _requests(reader: Reader, asked: Asked) -> list[tuple[Cell, ...]]:
    """Requests that should have been settled, the longest overdue first."""
    late = [(one.row.overdue(asked.as_of), one) for one in heard(reader, asked)]
    return [
        (
            _("Overdue requests"),
            one.code,
            f"#{one.row.request_id} {one.row.title}{_asker(one)}",
            one.row.due,
            days,
            None,
        )
        for days, one in sorted((item for item in late if item[0]), key=lambda item: (-item[0], item[1].row.request_id))
    ]


def _follow_ups(reader: Reader, asked: Asked) -> list[tuple[Cell, ...]]:
    """The next steps that are due, the longest due first."""
    return [
        (
            _("Follow-ups due"),
            one.project.row.code,
            f"{shorten(one.row.text, 60)} · {name_of(one.project.row.name, one.project.row.name_en)}",
            one.next_day,
            one.late(asked.as_of),
            None,
        )
        for one in due_steps(reader, asked)
        if one.row
    ]


def _asker(one: Heard) -> str:
    return f" · {one.company}" if one.company else ""


def _due(reader: Reader, asked: Asked, due_days: int) -> list[tuple[Cell, ...]]:
    """The milestones due soonest, one more than are shown."""
    end = asked.as_of + timedelta(days=due_days)
    section = ngettext("Due in {days} day", "Due in {days} days", due_days).format(days=due_days)
    soon, most = list[tuple[Standing, Milestone, Period]](), 2 * MOST
    while True:
        said = expected(reader, asked, end, most)
        standings = some(reader, asked, Filters(), {project for _day, project in said})
        # Beyond the last day that was read there may be others.
        until = said[-1] if len(said) == most else (end, FOREVER)
        soon = [
            item
            for item in sorted(_open(standings), key=lambda item: item[2].last)
            if asked.as_of <= item[2].last and (item[2].last, item[0].row.project_id) <= until
        ]
        if len(said) < most or len(soon) > MOST:
            break
        most *= 8
    return [
        (section, one.row.code, _item(one, milestone), on, (asked.as_of - on.last).days, None)
        for one, milestone, on in soon[: MOST + 1]
    ]


def _item(one: Standing, milestone: Milestone) -> str:
    title = heading(milestone_term(milestone.code, milestone.title))
    return f"{title} · {name_of(one.row.name, one.row.name_en)}"


def _changes(reader: Reader, asked: Asked) -> list[tuple[Cell, ...]]:
    recent = history.changes(reader, asked, limit=RECENT_CHANGES)
    return [(_("Lately changed"), None, _change(one), one.recorded_at, None, None) for one in recent]


def _change(change: ChangeRow) -> str:
    """Who did what to what; the options, with their quotations, stand in the log."""
    return f"#{change.id} {change.actor}: {change.command.partition(' -')[0]}"


def _coverage(found: Added) -> Iterator[str]:
    yield _("(a/b): the figure is known for a of b projects")
    ended = sum(1 for one in found.standings if one.condition in ENDED)
    ended += sum(one.projects for (condition,), one in found.alone.items() if condition in ENDED)
    if ended:
        yield ngettext(
            "{count} ended project is in none of the totals", "{count} ended projects are in none of the totals", ended
        ).format(count=ended)


# Kinds of which the year counts; the others count since the beginning.
_OF_YEAR = ("plan", "completed")


def _totals(reader: Reader, asked: Asked, found: Added) -> Iterator[tuple[Cell, ...]]:
    running = [one for one in found.standings if one.condition not in ENDED]
    alone = Alone()
    for (condition,), one in found.alone.items():
        if condition not in ENDED:
            alone.join(one)
    count = len(running) + alone.projects
    if not count:
        return
    section = _("Totals")
    at = Counter(one.stage.code if one.stage else None for one in running)
    for far, number in alone.reached.items():
        at[far.stage] += number
    stages = [f"{at[stage.code]} {stage.name(language())}" for stage in STAGES if at[stage.code]]
    projects = ngettext("{count} project", "{count} projects", count).format(count=count)
    # A few stages a row, so that none is cut off on a narrow screen.
    parts = [", ".join(stages[at : at + _STAGES_A_ROW]) for at in range(0, len(stages), _STAGES_A_ROW)]
    yield section, None, f"{projects}: {parts[0]}" if parts else projects, None, None, None
    for part in parts[1:]:
        yield section, None, part, None, None, None
    tree = family(running)
    ids = {project for project, _parent in tree}
    year = tallied(reader, replace(asked, converter=None), Period.year(asked.as_of.year), kinds=_OF_YEAR, projects=ids)
    ever = since_beginning(reader, asked, tree, [kind.code for kind in CAPITAL_KINDS if kind.code not in _OF_YEAR])
    for kind in CAPITAL_KINDS:
        own = ever.get(kind.code) or {project: tally for (project, one), tally in year.items() if one == kind.code}
        rolled = {project: convert(tally, asked) for project, tally in with_parts(tree, own).items()}
        alike = alone.tallies(kind.code, in_year=kind.code in _OF_YEAR)
        amounts = group_amounts(tree, rolled, alike, alone.projects)
        if amounts.figures:
            name = f"{heading(kind)} {asked.as_of.year}" if kind.code in _OF_YEAR else heading(kind)
            yield section, None, name, None, None, amounts
