"""Whether the tables, views and triggers of a database are those that this program would create.

Nothing is written. On SQLite the statements of both are compared. PostgreSQL keeps no statement but what it made of it:
columns, keys and indexes are compared with the models, triggers and functions with their statements, and an expression
(a view, a rule of a table, the condition of an index) with what the planner makes of ours beside it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlmodel import SQLModel

from tracker.database import Database, Reader
from tracker.engine import FUNCTIONS, guards
from tracker.models import all_tables, derived_tables
from tracker.schema import OBJECTS, expected_objects, plain_statement, views

_SPACE = re.compile(r"\s+")
_TYPES = {"VARCHAR": "character varying"}
_EVENTS = ("INSERT", "DELETE", "UPDATE", "TRUNCATE")


@dataclass(frozen=True, slots=True)
class Deviation:
    """One object that is not as this program creates it; `what` is "missing", "altered" or "foreign"."""

    what: str
    kind: str
    name: str


def deviations(database: Database, reader: Reader) -> list[Deviation]:
    """What differs between the database and what this program would create, by kind and name."""
    if database.engine == "sqlite":
        present = {(kind, name): plain_statement(sql) for kind, name, sql in reader.tuples(OBJECTS)}
        found = _compared({key: plain_statement(sql) for key, sql in expected_objects().items()}, present)
    else:
        found = _Postgres(reader).deviations()
    return sorted(found, key=lambda one: (one.kind, one.name, one.what))


def _compared(expected: dict[tuple[str, str], str], present: dict[tuple[str, str], str]) -> Iterator[Deviation]:
    for key in expected.keys() - present.keys():
        yield Deviation("missing", *key)
    for key in present.keys() - expected.keys():
        yield Deviation("foreign", *key)
    for key in expected.keys() & present.keys():
        if expected[key] != present[key]:
            yield Deviation("altered", *key)


# --- PostgreSQL ------------------------------------------------------------------------------------------------------


class _Postgres:
    """The catalogue of a PostgreSQL database beside the models; a role that may only read is enough."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        all_tables(), derived_tables()
        self._tables = dict(SQLModel.metadata.tables)
        # Tables and views that are not ours as they are: the planner may refuse what builds on them.
        self._unsound: set[str] = set()

    def deviations(self) -> Iterator[Deviation]:
        """What differs."""
        present = self._names("r")
        for kind, name in self._foreign():
            yield Deviation("foreign", kind, name)
        for name in self._tables.keys() - present:
            self._unsound.add(name)
            yield Deviation("missing", "table", name)
        for name in self._tables.keys() & present:
            yield from self._table(self._tables[name])
        yield from self._views()
        yield from self._triggers()
        # Rules rewrite statements before any trigger sees them; this program has none.
        for (rule,) in self._reader.tuples("SELECT rulename FROM pg_rules WHERE schemaname = current_schema()"):
            yield Deviation("foreign", "rule", rule)
        yield from self._functions()

    def _names(self, kind: str) -> set[str]:
        sql = """
            SELECT relname FROM pg_class
            WHERE relkind = :kind AND relnamespace = CAST(current_schema() AS regnamespace)
        """
        return {str(name) for (name,) in self._reader.tuples(sql, {"kind": kind})}

    def _foreign(self) -> Iterator[tuple[str, str]]:
        """Tables and views in the schema of the ledger that are neither its own nor an extension's."""
        sql = """
            SELECT CASE WHEN c.relkind IN ('v', 'm') THEN 'view' ELSE 'table' END, c.relname
            FROM pg_class AS c
            WHERE c.relkind IN ('r', 'p', 'f', 'v', 'm') AND c.relnamespace = CAST(current_schema() AS regnamespace)
                AND NOT EXISTS (
                    SELECT 1 FROM pg_depend AS d
                    WHERE d.classid = CAST('pg_class' AS regclass) AND d.objid = c.oid AND d.deptype = 'e'
                )
        """
        ours = {*self._tables, *(name for name, _statement in views()), "alembic_version"}
        yield from ((kind, name) for kind, name in self._reader.tuples(sql) if name not in ours)

    def _table(self, table: sa.Table) -> Iterator[Deviation]:
        if self._columns(table.name) != {column.name: _column(column) for column in table.columns}:
            self._unsound.add(table.name)
            yield Deviation("altered", "table", table.name)
            return
        rules = self._constraints(table.name)
        for constraint in table.constraints:
            name = str(constraint.name)
            own = rules.pop(name, None)
            if own is None:
                yield Deviation("missing", "constraint", name)
            elif not self._same_constraint(table.name, constraint, *own):
                yield Deviation("altered", "constraint", name)
        for name in rules:
            yield Deviation("foreign", "constraint", name)
        indexes = self._indexes(table.name)
        for index in table.indexes:
            name = str(index.name)
            present = indexes.pop(name, None)
            if present is None:
                yield Deviation("missing", "index", name)
            elif not self._same_index(table.name, index, *present):
                yield Deviation("altered", "index", name)

    def _columns(self, table: str) -> dict[str, tuple[str, bool]]:
        sql = """
            SELECT attname, format_type(atttypid, atttypmod), attnotnull
            FROM pg_attribute
            WHERE attrelid = CAST(:name AS regclass) AND attnum > 0 AND NOT attisdropped
        """
        return {name: (kind, required) for name, kind, required in self._reader.tuples(sql, {"name": table})}

    def _constraints(self, table: str) -> dict[str, tuple[str, str, bool]]:
        sql = """
            SELECT conname, pg_get_constraintdef(oid), COALESCE(pg_get_expr(conbin, conrelid), ''), convalidated
            FROM pg_constraint
            WHERE conrelid = CAST(:name AS regclass) AND contype IN ('p', 'f', 'c', 'u')
        """
        rows = self._reader.tuples(sql, {"name": table})
        return {name: (definition, check, valid) for name, definition, check, valid in rows}

    def _same_constraint(
        self, table: str, constraint: sa.Constraint, definition: str, check: str, validated: bool
    ) -> bool:
        if not validated:
            return False
        if isinstance(constraint, sa.CheckConstraint):
            return self._same(f"SELECT {constraint.sqltext} FROM {table}", f"SELECT {check} FROM {table}")
        if isinstance(constraint, sa.PrimaryKeyConstraint):
            return definition == f"PRIMARY KEY ({', '.join(column.name for column in constraint.columns)})"
        if isinstance(constraint, sa.ForeignKeyConstraint):
            own = ", ".join(column.name for column in constraint.columns)
            [target] = {key.column.table.name for key in constraint.elements}
            other = ", ".join(key.column.name for key in constraint.elements)
            return definition == f"FOREIGN KEY ({own}) REFERENCES {target}({other})"
        return False

    def _indexes(self, table: str) -> dict[str, tuple[bool, str, str]]:
        sql = """
            SELECT c.relname, i.indisunique AND i.indisvalid, pg_get_indexdef(i.indexrelid),
                   COALESCE(pg_get_expr(i.indpred, i.indrelid), '')
            FROM pg_index AS i
            JOIN pg_class AS c ON c.oid = i.indexrelid
            WHERE i.indrelid = CAST(:name AS regclass)
        """
        rows = self._reader.tuples(sql, {"name": table})
        return {name: (unique, definition, condition) for name, unique, definition, condition in rows}

    def _same_index(self, table: str, index: sa.Index, unique: bool, definition: str, condition: str) -> bool:
        columns = re.sub(r" WHERE .*", "", definition.partition(" USING ")[2])
        where = index.dialect_options["sqlite"]["where"]
        if unique != bool(index.unique) or columns != f"btree ({', '.join(column.name for column in index.columns)})":
            return False
        if where is None or not condition:
            return where is None and not condition
        return self._same(f"SELECT {where} FROM {table}", f"SELECT {condition} FROM {table}")

    def _views(self) -> Iterator[Deviation]:
        present = self._names("v")
        columns = _view_columns()
        for name, statement in views():
            if name not in present:
                self._unsound.add(name)
                yield Deviation("missing", "view", name)
                continue
            if not self._unsound.isdisjoint(re.findall(r"\w+", statement)):
                continue
            # A query in a query, as a view is one: the planner names the columns of both alike.
            select = f"SELECT * FROM ({statement.partition(f'CREATE VIEW {name} AS')[2]}) AS {name}"
            if list(self._columns(name)) != columns[name] or not self._same(f"SELECT * FROM {name}", select):
                self._unsound.add(name)
                yield Deviation("altered", "view", name)

    def _same(self, one: str, other: str) -> bool:
        """Whether the planner makes the same of two queries: it executes neither."""
        plans = [self._reader.tuples(f"EXPLAIN (VERBOSE, COSTS OFF) {query}") for query in (one, other)]
        return plans[0] == plans[1]

    def _triggers(self) -> Iterator[Deviation]:
        sql = """
            SELECT c.relname, t.tgname, pg_get_triggerdef(t.oid), t.tgenabled = 'O'
            FROM pg_trigger AS t
            JOIN pg_class AS c ON c.oid = t.tgrelid
            WHERE NOT t.tgisinternal AND c.relnamespace = CAST(current_schema() AS regnamespace)
        """
        present = {
            name: _trigger(definition) if enabled else "disabled"
            for _table, name, definition, enabled in self._reader.tuples(sql)
        }
        wanted = (statement for statement in guards("postgres") if statement.startswith("CREATE TRIGGER"))
        expected = {statement.split(" ")[2]: _trigger(statement) for statement in wanted}
        yield from _compared(
            {("trigger", name): text for name, text in expected.items()},
            {("trigger", name): text for name, text in present.items()},
        )

    def _functions(self) -> Iterator[Deviation]:
        sql = """
            SELECT proname, CASE WHEN array_to_string(proconfig, ' ')
                = 'search_path=' || quote_ident(current_schema()) || ', pg_temp' THEN prosrc ELSE '' END
            FROM pg_proc
            WHERE pronamespace = CAST(current_schema() AS regnamespace) AND substr(CAST(proname AS text), 1, 8) = :ours
        """
        present = dict(self._reader.tuples(sql, {"ours": "tracker_"}))
        expected = {name: statement.split("$$")[1] for name, statement in FUNCTIONS.items()}
        yield from _compared(
            {("function", name): text for name, text in expected.items()},
            {("function", name): text for name, text in present.items()},
        )


