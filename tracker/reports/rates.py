"""`tracker rate list`: the exchange rates with their days and sources."""

from __future__ import annotations

from tracker.database import Reader
from tracker.i18n import _
from tracker.queries import rates as questions
from tracker.queries.asked import Asked
from tracker.reports.report import Column, Kind, Report


def rate_list(reader: Reader, asked: Asked, currency: str | None) -> Report:
    """Every rate up to the day asked about; with `currency` those to or from it. A rate is text: every digit counts."""
    found = [row for row in questions.rates(reader, asked) if currency in (None, row.base, row.counter)]
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
        asked.as_of,
        asked.known_on,
        empty=_("no rate yet; record one with: tracker rate set USD CNY 6.9646 --on 2022-12-30"),
    )
