"""What a file does to the series of figures: overlaps that are refused, restatements and falls that are named.

The rules of reported figures, as the ledger applies them to one figure, over whole series at once: every series is
looked at once, however many of its figures the file has.
"""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

import sqlalchemy as sa

from tracker.analysis.running import Entry, Fall, Overlap, Restatement, Series
from tracker.dates import Period
from tracker.errors import Refused
from tracker.i18n import _, language
from tracker.importer.apply.desk import Desk
from tracker.importer.apply.result import Effect
from tracker.ledger.capital import VALID_FROM, entry_of, figure_of, first_signed
from tracker.ledger.store import table_of
from tracker.models.base import OPEN
from tracker.models.capital import CapitalEntry
from tracker.records.schema import Record
from tracker.vocabulary import CAPITAL_KINDS

# Projects looked at together.
_BATCH = 200
# Restatements that are kept to be listed.
_MOST = 1_000


@dataclass(frozen=True, slots=True)
class _Series:
    """The rows of a project, kind and currency before and after this change."""

    project: int
    kind: str
    currency: str
    before: list[Any]
    after: list[Any]

    @property
    def is_plain(self) -> bool:
        """Whether it is of periods alone of which no two have a day in common, or are of the same days."""
        if any(row.basis != "period" for row in (*self.before, *self.after)):
            return False
        days = sorted({(row.first_day, row.last_day) for row in self.after})
        return all(one[1] < other[0] for one, other in pairwise(days))


class Effects:
    """The entries that a file wrote, and what came of them."""

    def __init__(self, desk: Desk) -> None:
        """Begin with none."""
        self._desk = desk
        self._projects: set[int] = set()
        # The rows of the file that new entries came from, in the order written.
        self._new = array("q")
        self._revised: dict[int, int] = {}

    def wrote(self, project: int, row: int) -> None:
        """Note that a row of the file gave a new entry."""
        self._projects.add(project)
        self._new.append(row)

    def revised(self, project: int, entry: int, row: int) -> None:
        """Note that a row of the file changed an entry."""
        self._projects.add(project)
        self._revised[entry] = row

    def report(self) -> None:
        """Refuse the rows that overlap others in part or are in another currency; tell of restatements and falls."""
        for of_kind in self._series():
            if len(of_kind) > 1 and not self._desk.source.ours:
                self._require_currency(of_kind)
            for series in of_kind:
                if not series.is_plain:
                    self._compare(series)

    def _series(self) -> Iterator[list[_Series]]:
        """The series that the file wrote to, those of a project and kind together."""
        written = {
            before.id: after
            for model, before, after in self._desk.store.written()
            if model is CapitalEntry and before is not None
        }
        number = self._desk.store.change.id
        projects = sorted(self._projects)
        for begin in range(0, len(projects), _BATCH):
            found: dict[tuple[int, str, str], _Series] = {}
            for row in self._rows(projects[begin : begin + _BATCH]):
                now = written.get(row.id, row)
                if row.recorded_from != number:
                    self._of(found, row).before.append(row)
                if now is not None:
                    self._of(found, now).after.append(now)
            by_kind: dict[tuple[int, str], list[_Series]] = defaultdict(list)
            for (project, kind, _currency), series in found.items():
                by_kind[project, kind].append(series)
            yield from by_kind.values()

    @staticmethod
    def _of(found: dict[tuple[int, str, str], _Series], row: Any) -> _Series:
        key = (row.project_id, row.kind, row.currency)
        if key not in found:
            found[key] = _Series(*key, [], [])
        return found[key]

    def _rows(self, projects: list[int]) -> Iterable[Any]:
        columns = table_of(CapitalEntry).c
        query = (
            sa.select(table_of(CapitalEntry))
            .where(columns.recorded_to == OPEN, columns.project_id.in_(projects), columns.kind.not_in(VALID_FROM))
            .order_by(columns.id)
        )
        return self._desk.store.connection.execute(query)

    # --- rules -------------------------------------------------------------------------------------------------------

    def _require_currency(self, of_kind: list[_Series]) -> None:
        """Rule 16: running figures stay in one currency."""
        number = self._desk.store.change.id
        running = [
            row for series in of_kind for row in series.before if row.basis != "period" and row.minor is not None
        ]
        latest = max(running, key=lambda row: (row.last_day, row.id), default=None)
        for series in of_kind:
            if latest is None or series.currency == latest.currency:
                continue
            new = [row for row in series.after if row.recorded_from == number and row.basis != "period"]
            if not any(row.minor is not None for row in new):
                continue
            sentence = _("the last running figure of {code} is in {other} (entry {id}), this one in {currency}")
            self._refuse(
                new[0],
                "figure",
                sentence.format(code=self._code(series), other=latest.currency, id=latest.id, currency=series.currency),
            )

    def _compare(self, series: _Series) -> None:
        begun = first_signed(self._desk.store, series.project)
        before, after = Series(_entries(series.before), begun), Series(_entries(series.after), begun)
        what = f"{self._code(series)} {CAPITAL_KINDS[series.kind].name(language())}"
        known = {*before.overlaps(), *before.disagreements(), *before.falls()}
        news: list[Restatement | Fall | Overlap] = [*after.overlaps(), *after.disagreements(), *after.falls()]
        for found in news:
            if found in known:
                continue
            if isinstance(found, Overlap) and not self._desk.source.ours:
                self._refuse_overlap(series, found)
            elif len(self._desk.outcome.effects) < _MOST:
                self._desk.outcome.effects.append(Effect(what, found, series.currency))

    def _refuse_overlap(self, series: _Series, overlap: Overlap) -> None:
        """Rule 6: a period that contains no other and is contained in none."""
        rows = {row.id: row for row in series.after}
        new, other = rows[overlap.left_out], rows[overlap.kept]
        if self._row_of(new) is None:
            new, other = other, new
        row = self._row_of(other)
        where = _("entry {id}").format(id=other.id) if row is None else _("row {row}").format(row=row)
        self._refuse(
            new,
            "on",
            _("{period} overlaps {other} ({where}) in part: give periods that contain each other or are apart").format(
                period=_period(new), other=_period(other), where=where
            ),
        )

    def _refuse(self, row: Any, field: str, sentence: str) -> None:
        code = self._desk.projects.rows[row.project_id].code
        values = {"project": code, "kind": row.kind, "basis": row.basis, "on": _period(row), "figure": figure_of(row)}
        self._desk.at = field
        self._desk.refuse(Record("capital", values, self._row_of(row) or 0), Refused(sentence))

    def _row_of(self, row: Any) -> int | None:
        """The row of the file that gave an entry, None for one of the ledger."""
        if row.id in self._revised:
            return self._revised[row.id]
        number = self._desk.store.change.id
        if row.recorded_from != number:
            return None
        query = sa.text("SELECT COUNT(*) FROM capital_entry WHERE recorded_from = :number AND id < :id")
        place = self._desk.store.connection.execute(query, {"number": number, "id": row.id}).scalar() or 0
        return self._new[place]

    def _code(self, series: _Series) -> str:
        return self._desk.projects.rows[series.project].code


def _entries(rows: Iterable[Any]) -> list[Entry]:
    return [entry_of(row) for row in rows]


def _period(row: Any) -> Period:
    first: date = row.first_day
    return Period.of(first, row.last_day, row.period_text)
