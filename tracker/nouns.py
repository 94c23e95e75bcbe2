"""What the things of the ledger are called in a sentence, by the table they are kept in."""

from __future__ import annotations

from tracker.i18n import _


def noun_of(table: str) -> str:
    """The noun for a row of `table`."""
    return {
        "company": _("company"),
        "certification": _("certification"),
        "project": _("project"),
        "custom_field": _("field"),
        "label": _("label"),
        "relation": _("relation"),
        "stage_event": _("stage"),
        "condition_event": _("condition"),
        "milestone": _("milestone"),
        "milestone_date": _("milestone date"),
        "capital_entry": _("capital entry"),
        "review": _("progress report"),
        "indicator_value": _("indicator value"),
        "request": _("request"),
        "follow_up": _("follow-up"),
        "exchange_rate": _("exchange rate"),
        "baseline": _("baseline"),
        "schedule": _("schedule"),
        "import_map": _("map of a file"),
        "month_close": _("close of a month"),
        "calendar_day": _("day of the calendar"),
    }[table]
