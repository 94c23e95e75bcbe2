"""`tracker report targets`."""

from __future__ import annotations

import typer

from tracker.commands.options import On, View, Which

app = typer.Typer()


@app.command("targets")
def report_targets(ctx: typer.Context, which: Which, view: View, on: On = None) -> None:
    """Compare indicators with their targets, floor and stretch, and with the year before.

    tracker report targets --as-of 2023-06-30
    tracker report targets --on 2022 --company 日本电产汽车马达
    """
    from tracker.commands.answer import answer
    from tracker.reports.targets import targets

    answer(ctx.obj, view, lambda reader, asked: targets(reader, asked, which.filters(), on))
