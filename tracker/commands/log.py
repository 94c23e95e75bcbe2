"""`tracker log` and `tracker undo`."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time
from typing import TYPE_CHECKING, Annotated

import typer

from tracker.app import App
from tracker.commands import complete
from tracker.commands.measures import whole
from tracker.commands.options import DryRun, SomeCode, View, Yes
from tracker.commands.reads import read_period, reads
from tracker.dates import Period
from tracker.i18n import N_, _
from tracker.vocabulary import noun_of

if TYPE_CHECKING:
    from tracker.ledger.undo import Undone

app = typer.Typer()


@app.command("log")
def show_log(
    ctx: typer.Context,
    view: View,
    code: SomeCode = None,
    since: Annotated[
        Period | None,
        typer.Option(
            "--since", metavar="DATE", parser=str, callback=read_period, help=N_("Recorded from then on: 2023-02, -7d.")
        ),
    ] = None,
    change: Annotated[
        int | None,
        typer.Option(
            "--change",
            metavar="CHANGE",
            parser=str,
            callback=reads(whole(1, 10**15)),
            help=N_("This change alone, with every record of it."),
            autocompletion=complete.changes,
        ),
    ] = None,
    all_rows: Annotated[
        bool,
        typer.Option("--all-rows", help=N_("Every record, also where a change touched many; else their number.")),
    ] = False,
) -> None:
    """Show what was recorded, newest first: who, when, with which command, from what to what.

    tracker log nidec-flagship --since -30d
    tracker log --change 12
    """
    from tracker.commands.answer import answer
    from tracker.reports.history import history

    run: App = ctx.obj
    begin = datetime.combine(since.first, time.min, tzinfo=run.zone) if since else None
    # The limit counts changes here, each of which may have written several rows.
    answer(
        run,
        replace(view, limit=None),
        lambda reader, as_of: history(
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
        typer.Argument(
            metavar="CHANGE",
            parser=str,
            callback=reads(whole(1, 10**15)),
            help=N_("The number of the change, from tracker log [default: the latest]."),
            autocompletion=complete.changes,
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
    number = _number(run, change)
    question = None if yes else _("Undo it?")
    run.record(lambda store: undo(store, number), say=_undone, dry_run=dry_run, confirm=question)


def _undone(undone: Undone) -> list[str]:
    counts = [(_("taken back"), undone.ended), (_("restored"), undone.restored)]
    what = [
        _("{what}: {detail}").format(what=verb, detail=f"{count} × {noun_of(table)}")
        for verb, tables in counts
        for table, count in tables.items()
    ]
    line = _("change {number} ({command}) is undone").format(number=undone.number, command=undone.command)
    return [line, _(", ").join(what)]


def _number(run: App, change: int | None) -> int:
    """The change that is meant, fixed before anything is asked: another may be recorded meanwhile."""
    from tracker.ledger.undo import find

    return run.write(lambda store: find(store, change).id, dry_run=True)[1]
