"""`tracker init` and `tracker demo`."""

from __future__ import annotations

import shlex

import typer

from tracker import settings
from tracker.app import App
from tracker.database import Database, locate
from tracker.errors import Refused
from tracker.i18n import _
from tracker.text import show

app = typer.Typer()


@app.command("init")
def create_database(ctx: typer.Context) -> None:
    """Create the database, where there is none yet.

    tracker init
    tracker --db /srv/zone/ledger.db init
    """
    from tracker.schema import create

    run: App = ctx.obj
    run.unsure = True
    create(run.database)
    run.say(_("{place} created").format(place=run.database))
    run.say(_("first steps: tracker project add CODE --name NAME --total 25亿元 --stage signed"))


@app.command("demo")
def show_demo(ctx: typer.Context) -> None:
    """Build the Pinghu portfolio in a database of its own and show it.

    tracker demo
    tracker --db pinghu.db demo
    """
    from tracker.commands.answer import answer
    from tracker.commands.options import View
    from tracker.reports.listing import listing

    run: App = ctx.obj
    run.database = _built(run)
    from tracker.queries.asked import Filters

    answer(run, View(), lambda reader, asked: listing(reader, asked, Filters()))
    place = shlex.quote(show(run.database.target))
    run.say(_("look around: tracker --db {place} show nidec-flagship").format(place=place))


def _built(run: App) -> Database:
    """The demo's database: a new one where --db names it, else the one beside the user's own."""
    from tracker.demo import build_pinghu

    run.unsure = True
    if run.flags.get("db"):
        build_pinghu(run.database)
        return run.database
    folder = settings.data_folder()
    if folder is None:
        raise Refused(_("there is no home folder to put the example in: name a place with tracker --db PATH demo"))
    own = locate(str(folder / "demo.db"))
    if not own.path.exists():
        build_pinghu(own)
    return own
