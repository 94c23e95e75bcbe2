"""The options that commands share, and how the text of each becomes a value.

Annotations here are objects and not text: typer evaluates every one of them at start-up.
"""

import re
from collections.abc import Callable, Sequence
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from tracker import vocabulary
from tracker.app import App
from tracker.commands import complete
from tracker.currencies import fold as fold_number
from tracker.dates import Period, Precision, month_end, parse_day, parse_period
from tracker.errors import TrackerError, UsageError, ValueRefused
from tracker.i18n import N_, _
from tracker.models.fields import GROUPED
from tracker.money import Figure, parse_figure, parse_unit
from tracker.settings import LIGHT_RULES
from tracker.text import fold, not_one_of, shorten, unknown_word

if TYPE_CHECKING:
    from tracker.analysis.rag_status import RuleSet
    from tracker.ledger.citation import Citation
    from tracker.queries.as_of import Filters

Parse = Callable[[App, Any], Any]
# Of changes, entries and requests.
LARGEST_NUMBER = 10**15


def parses(read: Parse, *, clears: Any = None, commas: bool = False) -> Callable[..., Any]:
    """A typer callback that turns the text of a parameter, or each of its texts, into a value.

    Where `clears` is given, an empty text is that. `commas` lets one text hold several. A refusal keeps its sentence
    and is given the name of the parameter.
    """

    def callback(ctx: typer.Context, param: typer.CallbackParam, value: Any) -> Any:
        app: App = ctx.obj
        try:
            if isinstance(value, list | tuple):
                texts = [text for one in value for text in (one.replace("，", ",").split(",") if commas else [one])]
                return [read(app, text) for text in texts]
            if value is None or (clears is not None and value == ""):
                return clears if value == "" else None
            return read(app, value)
        except ValueRefused as error:
            raise typer.BadParameter(str(error), ctx=ctx, param=param) from None

    return callback


def format_of(known: Sequence[str]) -> Parse:
    """One of these formats, in any case."""

    def read(_app: App, text: str) -> str:
        if text.casefold() in known:
            return text.casefold()
        raise UsageError(unknown_word(_("there is no format “{word}”"), text, known))

    return read


def one_of(known: Sequence[str]) -> Parse:
    """One of these words, in any case."""

    def read(_app: App, text: str) -> str:
        if text.casefold() in known:
            return text.casefold()
        raise ValueRefused(not_one_of(text, known))

    return read


def exactly(known: Sequence[str], refusal: str) -> Parse:
    """One of these words as they are written; `refusal` is the sentence about another `{word}`."""

    def read(_app: App, text: str) -> str:
        if text in known:
            return text
        raise ValueRefused(unknown_word(_(refusal), text, known))

    return read


def word_of(words: vocabulary.Vocabulary) -> Parse:
    """A word of the vocabulary, in any spelling, as its code."""
    return lambda _app, text: words.parse(text)


def _currency(app: App, text: str) -> str:
    from tracker.currencies import parse_currency

    return parse_currency(text, configured=app.settings.currency)


def typed_period(app: App, text: str) -> Period:
    """The period that a text names; fiscal years begin as the settings say."""
    return parse_period(text, today=app.today, fiscal_year_start=app.settings.fiscal_year_start)


def _month(app: App, text: str) -> Period:
    period = typed_period(app, text)
    if period.precision is not Precision.MONTH:
        raise ValueRefused(_("“{text}” is not a month: write it like 2023-08").format(text=shorten(text)))
    return period


def _year(app: App, text: str) -> Period:
    period = typed_period(app, text)
    months = 12 * (period.last.year - period.first.year) + period.last.month - period.first.month + 1
    if months != 12 or period.first.day != 1 or period.last != month_end(period.last):
        raise ValueRefused(_("“{text}” is not a year: write it like 2026 or FY2026").format(text=shorten(text)))
    return period


def owner_of(app: App, text: str) -> str:
    """Who looks after a project; `me` is the one named in the settings."""
    if fold(text) not in ("me", "我"):
        return text
    if not app.settings.owner:
        raise ValueRefused(_("your name is not in the settings: tracker config set owner NAME"))
    return app.settings.owner


