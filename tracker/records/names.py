"""What records call projects and companies, and the order these come in."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property

from tracker.database import Reader
from tracker.queries import companies, exports, projects
from tracker.queries.asked import Asked
from tracker.queries.companies import CompanyRow
from tracker.queries.exports import OwnProjectRow


@dataclass
class Names:
    """A question, and what its answers call the projects and companies they refer to."""

    reader: Reader
    asked: Asked
    chosen: Collection[int] | None

    @cached_property
    def everything(self) -> dict[int, OwnProjectRow]:
        """Every project by id."""
        return {row.project_id: row for row in exports.own_projects(self.reader, self.asked)}

    @cached_property
    def projects(self) -> dict[int, OwnProjectRow]:
        """The chosen projects by id: by code, the parts of a project after it."""
        wanted = (row for row in self.everything.values() if self.chosen is None or row.project_id in self.chosen)
        return {row.project_id: row for row in sorted(wanted, key=self._path)}

    def _path(self, row: OwnProjectRow) -> tuple[tuple[str, int], ...]:
        path = [(row.code, row.project_id)]
        parent = self.everything.get(row.parent_id or 0)
        while parent is not None and len(path) <= len(self.everything):
            path.insert(0, (parent.code, parent.project_id))
            parent = self.everything.get(parent.parent_id or 0)
        return tuple(path)

    @cached_property
    def every_company(self) -> dict[int, CompanyRow]:
        """Every company by id."""
        return {row.company_id: row for row in companies.companies(self.reader, self.asked)}

    @cached_property
    def companies(self) -> dict[int, CompanyRow]:
        """The companies of the chosen projects by id, by name."""
        wanted = None if self.chosen is None else {row.company_id for row in self.projects.values()}
        found = (row for row in self.every_company.values() if wanted is None or row.company_id in wanted)
        return {row.company_id: row for row in sorted(found, key=lambda row: (row.name, row.company_id))}

    def code(self, project: int | None) -> str | None:
        """The code of a project."""
        row = self.everything.get(project or 0)
        return row.code if row else None

    def company(self, company: int | None) -> str | None:
        """The name of a company."""
        row = self.every_company.get(company or 0)
        return row.name if row else None

    @cached_property
    def _labels(self) -> dict[tuple[str, int, str], list[str]]:
        found: dict[tuple[str, int, str], list[str]] = {}
        for one in projects.labels(self.reader, self.asked):
            owner = ("project", one.project_id) if one.project_id else ("company", one.company_id or 0)
            name = one.name if one.value is None else f"{one.name}={one.value}"
            found.setdefault((*owner, one.category), []).append(name)
        return found

    def labels(self, table: str, thing: int, category: str) -> tuple[str, ...] | None:
        """The names that hang on a project or company, in the order they were hung there."""
        return tuple(self._labels.get((table, thing, category), ())) or None
