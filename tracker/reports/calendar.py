"""`tracker calendar list`: the holidays and the days that are worked on in their place."""

from __future__ import annotations

from collections import Counter

from tracker.database import Reader
from tracker.i18n import _, language, ngettext
from tracker.queries.asked import Asked
from tracker.queries.calendar import calendar
from tracker.reports.report import Column, Kind, Report
from tracker.reports.schedules import WEEKDAYS
from tracker.reports.words import term
from tracker.vocabulary import DAY_KINDS


def calendar_list(reader: Reader, asked: Asked, years: tuple[int, ...]) -> Report:
    """Every day of the calendar, or those of some years."""
    rows = [row for row in calendar(reader, asked) if not years or row.day.year in years]
    kinds = Counter(row.kind for row in rows)
    free, worked = kinds["holiday"], kinds["working"]
    days = (
        ngettext("{count} holiday", "{count} holidays", free).format(count=free),
        ngettext("{count} make-up working day", "{count} make-up working days", worked).format(count=worked),
    )
    return Report(
        "calendar",
        _("Calendar"),
        (
            Column("day", _("Day"), Kind.DATE, priority=1),
            Column("weekday", _("Weekday"), priority=2),
            Column("kind", _("Kind"), priority=1),
            Column("name", _("Name"), priority=1),
        ),
        tuple((row.day, WEEKDAYS[language()][row.day.weekday()], term(DAY_KINDS, row.kind), row.name) for row in rows),
        asked.as_of,
        asked.known_on,
        coverage=(_("{days}; other days are worked Monday to Friday").format(days=", ".join(days)),) if rows else (),
        empty=_("the calendar is empty: working days are Monday to Friday; fill it with tracker calendar import"),
    )
