"""The ledger keeps every version as it was written, whoever asks and however; one update is permitted, its end."""

from __future__ import annotations

import pytest

from tests.ledgers import NO_CITE, NO_LABELS, Ledger, booking, once, opening, undoing, yuan
from tracker.database import locate
from tracker.dates import Period
from tracker.errors import Refused
from tracker.ledger import companies, milestones, projects, stages
from tracker.ledger.labels import LabelEdits, declare_field
from tracker.models import all_tables, versioned_tables
from tracker.models.base import OPEN

DAY = Period.month(2023, 1)
KEEPS = "the ledger keeps what was recorded"
VERSIONED = {str(table.__tablename__) for table in versioned_tables()}


@pytest.fixture
def ledger(ledger_url: str) -> Ledger:
    """A ledger with a row in every table; its last change has no hash yet."""
    ledger = Ledger(locate(ledger_url))
    once(ledger_url, lambda: _fill(ledger))
    return ledger


def _fill(ledger: Ledger) -> None:
    ledger.do(lambda store: declare_field(store, "sun", "text"))
    ledger.do(opening("p", company="c"))
    ledger.do(opening("q"))
    ledger.do(lambda store: companies.certify(store, "c", "little_giant", DAY, NO_CITE))
    ledger.do(lambda store: projects.edit(store, "p", {}, LabelEdits(tags=("t",)), NO_CITE))
    ledger.do(lambda store: projects.link(store, "p", "supports", "q", NO_CITE))
    ledger.do(lambda store: stages.stage(store, "p", "signed", DAY, None, NO_CITE))
    ledger.do(lambda store: stages.condition(store, "p", "suspended", DAY, "why", NO_CITE))
    ledger.do(lambda store: stages.review(store, "p", DAY, 5000, None, None, NO_CITE))
    ledger.do(lambda store: milestones.plan(store, "p", "completed", DAY, NO_CITE))
    ledger.do(booking("completed", yuan(7), DAY))
    ledger.do(lambda store: projects.edit(store, "p", {"name": "new"}, NO_LABELS, NO_CITE))
    ledger.do(undoing(7))
    ledger.run_raw(
        "INSERT INTO change (id, recorded_at, recorded_on, actor, command, origin)"
        " VALUES (14, '2023-01-01', '2023-01-01', 'raw', 'raw', 'typed')",
        "INSERT INTO indicator_value"
        " (id, recorded_from, recorded_to, effective_from, subject_kind, subject, indicator, what, measure, value,"
        " qualifier, availability)"
        f" VALUES (1, 14, {OPEN}, '2023-01-01', 'zone', 'zone', 'output', 'actual', 'count', 5, 'exact', 'reported')",
        "INSERT INTO request (id, recorded_from, recorded_to, project_id, title, raised)"
        f" VALUES (1, 14, {OPEN}, 1, 't', '2023-01-01')",
        "INSERT INTO exchange_rate (id, recorded_from, recorded_to, base, counter, on_day, rate)"
        f" VALUES (1, 14, {OPEN}, 'USD', 'CNY', '2023-01-01', '6.9')",
        "INSERT INTO baseline (id, recorded_from, recorded_to, project_id, version, effective_from)"
        f" VALUES (1, 14, {OPEN}, 1, 1, '2023-01-01')",
        "INSERT INTO schedule (id, recorded_from, recorded_to, name, cron, reports, since, lang, silent)"
        f" VALUES (1, 14, {OPEN}, 's', '0 8 * * MON', 'progress', 'last-run', 'en', 'empty')",
        "INSERT INTO import_map (id, recorded_from, recorded_to, name, headings, text)"
        f" VALUES (1, 14, {OPEN}, 'm', 'a', 'unit = 1')",
        "INSERT INTO follow_up (id, recorded_from, recorded_to, project_id, on_day, text)"
        f" VALUES (1, 14, {OPEN}, 1, '2023-01-01', 't')",
        "INSERT INTO calendar_day (id, recorded_from, recorded_to, day, kind)"
        f" VALUES (1, 14, {OPEN}, '2023-01-02', 'holiday')",
        f"INSERT INTO month_close (id, recorded_from, recorded_to, last_day) VALUES (1, 14, {OPEN}, '2022-12-31')",
        "INSERT INTO schedule_run (id, schedule_id, started, finished, result, from_change, until_change, until_at)"
        " VALUES (1, 1, '2023-01-01', '2023-01-01', 'delivered', 0, 1, '2023-01-01')",
        "INSERT INTO schedule_delivery (id, run_id, target, result, from_change, until_change)"
        " VALUES (1, 1, '-', 'delivered', 0, 1)",
    )


def content(ledger: Ledger) -> dict[str, list[tuple[object, ...]]]:
    names = [table.name for table in all_tables()]
    return {name: sorted(ledger.tuples(f"SELECT * FROM {name}"), key=repr) for name in names}


def test_no_row_is_ever_changed_or_removed(ledger: Ledger) -> None:
    before = content(ledger)
    assert all(before.values()), "every table has a row to try it on"
    for statement in (statement for table in before for statement in attacks(ledger.database.engine, table)):
        with pytest.raises(Refused, match=KEEPS):
            ledger.run_raw(statement)
    assert content(ledger) == before


def attacks(engine: str, table: str) -> list[str]:
    """Every way to change or remove a row of `table`."""
    key = {"seal": "change_id"}.get(table, "id, recorded_from" if table in VERSIONED else "id")
    column = {"seal": "digest"}.get(table, "id")
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


