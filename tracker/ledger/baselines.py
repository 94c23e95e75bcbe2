"""Baselines: what the total, the start and the end of a project are measured against from a day on."""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

from tracker.dates import ALWAYS, Period
from tracker.errors import Refused, UsageError
from tracker.i18n import _
from tracker.ledger.capital import NewEntry, figure_of, in_force, record
from tracker.ledger.citation import Citation, long_text, period_of, planned, require_past
from tracker.ledger.stages import add_date, dates_of
from tracker.ledger.store import Store
from tracker.models.baseline import Baseline
from tracker.models.capital import CapitalEntry
from tracker.models.milestone import Milestone, MilestoneDate
from tracker.models.project import Project
from tracker.money import Figure

# The milestones that a baseline's start and end are those of.
STARTS, ENDS = "under_construction", "completed"


class NewBaseline(NamedTuple):
    """What is measured against from now on; None: as before. `approved` is the day it was decided (None: today)."""

    total: Figure | None = None
    start: Period | None = None
    end: Period | None = None
    approved: date | None = None


class NewDay(NamedTuple):
    """The baseline day that the milestone `code` got, and the one before."""

    code: str
    on: Period
    was: Period | None


class Rebaselined(NamedTuple):
    """A project with its new baseline; `total` is the entry of a new total."""

    project: Project
    row: Baseline
    total: CapitalEntry | None
    days: tuple[NewDay, ...]


def rebaseline(store: Store, word: str, new: NewBaseline, why: str | None, cite: Citation) -> Rebaselined:
    """Give a project its next baseline, keeping the one before as a version of its own.

    A new total holds from the approval on; a new start or end becomes the baseline of the milestone under_construction
    or completed. Raises Refused without a reason, for a day in the future or before the
    last baseline, where nothing would change, and where the end lies before the start.
    """
    project = store.project(word)
    reason, approved = long_text(why, _("reason")), new.approved or store.today
    if reason is None:
        raise Refused(_("give a reason with --why: {code} gets a new baseline").format(code=project.code))
    versions = store.find(Baseline, project_id=project.id)
    if not versions:
        # Version 1 is what was recorded before the first re-baseline.
        begun = _total_in_force(store, project)
        keys = {"project_id": project.id, "version": 1, "entry_id": begun.id if begun else None}
        facts = keys | {"effective_from": ALWAYS} | _planned_span(store, project)
        versions = [store.add(Baseline.model_validate(facts))]
    last = max(versions, key=lambda row: row.version)
    _require_sound(store, project, new, approved, last)
    version = last.version + 1
    entry = _total(store, project, new.total, approved, f"{_('baseline')} {version}: {reason}", cite)
    days = tuple(
        _day(store, project, code, on, approved, cite)
        for code, on in ((STARTS, new.start), (ENDS, new.end))
        if on is not None
    )
    facts = {
        "project_id": project.id,
        "version": version,
        "approved": approved,
        "effective_from": approved,
        "entry_id": entry.id if entry else None,
        "reason": reason,
    }
    row = store.add(Baseline.model_validate(facts | _planned_span(store, project) | cite.columns()))
    return Rebaselined(project, row, entry if new.total else None, days)


def _total_in_force(store: Store, project: Project) -> CapitalEntry | None:
    return in_force(store.find(CapitalEntry, project_id=project.id, kind="total"), store.today)


def _require_sound(store: Store, project: Project, new: NewBaseline, approved: date, last: Baseline) -> None:
    require_past(approved, store.today)
    if approved < last.effective_from:
        raise Refused(
            _("{day} lies before {last}, when baseline {version} of {code} was approved").format(
                day=Period.day(approved), last=Period.day(last.effective_from), version=last.version, code=project.code
            )
        )
    if new.total is None and new.start is None and new.end is None:
        raise UsageError(_("give what the new baseline is: --total, --start or --end"))
    total = _total_in_force(store, project)
    same_total = new.total is None or (total is not None and figure_of(total) == new.total)
    days = ((STARTS, new.start), (ENDS, new.end))
    if same_total and all(on is None or on == _current(store, project, code) for code, on in days):
        raise Refused(_("that is the baseline of {code} already").format(code=project.code))
    start = new.start or _current(store, project, STARTS)
    end = new.end or _current(store, project, ENDS)
    if start and end and end.before(start):
        raise Refused(_("the end {end} lies before the start {start}").format(end=end, start=start))


def _total(
    store: Store, project: Project, figure: Figure | None, approved: date, reason: str, cite: Citation
) -> CapitalEntry | None:
    """The entry of the total that holds from the approval on; the one before keeps the days before."""
    old = _total_in_force(store, project)
    if figure is None or (old is not None and figure_of(old) == figure):
        return old
    cite = cite._replace(note=cite.note or reason)
    currency = old.currency if old else "CNY"
    return record(store, project, NewEntry("total", figure, None, currency=currency, from_day=approved, cite=cite)).row


def _baselines(store: Store, project: Project, code: str) -> tuple[Milestone | None, list[MilestoneDate]]:
    """The milestone and its baselines, the current one last."""
    for milestone in store.find(Milestone, project_id=project.id, code=code):
        return milestone, sorted(dates_of(store, milestone, "baseline"), key=lambda row: (row.effective_from, row.id))
    return None, []


def _current(store: Store, project: Project, code: str) -> Period | None:
    _milestone, rows = _baselines(store, project, code)
    return period_of(rows[-1]) if rows else None


def _day(store: Store, project: Project, code: str, on: Period, approved: date, cite: Citation) -> NewDay:
    """Give a milestone its new baseline, beside the ones before; a second one of the same day replaces the first."""
    milestone, rows = _baselines(store, project, code)
    if milestone is None:
        milestone = store.add(Milestone.model_validate({"project_id": project.id, "code": code}))
    was = period_of(rows[-1]) if rows else None
    days = planned(on, approved)
    if rows and rows[-1].effective_from == approved:
        store.revise(rows[-1], **days | cite.given())
    else:
        add_date(store, milestone, "baseline", days, cite)
    return NewDay(code, on, was)


def _planned_span(store: Store, project: Project) -> dict[str, Any]:
    """The columns of the start and the end that hold now."""
    start, end = _current(store, project, STARTS), _current(store, project, ENDS)
    return {
        "start_first": start.first if start else None,
        "start_last": start.last if start else None,
        "end_first": end.first if end else None,
        "end_last": end.last if end else None,
    }
