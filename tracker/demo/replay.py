"""Replaying a history through the ledger: one step is one recorded change, all of them one transaction."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta

from tracker.database import Database
from tracker.demo.acting import Numbers, carry_out
from tracker.demo.steps import Step
from tracker.demo.wording import command
from tracker.engine import make_engine
from tracker.ledger.transaction import Writer, recorded
from tracker.schema import require_current_for_writing

ACTOR = "demo"
# Noon in China: the moment lies in the day it is meant for in every zone west of it down to four hours behind UTC.
NOON = time(4, tzinfo=UTC)


def opener(day: date) -> Writer:
    """Who opens an example ledger, just before its first step is recorded on `day`."""
    return Writer(ACTOR, "init", datetime.combine(day, NOON) - timedelta(seconds=1), day)


def replay(database: Database, steps: Iterable[Step]) -> None:
    """Carry out `steps` in a ledger that was just opened, so that step n is change n; all or none."""
    numbers: Numbers = {}
    moment = datetime.min.replace(tzinfo=UTC)
    with database.translated(), make_engine(database).connect() as connection, connection.begin():
        require_current_for_writing(connection)
        for number, step in enumerate(steps, start=1):
            moment = max(moment + timedelta(seconds=1), datetime.combine(step.recorded_on, NOON))
            writer = Writer(ACTOR, command(step.act, numbers), moment, step.recorded_on)
            with recorded(connection, writer) as store:
                carry_out(store, step.act, number, numbers)
