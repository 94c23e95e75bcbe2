"""`tracker progress`: the year's completion against plan and time, a row a project."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import NamedTuple

from tracker.analysis.completion import Ratio, divided, gap_points
from tracker.analysis.rag_status import RULES, Facts, Light, RuleSet, disagrees, in_words, judge, rule_set
from tracker.database import Reader
from tracker.dates import Period, elapsed_share
from tracker.i18n import _, language, ngettext
from tracker.money import Figure, Money, added_up
from tracker.queries import capital
from tracker.queries import projects as project_queries
from tracker.queries.as_of import AsOf, Filters
from tracker.queries.capital import BaselineRow
from tracker.queries.projects import Projects, parts_of
from tracker.reports.capital_sums import (
    NOTHING,
    Alike,
    CapitalSum,
    capital_sums,
    convert,
    counted_elsewhere,
    group_amounts,
    in_currency,
    is_inside,
    parts_by_parent,
    tallied,
    with_parts,
)
from tracker.reports.grouping import folded
from tracker.reports.portfolio import RUNNING, ProjectState, cited, count_matching, family, first_only, portfolio
from tracker.reports.report import Amounts, Bar, Cell, Column, Kind, Report
from tracker.reports.words import (
    code_column,
    figures_to_cell,
    figures_to_column,
    light_cell,
    listed,
    name_cells,
    name_columns,
    term,
)
from tracker.vocabulary import CONDITIONS, ENDED, LIGHTS, STAGES, VALID_FROM, milestone_term

# What was done, and of which whole.
Pair = tuple[CapitalSum, CapitalSum]
# Without a plan, without a gap to time progress, and that gap, first rounded.
Badness = tuple[bool, bool, float, Fraction]


class Line(NamedTuple):
    """One project's year: completed and plan of the year, completed and total since its beginning.

    A parent without a figure of its own has that of its parts. `completed` and the others are in the currency the
    question asks for. `pair` is what was completed of which plan, `ever` what was completed since the beginning of
    which total, and `year` what was completed in the year, all in its own currency, for ratios: the
    `completion` of the year and its `gap` to time progress, and the `shares` of the total and of the first one.
    `first_total` is that of the first baseline, where the project was given another since.
    """

    state: ProjectState
    completed: CapitalSum
    plan: CapitalSum
    cumulative: CapitalSum
    total: CapitalSum
    pair: Pair
    ever: Pair
    year: CapitalSum
    completion: Ratio | None
    gap: Ratio | None
    shares: tuple[Ratio | None, Ratio | None]
    light: Light
    first_total: CapitalSum = NOTHING

    @property
    def project_id(self) -> int:
        """The project's id."""
        return self.state.row.project_id

    @property
    def figures_to(self) -> date | None:
        """The last day that what was completed reaches."""
        year, ever = self.completed.to, self.cumulative.to
        return max(year, ever) if year and ever else year or ever

    @property
    def badness(self) -> Badness:
        """Its place in a table: the lowest gap to time progress first, then what has none, then what has no plan."""
        return badness(bool(self.plan.figures), self.gap)


def badness(planned: bool, gap: Fraction | None) -> Badness:
    """The place in a table of a project with such a gap."""
    # Two floats are compared in a tenth of the time of two fractions, and are equal where these may not be.
    return not planned, gap is None, float(gap or 0), gap or Fraction(0)


def completion_of(done: CapitalSum, plan: CapitalSum) -> Ratio | None:
    """Completed ÷ plan where both are known, in one currency."""
    return divided(_one(done), _one(plan))


def in_one_currency(part: CapitalSum, whole: CapitalSum, as_of: AsOf) -> Ratio | None:
    """part ÷ whole, where they are in several currencies in the one asked for."""
    if as_of.converter is not None and in_several(part, whole):
        part, whole = convert(part, as_of), convert(whole, as_of)
    return completion_of(part, whole)


def _one(capital_sum: CapitalSum) -> Figure | None:
    """The figure of a capital sum in one currency, None where there is none or there are several."""
    return capital_sum.figures[0] if len(capital_sum.figures) == 1 and capital_sum.figures[0].money else None


