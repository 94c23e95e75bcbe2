"""The ledger is append-only, whoever asks and however."""

from __future__ import annotations

import pytest

from tests.ledgers import NO_CITE, NO_LABELS, Ledger, booking, opening, undoing, yuan
from tracker.database import locate
from tracker.dates import Period
from tracker.errors import Refused
from tracker.ledger import companies, milestones, projects, stages
from tracker.ledger.labels import LabelEdits, declare_field
from tracker.models import all_tables

DAY = Period.month(2023, 1)


@pytest.fixture
def ledger(ledger_url: str) -> Ledger:
    """A ledger with a row in every table."""
    ledger = Ledger(locate(ledger_url))
    ledger.do(lambda store: declare_field(store, "sun", "text"))
    ledger.do(opening("p", company="c"))
    ledger.do(opening("q"))
    ledger.do(lambda store: companies.certify(store, "c", "little_giant", DAY, NO_CITE))
    ledger.do(lambda store: projects.edit(store, "p", projects.ProjectFacts(), LabelEdits(tags=("t",)), NO_CITE))
    ledger.do(lambda store: projects.link(store, "p", "supports", "q", NO_CITE))
    ledger.do(lambda store: stages.stage(store, "p", "signed", DAY, None, NO_CITE))
    ledger.do(lambda store: stages.condition(store, "p", "suspended", DAY, "why", NO_CITE))
    ledger.do(lambda store: stages.review(store, "p", DAY, 5000, None, None, NO_CITE))
    ledger.do(lambda store: milestones.plan(store, "p", "completed", DAY, NO_CITE))
    ledger.do(booking("completed", yuan(7), DAY))
    ledger.do(lambda store: projects.edit(store, "p", projects.ProjectFacts(name="new"), NO_LABELS, NO_CITE))
    ledger.do(undoing(7))
    ledger.run_raw(
        "INSERT INTO indicator_value"
        " (id, change_id, void, effective_from, subject_kind, subject, indicator, what, measure, value,"
        " qualifier, availability)"
        " VALUES (1, 1, false, '2023-01-01', 'zone', 'zone', 'output', 'actual', 'count', 5, 'exact', 'reported')",
        "INSERT INTO request (id, change_id, void, project_id, title, raised)"
        " VALUES (1, 1, false, 1, 't', '2023-01-01')",
        "INSERT INTO exchange_rate (id, change_id, void, base, counter, on_day, rate)"
        " VALUES (1, 1, false, 'USD', 'CNY', '2023-01-01', '6.9')",
        "INSERT INTO baseline (id, change_id, void, project_id, version, effective_from)"
        " VALUES (1, 1, false, 1, 1, '2023-01-01')",
        "INSERT INTO schedule (id, change_id, void, name, cron, reports, since, lang, silent)"
        " VALUES (1, 1, false, 's', '0 8 * * MON', 'progress', 'last-run', 'en', 'empty')",
        "INSERT INTO schedule_run (id, schedule_id, started, finished, result, from_change, until_change, until_at)"
        " VALUES (1, 1, '2023-01-01', '2023-01-01', 'delivered', 0, 1, '2023-01-01')",
        "INSERT INTO schedule_delivery (id, run_id, target, result, from_change, until_change)"
        " VALUES (1, 1, '-', 'delivered', 0, 1)",
    )
    return ledger


def content(ledger: Ledger) -> dict[str, list[tuple[object, ...]]]:
    names = [str(table.__tablename__) for table in all_tables()]
    return {name: sorted(ledger.tuples(f"SELECT * FROM {name}"), key=repr) for name in names}


def test_no_row_is_ever_changed_or_removed(ledger: Ledger) -> None:
    before = content(ledger)
    assert all(before.values()), "every table has a row to try it on"
    for statement in (statement for table in before for statement in attacks(ledger.database.engine, table)):
        with pytest.raises(Refused, match="append-only"):
            ledger.run_raw(statement)
    assert content(ledger) == before


