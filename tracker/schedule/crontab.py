"""What the machine's scheduler is to start: a marked block of the user's crontab, or services and timers of systemd."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, tzinfo
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from tracker.database import Database
from tracker.errors import Refused
from tracker.i18n import _
from tracker.schedule.cron import DAYS, Fields, fields_of, plain_line, ranges, rule_of, zone_named
from tracker.settings import PLACES
from tracker.text import clean_code, command_line, names_secret, shorten, show

if TYPE_CHECKING:
    from tracker.queries.schedules import ScheduleRow

# The rules of a zone repeat every year.
_LOOKED_AT = timedelta(days=400)
_DAY_MINUTES = 24 * 60
# Clocks are changed before this hour.
_NIGHT_ENDS = 4


@dataclass(frozen=True, slots=True)
class Trigger:
    """Five fields in numbers for the machine's cron; where not `exact`, the run itself asks whether it is due."""

    line: str
    exact: bool


def trigger(expression: str, zone: tzinfo, machine: tzinfo, now: datetime) -> Trigger:
    """The line that starts a schedule meant in `zone` on a machine in `machine`.

    Where both clocks differ by the same time all year, the moments are translated. Where they do not, it starts every
    hour: so it is in time on every night on which one of them changes.
    """
    if rule_of(expression):
        # What cron cannot say it does not keep to: it starts the run on every day that may be one, and the run asks.
        return replace(trigger(" ".join(expression.split()[:5]), zone, machine, now), exact=False)
    fields = fields_of(expression)
    # Minutes from the schedule's clock to the machine's, None where they change.
    shifts = _shifts(zone, machine, now)
    shift = next(iter(shifts)) if len(shifts) == 1 else None
    if shift is None or (shift and _follows_the_clock(expression, fields) and len(_shifts(UTC, machine, now)) > 1):
        return _hourly(fields, shifts)
    if shift == 0 and fields.plain:
        return Trigger(plain_line(expression), exact=True)
    # The moments moved by `shift` minutes; a net of whole days where their days cannot be moved.
    times = [hour * 60 + minute + shift for hour in fields.hours for minute in fields.minutes]
    minutes = {time % 60 for time in times}
    hours = {time % _DAY_MINUTES // 60 for time in times}
    days = {time // _DAY_MINUTES for time in times}
    product = len({time % _DAY_MINUTES for time in times}) == len(minutes) * len(hours)
    when = f"{_field(minutes, 60)} {_field(hours, 24)}"
    if product and (moved := _moved_days(expression, fields, days)):
        return Trigger(f"{when} {moved}", exact=True)
    return Trigger(f"{when} {_net(fields) if days == {0} else '* * *'}", exact=False)


def hourly(expression: str, zone: tzinfo, machine: tzinfo, now: datetime) -> Trigger:
    """The line for a machine whose cron may keep to another zone: every hour, and the run asks whether it is due."""
    return _hourly(fields_of(expression), _shifts(zone, machine, now))


def _follows_the_clock(expression: str, fields: Fields) -> bool:
    """Whether cron counts its hours on by the clock through a night of change, for a star, and not all of them."""
    return any(text.startswith("*") for text in expression.split()[:2]) and len(fields.hours) < 24


def _shifts(zone: tzinfo, machine: tzinfo, now: datetime) -> frozenset[int]:
    return _all_shifts(zone, machine, now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0))


@cache
def _all_shifts(zone: tzinfo, machine: tzinfo, start: datetime) -> frozenset[int]:
    """Every difference of the two clocks in the year to come, in minutes."""
    if zone == machine:
        return frozenset((0,))
    hours = (start + timedelta(hours=hour) for hour in range(_LOOKED_AT // timedelta(hours=1)))
    offsets = ([moment.astimezone(one).utcoffset() or timedelta() for one in (zone, machine)] for moment in hours)
    return frozenset((there - here) // timedelta(minutes=1) for here, there in offsets)


def _hourly(fields: Fields, shifts: frozenset[int]) -> Trigger:
    # A time in an hour that is skipped comes when that hour would be over.
    wanted = {*fields.minutes, 0} if fields.hours[0] < _NIGHT_ENDS else set(fields.minutes)
    minutes = {(minute + shift) % 60 for minute in wanted for shift in shifts}
    return Trigger(f"{ranges(minutes)} * * * *", exact=False)


def _field(values: set[int], whole: int) -> str:
    return "*" if len(values) == whole else ranges(values)


def _moved_days(expression: str, fields: Fields, days: set[int]) -> str | None:
    """The day fields moved by whole days, None where no expression says so."""
    if fields.every_day:
        return "* * *"
    if not fields.plain or len(days) > 1:
        return None
    if days == {0}:
        return " ".join(plain_line(expression).split()[2:])
    [step] = days
    only_weekdays = fields.both and len(fields.days) == 31 and len(fields.months) == 12
    return f"* * {ranges((day + step) % 7 for day in fields.weekdays)}" if only_weekdays else None


def _net(fields: Fields) -> str:
    """Day fields that leave out no day of an expression with L or #, and not many more."""
    if len(fields.weekdays) == 7 and not fields.days and fields.both:
        return "26-31 * *" if fields.last_working_day else "28-31 * *"
    if fields.both and len(fields.days) == 31 and fields.nth:
        return f"* * {ranges({*fields.weekdays, *(day for day, _nth in fields.nth)})}"
    return "* * *"


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
        raise Refused(_("the path of this Python is unknown, so that no job can start it"))
    found = Program(
        sys.executable,
        str(database.path.absolute()) if database.engine == "sqlite" else _without_secret(database),
        place_of(database),
        tuple(_places(environment)),
        str(folder.absolute()) if folder else None,
    )
    for text in (found.interpreter, found.database, found.folder or "", *(value for _name, value in found.environment)):
        if any(letter < " " or letter == "\x7f" for letter in text):
            raise Refused(_("“{path}” holds a character that no table of jobs can: rename it").format(path=show(text)))
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
        # Others may write the ledger: an invalid name could be read as options, or as a line of its own.
        name = clean_code(row.name, _("the name of a schedule"))
        # -P: a file that lies in the folder it is started in is no part of the program.
        start_words = (start.interpreter, "-P", "-m", "tracker", "--db", start.database)
        words = (*start_words, "schedule", "run", name, "--definition", row.definition)
        environment = (("TZ", row.zone or ":/etc/localtime"), ("LC_ALL", "C.UTF-8"), *start.environment)
        asks = () if when.exact else ("--if-due",)
        found.append(Job(row.name, when, row.cron, row.zone, (*words, *asks), environment, start.folder))
    return found


def _without_secret(database: Database) -> str:
    from urllib.parse import parse_qsl, urlsplit

    try:
        parts = urlsplit(database.target)
        given = parts.password or any(names_secret(name) for name, _value in parse_qsl(parts.query))
    except ValueError:
        given = True
    if given:
        raise Refused(
            _(
                "{place} is named with its password, which must not be in a table of jobs: leave it out of the URL,"
                " and put it into ~/.pgpass or a service of ~/.pg_service.conf"
            ).format(place=database)
        )
    return database.target


def _places(environment: Mapping[str, str]) -> Iterable[tuple[str, str]]:
    """The places that differ from where a job would look by itself: it does not inherit what a session says of them."""
    home = os.path.expanduser("~")
    for name, usual in PLACES.items():
        value = environment.get(name, "")
        if os.path.isabs(value) and os.path.normpath(value) != os.path.join(home, usual):
            yield name, value


_BEGIN, _END = "# >>> tracker schedules of ", "# <<< tracker schedules of "
# Says that the line before the block had no end until the block came.
_JOINED = "# >>> tracker schedules (line ended here) of "
_NOTE = (
    "# Written by: tracker schedule install. What you change here is lost; remove it with: tracker schedule uninstall"
)
_SECONDS = 30


class Unreadable(Refused):
    """The crontab cannot be read or written here."""


@dataclass(frozen=True, slots=True)
class Block:
    """The block of one database in a crontab: the bytes before, inside and after it."""

    before: bytes
    lines: tuple[bytes, ...]
    after: bytes
    joined: bool = False


# --- lines ---------------------------------------------------------------------------------------------------------


def line(job: Job) -> bytes:
    """The line that starts `job`, with everything it needs in it.

    It is one command to /usr/bin/env, so that it means the same in whatever shell the crontab asks for.
    """
    words = ("/usr/bin/env", *(f"{name}={value}" for name, value in job.environment), *job.words)
    command = " ".join(map(quoted, words))
    if job.folder is not None:
        command = f"cd {quoted(job.folder)} && {command}"
    return os.fsencode(f"{job.when.line} " + command.replace("%", r"\%"))


def quoted(word: str) -> str:
    """The word as every shell reads it back, also after cron has looked at its backslashes.

    Cron takes a backslash before a % (and some before another backslash) away: no two meet, and none meets a %.
    """
    if word and all(letter.isascii() and (letter.isalnum() or letter in "@_+=:,./-") for letter in word):
        return word
    return "'" + word.replace("'", "'\"'\"'").replace("\\", "\\''") + "'"


# --- the block -----------------------------------------------------------------------------------------------------


def find_block(crontab: bytes, place: str) -> Block | None:
    """The block of the database `place`, None where there is none.

    Raises Refused where it is damaged: a marker is missing, doubled, or out of order.
    """
    lines = _split(crontab)
    names = [one.rstrip(b"\r\n") for one in lines]
    begin = [number for number, name in enumerate(names) if name in (_marker(_BEGIN, place), _marker(_JOINED, place))]
    end = [number for number, name in enumerate(names) if name == _marker(_END, place)]
    if not begin and not end:
        return None
    if len(begin) != 1 or len(end) != 1 or begin[0] > end[0]:
        raise Refused(
            _(
                "the block of {place} in your crontab is damaged and is left alone: its first and last line must be"
                " there once each; correct it with crontab -e, or delete what is left of it and install again"
            ).format(place=show(place))
        )
    first, last = begin[0], end[0]
    inside = tuple(name for name in names[first + 1 : last] if name and not name.startswith(b"#"))
    return Block(b"".join(lines[:first]), inside, b"".join(lines[last + 1 :]), names[first] == _marker(_JOINED, place))


def with_block(crontab: bytes, place: str, found: Sequence[Job]) -> bytes:
    """The crontab with the block of `place` holding `found`; without jobs there is no block. Raises Refused."""
    if not found:
        return without_block(crontab, place)
    block = find_block(crontab, place)
    if block is None:
        joined = bool(crontab) and not crontab.endswith(b"\n")
        block = Block(crontab + b"\n" * joined, (), b"", joined)
    head = _marker(_JOINED if block.joined else _BEGIN, place)
    inside = (head, _NOTE.encode(), *(line(job) for job in found), _marker(_END, place))
    return block.before + b"".join(one + b"\n" for one in inside) + block.after


def without_block(crontab: bytes, place: str) -> bytes:
    """The crontab as it was before the block of `place` came. Raises Refused where that is damaged."""
    block = find_block(crontab, place)
    if block is None:
        return crontab
    if block.joined and not block.after:
        return block.before.removesuffix(b"\n")
    return block.before + block.after


def names_zone(crontab: bytes) -> bool:
    """Whether a line sets CRON_TZ, which some crons keep to and Debian's does not."""
    return re.search(rb"(?m)^[ \t]*CRON_TZ[ \t]*=", crontab) is not None


def unmailed(crontab: bytes, place: str) -> str | None:
    """Why cron mails nobody what the jobs of `place` print, in a sentence; None where it does."""
    block = find_block(crontab, place)
    named = re.findall(rb"(?m)^[ \t]*MAILTO[ \t]*=[ \t]*(.*?)[ \t\r]*$", block.before if block else crontab)
    if named and not named[-1].strip(b"\"'"):
        return _("MAILTO is empty in your crontab, so nobody gets what a schedule prints: give it a target with --to")
    if shutil.which("sendmail", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/lib") is None:
        return _(
            "this machine has no mailer (sendmail), so nobody gets what a schedule prints: give it a target with --to"
        )
    return None


def scheduled_names(block: Block) -> dict[str, bytes]:
    """The schedules that a block starts, each with its line."""
    import shlex

    found = {}
    for one in block.lines:
        try:
            words = shlex.split(os.fsdecode(one).replace(r"\%", "%"))
            found[words[words.index("run", words.index("schedule")) + 1]] = one
        except (ValueError, IndexError):
            continue
    return found


def _split(crontab: bytes) -> list[bytes]:
    """Lines that end with a line feed alone: cron knows no other end."""
    return [one + b"\n" for one in crontab.split(b"\n")[:-1]] + [one for one in crontab.split(b"\n")[-1:] if one]


def _marker(head: str, place: str) -> bytes:
    return os.fsencode(head + place)


# --- the command ---------------------------------------------------------------------------------------------------


def read_crontab() -> bytes:
    """The user's crontab, empty where there is none yet. Raises Unreadable, with what to do instead."""
    done = _call("-l")
    if done.returncode and b"no crontab" not in done.stderr.lower():
        raise Unreadable(_("your crontab cannot be read: {reason}").format(reason=_reason(done.stderr)))
    return b"" if done.returncode else done.stdout


def write_crontab(crontab: bytes) -> None:
    """Put a crontab in place of the user's; cron keeps the old one where it does not take it. Raises Unreadable."""
    done = _call("-", content=crontab)
    if done.returncode:
        raise Unreadable(_("cron did not take the new crontab: {reason}").format(reason=_reason(done.stderr)))
    if read_crontab() != crontab:
        raise Unreadable(_("cron keeps another crontab than it was given; look at it with: crontab -l"))


def _call(word: str, content: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run(
            ["crontab", word],
            input=content,
            capture_output=True,
            timeout=_SECONDS,
            check=False,
            # Its sentences are looked at; nothing else of its environment changes.
            env=os.environ | {"LC_ALL": "C"},
        )
    except FileNotFoundError:
        raise Unreadable(
            _("there is no crontab command here: take the lines from {command}, or --print-as systemd").format(
                command=command_line("schedule install --print")
            )
        ) from None
    except (OSError, subprocess.TimeoutExpired) as error:
        raise Unreadable(_("the crontab command cannot be used: {reason}").format(reason=show(str(error)))) from None


def _reason(text: bytes) -> str:
    lines = text.decode("utf-8", "replace").strip().splitlines()
    return shorten(lines[-1] if lines else _("without a reason"), 200)


_NAMES = tuple(name.capitalize() for name in DAYS)


@dataclass(frozen=True, slots=True)
class Unit:
    """One file: where it belongs, and its content."""

    place: str
    content: str


def units(job: Job) -> list[Unit]:
    """The service and the timer that start `job`."""
    name = f"tracker-{_escaped(job.name)}"
    folder = "~/.config/systemd/user"
    environment = "".join(f"Environment={_systemd_word(f'{key}={value}')}\n" for key, value in job.environment)
    working = f"WorkingDirectory={_percent(job.folder)}\n" if job.folder else ""
    # The timer keeps to the schedule's own zone: only a rule of working days is left to ask for. The program itself may
    # not be quoted, so env.
    asked = [word for word in job.words if word != "--if-due" or rule_of(job.expression)]
    words = " ".join(_systemd_word(word).replace("$", "$$") for word in asked)
    title = _percent(job.name)
    service = (
        f"[Unit]\nDescription=tracker schedule {title}\n\n"
        f"[Service]\nType=oneshot\n{environment}{working}ExecStart=/usr/bin/env {words}\n"
    )
    calendar = "".join(f"OnCalendar={one}\n" for one in on_calendar(job.expression, job.zone))
    timer = (
        f"[Unit]\nDescription=tracker schedule {title}\n\n"
        f"[Timer]\n{calendar}Persistent=true\nAccuracySec=1s\n\n[Install]\nWantedBy=timers.target\n"
    )
    return [Unit(f"{folder}/{name}.service", service), Unit(f"{folder}/{name}.timer", timer)]


def on_calendar(expression: str, zone: str | None) -> list[str]:
    """The expression as events of systemd.time, in the time zone `zone` (None: the machine's)."""
    fields = fields_of(expression)
    months = _some(fields.months, 12)
    clock = f"{_some(fields.hours, 24)}:{_some(fields.minutes, 60)}:00"
    tail = f" {clock}{f' {zone}' if zone else ''}"
    return [f"{weekdays}*-{months}{day}{tail}" for weekdays, day in _systemd_days(fields)]


def _systemd_days(fields: Fields) -> Iterator[tuple[str, str]]:
    """Pairs of days of the week and days of the month; an event on any of them is one."""
    any_day, any_weekday = len(fields.days) == 31, len(fields.weekdays) == 7
    by_month = _month_days(fields)
    by_week = _week_days(fields)
    if fields.both and any_weekday:
        yield from (("", day) if not weekday else (weekday, day) for weekday, day in by_month)
    elif fields.both and any_day:
        yield from by_week
    elif fields.both:
        days = f"-{_some(fields.days, 31)}"
        yield _listed(fields.weekdays), days
    else:
        yield from (*by_month, *by_week)


def _month_days(fields: Fields) -> list[tuple[str, str]]:
    found = [("", f"-{_some(fields.days, 31)}")] if fields.days else []
    if fields.last_day:
        found.append(("", "~01"))
    if fields.last_working_day:
        # The last day, or the Friday of a weekend that ends the month.
        found += [("Mon..Fri ", "~01"), ("Fri ", "~03/1")]
    return found


def _week_days(fields: Fields) -> list[tuple[str, str]]:
    found = [(_listed(fields.weekdays), "-*")] if fields.weekdays else []
    for day, nth in fields.nth:
        days = f"-{nth * 7 - 6:02}..{min(nth * 7, 31):02}" if nth else "~07/1"
        found.append((f"{_NAMES[day]} ", days))
    return found


def _listed(weekdays: tuple[int, ...]) -> str:
    return ",".join(_NAMES[day] for day in weekdays) + " " if len(weekdays) < 7 else ""


def _some(values: tuple[int, ...], whole: int) -> str:
    return "*" if len(values) == whole else ",".join(f"{value:02}" for value in values)


def _escaped(name: str) -> str:
    """The name inside the name of a unit."""
    plain = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_"
    return "".join(chr(byte) if byte in plain else f"\\x{byte:02x}" for byte in name.encode())


def _percent(text: str) -> str:
    return text.replace("%", "%%")


def _systemd_word(text: str) -> str:
    return '"' + _percent(text.replace("\\", "\\\\").replace('"', '\\"')) + '"'
