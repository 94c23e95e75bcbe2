"""What sums over many projects need of them: those that are alike in all but their amounts are one row.

Annotations here are objects and not text: a named tuple compiles every text at every start.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date
from fractions import Fraction
from typing import Any, NamedTuple

from tracker.analysis.project_state import BIT, PLANNED
from tracker.database import Reader
from tracker.dates import month_end
from tracker.models.fields import GROUPED, project_column
from tracker.queries.as_of import FOREVER, AsOf, Filters
from tracker.queries.milestones import listed
from tracker.queries.projects import FROM, filter_conditions
from tracker.vocabulary import STAGES

# What projects are grouped by, each as SQL over FROM; several columns make one name.
LABELS = {
    **{one.key: project_column(one.key) for one in GROUPED},
    **{name: f"s.{name}" for name in ("stage", "condition", "signed_first", "signed_last")},
    "company": "c.name",
    "company_en": "c.name_en",
}
# What projects are counted by, each as SQL over FROM; `:first` and `:last` are the days of the year.
_SIGNED = f"s.reached & {BIT['signed']} <> 0"
_STARTED = f"s.reached >= {BIT['under_construction']}"
_IN_YEAR = f"{_SIGNED} AND s.signed_last BETWEEN :first AND :last AND COALESCE(s.signed_first, s.signed_last) >= :first"


def _year(what: str) -> str:
    """The year of a stage where its days settle one."""
    first, last = (f"SUBSTR(CAST(s.{what}_{end} AS VARCHAR), 1, 4)" for end in ("first", "last"))
    return f"CASE WHEN COALESCE({first}, {last}) = {last} THEN {last} END"


COUNTS = {
    "signed": _SIGNED,
    "started": f"{_SIGNED} AND {_STARTED}",
    # 当年签约、当年开工; dates that do not settle the year do not count.
    "same_year": f"{_SIGNED} AND {_year('signed')} = {_year('started')}",
    "in_year": _IN_YEAR,
    "kept": f"{_IN_YEAR} AND ({_STARTED} OR s.condition = 'active')",
}
# What was completed in the year before, and since when it had come to that on the day that this year reaches.
_OF_YEAR_BEFORE = """
    SELECT x.year_state FROM capital_value AS x
    WHERE x.project_id = v_completed.project_id AND x.kind = 'completed' AND x.currency = v_completed.currency
        AND x.from_day BETWEEN :year_begin AND :year_end
    ORDER BY x.from_day DESC LIMIT 1
"""
_SINCE_YEAR_BEFORE = f"""
    {_OF_YEAR_BEFORE.replace("x.year_state", "x.from_day", 1).partition("ORDER")[0]}
        AND CAST(x.from_day AS VARCHAR) <=
            :before || REPLACE(SUBSTR(CAST(v_completed.year_to AS VARCHAR), 5), '-02-28', :february)
    ORDER BY x.from_day DESC LIMIT 1
