"""`tracker changes`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tracker.app import App
from tracker.commands.answer import answer
from tracker.commands.options import View, Which
from tracker.commands.reads import reads, typed_period
from tracker.dates import end_of_day
from tracker.errors import Refused
from tracker.i18n import N_, _

if TYPE_CHECKING:
    from tracker.database import Reader
    from tracker.queries.as_of import AsOf
    from tracker.reports.report import Report

app = typer.Typer()

_LAST_RUN = re.compile("last-run(?::(.+))?")
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


@dataclass(frozen=True, slots=True)
class LastRun:
    """The last delivered run of a schedule, of any where no name is said."""

    schedule: str = ""


def _begin(app: App, text: str) -> datetime | LastRun:
    if found := _LAST_RUN.fullmatch(text.strip()):
        return LastRun(found[1] or "")
    moment = _moment(app, text)
    return moment or datetime.combine(typed_period(app, text).first, time.min, tzinfo=app.zone)


def _end(app: App, text: str) -> datetime:
    return _moment(app, text) or end_of_day(typed_period(app, text).last, app.zone)


@app.command("changes")
def show_changes(
    ctx: typer.Context,
    which: Which,
    view: View,
    since: Annotated[
        Any,
        typer.Option(
            "--since",
            metavar="WHEN",
            parser=str,
            callback=reads(_begin),
            help=N_("From this day on, or from a moment: -7d, 2023-02-01T08:00, last-run, last-run:SCHEDULE."),
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
    """Show what changed between two dates, by project; prints nothing where nothing changed.

    tracker changes --since -7d
    tracker changes --since 2023-02-01 --until 2023-02-28 --chain 新能源汽车
    tracker changes --since last-run:weekly
    """
    from tracker.reports.changes import Window, changes

    def build(reader: Reader, as_of: AsOf) -> Report:
        begin = _change(ctx.obj, reader, as_of, since) if isinstance(since, LastRun) else since
        return changes(reader, as_of, which.filters(), Window(begin, until))

    answer(ctx.obj, view, build)


def _change(app: App, reader: Reader, as_of: AsOf, since: LastRun) -> int:
    """The last change that was told. Raises Refused where nothing was told yet."""
    if app.gathering is not None and not since.schedule:
        return app.gathering.since
    from tracker.queries.schedules import last_delivered, named, schedules, since_last_run

    if since.schedule:
        return since_last_run(reader, named(schedules(reader, as_of), since.schedule).schedule_id).change
    told = last_delivered(reader)
    if told is None:
        raise Refused(_("no schedule has delivered anything yet: give a day, such as --since -7d"))
    return told.change
