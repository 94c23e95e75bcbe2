"""`tracker config`: show, set and path."""

from __future__ import annotations

import os
from operator import attrgetter
from pathlib import Path
from typing import Annotated

import typer

from tracker import settings
from tracker.app import App
from tracker.commands import complete
from tracker.commands.options import View
from tracker.database import locate
from tracker.errors import Refused
from tracker.i18n import N_, _
from tracker.reports.report import Column, Report
from tracker.text import mask, show
from tracker.vocabulary import Term

app = typer.Typer()


@app.command("show")
def show_settings(ctx: typer.Context, view: View) -> None:
    """Show every setting, its value, and what chose it.

    tracker config show
    """
    from tracker.commands.output import output

    run: App = ctx.obj
    chosen = run.chosen
    origins = {"default": Term("default", "默认", "default")}
    values = {key: str(attrgetter(key)(chosen.settings)) for key in settings.KEYS}
    if values["db"]:
        values["db"] = str(locate(values["db"]))
    rows = tuple((key, value, origins.get(chosen.origins[key], chosen.origins[key])) for key, value in values.items())
    columns = (
        Column("setting", _("Setting"), priority=1),
        Column("value", _("Value"), priority=1),
        Column("from", _("From"), priority=2),
    )
    output(run, view, Report("config", _("Settings"), columns, rows, run.today))


@app.command("set")
def change_setting(
    ctx: typer.Context,
    key: Annotated[
        str,
        typer.Argument(
            metavar="KEY", help=N_("db, lang, currency, …"), autocompletion=complete.plain_words(settings.KEYS)
        ),
    ],
    value: Annotated[str, typer.Argument(metavar="VALUE", help=N_("Its value."))],
    project: Annotated[
        bool, typer.Option("--project", help=N_("In the nearest tracker.toml, or a new one here."))
    ] = False,
) -> None:
    """Change a setting in your own file, or in the project's; comments stay.

    tracker config set currency USD
    tracker config set db ledger.db --project
    """
    from tracker.render.output import write_atomically

    run: App = ctx.obj
    if project:
        file = settings.project_file(Path.cwd()) or Path.cwd() / settings.PROJECT_FILE
        settings.require_shared(key, value, show(str(file)))
    elif own := settings.user_file():
        file = own
        if file.exists():
            settings.require_trusted(file)
    else:
        raise Refused(_("there is no home folder for a settings file: use --project or TRACKER_… variables"))
    text = file.read_text("utf-8") if file.exists() else ""
    new = settings.edited(text, key, _from_file(file, value, project) if key in settings.PATHS else value)
    if mask(value) != value and file.exists():
        file.chmod(0o600)  # it is to hold a password
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    write_atomically(file, new.encode())
    run.say(_("{key} is now set in {path}").format(key=key, path=file))


def _from_file(file: Path, place: str, project: bool) -> str:
    """A path typed here, as it is meant from the folder of the settings file."""
    if "://" in place or place.startswith("~") or Path(place).is_absolute():
        return place
    return os.path.relpath(Path.cwd() / place, file.parent) if project else str(Path.cwd() / place)


@app.command("path")
def show_path(ctx: typer.Context) -> None:
    """Print the paths of the settings files: yours, then the project's if there is one.

    tracker config path
    """
    run: App = ctx.obj
    for file in (settings.user_file(), settings.project_file(Path.cwd())):
        if file is not None:
            run.print(show(str(file)) + "\n")
