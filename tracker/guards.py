"""Triggers that keep the ledger append-only: UPDATE, DELETE and REPLACE fail on both engines, whoever asks."""

from __future__ import annotations

from collections.abc import Iterator

from tracker.models import CHAINED, TABLES

_SENTENCE = "the ledger is append-only"
_FUNCTION = f"""CREATE OR REPLACE FUNCTION tracker_refuse() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '{_SENTENCE}'; END $$"""
# SQLite would keep '12abc' in an integer column.
_WHOLE = {"capital_entry": ("minor", "reported_minor"), "indicator_value": ("value", "growth")}


def guards(engine: str) -> Iterator[str]:
    """The statements that create every trigger."""
    names = [str(table.__tablename__) for table in TABLES]
    if engine == "postgres":
        yield _FUNCTION
        for name in names:
            refuse = "EXECUTE FUNCTION tracker_refuse()"
            yield f"CREATE TRIGGER guard_{name}_rows BEFORE UPDATE OR DELETE ON {name} FOR EACH ROW {refuse}"
            yield f"CREATE TRIGGER guard_{name}_all BEFORE TRUNCATE ON {name} FOR EACH STATEMENT {refuse}"
        return
    refuse = f"BEGIN SELECT RAISE(ABORT, '{_SENTENCE}'); END"
    for name in names:
        yield f"CREATE TRIGGER guard_{name}_update BEFORE UPDATE ON {name} {refuse}"
        yield f"CREATE TRIGGER guard_{name}_delete BEFORE DELETE ON {name} {refuse}"
        yield f"CREATE TRIGGER guard_{name}_insert BEFORE INSERT ON {name} WHEN {_taken(name)} {refuse}"
        for column in _WHOLE.get(name, ()):
            wrong = f"typeof(NEW.{column}) NOT IN ('integer', 'null')"
            whole = f"BEGIN SELECT RAISE(ABORT, '{column} must be a whole number'); END"
            yield f"CREATE TRIGGER guard_{name}_{column} BEFORE INSERT ON {name} WHEN {wrong} {whole}"


def _taken(name: str) -> str:
    """INSERT OR REPLACE deletes the row it collides with, and fires no delete trigger for it: look first."""
    key = {"seal": "change_id", "currency": "code"}.get(name, "id")
    clause = f"{key} = NEW.{key}"
    if name in {table.__tablename__ for table in CHAINED}:
        clause += " OR replaces = NEW.replaces"
    return f"EXISTS (SELECT 1 FROM {name} WHERE {clause})"


def guards_in_place(engine: str) -> str:
    """The query for the names (and on PostgreSQL the tables) of the triggers there are."""
    if engine == "postgres":
        return (
            "SELECT tgname, CAST(tgrelid AS regclass) FROM pg_trigger "
            "WHERE NOT tgisinternal AND substr(CAST(tgname AS text), 1, 6) = 'guard_'"
        )
    return "SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger' AND substr(name, 1, 6) = 'guard_'"
