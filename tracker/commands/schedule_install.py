"""The schedules of a ledger in the user's crontab, or as files for systemd."""

from __future__ import annotations

import os
from collections.abc import Sequence

from tracker.app import App
from tracker.commands.schedule_new import folder_now
from tracker.i18n import _, ngettext
from tracker.queries import schedules as questions
from tracker.queries.schedules import ScheduleRow
from tracker.schedule import crontab
from tracker.schedule.jobs import Job, Program, jobs, place_of, program, require_standing_alone
from tracker.schedule.systemd import units
from tracker.schedule.upcoming import system_zone
from tracker.settings import project_file


def install(app: App, *, only_print: bool) -> None:
    """Write the block of this database into the user's crontab, or print its lines."""
    start = _program(app)
    rows = _rows(app)
    if only_print:
        found = _jobs(app, rows, start, b"")
        app.print("".join(os.fsdecode(crontab.line(job)) + "\n" for job in found))
        if not found:
            app.say(_("there is no schedule to install"))
        return
    if rows:
        require_standing_alone(start)
    before = crontab.read_crontab()
    found = _jobs(app, rows, start, before)
    after = crontab.with_block(before, start.place, found)
    if after != before:
        crontab.write_crontab(after)
    app.say(_said(len(found), changed=after != before))
    for job in found:
        if not job.when.exact:
            app.say(
                _("{name}: cron starts it at {line}, and it runs only when it is due").format(
                    name=job.name, line=job.when.line
                )
            )
    if (reason := crontab.unmailed(after, start.place)) and (printing := [row.name for row in rows if not row.targets]):
        app.say(f"{', '.join(printing)}: {reason}")


def uninstall(app: App) -> None:
    """Take the block of this database out of the user's crontab."""
    place = place_of(app.database)
    before = crontab.read_crontab()
    after = crontab.without_block(before, place)
    if after == before:
        app.say(_("your crontab has no schedule of this database"))
        return
    crontab.write_crontab(after)
    app.say(_("the schedules of this database are out of your crontab; they stay in the ledger"))


def print_units(app: App, name: str | None) -> None:
    """Print the files that start every schedule, or that of `name`, with systemd."""
    found = [unit for job in _jobs(app, _rows(app, name), _program(app), b"") for unit in units(job)]
    app.print("\n".join(f"# {unit.place}\n{unit.content}" for unit in found))
    if not found:
        app.say(_("there is no schedule to install"))


def describe(app: App, rows: Sequence[ScheduleRow]) -> tuple[dict[str, bytes], dict[str, bytes], str | None]:
    """The lines the crontab has of this database by schedule, those install would write, and why none is mailed."""
    before = crontab.read_crontab()
    block = crontab.find_block(before, place_of(app.database))
    if block is None:
        return {}, {}, None
    wanted = {job.name: crontab.line(job) for job in _jobs(app, rows, _program(app), before)}
    return crontab.scheduled_names(block), wanted, crontab.unmailed(before, place_of(app.database))


def _rows(app: App, name: str | None = None) -> list[ScheduleRow]:
    rows = app.read(questions.schedules)
    return rows if name is None else [questions.named(rows, name)]


def _program(app: App) -> Program:
    folder = folder_now()
    file = project_file(folder) if folder else None
    return program(app.database, os.environ, file.parent if file else None)


def _jobs(app: App, rows: Sequence[ScheduleRow], start: Program, table: bytes) -> list[Job]:
    return jobs(rows, start, system_zone(), app.now, doubt=crontab.names_zone(table))


def _said(count: int, *, changed: bool) -> str:
    if not changed:
        return _("your crontab is up to date; nothing was written")
    if not count:
        return _("there is no schedule left: the block of this database is out of your crontab")
    return ngettext(
        "{count} schedule is in your crontab; take it out with: tracker schedule uninstall",
        "{count} schedules are in your crontab; take them out with: tracker schedule uninstall",
        count,
    ).format(count=count)
