"""Every question gives equal rows on both engines, as of any day and as known after any change."""

from __future__ import annotations

import inspect
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, fields, is_dataclass
from datetime import UTC, date, datetime
from fractions import Fraction
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from tests import made_up
from tests.benchmarks.generator import BARE, DERIVED, TODAY, fill
from tests.conftest import Run
from tests.ledgers import NO_CITE, Act, Ledger
from tests.postgres import PostgresServer
from tests.test_every_report import REPORTS
from tests.test_ledger_projects import declaring, editing
from tracker import queries
from tracker.commands.init import build
from tracker.database import Database, Reader, locate
from tracker.dates import Period
from tracker.ledger import indicators
from tracker.ledger.baselines import NewBaseline, rebaseline
from tracker.ledger.labels import LabelEdits
from tracker.ledger.schedules import Delivered, NewSchedule, RunRecord, add, record_run
from tracker.ledger.transaction import copy
from tracker.money.quantities import Quantity
from tracker.queries import changes, check, project_figures
from tracker.queries.as_of import FOREVER, AsOf, Filters, ask


@dataclass(frozen=True, slots=True)
class Both:
    """One history in both engines; `complete` where it has something of everything."""

    databases: tuple[Database, Database]
    complete: bool


AS_OF = (
    AsOf(date(2023, 6, 30)),
    AsOf(date(2022, 3, 15)),
    AsOf(date(2023, 5, 31)),
    AsOf(date(2022, 12, 31), known_on=date(2022, 12, 31), known=300),
    AsOf(date(2023, 6, 30), known_on=date(2021, 6, 30), known=40),
    AsOf(date(2019, 1, 1), known_on=date(2019, 1, 1), known=0),
)
MIDDAY = datetime(2022, 6, 1, 4, tzinfo=UTC)
FLOWS = ("completed", "paid", "plan", "utilised_foreign")
SOME = tuple(range(1, 25))
# What a question is asked with beside the reader and what it is asked about; a function is given both.
MORE: dict[str, tuple[dict[str, Any], ...]] = {
    "exports.ids_of": ({"table": "project", "column": "id", "values": SOME},),
    "check.last_entries": ({}, {"project": 1}),
    "capital.baselines": ({}, {"project": 1}),
    "capital.entries": ({}, {"everything": True}, {"project": 1}, {"kinds": ("total", "paid")}),
    "capital.first_signed": ({"projects": SOME},),
    "capital.year_to_date": ({"kinds": FLOWS}, {"kinds": FLOWS, "projects": (1, 2, 3)}),
    "capital.cumulative": ({"kinds": ("completed", "total")}, {"kinds": (), "projects": (1, 2, 3)}),
    "capital.across_year_end": ({"kind": "completed"}, {"kind": "paid", "projects": SOME}),
    "capital.month": ({"kinds": FLOWS},),
    "capital.series_entries": ({"kinds": FLOWS}, {"kinds": (), "projects": (1,), "every_day": True}),
    "capital.in_spans": ({"kinds": FLOWS, "spans": (Period.year(2022), Period.quarter(2022, 1))},),
    "capital.of_families": ({"kind": "completed", "parts": {SOME[0]: SOME[1:]}, "parents": SOME[:1]},),
    "capital.rows_at": ({}, {"projects": (1, 2, 3)}),
    "capital.figures_to": ({}, {"projects": (1, 2, 3)}),
    "check.projects": ({"ids": SOME},),
    "check.stages": ({"ids": SOME},),
    "check.conditions": ({"ids": SOME},),
    "check.reviews": ({"ids": SOME},),
    "check.milestones": ({"ids": SOME},),
    "check.milestone_days": ({"ids": SOME},),
    "check.relatives": ({"ids": SOME},),
    "check.alike": ({"rows": lambda reader, as_of: check.projects(reader, as_of, SOME)},),
    "check.some_totals": ({"count": 9},),
    "check.register_ids": ({"schemes": ("备案", "uscc")},),
    "check.ended_by": ({"table": "project", "number": 1},),
    "as_of.last_change_before": ({"moment": MIDDAY},),
    "changes.recorded": ({"first": 1, "last": 50},),
    "changes.differences": ({"first": 1, "last": 10**6}, {"first": 30, "last": 90}),
    "capital.rest": (
        {"without": (), "kinds": ("total", *FLOWS)},
        {"without": (1, 2, 3), "kinds": ("total", *FLOWS)},
        {"without": (1, 2, 3), "kinds": FLOWS},
    ),
    "companies.companies": ({}, {"company": 1}),
    "companies.certifications": ({}, {"company": 1}),
    "exports.capital_in_order": ({"projects": (1, 2)},),
    "exports.change_hash": ({"change": 1}, {"change": 10**6}),
    "changes.changes": ({}, {"since": MIDDAY}, {"limit": 5}, {"project": 1}, {"number": 3}),
    "changes.counts": ({"first": 1, "last": 10**6}, {"first": 5, "last": 90, "project": 1}),
    "changes.written": (
        {"first": 1, "last": 10**6},
        {"first": 5, "last": 9},
        {"first": 1, "last": 10**6, "project": 1},
        {"first": 5, "last": 400, "tables": ("capital_entry",)},
    ),
    "changes.versions": ({"table": "capital_entry", "first": 5, "last": 300},),
    "changes.touched": ({"first": 0, "last": FOREVER}, {"first": 5, "last": 90}),
    "changes.names": ({}, {"wanted": {"project": (1, 2), "company": (1,)}}),
    "changes.names_of": ({"rows": lambda reader, _as_of: changes.written(reader, 1, 90)},),
    "lookup.named": (
        {"subject": "project", "word": lambda reader, _as_of: reader.tuples("SELECT MAX(code) FROM projects")[0][0]},
    ),
    "lookup.by_part": ({"subject": "project", "word": "shili"}, {"subject": "company", "word": "x"}),
    "lookup.lacks_pinyin": ({"word": "rbdc"}, {"word": "中"}),
    "lookup.removed": ({"code": "none"},),
    "lookup.by_prefix": (
        {"subject": "project", "typed": "", "engine": "sqlite", "most": 50},
        {"subject": "project", "typed": "b", "engine": "sqlite", "most": 3},
        {"subject": "company", "typed": "", "engine": "sqlite", "most": 3},
    ),
    "lookup.words": ({"column": "chain", "most": 50}, {"column": "owner", "most": 50}),
    "lookup.tags": ({"most": 50},),
    "lookup.milestones": ({"project": 1}, {"project": 2}),
    "lookup.changes": ({"most": 5},),
    "lookup.entries": ({"typed": "", "most": 5}, {"typed": "1", "most": 50}, {"typed": "x", "most": 5}),
    "project_figures.alike_projects": (
        {
            "filters": Filters(),
            "kinds": ("total", *FLOWS),
            "labels": ("chain", "company", "signed_first"),
            "counts": tuple(project_figures.COUNTS),
            "bounds": (Fraction(2, 5), Fraction(1, 5)),
        },
        {"filters": Filters(stage=("signed",), text=("a",)), "kinds": FLOWS},
        {
            "filters": Filters(),
            "kinds": ("total", *FLOWS),
            "month": project_figures.Month(date(2022, 2, 28), SOME, ("terminated", "lost", "closed")),
        },
    ),
    "project_figures.cohorts": (
        {"day": date(2022, 6, 30), "filters": Filters(), "labels": ("chain", "company")},
        {"day": date(2021, 6, 30), "filters": Filters(text=("a",))},
    ),
    "project_figures.furthest_behind": ({"filters": Filters(), "bounds": (Fraction(2, 5), Fraction(1, 5)), "most": 5},),
    "projects.listed": ({"filters": Filters()}, {"filters": Filters(stage=("signed",)), "limit": 3}),
    "projects.matching": ({"filters": Filters()}, {"filters": Filters(stage=("signed",), text=("a",)), "limit": 9}),
    "projects.existing": ({"ids": SOME},),
    "projects.filter_conditions": ({"filters": Filters(stage=("signed",), text=("a",), year=(2022,))},),
    "projects.count": (
        {"filters": Filters()},
        {"filters": Filters(condition=("active", "closed"))},
        {"filters": Filters(stage=("signed",))},
    ),
    "milestones.expected": ({"last": date(2024, 6, 30), "most": 50},),
    "milestones.planned": ({"stages": ("under_construction", "completed")},),
    "milestones.milestones": ({}, {"project": 1}, {"next_only": True}),
    "milestones.days_of_milestones": ({}, {"project": 1}, {"next_only": True}),
    "milestones.milestone_dates": ({}, {"project": 1}),
    "milestones.next_due": ({"conditions": ("active", "suspended"), "most": 50},),
    "months.touches": ({"since": 1, "last_day": date(2022, 6, 30)}, {"since": 40, "last_day": date(2023, 6, 30)}),
    "months.figures_at": ({"ids": SOME},),
    "months.codes": ({"ids": SOME},),
    "projects.projects": ({}, {"project": 1}, {"company": 1}),
    "projects.reached": ({}, {"project": 1}),
    "projects.stages": ({}, {"project": 1}),
    "projects.conditions": ({}, {"project": 1}),
    "projects.first_facts": ({}, {"project": 1}),
    "projects.labels": ({}, {"project": 1}, {"company": 1}),
    "projects.relations": ({}, {"project": (1, 2, 3)}),
    "projects.relations_around": ({"projects": SOME},),
    "projects.parts_of": ({"projects": SOME},),
    "projects.reviews": ({}, {"project": 1}),
    "months.expected": ({"month": Period.month(2022, 3)}, {"month": Period.month(2023, 5)}),
    "schedules.beginning": ({"schedule": 1},),
    "schedules.runs": ({"schedule": 1},),
    "schedules.deliveries": ({"run": 1},),
    "schedules.since_last_run": ({"schedule": 1},),
    "schedules.since_delivered": ({"schedule": 1, "target": "-"}, {"schedule": 1, "target": "team"}),
    "as_of.ask": (
        {"day": date(2022, 6, 1), "known_on": date(2022, 6, 1), "zone": ZoneInfo("Asia/Shanghai")},
        {"day": date(2022, 6, 1), "known_on": None, "zone": UTC},
    ),
}
# What a sound ledger has nothing of, or a made-up one need not have.
MAY_BE_EMPTY = {
    "capital.across_year_end",
    "check.alike",
    "check.linked",
    "check.mutual",
    "check.register_ids",
    "reference.calendar",
    "reference.working_days",
    "requests.follow_ups",
    "reference.import_maps",
    "months.closed_spans",
    "months.closes",
    "check.ended_by",
    "lookup.removed",
    "lookup.lacks_pinyin",
    "database_info.unresolved_references",
}


