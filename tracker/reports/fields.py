"""`tracker project field`: the fields that were declared."""

from __future__ import annotations

from tracker.database import Reader
from tracker.i18n import _
from tracker.queries import projects
from tracker.queries.asked import Asked
from tracker.reports.report import Column, Report
from tracker.reports.words import term
from tracker.vocabulary import FIELD_TYPES


def fields(reader: Reader, asked: Asked) -> Report:
    """Every declared field and its type."""
    return Report(
        "fields",
        _("Declared fields"),
        (Column("field", _("Field"), priority=1), Column("type", _("Type"), priority=1)),
        tuple((name, term(FIELD_TYPES, kind)) for name, kind in projects.custom_fields(reader, asked)),
        asked.as_of,
        asked.known_on,
        empty=_("no field is declared; declare one with: tracker project field NAME --type text"),
    )
