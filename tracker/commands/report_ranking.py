"""`tracker report ranking`."""

from __future__ import annotations

from typing import Annotated

import typer

from tracker.commands.answer import answer
from tracker.commands.marks import N_
from tracker.commands.options import View, Which, choice

app = typer.Typer()
GROUPS = ("owner", "grid", "site", "chain")
MEASURES = ("completion", "completed", "total", "signed", "started", "gap")
PERIODS = ("month", "quarter", "year")


@app.command("ranking")
def report_ranking(
    ctx: typer.Context,
    which: Which,
    view: View,
    by: Annotated[str, choice("--by", GROUPS, N_("Who is ranked."))] = "owner",
    on: Annotated[str, choice("--on", MEASURES, N_("By which figure."))] = "completion",
    period: Annotated[str, choice("--period", PERIODS, N_("How far back the ranks compared lie."))] = "month",
) -> None:
    """Rank owners, grids, sites or chains by one figure, with the change of rank since the period before.

    tracker report ranking --by owner --on completion
    tracker report ranking --by site --on signed --period quarter
    """
    from tracker.reports.ranking import ranking

    currency = ctx.obj.settings.currency
    answer(
        ctx.obj,
        view,
        lambda reader, asked: ranking(reader, asked, which.filters(), by, on, period, currency),
    )
