"""`tracker check`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from tracker.app import App
from tracker.commands import complete
from tracker.commands.options import View, Which, exactly, number_option, parses
from tracker.commands.output import output, report_of
from tracker.errors import Findings
from tracker.i18n import N_, ngettext
from tracker.settings import CHECK_RULES

if TYPE_CHECKING:
    from tracker.database import Reader
    from tracker.queries.as_of import AsOf
    from tracker.reports.report import Report

app = typer.Typer()
SEVERITIES = ("error", "warning", "note")
FailOn = Annotated[
    str | None,
    typer.Option(
        "--fail-on",
        metavar="|".join(SEVERITIES),
        callback=parses(exactly(SEVERITIES, N_("there is no severity “{word}”"))),
        help=N_("End with 3 where anything as grave is found, or graver."),
        autocompletion=complete.plain_words(SEVERITIES),
    ),
]
Stale = Annotated[
    int | None,
    number_option(
        "--stale",
        "DAYS",
        1,
        100000,
        N_("Days without an entry until a project is stale [default: the setting check.stale_days, 60]."),
    ),
]
Rules = Annotated[
    list[str] | None,
    typer.Option(
        "--rule",
        metavar="RULE",
        callback=parses(exactly(CHECK_RULES, N_("there is no rule “{word}”")), commas=True),
        help=N_("Only findings by these rules (comma-separated or repeated)."),
        autocompletion=complete.plain_words(CHECK_RULES),
    ),
]
Missing = Annotated[bool, typer.Option("--missing", help=N_("List the missing facts project by project."))]


@app.command("check")
def check_ledger(
    ctx: typer.Context,
    which: Which,
    view: View,
    fail_on: FailOn = None,
    stale: Stale = None,
    rule: Rules = None,
    missing: Missing = False,
) -> None:
    """Find inconsistent, missing and stale facts, each with the command that fixes it.

    tracker check --fail-on warning
    tracker check --owner 专员甲 --stale 90
    tracker check --rule unit,duplicate --explain
    """
    from tracker.reports.check import check, counted

    run: App = ctx.obj
    limits = run.settings.check if stale is None else run.settings.check._replace(stale_days=stale)
    rules = frozenset(rule or ())

    def build(reader: Reader, as_of: AsOf) -> Report:
        listed = missing or "missing" in rules
        return check(reader, as_of, which.filters(), limits, rules=rules, list_missing=listed, explain=view.explain)

    report = report_of(run, view, build)
    output(run, view, report)
    count = counted(report, fail_on) if fail_on else 0
    if count:
        sentence = ngettext(
            "{count} finding of “{severity}” or graver", "{count} findings of “{severity}” or graver", count
        )
        raise Findings(sentence.format(count=count, severity=fail_on))
