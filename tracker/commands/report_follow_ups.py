"""`tracker report follow-ups`."""

from __future__ import annotations

from typing import Annotated

import typer

from tracker.commands.answer import answer
from tracker.commands.marks import N_
from tracker.commands.options import View, Which
from tracker.errors import UsageError
from tracker.i18n import _

app = typer.Typer()


@app.command("follow-ups")
def report_follow_ups(
    ctx: typer.Context,
    which: Which,
    view: View,
    due: Annotated[bool, typer.Option("--due", help=N_("Only next steps that are due."))] = False,
    every: Annotated[bool, typer.Option("--all", help=N_("Every contact, a row each."))] = False,
) -> None:
    """The next steps agreed on, and the days since anybody was in touch with a lead.

    tracker report follow-ups --due --owner 李娜
    tracker report follow-ups --stage lead --sort -silent
    """
    from tracker.reports.follow_ups import follow_up_list

    if due and every:
        raise UsageError(_("--due and --all contradict each other: give one"))
    answer(ctx.obj, view, lambda reader, asked: follow_up_list(reader, asked, which.filters(), due=due, every=every))
