"""`tracker indicator`: record, target and list. What writes is imported when something is written."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated

import typer

from tracker.app import App
from tracker.commands import complete
from tracker.commands.options import CitationOptions, DryRun, Made, On, View, Which, Why, parses
from tracker.currencies import fold
from tracker.dates import Period
from tracker.errors import UsageError, ValueRefused
from tracker.i18n import N_, _
from tracker.ledger.citation import period_of
from tracker.text import shorten
from tracker.vocabulary import INDICATORS, NATURES

if TYPE_CHECKING:
    from tracker.ledger.indicators import Recorded
    from tracker.money.quantities import Quantity

app = typer.Typer()

SubjectWord = Annotated[
    str,
    typer.Argument(
        metavar="SUBJECT",
        help=N_("A company, site or chain; a new one is written zone:NAME, site:NAME or chain:NAME."),
        autocompletion=complete.companies,
    ),
]
IndicatorWord = Annotated[
    str,
    typer.Argument(
        metavar="INDICATOR",
        help=N_("Such as output, high_tech_new, 实到外资, or a name of your own."),
        autocompletion=complete.words_of(INDICATORS),
    ),
]
OwnName = Annotated[
    bool, typer.Option("--new", help=N_("The indicator is a new one, though its name is nearly a known one."))
]


def _growth(_app: App, text: str) -> int:
    found = re.fullmatch(r"([+-]?)([0-9]{1,6})(?:\.([0-9]{1,2}))? ?%", fold(text))
    if found is None:
        raise ValueRefused(_("“{text}” is not a change in percent: write 25.74% or -3%").format(text=shorten(text)))
    hundredths = int(found[2]) * 100 + int((found[3] or "").ljust(2, "0"))
    return -hundredths if found[1] == "-" else hundredths


@app.command("record")
def record_value(
    ctx: typer.Context,
    subject: SubjectWord,
    indicator: IndicatorWord,
    value: Annotated[
        str, typer.Argument(metavar="VALUE", help=N_("Such as 645亿元, 近34亿元, 254家, 25.74%, 第1位, unknown."))
    ],
    citation: CitationOptions,
    on: On = None,
    grew: Annotated[
        int | None,
        typer.Option(
            "--grew",
            metavar="PERCENT",
            parser=str,
            callback=parses(_growth),
            help=N_("The change on the year before that the source gives: 25.74%, -3%."),
        ),
    ] = None,
    why: Why = None,
    new: OwnName = False,
    dry_run: DryRun = False,
) -> None:
    """Record the value of an indicator of a zone, site, chain or company for a period.

    tracker indicator record zone:平湖经开 output 645亿元 --on 2022
    tracker indicator record 日本电产汽车马达 output 近34亿元 --on 2022 --grew 25.74%
    """
    from tracker.ledger.indicators import record

    quantity, period = _quantity(ctx.obj, indicator, value), _required(on)
    ctx.obj.record(
        lambda store: record(
            store, subject, indicator, quantity, period, citation.cite(), growth=grew, why=why, own_name=new
        ),
        say=lambda recorded: [_line(recorded)],
        dry_run=dry_run,
    )


def _line(recorded: Recorded) -> str:
    from tracker.ledger.indicators import indicator_name, quantity_of
    from tracker.money.quantities import percent_text, quantity_text

    row = recorded.row
    sentence = {
        "actual": _("{subject} {indicator} {on}: {value}"),
        "floor": _("{subject} {indicator} {on}: target {value}"),
        "stretch": _("{subject} {indicator} {on}: stretch target {value}"),
    }[row.what]
    line = sentence.format(
        subject=recorded.subject.called,
        indicator=indicator_name(row.indicator),
        on=period_of(row),
        value=quantity_text(quantity_of(row)),
    )
    if recorded.was is not None:
        line = _("{what} (was {was})").format(what=line, was=quantity_text(recorded.was))
    if row.growth is not None:
        growth = f"+{percent_text(row.growth)}" if row.growth > 0 else percent_text(row.growth)
        line += _(", {change} on the year before").format(change=growth)
    return line


@app.command("target")
def set_target(
    ctx: typer.Context,
    subject: SubjectWord,
    indicator: IndicatorWord,
    citation: CitationOptions,
    value: Annotated[
        str | None,
        typer.Argument(
            metavar="VALUE", help=N_("The target, or the floor where there is a stretch: 40亿元, 20家以上.")
        ),
    ] = None,
    stretch: Annotated[
        str | None, typer.Option("--stretch", metavar="VALUE", help=N_("The stretch target beyond it: 50亿元."))
    ] = None,
    at_most: Annotated[bool, typer.Option("--at-most", help=N_("Less is better: the value or less meets it."))] = (
        False
    ),
    on: On = None,
    made: Made = None,
    why: Why = None,
    new: OwnName = False,
    dry_run: DryRun = False,
) -> None:
    """Record the target of an indicator for a period.

    tracker indicator target zone:平湖经开 high_tech_new 20家以上 --on 2023
    tracker indicator target 日本电产汽车马达 output 40亿元 --stretch 50亿元 --on 2023
    """
    from tracker.ledger.indicators import Goal, target

    floor = _quantity(ctx.obj, indicator, value) if value is not None else None
    beyond = _quantity(ctx.obj, indicator, stretch) if stretch is not None else None
    goal, period = Goal(floor, beyond, at_most, made), _required(on)
    ctx.obj.record(
        lambda store: target(store, subject, indicator, goal, period, citation.cite(), why=why, own_name=new),
        say=lambda recorded: [_line(one) for one in recorded],
        dry_run=dry_run,
    )


def _required(on: Period | None) -> Period:
    if on is None:
        raise UsageError(_("give the period of the value, such as --on 2022"))
    return on


def _quantity(run: App, indicator: str, text: str) -> Quantity:
    """The value, in what the indicator is measured in."""
    from tracker.money.quantities import parse_quantity

    try:
        measure = NATURES[INDICATORS.parse(indicator)].measure
    except ValueRefused:
        measure = None
    return parse_quantity(text, measure=measure, currency=run.settings.currency)


@app.command("list")
def list_values(
    ctx: typer.Context,
    which: Which,
    view: View,
    subject: Annotated[
        str | None,
        typer.Argument(
            metavar="SUBJECT", help=N_("Of this zone, site, chain or company alone."), autocompletion=complete.companies
        ),
    ] = None,
) -> None:
    """List the values and targets of indicators.

    tracker indicator list 平湖经开
    """
    from tracker.commands.output import print_report
    from tracker.reports.targets import indicator_list

    print_report(ctx.obj, view, lambda reader, as_of: indicator_list(reader, as_of, which.filters(), subject))
