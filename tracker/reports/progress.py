"""`tracker progress`: the year's completion against plan and time, a row a project."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from tracker.analysis.completion import gap_points, share
from tracker.analysis.lights import RULES, Facts, Light, RuleSet, in_words, judge
from tracker.analysis.milestones import Milestone, next_milestone
from tracker.database import Reader
from tracker.dates import Period, elapsed_share
from tracker.i18n import _, language, ngettext
from tracker.money import Figure, Money
from tracker.queries import capital
from tracker.queries.asked import Asked, Filters
from tracker.queries.baselines import BaselineRow
from tracker.reports.baselines import first_total, versions
from tracker.reports.portfolio import ENDED, Standing, family, portfolio
from tracker.reports.report import Bar, Cell, Column, Kind, Report
from tracker.reports.reviews import disagreements, latest_reviews
from tracker.reports.tally import NOTHING, Tally, group_amounts, tallied
from tracker.reports.words import code_column, milestone_term, name_cells, name_columns, term
from tracker.vocabulary import CONDITIONS, LIGHTS, STAGES


@dataclass(frozen=True, slots=True)
class Line:
    """One project's year: completed and plan of the year, completed and total since its beginning, what comes next.

    `first_total` is that of the first baseline, where the project was given another since.
    """

    standing: Standing
    completed: Tally
    plan: Tally
    cumulative: Tally
    total: Tally
    next: Milestone | None
    completion: Fraction | None
    light: Light
    first_total: Tally = NOTHING

    @property
    def project_id(self) -> int:
        """The project's id."""
        return self.standing.row.project_id


def lines(reader: Reader, asked: Asked, standings: Iterable[Standing], rules: RuleSet | str) -> list[Line]:
    """The progress of each project in the year of the day asked about, judged by the rule set `rules`."""
    standings = list(standings)
    ids = {one.row.project_id for one in standings}
    year = tallied(reader, asked, Period.year(asked.as_of.year), kinds=("completed", "plan"), projects=ids)
    ever = tallied(reader, asked, kinds=("completed", "total"), projects=ids)
    rebased = versions(reader, asked)
    return [_line(asked, one, year, ever, rebased.get(one.row.project_id, ()), rules) for one in standings]


def _line(
    asked: Asked,
    one: Standing,
    year: Mapping[tuple[int, str], Tally],
    ever: Mapping[tuple[int, str], Tally],
    baselines: Sequence[BaselineRow],
    rules: RuleSet | str,
) -> Line:
    project = one.row.project_id
    completed, plan = year.get((project, "completed"), NOTHING), year.get((project, "plan"), NOTHING)
    upcoming = next_milestone(one.milestones)
    completion = _completion(completed, plan)
    facts = Facts(
        completion=completion,
        elapsed=elapsed_share(asked.as_of, asked.as_of.year),
        late=upcoming.late(asked.as_of) if upcoming else None,
        next_milestone=milestone_term(upcoming.code, upcoming.title).name(language()) if upcoming else None,
    )
    return Line(
        one,
        completed,
        plan,
        ever.get((project, "completed"), NOTHING),
        ever.get((project, "total"), NOTHING),
        upcoming,
        completion,
        judge(rules, facts),
        first_total(baselines, asked),
    )


def _completion(completed: Tally, plan: Tally) -> Fraction | None:
    """Completed ÷ plan; a plan and nothing booked is nothing completed, an unknown figure is no zero."""
    target = plan.money()
    if target is None:
        return None
    done = Money(0, target.currency) if not completed.figures else completed.money()
    return share(done, target)


def progress(reader: Reader, asked: Asked, filters: Filters, rules: RuleSet | str) -> Report:
    """The progress table. Ended projects are left out unless the filter names their condition."""
    found = portfolio(reader, asked, filters).standings
    running = [one for one in found if filters.condition or one.condition not in ENDED]
    rows = lines(reader, asked, running, rules)
    elapsed = elapsed_share(asked.as_of, asked.as_of.year)
    judged = {key: said.light for key, said in latest_reviews(reader, asked).items()}
    return Report(
        "progress",
        _("Progress {year}").format(year=asked.as_of.year),
        _columns(asked.as_of.year),
        tuple((*_row(line, asked, elapsed), term(LIGHTS, judged.get(line.project_id))) for line in rows),
        asked.as_of,
        asked.known_on,
        totals=_totals(rows, elapsed) if rows else None,
        coverage=(
            *(_coverage(rows, len(found) - len(running), asked) if rows else ()),
            *disagreements((line.standing.row.code, judged.get(line.project_id), line.light) for line in rows),
        ),
        notes=tuple(_notes(reader, asked, elapsed, rules)) if rows else (),
        empty=_("no project matches"),
    )


