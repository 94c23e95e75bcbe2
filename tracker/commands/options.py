"""The options that commands share, and how the text of each becomes a value.

Annotations here are objects and not text: typer evaluates every one of them at start-up.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tracker import vocabulary
from tracker.app import App
from tracker.commands import complete
from tracker.commands.parsers import (
    format_of,
    one_of,
    owner_of,
    parses,
    read_countries,
    read_currency,
    read_day,
    read_figure,
    read_output,
    read_period,
    read_unit,
    whole,
    word_of,
)
from tracker.dates import Period
from tracker.errors import TrackerError, ValueRefused
from tracker.i18n import N_
from tracker.models.fields import GROUPED
from tracker.money import Figure
from tracker.settings import LIGHT_RULES

if TYPE_CHECKING:
    from tracker.analysis.rag_status import RuleSet
    from tracker.ledger.citation import Citation
    from tracker.queries.as_of import Filters


def choice(name: str, known: Sequence[str], help: str, *short: str) -> Any:
    """An option that takes one of these words, and offers them at TAB."""
    words = complete.plain_words(known)
    metavar, callback = "|".join(known), parses(one_of(known))
    return typer.Option(name, *short, metavar=metavar, callback=callback, help=help, autocompletion=words)


def format_option(known: Sequence[str], help: str = "") -> Any:
    """The option that names one of these formats."""
    words, metavar = complete.plain_words(known), "FORMAT" if len(known) > 5 else "|".join(known)
    help = help or f"{', '.join(known)}."
    read = parses(format_of(known))
    return typer.Option("--format", "-f", metavar=metavar, callback=read, help=help, autocompletion=words)


# What reports put together; a test holds it equal to what `reports.grouping` knows, which nobody loads to parse a line.
GROUPINGS = (*(one.option for one in GROUPED), "company", "stage", "condition", "year", "tag")
# The light by the rules, and the one that somebody judged.
LIT = ("light", "judged")


def grouping(help: str, *more: str) -> Any:
    """The option --by: one of the groupings, of these other words, or a field of one's own."""
    words = complete.plain_words((*GROUPINGS, *more))
    return typer.Option("--by", metavar="GROUPING", help=help, autocompletion=words)


# --- arguments -----------------------------------------------------------------------------------------------------

Code = Annotated[
    str, typer.Argument(metavar="CODE", help=N_("The project's code, name or alias."), autocompletion=complete.codes)
]
SomeCode = Annotated[
    str | None, typer.Argument(metavar="CODE", help=N_("Only of this project."), autocompletion=complete.codes)
]
MilestoneCode = Annotated[
    str,
    typer.Argument(
        metavar="MILESTONE",
        help=N_("A stage such as in_production or 投产, or a code of your own."),
        autocompletion=complete.milestone_codes,
    ),
]
When = Annotated[
    Period,
    typer.Argument(
        metavar="DATE",
        parser=str,
        callback=read_period,
        help=N_("A day, month, quarter or year: 2023-04, 2023Q3."),
    ),
]
Amount = Annotated[
    Figure | None,
    typer.Argument(
        metavar="AMOUNT",
        parser=str,
        callback=read_figure,
        help=N_("Such as 1.2亿元, 近34亿元, US$288m, CNY 1,250.50."),
    ),
]
CompanyName = Annotated[
    str,
    typer.Argument(
        metavar="NAME", help=N_("The company's name, English name or alias."), autocompletion=complete.companies
    ),
]

# --- options of what is written ------------------------------------------------------------------------------------

On = Annotated[
    Period | None,
    typer.Option("--on", metavar="DATE", parser=str, callback=read_period, help=N_("2022, 2022-09, 2022Q3, -7d.")),
]
Made = Annotated[
    date | None,
    typer.Option(
        "--made",
        metavar="DAY",
        parser=str,
        callback=read_day,
        help=N_("The day the forecast or target was made, else today."),
    ),
]
Why = Annotated[str | None, typer.Option("--why", metavar="TEXT", help=N_("The reason, kept in the log."))]
DryRun = Annotated[bool, typer.Option("--dry-run", "-n", help=N_("Show what would be recorded, and record nothing."))]
Yes = Annotated[bool, typer.Option("--yes", "-y", help=N_("Do not ask."))]
Unknown = Annotated[bool, typer.Option("--unknown", help=N_("The figure is unknown; no AMOUNT is given."))]
Withheld = Annotated[bool, typer.Option("--withheld", help=N_("The figure is withheld; no AMOUNT is given."))]


@dataclass(frozen=True, slots=True)
class CitationOptions:
    """Where a fact comes from."""

    source: Annotated[
        str | None,
        typer.Option("--source", metavar="TEXT", help=N_("Document, page or URL; words quoted from it follow “ / ”.")),
    ] = None
    note: Annotated[str | None, typer.Option("--note", metavar="TEXT", help=N_("A remark of your own."))] = None

    def cite(self) -> "Citation":
        """The citation as the ledger takes it."""
        from tracker.ledger.citation import Citation

        return Citation(self.source, self.note)


# --- options of what is read ---------------------------------------------------------------------------------------

_Words = list[str] | None


