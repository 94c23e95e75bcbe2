"""`tracker report ranking`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

import typer

from tracker.commands import complete
from tracker.commands.answer import answer
from tracker.commands.marks import N_
from tracker.commands.options import View, Which
from tracker.commands.reads import one_of, reads

app = typer.Typer()
GROUPS = ("owner", "grid", "site", "chain")
MEASURES = ("completion", "completed", "total", "signed", "started", "gap")
PERIODS = ("month", "quarter", "year")


def _choice(name: str, known: Sequence[str], help: str) -> Any:
    words = complete.plain_words(known)
    return typer.Option(name, metavar="|".join(known), callback=reads(one_of(known)), help=help, autocompletion=words)


@app.command("ranking")
def report_ranking(
    ctx: typer.Context,
    which: Which,
    view: View,
    by: Annotated[str, _choice("--by", GROUPS, N_("Who is ranked."))] = "owner",
    on: Annotated[str, _choice("--on", MEASURES, N_("By which figure."))] = "completion",
    period: Annotated[str, _choice("--period", PERIODS, N_("How far back the ranks compared lie."))] = "month",
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
