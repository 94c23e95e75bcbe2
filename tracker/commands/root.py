"""`tracker` itself: the options before the command, and the table of commands."""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import cache, partial
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
    Misused,
    group,
    lazy_group,
    leaves,
    misused,
    translate,
)
from tracker.i18n import LANGUAGES, N_, _, language
from tracker.settings import COLORS

NAME = "tracker"
# What typer says of the options it adds itself.
TYPER_SAYS = (
    N_("Install completion for the current shell."),
    N_("Show completion for the current shell, to copy it or customize the installation."),
)
COMPLETION_VARIABLE = "_TRACKER_COMPLETE"

# For each section of the help: name, module in this package, and what a command is for.
COMMANDS = {
    N_("Look"): (
        ("overview", "views", N_("Red lights, late and due milestones, missing reports and recent changes.")),
        ("list", "views", N_("The projects, a row each.")),
        ("show", "views", N_("One project with every figure, milestone and source.")),
        ("progress", "views", N_("The year's completion against plan and time.")),
        ("summary", "views", N_("Projects and capital by chain, site, owner, stage, …")),
        ("timeline", "report", N_("The milestones on an axis of time.")),
        ("changes", "changes", N_("What changed between two dates.")),
        ("check", "check", N_("Inconsistent, missing and stale facts.")),
    ),
    N_("Record"): (
        ("project", "project", N_("Add and edit projects; stages, conditions, contacts.")),
        ("capital", "capital", N_("Record, plan and correct capital figures.")),
        ("milestone", "milestone", N_("Plan, forecast and reach milestones.")),
        ("company", "company", N_("Companies and their certifications.")),
        ("indicator", "indicator", N_("Indicators of zone, site, chain and company; targets.")),
        ("request", "request", N_("Requests of companies: open, answer, close.")),
        ("rate", "rate", N_("Exchange rates.")),
        ("import", "importing", N_("Import spreadsheets; preview first, all or nothing.")),
    ),
    N_("Report and send"): (
        ("month", "month", N_("Close a month, open it again; what was restated since.")),
        ("report", "report", N_("Monthly report, bulletin, ranking, targets, slippage, …")),
        ("export", "export", N_("Records as csv, jsonl, xlsx or OC4IDS.")),
        ("schedule", "schedule", N_("Reports that cron makes and sends.")),
    ),
    N_("The ledger"): (
        ("init", "init", N_("Create the database.")),
        ("demo", "init", N_("Build an example and show it.")),
        ("log", "changes", N_("The recorded changes, by whom and when.")),
        ("undo", "changes", N_("Revert a change.")),
        ("database", "database", N_("Check, back up, restore, upgrade, copy.")),
        ("calendar", "calendar", N_("Holidays and make-up working days for schedules.")),
        ("config", "config", N_("Show and change the settings.")),
        ("help", "help", N_("Explain a term, or how a command is used.")),
    ),
}
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
        str | None, typer.Option("--lang", metavar="en|zh", help=N_("Language."), autocompletion=plain_words(LANGUAGES))
    ] = None,
    color: Annotated[
        str | None,
        typer.Option("--color", metavar="|".join(COLORS), help=N_("Colours."), autocompletion=plain_words(COLORS)),
    ] = None,
    debug: Annotated[
        bool, typer.Option("--debug", help=N_("Show the place in the program where an error arose."))
    ] = False,
    owner: Annotated[
        str | None, typer.Option("--owner", metavar="OWNER", help=N_("Show only what this owner looks after."))
    ] = None,
    version: Annotated[bool, typer.Option("--version", "-V", help=N_("Show the version."))] = False,
) -> None:
    # --db, --lang, --color and --debug were read before any message was printed; here they are checked and explained.
    app: App = ctx.obj
    if version:
        app.print(_version())
        raise typer.Exit
    if ctx.invoked_subcommand is None:
        from tracker.commands.options import View, Which, owner_of
        from tracker.commands.views import overview

        overview(app, Which(owner=[owner_of(app, owner)] if owner else None), View())
    elif owner:
        raise Misused(_("--owner goes after the command"), NAME)


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
    """The whole tree in the chosen language, nothing of it loaded but the root."""
    return _tree(language())


@cache
def _tree(language: str) -> Root:
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
    root.entries = {
        name: Entry(short, partial(_load, name, module, short), section)
        for section, commands in COMMANDS.items()
        for name, module, short in commands
    }
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
