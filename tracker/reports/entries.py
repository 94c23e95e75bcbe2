"""`tracker capital list` and `tracker milestone list`: the entries themselves, with where each comes from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from tracker.analysis.milestones import Milestone
from tracker.database import Reader
from tracker.dates import ALWAYS, Period
from tracker.i18n import _, language
from tracker.models.fields import PLAIN, Type
from tracker.money import Figure, Money
from tracker.queries import capital
from tracker.queries.as_of import AsOf, Filters, ledger_id
from tracker.queries.capital import EntryRow
from tracker.reports.capital_sums import in_currency
from tracker.reports.portfolio import ProjectState, portfolio, project_of, states_of
from tracker.reports.report import Amounts, Cell, Column, Due, Kind, Report
from tracker.reports.restated import AfterClose, closes_before
from tracker.reports.words import code_column, field_cell, name_cells, name_columns, name_of, term
from tracker.vocabulary import AVAILABILITY, CAPITAL_KINDS, ENDED, milestone_term


def chosen(reader: Reader, as_of: AsOf, filters: Filters, code: str | None) -> tuple[ProjectState, ...]:
    """The projects that match, or the one called `code`. Raises UsageError where there is none."""
    if code is None:
        return portfolio(reader, as_of, filters).states
    return tuple(states_of(reader, as_of, [project_of(reader, as_of, code)]))


def capital_entries(
    reader: Reader, as_of: AsOf, filters: Filters, code: str | None, kind: str | None, everything: bool
) -> Report:
    """The capital entries of the chosen projects, as first recorded; with `everything` also earlier versions."""
    projects = {one.row.project_id: one for one in chosen(reader, as_of, filters, code)}
    found = [
        row
        for row in capital.entries(reader, as_of, everything=everything, project=None if code is None else [*projects])
        if row.project_id in projects and kind in (None, row.kind)
    ]
    after_close = closes_before(reader)
    return Report(
        "capital",
        _("Capital entries"),
        (
            Column("entry", _("Entry"), Kind.COUNT, priority=1),
            code_column(),
            Column("kind", _("Kind"), priority=1),
            Column("amount", _("Amount"), Kind.AMOUNT, priority=1),
            Column("period", _("Period"), Kind.DATE, priority=2),
            Column("availability", _("Availability"), hidden=True),
            Column("basis", _("Basis"), priority=4),
            Column("ended", _("Corrected"), priority=3),
            Column("after_close", _("After close of"), Kind.DATE, priority=4),
            Column("source", _("Source"), priority=5),
            Column("quote", _("Quotation"), priority=9, hidden=True),
            Column("note", _("Note"), priority=8),
            Column("change", _("Change"), Kind.COUNT, hidden=True),
        ),
        tuple(_entry(projects[row.project_id], row, as_of, after_close) for row in found),
        as_of.day,
        as_of.known_on,
        empty=_("no capital entry matches"),
        exact=True,
    )


def figure_of(row: EntryRow, as_of: AsOf) -> Figure:
    """The figure of an entry, in the currency the question asks for."""
    money = None if row.minor is None else Money(row.minor, row.currency)
    return in_currency(Figure(money, row.qualifier, row.availability), as_of)


def entry_period(row: EntryRow) -> Period | None:
    """The days an entry is about, as they were typed."""
    if row.first_day is None or row.last_day is None:
        return None
    return Period.of(row.first_day, row.last_day, row.period_text)


def holds_from(values: Mapping[str, Any]) -> str:
    """From which day a total or plan holds, where that is not its first day or always; else nothing."""
    begins = values["effective_from"]
    if values["kind"] not in ("total", "plan") or begins in (ALWAYS, values["first_day"]):
        return ""
    return _("from {day}").format(day=Period.day(begins))


def basis_term(basis: str) -> str | None:
    """What an entry is a figure of, where that is not its period."""
    return {"ytd": _("year to date"), "cumulative": _("cumulative")}.get(basis)


def _entry(one: ProjectState, row: EntryRow, as_of: AsOf, after_close: AfterClose) -> tuple[Cell, ...]:
    what = _("corrected in change {change}{why}") if row.corrected else _("withdrawn in change {change}{why}")
    why = f": {row.ended_why}" if row.ended_why else ""
    return (
        row.entry_id,
        one.row.code,
        term(CAPITAL_KINDS, row.kind),
        Amounts((figure_of(row, as_of),)),
        entry_period(row),
        term(AVAILABILITY, row.availability),
        basis_term(row.basis),
        what.format(change=row.ended_by, why=why) if row.ended_by is not None else None,
        after_close(row.last_day, row.recorded_from),
        row.source,
        row.quote,
        row.note,
        row.recorded_from,
    )


def milestone_dates(reader: Reader, as_of: AsOf, filters: Filters, code: str | None) -> Report:
    """The milestones of the chosen projects: baseline, latest forecast, actual and slip."""
    columns = (
        code_column(),
        *name_columns(),
        Column("milestone", _("Milestone"), priority=1),
        Column("baseline", _("Baseline"), Kind.DATE, priority=2),
        Column("forecast", _("Forecast"), Kind.DATE, priority=1),
        Column("made", _("Made on"), Kind.DATE, priority=6),
        Column("forecasts", _("Forecasts"), Kind.COUNT, priority=7),
        Column("actual", _("Actual"), Kind.DATE, priority=1),
        Column("slip", _("Slip"), Kind.DAYS, priority=1),
        Column("overdue", _("Overdue"), Kind.DAYS, priority=3),
        *(
            Column(one.option, one.heading, Kind.COUNT if one.type is Type.COUNT else Kind.TEXT, hidden=True)
            for one in PLAIN["milestone"]
        ),
    )
    found = chosen(reader, as_of, filters, code)
    rows = tuple(
        (one.row.code, *name_cells(one.row), *milestone_cells(milestone, as_of))
        for one in found
        for milestone in one.milestones
    )
    return Report(
        "milestones",
        _("Milestones"),
        columns,
        rows,
        as_of.day,
        as_of.known_on,
        due=tuple(_due(found, ledger_id(reader), as_of)),
        empty=_("no milestone matches"),
    )


def _due(found: Iterable[ProjectState], ledger: str, as_of: AsOf) -> Iterator[Due]:
    """The milestones still to be reached, of projects that did not end."""
    for one in found:
        for milestone in one.milestones:
            if milestone.is_open and milestone.expected is not None and one.condition not in ENDED:
                name = milestone_term(milestone.code, milestone.title).name(language())
                yield Due(
                    f"{one.row.code}.{milestone.code}@{ledger}",
                    f"{one.row.code} {name_of(one.row.name, one.row.name_en)} · {name}",
                    milestone.expected,
                    milestone.late(as_of.day),
                )


def milestone_cells(milestone: Milestone, as_of: AsOf) -> tuple[Cell, ...]:
    """The cells of one milestone, after the project's."""
    made, forecast = milestone.forecasts[-1] if milestone.forecasts else (None, None)
    return (
        milestone_term(milestone.code, milestone.title),
        milestone.baseline,
        forecast,
        made,
        len(milestone.forecasts) or None,
        milestone.actual,
        milestone.slip,
        milestone.overdue(as_of.day) or None,
        *(field_cell(one, value) for one, value in zip(PLAIN["milestone"], milestone.facts, strict=True)),
    )
