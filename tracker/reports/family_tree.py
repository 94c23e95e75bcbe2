"""The projects around one project: what supports it as a tree, what it relates to, its parts."""

from __future__ import annotations

from collections.abc import Iterator

from tracker.database import Reader
from tracker.i18n import _, language
from tracker.queries.asked import Asked
from tracker.reports.cited import cited
from tracker.reports.portfolio import Portfolio, Standing, event_days
from tracker.reports.report import Amounts, Cell
from tracker.reports.tally import NOTHING, Tally, tallied
from tracker.reports.words import name_of, term
from tracker.vocabulary import RELATIONS, STAGES

Cells = tuple[Cell, ...]


def family_tree(reader: Reader, asked: Asked, one: Standing, everything: Portfolio) -> Iterator[Cells]:
    """Rows of `show` for the projects that support this one, at every depth, then its other relations and its parts."""
    ids = {other.row.project_id for other in everything.standings}
    found = tallied(reader, asked, kinds=("total",), projects=ids)
    totals = {project: tally for (project, _kind), tally in found.items()}
    tree = _Tree(everything, totals)
    yield from tree.supporters(one.row.project_id, "", {one.row.project_id})
    yield from tree.others(one.row.project_id)
    for part in everything.standings:
        if part.row.parent_id == one.row.project_id:
            yield tree.row(_("Parts"), part, "", None)


class _Tree:
    def __init__(self, everything: Portfolio, totals: dict[int, Tally]) -> None:
        self._by_id = {one.row.project_id: one for one in everything.standings}
        self._relations = everything.relations
        self._totals = totals

    def row(self, section: str, one: Standing, branch: str, source: str | None) -> Cells:
        """One project: its branch of the tree, its total or else its stage, since when."""
        total = self._totals.get(one.row.project_id, NOTHING)
        stage = term(STAGES, one.stage.code) if one.stage else None
        on = event_days(one.stage)
        item = f"{branch}{one.row.code} {name_of(one.row.name, one.row.name_en)}"
        value: Cell = Amounts(total.figures) if total.figures else stage
        words = stage.name(language()) if stage and total.figures else ""
        return section, item, value, on, " ".join(word for word in (words, source or "") if word) or None

    def supporters(self, project: int, indent: str, seen: set[int]) -> Iterator[Cells]:
        """Everything that supports `project`; a circle is drawn once."""
        own = [one for one in self._relations if one.target_id == project and one.relation == "supports"]
        for place, relation in enumerate(own):
            last = place == len(own) - 1
            one = self._by_id[relation.project_id]
            branch = f"{indent}{'└─ ' if last else '├─ '}"
            yield self.row(_("Supported by"), one, branch, cited(relation.source, relation.quote))
            if relation.project_id not in seen:
                deeper = indent + ("   " if last else "│  ")
                yield from self.supporters(relation.project_id, deeper, seen | {relation.project_id})

    def others(self, project: int) -> Iterator[Cells]:
        """What `project` relates to, and what relates to it otherwise than by support."""
        for one in self._relations:
            name = term(RELATIONS, one.relation)
            words = name.name(language()) if name else one.relation
            source = cited(one.source, one.quote)
            if one.project_id == project:
                yield self.row(_("Relations"), self._by_id[one.target_id], f"{words} → ", source)
            elif one.target_id == project and one.relation != "supports":
                yield self.row(_("Relations"), self._by_id[one.project_id], f"← {words}: ", source)