def lines(reader: Reader, as_of: AsOf, states: Iterable[ProjectState], rules: RuleSet | str) -> list[Line]:
    """The progress of each project in the year of the day asked about, judged by the rule set `rules`."""
    states = list(states)
    native = as_of._replace(converter=None)
    shown = family(states)
    ids = {project for project, _parent in shown}
    # A parent has the figures of all its parts, also of those that are not shown.
    tree = [*shown, *(pair for pair in parts_of(reader, native, ids) if pair[0] not in ids)]
    ids |= {project for project, _parent in tree}
    year = tallied(reader, native, Period.year(as_of.day.year), kinds=("completed", "plan"), projects=ids)
    ever = since_beginning(reader, native, tree, ("completed", "total"))
    rolled = {kind: with_parts(tree, year[kind]) for kind in ("completed", "plan")}
    whole = {kind: with_parts(tree, found) for kind, found in ever.items()}
    of_plan = pairs(tree, year["completed"], year["plan"])
    of_total = pairs(tree, ever["completed"], ever["total"])
    rebased = baseline_versions(reader, native, ids)
    elapsed = elapsed_share(as_of.day, as_of.day.year)
    rules = rule_set(rules) if isinstance(rules, str) else rules

    def line(one: ProjectState) -> Line:
        project = one.row.project_id
        first = first_total(rebased.get(project, ()), native)
        total, cumulative = whole["total"].get(project, NOTHING), whole["completed"].get(project, NOTHING)
        done, plan = of_plan[project]
        completion = completion_of(done, plan)
        missing = missing_of(done, plan) if completion is None else None
        facts = Facts(completion=completion, elapsed=elapsed, missing=missing)
        if rules.base == "slip" and (upcoming := one.next):
            name = milestone_term(upcoming.code, upcoming.title).name(language())
            # The rules judge a suspended project by its days as well.
            late = upcoming._replace(halted=False).late(as_of.day)
            facts = facts._replace(late=late, next_milestone=name)
        return Line(
            one,
            convert(rolled["completed"].get(project, NOTHING), as_of),
            convert(rolled["plan"].get(project, NOTHING), as_of),
            convert(cumulative, as_of),
            convert(total, as_of),
            (done, plan),
            of_total[project],
            rolled["completed"].get(project, NOTHING),
            completion,
            gap_points(completion, elapsed),
            (divided(*map(_one, of_total[project])), divided(_one(cumulative), _one(first))),
            judge(rules, facts),
            convert(first, as_of),
        )

    return [line(one) for one in states]


def missing_of(done: CapitalSum, plan: CapitalSum) -> str | None:
    """Why there is no completion: one of those of Facts; None where there is one."""
    if not plan.known:
        return "unknown plan" if plan.lacking else "plan"
    if not done.known:
        return "unknown" if done.lacking else "figure"
    if completion_of(done, plan) is not None:
        return None
    return "currencies" if in_several(done, plan) else "plan of nothing"


def pairs(
    tree: Sequence[tuple[int, int | None]], done: Mapping[int, CapitalSum], whole: Mapping[int, CapitalSum]
) -> dict[int, Pair]:
    """For each project what was done of which whole, from the figures of its own that projects have.

    Where the whole is that of the parts, so is what was done: of those parts that have one, unless the parent has a
    figure of its own.
    """
    rolled_done, rolled_whole = with_parts(tree, done), with_parts(tree, whole)
    parts = parts_by_parent(tree)

    def with_whole(project: int) -> list[int]:
        """The project, or those of its parts, that a whole is of."""
        if whole.get(project, NOTHING).known or project not in parts:
            return [project]
        return [one for part in parts[project] for one in with_whole(part) if whole.get(one, NOTHING).known]

    found = {}
    for project, _parent in tree:
        part = rolled_done[project]
        members = with_whole(project) if project in parts and not done.get(project, NOTHING).known else []
        if members and members != [project]:
            items: list[tuple[int, int | None]] = [(project, None), *((one, project) for one in members)]
            part = with_parts(items, {one: rolled_done.get(one, NOTHING) for one in members})[project]
        found[project] = part, rolled_whole[project]
    return found


