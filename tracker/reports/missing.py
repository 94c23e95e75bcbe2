"""`tracker report missing`: which projects under construction have not reported a month, and since when 未报."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from tracker.database import Reader
from tracker.dates import Period
from tracker.i18n import _, language, ngettext
from tracker.queries import capital
from tracker.queries.as_of import AsOf, Filters
from tracker.queries.months import Expected, expected
from tracker.reports.grouping import NONE, group_title, groups
from tracker.reports.portfolio import ProjectState, matching_ids, states_of
from tracker.reports.report import Column, Kind, Report, Row
from tracker.reports.words import code_column, figures_to_cell, figures_to_column, name_cells, name_columns, term
from tracker.vocabulary import AVAILABILITY, STAGES

# Answers that leave a month to be reported.
MISSING = (None, "unknown")


def missing(reader: Reader, as_of: AsOf, filters: Filters, month: Period, by: str) -> Report:
    """A row for each project that has not reported `month`, the longest silent first, or with `by` a row a group."""
    answers = {one.project_id: one.answer for one in _expected(reader, as_of, filters, month)}
    late = {project for project, answer in answers.items() if answer in MISSING}
    reach = capital.figures_to(reader, as_of, late)
    states = states_of(reader, as_of, late if by == NONE else answers)
    rows: list[Row]
    if by == NONE:
        columns = _project_columns()
        states.sort(key=lambda one: (reach.get(one.row.project_id, date.min), one.row.code))
        rows = [_project_row(one, answers, reach, month) for one in states]
    else:
        columns = _group_columns(by)
        found = groups(reader, as_of, states, by, (NONE,))
        rows = [(label, *_group_cells(group, late, reach)) for label, group in found]
    name = month.display(language())
    return Report(
        "missing",
        _("Not reported {month}").format(month=name),
        columns,
        tuple(rows),
        as_of.day,
        as_of.known_on,
        totals=(_("all"), *_group_cells(states, late, reach)) if by != NONE and rows else None,
        coverage=tuple(_coverage(answers, late, name)) if answers else (),
        notes=(rule(),),
        empty=_("every project expected to report {month} has").format(month=name)
        if answers
        else _("no project is expected to report {month}").format(month=name),
    )


def _expected(reader: Reader, as_of: AsOf, filters: Filters, month: Period) -> list[Expected]:
    """The projects that match and are expected to report a month."""
    every = expected(reader, as_of, month)
    if filters == Filters():
        return every
    wanted = matching_ids(reader, as_of, filters)
    return [one for one in every if one.project_id in wanted]


def rule() -> str:
    """Who is expected to report a month, in words."""
    return _(
        "expected to report: active projects under construction as the month begins or ends, where no stage is known by"
        " then those that reported before; not those that do not exist yet, stand still or have ended; a completed"
        " figure of the month or of days around it, or a running one to a day of it or later, is a report, also one"
        " withheld, an unknown one is not; of a parent and its parts one report is enough"
    )


def _project_columns() -> tuple[Column, ...]:
    return (
        code_column(),
        *name_columns(),
        Column("owner", _("Owner"), priority=1),
        Column("company", _("Company"), priority=7, hidden=True),
        Column("stage", _("Stage"), priority=3),
        figures_to_column(priority=0),
        Column("months", _("Months missing"), Kind.COUNT, priority=1),
        Column("said", _("Reported as"), priority=4),
    )


def _project_row(one: ProjectState, answers: Mapping[int, str | None], reach: Mapping[int, date], month: Period) -> Row:
    to, started = reach.get(one.row.project_id), one.started
    # The first month that was to be reported: the one after the last figure, else that of the start.
    since = to + timedelta(1) if to else started.first if started and started.first <= month.last else None
    return (
        one.row.code,
        *name_cells(one.row),
        one.row.owner,
        one.row.company,
        term(STAGES, one.stage),
        figures_to_cell(to),
        (month.last.year - since.year) * 12 + month.last.month - since.month + 1 if since else None,
        term(AVAILABILITY, answers[one.row.project_id]),
    )


def _group_columns(by: str) -> tuple[Column, ...]:
    return (
        Column("group", group_title(by), priority=1),
        Column("expected", _("To report"), Kind.COUNT, priority=1),
        Column("reported", _("Reported"), Kind.COUNT, priority=1),
        Column("missing", _("Missing"), Kind.COUNT, priority=1),
        figures_to_column(priority=0),
        Column("projects", _("Projects"), priority=2),
    )


def _group_cells(group: Sequence[ProjectState], late: Collection[int], reach: Mapping[int, date]) -> Row:
    """How many were expected, have reported and have not; the earliest day that the figures of these reach, who."""
    silent = [one for one in group if one.row.project_id in late]
    days = [reach.get(one.row.project_id) for one in silent]
    earliest = min((day for day in days if day), default=None) if None not in days else None
    codes = tuple(one.row.code for one in silent)
    return len(group), len(group) - len(silent), len(silent), figures_to_cell(earliest), codes or None


def _coverage(answers: Mapping[int, str | None], late: Collection[int], month: str) -> Iterator[str]:
    yield _not_reported(len(late), len(answers), month)
    withheld = sum(1 for answer in answers.values() if answer == "withheld")
    if withheld:
        words = ngettext("{count} withholds its figure", "{count} withhold their figures", withheld)
        yield words.format(count=withheld)


def _not_reported(missing: int, count: int, month: str) -> str:
    return ngettext(
        "{missing} of {count} project expected to report {month} has not",
        "{missing} of {count} projects expected to report {month} have not",
        count,
    ).format(missing=missing, count=count, month=month)


# --- what other reports say of it ----------------------------------------------------------------------------------


class News(NamedTuple):
    """Whether a month was reported: by how many of those expected not, and to which day figures reach at the latest."""

    month: Period
    expected: int
    missing: int
    to: date | None

    @property
    def is_none(self) -> bool:
        """Whether nobody has reported the month."""
        return self.to is None or self.to < self.month.first

    def in_words(self) -> Iterator[str]:
        """The sentence below a report of the month."""
        name, to = self.month.display(language()), figures_to_cell(self.to)
        if self.is_none and to:
            yield _("nobody has reported {month}: no figure printed here reaches beyond {to}").format(
                month=name, to=to.display(language())
            )
        elif self.is_none:
            yield _("nobody has reported {month}").format(month=name)
        elif self.missing:
            yield _not_reported(self.missing, self.expected, name)


def news_of(reader: Reader, as_of: AsOf, filters: Filters, month: Period, to: date | None) -> News:
    """Whether the projects that match, the figures of which reach the day `to`, have reported a month."""
    answers = [one.answer for one in _expected(reader, as_of, filters, month)]
    return News(month, len(answers), sum(1 for answer in answers if answer in MISSING), to)
