"""Which projects match: filters as SQL over the open rows and the derived state of the day asked about."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from tracker.database import Reader
from tracker.queries.as_of import FOREVER, AsOf, Filters
from tracker.queries.projects import bound, first_facts, of_project
from tracker.queries.projects import projects as all_projects
from tracker.text import fold
from tracker.vocabulary import CONDITIONS

# Columns of a project that are compared as people type them.
_TEXTS = ("chain", "site", "grid", "owner")


def matching(reader: Reader, as_of: AsOf, filters: Filters, limit: int | None = None) -> list[int] | None:
    """The ids of the projects that exist on the day asked about and match, in the order opened; at most `limit`.

    None where an earlier knowledge is asked for: then the rows must be looked at one by one.
    """
    if as_of.known < FOREVER:
        return None
    where, parameters = conditions(reader, filters)
    sql = f"SELECT p.id {FROM} WHERE {' AND '.join(where)} ORDER BY p.id"
    if limit is not None:
        sql += " LIMIT :limit"
    found = reader.tuples(sql, parameters | {"as_of": as_of.day.isoformat(), "limit": limit})
    return [number for (number,) in found]


def count(reader: Reader, as_of: AsOf, filters: Filters) -> int:
    """How many projects exist on the day asked about and match, as they are known today."""
    day = {"as_of": as_of.day.isoformat()}
    if filters == Filters(condition=filters.condition):
        # Every project that exists on a day has one state on it.
        sql = "SELECT COUNT(*) FROM project_state AS s WHERE s.to_day > :as_of AND s.from_day <= :as_of"
        if filters.condition:
            codes = ", ".join(f"'{code}'" for code in filters.condition if code in CONDITIONS)
            sql += f" AND s.condition IN ({codes or 'NULL'})"
        return int(reader.tuples(sql, day)[0][0])
    where, parameters = conditions(reader, filters)
    sql = f"SELECT COUNT(*) {FROM} WHERE {' AND '.join(where)}"
    return int(reader.tuples(sql, parameters | day)[0][0])


def existing(reader: Reader, as_of: AsOf, projects: Collection[int]) -> set[int]:
    """Those of some projects that exist on the day asked about: from their earliest fact on."""
    if as_of.known >= FOREVER:
        sql = f"SELECT DISTINCT project_id FROM project_state WHERE from_day <= :as_of{of_project(projects)}"
        return {number for (number,) in reader.tuples(sql, bound(as_of))} & set(projects)
    begun = first_facts(reader, as_of, projects)
    rows = all_projects(reader, as_of, projects)
    born = {row.project_id: min(row.recorded_on, begun.get(row.project_id, row.recorded_on)) for row in rows}
    return {project for project in projects if project in born and born[project] <= as_of.day}


# The projects `p` that exist on a day, with their state `s` of it and their company `c`.
FROM = f"""
    FROM project AS p
    JOIN project_state AS s ON s.project_id = p.id AND s.from_day = (
        SELECT MAX(x.from_day) FROM project_state AS x WHERE x.project_id = p.id AND x.from_day <= :as_of
    )
    LEFT JOIN company AS c ON c.id = p.company_id AND c.recorded_to = {FOREVER + 1}
"""


def conditions(reader: Reader, filters: Filters) -> tuple[list[str], dict[str, Any]]:
    """What rows of FROM must hold to match, and the values of its parameters."""
    where = [f"p.recorded_to = {FOREVER + 1}"]
    parameters: dict[str, Any] = {}

    def among(column: str, values: Iterable[Any]) -> str:
        names = []
        for value in values:
            name = f"v_{_letters(len(parameters))}"
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
            first, last = f"v_{_letters(len(parameters))}", f"v_{_letters(len(parameters) + 1)}"
            parameters |= {first: f"{year:04}-01-01", last: f"{year:04}-12-31"}
            spans.append(f"s.signed_first BETWEEN :{first} AND :{last}")
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
    name = f"v_{_letters(len(parameters))}"
    parameters[name] = f"%{_escaped(word)}%"
    return (
        f"{column} IN (SELECT subject_id FROM lookup_name WHERE subject = '{subject}'"
        f" AND {'rank > 3' if spoken else ranks} AND folded LIKE :{name} ESCAPE '\\')"
    )


def _is_spoken_only(reader: Reader, word: str) -> bool:
    """Whether no name contains the letters of a word: then they are looked for in the pinyin of the names."""
    if not fold(word).isascii():
        return False
    sql = "SELECT 1 FROM lookup_name WHERE rank <= 3 AND folded LIKE :word ESCAPE '\\' LIMIT 1"
    return not reader.tuples(sql, {"word": f"%{_escaped(word)}%"})


def _escaped(word: str) -> str:
    return fold(word).replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _letters(number: int) -> str:
    """A name of letters for a number: parameters have no digits."""
    text = ""
    while True:
        text = chr(ord("a") + number % 26) + text
        number = number // 26 - 1
        if number < 0:
            return text
