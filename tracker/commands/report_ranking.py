"""`tracker report ranking`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

import typer

from tracker.app import App
from tracker.commands import complete
from tracker.commands.answer import answer
from tracker.commands.marks import N_
from tracker.commands.options import View, Which
from tracker.commands.reads import Read, reads
from tracker.errors import ValueRefused
from tracker.i18n import _
from tracker.text import did_you_mean, shorten

app = typer.Typer()
GROUPS = ("owner", "grid", "site", "chain")
MEASURES = ("completion", "completed", "total", "signed", "started", "gap")
PERIODS = ("month", "quarter", "year")


def _one_of(known: Sequence[str]) -> Read:
    def read(_app: App, text: str) -> str:
        if text in known:
            return text
        raise ValueRefused(
            _("“{word}” is not one of {known}{hint}").format(
                word=shorten(text), known=", ".join(known), hint=did_you_mean(text, known)
            )
        )

    return read


def _choice(name: str, known: Sequence[str], help: str) -> Any:
    words = complete.plain_words(known)
    return typer.Option(name, metavar="|".join(known), callback=reads(_one_of(known)), help=help, autocompletion=words)


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
