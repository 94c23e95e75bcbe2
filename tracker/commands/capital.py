"""`tracker capital`: record, plan, correct and list figures. The ledger is imported when something is written."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import typer

from tracker import vocabulary
from tracker.app import App
from tracker.commands import complete
from tracker.commands.figures import availability_of, known_figure
from tracker.commands.marks import N_
from tracker.commands.measures import whole
from tracker.commands.options import Amount, Citation, Code, DryRun, On, SomeCode, Unknown, View, Which, Withheld, Yes
from tracker.commands.reads import reads, word_of
from tracker.dates import Period
from tracker.errors import UsageError
from tracker.i18n import _
from tracker.money import Figure, parse_figure

app = typer.Typer()

LAST_DAY = date.max


@app.command("record")
def record_figure(
    ctx: typer.Context,
    code: Code,
    kind: Annotated[
        str,
        typer.Argument(
            metavar="KIND",
            help=N_("total, completed, contracted_foreign, utilised_foreign, utilised_domestic, funds_in_place, paid."),
            callback=reads(word_of(vocabulary.CAPITAL_KINDS)),
            autocompletion=complete.words_of(vocabulary.CAPITAL_KINDS),
        ),
    ],
    citation: Citation,
    amount: Amount = None,
    on: On = None,
    ytd: Annotated[bool, typer.Option("--ytd", help=N_("The amount runs from the beginning of the year."))] = False,
    cumulative: Annotated[
        bool, typer.Option("--cumulative", help=N_("The amount runs from the beginning of the project."))
    ] = False,
    unknown: Unknown = False,
    withheld: Withheld = False,
    yes: Yes = False,
    dry_run: DryRun = False,
) -> None:
    """Record a capital figure for the period it speaks of.

    tracker capital record nidec-flagship completed 1.2亿元 --on 2023-03
    tracker capital record nidec-flagship completed 3.5亿元 --on 2023-03 --ytd
    """
    from tracker.ledger.capital import NewEntry, record

    if ytd and cumulative:
        raise UsageError(_("an amount is year-to-date or cumulative, not both"))
    figure = _required(known_figure(amount, availability_of(unknown=unknown, withheld=withheld), "AMOUNT"))
    measure = "ytd" if ytd else "cumulative" if cumulative else "flow"
    entry = NewEntry(kind, figure, on, measure, ctx.obj.settings.currency)
    question = _("record it?") if measure != "flow" and not yes else None
    ctx.obj.record(lambda book: record(book, code, entry, citation.cite()), dry_run=dry_run, confirm=question)


def _required(figure: Figure | None) -> Figure:
    if figure is None:
        raise UsageError(_("say the amount, such as 1.2亿元, or --unknown or --withheld"))
    return figure


@app.command("plan")
def plan_year(
    ctx: typer.Context,
    code: Code,
    citation: Citation,
    amount: Amount = None,
    year: Annotated[
        int | None,
        typer.Option(
            "--year",
            metavar="YEAR",
            parser=str,
            callback=reads(whole(1900, 2199)),
            help=N_("The year planned for [default: this year]."),
        ),
    ] = None,
    unknown: Unknown = False,
    withheld: Withheld = False,
    dry_run: DryRun = False,
) -> None:
    """Record what is planned to be completed in a year.

    tracker capital plan nidec-flagship 3亿元 --year 2023
    """
    from tracker.ledger.capital import NewEntry, record

    figure = _required(known_figure(amount, availability_of(unknown=unknown, withheld=withheld), "AMOUNT"))
    entry = NewEntry("plan", figure, Period.year(year or ctx.obj.today.year), currency=ctx.obj.settings.currency)
    ctx.obj.record(lambda book: record(book, code, entry, citation.cite()), dry_run=dry_run)


@app.command("correct")
def correct_entry(
    ctx: typer.Context,
    entry: Annotated[
        int,
        typer.Argument(
            metavar="ENTRY",
            parser=str,
            callback=reads(whole(1, 10**15)),
            help=N_("The number of the entry, from tracker capital list."),
            autocompletion=complete.entries,
        ),
    ],
    citation: Citation,
    amount: Annotated[
        str | None, typer.Option("--amount", metavar="AMOUNT", help=N_("The right amount, such as 1.2亿元."))
    ] = None,
    on: On = None,
    unknown: Unknown = False,
    withheld: Withheld = False,
    withdraw: Annotated[bool, typer.Option("--withdraw", help=N_("Put nothing in its place."))] = False,
    why: Annotated[str, typer.Option("--why", metavar="TEXT", help=N_("What was wrong; it is kept."))] = "",
    dry_run: DryRun = False,
) -> None:
    """Take an entry back and book the right one in its place; both stay in the ledger.

    tracker capital correct 12 --amount 1.2亿元 --why "unit was 万元"
    tracker capital correct 12 --withdraw --why "booked twice"
    """
    from tracker.ledger.capital import Correction, correct

    availability = availability_of(unknown=unknown, withheld=withheld)
    figure = known_figure(_amount(ctx.obj, entry, amount), availability, "--amount")
    if withdraw and (figure or on):
        raise UsageError(_("--withdraw puts nothing in the entry's place: leave out the amount and --on"))
    correction = Correction(why, figure, on, withdraw)
    ctx.obj.record(lambda book: correct(book, entry, correction, citation.cite()), dry_run=dry_run)


def _amount(run: App, entry: int, text: str | None) -> Figure | None:
    """The amount, read in the currency of the entry it corrects where it names none."""
    if text is None:
        return None
    from tracker.queries.capital import entries

    found = run.read(lambda reader, asked: entries(reader, asked, everything=True), as_of=LAST_DAY)
    currency = next((row.currency for row in found if row.entry_id == entry), run.settings.currency)
    return parse_figure(text, currency=currency)


@app.command("list")
def list_entries(
    ctx: typer.Context,
    which: Which,
    view: View,
    code: SomeCode = None,
    kind: Annotated[
        str | None,
        typer.Option(
            "--kind",
            metavar="KIND",
            help=N_("Of this kind alone."),
            callback=reads(word_of(vocabulary.CAPITAL_KINDS)),
            autocompletion=complete.words_of(vocabulary.CAPITAL_KINDS),
        ),
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help=N_("Those taken back too."))] = False,
) -> None:
    """List the capital entries, in the order they were booked.

    tracker capital list nidec-flagship --kind completed
    """
    from tracker.commands.answer import answer
    from tracker.reports.entries import capital_entries

    answer(
        ctx.obj,
        view,
        lambda reader, asked: capital_entries(reader, asked, which.filters(), code, kind, everything),
    )
