"""`tracker` alone, and `tracker overview`: what is overdue, due soon and changed lately, or how to begin."""

from __future__ import annotations

import typer

from tracker.app import App
from tracker.commands.answer import answer
from tracker.commands.options import View
from tracker.i18n import _

app = typer.Typer()


@app.command("overview")
def show_overview(ctx: typer.Context, view: View) -> None:
    """Show what is overdue, due soon and changed lately, and the totals; the same as tracker alone.

    tracker overview --as-of 2023-02-28 -f json
    """
    overview(ctx.obj, view)


def overview(run: App, view: View) -> None:
    """Print the overview; where there is no database yet, say on stderr how to begin."""
    if run.database.engine == "sqlite" and not run.database.path.exists():
        run.say(_("there is no database at {place} yet; create it: tracker init").format(place=run.database))
        run.say(_("or look around in an example first: tracker demo"))
        return
    from tracker.reports.overview import overview as build

    answer(run, view, lambda reader, asked: build(reader, asked, run.settings.due_days))
