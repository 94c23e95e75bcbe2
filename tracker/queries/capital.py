"""Questions about capital: entries as reported, and the figures of projects that follow from them."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cache
from sys import intern
from typing import TYPE_CHECKING, Any, NamedTuple

from tracker.analysis.values import NOT_REPORTED, Entry, Value
from tracker.database import Reader, batches
from tracker.dates import ALWAYS, Period
from tracker.queries.as_of import FOREVER, AsOf
from tracker.queries.projects import MOST_LISTED, Projects, bound, given, of_project
from tracker.vocabulary import STAGES, VALID_FROM

if TYPE_CHECKING:
    from tracker.analysis.capital_values import Family, Figures
    from tracker.analysis.revisions import Begun, Version

SIGNED = [term.code for term in STAGES if term.order >= STAGES["signed"].order]


class EntryRow(NamedTuple):
    """One version of a capital entry; `minor` in minor units, None where unknown or withheld.

    `ended_by` is the change that ended the version, None while it is known; `corrected` says whether another version
    of the entry followed, `ended_why` is the reason of that change.
    """

    entry_id: int
    project_id: int
    kind: str
    basis: str
    minor: int | None
    currency: str
    qualifier: str
    availability: str
    first_day: date | None
    last_day: date | None
    period_text: str | None
    effective_from: date
    note: str | None
    source: str | None
    quote: str | None
    recorded_from: int
    ended_by: int | None
    ended_why: str | None
    corrected: bool

    @property
    def change_id(self) -> int:
        """The change that wrote the version."""
        return self.recorded_from


class FigureRow(NamedTuple):
    """What a project has of one kind in one currency: a value in minor units with its state."""

    project_id: int
    kind: str
    currency: str
    value: Value


def entries(
    reader: Reader, as_of: AsOf, *, everything: bool = False, project: Projects = None, kinds: Collection[str] = ()
) -> list[EntryRow]:
    """The entries that count by the day asked about, in the order first recorded; of one project, of some kinds.

    With `everything` also the versions that were corrected or withdrawn, each before what followed it.
    """
    known = "e.recorded_from <= :known" if everything else as_of.known_in("e")
    sql = f"""
        SELECT e.id, e.project_id, e.kind, e.basis, e.minor, e.currency, e.qualifier, e.availability, e.first_day,
               e.last_day, e.period_text, e.effective_from, e.note, e.source, e.quote, e.recorded_from,
               CASE WHEN e.recorded_to <= :known THEN e.recorded_to END,
               CASE WHEN e.recorded_to <= :known THEN c.reason END,
               later.id IS NOT NULL
        FROM capital_entry AS e
        LEFT JOIN change AS c ON c.id = e.recorded_to
        LEFT JOIN capital_entry AS later ON later.id = e.id AND later.recorded_from = e.recorded_to
        WHERE {known} AND e.effective_from <= :as_of{_of_kinds(kinds, "e.")}{of_project(project, "e.")}
        ORDER BY e.id, e.recorded_from
    """
    parameters = {"known": as_of.known, "as_of": as_of.day.isoformat()} | given(project)
    return reader.rows(EntryRow, sql, parameters)


def chosen(projects: Projects) -> frozenset[int] | None:
    """The projects asked for, None for all of them."""
    if projects is None:
        return None
    return frozenset((projects,)) if isinstance(projects, int) else frozenset(projects)


def _of_kinds(kinds: Collection[str], prefix: str = "") -> str:
    """The condition on kinds, which are codes of the vocabulary."""
    listed = ", ".join(f"'{kind}'" for kind in kinds if kind.replace("_", "").isalnum())
    return f" AND {prefix}kind IN ({listed})" if listed else ""


def across_year_end(reader: Reader, as_of: AsOf, kind: str, projects: Projects = None) -> list[tuple[int, int, Period]]:
    """The entries of a kind that touch the year of the day asked about and another one: id, project, their days."""
    year = Period.year(as_of.day.year)
    sql = f"""
        SELECT id, project_id, first_day, last_day, period_text
        FROM capital_entry
        WHERE {as_of.known_in()} AND kind = :kind AND basis = 'period' AND effective_from <= :as_of
            AND first_day <= :last AND last_day >= :first AND (first_day < :first OR last_day > :last)
            {of_project(projects)}
        ORDER BY id
    """
    days = {"first": year.first.isoformat(), "last": year.last.isoformat()}
    rows = reader.tuples(sql, bound(as_of, projects) | days | {"kind": kind})
    wanted = chosen(projects)
    return [
        (number, project, Period.of(_as_day(first) or ALWAYS, _as_day(last) or ALWAYS, text))
        for number, project, first, last, text in rows
        if wanted is None or project in wanted
    ]


# --- figures ---------------------------------------------------------------------------------------------------------


def year_to_date(reader: Reader, as_of: AsOf, kinds: Collection[str], projects: Projects = None) -> Iterator[FigureRow]:
    """The year to date of the year of the day asked about; of plan, the plan of that year."""
    return _figures(reader, as_of, "year", kinds, projects)


def cumulative(reader: Reader, as_of: AsOf, kinds: Collection[str], projects: Projects = None) -> Iterator[FigureRow]:
    """All that there is up to the day asked about; of total, the total in force on it."""
    return _figures(reader, as_of, "cumulative", kinds, projects)


def month(reader: Reader, as_of: AsOf, kinds: Collection[str], projects: Projects = None) -> Iterator[FigureRow]:
    """The month of the day asked about, as far as it is reported by that day."""
    return _figures(reader, as_of, "month", kinds, projects)


class SeriesRow(NamedTuple):
    """What a project has of one kind in one currency since `from_day`: of its year, of all time, of its month."""

    project_id: int
    kind: str
    currency: str
    from_day: date
    year: Value
    cumulative: Value
    month: Value


def rows_at(reader: Reader, as_of: AsOf, projects: Projects = None) -> Iterator[SeriesRow]:
    """What every series of some projects has on the day asked about."""
    wanted = chosen(projects)
    if as_of.known < FOREVER:
        for project, row in _computed(reader, as_of, (), projects):
            if row.from_day <= as_of.day < row.to_day and (wanted is None or project in wanted):
                yield SeriesRow(project, row.kind, row.currency, row.from_day, row.year, row.cumulative, row.month)
        return
    sql = f"""
        SELECT project_id, kind, currency, from_day, year_state, year_minor, year_qualifier, year_availability,
               cumulative_state, cumulative_minor, cumulative_qualifier, cumulative_availability, month_state,
               month_minor, month_qualifier, month_availability
        FROM capital_value
        WHERE to_day > :as_of AND from_day <= :as_of{of_project(projects)}
        ORDER BY project_id, kind, currency
    """
    for project, kind, currency, day, *cells in reader.tuples(sql, {"as_of": as_of.day.isoformat()} | given(projects)):
        if wanted is None or project in wanted:
            year, cumulative, month = (Value(*cells[place : place + 4]) for place in (0, 4, 8))
            yield SeriesRow(project, kind, currency, _as_day(day) or ALWAYS, year, cumulative, month)


def figures_to(reader: Reader, as_of: AsOf, projects: Projects = None) -> dict[int, date]:
    """The last day that the completed investment of projects reaches, as of the day asked about."""
    wanted = chosen(projects)
    if as_of.known < FOREVER:
        ends = {
            project: max((value.to for value in (row.year, row.cumulative) if value.to), default=None)
            for project, row in _computed(reader, as_of, ("completed",), projects)
            if row.from_day <= as_of.day < row.to_day
        }
        return {project: day for project, day in ends.items() if day and (wanted is None or project in wanted)}
    if wanted is not None and len(wanted) > MOST_LISTED:
        # One step each in the index, where all of them would be a walk through what each had earlier.
        found = dict[int, date]()
        for some in batches(sorted(wanted), MOST_LISTED):
            found |= figures_to(reader, as_of, some)
        return found
    sql = f"""
        SELECT project_id, MAX(CASE WHEN year_to > cumulative_to OR cumulative_to IS NULL THEN year_to
                                    ELSE cumulative_to END)
        FROM capital_value
        WHERE kind = 'completed' AND to_day > :as_of AND from_day <= :as_of{of_project(projects)}
        GROUP BY project_id
    """
    rows = reader.tuples(sql, {"as_of": as_of.day.isoformat()} | given(projects))
    days = ((project, _as_day(day)) for project, day in rows)
    return {project: day for project, day in days if day and (wanted is None or project in wanted)}


def _figures(reader: Reader, as_of: AsOf, span: str, kinds: Collection[str], projects: Projects) -> Iterator[FigureRow]:
    wanted = chosen(projects)
    if as_of.known < FOREVER:
        for project, row in _computed(reader, as_of, kinds, projects):
            if row.from_day <= as_of.day < row.to_day and (wanted is None or project in wanted):
                value = getattr(row, span)
                if not _is_over(span, row.from_day, as_of.day) and value is not NOT_REPORTED:
                    yield FigureRow(project, row.kind, row.currency, value)
        return
    sql = f"""
        SELECT project_id, kind, currency, {span}_state, {span}_minor, {span}_qualifier, {span}_availability, {span}_to
        FROM capital_value
        WHERE to_day > :as_of AND from_day <= :as_of AND {span}_state <> 'not_reported'
            {_of_kinds(kinds)}{of_project(projects)}
    """
    if begin := _begin(span, as_of.day):
        sql += " AND from_day >= :begin"
    sql += " ORDER BY project_id, kind, currency"
    parameters = {"as_of": as_of.day.isoformat(), "begin": begin.isoformat() if begin else ""}
    # Of many projects no more than their figures are in memory, with one object for each of the few words they share.
    rows = reader.tuples(sql, parameters) if of_project(projects) else reader.stream(sql, parameters)
    for project, kind, currency, state, minor, qualifier, availability, until in rows:
        if wanted is None or project in wanted:
            value = Value(intern(state), minor, intern(qualifier), intern(availability), _as_day(until))
            yield FigureRow(project, intern(kind), intern(currency), value)


def _begin(span: str, day: date) -> date | None:
    """The first day of a row whose value is of the year, or month, of `day`."""
    if span == "year":
        return date(day.year, 1, 1)
    return date(day.year, day.month, 1) if span == "month" else None


def _is_over(span: str, since: date, day: date) -> bool:
    begin = _begin(span, day)
    return begin is not None and since < begin


def _computed(
    reader: Reader, as_of: AsOf, kinds: Collection[str], projects: Projects
) -> Iterator[tuple[int, "Figures"]]:
    """The same rows as the derived table has, computed from the versions known at a change."""
    from tracker.analysis.capital_values import figures

    begun = begun_days(reader, as_of, projects)
    for project, found in series_entries(reader, as_of, kinds, projects, every_day=True).items():
        for row in figures(found, begun.get(project)):
            yield project, row


def series_entries(
    reader: Reader,
    as_of: AsOf,
    kinds: Collection[str],
    projects: Projects = None,
    *,
    every_day: bool = False,
) -> dict[int, list[tuple[str, str, Entry]]]:
    """The entries of each project with kind and currency, for the analysis; with `every_day` later ones too."""
    sql = f"""
        SELECT project_id, kind, currency, id, basis, first_day, last_day, minor, qualifier, availability,
               recorded_from, effective_from
        FROM capital_entry
        WHERE {as_of.known_in()}{_of_kinds(kinds)}{of_project(projects)}
    """
    if not every_day:
        sql += " AND effective_from <= :as_of"
    sql += " ORDER BY id"
    found: dict[int, list[tuple[str, str, Entry]]] = defaultdict(list)
    wanted = chosen(projects)
    parameters = {"known": as_of.known, "as_of": as_of.day.isoformat()}
    for (
        project,
        kind,
        currency,
        number,
        basis,
        first,
        last,
        minor,
        qualifier,
        available,
        recorded,
        since,
    ) in reader.tuples(sql, parameters):
        if wanted is None or project in wanted:
            begin, end, effective = (_as_day(day) or ALWAYS for day in (first, last, since))
            entry = Entry(number, basis, begin, end, minor, qualifier, available, recorded, effective)
            found[project].append((kind, currency, entry))
    return found


def begun_days(reader: Reader, as_of: AsOf, projects: Projects = None) -> dict[int, date]:
    """For each project the first day of its first dated stage from signed on: before it nothing was completed."""
    listed = ", ".join(f"'{code}'" for code in SIGNED)
    sql = f"""
        SELECT project_id, MIN(first_day)
        FROM stage_event
        WHERE {as_of.known_in()} AND first_day IS NOT NULL AND stage IN ({listed}){of_project(projects)}
        GROUP BY project_id
    """
    return {project: day for project, text in reader.tuples(sql, {"known": as_of.known}) if (day := _as_day(text))}


def first_signed(reader: Reader, as_of: AsOf, projects: Projects) -> dict[int, date]:
    """For each project the first day of its stages from signed on by the day asked about, where all have days."""
    listed = ", ".join(f"'{code}'" for code in SIGNED)
    sql = f"""
        SELECT project_id, MIN(first_day) FROM stage_event
        WHERE {as_of.known_in()} AND effective_from <= :as_of AND stage IN ({listed}){of_project(projects)}
        GROUP BY project_id HAVING COUNT(*) = COUNT(first_day)
    """
    return {project: _day(day) for project, day in reader.tuples(sql, bound(as_of, projects))}


def in_spans(
    reader: Reader,
    as_of: AsOf,
    spans: Iterable[Period],
    kinds: Collection[str],
    projects: Projects = None,
) -> list[list[FigureRow]]:
    """For each span what it comes to, as of the day asked about: of plan, the plan of these days."""
    from tracker.analysis.capital_values import span_plan
    from tracker.analysis.running import Series

    wanted = list(spans)
    found: list[list[FigureRow]] = [[] for _span in wanted]
    begun = begun_days(reader, as_of, projects)
    for project, own in series_entries(reader, as_of, kinds, projects).items():
        by_series: dict[tuple[str, str], list[Entry]] = defaultdict(list)
        plans: list[tuple[str, Entry]] = []
        for kind, currency, entry in own:
            if kind == "plan":
                plans.append((currency, entry))
            elif kind not in VALID_FROM:
                by_series[kind, currency].append(entry)
        for (kind, currency), entries_ in sorted(by_series.items()):
            series = Series(entries_, begun.get(project))
            for place, span in enumerate(wanted):
                value = series.span(span.first, span.last)
                if value.state != "not_reported":
                    found[place].append(FigureRow(project, kind, currency, value))
        for place, span in enumerate(wanted):
            for currency, value in span_plan(plans, span.first, span.last).items():
                found[place].append(FigureRow(project, "plan", currency, value))
    return found


def of_families(
    reader: Reader, as_of: AsOf, kind: str, parts: Mapping[int, Sequence[int]], parents: Iterable[int]
) -> Iterator[FigureRow]:
    """What some parents with entries of their own come to with their parts since the beginning; `parts` are of each."""
    from tracker.analysis.capital_values import Family, family_cumulative
    from tracker.analysis.running import Series

    members, waiting = set[int](), list(parents)
    wanted = tuple(waiting)
    while waiting:
        members.add(project := waiting.pop())
        waiting += [part for part in parts.get(project, ()) if part not in members]
    begun = begun_days(reader, as_of, members)
    by_currency: dict[str, dict[int, list[Entry]]] = defaultdict(lambda: defaultdict(list))
    for project, own in series_entries(reader, as_of, (kind,), members).items():
        for _kind, currency, entry in own:
            by_currency[currency][project].append(entry)
    for currency, entries_ in sorted(by_currency.items()):

        def member(project: int, entries_: Mapping[int, list[Entry]] = entries_) -> "Family":
            below = tuple(member(part) for part in parts.get(project, ()))
            return Family(Series(entries_.get(project, ()), begun.get(project)), below)

        for project in wanted:
            if project in entries_:
                value = family_cumulative(member(project), as_of.day)
                if value is not None:
                    yield FigureRow(project, kind, currency, value)


@cache
def _as_day(value: Any) -> date | None:
    """A day as either engine returns it from a plain query."""
    return date.fromisoformat(value) if isinstance(value, str) else value


def completed_versions(
    reader: Reader, as_of: AsOf, projects: Projects = None
) -> dict[tuple[int, str], list["Version"]]:
    """Every version of the completed figures of projects that count by the day asked about, by project and currency."""
    from tracker.analysis.revisions import Version

    sql = f"""
        SELECT project_id, currency, id, basis, first_day, last_day, minor, qualifier, availability, recorded_from,
               effective_from, recorded_to
        FROM capital_entry
        WHERE kind = 'completed' AND effective_from <= :as_of AND recorded_from <= :known{of_project(projects)}
        ORDER BY id, recorded_from
    """
    found: dict[tuple[int, str], list[Version]] = defaultdict(list)
    parameters = {"known": as_of.known, "as_of": as_of.day.isoformat()} | given(projects)
    for project, currency, number, basis, first, last, minor, how, available, since, effective, until in reader.tuples(
        sql, parameters
    ):
        days = (_day(first), _day(last))
        entry = Entry(number, basis, *days, minor, how, available, since, _day(effective))
        found[project, currency].append(Version(entry, since, until))
    return found


def begun_versions(reader: Reader, as_of: AsOf, projects: Projects = None) -> dict[int, list["Begun"]]:
    """Every version of the dated stages from signed on, before the first of which nothing was completed."""
    from tracker.analysis.revisions import Begun

    listed = ", ".join(f"'{code}'" for code in SIGNED)
    sql = f"""
        SELECT project_id, first_day, recorded_from, recorded_to
        FROM stage_event
        WHERE first_day IS NOT NULL AND stage IN ({listed}) AND recorded_from <= :known{of_project(projects)}
    """
    found: dict[int, list[Begun]] = defaultdict(list)
    for project, day, since, until in reader.tuples(sql, {"known": as_of.known} | given(projects)):
        found[project].append(Begun(_day(day), since, until))
    return found


def _day(value: Any) -> date:
    return date.fromisoformat(str(value))


class BaselineRow(NamedTuple):
    """One version with its total as it is known, `currency` None where it has none."""

    project_id: int
    version: int
    approved: date | None
    effective_from: date
    minor: int | None
    currency: str | None
    qualifier: str | None
    availability: str | None
    entry_id: int | None
    start_first: date | None
    start_last: date | None
    end_first: date | None
    end_last: date | None
    reason: str | None
    note: str | None
    source: str | None
    quote: str | None


def baselines(reader: Reader, as_of: AsOf, project: Projects = None) -> list[BaselineRow]:
    """Every version known, of one project or all, by project and version; later ones too."""
    sql = f"""
        SELECT b.project_id, b.version, b.approved, b.effective_from, e.minor, e.currency, e.qualifier, e.availability,
               e.id, b.start_first, b.start_last, b.end_first, b.end_last, b.reason, b.note, b.source, b.quote
        FROM baseline AS b
        LEFT JOIN capital_entry AS e ON e.id = b.entry_id AND {as_of.known_in("e")}
        WHERE {as_of.known_in("b")}{of_project(project, "b.")}
        ORDER BY b.project_id, b.version
    """
    return reader.rows(BaselineRow, sql, {"known": as_of.known} | given(project))


class RestRow(NamedTuple):
    """The sum of one kind, currency, state, qualifier and availability over the projects that were not left out."""

    kind: str
    currency: str
    state: str
    qualifier: str
    availability: str
    minor: int


class Rest(NamedTuple):
    """The sums, for how many projects each kind is known, and how many projects there are."""

    sums: tuple[RestRow, ...]
    known: Mapping[str, int]
    projects: int


def rest(reader: Reader, as_of: AsOf, without: Collection[int], kinds: Collection[str]) -> Rest:
    """The sums over the projects `without` some families, as known now: of total in force, of other kinds in the year.

    Of some `kinds` alone.

    A project whose parent has a figure of a kind is in that figure.
    """
    listed = ", ".join(map(str, sorted(without))) or "NULL"
    values = _values_now(kinds)
    others = f"v.project_id NOT IN ({listed})" if without else "TRUE"
    sums = f"""
        {values}, above AS (
            SELECT id, parent_id AS ancestor FROM project WHERE {as_of.known_in()} AND parent_id IS NOT NULL
            UNION
            SELECT a.id, p.parent_id
            FROM above AS a
            JOIN project AS p ON p.id = a.ancestor AND {as_of.known_in("p")} AND p.parent_id IS NOT NULL
        )
        SELECT v.kind, v.currency, v.state, v.qualifier, v.availability,
               CAST(SUM(v.minor / {_SPLIT}) AS BIGINT), CAST(SUM(v.minor % {_SPLIT}) AS BIGINT)
        FROM value AS v
        WHERE {others} AND NOT EXISTS (
            SELECT 1 FROM above AS a JOIN value AS w ON w.project_id = a.ancestor AND w.kind = v.kind
            WHERE a.id = v.project_id
        )
        GROUP BY v.kind, v.currency, v.state, v.qualifier, v.availability
        ORDER BY v.kind, v.currency, v.state, v.qualifier, v.availability
    """
    known = f"{values} SELECT v.kind, COUNT(DISTINCT v.project_id) FROM value AS v WHERE {others} GROUP BY v.kind"
    count = f"SELECT COUNT(DISTINCT v.project_id) FROM project_state AS v WHERE v.from_day <= :as_of AND {others}"
    parameters = bound(as_of) | {"begin": date(as_of.day.year, 1, 1).isoformat()}
    rows = tuple(
        RestRow(kind, currency, state, qualifier, availability, high * _SPLIT + low)
        for kind, currency, state, qualifier, availability, high, low in reader.tuples(sums, parameters)
    )
    return Rest(rows, dict(reader.tuples(known, parameters)), int(reader.tuples(count, parameters)[0][0]))


# SUM over 64-bit integers may overflow where the true sum does not fit; high and low parts never do.
_SPLIT = 1_000_000


def _values_now(kinds: Collection[str]) -> str:
    flows = ", ".join(f"'{kind}'" for kind in kinds if kind != "total" and kind.replace("_", "").isalnum())
    total = "'total'" if "total" in kinds else "NULL"
    return f"""
    WITH RECURSIVE existing AS (SELECT DISTINCT project_id FROM project_state WHERE from_day <= :as_of), value AS (
        SELECT project_id, kind, currency, year_state AS state, year_minor AS minor, year_qualifier AS qualifier,
               year_availability AS availability
        FROM capital_value
        WHERE to_day > :as_of AND from_day <= :as_of AND from_day >= :begin AND kind IN ({flows or "NULL"})
            AND year_state IN ('known', 'partial') AND project_id IN (SELECT project_id FROM existing)
        UNION ALL
        SELECT project_id, kind, currency, cumulative_state, cumulative_minor, cumulative_qualifier,
               cumulative_availability
        FROM capital_value
        WHERE to_day > :as_of AND from_day <= :as_of AND kind = {total} AND cumulative_state IN ('known', 'partial')
            AND project_id IN (SELECT project_id FROM existing)
    )
"""
