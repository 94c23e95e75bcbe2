"""The first upgrade: a ledger of revision 0001 with rows in it gets the tables of 0002 and loses nothing."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text
from sqlmodel import SQLModel

from tests.ledgers import NO_CITE, Ledger, booking, correcting, opening, yuan
from tracker import schema, sqlite_file
from tracker.database import Database, locate
from tracker.dates import Period
from tracker.engine import make_engine
from tracker.errors import Refused
from tracker.ledger import baselines, rates
from tracker.models import Baseline, ExchangeRate, IndicatorValue, Request

MOMENT = datetime(2023, 4, 1, 8, tzinfo=UTC)
NEW = {str(model.__tablename__) for model in (Baseline, ExchangeRate, IndicatorValue, Request)}


OLD = (
    "change", "seal", "company", "certification", "project", "custom_field", "label", "relation", "stage_event",
    "condition_event", "milestone", "milestone_date", "capital_entry", "review",
)  # fmt: skip


@pytest.fixture
def old(database_url: str) -> Database:
    """A ledger of revision 0001, made by that revision alone, with rows that refer to each other."""
    database = locate(database_url)
    schema.create(database)
    ledger = Ledger(database)
    ledger.do(opening("p", name="项目", company="示例公司"))
    ledger.do(booking("total", yuan(100), None))
    ledger.do(booking("completed", yuan(60), Period.month(2023, 1)))
    ledger.do(correcting(2, figure=yuan(50)))
    rows = {table: _rows(database, table) for table in OLD}
    _empty(database)
    with make_engine(database).connect() as connection, connection.begin():
        command.upgrade(schema._alembic(connection), "0001")
        for table, (names, found) in rows.items():
            marks = ", ".join(f":{name}" for name in names)
            for row in found:
                insert = text(f"INSERT INTO {table} ({', '.join(names)}) VALUES ({marks})")
                connection.execute(insert, dict(zip(names, row, strict=True)))
    return database


def _rows(database: Database, table: str) -> tuple[list[str], list[tuple[Any, ...]]]:
    names = list(SQLModel.metadata.tables[table].columns.keys())
    return names, Ledger(database).tuples(f"SELECT {', '.join(names)} FROM {table} ORDER BY 1")


def _empty(database: Database) -> None:
    """The place as it was before anything was created in it."""
    if database.engine == "sqlite":
        database.path.unlink()
        sqlite_file.create_folder(database.path)
        schema._stamp(database.path)
        return
    with make_engine(database).connect() as connection, connection.begin():
        connection.exec_driver_sql("DROP SCHEMA public CASCADE")
        connection.exec_driver_sql("CREATE SCHEMA public")


def test_the_old_ledger_is_told_to_upgrade(old: Database) -> None:
    with old.reading() as reader, pytest.raises(Refused, match="older schema 0001; run: tracker database upgrade"):
        schema.require_current(old, reader)


def test_the_upgrade_keeps_every_row_and_brings_every_table(old: Database) -> None:
    before = Ledger(old).tuples("SELECT id, kind, minor FROM capital_entry ORDER BY id")
    copy = schema.upgrade(old, MOMENT)
    assert (copy is not None) == (old.engine == "sqlite")
    after = Ledger(old)
    assert after.tuples("SELECT version_num FROM alembic_version") == [(schema.expected_revision(),)]
    assert after.tuples("SELECT id, kind, minor FROM capital_entry ORDER BY id") == before
    assert after.broken() == []
    for table in NEW:
        assert after.count(table) == 0


def test_what_was_upgraded_is_what_the_models_say(old: Database) -> None:
    schema.upgrade(old, MOMENT)
    with make_engine(old).connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "render_as_batch": True})
        assert compare_metadata(context, SQLModel.metadata) == []


def test_an_upgraded_ledger_takes_what_is_new_and_guards_it(old: Database) -> None:
    schema.upgrade(old, MOMENT)
    ledger = Ledger(old)
    ledger.do(lambda book: baselines.rebaseline(book, "p", baselines.NewBaseline(total=yuan(200)), "grew", NO_CITE))
    new = rates.NewRate("USD", "CNY", date(2023, 3, 1), "6.9")
    ledger.do(lambda book: rates.set_rate(book, new, None, NO_CITE))
    assert ledger.tuples("SELECT version, total_minor FROM baselines ORDER BY version") == [(1, 100), (2, 200)]
    for statement in ("UPDATE exchange_rate SET rate = '1'", "DELETE FROM baseline"):
        with pytest.raises(Exception, match="append-only"):
            ledger.run_raw(statement)
