"""`tracker report missing`."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

import typer

from tracker.app import App
from tracker.commands import complete
from tracker.commands.answer import answer
from tracker.commands.marks import N_
from tracker.commands.options import View, Which
from tracker.commands.reading import GROUPINGS
from tracker.commands.report_monthly import Month, last_day
from tracker.dates import Period
from tracker.i18n import _, language

app = typer.Typer()


@app.command("missing")
def report_missing(
    ctx: typer.Context,
    which: Which,
    view: View,
    month: Month = None,
    by: Annotated[
        str,
        typer.Option(
            "--by",
            metavar="GROUPING",
            help=N_("A row a group: owner, chain, site, … or a field of your own; none: a row a project."),
            autocompletion=complete.plain_words((*GROUPINGS, "none")),
        ),
    ] = "none",
) -> None:
    """Which projects under construction have not reported a month 未报, and since when, the longest silent first.

    tracker report missing
    tracker report missing --month 2023-08 --by owner
    """
    from tracker.reports.missing import missing

    run: App = ctx.obj
    last = last_day(run, month, view.as_of)
    wanted = Period.month(last.year, last.month)
    if month is None and run.gathering is None:
        run.say(_("the last month that has ended: {month}").format(month=wanted.display(language())))
    answer(run, replace(view, as_of=last), lambda reader, asked: missing(reader, asked, which.filters(), wanted, by))
