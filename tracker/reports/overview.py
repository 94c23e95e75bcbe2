"""`tracker` alone: what needs attention, the worst first, what changed, and where the year stands."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta, tzinfo
from fractions import Fraction
from heapq import nsmallest
from operator import itemgetter

from tracker import currencies
from tracker.analysis.completion import Ratio, gap_points, points_in_words
from tracker.analysis.milestones import Milestone
from tracker.analysis.rag_status import Facts, Light, RuleSet, bounds, judge
from tracker.database import Reader
from tracker.dates import Period, elapsed_share, month_end
from tracker.i18n import _, language, ngettext
from tracker.money import figure_text
from tracker.queries import capital
from tracker.queries.as_of import FOREVER, AsOf, Filters
from tracker.queries.milestones import expected, next_due
from tracker.queries.months import expected as expected_to_report
from tracker.queries.project_figures import AlikeProjects, furthest_behind
from tracker.queries.projects import count, parts_of
from tracker.queries.reference import working_days
from tracker.reports.capital_sums import (
    Sums,
    added,
    convert,
    group_amounts,
    of_year,
    tallied,
    with_parts,
)
from tracker.reports.changes import Window, changes
from tracker.reports.missing import MISSING
from tracker.reports.portfolio import RUNNING, ProjectState, family, matching_ids, portfolio, some, states_of
from tracker.reports.progress import Pair, completion_of, lines, missing_of, pairs, together
from tracker.reports.report import Amounts, Cell, Column, Kind, Report
from tracker.reports.requests import due_steps, named_requests
from tracker.reports.words import figures_to_cell, heading, name_of
from tracker.text import command_line
from tracker.vocabulary import ENDED, Term, milestone_term

# More rows of one section are in the list it names; of more than this nobody counts them.
MOST, COUNTED = 20, 500
# A table for people has as many lines.
LINES = 30
_COLUMNS = ("section", "code", "item", "on", "late", "days", "plan", "completed", "completion", "gap")
_Row = tuple[Cell, ...]


def overview(
    reader: Reader, as_of: AsOf, filters: Filters, rules: RuleSet, due_days: int, zone: tzinfo, currency: str
) -> Report:
    """What needs attention of the running projects that match, on one page.

    Red lights; milestones overdue and due within `due_days` days; who has not reported the last month that is over;
    follow-ups and requests that are due; what changed since the last working day; the year in each currency, that of
    the settings first. Days end in `zone`. Days late are negative for what is still to come.
    """
    year = _Year(reader, as_of, filters, rules)
    sections = (
        *_red(reader, as_of, rules, year),
        *_overdue(reader, as_of, filters),
        *_due(reader, as_of, filters, due_days),
        *_not_reported(reader, as_of, year.chosen),
        *_follow_ups(reader, as_of, filters),
        *_requests(reader, as_of, filters),
        *_changes(reader, as_of, filters, zone),
        *_of_year(as_of, year, currency),
    )
    return Report(
        "overview",
        _("Overview"),
        _columns(),
        tuple(sections) if year.projects else (),
        as_of.day,
        as_of.known_on,
        grouped=True,
        brief=LINES,
        empty=_("no running project matches")
        if filters != Filters() or (not year.projects and count(reader, as_of, filters))
        else _("no project yet; add the first with: {command}").format(
            command=command_line(_("project add CODE --name … --total …"))
        ),
    )


def _columns() -> tuple[Column, ...]:
    return (
        Column("section", _("Section"), priority=1),
        Column("code", _("Code"), priority=1),
        Column("item", _("What"), priority=1, most_lines=1),
        Column("on", _("On"), Kind.ANY, hidden=True),
        Column("late", _("Days late"), Kind.DAYS, priority=1),
        Column("days", _("Days"), Kind.DAYS, hidden=True),
        Column("plan", _("Plan"), Kind.AMOUNT, hidden=True),
        Column("completed", _("Completed"), Kind.AMOUNT, hidden=True),
        Column("completion", _("Done"), Kind.RATIO, hidden=True),
        Column("gap", _("Gap (pp)"), Kind.POINTS, hidden=True),
    )


def _row(section: Term, **cells: Cell) -> _Row:
    days = cells.get("days")
    cells["late"] = days if isinstance(days, int) and days > 0 else None
    return tuple((section if key == "section" else cells.get(key)) for key in _COLUMNS)


def _section(code: str, name: str, count: int, of: int | None = None) -> Term:
    """The heading of a section: its name and how many there are."""
    many = _("{count} or more").format(count=count) if of is None and count > COUNTED else str(count)
    if of is not None:
        many = _("{count} of {all}").format(count=count, all=of)
    text = _("{section}: {count}").format(section=name, count=many)
    return Term(code, text, text)


class _Year:
    """Plan and completed of the year of the running projects, in the currency each was said in.

    Of simple projects there are `sums`; `chosen` are the filters by which projects run, `bounds` those of their lights.
    """

    def __init__(self, reader: Reader, as_of: AsOf, filters: Filters, rules: RuleSet) -> None:
        self.elapsed = elapsed_share(as_of.day, as_of.day.year)
        self.bounds = bounds(rules, self.elapsed)
        self.chosen = filters if filters.condition else filters._replace(condition=RUNNING)
        # A light by slip looks at the milestones.
        labels = () if rules.base != "slip" else None
        kinds = ("completed", "plan")
        every = added(reader, as_of, self.chosen, labels, kinds, _add, bounds=self.bounds)
        self.states, self.sums = every.states, every.simple.get((), Sums())
        own = {one.row.project_id for one in self.states}
        native = as_of._replace(converter=None)
        self.projects = len(own) + self.sums.counts["projects"]
        self.tree = family(self.states)
        # A parent has the figures of all its parts, also of those that do not match.
        tree = [*self.tree, *(pair for pair in parts_of(reader, native, own) if pair[0] not in own)]
        found = tallied(reader, native, Period.year(as_of.day.year), kinds=kinds, projects=dict(tree))
        done, plan = found["completed"], found["plan"]
        self.pairs: dict[int, Pair] = {one: pair for one, pair in pairs(tree, done, plan).items() if one in own}
        self.done, self.plan = with_parts(tree, done), with_parts(tree, plan)


def _add(sums: Sums, alike: AlikeProjects) -> None:
    """Count more simple projects."""
    figures = {figure.kind: figure for figure in alike.sums}
    done, plan = figures.get("completed"), figures.get("plan")
    both = of_year(done), done.year if done else None, of_year(plan), plan.year if plan else None
    sums.counts.update({"projects": alike.projects, alike.colour: alike.projects})
    sums.add("completed", *both[:2], alike)
    sums.add("plan", *both[2:], alike)
    if both[2].known:
        sums.pair("plan", *both, alike)


# --- what is red or late -------------------------------------------------------------------------------------------


def _red(reader: Reader, as_of: AsOf, rules: RuleSet, year: _Year) -> Iterator[_Row]:
    """The projects with a red light, furthest behind first, and why."""
    found: list[tuple[Fraction, int, Light]] = []

    def judged(completion: Ratio | None, missing: str | None) -> Light:
        return judge(rules, Facts(completion=completion, elapsed=year.elapsed, missing=missing))

    if rules.base == "slip":
        for line in lines(reader, as_of, year.states, rules):
            upcoming = line.state.next
            late = (upcoming.late(as_of.day) if upcoming else None) or 0
            found.append((Fraction(-late), line.project_id, line.light))
    else:
        for project, (done, plan) in year.pairs.items():
            completion = completion_of(done, plan)
            found.append((completion or Fraction(0), project, judged(completion, missing_of(done, plan))))
    found = [one for one in found if one[2].colour == "red"]
    red = year.sums.counts["red"]
    section = _section("red", _("Red lights"), len(found) + red)
    if red and year.bounds:
        for project, part, whole in furthest_behind(reader, as_of, year.chosen, year.bounds, MOST):
            completion = completion_of(
                of_year(part).capital_sum(part.year or 0), of_year(whole).capital_sum(whole.year or 0)
            )
            found.append((completion or Fraction(0), project, judged(completion, None)))
    worst = nsmallest(MOST, found, key=itemgetter(0, 1))
    states = {one.row.project_id: one for one in states_of(reader, as_of, [project for _by, project, _light in worst])}
    for _by, project, light in worst:
        one = states[project]
        short = light.reason.partition(" (")[0].partition("（")[0]
        yield _row(section, code=one.row.code, item=f"{short} · {_name(one)}")


def _name(one: ProjectState) -> str:
    return name_of(one.row.name, one.row.name_en)


def _open(states: Iterable[ProjectState]) -> Iterator[tuple[ProjectState, Milestone, Period]]:
    """The milestones that running projects are still to reach, with the days they are expected on."""
    for one in states:
        if one.condition not in ENDED:
            for milestone in one.milestones:
                if milestone.is_open and milestone.expected:
                    yield one, milestone, milestone.expected


def _overdue(reader: Reader, as_of: AsOf, filters: Filters) -> Iterator[_Row]:
    """The milestones longest overdue."""
    uncounted = False
    if as_of.known < FOREVER or filters != Filters():
        states: Sequence[ProjectState] = portfolio(reader, as_of, filters).states
    else:
        # What is overdue longest is the next milestone of its project, or comes after that of the same project.
        due = next_due(reader, as_of, ("active",), COUNTED + 1)
        states = states_of(reader, as_of, due if len(due) <= COUNTED else due[:MOST])
        uncounted = len(due) > COUNTED
    late = [(milestone.overdue(as_of.day), one, milestone) for one, milestone, _on in _open(states)]
    worst = sorted((item for item in late if item[0]), key=lambda item: -item[0])
    section = _section("overdue", _("Overdue"), COUNTED + 1 if uncounted else len(worst))
    for days, one, milestone in worst[:MOST]:
        yield _row(section, code=one.row.code, item=_item(one, milestone), on=milestone.expected, days=days)


def _due(reader: Reader, as_of: AsOf, filters: Filters, due_days: int) -> Iterator[_Row]:
    """The milestones due soonest."""
    end = as_of.day + timedelta(days=due_days)
    said = expected(reader, as_of, end, COUNTED + 1)
    uncounted = len(said) > COUNTED
    # Where nobody counts them, the first are enough; some of these may have been reached already.
    read, soon = 2 * MOST if uncounted else len(said), list[tuple[ProjectState, Milestone, Period]]()
    while len(soon) < MOST:
        states = some(reader, as_of, filters, {project for _day, project in said[:read]})
        # Beyond the last day that was read there may be others.
        until = said[read - 1] if uncounted else (end, FOREVER)
        soon = [
            item
            for item in sorted(_open(states), key=lambda item: item[2].last)
            if as_of.day <= item[2].last and (item[2].last, item[0].row.project_id) <= until
        ]
        if read >= len(said):
            break
        read = min(4 * read, len(said))
    name = ngettext("Due in {days} day", "Due in {days} days", due_days).format(days=due_days)
    section = _section("due", name, COUNTED + 1 if uncounted else len(soon))
    for one, milestone, on in soon[:MOST]:
        item = f"{on.display(language())} · {_item(one, milestone)}"
        yield _row(section, code=one.row.code, item=item, on=on, days=(as_of.day - on.last).days)


def _item(one: ProjectState, milestone: Milestone) -> str:
    title = heading(milestone_term(milestone.code, milestone.title))
    return f"{title} · {_name(one)}"


# --- who is to be asked --------------------------------------------------------------------------------------------


def _not_reported(reader: Reader, as_of: AsOf, running: Filters) -> Iterator[_Row]:
    """The projects that have not reported the last month that is over, the longest silent first."""
    day = as_of.day
    last = day if day == month_end(day) else day.replace(day=1) - timedelta(1)
    month = Period.month(last.year, last.month)
    matching = matching_ids(reader, as_of, running)
    answers = [one for one in expected_to_report(reader, as_of, month) if one.project_id in matching]
    late = {one.project_id for one in answers if one.answer in MISSING}
    reach = capital.figures_to(reader, as_of, late)
    section = _section(
        "not_reported", _("Not reported {month}").format(month=month.display(language())), len(late), len(answers)
    )
    first = sorted(late, key=lambda project: (reach.get(project, date.min), project))[:MOST]
    states = {one.row.project_id: one for one in states_of(reader, as_of, first)}
    for project in first:
        to, one = figures_to_cell(reach.get(project)), states[project]
        words = _("figures to {day}").format(day=to.display(language())) if to else _("no figure yet")
        yield _row(section, code=one.row.code, item=f"{_name(one)} · {words}", on=to)


def _follow_ups(reader: Reader, as_of: AsOf, filters: Filters) -> Iterator[_Row]:
    """The next steps that are due, the longest due first."""
    found = [one for one in due_steps(reader, as_of, filters) if one.row]
    section = _section("follow_ups", _("Follow-ups due"), len(found))
    for one in found[:MOST]:
        assert one.row is not None
        item = f"{one.row.text} · {_name(one.project)}"
        yield _row(section, code=one.project.row.code, item=item, on=one.next_day, days=one.late(as_of.day))


def _requests(reader: Reader, as_of: AsOf, filters: Filters) -> Iterator[_Row]:
    """Requests that should have been settled, the longest overdue first."""
    late = [(one.row.overdue(as_of.day), one) for one in named_requests(reader, as_of, filters)]
    found = sorted((item for item in late if item[0]), key=lambda item: (-item[0], item[1].row.request_id))
    section = _section("requests", _("Overdue requests"), len(found))
    for days, one in found[:MOST]:
        words = f"#{one.row.request_id} {one.row.title}" + (f" · {one.company.name(language())}" if one.company else "")
        yield _row(section, code=one.code, item=words, on=one.row.due, days=days)


# --- what changed, and the year ------------------------------------------------------------------------------------


def _changes(reader: Reader, as_of: AsOf, filters: Filters, zone: tzinfo) -> Iterator[_Row]:
    """What is otherwise than before the last working day, in the words of `tracker changes`, projects first."""
    day = last_working_day(as_of.day, working_days(reader, as_of))
    window = Window(datetime.combine(day, time.min, tzinfo=zone))
    told = [row for row in changes(reader, as_of, filters, window, totals=False).rows if row[5] is not None]
    name = _("Changed since {day}").format(day=Period.day(day))
    section = _section("changes", name, len(told))
    newest = sorted(told, key=lambda row: (_project(row[0]) is None, -row[5] if isinstance(row[5], int) else 0))
    for under, sentence, _what, _was, _now, _change, when in newest[:MOST]:
        yield _row(section, code=_project(under), item=sentence, on=when)


def _project(under: Cell) -> str | None:
    """The code of the project a sentence is about, None where it is about something else."""
    return under.code if isinstance(under, Term) and under.name("en").startswith(f"{under.code} · ") else None


def last_working_day(day: date, special: Mapping[date, bool]) -> date:
    """The last day before one that is worked on: a weekday, unless the calendar says otherwise."""
    day -= timedelta(1)
    while not special.get(day, day.weekday() < 5):
        day -= timedelta(1)
    return day


def _of_year(as_of: AsOf, year: _Year, currency: str) -> Iterator[_Row]:
    """Plan, completed, done and gap of the year, a row a currency."""
    projects = year.sums.counts["projects"]
    plan, done = (
        group_amounts(
            year.tree,
            {project: convert(capital_sum, as_of) for project, capital_sum in found.items()},
            year.sums.alike(name),
            projects,
        )
        for name, found in (("plan", year.plan), ("completed", year.done))
    )
    found = {figure.money.currency: None for one in (plan, done) for figure in one.figures if figure.money}
    count = len(year.tree) + projects
    words = ngettext(
        "{year}: {count} project, {share}% of the year gone",
        "{year}: {count} projects, {share}% of the year gone",
        count,
    )
    name = words.format(year=as_of.day.year, count=count, share=f"{float(100 * year.elapsed):.0f}")
    section = Term("year", name, name)
    if count and not found:
        yield _row(section, item=_("no plan and no completed figure of {year}").format(year=as_of.day.year))
    for code in sorted(found, key=lambda one: one != currency):
        measured = together(
            year.pairs, year.tree, as_of, None if as_of.converter else code, year.sums.of_wholes("plan")
        )
        completion = measured.completion if measured else None
        gap = gap_points(completion, year.elapsed)
        planned, completed = (_in(one, code) for one in (plan, done))
        parts = [
            _("plan {amount}").format(amount=_shown(planned)),
            _("completed {amount}").format(amount=_shown(completed)),
            _("done {share}").format(
                share="–" if completion is None else f"{completion.mark}{float(100 * completion):.1f}%"
            ),
            _("gap {points}").format(points="–" if gap is None else points_in_words(gap)),
        ]
        yield _row(
            section,
            code=code,
            item=" · ".join(parts),
            plan=planned,
            completed=completed,
            completion=completion,
            gap=gap,
        )


def _in(amounts: Amounts, currency: str) -> Amounts:
    figures = tuple(one for one in amounts.figures if one.money and one.money.currency == currency)
    return amounts._replace(figures=figures, known=None, of=None)


def _shown(amounts: Amounts) -> str:
    """The figure without its currency, which the line begins with."""
    if not amounts.figures:
        return "–"
    [one] = amounts.figures
    assert one.money is not None
    least = amounts.state == "partial" and one.qualifier == "over"
    text = figure_text(replace(one, qualifier="exact") if least else one, decimals=2)
    text = text.replace(f"{one.money.currency} ", "", 1).replace(currencies.name(one.money.currency, language()), "", 1)
    return ("≥" if least else "") + text