def attacks(engine: str, table: str) -> list[str]:
    """Every way to change or remove a row of `table`."""
    key = {"seal": "change_id", "currency": "code"}.get(table, "id")
    column = {"seal": "digest", "currency": "minor_per_unit"}.get(table, key)
    statements = [f"UPDATE {table} SET {column} = {column}", f"DELETE FROM {table}"]
    again = f"INSERT INTO {table} SELECT * FROM {table} WHERE true ON CONFLICT ({key}) DO UPDATE SET {column} = NULL"
    if engine == "postgres":
        return [*statements, again, f"TRUNCATE {table} CASCADE"]
    return [
        *statements,
        again,
        f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}",
        f"REPLACE INTO {table} SELECT * FROM {table} LIMIT 1",
        f"UPDATE OR REPLACE {table} SET {column} = {column}",
    ]


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
@pytest.mark.parametrize("trap", ["ON", "OFF"])
def test_replacing_by_the_row_replaced_is_refused_too(ledger: Ledger, trap: str) -> None:
    """INSERT OR REPLACE deletes every row it collides with, also by another unique column, without a delete trigger."""
    [(newer, older)] = ledger.tuples("SELECT id, replaces FROM project WHERE replaces IS NOT NULL")
    columns = [name for _place, name, *_more in ledger.tuples("PRAGMA table_info(project)")]
    values = ", ".join({"id": "99", "replaces": str(older)}.get(name, name) for name in columns)
    with pytest.raises(Refused, match="append-only"):
        ledger.run_raw(
            f"PRAGMA recursive_triggers={trap}",
            f"INSERT OR REPLACE INTO project ({', '.join(columns)}) SELECT {values} FROM project WHERE id = {newer}",
        )


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
@pytest.mark.parametrize("column", ["minor", "reported_minor"])
@pytest.mark.parametrize("value", ["'12abc'", "1.5", "x'31'", "'1e30'"])
def test_money_is_a_whole_number_in_the_file_too(ledger: Ledger, column: str, value: str) -> None:
    columns = [name for _place, name, *_more in ledger.tuples("PRAGMA table_info(capital_entry)")]
    values = ", ".join({"id": "99", "replaces": "NULL", column: value}.get(name, name) for name in columns)
    with pytest.raises(Refused, match="must be a whole number"):
        ledger.run_raw(f"INSERT INTO capital_entry ({', '.join(columns)}) SELECT {values} FROM capital_entry")


def test_the_rules_of_a_row_hold_for_whoever_writes(ledger: Ledger) -> None:
    before = ledger.count("capital_entry")
    names = "id, change_id, void, effective_from, project_id, kind, minor, currency, qualifier, availability, measure"
    rows = (
        "2, 1, false, '2023-01-01', 1, 'gift', 1, 'CNY', 'exact', 'reported', 'flow'",
        "2, 1, false, '2023-01-01', 1, 'paid', NULL, 'CNY', 'exact', 'reported', 'flow'",
        "2, 1, false, '2023-01-01', 1, 'paid', 1, 'CNY', 'exact', 'unknown', 'flow'",
        "2, 1, false, '2023-01-01', 1, 'paid', 900000000000000001, 'CNY', 'exact', 'reported', 'flow'",
        "2, 1, false, '2023-01-01', 1, 'paid', 1, 'XXX', 'exact', 'reported', 'flow'",
        "2, 1, false, '2023-01-01', 99, 'paid', 1, 'CNY', 'exact', 'reported', 'flow'",
        "2, 99, false, '2023-01-01', 1, 'paid', 1, 'CNY', 'exact', 'reported', 'flow'",
    )
    for row in rows:
        with pytest.raises(Refused):
            ledger.run_raw(f"INSERT INTO capital_entry ({names}) VALUES ({row})")
    assert ledger.count("capital_entry") == before
