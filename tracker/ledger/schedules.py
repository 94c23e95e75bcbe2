"""Schedules: what is sent when and where, as changes of the ledger; and the record of their runs, which is none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session, col, select

from tracker.database import Database
from tracker.engine import make_engine
from tracker.errors import Refused, ValueRefused
from tracker.i18n import _
from tracker.ledger.book import Book, Done
from tracker.ledger.writing import RETRY
from tracker.lookup import pick
from tracker.models import Schedule, ScheduleDelivery, ScheduleRun
from tracker.schema import require_current_for_writing
from tracker.text import clean_code, fold

_TRIES = 5


@dataclass(frozen=True, slots=True)
class NewSchedule:
    """A schedule whose every word was checked; the fields are those of the table, several things a line each."""

    name: str
    cron: str
    reports: tuple[str, ...]
    lang: str
    since: str = "last-run"
    said: str | None = None
    zone: str | None = None
    options: str | None = None
    targets: tuple[str, ...] = ()
    format: str | None = None
    silent: str = "empty"
    fail_on: str | None = None

    def facts(self) -> dict[str, object]:
        """The columns of the row."""
        return asdict(self) | {"reports": "\n".join(self.reports), "targets": "\n".join(self.targets) or None}


@dataclass(frozen=True, slots=True)
class Delivered:
    """What a run did for one target; `error` is a sentence without a secret, None where nothing failed."""

    target: str
    result: str
    from_change: int
    until_change: int
    error: str | None = None


@dataclass(frozen=True, slots=True)
class RunRecord:
    """A run that came to its end: `schedule` is the id, `result` delivered, partial, failed or empty; moments aware.

    It covered the changes after `from_change` up to `until_change`.
    """

    schedule: int
    started: datetime
    finished: datetime
    result: str
    from_change: int
    from_at: datetime | None
    until_change: int
    until_at: datetime
    deliveries: tuple[Delivered, ...] = ()
    error: str | None = None


def schedule_name(text: str) -> str:
    """The name as it is stored: letters and digits of any script with - _ . between. Raises ValueRefused."""
    name = clean_code(text, _("the name of a schedule"))
    if "/" in name:
        raise ValueRefused(_("the name “{name}” stands in names of files: leave out the “/”").format(name=name))
    return name


def add(book: Book, new: NewSchedule, *, replace: bool = False) -> Done:
    """Record a schedule; with `replace`, in place of the one of that name, whose runs it goes on.

    Raises Refused where there is one of that name already and `replace` is not said.
    """
    old = [row for row in book.live(Schedule) if fold(row.name) == fold(new.name)]
    if old and not replace:
        raise Refused(
            _("there is already a schedule “{name}”; to change it, say all of it again with --replace").format(
                name=old[0].name
            )
        )
    if not old:
        book.add(Schedule.model_validate(new.facts()))
        return Done((_("schedule {name} added: {when}").format(name=new.name, when=new.said or new.cron),))
    if old[0].facts() == new.facts():
        return Done((_("schedule {name} is that already").format(name=new.name),))
    book.revise(old[0], **new.facts())
    return Done((_("schedule {name} changed: {when}").format(name=new.name, when=new.said or new.cron),))


def remove(book: Book, name: str) -> Done:
    """Take a schedule back; its runs stay on record. Raises UsageError, with the closest name, where there is none."""
    row = pick(name, [((one.name,), one) for one in book.live(Schedule)], _("schedule"))
    book.void(row)
    return Done((_("schedule {name} removed").format(name=row.name),))


def record_run(database: Database, run: RunRecord) -> int:
    """Write a run and its deliveries in one short transaction of its own; its number.

    It is no change of the ledger. Raises Refused where the database cannot take it.
    """
    with database.translated():
        for _try in range(_TRIES):
            try:
                return _write_run(database, run)
            except DBAPIError as error:
                # SQLite has waited for its lock by then; PostgreSQL asks for another try.
                if getattr(error.orig, "sqlstate", None) not in RETRY:
                    raise
        return _write_run(database, run)


def _write_run(database: Database, run: RunRecord) -> int:
    with Session(make_engine(database)) as session:
        require_current_for_writing(session.connection())
        number = _next(session, ScheduleRun)
        session.add(_run_row(number, run))
        session.flush()
        session.add_all(_delivery_rows(_next(session, ScheduleDelivery), number, run.deliveries))
        session.commit()
        return number


def _next(session: Session, model: type[ScheduleRun] | type[ScheduleDelivery]) -> int:
    """The next number: gapless on both engines, because the write lock is held."""
    return (session.exec(select(sa.func.max(col(model.id)))).one() or 0) + 1


def _run_row(number: int, run: RunRecord) -> ScheduleRun:
    return ScheduleRun(
        id=number,
        schedule_id=run.schedule,
        started=run.started,
        finished=run.finished,
        result=run.result,
        from_change=run.from_change,
        from_at=run.from_at,
        until_change=run.until_change,
        until_at=run.until_at,
        error=run.error,
    )


def _delivery_rows(first: int, run: int, delivered: Sequence[Delivered]) -> list[ScheduleDelivery]:
    return [
        ScheduleDelivery(
            id=number,
            run_id=run,
            target=one.target,
            result=one.result,
            from_change=one.from_change,
            until_change=one.until_change,
            error=one.error,
        )
        for number, one in enumerate(delivered, start=first)
    ]
