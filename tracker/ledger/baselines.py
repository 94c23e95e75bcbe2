"""Baselines: what a project is measured against, one version after the other; the first is what stood before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from tracker.dates import Period
from tracker.errors import Refused, UsageError
from tracker.i18n import _, language
from tracker.ledger.book import Book, Done
from tracker.ledger.cite import ALWAYS, Cite, long_text, period_of
from tracker.ledger.entries import NewEntry, book_entry, figure_of, says
from tracker.ledger.milestones import dates_of
from tracker.models import Baseline, CapitalEntry, Milestone, MilestoneDate, Project
from tracker.money import Figure
from tracker.vocabulary import MILESTONES

# The milestones that a baseline's start and end are those of.
STARTS, ENDS = "under_construction", "completed"


@dataclass(frozen=True, slots=True)
class NewBaseline:
    """What is measured against from now on; None: as before. `approved` is the day it was decided (None: today)."""

    total: Figure | None = None
    start: Period | None = None
    end: Period | None = None
    approved: date | None = None


def rebaseline(book: Book, word: str, new: NewBaseline, why: str | None, cite: Cite) -> Done:
    """Give a project its next baseline, keeping the one before as a version of its own.

    A new total takes the old entry back and stands in its place; a new start or end becomes the baseline of the
    milestone under_construction or completed. Raises Refused without a reason, for a day in the future or before the
    last baseline, where nothing would change, and where the end lies before the start.
    """
    project = book.project(word)
    reason, approved = long_text(why, _("reason")), new.approved or book.today
    if reason is None:
        raise Refused(_("say why {code} gets a new baseline, with --why").format(code=project.code))
    before = _versions(book, project) or [_first(book, project)]
    _require_sound(book, project, new, approved, before[-1])
    version = before[-1].version + 1
    entry = _total(book, project, new.total, f"{_('baseline')} {version}: {reason}", cite)
    lines = []
    for code, on in ((STARTS, new.start), (ENDS, new.end)):
        if on is not None:
            lines.append(_day(book, project, code, on, approved, cite))
    facts = {
        "project_id": project.thing,
        "version": version,
        "approved": approved,
        "counts_from": approved,
        "entry_id": entry.thing if entry else None,
        "reason": reason,
    }
    book.add(Baseline.model_validate(facts | _span(book, project) | cite.columns()))
    total = _(", total {total}").format(total=says(figure_of(entry))) if entry and new.total else ""
    line = _("{code}: baseline {version}, approved {day}{total}").format(
        code=project.code, version=version, day=approved, total=total
    )
    return Done((line, *lines))


def _versions(book: Book, project: Project) -> list[Baseline]:
    return sorted(book.live(Baseline, project_id=project.thing), key=lambda row: row.version)


def _first(book: Book, project: Project) -> Baseline:
    """Version 1: what stood before anybody spoke of baselines."""
    entry = _live_total(book, project)
    keys = {"project_id": project.thing, "version": 1, "entry_id": entry.thing if entry else None}
    return book.add(Baseline.model_validate(keys | {"counts_from": ALWAYS} | _span(book, project)))


def _live_total(book: Book, project: Project) -> CapitalEntry | None:
    return next(iter(book.live(CapitalEntry, project_id=project.thing, kind="total")), None)


def _require_sound(book: Book, project: Project, new: NewBaseline, approved: date, last: Baseline) -> None:
    if approved > book.today:
        raise Refused(_("{day} lies in the future: nobody has approved it yet").format(day=approved))
    if approved < last.counts_from:
        raise Refused(
            _("{day} lies before {last}, when baseline {version} of {code} was approved").format(
                day=approved, last=last.counts_from, version=last.version, code=project.code
            )
        )
    if new.total is None and new.start is None and new.end is None:
        raise UsageError(_("say what the new baseline is: --total, --start or --end"))
    total = _live_total(book, project)
    same_total = new.total is None or (total is not None and figure_of(total) == new.total)
    days = ((STARTS, new.start), (ENDS, new.end))
    if same_total and all(on is None or on == _current(book, project, code) for code, on in days):
        raise Refused(_("that is the baseline of {code} already").format(code=project.code))
    start = new.start or _current(book, project, STARTS)
    end = new.end or _current(book, project, ENDS)
    if start and end and end.before(start):
        raise Refused(_("the end {end} lies before the start {start}").format(end=end, start=start))


def _total(book: Book, project: Project, figure: Figure | None, note: str, cite: Cite) -> CapitalEntry | None:
    """The entry of the total from now on."""
    old = _live_total(book, project)
    if figure is None or (old is not None and figure_of(old) == figure):
        return old
    kept: dict[str, Any] = {}
    entry = NewEntry("total", figure, None)
    if old is not None:
        # As after a correction, a report as of an earlier day finds a total; which one stood then, the versions say.
        kept = {"counts_from": old.counts_from, "first_day": old.first_day, "last_day": old.last_day}
        entry = NewEntry("total", figure, period_of(old) if old.first_day else None, currency=old.currency)
        book.void(old, note=note)
    return book_entry(book, project, entry, cite.columns() | {"note": note} | kept)


def _baselines(book: Book, project: Project, code: str) -> tuple[Milestone | None, list[MilestoneDate]]:
    """The milestone and its baselines, the current one last."""
    for milestone in book.live(Milestone, project_id=project.thing, code=code):
        return milestone, sorted(dates_of(book, milestone, "baseline"), key=lambda row: (row.counts_from, row.thing))
    return None, []


def _current(book: Book, project: Project, code: str) -> Period | None:
    _milestone, rows = _baselines(book, project, code)
    return period_of(rows[-1]) if rows else None


def _day(book: Book, project: Project, code: str, on: Period, approved: date, cite: Cite) -> str:
    """Give a milestone its new baseline, beside the ones before; two of one day are one."""
    milestone, rows = _baselines(book, project, code)
    if milestone is None:
        milestone = book.add(Milestone.model_validate({"project_id": project.thing, "code": code}))
    days = {"first_day": on.first, "last_day": on.last, "counts_from": approved}
    if rows and rows[-1].counts_from == approved:
        book.revise(rows[-1], **days | cite.given())
    else:
        keys = {"project_id": project.thing, "milestone_id": milestone.thing, "what": "baseline"}
        book.add(MilestoneDate.model_validate(keys | days | cite.columns()))
    was = _(", was {day}").format(day=period_of(rows[-1])) if rows else ""
    name = MILESTONES[code].name(language())
    return _("{code} {milestone}: planned for {on}{was}").format(code=project.code, milestone=name, on=on, was=was)


def _span(book: Book, project: Project) -> dict[str, Any]:
    """The columns of the start and the end that hold now."""
    start, end = _current(book, project, STARTS), _current(book, project, ENDS)
    return {
        "start_first": start.first if start else None,
        "start_last": start.last if start else None,
        "end_first": end.first if end else None,
        "end_last": end.last if end else None,
    }
