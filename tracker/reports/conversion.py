"""A report in one currency: the rates are fetched before, and the ones that were used are named below it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction
from itertools import groupby

from tracker.analysis.conversion import Converter, Rate
from tracker.database import Reader
from tracker.i18n import _
from tracker.queries.asked import Asked
from tracker.queries.rates import rates
from tracker.reports.report import Report

# More rates of one pair than this are named by their span.
_NAMED = 4


def converting(reader: Reader, asked: Asked, target: str, rate_date: date | None) -> Asked:
    """The question with its sums asked for in `target`, at each entry's day or all at `rate_date`."""
    known = rates(reader, replace(asked, as_of=max(asked.as_of, rate_date or asked.as_of)))
    listed = [Rate(row.base, row.counter, row.on_day, Fraction(row.rate), row.source) for row in known]
    return replace(asked, converter=Converter(target, listed, rate_date))


def with_rates(report: Report, asked: Asked) -> Report:
    """`report` with its currency, and a note for every rate that was used."""
    converter = asked.converter
    assert isinstance(converter, Converter)
    rule = _("converted to {currency} at the rate of each entry's day").format(currency=converter.target)
    if converter.rate_date:
        rule = _("converted to {currency} at the rate of {day}").format(
            currency=converter.target, day=converter.rate_date
        )
    used = [rate for _key, rate in sorted(converter.used.items())]
    said = [
        words for _pair, own in groupby(used, key=lambda rate: (rate.base, rate.counter)) for words in _said([*own])
    ]
    notes = (f"{rule}: {'; '.join(said)}",) if said else (_("nothing had to be converted"),)
    return replace(report, currency=converter.target, notes=(*report.notes, *notes))


def _said(rates: Sequence[Rate]) -> Iterator[str]:
    """The rates of one pair by day: each in full, or their span where they are more than anybody reads."""
    sources = dict.fromkeys(rate.source for rate in rates if rate.source)
    first, last = rates[0], rates[-1]
    if len(rates) <= _NAMED:
        for rate in rates:
            yield _("1 {base} = {rate} {counter} on {day}{source}").format(
                base=rate.base,
                counter=rate.counter,
                rate=_decimal(rate.rate),
                day=rate.day,
                source=f" ({rate.source})" if rate.source else "",
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
        first=first.day,
        last=last.day,
        source=f" ({', '.join(sources)})" if sources else "",
        command=f"tracker rate list {first.base}",
    )


def _decimal(rate: Fraction) -> str:
    """A recorded rate in full: it was typed as a decimal, so it ends."""
    from decimal import Decimal, localcontext

    with localcontext(prec=60):
        return f"{Decimal(rate.numerator) / Decimal(rate.denominator):f}"
