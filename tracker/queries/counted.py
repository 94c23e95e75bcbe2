"""What lists of many projects, and sums over them, need of each, and no more."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import date
from typing import Any, NamedTuple

from tracker.database import Reader
from tracker.dates import Period
from tracker.models.fields import GROUPED, PLAIN, project_column
from tracker.queries.as_of import FOREVER, AsOf, Filters
from tracker.queries.projects import FROM, filter_conditions

# What projects are grouped by, each as SQL over FROM; several columns make one name.
LABELS = {
    **{one.key: project_column(one.key) for one in GROUPED},
    **{name: f"s.{name}" for name in ("stage", "condition", "signed_first", "signed_last")},
    "company": "c.name",
    "company_en": "c.name_en",
}


class Reached(NamedTuple):
    """How far a project has come on the day asked about: `reached` and `undated` as in the derived table."""

    stage: str | None
    condition: str
    reached: int
    undated: int
    signed_year: str | None
    started_year: str | None


class Sum(NamedTuple):
    """A figure of a kind and currency: of the year, and all there is, each with its state and minor units.

    `_exact` is None for an exact reported one, else its qualifier and availability with a space between.
    """

    kind: str
    currency: str
    year_state: str
    year_exact: str | None
    ever_state: str
    ever_exact: str | None
    year: int | None
    ever: int | None


class Counted(NamedTuple):
    """A project: the values it is grouped by, and its figures in the order of kinds and currencies."""

    project_id: int
    is_in_family: bool
    labels: tuple[Any, ...]
    reached: Reached
    land: int | None
    sums: list[Sum]


def counted(
    reader: Reader, as_of: AsOf, filters: Filters, kinds: Collection[str], labels: Sequence[str] = ()
) -> Iterator[Counted]:
    """The projects that exist on the day asked about and match, as they are known now, in the order opened.

    `labels` are of LABELS, `kinds` those of which figures are wanted.
    """
    where, parameters = filter_conditions(reader, filters)
    parameters |= {"as_of": as_of.day.isoformat(), "begin": date(as_of.day.year, 1, 1).isoformat()}
    in_families = f"SELECT DISTINCT parent_id FROM project WHERE recorded_to = {FOREVER + 1} AND parent_id > 0"
    parents = {number for (number,) in reader.tuples(in_families)}
    columns = "".join(f", {LABELS[label]}" for label in labels)
    projects = reader.stream(
        "SELECT p.id, p.parent_id, s.stage, s.condition, s.reached, s.undated, s.signed_first, s.signed_last,"
        f" s.started_first, s.started_last, p.land{columns} {FROM} WHERE {' AND '.join(where)} ORDER BY p.id",
        parameters,
    )
    listed = ", ".join(f"'{kind}'" for kind in kinds if kind.replace("_", "").isalnum())
    of_kinds = f"v.kind IN ({listed or 'NULL'}) AND v.to_day > :as_of AND v.from_day <= :as_of"
    chosen = "" if filters == Filters() else f" AND v.project_id IN (SELECT p.id {FROM} WHERE {' AND '.join(where)})"
    figures = reader.stream(
        f"""
        SELECT v.project_id, v.kind, v.currency,
               CASE WHEN v.from_day >= :begin THEN v.year_state ELSE 'not_reported' END,
               CASE WHEN v.year_qualifier <> 'exact' OR v.year_availability <> 'reported'
                   THEN v.year_qualifier || ' ' || v.year_availability END,
               v.cumulative_state,
               CASE WHEN v.cumulative_qualifier <> 'exact' OR v.cumulative_availability <> 'reported'
                   THEN v.cumulative_qualifier || ' ' || v.cumulative_availability END,
               v.year_minor, v.cumulative_minor
        FROM capital_value AS v
        WHERE {of_kinds}{chosen}
        ORDER BY v.project_id, v.kind, v.currency
        """,
        parameters,
    )
    row = next(figures, None)
    for project, parent, stage, condition, reached, undated, first, last, begun, begun_last, land, *own in projects:
        sums = []
        while row is not None and row[0] <= project:
            if row[0] == project:
                sums.append(Sum._make(row[1:]))
            row = next(figures, None)
        far = Reached(stage, condition, reached, undated, one_year(first, last), one_year(begun, begun_last))
        yield Counted(project, parent is not None or project in parents, tuple(own), far, land, sums)


class Listed(NamedTuple):
    """A project as a list shows it, with the days of its stage, and its `facts` in the order of PLAIN."""

    project_id: int
    parent_id: int | None
    code: str
    name: str
    name_en: str | None
    stage: str | None
    stage_on: Period | None
    condition: str
    company: str | None
    facts: tuple[Any, ...]


def listed(reader: Reader, as_of: AsOf, filters: Filters, limit: int | None = None) -> Iterator[Listed]:
    """The projects that exist on the day asked about and match, as they are known now, in the order opened."""
    where, parameters = filter_conditions(reader, filters)
    typed = f"""
        SELECT MAX(e.period_text) FROM stage_event AS e
        WHERE e.project_id = p.id AND e.recorded_to = {FOREVER + 1} AND e.stage = s.stage
            AND e.first_day = s.stage_first AND e.last_day = s.stage_last AND e.effective_from <= :as_of
    """
    sql = f"""
        SELECT p.id, p.parent_id, p.code, p.name, p.name_en, s.stage, s.stage_first, s.stage_last, ({typed}),
               s.condition, c.name, {", ".join(project_column(one.key) for one in PLAIN["project"])}
        {FROM}
        WHERE {" AND ".join(where)}
        ORDER BY p.id
    """
    parameters |= {"as_of": as_of.day.isoformat(), "limit": limit}
    for row in reader.stream(sql if limit is None else f"{sql} LIMIT :limit", parameters):
        first, last, text = row[6:9]
        on = None if first is None else Period.of(_as_day(first), _as_day(last), text)
        yield Listed._make((*row[:6], on, *row[9:11], row[11:]))


def _as_day(value: date | str) -> date:
    return value if isinstance(value, date) else date.fromisoformat(value)


def one_year(first: date | str | None, last: date | str | None) -> str | None:
    """The year in which both days lie, each as either engine returns it; None where there is none."""
    return str(first)[:4] if first is not None and str(first)[:4] == str(last)[:4] else None