def test_the_only_update_is_the_end_of_a_version_in_the_newest_change(ledger: Ledger) -> None:
    entry = f"capital_entry SET recorded_to = {{to}} WHERE id = 1 AND recorded_to = {OPEN}"
    for to in (11, 13, 15, OPEN - 1):
        with pytest.raises(Refused):
            ledger.run_raw(f"UPDATE {entry.format(to=to)}")
    with pytest.raises(Refused, match=KEEPS):
        ledger.run_raw("UPDATE capital_entry SET recorded_to = 14, minor = 8 WHERE id = 1")
    ledger.run_raw(f"UPDATE {entry.format(to=14)}")
    for to in (OPEN, 14, 15):
        with pytest.raises(Refused):
            ledger.run_raw(f"UPDATE capital_entry SET recorded_to = {to} WHERE id = 1")


def test_no_version_is_ended_or_added_in_a_change_that_has_its_hash(ledger: Ledger) -> None:
    ledger.run_raw("INSERT INTO seal (change_id, digest) VALUES (14, 'x')")
    with pytest.raises(Refused, match=KEEPS):
        ledger.run_raw(f"UPDATE capital_entry SET recorded_to = 14 WHERE id = 1 AND recorded_to = {OPEN}")
    for change in (13, 14):
        with pytest.raises(Refused, match=KEEPS):
            ledger.run_raw(
                "INSERT INTO custom_field (id, recorded_from, recorded_to, name, field_type)"
                f" VALUES (9, {change}, {OPEN}, 'x', 'text')"
            )


def test_a_record_has_one_open_version(ledger: Ledger) -> None:
    with pytest.raises(Refused):
        ledger.run_raw(
            "INSERT INTO custom_field (id, recorded_from, recorded_to, name, field_type)"
            f" VALUES (1, 14, {OPEN}, 'x', 'text')"
        )


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
@pytest.mark.parametrize("trap", ["ON", "OFF"])
def test_replacing_by_the_open_version_is_refused_too(ledger: Ledger, trap: str) -> None:
    """INSERT OR REPLACE deletes every row it collides with, also by another unique index, without a delete trigger."""
    columns = [name for _place, name, *_more in ledger.tuples("PRAGMA table_info(project)")]
    values = ", ".join({"recorded_from": "14"}.get(name, name) for name in columns)
    with pytest.raises(Refused, match=KEEPS):
        ledger.run_raw(
            f"PRAGMA recursive_triggers={trap}",
            f"INSERT OR REPLACE INTO project ({', '.join(columns)})"
            f" SELECT {values} FROM project WHERE id = 1 AND recorded_to = {OPEN}",
        )


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
@pytest.mark.parametrize("value", ["'12abc'", "1.5", "x'31'", "'1e30'"])
def test_money_is_a_whole_number_in_the_file_too(ledger: Ledger, value: str) -> None:
    columns = [name for _place, name, *_more in ledger.tuples("PRAGMA table_info(capital_entry)")]
    values = ", ".join({"id": "99", "recorded_from": "14", "minor": value}.get(name, name) for name in columns)
    with pytest.raises(Refused, match="must be a whole number"):
        ledger.run_raw(f"INSERT INTO capital_entry ({', '.join(columns)}) SELECT {values} FROM capital_entry")


def test_the_rules_of_a_row_hold_for_whoever_writes(ledger: Ledger) -> None:
    before = ledger.count("capital_entry")
    names = (
        "id, recorded_from, recorded_to, effective_from, first_day, last_day, project_id, kind, basis, minor, currency,"
        " qualifier, availability"
    )
    days = "'2023-01-01', '2023-01-01', '2023-01-31'"
    rows = (
        f"2, 14, {OPEN}, {days}, 1, 'paid', 'flow', 1, 'CNY', 'exact', 'reported'",
        f"2, 14, {OPEN}, {days}, 1, 'paid', 'period', NULL, 'CNY', 'exact', 'reported'",
        f"2, 14, {OPEN}, {days}, 1, 'paid', 'period', 1, 'CNY', 'exact', 'unknown'",
        f"2, 14, {OPEN}, {days}, 1, 'paid', 'period', 1, 'CNY', 'roughly', 'reported'",
        f"2, 14, {OPEN}, {days}, 1, 'paid', 'period', 900000000000000001, 'CNY', 'exact', 'reported'",
        f"2, 14, {OPEN}, '2023-01-01', NULL, NULL, 1, 'paid', 'period', 1, 'CNY', 'exact', 'reported'",
        f"2, 14, {OPEN}, '2023-01-01', '2023-01-31', '2023-01-01', 1, 'paid', 'period', 1, 'CNY', 'exact', 'reported'",
        f"2, 14, {OPEN}, {days}, 1, 'plan', 'ytd', 1, 'CNY', 'exact', 'reported'",
        f"2, 14, {OPEN}, {days}, 1, 'plan', 'period', -1, 'CNY', 'exact', 'reported'",
        f"2, 14, {OPEN}, {days}, 99, 'paid', 'period', 1, 'CNY', 'exact', 'reported'",
        f"2, 99, {OPEN}, {days}, 1, 'paid', 'period', 1, 'CNY', 'exact', 'reported'",
        f"2, 14, 14, {days}, 1, 'paid', 'period', 1, 'CNY', 'exact', 'reported'",
    )
    for row in rows:
        with pytest.raises(Refused):
            ledger.run_raw(f"INSERT INTO capital_entry ({names}) VALUES ({row})")
    assert ledger.count("capital_entry") == before
    ledger.run_raw(
        f"INSERT INTO capital_entry ({names})"
        f" VALUES (2, 14, {OPEN}, {days}, 1, 'paid', 'period', 1, 'CNY', 'exact', 'reported')"
    )