"""


def _tables(*parts: str) -> str:
    """FROM, without the company where no part of the question speaks of it."""
    return FROM if any("c." in part for part in parts) else FROM.partition("LEFT JOIN company")[0]


# An amount that can be multiplied by the denominator of a bound; and what the amounts of all projects may add up to.
_LARGEST, _OVERFLOW = 10**14, 2**63 - 1


class Sum(NamedTuple):
    """The figures of a kind and currency of some projects: of the year and all there is, each with its state.

    `_exact` is None for exact reported ones, else their qualifier and availability with a space between. `year` and
    `ever` are sums in minor units.
    """

    kind: str
    currency: str
    year_state: str = "not_reported"
    year_exact: str | None = None
    year: int | None = None
    ever_state: str = "not_reported"
    ever_exact: str | None = None
    ever: int | None = None


class OfMonth(NamedTuple):
    """What a monthly report needs of alike projects beside their figures of the year.

    `code` is that of the one where it is one, `has_ended` whether they have. What they completed: in the month, the
    last days that the figures of the year and of all time reach, and of the year before to the day that this year
    reaches; `compared` is whether it can be: both, waits (for the last day that any figure reaches), unbegun (waits,
    and nothing is known of the year before), or silent. `funds` are those in place a year before, with their total.
    """

    code: str
    has_ended: bool
    month_state: str
    month_exact: str | None
    month: int | None
    year_to: str | date | None
    ever_to: str | date | None
    compared: str
    before_state: str | None
    before_exact: str | None
    before: int | None
    funds: tuple[Sum, Sum] | None


class Month(NamedTuple):
    """What else is asked of the projects of a monthly report.

    The day a year `earlier`, the projects that are to stand alone as something was said of each of them (`apart`), and
    the conditions that have `ended`.
    """

    earlier: date
    apart: Collection[int]
    ended: Sequence[str]


class AlikeProjects(NamedTuple):
    """So many `projects`, alike in what they are grouped by, in the state of each figure and in their colour.

    `first` is the number of the first of them. `is_simple` where they have no parent and no parts, each kind is in one
    currency, the one asked for where there is one, and no amount is too large to be added up; of one that is not there
    is no more. `colour` is that of its completion of the year, None without one. `counts` is how many of them are what
    was to be counted, and `land` that of the ones with land and a total.
    """

    first: int
    projects: int
    is_simple: bool
    labels: tuple[Any, ...]
    colour: str | None
    counts: tuple[int, ...]
    land: int | None
    sums: list[Sum]
    of_month: OfMonth | None = None


def alike_projects(
    reader: Reader,
    as_of: AsOf,
    filters: Filters,
    kinds: Iterable[str],
    labels: Sequence[str] = (),
    counts: Sequence[str] = (),
    bounds: tuple[Fraction, Fraction] | None = None,
    month: Month | None = None,
) -> Iterator[AlikeProjects]:
    """The projects that exist on the day asked about and match, as they are known now, in the order of the first ones.

    `labels` are of LABELS, `kinds` those of which figures are wanted, `counts` of COUNTS, and `bounds` the completions
    below which colours begin.
    """
    of = _Values(reader, as_of, kinds, ("completed",) if month else ())
    where, parameters = filter_conditions(reader, filters)
    keys = [*map(LABELS.__getitem__, labels), of.colour(bounds), of.has_land]
    added = ["MIN(p.id)", "COUNT(*)", "SUM(p.land)", *(f"COUNT(CASE WHEN {COUNTS[one]} THEN 1 END)" for one in counts)]
    spans = [(kind, span) for kind in of.kinds for span in _spans(kind)]
    for kind, span in spans:
        one = _alias(kind)
        keys += [f"{one}.currency", _of_year(one) if span == "year" else f"{one}.{span}_state", _exact(f"{one}.{span}")]
        added.append(f"SUM({one}.{span}_minor)")
    ends = len(labels) + 2 + 3 * len(spans), 3 + len(counts) + len(spans)
    if month:
        more_keys, more_added = of.month(reader, month)
        keys += more_keys
        added += more_added
    keys.append(of.alone)
    rows = reader.stream(
        f"""
        SELECT {", ".join([*keys, *added])} {_tables(*keys, *where)} {of.joined} WHERE {" AND ".join(where)}
        GROUP BY {", ".join(str(place + 1) for place in range(len(keys)))} ORDER BY MIN(p.id)
        """,
        parameters | of.parameters,
    )
    last_alone = None
    for row in rows:
        same, numbers = row[: len(keys)], row[len(keys) :]
        if same[-1] is not None:
            # One of several currencies comes several times.
            if same[-1] != last_alone:
                yield AlikeProjects(same[-1], 1, False, same[: len(labels)], None, (), None, [])
            last_alone = same[-1]
            continue
        colour, has_land, *states = same[len(labels) : ends[0]]
        first, many, land, *amounts = numbers[: ends[1]]
        found: dict[str, dict[str, Any]] = {}
        for place, (kind, span) in enumerate(spans):
            currency, state, exact = states[3 * place : 3 * place + 3]
            if currency is not None:
                own = found.setdefault(kind, {"kind": kind, "currency": currency})
                name = "year" if span == "year" else "ever"
                own |= {f"{name}_state": state, f"{name}_exact": exact, name: _whole(amounts[len(counts) + place])}
        yield AlikeProjects(
            first,
            many,
            True,
            same[: len(labels)],
            colour,
            tuple(amounts[: len(counts)]),
            _whole(land) if has_land else None,
            [Sum(**own) for own in found.values()],
            _of_month(same[ends[0] : -1], numbers[ends[1] :]) if month else None,
        )


def _spans(kind: str) -> tuple[str, ...]:
    """What a kind has: a plan is of a year, a total of all time."""
    return {"plan": ("year",), "total": ("cumulative",)}.get(kind, ("year", "cumulative"))


def _whole(number: Any) -> int | None:
    """A sum as either engine returns it."""
    return None if number is None else int(number)


def _of_month(keys: Sequence[Any], added: Sequence[Any]) -> OfMonth:
    """What `_Values.month` asked for."""
    _single, has_ended, month_state, month_exact, compared, before_state, before_exact, *states = keys
    code, month, year_to, ever_to, before, *amounts = added
    funds = None
    if states and states[0] is not None and states[3] is not None:
        funds = (
            Sum("funds_in_place", states[0], ever_state=states[1], ever_exact=states[2], ever=_whole(amounts[0])),
            Sum("total", states[3], ever_state=states[4], ever_exact=states[5], ever=_whole(amounts[1])),
        )
    return OfMonth(
        code,
        bool(has_ended),
        month_state,
        month_exact,
        _whole(month),
        year_to,
        ever_to,
        compared,
        before_state,
        before_exact,
        _whole(before),
        funds,
    )


# The stages whose baselines make cohorts, with the names of their rates and what the state calls them.
_RATES = {"under_construction": "started", "completed": "completed", "in_production": "commissioned"}
_ANSWERS = {"done": True, "left": False}


def cohorts(
    reader: Reader, as_of: AsOf, day: date, filters: Filters, labels: Sequence[str] = ()
) -> Iterator[tuple[tuple[Any, ...], tuple[Any, ...], int]]:
    """How many of the projects that match on the day asked about were what on a `day`, as they are known now.

    Each is the values of `labels`, what, and how many. Of the cohorts of the rates of the year of `day`, see
    `four_rates.Cohorts`: their key with True for those that have done it, False for those that have not, unclear, or
    undated; early, a stage, and the number and code of a project that came to it before the time planned; and undated.
    """
    where, parameters = filter_conditions(reader, filters)
    parameters |= {"as_of": as_of.day.isoformat(), "day": day.isoformat()}
    parameters |= {"first": f"{day.year:04}-01-01", "last": f"{day.year:04}-12-31"}
    columns = [*map(LABELS.__getitem__, labels)]
    far, joined = "s", _tables(*columns, *where)
    if day != as_of.day:
        far = "t"
        joined += "JOIN project_state AS t ON t.project_id = p.id AND t.from_day <= :day AND t.to_day > :day"

    def undated(stage: str) -> str:
        return f"({far}.reached >= {BIT[stage]} AND {far}.reached & ~{far}.undated < {BIT[stage]})"

    def place(on: str, end: str, done: str, stage: str) -> str:
        """What a project with such days is in a cohort from the beginning of the year to an end; NULL for no part."""
        first, last = f"{far}.{on}_first", f"{far}.{on}_last"
        return f"""CASE WHEN {last} IS NULL OR {last} < :first OR {first} > {end} THEN NULL
            WHEN COALESCE({first}, {last}) < :first OR {last} > {end} THEN 'unclear'
            WHEN {done} AND {undated(stage)} THEN 'undated' WHEN {done} THEN 'done' ELSE 'left' END"""

    begun = f"{far}.reached >= {BIT['under_construction']}"
    lacking = " OR ".join([f"{far}.undated & {BIT['signed']} <> 0", *map(undated, PLANNED)])
    what: dict[tuple[str, ...], str] = {
        ("undated",): f"CASE WHEN {lacking} THEN 'undated' END",
        ("started_of_signed",): place("signed", ":last", begun, "under_construction"),
    }
    for stage, on in PLANNED.items():
        planned, done = f"{on}_planned", f"{far}.stage IN ({_from(stage)})"
        what[f"{_RATES[stage]}_of_planned",] = place(planned, ":day", done, stage)
        what[f"{_RATES[stage]}_of_year",] = of_year = place(planned, ":last", done, stage)
        early = f"{far}.{on}_last < {far}.{planned}_first AND {of_year} = 'done'"
        what["early", stage] = f"CASE WHEN {early} THEN p.id END"
    columns += what.values()
    rows = reader.stream(
        f"""
        SELECT {", ".join(columns)}, COUNT(*), MIN(p.code) {joined} WHERE {" AND ".join(where)}
        GROUP BY {", ".join(str(place + 1) for place in range(len(columns)))} ORDER BY MIN(p.id)
        """,
        parameters,
    )
    for *cells, count, code in rows:
        values = tuple(cells[: len(labels)])
        for key, answer in zip(what, cells[len(labels) :], strict=True):
            if answer is None:
                continue
            if key == ("undated",):
                yield values, key, count
            elif key[0] == "early":
                yield values, (*key, answer, code), count
            else:
                yield values, (*key, _ANSWERS.get(answer, answer)), count


def _from(stage: str) -> str:
    """This stage and the later ones, as SQL."""
    return listed([code for code in STAGES.codes if BIT[code] >= BIT[stage]])


def furthest_behind(
    reader: Reader, as_of: AsOf, filters: Filters, bounds: tuple[Fraction, Fraction], most: int
) -> list[tuple[int, Sum, Sum]]:
    """The simple projects with the lowest completion of those that are red, with completed and plan; at most so many.

    As they are known now.
    """
    of = _Values(reader, as_of, ("completed", "plan"))
    colour = of.colour(bounds)
    where, parameters = filter_conditions(reader, filters)
    parameters |= of.parameters | {"limit": most}
    if colour == "NULL":
        return []
    sums = [
        f"{one}.currency, {one}.year_state, {_exact(f'{one}.year')}, {one}.year_minor" for one in map(_alias, of.kinds)
    ]
    share = "CAST(v_completed.year_minor AS DOUBLE PRECISION) / v_plan.year_minor"
    rows = reader.tuples(
        f"""
        SELECT p.id, {", ".join(sums)} {_tables(*where)} {of.joined}
        WHERE {" AND ".join(where)} AND {of.alone} IS NULL AND {colour} = 'red'
        ORDER BY {share}, p.id LIMIT :limit
        """,
        parameters,
    )
    found = []
    for project, *cells in rows:
        done, plan = (
            Sum(kind, currency, state, exact, minor)
            for kind, (currency, state, exact, minor) in zip(of.kinds, (cells[:4], cells[4:]), strict=True)
        )
        found.append((project, done, plan))
    return found


def _alias(kind: str) -> str:
    return f"v_{kind}"


def _of_year(value: str) -> str:
    """The state of the figure of the year."""
    return f"CASE WHEN {value}.from_day >= :first THEN {value}.year_state ELSE 'not_reported' END"


def _exact(span: str) -> str:
    return f"""CASE WHEN {span}_qualifier <> 'exact' OR {span}_availability <> 'reported'
        THEN {span}_qualifier || ' ' || {span}_availability END"""


class _Values:
    """The figures of some kinds as SQL: a join for each that is there on the day asked about, and those `needed`."""

    def __init__(self, reader: Reader, as_of: AsOf, kinds: Iterable[str], needed: Collection[str] = ()) -> None:
        self.parameters: dict[str, Any] = {"as_of": as_of.day.isoformat()}
        self.kinds = [kind for kind in sorted(kinds) if kind in needed or self._has(reader, kind, "as_of")]
        self.joined, self._apart = "", ["p.parent_id IS NOT NULL"]
        self.parameters |= {"first": f"{as_of.day.year:04}-01-01", "last": f"{as_of.day.year:04}-12-31"}
        parents = f"SELECT parent_id FROM project WHERE recorded_to = {FOREVER + 1} AND parent_id IS NOT NULL"
        self._apart.append(f"p.id IN ({parents})")
        highest = reader.tuples("SELECT MAX(id) FROM project_identity")[0][0] or 1
        self.parameters["most"] = min(_LARGEST, _OVERFLOW // highest)
        if as_of.converter:
            self.parameters["target"] = as_of.converter.target
        for kind in self.kinds:
            self._join(kind, _alias(kind), "as_of")
        self.has_land = (
            f"CASE WHEN p.land > 0 AND {_alias('total')}.cumulative_state IN ('known', 'partial') THEN 1 END"
        )
        if "total" not in self.kinds:
            self.has_land = "NULL"

    def _has(self, reader: Reader, kind: str, day: str) -> bool:
        """Whether there are figures of a kind on a day."""
        sql = f"SELECT 1 FROM capital_value WHERE kind = '{kind}' AND to_day > :{day} AND from_day <= :{day} LIMIT 1"
        return bool(reader.tuples(sql, {day: self.parameters[day]}))

    def _join(self, kind: str, value: str, day: str) -> None:
        """Join the figures of a kind on a day, and set apart what is not simple."""
        self.joined += f"""
            LEFT JOIN capital_value AS {value} ON {value}.project_id = p.id AND {value}.kind = '{kind}'
                AND {value}.to_day > :{day} AND {value}.from_day <= :{day}"""
        self._apart += [
            f"{value}.year_minor NOT BETWEEN -:most AND :most",
            f"{value}.cumulative_minor NOT BETWEEN -:most AND :most",
            f"""EXISTS (SELECT 1 FROM capital_value AS o WHERE o.project_id = p.id AND o.kind = '{kind}'
                AND o.to_day > :{day} AND o.from_day <= :{day} AND o.currency <> {value}.currency)""",
        ]
        if "target" in self.parameters:
            self._apart.append(f"{value}.currency <> :target")

    @property
    def alone(self) -> str:
        """The number of a project that is not simple."""
        return f"CASE WHEN {' OR '.join(self._apart)} THEN p.id END"

    def month(self, reader: Reader, month: Month) -> tuple[list[str], list[str]]:
        """What a monthly report asks for: what is to be alike, and what is to be added up."""
        earlier = month.earlier
        self.parameters |= {"then": earlier.isoformat(), "before": f"{earlier.year:04}"}
        self.parameters |= {"year_begin": f"{earlier.year:04}-01-01", "year_end": f"{earlier.year:04}-12-31"}
        self.parameters["month"] = f"{self.parameters['as_of'][:7]}-01"
        # The end of February stays the end of February.
        year = int(self.parameters["as_of"][:4])
        leap = month_end(date(earlier.year, 2, 1)).day == 29 and month_end(date(year, 2, 1)).day == 28
        self.parameters["february"] = "-02-29" if leap else "-02-28"
        apart = f"p.id IN ({', '.join(map(str, sorted(month.apart))) or 'NULL'})"
        ended = f"s.condition IN ({listed(month.ended)})"
        finished = f"({ended} OR s.stage IN ({_from('completed')}))"
        added = ["MIN(p.code)"]
        done = _alias("completed")
        self.joined += f"""
            LEFT JOIN capital_value AS b ON b.project_id = p.id AND b.kind = 'completed'
                AND b.currency = {done}.currency AND b.from_day = ({_SINCE_YEAR_BEFORE})"""
        known = f"{_of_year(done)} IN ('known', 'partial')"
        unbegun = f"(s.undated < {BIT['signed']} AND COALESCE(({_OF_YEAR_BEFORE}), 'not_reported') = 'not_reported')"
        compared = f"""CASE WHEN {known} AND {done}.year_to IS NOT NULL
            THEN CASE WHEN b.year_state IN ('known', 'partial') THEN 'both' WHEN {unbegun} THEN 'unbegun'
                ELSE 'silent' END
            WHEN {known} OR ({_of_year(done)} = 'not_reported' AND {finished})
            THEN CASE WHEN {unbegun} THEN 'unbegun' ELSE 'waits' END ELSE 'silent' END"""
        keys = [
            f"CASE WHEN {apart} OR {compared} IN ('waits', 'unbegun') THEN p.id END",
            f"CASE WHEN {ended} THEN 1 ELSE 0 END",
            f"CASE WHEN {done}.from_day >= :month THEN {done}.month_state ELSE 'not_reported' END",
            _exact(f"{done}.month"),
            compared,
            "b.year_state",
            _exact("b.year"),
        ]
        added += [f"SUM({done}.month_minor)", f"MAX({done}.year_to)", f"MAX({done}.cumulative_to)"]
        added.append("SUM(b.year_minor)")
        if self._has(reader, "funds_in_place", "then"):
            for kind, value in (("funds_in_place", "f"), ("total", "t")):
                self._join(kind, value, "then")
                keys += [f"{value}.currency", f"{value}.cumulative_state", _exact(f"{value}.cumulative")]
                added.append(f"SUM({value}.cumulative_minor)")
        return keys, added

    def colour(self, bounds: tuple[Fraction, Fraction] | None) -> str:
        """The colour of the completion of the year."""
        if bounds is None or not {"plan", "completed"} <= {*self.kinds}:
            return "NULL"
        plan, done = _alias("plan"), _alias("completed")
        for name, bound in zip(("yellow", "red"), bounds, strict=True):
            self.parameters |= {f"{name}_top": bound.numerator, f"{name}_bottom": bound.denominator}
        # A decimal does not overflow on PostgreSQL; what does elsewhere stands alone.
        completed, planned = (f"CAST({one}.year_minor AS NUMERIC)" for one in (done, plan))
        reached = "WHEN {done} * :{name}_bottom >= {plan} * :{name}_top THEN '{colour}'".format
        return f"""CASE WHEN {_of_year(plan)} IN ('known', 'partial') AND {_of_year(done)} IN ('known', 'partial')
            AND {plan}.currency = {done}.currency AND {plan}.year_minor > 0 THEN CASE
                {reached(done=completed, plan=planned, name="yellow", colour="green")}
                {reached(done=completed, plan=planned, name="red", colour="yellow")} ELSE 'red' END END"""
