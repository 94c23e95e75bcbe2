"""Ledgers of any size for measurements: N projects with 20 capital entries and 8 milestones each, streamed.

`python -m tests.benchmarks.generator PATH PROJECTS` writes one. It is the same for the same N: every value follows
from the numbers of the project and of the record by whole-number arithmetic. Rows go in through the ledger's own bulk
door, some thousand projects a change, with derived rows and hashes as in any other change; memory does not grow with N.
A last change for each of some days records single figures, so that there is a week to report on.
"""

from __future__ import annotations

import sqlite3
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from tracker.database import Database, locate
from tracker.dates import Period, month_end
from tracker.engine import make_engine
from tracker.ledger import capital
from tracker.ledger.store import Store
from tracker.ledger.transaction import Writer, create, recorded
from tracker.models.base import OPEN, Versioned
from tracker.models.capital import CapitalEntry
from tracker.models.company import Company
from tracker.models.milestone import Milestone, MilestoneDate
from tracker.models.project import Project
from tracker.models.stage import StageEvent
from tracker.money import Figure, Money

TODAY = date(2023, 6, 30)
OPENED = date(2023, 6, 1)
# Projects in one change, and single figures recorded in the last week.
TOGETHER = 2_000
SINGLE = 70
ENTRIES, MILESTONES = 20, 8
# One company signs three projects.
PROJECTS_OF_COMPANY = 3
CHAINS = ("新能源汽车", "高端机床", "生物医药", "新材料", "集成电路", "智能家居")
SITES = ("东区", "西区", "国别园", "飞地园")
GRIDS = tuple(f"{number}号网格" for number in range(1, 25))
OWNERS = tuple(f"专员{number}" for number in range(1, 61))
STAGES = ("signed", "filed", "site_secured", "under_construction", "topped_out", "completed", "in_production")
REACHED = ("under_construction", "topped_out", "completed", "in_production", "at_capacity")
MILESTONE_CODES = (*REACHED, "permit", "equipment", "acceptance")
assert len(MILESTONE_CODES) == MILESTONES


@dataclass(frozen=True, slots=True)
class Made:
    """How a project number becomes its values."""

    number: int

    @property
    def id(self) -> int:
        """The number of its record."""
        return self.number + 1

    @property
    def code(self) -> str:
        """Its code."""
        return code_of(self.number)

    def below(self, limit: int, salt: int) -> int:
        """A number from 0 to `limit` - 1 that looks drawn."""
        mixed = (self.number * 2_654_435_761 + salt * 40_503 + 12_345) & 0xFFFF_FFFF
        mixed = ((mixed ^ mixed >> 15) * 2_246_822_519) & 0xFFFF_FFFF
        return (mixed ^ mixed >> 13) % limit

    @property
    def signed(self) -> date:
        """The day it was signed: in 2019 to 2022."""
        return date(2019, 1, 1) + timedelta(self.below(1_300, 1))

    @property
    def started(self) -> date:
        """The day building began, or would begin."""
        return self.signed + timedelta(60 + self.below(240, 2))

    @property
    def monthly(self) -> int:
        """What it completes in a month, in minor units."""
        return (20 + self.below(900, 3)) * 1_000_000


def code_of(number: int) -> str:
    """The code of the project of a number, from 0."""
    return f"p-{number + 1:06}"


def fill(database: Database, projects: int) -> None:
    """Create a ledger with so many projects at `database`. Raises Refused where anything is there already."""
    create(database, Writer("generator", "init", _noon(OPENED), OPENED))
    with database.translated(), make_engine(database).connect() as connection:
        for begin in range(0, projects, TOGETHER):
            made = range(begin, min(begin + TOGETHER, projects))
            writer = Writer(
                "generator", f"import projects-{begin // TOGETHER + 1}.csv", _noon(OPENED), OPENED, "import"
            )
            with connection.begin(), recorded(connection, writer) as store:
                _write(store, made)
        _write_single(connection, projects)


def _noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 4, tzinfo=UTC)


