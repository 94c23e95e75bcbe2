"""`tracker report slippage`."""

from __future__ import annotations

from typing import Annotated

import typer

from tracker.commands import complete
from tracker.commands.answer import answer
from tracker.commands.marks import N_
from tracker.commands.options import View, Which
from tracker.commands.reading import GROUPINGS

app = typer.Typer()


@app.command("slippage")
def report_slippage(
    ctx: typer.Context,
    which: Which,
    view: View,
    by: Annotated[
        str | None,
        typer.Option(
            "--by",
            metavar="GROUPING",
            help=N_("On-time share and slip by owner, site, chain, …; none: all together."),
            autocompletion=complete.plain_words((*GROUPINGS, "none")),
        ),
    ] = None,
    trend: Annotated[
        bool, typer.Option("--trend", help=N_("A row for each baseline, forecast and actual day: how it moved."))
    ] = False,
) -> None:
    """How milestones moved against their baselines, forecast by forecast.

    tracker report slippage --by owner
    tracker report slippage --trend --text nidec
    """
    from tracker.reports.slippage import slippage

    answer(ctx.obj, view, lambda reader, asked: slippage(reader, asked, which.filters(), by=by, trend=trend))
