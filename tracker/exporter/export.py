"""What `tracker export` writes: the tables of one kind of record, of all of them, or the log."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from tracker.database import Reader
from tracker.errors import UsageError
from tracker.exporter.changes import changes_table
from tracker.exporter.manifest import Manifest
from tracker.exporter.table import Table, table_of
from tracker.i18n import _
from tracker.queries.asked import Asked, Filters
from tracker.queries.exports import newest_change
from tracker.records import current
from tracker.records.schema import KINDS
from tracker.reports.portfolio import portfolio
from tracker.text import did_you_mean, shorten

ALL, CHANGES = "all", "changes"
WHATS = (*(kind.plural for kind in KINDS.values()), CHANGES, ALL)
_OF_NO_PROJECT = ("fields", "rates", CHANGES)
# What a project has; the others are there with or without one.
_OF_PROJECTS = ("project", "relation", "stage", "condition", "milestone", "capital", "baseline", "review")


@dataclass(frozen=True, slots=True)
class Wanted:
    """`what` is one of WHATS; `as_of` None asks for everything recorded, plans for later years included."""

    what: str
    filters: Filters = field(default_factory=Filters)
    as_of: date | None = None
    known_on: date | None = None

    def check(self) -> None:
        """Raise UsageError for what there is not, and for filters of what belongs to no project."""
        if self.what not in WHATS:
            raise UsageError(
                _("there is no “{what}” to export{hint} Known: {known}").format(
                    what=shorten(self.what), hint=did_you_mean(self.what, WHATS) or _("."), known=", ".join(WHATS)
                )
            )
        if self.what in _OF_NO_PROJECT and self.filters != Filters():
            raise UsageError(_("{what} belong to no project: leave the filters out").format(what=self.what))
        if self.what == CHANGES and self.as_of:
            raise UsageError(_("changes are recorded on a day and not of one: use --known-on instead of --as-of"))


def tables(reader: Reader, asked: Asked, wanted: Wanted) -> list[Table]:
    """The tables in the order of KINDS, their rows still to be read.

    `asked.as_of` is the day wanted, else `current.EVERY_DAY`. An export of all leaves out the numbers of capital
    entries, which mean nothing in another ledger, and the log: an import writes what holds, not how it came about.
    """
    if wanted.what == CHANGES:
        return [changes_table(reader, asked)]
    kinds = [kind.code for kind in KINDS.values() if wanted.what in (ALL, kind.plural)]
    filtered = wanted.filters != Filters()
    projects = {one.row.project_id for one in portfolio(reader, asked, wanted.filters).standings}
    found = []
    for kind in kinds:
        chosen = projects if filtered or (wanted.as_of and kind in _OF_PROJECTS) else None
        found.append(table_of(kind, current.rows(reader, asked, kind, chosen)))
    if wanted.what == ALL:
        return [table.without("entry") if table.kind == "capital" else table for table in found]
    return found


def manifest(reader: Reader, asked: Asked, wanted: Wanted, encoding: str) -> Manifest:
    """The manifest of an export, its files still to be listed."""
    number, seal = newest_change(reader, asked) or (None, None)
    return Manifest((), encoding, wanted.as_of, wanted.known_on, number, seal)
