"""Records to a project package of OC4IDS 0.9.5."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from hashlib import sha256
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from tracker.database import Reader
from tracker.dates import moment_text
from tracker.errors import Refused
from tracker.i18n import _
from tracker.oc4ids.exact_json import write_package
from tracker.oc4ids.portfolio import Portfolio
from tracker.oc4ids.publication import Publication
from tracker.oc4ids.terms import ROOM
from tracker.oc4ids.write_project import project_object
from tracker.queries.asked import Asked
from tracker.records import snapshot
from tracker.records.schema import Record


def records(reader: Reader, asked: Asked, projects: Collection[int] | None = None) -> Iterator[Record]:
    """What the ledger says of every kind that a package has room for."""
    for kind in ROOM:
        yield from snapshot.records(reader, asked, kind, projects)


def package(records: Iterable[Record], publication: Publication) -> dict[str, Any]:
    """The project package of the records, its amounts exact: ints and Decimals, never floats.

    Companies without a project, and kinds that are not in ROOM, are left out. Raises Refused without any project.
    """
    portfolio = Portfolio.of(records, publication)
    projects = [project_object(portfolio, code) for code in portfolio.projects]
    if not projects:
        raise Refused(_("there is no project to write: a project package needs at least one"))
    moment = moment_text(publication.moment)
    head = {
        "uri": publication.uri or _uri(moment, projects),
        "version": "0.9",
        "publishedDate": moment,
        "publisher": {"name": publication.publisher},
    }
    licensed = {"license": publication.license} if publication.license else {}
    return head | licensed | {"projects": projects}


def _uri(moment: str, projects: list[dict[str, Any]]) -> str:
    """A name for this package alone: the same content at the same moment has the same."""
    digest = sha256(write_package({"publishedDate": moment, "projects": projects})).hexdigest()
    return uuid5(NAMESPACE_URL, digest).urn
