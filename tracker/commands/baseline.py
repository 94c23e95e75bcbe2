"""`tracker project rebaseline`. The ledger is imported when something is written."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from tracker.commands.figures import entry_figure, says
from tracker.commands.marks import N_
from tracker.commands.options import Citation, Code, DryRun, Why
from tracker.commands.reads import read_day, read_figure, read_period
from tracker.dates import Period
from tracker.i18n import _, language
from tracker.money import Figure
from tracker.vocabulary import MILESTONES

if TYPE_CHECKING:
    from tracker.ledger.baselines import NewDay, Rebaselined


def rebaseline_project(
    ctx: typer.Context,
    code: Code,
    citation: Citation,
    total: Annotated[
        Figure | None,
        typer.Option(
            "--total", metavar="AMOUNT", parser=str, callback=read_figure, help=N_("The total investment: 30亿元.")
        ),
    ] = None,
    start: Annotated[
        Period | None,
        typer.Option("--start", metavar="DATE", parser=str, callback=read_period, help=N_("Start of construction.")),
    ] = None,
    end: Annotated[
        Period | None,
        typer.Option("--end", metavar="DATE", parser=str, callback=read_period, help=N_("Completion.")),
    ] = None,
    why: Why = None,
    approved: Annotated[
        date | None,
        typer.Option(
            "--approved", metavar="DAY", parser=str, callback=read_day, help=N_("The day it was decided, else today.")
        ),
    ] = None,
    dry_run: DryRun = False,
) -> None:
    """Give a project a new baseline to be measured against; the ones before stay, and so does the first comparison.

    tracker project rebaseline nidec-flagship --total 30亿元 --end 2024-06 --why "a second line was added"
    """
    from tracker.ledger.baselines import NewBaseline, rebaseline

    new = NewBaseline(total, start, end, approved)
    ctx.obj.record(
        lambda store: rebaseline(store, code, new, why, citation.cite()), say=baseline_lines, dry_run=dry_run
    )


def baseline_lines(done: Rebaselined) -> list[str]:
    """The sentences for a new baseline: its version and total, then its days."""
    code, row = done.project.code, done.row
    total = _(", total {total}").format(total=says(entry_figure(done.total))) if done.total else ""
    first = _("{code}: baseline {version}, approved {day}{total}").format(
        code=code, version=row.version, day=row.approved, total=total
    )
    return [first, *(_day_line(code, day) for day in done.days)]


def _day_line(code: str, day: NewDay) -> str:
    was = _(", was {day}").format(day=day.was) if day.was else ""
    name = MILESTONES[day.code].name(language())
    return _("{code} {milestone}: planned for {on}{was}").format(code=code, milestone=name, on=day.on, was=was)
