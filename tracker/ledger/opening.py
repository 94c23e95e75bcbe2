"""Opening a ledger: change 0 writes its id and the currencies, so that the hashes cover them too."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import uuid4

import sqlalchemy as sa

from tracker import schema
from tracker.currencies import CODES, minor_digits
from tracker.database import Database, Reader
from tracker.engine import make_engine
from tracker.errors import Refused
from tracker.i18n import _
from tracker.ledger import derived
from tracker.ledger.hash_chain import require_unaltered
from tracker.ledger.transaction import Writer, recorded
from tracker.models import all_tables
from tracker.models.ledger import Currency, Ledger


def create(database: Database, writer: Writer) -> None:
    """Create a ledger where there is none. Raises Refused where anything is there already."""

    def fill(connection: sa.Connection) -> None:
        derived.stamp(connection)
        with recorded(connection, writer) as store:
            store.add(Ledger(uuid=str(uuid4())))
            store.insert_many(
                Currency, ("code", "minor_per_unit"), ((code, 10 ** minor_digits(code)) for code in CODES)
            )

    schema.create(database, fill)


_TOGETHER = 2_000


@dataclass(frozen=True, slots=True)
class Copied:
    """How many rows each table has on both sides, and the number and hash of the last change."""

    rows: dict[str, int]
    change: int
    digest: str


def copy(source: Database, target: Database) -> Copied:
    """Carry the ledger in `source` to the empty `target`, in one transaction.

    The rows are counted and the hashes of all changes computed anew on the other side. Raises Refused where `target`
    holds anything, `source` has another schema, or what arrived is not what was sent; nothing is left behind then.
    """
    if source == target:
        raise Refused(_("{place} is the ledger itself; nothing was changed").format(place=target))
    with source.reading() as reader:
        schema.require_current(source, reader)
    result: list[Copied] = []
    with make_engine(source, reading=True).connect() as origin, origin.begin():

        def fill(connection: sa.Connection) -> None:
            counts = {}
            for table in all_tables():
                counts[table.name] = sum(_send(connection, table, rows) for rows in _batches(origin, table))
            result.append(_verified(source, connection, counts))

        def derive(connection: sa.Connection) -> None:
            derived.rebuild(connection)

        schema.create(target, derive, rows=fill)
    return result[0]


def _batches(origin: sa.Connection, table: sa.Table) -> Iterator[list[dict[str, object]]]:
    query = sa.select(table).order_by(*table.primary_key).execution_options(yield_per=_TOGETHER)
    found = origin.execute(query)
    for some in found.mappings().partitions():
        yield [dict(row) for row in some]


def _send(connection: sa.Connection, table: sa.Table, rows: list[dict[str, object]]) -> int:
    connection.execute(sa.insert(table), rows)
    return len(rows)


def _verified(source: Database, connection: sa.Connection, sent: dict[str, int]) -> Copied:
    """Count what arrived and compute every hash from it."""
    for name, count in sent.items():
        arrived = connection.execute(sa.select(sa.func.count()).select_from(sa.table(name))).scalar_one()
        if arrived != count:
            raise Refused(
                _("{table}: {sent} rows were sent and {arrived} arrived; nothing was changed").format(
                    table=name, sent=count, arrived=arrived
                )
            )
    engine = "postgres" if connection.dialect.name == "postgresql" else "sqlite"
    return Copied(sent, *require_unaltered(Reader(connection.connection.dbapi_connection, engine), source))
