"""Versions of baselines, as a file of ours has them; a new one is decided with `tracker project rebaseline`."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from tracker.errors import Refused, TrackerError, ValueRefused
from tracker.exchange.applying.desk import Desk, Part, reader_in
from tracker.exchange.applying.parts import amount, effective_from, figure_columns, figure_in, parts_of
from tracker.exchange.applying.simple import merged
from tracker.exchange.records import Record
from tracker.i18n import _
from tracker.ledger.cite import ALWAYS
from tracker.models.capital import Baseline, CapitalEntry
from tracker.models.project import Project
from tracker.money import Figure
from tracker.queries.asked import Asked
from tracker.queries.baselines import BaselineRow, baselines

_PARTS = ("start", "end", "approved", "reason", "note", "source", "quote")


class Baselines:
    """Records of baselines. `settle` writes the new ones, version after version.

    Of a version that stands only dates, reason and source can change. A total of a version is the entry that stood
    then: the entries of a new project are therefore booked one in the place of the other, the live total last.
    """

    def __init__(self, desk: Desk) -> None:
        """Begin with those there are."""
        self._desk = desk
        self._rows = {(row.project_id, row.version): row for row in desk.store.find(Baseline)}
        self._totals = {
            (row.project_id, row.version): _total(row)
            for row in baselines(reader_in(desk.store), Asked(desk.rules.today))
        }
        self._new: dict[int, list[Record]] = defaultdict(list)

    def take(self, record: Record) -> None:
        """Enter one version of a baseline, or let it wait."""
        desk = self._desk
        project = desk.project(record)
        desk.at = "version"
        version = merged(parts_of(desk, record, ("version",))).get("version")
        if not version:
            raise ValueRefused(_("a version is a number from 1 on"))
        found = self._rows.get((project.id, version))
        if found is None:
            self._new[project.id].append(record)
            return
        desk.at = "total"
        total = record.values.get("total")
        if "total" in record.values and total != self._totals.get((project.id, version)):
            raise Refused(
                _("a version keeps its total: correct the entry, or decide on a new one (tracker project rebaseline)")
            )
        parts = self._parts(record, found)
        row = desk.enter(record, found, lambda: found, parts, _what(project, version))
        if row is not None:
            self._rows[project.id, version] = row

    def _parts(self, record: Record, found: Baseline | None) -> list[Part]:
        desk = self._desk
        parts = list(parts_of(desk, record, _PARTS))
        approved = merged(parts).get("approved", found.approved if found else None)
        if found is None or "effective_from" in record.values:
            desk.at = "effective_from"
            day = effective_from(desk, record, approved or ALWAYS)
            parts.append(Part("effective_from", {"effective_from": day}, day, lambda row: row.effective_from))
        return parts

    def settle(self) -> None:
        """Write the versions of projects that had none."""
        for thing, records in self._new.items():
            project = self._desk.projects.rows[thing]
            records.sort(key=lambda record: int(record.values["version"]))
            self._desk.at = "version"
            try:
                if any(key[0] == thing for key in self._rows):
                    raise Refused(_("a new baseline is decided with: tracker project rebaseline"))
                self._write(project, records)
            except TrackerError as error:
                self._desk.refuse(records[0], error)

    def _write(self, project: Project, records: list[Record]) -> None:
        desk = self._desk
        figures = [record.values.get("total") for record in records]
        entries = self._entries(project, figures, records)
        for record, entry in zip(records, entries, strict=True):
            version = record.values["version"]
            keys = {"project_id": project.id, "version": version, "entry_id": entry.id if entry else None}
            facts = keys | merged(self._parts(record, None))
            desk.enter(
                record,
                None,
                lambda facts=facts: Baseline.model_validate(facts),  # type: ignore[misc]
                (),
                _what(project, version),
                headline=amount(record.values.get("total")),
            )

    def _entries(
        self, project: Project, figures: list[Figure | None], records: list[Record]
    ) -> list[CapitalEntry | None]:
        """The entry of each version's total; the last one is live."""
        pending = self._desk.totals.pop(project.id, None)
        if pending is None:
            return self._standing(project, figures)
        found: list[CapitalEntry | None] = []
        last: CapitalEntry | None = None
        for place, figure in enumerate(figures):
            if figure is not None and (last is None or figure_in(last) != figure):
                is_final = figure == pending.figure and all(later == figure for later in figures[place:])
                columns = pending.columns | (
                    pending.cited if is_final else figure_columns(figure, pending.columns["currency"])
                )
                last = self._follow(last, columns, records[place])
            found.append(last if figure is not None else None)
        if last is None or figure_in(last) != pending.figure:
            self._follow(
                last, pending.columns | pending.cited | {"corrects": last.id if last else None}, records[-1]
            )
        return found

    def _follow(self, last: CapitalEntry | None, columns: dict[str, Any], record: Record) -> CapitalEntry:
        """Store a total in the place of the last one."""
        if last is not None:
            why = f"{_('baseline')} {record.values['version']}: {record.values.get('reason') or ''}"
            self._desk.store.end(last, note=why)
        return self._desk.store.add(CapitalEntry.model_validate(columns))

    def _standing(self, project: Project, figures: list[Figure | None]) -> list[CapitalEntry | None]:
        """The one total there is, where no version has another."""
        rows = self._desk.store.find(CapitalEntry, project_id=project.id, kind="total")
        entry = rows[0] if rows else None
        self._desk.at = "total"
        if any(figure is not None and (entry is None or figure_in(entry) != figure) for figure in figures):
            raise Refused(_("the total of a version is not the one recorded of {code}").format(code=project.code))
        return [entry if figure is not None else None for figure in figures]


def _what(project: Project, version: int) -> str:
    return f"{project.code} {_('baseline')} {version}"


def _total(row: BaselineRow) -> Figure | None:
    if row.currency is None:
        return None
    return figure_in(row)