def with_parts_since(
    reader: Reader, as_of: AsOf, tree: Sequence[tuple[int, int | None]], found: Mapping[int, CapitalSum], kind: str
) -> dict[int, CapitalSum]:
    """The cumulative figures, those of parents with their parts where both have figures."""
    parts = parts_by_parent(tree)
    if not parts:
        return dict(found)
    spoke = {project for project, capital_sum in found.items() if capital_sum.state != "not_reported"}
    parents = dict(tree)
    above = set[int]()
    for project in spoke:
        parent = parents.get(project)
        while parent is not None and parent not in above:
            above.add(parent)
            parent = parents.get(parent)
    # A known figure that reaches the day needs nothing of the parts.
    reaching = {
        one
        for one, capital_sum in found.items()
        if capital_sum.state == "known" and capital_sum.to and capital_sum.to >= as_of.day
    }
    both = (above & spoke & set(parents)) - reaching
    if not both:
        return dict(found)
    return dict(found) | capital_sums(capital.of_families(reader, as_of, kind, parts, sorted(both)))[kind]


def since_beginning(
    reader: Reader, as_of: AsOf, tree: Sequence[tuple[int, int | None]], kinds: Collection[str]
) -> dict[str, dict[int, CapitalSum]]:
    """For each kind what projects have since their beginning, in its own currency; parts stand apart."""
    native = as_of._replace(converter=None)
    own = tallied(reader, native, kinds=kinds, projects={project for project, _parent in tree})
    return {
        kind: own[kind] if kind in VALID_FROM else with_parts_since(reader, native, tree, own[kind], kind)
        for kind in kinds
    }


def progress(
    reader: Reader,
    as_of: AsOf,
    filters: Filters,
    rules: RuleSet | str,
    currency: str,
    limit: int | None = None,
    *,
    every: bool = False,
) -> Report:
    """The progress table, worst first. Ended projects are left out unless the filter names their condition.

    Of plans in several currencies the share done together is that of those in `currency`. Projects without a plan come
    last, in one line unless `every` one is to be shown. Of the first `limit` of many projects, in the order they were
    opened, no total is taken.
    """
    limit = first_only(reader, as_of, filters, limit)
    if limit is not None and not filters.condition:
        filters = filters._replace(condition=RUNNING)
    found = portfolio(reader, as_of, filters, limit=limit).states
    running = [one for one in found if filters.condition or one.condition not in ENDED]
    rows = lines(reader, as_of, running, rules)
    elapsed = elapsed_share(as_of.day, as_of.day.year)
    if limit is None:
        rows.sort(key=lambda line: line.badness)
    unplanned = sum(1 for line in rows if not line.plan.figures)
    shown = {line.project_id: line.state.row.code for line in rows}
    across = capital.across_year_end(reader, as_of, "completed", shown)
    judged = {key: said.light for key, said in latest_reviews(reader, as_of, projects=shown).items()}
    cells = tuple((*_row(line, as_of, elapsed), term(LIGHTS, judged.get(line.project_id))) for line in rows)
    columns = _columns(as_of.day.year)
    tree = family(line.state for line in rows)
    sums = {name: _sum(tree, rows, name) for name in _SUMMED} if rows and limit is None else {}
    fold = 0 if every or limit is not None or unplanned == len(rows) else unplanned
    return Report(
        "progress",
        _("Progress {year}").format(year=as_of.day.year),
        columns,
        cells,
        as_of.day,
        as_of.known_on,
        totals=_totals(rows, sums, elapsed, as_of, currency) if sums else None,
        elsewhere=_elsewhere(rows, sums) if sums and parts_by_parent(tree) else None,
        fold=fold,
        folded=folded(columns, cells[-fold:]) if fold else None,
        found=count_matching(reader, as_of, filters) if limit is not None else None,
        coverage=(
            *(_coverage(rows, len(found) - len(running), as_of) if rows and limit is None else ()),
            *(done_together_in_words((line.pair for line in rows), as_of, currency) if rows and limit is None else ()),
            *across_year_end_in_words((number, shown[project], days) for number, project, days in across),
            *overridden((line.state.row.code, judged.get(line.project_id), line.light.colour) for line in rows),
        ),
        notes=(
            *(_notes(elapsed, rules) if rows else ()),
            *disagreements((line.state.row.code, judged.get(line.project_id), line.light.colour) for line in rows),
        ),
        empty=_("no project matches"),
    )