def _country(_app: App, text: str) -> str:
    from tracker.countries import parse_country

    return parse_country(text)


read_day = parses(lambda app, text: parse_day(text, today=app.today))
read_period, read_period_or_nothing = parses(typed_period), parses(typed_period, clears="")
read_month, read_year = parses(_month), parses(_year)
read_figure = parses(lambda app, text: parse_figure(text, currency=app.settings.currency))
read_currency, read_currencies = parses(_currency), parses(_currency, commas=True)
read_country_or_nothing, read_countries = parses(_country, clears=""), parses(_country, commas=True)
read_unit = parses(lambda _app, text: parse_unit(text).code)
# A file to write; - is standard output.
read_output = parses(lambda _app, path: None if str(path) == "-" else path)


_DIGITS = r"(?:[0-9]{1,3}(?:,[0-9]{3}){1,3}|[0-9]{1,12})(?:\.[0-9]{1,9})?"


def whole(least: int, most: int) -> Callable[[App, str], int]:
    """A reader of whole numbers from `least` to `most`; it raises ValueRefused for anything else."""

    def read(_app: App, text: str) -> int:
        typed = fold_number(text)
        plain = typed.replace(",", "")
        if re.fullmatch(f"-?{_DIGITS}", typed) and re.fullmatch("-?[0-9]{1,15}", plain) and least <= int(plain) <= most:
            return int(plain)
        raise ValueRefused(
            _("“{text}” is not a whole number from {least} to {most}").format(
                text=shorten(text), least=least, most=most
            )
        )

    return read


def percent(_app: App, text: str) -> int:
    """A percentage in hundredths of a percent, 0 to 10,000. Raises ValueRefused, also where 0.45 could be 45 %."""
    found = re.fullmatch(r"([0-9]{1,3})(?:\.([0-9]{1,2}))? ?(%?)", fold_number(text))
    if found:
        hundredths = int(found[1]) * 100 + int((found[2] or "").ljust(2, "0"))
        clear = found[3] or hundredths == 0 or hundredths > 100
        if clear and hundredths <= 10_000:
            return hundredths
    raise ValueRefused(
        _("“{text}” is not a percentage from 0 % to 100 %: write it like 45% or 45.25%").format(text=shorten(text))
    )


def land(app: App, text: str) -> int:
    """An area in thousandths of a 亩; a finer value is rounded half to even, with a message. Raises ValueRefused."""
    from tracker.money.quantities import LAND, MU

    found = re.fullmatch(f"({_DIGITS}) ?(.*)", fold_number(text))
    if found is None or found[2] not in ("", *LAND):
        raise ValueRefused(
            _("“{text}” is not an area: write 109.2 (in 亩), 72800 m2 or 7.28 ha").format(text=shorten(text))
        )
    exact = Fraction(found[1].replace(",", "")) * (LAND[found[2]] if found[2] else MU)
    kept = round(exact)
    if kept != exact:
        app.say(
            _("{text} is kept as {mu} 亩, rounded to a thousandth").format(text=shorten(text), mu=f"{kept / 1000:.3f}")
        )
    return kept


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


# --- options made of words ---


def choice(name: str, known: Sequence[str], help: str, *short: str) -> Any:
    """An option that takes one of these words, and offers them at TAB."""
    words = complete.plain_words(known)
    metavar, callback = "|".join(known), parses(one_of(known))
    return typer.Option(name, *short, metavar=metavar, callback=callback, help=help, autocompletion=words)


def day_option(name: str, help: str) -> Any:
    """An option that takes a day."""
    return typer.Option(name, metavar="DAY", parser=str, callback=read_day, help=help)


def period_option(name: str, help: str) -> Any:
    """An option that takes a day, month, quarter or year."""
    return typer.Option(name, metavar="DATE", parser=str, callback=read_period, help=help)


def amount_option(name: str, help: str) -> Any:
    """An option that takes an amount with its unit and currency."""
    return typer.Option(name, metavar="AMOUNT", parser=str, callback=read_figure, help=help)


