"""Capital entries as records, and as the cells of a file without a record in between."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from itertools import takewhile
from typing import Any

from tracker.dates import Period
from tracker.money import Figure, Money, plain
from tracker.queries import exports
from tracker.records.names import Names


def capital_values(ledger: Names) -> Iterator[dict[str, Any]]:
    """The values of each record."""
    for group in _in_order(ledger):
        for entry, project, kind, minor, currency, qualifier, availability, *rest in group:
            first, last, period_text, basis, effective_from, note, source, quote = rest
            yield {
                "entry": entry,
                "project": ledger.code(project),
                "kind": kind,
                "figure": Figure(None if minor is None else Money(minor, currency), qualifier, availability),
                "on": None if first is None else Period.of(_as_date(first), _as_date(last), period_text),
                "basis": basis,
                "effective_from": None if effective_from is None else _as_date(effective_from),
                "note": note,
                "source": source,
                "quote": quote,
            }


def capital_rows(ledger: Names) -> Iterator[tuple[str, ...]]:
    """The cells of each record, straight from the rows: an export of a hundred thousand entries lives in this loop."""
    for group in _in_order(ledger):
        code = ledger.code(group[0][1]) or ""
        for entry, _project, kind, minor, currency, qualifier, availability, *rest in group:
            first, last, period_text, basis, effective_from, note, source, quote = rest
            if minor is None:
                figure = ("", "", "", availability)
            elif minor >= 0 and currency == "CNY":
                figure = (f"{minor // 100}.{minor % 100:02d}", currency, qualifier, availability)
            else:
                figure = (plain(Money(minor, currency)), currency, qualifier, availability)
            yield (
                str(entry),
                code,
                kind,
                *figure,
                _period_text(first, last, period_text),
                basis,
                "" if effective_from is None else str(effective_from),
                note or "",
                source or "",
                quote or "",
            )


def _in_order(ledger: Names) -> Iterator[list[exports.CapitalTuple]]:
    """The entries of each project, its totals in the order in which they hold: some have days, and some have none."""
    for group in exports.capital_in_order(ledger.reader, ledger.asked, ledger.projects):
        totals = list(takewhile(lambda row: row[2] == "total", group))
        if len(totals) > 1:
            group[: len(totals)] = sorted(totals, key=lambda row: (str(row[11] or ""), row[0]))
        yield group


@lru_cache(4096)
def _period_text(first: str | date | None, last: str | date, text: str | None) -> str:
    return "" if first is None else Period.of(_as_date(first), _as_date(last), text).iso()


def _as_date(day: str | date) -> date:
    return date.fromisoformat(day) if isinstance(day, str) else day
