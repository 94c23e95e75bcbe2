"""`tracker summary`: projects, capital per kind, and rates, grouped."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, tzinfo
from fractions import Fraction

from tracker.analysis.completion import rate
from tracker.analysis.project_state import BIT
from tracker.analysis.rag_status import RuleSet
from tracker.database import Reader
from tracker.dates import Period
from tracker.i18n import _, language, ngettext
from tracker.money import Figure, Money, added_up
from tracker.queries.as_of import AsOf, Filters
from tracker.queries.project_figures import COUNTS, AlikeProjects
from tracker.queries.projects import Reached
from tracker.reports.capital_sums import (
    NO_FIGURE,
    NOTHING,
    CapitalSum,
    Sums,
    added,
    convert,
    group_amounts,
    is_inside,
    of_all,
    of_year,
    tallied,
    with_parts,
)
from tracker.reports.grouping import LIT, Label, group_title, group_word, groups, label_of, left_out, values_of
from tracker.reports.month import lights_of
from tracker.reports.portfolio import ProjectState, family
from tracker.reports.progress import (
    Line,
    Pair,
    done_together_in_words,
    lines,
    planned_in,
    quotient,
    since_beginning,
    together,
)
from tracker.reports.report import Amounts, Cell, Column, Kind, Report
from tracker.reports.words import heading
from tracker.vocabulary import CAPITAL_KINDS, Term


def summary(
    reader: Reader,
    as_of: AsOf,
    filters: Filters,
    by: str,
    currency: str,
    rules: RuleSet | str = "points",
    zone: tzinfo = UTC,
) -> Report:
    """One row a group; `by` is one of LIT or as in `groups`. Days end in `zone`. Raises UsageError for another word.

    Of plans in several currencies the share done together is that of those in `currency`.
    """
    kinds = [kind.code for kind in CAPITAL_KINDS]
    every = added(reader, as_of, filters, values_of(by), kinds, _add, counts=tuple(COUNTS))
    found, simple = every.states, dict[Label, Sums]()
    whole = Sums()
    for values, one in every.simple.items():
        simple.setdefault(label_of(by, values), Sums()).join(one)
        whole.join(one)
    count = len(found) + whole.counts["projects"]
    sums = _Sums(reader, as_of, found, currency, rules)
    lights = lights_of(reader, as_of, list(sums.lines.values()), by, rules, zone)
    columns = (Column("group", group_title(by), priority=1), *_columns(as_of.day.year))
    if lights:
        columns = (*columns[:2], *lights.columns(), *columns[2:])
    rows = []
    for label, group in groups(reader, as_of, found, by, LIT, lights, simple):
        cells = sums.cells(group, simple.get(label, Sums())) | {"group": label}
        if lights:
            cells["before"], cells["moved"] = lights.cells(label, group)
        rows.append(tuple(cells.get(column.key) for column in columns))
    all_of_them = sums.cells(found, whole) | {"group": _("all"), "before": len(lights.before) if lights else None}
    totals = tuple(all_of_them.get(column.key) for column in columns) if count else None
    return Report(
        "summary",
        _("Summary by {by}").format(by=group_word(by)),
        columns,
        tuple(rows),
        as_of.day,
        as_of.known_on,
        totals=totals,
        elsewhere=left_out(columns, rows, totals, by, ("per_mu",)) if totals else None,
        coverage=(
            *_coverage(columns, rows, count, by),
            *done_together_in_words(_planned(sums.lines.values(), whole), as_of, currency),
        )
        if totals
        else (),
        notes=_notes(by, as_of.day.year) if totals else (),
        empty=_("no project matches"),
    )


# The kinds that a summary shows as they are; plan and completed belong to the year.
_EVER = tuple(kind.code for kind in CAPITAL_KINDS if kind.code != "plan")
_OF_YEAR = {kind.code: f"{kind.code}_year" for kind in CAPITAL_KINDS}
_UTILISED, _CONTRACTED = "utilised_foreign", "contracted_foreign"


def _columns(year: int) -> tuple[Column, ...]:
    ever = {code: heading(CAPITAL_KINDS[code]) for code in _EVER}
    return (
        Column("projects", _("Projects"), Kind.COUNT, priority=1),
        Column("total", ever.pop("total"), Kind.AMOUNT, priority=1),
        Column("plan_year", _("Plan {year}").format(year=year), Kind.AMOUNT, priority=3),
        Column("completed_year", _("Completed {year}").format(year=year), Kind.AMOUNT, priority=2),
        Column("completion", _("Done"), Kind.RATIO, priority=2),
        *(Column(code, name, Kind.AMOUNT, priority=5 + place) for place, (code, name) in enumerate(ever.items())),
        Column("signed", _("Signed"), Kind.COUNT, priority=4),
        Column("started", _("Started"), Kind.COUNT, priority=6),
        Column("start_rate", _("Started of signed"), Kind.RATIO, priority=3),
        Column("same_year", _("Same-year start"), Kind.RATIO, priority=4),
        Column("kept", _("Kept of signed {year}").format(year=year), Kind.RATIO, priority=5),
        Column("foreign_realised_year", _("Foreign capital realised {year}").format(year=year), Kind.RATIO, priority=7),
        Column("foreign_realised", _("Foreign capital realised"), Kind.RATIO, priority=6),
        Column("per_mu", _("Investment per mu"), Kind.AMOUNT, priority=7),
    )


class _Sums:
    """The sums of one question, asked once and added for every group."""

    def __init__(
        self, reader: Reader, as_of: AsOf, found: Sequence[ProjectState], currency: str, rules: RuleSet | str
    ) -> None:
        self._as_of, self._currency = as_of, currency
        self.lines = {line.project_id: line for line in lines(reader, as_of, found, rules)}
        tree = family(found)
        self._parents = dict(tree)
        own = since_beginning(reader, as_of, tree, _EVER)
        self._ever = {kind: with_parts(tree, capital_sums) for kind, capital_sums in own.items()}
        native = as_of._replace(converter=None)
        year = tallied(reader, native, Period.year(as_of.day.year), kinds=(_UTILISED, _CONTRACTED), projects=dict(tree))
        self._year = {kind: with_parts(tree, year[kind]) for kind in (_UTILISED, _CONTRACTED)}
        self._land = _with_parts({one.row.project_id: one.row.land for one in found}, self._parents)

    def cells(self, group: Sequence[ProjectState], simple: Sums) -> dict[str, Cell]:
        """The cells of a group, and of the simple projects of it, by the keys of their columns."""
        tree, as_of = family(group, self._parents), self._as_of
        own = [self.lines[project] for project, _parent in tree]
        counts = Counter(simple.counts)
        for one in group:
            _count(counts, one.far, as_of.day.year)

        def of(capital_sums: Mapping[int, CapitalSum], name: str) -> Cell:
            converted = {one: convert(capital_sums.get(one, NOTHING), as_of) for one, _parent in tree}
            amounts = group_amounts(tree, converted, simple.alike(name), simple.counts["projects"])
            return amounts.led_by(self._currency) if amounts.figures else None

        def realised(found: Mapping[str, Mapping[int, CapitalSum]], suffix: str = "") -> Cell:
            alike = (simple.alike(_UTILISED + suffix), simple.alike(_CONTRACTED + suffix))
            return quotient(tree, found[_UTILISED], found[_CONTRACTED], as_of, alike)

        pairs = {line.project_id: line.pair for line in own}
        within = planned_in(_planned(own, simple), self._currency)
        completion = together(pairs, tree, as_of, within, simple.of_wholes("plan"))
        return {
            **{kind: of(capital_sums, kind) for kind, capital_sums in self._ever.items()},
            "projects": counts["projects"],
            "plan_year": of({line.project_id: line.pair[1] for line in own}, "plan_year"),
            "completed_year": of({line.project_id: line.year for line in own}, "completed_year"),
            "completion": completion.completion if completion else None,
            "signed": counts["signed"],
            "started": counts["started"],
            "start_rate": rate(counts["started"], counts["signed"]),
            "same_year": rate(counts["same_year"], counts["signed"]),
            "kept": rate(counts["kept"], counts["in_year"]),
            "foreign_realised_year": realised(self._year, "_year"),
            "foreign_realised": realised(self._ever),
            "per_mu": self._per_mu(tree, simple),
        }

    def _per_mu(self, tree: Sequence[tuple[int, int | None]], simple: Sums) -> Cell:
        """Total investment ÷ land over the families of which both are known."""
        both = {
            one: capital_sum
            for one, capital_sum in self._ever["total"].items()
            if capital_sum.known and self._land.get(one)
        }
        parents = dict(tree)
        mine = [one for one in parents if one in both]
        counted = [one for one in mine if not is_inside(one, parents, both)]
        sites = [
            (one, figure, self._land[one], 1)
            for one in counted
            for figure in convert(both[one], self._as_of).figures
            if figure.money
        ]
        more = [
            (first, figure, land, count)
            for (name, total, _land), (count, minor, land, first) in simple.pairs.items()
            for figure in total.capital_sum(minor).figures
            if name == "per_mu" and figure.money
        ]
        figures: dict[str, list[tuple[Figure, int]]] = {}
        for _first, figure, land, _count in sorted([*sites, *more], key=lambda site: site[0]):
            assert figure.money is not None
            figures.setdefault(figure.money.currency, []).append((figure, land))
        known = len(mine) + sum(count for _first, _figure, _land, count in more)
        return (
            Amounts(tuple(map(_divided, figures.values())), known, len(tree) + simple.counts["projects"])
            if figures
            else None
        )


def _planned(own: Iterable[Line], simple: Sums) -> list[Pair]:
    """What was completed of which plan, of these projects and the simple ones."""
    return [*(line.pair for line in own), *((part, whole) for part, whole, _count in simple.of_wholes("plan"))]


def _add(group: Sums, alike: AlikeProjects) -> None:
    """Count simple projects in the sums of their group."""
    group.counts.update(dict(zip(COUNTS, alike.counts, strict=True)), projects=alike.projects)
    done = plan = NO_FIGURE
    completed = planned = None
    for figure in alike.sums:
        kind, flow, ever = figure.kind, of_year(figure), of_all(figure)
        group.add(kind, ever, figure.ever, alike)
        if kind == "plan":
            plan, planned = flow, figure.year
        elif kind == "completed":
            done, completed = flow, figure.year
        elif kind == "total":
            if alike.land:
                group.pair("per_mu", ever, figure.ever, NO_FIGURE, alike.land, alike)
            continue
        group.add(_OF_YEAR[kind], flow, figure.year, alike)
    if plan.state != "not_reported":
        group.pair("plan", done, completed, plan, planned, alike)


def _count(counts: Counter[str], far: Reached, year: int) -> None:
    """Count a project by how far it has come."""
    counts["projects"] += 1
    if not far.reached & BIT["signed"]:
        return
    began = far.has_reached("under_construction")
    signed, started = (
        on.first.year if on and on.first.year == on.last.year else None for on in (far.signed, far.started)
    )
    counts["signed"] += 1
    if began:
        counts["started"] += 1
    # 当年签约、当年开工; dates that do not settle the year do not count.
    if signed and signed == started:
        counts["same_year"] += 1
    if signed == year:
        counts["in_year"] += 1
        if began or far.condition == "active":
            counts["kept"] += 1


def _divided(pairs: Sequence[tuple[Figure, int]]) -> Figure:
    """Amounts by land, which is in thousandths of a mu, rounded half to even to the minor unit."""
    added = added_up([figure for figure, _land in pairs])
    assert added.money is not None
    minor = round(Fraction(added.money.minor * 1000, sum(land for _figure, land in pairs)))
    return replace(added, money=Money(minor, added.money.currency))


def _with_parts(land: Mapping[int, int | None], parents: Mapping[int, int | None]) -> dict[int, int]:
    """The land of each project: its own, else that of its parts."""
    found = {project: own for project, own in land.items() if own}
    missing = [project for project, own in land.items() if not own]
    sums: dict[int, int] = {}
    for project, own in found.items():
        parent = parents.get(project)
        while parent in missing:
            sums[parent] = sums.get(parent, 0) + own
            parent = parents.get(parent)
    return found | sums


def _coverage(columns: Sequence[Column], rows: Sequence[tuple[Cell, ...]], found: int, by: str) -> Iterator[str]:
    count = ngettext("{count} project", "{count} projects", found).format(count=found)
    yield _("{count}; (a/b): the figure is known for a of b projects").format(count=count)
    keys = [column.key for column in columns]
    for key in ("foreign_realised_year", "foreign_realised"):
        place = keys.index(key)
        above = [_name(row[0], by) for row in rows if isinstance(share := row[place], Fraction) and share > 1]
        if above:
            yield _("{measure} is above 100%, check the contracted capital: {groups}").format(
                measure=columns[place].title, groups=_(", ").join(above)
            )


def _name(label: Cell, by: str) -> str:
    if label is None:
        return _("projects without {grouping}").format(grouping=group_word(by))
    return label.name(language()) if isinstance(label, Term) else str(label)


def _notes(by: str, year: int) -> tuple[str, ...]:
    notes = [
        _("started of signed: of the projects signed by the day, those started by it; ended projects stay in it"),
        _("same-year start: signed and started in the same year, of all signed"),
        _("kept: of the projects signed in {year}, those started or still active by the day").format(year=year),
        _(
            "foreign capital realised: utilised ÷ contracted, of the year and since the beginning; investment per mu:"
            " total ÷ land where both are known"
        ),
    ]
    if by == "year":
        notes.append(_("a project belongs to the year it was first signed in"))
    return tuple(notes)
