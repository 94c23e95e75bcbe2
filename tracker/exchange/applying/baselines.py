"""Versions of baselines, as a file of ours has them; a new one is decided with `tracker project rebaseline`."""

from __future__ import annotations

from typing import Any

from tracker.errors import ValueRefused
from tracker.exchange.applying.desk import Desk, Part
from tracker.exchange.applying.parts import amount, counts_from, figure_columns, figure_in, parts_of
from tracker.exchange.applying.simple import merged
from tracker.exchange.records import Record
from tracker.i18n import _
from tracker.ledger.cite import ALWAYS
from tracker.models import Baseline, CapitalEntry, Project
from tracker.money import Figure

_PARTS = ("start", "end", "approved", "reason", "note", "source", "quote")


class Baselines:
    """Records of baselines."""

    def __init__(self, desk: Desk) -> None:
        """Begin with those there are."""
        self._desk = desk
        self._rows = {(row.project_id, row.version): row for row in desk.book.live(Baseline)}

    def take(self, record: Record) -> None:
        """Enter one version of a baseline."""
        desk = self._desk
        project = desk.project(record)
        desk.at = "version"
        version = record.values.get("version")
        if not version or version < 1:
            raise ValueRefused(_("a version is a number from 1 on"))
        found = self._rows.get((project.thing, version))
        parts = list(parts_of(desk, record, _PARTS))
        approved = merged(parts).get("approved", found.approved if found else None)
        desk.at = "counts_from"
        if found is None or "counts_from" in record.values:
            day = counts_from(desk, record, approved or ALWAYS)
            parts.append(Part("counts_from", {"counts_from": day}, day, lambda row: row.counts_from))
        if "total" in record.values:
            desk.at = "total"
            parts.append(self._total(project, found, record.values["total"]))
        keys = {"project_id": project.thing, "version": version}
        facts = keys | merged(parts)
        row = desk.enter(
            record,
            found,
            lambda: Baseline.model_validate(facts),
            parts,
            f"{project.code} {_('baseline')} {version}",
            headline=amount(record.values.get("total")),
        )
        if row is not None:
            self._rows[project.thing, version] = row

    def _total(self, project: Project, found: Baseline | None, figure: Figure | None) -> Part:
        """The entry of the total, which may have been taken back by now: a version keeps what stood then."""
        thing: int | None = None
        if figure is not None:
            own = self._entry(found.entry_id) if found is not None and found.entry_id else None
            entry = own if own is not None and _same(own, figure) else self._with(project, figure)
            thing = entry.thing
        return Part("total", {"entry_id": thing}, amount(figure), self._shown)

    def _with(self, project: Project, figure: Figure) -> CapitalEntry:
        book = self._desk.book
        for entry in book.live(CapitalEntry, project_id=project.thing, kind="total"):
            if _same(entry, figure):
                return entry
        facts: dict[str, Any] = {"project_id": project.thing, "kind": "total", "counts_from": ALWAYS}
        entry = book.append(
            CapitalEntry.model_validate(facts | figure_columns(figure, self._desk.rules.currency))
        )
        book.void(entry, note=_("the total of an earlier baseline"))
        return entry

    def _entry(self, thing: int) -> CapitalEntry | None:
        return self._desk.book.session.get(CapitalEntry, thing)

    def _shown(self, row: Any) -> Any:
        entry = self._entry(row.entry_id) if row.entry_id else None
        return amount(figure_in(entry)) if entry is not None else None


def _same(entry: CapitalEntry, figure: Figure) -> bool:
    return figure_in(entry) == figure
