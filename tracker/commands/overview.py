"""`tracker` alone, and `tracker overview`: what needs attention, or how to begin."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from tracker.app import App
from tracker.commands.answer import answer
from tracker.commands.lights import Lights, rules_of
from tracker.commands.options import View, Which
from tracker.i18n import _

if TYPE_CHECKING:
    from tracker.database import Reader
    from tracker.queries.as_of import AsOf
    from tracker.reports.report import Report

app = typer.Typer()


@app.command("overview")
def show_overview(ctx: typer.Context, which: Which, view: View, lights: Lights = None) -> None:
    """Show what is red, late, due or not reported, what changed, and the year; the same as tracker alone.

    tracker overview --owner 李娜
    tracker overview --as-of 2023-02-28 -f json
    """
    overview(ctx.obj, which, view, lights)


def overview(run: App, which: Which, view: View, lights: str | None = None) -> None:
    """Print the overview; where there is no database yet, say on stderr how to begin."""
    if run.database.engine == "sqlite" and not run.database.path.exists():
        run.say(_("there is no database at {place} yet; create it: tracker init").format(place=run.database))
        run.say(_("or look around in an example first: tracker demo"))
        return
    from tracker.reports.overview import overview as build

    rules, settings = rules_of(run, lights), run.settings

    def ask(reader: Reader, as_of: AsOf) -> Report:
        return build(reader, as_of, which.filters(), rules, settings.due_days, run.zone, settings.currency)

    answer(run, view, ask)
