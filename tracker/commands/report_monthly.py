"""`tracker report monthly`."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Annotated

import typer

from tracker.app import App
from tracker.commands.answer import answer
from tracker.commands.lights import Lights, rules_of
from tracker.commands.options import LIT, Every, View, Which, grouping
from tracker.commands.reads import read_month
from tracker.dates import Period, month_end
from tracker.errors import UsageError
from tracker.i18n import N_, _

app = typer.Typer()


Month = Annotated[
    Period | None,
    typer.Option(
        "--month",
        metavar="MONTH",
        parser=str,
        callback=read_month,
        help=N_("The month, such as 2023-08 or 上月 [default: the last one that is over]."),
    ),
]


@app.command("monthly")
def report_monthly(
    ctx: typer.Context,
    which: Which,
    view: View,
    month: Month = None,
    by: Annotated[
        str,
        grouping(
            N_("A row a group: owner, chain, tag, light, judged, … or a field of your own; none: a row a project."),
            *LIT,
            "none",
        ),
    ] = "none",
    lights: Lights = None,
    every: Every = False,
) -> None:
    """The monthly report 月报: plan, completed, gap to time progress, problems and the four rates, worst first.

    tracker report monthly --month 2023-08
    tracker report monthly --by owner --month 2023-08 --known-on 2023-09-05
    tracker report monthly --by light
    """
    from tracker.reports.monthly import monthly

    rules, zone = rules_of(ctx.obj, lights), ctx.obj.zone
    currency = ctx.obj.settings.currency
    at_the_end = replace(view, as_of=last_day(ctx.obj, month, view.as_of))
    # Files of data have no drawings.
    drawn = view.format not in ("csv", "json", "jsonl")
    answer(
        ctx.obj,
        at_the_end,
        lambda reader, as_of: monthly(
            reader, as_of, which.filters(), by, rules, currency, zone, every=every, drawn=drawn
        ),
    )


def last_day(run: App, month: Period | None, as_of: date | None) -> date:
    """The end of the month asked for, else of the last one that is over: --as-of DAY asks at the end of that day."""
    if month is not None:
        if as_of not in (None, month.last):
            raise UsageError(_("--month sets the day up to which facts count: leave out --as-of"))
        return month.last
    day = as_of or run.today - timedelta(1)
    return day if day == month_end(day) else day.replace(day=1) - timedelta(1)