def _questions() -> Iterator[tuple[str, Callable[..., Any]]]:
    for module in iter_modules(queries.__path__):
        for name, function in vars(import_module(f"tracker.queries.{module.name}")).items():
            home = getattr(function, "__module__", "").rpartition(".")[2]
            public = inspect.isfunction(function) and not name.startswith("_") and home == module.name
            if public and "reader" in inspect.signature(function).parameters:
                yield f"{module.name}.{name}", function


QUESTIONS = dict(_questions())


@pytest.fixture(scope="module", params=["pinghu", "synthetic"])
def both(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, postgres: PostgresServer
) -> Iterator[Both]:
    """The same history in a SQLite file and in PostgreSQL."""
    path: Path = tmp_path_factory.mktemp("engines") / "a.db"
    name = postgres.create()
    lite, large = locate(str(path)), locate(postgres.url(name))
    if request.param == "pinghu":
        with pytest.MonkeyPatch.context() as patch:
            # The id of a ledger is in its hashes.
            patch.setattr("tracker.ledger.transaction.uuid4", lambda: UUID(int=1))
            for database in (lite, large):
                build(database, "pinghu")
    else:
        shutil.copy(made_up.ledger(tmp_path_factory, *made_up.SMALL), path)
        copy(lite, large)
        for database in (lite, large):
            _complete(Ledger(database))
    yield Both((lite, large), request.param == "synthetic")
    postgres.drop(name)


