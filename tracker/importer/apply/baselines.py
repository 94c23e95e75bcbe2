"""Versions of baselines, as a file of ours has them; a new one is decided with `tracker project rebaseline`."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

from tracker.dates import ALWAYS
from tracker.errors import Refused, TrackerError, ValueRefused
from tracker.i18n import _
from tracker.importer.apply.desk import Desk, Part
from tracker.importer.apply.parts import amount, effective_from, figure_columns, parts_of
from tracker.importer.apply.simple import merged
from tracker.ledger.capital import figure_of, in_force
from tracker.models.baseline import Baseline
from tracker.models.capital import CapitalEntry
from tracker.models.project import Project
from tracker.money import Figure
from tracker.records.schema import Record

_PARTS = ("start", "end", "approved", "reason", "note", "source", "quote")


class Baselines:
    """Records of baselines. `settle` writes the new ones, version after version.

    Of a version that stands only dates, reason and source can change. A total of a version is an entry of its project.
    """

    def __init__(self, desk: Desk) -> None:
        """Begin with those there are."""
        self._desk = desk
        self._rows = {(row.project_id, row.version): row for row in desk.store.find(Baseline)}
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
        if "total" in record.values and record.values["total"] != self._total(found):
            raise Refused(
                _("a version keeps its total: correct the entry, or decide on a new one (tracker project rebaseline)")
            )
        parts = self._parts(record, found)
        row = desk.enter(record, found, lambda: found, parts, _what(project, version))
        if row is not None:
            self._rows[project.id, version] = row

    def _total(self, row: Baseline) -> Figure | None:
        entry = self._desk.store.get(CapitalEntry, row.entry_id) if row.entry_id is not None else None
        return figure_of(entry) if entry else None

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
        for number, records in self._new.items():
            project = self._desk.projects.rows[number]
            records.sort(key=lambda record: int(record.values["version"]))
            self._desk.at = "version"
            try:
                if any(key[0] == number for key in self._rows):
                    raise Refused(_("a new baseline is decided with: tracker project rebaseline"))
                self._write(project, records)
            except TrackerError as error:
                self._desk.refuse(records[0], error)

    def _write(self, project: Project, records: list[Record]) -> None:
        desk = self._desk
        given = [merged(self._parts(record, None)) for record in records]
        totals = [
            (facts["effective_from"], record.values.get("total")) for facts, record in zip(given, records, strict=True)
        ]
        desk.at = "total"
        entries = self._entries(project, totals)
        for record, facts, entry in zip(records, given, entries, strict=True):
            version = record.values["version"]
            keys = {"project_id": project.id, "version": version, "entry_id": entry.id if entry else None}
            desk.enter(
                record,
                None,
                lambda facts=keys | facts: Baseline.model_validate(facts),  # type: ignore[misc]
                (),
                _what(project, version),
                headline=amount(record.values.get("total")),
            )

    def _entries(self, project: Project, totals: list[tuple[date, Figure | None]]) -> list[CapitalEntry | None]:
        """The entry of each version's total: of those with its figure the one that held then, else the last."""
        store = self._desk.store
        rows = store.find(CapitalEntry, project_id=project.id, kind="total")
        wanted = {figure for _day, figure in totals if figure is not None}
        missing = wanted - {figure_of(row) for row in rows}
        if missing and len(rows) == 1 and rows[0].recorded_from == store.change.id:
            rows = self._one_after_the_other(rows[0], totals)
        elif missing:
            raise Refused(_("the total of a version is not the one recorded of {code}").format(code=project.code))
        found: list[CapitalEntry | None] = []
        for day, figure in totals:
            same = [row for row in rows if figure_of(row) == figure]
            found.append(in_force(same, day) or (same[-1] if same else None))
        return found

    def _one_after_the_other(self, last: CapitalEntry, totals: list[tuple[date, Figure | None]]) -> list[CapitalEntry]:
        """The totals of the versions of a file that has the last total alone, each from the day of its version on.

        The first version of the program wrote such files, and a package of OC4IDS does.
        """
        store, facts = self._desk.store, last.facts()
        store.end(last)
        rows: list[CapitalEntry] = []
        for day, figure in totals:
            if figure is None or (rows and figure_of(rows[-1]) == figure):
                continue
            cited = {} if figure == figure_of(last) else {"note": None, "source": None, "quote": None}
            columns = facts | figure_columns(figure, last.currency) | cited | {"effective_from": day}
            rows.append(store.add(CapitalEntry.model_validate(columns)))
        if figure_of(rows[-1]) != figure_of(last):
            since = {"effective_from": rows[-1].effective_from}
            rows.append(store.add(CapitalEntry.model_validate(facts | since)))
        return rows


def _what(project: Project, version: int) -> str:
    return f"{project.code} {_('baseline')} {version}"
