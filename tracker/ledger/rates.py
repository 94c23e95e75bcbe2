"""Exchange rates: exact, dated, sourced; one a pair and day."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from tracker.currencies import CODES, fold
from tracker.errors import Refused, UsageError, ValueRefused
from tracker.i18n import _, ngettext
from tracker.ledger.book import Book, Done
from tracker.ledger.cite import Cite, long_text
from tracker.models import ExchangeRate
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


def set_rate(book: Book, new: NewRate, why: str | None, cite: Cite) -> Done:
    """Record the rate of a day.

    Raises Refused for a day in the future and for another rate of that day without `why`; ValueRefused for a rate that
    is no positive decimal; UsageError for a pair of one currency.
    """
    facts = facts_of(new, book.today)
    rows = book.live(ExchangeRate, base=new.base, counter=new.counter, on_day=new.on)
    said = _("1 {base} = {rate} {counter} on {day}").format(
        base=new.base, rate=facts["rate"], counter=new.counter, day=new.on
    )
    for row in book.live(ExchangeRate, base=new.counter, counter=new.base, on_day=new.on):
        require_reciprocal(row, new)
    if not rows:
        book.add(ExchangeRate.model_validate(facts | cite.columns()))
        return Done((said,))
    reason = long_text(why, _("reason"))
    if reason is None:
        raise Refused(
            _("{pair} of {day} is {rate} already; to change it, say why with --why").format(
                pair=new.pair, day=new.on, rate=rows[0].rate
            )
        )
    book.revise(rows[0], **facts | cite.columns() | {"note": reason})
    return Done((_("{said} (was {was})").format(said=said, was=rows[0].rate),))


def import_rates(book: Book, found: Iterable[NewRate], cite: Cite) -> Done:
    """Record the rates that are not there yet; one that stands otherwise stays, and is counted."""
    present = {(row.base, row.counter, row.on_day): row.rate for row in book.live(ExchangeRate)}
    added = same = other = 0
    for new in found:
        facts = facts_of(new, book.today)
        old = present.get((new.base, new.counter, new.on))
        if old is None:
            book.add(ExchangeRate.model_validate(facts | cite.columns()))
            added += 1
        elif Fraction(old) == Fraction(new.rate):
            same += 1
        else:
            other += 1
    lines = [ngettext("{count} rate recorded", "{count} rates recorded", added).format(count=added)]
    if same:
        lines.append(ngettext("{count} was there", "{count} were there", same).format(count=same))
    if other:
        lines.append(
            ngettext(
                "{count} stands otherwise in the ledger and stays as it is",
                "{count} stand otherwise in the ledger and stay as they are",
                other,
            ).format(count=other)
        )
    return Done(tuple(lines))


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
        if code not in CODES:
            raise ValueRefused(_("“{code}” is no currency: write its ISO code, like USD").format(code=shorten(code)))
    if new.base == new.counter:
        raise UsageError(_("a rate is between two currencies, not {base} and itself").format(base=new.base))
    if new.on > today:
        raise Refused(_("{day} lies in the future (today is {today})").format(day=new.on, today=today))
    return {"base": new.base, "counter": new.counter, "on_day": new.on, "rate": parse_rate(new.rate)}


def require_reciprocal(row: ExchangeRate, new: NewRate) -> None:
    """Raise Refused where `row`, the pair the other way round, says something quite different: a slip of the pen."""
    product = Fraction(row.rate) * Fraction(parse_rate(new.rate))
    if not Fraction(9, 10) < product < Fraction(11, 10):
        raise Refused(
            _("1 {counter} = {rate} {base} is recorded for {day}: this is not its reverse").format(
                counter=new.counter, rate=row.rate, base=new.base, day=new.on
            )
        )