@dataclass(frozen=True, slots=True)
class Which:
    """Which projects a report is about."""

    stage: Annotated[
        _Words,
        typer.Option(
            "--stage",
            metavar="STAGE",
            help=N_("Only projects at these stages (comma-separated or repeated)."),
            callback=parses(word_of(vocabulary.STAGES), commas=True),
            autocompletion=complete.words_of(vocabulary.STAGES),
        ),
    ] = None
    condition: Annotated[
        _Words,
        typer.Option(
            "--condition",
            metavar="CONDITION",
            help=N_("active, suspended, terminated, lost or closed."),
            callback=parses(word_of(vocabulary.CONDITIONS), commas=True),
            autocompletion=complete.words_of(vocabulary.CONDITIONS),
        ),
    ] = None
    chain: Annotated[
        _Words,
        typer.Option("--chain", metavar="CHAIN", help=N_("Industry chain."), autocompletion=complete.chains),
    ] = None
    site: Annotated[
        _Words, typer.Option("--site", metavar="SITE", help=N_("Site or park."), autocompletion=complete.sites)
    ] = None
    grid: Annotated[_Words, typer.Option("--grid", metavar="GRID", help=N_("Grid."), autocompletion=complete.grids)] = (
        None
    )
    owner: Annotated[
        _Words,
        typer.Option(
            "--owner",
            metavar="OWNER",
            help=N_("The owner who looks after it; me: the owner in the settings."),
            callback=parses(owner_of),
            autocompletion=complete.owners,
        ),
    ] = None
    company: Annotated[
        _Words,
        typer.Option("--company", metavar="NAME", help=N_("Company or group."), autocompletion=complete.companies),
    ] = None
    country: Annotated[
        _Words,
        typer.Option("--country", metavar="COUNTRY", help=N_("Country of the investor."), callback=read_countries),
    ] = None
    tag: Annotated[_Words, typer.Option("--tag", metavar="TAG", help=N_("Tag."), autocompletion=complete.tags)] = None
    year: Annotated[
        list[int] | None,
        typer.Option(
            "--year",
            metavar="YEAR",
            parser=str,
            help=N_("Signed in this year."),
            callback=parses(whole(1900, 2199), commas=True),
        ),
    ] = None
    text: Annotated[
        _Words, typer.Option("--text", metavar="WORD", help=N_("Found in code, name, company or alias."))
    ] = None

    def filters(self) -> "Filters":
        """The filters as the queries take them."""
        from tracker.queries.as_of import Filters

        return Filters(**{name: tuple(getattr(self, name) or ()) for name in self.__slots__})


Every = Annotated[bool, typer.Option("--all", help=N_("List the projects without a plan too."))]
KnownOn = Annotated[
    date | None,
    typer.Option("--known-on", metavar="DAY", parser=str, callback=read_day, help=N_("As it was known on this day.")),
]


Output = Annotated[
    Path | None,
    typer.Option(
        "--output",
        "-o",
        metavar="FILE",
        callback=read_output,
        help=N_("Write a file; its suffix is the format. - is standard output."),
    ),
]


@dataclass(frozen=True, slots=True)
class View:
    """As of which day a report is asked for, and how it is shown."""

    as_of: Annotated[
        date | None,
        typer.Option(
            "--as-of", metavar="DAY", parser=str, callback=read_day, help=N_("Facts up to this day [default: today].")
        ),
    ] = None
    known_on: KnownOn = None
    format: Annotated[
        str | None,
        format_option(vocabulary.FORMATS),
    ] = None
    output: Output = None
    sort: Annotated[
        str | None, typer.Option("--sort", metavar="KEYS", help=N_("Columns to sort by, -KEY for falling order."))
    ] = None
    columns: Annotated[
        str | None, typer.Option("--columns", metavar="KEYS", help=N_("Columns to show: a,b or +more or all."))
    ] = None
    limit: Annotated[
        int | None,
        typer.Option(
            "--limit", metavar="N", parser=str, callback=parses(whole(1, 10**9)), help=N_("Only the first N rows.")
        ),
    ] = None
    currency: Annotated[
        str | None,
        typer.Option(
            "--currency",
            metavar="CODE",
            callback=read_currency,
            help=N_("Convert sums, at the rates recorded with tracker rate set."),
        ),
    ] = None
    rate_date: Annotated[
        date | None,
        typer.Option(
            "--rate-date",
            metavar="DAY",
            parser=str,
            callback=read_day,
            help=N_("Convert at this day's rate instead of the as-of day's."),
        ),
    ] = None
    unit: Annotated[
        str | None,
        typer.Option("--unit", metavar="UNIT", callback=read_unit, help=N_("元, 万元, 亿元, k, m, bn or auto.")),
    ] = None
    explain: Annotated[
        bool, typer.Option("--explain", help=N_("Print the definitions below the table; of show, the entries used."))
    ] = False


def _checked(app: App, text: str) -> str:
    from tracker.analysis.rag_status import rule_set

    try:
        return rule_set(text, app.settings.own_lights).name
    except TrackerError as error:
        raise ValueRefused(str(error)) from None


Lights = Annotated[
    str | None,
    typer.Option(
        "--lights",
        metavar="|".join((*LIGHT_RULES, "NAME")),
        callback=parses(_checked),
        help=N_("The rule set of the traffic lights, built in or from the settings."),
        autocompletion=complete.plain_words(LIGHT_RULES),
    ),
]


def rules_of(app: App, lights: str | None) -> "RuleSet":
    """The rule set asked for, else the settings' one. Raises UsageError where its table cannot be read."""
    from tracker.analysis.rag_status import rule_set

    return rule_set(lights or app.settings.lights, app.settings.own_lights)
