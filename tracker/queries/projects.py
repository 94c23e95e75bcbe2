"""Projects: which match, and their rows, stages, conditions, labels and relations.

Annotations here are objects and not text: a named tuple compiles every text at every start.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import islice
from typing import Any, NamedTuple

from tracker.analysis.project_state import BIT
from tracker.database import Reader
from tracker.dates import Period
from tracker.models.fields import COLUMNS, PLAIN, ProjectFields, Type, project_column
from tracker.queries.as_of import FOREVER, AsOf, Filters
from tracker.text import containing, fold
from tracker.vocabulary import CONDITIONS

# One project, some of them, or all (None).
Projects = int | Collection[int] | None
# How many projects are asked for by number; more are read as a whole.
MOST_LISTED = 1_000


def of_project(project: Projects, table: str = "", column: str = "project_id") -> str:
    """The condition that asks about one project alone, or some; the parameter of one is in `given`."""
    if project is None or (not isinstance(project, int) and len(project) > MOST_LISTED):
        return ""
    if isinstance(project, int):
        return f" AND {table}{column} = :project"
    return f" AND {table}{column} IN ({', '.join(map(str, sorted(project))) or 'NULL'})"


def given(project: Projects) -> dict[str, Any]:
    """The parameter of `of_project`."""
    return {"project": project} if isinstance(project, int) else {}


def bound(as_of: AsOf, project: Projects = None) -> dict[str, Any]:
    """The parameters of a question: the change up to which versions are known, the day, and one project."""
    return {"known": as_of.known, "as_of": as_of.day.isoformat()} | given(project)


def period(first: date | None, last: date | None, text: str | None) -> Period | None:
    """The period of a dated row, None where its days are not known."""
    return None if first is None or last is None else Period.of(first, last, text)


@dataclass(frozen=True, slots=True)
class ProjectRow(ProjectFields):
    """A project with its company's name; its group and country are those of the company where it has none itself.

    `recorded_on` is the day its first version was recorded.
    """

    project_id: int
    company: str | None
    company_en: str | None
    recorded_on: date

    @property
    def registered(self) -> Period | None:
        """When the statistics bureau took it into its register, None where it did not or nobody recorded it."""
        return period(self.registered_first, self.registered_last, None)


class EventRow(NamedTuple):
    """A project reaching a stage or condition (`code`), with the reason given.

    Without days it was reached by `effective_from`, the day itself not known.
    """

    project_id: int
    code: str
    first_day: date | None
    last_day: date | None
    period_text: str | None
    effective_from: date
    reason: str | None
    note: str | None
    source: str | None
    quote: str | None

    @property
    def period(self) -> Period | None:
        """When it was reached, None where the day is not known."""
        return period(self.first_day, self.last_day, self.period_text)


class LabelRow(NamedTuple):
    """A tag, alias, external id or custom value of a project or company."""

    project_id: int | None
    company_id: int | None
    category: str
    name: str
    value: str | None


class RelationRow(NamedTuple):
    """How one project relates to another, by their ids."""

    project_id: int
    relation: str
    target_id: int
    note: str | None
    source: str | None
    quote: str | None


class ReviewRow(NamedTuple):
    """A progress report; `physical` in hundredths of a percent."""

    project_id: int
    first_day: date
    last_day: date
    period_text: str | None
    physical: int | None
    light: str | None
    text: str | None
    source: str | None
    quote: str | None

    @property
    def period(self) -> Period:
        """The days it is about."""
        return Period.of(self.first_day, self.last_day, self.period_text)


class Reached(NamedTuple):
    """How far a project has come on a day: `reached` and `undated` as in the derived table."""

    stage: str | None
    condition: str
    reached: int
    undated: int
    signed: Period | None
    started: Period | None
    completed: Period | None
    in_production: Period | None

    def has_come_to(self, stage: str) -> bool:
        """Whether the project is at the stage or beyond: one that had to go back is not."""
        return BIT.get(self.stage or "", 0) >= BIT[stage]

    def has_reached(self, stage: str) -> bool:
        """Whether the project reached a stage or a later one, also where nobody knows the day."""
        return self.reached >= BIT[stage]

    def is_undated(self, stage: str) -> bool:
        """Whether the project reached a stage, and no day is known of it or of a later stage."""
        later = self.reached & -BIT[stage]
        return later != 0 and later & ~self.undated == 0


# The columns of the derived table that make a `Reached`.
STATE = (
    *("stage", "condition", "reached", "undated"),
    *(f"{what}_{end}" for what in ("signed", "started", "completed", "in_production") for end in ("first", "last")),
)


def reached(reader: Reader, as_of: AsOf, project: Projects = None) -> dict[int, Reached]:
    """How far one project or each had come on the day asked about, as known now."""
    sql = f"""
        SELECT project_id, {", ".join(STATE)} FROM project_state
        WHERE to_day > :as_of AND from_day <= :as_of{of_project(project)}
    """
    return {number: reached_of(cells) for number, *cells in reader.tuples(sql, bound(as_of, project))}


def reached_of(cells: Sequence[Any]) -> Reached:
    """How far a project has come, from the columns STATE."""
    stage, condition, every, undated, a, b, c, d, e, f, g, h = cells
    # Most have come to few of these: nothing is called for what is not there.
    signed, started = b and _days_of_stage(a, b), d and _days_of_stage(c, d)
    return Reached(
        stage, condition, every, undated, signed, started, f and _days_of_stage(e, f), h and _days_of_stage(g, h)
    )


@cache
def _days_of_stage(first: date | str | None, last: date | str) -> Period:
    """The days of a stage in the derived table; without a first one it was reached by the last."""
    return period_of_row(last, last, f"by {last}") if first is None else period_of_row(first, last)


@cache
def period_of_row(first: date | str, last: date | str, text: str | None = None) -> Period:
    """The days from first to last, each as either engine returns it; many projects share them."""
    return Period.of(as_day(first), as_day(last), text)


def as_day(value: date | str) -> date:
    """A day as either engine returns it from a plain query."""
    return value if isinstance(value, date) else date.fromisoformat(value)


def projects(reader: Reader, as_of: AsOf, project: Projects = None, *, company: int | None = None) -> list[ProjectRow]:
    """Every project known, in the order they were opened; or that one, or those of one company."""
    sql = f"""
        SELECT {", ".join(map(project_column, COLUMNS["project"]))}, p.id, c.name, c.name_en, begun.recorded_on
        FROM project AS p
        JOIN change AS begun
            ON begun.id = (SELECT MIN(born.recorded_from) FROM project AS born WHERE born.id = p.id)
        LEFT JOIN company AS c ON c.id = p.company_id AND {as_of.known_in("c")}
        WHERE {as_of.known_in("p")}
    """
    sql += of_project(project, "p.", "id")
    if company is not None:
        sql += " AND p.company_id = :company"
    parameters = bound(as_of, project) | ({} if company is None else {"company": company})
    return reader.rows(ProjectRow, f"{sql} ORDER BY p.id", parameters)


def stages(reader: Reader, as_of: AsOf, project: Projects = None) -> list[EventRow]:
    """The stages that one project or all reached by the day asked about, in the order recorded."""
    return _events(reader, as_of, "stage_event", "stage", project)


def conditions(reader: Reader, as_of: AsOf, project: Projects = None) -> list[EventRow]:
    """The conditions that one project or all entered by the day asked about, in the order recorded."""
    return _events(reader, as_of, "condition_event", "condition", project)


def _events(reader: Reader, as_of: AsOf, table: str, column: str, project: Projects) -> list[EventRow]:
    sql = f"""
        SELECT project_id, {column}, first_day, last_day, period_text, effective_from, reason, note, source, quote
        FROM {table}
        WHERE {as_of.known_in()} AND effective_from <= :as_of{of_project(project)}
        ORDER BY id
    """
    return reader.rows(EventRow, sql, bound(as_of, project))


def first_facts(reader: Reader, as_of: AsOf, project: Projects = None) -> dict[int, date]:
    """For one project or each, the first day of its earliest fact: from it on the project exists, recorded or not."""
    only = f"{as_of.known_in()}{of_project(project)}"
    sql = f"""
        SELECT project_id, MIN(day)
        FROM (
            SELECT project_id, COALESCE(first_day, effective_from) AS day FROM stage_event WHERE {only}
            UNION ALL
            SELECT project_id, COALESCE(first_day, effective_from) FROM condition_event WHERE {only}
            UNION ALL
            SELECT project_id, first_day FROM capital_entry WHERE {only}
            UNION ALL
            SELECT project_id, first_day FROM milestone_date WHERE {only} AND what = 'baseline'
            UNION ALL
            SELECT project_id, first_day FROM review WHERE {only}
        ) AS facts
        WHERE day IS NOT NULL
        GROUP BY project_id
    """
    rows = reader.tuples(sql, bound(as_of, project))
    return {number: day if isinstance(day, date) else date.fromisoformat(day) for number, day in rows}


def labels(
    reader: Reader, as_of: AsOf, project: Projects = None, *, company: int | None = None, category: str | None = None
) -> list[LabelRow]:
    """The tags, aliases, ids and custom values of all projects and companies, or of one project or company.

    Of one `category` where it is given.
    """
    sql = f"""
        SELECT project_id, company_id, category, name, value
        FROM label
        WHERE {as_of.known_in()}{of_project(project)}{"" if company is None else " AND company_id = :company"}
            {"" if category is None else " AND category = :category"}
        ORDER BY id
    """
    parameters = bound(as_of, project) | {
        name: value for name, value in (("company", company), ("category", category)) if value is not None
    }
    return reader.rows(LabelRow, sql, parameters)


def relations(reader: Reader, as_of: AsOf, project: Projects = None) -> list[RelationRow]:
    """Every relation between projects, or of some of them to others."""
    sql = f"""
        SELECT project_id, relation, target_id, note, source, quote
        FROM relation
        WHERE {as_of.known_in()}{of_project(project)}
        ORDER BY id
    """
    return reader.rows(RelationRow, sql, bound(as_of, project))


def relations_around(reader: Reader, as_of: AsOf, projects: Collection[int]) -> list[RelationRow]:
    """Every relation that one of these projects has to others, or others to it."""
    listed = ", ".join(map(str, sorted(projects))) or "NULL"
    sql = f"""
        SELECT project_id, relation, target_id, note, source, quote
        FROM relation
        WHERE {as_of.known_in()} AND (project_id IN ({listed}) OR target_id IN ({listed}))
        ORDER BY id
    """
    return reader.rows(RelationRow, sql, bound(as_of))


def parents(reader: Reader, as_of: AsOf) -> dict[int, int]:
    """The parent of each project that is a part."""
    sql = f"SELECT id, parent_id FROM project WHERE {as_of.known_in()} AND parent_id IS NOT NULL"
    return dict(reader.tuples(sql, bound(as_of)))


def parts_of(reader: Reader, as_of: AsOf, projects: Collection[int]) -> list[tuple[int, int]]:
    """The projects that are parts of one of these, and the parts of those, each with its parent."""
    found: list[tuple[int, int]] = []
    seen: set[int] = set()
    above = set(projects)
    while above:
        only = of_project(above, column="parent_id") or " AND parent_id IS NOT NULL"
        sql = f"SELECT id, parent_id FROM project WHERE {as_of.known_in()}{only} ORDER BY id"
        pairs = [(number, parent) for number, parent in reader.tuples(sql, bound(as_of)) if parent in above]
        found += pairs
        seen |= above
        above = {number for number, _parent in pairs} - seen
    return found


def reviews(reader: Reader, as_of: AsOf, project: Projects = None) -> list[ReviewRow]:
    """The progress reports of one project or all that are about a day up to the one asked about, as recorded."""
    sql = f"""
        SELECT project_id, first_day, last_day, period_text, physical, light, text, source, quote
        FROM review
        WHERE {as_of.known_in()} AND effective_from <= :as_of{of_project(project)}
        ORDER BY id
    """
    return reader.rows(ReviewRow, sql, bound(as_of, project))


def custom_fields(reader: Reader, as_of: AsOf) -> list[tuple[str, str]]:
    """Name and type of every declared field."""
    sql = f"SELECT name, field_type FROM custom_field WHERE {as_of.known_in()} ORDER BY id"
    return [(name, kind) for name, kind in reader.tuples(sql, bound(as_of))]


# Columns of a project that are compared as people type them.
_TEXTS = ("chain", "site", "grid", "owner")


def matching(reader: Reader, as_of: AsOf, filters: Filters, limit: int | None = None) -> list[int] | None:
    """The ids of the projects that exist on the day asked about and match, in the order opened; at most `limit`.

    None where an earlier knowledge is asked for: then the rows must be looked at one by one.
    """
    if as_of.known < FOREVER:
        return None
    if limit is None and filters == Filters(condition=filters.condition):
        sql = f"SELECT s.project_id {_by_condition(filters)}"
        return sorted(number for (number,) in reader.tuples(sql, {"as_of": as_of.day.isoformat()}))
    where, parameters = filter_conditions(reader, filters)
    sql = f"SELECT p.id {FROM} WHERE {' AND '.join(where)} ORDER BY p.id"
    if limit is not None:
        sql += " LIMIT :limit"
    found = reader.tuples(sql, parameters | {"as_of": as_of.day.isoformat(), "limit": limit})
    return [number for (number,) in found]


def count(reader: Reader, as_of: AsOf, filters: Filters) -> int:
    """How many projects exist on the day asked about and match, as they are known today."""
    day = {"as_of": as_of.day.isoformat()}
    if filters == Filters(condition=filters.condition):
        return int(reader.tuples(f"SELECT COUNT(*) {_by_condition(filters)}", day)[0][0])
    where, parameters = filter_conditions(reader, filters)
    sql = f"SELECT COUNT(*) {FROM} WHERE {' AND '.join(where)}"
    return int(reader.tuples(sql, parameters | day)[0][0])


def _by_condition(filters: Filters) -> str:
    """The projects of a day that match no more than conditions: every project that exists has one state on it."""
    sql = "FROM project_state AS s WHERE s.to_day > :as_of AND s.from_day <= :as_of"
    if filters.condition:
        codes = ", ".join(f"'{code}'" for code in filters.condition if code in CONDITIONS)
        sql += f" AND s.condition IN ({codes or 'NULL'})"
    return sql


def existing(reader: Reader, as_of: AsOf, ids: Collection[int]) -> set[int]:
    """Those of some projects that exist on the day asked about: from their earliest fact on."""
    if as_of.known >= FOREVER:
        sql = f"SELECT DISTINCT project_id FROM project_state WHERE from_day <= :as_of{of_project(ids)}"
        return {number for (number,) in reader.tuples(sql, bound(as_of))} & set(ids)
    begun = first_facts(reader, as_of, ids)
    rows = projects(reader, as_of, ids)
    born = {row.project_id: min(row.recorded_on, begun.get(row.project_id, row.recorded_on)) for row in rows}
    return {project for project in ids if project in born and born[project] <= as_of.day}


# The projects `p` that exist on a day, with their state `s` of it and their company `c`.
FROM = f"""
    FROM project AS p
    JOIN project_state AS s ON s.project_id = p.id AND s.from_day = (
        SELECT MAX(x.from_day) FROM project_state AS x WHERE x.project_id = p.id AND x.from_day <= :as_of
    )
    LEFT JOIN company AS c ON c.id = p.company_id AND c.recorded_to = {FOREVER + 1}
