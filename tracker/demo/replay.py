"""Replaying a history through the ledger: one step is one recorded change, all of them one transaction."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, time, timedelta

from sqlmodel import Session

from tracker.database import Database
from tracker.demo.acting import Numbers, carry_out
from tracker.demo.steps import Step, Undo
from tracker.demo.wording import command
from tracker.engine import make_engine
from tracker.ledger.writing import Writer, recorded
from tracker.schema import require_current_for_writing

ACTOR = "demo"
# Noon in China: the moment lies in the day it is meant for in every zone west of it down to four hours behind UTC.
NOON = time(4, tzinfo=UTC)


def replay(database: Database, steps: Iterable[Step]) -> None:
    """Carry out `steps` in a ledger without changes, so that step n is change n; all or none."""
    numbers: Numbers = {}
    moment = datetime.min.replace(tzinfo=UTC)
    with database.translated(), Session(make_engine(database), expire_on_commit=False) as session, session.begin():
        require_current_for_writing(session.connection())
        for number, step in enumerate(steps, start=1):
            moment = max(moment + timedelta(seconds=1), datetime.combine(step.recorded_on, NOON))
            writer = Writer(ACTOR, command(step.act, numbers), moment, step.recorded_on)
            undoes = step.act.change if isinstance(step.act, Undo) else None
            with recorded(session, writer, undoes) as book:
                carry_out(book, step.act, number, numbers)
