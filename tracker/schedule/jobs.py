"""What the machine's own scheduler is told to start: a command that stands alone, for every schedule of a ledger."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING

from tracker.database import Database
from tracker.errors import Refused
from tracker.i18n import _
from tracker.schedule.trigger import Trigger, hourly, trigger
from tracker.schedule.upcoming import zone_named
from tracker.text import clean_code, show

if TYPE_CHECKING:
    from tracker.queries.schedules import ScheduleRow

# Where settings, locks and data are looked for; a job does not inherit what a session says about it.
_PLACES = {"XDG_CONFIG_HOME": ".config", "XDG_DATA_HOME": ".local/share", "XDG_STATE_HOME": ".local/state"}
_SECRET_PARAMETERS = ("password", "sslpassword")


@dataclass(frozen=True, slots=True)
class Program:
    """How the program is started from anywhere: interpreter, database, and the folder its settings are found from.

    `place` is the database as its marker names it, without a secret.
    """

    interpreter: str
    database: str
    place: str
    environment: tuple[tuple[str, str], ...] = ()
    folder: str | None = None


@dataclass(frozen=True, slots=True)
class Job:
    """One schedule as the machine starts it; `expression` and `zone` (a name, None: the machine's) are its own."""

    name: str
    when: Trigger
    expression: str
    zone: str | None
    words: tuple[str, ...]
    environment: tuple[tuple[str, str], ...]
    folder: str | None


def program(database: Database, environment: Mapping[str, str], folder: Path | None) -> Program:
    """How this very program is started again; `folder` is that of the project's settings file, where there is one.

    Raises Refused for a database whose URL holds a password, and where a path holds what no line of a table can.
    """
    if not sys.executable:
        raise Refused(_("the Python that runs this does not say where it is, so that no job can start it"))
    found = Program(
        sys.executable,
        str(database.path.absolute()) if database.engine == "sqlite" else _without_secret(database),
        place_of(database),
        tuple(_places(environment)),
        str(folder.absolute()) if folder else None,
    )
    for text in (found.interpreter, found.database, found.folder or "", *(value for _name, value in found.environment)):
        _require_one_line(text)
    return found


def place_of(database: Database) -> str:
    """The database as a table of jobs names it, without a secret."""
    return str(database.path.absolute()) if database.engine == "sqlite" else str(database)


def require_standing_alone(start: Program) -> None:
    """Raise Refused where the interpreter finds the program in this session or this folder alone."""
    words = (start.interpreter, "-P", "-c", "import tracker.cli")
    try:
        done = subprocess.run(words, cwd="/", env={}, capture_output=True, timeout=60, check=False)
    except (OSError, subprocess.TimeoutExpired):
        done = None
    if done is None or done.returncode:
        raise Refused(
            _("{python} finds tracker only from here, and a job starts elsewhere: install it first, with pip").format(
                python=show(start.interpreter)
            )
        )


def jobs(
    rows: Iterable[ScheduleRow], start: Program, machine: tzinfo, now: datetime, *, doubt: bool = False
) -> list[Job]:
    """A job for every schedule, on a machine in the zone `machine`.

    With `doubt` about the zone its scheduler keeps to, a job starts every hour and asks whether it is due.
    """
    choose = hourly if doubt else trigger
    found = []
    for row in rows:
        when = choose(row.cron, zone_named(row.zone), machine, now)
        found.append(_job(row, start, when))
    return found


def _job(row: ScheduleRow, start: Program, when: Trigger) -> Job:
    # The ledger may be written by others: a name that is none would be options, or a line of its own.
    name = clean_code(row.name, _("the name of a schedule"))
    # -P: a file that lies in the folder it is started in is no part of the program.
    start_words = (start.interpreter, "-P", "-m", "tracker", "--db", start.database)
    words = (*start_words, "schedule", "run", name, "--definition", row.definition)
    environment = (("TZ", row.zone or ":/etc/localtime"), ("LC_ALL", "C.UTF-8"), *start.environment)
    asks = () if when.exact else ("--if-due",)
    return Job(row.name, when, row.cron, row.zone, (*words, *asks), environment, start.folder)


def _without_secret(database: Database) -> str:
    from urllib.parse import parse_qsl, urlsplit

    try:
        parts = urlsplit(database.target)
        given = parts.password or any(name in _SECRET_PARAMETERS for name, _value in parse_qsl(parts.query))
    except ValueError:
        given = True
    if given:
        raise Refused(
            _(
                "{place} is named with its password, which must not stand in a table of jobs: leave it out of the URL,"
                " and put it into ~/.pgpass or a service of ~/.pg_service.conf"
            ).format(place=database)
        )
    return database.target


def _places(environment: Mapping[str, str]) -> Iterable[tuple[str, str]]:
    """The places that differ from where a job would look by itself."""
    home = os.path.expanduser("~")
    for name, usual in _PLACES.items():
        value = environment.get(name, "")
        if os.path.isabs(value) and os.path.normpath(value) != os.path.join(home, usual):
            yield name, value


def _require_one_line(text: str) -> None:
    if any(letter < " " or letter == "\x7f" for letter in text):
        raise Refused(_("“{path}” holds a character that no table of jobs can: rename it").format(path=show(text)))
