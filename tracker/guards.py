"""Triggers that keep the ledger append-only: UPDATE, DELETE and REPLACE fail on both engines, whoever asks."""

from __future__ import annotations

from collections.abc import Iterator

from tracker.models import CHAINED, TABLES

_SENTENCE = "the ledger is append-only"
_FUNCTION = f"""CREATE OR REPLACE FUNCTION tracker_refuse() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '{_SENTENCE}'; END $$"""


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
    chained = {str(table.__tablename__) for table in CHAINED}
    for name in names:
        for verb in ("UPDATE", "DELETE"):
            yield f"CREATE TRIGGER guard_{name}_{verb.lower()} BEFORE {verb} ON {name} BEGIN {_raise()} END"
        yield f"CREATE TRIGGER guard_{name}_insert BEFORE INSERT ON {name} WHEN {_taken(name, name in chained)} BEGIN {_raise()} END"


def _raise() -> str:
    return f"SELECT RAISE(ABORT, '{_SENTENCE}');"


def _taken(name: str, chained: bool) -> str:
    """INSERT OR REPLACE deletes the row it collides with, and fires no delete trigger for it: look first."""
    key = "change_id" if name == "seal" else "id"
    clause = f"{key} = NEW.{key}"
    if chained:
        clause += " OR replaces = NEW.replaces"
    taken = f"EXISTS (SELECT 1 FROM {name} WHERE {clause})"
    # SQLite would keep '12abc' in an integer column.
    return f"{taken} OR typeof(NEW.minor) NOT IN ('integer', 'null')" if name == "capital_entry" else taken


def guards_in_place(engine: str) -> str:
    """The query for the names (and on PostgreSQL the tables) of the triggers there are."""
    if engine == "postgres":
        return (
            "SELECT tgname, CAST(tgrelid AS regclass) FROM pg_trigger "
            "WHERE NOT tgisinternal AND substr(CAST(tgname AS text), 1, 6) = 'guard_'"
        )
    return "SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger' AND substr(name, 1, 6) = 'guard_'"
