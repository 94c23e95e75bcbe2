"""What the ledger says now, as records: what an export writes, and what an import is compared with.

The order is that of codes and names, never that of row ids; only where the order of recording carries a meaning (stages
of one project, forecasts of one day, tags) it is kept. An `effective_from` that follows from the record's own days is
None.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from itertools import takewhile
from typing import Any, TypeVar

from tracker.database import Reader
from tracker.dates import ALWAYS, Period
from tracker.models.fields import FIELDS
from tracker.money import Figure, Money, plain
from tracker.money.quantities import Quantity
from tracker.queries import capital, companies, exports, milestones, months, projects, reference, requests
from tracker.queries.as_of import AsOf
from tracker.queries.companies import CompanyRow
from tracker.queries.exports import DatedRow, OwnProjectRow
from tracker.records import serialize
from tracker.records.schema import KINDS, Record

# Facts of every day: a plan for next year does not count yet, and is recorded all the same.
EVERY_DAY = date.max
_WHATS = ("baseline", "forecast", "actual")
_TARGETS = ("actual", "floor", "stretch")
_SUBJECTS = ("zone", "site", "chain", "company")


def records(reader: Reader, as_of: AsOf, kind: str, projects: Collection[int] | None = None) -> Iterator[Record]:
    """The records of a kind (a code of KINDS) that hold on `as_of.day`; EVERY_DAY gives everything recorded.

    With `projects` (their ids), only what is of these: their companies, the entries and events of each, the requests
    of both, the indicators of these companies and of no zone, site or chain; fields, rates and maps are of no project.
    """
    ledger = Names(reader, as_of, projects)
    fields = KINDS[kind].fields
    for row, given in _KINDS[kind](ledger):
        yield Record(kind, {one.key: given[one.key] if one.key in given else getattr(row, one.key) for one in fields})


def rows(reader: Reader, as_of: AsOf, kind: str, projects: Collection[int] | None = None) -> Iterator[tuple[str, ...]]:
    """The same as `records`, as texts under `serialize.columns(kind)`."""
    if kind == "capital":
        return _capital_rows(Names(reader, as_of, projects))
    return (serialize.cells(kind, record) for record in records(reader, as_of, kind, projects))


# A row and the values that it gives; the other fields of its record are its columns of the same names.
Values = dict[str, Any]
Rows = Iterator[tuple[Any, Values]]
R = TypeVar("R")


@dataclass
class Names:
    """What is asked for, and the codes and names by which its rows refer to projects and companies."""

    reader: Reader
    as_of: AsOf
    chosen: Collection[int] | None

    @cached_property
    def everything(self) -> dict[int, OwnProjectRow]:
        """Every project by id; of chosen ones at least these, those above them, and those given to `meet`."""
        found = {row.project_id: row for row in exports.own_projects(self.reader, self.as_of, self.chosen)}
        above: set[int] = set()
        while missing := {row.parent_id for row in found.values() if row.parent_id} - found.keys() - above:
            above |= missing
            found |= {row.project_id: row for row in exports.own_projects(self.reader, self.as_of, missing)}
        return found

    def meet(self, others: Iterable[int]) -> None:
        """Read projects that chosen ones refer to."""
        if missing := set(others) - self.everything.keys():
            rows = exports.own_projects(self.reader, self.as_of, missing)
            self.everything.update((row.project_id, row) for row in rows)

    @cached_property
    def projects(self) -> dict[int, OwnProjectRow]:
        """The chosen projects by id: by code, the parts of a project after it."""
        wanted = (row for row in self.everything.values() if self.chosen is None or row.project_id in self.chosen)
        return {row.project_id: row for row in sorted(wanted, key=self._path)}

    def _path(self, row: OwnProjectRow) -> tuple[tuple[str, int], ...]:
        path = [(row.code, row.project_id)]
        parent = self.everything.get(row.parent_id or 0)
        while parent is not None and len(path) <= len(self.everything):
            path.insert(0, (parent.code, parent.project_id))
            parent = self.everything.get(parent.parent_id or 0)
        return tuple(path)

    @cached_property
    def every_company(self) -> dict[int, CompanyRow]:
        """Every company by id, or those of the chosen projects."""
        wanted = None if self.chosen is None else {row.company_id for row in self.projects.values() if row.company_id}
        return {row.company_id: row for row in companies.companies(self.reader, self.as_of, wanted)}

    @cached_property
    def companies(self) -> dict[int, CompanyRow]:
        """The companies of the chosen projects by id, by name."""
        wanted = None if self.chosen is None else {row.company_id for row in self.projects.values()}
        found = (row for row in self.every_company.values() if wanted is None or row.company_id in wanted)
        return {row.company_id: row for row in sorted(found, key=lambda row: (row.name, row.company_id))}

    def code(self, project: int | None) -> str | None:
        """The code of a project."""
        row = self.everything.get(project or 0)
        return row.code if row else None

    def company(self, company: int | None) -> str | None:
        """The name of a company."""
        row = self.every_company.get(company or 0)
        return row.name if row else None

    def labels(self, table: str) -> Callable[[int, str], tuple[str, ...] | None]:
        """What gives the labels of a project or company of a category, in the order in which they were given."""
        found: dict[tuple[int | None, str], tuple[str, ...]] = {}
        for one in projects.labels(self.reader, self.as_of, self.chosen if table == "project" else None):
            key = one.project_id if table == "project" else one.company_id, one.category
            found[key] = (*found.get(key, ()), one.name if one.value is None else f"{one.name}={one.value}")
        return lambda thing, category: found.get((thing, category))

    def all(self, question: Callable[[Reader, AsOf], Iterable[R]]) -> Iterable[R]:
        """The rows that a question has."""
        return question(self.reader, self.as_of)

    def of_projects(self, question: Callable[..., Iterable[Any]]) -> Iterator[tuple[Any, Values]]:
        """The rows that a question has of the chosen projects, by project in their order, each with its code."""
        for row in _grouped(question(self.reader, self.as_of, self.chosen), self.projects, "project_id"):
            yield row, {"project": self.code(row.project_id)}


def _companies(ledger: Names) -> Rows:
    labels = ledger.labels("company")
    for row in ledger.companies.values():
        yield row, {"aliases": labels(row.company_id, "alias"), "ids": labels(row.company_id, "external")}


def _certifications(ledger: Names) -> Rows:
    for row in _grouped(exports.dated_certifications(ledger.reader, ledger.as_of), ledger.companies, "subject"):
        yield row, {"company": ledger.company(row.subject), "certification": row.code} | _days(row)


def _projects(ledger: Names) -> Rows:
    labels = ledger.labels("project")
    categories = {"tags": "tag", "aliases": "alias", "ids": "external", "fields": "field"}
    for row in ledger.projects.values():
        refers = {
            "company": ledger.company(row.company_id),
            "parent": ledger.code(row.parent_id),
            "registered": _period(row.registered_first, row.registered_last),
        }
        yield row, {key: labels(row.project_id, word) for key, word in categories.items()} | refers


def _relations(ledger: Names) -> Rows:
    found = list(ledger.of_projects(projects.relations))
    ledger.meet(row.target_id for row, _named in found)
    for row, named in found:
        named["target"] = ledger.code(row.target_id)
    known = [(row, named) for row, named in found if named["target"]]
    places = {number: place for place, number in enumerate(ledger.projects)}
    yield from sorted(known, key=lambda one: (places[one[0].project_id], one[0].relation, one[1]["target"]))


def _events(ledger: Names, kind: str, question: Callable[..., list[DatedRow]]) -> Rows:
    for row in _grouped(question(ledger.reader, ledger.as_of, ledger.chosen), ledger.projects, "subject"):
        yield row, {"project": ledger.code(row.subject), kind: row.code} | _days(row)


def _milestones(ledger: Names) -> Rows:
    days: dict[int, list[milestones.MilestoneDateRow]] = {}
    for day in milestones.milestone_dates(ledger.reader, ledger.as_of, ledger.chosen):
        days.setdefault(day.milestone_id, []).append(day)
    for row, named in ledger.of_projects(milestones.milestones):
        named = {one.key: getattr(row, one.columns[0]) for one in FIELDS["milestone"]} | named
        own = sorted(days.get(row.milestone_id, ()), key=lambda day: _WHATS.index(day.what))
        for day in own:
            usual = {"baseline": ALWAYS, "actual": day.last_day}.get(day.what)
            made = None if day.effective_from == usual else day.effective_from
            yield day, named | {"what": day.what, "on": _on(day), "made": made}
        if not own:
            yield row, dict.fromkeys(field.key for field in KINDS["milestone"].fields) | named | {"what": "baseline"}


def _capital(ledger: Names) -> Rows:
    columns = serialize.columns("capital")
    for row in _capital_rows(ledger):
        yield row, serialize.values("capital", dict(zip(columns, row, strict=True)))


def _baselines(ledger: Names) -> Rows:
    for row, named in ledger.of_projects(capital.baselines):
        if row.effective_from > ledger.as_of.day:
            continue
        total = None
        if row.currency is not None:
            money = None if row.minor is None else Money(row.minor, row.currency)
            total = Figure(money, row.qualifier or "exact", row.availability or "reported")
        given = {
            "total": total,
            "start": _period(row.start_first, row.start_last),
            "end": _period(row.end_first, row.end_last),
            "effective_from": None if row.effective_from == (row.approved or ALWAYS) else row.effective_from,
        }
        yield row, named | given


def _indicators(ledger: Names) -> Rows:
    wanted = [
        (row, ledger.company(row.company_id) if row.company_id else row.subject)
        for row in companies.indicators(ledger.reader, ledger.as_of)
        if (row.company_id in ledger.companies if row.company_id else ledger.chosen is None)
    ]
    wanted.sort(
        key=lambda one: (
            *(_SUBJECTS.index(one[0].subject_kind), one[1] or "", one[0].indicator),
            *(one[0].first_day, one[0].last_day, _TARGETS.index(one[0].what)),
        )
    )
    for row, name in wanted:
        own = row.last_day if row.what == "actual" else row.first_day
        given = {
            "subject": f"{row.subject_kind}:{name}",
            "on": _on(row),
            "value": Quantity(row.measure, row.value, row.currency, row.unit, row.qualifier, row.availability),
            "effective_from": None if row.effective_from == own else row.effective_from,
        }
        yield row, given


def _requests(ledger: Names) -> Rows:
    found = [
        (row, {"project": ledger.code(row.project_id), "company": ledger.company(row.company_id)})
        for row in requests.requests(ledger.reader, ledger.as_of)
        if row.project_id in ledger.projects or row.company_id in ledger.companies
    ]
    yield from sorted(
        found, key=lambda one: (one[0].raised, one[1]["project"] or "", one[1]["company"] or "", one[0].title)
    )


_KINDS: dict[str, Callable[[Names], Iterable[tuple[Any, Values]]]] = {
    "field": lambda ledger: ((None, {"name": n, "type": t}) for n, t in ledger.all(projects.custom_fields)),
    "company": _companies,
    "certification": _certifications,
    "project": _projects,
    "relation": _relations,
    "stage": lambda ledger: _events(ledger, "stage", exports.dated_stages),
    "condition": lambda ledger: _events(ledger, "condition", exports.dated_conditions),
    "milestone": _milestones,
    "capital": _capital,
    "baseline": _baselines,
    "review": lambda ledger: ((row, named | _days(row)) for row, named in ledger.of_projects(exports.own_reviews)),
    "indicator": _indicators,
    "request": _requests,
    "follow_up": lambda ledger: ledger.of_projects(requests.follow_ups),
    "rate": lambda ledger: ((row, {"on": row.on_day}) for row in ledger.all(reference.rates)),
    "calendar_day": lambda ledger: ((row, {}) for row in ledger.all(reference.calendar)),
    "map": lambda ledger: (
        (row, {"headings": tuple(row.headings.split("\n"))}) for row in ledger.all(reference.import_maps)
    ),
    "month_close": lambda ledger: ((row, {"on": row.month}) for row in ledger.all(months.closes)),
}


def _grouped(found: Iterable[Any], owners: Collection[int], key: str) -> Iterator[Any]:
    """The rows of the owners, owner by owner in their order, the rows of one in the order they come."""
    own: dict[int, list[Any]] = {}
    for row in found:
        own.setdefault(getattr(row, key), []).append(row)
    for owner in owners:
        yield from own.get(owner, ())


def _days(row: Any) -> Values:
    effective_from = None if row.effective_from == row.last_day else row.effective_from
    return {"on": _on(row), "effective_from": effective_from}


def _on(row: Any) -> Period | None:
    """The days of a dated row, None where they are not known."""
    return None if row.first_day is None else Period.of(row.first_day, row.last_day, row.period_text)


def _period(first: date | None, last: date | None) -> Period | None:
    return None if first is None or last is None else Period(first, last)


def _capital_rows(ledger: Names) -> Iterator[tuple[str, ...]]:
    """The cells of each record, straight from the rows: this loop decides what an export of many entries costs."""
    for group in _in_order(ledger):
        code = ledger.code(group[0][1]) or ""
        for entry, _project, kind, minor, currency, qualifier, availability, *rest in group:
            first, last, period_text, basis, effective_from, note, source, quote = rest
            if minor is None:
                figure = ("", "", "", availability)
            elif minor >= 0 and currency == "CNY":
                figure = (f"{minor // 100}.{minor % 100:02d}", currency, qualifier, availability)
            else:
                figure = (plain(Money(minor, currency)), currency, qualifier, availability)
            yield (
                str(entry),
                code,
                kind,
                *figure,
                _period_text(first, last, period_text),
                basis,
                "" if effective_from is None else str(effective_from),
                note or "",
                source or "",
                quote or "",
            )


def _in_order(ledger: Names) -> Iterator[list[exports.CapitalTuple]]:
    """The entries of each project, its totals in the order in which they hold: some have days, and some have none."""
    for group in exports.capital_in_order(ledger.reader, ledger.as_of, ledger.projects):
        totals = list(takewhile(lambda row: row[2] == "total", group))
        if len(totals) > 1:
            group[: len(totals)] = sorted(totals, key=lambda row: (str(row[11] or ""), row[0]))
        yield group


@lru_cache(4096)
def _period_text(first: str | date | None, last: str | date, text: str | None) -> str:
    return "" if first is None else Period.of(_as_date(first), _as_date(last), text).iso()


def _as_date(day: str | date) -> date:
    return date.fromisoformat(day) if isinstance(day, str) else day
