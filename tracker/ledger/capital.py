"""Capital entries: booked, planned, corrected; the ledger keeps every line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tracker.dates import Period
from tracker.errors import Refused, UsageError
from tracker.i18n import _
from tracker.ledger.book import Book, Done
from tracker.ledger.cite import Cite, long_text, period_of
from tracker.ledger.entries import NewEntry, book_entry, figure_of, says, sentence
from tracker.ledger.running import record_running, remarks
from tracker.models import CapitalEntry, Project
from tracker.money import Figure

__all__ = ["Correction", "NewEntry", "correct", "record"]

_LARGEST_ID = 2**63 - 1


def record(book: Book, word: str, entry: NewEntry, cite: Cite) -> Done:
    """Book a capital figure. Raises Refused for a future period or a second total; UsageError where a period lacks."""
    project = book.project(word)
    if entry.measure != "flow":
        return record_running(book, project, entry, cite)
    row = book_entry(book, project, entry, cite.columns())
    return Done((sentence(project, row), *remarks(book, row)))


@dataclass(frozen=True, slots=True)
class Correction:
    """What a correction puts in an entry's place; None: as it was. `withdraw` puts nothing there."""

    why: str
    figure: Figure | None = None
    on: Period | None = None
    withdraw: bool = False


def correct(book: Book, number: int, correction: Correction, cite: Cite) -> Done:
    """Take an entry back and book the right one in its place.

    Raises Refused where the entry was taken back, its project is removed, or nothing would change; UsageError where
    there is no such entry.
    """
    old = _live_entry(book, number)
    project = _project_of(book, old)
    why = long_text(correction.why, _("reason"))
    if why is None:
        raise UsageError(_("say why the entry is wrong, with --why"))
    was = says(figure_of(old))
    if correction.withdraw:
        book.void(old, note=why)
        line = _("entry {id} of {code} ({was}) withdrawn").format(id=number, code=project.code, was=was)
        return Done((line, *remarks(book, old)))
    entry, columns = _replacement(old, correction, cite)
    book.void(old, note=why)
    row = book_entry(book, project, entry, columns)
    line = _("entry {id} ({was}) is taken back").format(id=number, was=was)
    return Done((line, sentence(project, row), *_remarks(book, old, row)))


def _replacement(old: CapitalEntry, correction: Correction, cite: Cite) -> tuple[NewEntry, dict[str, Any]]:
    """What is booked in the place of `old`, and the columns that stay. Raises Refused where nothing would change."""
    period = period_of(old) if old.first_day else None
    figure, on = correction.figure or figure_of(old), correction.on or period
    columns: dict[str, Any] = {name: getattr(old, name) for name in ("note", "source", "quote")}
    cited = columns | cite.given()
    same_figure, same_period = figure == figure_of(old), on == period
    if same_figure and same_period and cited == columns:
        raise Refused(_("entry {id} says that already").format(id=old.id))
    cited["corrects"] = old.thing
    if same_period:
        # A report as of a day before the correction shows the right figure too.
        cited["counts_from"] = old.counts_from
    if same_figure and same_period:
        cited |= {"measure": old.measure, "reported_minor": old.reported_minor}
    return NewEntry(old.kind, figure, on, currency=old.currency), cited


def _remarks(book: Book, old: CapitalEntry, new: CapitalEntry) -> list[str]:
    """The running figures that either entry touches, where the sum of their days may have changed."""
    if figure_of(old) == figure_of(new) and (old.first_day, old.last_day) == (new.first_day, new.last_day):
        return []
    return list(dict.fromkeys(remarks(book, old) + remarks(book, new)))


def _project_of(book: Book, row: CapitalEntry) -> Project:
    project = book.last(Project, row.project_id)
    if project.void:
        raise Refused(_("the project of entry {id} was removed").format(id=row.id))
    return project


def _live_entry(book: Book, number: int) -> CapitalEntry:
    row = book.session.get(CapitalEntry, number) if 0 < number <= _LARGEST_ID else None
    if row is None or row.void:
        raise UsageError(_("there is no capital entry {id}; see them with: tracker capital list").format(id=number))
    last = book.last(CapitalEntry, row.thing)
    if last.void:
        heirs = book.live(CapitalEntry, project_id=row.project_id, corrects=row.thing)
        hint = _("; entry {id} stands in its place").format(id=heirs[0].id) if heirs else ""
        raise Refused(
            _("entry {id} was taken back in change {change}{hint}").format(id=number, change=last.change_id, hint=hint)
        )
    return last