def _columns(year: int) -> tuple[Column, ...]:
    return (
        code_column(),
        *name_columns(),
        Column("stage", _("Stage"), priority=3),
        Column("condition", _("Condition"), priority=7),
        Column("completed", _("Completed {year}").format(year=year), Kind.AMOUNT, priority=0),
        Column("plan", _("Plan {year}").format(year=year), Kind.AMOUNT, priority=0),
        Column("completion", _("Done"), Kind.RATIO, priority=0),
        Column("bar", "", Kind.TEXT, priority=1, drawn=True),
        Column("gap", _("Gap (pp)"), Kind.POINTS, priority=0),
        Column("cumulative", _("Cumulative"), Kind.AMOUNT, priority=6, hidden=True),
        Column("total", _("Total"), Kind.AMOUNT, priority=6, hidden=True),
        Column("cumulative_completion", _("% of total"), Kind.RATIO, priority=5),
        Column("first_completion", _("% of original total"), Kind.RATIO, priority=6),
        Column("next", _("Next milestone"), priority=4),
        Column("next_on", _("Expected"), Kind.DATE, priority=5),
        Column("slip", _("Slip"), Kind.DAYS, priority=4),
        figures_to_column(priority=8),
        Column("light", _("Light"), priority=0),
        Column("light_reason", _("Why"), priority=9, hidden=True),
        Column("judged", _("Judged"), priority=9, hidden=True),
    )


def _row(line: Line, as_of: AsOf, elapsed: Fraction) -> tuple[Cell, ...]:
    row, upcoming = line.state.row, line.state.next
    return (
        row.code,
        *name_cells(row),
        term(STAGES, line.state.stage),
        term(CONDITIONS, line.state.condition) if line.state.condition != "active" else None,
        line.completed.cell(),
        line.plan.cell(),
        line.completion,
        Bar(line.completion, elapsed),
        line.gap,
        line.cumulative.cell(),
        line.total.cell(),
        *line.shares,
        milestone_term(upcoming.code, upcoming.title) if upcoming else None,
        upcoming.expected if upcoming else None,
        upcoming.late(as_of.day) if upcoming else None,
        figures_to_cell(line.figures_to),
        light_cell(line.light.colour),
        line.light.reason,
    )


class Measured(NamedTuple):
    """What `projects` with a plan completed of it together, in one currency.

    `unreported` of them have no figure of the year: their plan counts, and nothing is added for them. `lacking` of them
    have an unknown figure and count in neither. With `partial` ones `done` is at least that.
    """

    done: Figure
    plan: Figure
    projects: int
    unreported: int
    lacking: int
    partial: bool

    @property
    def completion(self) -> Ratio | None:
        """Completed ÷ plan."""
        return divided(self.done, self.plan)


def together(
    found: Mapping[int, Pair],
    tree: Sequence[tuple[int, int | None]],
    as_of: AsOf,
    currency: str | None = None,
    alone: Iterable[tuple[CapitalSum, CapitalSum, int]] = (),
) -> Measured | None:
    """What families did of their wholes, together; None where none has a figure, or they are of several currencies.

    With `currency`, those whose whole is in it alone. Where the question asks for one currency and the families are of
    several, done and whole of each are taken at one rate. `alone` are sums of more projects that are no families, of
    done and whole, each with how many they are.
    """
    alone = [one for one in alone if one[1].known]
    chosen = {project: found[project] for project, _parent in tree if project in found and found[project][1].known}
    if currency is not None and as_of.converter is None:
        chosen = {project: pair for project, pair in chosen.items() if in_one(currency, *pair)}
        alone = [one for one in alone if in_one(currency, *one[:2])]
    parents = dict(tree)
    families = [pair for project, pair in chosen.items() if not is_inside(project, parents, chosen)]
    counted = [pair for pair in families if not pair[0].lacking]
    lacking = len(families) - len(counted) + sum(count for part, _whole, count in alone if part.lacking)
    counted += [(part, whole) for part, whole, _count in alone if not part.lacking]
    currencies = {f.money.currency for pair in counted for capital_sum in pair for f in capital_sum.figures if f.money}
    if len(currencies) > 1 and as_of.converter is not None:
        counted = [(convert(done, as_of), convert(whole, as_of)) for done, whole in counted]
        currencies = {as_of.converter.target}
    if len(currencies) != 1:
        return None
    done = [figure for done, _whole in counted for figure in done.figures if figure.money]
    wholes = [figure for _done, whole in counted for figure in whole.figures if figure.money]
    if not done or not wholes:
        return None
    unreported = sum(1 for part, _whole in counted if not part.known)
    unreported += sum(count - 1 for part, _whole, count in alone if not (part.known or part.lacking))
    projects = len(chosen) + sum(count for _part, _whole, count in alone)
    partial = any(part.partial for part, _whole in counted)
    return Measured(added_up(done), added_up(wholes), projects, unreported, lacking, partial)


