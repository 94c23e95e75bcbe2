"""`tracker init` and `tracker demo`: a ledger to begin with, empty or with an example shown as a first tour."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, date, datetime, time
from functools import partial
from pathlib import Path

import typer

from tracker import settings
from tracker.app import App
from tracker.commands.options import View, rules_of
from tracker.commands.output import output
from tracker.database import Database, Reader, locate
from tracker.errors import Refused
from tracker.i18n import _
from tracker.queries.as_of import AsOf, Filters
from tracker.reports.report import Report
from tracker.text import command_line

app = typer.Typer()


@app.command("init")
def create_database(ctx: typer.Context) -> None:
    """Create the database if it does not exist.

    tracker init
    tracker --db /srv/zone/ledger.db init
    """
    from tracker.ledger.transaction import create

    run: App = ctx.obj
    run.unsure = True
    create(run.database, run.writer())
    run.say(_("{place} created").format(place=run.database))
    run.say(
        _("first steps: {command}").format(
            command=command_line(_("project add CODE --name NAME --total 25亿元 --stage signed"))
        )
    )


# The report on Pinghu appeared in that month; the made-up zone was reported up to the end of June.
DAYS = {"pinghu": date(2023, 2, 28), "zone": date(2023, 6, 30)}
# Noon in China: the moment lies in the day it is meant for in every zone west of it down to four hours behind UTC.
_NOON = time(4, tzinfo=UTC)
FLAGSHIP = "nidec-flagship"

# What is typed, and what makes its report.
Tour = tuple[tuple[str, Callable[[Reader, AsOf], Report]], ...]


@app.command("demo")
def show_demo(ctx: typer.Context) -> None:
    """Build the Pinghu portfolio in a database of its own and show it.

    tracker demo
    tracker --db example.db demo
    """
    run: App = ctx.obj
    run.unsure = True
    named = run.flags.get("db")
    pinghu = locate(named) if named else _own("demo.db")
    build(pinghu, "pinghu")
    run.print(_("The Pinghu portfolio, from a newspaper report of early 2023; every figure carries its quotation."))
    run.print("\n")
    _walk(run, pinghu, _portfolio_tour(run))
    if not named:
        _zone(run)
        run.print("\n" + _("The Pinghu zone's year: its targets, the flagship's cluster, the milestones.") + "\n")
    _walk(run, pinghu, _year_tour())
    run.say(_("go on with: {command}").format(command=command_line("list", at=pinghu.target)))


def build(database: Database, name: str) -> None:
    """Create a ledger at `database` and import the files of db/demo/`name` ("pinghu", "zone") in one change of its day.

    Raises Refused where anything is there already; leaves no file behind when it fails.
    """
    from tracker.importer.apply import attempt, rejected
    from tracker.importer.mapping import Options
    from tracker.importer.matching import Rules
    from tracker.importer.open_input import open_kinds
    from tracker.ledger.transaction import Writer, create, write
    from tracker.schema import folder

    day = DAYS[name]
    writer = Writer("demo", f"import {name}", datetime.combine(day, _NOON), day, "import")
    inputs = open_kinds(folder("demo") / name, Options(day, home="CNY"))
    create(database, writer)
    try:
        result = attempt(
            partial(write, database, writer), inputs, Rules(day, "CNY"), dry_run=False, skip_bad=False, check=False
        )
        if not result.accepted:
            raise rejected(result.outcome)
    except BaseException:
        if database.engine == "sqlite":
            database.path.unlink(missing_ok=True)
        raise


def _walk(run: App, database: Database, tour: Tour) -> None:
    """Show each command of a tour and what it prints, as of the day of the source document."""
    run.database = database
    for command, report in tour:
        run.print(f"\n$ {command}\n\n")
        output(run, View(), run.read(report, as_of=DAYS["pinghu"]))


def _portfolio_tour(run: App) -> Tour:
    from tracker.analysis.rag_status import RULES
    from tracker.reports.overview import overview
    from tracker.reports.progress import progress
    from tracker.reports.project_detail import project_detail
    from tracker.reports.summary import summary

    currency = run.settings.currency

    def whole_portfolio(reader: Reader, as_of: AsOf) -> Report:
        return overview(reader, as_of, Filters(), RULES["points"], run.settings.due_days, run.zone, currency)

    return (
        ("tracker", whole_portfolio),
        ("tracker progress", lambda reader, as_of: progress(reader, as_of, Filters(), "points", currency)),
        ("tracker show nidec-flagship", lambda reader, as_of: project_detail(reader, as_of, FLAGSHIP, "points")),
        ("tracker summary --by chain", lambda reader, as_of: summary(reader, as_of, Filters(), "chain", currency)),
    )


def _year_tour() -> Tour:
    from tracker.reports.cluster import cluster
    from tracker.reports.targets import targets
    from tracker.reports.timeline import timeline

    return (
        ("tracker report targets", lambda reader, as_of: targets(reader, as_of, Filters())),
        ("tracker report cluster nidec-flagship", lambda reader, as_of: cluster(reader, as_of, Filters(), FLAGSHIP)),
        ("tracker timeline", lambda reader, as_of: timeline(reader, as_of, Filters(), None)),
    )


def _zone(run: App) -> None:
    """The progress table of the made-up zone."""
    from tracker.reports.progress import progress

    run.database = _own("demo-zone.db")
    build(run.database, "zone")
    run.print(f"\n{_('SYNTHETIC: a made-up zone of 24 projects; no such project exists.')}\n")
    run.print("\n$ tracker progress --as-of 2023-06-30\n\n")
    build_progress = lambda reader, as_of: progress(  # noqa: E731
        reader, as_of, Filters(), rules_of(run, None), run.settings.currency
    )
    output(run, View(), run.read(build_progress, as_of=DAYS["zone"]))
    run.say(_("go on with: {command}").format(command=command_line("list", at=run.database.target)))


def _own(name: str) -> Database:
    """The place of an example beside the user's own ledger; an earlier one there makes room, being ours to rebuild."""
    folder = settings.user_folder("XDG_DATA_HOME")
    if folder is None:
        raise Refused(_("there is no home folder to put the example in: name a place with tracker --db PATH demo"))
    path = Path(folder) / name
    if path.is_file():
        os.unlink(path)
    return locate(str(path))
