"""The present state of a ledger as records: complete, typed as declared, in an order that ids have no part in."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tests import made_up
from tests.full_ledger import fill
from tests.ledgers import Ledger, booking, create, opening, yuan
from tests.postgres import PostgresServer
from tracker.database import locate
from tracker.dates import Period
from tracker.exporter.files import changes_table
from tracker.ledger import transaction
from tracker.models.fields import Type
from tracker.money import Figure, Money
from tracker.money.quantities import Quantity
from tracker.queries import exports
from tracker.queries.as_of import AsOf
from tracker.records import serialize, snapshot
from tracker.records.schema import KINDS, Record

EVERYTHING = AsOf(snapshot.EVERY_DAY)
_TYPES = {
    Type.TEXT: str,
    Type.NAMES: tuple,
    Type.WORD: str,
    Type.COUNT: int,
    Type.YEAR: int,
    Type.LAND: int,
    Type.PERCENT: int,
    Type.FIGURE: Figure,
    Type.QUANTITY: Quantity,
    Type.PERIOD: Period,
    Type.DAY: date,
    Type.COUNTRY: str,
    Type.RATE: str,
}


def records(ledger: Ledger, kind: str, as_of: AsOf = EVERYTHING, chosen: set[int] | None = None) -> list[Record]:
    with ledger.database.reading() as reader:
        return list(snapshot.records(reader, as_of, kind, chosen))


def column(ledger: Ledger, kind: str, *keys: str, as_of: AsOf = EVERYTHING) -> list[tuple[object, ...]]:
    return [tuple(record.values[key] for key in keys) for record in records(ledger, kind, as_of)]


def filled(url: str) -> Ledger:
    """A ledger with every kind of record; they are all one ledger, so that their hashes can be compared."""
    found = Ledger(locate(url))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(transaction, "uuid4", lambda: "one")
        create(found.database)
    fill(found)
    return found


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Ledger:
    """Every kind of record."""
    return filled(str(tmp_path_factory.mktemp("full") / "full.db"))


def test_both_engines_say_the_same(ledger: Ledger, postgres: PostgresServer) -> None:
    name = postgres.create()
    other = filled(postgres.url(name))
    for kind in KINDS:
        assert [one.values for one in records(other, kind)] == [one.values for one in records(ledger, kind)]
        with ledger.database.reading() as here, other.database.reading() as there:
            rows = [list(snapshot.rows(reader, EVERYTHING, kind)) for reader in (here, there)]
        assert rows[0] == rows[1]
    with ledger.database.reading() as here, other.database.reading() as there:
        logs = [list(changes_table(reader, EVERYTHING).rows) for reader in (here, there)]
        newest = [exports.newest_change(reader, EVERYTHING) for reader in (here, there)]
    assert logs[0] == logs[1]
    assert newest[0] == newest[1]
    postgres.drop(name)


def test_every_kind_has_all_its_fields_and_reads_back_from_its_cells(ledger: Ledger) -> None:
    for kind in KINDS.values():
        found = records(ledger, kind.code)
        assert found, kind.code
        with ledger.database.reading() as reader:
            rows = list(snapshot.rows(reader, EVERYTHING, kind.code))
        for record, row in zip(found, rows, strict=True):
            assert list(record.values) == [field.key for field in kind.fields]
            for field in kind.fields:
                value = record.values[field.key]
                assert value is not None or not field.required, (kind.code, field.key)
                assert value is None or type(value) is _TYPES[field.type]
            assert serialize.cells(kind.code, record) == row
            assert (
                serialize.values(kind.code, dict(zip(serialize.columns(kind.code), row, strict=True))) == record.values
            )


def test_a_project_comes_before_its_parts_and_else_by_code(ledger: Ledger) -> None:
    assert column(ledger, "project", "code", "parent") == [("b-other", None), ("z-main", None), ("a-part", "z-main")]


def test_what_a_company_lends_its_projects_is_not_theirs(ledger: Ledger) -> None:
    found = {
        code: (group, country) for code, group, country in column(ledger, "project", "code", "group_name", "country")
    }
    assert found == {"z-main": (None, None), "a-part": (None, None), "b-other": (None, "DE")}


def test_what_was_removed_and_what_was_corrected_is_gone(ledger: Ledger) -> None:
    assert column(ledger, "relation", "project", "target") == [("b-other", "z-main")]
    found = column(ledger, "capital", "project", "kind", "figure", "on")
    assert "gone" not in {project for project, *_rest in found}
    plans = [(figure, on) for _project, kind, figure, on in found if kind == "plan"]
    assert plans == [
        (Figure(Money(6_000_000, "CNY")), Period.year(2023)),
        (Figure(Money(100, "CNY")), Period.year(2024)),
    ]


def test_a_plan_for_a_later_year_is_recorded_and_does_not_count_yet(ledger: Ledger) -> None:
    as_of = AsOf(date(2023, 3, 31))
    years = [on for kind, on in column(ledger, "capital", "kind", "on", as_of=as_of) if kind == "plan"]
    assert years == [Period.year(2023)]


def test_the_order_of_recording_stays_where_it_means_something(ledger: Ledger) -> None:
    stages = [stage for project, stage in column(ledger, "stage", "project", "stage") if project == "b-other"]
    assert stages == ["filed", "signed"]
    found = column(ledger, "milestone", "project", "milestone", "what", "on", "made")
    days = [rest for project, code, *rest in found if (project, code) == ("z-main", "completed")]
    assert days == [
        ["baseline", Period.month(2024, 6), None],
        ["baseline", Period.month(2024, 9), date(2023, 3, 20)],
        ["forecast", Period.month(2024, 8), date(2023, 3, 1)],
        ["forecast", Period.month(2024, 7), date(2023, 3, 1)],
    ]
    assert ("z-main", "at_capacity", "baseline", None, None) in found


def test_a_running_figure_is_as_it_was_said(ledger: Ledger) -> None:
    found = column(ledger, "capital", "kind", "on", "figure", "basis")
    assert ("completed", Period.months(2023, 1, 2), Figure(Money(3_000_000, "CNY")), "ytd") in found


def test_days_that_follow_from_the_record_are_left_out(ledger: Ledger) -> None:
    found = column(ledger, "capital", "kind", "effective_from")
    assert {day for kind, day in found if kind != "total"} == {None}
    assert [day for kind, day in found if kind == "total"] == [None, None, date(2023, 3, 20)]
    found = column(ledger, "indicator", "indicator", "what", "effective_from")
    assert ("high_tech_new", "floor", date(2023, 1, 10)) in found
    assert ("output", "actual", None) in found


def test_whose_an_indicator_is_can_be_read_back(ledger: Ledger) -> None:
    subjects = {subject for (subject,) in column(ledger, "indicator", "subject")}
    assert subjects == {"zone:平湖 | 经开", "site:东区", "company:“=Alpha | 甲” 有限公司"}


def test_chosen_projects_bring_what_is_theirs(ledger: Ledger) -> None:
    number = {code: thing for thing, code in ledger.tuples("SELECT id, code FROM project")}
    chosen = {number["a-part"]}
    assert [one.values["code"] for one in records(ledger, "project", chosen=chosen)] == ["a-part"]
    assert [one.values["name"] for one in records(ledger, "company", chosen=chosen)] == ["乙"]
    assert [one.values["title"] for one in records(ledger, "request", chosen=chosen)] == ["用电"]
    assert records(ledger, "capital", chosen=chosen) == records(ledger, "indicator", chosen=chosen) == []
    assert records(ledger, "capital", chosen=set()) == []


def test_the_order_of_opening_has_no_part_in_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exports, "_BATCH", 3)
    ledger = Ledger(locate(str(tmp_path / "a.db")))
    create(ledger.database)
    for code in ("c", "A", "b", "项目"):
        ledger.do(opening(code))
        ledger.do(booking("paid", yuan(100), Period.year(2022), code=code))
    assert [code for (code,) in column(ledger, "project", "code")] == ["A", "b", "c", "项目"]
    assert [code for (code,) in column(ledger, "capital", "project")] == ["A", "b", "c", "项目"]


@pytest.mark.parametrize("source", ["pinghu", "made up"])
def test_the_example_portfolios_read_back(
    source: str, demo_database: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = demo_database if source == "pinghu" else made_up.ledger(tmp_path_factory)
    ledger = Ledger(locate(str(path)))
    for kind in KINDS:
        with ledger.database.reading() as reader:
            rows = list(snapshot.rows(reader, EVERYTHING, kind))
        found = records(ledger, kind)
        columns = serialize.columns(kind)
        assert [serialize.values(kind, dict(zip(columns, row, strict=True))) for row in rows] == [
            one.values for one in found
        ]
