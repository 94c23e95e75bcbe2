"""When anything was last recorded about a project."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import date
from typing import NamedTuple

from tracker.database import Reader
from tracker.queries.as_of import ENDED, AsOf
from tracker.queries.changes import as_date
from tracker.queries.projects import bound, given

_TABLES = (
    "label",
    "relation",
    "stage_event",
    "condition_event",
    "milestone",
    "milestone_date",
    "capital_entry",
    "baseline",
    "review",
    "request",
    "follow_up",
)


def last_entries(reader: Reader, as_of: AsOf, project: int | None = None) -> dict[int, date]:
    """For one project or each, the day of the latest change that wrote or ended anything of it, among those known."""
    sql = f"""
        SELECT latest.project_id, c.recorded_on
        FROM (
            SELECT project_id, MAX(change_id) AS change_id
            FROM ({" UNION ALL ".join(_touches(project))}) AS touched
            GROUP BY project_id
        ) AS latest
        JOIN change AS c ON c.id = latest.change_id
    """
    rows = reader.tuples(sql, {"known": as_of.known} | given(project))
    return {number: as_date(day) for number, day in rows}


def _touches(project: int | None) -> Iterator[str]:
    """For each table, the queries of the last change that wrote and the last that ended a version of a project."""
    for table, owner in (("project", "id"), *((table, "project_id") for table in _TABLES)):
        whose = f"{owner} IS NOT NULL" if project is None else f"{owner} = :project"
        for column, known in (
            ("recorded_from", "recorded_from <= :known"),
            ("recorded_to", f"recorded_to <= :known AND {ENDED}"),
        ):
            yield (
                f"SELECT {owner} AS project_id, MAX({column}) AS change_id FROM {table}"
                f" WHERE {whose} AND {known} GROUP BY {owner}"
            )


class CheckedProject(NamedTuple):
    """A project; `recorded_on` is the day its first version was recorded."""

    project_id: int
    code: str
    name: str
    kind: str | None
    company_id: int | None
    company: str | None
    chain: str | None
    site: str | None
    owner: str | None
    land: int | None
    parent_id: int | None
    recorded_on: date


class CheckedEvent(NamedTuple):
    """A stage or condition that a project reached; no days where they are not known."""

    project_id: int
    code: str
    first_day: date | None
    last_day: date | None


class CheckedReview(NamedTuple):
    """A progress report; `physical` in hundredths of a percent."""

    project_id: int
    first_day: date
    last_day: date
    physical: int | None


class CheckedMilestone(NamedTuple):
    """A milestone of a project."""

    milestone_id: int
    project_id: int
    code: str
    title: str | None


class CheckedDay(NamedTuple):
    """A baseline, forecast or actual of a milestone (`what`)."""

    milestone_id: int
    what: str
    first_day: date
    last_day: date
    effective_from: date


def project_ids(reader: Reader, as_of: AsOf) -> list[int]:
    """Every project, in the order they were opened."""
    sql = f"SELECT id FROM project WHERE {as_of.known_in()} ORDER BY id"
    return [number for (number,) in reader.tuples(sql, bound(as_of))]


def _in(ids: Collection[int], column: str = "project_id") -> str:
    return f"{column} IN ({', '.join(map(str, ids)) or 'NULL'})"


def projects(reader: Reader, as_of: AsOf, ids: Sequence[int]) -> list[CheckedProject]:
    """Some projects with the names of their companies."""
    sql = f"""
        SELECT p.id, p.code, p.name, p.kind, p.company_id, c.name, p.chain, p.site, p.owner, p.land, p.parent_id,
               begun.recorded_on
        FROM project AS p
        JOIN change AS begun
            ON begun.id = (SELECT MIN(born.recorded_from) FROM project AS born WHERE born.id = p.id)
        LEFT JOIN company AS c ON c.id = p.company_id AND {as_of.known_in("c")}
        WHERE {as_of.known_in("p")} AND {_in(ids, "p.id")}
        ORDER BY p.id
    """
    return reader.rows(CheckedProject, sql, bound(as_of))


def stages(reader: Reader, as_of: AsOf, ids: Sequence[int]) -> list[CheckedEvent]:
    """The stages that some projects reached by the day asked about, in the order recorded."""
    return _events(reader, as_of, ids, "stage_event", "stage")


def conditions(reader: Reader, as_of: AsOf, ids: Sequence[int]) -> list[CheckedEvent]:
    """The conditions that some projects entered by the day asked about, in the order recorded."""
    return _events(reader, as_of, ids, "condition_event", "condition")


def _events(reader: Reader, as_of: AsOf, ids: Sequence[int], table: str, column: str) -> list[CheckedEvent]:
    sql = f"""
        SELECT project_id, {column}, first_day, last_day
        FROM {table}
        WHERE {as_of.known_in()} AND effective_from <= :as_of AND {_in(ids)}
        ORDER BY id
    """
    return reader.rows(CheckedEvent, sql, bound(as_of))


def reviews(reader: Reader, as_of: AsOf, ids: Sequence[int]) -> list[CheckedReview]:
    """The progress reports of some projects by the day asked about, in the order recorded."""
    sql = f"""
        SELECT project_id, first_day, last_day, physical
        FROM review
        WHERE {as_of.known_in()} AND effective_from <= :as_of AND {_in(ids)}
        ORDER BY id
    """
    return reader.rows(CheckedReview, sql, bound(as_of))


def milestones(reader: Reader, as_of: AsOf, ids: Sequence[int]) -> list[CheckedMilestone]:
    """The milestones of some projects, in the order they were added."""
    sql = f"""
        SELECT id, project_id, code, title
        FROM milestone
        WHERE {as_of.known_in()} AND {_in(ids)}
        ORDER BY id
    """
    return reader.rows(CheckedMilestone, sql, bound(as_of))


def milestone_days(reader: Reader, as_of: AsOf, ids: Sequence[int]) -> list[CheckedDay]:
    """The days of the milestones of some projects by the day asked about; forecasts as they were made."""
    sql = f"""
        SELECT milestone_id, what, first_day, last_day, effective_from
        FROM milestone_date
        WHERE {as_of.known_in()} AND effective_from <= :as_of AND {_in(ids)}
        ORDER BY effective_from, id
    """
    return reader.rows(CheckedDay, sql, bound(as_of))


# --- what projects are compared with ---------------------------------------------------------------------------------


def families(reader: Reader, as_of: AsOf) -> set[int]:
    """The projects that have parts or are one."""
    sql = f"SELECT id, parent_id FROM project WHERE {as_of.known_in()} AND parent_id IS NOT NULL"
    return {number for pair in reader.tuples(sql, bound(as_of)) for number in pair}


def relatives(reader: Reader, as_of: AsOf, ids: Sequence[int]) -> set[int]:
    """The parents of some projects, and the parts of these and of those."""
    sql = f"SELECT parent_id FROM project WHERE {as_of.known_in()} AND {_in(ids, 'id')} AND parent_id IS NOT NULL"
    parents = {number for (number,) in reader.tuples(sql, bound(as_of))}
    above = [*ids, *parents]
    sql = f"SELECT id FROM project WHERE {as_of.known_in()} AND {_in(above, 'parent_id')}"
    return parents | {number for (number,) in reader.tuples(sql, bound(as_of))}


def alike(reader: Reader, as_of: AsOf, rows: Sequence[CheckedProject]) -> set[int]:
    """The other projects of the companies of some projects, and those with a name that one of them has."""
    companies = {row.company_id for row in rows if row.company_id is not None}
    sql = f"SELECT id FROM project WHERE {as_of.known_in()} AND {_in(companies, 'company_id')}"
    found = {number for (number,) in reader.tuples(sql, bound(as_of))}
    sql = f"""
        SELECT subject_id
        FROM lookup_name
        WHERE subject = 'project' AND rank = 1 AND folded IN (
            SELECT own.folded
            FROM lookup_name AS own
            WHERE own.subject = 'project' AND own.rank = 1 AND {_in([row.project_id for row in rows], "own.subject_id")}
        )
    """
    return found | {number for (number,) in reader.tuples(sql)}


def linked(reader: Reader, as_of: AsOf) -> set[tuple[int, int]]:
    """The pairs of projects of which one is a phase of the other or replaces it."""
    sql = f"""
        SELECT project_id, target_id
        FROM relation
        WHERE {as_of.known_in()} AND relation IN ('phase_of', 'replaces')
    """
    return {(one, other) for one, other in reader.tuples(sql, bound(as_of))}


class Mutual(NamedTuple):
    """Two projects that relate to each other in the same way, where one excludes the other."""

    project_id: int
    code: str
    relation: str
    target: str


def mutual(reader: Reader, as_of: AsOf) -> list[Mutual]:
    """Every two projects that relate so to each other; the relation recorded later."""
    sql = f"""
        SELECT p.id, p.code, later.relation, t.code
        FROM relation AS later
        JOIN relation AS earlier
            ON earlier.project_id = later.target_id AND earlier.target_id = later.project_id
            AND earlier.relation = later.relation AND earlier.id < later.id AND {as_of.known_in("earlier")}
        JOIN project AS p ON p.id = later.project_id AND {as_of.known_in("p")}
        JOIN project AS t ON t.id = later.target_id AND {as_of.known_in("t")}
        WHERE {as_of.known_in("later")}
        ORDER BY later.id
    """
    return reader.rows(Mutual, sql, bound(as_of))


class RegisterId(NamedTuple):
    """A number that a project (by its code) or a company (by its name) has in a register."""

    project_id: int | None
    project: str | None
    company: str | None
    scheme: str
    number: str


def register_ids(reader: Reader, as_of: AsOf, schemes: Sequence[str]) -> list[RegisterId]:
    """The numbers of projects and companies in some registers."""
    names = {f"scheme_{chr(97 + place)}": scheme for place, scheme in enumerate(schemes)}
    sql = f"""
        SELECT l.project_id, p.code, c.name, l.name, l.value
        FROM label AS l
        LEFT JOIN project AS p ON p.id = l.project_id AND {as_of.known_in("p")}
        LEFT JOIN company AS c ON c.id = l.company_id AND {as_of.known_in("c")}
        WHERE {as_of.known_in("l")} AND l.category = 'external'
            AND l.name IN ({", ".join(f":{name}" for name in names)})
        ORDER BY l.id
    """
    return reader.rows(RegisterId, sql, {**bound(as_of), **names})


class TotalRow(NamedTuple):
    """A total with its project's code."""

    project_id: int
    code: str
    entry_id: int
    minor: int
    currency: str


def some_totals(reader: Reader, as_of: AsOf, count: int) -> list[TotalRow]:
    """The first `count` totals with an amount that were recorded, to compare others with."""
    sql = f"""
        SELECT e.project_id, p.code, e.id, e.minor, e.currency
        FROM capital_entry AS e
        JOIN project AS p ON p.id = e.project_id AND {as_of.known_in("p")}
        WHERE {as_of.known_in("e")} AND e.kind = 'total' AND e.minor > 0 AND e.effective_from <= :as_of
        ORDER BY e.id
        LIMIT :count
    """
    return reader.rows(TotalRow, sql, bound(as_of) | {"count": count})


def ended_by(reader: Reader, table: str, number: int) -> int | None:
    """The change that ended the last version of a record; None where it never was."""
    sql = f"SELECT MAX(recorded_to) FROM {table} WHERE id = :number"
    change = reader.tuples(sql, {"number": number})[0][0]
    return None if change is None else int(change)
