"""`tracker log`, `undo` and `changes`: what was recorded, and what is different since."""

from __future__ import annotations

import re
from datetime import UTC, datetime, time
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from tracker.app import App
from tracker.commands import complete
from tracker.commands.options import (
    LARGEST_NUMBER,
    DryRun,
    SomeCode,
    View,
    Which,
    Yes,
    number_argument,
    number_option,
    parses,
    period_option,
    typed_period,
)
from tracker.commands.output import print_report
from tracker.dates import Period, end_of_day
from tracker.errors import Refused
from tracker.i18n import N_, _
from tracker.vocabulary import noun_of

if TYPE_CHECKING:
    from tracker.database import Reader
    from tracker.ledger.store import Store
    from tracker.ledger.undo import Undone
    from tracker.queries.as_of import AsOf
    from tracker.reports.report import Report

app = typer.Typer()


@app.command("log")
def show_log(
    ctx: typer.Context,
    view: View,
    code: SomeCode = None,
    since: Annotated[Period | None, period_option("--since", N_("Recorded from then on: 2023-02, -7d."))] = None,
    change: Annotated[
        int | None,
        number_option(
            "--change", "CHANGE", 1, LARGEST_NUMBER, N_("This change alone, with every record of it."), complete.changes
        ),
    ] = None,
    all_rows: Annotated[
        bool, typer.Option("--all-rows", help=N_("Every record, also where a change touched many; else their number."))
    ] = False,
) -> None:
    """Show the recorded changes, newest first: who, when, by which command, old and new value.

    tracker log nidec-flagship --since -30d
    tracker log --change 12
    """
    from tracker.reports.changes import log

    run: App = ctx.obj
    begin = datetime.combine(since.first, time.min, tzinfo=run.zone) if since else None
    # The limit counts changes here, each of which may have written several rows.
    print_report(
        run,
        view._replace(limit=None),
        lambda reader, as_of: log(
            reader,
            as_of,
            code,
            since=begin,
            limit=view.limit,
            number=change,
            all_rows=all_rows or change is not None,
        ),
    )


@app.command("undo")
def undo_change(
    ctx: typer.Context,
    change: Annotated[
        int | None,
        number_argument(
            "CHANGE", N_("The number of the change, from tracker log [default: the latest]."), complete.changes
        ),
    ] = None,
    yes: Yes = False,
    dry_run: DryRun = False,
) -> None:
    """Revert a recorded change by a new one; refused where later changes build on it.

    tracker undo
    tracker undo 12
    """
    from tracker.ledger.undo import undo

    run: App = ctx.obj

    def act(store: Store) -> Undone:
        nonlocal change
        undone = undo(store, change)
        # Fixed before anything is asked: another change may be recorded meanwhile.
        change = undone.number
        return undone

    run.record(act, say=_undone, dry_run=dry_run, confirm=None if yes else _("Undo it?"))


def _undone(undone: Undone) -> list[str]:
    counts = [(_("taken back"), undone.ended), (_("restored"), undone.restored)]
    what = [
        _("{what}: {detail}").format(what=verb, detail=f"{count} × {noun_of(table)}")
        for verb, tables in counts
        for table, count in tables.items()
    ]
    line = _("change {number} ({command}) is undone").format(number=undone.number, command=undone.command)
    return [line, _(", ").join(what)]


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


class LastRun(NamedTuple):
    """The last delivered run of a schedule, of any schedule without a name."""

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
            callback=parses(_begin),
            help=N_("From this day on, or from a moment: -7d, 2023-02-01T08:00, last-run, last-run:SCHEDULE."),
        ),
    ],
    until: Annotated[
        datetime | None,
        typer.Option(
            "--until",
            metavar="WHEN",
            parser=str,
            callback=parses(_end),
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
        begin = _last_run_change(ctx.obj, reader, as_of, since) if isinstance(since, LastRun) else since
        return changes(reader, as_of, which.filters(), Window(begin, until))

    print_report(ctx.obj, view, build)


def _last_run_change(app: App, reader: Reader, as_of: AsOf, since: LastRun) -> int:
    """The last delivered change. Raises Refused where nothing was delivered yet."""
    if app.gathering is not None and not since.schedule:
        return app.gathering.since
    from tracker.queries.schedules import last_delivered, named, schedules, since_last_run

    if since.schedule:
        return since_last_run(reader, named(schedules(reader, as_of), since.schedule).schedule_id).change
    delivered = last_delivered(reader)
    if delivered is None:
        raise Refused(_("no schedule has delivered anything yet: give a day, such as --since -7d"))
    return delivered.change