def quotient(
    tree: Sequence[tuple[int, int | None]],
    parts: Mapping[int, CapitalSum],
    wholes: Mapping[int, CapitalSum],
    as_of: AsOf,
    alone: tuple[Sequence[Alike], Sequence[Alike]] = ((), ()),
) -> Ratio | None:
    """The sum of some figures ÷ that of others, in the one currency they are in, else in the one asked for.

    `alone` are parts and wholes of more projects, which are no families and have nothing to be converted.
    """
    sums = [group_amounts(tree, *both).figures for both in zip((parts, wholes), alone, strict=True)]
    currencies = {figure.money.currency for figures in sums for figure in figures if figure.money}
    if len(currencies) > 1 and as_of.converter is not None:
        one_currency = ({project: convert(one, as_of) for project, one in found.items()} for found in (parts, wholes))
        sums = [group_amounts(tree, *both).figures for both in zip(one_currency, alone, strict=True)]
    if any(len(figures) != 1 for figures in sums):
        return None
    return divided(sums[0][0], sums[1][0])


def one_currency(found: Iterable[Pair], currency: str) -> str:
    """The currency that all of these are in where that is one; else `currency`, in which some may be measured."""
    known = {
        figure.money.currency
        for pair in found
        for capital_sum in pair
        for figure in capital_sum.figures
        if figure.money
    }
    return known.pop() if len(known) == 1 else currency


def in_several(*capital_sums: CapitalSum) -> bool:
    """Whether the known figures are not all in one currency."""
    return len({figure.money.currency for one in capital_sums for figure in one.figures if figure.money}) > 1


def in_one(currency: str, *capital_sums: CapitalSum) -> bool:
    """Whether every known figure is in `currency`."""
    return all(figure.money.currency == currency for one in capital_sums for figure in one.figures if figure.money)


def group_completion(rows: Sequence[Line], as_of: AsOf, currency: str) -> Ratio | None:
    """Completed ÷ plan over the families with a plan, in the one currency they are in, else those in `currency`."""
    within = planned_in((line.pair for line in rows), currency)
    found = together({line.project_id: line.pair for line in rows}, family(line.state for line in rows), as_of, within)
    return found.completion if found else None


def planned_in(found: Iterable[Pair], currency: str) -> str:
    """The currency that all plans and what was completed of them are in where that is one, else `currency`."""
    return one_currency((pair for pair in found if pair[1].known), currency)


def done_together_in_words(found: Iterable[Pair], as_of: AsOf, currency: str) -> Iterable[str]:
    """A sentence on which projects the share done together is over, where their plans are in several currencies."""
    planned = [pair for pair in found if pair[1].known]
    if as_of.converter is not None or not in_several(*(capital_sum for pair in planned for capital_sum in pair)):
        return
    of_some, of_none = done_together_templates()
    yield (of_some if any(in_one(currency, *pair) for pair in planned) else of_none).format(currency=currency)


def done_together_templates() -> tuple[str, str]:
    """These sentences, with {currency}: that some projects are planned in it, and that none is."""
    return (
        _("done together: over the projects planned in {currency}"),
        _("done together: –, plans are in several currencies and none in {currency}"),
    )


_SUMMED = ("completed", "plan", "cumulative", "total")


