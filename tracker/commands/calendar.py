"""`tracker calendar`: the holidays and make-up working days that schedules keep to."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tracker.app import App
from tracker.commands.options import DryRun, View, When, parses, whole
from tracker.dates import Period
from tracker.errors import Refused, UsageError
from tracker.i18n import N_, _, ngettext
from tracker.text import read_whole, show

if TYPE_CHECKING:
    from tracker.ledger.reference import Entered
    from tracker.models.reference import CalendarDay

app = typer.Typer()

Years = Annotated[
    list[int] | None,
    typer.Option(
        "--year",
        metavar="YEAR",
        parser=str,
        callback=parses(whole(1900, 2199), commas=True),
        help=N_("Only of this year."),
    ),
]


@app.command("add")
def add_days(
    ctx: typer.Context,
    days: When,
    name: Annotated[str | None, typer.Argument(metavar="NAME", help=N_("Its name."), show_default=False)] = None,
    working: Annotated[bool, typer.Option("--working", help=N_("Worked on, in place of another day 调休."))] = False,
    dry_run: DryRun = False,
) -> None:
    """Record holidays, or with --working days that are worked on although they are of a weekend.

    tracker calendar add 2023-10-01..2023-10-06 国庆节
    tracker calendar add 2023-10-07 --working
    """
    from tracker.ledger.reference import days_of, enter

    found = days_of(days, "working" if working else "holiday", name)
    ctx.obj.record(lambda store: enter(store, found), say=_entered, dry_run=dry_run)


@app.command("import")
def import_days(
    ctx: typer.Context,
    source: Annotated[
        list[str],
        typer.Argument(
            metavar="YEAR|FILE", help=N_("Years of China's calendar (extra calendar), or one csv or ics file.")
        ),
    ],
    dry_run: DryRun = False,
) -> None:
    """Record the published holidays and make-up working days of years, or those of a file.

    tracker calendar import 2025 2026
    tracker calendar import holidays.ics
    """
    from tracker.ledger.reference import china_days, days_of_file, enter

    run: App = ctx.obj
    if all(word.isdecimal() and len(word) == 4 for word in source):
        found = china_days([int(word) for word in source])
    elif len(source) > 1:
        raise UsageError(_("give years, or one file"))
    else:
        try:
            content = read_whole(Path(source[0]), source[0])
        except OSError as error:
            raise Refused(
                _("{file} cannot be read: {reason}").format(
                    file=show(source[0]), reason=show(error.strerror or str(error))
                )
            ) from None
        found, left_out = days_of_file(content, show(source[0]), run.today)
        if left_out:
            run.say(
                ngettext(
                    "{count} event is marked neither 休 nor 班 and left out",
                    "{count} events are marked neither 休 nor 班 and left out",
                    left_out,
                ).format(count=left_out)
            )
    run.record(lambda store: enter(store, found), say=_entered, dry_run=dry_run)


def _entered(entered: Entered) -> list[str]:
    kinds = [one.kind for one in entered.days]
    free, worked = kinds.count("holiday"), kinds.count("working")
    days = [
        ngettext("{count} holiday", "{count} holidays", free).format(count=free),
        ngettext("{count} make-up working day", "{count} make-up working days", worked).format(count=worked),
    ]
    first, last = (Period.day(ends(one.day for one in entered.days)) for ends in (min, max))
    line = _("{days}, {span}: {new} new, {changed} changed, {same} as they were")
    return [
        line.format(
            days=_(", ").join(text for text, count in zip(days, (free, worked), strict=True) if count),
            span=first if first == last else _("{first} to {last}").format(first=first, last=last),
            new=entered.new,
            changed=entered.changed,
            same=entered.same,
        )
    ]


@app.command("list")
def list_days(ctx: typer.Context, view: View, year: Years = None) -> None:
    """List the days of the calendar.

    tracker calendar list --year 2023
    """
    from tracker.commands.output import print_report
    from tracker.reports.schedules import calendar_list

    print_report(ctx.obj, view, lambda reader, as_of: calendar_list(reader, as_of, tuple(year or ())))


@app.command("remove")
def remove_days(ctx: typer.Context, days: When, dry_run: DryRun = False) -> None:
    """Remove days from the calendar; their day of the week decides again.

    tracker calendar remove 2023-10
    """
    from tracker.ledger.reference import remove

    def removed(rows: list[CalendarDay]) -> list[str]:
        return [ngettext("{count} day removed", "{count} days removed", len(rows)).format(count=len(rows))]

    ctx.obj.record(lambda store: remove(store, days), say=removed, dry_run=dry_run)
