"""Converting sums to one currency with stated rates: exact until the end, every rate used remembered."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from tracker.currencies import minor_digits
from tracker.errors import Refused
from tracker.i18n import _

# The latest rate on or before a day stands for it, across weekends and month ends, but not for longer than this.
OLDEST_DAYS = 31


@dataclass(frozen=True, slots=True)
class Rate:
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
        rate = self._latest(currency, wanted)
        self.used[rate.base, rate.counter, rate.day] = rate
        factor = rate.rate if rate.base == currency else 1 / rate.rate
        return minor * factor * Fraction(10) ** (minor_digits(self.target) - minor_digits(currency))

    def _latest(self, currency: str, day: date) -> Rate:
        pair = {currency, self.target}
        fitting = [
            rate
            for rate in self.rates
            if {rate.base, rate.counter} == pair and rate.day <= day and (day - rate.day).days <= OLDEST_DAYS
        ]
        if not fitting:
            raise Refused(
                _(
                    "no rate of {currency} to {target} is known for {day} or the {days} days before: record one with"
                    " tracker rate set {currency} {target} RATE --on {day}, or choose another day with --rate-date"
                ).format(currency=currency, target=self.target, day=day, days=OLDEST_DAYS)
            )
        return max(fitting, key=lambda rate: (rate.day, rate.base == currency))