def _sum(tree: Sequence[tuple[int, int | None]], rows: list[Line], name: str) -> Amounts:
    return group_amounts(tree, {line.project_id: getattr(line, name) for line in rows})


def _totals(
    rows: list[Line], sums: Mapping[str, Amounts], elapsed: Fraction, as_of: AsOf, currency: str
) -> tuple[Cell, ...]:
    completion = group_completion(rows, as_of, currency)
    cells: dict[str, Cell] = {name: added.led_by(currency) for name, added in sums.items()}
    cells |= {
        "code": ngettext("{count} project", "{count} projects", len(rows)).format(count=len(rows)),
        "completion": completion,
        "bar": Bar(completion, elapsed),
        "gap": gap_points(completion, elapsed),
    }
    return tuple(cells.get(column.key) for column in _columns(0))


def _elsewhere(rows: list[Line], sums: Mapping[str, Amounts]) -> tuple[Cell, ...] | None:
    """What the totals leave out of the rows: parts whose parent holds for them."""
    cells: dict[str, Cell] = {}
    for name, added in sums.items():
        left = counted_elsewhere((getattr(line, name).cell() for line in rows), added)
        if left:
            cells[name] = left
    if not cells:
        return None
    cells["code"] = _("parts counted with their parent")
    return tuple(cells.get(column.key) for column in _columns(0))


def _coverage(rows: list[Line], ended: int, as_of: AsOf) -> Iterable[str]:
    planned = [line for line in rows if line.plan.known]
    unreported = sum(1 for line in planned if line.completed.state == "not_reported")
    yield planned_in_words(len(planned), len(rows), unreported, as_of.day.year)
    yield from states_in_words(Counter(line.completed.state for line in rows))
    if ended:
        yield ngettext("{count} ended project left out", "{count} ended projects left out", ended).format(count=ended)


def planned_in_words(planned: int, shown: int, unreported: int, year: int) -> str:
    """How many of the projects shown have a plan of the year, and how many of these have no figure of it."""
    words = _("plan {year} for {planned} of {all} projects").format(year=year, planned=planned, all=shown)
    if not unreported:
        return words
    return _("{plan}, {count} of them not reported").format(plan=words, count=unreported)


def _notes(elapsed: Fraction, rules: RuleSet | str) -> Iterable[str]:
    yield _("completion is measured over the projects with a plan")
    yield _("time progress {share}%; gap = 100 × completion − 100 × time progress; worst first").format(
        share=f"{float(100 * elapsed):.1f}"
    )
    rules = RULES[rules] if isinstance(rules, str) else rules
    yield _("lights by rule set {rules}").format(rules=in_words(rules))


def across_year_end_in_words(found: Iterable[tuple[int, str, Period]]) -> Iterable[str]:
    """A sentence that names the completed figures which lie across the year's end and so count in no calendar year.

    Each is given as the number of its entry, the code of its project, and its days.
    """
    named = [
        _("{code} {days} (entry {id})").format(code=code, days=days.display(language()), id=number)
        for number, code, days in found
    ]
    if named:
        yield _("across the year's end, so in no calendar year: {named}").format(named=listed(named))


def states_in_words(states: Counter[str]) -> Iterable[str]:
    """Sentences about how many figures are unknown and not added, or at least what they say."""
    lacking, partial = states["lacking"] + states["withheld"], states["partial"]
    if lacking:
        yield ngettext(
            "{count} completed figure partly unknown or withheld, left out of the total",
            "{count} completed figures partly unknown or withheld, left out of the total",
            lacking,
        ).format(count=lacking)
    if partial:
        yield ngettext(
            "{count} at least (≥): months not reported", "{count} at least (≥): months not reported", partial
        ).format(count=partial)


def baseline_versions(reader: Reader, as_of: AsOf, project: Projects = None) -> dict[int, tuple[BaselineRow, ...]]:
    """For each project that was given a new baseline, the versions approved by the day asked about."""
    found: dict[int, list[BaselineRow]] = {}
    for row in capital.baselines(reader, as_of, project):
        if row.effective_from <= as_of.day:
            found.setdefault(row.project_id, []).append(row)
    return {project: tuple(rows) for project, rows in found.items()}