def _column(column: sa.Column[object]) -> tuple[str, bool]:
    """Type and whether a value is required, as PostgreSQL names them."""
    name = column.type.compile(dialect=postgresql.dialect())  # type: ignore[no-untyped-call]
    for ours, theirs in _TYPES.items():
        name = name.replace(ours, theirs)
    return name if name.startswith("character") else name.lower(), not column.nullable


def _view_columns() -> dict[str, list[str]]:
    """The columns of every view, as SQLite reads our statements."""
    engine = sa.create_engine("sqlite://")
    with engine.connect() as connection:
        SQLModel.metadata.create_all(connection)
        for _name, statement in views():
            connection.exec_driver_sql(statement)
        return {
            name: [row[1] for row in connection.exec_driver_sql(f"PRAGMA table_info({name})")] for name, _sql in views()
        }


def _trigger(statement: str) -> str:
    """A trigger without the freedom in writing it: the order of its events, the schema of its table."""
    text = _SPACE.sub(" ", statement)
    head, _on, tail = text.partition(" ON ")
    begin, _before, events = head.partition(" BEFORE ")
    names = events.split(" OR ")
    listed = sorted(names, key=_EVENTS.index) if set(names) <= set(_EVENTS) else [events]
    table, _space, rest = tail.partition(" ")
    return f"{begin} BEFORE {' OR '.join(listed)} ON {table.rpartition('.')[2]} {rest.replace('public.', '')}"
