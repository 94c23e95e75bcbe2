"""Exchange rates: exact, dated, sourced; one a pair and day."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from tracker.currencies import fold
from tracker.errors import Refused, UsageError, ValueRefused
from tracker.i18n import _
from tracker.ledger.cite import Cite, long_text, require_currency, require_past
from tracker.ledger.store import Store
from tracker.models.rate import ExchangeRate
from tracker.text import shorten

_RATE = re.compile(r"([0-9]{1,12})(?:\.([0-9]{1,12}))?")


@dataclass(frozen=True, slots=True)
class NewRate:
    """One unit of `base` is `rate` units of `counter` on a day; `rate` is an exact decimal text."""

    base: str
    counter: str
    on: date
    rate: str

    @property
    def pair(self) -> str:
        """Both currencies: "USD/CNY"."""
        return f"{self.base}/{self.counter}"


@dataclass(frozen=True, slots=True)
class RateSet:
    """The rate that was recorded, and the one of that day before (None: it is the first)."""

    row: ExchangeRate
    was: str | None = None


@dataclass(frozen=True, slots=True)
class RatesImported:
    """How many rates were recorded, were recorded already, and differ from the recorded ones, which were kept."""

    added: int
    same: int
    differing: int


def set_rate(store: Store, new: NewRate, why: str | None, cite: Cite) -> RateSet:
    """Record the rate of a day.

    Raises Refused for a day in the future and for another rate of that day without `why`; ValueRefused for a rate that
    is no positive decimal; UsageError for a pair of one currency.
    """
    facts = facts_of(new, store.today)
    rows = store.find(ExchangeRate, base=new.base, counter=new.counter, on_day=new.on)
    for row in store.find(ExchangeRate, base=new.counter, counter=new.base, on_day=new.on):
        require_reciprocal(row, new)
    if not rows:
        return RateSet(store.add(ExchangeRate.model_validate(facts | cite.columns())))
    reason = long_text(why, _("reason"))
    if reason is None:
        raise Refused(
            _("{pair} of {day} is {rate} already; to change it, give a reason with --why").format(
                pair=new.pair, day=new.on, rate=rows[0].rate
            )
        )
    was = rows[0].rate
    return RateSet(store.revise(rows[0], **facts | cite.columns() | {"note": reason}), was)


def import_rates(store: Store, found: Iterable[NewRate], cite: Cite) -> RatesImported:
    """Record the rates that are not there yet; a recorded rate is kept, also where it differs."""
    present = {(row.base, row.counter, row.on_day): row.rate for row in store.find(ExchangeRate)}
    added = same = differing = 0
    for new in found:
        facts = facts_of(new, store.today)
        old = present.get((new.base, new.counter, new.on))
        if old is None:
            store.add(ExchangeRate.model_validate(facts | cite.columns()))
            added += 1
        elif Fraction(old) == Fraction(new.rate):
            same += 1
        else:
            differing += 1
    return RatesImported(added, same, differing)


def parse_rate(text: str) -> str:
    """A positive rate as the ledger keeps it: "6.9646". Raises ValueRefused for anything else."""
    found = _RATE.fullmatch(fold(text))
    if found is None or Fraction(found[0]) == 0:
        raise ValueRefused(
            _("“{text}” is not a rate: write a positive number with at most 12 decimals, like 6.9646").format(
                text=shorten(text)
            )
        )
    whole, decimals = found[1].lstrip("0") or "0", (found[2] or "").rstrip("0")
    return f"{whole}.{decimals}" if decimals else whole


def facts_of(new: NewRate, today: date) -> dict[str, object]:
    """The columns of a rate. Raises ValueRefused, UsageError or Refused where it cannot be."""
    for code in (new.base, new.counter):
        require_currency(code)
    if new.base == new.counter:
        raise UsageError(_("a rate is between two currencies, not {base} and itself").format(base=new.base))
    require_past(new.on, today)
    return {"base": new.base, "counter": new.counter, "on_day": new.on, "rate": parse_rate(new.rate)}


def require_reciprocal(row: ExchangeRate, new: NewRate) -> None:
    """Raise Refused where `row`, the pair the other way round, differs by more than a tenth: a slip of the pen."""
    product = Fraction(row.rate) * Fraction(parse_rate(new.rate))
    if not Fraction(9, 10) < product < Fraction(11, 10):
        raise Refused(
            _("1 {counter} = {rate} {base} is recorded for {day}: this is not its reverse").format(
                counter=new.counter, rate=row.rate, base=new.base, day=new.on
            )
        )
