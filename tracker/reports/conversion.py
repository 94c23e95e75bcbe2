"""Amounts in one currency: how they are converted, the sentences about the rates used, and `tracker rate list`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from itertools import groupby
from typing import NamedTuple

from tracker.currencies import minor_digits
from tracker.database import Reader
from tracker.dates import Period
from tracker.errors import Refused
from tracker.i18n import _, ngettext
from tracker.queries import reference as questions
from tracker.queries.as_of import AsOf, Converts
from tracker.queries.reference import rates
from tracker.reports.report import Column, Kind, Report
from tracker.text import command_line

# The latest rate on or before a day stands for it, across weekends and month ends, but not for longer than this.
OLDEST_DAYS = 31


class Rate(NamedTuple):
    """One unit of `base` was `rate` units of `counter` on a day."""

    base: str
    counter: str
    day: date
    rate: Fraction
    source: str | None


@dataclass
class Converter:
    """Converts into `target`; with `rate_date`, every amount at that day's rate instead of its own day's.

    `used` collects the rates it took, for the report to name.
    """

    target: str
    rates: Iterable[Rate]
    rate_date: date | None = None
    used: dict[tuple[str, str, date], Rate] = field(default_factory=dict)

    def convert(self, minor: int, currency: str, day: date) -> Fraction:
        """`minor` units of `currency` on `day` in minor units of the target, unrounded.

        Raises Refused, naming the command that records it, where no rate of the 31 days up to the day is known.
        """
        if currency == self.target:
            return Fraction(minor)
        wanted = self.rate_date or day
        pair = {currency, self.target}
        fitting = [
            rate
            for rate in self.rates
            if {rate.base, rate.counter} == pair and rate.day <= wanted and (wanted - rate.day).days <= OLDEST_DAYS
        ]
        if not fitting:
            raise Refused(
                _(
                    "no rate of {currency} to {target} is known for {day} or the {days} days before: record one "
                    "with {command}, or choose another day with --rate-date"
                ).format(
                    currency=currency,
                    target=self.target,
                    day=Period.day(wanted),
                    days=OLDEST_DAYS,
                    command=command_line(
                        _("rate set {currency} {target} RATE --on {typed}"),
                        currency=currency,
                        target=self.target,
                        typed=wanted,
                    ),
                )
            )
        rate = max(fitting, key=lambda rate: (rate.day, rate.base == currency))
        self.used[rate.base, rate.counter, rate.day] = rate
        factor = rate.rate if rate.base == currency else 1 / rate.rate
        return minor * factor * Fraction(10) ** (minor_digits(self.target) - minor_digits(currency))


def rate_list(reader: Reader, as_of: AsOf, currency: str | None) -> Report:
    """Every rate up to the day asked about; with `currency` those to or from it. A rate is text: every digit counts."""
    found = [row for row in questions.rates(reader, as_of) if currency in (None, row.base, row.counter)]
    columns = (
        Column("base", _("One"), priority=1),
        Column("counter", _("In"), priority=1),
        Column("rate", _("Rate"), priority=1),
        Column("on", _("On"), Kind.DATE, priority=1),
        Column("source", _("Source"), priority=2),
        Column("quote", _("Quotation"), hidden=True),
        Column("note", _("Note"), priority=3),
    )
    return Report(
        "rates",
        _("Exchange rates"),
        columns,
        tuple((row.base, row.counter, row.rate, row.on_day, row.source, row.quote, row.note) for row in found),
        as_of.day,
        as_of.known_on,
        empty=_("no rate yet; record one with: {command}").format(
            command=command_line("rate set USD CNY 6.9646 --on 2022-12-30")
        ),
    )


# More rates of one pair than this are named by their span.
_NAMED = 4


def converting(reader: Reader, as_of: AsOf, target: str, rate_date: date | None) -> AsOf:
    """The question with its sums asked for in `target`, at the rates of `rate_date`, else of the day asked about."""
    known = rates(reader, as_of._replace(day=max(as_of.day, rate_date or as_of.day)))
    listed = [Rate(row.base, row.counter, row.on_day, Fraction(row.rate), row.source) for row in known]
    return as_of._replace(converter=Converter(target, listed, rate_date))


@dataclass
class _AtOneDay:
    """Converts everything at the rate of one day."""

    target: str
    converter: Converts
    day: date

    def convert(self, minor: int, currency: str, day: date) -> Fraction:
        """The amount in the target; `day` does not matter."""
        return self.converter.convert(minor, currency, self.day)


def at_one_rate(as_of: AsOf) -> AsOf:
    """The question, so that earlier days are converted at the rate of the day asked about too."""
    one = as_of.converter
    return as_of if one is None else as_of._replace(converter=_AtOneDay(one.target, one, as_of.day))


def with_rates(report: Report, as_of: AsOf) -> Report:
    """`report` with its currency, and below it every rate that was used: no amount is converted without."""
    converter = as_of.converter
    assert isinstance(converter, Converter)
    day = converter.rate_date or as_of.day
    rule = _("converted to {currency} at the last rate up to {day}, ratios of one currency taken in it").format(
        currency=converter.target, day=Period.day(day)
    )
    used = [rate for _key, rate in sorted(converter.used.items())]
    said = [
        words
        for _pair, own in groupby(used, key=lambda rate: (rate.base, rate.counter))
        for words in _rate_sentences([*own], day)
    ]
    if not said:
        return report._replace(currency=converter.target, notes=(*report.notes, _("nothing had to be converted")))
    return report._replace(currency=converter.target, remarks=(*report.remarks, f"{rule}{_(': ')}{_('; ').join(said)}"))


def _rate_sentences(rates: Sequence[Rate], asked_for: date) -> Iterator[str]:
    """The rates of one pair by day: each in full, or their span where they are more than anybody reads."""
    sources = dict.fromkeys(rate.source for rate in rates if rate.source)
    first, last = rates[0], rates[-1]
    if len(rates) <= _NAMED:
        for rate in rates:
            yield _("1 {base} = {rate} {counter} on {day}{age}{source}").format(
                base=rate.base,
                counter=rate.counter,
                rate=_decimal(rate.rate),
                day=Period.day(rate.day),
                age=_age((asked_for - rate.day).days),
                source=_(" ({source})").format(source=rate.source) if rate.source else "",
            )
        return
    yield _(
        "1 {base} = {low} to {high} {counter}, {count} rates from {first} to {last}{source}, see: {command}"
    ).format(
        base=first.base,
        counter=first.counter,
        low=_decimal(min(rate.rate for rate in rates)),
        high=_decimal(max(rate.rate for rate in rates)),
        count=len(rates),
        first=Period.day(first.day),
        last=Period.day(last.day),
        source=_(" ({source})").format(source=_(", ").join(sources)) if sources else "",
        command=command_line("rate list {base}", base=first.base),
    )


def _age(days: int) -> str:
    return ngettext(", {count} day old", ", {count} days old", days).format(count=days) if days > 0 else ""


def _decimal(rate: Fraction) -> str:
    """A recorded rate in full: it was typed as a decimal, so it ends."""
    from decimal import Decimal, localcontext

    with localcontext(prec=60):
        return f"{Decimal(rate.numerator) / Decimal(rate.denominator):f}"
