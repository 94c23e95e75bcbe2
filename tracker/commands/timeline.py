"""`tracker timeline`."""

from __future__ import annotations

from typing import Annotated

import typer

from tracker.commands import complete
from tracker.commands.answer import answer
from tracker.commands.marks import N_
from tracker.commands.options import View, Which

app = typer.Typer()
STEPS = ("month", "quarter", "year")


@app.command("timeline")
def show_timeline(
    ctx: typer.Context,
    which: Which,
    view: View,
    by: Annotated[
        str | None,
        typer.Option(
            "--by",
            metavar="|".join(STEPS),
            help=N_("Steps of the axis [default: what fits]."),
            autocompletion=complete.plain_words(STEPS),
        ),
    ] = None,
) -> None:
    """Draw the milestones on an axis of time: baseline, forecast, actual, and what is late.

    tracker timeline
    tracker timeline --chain 新能源汽车 --by quarter
    """
    from tracker.reports.timeline import timeline

    answer(ctx.obj, view, lambda reader, asked: timeline(reader, asked, which.filters(), by))
