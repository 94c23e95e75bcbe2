"""`tracker milestone`: plan, forecast, reach, list and remove. The ledger is imported when something is written."""

from __future__ import annotations

from typing import Annotated

import typer

from tracker.commands.marks import N_
from tracker.commands.measures import whole
from tracker.commands.options import Citation, Code, DryRun, Made, MilestoneCode, SomeCode, View, When, Which, Why
from tracker.commands.reads import read_period, reads
from tracker.dates import Period

app = typer.Typer()

MOST_WEIGHT = 1000


@app.command("plan")
def plan_milestone(
    ctx: typer.Context,
    code: Code,
    milestone: MilestoneCode,
    date: When,
    citation: Citation,
    title: Annotated[str | None, typer.Option("--title", metavar="TEXT", help=N_("What it is called."))] = None,
    weight: Annotated[
        int | None,
        typer.Option(
            "--weight",
            metavar="N",
            parser=str,
            callback=reads(whole(0, MOST_WEIGHT)),
            help=N_("How much it counts [default: 1]."),
        ),
    ] = None,
    made: Made = None,
    dry_run: DryRun = False,
) -> None:
    """Give a milestone its baseline, the day it is measured against for good.

    tracker milestone plan nidec-flagship in_production 2023-10
    tracker milestone plan nidec-flagship power-on 2023-08 --title 通电
    """
    from tracker.ledger.milestones import plan

    ctx.obj.record(
        lambda book: plan(book, code, milestone, date, citation.cite(), title=title, weight=weight, made=made),
        dry_run=dry_run,
    )


@app.command("forecast")
def forecast_milestone(
    ctx: typer.Context,
    code: Code,
    milestone: MilestoneCode,
    date: When,
    citation: Citation,
    made: Made = None,
    dry_run: DryRun = False,
) -> None:
    """Record when a milestone is now expected; earlier forecasts stay.

    tracker milestone forecast nidec-flagship in_production 2023-12
    """
    from tracker.ledger.milestones import forecast

    ctx.obj.record(lambda book: forecast(book, code, milestone, date, made, citation.cite()), dry_run=dry_run)


@app.command("reach")
def reach_milestone(
    ctx: typer.Context,
    code: Code,
    milestone: MilestoneCode,
    citation: Citation,
    date: Annotated[
        Period | None,
        typer.Argument(metavar="DATE", parser=str, callback=read_period, help=N_("When [default: today].")),
    ] = None,
    why: Why = None,
    dry_run: DryRun = False,
) -> None:
    """Record that a milestone was reached.

    tracker milestone reach nidec-flagship topped_out 2023-05-18
    """
    from tracker.ledger.milestones import reach

    period = date or Period.day(ctx.obj.today)
    ctx.obj.record(lambda book: reach(book, code, milestone, period, why, citation.cite()), dry_run=dry_run)


@app.command("list")
def list_milestones(ctx: typer.Context, which: Which, view: View, code: SomeCode = None) -> None:
    """List milestones with baseline, latest forecast, actual day and slip.

    tracker milestone list nidec-flagship
    tracker milestone list --grid 一网格 --sort -slip
    """
    from tracker.commands.answer import answer
    from tracker.reports.entries import milestone_dates

    answer(ctx.obj, view, lambda reader, asked: milestone_dates(reader, asked, which.filters(), code))


@app.command("remove")
def remove_milestone(ctx: typer.Context, code: Code, milestone: MilestoneCode, dry_run: DryRun = False) -> None:
    """Take a milestone and its days back.

    tracker milestone remove nidec-flagship power-on
    """
    from tracker.ledger.milestones import remove

    ctx.obj.record(lambda book: remove(book, code, milestone), dry_run=dry_run)
