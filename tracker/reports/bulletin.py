"""`tracker report bulletin`: the bulletin 通报 of a month, every number of it a value of the tables."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from tracker.analysis.completion import gap_points, points_between
from tracker.analysis.targets import months_left, needed_a_month
from tracker.database import Reader
from tracker.dates import Period
from tracker.i18n import language
from tracker.money import Figure
from tracker.money import Money as Exact
from tracker.queries.asked import Filters
from tracker.reports import bulletin_events as events
from tracker.reports.bulletin_events import Events, Halted, Missed, Moved, Problem, Requests
from tracker.reports.bulletin_projects import Project, Projects, Ranking, ranked_groups, ranked_projects
from tracker.reports.bulletin_targets import Target, rate_goals, targets
from tracker.reports.bulletin_values import Amount, Day, Gap, Growth, Money, Month, Number, Spelling, day, month
from tracker.reports.four_rates import Planned
from tracker.reports.missing import news_of
from tracker.reports.month import Month as Facts
from tracker.reports.monthly import money_cells
from tracker.reports.progress import Measured
from tracker.reports.restated import in_words, restated_in
from tracker.reports.words import country, figures_to_cell
from tracker.vocabulary import CONDITIONS, STAGES, Term


@dataclass(frozen=True, slots=True)
class Scope:
    """One filter: its name, such as owner, and the words it is looked for by."""

    key: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Together:
    """The projects with a plan in `currency`: what they completed of it; `lacking` of them have unknown parts."""

    currency: str
    projects: int
    plan: Money
    done: Money
    completion: Number | None
    gap: Gap | None
    lacking: int


@dataclass(frozen=True, slots=True)
class Rate:
    """How many of a cohort have done it; `unclear` more are dated too vaguely to be in it or not.

    `change` is in points on the same day of the year before; `early` did it before the time planned.
    """

    rate: Number | None
    done: int
    cohort: int
    unclear: int
    change: Gap | None
    early: tuple[Project, ...]


@dataclass(frozen=True, slots=True)
class Rates:
    """The four rates; `funds` over the `funded` projects with both figures in one currency; `goals` set for them.

    Rates `of_year` are of what is planned for the whole year, the others of what is planned so far. `undated` projects
    came to a stage on a day not known, and are in no cohort of it.
    """

    started_of_signed: Rate
    started_of_planned: Rate
    started_of_year: Rate
    completed: Rate
    completed_of_year: Rate
    commissioned: Rate
    commissioned_of_year: Rate
    undated: int
    funds: Number | None
    funded: int
    goals: tuple[Target, ...]


@dataclass(frozen=True, slots=True)
class Restatement:
    """The figures of a project in a closed month that are otherwise now than at its close, in words."""

    month: Month
    project: str
    figures: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Needed:
    """What is missing to the plan of the year, and what each of the months left has to bring."""

    left: Money
    months: int
    a_month: Money


@dataclass(frozen=True, slots=True)
class Bulletin:
    """Everything a bulletin may say, under the names a template knows it by."""

    month: Month
    as_of: Day
    known_on: str | None
    by: str
    scope: tuple[Scope, ...]
    projects: int
    ended: int
    planned: int
    plan: Amount | None
    this_month: Amount | None
    year_to_date: Amount | None
    on_year: Growth | None
    time_progress: Number | None
    together: Together | None
    lacking: int
    unreported: int
    expected: int
    not_reported: int
    silent: bool
    figures_to: Day | None
    restated: tuple[Restatement, ...]
    red: int
    yellow: int
    rates: Rates
    groups: Ranking
    ranking: Ranking
    signed: Events
    started: Events
    completed: Events
    in_production: Events
    halted: tuple[Halted, ...]
    missed: tuple[Missed, ...]
    overdue: int
    moved: tuple[Moved, ...]
    requests: Requests
    problems: tuple[Problem, ...]
    targets: tuple[Target, ...]
    needed: Needed | None

    @property
    def empty(self) -> bool:
        """Whether no project matches."""
        return not self.projects and not self.ended


def bulletin(reader: Reader, facts: Facts, filters: Filters, by: str, spelling: Spelling) -> Bulletin:
    """The bulletin of a month of the projects that match `filters`, ranked in groups by one of GROUPS."""
    projects, cells = Projects(facts, spelling), money_cells(facts)
    news = news_of(reader, facts.asked, facts.period, {line.project_id: line.figures_to for line in facts.lines})
    reach = figures_to_cell(news.to)
    return Bulletin(
        month=month(facts.period),
        as_of=day(Period.day(facts.asked.as_of)),
        known_on=facts.asked.known_on.isoformat() if facts.asked.known_on else None,
        by=by,
        scope=tuple(_scope(filters, spelling)),
        projects=len(facts.items),
        ended=len(facts.standings) - len(facts.items),
        planned=sum(1 for item in facts.items if item.line.plan.known),
        plan=spelling.amount(cells["plan"]),
        this_month=spelling.amount(cells["month"]),
        year_to_date=spelling.amount(cells["year_to_date"]),
        on_year=spelling.growth(facts.growth, cells["year_before"], Period.day(facts.year_before.day)),
        time_progress=spelling.told(facts.elapsed),
        together=_together(facts, spelling),
        lacking=facts.lacking,
        unreported=facts.unreported,
        expected=news.expected,
        not_reported=news.missing,
        silent=news.is_none,
        figures_to=day(reach) if reach else None,
        restated=tuple(_restated(reader, facts, filters, spelling)),
        red=facts.lit("red"),
        yellow=facts.lit("yellow"),
        rates=_rates(reader, facts, filters, projects),
        groups=ranked_groups(reader, facts, by, spelling),
        ranking=ranked_projects(facts, projects),
        signed=events.signed(facts, projects),
        started=events.started(facts, projects),
        completed=events.reached(facts, projects, "completed"),
        in_production=events.reached(facts, projects, "in_production"),
        halted=tuple(events.halted(facts, projects)),
        missed=tuple(events.missed(facts, projects)),
        overdue=events.overdue(facts),
        moved=tuple(events.moved(facts, projects)),
        requests=events.requests(reader, facts, filters, spelling),
        problems=tuple(events.problems(reader, facts, projects)),
        targets=tuple(targets(reader, facts.asked, filters, spelling)),
        needed=_needed(facts, spelling),
    )


def _scope(filters: Filters, spelling: Spelling) -> Iterable[Scope]:
    for key in Filters.__slots__:
        found: Sequence[str | int] = getattr(filters, key)
        if found:
            yield Scope(key, tuple(spelling.words(_named(key, str(word))) for word in found))


def _named(key: str, word: str) -> str:
    """The word of a filter as people read it: codes by their names."""
    terms: dict[str, Callable[[str], Term | None]] = {
        "stage": STAGES.get,
        "condition": CONDITIONS.get,
        "country": country,
    }
    found = terms[key](word) if key in terms else None
    return found.name(language()) if found else word


def _restated(reader: Reader, facts: Facts, filters: Filters, spelling: Spelling) -> Iterable[Restatement]:
    matching = {one.row.project_id for one in facts.standings}
    by_project: dict[tuple[Period, str], list[str]] = {}
    for one in restated_in(reader, facts.asked, filters, facts.period, matching):
        last = one.figure.last_day
        by_project.setdefault((Period.month(last.year, last.month), one.code), []).append(in_words(one.figure))
    for (period, code), figures in by_project.items():
        yield Restatement(month(period), spelling.words(code), tuple(map(spelling.words, figures)))


def _together(facts: Facts, spelling: Spelling) -> Together | None:
    measured = facts.measured
    if measured is None:
        return None
    return Together(
        facts.currency,
        measured.projects,
        spelling.money(measured.plan),
        spelling.money(measured.done),
        spelling.told(measured.completion),
        spelling.gap(gap_points(measured.completion, facts.elapsed)),
        measured.lacking,
    )


def _rates(reader: Reader, facts: Facts, filters: Filters, projects: Projects) -> Rates:
    (now, before), spelling = facts.rates(facts.standings), projects.spelling
    found, earlier = now.cohorts(), before.cohorts()
    by_code = {one.row.code: one for one in facts.standings}

    def told(key: str, planned: Planned | None = None) -> Rate:
        one = found[key]
        change = spelling.gap(points_between(one.rate, earlier[key].rate))
        early = tuple(projects.of(by_code[code]) for code in planned.early) if planned else ()
        return Rate(spelling.told(one.rate), one.done, one.size, one.unclear, change, early)

    return Rates(
        started_of_signed=told("started_of_signed"),
        started_of_planned=told("started_of_planned"),
        started_of_year=told("started_of_year", now.started),
        completed=told("completed_of_planned"),
        completed_of_year=told("completed_of_year", now.completed),
        commissioned=told("commissioned_of_planned"),
        commissioned_of_year=told("commissioned_of_year", now.commissioned),
        undated=now.undated,
        funds=spelling.told(now.funds),
        funded=now.funded,
        goals=tuple(rate_goals(reader, facts.asked, filters, spelling)),
    )


def _needed(facts: Facts, spelling: Spelling) -> Needed | None:
    """What is still to come; None where there is no plan, or it is reached, or the year is over."""
    measured, as_of = facts.measured, facts.asked.as_of
    left = months_left(Period.year(as_of.year), as_of)
    if measured is None or left is None:
        return None
    plan, done = measured.plan.money, measured.done.money
    if plan is None or done is None or done.minor >= plan.minor:
        return None
    a_month = round(needed_a_month(done.minor, plan.minor, left))
    missing, monthly = (_missing(measured, Exact(minor, plan.currency)) for minor in (plan.minor - done.minor, a_month))
    return Needed(spelling.money(missing), int(left), spelling.money(monthly))


def _missing(measured: Measured, money: Exact) -> Figure:
    """The difference of two figures: about as much where one is not exact, at most where something is not known."""
    words = {measured.plan.qualifier, measured.done.qualifier}
    qualifier = "about" if words != {"exact"} else "at_most" if measured.lacking else "exact"
    estimated = "estimated" in (measured.plan.availability, measured.done.availability)
    return Figure(money, qualifier, "estimated" if estimated else "reported")
