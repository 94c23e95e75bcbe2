"""Schedules: which reports are delivered when and where. A run is recorded too, but is no change of the ledger."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from tracker.database import Database
from tracker.engine import make_engine
from tracker.errors import Refused, ValueRefused
from tracker.i18n import _
from tracker.ledger.store import Store
from tracker.ledger.transaction import RETRY
from tracker.models.schedule import Schedule, ScheduleDelivery, ScheduleRun
from tracker.schema import require_current_for_writing
from tracker.text import clean_code, fold, pick

_TRIES = 5


@dataclass(frozen=True, slots=True)
class NewSchedule:
    """A schedule whose every word was checked; the fields are those of the table, several things a line each."""

    name: str
    cron: str
    reports: tuple[str, ...]
    lang: str
    since: str = "last-run"
    begins: date | None = None
    phrase: str | None = None
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
        raise ValueRefused(_("the name “{name}” is used in file names: leave out the “/”").format(name=name))
    return name


@dataclass(frozen=True, slots=True)
class Added:
    """A schedule, and whether it is "new", "changed" or the "same" as before."""

    row: Schedule
    outcome: str


def add(store: Store, new: NewSchedule, *, replace: bool = False) -> Added:
    """Record a schedule; with `replace`, as the next version of the one of that name, whose runs it continues.

    Raises Refused where there is one of that name already and `replace` is not given.
    """
    old = [row for row in store.find(Schedule) if fold(row.name) == fold(new.name)]
    if old and not replace:
        raise Refused(
            _("there is already a schedule “{name}”; to change it, give all of it again with --replace").format(
                name=old[0].name
            )
        )
    if not old:
        return Added(store.add(Schedule.model_validate(new.facts())), "new")
    if old[0].facts() == new.facts():
        return Added(old[0], "same")
    return Added(store.revise(old[0], **new.facts()), "changed")


def remove(store: Store, name: str) -> Schedule:
    """End a schedule; its runs stay on record. Raises UsageError, with the closest name, where there is none."""
    row = pick(name, [((one.name,), one) for one in store.find(Schedule)], _("schedule"))
    store.end(row)
    return row


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
    with make_engine(database).begin() as connection:
        require_current_for_writing(connection)
        number = _next(connection, "schedule_run")
        facts = {name: getattr(run, name) for name in ScheduleRun.model_fields if name not in ("id", "schedule_id")}
        connection.execute(sa.insert(ScheduleRun), [facts | {"id": number, "schedule_id": run.schedule}])
        first = _next(connection, "schedule_delivery")
        rows = [asdict(one) | {"id": first + place, "run_id": number} for place, one in enumerate(run.deliveries)]
        if rows:
            connection.execute(sa.insert(ScheduleDelivery), rows)
        return number


def _next(connection: sa.Connection, table: str) -> int:
    """The next number: gapless on both engines, because the write lock is held."""
    return int(connection.execute(sa.text(f"SELECT COALESCE(MAX(id), 0) + 1 FROM {table}")).scalar_one())