def first_total(found: Sequence[BaselineRow], as_of: AsOf) -> CapitalSum:
    """The total of the first version, where there is more than one."""
    return _baseline_sum(found[0], as_of) if len(found) > 1 else NOTHING


def _baseline_sum(row: BaselineRow, as_of: AsOf) -> CapitalSum:
    figure = _baseline_figure(row, as_of)
    return CapitalSum((figure,), "known" if figure.money else "lacking") if figure else NOTHING


def _baseline_figure(row: BaselineRow, as_of: AsOf) -> Figure | None:
    """The total of a version, in the currency the question asks for."""
    if row.currency is None or row.availability is None:
        return None
    if row.minor is None:
        return Figure(None, "exact", row.availability)
    return in_currency(Figure(Money(row.minor, row.currency), row.qualifier or "exact", row.availability), as_of)


def baseline_rows(found: Sequence[BaselineRow], as_of: AsOf) -> Iterator[tuple[Cell, ...]]:
    """The lines of `tracker show`: each version with its total, its approval, its days and its reason."""
    for row in found:
        total = _baseline_sum(row, as_of).figures
        approved = Period.day(row.approved) if row.approved else None
        words = (_baseline_days(row), row.reason, cited(row.source, row.quote, row.note))
        yield (
            _("Baselines"),
            _("Version {number}").format(number=row.version),
            Amounts(total) if total else None,
            approved,
            _("; ").join(word for word in words if word) or None,
        )


def _baseline_days(row: BaselineRow) -> str:
    spans = ((_("start {on}"), row.start_first, row.start_last), (_("end {on}"), row.end_first, row.end_last))
    return _(", ").join(
        text.format(on=Period.of(first, last).display(language())) for text, first, last in spans if first and last
    )


# So many differences are named one by one.
MOST_NAMED = 12


class Latest(NamedTuple):
    """The latest word on each subject; `physical` in hundredths of a percent, `light` a code of LIGHTS."""

    physical: int | None = None
    light: str | None = None
    text: str | None = None


NOTHING_SAID = Latest()


def latest_reviews(
    reader: Reader, as_of: AsOf, within: Period | None = None, *, projects: Projects = None
) -> dict[int, Latest]:
    """For each project, the last review by the day asked about; of two on one day, what was recorded later.

    With `within`, only reviews of time that ended in it.
    """
    found: dict[int, Latest] = {}
    for row in sorted(project_queries.reviews(reader, as_of, projects), key=lambda row: row.last_day):
        if within is not None and not within.contains(row.last_day):
            continue
        said = {name: value for name in Latest._fields if (value := getattr(row, name)) is not None}
        found[row.project_id] = found.get(row.project_id, NOTHING_SAID)._replace(**said)
    return found


def overridden(lights: Iterable[tuple[str, str | None, str]]) -> tuple[str, ...]:
    """How many lights, given as code, judged and computed, reviewers judged otherwise; nothing where none."""
    count = sum(1 for _code, judged, light in lights if disagrees(judged, light))
    if not count:
        return ()
    sentence = ngettext("{count} light overridden by reviewers", "{count} lights overridden by reviewers", count)
    return (sentence.format(count=count),)


def disagreements(lights: Iterable[tuple[str, str | None, str]]) -> tuple[str, ...]:
    """A sentence that names the projects, given as code, judged and computed light, where both lights differ."""
    differing = [one for one in lights if disagrees(*one[1:])]
    if not differing:
        return ()
    named = [
        _("{code} ({judged}, computed {computed})").format(
            code=code, judged=_light_name(judged), computed=_light_name(computed)
        )
        for code, judged, computed in differing[:MOST_NAMED]
    ]
    rest = len(differing) - len(named)
    if rest:
        named.append(ngettext("and {count} more", "and {count} more", rest).format(count=rest))
    sentence = ngettext(
        "{count} light was overridden by reviewers: {named}",
        "{count} lights were overridden by reviewers: {named}",
        len(differing),
    )
    return (sentence.format(count=len(differing), named=_(", ").join(named)),)


def _light_name(colour: str | None) -> str:
    light = term(LIGHTS, colour)
    return light.name(language()) if light else ""
