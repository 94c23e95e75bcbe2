"""`tracker export oc4ids`: the projects as a package of the Open Contracting for Infrastructure Data Standard.

Annotations here are objects and not text: typer evaluates every one of them at start-up.
"""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tracker.app import App
from tracker.commands.marks import N_
from tracker.errors import UsageError
from tracker.i18n import _, ngettext

if TYPE_CHECKING:
    from tracker.database import Reader
    from tracker.queries.asked import Asked, Filters

WHAT = "oc4ids"


@dataclass(frozen=True, slots=True)
class Packaging:
    """What the head of an OC4IDS package says."""

    publisher: Annotated[
        str | None, typer.Option("--publisher", metavar="NAME", help=N_("Of oc4ids: who publishes it [default: you]."))
    ] = None
    prefix: Annotated[
        str | None,
        typer.Option("--prefix", metavar="PREFIX", help=N_("Of oc4ids: the prefix its help desk gave you.")),
    ] = None
    uri: Annotated[
        str | None, typer.Option("--uri", metavar="URI", help=N_("Of oc4ids: where the package will be found."))
    ] = None
    license: Annotated[
        str | None, typer.Option("--license", metavar="URI", help=N_("Of oc4ids: the licence it is published under."))
    ] = None

    def require_package(self, what: str) -> None:
        """Raise UsageError where something else is exported, which has no such head."""
        for name in self.__slots__:
            if getattr(self, name) is not None and what != WHAT:
                raise UsageError(_("--{option} is for oc4ids alone: leave it out").format(option=name))


def export_package(
    run: App, filters: "Filters", packaging: Packaging, as_of: date | None, known_on: date | None, output: Path | None
) -> None:
    """Write the package of the chosen projects to stdout or a file."""
    from tracker.exchange.oc4ids import DEFAULT_PREFIX, Publication, package, records, write_package

    publication = Publication(
        run.now,
        run.zone,
        packaging.publisher or run.actor,
        packaging.prefix or DEFAULT_PREFIX,
        packaging.uri,
        packaging.license,
        run.settings.lang,
    )

    def build(reader: "Reader", asked: "Asked") -> dict[str, object]:
        from tracker.reports.portfolio import portfolio

        chosen = {one.row.project_id for one in portfolio(reader, asked, filters).standings}
        return package(records(reader, asked, chosen), publication)

    made = run.read(build, as_of=as_of, known_on=known_on)
    data = write_package(made)
    if output is None:
        run.print_bytes([data], text=True)
        return
    from tracker.render.output import write_atomically

    write_atomically(output, data, protected=(run.database.path,) if run.database.engine == "sqlite" else ())
    projects = made["projects"]
    assert isinstance(projects, list)
    count = ngettext("{count} project", "{count} projects", len(projects)).format(count=len(projects))
    run.say(_("{path} written (OC4IDS 0.9, {count})").format(path=output, count=count))
