"""The versions of projects' baselines: the total that stood on a day, the first one, and how each came about."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tracker.database import Reader
from tracker.dates import Period
from tracker.i18n import _, language
from tracker.money import Figure, Money
from tracker.queries import baselines as questions
from tracker.queries.asked import Asked
from tracker.queries.baselines import BaselineRow
from tracker.reports.cited import cited
from tracker.reports.report import Amounts, Cell
from tracker.reports.tally import NOTHING, Tally


@dataclass(frozen=True, slots=True)
class Versions:
    """The versions of one project up to the day asked about; `superseded`: a later one was approved after that day."""

    rows: tuple[BaselineRow, ...]
    superseded: bool

    def total(self, live: Tally, asked: Asked) -> Tally:
        """The total that stood on the day: the live one, unless a later version has replaced it since."""
        return _tally(self.rows[-1], asked) if self.superseded else live

    def first(self, asked: Asked) -> Tally:
        """The total of the first version, where there is more than one."""
        return _tally(self.rows[0], asked) if len(self.rows) > 1 else NOTHING


NONE = Versions((), False)


def versions(reader: Reader, asked: Asked) -> dict[int, Versions]:
    """For each project that was given a new baseline, its versions."""
    found: dict[int, list[BaselineRow]] = {}
    for row in questions.baselines(reader, asked):
        found.setdefault(row.project_id, []).append(row)
    return {project: _versions(rows, asked) for project, rows in found.items()}


def _versions(rows: Sequence[BaselineRow], asked: Asked) -> Versions:
    standing = tuple(row for row in rows if row.counts_from <= asked.as_of)
    return Versions(standing, len(standing) < len(rows))


def _tally(row: BaselineRow, asked: Asked) -> Tally:
    figure = _figure(row, asked)
    return Tally((figure,)) if figure else NOTHING


def _figure(row: BaselineRow, asked: Asked) -> Figure | None:
    """The total of a version, in the currency the question asks for."""
    if row.currency is None or row.availability is None:
        return None
    if row.minor is None:
        return Figure(None, "exact", row.availability)
    money = Money(row.minor, row.currency)
    if asked.converter:
        money = Money(round(asked.converter.convert(row.minor, row.currency, asked.as_of)), asked.converter.target)
    return Figure(money, row.qualifier or "exact", row.availability)


def baseline_rows(found: Versions, live: Tally, asked: Asked) -> Iterator[tuple[Cell, ...]]:
    """The lines of a dossier: each version with its total, its approval, its days and its reason."""
    for place, row in enumerate(found.rows):
        # What was corrected since belongs to the version that stands.
        total = found.total(live, asked).figures if place == len(found.rows) - 1 else _tally(row, asked).figures
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
    return ", ".join(
        text.format(on=Period.of(first, last).display(language())) for text, first, last in spans if first and last
    )
