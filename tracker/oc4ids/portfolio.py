"""The records of a package, by the project they are of."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from tracker.oc4ids.publication import Publication
from tracker.oc4ids.terms import OC4IDS
from tracker.records.schema import Record

Values = dict[str, Any]


def split_id(text: str) -> tuple[str, str]:
    """Scheme and identifier of an external id as records hold it."""
    scheme, _equals, known = text.partition("=")
    return scheme, known


@dataclass(slots=True)
class Portfolio:
    """Projects by code, companies by name, declared fields by name, and what belongs to each."""

    publication: Publication
    projects: dict[str, Values] = field(default_factory=dict)
    companies: dict[str, Values] = field(default_factory=dict)
    certifications: dict[str, list[Values]] = field(default_factory=dict)
    field_types: dict[str, str] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)
    _own: dict[tuple[str, str], list[Values]] = field(default_factory=dict)

    @classmethod
    def of(cls, records: Iterable[Record], publication: Publication) -> Portfolio:
        """The records sorted out; those without room in a package are passed over."""
        found = cls(publication)
        for record in records:
            found._take(record.kind, record.values)
        taken: set[str] = set()
        for code, project in found.projects.items():
            found.ids[code] = found._identifier(code, project, taken)
            taken.add(found.ids[code])
        return found

    def _take(self, kind: str, values: Values) -> None:
        match kind:
            case "project":
                self.projects[values["code"]] = values
            case "company":
                self.companies[values["name"]] = values
            case "certification":
                self.certifications.setdefault(values["company"], []).append(values)
            case "field":
                self.field_types[values["name"]] = values["type"]
            case _ if values.get("project"):
                self._own.setdefault((values["project"], kind), []).append(values)

    def _identifier(self, code: str, project: Values, taken: set[str]) -> str:
        """The identifier published elsewhere, where the project has one, else prefix and code."""
        for text in project.get("ids") or ():
            scheme, known = split_id(text)
            if scheme.casefold() == OC4IDS and known.startswith(f"{OC4IDS}-") and known not in taken:
                return known
        return self.identifier(code)

    def identifier(self, code: str) -> str:
        """The identifier of a project by its code, also of one that is not in the package."""
        return self.ids.get(code) or f"{self.publication.prefix}-{code}"

    def own(self, code: str, kind: str) -> list[Values]:
        """The values of the records of a kind that are of the project."""
        return self._own.get((code, kind), [])
