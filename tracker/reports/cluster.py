"""`tracker report cluster`: flagships with what supports them, their capital together, and what they wait for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from tracker.database import Reader
from tracker.i18n import _, ngettext
from tracker.queries.as_of import AsOf, Filters
from tracker.queries.companies import companies
from tracker.reports.capital_sums import NOTHING, CapitalSum, convert, group_amounts, with_parts
from tracker.reports.grouping import left_out
from tracker.reports.portfolio import Portfolio, ProjectState, family, find, matches, portfolio
from tracker.reports.progress import since_beginning
from tracker.reports.report import Amounts, Cell, Column, Kind, Report
from tracker.reports.words import heading, name_cells, name_columns, name_of, project_term, term
from tracker.text import command_line, fold
from tracker.vocabulary import CAPITAL_KINDS, CONDITIONS, ENDED, STAGES, Term, milestone_term

Links = Mapping[int, Sequence[int]]


@dataclass(frozen=True, slots=True)
class Node:
    """One line of a tree: `turns` says for each level from the root down whether the branch is the last one there.

    `again` marks a project that stands further up already; what supports it is not drawn a second time.
    """

    project: int
    turns: tuple[bool, ...] = ()
    again: bool = False

    @property
    def branch(self) -> str:
        """The lines before the name."""
        if not self.turns:
            return ""
        return "".join("   " if last else "│  " for last in self.turns[:-1]) + ("└─ " if self.turns[-1] else "├─ ")


def tree(root: int, supporters: Links) -> list[Node]:
    """`root` and everything that supports it, directly or through others; a circle ends where it closes."""
    nodes = [Node(root)]
    nodes += _below(root, supporters, (), {root})
    return nodes


def _below(project: int, supporters: Links, turns: tuple[bool, ...], seen: set[int]) -> Iterator[Node]:
    own = supporters.get(project, ())
    for place, one in enumerate(own):
        here = (*turns, place == len(own) - 1)
        again = one in seen
        seen.add(one)
        yield Node(one, here, again)
        if not again:
            yield from _below(one, supporters, here, seen)


def members(nodes: Iterable[Node]) -> list[int]:
    """Every project of a tree, once."""
    return [node.project for node in nodes if not node.again]


def waited_for(root: int, supporters: Links, needs: Links) -> list[int]:
    """Everything `root` waits for: what supports it and what it depends on, directly or through others."""
    found: dict[int, None] = {root: None}
    waiting = [root]
    while waiting:
        project = waiting.pop(0)
        new = [one for one in (*supporters.get(project, ()), *needs.get(project, ())) if one not in found]
        found |= dict.fromkeys(new)
        waiting += dict.fromkeys(new)
    return [project for project in found if project != root]


def links(pairs: Iterable[tuple[int, int]]) -> dict[int, list[int]]:
    """The second of each pair, by the first, each once and in their order."""
    found: dict[int, list[int]] = {}
    for one, other in pairs:
        if other not in found.setdefault(one, []):
            found[one].append(other)
    return found


# What a project has in all; plans belong to single years.
_KINDS = tuple(kind.code for kind in CAPITAL_KINDS if kind.code != "plan")


@dataclass(frozen=True, slots=True)
class _Clusters:
    """Every project with its capital, and who supports and needs whom."""

    by_id: Mapping[int, ProjectState]
    sums: Mapping[str, Mapping[int, CapitalSum]]
    supporters: Mapping[int, Sequence[int]]
    needs: Mapping[int, Sequence[int]]

    def own(self, project: int) -> tuple[Cell, ...]:
        """The capital of one project, kind by kind."""
        return tuple(self.sums[kind].get(project, NOTHING).cell() for kind in _KINDS)

    def together(self, projects: Iterable[int]) -> tuple[Amounts, ...]:
        """The capital of several, each project once; a parent with a figure stands for its parts."""
        parents = dict(family(self.by_id.values()))
        items = family((self.by_id[project] for project in projects), parents)
        sums = (group_amounts(items, self.sums[kind]) for kind in _KINDS)
        return tuple(one if one.figures else Amounts() for one in sums)


def cluster(reader: Reader, as_of: AsOf, filters: Filters, code: str | None) -> Report:
    """The cluster of the flagship `code`, or of every matching project that others support.

    Raises UsageError, with the closest code, where there is no such project.
    """
    everything = portfolio(reader, as_of)
    known = _clusters(reader, as_of, everything)
    found = (
        [find(everything, code)]
        if code
        else [one for one in everything.states if one.row.project_id in known.supporters and matches(one, filters)]
    )
    trees = [(one, tree(one.row.project_id, known.supporters)) for one in found]
    rows = tuple(row for one, nodes in trees for row in _rows(one, nodes, known, as_of))
    counted = list(dict.fromkeys(project for _one, nodes in trees for project in members(nodes)))
    return Report(
        "cluster",
        _("Clusters") if code is None else _("Cluster of {code}").format(code=found[0].row.code),
        (
            Column("flagship", _("Flagship"), priority=1),
            Column("row", _("Row"), hidden=True),
            Column("project", _("Code"), priority=1),
            *name_columns(),
            Column("stage", _("Stage"), priority=2),
            Column("condition", _("Condition"), priority=6),
            Column("milestone", _("Waits for"), priority=2),
            Column("expected", _("Expected"), Kind.DATE, priority=3),
            Column("late", _("Late"), Kind.DAYS, priority=1),
            *_kind_columns(),
        ),
        rows,
        as_of.day,
        as_of.known_on,
        totals=_totals(known, counted) if len(trees) > 1 else None,
        coverage=tuple(_coverage(trees, counted)) if rows else (),
        notes=_notes() if rows else (),
        grouped=True,
        empty=_("no project is supported by others; record it with: {command}").format(
            command=command_line(_("project link CODE supports FLAGSHIP"))
        ),
    )


def _clusters(reader: Reader, as_of: AsOf, everything: Portfolio) -> _Clusters:
    relations, tree = everything.relations, everything.tree()
    own = since_beginning(reader, as_of, tree, _KINDS)
    return _Clusters(
        {one.row.project_id: one for one in everything.states},
        {
            kind: {project: convert(capital_sum, as_of) for project, capital_sum in with_parts(tree, found).items()}
            for kind, found in own.items()
        },
        links((one.target_id, one.project_id) for one in relations if one.relation == "supports"),
        links((one.project_id, one.target_id) for one in relations if one.relation == "depends_on"),
    )


def _kind_columns() -> tuple[Column, ...]:
    return tuple(
        Column(kind, heading(CAPITAL_KINDS[kind]), Kind.AMOUNT, priority=1 if kind == "total" else 4 + place)
        for place, kind in enumerate(_KINDS)
    )


def _rows(one: ProjectState, nodes: Sequence[Node], known: _Clusters, as_of: AsOf) -> Iterator[tuple[Cell, ...]]:
    flagship = project_term(one.row)
    for node in nodes:
        yield (flagship, "project", *_node(node, known))
    counted = members(nodes)
    words = ngettext("together: {count} project", "together: {count} projects", len(counted))
    together = Term("", *(words.format(count=len(counted)),) * 2)
    yield (flagship, "together", together, *(None,) * 7, *known.together(counted))
    for other in waited_for(one.row.project_id, known.supporters, known.needs):
        late = known.by_id[other]
        # The open milestones of a running project that are late by a baseline, or past their expected day.
        for milestone in late.milestones if late.condition not in ENDED else ():
            days = max(milestone.late(as_of.day) or 0, milestone.overdue(as_of.day))
            if milestone.is_open and days > 0:
                code = Term(late.row.code, late.row.code, late.row.code)
                head = (flagship, "waits_for", code, *name_cells(late.row), None, None)
                what = milestone_term(milestone.code, milestone.title)
                yield (*head, what, milestone.expected, days, *(None,) * len(_KINDS))


def _node(node: Node, known: _Clusters) -> tuple[Cell, ...]:
    one = known.by_id[node.project]
    again = _(" (above)") if node.again else ""
    shown = f"{node.branch}{one.row.code}{again}"
    project = Term(one.row.code, shown, shown)
    if node.again:
        return (project, *name_cells(one.row), *(None,) * (5 + len(_KINDS)))
    condition = term(CONDITIONS, one.condition) if one.condition != "active" else None
    stage = term(STAGES, one.stage)
    return (project, *name_cells(one.row), stage, condition, None, None, None, *known.own(node.project))


def _totals(known: _Clusters, counted: Sequence[int]) -> tuple[Cell, ...]:
    words = ngettext("{count} project, each once", "{count} projects, each once", len(counted))
    return (None, None, words.format(count=len(counted)), *(None,) * 7, *known.together(counted))


def _coverage(trees: Sequence[tuple[ProjectState, Sequence[Node]]], counted: Sequence[int]) -> Iterator[str]:
    yield _("flagships: {flagships}; projects in their clusters: {projects}; (a/b): known for a of b").format(
        flagships=len(trees), projects=len(counted)
    )
    several = sum(len(members(nodes)) for _one, nodes in trees) - len(counted)
    if several:
        yield ngettext(
            "{count} place is that of a project in several clusters, added once in the total row",
            "{count} places are those of projects in several clusters, added once in the total row",
            several,
        ).format(count=several)


def _notes() -> tuple[str, ...]:
    return (
        _("a cluster is a project with all that supports it, directly or through others; kinds are never added"),
        _("each project counts once, a parent with a figure for its parts, ended projects too"),
        _(
            "waits for: open milestones of what supports it or it depends on, in days behind the baseline, or past the "
            "expected day where that is more; a month or year ends on its last day"
        ),
    )


# --- by chain ------------------------------------------------------------------------------------------------------


def by_chain(reader: Reader, as_of: AsOf, filters: Filters) -> Report:
    """The chains with their leaders, projects and capital."""
    found = portfolio(reader, as_of, filters)
    known = _clusters(reader, as_of, found)
    leaders = {
        one.company_id: name_of(one.name, one.name_en) for one in companies(reader, as_of) if one.role == "chain_leader"
    }
    chains: dict[str | None, list[ProjectState]] = {}
    for one in found.states:
        chains.setdefault(one.row.chain, []).append(one)
    rows = tuple(
        (chain, *_chain_cells(chains[chain], leaders, known))
        for chain in sorted(chains, key=lambda chain: (chain is None, fold(chain or "")))
    )
    without = sum(1 for chain, group in chains.items() if chain and not _leaders(group, leaders))
    totals = (_("all"), *_chain_cells(found.states, {}, known)) if rows else None
    return Report(
        "cluster",
        _("Chains"),
        _chain_columns(),
        rows,
        as_of.day,
        as_of.known_on,
        totals=totals,
        elsewhere=left_out(_chain_columns(), rows, totals, "chain") if totals else None,
        coverage=(
            _("projects: {projects}; chains without a leader: {without}; (a/b): known for a of b").format(
                projects=len(found.states), without=without
            ),
        )
        if rows
        else (),
        notes=(_("leaders 链主: companies of the chain's projects whose role is chain leader"), _notes()[1])
        if rows
        else (),
        empty=_("no project matches"),
    )


def _chain_columns() -> tuple[Column, ...]:
    return (
        Column("chain", _("Chain"), priority=1),
        Column("leaders", _("Chain leaders"), priority=2),
        Column("projects", _("Projects"), Kind.COUNT, priority=1),
        Column("flagships", _("Flagships"), Kind.COUNT, priority=3),
        *_kind_columns(),
    )


def _leaders(group: Iterable[ProjectState], leaders: Mapping[int, str]) -> tuple[str, ...]:
    found = {leaders[one.row.company_id] for one in group if one.row.company_id and one.row.company_id in leaders}
    return tuple(sorted(found, key=fold))


def _chain_cells(group: Sequence[ProjectState], leaders: Mapping[int, str], known: _Clusters) -> tuple[Cell, ...]:
    own = [one.row.project_id for one in group]
    flagships = sum(1 for project in own if project in known.supporters)
    return (_leaders(group, leaders) or None, len(group), flagships, *known.together(own))
