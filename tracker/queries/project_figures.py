"""What sums over many projects need of each, and no more.

Annotations here are objects and not text: a named tuple compiles every text at every start.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import date
from typing import Any, NamedTuple

from tracker.database import Reader
from tracker.dates import Period, month_end
from tracker.models.fields import GROUPED, project_column
from tracker.queries.as_of import FOREVER, AsOf, Filters
from tracker.queries.milestones import planned
from tracker.queries.projects import FROM, STATE, Reached, filter_conditions, reached_of

# What projects are grouped by, each as SQL over FROM; several columns make one name.
LABELS = {
    **{one.key: project_column(one.key) for one in GROUPED},
    **{name: f"s.{name}" for name in ("stage", "condition", "signed_first", "signed_last")},
    "company": "c.name",
    "company_en": "c.name_en",
}


class Sum(NamedTuple):
    """A figure of a kind and currency: of the year, the month and all there is, each with its state and minor units.

    `_exact` is None for an exact reported one, else its qualifier and availability with a space between. `before` is
    what was completed of the year before to the day that this year reaches; where that is not known, `whole_state` is
    that of the whole year before, None for nothing reported.
    """

    kind: str
    currency: str
    year_state: str
    year_exact: str | None
    ever_state: str
    ever_exact: str | None
    year: int | None
    ever: int | None
    month_state: str = "not_reported"
    month_exact: str | None = None
    month: int | None = None
    year_to: str | date | None = None
    ever_to: str | date | None = None
    before_state: str | None = None
    before_exact: str | None = None
    before: int | None = None
    whole_state: str | None = None


class Funds(NamedTuple):
    """The funds in place on a day, or the total they are of, as the figures of a sum."""

    kind: str
    currency: str
    ever_state: str
    ever_exact: str | None
    ever: int | None


class ProjectFigures(NamedTuple):
    """A project: the values it is grouped by, and its figures in the order of kinds and currencies.

    `is_simple` where it has no parent and no parts, and each kind in one currency. `then` is how far it had come on an
    earlier day, None before it existed; `funds` are those in place on that day with their total, and `baselines` the
    days planned for stages, each with the day since when.
    """

    project_id: int
    code: str
    is_simple: bool
    labels: tuple[Any, ...]
    far: Reached
    land: int | None
    sums: list[Sum]
    then: Reached | None = None
    funds: Sequence[tuple[Funds, Funds]] = ()
    baselines: Sequence[tuple[str, str, Period]] = ()


# What a series came to in the year before, and since when it had come to that on the day that this year reaches.
_OF_YEAR_BEFORE = """
    SELECT x.year_state FROM capital_value AS x
    WHERE x.project_id = v.project_id AND x.kind = v.kind AND x.currency = v.currency
        AND x.from_day BETWEEN :first AND :last
"""
_SINCE_YEAR_BEFORE = f"""
    {_OF_YEAR_BEFORE.replace("x.year_state", "x.from_day")}
        AND CAST(x.from_day AS VARCHAR) <=
            :before || REPLACE(SUBSTR(CAST(v.year_to AS VARCHAR), 5), '-02-28', :february)
    ORDER BY x.from_day DESC LIMIT 1
