"""`tracker milestone`: plan, forecast, reach, list and remove. What writes is imported when something is written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from tracker.commands.entity_options import MilestoneOptions
from tracker.commands.options import (
    CitationOptions,
    Code,
    DryRun,
    Made,
    MilestoneCode,
    SomeCode,
    View,
    When,
    Which,
    Why,
    read_period,
)
from tracker.dates import Period, slip
from tracker.i18n import N_, _, language, ngettext
from tracker.ledger.citation import period_of
from tracker.vocabulary import STAGES, milestone_term

if TYPE_CHECKING:
    from tracker.ledger.milestones import Dated, Removed
    from tracker.models.milestone import Milestone

app = typer.Typer()


@app.command("plan")
def plan_milestone(
    ctx: typer.Context,
    code: Code,
    milestone: MilestoneCode,
    date: When,
    options: MilestoneOptions,
    citation: CitationOptions,
    made: Made = None,
    dry_run: DryRun = False,
) -> None:
    """Give a milestone its baseline, the day it is measured against for good.

    tracker milestone plan nidec-flagship in_production 2023-10
    tracker milestone plan nidec-flagship power-on 2023-08 --title 通电
    """
    from tracker.ledger.milestones import plan

    ctx.obj.record(
        lambda store: plan(store, code, milestone, date, citation.cite(), made=made, **options.facts()),
        say=_planned,
        dry_run=dry_run,
    )


def _planned(dated: Dated) -> list[str]:
    lines = [_line(_("{code} {milestone}: planned for {on}"), dated)]
    reached = _("{code} {milestone}: reached {on}")
    return lines + [
        reached.format(code=dated.project.code, milestone=_name(dated.milestone), on=period_of(row))
        for row in dated.reached
    ]


def _line(sentence: str, dated: Dated) -> str:
    """The sentence for the day recorded, with its distance to every baseline."""
    on, against = period_of(dated.row), ""
    for baseline in map(period_of, dated.baselines):
        days = slip(baseline, on)
        text = _(" (baseline {baseline}, {days} d)") if days else _(" (baseline {baseline})")
        against += text.format(baseline=baseline, days=f"{days:+d}")
    return sentence.format(code=dated.project.code, milestone=_name(dated.milestone), on=on, slip=against)


def _name(milestone: Milestone) -> str:
    return milestone_term(milestone.code, milestone.title).name(language())


@app.command("forecast")
def forecast_milestone(
    ctx: typer.Context,
    code: Code,
    milestone: MilestoneCode,
    date: When,
    citation: CitationOptions,
    made: Made = None,
    dry_run: DryRun = False,
) -> None:
    """Record when a milestone is now expected; earlier forecasts stay.

    tracker milestone forecast nidec-flagship in_production 2023-12
    """
    from tracker.ledger.milestones import forecast

    ctx.obj.record(
        lambda store: forecast(store, code, milestone, date, made, citation.cite()),
        say=lambda dated: [_line(_("{code} {milestone}: expected {on}{slip}"), dated)],
        dry_run=dry_run,
    )


@app.command("reach")
def reach_milestone(
    ctx: typer.Context,
    code: Code,
    milestone: MilestoneCode,
    citation: CitationOptions,
    date: Annotated[
        Period | None,
        typer.Argument(metavar="DATE", parser=str, callback=read_period, help=N_("The day [default: today].")),
    ] = None,
    why: Why = None,
    dry_run: DryRun = False,
) -> None:
    """Record that a milestone was reached; one that is a stage moves the project on to that stage.

    tracker milestone reach nidec-flagship topped_out 2023-05-18
    """
    from tracker.ledger.milestones import reach

    period = date or Period.day(ctx.obj.today)
    ctx.obj.record(
        lambda store: reach(store, code, milestone, period, why, citation.cite()), say=_reached, dry_run=dry_run
    )


def _reached(dated: Dated) -> list[str]:
    lines = [_line(_("{code} {milestone}: reached {on}{slip}"), dated)]
    if dated.stage is not None:
        name = STAGES[dated.stage.stage].name(language())
        line = _("{code}: {stage}, {on}")
        lines.append(line.format(code=dated.project.code, stage=name, on=period_of(dated.stage)))
    return lines


@app.command("list")
def list_milestones(ctx: typer.Context, which: Which, view: View, code: SomeCode = None) -> None:
    """List milestones with baseline, latest forecast, actual day and slip.

    tracker milestone list nidec-flagship
    tracker milestone list --grid 一网格 --sort -slip
    tracker milestone list -o due.ics
    """
    from tracker.commands.output import print_report
    from tracker.reports.entries import milestone_dates

    print_report(ctx.obj, view, lambda reader, as_of: milestone_dates(reader, as_of, which.filters(), code))


@app.command("remove")
def remove_milestone(ctx: typer.Context, code: Code, milestone: MilestoneCode, dry_run: DryRun = False) -> None:
    """Remove a milestone and its days.

    tracker milestone remove nidec-flagship power-on
    """
    from tracker.ledger.milestones import remove

    def say(removed: Removed) -> list[str]:
        what = ngettext("{count} day", "{count} days", removed.days).format(count=removed.days)
        line = _("{code} {milestone} removed, with {what}")
        return [line.format(code=removed.project.code, milestone=_name(removed.milestone), what=what)]

    ctx.obj.record(lambda store: remove(store, code, milestone), say=say, dry_run=dry_run)
