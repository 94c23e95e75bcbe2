"""`tracker month`: close a month, open it again, and list what was restated since. For the whole ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from tracker.app import App
from tracker.commands.options import DryRun, View, Why, read_month
from tracker.commands.output import print_report
from tracker.dates import Period
from tracker.i18n import N_, _, language, ngettext
from tracker.text import command_line

if TYPE_CHECKING:
    from tracker.models.reference import MonthClose

app = typer.Typer()

Month = Annotated[
    Period,
    typer.Argument(metavar="MONTH", parser=str, callback=read_month, help=N_("The month: 2023-08, 2023年8月, 上月.")),
]


@app.command("close")
def close_month(
    ctx: typer.Context,
    month: Month,
    note: Annotated[str | None, typer.Option("--note", metavar="TEXT", help=N_("A remark of your own."))] = None,
    dry_run: DryRun = False,
) -> None:
    """Close a month 月结: what changes its figures from then on is listed as restated.

    tracker month close 2023-08 --note "reported to the district"
    """
    from tracker.ledger.reference import close
    from tracker.queries.months import expected
    from tracker.reports.missing import MISSING

    run: App = ctx.obj
    answers = run.read(lambda reader, as_of: expected(reader, as_of, month))
    late = sum(1 for one in answers if one.answer in MISSING)

    def say(_row: MonthClose) -> list[str]:
        lines = [_("{month} is closed: what changes its figures is named from now on").format(month=_name(month))]
        if late:
            missing = ngettext(
                "{count} project expected to report it has not: {command}",
                "{count} projects expected to report it have not: {command}",
                late,
            )
            shown = command_line("report missing --month {month}", month=month.iso())
            lines.append(missing.format(count=late, command=shown))
        return lines

    run.record(lambda store: close(store, month, note), say=say, dry_run=dry_run)


@app.command("reopen")
def reopen_month(ctx: typer.Context, month: Month, why: Why = None, dry_run: DryRun = False) -> None:
    """Open a closed month again.

    tracker month reopen 2023-08 --why "the district sent it back"
    """
    from tracker.ledger.reference import reopen

    ctx.obj.record(
        lambda store: reopen(store, month, why),
        say=lambda _row: [_("{month} is open again").format(month=_name(month))],
        dry_run=dry_run,
    )


@app.command("list")
def list_months(ctx: typer.Context, view: View) -> None:
    """List the closed months, and how many of their figures are restated since.

    tracker month list
    """
    from tracker.reports.restated import month_list

    print_report(ctx.obj, view, month_list)


@app.command("show")
def show_month(ctx: typer.Context, month: Month, view: View) -> None:
    """Show every figure of a closed month that has changed since the close.

    tracker month show 2023-08
    """
    from tracker.reports.restated import month_restated

    print_report(ctx.obj, view, lambda reader, as_of: month_restated(reader, as_of, month))


def _name(month: Period) -> str:
    return month.display(language())