"""


def filter_conditions(reader: Reader, filters: Filters) -> tuple[list[str], dict[str, Any]]:
    """What rows of FROM must hold to match, and the values of its parameters."""
    where = [f"p.recorded_to = {FOREVER + 1}"]
    parameters: dict[str, Any] = {}

    def among(column: str, values: Iterable[Any]) -> str:
        names = []
        for value in values:
            name = f"v_{letters(len(parameters))}"
            parameters[name] = value
            names.append(f":{name}")
        return f"{column} IN ({', '.join(names) or 'NULL'})"

    for column, codes in (("s.stage", filters.stage), ("s.condition", filters.condition)):
        if codes:
            where.append(among(column, codes))
    if filters.country:
        where.append(among("COALESCE(p.country, c.country)", [code.upper() for code in filters.country]))
    for column in _TEXTS:
        if wanted := getattr(filters, column):
            where.append(among(f"p.{column}", _spelled(reader, "project", column, wanted)))
    if filters.company:
        names = [
            among(f"c.{column}", _spelled(reader, "company", column, filters.company))
            for column in ("name", "name_en", "group_name")
        ]
        names.append(among("p.group_name", _spelled(reader, "project", "group_name", filters.company)))
        where.append(f"({' OR '.join(names)})")
    if filters.tag:
        tags = among("l.name", _spelled(reader, "label", "name", filters.tag))
        where.append(
            f"EXISTS (SELECT 1 FROM label AS l WHERE l.project_id = p.id AND l.recorded_to = {FOREVER + 1}"
            f" AND l.category = 'tag' AND {tags})"
        )
    if filters.year:
        spans = []
        for year in filters.year:
            first, last = f"v_{letters(len(parameters))}", f"v_{letters(len(parameters) + 1)}"
            parameters |= {first: f"{year:04}-01-01", last: f"{year:04}-12-31"}
            spans.append(f"COALESCE(s.signed_first, s.signed_last) BETWEEN :{first} AND :{last}")
        where.append(f"({' OR '.join(spans)})")
    if filters.text:
        found = []
        for word in filters.text:
            spoken = _is_spoken_only(reader, word)
            found.append(_containing("project", "p.id", word, parameters, "rank <= 3", spoken))
            found.append(_containing("company", "p.company_id", word, parameters, "rank <= 1", spoken))
        where.append(f"({' OR '.join(found)})")
    return where, parameters


def _spelled(reader: Reader, table: str, column: str, wanted: Sequence[str]) -> list[str]:
    """The values of a column that are one of `wanted` but for case and width."""
    folded = {fold(word) for word in wanted}
    values = reader.tuples(f"SELECT DISTINCT {column} FROM {table} WHERE recorded_to = {FOREVER + 1}")
    return [value for (value,) in values if value is not None and fold(value) in folded]


def _containing(subject: str, column: str, word: str, parameters: dict[str, Any], ranks: str, spoken: bool) -> str:
    """The condition that a name of these ranks contains a word, or where it is `spoken` the pinyin of one does."""
    name = f"v_{letters(len(parameters))}"
    parameters[name] = containing(word)
    return (
        f"{column} IN (SELECT subject_id FROM lookup_name WHERE subject = '{subject}'"
        f" AND {'rank > 3' if spoken else ranks} AND folded LIKE :{name} ESCAPE '\\')"
    )


def _is_spoken_only(reader: Reader, word: str) -> bool:
    """Whether no name contains the letters of a word: then they are looked for in the pinyin of the names."""
    if not fold(word).isascii():
        return False
    sql = "SELECT 1 FROM lookup_name WHERE rank <= 3 AND folded LIKE :word ESCAPE '\\' LIMIT 1"
    return not reader.tuples(sql, {"word": containing(word)})


def letters(number: int) -> str:
    """A name of letters for a number: parameters have no digits."""
    text = ""
    while True:
        text = chr(ord("a") + number % 26) + text
        number = number // 26 - 1
        if number < 0:
            return text


def listed(reader: Reader, as_of: AsOf, filters: Filters, limit: int | None = None) -> list[list[Any]]:
    """The projects that exist on the day asked about and match, as they are known now, in the order opened.

    One list for each of these: id, that of the parent, code, name, English name, stage, its days, condition, company,
    and the facts in the order of PLAIN.
    """
    where, parameters = filter_conditions(reader, filters)
    sql = f"""
        SELECT p.id, p.parent_id, p.code, p.name, p.name_en, s.stage, s.stage_first, s.stage_last, s.condition, c.name,
               {", ".join(project_column(one.key) for one in PLAIN["project"])}
        {FROM}
        WHERE {" AND ".join(where)}
        ORDER BY p.id
    """
    parameters |= {"as_of": as_of.day.isoformat(), "limit": limit}
    rows = reader.stream(sql if limit is None else f"{sql} LIMIT :limit", parameters)
    found: list[list[Any]] = [[] for _place in range(10 + len(PLAIN["project"]))]
    # Most texts behind the names stand in many rows: one object for all of them.
    texts = {
        5,
        8,
        9,
        *(place for place, one in enumerate(PLAIN["project"], 10) if one.type not in (Type.COUNT, Type.LAND)),
    }
    shared: dict[Any, Any] = {}
    while batch := list(islice(rows, 512)):
        for place, (column, values) in enumerate(zip(found, zip(*batch, strict=True), strict=True)):
            column.extend(map(shared.setdefault, values, values) if place in texts else values)
    ids, stages, firsts, lasts = found[0], *found[5:8]
    typed = _days_as_typed(reader, as_of, ids)
    days = zip(firsts, lasts, map(typed.get, zip(ids, stages, firsts, lasts, strict=True)), strict=True)
    found[6:8] = [[None if first is None else period_of_row(first, last, text) for first, last, text in days]]
    return found


def _days_as_typed(reader: Reader, as_of: AsOf, project: Projects) -> dict[tuple[int, str, Any, Any], str]:
    """What was typed for the days of stages that have a name: by project, stage, first and last day."""
    sql = f"""
        SELECT project_id, stage, first_day, last_day, MAX(period_text)
        FROM stage_event
        WHERE {as_of.known_in()} AND period_text IS NOT NULL AND effective_from <= :as_of{of_project(project)}
        GROUP BY project_id, stage, first_day, last_day
    """
    return {(number, *days): text for number, *days, text in reader.tuples(sql, bound(as_of, project))}
