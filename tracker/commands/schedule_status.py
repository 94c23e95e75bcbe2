"""How the schedules stand: what is next, what came of the last runs, and what the crontab has of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from tracker.app import App
from tracker.commands.answer import present
from tracker.commands.options import View
from tracker.commands.schedule_install import describe
from tracker.commands.schedule_new import clocks
from tracker.database import Reader
from tracker.errors import Refused
from tracker.i18n import _
from tracker.queries import schedules as questions
from tracker.queries.asked import Asked
from tracker.queries.schedules import ScheduleRow
from tracker.reports.report import Report
from tracker.reports.schedules import ScheduleStatus, schedule_list, schedule_show
from tracker.schedule.upcoming import next_moments, zone_named
from tracker.text import fold


@dataclass(frozen=True, slots=True)
class Known:
    """What the crontab starts: names and their lines, the lines it should have, and why nobody is mailed."""

    lines: dict[str, bytes]
    wanted: dict[str, bytes]
    unmailed: str | None

    def of(self, row: ScheduleRow) -> str:
        """Whether the crontab has the schedule, and as it is."""
        if row.name not in self.lines:
            return "no"
        return "yes" if self.lines[row.name] == self.wanted.get(row.name) else "outdated"


def list_report(app: App, view: View) -> None:
    """Print every schedule."""

    def build(reader: Reader, asked: Asked) -> Report:
        rows = questions.schedules(reader, asked)
        last = questions.last_runs(reader)
        known = _known(app, questions.schedules(reader, Asked(asked.as_of)))
        statuses = [_status(app, row, last.get(row.schedule_id), known, 1) for row in rows]
        live = {fold(row.name) for row in rows}
        orphans = [name for name in known.lines if fold(name) not in live] if known else []
        printing = [row.name for row in rows if known and row.name in known.lines and not row.targets]
        lost = f"{', '.join(printing)}: {known.unmailed}" if known and known.unmailed and printing else None
        return schedule_list(asked, statuses, orphans, lost)

    present(app, view, app.read(build, as_of=view.as_of, known_on=view.known_on))


def show_report(app: App, view: View, name: str) -> None:
    """Print one schedule."""

    def build(reader: Reader, asked: Asked) -> Report:
        row = questions.named(questions.schedules(reader, asked), name)
        runs = [(run, questions.deliveries(reader, run.run_id)) for run in questions.runs(reader, row.schedule_id)]
        known = _known(app, questions.schedules(reader, Asked(asked.as_of)))
        status = _status(app, row, runs[0][0] if runs else None, known, 5)
        return schedule_show(asked, status, clocks(row.zone), runs)

    present(app, view, app.read(build, as_of=view.as_of, known_on=view.known_on))


def say_still_installed(app: App, name: str) -> None:
    """Say that the crontab still starts a schedule that was removed."""
    known = _known(app, (), quietly=True)
    if known and any(fold(one) == fold(name) for one in known.lines):
        app.say(_("your crontab still starts it; take it out with: tracker schedule install"))


def _status(
    app: App, row: ScheduleRow, last: questions.RunRow | None, known: Known | None, count: int
) -> ScheduleStatus:
    upcoming = tuple(next_moments(row.cron, zone_named(row.zone), app.now, count))
    return ScheduleStatus(row, upcoming, last, known.of(row) if known else None)


def _known(app: App, rows: Iterable[ScheduleRow], *, quietly: bool = False) -> Known | None:
    """What the crontab has; where it cannot be read, that is said and None returned."""
    try:
        return Known(*describe(app, list(rows)))
    except Refused as error:
        if not quietly:
            app.say(_("whether the crontab has them is not known: {reason}").format(reason=error))
        return None