def number_option(
    name: str, metavar: str, least: int, most: int, help: str, words: complete.Completion | None = None
) -> Any:
    """An option that takes a whole number."""
    read = parses(whole(least, most))
    return typer.Option(name, metavar=metavar, parser=str, callback=read, help=help, autocompletion=words)


def number_argument(metavar: str, help: str, words: complete.Completion | None = None) -> Any:
    """The number of a change, an entry or a request."""
    read = parses(whole(1, LARGEST_NUMBER))
    return typer.Argument(metavar=metavar, parser=str, callback=read, help=help, autocompletion=words)


def word_option(name: str, metavar: str, words: vocabulary.Vocabulary, help: str) -> Any:
    """An option that takes a word of a vocabulary, in any spelling."""
    read = parses(word_of(words))
    return typer.Option(name, metavar=metavar, help=help, callback=read, autocompletion=complete.words_of(words))


def word_argument(metavar: str, words: vocabulary.Vocabulary, help: str) -> Any:
    """An argument that is a word of a vocabulary, in any spelling."""
    read = parses(word_of(words))
    return typer.Argument(metavar=metavar, help=help, callback=read, autocompletion=complete.words_of(words))


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
        metavar="DATE", parser=str, callback=read_period, help=N_("A day, month, quarter or year: 2023-04, 2023Q3.")
    ),
]
Amount = Annotated[
    Figure | None,
    typer.Argument(
        metavar="AMOUNT", parser=str, callback=read_figure, help=N_("Such as 1.2亿元, 近34亿元, US$288m, CNY 1,250.50.")
    ),
]
CompanyName = Annotated[
    str,
    typer.Argument(
        metavar="NAME", help=N_("The company's name, English name or alias."), autocompletion=complete.companies
    ),
]

# --- options of what is written ------------------------------------------------------------------------------------

On = Annotated[Period | None, period_option("--on", N_("2022, 2022-09, 2022Q3, -7d."))]
Made = Annotated[date | None, day_option("--made", N_("The day the forecast or target was made, else today."))]
Why = Annotated[str | None, typer.Option("--why", metavar="TEXT", help=N_("The reason, kept in the log."))]
DryRun = Annotated[bool, typer.Option("--dry-run", "-n", help=N_("Show what would be recorded, and record nothing."))]
Yes = Annotated[bool, typer.Option("--yes", "-y", help=N_("Do not ask."))]
Unknown = Annotated[bool, typer.Option("--unknown", help=N_("The figure is unknown; no AMOUNT is given."))]
Withheld = Annotated[bool, typer.Option("--withheld", help=N_("The figure is withheld; no AMOUNT is given."))]


class CitationOptions(NamedTuple):
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


class Which(NamedTuple):
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
        _Words, typer.Option("--chain", metavar="CHAIN", help=N_("Industry chain."), autocompletion=complete.chains)
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

        return Filters(**{name: tuple(getattr(self, name) or ()) for name in self._fields})


Every = Annotated[bool, typer.Option("--all", help=N_("List the projects without a plan too."))]
KnownOn = Annotated[date | None, day_option("--known-on", N_("As it was known on this day."))]


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


class View(NamedTuple):
    """As of which day a report is asked for, and how it is shown."""

    as_of: Annotated[date | None, day_option("--as-of", N_("Facts up to this day [default: today]."))] = None
    known_on: KnownOn = None
    format: Annotated[str | None, format_option(vocabulary.FORMATS)] = None
    output: Output = None
    sort: Annotated[
        str | None, typer.Option("--sort", metavar="KEYS", help=N_("Columns to sort by, -KEY for falling order."))
    ] = None
    columns: Annotated[
        str | None, typer.Option("--columns", metavar="KEYS", help=N_("Columns to show: a,b or +more or all."))
    ] = None
    limit: Annotated[int | None, number_option("--limit", "N", 1, 10**9, N_("Only the first N rows."))] = None
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
        date | None, day_option("--rate-date", N_("Convert at this day's rate instead of the as-of day's."))
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