def _columns(year: int) -> tuple[Column, ...]:
    return (
        code_column(),
        *name_columns(),
        Column("stage", _("Stage"), priority=3),
        Column("condition", _("Condition"), priority=7),
        Column("completed", _("Completed {year}").format(year=year), Kind.AMOUNT, priority=1),
        Column("plan", _("Plan {year}").format(year=year), Kind.AMOUNT, priority=3),
        Column("completion", _("Done"), Kind.RATIO, priority=1),
        Column("bar", "", Kind.TEXT, priority=9, drawn=True),
        Column("gap", _("Gap (points)"), Kind.POINTS, priority=2),
        Column("cumulative", _("Cumulative"), Kind.AMOUNT, priority=6, hidden=True),
        Column("total", _("Total"), Kind.AMOUNT, priority=6, hidden=True),
        Column("cumulative_completion", _("Of total"), Kind.RATIO, priority=5),
        Column("first_completion", _("Of first total"), Kind.RATIO, priority=6),
        Column("next", _("Next milestone"), priority=4),
        Column("next_on", _("Expected"), Kind.DATE, priority=5),
        Column("slip", _("Slip"), Kind.DAYS, priority=4),
        Column("light", _("Light"), priority=1),
        Column("light_reason", _("Why"), priority=9, hidden=True),
        Column("judged", _("Judged"), priority=9, hidden=True),
    )


def _row(line: Line, asked: Asked, elapsed: Fraction) -> tuple[Cell, ...]:
    row, upcoming = line.standing.row, line.next
    return (
        row.code,
        *name_cells(row),
        term(STAGES, line.standing.stage.code) if line.standing.stage else None,
        term(CONDITIONS, line.standing.condition) if line.standing.condition != "active" else None,
        line.completed.cell(),
        line.plan.cell(),
        line.completion,
        Bar(line.completion),
        gap_points(line.completion, elapsed),
        line.cumulative.cell(),
        line.total.cell(),
        share(line.cumulative.money(), line.total.money()),
        share(line.cumulative.money(), line.first_total.money()),
        milestone_term(upcoming.code, upcoming.title) if upcoming else None,
        upcoming.expected if upcoming else None,
        upcoming.late(asked.as_of) if upcoming else None,
        term(LIGHTS, line.light.colour) if line.light.colour != "grey" else None,
        line.light.reason,
    )


@dataclass(frozen=True, slots=True)
class Measured:
    """What the `projects` that have a plan completed of it, in one currency; `lacking` of them have unknown parts."""

    done: Figure
    plan: Figure
    projects: int
    lacking: int

    @property
    def completion(self) -> Fraction | None:
        """Completed ÷ plan."""
        return share(self.done.money, self.plan.money)


def measured(rows: Iterable[Line]) -> Measured | None:
    """The projects that have a plan, together; None where none has, or it is in several currencies or unknown."""
    planned = [line for line in rows if line.plan.known]
    tree = family(line.standing for line in planned)
    plans = group_amounts(tree, {line.project_id: line.plan for line in planned}).figures
    done = group_amounts(tree, {line.project_id: line.completed for line in planned}).figures
    if len(plans) != 1 or len(done) > 1:
        return None
    target = plans[0].money
    assert target is not None
    lacking = sum(1 for line in planned if line.completed.lacking)
    if lacking and not done:
        return None
    return Measured(done[0] if done else Figure(Money(0, target.currency)), plans[0], len(planned), lacking)


def group_completion(rows: Iterable[Line]) -> Fraction | None:
    """Completed ÷ plan over the projects that have a plan; None where they cannot be measured together."""
    found = measured(rows)
    return found.completion if found else None


def _totals(rows: list[Line], elapsed: Fraction) -> tuple[Cell, ...]:
    tree = family(line.standing for line in rows)
    keyed = {
        name: group_amounts(tree, {line.project_id: getattr(line, name) for line in rows})
        for name in ("completed", "plan", "cumulative", "total")
    }
    completion = group_completion(rows)
    cells: dict[str, Cell] = dict(keyed)
    cells |= {
        "code": ngettext("{count} project", "{count} projects", len(rows)).format(count=len(rows)),
        "completion": completion,
        "bar": Bar(completion),
        "gap": gap_points(completion, elapsed),
    }
    return tuple(cells.get(column.key) for column in _columns(0))


def _coverage(rows: list[Line], ended: int, asked: Asked) -> Iterable[str]:
    planned = sum(1 for line in rows if line.plan.known)
    year = asked.as_of.year
    yield _("plan {year} for {planned} of {all} projects; completion is measured over these").format(
        year=year, planned=planned, all=len(rows)
    )
    unknown = sum(1 for line in rows if line.completed.lacking)
    if unknown:
        yield ngettext(
            "completed capital of {count} project is unknown or withheld in part and not added",
            "completed capital of {count} projects is unknown or withheld in part and not added",
            unknown,
        ).format(count=unknown)
    if ended:
        yield ngettext(
            "{count} ended project left out (see it with --condition)",
            "{count} ended projects left out (see them with --condition)",
            ended,
        ).format(count=ended)


def _notes(reader: Reader, asked: Asked, elapsed: Fraction, rules: RuleSet | str) -> Iterable[str]:
    yield _(
        "time progress {share}%; gap = 100 × completion − 100 × time progress; lights by rule set “{rules}”"
    ).format(share=f"{float(100 * elapsed):.1f}", rules=rules if isinstance(rules, str) else rules.name)
    if isinstance(rules, RuleSet) and rules.name not in RULES:
        yield in_words(rules)
    crossing = capital.straddling(reader, asked, asked.as_of.replace(month=1, day=1))
    if crossing:
        yield ngettext(
            "{count} completed entry runs across the year's beginning and counts in the cumulative figure alone",
            "{count} completed entries run across the year's beginning and count in the cumulative figure alone",
            crossing,
        ).format(count=crossing)