def _complete(ledger: Ledger) -> None:
    """Record what the made-up portfolio has nothing of."""
    last = date(2023, 6, 30)
    [(code,)] = ledger.tuples("SELECT MIN(code) FROM projects")
    new = NewBaseline(start=Period.month(2019, 1))
    acts: tuple[Act, ...] = (
        declaring("F", "text"),
        editing(str(code), labels=LabelEdits(fields=("F=项目",))),
        lambda book: rebaseline(book, str(code), new, "why", NO_CITE),
        lambda book: indicators.record(book, "zone:Z", "I", Quantity("count", 5), Period.year(2022), NO_CITE),
    )
    for act in acts:
        ledger.do(act, today=last)
    number, _said = ledger.do(lambda book: add(book, NewSchedule("s", "0 8 * * MON", ("progress",), "en")), today=last)
    assert number is not None
    told = (Delivered("-", "delivered", number - 1, number), Delivered("team", "failed", number - 1, number, "no"))
    record_run(ledger.database, RunRecord(1, MIDDAY, MIDDAY, "delivered", number - 1, None, number, MIDDAY, told))


@pytest.mark.parametrize("name", QUESTIONS)
def test_both_engines_answer_alike(both: Both, name: str) -> None:
    question = QUESTIONS[name]
    as_of = AS_OF if "as_of" in inspect.signature(question).parameters else (None,)
    found = 0
    for about in as_of:
        for more in MORE.get(name, ({},)):
            answers = [_answer(database, question, about, more) for database in both.databases]
            assert answers[0] == answers[1], f"{name} about {about} with {more}"
            found += bool(answers[0])
    assert found or not both.complete or name in MAY_BE_EMPTY, f"{name} was never answered with anything"


