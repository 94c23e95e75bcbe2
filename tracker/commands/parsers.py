"""How the text of a parameter becomes a value, and how a refusal of it keeps its sentence."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import typer

from tracker import vocabulary
from tracker.app import App
from tracker.currencies import fold as fold_number
from tracker.dates import Period, Precision, month_end, parse_day, parse_period
from tracker.errors import UsageError, ValueRefused
from tracker.i18n import _
from tracker.money import Figure, parse_figure, parse_unit
from tracker.money.quantities import LAND, MU
from tracker.text import fold, not_one_of, shorten, unknown_word

Parse = Callable[[App, Any], Any]


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


def _day(app: App, text: str) -> date:
    return parse_day(text, today=app.today)


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


def _figure(app: App, text: str) -> Figure:
    return parse_figure(text, currency=app.settings.currency)


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


def _unit(_app: App, text: str) -> str:
    return parse_unit(text).code


def _output(_app: App, path: Path) -> Path | None:
    """The file to write; None for -, which is standard output."""
    return None if str(path) == "-" else path


read_day, read_period, read_month, read_figure = parses(_day), parses(typed_period), parses(_month), parses(_figure)
read_country, read_year = parses(_country), parses(_year)
read_period_or_nothing = parses(typed_period, clears="")
read_country_or_nothing, read_countries = parses(_country, clears=""), parses(_country, commas=True)
read_currency, read_unit, read_output = parses(_currency), parses(_unit), parses(_output)


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
    """An area in thousandths of a 亩; what is finer is rounded half to even, and said. Raises ValueRefused."""
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
