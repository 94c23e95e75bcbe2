"""`tracker` alone, `tracker overview`, `list`, `show`, `progress` and `summary`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from tracker.app import App
from tracker.commands.options import LIT, Code, Every, Lights, View, Which, grouping, rules_of
from tracker.commands.output import print_report
from tracker.i18n import N_, _
from tracker.text import command_line

if TYPE_CHECKING:
    from tracker.database import Reader
    from tracker.queries.as_of import AsOf
    from tracker.reports.report import Report

app = typer.Typer()


@app.command("overview")
def show_overview(ctx: typer.Context, which: Which, view: View, lights: Lights = None) -> None:
    """Show red lights, late and due milestones, missing reports, recent changes and the year, as tracker does.

    tracker overview --owner 李娜
    tracker overview --as-of 2023-02-28 -f json
    """
    overview(ctx.obj, which, view, lights)


def overview(run: App, which: Which, view: View, lights: str | None = None) -> None:
    """Print the overview; where there is no database yet, say on stderr how to begin."""
    if run.database.engine == "sqlite" and not run.database.path.exists():
        run.say(
            _("there is no database at {place} yet; create it: {command}").format(
                place=run.database, command=command_line("init")
            )
        )
        run.say(_("or look around in an example first: tracker demo"))
        return
    from tracker.reports.overview import overview as build

    rules, settings = rules_of(run, lights), run.settings

    def ask(reader: Reader, as_of: AsOf) -> Report:
        return build(reader, as_of, which.filters(), rules, settings.due_days, run.zone, settings.currency)

    print_report(run, view, ask)


def first_rows(view: View) -> int | None:
    """How many rows are asked of the ledger: all of them where they are to be sorted first."""
    return view.limit if view.sort is None else None


@app.command("list")
def list_projects(ctx: typer.Context, which: Which, view: View) -> None:
    """List the projects, a row each.

    tracker list --stage signed,filed --sort -total
    tracker list --chain 新能源汽车 -o projects.csv
    """
    from tracker.reports.listing import listing

    print_report(ctx.obj, view, lambda reader, as_of: listing(reader, as_of, which.filters(), first_rows(view)))


@app.command("show")
def show_project(
    ctx: typer.Context,
    code: Code,
    view: View,
    lights: Lights = None,
) -> None:
    """Show one project with every figure, milestone, source and relation.

    tracker show nidec-flagship
    tracker show nidec-flagship --explain
    tracker show nidec-flagship --as-of 2022-12-31
    """
    from tracker.reports.project_detail import project_detail

    rules = rules_of(ctx.obj, lights)
    print_report(ctx.obj, view, lambda reader, as_of: project_detail(reader, as_of, code, rules, explain=view.explain))


@app.command("progress")
def show_progress(ctx: typer.Context, which: Which, view: View, lights: Lights = None, every: Every = False) -> None:
    """Compare the year's completed investment with the plan and with time, worst first, a row a project.

    tracker progress --as-of 2023-06-30 --sort gap
    """
    from tracker.reports.progress import progress

    rules, currency, limit = rules_of(ctx.obj, lights), ctx.obj.settings.currency, first_rows(view)
    print_report(
        ctx.obj,
        view,
        lambda reader, as_of: progress(reader, as_of, which.filters(), rules, currency, limit, every=every),
    )


@app.command("summary")
def show_summary(
    ctx: typer.Context,
    which: Which,
    view: View,
    by: Annotated[
        str, grouping(N_("chain, sector, site, owner, tag, light, judged, … or a field of your own."), *LIT)
    ] = "chain",
    lights: Lights = None,
) -> None:
    """Add up projects, capital of each kind and rates, a row a group.

    tracker summary --by site
    tracker summary --by light
    """
    from tracker.reports.summary import summary

    rules, zone, currency = rules_of(ctx.obj, lights), ctx.obj.zone, ctx.obj.settings.currency
    print_report(
        ctx.obj, view, lambda reader, as_of: summary(reader, as_of, which.filters(), by, currency, rules, zone)
    )