@pytest.mark.parametrize("words", [words for words in REPORTS if words[0] != "show"], ids=" ".join)
def test_both_engines_print_alike(run: Run, both: Both, words: tuple[str, ...]) -> None:
    for more in ((), ("--as-of", "2022-12-31", "--known-on", "2022-12-31")):
        printed = [run("--db", one.target, *words, *more, "-f", "json", today="2023-06-30") for one in both.databases]
        # A command to type names the database that it was asked of.
        said = [re.sub(r"tracker --db \S+", "tracker", one.err) for one in printed]
        assert (printed[0].code, printed[0].out_bytes, said[0]) == (printed[1].code, printed[1].out_bytes, said[1])


def _answer(database: Database, question: Callable[..., Any], about: AsOf | None, more: dict[str, Any]) -> Any:
    with database.reading() as reader:
        given = {key: value(reader, about) if callable(value) else value for key, value in more.items()}
        return _comparable(question(reader, about, **given) if about else question(reader, **given))


def _comparable(value: Any) -> Any:
    """Rows with the types of their cells; days of untyped rows as the text SQLite keeps."""
    if is_dataclass(value) and not isinstance(value, type):
        return type(value).__name__, [_comparable(getattr(value, field.name)) for field in fields(value)]
    if isinstance(value, dict):
        # What is looked up by its key, or asked whether it is in, has no order.
        return sorted(((_comparable(key), _comparable(content)) for key, content in value.items()), key=repr)
    if isinstance(value, set):
        return sorted(map(_comparable, value), key=repr)
    if isinstance(value, list | tuple | Iterator):
        return [_comparable(one) for one in value]
    if isinstance(value, date) and not isinstance(value, datetime):
        return "date or text", value.isoformat()
    return ("date or text" if isinstance(value, str) else type(value).__name__), value


def test_every_question_is_known_here() -> None:
    for name, question in QUESTIONS.items():
        given = set().union(*MORE.get(name, ({},))) | {"reader", "as_of"}
        needed = {
            parameter.name
            for parameter in inspect.signature(question).parameters.values()
            if parameter.default is inspect.Parameter.empty
        }
        assert needed <= given, f"say in MORE what {name} is asked with"


def test_a_day_is_known_up_to_its_end_in_the_zone(both: Both) -> None:
    """23:30 in China is the afternoon of that day in Greenwich."""

    def known(reader: Reader, day: date, zone: str) -> int:
        return ask(reader, day, day, ZoneInfo(zone)).known

    for database in both.databases:
        with database.reading() as reader:
            [(first,)] = reader.tuples("SELECT MIN(recorded_on) FROM change")
            start = first if isinstance(first, date) else date.fromisoformat(str(first))
            assert known(reader, start, "Asia/Shanghai") >= 1
            assert known(reader, start.replace(year=start.year - 1), "Asia/Shanghai") == 0
            assert known(reader, date(2030, 1, 1), "UTC") == FOREVER
            assert ask(reader, start, None, UTC).known == FOREVER


