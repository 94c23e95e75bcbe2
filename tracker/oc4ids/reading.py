"""A project package to records: losslessly where it is ours, as far as the ledger has room where it is anybody's."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from tracker.i18n import _
from tracker.oc4ids.codes import codes_of
from tracker.oc4ids.found import Findings, Place
from tracker.oc4ids.read_any import read_any
from tracker.oc4ids.read_own import own_code, read_own
from tracker.records.schema import KINDS, Problem, Record
from tracker.text import shorten

_VERSION = re.compile(r"0\.9(\.[0-9]+)?")
_ORDER = {kind: place for place, kind in enumerate(KINDS)}


def is_package(data: object) -> bool:
    """Whether a JSON value means to be a project package, sound or not."""
    return isinstance(data, dict) and "projects" in data


def is_ours(data: object) -> bool:
    """Whether this program wrote every project of a package, so that what it leaves out is meant to be empty."""
    if not isinstance(data, dict):
        return False
    places = list(Place(data, "", Findings()).each("projects"))
    return bool(places) and all(map(own_code, places))


def read_package(data: object) -> list[Record | Problem]:
    """The problems of a package, then its records in the order of KINDS; `row` is the number of the project.

    A record that a problem is found in is left out; never raises, whatever `data` is.
    """
    head = Findings()
    if not isinstance(data, dict):
        head.refuse("", "projects", data, _("this is not a project package: it must be an object with projects"))
        return [*head.problems]
    package = Place(data, "", head)
    _check_version(package)
    projects = list(package.each("projects")) if not head.problems else []
    if not projects and not head.problems:
        head.refuse("/projects", "projects", "", _("the package has no projects"))
    read = _projects(projects)
    records = _each_once([record for findings in read for record in findings.records])
    problems = dict.fromkeys((*head.problems, *(problem for findings in read for problem in findings.problems)))
    return [*problems, *sorted(records, key=lambda record: _ORDER[record.kind])]


def _check_version(package: Place) -> None:
    version = package.text("version")
    if not _VERSION.fullmatch(version) and not package.findings.problems:
        hint = _("convert it to OC4IDS 0.9 first")
        problem = _("version “{version}” cannot be read, only 0.9").format(version=shorten(version))
        package.findings.refuse("/version", "version", version, problem, hint)


def _projects(places: list[Place]) -> list[Findings]:
    found = [Place(place.value, place.path, Findings(number)) for number, place in enumerate(places, start=1)]
    codes = codes_of([(project.text("id"), own_code(project)) for project in found])
    seen: set[str] = set()
    for project in found:
        identifier = project.text("id")
        if identifier in seen:
            problem = _("another project of the package has the same id")
            project.findings.refuse(f"{project.path}/id", "code", identifier, problem)
            continue
        seen.add(identifier)
        (read_own if own_code(project) else read_any)(project, codes)
    return [project.findings for project in found]


def _each_once(records: list[Record]) -> list[Record]:
    """The records without what an earlier one says: a company stands in every project it is a party of."""
    seen: dict[tuple[Any, ...], Record] = {}
    found = []
    for record in records:
        if record.kind not in ("company", "certification", "field", "relation"):
            found.append(record)
            continue
        key = (record.kind, *(record.values[name] for name in KINDS[record.kind].key))
        if key in seen:
            _complete(seen[key].values, record.values)
        else:
            seen[key] = record
            found.append(record)
    return found


def _complete(values: dict[str, Any], others: Mapping[str, Any]) -> None:
    for key, value in others.items():
        if values.get(key) is None:
            values[key] = value
