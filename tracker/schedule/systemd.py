"""Schedules as services and timers of systemd: files to look at and to install."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tracker.schedule.cron import DAYS, Fields, fields_of
from tracker.schedule.jobs import Job

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
    # The timer keeps to the schedule's own zone: nothing is left to ask. The program itself may not be quoted, so env.
    words = " ".join(_systemd_word(word).replace("$", "$$") for word in job.words if word != "--if-due")
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