ONE: dict[str, dict[str, Any]] = {
    "check.last_entries": {"project": 1},
    "capital.baselines": {"project": 1},
    "capital.entries": {"project": 1},
    "companies.companies": {"company": 1},
    "companies.certifications": {"company": 1},
    "changes.changes": {"project": 1, "limit": 20},
    "changes.counts": {"first": 1, "last": 90, "project": 1},
    "changes.names": {"wanted": {"project": (1,), "company": (1,), "milestone": (1,)}},
    "changes.written": {"first": 1, "last": 90, "project": 1},
    "changes.differences": {"first": 30, "last": 60},
    "changes.touched": {"first": 30, "last": 60},
    "lookup.named": {"subject": "project", "word": "p"},
    "lookup.by_prefix": {"subject": "project", "typed": "p", "engine": "sqlite", "most": 50},
    "lookup.milestones": {"project": 1},
    "lookup.by_part": {"subject": "project", "word": "pp"},
    "lookup.lacks_pinyin": {"word": "pp"},
    "lookup.removed": {"code": "p"},
    "milestones.milestones": {"project": 1},
    "milestones.milestone_dates": {"project": 1},
    "milestones.next_due": {"conditions": ("active",), "most": 5},
    "milestones.expected": {"last": date(2023, 8, 1), "most": 5},
    "projects.projects": {"project": 1},
    "projects.stages": {"project": 1},
    "projects.conditions": {"project": 1},
    "projects.first_facts": {"project": 1},
    "projects.labels": {"project": 1},
    "projects.reviews": {"project": 1},
    "schedules.runs": {"schedule": 1},
}


@pytest.mark.parametrize("name", ONE)
@pytest.mark.parametrize("about", [AS_OF[0], AsOf(date(2022, 12, 31), known_on=date(2022, 12, 31), known=300)])
def test_what_is_asked_of_one_project_scans_no_table(
    both: Both, name: str, about: AsOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    question = QUESTIONS[name]
    plans: list[str] = []
    tuples = Reader.tuples

    def planned(self: Reader, sql: str, parameters: Any = None) -> Any:
        plans.extend(row[3] for row in tuples(self, f"EXPLAIN QUERY PLAN {sql}", parameters))
        return tuples(self, sql, parameters)

    monkeypatch.setattr(Reader, "tuples", planned)
    as_of = about if "as_of" in inspect.signature(question).parameters else None
    _answer(both.databases[0], question, as_of, ONE[name])
    # What a query makes of rows that it found through an index.
    made = {"facts", "touched", "latest", "versions"}
    assert plans
    assert [step for step in plans if step.startswith("SCAN ") and step.split()[1] not in made] == []


@pytest.fixture(scope="module")
def large(postgres: PostgresServer) -> Iterator[Database]:
    """A ledger of PostgreSQL that is large enough for its planner to tell an index from a table."""
    name = postgres.create()
    database = locate(postgres.url(name))
    fill(database, 600)
    with closing(database.connect()) as connection:
        connection.execute("ANALYZE")
        connection.commit()
    yield database
    postgres.drop(name)


@pytest.mark.parametrize("name", ONE)
def test_what_is_asked_of_one_project_finds_its_rows_through_an_index_of_postgresql(
    large: Database, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    question = QUESTIONS[name]
    found: list[dict[str, Any]] = []
    tuples = Reader.tuples

    def planned(self: Reader, sql: str, parameters: Any = None) -> Any:
        tuples(self, "SELECT set_config('enable_seqscan', 'off', true)")
        [(plan,)] = tuples(self, f"EXPLAIN (FORMAT JSON) {sql}", parameters)
        found.extend(_nodes(plan[0]["Plan"]))
        return tuples(self, sql, parameters)

    monkeypatch.setattr(Reader, "tuples", planned)
    as_of = AsOf(TODAY) if "as_of" in inspect.signature(question).parameters else None
    _answer(large, question, as_of, ONE[name] | ({"engine": "postgres"} if "engine" in ONE[name] else {}))
    assert found
    assert [
        (node["Node Type"], node["Relation Name"])
        for node in found
        if node.get("Relation Name") in (*BARE, *DERIVED) and not (node.get("Index Cond") or node.get("Recheck Cond"))
        # An index of what has ended has nothing in it here.
        if not node.get("Index Name", "").endswith("_ended")
    ] == []


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """A step of a plan and all below it."""
    yield plan
    for below in plan.get("Plans", ()):
        yield from _nodes(below)
