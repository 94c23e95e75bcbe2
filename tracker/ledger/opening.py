"""Opening a ledger: change 0 writes its id and the currencies, so that the hashes cover them too."""

from __future__ import annotations

from uuid import uuid4

import sqlalchemy as sa

from tracker import schema
from tracker.currencies import CODES, minor_digits
from tracker.database import Database
from tracker.ledger import derived
from tracker.ledger.transaction import Writer, recorded
from tracker.models.ledger import Currency, Ledger


def create(database: Database, writer: Writer) -> None:
    """Create a ledger where there is none. Raises Refused where anything is there already."""

    def fill(connection: sa.Connection) -> None:
        derived.stamp(connection)
        with recorded(connection, writer) as store:
            store.add(Ledger(uuid=str(uuid4())))
            for code in CODES:
                store.add(Currency(code=code, minor_per_unit=10 ** minor_digits(code)))

    schema.create(database, fill)
