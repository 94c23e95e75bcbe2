"""`tracker rate`: set, import and list exchange rates. The ledger is imported when something is written."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from tracker.app import App
from tracker.commands import complete
from tracker.commands.options import CitationOptions, DryRun, View, Why, day_option, read_currencies, read_currency
from tracker.currencies import CODES
from tracker.dates import Period
from tracker.errors import UsageError
from tracker.i18n import N_, _, ngettext

if TYPE_CHECKING:
    from tracker.ledger.reference import RateSet, RatesImported

app = typer.Typer()


Base = Annotated[
    str,
    typer.Argument(
        metavar="CURRENCY",
        help=N_("The currency of one unit: USD, 美元."),
        callback=read_currency,
        autocompletion=complete.plain_words(CODES),
    ),
]
Counter = Annotated[
    str,
    typer.Argument(
        metavar="IN",
        help=N_("The currency of the rate: CNY, 元."),
        callback=read_currency,
        autocompletion=complete.plain_words(CODES),
    ),
]


@app.command("set")
def set_rate(
    ctx: typer.Context,
    base: Base,
    counter: Counter,
    rate: Annotated[str, typer.Argument(metavar="RATE", help=N_("An exact decimal: 6.9646."))],
    citation: CitationOptions,
    on: Annotated[date | None, day_option("--on", N_("The day of the rate."))] = None,
    why: Why = None,
    dry_run: DryRun = False,
) -> None:
    """Record the exchange rate of two currencies on a day.

    tracker rate set USD CNY 6.9646 --on 2022-12-30 --source "China Foreign Exchange Trade System"
    """
    from tracker.ledger.reference import NewRate
    from tracker.ledger.reference import set_rate as record

    if on is None:
        raise UsageError(_("give the day of the rate, such as --on 2022-12-30"))
    new = NewRate(base, counter, on, rate)
    ctx.obj.record(lambda store: record(store, new, why, citation.cite()), say=_rate_line, dry_run=dry_run)


def _rate_line(done: RateSet) -> list[str]:
    row = done.row
    line = _("1 {base} = {rate} {counter} on {day}").format(
        base=row.base, rate=row.rate, counter=row.counter, day=Period.day(row.on_day)
    )
    return [line if done.was is None else _("{what} (was {was})").format(what=line, was=done.was)]


Currencies = Annotated[
    list[str],
    typer.Argument(
        metavar="CURRENCY…",
        help=N_("The currencies: USD EUR JPY."),
        callback=read_currencies,
        autocompletion=complete.plain_words(CODES),
    ),
]


@app.command("import")
def import_rates(
    ctx: typer.Context,
    currencies: Currencies,
    ecb: Annotated[
        bool, typer.Option("--ecb", help=N_("From the European Central Bank, without the network; needs the extra fx."))
    ] = False,
    since: Annotated[date | None, day_option("--since", N_("Else the year's first day."))] = None,
    until: Annotated[date | None, day_option("--until", N_("Else today."))] = None,
    dry_run: DryRun = False,
) -> None:
    """Record the rates of currencies to the configured one, for the days that have one.

    tracker rate import USD,JPY --ecb --since 2022-01-01 --until 2022-12-31
    """
    from tracker.ledger.citation import Citation
    from tracker.ledger.reference import SOURCE, ecb_rates
    from tracker.ledger.reference import import_rates as record

    run: App = ctx.obj
    if not ecb:
        raise UsageError(_("give where the rates come from: --ecb"))
    last = min(until or run.today, run.today)
    first = since or date(last.year, 1, 1)
    if first > last:
        raise UsageError(_("{first} lies after {last}").format(first=Period.day(first), last=Period.day(last)))
    found = ecb_rates(currencies, run.settings.currency, first, last)
    run.record(lambda store: record(store, found, Citation(source=SOURCE)), say=_imported, dry_run=dry_run)


def _imported(rates: RatesImported) -> list[str]:
    lines = [ngettext("{count} rate recorded", "{count} rates recorded", rates.added).format(count=rates.added)]
    if rates.same:
        same = ngettext("{count} was recorded already", "{count} were recorded already", rates.same)
        lines.append(same.format(count=rates.same))
    if rates.differing:
        kept = ngettext(
            "{count} differs from the recorded rate, which was kept",
            "{count} differ from the recorded rates, which were kept",
            rates.differing,
        )
        lines.append(kept.format(count=rates.differing))
    return lines


@app.command("list")
def list_rates(
    ctx: typer.Context,
    view: View,
    code: Annotated[
        str | None, typer.Argument(metavar="CURRENCY", help=N_("To or from this one."), callback=read_currency)
    ] = None,
) -> None:
    """List the exchange rates.

    tracker rate list USD --as-of 2022-12-31
    """
    from tracker.commands.output import print_report
    from tracker.reports.conversion import rate_list

    print_report(ctx.obj, view, lambda reader, as_of: rate_list(reader, as_of, code))
