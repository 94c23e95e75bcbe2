"""The maps that are remembered in the ledger for files with known headings: list, show, forget, and keep."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from tracker.app import App
from tracker.commands.answer import present
from tracker.commands.options import View
from tracker.i18n import _
from tracker.lookup import pick
from tracker.queries.import_maps import ImportMapRow, import_maps
from tracker.reports.report import Column, Kind, Report
from tracker.text import shorten

if TYPE_CHECKING:
    from tracker.importer.open_input import Incoming
    from tracker.ledger.store import Store


def known_maps(run: App, known_on: date | None = None) -> list[ImportMapRow]:
    """The maps known now, or on a day."""
    return run.read(import_maps, known_on=known_on)


def list_maps(run: App, view: View, known_on: date | None) -> None:
    """Print the names of the maps, the headings they are of, and since when they stand."""
    rows = known_maps(run, known_on)
    columns = (
        Column("name", _("Map"), priority=1),
        Column("headings", _("Headings"), Kind.COUNT, priority=2),
        Column("first", _("First headings"), priority=2),
        Column("change", _("Change"), Kind.COUNT, priority=3),
    )
    cells = tuple(
        (row.name, len(row.headings.split("\n")), shorten(row.headings.replace("\n", ", ")), row.row_change)
        for row in rows
    )
    present(run, view, Report("maps", _("Maps of files"), columns, cells, run.today, empty=_("no map is remembered")))


def show_map(run: App, name: str, known_on: date | None) -> None:
    """Print one map in TOML, as --map reads it."""
    rows = known_maps(run, known_on)
    row = pick(name, [((one.name,), one) for one in rows], _("map of a file"))
    run.print(row.text + "\n")


def forget_map(run: App, name: str) -> None:
    """End one map."""
    from tracker.ledger.import_maps import forget

    number, row = run.write(lambda store: forget(store, name))
    run.say(_("map “{map}” forgotten").format(map=row.name))
    run.say(_("change {number} recorded; undo: tracker undo {number}").format(number=number))


def keep_maps(store: Store, inputs: Sequence[Incoming]) -> list[str]:
    """Keep what was said of each file for the next one with its headings; the names of the maps this changed."""
    from tracker.importer.open_input import TableInput
    from tracker.ledger.import_maps import remember

    kept = []
    for one in inputs:
        if isinstance(one, TableInput) and one.said:
            remembered = remember(store, one.known or Path(one.name).stem, one.layout, one.said)
            kept += [remembered.row.name] if remembered.outcome != "same" else []
    return kept
