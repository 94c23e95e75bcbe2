"""`tracker changes`."""

from __future__ import annotations

import re
from datetime import UTC, datetime, time
from typing import Annotated

import typer

from tracker.app import App
from tracker.commands.answer import answer
from tracker.commands.marks import N_
from tracker.commands.options import View, Which
from tracker.commands.reads import reads
from tracker.dates import end_of_day, parse_period

app = typer.Typer()

_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2})?(Z|[+-][0-9]{2}:[0-9]{2})?")


def _moment(app: App, text: str) -> datetime | None:
    """The moment that a text names; without a zone it is one of the settings' zone. None where it names days."""
    if not _MOMENT.fullmatch(text.strip()):
        return None
    try:
        found = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    return (found if found.tzinfo else found.replace(tzinfo=app.zone)).astimezone(UTC)


def _begin(app: App, text: str) -> datetime:
    moment = _moment(app, text)
    return moment or datetime.combine(parse_period(text, today=app.today).first, time.min, tzinfo=app.zone)


def _end(app: App, text: str) -> datetime:
    return _moment(app, text) or end_of_day(parse_period(text, today=app.today).last, app.zone)


@app.command("changes")
def show_changes(
    ctx: typer.Context,
    which: Which,
    view: View,
    since: Annotated[
        datetime,
        typer.Option(
            "--since",
            metavar="WHEN",
            parser=str,
            callback=reads(_begin),
            help=N_("From the beginning of this day on, or from a moment: -7d, 2023-02-01, 2023-02-01T08:00."),
        ),
    ],
    until: Annotated[
        datetime | None,
        typer.Option(
            "--until",
            metavar="WHEN",
            parser=str,
            callback=reads(_end),
            help=N_("To the end of this day, or to a moment [default: now]."),
        ),
    ] = None,
) -> None:
    """Tell what was recorded between two moments, by project; nothing where nothing happened.

    tracker changes --since -7d
    tracker changes --since 2023-02-01 --until 2023-02-28 --chain 新能源汽车
    """
    from tracker.reports.changes import Window, changes

    answer(ctx.obj, view, lambda reader, asked: changes(reader, asked, which.filters(), Window(since, until)))
