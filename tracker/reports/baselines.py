"""The versions of projects' baselines: their totals, the first one, and how each came about."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tracker.database import Reader
from tracker.dates import Period
from tracker.i18n import _, language
from tracker.money import Figure, Money
from tracker.queries import capital as questions
from tracker.queries.as_of import AsOf
from tracker.queries.capital import BaselineRow
from tracker.queries.projects import Projects
from tracker.reports.portfolio import cited
from tracker.reports.report import Amounts, Cell
from tracker.reports.tally import NOTHING, Tally, in_currency


def versions(reader: Reader, as_of: AsOf, project: Projects = None) -> dict[int, tuple[BaselineRow, ...]]:
    """For each project that was given a new baseline, the versions approved by the day asked about."""
    found: dict[int, list[BaselineRow]] = {}
    for row in questions.baselines(reader, as_of, project):
        if row.effective_from <= as_of.day:
            found.setdefault(row.project_id, []).append(row)
    return {project: tuple(rows) for project, rows in found.items()}


def first_total(found: Sequence[BaselineRow], as_of: AsOf) -> Tally:
    """The total of the first version, where there is more than one."""
    return _tally(found[0], as_of) if len(found) > 1 else NOTHING


def _tally(row: BaselineRow, as_of: AsOf) -> Tally:
    figure = _figure(row, as_of)
    return Tally((figure,), "known" if figure.money else "lacking") if figure else NOTHING


def _figure(row: BaselineRow, as_of: AsOf) -> Figure | None:
    """The total of a version, in the currency the question asks for."""
    if row.currency is None or row.availability is None:
        return None
    if row.minor is None:
        return Figure(None, "exact", row.availability)
    return in_currency(Figure(Money(row.minor, row.currency), row.qualifier or "exact", row.availability), as_of)


def baseline_rows(found: Sequence[BaselineRow], as_of: AsOf) -> Iterator[tuple[Cell, ...]]:
    """The lines of `tracker show`: each version with its total, its approval, its days and its reason."""
    for row in found:
        total = _tally(row, as_of).figures
        approved = Period.day(row.approved) if row.approved else None
        words = (_days(row), row.reason, cited(row.source, row.quote, row.note))
        yield (
            _("Baselines"),
            _("Version {number}").format(number=row.version),
            Amounts(total) if total else None,
            approved,
            "; ".join(word for word in words if word) or None,
        )


def _days(row: BaselineRow) -> str:
    spans = ((_("start {on}"), row.start_first, row.start_last), (_("end {on}"), row.end_first, row.end_last))
    return _(", ").join(
        text.format(on=Period.of(first, last).display(language())) for text, first, last in spans if first and last
    )
