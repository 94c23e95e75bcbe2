"""Figures on the command line: an amount, unknown or withheld; and how an entry is printed in a sentence."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from tracker.commands.options import CitationOptions, Code, DryRun, Why
from tracker.commands.parsers import read_day, read_figure, read_period
from tracker.dates import Period, month_end
from tracker.errors import UsageError
from tracker.i18n import N_, _, language
from tracker.money import Figure, Money, figure_text
from tracker.vocabulary import CAPITAL_KINDS, MILESTONES

if TYPE_CHECKING:
    from tracker.ledger.capital import NewDay, Rebaselined
    from tracker.models.capital import CapitalEntry


def availability_of(*, unknown: bool, withheld: bool) -> str | None:
    """ "unknown", "withheld", or None for neither. Raises UsageError for both."""
    if unknown and withheld:
        raise UsageError(_("a figure is unknown or withheld, not both"))
    return "unknown" if unknown else "withheld" if withheld else None


def known_figure(figure: Figure | None, availability: str | None, name: str) -> Figure | None:
    """The one figure that was given, None where nothing was. Raises UsageError for an amount that is also unknown."""
    if availability is None:
        return figure
    if figure is not None:
        raise UsageError(_("{name} was given, so the figure is not {word}").format(name=name, word=availability))
    return Figure(availability=availability)


def entry_line(code: str, row: CapitalEntry) -> str:
    """The sentence for a capital entry of the project `code`."""
    period = entry_period(row)
    return _("entry {id}: {code} {kind} {amount}{on}").format(
        id=row.id,
        code=code,
        kind=CAPITAL_KINDS[row.kind].name(language()),
        amount=figure_text(entry_figure(row)),
        on=period and _(", {period}").format(period=period),
    )


def entry_figure(row: CapitalEntry) -> Figure:
    """The figure of an entry."""
    return Figure(None if row.minor is None else Money(row.minor, row.currency), row.qualifier, row.availability)


def entry_period(row: CapitalEntry) -> str:
    """What an entry is a figure of: its period, the year or everything to a day; "" for a total without a period."""
    if row.first_day is None or row.last_day is None:
        return ""
    if row.basis == "period":
        return f"{Period.of(row.first_day, row.last_day, row.period_text)}"
    sentence = _("year to {end}") if row.basis == "ytd" else _("cumulative to {end}")
    return sentence.format(end=day_end(row.last_day))


def day_end(day: date) -> Period:
    """The month that ends on a day, else the day."""
    return Period.month(day.year, day.month) if day == month_end(day) else Period.day(day)


def rebaseline_project(
    ctx: typer.Context,
    code: Code,
    citation: CitationOptions,
    total: Annotated[
        Figure | None,
        typer.Option(
            "--total", metavar="AMOUNT", parser=str, callback=read_figure, help=N_("The total investment: 30亿元.")
        ),
    ] = None,
    start: Annotated[
        Period | None,
        typer.Option("--start", metavar="DATE", parser=str, callback=read_period, help=N_("Start of construction.")),
    ] = None,
    end: Annotated[
        Period | None,
        typer.Option("--end", metavar="DATE", parser=str, callback=read_period, help=N_("Completion.")),
    ] = None,
    why: Why = None,
    approved: Annotated[
        date | None,
        typer.Option(
            "--approved", metavar="DAY", parser=str, callback=read_day, help=N_("The day it was decided, else today.")
        ),
    ] = None,
    dry_run: DryRun = False,
) -> None:
    """Give a project a new baseline to be measured against; the ones before stay, and so does the first comparison.

    tracker project rebaseline nidec-flagship --total 30亿元 --end 2024-06 --why "a second line was added"
    """
    from tracker.ledger.capital import NewBaseline, rebaseline

    new = NewBaseline(total, start, end, approved)
    ctx.obj.record(
        lambda store: rebaseline(store, code, new, why, citation.cite()), say=baseline_lines, dry_run=dry_run
    )


def baseline_lines(done: Rebaselined) -> list[str]:
    """The sentences for a new baseline: its version and total, then its days."""
    code, row = done.project.code, done.row
    total = _(", total {total}").format(total=figure_text(entry_figure(done.total))) if done.total else ""
    first = _("{code}: baseline {version}, approved {day}{total}").format(
        code=code, version=row.version, day=row.approved, total=total
    )
    return [first, *(_day_line(code, day) for day in done.days)]


def _day_line(code: str, day: NewDay) -> str:
    was = _(", was {day}").format(day=day.was) if day.was else ""
    name = MILESTONES[day.code].name(language())
    return _("{code} {milestone}: planned for {on}{was}").format(code=code, milestone=name, on=day.on, was=was)