def _write(store: Store, numbers: range) -> None:
    """The records of some projects, what others refer to first."""
    companies = range(-(-numbers.start // PROJECTS_OF_COMPANY), -(-numbers.stop // PROJECTS_OF_COMPANY))
    _insert(store, Company, "name, name_en, country, role", map(_company, companies))
    made = [Made(number) for number in numbers]
    columns = "code, name, name_en, kind, company_id, chain, sector, site, grid, owner, capital_origin, jobs, source"
    _insert(store, Project, columns, map(_project, made))
    dated = "first_day, last_day, effective_from"
    _insert(store, StageEvent, f"project_id, stage, {dated}, source", (row for one in made for row in _stages(one)))
    milestones = ((one.id, code, 1) for one in made for code in MILESTONE_CODES)
    _insert(store, Milestone, "project_id, code, weight", milestones)
    columns = f"project_id, milestone_id, what, {dated}, source"
    _insert(store, MilestoneDate, columns, (row for one in made for row in _milestone_days(one)))
    columns = f"project_id, kind, basis, minor, currency, qualifier, availability, {dated}, source"
    _insert(store, CapitalEntry, columns, (row for one in made for row in _entries(one)))


def _insert(store: Store, model: type[Versioned], columns: str, rows: Iterable[Sequence[Any]]) -> None:
    store.insert_many(model, columns.split(", "), rows)


def _company(number: int) -> Sequence[Any]:
    return f"第{number + 1}有限公司", f"Company {number + 1} Co., Ltd.", "CN" if number % 3 else "JP", None


def _project(one: Made) -> Sequence[Any]:
    number = one.number
    return (
        one.code,
        f"第{number + 1}生产基地项目",
        f"Plant {number + 1}",
        "new" if number % 5 else "expansion",
        number // PROJECTS_OF_COMPANY + 1,
        CHAINS[one.below(len(CHAINS), 4)],
        f"行业{one.below(40, 5)}",
        SITES[one.below(len(SITES), 6)],
        GRIDS[one.below(len(GRIDS), 7)],
        OWNERS[one.below(len(OWNERS), 8)],
        "foreign" if number % 3 == 0 else "domestic",
        one.below(900, 9) + 20,
        "项目库",
    )


def _stages(one: Made) -> Iterator[Sequence[Any]]:
    """The stages reached by the opening of the ledger."""
    gaps = (0, 20, 40, (one.started - one.signed).days, 320, 600, 700)
    for stage, days in zip(STAGES, gaps, strict=True):
        day = one.signed + timedelta(days)
        if day > OPENED:
            return
        yield one.id, stage, day.isoformat(), day.isoformat(), day.isoformat(), "月报"


def _milestone_days(one: Made) -> Iterator[Sequence[Any]]:
    """A baseline for each milestone; the actual day where its stage was reached, else a forecast."""
    stages = {stage: first for _project, stage, first, *_rest in _stages(one)}
    for place, code in enumerate(MILESTONE_CODES):
        milestone = one.number * MILESTONES + place + 1
        planned = one.started + timedelta(100 * place)
        month = Period.month(planned.year, planned.month)
        signed = one.signed.isoformat()
        yield one.id, milestone, "baseline", month.first.isoformat(), month.last.isoformat(), signed, "合同"
        if code in stages:
            yield one.id, milestone, "actual", stages[code], stages[code], stages[code], "月报"
        else:
            expected = max(planned, OPENED) + timedelta(30 + one.below(200, 20 + place))
            said = (OPENED - timedelta(one.below(60, 40 + place))).isoformat()
            yield one.id, milestone, "forecast", expected.isoformat(), expected.isoformat(), said, "月报"


def _entries(one: Made) -> Iterator[Sequence[Any]]:
    """A total, two plans, and 17 figures of the work done: by month, also to date beside it, or to date alone."""
    total = one.monthly * 30
    yield one.id, "total", "period", total, "CNY", "exact", "reported", None, None, "0001-01-01", "项目库"
    for year in (2022, 2023):
        first, last = f"{year}-01-01", f"{year}-12-31"
        yield one.id, "plan", "period", one.monthly * 12, "CNY", "exact", "reported", first, last, first, "年度计划"
    manner = one.below(10, 10)
    months = [month_end(date(2022 + (place // 12), place % 12 + 1, 1)) for place in range(17)]
    if manner < 6:
        yield from (_said(one, "period", end) for end in months)
    elif manner < 8:
        # The last eight months with the year to date beside each, and the one before with the year alone.
        yield _said(one, "ytd", months[8])
        for end in months[9:]:
            yield _said(one, "period", end)
            yield _said(one, "ytd", end)
    else:
        yield from (_said(one, "ytd" if manner == 8 else "cumulative", end) for end in months)


def _said(one: Made, basis: str, end: date) -> Sequence[Any]:
    first = end.replace(day=1) if basis != "ytd" else date(end.year, 1, 1)
    minor = one.monthly * (75 + one.below(50, end.toordinal())) // 100
    if basis != "period":
        # Running figures rise by about as much each month.
        months = end.month if basis == "ytd" else end.month + 12 * (end.year - one.started.year)
        minor += one.monthly * max(0, months - 1)
    day = end.isoformat()
    return one.id, "completed", basis, minor, "CNY", "exact", "reported", first.isoformat(), day, day, "月报"


def _write_single(connection: sa.Connection, projects: int) -> None:
    """Payments recorded one by one in the last week."""
    with connection.begin():
        for place in range(SINGLE):
            day = TODAY - timedelta(6 - place * 7 // SINGLE)
            one = Made(place * 7_919 % projects)
            writer = Writer("clerk", f"capital record {one.code} paid", _noon(day) + timedelta(seconds=place), day)
            entry = capital.NewEntry("paid", Figure(Money(one.monthly + place, "CNY")), Period.day(day))
            with recorded(connection, writer) as store:
                capital.record(store, store.project(one.code), entry, again="further")


# --- floors ---------------------------------------------------------------------------------------------------------

BARE = ("company", "project", "stage_event", "milestone", "milestone_date", "capital_entry")
DERIVED = ("project_state", "capital_value", "lookup_name")


def copy_bare(ledger: Path, bare: Path) -> None:
    """The open and the derived rows of a ledger as tables with the same columns and nothing else: no key, no index."""
    with closing(sqlite3.connect(bare, isolation_level=None)) as connection:
        connection.execute("ATTACH :ledger AS ledger", {"ledger": str(ledger)})
        connection.execute("BEGIN")
        for table in BARE:
            connection.execute(f"CREATE TABLE {table} AS SELECT * FROM ledger.{table} WHERE recorded_to = {OPEN}")
        for table in DERIVED:
            connection.execute(f"CREATE TABLE {table} AS SELECT * FROM ledger.{table}")
        connection.execute("COMMIT")


if __name__ == "__main__":
    target, count = sys.argv[1], int(sys.argv[2].replace("_", ""))
    begun = time.perf_counter()
    fill(locate(target), count)
    print(f"{count:,} projects in {time.perf_counter() - begun:.0f} s, CPU {time.process_time():.0f} s")
