"""`tracker init`."""

from __future__ import annotations

import typer

from tracker.app import App
from tracker.i18n import _

app = typer.Typer()


@app.command("init")
def create_database(ctx: typer.Context) -> None:
    """Create the database if it does not exist.

    tracker init
    tracker --db /srv/zone/ledger.db init
    """
    from tracker.ledger.opening import create

    run: App = ctx.obj
    run.unsure = True
    create(run.database, run.writer())
    run.say(_("{place} created").format(place=run.database))
    run.say(_("first steps: tracker project add CODE --name NAME --total 25亿元 --stage signed"))
