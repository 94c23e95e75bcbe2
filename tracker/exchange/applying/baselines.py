"""Versions of baselines, as a file of ours has them; a new one is decided with `tracker project rebaseline`."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from tracker.errors import Refused, TrackerError, ValueRefused
from tracker.exchange.applying.desk import Desk, Part, reader_in
from tracker.exchange.applying.parts import amount, counts_from, figure_columns, figure_in, parts_of
from tracker.exchange.applying.simple import merged
from tracker.exchange.records import Record
from tracker.i18n import _
from tracker.ledger.cite import ALWAYS
from tracker.models import Baseline, CapitalEntry, Project
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
        self._rows = {(row.project_id, row.version): row for row in desk.book.live(Baseline)}
        self._totals = {
            (row.project_id, row.version): _total(row)
            for row in baselines(reader_in(desk.book), Asked(desk.rules.today))
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
        found = self._rows.get((project.thing, version))
        if found is None:
            self._new[project.thing].append(record)
            return
        desk.at = "total"
        total = record.values.get("total")
        if "total" in record.values and total != self._totals.get((project.thing, version)):
            raise Refused(
                _("a version keeps its total: correct the entry, or decide on a new one (tracker project rebaseline)")
            )
        parts = self._parts(record, found)
        row = desk.enter(record, found, lambda: found, parts, _what(project, version))
        if row is not None:
            self._rows[project.thing, version] = row

    def _parts(self, record: Record, found: Baseline | None) -> list[Part]:
        desk = self._desk
        parts = list(parts_of(desk, record, _PARTS))
        approved = merged(parts).get("approved", found.approved if found else None)
        if found is None or "counts_from" in record.values:
            desk.at = "counts_from"
            day = counts_from(desk, record, approved or ALWAYS)
            parts.append(Part("counts_from", {"counts_from": day}, day, lambda row: row.counts_from))
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
            keys = {"project_id": project.thing, "version": version, "entry_id": entry.thing if entry else None}
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
        pending = self._desk.totals.pop(project.thing, None)
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
                last, pending.columns | pending.cited | {"corrects": last.thing if last else None}, records[-1]
            )
        return found

    def _follow(self, last: CapitalEntry | None, columns: dict[str, Any], record: Record) -> CapitalEntry:
        """Book a total in the place of the last one."""
        if last is not None:
            why = f"{_('baseline')} {record.values['version']}: {record.values.get('reason') or ''}"
            self._desk.book.void(last, note=why)
        return self._desk.book.append(CapitalEntry.model_validate(columns))

    def _standing(self, project: Project, figures: list[Figure | None]) -> list[CapitalEntry | None]:
        """The one total there is, where no version has another."""
        rows = self._desk.book.live(CapitalEntry, project_id=project.thing, kind="total")
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
