"""The close of a month 月结: from then on, what changes its figures is a restatement."""

from __future__ import annotations

from datetime import date

from tracker.dates import Period, Precision
from tracker.errors import Refused, ValueRefused
from tracker.i18n import _, language
from tracker.ledger.cite import long_text
from tracker.ledger.store import Store
from tracker.models.month_close import MonthClose


def require_month(month: Period) -> None:
    """Raise ValueRefused for days that are not those of one month."""
    if month.precision is not Precision.MONTH:
        raise ValueRefused(_("“{text}” is not a month: write it like 2023-08").format(text=month.display(language())))


def require_over(month: Period, today: date) -> None:
    """Raise Refused for a month that has not ended."""
    if month.last >= today:
        raise Refused(
            _("{month} has not ended: it can be closed after {day}").format(
                month=month.display(language()), day=month.last
            )
        )


def close(store: Store, month: Period, note: str | None) -> MonthClose:
    """Close a month. Raises Refused where it has not ended, or is closed."""
    require_month(month)
    require_over(month, store.today)
    if found := store.first(MonthClose, last_day=month.last):
        raise Refused(
            _("{month} is closed since change {change}; to close it anew: tracker month reopen {iso}").format(
                month=month.display(language()), change=found.recorded_from, iso=month.iso()
            )
        )
    return store.add(MonthClose(last_day=month.last, note=long_text(note, _("the note"))))


def reopen(store: Store, month: Period, why: str | None) -> MonthClose:
    """Open a month again, for a reason. Raises Refused where it is not closed."""
    require_month(month)
    found = store.first(MonthClose, last_day=month.last)
    if found is None:
        raise Refused(_("{month} is not closed").format(month=month.display(language())))
    store.change.reason = long_text(why, _("reason"))
    store.end(found)
    return found
