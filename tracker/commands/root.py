"""`tracker` itself: the options before the command, and the table of commands."""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import partial
from importlib import import_module
from typing import Annotated, Any

import typer
from typer.main import get_command

from tracker.app import App
from tracker.commands.complete import databases_and_files, plain_words
from tracker.commands.lazy_group import (
    HELP_NAMES,
    Command,
    Entry,
    LazyGroup,
    group,
    lazy_group,
    leaves,
    misused,
    translate,
)
from tracker.commands.marks import N_
from tracker.i18n import LANGUAGES, _
from tracker.settings import COLORS

NAME = "tracker"
COMPLETION_VARIABLE = "_TRACKER_COMPLETE"

# Name, module in this package, and what it is for.
COMMANDS = (
    ("init", "init", N_("Create the database.")),
    ("demo", "demo", N_("Build the Pinghu portfolio in a database of its own and show it.")),
    ("overview", "overview", N_("Show what is overdue, due soon and changed lately.")),
    ("list", "reading", N_("List the projects.")),
    ("show", "reading", N_("Show one project with every figure, milestone and source.")),
    ("progress", "reading", N_("Compare the year's completion with plan and time.")),
    ("summary", "reading", N_("Add up projects and capital by chain, site, grid, stage, …")),
    ("timeline", "report", N_("Draw the milestones on an axis of time.")),
    ("changes", "changes", N_("Tell what was recorded between two moments.")),
    ("check", "check", N_("Find what is inconsistent, missing or stale.")),
    ("project", "project", N_("Open and edit projects; record their stages and conditions.")),
    ("capital", "capital", N_("Record, plan and correct capital figures.")),
    ("milestone", "milestone", N_("Plan, forecast and reach milestones.")),
    ("company", "company", N_("Record companies and their certifications.")),
    ("indicator", "indicator", N_("Record indicators of zone, site, chain and company, and their targets.")),
    ("request", "request", N_("Record what companies ask for, answer and close it.")),
    ("rate", "rate", N_("Record exchange rates.")),
    ("month", "month", N_("Close a month, open it again, list what was restated since.")),
    ("report", "report", N_("The monthly reports: targets, speed, cluster, slippage, forecast, …")),
    ("import", "importing", N_("Take spreadsheets and tables in: previewed first, all rows or none.")),
    ("export", "export", N_("Write records as csv, jsonl or xlsx, one kind or all.")),
    ("schedule", "schedule", N_("Summaries that cron makes and delivers: add, install, list, show.")),
    ("calendar", "calendar", N_("Keep the holidays and make-up working days that schedules go by.")),
    ("log", "log", N_("Show what was recorded, by whom and when.")),
    ("undo", "log", N_("Revert a recorded change.")),
    ("database", "database", N_("Look after the database: info, check, backup, restore, upgrade.")),
    ("config", "config", N_("Show and change the settings.")),
)
GROUPS = (
    "project",
    "capital",
    "milestone",
    "company",
    "indicator",
    "request",
    "rate",
    "month",
    "schedule",
    "calendar",
    "database",
    "config",
)


class Root(LazyGroup):
    """The root of the tree; it notes the words of the command for the log."""

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Command | None, list[str]]:
        """The command that `args` begin with."""
        if isinstance(ctx.obj, App):
            ctx.obj.words = args
        return super().resolve_command(ctx, args)


def _load(name: str, module: str, help: str) -> Command:
    found = import_module(f"tracker.commands.{module}")
    if name == "report":
        return lazy_group(name, help, found.entries())
    app: typer.Typer = found.app
    return group(name, help, app) if name in GROUPS else leaves(app)[name].load()


def _root(
    ctx: typer.Context,
    db: Annotated[
        str | None,
        typer.Option(
            "--db", metavar="PLACE", help=N_("The database: a path or URL."), autocompletion=databases_and_files
        ),
    ] = None,
    lang: Annotated[
        str | None,
        typer.Option("--lang", metavar="en|zh", help=N_("Language."), autocompletion=plain_words(LANGUAGES)),
    ] = None,
    color: Annotated[
        str | None,
        typer.Option("--color", metavar="|".join(COLORS), help=N_("Colours."), autocompletion=plain_words(COLORS)),
    ] = None,
    debug: Annotated[bool, typer.Option("--debug", help=N_("Show where in the program an error arose."))] = False,
    version: Annotated[bool, typer.Option("--version", "-V", help=N_("Show the version."))] = False,
) -> None:
    # --db, --lang, --color and --debug were read before anything could be said; here they are checked and explained.
    app: App = ctx.obj
    if version:
        app.print(_version())
        raise typer.Exit
    if ctx.invoked_subcommand is None:
        from tracker.commands.options import View
        from tracker.commands.overview import overview

        overview(app, View())


def _version() -> str:
    import platform
    import sqlite3
    from importlib.metadata import PackageNotFoundError, version

    try:
        number = version("investment-tracker")
    except PackageNotFoundError:  # run from a folder, not installed
        number = "0"
    return f"tracker {number} (Python {platform.python_version()}, SQLite {sqlite3.sqlite_version})\n"


def tree() -> Root:
    """The whole tree, nothing of it loaded but the root."""
    app = typer.Typer(
        name=NAME,
        cls=Root,
        help=_("The ledger of investment projects: every figure dated, sourced, and never overwritten."),
        invoke_without_command=True,
        context_settings=HELP_NAMES,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
    )
    app.callback()(_root)
    root = get_command(app)
    assert isinstance(root, Root)
    root.entries = {name: Entry(short, partial(_load, name, module, short)) for name, module, short in COMMANDS}
    translate(root.params)
    return root


def invoke(app: App, words: Sequence[str]) -> int:
    """Carry out the command line; the exit code. Raises Misused for one that cannot be understood."""
    root = tree()
    if instruction := os.environ.get(COMPLETION_VARIABLE):
        return complete(root, app, instruction)
    try:
        with root.make_context(NAME, list(words), obj=app) as ctx:
            root.invoke(ctx)
    except typer.TyperException as error:
        raise misused(error) from error
    except typer.Exit as stopped:
        return stopped.exit_code
    return 0


def complete(root: Root, app: App, instruction: str) -> int:
    """Answer a shell that asks what could come next; a completion never shows an error."""
    from typer.completion import shell_complete

    try:
        return shell_complete(root, {"obj": app}, NAME, COMPLETION_VARIABLE, instruction)
    except (Exception, SystemExit) as stopped:
        return stopped.code if isinstance(stopped, SystemExit) and isinstance(stopped.code, int) else 1
