"""`tracker report speed`."""

from __future__ import annotations

from typing import Annotated

import typer

from tracker.commands import complete
from tracker.commands.answer import answer
from tracker.commands.marks import N_
from tracker.commands.options import View, Which
from tracker.commands.reading import GROUPINGS

app = typer.Typer()


@app.command("speed")
def report_speed(
    ctx: typer.Context,
    which: Which,
    view: View,
    by: Annotated[
        str,
        typer.Option(
            "--by",
            metavar="GROUPING",
            help=N_("chain, site, grid, owner, …; none: all together; project: a row a project."),
            autocompletion=complete.plain_words((*GROUPINGS, "none", "project")),
        ),
    ] = "chain",
) -> None:
    """How long projects take from stage to stage: median and quartiles with those still under way.

    tracker report speed --by site
    tracker report speed --by project --sort -started_completed --limit 10
    """
    from tracker.reports.speed import speed

    answer(ctx.obj, view, lambda reader, asked: speed(reader, asked, which.filters(), by))
