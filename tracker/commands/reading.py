"""`tracker list`, `show`, `progress` and `summary`."""

from __future__ import annotations

from typing import Annotated

import typer

from tracker.commands.answer import answer
from tracker.commands.lights import Lights, rules_of
from tracker.commands.options import LIT, Code, Every, View, Which, grouping
from tracker.i18n import N_

app = typer.Typer()


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

    answer(ctx.obj, view, lambda reader, as_of: listing(reader, as_of, which.filters(), first_rows(view)))


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
    from tracker.reports.dossier import dossier

    rules = rules_of(ctx.obj, lights)
    answer(ctx.obj, view, lambda reader, as_of: dossier(reader, as_of, code, rules, explain=view.explain))


@app.command("progress")
def show_progress(ctx: typer.Context, which: Which, view: View, lights: Lights = None, every: Every = False) -> None:
    """Compare the year's completed investment with the plan and with time, worst first, a row a project.

    tracker progress --as-of 2023-06-30 --sort gap
    """
    from tracker.reports.progress import progress

    rules = rules_of(ctx.obj, lights)
    answer(
        ctx.obj,
        view,
        lambda reader, as_of: progress(reader, as_of, which.filters(), rules, first_rows(view), every=every),
    )


@app.command("summary")
def show_summary(
    ctx: typer.Context,
    which: Which,
    view: View,
    by: Annotated[
        str,
        grouping(N_("chain, sector, site, owner, tag, light, judged, … or a field of your own."), *LIT),
    ] = "chain",
    lights: Lights = None,
) -> None:
    """Add up projects, capital of each kind and rates, a row a group.

    tracker summary --by site
    tracker summary --by light
    """
    from tracker.reports.summary import summary

    rules, zone = rules_of(ctx.obj, lights), ctx.obj.zone
    answer(ctx.obj, view, lambda reader, as_of: summary(reader, as_of, which.filters(), by, rules, zone))
