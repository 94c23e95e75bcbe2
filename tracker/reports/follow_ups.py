"""`tracker report follow-ups`: whom to call, what was said last, and how long nobody has been in touch."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from tracker.database import Reader
from tracker.i18n import _, ngettext
from tracker.queries.as_of import AsOf, Filters
from tracker.queries.requests import FollowUpRow, follow_ups
from tracker.reports.portfolio import ENDED, ProjectState, cited, portfolio, some
from tracker.reports.report import Cell, Column, Kind, Report
from tracker.reports.words import code_column, name_cells, name_columns, term
from tracker.vocabulary import STAGES

# Where keeping in touch is the work itself.
LEAD_STAGES = ("lead", "negotiating")


@dataclass(frozen=True, slots=True)
class Contact:
    """A project with its last contact, where there was one."""

    project: ProjectState
    row: FollowUpRow | None

    @property
    def next_day(self) -> date | None:
        """The day of the next step that is still to be taken."""
        return self.row.open_until if self.row else None

    def silent(self, as_of: date) -> int | None:
        """Days since the last contact."""
        return (as_of - self.row.on).days if self.row else None

    def late(self, as_of: date) -> int:
        """Days since the next step was due: negative before it, 0 where there is none."""
        return (as_of - self.next_day).days if self.next_day else 0


def contacts(reader: Reader, as_of: AsOf, filters: Filters | None = None) -> list[Contact]:
    """The running projects that have a next step or are at a lead stage.

    First the next steps by their day, then the leads without one, those that were never called before those whose last
    contact is the oldest.
    """
    states = portfolio(reader, as_of, filters or Filters()).states
    last = {row.project_id: row for row in follow_ups(reader, as_of, last=True)}
    every = (Contact(one, last.get(one.row.project_id)) for one in states if one.condition not in ENDED)
    found = [one for one in every if one.next_day or (one.project.stage and one.project.stage.code in LEAD_STAGES)]
    return sorted(found, key=lambda one: (one.next_day or date.max, one.row.on if one.row else date.min))


def due_steps(reader: Reader, as_of: AsOf, filters: Filters | None = None) -> list[Contact]:
    """The next steps of running projects that are due by the day asked about, the longest due first."""
    last = {row.project_id: row for row in follow_ups(reader, as_of, last=True)}
    due = {project: row for project, row in last.items() if row.open_until and row.open_until <= as_of.day}
    states = some(reader, as_of, filters or Filters(), due)
    found = [Contact(one, due[one.row.project_id]) for one in states if one.condition not in ENDED]
    return sorted(found, key=lambda one: (one.next_day or date.max, one.row.on if one.row else date.min))


def follow_up_list(reader: Reader, as_of: AsOf, filters: Filters, *, due: bool = False, every: bool = False) -> Report:
    """Next steps and leads, a row a project; with `due` the steps that are due, with `every` a row a contact."""
    found = contacts(reader, as_of, filters)
    shown = due_steps(reader, as_of, filters) if due else found
    if every:
        shown = list(_every(reader, as_of, filters))
    return Report(
        "follow_ups",
        _("Follow-ups"),
        _columns(),
        tuple(_cells(one, as_of, every=every) for one in shown),
        as_of.day,
        as_of.known_on,
        coverage=_coverage(found, as_of) if found else (),
        empty=_("no next step is due") if due else _("no contact matches; record one with: tracker project follow"),
    )


def _every(reader: Reader, as_of: AsOf, filters: Filters) -> Iterator[Contact]:
    projects = {one.row.project_id: one for one in portfolio(reader, as_of, filters).states}
    for row in follow_ups(reader, as_of):
        if row.project_id in projects:
            yield Contact(projects[row.project_id], row)


def _columns() -> tuple[Column, ...]:
    return (
        code_column(),
        *name_columns(),
        Column("stage", _("Stage"), priority=5),
        Column("owner", _("Owner"), priority=4),
        Column("next", _("Next step"), Kind.DATE, priority=1),
        Column("overdue", _("Overdue"), Kind.DAYS, priority=2),
        Column("last", _("Last contact"), Kind.DATE, priority=3),
        Column("silent", _("Days since"), Kind.COUNT, priority=2),
        Column("text", _("What was said"), priority=1),
        Column("by", _("By"), priority=6),
        Column("done", _("Finished"), Kind.DATE, hidden=True),
        Column("source", _("Source"), hidden=True),
    )


def _cells(one: Contact, as_of: AsOf, *, every: bool) -> tuple[Cell, ...]:
    project, row = one.project, one.row
    return (
        project.row.code,
        *name_cells(project.row),
        term(STAGES, project.stage.code) if project.stage else None,
        project.row.owner,
        row.next_day if row and every else one.next_day,
        max(one.late(as_of.day), 0) or None,
        row.on if row else None,
        one.silent(as_of.day),
        row.text if row else None,
        row.person if row else None,
        row.done if row else None,
        cited(row.source, row.quote, row.note) if row else None,
    )


def _coverage(found: Sequence[Contact], as_of: AsOf) -> tuple[str, ...]:
    due = sum(1 for one in found if one.next_day and one.next_day <= as_of.day)
    never = sum(1 for one in found if one.row is None)
    lines = ngettext("{count} next step is due", "{count} next steps are due", due).format(count=due)
    if never:
        lines += ngettext(
            "; with {count} lead there was no contact yet", "; with {count} leads there was no contact yet", never
        ).format(count=never)
    return (lines,)
