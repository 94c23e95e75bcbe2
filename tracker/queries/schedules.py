"""Questions about schedules: what is sent when and where, what runs did, and from where the next one counts."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from tracker.database import Reader
from tracker.dates import MachineZone
from tracker.i18n import _
from tracker.queries.as_of import AsOf, last_change_before
from tracker.queries.changes import as_date
from tracker.queries.projects import bound
from tracker.text import pick

# What moves the point from which the next run counts: it came through, or there was nothing to say.
_DONE = "('delivered', 'empty')"


class ScheduleRow(NamedTuple):
    """A schedule as it is known, since `row_change` at `row_at` (UTC); texts of several lines hold one thing a line."""

    schedule_id: int
    name: str
    cron: str
    phrase: str | None
    zone: str | None
    reports: str
    options: str | None
    since: str
    begins: date | None
    lang: str
    targets: str | None
    format: str | None
    silent: str
    fail_on: str | None
    row_change: int
    row_at: datetime

    @property
    def definition(self) -> str:
        """The hash of everything that was given for it: a crontab starts this, and not what it became later."""
        return hashlib.sha256(json.dumps(self[1:-2], default=str).encode()).hexdigest()[:32]

    @property
    def only_if_changed(self) -> bool:
        """Whether nothing is delivered where nothing was recorded since the last run."""
        return self.silent == "unchanged"

    @property
    def always(self) -> bool:
        """Whether an empty digest is delivered too."""
        return self.silent == "never"

    @property
    def report_lines(self) -> tuple[str, ...]:
        """The command lines of its reports."""
        return tuple(self.reports.splitlines())

    @property
    def target_lines(self) -> tuple[str, ...]:
        """Where it is delivered; empty: to its own output."""
        return tuple((self.targets or "").splitlines())


class RunRow(NamedTuple):
    """One run: it covered the changes after `from_change` up to `until_change`; moments in UTC."""

    run_id: int
    schedule_id: int
    started: datetime
    finished: datetime
    result: str
    from_change: int
    from_at: datetime | None
    until_change: int
    until_at: datetime
    error: str | None


class DeliveryRow(NamedTuple):
    """What a run did for one target."""

    run_id: int
    target: str
    result: str
    from_change: int
    until_change: int
    error: str | None


class Watermark(NamedTuple):
    """The last delivered change, and when (UTC); `at` is None where the ledger had no change before."""

    change: int
    at: datetime | None


def schedules(reader: Reader, as_of: AsOf) -> list[ScheduleRow]:
    """Every schedule known, in the order first written."""
    sql = f"""
        SELECT s.id, s.name, s.cron, s.phrase, s.zone, s.reports, s.options, s.since, s.begins, s.lang, s.targets,
               s.format, s.silent, s.fail_on, c.id, c.recorded_at
        FROM schedule AS s
        JOIN change AS c ON c.id = s.recorded_from
        WHERE {as_of.known_in("s")}
        ORDER BY s.id
    """
    return reader.rows(ScheduleRow, sql, bound(as_of))


def named(rows: Iterable[ScheduleRow], name: str) -> ScheduleRow:
    """The schedule of this name; case and width do not count. Raises UsageError, with the closest name."""
    return pick(name, [((row.name,), row) for row in rows], _("schedule"))


def last_runs(reader: Reader) -> dict[int, RunRow]:
    """For each schedule that ran, its last run: the last one recorded, whatever the clock showed."""
    return {
        run.schedule_id: run for run in _runs(reader, "r.id IN (SELECT MAX(id) FROM schedule_run GROUP BY schedule_id)")
    }


def runs(reader: Reader, schedule: int, limit: int = 5) -> list[RunRow]:
    """The latest runs of a schedule, newest first."""
    return _runs(reader, "r.schedule_id = :schedule", {"schedule": schedule, "limit": limit}, " LIMIT :limit")


def _runs(reader: Reader, where: str, parameters: dict[str, Any] | None = None, limit: str = "") -> list[RunRow]:
    sql = f"""
        SELECT r.id, r.schedule_id, r.started, r.finished, r.result, r.from_change, r.from_at, r.until_change,
               r.until_at, r.error
        FROM schedule_run AS r
        WHERE {where}
        ORDER BY r.id DESC{limit}
    """
    return reader.rows(RunRow, sql, parameters)


def deliveries(reader: Reader, run: int) -> list[DeliveryRow]:
    """What a run did for each of its targets."""
    sql = """
        SELECT run_id, target, result, from_change, until_change, error
        FROM schedule_deliveries
        WHERE run_id = :run AND target IS NOT NULL
        ORDER BY target
    """
    return reader.rows(DeliveryRow, sql, {"run": run})


def last_change(reader: Reader) -> Watermark:
    """The last change of the ledger: up to where a run that begins now counts."""
    return _watermark(reader, "id = (SELECT MAX(id) FROM change)", {}) or Watermark(0, None)


def last_delivered(reader: Reader) -> Watermark | None:
    """Up to where the newest run of any schedule that was delivered had counted; None where none was."""
    sql = """
        SELECT r.until_change, r.until_at
        FROM schedule_run AS r
        WHERE r.result = 'delivered'
        ORDER BY r.id DESC LIMIT 1
    """
    found = reader.rows(Watermark, sql)
    return found[0] if found else None


def since_last_run(reader: Reader, schedule: int) -> Watermark:
    """Up to where the last run of a schedule that came through had counted, else the beginning of the first digest.

    The ledger's order counts and no clock.
    """
    sql = f"""
        SELECT r.until_change, r.until_at
        FROM schedule_run AS r
        WHERE r.schedule_id = :schedule AND r.result IN {_DONE}
        ORDER BY r.id DESC LIMIT 1
    """
    found = reader.rows(Watermark, sql, {"schedule": schedule})
    return found[0] if found else beginning(reader, schedule)


def since_delivered(reader: Reader, schedule: int, target: str) -> Watermark:
    """The last change delivered to `target`: it gets those after it, also where earlier deliveries to it failed.

    A target that the schedule was given later counts from the last run before that.
    """
    sql = """
        SELECT d.result, d.from_change, d.until_change
        FROM schedule_deliveries AS d
        WHERE d.schedule_id = :schedule AND d.target = :target
        ORDER BY d.run_id DESC
    """
    begin = None
    for result, first, last in reader.tuples(sql, {"schedule": schedule, "target": target}):
        if result != "failed":
            return _at(reader, int(last))
        begin = int(first)
    return since_last_run(reader, schedule) if begin is None else _at(reader, begin)


def beginning(reader: Reader, schedule: int) -> Watermark:
    """The first digest tells of all there is, or of what was recorded from a day on in the zone of the schedule."""
    sql = "SELECT begins, zone FROM schedule WHERE id = :schedule ORDER BY recorded_from DESC LIMIT 1"
    for begins, zone in reader.tuples(sql, {"schedule": schedule}):
        if begins is not None:
            day = datetime.combine(as_date(begins), time.min, ZoneInfo(zone) if zone else MachineZone())
            return _at(reader, last_change_before(reader, day))
    return _at(reader, 0)


def _at(reader: Reader, change: int) -> Watermark:
    return _watermark(reader, "id = :change", {"change": change}) or Watermark(change, None)


def _watermark(reader: Reader, where: str, parameters: dict[str, Any]) -> Watermark | None:
    found = reader.rows(Watermark, f"SELECT id, recorded_at FROM change WHERE {where}", parameters)
    return found[0] if found else None
