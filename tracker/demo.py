"""The example ledgers, imported from CSV: the Pinghu portfolio with its quotations, and a made-up zone."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from functools import partial
from typing import TYPE_CHECKING

# Loading this module costs nothing: the ledger, its models and the importer are loaded when something is built.
if TYPE_CHECKING:
    from tracker.database import Database

# The report on Pinghu appeared in that month; the made-up zone was reported up to the end of June.
DAYS = {"pinghu": date(2023, 2, 28), "zone": date(2023, 6, 30)}
# Noon in China: the moment lies in the day it is meant for in every zone west of it down to four hours behind UTC.
_NOON = time(4, tzinfo=UTC)


def build(database: Database, name: str) -> None:
    """Create a ledger at `database` and import the files of db/demo/`name` ("pinghu", "zone") in one change of its day.

    Raises Refused where anything is there already; leaves no file behind when it fails.
    """
    from tracker.importer.apply import attempt, rejected
    from tracker.importer.matching import Rules
    from tracker.importer.open_input import Wanted, open_kinds
    from tracker.ledger.transaction import Writer, create, write
    from tracker.schema import folder

    day = DAYS[name]
    writer = Writer("demo", f"import {name}", datetime.combine(day, _NOON), day, "import")
    inputs = open_kinds(folder("demo") / name, Wanted(day, "CNY"))
    create(database, writer)
    try:
        result = attempt(
            partial(write, database, writer), inputs, Rules(day, "CNY"), dry_run=False, skip_bad=False, check=False
        )
        if not result.accepted:
            raise rejected(result.outcome)
    except BaseException:
        if database.engine == "sqlite":
            database.path.unlink(missing_ok=True)
        raise
