"""How many records of a table there are, in words: "21,300 capital entries"."""

from __future__ import annotations

from tracker.i18n import ngettext


def counted(table: str, count: int) -> str:
    """The number of records with their noun."""
    sentence = {
        "currency": ngettext("{count} currency", "{count} currencies", count),
        "company": ngettext("{count} company", "{count} companies", count),
        "certification": ngettext("{count} certification", "{count} certifications", count),
        "project": ngettext("{count} project", "{count} projects", count),
        "custom_field": ngettext("{count} field", "{count} fields", count),
        "label": ngettext("{count} label", "{count} labels", count),
        "relation": ngettext("{count} relation", "{count} relations", count),
        "stage_event": ngettext("{count} stage", "{count} stages", count),
        "condition_event": ngettext("{count} condition", "{count} conditions", count),
        "milestone": ngettext("{count} milestone", "{count} milestones", count),
        "milestone_date": ngettext("{count} milestone date", "{count} milestone dates", count),
        "capital_entry": ngettext("{count} capital entry", "{count} capital entries", count),
        "review": ngettext("{count} progress report", "{count} progress reports", count),
        "indicator_value": ngettext("{count} indicator value", "{count} indicator values", count),
        "request": ngettext("{count} request", "{count} requests", count),
        "follow_up": ngettext("{count} follow-up", "{count} follow-ups", count),
        "exchange_rate": ngettext("{count} exchange rate", "{count} exchange rates", count),
        "baseline": ngettext("{count} baseline", "{count} baselines", count),
        "schedule": ngettext("{count} schedule", "{count} schedules", count),
        "calendar_day": ngettext("{count} day of the calendar", "{count} days of the calendar", count),
        "import_map": ngettext("{count} map of a file", "{count} maps of files", count),
        "month_close": ngettext("{count} close of a month", "{count} closes of months", count),
    }[table]
    return sentence.format(count=f"{count:,}")
