"""`tracker report forecast`."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import typer

from tracker.commands.answer import answer
from tracker.commands.marks import N_
from tracker.commands.options import View, Which
from tracker.commands.reads import read_day

app = typer.Typer()


@app.command("forecast")
def report_forecast(
    ctx: typer.Context,
    which: Which,
    view: View,
    backtest: Annotated[
        date | None,
        typer.Option(
            "--backtest",
            metavar="DAY",
            parser=str,
            callback=read_day,
            help=N_("What was forecast on this day, and what came of it; in brief always for 12 months before."),
        ),
    ] = None,
) -> None:
    """When the next stages are to be expected, from how long the portfolio's own projects took.

    tracker report forecast --chain 新能源汽车
    tracker report forecast --backtest 2022-06-30
    """
    from tracker.reports.forecast import forecast

    answer(ctx.obj, view, lambda reader, asked: forecast(reader, asked, which.filters(), backtest))