"""


def project_figures(
    reader: Reader,
    as_of: AsOf,
    filters: Filters,
    kinds: Collection[str],
    labels: Sequence[str] = (),
    earlier: date | None = None,
    stages: Collection[str] = (),
) -> Iterator[ProjectFigures]:
    """The projects that exist on the day asked about and match, as they are known now, in the order opened.

    `labels` are of LABELS, `kinds` those of which figures are wanted; with `earlier`, a day of the year before, also
    what there was then, and with `stages` the baselines of these.
    """
    where, parameters = filter_conditions(reader, filters)
    parameters |= {"as_of": as_of.day.isoformat(), "begin": date(as_of.day.year, 1, 1).isoformat()}
    columns = ["p.id", "p.code", "p.parent_id", "p.land", *(f"s.{name}" for name in STATE)]
    joined, past, more = FROM, "", ""
    if earlier:
        columns += [f"t.{name}" for name in STATE]
        joined += "LEFT JOIN project_state AS t ON t.project_id = p.id AND t.from_day <= :then AND t.to_day > :then"
        parameters |= {"month": as_of.day.replace(day=1).isoformat(), "then": earlier.isoformat()}
        parameters |= {"first": f"{earlier.year:04}-01-01", "last": f"{earlier.year:04}-12-31"}
        # The end of February stays the end of February.
        leap = month_end(date(earlier.year, 2, 1)).day == 29 and month_end(date(as_of.day.year, 2, 1)).day == 28
        parameters |= {"before": f"{earlier.year:04}", "february": "-02-29" if leap else "-02-28"}
        more = f""", {_state("month", ":month")}, {_exact("v.month")}, v.month_minor, v.year_to, v.cumulative_to,
            b.year_state, {_exact("b.year")}, b.year_minor,
            CASE WHEN v.kind = 'completed' AND COALESCE(b.year_state, '') NOT IN ('known', 'partial')
                THEN NULLIF(({_OF_YEAR_BEFORE} ORDER BY x.from_day DESC LIMIT 1), 'not_reported') END"""
        past = f"""
            LEFT JOIN capital_value AS b ON v.kind = 'completed' AND b.project_id = v.project_id AND b.kind = v.kind
                AND b.currency = v.currency AND b.from_day = ({_SINCE_YEAR_BEFORE})
        """
    columns += map(LABELS.__getitem__, labels)
    projects = reader.stream(
        f"SELECT {', '.join(columns)} {joined} WHERE {' AND '.join(where)} ORDER BY p.id", parameters
    )
    listed = ", ".join(f"'{kind}'" for kind in kinds if kind.replace("_", "").isalnum())
    chosen = "" if filters == Filters() else f" AND v.project_id IN (SELECT p.id {FROM} WHERE {' AND '.join(where)})"
    figures = reader.stream(
        f"""
        SELECT v.project_id, v.kind, v.currency, {_state("year", ":begin")}, {_exact("v.year")}, v.cumulative_state,
               {_exact("v.cumulative")}, v.year_minor, v.cumulative_minor{more}
        FROM capital_value AS v {past}
        WHERE v.kind IN ({listed or "NULL"}) AND v.to_day > :as_of AND v.from_day <= :as_of{chosen}
        ORDER BY v.project_id, v.kind, v.currency
        """,
        parameters,
    )
    value = f"v.kind, v.currency, v.cumulative_state, {_exact('v.cumulative')}, v.cumulative_minor"
    funds = reader.stream(
        f"""
        SELECT v.project_id, {value}, {value.replace("v.", "t.")}
        FROM capital_value AS v
        JOIN capital_value AS t ON t.project_id = v.project_id AND t.kind = 'total' AND t.from_day <= :then
            AND NOT t.to_day <= :then
        WHERE v.kind = 'funds_in_place' AND v.to_day > :then AND v.from_day <= :then{chosen}
        ORDER BY v.project_id
        """,
        parameters,
    )
    with_parts = f"SELECT DISTINCT parent_id FROM project WHERE recorded_to = {FOREVER + 1}"
    parents = {number for (number,) in reader.tuples(with_parts)}
    sums, width = _of(figures), len(STATE)
    both, days = (_of(funds), _of(planned(reader, as_of, stages))) if earlier else (None, None)
    for project, code, parent, land, *cells in projects:
        own = [Sum(*row) for row in sums(project)]
        simple = (
            parent is None and project not in parents and (len(own) < 2 or len({one.kind for one in own}) == len(own))
        )
        far = reached_of(cells[:width])
        if not both or not days:
            yield ProjectFigures(project, code, simple, tuple(cells[width:]), far, land, own)
            continue
        then = cells[width : 2 * width]
        yield ProjectFigures(
            project,
            code,
            simple,
            tuple(cells[2 * width :]),
            far,
            land,
            own,
            reached_of(then) if then[1] is not None else None,
            [(Funds._make(row[:5]), Funds._make(row[5:])) for row in both(project)],
            days(project),
        )


def _state(span: str, begin: str) -> str:
    return f"CASE WHEN v.from_day >= {begin} THEN v.{span}_state ELSE 'not_reported' END"


def _exact(span: str) -> str:
    return f"""CASE WHEN {span}_qualifier <> 'exact' OR {span}_availability <> 'reported'
        THEN {span}_qualifier || ' ' || {span}_availability END"""


def _of(rows: Iterator[tuple[Any, ...]]) -> Callable[[int], list[tuple[Any, ...]]]:
    """The rows of a project, without its number, from rows in the order of projects; asked in that order."""
    row = next(rows, None)

    def of(project: int) -> list[tuple[Any, ...]]:
        nonlocal row
        found = []
        while row is not None and row[0] <= project:
            if row[0] == project:
                found.append(row[1:])
            row = next(rows, None)
        return found

    return of
