"""`tracker check`."""

from __future__ import annotations

from typing import Annotated

import typer

from tracker.app import App
from tracker.commands import complete
from tracker.commands.answer import present, report_of
from tracker.commands.marks import N_
from tracker.commands.measures import whole
from tracker.commands.options import View, Which
from tracker.commands.reads import reads
from tracker.errors import Findings, ValueRefused
from tracker.i18n import _, ngettext
from tracker.text import did_you_mean, shorten

app = typer.Typer()
SEVERITIES = ("error", "warning", "note")
STALE_DAYS = 60


def _severity(_app: App, text: str) -> str:
    if text in SEVERITIES:
        return text
    raise ValueRefused(
        _("there is no severity “{word}”{hint} Known: {known}").format(
            word=shorten(text), hint=did_you_mean(text, SEVERITIES) or _("."), known=", ".join(SEVERITIES)
        )
    )


FailOn = Annotated[
    str | None,
    typer.Option(
        "--fail-on",
        metavar="|".join(SEVERITIES),
        callback=reads(_severity),
        help=N_("End with 3 where anything as grave is found, or graver."),
        autocompletion=complete.plain_words(SEVERITIES),
    ),
]
Stale = Annotated[
    int | None,
    typer.Option(
        "--stale",
        metavar="DAYS",
        parser=str,
        callback=reads(whole(1, 100_000)),
        help=N_("Days without an entry until a project is stale [default: 60]."),
    ),
]


@app.command("check")
def check_ledger(ctx: typer.Context, which: Which, view: View, fail_on: FailOn = None, stale: Stale = None) -> None:
    """Find what is inconsistent, missing or stale, each with the command that mends it.

    tracker check --fail-on warning
    tracker check --owner 专员甲 --stale 90
    """
    from tracker.reports.check import check, counted

    run: App = ctx.obj
    report = report_of(run, view, lambda reader, asked: check(reader, asked, which.filters(), stale or STALE_DAYS))
    present(run, view, report)
    count = counted(report, fail_on) if fail_on else 0
    if count:
        sentence = ngettext(
            "{count} finding of “{severity}” or graver", "{count} findings of “{severity}” or graver", count
        )
        raise Findings(sentence.format(count=count, severity=fail_on))
