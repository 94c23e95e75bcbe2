"""`tracker report brief`: a month on one page: headline figures, curve, reds, worst, flagships, what changed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from fractions import Fraction
from itertools import pairwise

from tracker.analysis.completion import Ratio, gap_points, inside, points_in_words
from tracker.analysis.rag_status import RuleSet
from tracker.database import Reader
from tracker.dates import Period, month_end
from tracker.i18n import _, language, ngettext
from tracker.money import Figure, Money, figure_text
from tracker.queries import capital
from tracker.queries import milestones as milestone_queries
from tracker.queries import projects as project_queries
from tracker.queries.as_of import AsOf, Filters, last_change_before
from tracker.queries.capital import EntryRow
from tracker.queries.changes import touched as latest_touched
from tracker.queries.projects import parts_of
from tracker.reports.capital_sums import NOTHING, CapitalSum, is_inside, tallied
from tracker.reports.changes import Window, changes
from tracker.reports.entries import basis_term, entry_period, figure_of
from tracker.reports.missing import missing
from tracker.reports.month import Item, Month, lights_of, month_of
from tracker.reports.monthly import money_cells
from tracker.reports.portfolio import ProjectState, cited, states_of
from tracker.reports.progress import Measured, pairs, together
from tracker.reports.report import Amounts, Bar, Cell, Chart, Column, Curve, Kind, Report, Row
from tracker.reports.timeline import timeline_of
from tracker.reports.words import code_column, heading, light_cell, name_of, project_title
from tracker.reports.year_on_year import year_earlier
from tracker.vocabulary import CAPITAL_KINDS, STAGES, Term, milestone_term

# What a page of A4 shows; what is left out is counted.
MOST_RED, WORST, FLAGSHIPS, MOST_CHANGES = 40, 10, 4, 10
# How many sources stand behind one number, and how many projects behind a count.
_SOURCES, _NAMES = 3, 30
# Below that many months a pace is chance.
_FEWEST_MONTHS = 3

Details = dict[tuple[int, str], tuple[str, ...]]


# The parts of the page; each is a report of its own in formats that are no page.
Brief = tuple[Report, ...]


def brief(reader: Reader, as_of: AsOf, filters: Filters, rules: RuleSet, currency: str, zone: tzinfo) -> Brief:
    """The month that ends on the day asked about; shares are measured over the projects planned in `currency`."""
    month = month_of(reader, as_of, filters, rules, as_of.converter.target if as_of.converter else currency, drawn=2)
    red = [item for item in month.items if item.line.light.colour == "red"]
    measured = [item for item in month.items if item.line.completion is not None]
    sources = _Sources(reader, month, [*red[:MOST_RED], *measured[:WORST]])
    return (
        _headline(reader, as_of, filters, month, zone, sources),
        _curve(reader, month),
        _projects(_("Red lights"), red, MOST_RED, month, sources, _("no project is rated red"), reasons=True),
        _projects(
            _("Furthest behind time progress"),
            measured,
            WORST,
            month,
            sources,
            _("no project has a plan and a figure"),
            reasons=False,
        ),
        _flagships(reader, month),
        _changed(reader, as_of, filters, month, zone),
    )


def _report(title: str, columns: Sequence[Column], rows: Iterable[Row], month: Month, **more: object) -> Report:
    made = Report("brief", title, tuple(columns), tuple(rows), month.as_of.day, month.as_of.known_on)
    return made._replace(**more)  # type: ignore[arg-type]


# --- headline figures ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Measure:
    """One headline figure, of the year to the day, with its month, changes, coverage, and what is behind it."""

    key: str
    title: str
    value: Cell
    month: Cell = None
    on_month: Cell = None
    on_year: Cell = None
    coverage: str | None = None
    details: tuple[str, ...] = ()


def _headline(reader: Reader, as_of: AsOf, filters: Filters, month: Month, zone: tzinfo, sources: _Sources) -> Report:
    measures = [
        *_stages(month),
        _completed(month, sources),
        _done(month),
        _red(reader, month, zone),
        _not_reported(reader, as_of, filters, month),
    ]
    title = _("Brief {month}").format(month=month.period.display(language()))
    columns = (
        Column("measure", _("Measure"), hidden=True),
        Column("item", _("Headline figure"), priority=1),
        Column("value", str(as_of.day.year), Kind.ANY, priority=1),
        Column("month", _("This month"), Kind.ANY, priority=2),
        Column("on_month", _("On the month before"), Kind.ANY, priority=2),
        Column("on_year", _("Year on year"), Kind.ANY, priority=2),
        Column("coverage", _("Coverage"), priority=3),
    )
    rows = [(one.key, one.title, one.value, one.month, one.on_month, one.on_year, one.coverage) for one in measures]
    details = {(place, "value"): one.details for place, one in enumerate(measures) if one.details}
    return _report(
        title,
        columns,
        rows,
        month,
        details=details,
        coverage=(
            _("{count} projects; shares are of those planned in {currency}").format(
                count=len(month.items), currency=month.planned_in
            ),
        ),
        notes=(
            _(
                "figures of the year to the day; on the month before: difference of the months, of completed their"
                " quotient − 1, of red lights since the end of the month before; on year: to the"
                " same day of the year before"
            ),
        ),
    )


def _stages(month: Month) -> Iterable[_Measure]:
    """How many projects were signed, started, completed and came into production in the year, and in the month."""
    as_of = month.as_of.day
    before = Period.day(month.period.first - timedelta(1)).first
    year = Period.of(date(as_of.year, 1, 1), as_of)
    then = Period.of(date(as_of.year - 1, 1, 1), year_earlier(as_of))
    last_month = Period.month(before.year, before.month)
    found: tuple[tuple[str, str, Callable[[ProjectState], Period | None]], ...] = (
        ("signed", _("Signed"), lambda one: one.reached("signed")),
        ("under_construction", _("Started"), lambda one: one.started),
        ("in_production", _("In production"), lambda one: one.reached("in_production")),
        ("completed", _("Works completed"), lambda one: one.reached("completed")),
    )
    for stage, title, day_of in found:
        days = [(one, day_of(one)) for one in month.states]

        def count(within: Period, days: Sequence[tuple[ProjectState, Period | None]] = days) -> int:
            return sum(1 for _one, day in days if inside(day, within))

        sure = [(one, day) for one, day in days if inside(day, year)]
        unclear = sum(1 for _one, day in days if inside(day, year) is None)
        words = _("{count} more dated too vaguely").format(count=unclear) if unclear else None
        sure.sort(key=lambda pair: pair[1].last if pair[1] else date.min, reverse=True)
        names = [_event_line(one, day, stage) for one, day in sure if day]
        yield _Measure(
            stage,
            title,
            len(sure),
            count(month.period),
            count(month.period) - count(last_month),
            len(sure) - count(then),
            words,
            _some(names),
        )


def _event_line(one: ProjectState, day: Period, stage: str) -> str:
    order = STAGES[stage].order
    events = [e for e in one.stages if e.period == day and e.code in STAGES and STAGES[e.code].order >= order]
    source = cited(events[0].source, events[0].quote, events[0].note) if events else None
    line = f"{project_title(one.row)} · {day.display(language())}"
    return f"{line} — {source}" if source else line


def _some(lines: Sequence[str]) -> tuple[str, ...]:
    left = len(lines) - _NAMES
    return (*lines[:_NAMES], *([_("and {count} more").format(count=left)] if left > 0 else []))


def _completed(month: Month, sources: _Sources) -> _Measure:
    cells = money_cells(month)
    before = month.year_before
    details = [_("sum of what {count} projects completed in the year").format(count=len(month.items))]
    if month.growth is not None:
        details.append(_("both years to {day}").format(day=Period.day(before.day)))
    return _Measure(
        "investment",
        _("Completed investment"),
        _first_in(cells["year_to_date"], month.planned_in),
        cells["month"],
        _on_month(month),
        month.growth,
        _("{count} with unknown parts left out").format(count=month.lacking) if month.lacking else None,
        (*details, *sources.largest()),
    )


def _first_in(cell: Cell, currency: str) -> Cell:
    """Amounts with that in `currency` first."""
    if not isinstance(cell, Amounts):
        return cell
    figures = sorted(cell.figures, key=lambda figure: not (figure.money and figure.money.currency == currency))
    return cell._replace(figures=tuple(figures))


def _on_month(month: Month) -> Ratio | None:
    """What families completed in the month ÷ in the month before − 1, of those with both in the currency."""
    roots = {project for project, parent in month.tree if parent is None}
    now = before = Fraction(0)
    qualified = False
    for item in month.items:
        money, last = item.month.money(), item.drawn.values[-2]
        if item.line.project_id in roots and money and money.currency == month.planned_in and last is not None:
            now, before = now + money.minor, before + last
            qualified |= item.month.figures[0].qualifier != "exact"
    return Ratio.of(now / before - 1, "about" if qualified else "exact") if before > 0 else None


def _done(month: Month) -> _Measure:
    found = month.measured
    details: tuple[str, ...] = ()
    if found:
        details = (
            _("{done} of {plan} planned for the year, {count} projects").format(
                done=_money(found.done), plan=_money(found.plan), count=found.projects - found.lacking
            ),
            _("time progress {share}%").format(share=f"{float(100 * month.elapsed):.1f}"),
        )
    coverage = _("{planned} of {all} projects have a plan").format(planned=month.planned, all=month.shown)
    gap = gap_points(month.completion, month.elapsed)
    words = None if gap is None else _("{gap} points against time progress").format(gap=points_in_words(gap))
    return _Measure("completion", _("Done"), month.completion, words, None, None, coverage, details)


def _red(reader: Reader, month: Month, zone: tzinfo) -> _Measure:
    lights = lights_of(reader, month.as_of, month.lines, "light", month.rules, zone)
    before = sum(1 for light in lights.before.values() if light == "red") if lights else 0
    red = [item.line for item in month.items if item.line.light.colour == "red"]
    names = [f"{line.state.row.code} · {_name(line.state)} · {line.light.reason}" for line in red]
    lit = sum(1 for line in month.lines if line.light.colour != "grey")
    coverage = _("{count} of {all} projects have a light").format(count=lit, all=len(month.items))
    return _Measure("red", _("Red"), len(red), None, len(red) - before, None, coverage, _some(names))


def _not_reported(reader: Reader, as_of: AsOf, filters: Filters, month: Month) -> _Measure:
    found = missing(reader, as_of, filters, month.period, "none")
    at = {column.key: place for place, column in enumerate(found.columns)}
    names = [" · ".join(str(row[at[key]]) for key in ("code", "name", "owner") if row[at[key]]) for row in found.rows]
    coverage = found.coverage[0] if found.coverage else found.empty
    return _Measure("not_reported", _("Not reported"), len(found.rows), None, None, None, coverage, _some(names))


def _name(one: ProjectState) -> str:
    return name_of(one.row.name, one.row.name_en)


def _money(figure: Figure) -> str:
    return figure_text(figure, decimals=2)


# --- where a number comes from -------------------------------------------------------------------------------------


class _Sources:
    """The entries behind the figures of the projects that are named, with their sources and quotations."""

    def __init__(self, reader: Reader, month: Month, named: Sequence[Item]) -> None:
        self._month = month
        self._largest = sorted(month.items, key=lambda item: _minor(item.line.completed), reverse=True)[:_SOURCES]
        ids = {item.line.project_id for item in (*named, *self._largest)}
        self._above = dict(parts_of(reader, month.as_of, ids))
        found = capital.entries(reader, month.as_of, project=ids | set(self._above), kinds=("completed", "plan"))
        self._entries: dict[tuple[int, str], list[EntryRow]] = {}
        for row in found:
            if row.last_day and row.last_day.year == month.as_of.day.year:
                self._entries.setdefault((self._named(row.project_id, ids), row.kind), []).append(row)

    def _named(self, project: int, ids: set[int]) -> int:
        while project not in ids and self._above.get(project) is not None:
            project = self._above[project] or project
        return project

    def of(self, project: int, kind: str) -> tuple[str, ...]:
        """The latest entries of a project and its parts."""
        rows = sorted(self._entries.get((project, kind), ()), key=lambda row: (row.last_day or date.min, row.entry_id))
        lines = [self._line(row) for row in reversed(rows)]
        left = len(lines) - _SOURCES
        more = [_("and {count} entries before").format(count=left)] if left > 0 else []
        return (*lines[:_SOURCES], *more)

    def _line(self, row: EntryRow) -> str:
        period = entry_period(row)
        parts = (
            f"#{row.entry_id} {heading(CAPITAL_KINDS[row.kind])}",
            period.display(language()) if period else None,
            basis_term(row.basis),
            _money(figure_of(row, self._month.as_of)),
            cited(row.source, row.quote, row.note) or _("no source"),
        )
        return " · ".join(part for part in parts if part)

    def largest(self) -> tuple[str, ...]:
        """The projects that completed most, each with its latest entry."""
        found = []
        for item in self._largest:
            entry = self.of(item.line.project_id, "completed")
            if entry:
                found.append(f"{item.line.state.row.code} · {_name(item.line.state)}: {entry[0]}")
        return tuple(found)


def _minor(capital_sum: CapitalSum) -> int:
    money = capital_sum.money()
    return money.minor if money else 0


# --- the curve of the year -----------------------------------------------------------------------------------------


def _curve(reader: Reader, month: Month) -> Report:
    """What the projects with a plan completed by the end of each month, against a plan spread over the year evenly."""
    as_of, year = month.as_of.day, month.as_of.day.year
    ends = [month_end(date(year, number, 1)) for number in range(1, as_of.month + 1)]
    found, left_out = _measured(reader, month, ends)
    rows, done = list[Row](), list[Figure | None]()
    for number, (end, one) in enumerate(zip(ends, found, strict=True), 1):
        done.append(one.done if one else None)
        if one is None or one.plan.money is None:
            continue
        planned = Figure(Money(round(Fraction(one.plan.money.minor * number, 12)), one.plan.money.currency))
        known = one.projects - one.unreported - one.lacking
        cells = (Amounts((planned,)), Amounts((one.done,), known, one.projects, "partial" if one.partial else "known"))
        rows.append((Period.month(end.year, end.month), *cells, one.completion))
    words = ngettext(
        "{count} project whose figure is unknown at the end of a month is not in it",
        "{count} projects whose figures are unknown at the end of a month are not in it",
        left_out,
    ).format(count=left_out)
    return _report(
        _("Completed against plan {year}").format(year=year),
        (
            Column("month", _("Month"), Kind.DATE, priority=1),
            Column("plan", _("Plan to date"), Kind.AMOUNT, priority=1),
            Column("completed", _("Completed to date"), Kind.AMOUNT, priority=1),
            Column("completion", _("Done"), Kind.RATIO, priority=1),
        ),
        rows,
        month,
        name="brief-curve",
        chart=_chart(found[-1] if found else None, done, year),
        notes=(
            _(
                "projects planned in {currency}; the plan is spread over the year evenly; the band: every month left at"
                " the pace of the slowest to that of the fastest month of the year"
            ).format(currency=month.planned_in),
            *([words] if left_out else []),
        ),
        empty=_("no project with a plan in {currency} has a figure").format(currency=month.planned_in),
    )


def _measured(reader: Reader, month: Month, ends: Sequence[date]) -> tuple[list[Measured | None], int]:
    """What the projects shown completed of their plans by each of the days, and how many of them are left out.

    A family whose figure is unknown or withheld at one of the days is in none of them, so that the curve is of the same
    projects throughout.
    """
    native = month.as_of._replace(converter=None)
    shown = {line.project_id for line in month.lines}
    tree = [*month.tree, *(pair for pair in parts_of(reader, native, shown) if pair[0] not in shown)]
    ids = {project for project, _parent in tree}
    year = Period.year(month.as_of.day.year)
    whole = tallied(reader, native, year, kinds=("plan",), projects=ids)["plan"]
    by_day = []
    for end in ends:
        done = tallied(reader, native._replace(day=end), year, kinds=("completed",), projects=ids)["completed"]
        by_day.append({project: pair for project, pair in pairs(tree, done, whole).items() if project in shown})
    unclear = {project for found in by_day for project, pair in found.items() if pair[0].lacking}
    parents = dict(month.tree)
    unclear |= {project for project in shown if is_inside(project, parents, unclear)}
    kept = [{project: pair for project, pair in found.items() if project not in unclear} for found in by_day]
    planned = sum(1 for project in unclear if whole.get(project, NOTHING).known)
    return [together(found, month.tree, month.as_of, month.planned_in) for found in kept], planned


def _chart(now: Measured | None, done: Sequence[Figure | None], year: int) -> Chart | None:
    if now is None or now.plan.money is None:
        return None
    plan, currency = now.plan.money.minor, now.plan.money.currency
    amounts = [Fraction(0), *(Fraction(one.money.minor) if one and one.money else None for one in done)]
    low, high = _band(amounts)
    top = max(Fraction(plan), *(amount for amount in (*amounts, *high) if amount is not None))
    if top <= 0:
        return None

    def curve(name: str, mark: str, values: Sequence[Fraction | None]) -> Curve:
        heights = tuple(None if value is None else value / top for value in values)
        return Curve(name, mark, (*heights, *[None] * (13 - len(heights))))

    return Chart(
        (
            curve(_("completed"), "●", amounts),
            curve(_("plan"), "·", [Fraction(plan * step, 12) for step in range(13)]),
        ),
        tuple(Period.month(year, max(step, 1)).display(language()) for step in range(13)),
        Amounts((Figure(Money(round(top), currency)),)),
        (curve(_("forecast"), "○", low), curve(_("forecast"), "○", high)) if high else None,
    )


def _band(amounts: Sequence[Fraction | None]) -> tuple[list[Fraction | None], list[Fraction | None]]:
    """The rest of the year at the pace of the slowest and of the fastest month; nothing for one that is too young."""
    known = [amount for amount in amounts if amount is not None]
    gone = len(amounts) - 1
    if len(known) != len(amounts) or not _FEWEST_MONTHS <= gone < 12:
        return [], []
    paces = [later - one for one, later in pairwise(known)]
    before: list[Fraction | None] = [None] * gone
    return tuple(  # type: ignore[return-value]
        [*before, *(known[-1] + pace * step for step in range(13 - gone))]
        for pace in (max(min(paces), Fraction(0)), max(*paces, Fraction(0)))
    )


# --- projects ------------------------------------------------------------------------------------------------------


def _projects(
    title: str, items: Sequence[Item], most: int, month: Month, sources: _Sources, empty: str, *, reasons: bool
) -> Report:
    """Projects, who looks after them, their year, and the `reasons` of their lights, else gaps and lights."""
    rows, details = list[Row](), Details()
    for place, item in enumerate(items[:most]):
        line, one = item.line, item.line.state
        rows.append(
            (
                one.row.code,
                _name(one),
                one.row.owner,
                line.plan.cell(),
                line.completed.cell(),
                line.completion,
                Bar(line.completion, month.elapsed),
                line.gap,
                light_cell(line.light.colour),
                line.light.reason,
            )
        )
        plan, done = sources.of(line.project_id, "plan"), sources.of(line.project_id, "completed")
        behind = {"plan": plan, "completed": done, "completion": (*done[:1], *plan[:1]), "gap": (*done[:1], *plan[:1])}
        details |= {(place, key): lines for key, lines in behind.items() if lines}
    columns = (
        code_column()._replace(hidden=True),
        Column("project", _("Project"), priority=2),
        Column("owner", _("Owner"), priority=2),
        Column("plan", _("Plan {year}").format(year=month.as_of.day.year), Kind.AMOUNT, priority=3),
        Column("completed", _("Year to date"), Kind.AMOUNT, priority=3),
        Column("completion", _("Done"), Kind.RATIO, priority=1),
        Column("bar", "", priority=9, hidden=True, drawn=True),
        Column("gap", _("Gap (pp)"), Kind.POINTS, priority=1, hidden=reasons),
        Column("light", _("Light"), priority=1, hidden=reasons),
        Column("reason", _("Why"), priority=2, hidden=not reasons),
    )
    more = {"found": len(items)} if len(items) > most else {}
    notes = (_("first {shown} of {found} rows").format(shown=most, found=len(items)),) if more else ()
    name = "brief-red" if reasons else "brief-worst"
    return _report(title, columns, rows, month, name=name, details=details, notes=notes, empty=empty, **more)


def _flagships(reader: Reader, month: Month) -> Report:
    """The milestones of the projects that others support, else of those with the largest total."""
    supported = {one.target_id for one in project_queries.relations(reader, month.as_of) if one.relation == "supports"}
    items = [item for item in month.items if item.line.project_id in supported] or list(month.items)
    items.sort(key=lambda item: _minor(item.line.total), reverse=True)
    states = states_of(reader, month.as_of, [item.line.project_id for item in items[:FLAGSHIPS]])
    found = timeline_of(states, month.as_of, None)
    details = _milestone_details(reader, month, states, found)
    return found._replace(name="brief-flagships", title=_("Flagships"), coverage=(), notes=(), details=details)


def _milestone_details(reader: Reader, month: Month, states: Sequence[ProjectState], found: Report) -> Details:
    """Below the slip of each milestone, its days with their sources."""
    ids = {one.row.project_id: one.row.code for one in states}
    names = {
        row.milestone_id: (ids[row.project_id], milestone_term(row.code, row.title))
        for row in milestone_queries.milestones(reader, month.as_of, set(ids))
        if row.project_id in ids
    }
    what = {"baseline": _("baseline"), "forecast": _("forecast"), "actual": _("reached")}
    lines: dict[tuple[str, Term], list[str]] = {}
    for day in milestone_queries.milestone_dates(reader, month.as_of, set(ids)):
        if day.milestone_id in names:
            words = f"{what[day.what]} {day.period.display(language())}"
            source = cited(day.source, day.quote, day.note) or _("no source")
            lines.setdefault(names[day.milestone_id], []).append(f"{words} · {source}")
    details = Details()
    for place, row in enumerate(found.rows):
        project, milestone = row[0], row[1]
        if isinstance(project, Term) and isinstance(milestone, Term):
            days = tuple(lines.get((project.code, milestone), ()))
            details |= {(place, "slip"): days, (place, "overdue"): days}
    return details


# --- what changed --------------------------------------------------------------------------------------------------


def _changed(reader: Reader, as_of: AsOf, filters: Filters, month: Month, zone: tzinfo) -> Report:
    """What was recorded since the month began, the latest first."""
    first = last_change_before(reader, datetime.combine(month.period.first, time.min, tzinfo=zone))
    touched = latest_touched(reader, first, as_of.known)
    order = list(touched)
    read = MOST_CHANGES if filters == Filters() else len(order)
    while True:
        # Of a month in which ten thousand projects were reported, those touched last are read.
        some = order[:read] if read < len(order) else None
        found = changes(reader, as_of, filters, Window(first), totals=False, projects=some)
        at = {column.key: place for place, column in enumerate(found.columns)}
        latest = sorted(found.rows, key=lambda row: _number(row[at["change"]]), reverse=True)
        shown = latest[:MOST_CHANGES]
        if some is None or (len(latest) > MOST_CHANGES and _number(shown[-1][at["change"]]) >= touched[some[-1]]):
            break
        read *= 10
    kept = ("code", "sentence", "when")
    words = _("the latest {count}; all of them: tracker changes --since {day}").format(
        count=MOST_CHANGES, day=Period.day(month.period.first)
    )
    return _report(
        _("Recorded since {day}").format(day=Period.day(month.period.first)),
        [found.columns[at[key]]._replace(priority=1) for key in kept],
        [tuple(row[at[key]] for key in kept) for row in shown],
        month,
        name="brief-changes",
        notes=(words,) if len(latest) > MOST_CHANGES else (),
        empty=found.empty,
    )


def _number(cell: Cell) -> int:
    return cell if isinstance(cell, int) else 0
