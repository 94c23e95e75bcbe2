"""`tracker report cluster`."""

from __future__ import annotations

from typing import Annotated

import typer

from tracker.commands import complete
from tracker.commands.answer import answer
from tracker.commands.marks import N_
from tracker.commands.options import View, Which
from tracker.errors import UsageError
from tracker.i18n import _
from tracker.text import did_you_mean, shorten

app = typer.Typer()
SECTIONS = ("chain",)


@app.command("cluster")
def report_cluster(
    ctx: typer.Context,
    which: Which,
    view: View,
    code: Annotated[
        str | None,
        typer.Argument(metavar="CODE", help=N_("The flagship; left out: all of them."), autocompletion=complete.codes),
    ] = None,
    by: Annotated[
        str | None,
        typer.Option(
            "--by",
            metavar="chain",
            help=N_("A row a chain: leaders, projects, capital."),
            autocompletion=complete.plain_words(SECTIONS),
        ),
    ] = None,
) -> None:
    """Show flagships with what supports them: capital alone and together, and what they wait for.

    tracker report cluster nidec-flagship
    tracker report cluster --by chain
    """
    from tracker.reports.cluster import by_chain, cluster

    if by is None:
        answer(ctx.obj, view, lambda reader, asked: cluster(reader, asked, which.filters(), code))
        return
    if by not in SECTIONS:
        raise UsageError(
            _("cannot group by “{by}”{hint} Known: {known}").format(
                by=shorten(by), hint=did_you_mean(by, SECTIONS) or _("."), known=", ".join(SECTIONS)
            )
        )
    if code is not None:
        raise UsageError(_("--by chain is about all chains: leave out {code}").format(code=shorten(code)))
    answer(ctx.obj, view, lambda reader, asked: by_chain(reader, asked, which.filters()))
