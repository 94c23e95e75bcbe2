"""`tracker export oc4ids`: the projects as a package of the Open Contracting for Infrastructure Data Standard."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from tracker.app import App
from tracker.commands.export_options import Packaging
from tracker.i18n import _, ngettext

if TYPE_CHECKING:
    from tracker.database import Reader
    from tracker.queries.asked import Asked, Filters


def export_package(
    run: App, filters: Filters, packaging: Packaging, as_of: date | None, known_on: date | None, output: Path | None
) -> None:
    """Write the package of the chosen projects to stdout or a file."""
    from tracker.oc4ids import DEFAULT_PREFIX, Publication, package, records, write_package

    publication = Publication(
        run.now,
        run.zone,
        packaging.publisher or run.actor,
        packaging.prefix or DEFAULT_PREFIX,
        packaging.uri,
        packaging.license,
        run.settings.lang,
    )

    def build(reader: Reader, asked: Asked) -> dict[str, object]:
        from tracker.reports.portfolio import portfolio

        chosen = {one.row.project_id for one in portfolio(reader, asked, filters).standings}
        return package(records(reader, asked, chosen), publication)

    made = run.read(build, as_of=as_of, known_on=known_on)
    data = write_package(made)
    if output is None:
        run.print_bytes([data], text=True)
        return
    from tracker.render.output import write_atomically

    write_atomically(output, data, protected=run.database.files)
    projects = made["projects"]
    assert isinstance(projects, list)
    count = ngettext("{count} project", "{count} projects", len(projects)).format(count=len(projects))
    run.say(_("{path} written (OC4IDS 0.9, {count})").format(path=output, count=count))
