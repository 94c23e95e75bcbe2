"""The options of `tracker export`.

Annotations here are objects and not text: typer evaluates every one of them at start-up.
"""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from tracker.commands import complete
from tracker.commands.marks import N_
from tracker.commands.reads import read_day
from tracker.errors import UsageError
from tracker.i18n import _

# Of the Open Contracting for Infrastructure Data Standard.
PACKAGE = "oc4ids"
# They name themselves here, because importing the package for its completion would cost every command.
WHATS = (
    *("fields", "companies", "certifications", "projects", "relations", "stages", "conditions", "milestones"),
    *("capital", "baselines", "reviews", "indicators", "requests", "rates", "changes", "all"),
    PACKAGE,
)
FORMATS = ("csv", "jsonl", "xlsx")

What = Annotated[
    str,
    typer.Argument(
        metavar="WHAT",
        help=N_("projects, capital, milestones, …, changes (the log), all (but the log), or oc4ids."),
        autocompletion=complete.plain_words(WHATS),
    ),
]
AsOf = Annotated[
    date | None,
    typer.Option(
        "--as-of",
        metavar="DAY",
        parser=str,
        callback=read_day,
        help=N_("Facts up to this day [default: everything recorded]."),
    ),
]


@dataclass(frozen=True, slots=True)
class Form:
    """How it is written, and where."""

    format: Annotated[
        str | None,
        typer.Option(
            "--format",
            "-f",
            metavar="|".join(FORMATS),
            help=N_("Format."),
            autocompletion=complete.plain_words(FORMATS),
        ),
    ] = None
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="PLACE", help=N_("Write a file, or for all as csv a folder.")),
    ] = None
    encoding: Annotated[
        str | None,
        typer.Option("--encoding", metavar="NAME", help=N_("Encoding of csv: utf-8, gb18030, utf-16, …")),
    ] = None


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
            if getattr(self, name) is not None and what != PACKAGE:
                raise UsageError(_("--{option} is for oc4ids alone: leave it out").format(option=name))
