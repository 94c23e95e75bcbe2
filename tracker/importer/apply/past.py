"""Whether a person changed a value, or removed a record, that an import had written: the origins of its versions.

A change with the origin "import" is the file's, one with "undo" is nobody's, any other is a person's.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

import sqlalchemy as sa

from tracker.ledger.store import Store
from tracker.models.base import OPEN, Versioned

M = TypeVar("M", bound=Versioned)
_FILE, _NOBODY = "import", "undo"


class Past:
    """The versions of records, asked for only where a file says something else than the ledger."""

    def __init__(self, store: Store) -> None:
        """Look back from the change that is being written."""
        self._store = store
        self._removed: dict[type[Versioned], Sequence[Any]] = {}

    def edited(self, row: Versioned, columns: Iterable[str]) -> bool:
        """Whether a person was the last to write what `row` says in `columns`, after an import wrote it."""
        names = tuple(columns)
        origins: list[str] = []
        before: object = None
        for version, origin in self._versions(type(row), [row.id]):
            values = tuple(getattr(version, name) for name in names)
            if not origins or values != before:
                origins.append(origin)
                before = values
        return bool(origins) and origins[-1] not in (_FILE, _NOBODY) and _FILE in origins

    def by_person(self, row: Versioned) -> bool:
        """Whether a person wrote the present version of a record."""
        return self._origin(row) not in (_FILE, _NOBODY)

    def by_import(self, row: Versioned) -> bool:
        """Whether an import wrote the present version of a record."""
        return self._origin(row) == _FILE

    def removed(self, model: type[Versioned], keys: dict[str, Any]) -> bool:
        """Whether an import recorded something with these columns, and a person removed it."""
        return any(all(getattr(row, name) == value for name, value in keys.items()) for row in self.gone(model))

    def gone(self, model: type[M]) -> Sequence[M]:
        """The versions that imports wrote of the records that people removed."""
        if model not in self._removed:
            table = str(model.__tablename__)
            removed = sa.text(
                f"SELECT v.id FROM {table} AS v JOIN change AS c ON c.id = v.recorded_to "
                f"WHERE v.recorded_to < {OPEN} AND c.origin NOT IN ('{_FILE}', '{_NOBODY}') AND NOT EXISTS "
                f"(SELECT 1 FROM {table} AS later WHERE later.id = v.id AND later.recorded_from >= v.recorded_to)"
            )
            versions = self._versions(model, removed.columns(sa.column("id")))
            self._removed[model] = [version for version, origin in versions if origin == _FILE]
        return self._removed[model]

    def _origin(self, row: Versioned) -> str:
        if row.recorded_from == self._store.change.id:
            return self._store.change.origin
        query = sa.text("SELECT origin FROM change WHERE id = :id")
        return str(self._store.connection.execute(query, {"id": row.recorded_from}).scalar())

    def _versions(self, model: type[M], numbers: Any) -> list[tuple[M, str]]:
        """The versions of records before this change, the first ones first, each with the origin of its change."""
        table: sa.Table = model.__table__  # type: ignore[attr-defined]
        change = sa.table("change", sa.column("id"), sa.column("origin"))
        query = (
            sa.select(table, change.c.origin.label("change_origin"))
            .join(change, change.c.id == table.c.recorded_from)
            .where(table.c.id.in_(numbers))
            .order_by(table.c.id, table.c.recorded_from)
        )
        found = [dict(row) for row in self._store.connection.execute(query).mappings()]
        return [(model(**row), origin) for row in found if (origin := row.pop("change_origin"))]
